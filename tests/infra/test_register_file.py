"""The list of units as an office really keeps it: a title above, columns of its own, and back again unchanged."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.styles import Font

from infra.register_file import left_out, read_rows, write_register
from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.errors import KiemtraError
from tasks.domain.register import HEADINGS, Off, UnitEntry, read_register

XA = UNIT_KIND_NAMES[UnitKind.XA]


def saved(path: Path, *rows: list[Any], title: str = "Sheet") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "danh-sach.xlsx"


def test_the_headings_may_stand_below_a_title_and_begin_in_any_column(file: Path) -> None:
    saved(
        file,
        [None, "UBND HUYỆN VĨNH LINH"],
        [None, "DANH SÁCH ĐƠN VỊ NĂM 2025"],
        [],
        [None, "TT", "Tên đơn vị", "Loại hình", "Email"],
        [None, 1, "Xã Vĩnh Thái", XA, "vinhthai@x.example"],
    )
    (row,) = read_rows(file)
    assert (row.number, row.places["name"], row.cells["addresses"]) == (5, "C5", "vinhthai@x.example")
    ((entry,), problems, _) = read_register([row])
    assert (problems, entry.name, entry.kind, entry.order) == ([], "Xã Vĩnh Thái", UnitKind.XA, 5)


def test_columns_of_the_office_itself_are_passed_over(file: Path) -> None:
    saved(
        file,
        ["Diện tích", "Tên đơn vị", "Số dân", "Loại hình", "Tên đơn vị"],
        [12.5, "Xã A", 3000, XA, "lần hai, bỏ qua"],
    )
    (row,) = read_rows(file)
    assert dict(row.cells) == {"name": "Xã A", "kind": XA}


def test_empty_rows_and_rows_with_a_number_only_are_no_units(file: Path) -> None:
    saved(
        file, ["TT", "Tên đơn vị", "Loại hình"], [1, "Xã A", XA], [2, None, None], [], [3, "  ", None], [4, "Xã B", XA]
    )
    assert [row.cells["name"] for row in read_rows(file)] == ["Xã A", "Xã B"]


def test_the_sheet_with_the_headings_is_found_among_several(file: Path) -> None:
    saved(file, ["Tên đơn vị", "Loại hình"], ["Xã A", XA])
    book = load_workbook(file)
    book.create_sheet("Bìa", 0).append(["Danh sách này do Phòng Nội vụ lập"])
    book.create_chartsheet("Biểu đồ", 0).add_chart(BarChart())
    book.save(file)
    assert [row.cells["name"] for row in read_rows(file)] == ["Xã A"]


@pytest.mark.parametrize("content", [b"", b"day khong phai la Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_is_no_xlsx_is_said_plainly_and_names_the_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(KiemtraError, match=r"danh-sach\.xlsx.*\.xlsx"):
        read_rows(file)


def test_a_file_that_is_not_there_is_said_plainly(file: Path) -> None:
    with pytest.raises(KiemtraError, match="Không thấy tệp"):
        read_rows(file)


@pytest.mark.parametrize("rows", [[], [["Tên", "Địa chỉ"], ["Xã A", "b"]], [[]] * 25 + [["Tên đơn vị", "Loại hình"]]])
def test_a_workbook_without_the_headings_is_told_which_are_wanted(file: Path, rows: list[list[Any]]) -> None:
    saved(file, *rows)
    with pytest.raises(KiemtraError, match="“Tên đơn vị” và “Loại hình”"):
        read_rows(file)


def test_what_is_written_is_read_back_unchanged(file: Path) -> None:
    entries = [
        UnitEntry(
            code="xa-vinh-thai",
            name="Xã Vĩnh Thái",
            kind=UnitKind.XA,
            order=1,
            contact="Nguyễn Thị Ánh",
            addresses=("a@x.example", "b@x.example"),
            phone="0912345678",
            head="Trần Văn Đức",
            head_addresses=("c@x.example",),
            predecessors=("xa-cu-1", "xa-cu-2"),
            valid_from=date(2025, 1, 1),
            valid_to=date(2025, 6, 30),
            note="=1+1 không phải công thức",
        ),
        *(UnitEntry(f"dv-{kind}", f"=Đơn vị {kind}", kind, order) for order, kind in enumerate(UnitKind, start=2)),
        UnitEntry("dv-con", "Trường mầm non", UnitKind.TRUONG_HOC, 99, parent="xa-vinh-thai"),
    ]
    write_register(file, entries)
    read, problems, _ = read_register(read_rows(file))
    assert problems == []
    assert read == entries


def test_the_written_file_has_a_list_of_kinds_and_dates_as_people_write_them(file: Path) -> None:
    write_register(file, [UnitEntry("a", "Xã A", UnitKind.XA, 1, valid_from=date(2025, 7, 1))])
    sheet = load_workbook(file).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(HEADINGS.values())
    place = sheet.cell(2, list(HEADINGS).index("valid_from") + 1)
    assert (place.value, place.number_format) == (datetime(2025, 7, 1), "dd/mm/yyyy")  # noqa: DTZ001
    (validation,) = sheet.data_validations.dataValidation
    assert len(validation.formula1) <= 255, "Excel refuses a longer list"


def test_an_empty_register_can_be_written_and_filled_in(file: Path) -> None:
    write_register(file, [])
    assert read_rows(file) == []


# --- lists as offices keep them -----------------------------------------------------------------------------------

CAPTIONS = ["TT", "Tên đơn vị", "Loại hình", "Đầu mối", "Thư điện tử", "Điện thoại"]


def test_every_visible_sheet_with_a_heading_is_read_and_what_is_left_is_named(tmp_path: Path) -> None:
    file = saved(tmp_path / "hai-trang.xlsx", [*CAPTIONS, "Dân số"], [1, "Xã Một", XA, "A", "a@x.example", "0911", 9])
    book = load_workbook(file)
    for name, hidden in (("Trường học", False), ("Cũ", True)):
        sheet = book.create_sheet(name)
        sheet.append(CAPTIONS)
        sheet.append([1, f"Trường {name}", "Trường học", "C", "c@x.example", "0913"])
        sheet.sheet_state = "hidden" if hidden else "visible"
    book.create_sheet("Chú giải").append(["Danh sách lập theo Kế hoạch"])
    book.save(file)
    entries, problems, _ = read_register(read_rows(file))
    assert ([one.name for one in entries], [one.order for one in entries]) == (["Xã Một", "Trường Trường học"], [1, 2])
    assert problems == []
    assert "trang “Trường học”" in entries[1].place
    assert left_out(file) == [
        "trang “Sheet”: không đọc cột “Dân số”",
        "không đọc trang “Cũ” (đang bị ẩn)",
        "không đọc trang “Chú giải” (không có hàng tiêu đề của danh sách)",
    ]


def test_captions_in_two_rows_are_read_by_the_one_above_them(tmp_path: Path) -> None:
    file = saved(
        tmp_path / "hai-hang.xlsx",
        ["TT", "Tên đơn vị", "Loại hình", "Đầu mối", None, None, "Lãnh đạo", None],
        [None, None, None, "Họ và tên", "Email", "Điện thoại", "Họ tên", "Email"],
        [1, "Xã Một", XA, "A", "a@x.example", "0911", "B", "b@x.example"],
    )
    book = load_workbook(file)
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:H1"):
        book.active.merge_cells(cells)
    book.save(file)
    ((entry,), problems, _) = read_register(read_rows(file))
    assert problems == []
    assert (entry.contact, entry.addresses, entry.phone) == ("A", ("a@x.example",), "0911")
    assert (entry.head, entry.head_addresses) == ("B", ("b@x.example",))
    assert left_out(file) == []


def test_a_kind_that_is_merged_over_several_rows_is_that_of_each(tmp_path: Path) -> None:
    rows = [[number, f"Xã {number}", XA if number == 1 else None, "A", f"a{number}@x.example"] for number in (1, 2, 3)]
    file = saved(tmp_path / "gop.xlsx", CAPTIONS[:5], *rows)
    book = load_workbook(file)
    book.active.merge_cells("C2:C9")
    book.save(file)
    entries, problems, _ = read_register(read_rows(file))
    assert ([one.kind for one in entries], problems) == ([UnitKind.XA] * 3, [])


def test_hidden_and_struck_rows_are_marked(tmp_path: Path) -> None:
    rows = [[number, f"Xã {number}", XA, "A", f"a{number}@x.example"] for number in (1, 2, 3)]
    file = saved(tmp_path / "an.xlsx", CAPTIONS[:5], *rows)
    book = load_workbook(file)
    book.active.row_dimensions[3].hidden = True
    book.active["B4"].font = Font(strike=True)
    book.save(file)
    assert [row.off for row in read_rows(file)] == [None, Off.HIDDEN, Off.STRUCK]


def test_a_formula_without_its_value_is_a_mistake_in_its_cell(tmp_path: Path) -> None:
    file = saved(tmp_path / "cong-thuc.xlsx", CAPTIONS[:5], [1, '="Xã "&"Một"', XA, "A", "a@x.example"])
    _, problems, _ = read_register(read_rows(file))
    assert [str(one) for one in problems] == ["ô B2: công thức chưa có giá trị; mở tệp bằng Excel, lưu lại rồi nhập"]
