"""The Excel form: built, filled as clerks fill it, mangled as programs mangle it, and read back."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.workbook import ExcelWorkbooks
from infra.workbook.guard import REASONS, open_parts
from infra.workbook.look import MISSING, OPEN, WRONG
from tasks.domain.answer import Refusal, read_answer
from tasks.domain.checklist import (
    CHOICES,
    NUMERIC,
    AnswerType,
    Basis,
    Checklist,
    Fault,
    Form,
    Item,
    Reading,
    Section,
    UnitKind,
    Value,
)
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.vietnamese import clean, fold

CODE = "DCCS-2025-0042-K7QX"
OTHER_CODE = "DCCS-2025-0043-M2WZ"
BOOKS = ExcelWorkbooks()


def item(code: str, type_: AnswerType, **more: Any) -> Item:
    basis = (Basis("Luật 10/2022/QH15", verified=True, article="Điều 11", clause="khoản 1"),)
    return Item(code, "A" if code < "M05" else "B", f"Câu hỏi của mục {code}?", type_, basis=basis, **more)


CHECKLIST = Checklist(
    "thu",
    "2025.1",
    "Bảng kiểm thử",
    (UnitKind.XA,),
    date(2025, 1, 1),
    (Section("A", "Công khai"), Section("B", "Bàn và quyết định")),
    (
        item("M01", AnswerType.CO_KHONG, evidence="Quyết định (số, ngày)"),
        item("M02", AnswerType.MUC, condition="Có phát sinh vụ việc."),
        item("M03", AnswerType.SO, unit="cuộc", minimum=0),
        item("M04", AnswerType.SO_THAP_PHAN, unit="triệu đồng", minimum=0),
        item("M05", AnswerType.NGAY),
        item("M06", AnswerType.TY_LE, unit="%", minimum=0, maximum=100),
        item("M07", AnswerType.VAN_BAN),
        item("M08", AnswerType.VAN_BAN, required=False),
    ),
)
FORM = Form(
    authority="PHÒNG NỘI VỤ",
    superior="ỦY BAN NHÂN DÂN HUYỆN VĨNH LINH",
    title="Phiếu tự kiểm tra",
    unit_code="VT",
    unit_name="Ủy ban nhân dân xã Vĩnh Thủy",
    case_code=CODE,
    token="token-1",
    due_words="đến hết thứ Năm, ngày 30/10/2025",
    period_words="từ ngày 01/01/2025 đến ngày 30/09/2025",
    reply_to="dancs@vinhlinh.example",
    contact_words="bà Hoa, 0233 3820 123",
    as_of=date(2025, 10, 1),
    checklist=CHECKLIST,
)
ESTIMATING = replace(FORM, cut_off_words="đến hết ngày 30/9/2025", estimate_words="đến hết ngày 31/12/2025")
ANSWERS = {
    "M01": "Có",
    "M02": "Đạt một phần",
    "M03": "1.250",
    "M04": "1234,5",
    "M05": "05/02/2025",
    "M06": "87,5",
    "M07": "Đã họp thôn.\nCòn chậm.",
}
VALUES = {
    "M01": "Có",
    "M02": "Đạt một phần",
    "M03": 1250,
    "M04": 1234.5,
    "M05": "2025-02-05",
    "M06": 87.5,
    "M07": "Đã họp thôn.\nCòn chậm.",
}


class Clerk:
    """Fills a form with openpyxl, finding cells as a person does: by the code of the row and the caption above."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(data))
        self.sheet = self.book["Phiếu trả lời"]

    @property
    def header(self) -> int:
        return int(next(cell.row for cell in self.sheet["A"] if cell.value == "Mã"))

    def cell(self, code: str, caption: str = "Kết quả") -> Any:
        row = next(cell.row for cell in self.sheet["A"] if cell.value == code)
        column = next(cell.column for cell in self.sheet[self.header] if cell.value == caption)
        return self.sheet.cell(row, column)

    def put(self, code: str, value: Any, caption: str = "Kết quả") -> "Clerk":
        cell = self.cell(code, caption)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # what a text cell does with whatever is typed
        return self

    def fill(self, answers: dict[str, Any]) -> "Clerk":
        for code, value in answers.items():
            self.put(code, value)
        return self

    def save(self) -> bytes:
        buffer = BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()


