"""Rows among the lines of a table that are none: never counted as figures, never left out without a word."""

from copy import copy
from pathlib import Path
from typing import Any

import pytest

from tests.infra.office_programs import Job, worked
from tests.infra.test_opening import saved
from tests.infra.test_workbook import BOOKS
from tests.infra.test_workbook_lines import (
    FIRST,
    MEETING_VALUES,
    PETITION_VALUES,
    SECOND,
    WITH_TABLES,
    Annex,
    lines_of,
)

ALL = MEETING_VALUES | PETITION_VALUES
NUMBERED = "Bảng II, dòng {} của tệp là dòng đánh số cột nên không đọc"


# --- numbers of columns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [
        ("(1)", "(2)", "(3)", "(4)", "(5)"),
        ("1", "2", "3", "4", "5"),
        (1, 2, 3, 4, 5),
        (-1, -2, -3, -4, -5),  # what Excel makes of a typed (1)
        ("(3)", "(4)", "(5)", "(6)=(4)+(5)", "(7)"),
        ("A", "B", "1", "2", "3=1+2"),
        ("[1]", "[2]", "[3]", "[4]", "[5]"),
    ],
)
def test_a_row_that_numbers_the_columns_is_no_line(numbers: tuple[Any, ...]) -> None:
    annex = Annex()
    annex.insert(annex.first, numbers)
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert NUMBERED.format(annex.first) in reading.remarks
    assert reading.faults == ()


def test_a_row_that_numbers_the_columns_of_a_table_of_figures_is_no_line() -> None:
    annex = Annex()
    annex.petitions.insert_rows(6)
    annex.petitions.cell(6, 2, "(A)")
    annex.petitions.cell(6, 3, "(1)")
    annex.petitions.cell(6, 4, "(2)")
    assert lines_of(annex.read()) == ALL


@pytest.mark.parametrize(
    "line", [("Họp thôn 1", "", "1", "2", "3"), ("Họp", "1/2/2025", "3", "4", "5"), ("1", "", "", "", "")]
)
def test_small_figures_in_a_row_are_figures(line: tuple[str, ...]) -> None:
    annex = Annex((FIRST, line))
    assert "BII.r2.noi_dung" in lines_of(annex.read())


# --- captions again, nothing at all, sums of a part -------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        ("Nội dung", "Ngày họp", "Số hộ dự", "Thu hồi", "Thu hồi"),
        ("noi_dung", "ngay", "so_ho", "thu_hoi", "thu_hoi_dat"),
        ("ghi bằng lời", "ngày/tháng/năm", "hộ", "đồng", "m²"),
    ],
)
def test_lines_above_and_below_captions_that_were_copied_in_again_are_all_read(again: tuple[str, ...]) -> None:
    annex = Annex((FIRST, again, SECOND))
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (f"Bảng II, dòng {annex.first + 1} của tệp lặp lại tiêu đề của bảng nên không đọc",)


def test_lines_on_both_sides_of_a_whole_head_copied_in_again_are_read() -> None:
    annex = Annex((FIRST,))
    for words in (
        ["", "STT", "Nội dung", "Ngày họp", "Số hộ dự", "Thu hồi", "Thu hồi"],
        ["Mã dòng", "", "noi_dung", "ngay", "so_ho", "thu_hoi", "thu_hoi_dat"],
        ["", "", *SECOND],
    ):
        annex.append(annex.meetings, words)
    assert lines_of(annex.read()) == ALL


@pytest.mark.parametrize("codes_left", ["no cell of column A", "no column A", "no codes in the head"])
def test_our_own_units_and_codes_are_not_called_captions_copied_in_again(codes_left: str) -> None:
    annex = Annex()
    sheet, codes = annex.meetings, annex.first - 1
    if codes_left == "no column A":
        sheet.delete_cols(1)
    elif codes_left == "no codes in the head":
        sheet.delete_rows(codes)
    else:
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, 1).value = None if row > 1 else sheet.cell(row, 1).value
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == ()


@pytest.mark.parametrize(
    "nothing", [("0", "0", "0", "0", "0"), ("Không phát sinh",), ("-", "-", "0", "0", "0"), ("Không", "", "0")]
)
def test_a_line_that_says_that_nothing_came_about_is_no_line(nothing: tuple[str, ...]) -> None:
    """'Không phát sinh thì ghi 0', says the form."""
    annex = Annex((nothing,))
    reading = annex.read()
    assert lines_of(reading) == PETITION_VALUES
    assert reading.faults == ()
    assert reading.remarks == (f"Bảng II, dòng {annex.first} của tệp ghi là không phát sinh nên không đọc",)


@pytest.mark.parametrize("words", ["Cộng thôn 1", "Tổng cộng toàn xã", "Cộng quý I"])
def test_a_sum_of_a_part_is_not_counted_once_more(words: str) -> None:
    assert lines_of(Annex((FIRST, SECOND, (words, "", "215", "", ""))).read()) == ALL


def test_a_community_is_no_sum() -> None:
    assert lines_of(Annex((FIRST, ("Cộng đồng thôn 2 làm đường", "", "5"))).read())["BII.r2.so_ho"] == 5


