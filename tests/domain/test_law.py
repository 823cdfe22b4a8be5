"""A law that changes on a day: whoever cites it is named, with what must be done about it."""

from datetime import date

import pytest

from infra.law_sources import LawSources
from infra.settings import TEMPLATES
from tasks.domain.checklist import Basis
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tasks.domain.law import Citation, citing, mentions, parse_laws, standing

SOURCES = LawSources(TEMPLATES)
LAW = SOURCES.law("luat-10-2022")
FIRST_JULY = date(2025, 7, 1)


def basis(article: str = "Điều 11", **more: date) -> Basis:
    return Basis(LAW.document, verified=True, article=article, **more)


def said(one: Basis, on: date, *beside: Basis) -> str:
    return standing(LAW, Citation("tệp, dòng 1", "XA01", "Câu hỏi", one, (one, *beside)), on)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2023, 6, 30), "chưa có hiệu lực, từ 01/07/2023"),
        (date(2025, 6, 30), "còn hiệu lực"),
        (FIRST_JULY, "phải rà lại: Luật 47/2024/QH15 sửa từ 01/07/2025; Luật 97/2025/QH15 sửa từ 01/07/2025"),
    ],
)
def test_a_citation_from_before_the_change_must_be_looked_at_again_from_that_day(on: date, words: str) -> None:
    assert said(basis(from_=date(2023, 7, 1)), on) == words


def test_an_amendment_of_named_articles_leaves_the_others_alone() -> None:
    assert said(basis("Điều 33"), FIRST_JULY) == "phải rà lại: Luật 97/2025/QH15 sửa từ 01/07/2025"


def test_what_was_read_after_the_change_holds_and_what_has_ended_names_its_heir() -> None:
    old, new = basis(from_=date(2023, 7, 1), to=date(2025, 6, 30)), basis(from_=FIRST_JULY)
    assert said(new, date(2026, 1, 1)) == "còn hiệu lực"
    assert said(old, date(2026, 1, 1), new) == "hết hiệu lực sau ngày 30/06/2025; cùng mục có Điều 11 Luật 10/2022/QH15"


def test_a_resolution_that_ends_names_the_one_that_takes_its_place() -> None:
    """NQ 120/2024 of Quảng Trị, since 01/01/2026 NQ 23/2025 of the merged province."""
    law = SOURCES.law("nq-120-2024")
    cited = Citation("tệp, dòng 1", "XA04", "Câu hỏi", Basis(law.document, verified=False))
    assert standing(law, cited, date(2025, 12, 31)) == "còn hiệu lực, chưa đối chiếu văn bản gốc"
    assert standing(law, cited, date(2026, 1, 1)) == "thay bằng Nghị quyết 23/2025/NQ-HĐND từ 01/01/2026"
    (place,) = mentions(law, SOURCES.texts())
    file, _, line = place.partition(":")[0].partition(", dòng ")
    assert file == "templates/plans/vinh-linh-2025.toml"
    assert "120/2024/NQ-HĐND" in (TEMPLATES.parent / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_every_citation_of_the_law_is_found_with_its_file_and_line() -> None:
    found = citing(LAW, SOURCES.citations())
    codes = {one.code for one in found}
    assert {"XA06", "CQ04", "DN01", "NN24", "TH05", "BII", "KC-II-1", "KC-XA40"} <= codes
    for one in found:
        file, _, line = one.where.partition(", dòng ")
        text = (TEMPLATES.parent / file).read_text(encoding="utf-8").splitlines()
        assert one.code in text[int(line) - 1]
    counted = sum(
        line.count('document = "Luật 10/2022/QH15"')
        for folder in ("checklists", "annexes")
        for file in (TEMPLATES / folder).glob("*.toml")
        for line in file.read_text(encoding="utf-8").splitlines()
    )
    assert len(found) == counted


def test_every_law_that_amends_or_is_named_in_a_dated_basis_is_known() -> None:
    documents = {law.document for law in SOURCES.laws.values()}
    dated = {one.basis.document for one in SOURCES.citations() if one.basis.from_}
    assert dated <= documents


def test_all_mistakes_of_the_file_of_laws_come_at_once() -> None:
    text = (
        '[[law]]\ncode = "a"\ndocument = "Luật A"\ntitle = "A"\nfrom = 2025-01-01\nto = 2024-01-01\nverified = true\n'
    )
    text += '[[law.change]]\non = "mai"\nby = "Luật B"\nwhat = "sửa"\nverified = "có"\n'
    with pytest.raises(DefinitionError) as caught:
        parse_laws(Table.of_toml(text + text, "laws.toml"))
    places = [problem.where.removeprefix("laws.toml, dòng ") for problem in caught.value.problems]
    assert places == ["6", "9", "12", "14", "18", "21", "24"]
