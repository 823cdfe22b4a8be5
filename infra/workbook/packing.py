"""An openpyxl workbook -> bytes that depend on nothing but its content: no clock, no machine."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

_FIRST_SHEET = "xl/worksheets/sheet1.xml"
_OLDEST = (1980, 1, 1, 0, 0, 0)
# Where ignoredErrors may stand in a sheet (ECMA-376, 18.3.1.99): before the drawing of the comments, if there is one.
_BEFORE_DRAWINGS = re.compile(rb"<legacyDrawing\b|</worksheet>")


def pack(book: Workbook, day: date, results: Mapping[str, str], text_cells: str) -> bytes:
    """`results`: what the formulas give now, by cell, for programs that show a file without calculating it."""
    book.properties.created = book.properties.modified = datetime.combine(day, time())
    first = BytesIO()
    with ZipFile(first, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()
    packed = BytesIO()
    with ZipFile(first) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == _FIRST_SHEET:
                part = _without_green_corners(_with_results(part, results), text_cells)
            target.writestr(ZipInfo(name, _OLDEST), part, ZIP_DEFLATED)
    return packed.getvalue()


def _with_results(sheet: bytes, results: Mapping[str, str]) -> bytes:
    """openpyxl writes formulas without a result: then phones and Excel's protected view show nothing."""
    for cell, text in results.items():
        found = re.search(rb'<c r="%b"([^>]*)>(<f>[^<]*</f>)<v\s*(?:/>|></v>)' % cell.encode(), sheet)
        if found:
            written = b'<c r="%b"%b t="str">%b<v>%b</v>' % (cell.encode(), *found.groups(), escape(text).encode())
            sheet = sheet[: found.start()] + written + sheet[found.end() :]
    return sheet


def _without_green_corners(sheet: bytes, text_cells: str) -> bytes:
    """Excel offers to turn numbers in text cells into numbers; openpyxl cannot write the element that says not to."""
    calm = f'<ignoredErrors><ignoredError sqref="{text_cells}" numberStoredAsText="1"/></ignoredErrors>'.encode()
    return _BEFORE_DRAWINGS.sub(lambda found: calm + found[0], sheet, count=1)