def filled(**answers: Any) -> Clerk:
    return Clerk(BOOKS.build(FORM)).fill({**ANSWERS, **answers})


def read(data: bytes | Clerk, **more: Any) -> Reading:
    return BOOKS.read(data.save() if isinstance(data, Clerk) else data, CHECKLIST, **more)


def values(reading: Reading) -> dict[str, Any]:
    return {code: value.value for code, value in reading.accepted.items()}


def only_fault(reading: Reading) -> Fault:
    (fault,) = reading.faults
    return fault


def texts(data: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(data))["Phiếu trả lời"]
    return [str(cell.value) for row in sheet for cell in row if cell.value is not None]


# --- the form as it goes out -------------------------------------------------------------------------------------


def test_a_form_says_who_asks_whom_for_what_until_when_and_how() -> None:
    words = "\n".join(texts(BOOKS.build(FORM)))
    for said in (
        FORM.authority.upper(),
        FORM.superior.upper(),
        FORM.title.upper(),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "THỦ TRƯỞNG ĐƠN VỊ",
        FORM.unit_name,
        FORM.due_words,
        FORM.period_words,
        FORM.reply_to,
        FORM.contact_words,
        f"Mã phiếu: {CODE}",
        "khoản 1, Điều 11 Luật 10/2022/QH15",
        "Chọn: Có / Không / Không áp dụng",
        "Số nguyên (cuộc)",
        "Tỷ lệ 0–100 (%)",
        "Ngày (dd/mm/yyyy)",
        "Minh chứng: Quyết định (số, ngày)",
        "Điều kiện: Có phát sinh vụ việc.",
    ):
        assert said in words


def test_only_what_a_clerk_fills_is_open_and_all_of_it_is_text() -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING))
    assert clerk.sheet.protection.sheet
    assert clerk.sheet.protection.password is None
    unlocked = {cell.coordinate: cell for row in clerk.sheet for cell in row if not cell.protection.locked}
    expected = {clerk.cell(one.code, caption).coordinate for one in CHECKLIST.items
                for caption in ("Kết quả", "Minh chứng", "Ghi chú")}  # fmt: skip
    estimates = {clerk.cell(one.code, "Ước cả năm").coordinate for one in CHECKLIST.items if one.type in NUMERIC}
    assert set(unlocked) == expected | estimates
    assert {cell.number_format for cell in unlocked.values()} == {"@"}


def test_choices_drop_down_from_a_named_list_written_without_equals_sign() -> None:
    clerk = Clerk(BOOKS.build(FORM))
    rules = clerk.sheet.data_validations.dataValidation
    lists = {rule.formula1: str(rule.sqref) for rule in rules if rule.type == "list"}
    assert lists == {
        "LUA_CHON_CO_KHONG": clerk.cell("M01").coordinate,
        "LUA_CHON_MUC": clerk.cell("M02").coordinate,
    }
    assert clerk.book.defined_names["LUA_CHON_MUC"].attr_text == "'_luachon'!$B$1:$B$4"
    assert all(len(rule.error) <= 255 and len(rule.errorTitle) <= 32 for rule in rules)


def test_it_prints_on_a4_landscape_with_the_code_on_every_page() -> None:
    clerk = Clerk(BOOKS.build(FORM))
    sheet = clerk.sheet
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (
        "landscape",
        9,
        1,
    )
    assert sheet.oddFooter.left.text == f"Mã phiếu: {CODE}"
    assert sheet.oddFooter.right.text == "Trang &P/&N"
    assert sheet.print_title_rows == f"${clerk.header}:${clerk.header}"
    assert sheet.freeze_panes == f"A{clerk.header + 1}"


def test_progress_is_a_formula_that_already_shows_its_result() -> None:
    data = BOOKS.build(replace(FORM, accepted={"M01": Value("M01", "Có")}))
    formulas = [text for text in texts(data) if text.startswith("=")]
    assert len(formulas) == 1
    assert "COUNTA(E" in formulas[0]
    shown = openpyxl.load_workbook(BytesIO(data), data_only=True)["Phiếu trả lời"]
    assert "Đã trả lời 1/8 mục" in [cell.value for row in shown for cell in row]


