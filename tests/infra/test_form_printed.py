"""The form on paper: every page says what it is, and no question, basis or hint is cut or runs into its neighbour."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from infra.workbook.form import contents_of, grid_of
from infra.workbook.grid import Grid
from infra.workbook.head import about
from infra.workbook.layout import Column
from infra.workbook.look import WIDTHS
from infra.workbook.rows import Row, table
from tasks.domain.checklist import CHOICES, AnswerType, Fault, Form, Item, Value, value_text
from tests.infra.printing import Page, printed
from tests.infra.test_form import ANNEXED_AGAIN
from tests.infra.test_workbook import CODE, FORM

pytestmark = pytest.mark.libreoffice

KINDS = ("xa", "co-quan", "truong-hoc", "doanh-nghiep-nha-nuoc", "ngoai-nha-nuoc")
WHOLE = (Column.QUESTION, Column.BASIS, Column.HOW)


def fresh(kind: str) -> Form:
    return replace(FORM, checklist=FileDefinitions(TEMPLATES).checklist(kind))


def answer_of(item: Item) -> str | int | float:
    if item.type in CHOICES:
        return CHOICES[item.type][-2]
    words = {AnswerType.NGAY: "2025-02-05", AnswerType.VAN_BAN: "Đã họp các thôn, công khai đủ. " * 6}
    return words.get(item.type, 12)


def returned(kind: str) -> Form:
    """Each third item is wrong, each third unanswered; with estimates and last year's answers."""
    form = fresh(kind)
    items = form.checklist.items
    return replace(
        form,
        cut_off_words="đến hết ngày 30/9/2025",
        estimate_words="đến hết ngày 31/12/2025",
        accepted={item.code: Value(item.code, answer_of(item), evidence="Biên bản số 12") for item in items[::3]},
        faults=[Fault(item.code, "E14", "cần số nguyên; đang là chữ “ba”", "ba") for item in items[1::3]],
        last_year={item.code: value_text(item, answer_of(item)) for item in items},
    )


FORMS: Mapping[str, Form] = {
    **{f"{kind}-moi": fresh(kind) for kind in KINDS},
    **{f"{kind}-lai": returned(kind) for kind in KINDS},
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Page]]:
    books = {name: ExcelWorkbooks().build(form) for name, form in FORMS.items()}
    return printed(books, tmp_path_factory.mktemp("in"))


@pytest.mark.parametrize("name", FORMS)
def test_every_page_is_a4_landscape_and_says_its_code_its_number_and_its_columns(
    name: str, pages: Mapping[str, list[Page]]
) -> None:
    grid = grid_of(FORMS[name])
    assert 1 < len(pages[name]) <= len(grid.checklist.items) // 5
    for number, page in enumerate(pages[name], start=1):
        assert (round(page.width), round(page.height)) == (842, 595)
        words = page.within(0, page.width, 0, page.height)
        assert f"Mã phiếu: {CODE}" in words
        assert f"Trang {number}/{len(pages[name])}" in words
        assert all(column.value in words for column in (Column.QUESTION, Column.BASIS, Column.ANSWER))


@pytest.mark.parametrize("name", FORMS)
def test_no_question_basis_or_hint_is_cut(name: str, pages: Mapping[str, list[Page]]) -> None:
    form = FORMS[name]
    grid = grid_of(form)
    rows = {row.cells[0].text: row for row in table(grid, contents_of(form, grid))}
    seen = set()
    for page in pages[name]:
        for code, top, bottom in bands(page, grid):
            if code in grid.rows:
                seen.add(code)
                for column in WHOLE:
                    shown = page.within(*sides(page, grid, column), top, bottom)
                    # A hyphen may end a line: "59/2023/NĐ-" and "CP".
                    assert shown.replace(" ", "") == said(rows[code], grid, column), (code, column)
    assert seen == set(grid.rows)


def test_no_line_above_the_table_of_any_checklist_is_cut(tmp_path: Path) -> None:
    """A title that needs two lines has them: cut in the middle, it ran under the line above it."""
    known = FileDefinitions(TEMPLATES).checklists
    superior = "Ủy ban nhân dân tỉnh Quảng Trị"
    forms = {code: replace(fresh(code), title=one.title, superior=superior) for code, one in known.items()}
    books = {code: ExcelWorkbooks().build(form) for code, form in forms.items()}
    for code, found in printed(books, tmp_path).items():
        left = [word for word in found[0].words if word.left < found[0].width / 2 - 5]
        lines = [text.split() for text, _ in about(forms[code])]
        words = [word.text for word in left[: sum(map(len, lines))]]
        assert words == [word for line in lines for word in line], code
        placed = iter(left)
        bands = [[next(placed) for _ in line] for line in lines]
        for above, below in pairwise(bands):
            assert max(word.bottom for word in above) <= min(word.top for word in below) + 2, (code, below[0].text)


def said(row: Row, grid: Grid, column: Column) -> str:
    cell = row.cells[grid.place[column] - 1]
    return "".join(f"{cell.text} {cell.added}".split())


def bands(page: Page, grid: Grid) -> Iterator[tuple[str, float, float]]:
    """(first word, top, bottom) of every row of the page: from one word in the first column to the next."""
    left, right = sides(page, grid, Column.CODE)
    body = [word for word in page.words if word.top < page.height - 50]
    firsts = sorted((word for word in body if left <= word.left < right), key=lambda word: word.top)
    signatures = min(
        (word.top - 2 for word in body if word.text.startswith("……") or word.text == "GIA"), default=page.height - 50
    )
    ends = [word.top - 2 for word in firsts[1:]] + [signatures]
    for word, end in zip(firsts, ends, strict=True):
        yield word.text, word.top - 2, end


def sides(page: Page, grid: Grid, column: Column) -> tuple[float, float]:
    """The table is centred on the page, and the codes in their column: so one code tells how large all is printed."""
    code = next(word for word in page.words if word.text in grid.rows)
    total, first = grid.span(1, grid.width), WIDTHS[Column.CODE]
    half = (page.width / 2 - (code.left + code.right) / 2) / (1 - first / total)
    before = grid.span(1, grid.place[column] - 1)
    left = page.width / 2 - half + before * 2 * half / total
    return left, left + WIDTHS[column] * 2 * half / total


def test_tables_and_outline_are_printed_whole_each_on_its_own_pages(tmp_path: Path) -> None:
    form = ANNEXED_AGAIN
    book = {"phu-luc": ExcelWorkbooks().build(form)}
    found = [page.within(0, page.width, 0, page.height) for page in printed(book, tmp_path)["phu-luc"]]
    table, meetings, outline = found[-3:]
    assert "BẢNG II. NHÂN DÂN BÀN VÀ QUYẾT ĐỊNH TRỰC TIẾP" in table
    assert all(f"BII.r{number} " in table for number in range(1, 13))
    for said in ("Làm đường thôn Thủy Trung", "triệu đồng", "1234,5", "tháng 5", "(phần mềm tự cộng)"):
        assert said in table
    assert all(said in meetings for said in ("Số thôn họp toàn thể", "1 lần", "vài", "Tổng cộng"))
    assert all(item.question in outline for item in form.checklist.narrative)
    assert "Đã phổ biến ở 12 thôn." in outline
    assert all(f"Mã phiếu: {CODE}" in page for page in found)
