"""Another office's forms cite its own plan, under its own name, and name no other office."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tasks.domain.addressing import addressed, asking_of
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tasks.domain.plan_file import parse_plan
from tests.tasks.world import PLAN, UNITS, World, definitions

TEMPLATES = Path(__file__).parents[2] / "templates"
WARD_PLAN = (
    PLAN.replace("Ủy ban nhân dân huyện Vĩnh Linh", "Uỷ ban nhân dân phường Nam Đông Hà")
    .replace("Phòng Nội vụ", "Phòng Văn hóa - Xã hội")
    .replace('trien-khai = "mục III.1"\nbao-cao = "mục III.1"', 'bao-cao = "phần IV"')
)


def _texts(world: World, unit: str) -> list[str]:
    sheets = load_workbook(BytesIO(world.form(unit))).worksheets
    return [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value]


def test_a_ward_s_forms_cite_the_ward_s_plan_and_name_the_ward(world: World) -> None:
    world.take_in(UNITS)
    world.take_in_plan(WARD_PLAN)
    world.open()
    texts = _texts(world, "xa-vinh-o")
    assert any("phần IV Kế hoạch năm 2025 của UBND phường Nam Đông Hà" in text for text in texts)
    wrong = [text for text in texts for word in ("UBND huyện", "Phòng Nội vụ", "{", "mục II") if word in text]
    assert wrong == []


def test_every_list_is_asked_in_the_name_of_who_asks_and_of_nobody_else() -> None:
    plan = parse_plan(Table.of_toml(WARD_PLAN, "ke-hoach.toml"))
    words = "\n".join(
        text
        for checklist in definitions().checklists.values()
        for asked in [addressed(checklist, asking_of(plan))]
        for item in asked.items + asked.narrative
        for text in (item.question, item.evidence, item.why, item.condition, *(basis.name() for basis in item.basis))
    )
    assert "kế hoạch năm của UBND phường Nam Đông Hà" in words
    assert "qua Phòng Văn hóa - Xã hội" in words
    assert "gửi báo cáo năm trước ngày 31/10 và" in words
    assert not [word for word in ("UBND huyện", "Phòng Nội vụ", "{", "mục II") if word in words]


def test_what_a_plan_does_not_speak_of_is_not_cited_from_it(world: World) -> None:
    world.take_in(UNITS)
    world.take_in_plan(WARD_PLAN.replace('[references]\nbao-cao = "phần IV"\n', ""))
    world.open()
    cited = [text for text in _texts(world, "xa-vinh-o") if "Kế hoạch năm 2025 của" in text]
    assert cited == []


def test_a_plan_that_refers_to_what_no_list_cites_is_told_what_there_is(world: World) -> None:
    with pytest.raises(DefinitionError, match="không hiểu “kiem-soat”; các việc mà bảng kiểm viện dẫn: trien-khai"):
        world.take_in_plan(PLAN.replace("trien-khai =", "kiem-soat ="))


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("[cald]*s/**/*.t[ox][mt]*")), ids=lambda file: file.stem)
def test_no_list_letter_or_document_names_an_office(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    named = [
        line for line in lines for word in ("UBND huyện", "Vĩnh Linh", "Phòng Nội vụ", "Quảng Trị") if word in line
    ]
    assert named == []
