"""Words beside an answer that is wrong or not there yet go out again with the form, whole, and come back with it."""

from dataclasses import replace
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from infra.workbook.findings import NO_RESULT, STILL_MARKED, STRUCK_WORDS
from infra.workbook.layout import added_text, cell_text
from tasks.domain.beside import Beside, only_beside
from tasks.domain.checklist import Form, Reading
from tests.infra.ooxml import mistakes
from tests.infra.test_workbook import BOOKS, ESTIMATING, FORM, VALUES, Clerk, filled, only_fault, read, values

LONG = "; ".join(f"Quyết định số {number}/QĐ-UBND về việc công khai" for number in range(1, 13))


def built_again(reading: Reading, form: Form = FORM) -> bytes:
    beside = {one.item: one for one in reading.beside}
    return BOOKS.build(replace(form, accepted=reading.accepted, faults=reading.faults, beside=beside))


def sent_back(reading: Reading, form: Form = FORM) -> Clerk:
    return Clerk(built_again(reading, form))


@pytest.mark.parametrize("answer", ["ba", None])
def test_evidence_and_note_beside_a_wrong_or_blank_answer_are_there_again_and_come_back_with_the_mended_form(
    answer: Any,
) -> None:
    clerk = filled(M03=answer).put("M03", LONG, "Minh chứng").put("M03", "Dòng 1\nDòng 2", "Ghi chú")
    again = sent_back(read(clerk))
    assert again.cell("M03", "Minh chứng").value == LONG
    assert again.cell("M03", "Ghi chú").value == "Dòng 1\nDòng 2"
    mended = read(again.put("M03", "3")).accepted["M03"]
    assert (mended.value, mended.evidence, mended.note) == (3, LONG, "Dòng 1\nDòng 2")


@pytest.mark.parametrize("answer", ["ba", None])
def test_an_estimate_beside_a_wrong_or_blank_figure_is_there_again(answer: Any) -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill({"M01": "Có", "M03": answer}).put("M03", "1.250", "Ước cả năm")
    again = sent_back(read(clerk, estimate=True), ESTIMATING)
    assert read(again.put("M03", "3"), estimate=True).accepted["M03"].estimate == 1250


def test_a_fault_with_something_beside_it_says_that_it_need_not_be_written_again() -> None:
    clerk = filled(M03="ba").put("M03", "chờ số", "Ghi chú")
    name = clerk.cell("M03").coordinate
    assert read(clerk).remarks == (
        f"Mục M03: ô {name} cần sửa; ô Ghi chú có “chờ số” được giữ nguyên trong phiếu gửi lại, không phải ghi lại",
    )


def test_a_blank_answer_with_something_beside_it_says_where_the_answer_belongs() -> None:
    clerk = filled(M03=None).put("M03", "12", "Ghi chú")
    name = clerk.cell("M03").coordinate
    said = f"Mục M03: ô {name} trống nhưng ô Ghi chú có “12”; hãy ghi câu trả lời vào ô {name}"
    assert read(clerk).remarks == (said,)


def test_what_was_typed_into_a_locked_cell_of_a_blank_item_is_shown_there_and_is_not_taken_for_typed_again() -> None:
    clerk = filled(M03=None).put("M03", "12 cuộc", "Cách trả lời")
    again = sent_back(read(clerk))
    assert str(again.cell("M03", "Cách trả lời").value).endswith("\nĐã ghi ngoài ô trả lời: 12 cuộc")
    assert read(again).remarks == ()


@pytest.mark.parametrize("caption", ["Cách trả lời", "Nội dung kiểm tra", "Minh chứng"])
@pytest.mark.parametrize("letters", [640, 5_000, 32_767])
def test_however_much_was_typed_into_a_cell_the_form_goes_back_as_excel_opens_it(caption: str, letters: int) -> None:
    words = ("Đã họp thôn và ghi biên bản. " * 1_200)[:letters]
    clerk = filled(M03="ba").put("M03", words, caption)
    assert mistakes(built_again(read(clerk))) == []


def test_a_text_is_cut_where_excel_would_and_never_inside_a_letter() -> None:
    """To Excel a smiley is two characters; what stands below a cell's own text has the room that is left."""
    assert cell_text("a" + "😀" * 20_000) == "a" + "😀" * 16_383
    assert cell_text("ỗ" * 40_000) == "ỗ" * 32_767
    assert added_text("a" * 32_760, "Đã ghi ngoài ô trả lời") == "Đã ghi"
    assert added_text("a" * 32_767, "Đã ghi ngoài ô trả lời") == ""


# --- last year's column ----------------------------------------------------------------------------------------------

