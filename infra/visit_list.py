"""The visits of a team as an office lists them in Excel: a row a visit, under a row of headings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import fold, one_line

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "unit": ("don vi", "ten don vi", "ma don vi", "ma"),
    "day": ("ngay", "ngay kiem tra", "ngay giam sat"),
    "opens": ("tu", "tu gio", "gio bat dau", "bat dau"),
    "closes": ("den", "den gio", "gio ket thuc", "ket thuc"),
    "team": ("thanh phan", "thanh phan doan", "doan", "doan kiem tra"),
    "place": ("dia diem", "noi"),
}
NAMES = "“Đơn vị”, “Ngày”, “Từ”, “Đến”, “Thành phần” (và “Địa điểm” nếu có)"
REQUIRED = ("unit", "day", "opens", "closes", "team")
HEADING_ROWS = 20


@dataclass(frozen=True)
class VisitRow:
    """Of a sheet; `cells` as they stand there, by field."""

    number: int
    cells: Mapping[str, Any]

    def text(self, field: str) -> str:
        value = self.cells.get(field)
        return one_line(str(value)) if value is not None else ""


def read_visit_rows(path: Path) -> list[VisitRow]:
    """The filled rows of the first sheet that has the headings. Raises KiemtraError."""
    try:
        book = load_workbook(path, data_only=True)
    except OSError as error:
        raise KiemtraError(f"Không đọc được {path}: {error.strerror or error}. Chưa ghi gì.") from error
    except Exception as error:
        raise KiemtraError(f"{path.name} không mở được như tệp Excel (.xlsx). Chưa ghi gì.") from error
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        for at, row in enumerate(rows[:HEADING_ROWS]):
            columns = _columns(row)
            if all(field in columns for field in REQUIRED):
                if found := list(_rows(rows[at + 1 :], at + 2, columns)):
                    return found
                raise KiemtraError(f"{path.name}: dưới hàng tiêu đề không có buổi nào. Chưa ghi gì.")
    raise KiemtraError(f"{path.name}: không thấy hàng tiêu đề; cần các cột {NAMES}. Chưa ghi gì.")


def _columns(row: tuple[Any, ...]) -> dict[str, int]:
    captions = [fold(str(value)) if value is not None else "" for value in row]
    found: dict[str, int] = {}
    for field, names in HEADINGS.items():
        place = next((captions.index(name) for name in names if name in captions), None)
        if place is not None:
            found[field] = place
    return found


def _rows(rows: list[tuple[Any, ...]], first: int, columns: Mapping[str, int]) -> Iterator[VisitRow]:
    for number, row in enumerate(rows, start=first):
        cells = {field: row[at] if at < len(row) else None for field, at in columns.items()}
        if any(cells.get(field) not in (None, "") for field in REQUIRED if field != "team"):
            yield VisitRow(number, cells)
