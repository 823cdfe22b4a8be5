"""Words typed where the form asks nothing are named with their cell and what to do; our own print never is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.checklist import NOT_APPLICABLE, NUMERIC, Checklist, Fault, Form, Item, Value
from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.test_workbook import BOOKS, CHECKLIST, ESTIMATING, FORM, VALUES, Clerk, filled, read, values

CHECKLISTS: Mapping[str, Checklist] = FileDefinitions(TEMPLATES).checklists
UNREAD = (
    "Mục {}: ô {} (cột “{}”) có “{}” nằm ngoài ô trả lời nên chưa đọc; nếu là câu trả lời, hãy ghi vào ô {} rồi gửi lại"
)


# --- words of a clerk ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caption", ["Cách trả lời", "Nội dung kiểm tra", "Căn cứ pháp lý"])
@pytest.mark.parametrize("behind", [False, True])
def test_words_in_a_locked_column_are_named_whether_they_replace_ours_or_go_on_behind_them(
    caption: str, behind: bool
) -> None:
    clerk = filled(M03=None)
    cell = clerk.cell("M03", caption)
    clerk.put("M03", f"{cell.value} 12 cuộc" if behind else "12 cuộc", caption)
    reading = read(clerk)
    assert reading.remarks == (UNREAD.format("M03", cell.coordinate, caption, "12 cuộc", clerk.cell("M03").coordinate),)
    assert reading.missing == ("M03",)


def test_an_estimate_where_none_is_asked_is_named() -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill({"M01": "Có", "M03": "3"})
    clerk.put("M01", "Có", "Ước cả năm").put("M03", "4", "Ước cả năm")
    reading = read(clerk, estimate=True)
    place, answer = clerk.cell("M01", "Ước cả năm").coordinate, clerk.cell("M01").coordinate
    assert reading.remarks == (UNREAD.format("M01", place, "Ước cả năm", "Có", answer),)
    assert reading.accepted["M03"].estimate == 4


def test_a_whole_column_of_answers_in_the_wrong_place_is_named_and_does_not_fill_the_letter() -> None:
    checklist = CHECKLISTS["xa"]
    clerk = Clerk(BOOKS.build(replace(FORM, checklist=checklist)))
    for item in checklist.items:
        clerk.put(item.code, "Có", "Cách trả lời")
    said = BOOKS.read(clerk.save(), checklist).remarks
    assert len(said) == 21
    unnamed = len(checklist.items) - 20
    assert said[-1] == f"Còn {unnamed} ô khác ngoài các ô trả lời có chữ chưa đọc"


def test_evidence_and_notes_on_a_doubled_row_are_named() -> None:
    clerk = filled().put("M01", "Quyết định 12", "Minh chứng")
    columns = {cell.value: cell.column for cell in clerk.sheet[clerk.header]}
    row = clerk.sheet.max_row + 1
    for caption, words in {"Mã": "M01", "Kết quả": "có", "Minh chứng": "Quyết định 15", "Ghi chú": "bổ sung"}.items():
        clerk.sheet.cell(row, columns[caption], words)
    reading = read(clerk)
    assert values(reading) == VALUES
    assert reading.accepted["M01"].evidence == "Quyết định 12"
    assert reading.remarks == (
        f"Mục M01: dòng {row} lặp lại mục này nên chưa đọc ô Minh chứng có “Quyết định 15”, ô Ghi chú có “bổ sung”; "
        f"hãy chép sang dòng của ô {clerk.cell('M01').coordinate} rồi gửi lại",
    )


def test_an_answer_in_the_row_of_a_heading_is_named() -> None:
    clerk = filled()
    row = clerk.cell("M01").row - 1
    name = clerk.sheet.cell(row, clerk.cell("M01").column, "Có").coordinate
    assert read(clerk).remarks == (f"Dòng {row}: dòng tiêu đề không có chỗ trả lời nên không đọc: ô {name} có “Có”",)


def test_a_note_below_the_table_is_named_and_signatures_are_not() -> None:
    clerk = filled()
    columns = {cell.value: cell.column for cell in clerk.sheet[clerk.header]}
    below = clerk.sheet.max_row + 1
    clerk.sheet.cell(below, columns["Cách trả lời"], "Nguyễn Văn An")
    clerk.sheet.cell(below + 1, columns["Nội dung kiểm tra"], "Ghi chú: số liệu chưa gồm thôn 5")
    name = clerk.sheet.cell(below + 1, columns["Nội dung kiểm tra"]).coordinate
    assert read(clerk).remarks == (
        f"Dòng {below + 1}: có nội dung nhưng không có mã mục nên không đọc: "
        f"ô {name} có “Ghi chú: số liệu chưa gồm thôn 5”",
    )


def test_a_sheet_that_somebody_added_is_named_and_one_of_a_program_or_without_words_is_not() -> None:
    clerk = filled()
    clerk.book.create_sheet("Phụ lục thôn")["B2"] = "Thôn 5 chưa họp"
    clerk.book.create_sheet("Trang tính1")
    clerk.book.create_sheet("Compatibility Report")["A1"] = "Compatibility Report for phieu.xls"
    reading = read(clerk)
    assert values(reading) == VALUES
    assert reading.remarks == (
        "Trang “Phụ lục thôn” không thuộc phiếu nên không đọc; "
        "hãy ghi nội dung vào các trang của phiếu, hoặc gửi thành tệp riêng",
    )


def test_a_sheet_of_figures_only_is_named() -> None:
    clerk = filled()
    clerk.book.create_sheet("Số liệu")["B2"] = 7.5
    (said,) = read(clerk).remarks
    assert said.startswith("Trang “Số liệu” không thuộc phiếu nên không đọc")


# --- words of ours ---------------------------------------------------------------------------------------------------


def returned(checklist: Checklist) -> bytes:
    """All that may be printed at once: last year's answers, estimates, corrections, the signatures."""
    wrong = checklist.items[0]
    form = _form(checklist)
    place = Clerk(BOOKS.build(form)).cell(wrong.code).coordinate
    fault = Fault(wrong.code, place, "cần một số, đang là chữ “ba”; hãy ghi lại", "ba")
    accepted = {item.code: _value(item) for item in checklist.items[1:5]}
    return BOOKS.build(replace(form, accepted=accepted, faults=(fault,)))


