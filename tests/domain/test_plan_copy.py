"""A plan copied from last year is questioned where it still speaks of last year."""

from datetime import date

import pytest

from tasks.domain.definition import Table
from tasks.domain.plan import Plan
from tasks.domain.plan_copy import left_over, without_authority
from tasks.domain.plan_file import parse_plan
from tests.tasks.world import PLAN

TODAY = date(2025, 1, 13)


def plan(*changes: tuple[str, str]) -> Plan:
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_plan(Table.of_toml(text, "ke-hoach.toml"))


def test_a_plan_of_its_own_year_is_not_questioned() -> None:
    assert left_over(plan(), TODAY) == []


def test_a_plan_with_nothing_but_the_year_changed_is_questioned_throughout() -> None:
    said = left_over(plan(("year = 2025", "year = 2026")), TODAY)
    assert "tên kế hoạch “Kế hoạch thực hiện dân chủ ở cơ sở năm 2025” ghi năm 2025, kế hoạch là năm 2026" in said
    assert any(one.startswith("đợt “bao-cao-nam” mở ngày") for one in said)
    assert any("hạn là ngày 31/10/2025" in one for one in said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'name = "Ủy ban nhân dân huyện Vĩnh Linh"',
            "\\g\nvalid_to = 2024-12-31",
            "chỉ có hiệu lực đến ngày 31/12/2024",
        ),
        ('name = "Ủy ban nhân dân huyện Vĩnh Linh"', "\\g\nvalid_from = 2026-01-01", "có hiệu lực từ ngày 01/01/2026"),
        (
            '[[officer]]\nrole = "truong_phong"',
            '[[basis]]\ndocument = "Kế hoạch số 18/KH-UBND"\nsubject = "của UBND tỉnh về dân chủ năm 2024"\n\n\\g',
            "căn cứ “Kế hoạch số 18/KH-UBND” ghi năm 2024",
        ),
    ],
)
def test_what_is_left_over_is_named(old: str, new: str, said: str) -> None:
    (found,) = left_over(plan((old, new.replace("\\g", old))), TODAY)
    assert said in found


def test_an_office_that_ends_in_the_year_is_told_with_the_rounds_behind_it() -> None:
    ended = plan(('place = "Vĩnh Linh"', 'place = "Vĩnh Linh"\nvalid_to = 2025-06-30'))
    assert left_over(ended, TODAY) == []
    last = max(round_.due.named for round_ in ended.rounds)
    assert without_authority(ended, last).endswith("đến hạn sau ngày ấy: bao-cao-nam")
    assert without_authority(plan(), last) == ""


def test_a_basis_that_is_not_issued_yet_is_questioned() -> None:
    basis = '[[basis]]\ndocument = "Nghị quyết số 9"\non = 2025-01-14\n\n[[officer]]\nrole = "truong_phong"'
    (said,) = left_over(plan(('[[officer]]\nrole = "truong_phong"', basis)), TODAY)
    assert said == "căn cứ “Nghị quyết số 9” ghi ngày ban hành 14/01/2025, chưa đến ngày ấy"
