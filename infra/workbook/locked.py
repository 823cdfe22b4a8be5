"""What was typed where the form asks nothing: the protection has no password, and some programs lose it."""

from collections.abc import Iterator, Sequence, Set

from infra.opening.book import Book, Sheet
from infra.workbook.findings import quote
from infra.workbook.layout import Column, cell_text, how_to_answer
from infra.workbook.rows import ELSEWHERE, MENDED, small_print
from infra.workbook.tables import Place
from tasks.domain.answer import is_blank
from tasks.domain.checklist import NUMERIC, Item
from tasks.domain.vietnamese import clean, fold

MOST_NAMED = 20
_NOT_WRITTEN = ("_", "compatibility report", "bao cao tuong thich", "evaluation warning", "wpsreserved")


def typed_beside(
    item: Item, place: Place, *, estimate: bool, last_year: str | None = None
) -> Iterator[tuple[str, Column, str]]:
    """(cell, its column, words) in the row of an item; last year's answer is compared where it is known."""
    printed = {
        Column.QUESTION: [*cell_text(item.question).split("\n"), *small_print(item)],
        Column.BASIS: [words for one in item.basis for words in (one.words(), one.name())],
        Column.HOW: [how_to_answer(item)],
        **({} if last_year is None else {Column.LAST_YEAR: cell_text(last_year).split("\n")}),
        **({} if estimate and item.type in NUMERIC else {Column.ESTIMATE: []}),
    }
    for column, lines in printed.items():
        if words := _without(place.words(column), lines, ";" if column is Column.BASIS else "\n"):
            yield place.name(column), column, words


def _without(words: str, printed: Sequence[str], between: str) -> str:
    """Also where somebody went on behind our words: 'Số nguyên (cuộc) 12'."""
    ours = sorted((clean(line) for line in printed if line), key=len, reverse=True)
    left = []
    for line in map(clean, words.split(between)):
        start = next((one for one in ours if line.startswith(one)), "")
        rest = line.removeprefix(start).strip(" :;,.…–-")
        if rest and not rest.startswith((MENDED, ELSEWHERE)) and fold(line) not in map(fold, ours):
            left.append(rest)
    return " ".join(left)


def added_sheets(book: Book, known: Set[str]) -> list[str]:
    """Filled sheets that are none of the form's; programs add some of their own, and hide them, as we do ours."""
    return [
        f"Trang “{quote(sheet.title)}” không thuộc phiếu nên không đọc; "
        "hãy ghi nội dung vào các trang của phiếu, hoặc gửi thành tệp riêng"
        for sheet in book.sheets
        if not sheet.hidden
        and sheet.title not in known
        and not fold(sheet.title).startswith(_NOT_WRITTEN)
        and _is_filled(sheet)
    ][:MOST_NAMED]


def _is_filled(sheet: Sheet) -> bool:
    return any(not is_blank(cell.value) for row in sheet.rows.values() for cell in row.values())


def at_most(remarks: Sequence[str], more_of_them: str) -> list[str]:
    more = len(remarks) - MOST_NAMED
    return [*remarks[:MOST_NAMED], *([more_of_them.format(more)] if more > 0 else [])]
