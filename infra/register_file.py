"""The register as a workbook: rows out of the list an office keeps, and the stored register written back."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tasks.domain.cell import Raw, is_blank
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.register import HEADINGS, REQUIRED, Row, UnitEntry, field_of

WIDTHS = {"name": 42, "kind": 24, "contact": 24, "addresses": 34, "head": 24, "head_addresses": 34, "note": 30}
HEADING_ROWS = 20
MOST_ROWS = 20_000


def read_rows(path: Path) -> list[Row]:
    """The filled rows of the first sheet with a heading row; raises KiemtraError when it is no such workbook."""
    if not path.is_file():
        raise KiemtraError(f"Không thấy tệp {path}.")
    try:
        book = load_workbook(path, data_only=True, keep_links=False)
    except Exception as error:
        raise KiemtraError(
            f"Không mở được {path.name} như một tệp Excel .xlsx ({error}). Hãy lưu lại dạng .xlsx."
        ) from error
    for sheet in book.worksheets:
        if found := _heading(sheet):
            return list(_rows(sheet, *found))
    names = ", ".join(f"“{name}”" for name in HEADINGS.values())
    raise KiemtraError(
        f"{path.name}: không thấy hàng tiêu đề. Cần ít nhất “Tên đơn vị” và “Loại hình”; các cột: {names}."
    )


def _heading(sheet: Any) -> tuple[int, dict[str, int]] | None:
    """The row and the columns of the captions, wherever the office put them."""
    for cells in sheet.iter_rows(min_row=1, max_row=HEADING_ROWS):
        columns: dict[str, int] = {}
        for cell in cells:
            field = field_of(cell.value) if isinstance(cell.value, str) else None
            if field:
                columns.setdefault(field, cell.column)
        if all(field in columns for field in REQUIRED):
            return cells[0].row, columns
    return None


def _rows(sheet: Any, heading: int, columns: dict[str, int]) -> Iterable[Row]:
    for number in range(heading + 1, min(sheet.max_row, MOST_ROWS) + 1):
        cells: dict[str, Raw] = {field: sheet.cell(number, column).value for field, column in columns.items()}
        if not all(is_blank(cell) for field, cell in cells.items() if field != "order"):
            yield Row(
                number, cells, {field: f"{get_column_letter(column)}{number}" for field, column in columns.items()}
            )


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