def test_the_same_form_is_the_same_bytes_in_any_process() -> None:
    first = BOOKS.build(FORM)
    assert BOOKS.build(FORM) == first
    program = (
        "import sys; from tests.infra.test_workbook import BOOKS, FORM; sys.stdout.buffer.write(BOOKS.build(FORM))"
    )
    for seed in ("1", "2"):
        other = subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        assert other.stdout == first


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1+1", "@SUM(A1)", "#N/A", "\x0bchuông\x07\ufffe"])
def test_words_of_strangers_stay_words(text: str) -> None:
    value = Value("M07", text, evidence=text, note=text)
    form = replace(FORM, unit_name=text, accepted={"M07": value})
    clerk = Clerk(BOOKS.build(form))
    assert {clerk.cell("M07", caption).data_type for caption in ("Kết quả", "Minh chứng", "Ghi chú")} == {"s"}
    assert clerk.cell("M07", "Ghi chú").value == clean(text).replace("\ufffe", "")


def test_a_form_asks_the_estimate_only_of_numbers() -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING))
    assert not clerk.cell("M03", "Ước cả năm").protection.locked
    assert clerk.cell("M06", "Ước cả năm").protection.locked
    assert "Ước cả năm" not in texts(BOOKS.build(FORM))


# --- there and back ----------------------------------------------------------------------------------------------


def test_a_filled_form_reads_back_as_it_was_filled() -> None:
    clerk = filled().put("M01", "QĐ 12/QĐ-UBND", "Minh chứng").put("M03", "gồm cả thôn", "Ghi chú")
    reading = read(clerk)
    assert values(reading) == VALUES
    assert reading.complete
    assert reading.accepted["M01"].evidence == "QĐ 12/QĐ-UBND"
    assert reading.accepted["M03"].note == "gồm cả thôn"
    assert reading.accepted["M03"].cell == clerk.cell("M03").coordinate
    assert reading.remarks == ()


def test_a_blank_form_misses_all_that_is_required() -> None:
    reading = read(BOOKS.build(FORM))
    assert reading.missing == tuple(one.code for one in CHECKLIST.items if one.required)
    assert not reading.accepted
    assert not reading.faults


SPELLINGS: dict[AnswerType, st.SearchStrategy[str | int | float]] = {
    AnswerType.CO_KHONG: st.sampled_from(CHOICES[AnswerType.CO_KHONG]),
    AnswerType.MUC: st.sampled_from(CHOICES[AnswerType.MUC]),
    AnswerType.SO: st.integers(0, 10**12),
    AnswerType.SO_THAP_PHAN: st.floats(0, 1e12) | st.integers(0, 10**9),
    AnswerType.TY_LE: st.floats(0, 100),
    AnswerType.NGAY: st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(date.isoformat),
    AnswerType.VAN_BAN: st.text(max_size=80).map(lambda text: clean(text.replace("\ufffe", "").replace("\uffff", "")))
    .filter(lambda text: text and not text.startswith("#")),
}  # fmt: skip


def accepted_values() -> st.SearchStrategy[dict[str, Value]]:
    words = st.text(max_size=20).map(lambda text: clean(text.replace("\ufffe", "").replace("\uffff", "")))
    return st.fixed_dictionaries(
        {},
        optional={
            one.code: st.builds(
                Value,
                st.just(one.code),
                SPELLINGS[one.type],
                evidence=words,
                note=words,
                estimate=SPELLINGS[one.type].map(float) if one.type in NUMERIC else st.none(),
            )
            for one in CHECKLIST.items
        },
    )


@settings(max_examples=60, deadline=None)
@given(accepted_values())
def test_what_was_accepted_goes_out_prefilled_and_comes_back_the_same(accepted: dict[str, Value]) -> None:
    reading = read(BOOKS.build(replace(ESTIMATING, accepted=accepted)), estimate=True)
    assert reading.faults == ()
    assert {code: replace(value, cell="") for code, value in reading.accepted.items()} == accepted


