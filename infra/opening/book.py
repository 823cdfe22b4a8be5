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
MOST_COMMENTS = 500
# How LibreOffice saves a yes or no that somebody ticked or typed: nobody has calculated it.
SAID_IN_FORMULA: Mapping[str, bool] = {"=TRUE()": True, "=FALSE()": False}
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
    struck: bool = False  # through all of it or some


Rows = Mapping[int, Mapping[int, Cell]]
# What somebody wrote in the comment of a cell: row, column, words.
Comment = tuple[int, int, str]
# One cell on its way: row, column, then the cell's own fields; a date travels as text beside the mark "d".
Packed = list[Any]


@dataclass
class Sheet:
    title: str
    footer: str = ""
    packed: list[Packed] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    hidden: bool = False  # who fills the form does not see it

    def comment(self, row: int, column: int, words: str) -> None:
        if 0 < row <= MOST_ROWS and 0 < column <= MOST_COLUMNS and words.strip() and len(self.comments) < MOST_COMMENTS:
            self.comments.append((row, column, words[:LONGEST_TEXT]))

    def put(self, row: int, column: int, cell: Cell) -> None:
        if row <= MOST_ROWS and column <= MOST_COLUMNS:
            if (said := SAID_IN_FORMULA.get(cell.formula.upper())) is not None:
                cell = cell._replace(value=said, formula="")
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


def column_number(letters: str) -> int:
    """'A' -> 1, 'AA' -> 27; nothing, or anything else, is 0."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number


def asdict_shallow(book: Book) -> dict[str, Any]:
    """Like `asdict`, which would copy every cell once more."""
    sheets = [[one.title, one.footer, one.packed, one.comments, one.hidden] for one in book.sheets]
    return {**vars(book), "sheets": sheets}


def unpacked(data: bytes) -> Book:
    fields = json.loads(data)
    return Book(**{**fields, "sheets": [Sheet(*one) for one in fields["sheets"]]})
