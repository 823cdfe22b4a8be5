"""What a clerk strikes through or writes into the comment of a cell: asked back or kept, never taken for nothing."""

import zipfile
from copy import copy
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from infra.opening.refusals import PICTURES, UNREAD_BESIDE
from infra.workbook.findings import STRUCK
from tasks.domain.checklist import Fault
from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.test_opening import patched
from tests.infra.test_workbook import BOOKS, FORM, VALUES, Clerk, filled, only_fault, read, values

KEPT = "Ô {}: lời ghi trong chú thích (comment) “{}” được giữ cho cơ quan xem, không phải câu trả lời"


def struck(clerk: Clerk, code: str, caption: str = "Kết quả") -> Clerk:
    cell = clerk.cell(code, caption)
    font = copy(cell.font)
    font.strike = True
    cell.font = font
    return clerk


def commented(clerk: Clerk, code: str, words: str, caption: str = "Kết quả") -> Clerk:
    clerk.cell(code, caption).comment = Comment(words, "Lan")
    return clerk


# --- struck through --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "raw"), [("M01", "Có"), ("M03", "12"), ("M03", 12), ("M05", "05/02/2025")])
def test_an_answer_that_is_struck_through_is_asked_back(code: str, raw: Any) -> None:
    fault = only_fault(read(struck(filled(**{code: raw}), code)))
    assert (fault.item, fault.sentence, fault.found) == (code, STRUCK, f"(gạch ngang) {raw}")


def test_a_figure_that_is_partly_struck_through_is_asked_back_and_not_read_as_one_figure() -> None:
    """Struck 10 with 12 beside it would be 1012."""
    rich = CellRichText(TextBlock(InlineFont(strike=True), "10"), TextBlock(InlineFont(), "12"))
    fault = only_fault(read(filled(M03=rich)))
    assert (fault.sentence, fault.found) == (STRUCK, "(gạch ngang) 1012")


def test_what_was_struck_through_stays_faulty_in_the_form_that_goes_back() -> None:
    reading = read(struck(filled(), "M01"))
    again = BOOKS.build(replace(FORM, accepted=reading.accepted, faults=reading.faults))
    assert Clerk(again).cell("M01").value == "(gạch ngang) Có"
    assert only_fault(read(again)).item == "M01"


def test_evidence_that_is_struck_through_is_kept_and_told() -> None:
    clerk = struck(filled().put("M01", "Quyết định 12", "Minh chứng"), "M01", "Minh chứng")
    reading = read(clerk)
    assert reading.accepted["M01"].evidence == "Quyết định 12"
    name = clerk.cell("M01", "Minh chứng").coordinate
    assert f"Ô {name} (mục M01): chữ bị gạch ngang, tạm giữ nguyên" in reading.remarks


def test_a_font_that_says_it_strikes_nothing_through_strikes_nothing_through() -> None:
    data = patched(struck(filled(), "M01").save(), "xl/styles.xml", b'<strike val="1"', b'<strike val="0"', must=True)
    assert values(read(data)) == VALUES


# --- comments --------------------------------------------------------------------------------------------------------


def test_a_comment_on_an_answer_is_kept_as_its_note_and_told() -> None:
    clerk = commented(filled(), "M03", "Số liệu chưa gồm thôn 5")
    reading = read(clerk)
    assert reading.accepted["M03"].note == "Số liệu chưa gồm thôn 5"
    assert reading.remarks == (KEPT.format(clerk.cell("M03").coordinate, "Số liệu chưa gồm thôn 5"),)
    assert values(reading) == VALUES


def test_a_comment_comes_after_the_note_and_once_when_it_says_the_same() -> None:
    clerk = commented(filled().put("M03", "Theo biên bản", "Ghi chú"), "M03", "Thiếu thôn 5")
    assert read(clerk).accepted["M03"].note == "Theo biên bản\nThiếu thôn 5"
    clerk.put("M03", "Thiếu thôn 5", "Ghi chú")
    assert read(clerk).accepted["M03"].note == "Thiếu thôn 5"


def test_a_comment_beside_a_fault_or_a_blank_is_told() -> None:
    clerk = commented(commented(filled(M03="ba", M05=None), "M03", "chờ số"), "M05", "chưa họp")
    said = read(clerk).remarks
    assert KEPT.format(clerk.cell("M03").coordinate, "chờ số") in said
    assert KEPT.format(clerk.cell("M05").coordinate, "chưa họp") in said


def returned() -> Clerk:
    fault = Fault("M03", Clerk(BOOKS.build(FORM)).cell("M03").coordinate, "cần một số, đang là chữ “ba”", "ba")
    accepted = {code: value for code, value in read(filled()).accepted.items() if code != "M03"}
    return Clerk(BOOKS.build(replace(FORM, accepted=accepted, faults=(fault,))))


def test_our_own_comment_on_a_returned_form_is_no_clerks() -> None:
    clerk = returned()
    assert clerk.cell("M03").comment is not None
    reading = read(clerk.put("M03", "3"))
    assert reading.accepted["M03"].note == ""
    assert reading.remarks == ()


def test_what_a_clerk_adds_to_our_comment_is_kept() -> None:
    clerk = returned().put("M03", "3")
    clerk.cell("M03").comment.text += "\nđã sửa theo biên bản 12"
    assert read(clerk).accepted["M03"].note == "đã sửa theo biên bản 12"


def test_a_clerk_whose_comment_begins_like_ours_is_kept() -> None:
    words = f"Ô {returned().cell('M03').coordinate}: xã chưa có số liệu"
    assert read(commented(filled(), "M03", words)).accepted["M03"].note == words
    clerk = returned().put("M03", "3")
    clerk.cell("M03").comment.text += f"\n{words}"
    assert read(clerk).accepted["M03"].note == words


