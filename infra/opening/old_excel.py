"""An Excel 97-2003 workbook (.xls) -> plain cells, by xlrd, which says what a number's format means."""

import struct
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import xlrd
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT, error_text_from_code
from xlrd.compdoc import CompDoc

from infra.opening.book import MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet
from infra.opening.formats import BUILT_IN, Meaning, as_shown, meaning
from infra.opening.refusals import MACROS, refuse
from tasks.domain.answer import Raw
from tasks.domain.old_letters import is_old_font

MOST_MERGED_CELLS = 20_000
_STREAMS = ("Workbook", "Book")
_BOUNDSHEET, _EOF, _FILEPASS, _FOOTER = 0x85, 0x0A, 0x2F, 0x15
_FORMULAS = frozenset({0x06, 0x206, 0x406})
_LEAST_FORMULA, _BEFORE_TOKENS = 22, 20
# The tokens of a bare yes or no, as LibreOffice and as Excel and Gnumeric write them.
_SAID = {b"\x1d\x01": "=TRUE()", b"\x1d\x00": "=FALSE()"} | {
    kind + number + b"\x00": formula
    for kind in (b"\x21", b"\x41", b"\x61")
    for number, formula in ((b"\x22", "=TRUE()"), (b"\x23", "=FALSE()"))
}
_WORKSHEET = 0
_VISIBLE = 0
_FIRST_CUSTOM_FORMAT = 164


def open_old_excel(data: bytes) -> Book:
    stream = _stream(data)
    if any(kind == _FILEPASS for kind, _, _ in _records(stream, 0)):
        refuse("encrypted")
    source = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=StringIO())
    starts = [start for start, kind in _sheet_starts(stream) if kind == _WORKSHEET]
    book = Book()
    for index, sheet in enumerate(source.sheets()):
        start = starts[index] if index < len(starts) else len(stream)
        book.sheets.append(_sheet(source, sheet, _formulas(stream, start)))
    for name in source.name_obj_list:
        book.names[name.name] = str(getattr(getattr(name, "result", None), "value", "") or "")
    if "_VBA_PROJECT_CUR".encode("utf-16-le") in data:
        book.remarks.append(MACROS)
    return book


def _sheet(source: Any, sheet: Any, formulas: Mapping[tuple[int, int], str]) -> Sheet:
    made = Sheet(sheet.name, hidden=sheet.visibility != _VISIBLE)
    covered = _covered(sheet)
    for row, column in covered:
        made.put(row + 1, column + 1, Cell(covered=True))
    for row in range(min(sheet.nrows, MOST_ROWS)):
        for column in range(min(sheet.row_len(row), MOST_COLUMNS)):
            if (row, column) in covered:
                continue
            cell = _cell(source, sheet, row, column, formulas.get((row, column), ""))
            if cell is not None:
                made.put(row + 1, column + 1, cell._replace(struck=_is_struck(source, sheet, row, column)))
    for (row, column), note in sheet.cell_note_map.items():
        made.comment(row + 1, column + 1, note.text)
    return made


def _covered(sheet: Any) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for top, bottom, left, right in sheet.merged_cells:
        bottom, right = min(bottom, MOST_ROWS), min(right, MOST_COLUMNS)
        if len(found) + max(0, bottom - top) * max(0, right - left) > MOST_MERGED_CELLS:
            refuse("complex")
        found |= {(row, column) for row in range(top, bottom) for column in range(left, right)} - {(top, left)}
    return found


def _cell(source: Any, sheet: Any, row: int, column: int, formula: str) -> Cell | None:
    """xlrd tells days from numbers too, but takes format numbers of East Asian programs for days."""
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == XL_CELL_TEXT:
        return Cell(value, formula, font=_font(source, sheet, row, column)) if value or formula else None
    if kind == XL_CELL_BOOLEAN:
        return Cell(bool(value), formula)
    if kind == XL_CELL_ERROR:
        return Cell(error_text_from_code.get(value, "#N/A"), formula)
    if kind in {XL_CELL_NUMBER, XL_CELL_DATE}:
        number: int | float = int(value) if value.is_integer() and abs(value) < 1e15 else value
        what = _meaning(source, sheet, row, column)
        from_1904 = bool(source.datemode)
        shown: Raw = as_shown(number, what, from_1904=from_1904)
        since_1904 = from_1904 and shown is number
        return Cell(shown, formula, percent=what is Meaning.PERCENT, since_1904=since_1904)
    return Cell(None, formula) if formula else None


def _meaning(source: Any, sheet: Any, row: int, column: int) -> Meaning:
    key = source.xf_list[sheet.cell_xf_index(row, column)].format_key
    if key in BUILT_IN:
        return BUILT_IN[key]
    known = source.format_map.get(key)
    return meaning(known.format_str) if known and key >= _FIRST_CUSTOM_FORMAT else Meaning.PLAIN


def _is_struck(source: Any, sheet: Any, row: int, column: int) -> bool:
    """All of its letters, or a run of them."""
    runs = sheet.rich_text_runlist_map.get((row, column), ())
    fonts = [source.xf_list[sheet.cell_xf_index(row, column)].font_index, *(font for _, font in runs)]
    return any(source.font_list[font].struck_out for font in fonts if font < len(source.font_list))


def _font(source: Any, sheet: Any, row: int, column: int) -> str:
    index = source.xf_list[sheet.cell_xf_index(row, column)].font_index
    name = source.font_list[index].name if index < len(source.font_list) else ""
    return name if is_old_font(name) else ""


# --- records: what xlrd knows but does not tell ------------------------------------------------------------------


def _stream(data: bytes) -> bytes:
    document = CompDoc(data, logfile=StringIO())
    for name in _STREAMS:
        memory, start, length = document.locate_named_stream(name)
        if memory is not None:
            return bytes(memory[start : start + length])
    return refuse("doc" if "WordDocument".encode("utf-16-le") in data else "unknown")


def _records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(kind, where its content begins, length) of one substream, up to its end."""
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        yield kind, start + 4, length
        if kind == _EOF:
            return
        start += 4 + length


def _sheet_starts(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where each sheet begins, and what kind of sheet it is."""
    for kind, place, length in _records(stream, 0):
        if kind == _BOUNDSHEET and length >= 6:
            start, _, sheet_kind = struct.unpack_from("<LBB", stream, place)
            yield start, sheet_kind


def _formulas(stream: bytes, start: int) -> Mapping[tuple[int, int], str]:
    """The cells whose value was calculated; xlrd gives the result alone, and from what is not read."""
    return {
        struct.unpack_from("<HH", stream, place): _SAID.get(_tokens(stream[place : place + length]), "=…")
        for kind, place, length in _records(stream, start)
        if kind in _FORMULAS and length >= 4
    }


def _tokens(record: bytes) -> bytes:
    if len(record) < _LEAST_FORMULA:
        return b""
    (length,) = struct.unpack_from("<H", record, _BEFORE_TOKENS)
    return record[_LEAST_FORMULA : _LEAST_FORMULA + length]
