"""A whole column that somebody has added beside those of the form: told once, not row by row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from infra.opening.book import column_number
from infra.workbook.findings import quote
from infra.workbook.layout import Column
from infra.workbook.tables import FormTable, Place, raw_of
from tasks.domain.answer import shown

LEAST_ROWS = 3
MOST_QUOTED = 3


@dataclass(frozen=True)
class AddedColumn:
    letters: str
    caption: str
    cells: tuple[tuple[str, str], ...]
    answers: str  # the letters of the column in which answers belong


def added_columns(table: FormTable, places: Sequence[Place]) -> list[AddedColumn]:
    """Of the form's own sheet: with words beside several items, though our captions do not know it."""
    own = [place for place in places if not place.sheet]
    counted = Counter(_letters(name) for place in own for name, _ in place.strays)
    return [
        AddedColumn(
            letters,
            _caption(table, letters),
            tuple(stray for place in own for stray in place.strays if _letters(stray[0]) == letters),
            next(place.letters.get(Column.ANSWER, "") for place in own),
        )
        for letters, rows in counted.items()
        if rows >= LEAST_ROWS
    ]


def without(place: Place, added: Sequence[AddedColumn]) -> Place:
    """What has been told of the column is not told of the row again."""
    if place.sheet or not added:
        return place
    letters = {one.letters for one in added}
    return replace(place, strays=tuple(one for one in place.strays if _letters(one[0]) not in letters))


def added_remark(added: AddedColumn) -> str:
    named = ", ".join(f"{name} “{quote(words)}”" for name, words in added.cells[:MOST_QUOTED])
    more = " …" if len(added.cells) > MOST_QUOTED else ""
    caption = f" (“{quote(added.caption)}”)" if added.caption else ""
    return (
        f"Cột {added.letters}{caption} không thuộc phiếu nên không đọc ({len(added.cells)} ô: {named}{more}); "
        f"câu trả lời hãy ghi vào cột {added.answers} “{Column.ANSWER}”, điều cần nói thêm vào cột “{Column.NOTE}”"
    )


def _letters(name: str) -> str:
    return name.rstrip("0123456789")


def _caption(table: FormTable, letters: str) -> str:
    cell = table.rows.get(table.header_row, {}).get(column_number(letters))
    return shown(raw_of(cell)) if cell is not None else ""