def with_thread(data: bytes, cell: str) -> bytes:
    """As Excel 365 writes it: the thread, and a note of the same cell for programs that know no threads."""
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="{cell}" id="a"><text>Chưa gồm thôn 5</text></threadedComment>'
        f'<threadedComment ref="{cell}" id="b" parentId="a"><text>Đã hỏi lại</text></threadedComment>'
        "</ThreadedComments>"
    )
    link = (
        b'<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        b'Target="/xl/threadedComments/threadedComment1.xml"/></Relationships>'
    )
    data = patched(data, "xl/worksheets/_rels/sheet1.xml.rels", b"</Relationships>", link, must=True)
    return with_part(data, "xl/threadedComments/threadedComment1.xml", thread.encode())


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    buffer = BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, part)
    return buffer.getvalue()


def test_a_thread_of_newer_excel_is_kept_without_the_note_that_stands_in_for_it() -> None:
    clerk = commented(filled(), "M03", "[Threaded comment]\n\nYour version of Excel allows you to read this…")
    reading = read(with_thread(clerk.save(), clerk.cell("M03").coordinate))
    assert reading.accepted["M03"].note == "Chưa gồm thôn 5\nĐã hỏi lại"


def test_a_hundred_comments_do_not_fill_the_letter() -> None:
    clerk = filled()
    for row in range(1, 101):
        clerk.sheet.cell(row, 12).comment = Comment(f"lời {row}", "Lan")
    said = read(clerk).remarks
    assert len(said) == 21
    assert said[-1] == "Còn 80 ô khác có chú thích (comment)"


@pytest.mark.parametrize("broken", [b"<comments", b'<!DOCTYPE x [<!ENTITY a "b">]><comments/>', b"no xml"])
def test_broken_comments_cost_no_answer(broken: bytes) -> None:
    data = commented(filled(), "M03", "lời").save()
    with zipfile.ZipFile(BytesIO(data)) as source:
        name = next(one for one in source.namelist() if "comment" in one and one.endswith(".xml"))
        part = source.read(name)
    reading = read(patched(data, name, part, broken, must=True))
    assert values(reading) == VALUES
    assert reading.remarks == (UNREAD_BESIDE.format(sheet="Phiếu trả lời"),)


# --- pictures and boxes ----------------------------------------------------------------------------------------------


def drawn(inside: str) -> bytes:
    clerk = filled()
    clerk.sheet.add_chart(BarChart(), "P2")
    data = clerk.save()
    name = "xl/drawings/drawing1.xml"
    with zipfile.ZipFile(BytesIO(data)) as source:
        part = source.read(name)
    return patched(data, name, part, part.replace(b"</xdr:wsDr>", b"").replace(b"</wsDr>", b"") + inside.encode())


def test_a_box_of_words_over_the_cells_is_named_with_its_words() -> None:
    box = (
        '<oneCellAnchor><sp><txBody><a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:r>'
        "<a:t>Thôn 5 chưa họp</a:t></a:r></a:p></txBody></sp></oneCellAnchor></wsDr>"
    )
    reading = read(drawn(box))
    assert values(reading) == VALUES
    assert reading.remarks == (PICTURES.format(sheet="Phiếu trả lời", words=" “Thôn 5 chưa họp”"),)


def test_a_picture_is_named_and_a_drawing_without_anything_in_it_is_not() -> None:
    assert read(drawn("</wsDr>")).remarks == (PICTURES.format(sheet="Phiếu trả lời", words=""),)
    data = drawn("</wsDr>")
    with zipfile.ZipFile(BytesIO(data)) as source:
        part = source.read("xl/drawings/drawing1.xml")
    empty = b'<wsDr xmlns="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
    assert read(patched(data, "xl/drawings/drawing1.xml", part, empty)).remarks == ()


# --- in other programs -----------------------------------------------------------------------------------------------


def assert_both_survive(data: bytes, kind: str) -> None:
    reading = read(data)
    assert only_fault(reading).item == "M01", kind
    assert only_fault(reading).sentence == STRUCK, kind
    assert reading.accepted["M03"].note.endswith("Chưa gồm thôn 5"), kind
    assert sum("(comment)" in remark for remark in reading.remarks) == 1, kind


@pytest.mark.libreoffice
def test_libreoffice_keeps_struck_text_and_comments_in_every_format(tmp_path: Path) -> None:
    clerk = commented(struck(filled(), "M01"), "M03", "Chưa gồm thôn 5")
    (saved,) = worked(tmp_path, [Job(clerk.save(), formats=("xlsx", "ods", "xls"))])
    for kind, data in saved.items():
        assert_both_survive(data, kind)


@pytest.mark.libreoffice
def test_a_chart_over_the_cells_is_named_in_files_of_libreoffice_and_comments_are_no_pictures(tmp_path: Path) -> None:
    clerk = commented(filled(), "M03", "Chưa gồm thôn 5")
    with_chart = commented(filled(), "M03", "Chưa gồm thôn 5")
    with_chart.sheet.add_chart(BarChart(), "P2")
    jobs = [Job(one.save(), formats=("xlsx", "ods")) for one in (clerk, with_chart)]
    plain, charted = worked(tmp_path, jobs)
    for kind in ("xlsx", "ods"):
        assert not any("hộp chữ" in remark for remark in read(plain[kind]).remarks), kind
        assert any("hộp chữ" in remark for remark in read(charted[kind]).remarks), kind


@pytest.mark.gnumeric
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_gnumeric_keeps_struck_text_and_comments(tmp_path: Path, kind: str) -> None:
    clerk = commented(struck(filled(), "M01"), "M03", "Chưa gồm thôn 5")
    assert_both_survive(saved_by_gnumeric(tmp_path, clerk.save(), kind), kind)