WITH_LAST_YEAR = replace(FORM, last_year={"M01": "Có"})


def test_an_answer_in_the_column_of_last_year_is_named_and_last_years_own_words_are_not() -> None:
    clerk = Clerk(BOOKS.build(WITH_LAST_YEAR)).fill({"M01": "Có"}).put("M03", "12", "Năm trước")
    reading = read(clerk, last_year=WITH_LAST_YEAR.last_year)
    (said,) = reading.remarks
    assert said.startswith(f"Mục M03: ô {clerk.cell('M03', 'Năm trước').coordinate} (cột “Năm trước”) có “12”")
    assert reading.beside == (Beside("M03", elsewhere={"Năm trước": "12"}),)
    assert read(clerk).remarks == ()  # where nobody knows what was printed, nothing is accused


# --- words -----------------------------------------------------------------------------------------------------------


def partly_struck() -> Clerk:
    clerk = filled()
    clerk.cell("M07").value = CellRichText("Xã có ", TextBlock(InlineFont(strike=True), "11"), f" 12 thôn.\n{LONG}")
    return clerk


def test_words_with_one_word_struck_through_come_back_whole_to_be_decided_by_their_author() -> None:
    fault = only_fault(read(partly_struck()))
    assert fault.sentence.startswith(STRUCK_WORDS)
    assert fault.sentence.endswith("hãy xóa chữ “(cần sửa)” ở đầu ô")
    again = sent_back(read(partly_struck()))
    assert again.cell("M07").value == f"(cần sửa) Xã có 11 12 thôn.\n{LONG}"
    assert values(read(again.put("M07", "Xã có 12 thôn.")))["M07"] == "Xã có 12 thôn."


def test_words_that_were_to_be_mended_are_asked_back_as_long_as_their_mark_stands() -> None:
    fault = only_fault(read(sent_back(read(partly_struck()))))
    assert (fault.sentence, fault.found) == (STILL_MARKED, f"Xã có 11 12 thôn.\n{LONG}")


def test_a_long_text_in_a_cell_for_a_choice_is_shown_again_whole() -> None:
    assert sent_back(read(filled(M01=LONG))).cell("M01").value == LONG


def test_words_beside_answers_change_none() -> None:
    assert values(read(filled().put("M03", LONG, "Ghi chú"))) == VALUES


# --- what a unit is told ---------------------------------------------------------------------------------------------


def test_a_form_filled_in_another_column_is_told_so_by_column() -> None:
    found = [Beside("M01", note="Có"), Beside("M03", note="3"), Beside("M05", elsewhere={"Năm trước": "3"})]
    assert only_beside(found, "Kết quả") == (
        "Có chữ ở cột “Ghi chú” của 2 mục, cột “Năm trước” của 1 mục nhưng cột “Kết quả” trống; "
        "hãy ghi câu trả lời vào cột “Kết quả” rồi gửi lại. Chữ đã ghi được giữ trong phiếu gửi kèm."
    )
    assert only_beside([], "Kết quả") == ""


@pytest.mark.parametrize("caption", ["Minh chứng", "Ghi chú"])
def test_a_formula_without_a_result_beside_an_answer_is_kept_and_told(caption: str) -> None:
    clerk = filled()
    cell = clerk.cell("M03", caption)
    cell.value = '=HYPERLINK("https://xa.vn","QĐ 12")'
    value = read(clerk).accepted["M03"]
    assert "QĐ 12" in (value.evidence + value.note)
    assert read(clerk).remarks == (f"Ô {cell.coordinate} (mục M03): {NO_RESULT}",)


@pytest.mark.parametrize("answer", ["ba", None])
@pytest.mark.parametrize("note", ["", "theo biên bản"])
def test_a_long_comment_on_a_wrong_or_blank_answer_goes_back_whole_as_its_note(answer: Any, note: str) -> None:
    clerk = filled(M03=answer)
    if note:
        clerk.put("M03", note, "Ghi chú")
    clerk.cell("M03").comment = Comment(LONG, "Lan")
    assert sent_back(read(clerk)).cell("M03", "Ghi chú").value == (f"{note}\n{LONG}" if note else LONG)


def test_a_note_beside_a_blank_figure_with_a_wrong_estimate_goes_back_too() -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill({"M01": "Có"}).put("M03", "khoảng 15", "Ước cả năm")
    again = sent_back(read(clerk.put("M03", "chờ số", "Ghi chú"), estimate=True), ESTIMATING)
    assert [again.cell("M03", one).value for one in ("Ước cả năm", "Ghi chú")] == ["khoảng 15", "chờ số"]
