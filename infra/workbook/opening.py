"""A returned workbook opened with openpyxl: its cells within sane bounds, formulas with the result they last had."""

import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from functools import cached_property
from io import BytesIO
from typing import cast
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook

from infra.workbook.guard import REASONS
from infra.workbook.layout import decimal_text
from tasks.domain.answer import Raw
from tasks.domain.errors import UnreadableWorkbook

# Without defusedxml, openpyxl expands XML entities of strangers: then this module must not even load.
assert openpyxl.DEFUSEDXML, "cần cài defusedxml"

MOST_ROWS = 2_000
MOST_COLUMNS = 60
# Parts that hold no answer, but on which openpyxl trips: huge or broken pictures and charts.
_DRAWINGS = re.compile(r"^xl/(drawings|media|charts)/")
_DRAWING_LINKS = re.compile(rb"<Relationship\b[^>]*/relationships/(?:drawing|image|vmlDrawing)[\"'][^>]*/>")
_EMPTY_FILLS = re.compile(rb"<fill\s*/>|<fill>\s*</fill>")

Rows = Mapping[int, Mapping[int, Cell | MergedCell]]


class Book:
    """The workbook as typed. What the formulas gave is a second load, made only when somebody typed a formula."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.book = _load(data, data_only=False)
        self._rows = [(sheet.title, _rows(sheet)) for sheet in self.book.worksheets]

    def rows_by_sheet(self) -> Iterator[tuple[str, Rows]]:
        yield from self._rows

    @cached_property
    def _results(self) -> Workbook:
        return _load(self._data, data_only=True)

    def value(self, cell: Cell | MergedCell | None) -> Raw:
        """What stands in a cell, in one of the shapes that `read_answer` knows."""
        if cell is None or isinstance(cell, MergedCell):
            return None
        value = self._results[cell.parent.title][cell.coordinate].value if is_formula(cell) else cell.value
        if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in cell.number_format:
            # 12 % is stored as 0.12: as text it says what its author saw, whatever the item asks for.
            return f"{decimal_text(round(100 * value, 9))}%"
        return str(value) if isinstance(value, (time, timedelta)) else cast(Raw, value)


def is_formula(cell: Cell | MergedCell | None) -> bool:
    return cell is not None and cell.data_type == "f"


def _rows(sheet: object) -> Rows:
    """The cells that exist. `iter_rows` would create all the others up to the farthest one."""
    rows: dict[int, dict[int, Cell | MergedCell]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):  # type: ignore[attr-defined]
        if row <= MOST_ROWS and column <= MOST_COLUMNS:
            rows.setdefault(row, {})[column] = cell
    return rows


def _load(data: bytes, *, data_only: bool) -> Workbook:
    """openpyxl raises anything at all on what other programs write: a file it cannot take is mended once."""
    try:
        return _open(data, data_only=data_only)
    except Exception:
        try:
            return _open(_mended(data), data_only=data_only)
        except Exception as error:
            raise UnreadableWorkbook(REASONS["corrupt"]) from error


def _open(data: bytes, *, data_only: bool) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "extension is not supported": nothing that we read
        return openpyxl.load_workbook(BytesIO(data), data_only=data_only, keep_links=False)


def _mended(data: bytes) -> bytes:
    """Without pictures, and with the empty fills that some programs write made whole."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            if not _DRAWINGS.match(name):
                part = _DRAWING_LINKS.sub(b"", source.read(name))
                target.writestr(name, _EMPTY_FILLS.sub(b"<fill><patternFill/></fill>", part))
    return buffer.getvalue()
