"""Rows -> the XML of a sheet (ECMA-376, 18.3.1.73). Written by hand, for this is what is done for every unit anew."""

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from infra.workbook.look import FAMILY, GREY, RED, SIZE, SMALL
from infra.workbook.rows import Cell, Row

_FONT = f'<rFont val="{FAMILY}"/>'
# The two inks of a cell with lines added below its text.
_INKS: Mapping[str, tuple[str, str]] = {
    "question": (f'{_FONT}<sz val="{SIZE}"/>', f'{_FONT}<i/><color rgb="FF{GREY}"/><sz val="{SMALL}"/>'),
    "how": (f'{_FONT}<sz val="{SMALL}"/>', f'{_FONT}<b/><color rgb="FF{RED}"/><sz val="{SMALL}"/>'),
}
_LETTERS = ("", *(get_column_letter(number) for number in range(1, 100)))
# "_x0041_" in somebody's words would be shown as "A": it is how a file writes a letter (ST_Xstring, 22.9.2.19).
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NEEDS_SPACE = re.compile(r"^\s|\s$|\n")


def sheet_rows(rows: Iterable[Row], styles: Mapping[str, int]) -> bytes:
    """`styles`: the number of each look in the workbook's table of cell formats."""
    return "".join(_row(row, styles) for row in rows).encode()


def spelt(text: str) -> str:
    """As a part says it."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", text))


def _row(row: Row, styles: Mapping[str, int]) -> str:
    cells = "".join(_cell(cell, row.number, styles) for cell in row.cells)
    kept = "" if row.grows else ' customHeight="1"'
    return f'<row r="{row.number}" ht="{row.height:.2f}"{kept}>{cells}</row>'


def _cell(cell: Cell, row: int, styles: Mapping[str, int]) -> str:
    start = f'<c r="{_LETTERS[cell.column]}{row}" s="{styles[cell.look]}"'
    if cell.formula:
        # With its result: phones and Excel's protected view show a file without calculating it.
        return f'{start} t="str"><f>{escape(cell.formula)}</f><v>{escape(cell.text)}</v></c>'
    if cell.added:
        first, second = _INKS[cell.look]
        return f'{start} t="inlineStr"><is>{_run(first, cell.text)}{_run(second, chr(10) + cell.added)}</is></c>'
    # As an inline string, "=1+1" in somebody's answer stays text.
    return f'{start} t="inlineStr"><is>{_text(cell.text)}</is></c>' if cell.text else f"{start}/>"


def _run(ink: str, text: str) -> str:
    return f"<r><rPr>{ink}</rPr>{_text(text)}</r>"


def _text(text: str) -> str:
    keep = ' xml:space="preserve"' if _NEEDS_SPACE.search(text) else ""
    return f"<t{keep}>{spelt(text)}</t>"
