"""How the cells of a sheet look: by the names of their looks, each given its number when it is first used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from infra.excel_text import LONGEST_IN_TEXT_FORMAT, begins_anew, keep_as_text

FONT = "Times New Roman"
NAVY = "1F4E79"
_BORDER = Border(*(Side(style="thin", color="BFBFBF") for _ in range(4)))
# The prefix makes LibreOffice write 1.234,5; Excel follows the machine's own language.
COUNT, DECIMAL, RATE, DAY = "[$-42A]#,##0", "[$-42A]#,##0.0#", "[$-42A]0.0%", "dd\\/mm\\/yyyy"


@dataclass(frozen=True)
class Style:
    align: str = "center"
    bold: bool = False
    italic: bool = False
    size: int = 11
    colour: str = "000000"
    fill: str = ""
    format: str = "General"
    border: bool = True
    wrap: bool = False


OUTCOME_FILLS: Mapping[str, str] = {
    "on_time": "C6E0B4",
    "late": "FFE699",
    "partial": "F8CBAD",
    "silent": "FF9C9C",
    "unreachable": "D9B3E6",
    "not_due": "DDEBF7",
    "exempt": "D9D9D9",
}
STYLES: Mapping[str, Style] = {
    "authority": Style("left", bold=True, size=12, border=False),
    "title": Style("left", bold=True, size=15, colour=NAVY, border=False),
    "remark": Style("left", italic=True, border=False),
    "note": Style("left", border=False, wrap=True),
    "note_title": Style("left", bold=True, size=12, colour=NAVY, border=False),
    "caption": Style(bold=True, colour="FFFFFF", fill=NAVY, wrap=True),
    "text": Style("left", wrap=True),
    "mark": Style(),
    "count": Style(format=COUNT),
    "decimal": Style(format=DECIMAL),
    "rate": Style(format=RATE),
    "day": Style(format=DAY),
    "total_text": Style("left", bold=True, fill="DDEBF7", wrap=True),
    "total_count": Style(bold=True, fill="DDEBF7", format=COUNT),
    "total_decimal": Style(bold=True, fill="DDEBF7", format=DECIMAL),
    "total_rate": Style(bold=True, fill="DDEBF7", format=RATE),
    "good": Style(fill=OUTCOME_FILLS["on_time"]),
    "half": Style(fill=OUTCOME_FILLS["late"]),
    "bad": Style(fill=OUTCOME_FILLS["silent"]),
    "flagged": Style(fill="FFF2CC", italic=True),
    "flagged_day": Style(fill="FFF2CC", italic=True, format=DAY),
    "grey": Style(fill=OUTCOME_FILLS["exempt"]),
    **{outcome: Style(fill=fill) for outcome, fill in OUTCOME_FILLS.items()},
}


class Looks:
    """Of one book, whose sheets share their numbers."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._numbers: dict[str, int] = {}

    def number(self, style: str, text: str | None = None) -> int:
        """One more of each style for texts that Excel would make something else of at F2 and Enter."""
        if text is None or not begins_anew(text):
            return self._numbers.get(style) or self._given(style, self._cell(style))
        key = f"{style}, {'long' if len(text) > LONGEST_IN_TEXT_FORMAT else 'short'} text"
        if key not in self._numbers:
            cell = self._cell(style)
            keep_as_text(cell, text)
            self._given(key, cell)
        return self._numbers[key]

    def _given(self, key: str, cell: Cell) -> int:
        self._numbers[key] = int(cell.style_id)
        return self._numbers[key]

    def _cell(self, style: str) -> Cell:
        look, cell = STYLES[style], Cell(self._sheet, column=1, row=1)
        cell.font = Font(name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=look.colour)
        cell.alignment = Alignment(horizontal=look.align, vertical="center", wrap_text=look.wrap)
        cell.number_format = look.format
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if look.border:
            cell.border = _BORDER
        return cell
