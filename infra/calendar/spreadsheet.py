"""A calendar as an Excel sheet: a row for each stretch of days; what is written is read back the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from infra.excel_text import begins_anew, keep_as_text
from tasks.domain.calendar import Calendar, DecidedYear, days_of, is_stretch
from tasks.domain.calendar_file import Proposal, stretches
from tasks.domain.cell import Refusal
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.typed_day import read_day
from tasks.domain.vietnamese import day_text, fold, one_line

HEADINGS = {
    "first": "Từ ngày",
    "last": "Đến ngày",
    "kind": "Loại",
    "name": "Nội dung",
    "source": "Nguồn",
    "provisional": "Tạm tính",
}
REQUIRED = ("first", "kind", "name")
WIDTHS = {"first": 14, "last": 14, "kind": 12, "name": 48, "source": 60, "provisional": 12}
OFF, MAKE_UP, YES = "nghỉ", "làm bù", "x"
HEADING_ROWS, MOST_ROWS = 20, 5_000


@dataclass(frozen=True)
class _Row:
    number: int
    columns: Mapping[str, int]
    cells: Mapping[str, Any]
    sheet: str = ""
    """Named where years stand on several sheets."""

    def place(self, field: str) -> str:
        where = f"ô {get_column_letter(self.columns[field])}{self.number}"
        return f"{where} (trang “{self.sheet}”)" if self.sheet else where

    def text(self, field: str) -> str:
        value = self.cells.get(field)
        return one_line(str(value)) if value is not None else ""


def read_excel(path: Path) -> Proposal:
    """The sheet is the whole truth of every year that it names; raises KiemtraError, DefinitionError."""
    problems: list[Problem] = []
    years: dict[int, DecidedYear] = {}
    taken: dict[date, str] = {}
    for row in _rows(path):
        found = _days(row, problems)
        for day in found:
            if day in taken:
                problems.append(Problem(row.place("first"), f"ngày {day_text(day)} đã có ở {taken[day]}"))
                continue
            taken[day] = row.place("first")
            years[day.year] = _with_day(years.get(day.year) or DecidedYear(day.year, {}, {}), day, row)
    if not years and not problems:
        problems.append(Problem(path.name, "không có ngày nào dưới hàng tiêu đề"))
    if problems:
        raise DefinitionError(problems)
    return Proposal(tuple(years[number] for number in sorted(years)))


def _days(row: _Row, problems: list[Problem]) -> list[date]:
    first = _day(row, "first", problems)
    last = _day(row, "last", problems) if row.text("last") else first
    if not row.text("name"):
        problems.append(Problem(row.place("name"), "chưa ghi nội dung, ví dụ “Tết Nguyên đán”"))
    if not fold(row.text("kind")).startswith(("nghi", "lam bu", "di lam")):
        problems.append(
            Problem(row.place("kind"), f"ghi “{OFF}” hoặc “{MAKE_UP}”, đang là “{row.text('kind') or '(trống)'}”")
        )
        return []
    if first is None or last is None:
        return []
    if not is_stretch(first, last):
        problems.append(Problem(row.place("first"), f"khoảng từ {day_text(first)} đến {day_text(last)} không hợp lệ"))
        return []
    if not fold(row.text("kind")).startswith("nghi") and first != last:
        problems.append(Problem(row.place("last"), "ngày làm bù ghi từng ngày một dòng"))
        return []
    return days_of(first, last)


def _with_day(year: DecidedYear, day: date, row: _Row) -> DecidedYear:
    off, make_up, name = dict(year.off), dict(year.make_up), row.text("name")
    (off if fold(row.text("kind")).startswith("nghi") else make_up)[day] = name
    return DecidedYear(
        year.year, off, make_up, year.source or row.text("source"), year.provisional or bool(row.text("provisional"))
    )


def _day(row: _Row, field: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(read_day(row.cells.get(field) or "", asks_if_swapped=False)[0])
    except Refusal:
        problems.append(Problem(row.place(field), f"“{row.text(field)}” không phải một ngày, ví dụ 31/10/2025"))
        return None


def _rows(path: Path) -> Iterator[_Row]:
    try:
        book = load_workbook(path, data_only=True, keep_links=False)
    except Exception as error:
        raise KiemtraError(
            f"Không mở được {path.name} như một tệp Excel .xlsx ({error}). Hãy lưu lại dạng .xlsx."
        ) from error
    found = [(sheet, heading) for sheet in book.worksheets if (heading := _heading(sheet)) is not None]
    for sheet, heading in found:
        top, columns = heading
        for number in range(top + 1, min(sheet.max_row, MOST_ROWS) + 1):
            cells = {field: sheet.cell(number, column).value for field, column in columns.items()}
            if any(cell not in (None, "") for cell in cells.values()):
                yield _Row(number, columns, cells, sheet.title if len(found) > 1 else "")
    if found:
        return
    names = ", ".join(f"“{name}”" for name in HEADINGS.values())
    raise KiemtraError(
        f"{path.name}: không thấy hàng tiêu đề. Các cột: {names}; bắt buộc ba cột Từ ngày, Loại, Nội dung."
    )


def _heading(sheet: Any) -> tuple[int, dict[str, int]] | None:
    known = {fold(name): field for field, name in HEADINGS.items()}
    for cells in sheet.iter_rows(min_row=1, max_row=HEADING_ROWS):
        columns: dict[str, int] = {}
        for cell in cells:
            field = known.get(fold(cell.value)) if isinstance(cell.value, str) else None
            if field:
                columns.setdefault(field, cell.column)
        if all(field in columns for field in REQUIRED):
            return cells[0].row, columns
    return None


# --- out ---------------------------------------------------------------------------------------------------------


def write_excel(path: Path, calendar: Calendar) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Lịch"
    for column, (field, heading) in enumerate(HEADINGS.items(), start=1):
        _put(sheet.cell(1, column), heading, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[field]
    for number, cells in enumerate(_lines(calendar), start=2):
        for column, value in enumerate(cells, start=1):
            _put(sheet.cell(number, column), value)
    sheet.freeze_panes = "A2"
    book.save(path)


def _lines(calendar: Calendar) -> Iterator[tuple[object, ...]]:
    for number in sorted(calendar.years):
        year = calendar.decided(number)
        rest = (year.source, YES if year.provisional else "")
        for one in stretches(year.off):
            yield (one.first, one.last, OFF, one.name, *rest)
        for day, name in year.make_up.items():
            yield (day, day, MAKE_UP, name, *rest)


def _put(cell: Any, value: object, *, bold: bool = False) -> None:
    if value == "":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula
        if begins_anew(value):
            keep_as_text(cell, value)
    else:
        cell.number_format = "dd/mm/yyyy"
    cell.font = Font(name="Times New Roman", size=12, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
