"""`kiemtra answers`: what was answered in any round, on the screen of a person and as a workbook."""

import io

import pytest
from openpyxl import load_workbook

from tests.flows.conftest import House
from tests.flows.office import Office

WIDTH = 80


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    return made


def sheet(data: bytes, title: str) -> list[list[object]]:
    return [list(row) for row in load_workbook(io.BytesIO(data))[title].iter_rows(values_only=True)]


def test_an_inspection_s_answers_are_shown_item_by_item_with_flag_source_and_earlier_value(office: Office) -> None:
    office.answer("xa-vinh-o", "2025-05-12 08:00", {"DX01": "Có", "DX02": "3"})
    office.answer("xa-vinh-o", "2025-05-13 09:00", {"DX02": "5", "DX03": "sai ngày"})
    said = office.run("answers", "xa-vinh-o")
    assert "Xã Vĩnh Ô — Kiểm tra đợt 1 năm 2025 (kiem-tra, DCCS-2025-" in said
    assert "Đã trả lời 2/4 mục" in said
    assert "[1] 08:00 ngày 12/05/2025: thư số 1 của man@vinho.example (đầu mối)" in said
    assert "[2] 09:00 ngày 13/05/2025: thư số 2" in said
    assert "→ Có  [2, ô" in said, "said once more"
    assert "→ 5  [2, ô" in said
    assert "Giá trị khác đã nhận: 3  [1]" in said
    assert "Cần sửa: " in said
    assert "sai ngày" in said
    assert "→ (chưa trả lời)" in said
    assert max(map(len, said.splitlines())) <= WIDTH
    assert office.run("answers", "show", "Xã Vĩnh Ô") == said
    assert office.run("answers", "vĩnh ô", "--round", "kiem-tra") == said


def test_a_whole_round_is_a_line_a_unit_and_one_item_a_line_a_unit(office: Office) -> None:
    office.answer("xa-vinh-o", "2025-05-12 08:00")
    said = office.run("answers", "kiem-tra")
    assert "Xã Vĩnh Ô" in said
    assert "4/4" in said
    assert "Thị trấn Hồ Xá" in said
    assert max(len(one) for one in said.splitlines() if "kiemtra" not in one) <= WIDTH
    said = office.run("answers", "kiem-tra", "--item", "dx02")
    assert "Xã Vĩnh Ô: 3" in said
    assert "Phòng Tư pháp: (chưa trả lời)" in said


def test_the_workbook_holds_every_answer_its_source_and_what_it_was(office: Office) -> None:
    office.answer("xa-vinh-o", "2025-05-12 08:00", {"DX01": "Có", "DX02": "3", "DX04": "+84 233 đã gọi"})
    office.answer("xa-vinh-o", "2025-05-13 09:00", {"DX02": "5"})
    assert "Đã ghi tra-loi.xlsx" in office.run("answers", "kiem-tra", "--xlsx", "tra-loi.xlsx")
    data = (office.house.folder / "tra-loi.xlsx").read_bytes()
    rows = sheet(data, "Câu trả lời")
    mine = {row[4]: row for row in rows if row[1] == "xa-vinh-o"}
    assert mine["DX02"][8] == "5"
    assert "man@vinho.example" in str(mine["DX02"])
    assert "09:00 ngày 13/05/2025" in mine["DX02"]
    assert mine["DX04"][8] == "+84 233 đã gọi"
    assert mine["DX03"][7] == "chưa trả lời"
    assert {row[1] for row in rows if row[4] == "DX01"} == {
        "xa-vinh-o",
        "xa-vinh-ha",
        "tt-ho-xa",
        "tt-ben-quan",
        "pnn-mt",
        "ptp",
    }
    assert any(row[1] == "xa-vinh-o" and row[4] == "DX02" and row[6] == "3" for row in sheet(data, "Giá trị cũ"))
    assert any(row[1] == "ptp" and row[5] == "chưa trả lời" for row in sheet(data, "Đơn vị"))
    assert "phải kết thúc bằng .xlsx" in office.run("answers", "kiem-tra", "--xlsx", "tra-loi.csv", expect=1)
    assert "Không ghi được" in office.run("answers", "kiem-tra", "--xlsx", "khong/co.xlsx", expect=1)


def test_a_name_that_nobody_has_or_several_have_is_told_with_what_is_near(office: Office) -> None:
    assert "gần giống: xa-vinh-o (Xã Vĩnh Ô)" in office.run("answers", "xa-vinh-oo", expect=1)
    said = office.run("answers", "khong-co-dau", expect=1)
    assert "Không có đơn vị hay đợt “khong-co-dau”" in said
    assert "Traceback" not in said
    assert "Đợt “bao-cao-nam” chưa mở (mở ngày 01/10/2025)" in office.run("answers", "bao-cao-nam", expect=1)
    assert "không được giao phiếu trong đợt “bao-cao-nam”; các đợt của đơn vị: kiem-tra" in office.run(
        "answers", "xa-vinh-o", "--round", "bao-cao-nam", expect=1
    )
    assert "Không có mục “XX9”" in office.run("answers", "xa-vinh-o", "--item", "XX9", expect=1)
    assert "Năm 2024 không có đợt “kiem-tra”" in office.run("answers", "kiem-tra", "--year", "2024", expect=1)
