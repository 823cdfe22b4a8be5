"""A spreadsheet as plain cells, whichever program wrote it; small enough to travel as JSON between two processes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from tasks.domain.answer import Raw

MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_TEXT = 32_767  # what a cell of Excel holds


class Cell(NamedTuple):
    """What stands in a cell. `font` is named only where its letters are not Unicode (.VnTime, VNI-Times).

    `since_1904`: a bare number of a book that counts its days from 1904, as Excel for Mac once did.
    """

    value: Raw = None
    formula: str = ""
    percent: bool = False
    covered: bool = False  # by the upper left cell of a merged range
    font: str = ""
    since_1904: bool = False


Rows = Mapping[int, Mapping[int, Cell]]
# One cell on its way: row, column, then the cell's own fields; a date travels as text beside the mark "d".
Packed = list[Any]


@dataclass
class Sheet:
    title: str
    footer: str = ""
    packed: list[Packed] = field(default_factory=list)

    def put(self, row: int, column: int, cell: Cell) -> None:
        if row <= MOST_ROWS and column <= MOST_COLUMNS:
            value: Any = cell.value
            if isinstance(value, str):
                value = value[:LONGEST_TEXT]
            is_day = isinstance(value, datetime)
            self.packed.append([row, column, "d" if is_day else "", value.isoformat() if is_day else value, *cell[1:]])

    @cached_property
    def rows(self) -> Rows:
        """The cells that exist, top down and from left to right."""
        rows: dict[int, dict[int, Cell]] = {}
        for row, column, mark, value, *rest in sorted(self.packed, key=lambda one: (one[0], one[1])):
            rows.setdefault(row, {})[column] = Cell(datetime.fromisoformat(value) if mark else value, *rest)
        return rows


@dataclass
class Book:
    sheets: list[Sheet] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    keywords: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def packed(self) -> bytes:
        return json.dumps(asdict_shallow(self), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def asdict_shallow(book: Book) -> dict[str, Any]:
    """Like `asdict`, which would copy every cell once more."""
    return {**vars(book), "sheets": [[sheet.title, sheet.footer, sheet.packed] for sheet in book.sheets]}


def unpacked(data: bytes) -> Book:
    fields = json.loads(data)
    return Book(**{**fields, "sheets": [Sheet(*one) for one in fields["sheets"]]})
