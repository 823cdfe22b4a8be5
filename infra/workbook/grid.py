"""Where everything of a form stands: fresh and returned forms share it, so that 'ô E14' means one cell in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from openpyxl.utils import get_column_letter

from infra.workbook.entry import Kind, kind_of
from infra.workbook.head import signatures
from infra.workbook.layout import Column, columns
from infra.workbook.look import WIDTHS
from tasks.domain.checklist import NUMERIC, Checklist


@dataclass(frozen=True)
class Grid:
    """`as_of`: the day whose legal bases are shown. `head_rows`: rows of words above the progress line."""

    checklist: Checklist
    as_of: date
    asks_estimate: bool
    shows_last_year: bool
    head_rows: int

    @cached_property
    def columns(self) -> list[Column]:
        return columns(asks_estimate=self.asks_estimate, shows_last_year=self.shows_last_year)

    @cached_property
    def place(self) -> Mapping[Column, int]:
        return {column: index for index, column in enumerate(self.columns, start=1)}

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def split(self) -> int:
        """The last column of the left half of the head."""
        return self.place[Column.BASIS]

    @property
    def progress_row(self) -> int:
        return self.head_rows + 1

    @property
    def header_row(self) -> int:
        return self.head_rows + 2

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of every item: under the header, with one row over each section."""
        found, row = {}, self.header_row
        for _, items in self.checklist.by_section():
            row += bool(items)
            for item in items:
                row += 1
                found[item.code] = row
        return found

    @cached_property
    def last_row(self) -> int:
        return max(self.rows.values())

    @property
    def signature_row(self) -> int:
        return self.last_row + 2

    @property
    def end_row(self) -> int:
        """With room for the signatures."""
        return self.signature_row + len(signatures())

    @property
    def halves(self) -> list[tuple[int, int, int]]:
        """(row, first column, last column) of the words above the table, each in one merged cell so that it wraps."""
        sides = ((1, self.split), (self.split + 1, self.width))
        return [(row, *side) for row in range(1, self.progress_row + 1) for side in sides]

    def letter(self, column: Column) -> str:
        """Empty where the form has no such column."""
        return get_column_letter(self.place[column]) if column in self.place else ""

    def span(self, first: int, last: int) -> float:
        return sum(WIDTHS[column] for column in self.columns[first - 1 : last])

    def answers(self) -> Mapping[Kind, list[str]]:
        """The cells that take an answer of each kind, from the top down."""
        found: dict[Kind, list[str]] = {}
        for item in self.checklist.items:
            wanted = [Column.ANSWER, *([Column.ESTIMATE] if self.asks_estimate and item.type in NUMERIC else [])]
            cells = [f"{self.letter(column)}{self.rows[item.code]}" for column in wanted]
            found.setdefault(kind_of(item), []).extend(cells)
        return found

    @property
    def answer_range(self) -> str:
        letter = self.letter(Column.ANSWER)
        return f"{letter}{self.header_row + 1}:{letter}{self.last_row}"

    @property
    def open_cells(self) -> str:
        return f"{self.letter(Column.ANSWER)}{self.header_row + 1}:{get_column_letter(self.width)}{self.last_row}"
