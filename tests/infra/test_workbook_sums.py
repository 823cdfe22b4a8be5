"""What a clerk has added up is counted once: a sum is no line, a project so named is one, a wrong sum is told."""

from pathlib import Path

import pytest

from tests.infra.office_programs import Job, worked
from tests.infra.test_opening import saved
from tests.infra.test_workbook import BOOKS
from tests.infra.test_workbook_lines import (
    FIRST,
    MEETING_VALUES,
    MEETINGS,
    PETITION_VALUES,
    SECOND,
    WITH_TABLES,
    Annex,
    lines_of,
)

ALL = MEETING_VALUES | PETITION_VALUES
ADDED_UP = "Bảng II, dòng {} của tệp là dòng cộng nên không tính là một dòng số liệu"
ALIKE = (
    "Bảng II, dòng {} của tệp có số đúng bằng tổng các dòng trên nên không tính là một dòng số liệu; "
    "nếu là một việc riêng, hãy ghi rõ tên việc rồi gửi lại"
)
DIFFERS = "Ô Bảng II!E{} ghi tổng là {} nhưng các dòng đã đọc cộng lại là {}; hãy xem có dòng nào thiếu hoặc sai số"
SUM = ("", "", "215", "", "")
STT, SO_HO = 2, 5


def with_row(stt: str, *line: str) -> Annex:
    """Two lines, then a row with these words where the number of the line stands."""
    annex = Annex((FIRST, SECOND, line))
    annex.meetings.cell(annex.first + 2, STT).value = stt
    return annex


def total_row(annex: Annex) -> int:
    return annex.first + MEETINGS.most_rows


# --- sums are no lines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Tổng cộng 3 việc",
        "Tổng 3 công trình",
        "Cộng 3 dòng",
        "Cộng lũy kế",
        "Tổng kinh phí",
        "Tổng xã",
        "Toàn xã",
        "TỔNG SỐ TIỀN",
        "Tong cong 3 viec",
    ],
)
def test_a_sum_that_is_named_in_the_column_of_numbers_is_no_line_and_is_named(words: str) -> None:
    annex = with_row(words, "", "", "37", "", "")
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert ADDED_UP.format(annex.first + 2) in reading.remarks


@pytest.mark.parametrize(
    "words",
    ["Tổng cộng 3 công trình", "Tổng 3 công trình:", "Cộng 3 việc", "Tổng kinh phí", "Tổng cộng toàn xã năm 2025"],
)
def test_a_sum_that_is_named_where_a_line_has_its_name_is_no_line_and_is_named(words: str) -> None:
    annex = Annex((FIRST, SECOND, (words, *SUM[1:])))
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (ADDED_UP.format(annex.first + 2),)


def test_a_sum_without_any_word_is_known_by_its_figures() -> None:
    annex = Annex((FIRST, SECOND, SUM))
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (ALIKE.format(annex.first + 2),)


def test_a_formula_that_adds_up_is_no_line_even_where_a_line_of_it_is_asked_back() -> None:
    annex = Annex((FIRST, SECOND, ("", "", "=SUM(E7:E8)", "", "")))
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert (reading.faults, reading.remarks) == ((), (ADDED_UP.format(annex.first + 2),))


@pytest.mark.parametrize("words", ["Tổng các thôn đã họp", "Toàn xã"])
def test_words_that_may_begin_a_name_are_a_sum_where_the_figures_are_one(words: str) -> None:
    annex = Annex((FIRST, SECOND, (words, *SUM[1:])))
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (ALIKE.format(annex.first + 2),)


def test_the_sum_of_each_group_of_lines_is_no_line() -> None:
    third = ("Làm kênh thôn 4", "", "10", "", "")
    annex = Annex((FIRST, ("", "", "120", "", ""), third, ("", "", "10", "", "")))
    assert lines_of(annex.read()) == {
        **{code: value for code, value in ALL.items() if not code.startswith("BII.r2")},
        "BII.r2.noi_dung": "Làm kênh thôn 4",
        "BII.r2.so_ho": 10,
    }


