"""How a form looks: fonts, colours and borders by name, and the height a row needs for its wrapped text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from infra.workbook.layout import Column

FAMILY = "Times New Roman"
SIZE, SMALL = 12, 10
TALLEST_ROW = 409.0  # Excel's limit, in points
CAPITALS = 0.7  # of a line's letters, where they are capitals in bold
_LINE = 1.28  # line height over font size, Times New Roman
PADDING, TIGHT = 5.0, 1.0

WHITE, HEADER, SECTION = "FFFFFF", "C9D6E4", "E3EAF2"
OPEN, CLOSED, WRONG, MISSING = "F2F8FF", "EFEFEF", "FFC7CE", "FFF2B3"
RED, INK, GREY = "B00020", "000000", "444444"

WIDTHS: Mapping[Column, float] = {
    Column.CODE: 8.5,
    Column.QUESTION: 52,
    Column.BASIS: 25,
    Column.HOW: 19,
    Column.LAST_YEAR: 13,
    Column.ANSWER: 19,
    Column.ESTIMATE: 12,
    Column.EVIDENCE: 27,
    Column.NOTE: 21,
}


@dataclass(frozen=True)
class Look:
    size: int = SIZE
    bold: bool = False
    italic: bool = False
    ink: str = INK
    paper: str = WHITE
    across: str = "left"
    upright: str = "center"
    framed: bool = False
    banded: bool = False
    open: bool = False
    wraps: bool = True

    @property
    def indent(self) -> int:
        """Words keep off the frame; programs other than Excel draw them on it."""
        return int((self.framed or self.banded) and self.across == "left")


_TABLE = Look(framed=True, upright="top")
# Everything that is typed stays text ("@"). In a cell of General or number format, a program under another locale
# turns what is typed into something else without a word: 5/3/2025 into 3 May, 1.000 into 1, evidence "1-2" into a
# day. The reader then has the typed characters and can ask back; that is why even whole numbers are text here.
_ENTRY = Look(framed=True, upright="top", paper=OPEN, open=True)

LOOKS: Mapping[str, Look] = {
    "line": Look(),
    "strong": Look(bold=True),
    "title": Look(size=14, bold=True, across="center"),
    "agency": Look(across="center"),
    "agency strong": Look(bold=True, across="center"),
    "signed": Look(bold=True, across="center", wraps=False),
    "signed small": Look(italic=True, across="center", wraps=False),
    "code": Look(bold=True),
    "to fill in": Look(paper=OPEN, open=True, wraps=False),
    "due": Look(bold=True, ink=RED),
    "guide": Look(size=11),
    "guide title": Look(size=11, bold=True),
    "progress": Look(bold=True, wraps=False),
    "returned": Look(bold=True, ink=RED, paper=MISSING),
    "header": Look(bold=True, paper=HEADER, across="center", framed=True),
    "section": Look(bold=True, paper=SECTION, wraps=False, banded=True),
    "table code": replace(_TABLE, size=8, ink=GREY, across="center"),
    "table unit": replace(_TABLE, size=SMALL, italic=True, across="center"),
    "total": replace(_TABLE, bold=True, paper=CLOSED, across="center"),
    "totalled": replace(_TABLE, size=SMALL, italic=True, paper=CLOSED, across="center"),
    "note": Look(size=SMALL, italic=True, ink=GREY, upright="top"),
    "item code": replace(_TABLE, across="center"),
    "question": _TABLE,
    "basis": replace(_TABLE, size=SMALL, ink=GREY),
    "how": replace(_TABLE, size=SMALL),
    "last year": replace(_TABLE, size=SMALL, italic=True, ink=GREY, across="center"),
    "closed": replace(_TABLE, paper=CLOSED),
    "answer": replace(_ENTRY, across="center"),
    "answer wrong": replace(_ENTRY, across="center", paper=WRONG),
    "answer missing": replace(_ENTRY, across="center", paper=MISSING),
    "words": _ENTRY,
    "words wrong": replace(_ENTRY, paper=WRONG),
    "words missing": replace(_ENTRY, paper=MISSING),
    "entry": replace(_ENTRY, size=11),
}
_THIN = Side(style="thin", color="9AA5B1")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BAND = Border(top=_THIN, bottom=_THIN)


def dress(cell: Any, look: Look) -> None:
    cell.font = Font(name=FAMILY, size=look.size, bold=look.bold, italic=look.italic, color=look.ink)
    cell.alignment = Alignment(horizontal=look.across, vertical=look.upright, wrap_text=look.wraps, indent=look.indent)
    if look.paper != WHITE:
        cell.fill = PatternFill("solid", start_color=look.paper)
    if look.framed:
        cell.border = _FRAME
    elif look.banded:
        cell.border = _BAND
    if look.open:
        cell.number_format = "@"
        cell.protection = Protection(locked=False)


def height(*texts: tuple[str, float, int], padding: float = PADDING) -> float:
    """Points for the tallest of (text, column width, font size): spreadsheet programs do not grow a set row."""
    return min(TALLEST_ROW, max(_lines(text, width, size) * size * _LINE for text, width, size in texts) + padding)


def height_with_added(text: str, added: str, width: float, size: int) -> float:
    """For a cell with lines added below its text in the smaller ink: together no taller than a row may be."""
    below = height((added, width, SMALL), padding=0) if added else 0
    return min(TALLEST_ROW, height((text, width, size)) + below)


def _lines(text: str, width: float, size: int) -> int:
    # Measured on Vietnamese in Times New Roman: a column of width w at size 12 holds about 1.2 w letters a line, and
    # a wrapped line ends some letters early; an indent takes one more.
    room = max(4.0, width * 1.2 * SIZE / size - 4)
    return sum(max(1, ceil(len(line) / room)) for line in text.split("\n"))
