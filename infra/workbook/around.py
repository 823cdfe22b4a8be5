"""What was typed in rows of no item: above the table, among its rows, and below it, where it is signed."""

import re
from collections.abc import Iterator, Sequence, Set

from infra.opening.book import Cell
from infra.workbook.annex import PRINTED_ABOVE_OUTLINE
from infra.workbook.findings import quote
from infra.workbook.head import PRINTED_ABOVE, TO_FILL_IN, signatures
from infra.workbook.layout import Column
from infra.workbook.signing import LONGEST_SIGNATURE, is_day_signed, may_begin_signing
from infra.workbook.tables import FormTable, Place, column_letters, raw_of
from tasks.domain.answer import shown
from tasks.domain.vietnamese import fold

Words = tuple[str, str]  # name of the cell, what stands in it
MOST_QUOTED = 5
_ANSWERED = (Column.ANSWER, Column.ESTIMATE, Column.EVIDENCE, Column.NOTE)
_PRINTED_ABOVE = tuple(map(fold, (*PRINTED_ABOVE, *PRINTED_ABOVE_OUTLINE)))
_UNIT = fold(PRINTED_ABOVE[0])
_STEP = re.compile(r"\d\. ")  # of the guide
_PRINTED_BELOW = frozenset(fold(words) for pair in signatures() for words, _ in pair if words)
_MARKS = tuple(fold(words).partition(":")[0] + ":" for words in TO_FILL_IN)
_PRINTED = _PRINTED_BELOW | {fold(column) for column in Column}
# What nobody signs with, at the beginning or anywhere.
_NOTE = re.compile(r"ghi chu|luu y|ly do|.*\b(?:de nghi|kien nghi|giai trinh)\b")


def typed_above(table: FormTable) -> Iterator[Words]:
    """Nothing is asked there; our own lines are known by how they begin, who asks and for what by its capitals."""
    prefix, is_top = f"{table.title}!" if table.named else "", True
    for row, cells in table.rows.items():
        filled = {column: words for column, cell in cells.items() if (words := "" if cell.formula else _words(cell))}
        is_top = is_top and not any(fold(words).startswith(_UNIT) for words in filled.values())
        for index, (column, words) in enumerate(filled.items() if row < table.header_row else ()):
            is_authority = is_top and index == 0 and words == words.upper()
            if not is_authority and not _is_printed_above(fold(words)):
                yield f"{prefix}{column_letters(column)}{row}", words


def _words(cell: Cell) -> str:
    return shown(raw_of(cell))


def _is_printed_above(folded: str) -> bool:
    return _STEP.sub("", folded, count=1).startswith(_PRINTED_ABOVE)


def above_remark(tables: Sequence[FormTable]) -> list[str]:
    typed = [one for table in tables for one in typed_above(table)]
    if not typed:
        return []
    return [
        f"Phần đầu phiếu: {told(typed[:MOST_QUOTED])}{' …' if len(typed) > MOST_QUOTED else ''} không được đọc; "
        f"điều cần nói thêm, hãy ghi vào cột “{Column.NOTE}” hoặc viết trong thư trả lời"
    ]


def signed_from(places: Sequence[Place], known: Set[str]) -> float:
    """The first row below all items in which somebody signs, or is to sign."""
    last = max((place.row for place in places if fold(place.words(Column.CODE)) in known), default=0)
    rows = (place.row for place in places if place.row > last and any(map(_starts_signing, _all_words(place))))
    return min(rows, default=float("inf"))


def _all_words(place: Place) -> list[str]:
    return [words for column in Column if (words := place.words(column))] + [words for _, words in place.strays]


def _starts_signing(words: str) -> bool:
    folded = fold(words)
    return not is_marked(folded) and (folded in _PRINTED_BELOW or may_begin_signing(folded))


def is_marked(folded: str) -> bool:
    """One of the lines to be filled in."""
    return folded.startswith(_MARKS)


def marked_lines(tables: Sequence[FormTable]) -> Iterator[str]:
    """Below the items, where they are printed: as they stand, filled in or not."""
    for table in tables:
        for row, cells in table.rows.items():
            if row > table.header_row:
                yield from (words for cell in cells.values() if is_marked(fold(words := _words(cell))))


def is_signing(place: Place) -> bool:
    """Below the line of the signatures: titles, names and days, in whatever column; no note and no figure."""
    figures = [words for column in (Column.CODE, *_ANSWERED) if (words := place.words(column))]
    return all(map(_may_sign, _all_words(place))) and not any(map(_has_figure, figures))


def _may_sign(words: str) -> bool:
    return len(words) <= LONGEST_SIGNATURE and any(map(str.isalpha, words)) and not _NOTE.match(fold(words))


def _has_figure(words: str) -> bool:
    return any(map(str.isdigit, words)) and not is_day_signed(fold(words))


def typed_around(place: Place) -> list[Words]:
    """In a row of no item, all that is no print of ours moved there; its code is named by itself."""
    filled = [(place.name(column), place.words(column)) for column in Column if column is not Column.CODE]
    ours = ((name, words, fold(words)) for name, words in (*filled, *place.strays) if words)
    return [(name, words) for name, words, folded in ours if folded not in _PRINTED and not is_marked(folded)]


def told(cells: Sequence[Words]) -> str:
    return ", ".join(f"ô {name} có “{quote(words)}”" for name, words in cells)