# --- and lines are no sums -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Cổng chào thôn 3",
        "Cống thoát nước",
        "Công trình nước sạch",
        "Tổng đài truyền thanh",
        "Tổng vệ sinh môi trường",
        "Tổng Cót: đường nội đồng",
        "Cộng đồng dân cư thôn 3 góp đá",
        "Nâng cấp tổng kho",
        "Toàn xã ra quân làm đường",
        "Tổng kết phong trào",
        "Cả thôn 2 làm đường",
    ],
)
def test_a_project_whose_name_only_begins_like_a_sum_is_a_line(name: str) -> None:
    annex = Annex((FIRST, SECOND, (name, "", "37", "", "")))
    annex.meetings.cell(total_row(annex), SO_HO).value = "252"
    reading = annex.read()
    assert lines_of(reading) == ALL | {"BII.r3.noi_dung": name, "BII.r3.so_ho": 37}
    assert reading.remarks == ()


def test_a_project_on_a_day_of_its_own_is_a_line_though_its_figures_are_a_sum() -> None:
    name = "Tổng vệ sinh hai thôn"
    assert lines_of(Annex((FIRST, SECOND, (name, "06/03/2025", *SUM[2:]))).read())["BII.r3.noi_dung"] == name


def test_a_named_line_may_have_the_figures_of_those_above() -> None:
    annex = Annex((FIRST, ("Họp lại thôn 2", "", "120", "", "")))
    assert lines_of(annex.read())["BII.r2.so_ho"] == 120


def test_lines_of_which_none_has_a_name_are_all_lines() -> None:
    annex = Annex((("", "", "10", "", ""), ("", "", "10", "", ""), ("", "", "20", "", "")))
    assert [value for code, value in lines_of(annex.read()).items() if code.startswith("BII")] == [10, 10, 20]


def test_the_one_line_of_a_table_is_no_sum_whatever_its_title() -> None:
    annex = Annex()
    annex.petitions.cell(annex.petitions.max_row, 2).value = "Toàn xã"
    assert lines_of(annex.read()) == ALL


# --- sums are compared -----------------------------------------------------------------------------------------------


def test_a_sum_typed_over_ours_that_is_not_that_of_the_lines_is_told() -> None:
    annex = Annex()
    annex.meetings.cell(total_row(annex), SO_HO).value = "1.215"
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == (DIFFERS.format(total_row(annex), "1.215", "215"),)


def test_a_sum_in_a_table_without_any_line_is_told() -> None:
    annex = Annex(())
    assert annex.read().remarks == (DIFFERS.format(total_row(annex), "215", "0"),)


def test_a_sum_of_fixed_lines_is_compared_as_well() -> None:
    annex = Annex()
    annex.append(annex.petitions, ["", "Tổng cộng", "15", "14"])
    (remark,) = annex.read().remarks
    assert "Ô Bảng VII!D9 ghi tổng là 14 nhưng các dòng đã đọc cộng lại là 13" in remark


@pytest.mark.parametrize("words", ["(phần mềm tự cộng)", "", "-", "215", "215 hộ", 215])
def test_a_sum_that_is_right_or_left_to_us_needs_no_word(words: str | int) -> None:
    annex = Annex()
    annex.meetings.cell(total_row(annex), SO_HO).value = words
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert not any("ghi tổng" in remark for remark in reading.remarks)


def test_a_sum_of_figures_of_which_one_is_asked_back_is_not_compared() -> None:
    annex = Annex((FIRST, ("Làm kênh", "", "chín mươi mấy", "", "")))
    assert not any("ghi tổng" in remark for remark in annex.read().remarks)


@pytest.mark.parametrize(("before", "words"), [(0, "Tổng cộng"), (1, "Cộng"), (1, "Cộng thôn 2")])
def test_a_sum_above_its_lines_or_of_some_of_them_is_no_wrong_sum(before: int, words: str) -> None:
    annex = Annex()
    annex.meetings.insert_rows(annex.first + before)
    annex.meetings.cell(annex.first + before, STT).value = words
    annex.meetings.cell(annex.first + before, SO_HO).value = "120" if before else "215"
    reading = annex.read()
    assert lines_of(reading) == ALL
    assert reading.remarks == ()


@pytest.mark.libreoffice
def test_sums_are_seen_in_files_of_libreoffice(tmp_path: Path) -> None:
    annex = Annex((FIRST, SECOND, ("", "", "=SUM(E7:E8)", "", "")))
    (files,) = worked(tmp_path, [Job(saved(annex.book), formats=("xlsx", "ods", "xls"))])
    for kind, data in files.items():
        assert lines_of(BOOKS.read(data, WITH_TABLES)) == ALL, kind
