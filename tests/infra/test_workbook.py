"""The Excel form: built, filled as clerks fill it, mangled as programs mangle it, and read back."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.workbook import ExcelWorkbooks
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
from tasks.domain.old_letters import Doubtful, to_unicode
from tasks.domain.vietnamese import clean
from tests.infra.office_programs import program

CODE = "DCCS-2025-0042-K7QX"
OTHER_CODE = "DCCS-2025-0043-M2WZ"
BOOKS = ExcelWorkbooks(b"khoa")


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
        "khoản 1 Điều 11 Luật 10/2022/QH15",
        "Chọn: Có / Không",
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
    lines = (cell for row in clerk.sheet for cell in row if str(cell.value).startswith(("GIA HẠN:", "HẸN:")))
    marked = {cell.coordinate for cell in lines}
    assert len(marked) == 2
    assert set(unlocked) == expected | estimates | marked
    assert {cell.number_format for cell in unlocked.values()} == {"@"}


def test_choices_drop_down_from_a_named_list_written_without_equals_sign() -> None:
    clerk = Clerk(BOOKS.build(FORM))
    rules = clerk.sheet.data_validations.dataValidation
    lists = {rule.formula1: str(rule.sqref) for rule in rules if rule.type == "list"}
    assert lists == {
        "LUA_CHON_CO_KHONG": clerk.cell("M01").coordinate,
        "LUA_CHON_MUC_KAD": clerk.cell("M02").coordinate,
    }
    assert clerk.book.defined_names["LUA_CHON_MUC_KAD"].attr_text == "'_luachon'!$B$1:$B$4"
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


def test_what_is_to_be_mended_does_not_count_as_answered() -> None:
    wrong = (Fault("M02", "E13", "cần một số", 'vài "vụ"\nhai'), Fault("M03", "E14", "cần một ngày", "hôm qua"))
    data = BOOKS.build(replace(FORM, accepted={"M01": Value("M01", "Có")}, faults=wrong))
    (formula,) = (text for text in texts(data) if text.startswith("="))
    assert formula.count("-(LEFT(E") == 2
    assert '="vài ""vụ""")' in formula
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


def written(longest: int) -> st.SearchStrategy[str]:
    """Words of any alphabet, but for what an old font spells, by chance: that is made Unicode on its way back."""

    def is_unicode(text: str) -> bool:
        try:
            return to_unicode(text)[1] is None
        except Doubtful:
            return False

    text = st.text(max_size=longest).map(lambda text: clean(text.replace("\ufffe", "").replace("\uffff", "")))
    return text.filter(is_unicode)


SPELLINGS: dict[AnswerType, st.SearchStrategy[str | int | float]] = {
    AnswerType.CO_KHONG: st.sampled_from(CHOICES[AnswerType.CO_KHONG][:-1]),
    AnswerType.MUC: st.sampled_from(CHOICES[AnswerType.MUC][:-1]),
    AnswerType.SO: st.integers(0, 10**12),
    AnswerType.SO_THAP_PHAN: st.floats(0, 1e12) | st.integers(0, 10**9),
    AnswerType.TY_LE: st.floats(0, 100),
    AnswerType.NGAY: st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(date.isoformat),
    AnswerType.VAN_BAN: written(80).filter(lambda text: text and not text.startswith("#")),
}


def accepted_values() -> st.SearchStrategy[dict[str, Value]]:
    words = written(20)
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


# --- LibreOffice -------------------------------------------------------------------------------------------------


def resaved(data: bytes, folder: Path) -> bytes:
    source, target = folder / "phieu.xlsx", folder / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        program("soffice", "LibreOffice"),
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(target),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (target / "phieu.xlsx").read_bytes()


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
