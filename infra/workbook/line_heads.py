"""The heads of the statistical tables in a returned workbook: which row, which table, which column is which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from infra.opening.book import Cell, Sheet
from tasks.domain.checklist import Column, StatTable
from tasks.domain.vietnamese import fold

ROW_CAPTION = "Mã dòng"
LONGEST_CAPTION = 200
_ROWS_OF_CAPTIONS = 3  # above the codes: units, captions, what groups them
_KEY = fold(ROW_CAPTION)


@dataclass(frozen=True)
class Head:
    row: int
    table: StatTable
    columns: Mapping[int, Column]
    by_code: bool
    contradicted: Mapping[int, Column] = field(default_factory=dict)


@dataclass(frozen=True)
class Captions:
    """Of one table, folded once."""

    table: StatTable
    codes: tuple[str, ...]
    titles: tuple[str, ...]

    def columns(self, words: Mapping[int, str]) -> dict[int, Column]:
        """From left to right, for two groups may each have a column of one caption; nothing if too few are there."""
        by_code = _KEY in words.values()
        captions = self.codes if by_code else self.titles
        enough = max(1, len(captions) // 2) if by_code else len(captions)
        if len(words) < enough or len(set(captions).intersection(words.values())) < len(set(captions)) // 2:
            return {}
        found: dict[int, Column] = {}
        for column, caption in zip(self.table.columns, captions, strict=True):
            place = next((number for number, word in words.items() if word == caption and number not in found), None)
            if place is not None:
                found[place] = column
        return found if len(found) >= enough else {}

    def contradicted(
        self, columns: Mapping[int, Column], rows_above: Iterable[Mapping[int, Cell]]
    ) -> dict[int, Column]:
        """The columns over whose codes another column's caption stands: one of the two has moved without the other.

        Captions in other words prove nothing, nor do those that two columns share.
        """
        of_title = dict(zip(self.titles, self.table.columns, strict=True))
        found: dict[int, Column] = {}
        for cells in rows_above:
            for place, column in columns.items():
                other = of_title.get(fold(str(cells[place].value))) if place in cells else None
                if other is not None and fold(other.title) != fold(column.title):
                    found[place] = other
        return found


def captions_of(table: StatTable) -> Captions:
    columns = table.columns
    return Captions(table, tuple(fold(one.code) for one in columns), tuple(fold(one.title) for one in columns))


def heads_of(sheet: Sheet, tables: Sequence[Captions]) -> Iterator[Head]:
    for number, cells in sheet.rows.items():
        words = {column: fold(str(cell.value)) for column, cell in cells.items() if _may_be_caption(cell)}
        fitting = [(one, columns) for one in tables if (columns := one.columns(words))]
        own = [one for one in fitting if fold(f"Bảng {one[0].table.number}") == fold(sheet.title)]
        for one, columns in (own or fitting)[:1]:
            by_code = _KEY in words.values()
            above = [sheet.rows[row] for row in range(number - _ROWS_OF_CAPTIONS, number) if row in sheet.rows]
            yield Head(number, one.table, columns, by_code, one.contradicted(columns, above) if by_code else {})


def _may_be_caption(cell: Cell) -> bool:
    return isinstance(cell.value, str) and len(cell.value) <= LONGEST_CAPTION
