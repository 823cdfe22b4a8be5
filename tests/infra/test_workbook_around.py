"""Words in rows of no item are named however short they are; who signs below the table is not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.checklist import Checklist
from tests.infra.test_workbook import BOOKS, FORM, VALUES, Clerk, filled, read, values

CHECKLISTS: Mapping[str, Checklist] = FileDefinitions(TEMPLATES).checklists
NO_CODE = "Dòng {}: có nội dung nhưng không có mã mục nên không đọc: ô {} có “{}”"
ABOVE = (
    "Phần đầu phiếu: ô {} có “{}” không được đọc; "
    "điều cần nói thêm, hãy ghi vào cột “Ghi chú” hoặc viết trong thư trả lời"
)


def sign_row(clerk: Clerk) -> int:
    return next(cell.row for row in clerk.sheet for cell in row if cell.value == "THỦ TRƯỞNG ĐƠN VỊ")


def put(clerk: Clerk, row: int, column: int, words: Any) -> str:
    cell = clerk.sheet.cell(row, column, words)
    return str(cell.coordinate)


# --- named -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", [2, 3, 4])
def test_a_row_put_in_among_the_items_is_named_whatever_column_its_words_are_in(column: int) -> None:
    clerk = filled()
    row = clerk.cell("M03").row
    clerk.sheet.insert_rows(row)
    name = put(clerk, row, column, "Theo QĐ 12")
    reading = read(clerk)
    assert reading.remarks == (NO_CODE.format(row, name, "Theo QĐ 12"),)
    assert values(reading) == VALUES


def test_words_in_the_row_of_a_heading_are_named() -> None:
    clerk = filled()
    row = clerk.cell("M01").row - 1
    name = put(clerk, row, 2, "Phần này xã làm tốt")
    why = "dòng tiêu đề không có chỗ trả lời nên không đọc"
    assert read(clerk).remarks == (f"Dòng {row}: {why}: ô {name} có “Phần này xã làm tốt”",)


def test_a_short_sentence_between_the_table_and_the_signatures_is_named() -> None:
    clerk = filled()
    row = sign_row(clerk) - 2
    name = put(clerk, row, 2, "Xin thêm tài liệu")
    assert read(clerk).remarks == (NO_CODE.format(row, name, "Xin thêm tài liệu"),)


@pytest.mark.parametrize(
    ("column", "words"), [(2, "Xã đề nghị hỗ trợ"), (2, "Ghi chú: chưa gồm thôn 5"), (5, "12"), (6, "đạt 12%")]
)
def test_a_note_or_a_figure_below_the_signatures_is_named(column: int, words: str) -> None:
    clerk = filled()
    row = sign_row(clerk) + 3
    name = put(clerk, row, column, words)
    assert read(clerk).remarks == (NO_CODE.format(row, name, words),)


@pytest.mark.parametrize("row", [1, 3, 7])
def test_words_above_the_table_are_named(row: int) -> None:
    clerk = filled()
    name = put(clerk, row, 12, "Chúng tôi xin nộp muộn")
    reading = read(clerk)
    assert reading.remarks == (ABOVE.format(name, "Chúng tôi xin nộp muộn"),)
    assert values(reading) == VALUES


def test_words_beside_the_outline_of_the_report_are_named_with_their_sheet() -> None:
    checklist = CHECKLISTS["bao-cao-xa"]
    clerk = Clerk(BOOKS.build(replace(FORM, checklist=checklist)))
    sheet = clerk.book["Đề cương báo cáo"]
    sheet.cell(sheet.max_row + 1, 2).value = "Ý kiến khác của xã"
    (said,) = BOOKS.read(clerk.save(), checklist).remarks
    assert f"ô Đề cương báo cáo!B{sheet.max_row} có “Ý kiến khác của xã”" in said


def test_many_rows_of_no_item_do_not_fill_the_letter_and_are_counted() -> None:
    clerk = filled()
    row = clerk.cell("M03").row
    clerk.sheet.insert_rows(row, 30)
    for number in range(30):
        put(clerk, row + number, 2, f"việc {number}")
    said = read(clerk).remarks
    assert len(said) == 21
    assert said[-1] == "Còn 10 dòng khác có chữ chưa đọc"


# --- not named -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", range(1, 8))
@pytest.mark.parametrize("words", ["Nguyễn Văn An", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Thị Bé"])
def test_who_signs_is_not_named_in_whatever_column_he_does(column: int, words: str) -> None:
    clerk = filled()
    put(clerk, sign_row(clerk) + 3, column, words)
    assert read(clerk).remarks == ()


def test_the_day_of_signing_is_not_named() -> None:
    clerk = filled()
    put(clerk, sign_row(clerk) - 1, 4, "Vĩnh Thủy, ngày 30 tháng 10 năm 2025")
    assert read(clerk).remarks == ()


def a_row_above(clerk: Clerk) -> None:
    clerk.sheet.move_range("A1:Z100", rows=3)


def a_column_before(clerk: Clerk) -> None:
    clerk.sheet.move_range("A1:Z100", cols=2)


@pytest.mark.parametrize("moved", [a_row_above, a_column_before])
def test_our_own_head_is_not_named_where_it_was_moved(moved: Callable[[Clerk], None]) -> None:
    clerk = filled()
    moved(clerk)
    assert not [said for said in read(clerk).remarks if said.startswith("Phần đầu phiếu")]