def returned() -> bytes:
    accepted = {
        "M01": Value("M01", "Có", evidence="QĐ 12", note="đủ"),
        "M04": Value("M04", 1234.5),
        "M05": Value("M05", "2025-02-05"),
    }
    faults = [
        Fault("M03", "E14", "cần một số, đang là chữ “ba”", "ba"),
        Fault("M04", "F15", "cần một số, đang là chữ “nhiều”", "nhiều"),
    ]
    return BOOKS.build(replace(ESTIMATING, accepted=accepted, faults=faults))


def test_a_returned_form_keeps_what_was_right_and_points_at_what_was_wrong() -> None:
    clerk = Clerk(returned())
    assert (clerk.cell("M01").value, clerk.cell("M01", "Minh chứng").value) == ("Có", "QĐ 12")
    assert (clerk.cell("M04").value, clerk.cell("M05").value) == ("1234,5", "05/02/2025")
    colours = {code: clerk.cell(code).fill.start_color.rgb[2:] for code in ("M01", "M03", "M04", "M07", "M08")}
    assert colours == {"M01": OPEN, "M03": WRONG, "M04": OPEN, "M07": MISSING, "M08": OPEN}
    wrong = clerk.cell("M03")
    assert wrong.value == "ba"
    assert wrong.comment.text == f"Ô {wrong.coordinate}: cần một số, đang là chữ “ba”"
    assert clerk.cell("M04", "Ước cả năm").fill.start_color.rgb[2:] == WRONG
    assert clerk.cell("M04", "Ước cả năm").comment
    line = next(text for text in texts(returned()) if text.startswith("Phiếu gửi lại"))
    assert line == "Phiếu gửi lại: còn 2 ô cần sửa (ô màu đỏ), 3 mục chưa trả lời (ô màu vàng)"
    assert "Cần sửa: cần một số, đang là chữ “ba”" in clerk.cell("M03", "Cách trả lời").value


def test_a_returned_form_has_its_cells_where_the_first_one_had_them() -> None:
    fresh, again = Clerk(BOOKS.build(ESTIMATING)), Clerk(returned())
    assert all(fresh.cell(one.code).coordinate == again.cell(one.code).coordinate for one in CHECKLIST.items)


def test_a_returned_form_sent_back_untouched_is_wrong_in_the_same_places() -> None:
    reading = read(returned(), estimate=True)
    assert [fault.item for fault in reading.faults] == ["M03", "M04"]
    assert set(reading.accepted) == {"M01", "M04", "M05"}


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


def test_a_true_date_that_may_have_been_swapped_is_taken_and_shown() -> None:
    value = read(filled(M05=datetime(2025, 5, 3))).accepted["M05"]  # noqa: DTZ001
    assert value.value == "2025-05-03"
    assert "ngày 3 tháng 5" in value.flag
    assert read(filled(M05=datetime(2025, 5, 13))).accepted["M05"].flag == ""  # noqa: DTZ001


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
    with pytest.raises(UnreadableWorkbook, match="Không tìm thấy bảng trả lời"):
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
    assert BOOKS.case_code(clerk.save()) == CODE
    assert read(clerk).identity.case_code == CODE


def test_a_workbook_without_identity_is_read_and_says_so() -> None:
    clerk = filled()
    for erase in ERASERS:
        erase(clerk)
    assert BOOKS.case_code(clerk.save()) == ""
    assert read(clerk).identity.case_code == ""
    assert values(read(clerk)) == VALUES


def test_a_code_in_a_note_is_no_identity() -> None:
    clerk = filled().put("M01", f"xem phiếu {OTHER_CODE}", "Ghi chú")
    assert BOOKS.case_code(clerk.save()) == CODE


def test_two_forms_in_one_file_are_not_guessed_apart() -> None:
    clerk = filled()
    clerk.book["_meta"]["B1"] = OTHER_CODE
    for look in (BOOKS.case_code, read):
        with pytest.raises(UnreadableWorkbook, match=f"trộn nhiều phiếu .{CODE}, {OTHER_CODE}"):
            look(clerk.save())


# --- strangers' files --------------------------------------------------------------------------------------------


def saved(book: Any) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def patched(data: bytes, name: str, old: bytes, new: bytes, *, must: bool = False) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            part = source.read(member)
            if member == name:
                assert old in part or not must
                part = part.replace(old, new)
            target.writestr(member, part)
    return buffer.getvalue()