# --- notes and signatures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Ghi chú: số liệu tính đến 15/10/2025",
        "* Ghi chú: chưa gồm thôn 5",
        "Lưu ý: kinh phí tính bằng triệu đồng",
        "Nguồn: Văn phòng HĐND và UBND",
        "Người lập biểu",
        "NGƯỜI LẬP",
        "Thủ trưởng đơn vị",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Phó hiệu trưởng",
        "Chủ tịch UBND xã",
        "(Ký tên, đóng dấu)",
        "(Ký, ghi rõ họ tên)",
        "Vĩnh Thủy, ngày 20 tháng 10 năm 2025",
        "Nơi nhận: - Phòng Nội vụ",
        "Vĩnh Thủy, ngày 20/10/2025",
    ],
)
@pytest.mark.parametrize("column", [1, 2, 3])
def test_a_note_or_a_signature_below_the_lines_is_no_line_and_is_named(words: str, column: int) -> None:
    annex = Annex()
    row = annex.first + 3
    annex.meetings.cell(row, column, words)
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (
        f"Bảng II, dòng {row} của tệp là ghi chú hoặc chữ ký (“{words}”) nên không đọc; "
        "điều cần nói thêm, hãy viết trong thư trả lời",
    )


def test_a_whole_block_of_signatures_is_named_once() -> None:
    annex = Annex()
    last = annex.meetings.max_row
    annex.append(annex.meetings, ["", "", "Vĩnh Thủy, ngày 20 tháng 10 năm 2025"])
    annex.append(annex.meetings, ["", "", "Người lập biểu", "", "Thủ trưởng đơn vị"])
    annex.append(annex.meetings, ["", "", "(Ký, ghi rõ họ tên)", "", "(Ký, đóng dấu)"])
    annex.append(annex.meetings, ["", "", "Trần Thị Lan", "", "Nguyễn Văn An"])
    reading = annex.read()
    assert lines_of(reading) == ALL
    (remark,) = reading.remarks
    assert remark.startswith(f"Bảng II, dòng {last + 1}, {last + 2}, {last + 3}, {last + 4} của tệp là ghi chú")


def test_a_note_goes_on_in_the_rows_below_it() -> None:
    annex = Annex()
    annex.append(annex.meetings, ["", "", "Ghi chú:"])
    annex.append(annex.meetings, ["", "", "- Thôn 5 chưa họp"])
    assert lines_of(annex.read()) == ALL


@pytest.mark.parametrize(
    "line",
    [
        ("Chủ tịch UBND xã đối thoại với nhân dân", "", "40", "", ""),
        ("Ghi chú: họp lại lần 2", "06/03/2025", "40", "", ""),
        ("Người lập danh sách hộ nghèo", "", "", "", ""),
        ("Nguồn nước thôn 3", "", "", "", ""),
        ("Kế toán thôn", "", "12", "", ""),
    ],
)
def test_a_line_that_only_sounds_like_a_signature_or_a_note_is_a_line(line: tuple[str, ...]) -> None:
    assert lines_of(Annex((FIRST, line)).read())["BII.r2.noi_dung"] == line[0]


def test_words_beyond_the_columns_of_a_table_are_named() -> None:
    annex = Annex()
    annex.meetings.cell(annex.first - 1, 8, "Ghi chú thêm")
    annex.meetings.cell(annex.first, 8, "đã nghiệm thu")
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (
        f"Bảng II: ô H{annex.first} có “đã nghiệm thu” nằm ngoài các ô nhập của bảng nên không đọc; "
        "hãy ghi vào đúng cột hoặc viết trong thư trả lời",
    )


@pytest.mark.parametrize(
    "number",
    ["1)", "I", "II.", "a", "b)", "1.1", "1.2.", "(3)", "[4]", "01", "Việc 1", "việc thứ 2", "-", "*", "A1", "TT 5"],
)
def test_however_lines_are_numbered_that_needs_no_word(number: str) -> None:
    annex = Annex()
    annex.meetings.cell(annex.first, 2).value = number
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == ()


@pytest.mark.parametrize(("column", "words"), [(2, "Thôn 1"), (2, "đã nghiệm thu"), (8, "12"), (8, "x")])
def test_what_is_no_number_of_a_line_is_named_and_so_is_a_figure_behind_the_answers(column: int, words: str) -> None:
    annex = Annex()
    annex.meetings.cell(annex.first, column).value = words
    (remark,) = annex.read().remarks
    assert f"{annex.first} có “{words}” nằm ngoài các ô nhập" in remark


# --- struck through --------------------------------------------------------------------------------------------------


def strike(cell: Any) -> None:
    font = copy(cell.font)
    font.strike = True
    cell.font = font


def test_a_line_that_is_struck_through_is_no_line_and_that_is_said() -> None:
    annex = Annex((FIRST, ("Họp nhầm", "", "5", "", ""), SECOND))
    for cell in annex.meetings[annex.first + 1]:
        strike(cell)
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (f"Bảng II, dòng {annex.first + 1} của tệp bị gạch ngang cả dòng nên không đọc",)


def test_one_struck_cell_of_a_line_is_asked_back() -> None:
    annex = Annex()
    strike(annex.meetings.cell(annex.first, 5))
    reading = annex.read()
    assert [fault.item for fault in reading.faults] == ["BII.r1.so_ho"]
    assert lines_of(reading) == {code: value for code, value in ALL.items() if code != "BII.r1.so_ho"}


@pytest.mark.libreoffice
def test_numbers_of_columns_and_signatures_are_seen_in_files_of_libreoffice(tmp_path: Path) -> None:
    annex = Annex()
    annex.insert(annex.first, ("(1)", "(2)", "(3)", "(4)", "(5)"))
    annex.append(annex.meetings, ["", "", "Người lập biểu"])
    (files,) = worked(tmp_path, [Job(saved(annex.book), formats=("xlsx", "ods", "xls"))])
    for kind, data in files.items():
        assert lines_of(BOOKS.read(data, WITH_TABLES)) == ALL, kind
