"""`kiemtra answers correct` on cells of one table: its sums are judged with the figures that hold now."""

from collections.abc import Mapping
from io import BytesIO

import openpyxl
import pytest

from tests.flows.conftest import House
from tests.flows.office import Office, form_in, text_of
from tests.tasks.world import ADDRESS, OPENING, PLAN

UNIT = "xa-vinh-o"
WHY = ("--why", "Chị Mận báo qua điện thoại")
CALL = "2025-05-12 10:00"
CELLS = "Bảng VII"


@pytest.fixture
def office(house: House) -> Office:
    """The commune was given 9 denunciations, has settled 3 and writes that 2 are left: it is asked back."""
    made = Office(house)
    made.found()
    plan = PLAN.replace('kinds = ["xa", "thi_tran", "co_quan"]\nunits = ["xa-vinh-o", "ptp"]', 'kinds = ["xa"]')
    with made.world("2025-01-13 09:00") as world:
        world.take_in_plan(plan.replace('checklist = "dot-xuat"', 'checklist = "bao-cao-xa"', 1))
    made.open()
    form = in_table(made.form(UNIT, OPENING), {"nhan_luy_ke": "9", "gq_luy_ke": "3", "chua": "2"})
    made.answer(UNIT, "2025-05-12 08:00", {"XA01": "Có"}, form=form)
    made.send("2025-05-12 08:05")
    return made


def in_table(form: bytes, cells: Mapping[str, str], name: str = CELLS, code_of_line: str = "BVII.to_cao") -> bytes:
    book = openpyxl.load_workbook(BytesIO(form))
    sheet = book[name]
    codes = next(row for row in sheet.iter_rows() if row[0].value == "Mã dòng")
    line = next(row for row in sheet.iter_rows() if row[0].value == code_of_line)
    for code, value in cells.items():
        line[next(cell.column for cell in codes if cell.value == code) - 1].value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def correct(office: Office, *words: str, at: str = CALL, expect: int = 0) -> str:
    return " ".join(office.run("answers", "correct", UNIT, *words, *WHY, at=at, expect=expect).split())


def asked(office: Office) -> str:
    return " ".join(office.run("answers", UNIT, "--round", "kiem-tra").split())


def test_one_corrected_cell_takes_its_whole_sum_with_it(office: Office) -> None:
    assert asked(office).count("tiếp nhận lũy kế 9 đơn khác tổng đã giải quyết và chưa giải quyết 3 + 2 = 5") == 3
    said = correct(office, "BVII.to_cao.chua", "6")
    assert "BVII.to_cao.chua: “2 (đang được hỏi lại)” → “6”" in said
    assert "BVII.to_cao.nhan_luy_ke: “9 (đang được hỏi lại)” → “9”" in said
    assert "khác tổng" not in asked(office)
    office.send(CALL)
    letter = office.arrived(ADDRESS[UNIT], "Đã sửa câu trả lời")[-1]
    assert "Trước: 3 (đang được hỏi lại). Nay: 3." in text_of(letter)
    table = openpyxl.load_workbook(BytesIO(form_in(letter)))[CELLS]
    line = next(row for row in table.iter_rows(values_only=True) if row[0] == "BVII.to_cao")
    assert [one for one in line if one][-3:] == ["9", "3", "6"]
    office.run("answers", "undo", UNIT, *WHY, at="2025-05-12 11:00")
    assert asked(office).count("tiếp nhận lũy kế 9 đơn khác tổng đã giải quyết và chưa giải quyết 3 + 2 = 5") == 3


def test_a_sum_that_still_does_not_hold_is_asked_back_with_the_new_figure(office: Office) -> None:
    said = correct(office, "BVII.to_cao.chua", "5")
    assert "Vẫn cần sửa, mục BVII.to_cao.gq_luy_ke" in said
    assert "chưa giải quyết 3 + 5 = 8" in said
    assert "3 + 2 = 5" not in asked(office)
    assert asked(office).count("3 + 5 = 8") == 2
    correct(office, "BVII.to_cao.gq_luy_ke", "4", at="2025-05-12 10:10")
    assert "cần sửa" not in asked(office)


def test_what_is_as_it_was_typed_is_no_change_and_holds_up_nothing(office: Office) -> None:
    said = correct(office, "XA01", "có")
    assert "không có gì thay đổi. Mục XA01 đang là “Có” rồi." in said
    assert "Lấy lại" not in said
    said = correct(office, "XA01", "Có", "--and", "XA02", "Không")
    assert "XA02: “(chưa trả lời)” → “Không”" in said
    assert "Không đổi: mục XA01 đang là “Có” rồi" in said
    office.send(CALL)
    assert "XA01" not in text_of(office.arrived(ADDRESS[UNIT], "Đã sửa câu trả lời")[-1]).partition("Tệp kèm")[0]


def test_a_column_is_named_with_the_group_that_it_stands_under(office: Office) -> None:
    assert "cột “Tiếp nhận – Lũy kế từ đầu năm”" in asked(office)
    assert "cột “Đã giải quyết – Lũy kế từ đầu năm”" in asked(office)


def test_a_flag_that_spoke_of_the_old_figure_goes_with_it_and_comes_back_with_it(office: Office) -> None:
    line = {"noi_dung": "Đóng góp xây dựng hạ tầng, công trình", "tong_ho": "412", "tan_thanh": "260"}
    form = in_table(office.form(UNIT, CALL), line, "Bảng II", "BII.r1")
    office.answer(UNIT, CALL, {"XA01": "Có"}, form=form)
    assert asked(office).count("tán thành 260 = 63,1%, dưới 2/3") == 1
    said = correct(office, "BII.r1.tong_ho", "312", at="2025-05-12 10:30")
    assert "Mục BII.r1.tan_thanh: lưu ý cũ không còn đúng nên đã bỏ" in said
    assert "dưới 2/3" not in asked(office)
    office.run("answers", "undo", UNIT, *WHY, at="2025-05-12 11:00")
    assert asked(office).count("tán thành 260 = 63,1%, dưới 2/3") == 1
    said = correct(office, "BII.r1.tong_ho", "422", at="2025-05-12 11:30")
    assert "Lưu ý, mục BII.r1.tong_ho: dòng 1: tổng số hộ 422" in said
    assert "tán thành 260 = 63,1%" not in asked(office)
    assert asked(office).count("tán thành 260 = 61,6%, dưới 2/3") == 1