def _form(checklist: Checklist) -> Form:
    asked = {"checklist": checklist, "as_of": date(2026, 3, 1), "estimate_words": "đến hết ngày 31/12/2026"}
    return replace(FORM, **asked, last_year={item.code: "12 cuộc" for item in checklist.items})


def _value(item: Item) -> Value:
    return Value(item.code, 3 if item.type in NUMERIC else NOT_APPLICABLE, estimate=4 if item.type in NUMERIC else None)


def remarks_of(data: bytes, checklist: Checklist) -> list[str]:
    return [one for one in BOOKS.read(data, checklist, estimate=True).remarks if "chưa đọc" in one or "Dòng" in one]


@pytest.mark.parametrize("code", sorted(CHECKLISTS))
def test_our_own_print_is_never_named(code: str) -> None:
    checklist = CHECKLISTS[code]
    assert remarks_of(returned(checklist), checklist) == []
    assert remarks_of(Clerk(returned(checklist)).save(), checklist) == []


@pytest.mark.libreoffice
def test_our_own_print_is_not_named_after_libreoffice_saved_it(tmp_path: Path) -> None:
    checklist = CHECKLISTS["bao-cao-xa"]
    (saved,) = worked(tmp_path, [Job(returned(checklist), formats=("xlsx", "ods", "xls"))])
    assert {kind: remarks_of(data, checklist) for kind, data in saved.items()} == {"xlsx": [], "ods": [], "xls": []}


@pytest.mark.gnumeric
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_our_own_print_is_not_named_after_gnumeric_saved_it(tmp_path: Path, kind: str) -> None:
    checklist = CHECKLISTS["bao-cao-xa"]
    assert remarks_of(saved_by_gnumeric(tmp_path, returned(checklist), kind), checklist) == []


def test_a_form_of_another_edition_is_not_compared_word_for_word() -> None:
    reworded = tuple(replace(item, question=f"{item.question} (sửa)") for item in CHECKLIST.items)
    said = BOOKS.read(filled().save(), replace(CHECKLIST, version="2026.1", items=reworded)).remarks
    assert said == ("Tệp theo bản 2025.1 của bảng kiểm, bản đang dùng là 2026.1",)
