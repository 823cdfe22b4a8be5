"""The register as a workbook: rows out of the list an office keeps, and the stored register written back."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from infra.excel_text import begins_anew, keep_as_text
from tasks.domain.cell import Raw, is_blank
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.register import HEADINGS, LINE, REQUIRED, Off, Row, UnitEntry, field_below, field_of
from tasks.domain.vietnamese import one_line

WIDTHS = {
    "name": 42,
    "kind": 24,
    "addressee": 34,
    "contact": 24,
    "addresses": 34,
    "head": 24,
    "head_addresses": 34,
    "note": 30,
}
HEADING_ROWS = 20
_SAYS_NO_UNIT = frozenset(["order", LINE, "kind"])
"""Numbers, and a kind that is merged over more rows than there are units."""
MOST_ROWS = 20_000


def read_rows(path: Path) -> list[Row]:
    """The filled rows of every visible sheet with a heading row, one sheet after the other; raises KiemtraError when
    there is none."""
    values, formulas = _open(path, data_only=True), _open(path, data_only=False)
    visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    sheets = [(sheet, found) for sheet in visible if (found := _heading(sheet))]
    if not sheets:
        names = ", ".join(f"“{name}”" for name in HEADINGS.values())
        raise KiemtraError(
            f"{path.name}: không thấy hàng tiêu đề. Cần ít nhất “Tên đơn vị” và “Loại hình”; các cột: {names}."
        )
    several = len(sheets) > 1
    return [
        row
        for sheet, found in sheets
        for row in _rows(sheet, formulas[sheet.title], *found, sheet.title if several else "")
    ]


def left_out(path: Path) -> list[str]:
    """What of the file is not read: sheets, and columns of the office's own."""
    book, said = _open(path, data_only=True), []
    for sheet in book.worksheets:
        found = _heading(sheet)
        if found is None or sheet.sheet_state != "visible":
            if sheet.max_row > 1 or sheet["A1"].value is not None:
                why = "đang bị ẩn" if sheet.sheet_state != "visible" else "không có hàng tiêu đề của danh sách"
                said.append(f"không đọc trang “{sheet.title}” ({why})")
            continue
        heading, columns = found
        own = [one for one in range(1, sheet.max_column + 1) if one not in columns.values()]
        names = [f"“{name}”" for one in own if (name := _caption(sheet, heading, one))]
        if names:
            said.append(f"trang “{sheet.title}”: không đọc cột {', '.join(names)}")
    return said


def _caption(sheet: Any, heading: int, column: int) -> str:
    value = sheet.cell(heading, column).value
    return "" if is_blank(value) else one_line(str(value))


def _open(path: Path, *, data_only: bool) -> Any:
    if not path.is_file():
        raise KiemtraError(f"Không thấy tệp {path}.")
    try:
        return load_workbook(path, data_only=data_only, keep_links=False)
    except Exception as error:
        raise KiemtraError(
            f"Không mở được {path.name} như một tệp Excel .xlsx ({error}). Hãy lưu lại dạng .xlsx."
        ) from error


def _heading(sheet: Any) -> tuple[int, dict[str, int]] | None:
    """The last row and the columns of the captions, wherever the office put them; a caption may stand in two rows."""
    for number in range(1, min(sheet.max_row, HEADING_ROWS) + 1):
        columns: dict[str, int] = {}
        for cell in sheet[number]:
            if field := field_of(cell.value) if isinstance(cell.value, str) else None:
                columns.setdefault(field, cell.column)
        if all(field in columns for field in REQUIRED):
            below = _below(sheet, number)
            return (number + 1, {**columns, **below}) if below else (number, columns)
    return None


def _below(sheet: Any, number: int) -> dict[str, int]:
    """The columns that have their captions in the next row, below one that reaches over several of them."""
    found: dict[str, int] = {}
    for merged in sheet.merged_cells.ranges:
        if merged.min_row == merged.max_row == number and merged.min_col < merged.max_col:
            group = sheet.cell(number, merged.min_col).value
            for column in range(merged.min_col, merged.max_col + 1):
                caption = sheet.cell(number + 1, column).value
                if isinstance(group, str) and isinstance(caption, str) and (field := field_below(group, caption)):
                    found.setdefault(field, column)
    return found


def _rows(sheet: Any, formulas: Any, heading: int, columns: dict[str, int], title: str) -> Iterable[Row]:
    merged = _merged_down(sheet)
    for number in range(heading + 1, min(sheet.max_row, MOST_ROWS) + 1):
        places = {field: f"{get_column_letter(column)}{number}" for field, column in columns.items()}
        cells: dict[str, Raw] = {
            field: sheet.cell(*merged.get((number, column), (number, column))).value
            for field, column in columns.items()
        }
        uncomputed = tuple(
            field for field, place in places.items() if cells[field] is None and _is_formula(formulas[place])
        )
        if not uncomputed and all(is_blank(cell) for field, cell in cells.items() if field not in _SAYS_NO_UNIT):
            continue
        yield Row(number, cells, places, title, _off(sheet, number, columns), uncomputed)


def _merged_down(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell of a range that is merged over several rows -> the cell that holds its value."""
    return {
        (row, column): (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        if merged.min_row < merged.max_row
        for row in range(merged.min_row, min(merged.max_row, MOST_ROWS) + 1)
        for column in range(merged.min_col, merged.max_col + 1)
    }


def _is_formula(cell: Any) -> bool:
    return isinstance(cell.value, str) and cell.data_type == "f"


def _off(sheet: Any, number: int, columns: dict[str, int]) -> Off | None:
    if sheet.row_dimensions[number].hidden:
        return Off.HIDDEN
    name = sheet.cell(number, columns["name"])
    return Off.STRUCK if name.font is not None and name.font.strike else None


def write_register(path: Path, entries: Sequence[UnitEntry]) -> None:
    """The stored register in the shape that an import reads."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Danh sách đơn vị"
    for column, (field, heading) in enumerate(HEADINGS.items(), start=1):
        _style_heading(sheet.cell(1, column, heading))
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(field, 16)
    for number, entry in enumerate(entries, start=2):
        for column, field in enumerate(HEADINGS, start=1):
            _write(sheet.cell(number, column), _cell(entry, field))
    _finish(sheet, len(entries))
    book.save(path)


def _cell(entry: UnitEntry, field: str) -> object:
    value = getattr(entry, field)
    if field == "kind":
        return UNIT_KIND_NAMES[value]
    return "; ".join(value) if isinstance(value, tuple) else value


def _write(cell: Any, value: object) -> None:
    if value in (None, ""):
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a name that begins with = is no formula
        if begins_anew(value):
            keep_as_text(cell, value)
    if hasattr(value, "strftime"):
        cell.number_format = "dd/mm/yyyy"
    cell.font = Font(name="Times New Roman", size=12)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _style_heading(cell: Any) -> None:
    side = Side(style="thin", color="808080")
    cell.font = Font(name="Times New Roman", size=12, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="1F4E79")
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _finish(sheet: Any, count: int) -> None:
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(HEADINGS))}{count + 1}"
    column = get_column_letter(list(HEADINGS).index("kind") + 1)
    kinds = DataValidation(type="list", formula1=f'"{",".join(UNIT_KIND_NAMES.values())}"', allow_blank=True)
    kinds.add(f"{column}2:{column}{count + 200}")
    sheet.add_data_validation(kinds)
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def raise_if_wrong(problems: Sequence[Problem]) -> None:
    if problems:
        raise DefinitionError(list(problems))