def archive(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name.replace("__", "/"), part)
    return buffer.getvalue()


def added(name: str, part: bytes) -> bytes:
    buffer = BytesIO(filled().save())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, part)
    return buffer.getvalue()


def in_sheet(extra: bytes) -> bytes:
    return patched(filled().save(), "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetData>" + extra, must=True)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + stream.encode("utf-16-le")


def many_members() -> bytes:
    return archive(**{f"x{number}.xml": b"<x/>" for number in range(500)})


def flipped() -> bytes:
    data = bytearray(BOOKS.build(FORM))
    with zipfile.ZipFile(BytesIO(bytes(data))) as source:
        start = source.getinfo("xl/worksheets/sheet1.xml").header_offset
    data[start + 200] ^= 0xFF
    return bytes(data)


def content_types(kind: str) -> bytes:
    return f'<Types><Override ContentType="application/vnd.{kind}"/></Types>'.encode()


STRANGERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "six megabytes": ("too_big", lambda: b"PK\x03\x04" + b"x" * (6 << 20)),
    "old Excel": ("xls", lambda: ole("Workbook")),
    "locked Excel": ("encrypted", lambda: ole("EncryptionInfo EncryptedPackage")),
    "old Word": ("doc", lambda: ole("WordDocument")),
    "Word": ("doc", lambda: archive(**{"[Content_Types].xml": content_types("x.wordprocessingml.document")})),
    "binary Excel": ("xlsb", lambda: archive(**{"[Content_Types].xml": content_types("ms-excel.sheet.binary.main")})),
    "OpenDocument": ("ods", lambda: archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")),
    "strict Excel": (
        "strict",
        lambda: patched(
            filled().save(),
            "xl/workbook.xml",
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            must=True,
        ),
    ),
    "a zipped form": ("archive", lambda: archive(**{"phieu.xlsx": BOOKS.build(FORM)})),
    "rar": ("archive", lambda: b"Rar!\x1a\x07\x00"),
    "web page": ("html", lambda: "\ufeff <html><table><tr><td>Mã</td></tr></table>".encode()),
    "Excel 2003 XML": ("xml", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com"/>'),
    "csv": ("csv", lambda: "Mã;Kết quả\nM01;Có\n".encode()),
    "csv in UTF-16": ("csv", lambda: "Mã\tKết quả\nM01\tCó\n".encode("utf-16")),
    "PDF": ("pdf", lambda: b"%PDF-1.7\n%\xe2\xe3"),
    "photo": ("image", lambda: b"\xff\xd8\xff\xe0JFIF"),
    "noise": ("unknown", lambda: bytes(range(256))),
    "half a form": ("truncated", lambda: BOOKS.build(FORM)[:8000]),
    "a flipped bit": ("corrupt", flipped),
    "500 members": ("bomb", many_members),
    "40 MiB of blanks": ("bomb", lambda: added("xl/x.xml", b"<x>" + b" " * (40 << 20))),
    "steep ratio": ("bomb", lambda: added("xl/media/a.png", b"\0" * (5 << 20))),
    "climbing names": ("corrupt", lambda: added("../x.xml", b"<x/>")),
    "entities": ("entities", lambda: added("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')),
    "UTF-16 part": ("encoding", lambda: added("xl/media/a.png", "<x/>".encode("utf-16"))),
    "220,000 tags": ("complex", lambda: added("xl/x.xml", b"<x>" + b"<y/>" * 220_000 + b"</x>")),
    "a merge of all cells": ("complex", lambda: in_sheet(b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    "a spelt-out merge": (
        "complex",
        lambda: in_sheet(b'<mergeCells><mergeCell ref="A1:&#88;FD1048576"/></mergeCells>'),
    ),
    "a link on all cells": ("complex", lambda: in_sheet(b"<hyperlinks><hyperlink ref='A1:XFD1048576'/></hyperlinks>")),
}

FORMULA = b'<row r="3000"><c r="A3000"><f t="shared" si="0">' + b"A1+" * 2_000 + b"1</f></c>"
FOLLOWERS = b"".join(b'<c r="A%d"><f t="shared" si="0"/></c>' % row for row in range(3001, 5001))
STRANGERS["a formula shared 2,000 times"] = (
    "complex",
    lambda: patched(
        filled().save(), "xl/worksheets/sheet1.xml", b"</sheetData>", FORMULA + FOLLOWERS + b"</row></sheetData>"
    ),
)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_file_that_is_no_form_is_refused_with_its_own_sentence(name: str) -> None:
    reason, sample = STRANGERS[name]
    data = sample()
    for look in (BOOKS.case_code, read):
        with pytest.raises(UnreadableWorkbook) as refused:
            look(data)
        assert str(refused.value) == REASONS[reason]


def test_an_honest_form_passes_the_guard() -> None:
    assert "xl/workbook.xml" in open_parts(BOOKS.build(FORM))


def test_a_workbook_that_openpyxl_cannot_load_is_mended_first() -> None:
    data = patched(filled().save(), "xl/styles.xml", b"<fill><patternFill/></fill>", b"<fill/>", must=False)
    data = patched(data, "xl/styles.xml", b"<fill><patternFill /></fill>", b"<fill/>")
    with zipfile.ZipFile(BytesIO(data)) as source:
        assert b"<fill/>" in source.read("xl/styles.xml")
    with pytest.raises(TypeError):
        openpyxl.load_workbook(BytesIO(data))
    assert values(read(data)) == VALUES


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.tuples(st.integers(0, 12_000), st.integers(1, 255)))
def test_no_bytes_raise_anything_but_a_sentence(noise: bytes | tuple[int, int]) -> None:
    if isinstance(noise, bytes):
        data = b"PK\x03\x04" + noise
    else:
        place, change = noise
        whole = bytearray(BOOKS.build(FORM))
        whole[place % len(whole)] ^= change
        data = bytes(whole)
    with suppress(UnreadableWorkbook):
        read(data)


# --- LibreOffice -------------------------------------------------------------------------------------------------


def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
            pytest.fail("KIEMTRA_REQUIRE_SERVERS=1, nhưng chưa cài LibreOffice (soffice)")
        pytest.skip("chưa cài LibreOffice (soffice)")
    return program


def resaved(data: bytes, folder: Path) -> bytes:
    source, target = folder / "phieu.xlsx", folder / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice(), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (target / "phieu.xlsx").read_bytes()


@pytest.mark.libreoffice
def test_libreoffice_saves_a_filled_form_that_reads_back_equal(tmp_path: Path) -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill(ANSWERS).put("M03", "1500", "Ước cả năm")
    clerk.put("M01", "=1+1", "Ghi chú")
    clerk.cell("M04").value = "=1000+234.5"
    again = resaved(clerk.save(), tmp_path)
    reading = read(again, estimate=True)
    assert values(reading) == VALUES
    assert reading.accepted["M03"].estimate == 1500
    assert reading.accepted["M01"].note == "=1+1"
    assert any("công thức" in remark for remark in reading.remarks)
    assert reading.identity == read(clerk).identity
    assert BOOKS.case_code(again) == CODE
    shown = openpyxl.load_workbook(BytesIO(again), data_only=True)["Phiếu trả lời"]
    assert "Đã trả lời 7/8 mục" in [cell.value for row in shown for cell in row]
    kept = Clerk(again)
    assert kept.sheet.protection.sheet
    assert {rule.type for rule in kept.sheet.data_validations.dataValidation} == {"list", "custom"}


@pytest.mark.libreoffice
def test_libreoffice_saves_a_returned_form_with_its_colours_and_comments(tmp_path: Path) -> None:
    clerk = Clerk(resaved(returned(), tmp_path))
    assert clerk.cell("M03").fill.start_color.rgb[2:] == WRONG
    assert "cần một số" in clerk.cell("M03").comment.text


def test_prefilled_spellings_are_taken_without_a_question() -> None:
    """The spelling of `answer_text` is the contract of form and reader; a change in the reader must show here."""
    for one, typed in ((CHECKLIST.item("M04"), "0,1250"), (CHECKLIST.item("M06"), "0,5%")):
        try:
            assert read_answer(one, typed)[1] == ""
        except Refusal as refusal:
            pytest.fail(refusal.sentence)
