"""Rows of a write-only sheet, each one text of XML: an object for every cell takes several times as long."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.xml.functions import fromstring

from infra.document.package import xml_text
from infra.document.sheet_looks import Looks
from infra.excel_text import cut

LONGEST_CELL = 32_767

Content = str | int | float | date | None


class Styled(NamedTuple):
    """A value that does not look like the rest of its column."""

    value: Content
    style: str


class SheetRows:
    """What is put in is written at once and not kept."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._looks, self._letters = sheet, Looks(sheet), [""]
        self.count = 0
        sheet._values_to_row = lambda row, number: row
        sheet._get_writer()
        sheet._writer.write_row = _write

    def put(self, cells: Sequence[Styled], height: float | None = None) -> None:
        """A height is the row's own; without one every program finds it by itself."""
        self.count += 1
        while len(self._letters) <= len(cells):
            self._letters.append(get_column_letter(len(self._letters)))
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        inside = "".join(self._cell(at, *cell) for at, cell in enumerate(cells, start=1))
        self._sheet.append((f'<row r="{self.count}"{tall}>{inside}</row>',))

    def _cell(self, column: int, value: Content, style: str) -> str:
        """Only ever a value: “=…” would be a formula, and “#N/A” an error, if openpyxl were to guess."""
        place = f'<c r="{self._letters[column]}{self.count}" s="'
        if not isinstance(value, str):
            number = self._looks.number(style)
            return f'{place}{number}"/>' if value is None else f'{place}{number}"><v>{_number(value)}</v></c>'
        text = cut(xml_text(value), LONGEST_CELL)
        opening = f'{place}{self._looks.number(style, text)}" t="inlineStr"'
        if not text:
            return f"{opening}/>"
        kept = ' xml:space="preserve"' if text != text.strip() else ""
        return f"{opening}><is><t{kept}>{_escaped(text)}</t></is></c>"


def _escaped(text: str) -> str:
    """A reader of XML would make a new line of a bare carriage return."""
    return escape(text, quote=False).replace("\r", "&#13;")


def _number(value: float | date) -> str:
    if isinstance(value, date):
        value = to_excel(value)
    return str(value) if isinstance(value, int) else f"{value:.16g}"


def _write(stream: Any, row: tuple[str], number: int) -> None:
    stream.write(fromstring(row[0]))
