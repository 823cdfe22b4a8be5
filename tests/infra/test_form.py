"""The form as it is written: the same as openpyxl would write it, sound in every part, the same bytes for a unit."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from infra.workbook.copies import Sealing
from infra.workbook.form import frame_of
from infra.workbook.look import WRONG
from tasks.domain.checklist import (
    AnswerType,
    Basis,
    Checklist,
    Fault,
    Form,
    Identity,
    Item,
    Row,
    Section,
    StatTable,
    Value,
    choices_of,
)
from tasks.domain.checklist import Column as TableColumn
from tests.infra.ooxml import mistakes
from tests.infra.slow_form import slow_form
from tests.infra.test_opening import patched
from tests.infra.test_workbook import (
    ANSWERS,
    CHECKLIST,
    CODE,
    ESTIMATING,
    FORM,
    OTHER_CODE,
    VALUES,
    Clerk,
    filled,
    read,
    returned,
    values,
)

BOOKS = ExcelWorkbooks(b"khoa")
RETURNED = replace(
    ESTIMATING,
    accepted={"M01": Value("M01", "Có", evidence="QĐ 12", note="đủ"), "M04": Value("M04", 1234.5)},
    faults=[Fault("M03", "E14", "cần số nguyên; đang là chữ “ba”", "ba")],
)
LAST_YEAR = replace(FORM, last_year={"M01": "Không", "M03": "1.180", "M07": "Đã họp thôn. " * 20})
MEETINGS = StatTable(
    "BVIII",
    "VIII",
    "Họp thôn, khu phố",
    (
        TableColumn("tong", "Tổng số thôn, khu phố", AnswerType.SO, unit="thôn", total=True),
        TableColumn("mot", "1 lần", AnswerType.SO, unit="thôn", group="Số thôn họp toàn thể", total=True),
        TableColumn("hai", "2 lần", AnswerType.SO, unit="thôn", group="Số thôn họp toàn thể", total=True),
        TableColumn("ghi_chu", "Ghi chú", AnswerType.VAN_BAN),
    ),
    rows=(Row("thon", "Thôn"), Row("pho", "Khu phố")),
    basis=(Basis("Luật 10/2022/QH15", verified=True, article="Điều 22"),),
)
MATTERS = StatTable(
    "BII",
    "II",
    "Nhân dân bàn và quyết định trực tiếp",
    (
        TableColumn("noi_dung", "Nội dung", AnswerType.VAN_BAN, required=True),
        TableColumn("hinh_thuc", "Hình thức", AnswerType.CHON, choices=("Hội nghị", "Phiếu lấy ý kiến", "Biểu quyết")),
        TableColumn("ngay", "Ngày thông qua", AnswerType.NGAY),
        TableColumn("so_phieu", "Số phiếu tán thành", AnswerType.SO, unit="phiếu"),
        TableColumn("gia_tri", "Tổng giá trị", AnswerType.SO_THAP_PHAN, unit="triệu đồng", total=True),
    ),
    most_rows=12,
    why="Để biết việc gì dân đã quyết.",
)
OUTLINED = replace(
    FORM.checklist,
    tables=(MATTERS, MEETINGS),
    outline=(Section("I", "Công tác lãnh đạo, chỉ đạo"), Section("II", "Kết quả thực hiện")),
    narrative=(
        Item("DC01", "I", "Việc quán triệt, phổ biến Luật.", AnswerType.VAN_BAN, required=False),
        Item(
            "DC02", "II", "Kết quả công khai ở thôn.", AnswerType.VAN_BAN, evidence="Số liệu kèm theo", required=False
        ),
    ),
)
ANNEXED = replace(FORM, checklist=OUTLINED)
ANNEXED_AGAIN = replace(
    ANNEXED,
    accepted={
        "M01": Value("M01", "Có"),
        "BII.r1.noi_dung": Value("BII.r1.noi_dung", "Làm đường thôn Thủy Trung"),
        "BII.r1.gia_tri": Value("BII.r1.gia_tri", 1234.5),
        "DC01": Value("DC01", "Đã phổ biến ở 12 thôn."),
    },
    faults=[
        Fault("M03", "E14", "cần số nguyên; đang là chữ “ba”", "ba"),
        Fault("BII.r1.ngay", "Bảng II!E8", "cần ngày/tháng/năm, đang là “tháng 5”", "tháng 5"),
        Fault("BVIII.thon.mot", "Bảng VIII!D8", "cần số nguyên; đang là chữ “vài”", "vài"),
    ],
)
FORMS: Mapping[str, Form] = {
    "fresh": FORM,
    "with estimates": ESTIMATING,
    "with last year": LAST_YEAR,
    "returned": RETURNED,
    "returned, all right": replace(RETURNED, faults=()),
    "returned, with last year": replace(RETURNED, last_year=LAST_YEAR.last_year),
    "with annexes": ANNEXED,
    "returned, with annexes": ANNEXED_AGAIN,
}
TEMPLATE_CODES = ("xa", "co-quan", "truong-hoc", "doanh-nghiep-nha-nuoc", "ngoai-nha-nuoc", "giam-sat", "dot-xuat")
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "<b>&amp;</b>", "]]>", "“”\"'", "@slot-token@", "\x00\x0b\x1f\ufffe", "&L&P"]


def template(code: str) -> Checklist:
    return FileDefinitions(TEMPLATES).checklist(code)


# --- the fast way is the slow way ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_the_fast_form_is_cell_for_cell_the_one_that_openpyxl_writes(name: str) -> None:
    both = BOOKS.build(FORMS[name]), slow_form(FORMS[name], Sealing(b"khoa"))
    fast, slow = (openpyxl.load_workbook(BytesIO(data)) for data in both)
    assert fast.sheetnames == slow.sheetnames
    assert {name: one.attr_text for name, one in fast.defined_names.items() if name.startswith("LUA_CHON")} == {
        name: one.attr_text for name, one in slow.defined_names.items() if name.startswith("LUA_CHON")
    }
    for mine, theirs in zip(fast, slow, strict=True):
        assert seen(mine) == seen(theirs)


def seen(sheet: Any) -> dict[str, Any]:
    """All of a sheet that a person could see or trip over."""
    cells = {
        cell.coordinate: (
            str(cell.value or ""), cell.font.b, cell.font.sz, cell.font.i, cell.font.color and cell.font.color.rgb,
            cell.fill.start_color.rgb, edge(cell.border.top), edge(cell.border.left), cell.number_format,
            cell.alignment.horizontal, cell.alignment.vertical, cell.alignment.wrap_text, cell.alignment.indent,
            cell.protection.locked, cell.comment and cell.comment.text,
        )
        for row in sheet
        for cell in row
        if isinstance(cell, openpyxl.cell.Cell)
    }  # fmt: skip
    return {
        "cells": cells,
        "heights": {number: round(float(row.height), 1) for number, row in sheet.row_dimensions.items() if row.height},
        "widths": {letter: column.width for letter, column in sheet.column_dimensions.items()},
        "merges": sorted(map(str, sheet.merged_cells.ranges)),
        "rules": sorted((str(rule.sqref), rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation),
        "page": (sheet.print_area, sheet.print_title_rows, sheet.page_setup.orientation, sheet.freeze_panes),
        "shut": (sheet.sheet_state, sheet.protection.sheet),
    }


def edge(side: Any) -> str:
    return str(side.style or "") if side else ""


# --- sound in every part -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_no_part_of_a_form_offends_the_standard(name: str) -> None:
    assert mistakes(BOOKS.build(FORMS[name])) == []


@pytest.mark.parametrize("code", TEMPLATE_CODES)
def test_the_form_of_every_checklist_is_sound(code: str) -> None:
    checklist = template(code)
    faults = [Fault(item.code, "E1", "cần số nguyên", "ba") for item in checklist.items]
    for form in (replace(FORM, checklist=checklist), replace(FORM, checklist=checklist, faults=faults)):
        assert mistakes(BOOKS.build(form)) == []


@pytest.mark.parametrize("words", EVIL)
def test_strange_words_break_no_part_and_stay_words(words: str) -> None:
    value = Value("M07", words, evidence=words, note=words)
    fault = Fault("M03", "E14", words, words)
    form = replace(
        LAST_YEAR, title=words, authority=words, unit_name=words, token=words, contact_words=words,
        accepted={"M07": value}, faults=[fault], last_year={"M01": words},
    )  # fmt: skip
    data = BOOKS.build(form)
    assert mistakes(data) == []
    shown = Clerk(data)
    kept = words.translate(dict.fromkeys((0x00, 0x0B, 0x1F, 0xFFFE)))
    assert (shown.cell("M07").value or "") == kept
    assert (shown.cell("M01", "Năm trước").value or "") == kept
    assert shown.book.properties.title == (kept or None)
    formulas = [cell.coordinate for row in shown.sheet for cell in row if cell.data_type == "f"]
    assert len(formulas) == 1  # the progress line


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_no_words_at_all_break_a_form(short: str, long: str) -> None:
    form = replace(RETURNED, unit_name=short, token=short, accepted={"M07": Value("M07", long, note=short)})
    assert mistakes(BOOKS.build(replace(form, faults=[Fault("M03", "E14", long, short)]))) == []


BREAKERS: Mapping[str, tuple[str, bytes, bytes]] = {
    "out of order": ("xl/worksheets/sheet1.xml", b"<printOptions", b"<autoFilter/><printOptions"),
    "has no format": ("xl/worksheets/sheet1.xml", b'<c r="A1" s="', b'<c r="A1" s="99'),
    "out of place": ("xl/worksheets/sheet1.xml", b'<c r="A1"', b'<c r="A7"'),
    "outside of the dimension": ("xl/worksheets/sheet1.xml", b'<dimension ref="A1:', b'<dimension ref="A9:'),
    "nothing at": ("xl/_rels/workbook.xml.rels", b"sheet3.xml", b"sheet4.xml"),
    "content type of a missing part": ("[Content_Types].xml", b"/xl/styles.xml", b"/xl/stylez.xml"),
    "styles: no fontId": ("xl/styles.xml", b'fontId="3"', b'fontId="333"'),
    "refers to": ("xl/workbook.xml", b"'_luachon'!$A$1", b"'_luachom'!$A$1"),
    "not well-formed": ("xl/workbook.xml", b"<sheets>", b"<sheets"),
}


@pytest.mark.parametrize("told", BREAKERS)
def test_the_check_itself_sees_what_is_broken(told: str) -> None:
    name, old, new = BREAKERS[told]
    found = mistakes(patched(BOOKS.build(FORM), name, old, new, must=True))
    assert any(told in mistake for mistake in found), found


def test_a_form_begins_like_an_office_file_and_says_no_time_of_day() -> None:
    with zipfile.ZipFile(BytesIO(BOOKS.build(RETURNED))) as archive:
        assert archive.namelist()[:2] == ["[Content_Types].xml", "_rels/.rels"]
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


# --- the same bytes ------------------------------------------------------------------------------------------------

PROGRAM = """
import hashlib, sys
from tests.infra.test_form import BOOKS, FORMS
names = sorted(FORMS, reverse=sys.argv[1] == "backwards")
hashes = {name: hashlib.sha256(BOOKS.build(FORMS[name])).hexdigest() for name in names}
print(*(hashes[name] for name in sorted(FORMS)))
"""


def test_a_form_has_one_hash_in_any_process_whatever_was_built_before() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, order],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True,
        ).stdout
        for order, seed in (("forwards", "1"), ("backwards", "2"), ("backwards", "3"))
    }  # fmt: skip
    assert len(told) == 1
    assert len(set(told.pop().split())) == len(FORMS)


def test_forms_of_many_checklists_are_not_all_kept_in_memory() -> None:
    for number in range(40):
        BOOKS.build(replace(FORM, checklist=replace(FORM.checklist, version=f"2025.{number}")))
    assert frame_of.cache_info().currsize <= 16


def test_another_unit_of_the_same_round_gets_only_its_own_words() -> None:
    other = replace(FORM, unit_name="Ủy ban nhân dân xã Vĩnh Ô", unit_code="VO", case_code=OTHER_CODE, token="token-2")
    BOOKS.build(FORM)
    with zipfile.ZipFile(BytesIO(BOOKS.build(other))) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "Vĩnh Ô" in everything
    assert not any(word in everything for word in (FORM.unit_name, CODE, FORM.token, "@slot-"))


# --- what stands beside --------------------------------------------------------------------------------------------


def test_last_years_answer_stands_beside_each_item_and_is_no_answer() -> None:
    clerk = Clerk(BOOKS.build(LAST_YEAR))
    assert clerk.cell("M03", "Năm trước").value == "1.180"
    assert not clerk.cell("M02", "Năm trước").value
    assert clerk.cell("M03", "Năm trước").protection.locked
    assert read(clerk).accepted == {}
    assert "Năm trước" not in [cell.value for cell in Clerk(BOOKS.build(FORM)).sheet[clerk.header]]


def test_a_long_answer_of_last_year_makes_its_row_taller() -> None:
    fresh, beside = Clerk(BOOKS.build(FORM)), Clerk(BOOKS.build(LAST_YEAR))
    row = beside.cell("M07").row
    assert beside.sheet.row_dimensions[row].height > fresh.sheet.row_dimensions[row].height


def test_words_that_look_like_the_file_s_own_spelling_come_back_as_they_were() -> None:
    value = Value("M07", "Mẫu _x0041_ và _x000D_, _x_ không đổi.", "D12")
    data = BOOKS.build(replace(FORM, accepted={"M07": value}))
    assert BOOKS.read(data, FORM.checklist).accepted["M07"].value == value.value


def test_such_words_beside_an_answer_and_in_a_comment_are_spelt_for_excel_and_known_as_ours() -> None:
    fault = Fault("M03", "E14", "cần số nguyên; đang là “_x0041_”", "_x0041_")
    form = replace(FORM, faults=[fault], last_year={"M01": "Mẫu _x0041_"})
    for one, many in ((form, 4), (replace(form, faults=[]), 1)):
        data = BOOKS.build(one)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = b"".join(archive.read(name) for name in archive.namelist())
        assert parts.count(b"_x0041_") == parts.count(b"_x005F_x0041_") == many
        assert BOOKS.read(data, FORM.checklist, last_year=form.last_year).remarks == ()


# --- whose form it is ------------------------------------------------------------------------------------------------


def test_the_copy_that_is_whole_is_believed_and_the_other_is_told() -> None:
    clerk = filled()
    whole = clerk.book.properties.keywords
    clerk.book["_meta"]["B2"] = "token-khac"
    assert whole.endswith(Sealing(b"khoa").of(Identity(CODE, "token-1", "VT", "thu", "2025.1")))
    reading = read(clerk)
    assert reading.identity.token == "token-1"
    assert reading.remarks[0] == (
        "Các bản ghi nhận dạng trong tệp không khớp nhau (mã xác nhận); lấy theo bản còn nguyên vẹn nhất"
    )


def test_the_longest_codes_that_may_be_stored_fit_into_the_name_that_excel_keeps() -> None:
    """A text in a formula has at most 255 characters: more, and Excel calls the whole file damaged."""
    longest = replace(CHECKLIST, code="a" * 40, version="1" * 40)
    form = replace(FORM, checklist=longest, case_code="C" * 40, token="t" * 40, unit_code="u" * 40)
    book = openpyxl.load_workbook(BytesIO(BOOKS.build(form)))
    assert len(book.defined_names["KIEMTRA_PHIEU"].attr_text.strip('"')) <= 255


def test_a_form_sent_before_there_were_seals_is_still_known() -> None:
    clerk = filled()
    line = clerk.book.properties.keywords.rpartition("|")[0]
    del clerk.book["_meta"]
    del clerk.book.defined_names["KIEMTRA_PHIEU"]
    clerk.book.custom_doc_props.props.clear()
    clerk.book.properties.keywords = line
    assert read(clerk).identity == Identity(CODE, "token-1", "VT", "thu", "2025.1")
    assert read(clerk).remarks == ()


def test_a_seal_that_does_not_hold_is_told_and_the_form_is_read_all_the_same() -> None:
    stranger = ExcelWorkbooks(b"khoa khac")
    reading = read(Clerk(stranger.build(FORM)).fill(ANSWERS))
    assert values(reading) == VALUES
    assert reading.remarks == (
        "Dấu xác nhận trong tệp không khớp với phiếu đã gửi: thông tin nhận dạng có thể đã bị sửa, "
        "hoặc phiếu do hệ thống khác lập; cơ quan chủ trì cần đối chiếu với đơn vị",
    )
    assert BOOKS.read(filled().save(), CHECKLIST).remarks == ()


def test_one_copy_that_a_program_cut_short_is_no_broken_seal() -> None:
    clerk = filled()
    clerk.book.properties.keywords = clerk.book.properties.keywords[:-5]
    assert read(clerk).remarks == ()


# --- the annotated return ------------------------------------------------------------------------------------------


def test_a_comment_names_its_cell_and_so_does_a_line_for_programs_that_hide_comments() -> None:
    clerk = Clerk(BOOKS.build(RETURNED))
    wrong = clerk.cell("M03")
    assert wrong.comment.text == f"Ô {wrong.coordinate}: cần số nguyên; đang là chữ “ba”"
    assert "Cần sửa: cần số nguyên; đang là chữ “ba”" in str(clerk.cell("M03", "Cách trả lời").value)
    assert [cell.coordinate for row in clerk.sheet for cell in row if cell.comment] == [wrong.coordinate]


def test_a_fresh_form_carries_no_comments_at_all() -> None:
    assert parts_of_comments(returned())
    assert not parts_of_comments(BOOKS.build(FORM))


def test_comments_are_named_and_linked_as_excel_does_it_for_programs_that_know_no_other_names() -> None:
    with zipfile.ZipFile(BytesIO(BOOKS.build(ANNEXED_AGAIN))) as archive:
        for number in (1, 2, 3):
            links = archive.read(f"xl/worksheets/_rels/sheet{number}.xml.rels").decode()
            assert f'Target="../comments{number}.xml"' in links
            assert f'Target="../drawings/vmlDrawing{number}.vml"' in links
            assert {f"xl/comments{number}.xml", f"xl/drawings/vmlDrawing{number}.vml"} <= set(archive.namelist())


@pytest.mark.parametrize("name", ["comments1.xml", "comments/comment1.xml"])
def test_a_clerk_s_comment_is_found_by_its_link_whatever_its_part_is_called(name: str) -> None:
    """Forms that went out before have other names."""
    data, was = BOOKS.build(RETURNED), "comments1.xml"
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out := BytesIO(), "w") as renamed:
        for member in archive.namelist():
            part = archive.read(member).replace(">Ô ".encode(), ">Xã chưa họp. ".encode())
            part = part.replace(was.encode(), name.encode()) if member.endswith((".rels", "Types].xml")) else part
            renamed.writestr(member.replace(was, name), part)
    assert mistakes(out.getvalue()) == []
    assert any("Xã chưa họp" in remark for remark in BOOKS.read(out.getvalue(), CHECKLIST).remarks)


def test_however_many_cells_are_wrong_each_comment_has_a_number_of_its_own() -> None:
    table = replace(MATTERS, most_rows=500)
    places = [item.code for item in table.cells()] + [item.code for item in MEETINGS.cells()]
    faults = [Fault(code, "", "cần ngày/tháng/năm", "x") for code in places]
    form = replace(ANNEXED, checklist=replace(OUTLINED, tables=(table, MEETINGS)), faults=faults)
    assert len(places) > 2 * 1024
    assert mistakes(BOOKS.build(form)) == []


def parts_of_comments(data: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [name for name in archive.namelist() if "comments" in name or name.endswith(".vml")]


# --- tables and outline ----------------------------------------------------------------------------------------------


def table_cell(book: Any, sheet: str, code: str) -> Any:
    """The cell of an item, found as a program that moved it would leave it: by the codes of its row and column."""
    line, _, column = code.rpartition(".")
    rows = list(book[sheet].iter_rows())
    codes = next(row for row in rows if row[0].value == "Mã dòng")
    place = next(cell.column for cell in codes if cell.value == column)
    return next(row[place - 1] for row in rows if row[0].value == line)


def test_every_table_has_a_sheet_with_its_units_its_lines_and_its_total_marked() -> None:
    book = openpyxl.load_workbook(BytesIO(BOOKS.build(ANNEXED)))
    assert book.sheetnames[:4] == ["Phiếu trả lời", "Bảng II", "Bảng VIII", "Đề cương báo cáo"]
    words = [str(cell.value) for row in book["Bảng VIII"] for cell in row if cell.value]
    for said in ("BẢNG VIII. HỌP THÔN, KHU PHỐ", "Số thôn họp toàn thể", "thôn", "Khu phố", "Tổng cộng", "Ghi chú"):
        assert said in words
    assert words.count("(phần mềm tự cộng)") == 3
    assert "Căn cứ: Điều 22 Luật 10/2022/QH15." in words
    lines = [row[0].value for row in book["Bảng II"].iter_rows() if str(row[0].value).startswith("BII.")]
    assert lines == [f"BII.r{number}" for number in range(1, 13)]
    assert book["Bảng II"].print_title_rows == "$3:$5"


def test_every_cell_of_a_table_is_open_text_with_its_rule() -> None:
    book = openpyxl.load_workbook(BytesIO(BOOKS.build(ANNEXED)))
    for table, sheet in ((MATTERS, "Bảng II"), (MEETINGS, "Bảng VIII")):
        cells = {table_cell(book, sheet, item.code).coordinate for item in table.cells()}
        found = [cell for row in book[sheet].iter_rows() for cell in row if not cell.protection.locked]
        assert {cell.coordinate for cell in found} == cells
        assert {cell.number_format for cell in found} == {"@"}
    rules = {rule.formula1: str(rule.sqref) for rule in book["Bảng II"].data_validations.dataValidation}
    form = table_cell(book, "Bảng II", "BII.r1.hinh_thuc")
    assert rules["LUA_CHON_3"].split()[0] == form.coordinate
    assert [cell.value for cell in book["_luachon"]["C"] if cell.value] == list(MATTERS.columns[1].choices)


def test_a_returned_table_keeps_what_was_right_and_points_at_what_was_wrong() -> None:
    book = openpyxl.load_workbook(BytesIO(BOOKS.build(ANNEXED_AGAIN)))
    assert table_cell(book, "Bảng II", "BII.r1.noi_dung").value == "Làm đường thôn Thủy Trung"
    assert table_cell(book, "Bảng II", "BII.r1.gia_tri").value == "1234,5"
    wrong = table_cell(book, "Bảng II", "BII.r1.ngay")
    assert wrong.value == "tháng 5"
    assert wrong.fill.start_color.rgb[2:] == WRONG
    assert wrong.comment.text == f"Ô {wrong.coordinate}: cần ngày/tháng/năm, đang là “tháng 5”"
    assert table_cell(book, "Bảng VIII", "BVIII.thon.mot").comment
    outline = book["Đề cương báo cáo"]
    assert next(row[2].value for row in outline.iter_rows() if row[0].value == "DC01") == "Đã phổ biến ở 12 thôn."
    assert "còn 3 ô cần sửa" in str(book["Phiếu trả lời"]["A9"].value)


@pytest.mark.parametrize("code", ["bao-cao-xa", "bao-cao-truong-hoc", "bao-cao-ngoai-nha-nuoc"])
def test_the_yearly_report_with_all_its_tables_goes_out_prefilled_and_comes_back_the_same(code: str) -> None:
    checklist = template(code)
    lines = [cell for one in checklist.tables for cell in one.cells()]
    accepted = {item.code: Value(item.code, likely(item)) for item in (*checklist.items, *checklist.narrative, *lines)}
    data = BOOKS.build(replace(FORM, checklist=checklist, accepted=accepted))
    assert mistakes(data) == []
    reading = BOOKS.read(data, checklist)
    assert {code: value.value for code, value in reading.accepted.items()} == {
        code: value.value for code, value in accepted.items()
    }
    assert (reading.faults, reading.missing, reading.remarks) == ((), (), ())


def likely(item: Item) -> str | int:
    if choices := choices_of(item):
        return choices[0]
    return {AnswerType.NGAY: "2025-02-05", AnswerType.VAN_BAN: "Đã họp.", AnswerType.TEP: "a.pdf"}.get(item.type, 12)
