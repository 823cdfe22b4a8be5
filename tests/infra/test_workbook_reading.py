"""Forms that come back as people and programs mangle them: read cell by cell, each mess in its own cell only."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest

from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.vietnamese import fold
from tests.infra.test_opening import patched, saved
from tests.infra.test_workbook import (
    ANSWERS,
    BOOKS,
    CHECKLIST,
    CODE,
    ESTIMATING,
    FORM,
    OTHER_CODE,
    VALUES,
    Clerk,
    filled,
    only_fault,
    read,
    values,
)

# --- messes ------------------------------------------------------------------------------------------------------


def test_a_wrong_cell_is_named_with_what_stands_there_and_the_others_are_taken() -> None:
    clerk = filled(M03="ba")
    fault = only_fault(read(clerk))
    assert (fault.item, fault.cell, fault.found) == ("M03", clerk.cell("M03").coordinate, "ba")
    assert fault.sentence == "cần một số, đang là chữ “ba”"
    assert set(values(read(clerk))) == set(VALUES) - {"M03"}


def test_evidence_beside_a_wrong_cell_is_not_thrown_away() -> None:
    reading = read(filled(M03="ba").put("M03", "Biên bản 01", "Minh chứng"))
    assert any("Biên bản 01" in remark and "M03" in remark for remark in reading.remarks)


@pytest.mark.parametrize("raw", ["-", "chưa", "chưa có số liệu"])
def test_a_dash_is_no_answer_yet_and_no_mistake(raw: str) -> None:
    reading = read(filled(M03=raw))
    assert reading.missing == ("M03",)
    assert not reading.faults
    assert "M03" in reading.remarks[0]


def test_an_optional_item_left_blank_is_nothing() -> None:
    assert "M08" not in read(filled()).missing


def test_inserted_deleted_and_sorted_rows_do_no_harm() -> None:
    clerk = filled()
    sheet, first = clerk.sheet, clerk.header + 1
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first, max_row=sheet.max_row)]
    rows = [row for row in rows if row[0] != "M06"]
    rows.sort(key=lambda row: str(row[0]), reverse=True)
    rows.insert(2, [None] * len(rows[0]))
    rows.insert(0, ["X99", "mục lạ", None, None, "Có", None, None])
    rows.insert(1, [None, None, None, None, "lạc dòng", None, None])
    sheet.delete_rows(first, sheet.max_row)
    for row in rows:
        sheet.append(row)
    reading = read(clerk)
    assert values(reading) == {code: value for code, value in VALUES.items() if code != "M06"}
    assert reading.missing == ("M06",)
    assert [remark.split(":")[1].strip() for remark in reading.remarks] == [
        "không còn dòng này trong phiếu",
        "mã “X99” không có trong bảng kiểm nên không đọc",
        "có nội dung nhưng không có mã mục nên không đọc",
    ]


def test_inserted_columns_rows_above_and_renamed_sheets_do_no_harm() -> None:
    clerk = filled()
    clerk.sheet.merged_cells.ranges = set()
    clerk.sheet.insert_cols(3)
    clerk.sheet.insert_rows(1, 5)
    clerk.sheet.title = "Trang tính1"
    clerk.book.move_sheet("_luachon", -2)
    reading = read(clerk)
    assert values(reading) == VALUES
    assert reading.accepted["M01"].cell.startswith("F")


def test_captions_are_found_without_their_marks_or_capitals() -> None:
    clerk = filled()
    for cell in clerk.sheet[clerk.header]:
        cell.value = fold(str(cell.value)).upper()
    assert values(BOOKS.read(clerk.save(), CHECKLIST)) == VALUES


def test_a_code_answered_twice_alike_is_one_answer_and_differently_a_fault() -> None:
    clerk = filled()
    clerk.sheet.append(["M01", None, None, None, "có"])
    clerk.sheet.append(["M03", None, None, None, "7"])
    clerk.sheet.append(["M05"])
    reading = read(clerk)
    assert reading.accepted["M01"].value == "Có"
    fault = only_fault(reading)
    assert fault.item == "M03"
    assert fault.found == "1.250 / 7"
    assert "nhiều lần" in fault.sentence
    assert reading.accepted["M05"].value == "2025-02-05"


def test_a_copy_of_the_sheet_counts_as_answering_twice() -> None:
    clerk = filled()
    copy = clerk.book.copy_worksheet(clerk.sheet)
    copy[clerk.cell("M03").coordinate] = "9"
    fault = only_fault(read(clerk))
    assert "Phiếu trả lời Copy!" in fault.sentence


def test_an_error_value_is_a_fault_not_a_blank() -> None:
    clerk = filled()
    clerk.cell("M03").value = "#N/A"
    fault = only_fault(read(clerk))
    assert fault.found == "#N/A"
    assert "báo lỗi" in fault.sentence


def test_a_formula_without_a_result_is_asked_back() -> None:
    clerk = filled()
    clerk.cell("M03").value = "=5+7"
    fault = only_fault(read(clerk))
    assert fault.sentence.startswith("ô là công thức chưa có kết quả")
    assert fault.found == "=5+7"


def test_a_formula_with_a_result_is_taken_and_said() -> None:
    clerk = filled()
    clerk.cell("M03").value = "=5+7"
    data = patched(clerk.save(), "xl/worksheets/sheet1.xml", b"<f>5+7</f><v/>", b"<f>5+7</f><v>12</v>")
    data = patched(data, "xl/worksheets/sheet1.xml", b"<f>5+7</f><v></v>", b"<f>5+7</f><v>12</v>", must=False)
    reading = read(data)
    assert reading.accepted["M03"].value == 12
    assert any("công thức" in remark and "12" in remark for remark in reading.remarks)


def test_a_percent_formatted_number_is_what_its_author_saw() -> None:
    clerk = filled(M06=0.125)
    clerk.cell("M06").number_format = "0.0%"
    assert read(clerk).accepted["M06"].value == 12.5
    clerk.put("M06", 0.005)
    assert read(clerk).accepted["M06"].value == 0.5


def test_a_bare_fraction_for_a_percent_is_asked_back() -> None:
    assert only_fault(read(filled(M06=0.95))).item == "M06"


def test_a_true_date_that_may_have_been_swapped_is_asked_back() -> None:
    fault = only_fault(read(filled(M05=datetime(2025, 5, 3))))  # noqa: DTZ001
    assert "không rõ là ngày 5 tháng 3 năm 2025 hay ngày 3 tháng 5 năm 2025" in fault.sentence
    assert fault.found == "03/05/2025 hay 05/03/2025"
    value = read(filled(M05=datetime(2025, 5, 13))).accepted["M05"]  # noqa: DTZ001
    assert (value.value, value.flag) == ("2025-05-13", "ô ở kiểu ngày của bảng tính, hiểu là 13/05/2025")


def test_what_was_asked_back_is_asked_back_again_when_nobody_mended_it() -> None:
    """A returned form shows what was found; sent back untouched it must not slip through as the one or the other."""
    for code, raw in (("M05", datetime(2025, 5, 3)), ("M04", 1.234), ("M06", 0.5), ("M06", 1)):  # noqa: DTZ001
        fault = only_fault(read(filled(**{code: raw})))
        again = read(BOOKS.build(replace(FORM, faults=(fault,))))
        assert [one.item for one in again.faults] == [code]


def test_numbers_in_number_cells_are_taken_and_shown_back_in_one_line() -> None:
    """Under English settings a typed 1.000 has become 1 in such a cell, and nothing in the file tells."""
    clerk = filled(M03=1, M04=12.5)
    (remark,) = read(clerk).remarks
    assert remark.startswith(f"Ô {clerk.cell('M03').coordinate}, {clerk.cell('M04').coordinate} ở kiểu số")


def test_a_time_where_a_number_belongs_is_a_fault() -> None:
    assert only_fault(read(filled(M03=timedelta(hours=30)))).item == "M03"


def test_an_answer_typed_in_the_note_column_stays_missing_with_a_remark() -> None:
    reading = read(filled(M03=None).put("M03", "12 cuộc", "Ghi chú"))
    assert reading.missing == ("M03",)
    assert any("12 cuộc" in remark for remark in reading.remarks)


def test_merged_answers_belong_to_the_upper_row() -> None:
    clerk = filled()
    clerk.sheet.merge_cells(f"{clerk.cell('M03').coordinate}:{clerk.cell('M04').coordinate}")
    reading = read(clerk)
    assert reading.accepted["M03"].value == 1250
    assert reading.missing == ("M04",)
    assert any("bị gộp" in remark for remark in reading.remarks)


def test_estimates_are_read_beside_the_answers() -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill(ANSWERS).put("M03", "1500", "Ước cả năm")
    reading = read(clerk, estimate=True)
    assert reading.accepted["M03"].estimate == 1500
    assert reading.accepted["M04"].estimate is None
    assert read(clerk).accepted["M03"].estimate is None


def test_a_bad_estimate_is_its_own_fault_and_loses_no_answer() -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill(ANSWERS).put("M03", "nhiều", "Ước cả năm")
    reading = read(clerk, estimate=True)
    assert reading.accepted["M03"].value == 1250
    assert only_fault(reading).cell == clerk.cell("M03", "Ước cả năm").coordinate


def test_a_sheet_without_the_table_says_what_to_do() -> None:
    with pytest.raises(UnreadableWorkbook, match="không có bảng trả lời"):
        read(saved(openpyxl.Workbook()))


def test_a_stray_cell_at_the_end_of_the_world_costs_nothing() -> None:
    clerk = filled()
    clerk.sheet["XFD1048576"] = "x"
    assert values(read(clerk)) == VALUES


def test_a_form_of_another_checklist_is_read_with_a_remark() -> None:
    reading = BOOKS.read(filled().save(), replace(CHECKLIST, code="khac"))
    assert "không phải “khac”" in reading.remarks[0]
    reading = BOOKS.read(filled().save(), replace(CHECKLIST, version="2026.1"))
    assert "2025.1" in reading.remarks[0]


# --- identity ----------------------------------------------------------------------------------------------------


def test_identity_survives_saving_by_another_program() -> None:
    identity = read(filled()).identity
    assert identity.case_code == CODE
    assert (identity.token, identity.unit_code, identity.checklist, identity.version) == (
        "token-1",
        "VT",
        "thu",
        "2025.1",
    )


def without_meta(clerk: Clerk) -> None:
    del clerk.book["_meta"]


def without_properties(clerk: Clerk) -> None:
    clerk.book.properties.keywords = ""
    clerk.book.custom_doc_props.props.clear()


def without_name(clerk: Clerk) -> None:
    del clerk.book.defined_names["KIEMTRA_PHIEU"]


def without_visible_code(clerk: Clerk) -> None:
    for row in clerk.sheet.iter_rows(max_row=clerk.header):
        for cell in row:
            if CODE in str(cell.value):
                cell.value = None
    clerk.sheet.oddFooter.left.text = ""


ERASERS: list[Callable[[Clerk], None]] = [without_meta, without_properties, without_name, without_visible_code]


@pytest.mark.parametrize("kept", ERASERS)
def test_each_copy_of_the_case_code_is_enough(kept: Callable[[Clerk], None]) -> None:
    clerk = filled()
    for erase in ERASERS:
        if erase is not kept:
            erase(clerk)
    assert BOOKS.identity(clerk.save()).case_code == CODE
    assert read(clerk).identity.case_code == CODE


def test_a_workbook_without_identity_is_read_and_says_so() -> None:
    clerk = filled()
    for erase in ERASERS:
        erase(clerk)
    assert BOOKS.identity(clerk.save()).case_code == ""
    assert read(clerk).identity.case_code == ""
    assert values(read(clerk)) == VALUES


def test_a_code_in_a_note_is_no_identity() -> None:
    clerk = filled().put("M01", f"xem phiếu {OTHER_CODE}", "Ghi chú")
    assert BOOKS.identity(clerk.save()).case_code == CODE


def test_two_forms_in_one_file_are_not_guessed_apart() -> None:
    clerk = filled()
    clerk.book["_meta"]["B1"] = OTHER_CODE
    for look in (BOOKS.identity, read):
        with pytest.raises(UnreadableWorkbook, match=f"trộn nhiều phiếu .{CODE}, {OTHER_CODE}"):
            look(clerk.save())
