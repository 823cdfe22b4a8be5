"""Statistical tables with repeated lines: read by code and by order, whatever was inserted, left empty or added up."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.checklist import NUMERIC, AnswerType, Checklist, Column, Item, Reading, Row, StatTable, Value
from tests.infra.office_programs import Job, worked
from tests.infra.test_workbook import ANSWERS, BOOKS, CHECKLIST, FORM, VALUES, Clerk

MEETINGS = StatTable(
    "BII",
    "II",
    "Nhân dân bàn và quyết định",
    (
        Column("noi_dung", "Nội dung", AnswerType.VAN_BAN, required=True),
        Column("ngay", "Ngày họp", AnswerType.NGAY),
        Column("so_ho", "Số hộ dự", AnswerType.SO, unit="hộ", minimum=0, total=True),
        Column("thu_hoi", "Thu hồi", AnswerType.SO_THAP_PHAN, unit="đồng", minimum=0, group="Tiền"),
        Column("thu_hoi_dat", "Thu hồi", AnswerType.SO_THAP_PHAN, unit="m²", minimum=0, group="Đất"),
    ),
    most_rows=5,
)
PETITIONS = StatTable(
    "BVII",
    "VII",
    "Đơn thư",
    (
        Column("tiep_nhan", "Tiếp nhận", AnswerType.SO, required=True, total=True),
        Column("da_giai_quyet", "Đã giải quyết", AnswerType.SO, total=True),
    ),
    rows=(Row("kien_nghi", "Kiến nghị, phản ánh"), Row("khieu_nai", "Khiếu nại"), Row("to_cao", "Tố cáo")),
)
WITH_TABLES = replace(CHECKLIST, tables=(MEETINGS, PETITIONS))
FIRST = ("Làm đường thôn 2", "5/3/2025", "120", "1.234,5", "0")
SECOND = ("Sửa nhà văn hóa", "06/03/2025", "95", "", "12,5")
PETITION_LINES = (("Kiến nghị, phản ánh", "12", "10"), ("Khiếu nại", "0", "0"), ("Tố cáo", "3", "3"))


def line_values(number: int, line: Sequence[Any]) -> dict[str, Any]:
    meant = {"5/3/2025": "2025-03-05", "06/03/2025": "2025-03-06", "1.234,5": 1234.5, "12,5": 12.5}
    numbers = {"120": 120, "95": 95, "0": 0}
    return {
        f"BII.r{number}.{column.code}": meant.get(words, numbers.get(words, words))
        for column, words in zip(MEETINGS.columns, line, strict=True)
        if words
    }


MEETING_VALUES = line_values(1, FIRST) | line_values(2, SECOND)
PETITION_VALUES = {
    "BVII.kien_nghi.tiep_nhan": 12,
    "BVII.kien_nghi.da_giai_quyet": 10,
    "BVII.khieu_nai.tiep_nhan": 0,
    "BVII.khieu_nai.da_giai_quyet": 0,
    "BVII.to_cao.tiep_nhan": 3,
    "BVII.to_cao.da_giai_quyet": 3,
}


class Annex:
    """A filled form with its two tables, laid out as it goes out: title, groups, captions, units, codes, lines."""

    def __init__(self, meetings: Sequence[Sequence[Any]] = (FIRST, SECOND)) -> None:
        self.book = Clerk(BOOKS.build(FORM)).fill(ANSWERS).book
        self.meetings = self.book.create_sheet("Bảng II")
        self._head(self.meetings, MEETINGS, "STT")
        self.first = self.meetings.max_row + 1
        for number in range(MEETINGS.most_rows):
            line = meetings[number] if number < len(meetings) else ()
            self.append(self.meetings, [f"BII.r{number + 1}", str(number + 1), *line])
        self.append(self.meetings, ["", "Cộng", "", "", "215"])
        self.petitions = self.book.create_sheet("Bảng VII")
        self._head(self.petitions, PETITIONS, "Nội dung")
        for row, (title, *line) in zip(PETITIONS.rows, PETITION_LINES, strict=True):
            self.append(self.petitions, [f"BVII.{row.code}", title, *line])

    def _head(self, sheet: Any, table: StatTable, second: str) -> None:
        self.append(sheet, [f"BẢNG {table.number}. {table.title.upper()}"])
        self.append(sheet, ["", "", *(column.group for column in table.columns)])
        self.append(sheet, ["", second, *(column.title for column in table.columns)])
        self.append(sheet, ["", "", *(column.unit or "ghi bằng lời" for column in table.columns)])
        self.append(sheet, ["Mã dòng", "", *(column.code for column in table.columns)])

    def append(self, sheet: Any, words: Sequence[Any]) -> None:
        row = sheet.max_row + 1
        for column, word in enumerate(words, start=1):
            if word != "":
                sheet.cell(row, column, word)

    def insert(self, before: int, line: Sequence[Any]) -> None:
        self.meetings.insert_rows(before)
        for column, word in enumerate(line, start=3):
            self.meetings.cell(before, column, word)

    def read(self) -> Reading:
        buffer = BytesIO()
        self.book.save(buffer)
        return BOOKS.read(buffer.getvalue(), WITH_TABLES)


def lines_of(reading: Reading) -> dict[str, Any]:
    return {code: value.value for code, value in reading.accepted.items() if "." in code}


def test_lines_are_read_cell_by_cell_beside_the_items_of_the_form() -> None:
    reading = Annex().read()
    assert lines_of(reading) == MEETING_VALUES | PETITION_VALUES
    assert {code: value.value for code, value in reading.accepted.items() if "." not in code} == VALUES
    assert (reading.faults, reading.missing, reading.remarks) == ((), (), ())


def test_every_value_says_in_which_cell_of_which_sheet_it_stands() -> None:
    accepted = Annex().read().accepted
    assert accepted["BII.r1.so_ho"].cell == "Bảng II!E7"
    assert accepted["BVII.to_cao.tiep_nhan"].cell == "Bảng VII!C8"


def test_an_inserted_line_counts_where_it_stands_and_empty_lines_do_not() -> None:
    annex = Annex((FIRST, (), SECOND))
    annex.insert(annex.first, ("Họp thôn 1", "", "50", "", ""))
    reading = annex.read()
    expected = {"BII.r1.noi_dung": "Họp thôn 1", "BII.r1.so_ho": 50} | line_values(2, FIRST) | line_values(3, SECOND)
    assert lines_of(reading) == expected | PETITION_VALUES


@pytest.mark.parametrize("words", ["Cộng", "Tổng cộng:", "TỔNG SỐ"])
def test_totals_are_no_lines(words: str) -> None:
    annex = Annex()
    annex.append(annex.meetings, ["", words, "", "", "=SUM(E7:E11)"])
    annex.append(annex.petitions, ["", words, "15", "13"])
    assert lines_of(annex.read()) == MEETING_VALUES | PETITION_VALUES


@pytest.mark.parametrize("words", ["Tổng cộng", "Cộng số", "TỔNG HỢP", "Tổng cộng (I)", "cong"])
def test_a_sum_typed_where_the_name_of_a_line_belongs_is_no_line_and_that_is_said(words: str) -> None:
    annex = Annex((FIRST, SECOND, (words, "", "215", "", "")))
    reading = annex.read()
    assert lines_of(reading) == MEETING_VALUES | PETITION_VALUES
    assert reading.remarks == (
        f"Bảng II, dòng {annex.first + 2} của tệp là dòng cộng nên không tính là một dòng số liệu",
    )


def test_a_merged_cell_and_words_for_nothing_are_named() -> None:
    annex = Annex()
    annex.meetings.merge_cells(start_row=annex.first, end_row=annex.first + 1, start_column=5, end_column=5)
    annex.meetings.cell(annex.first + 1, 6, "chưa có số liệu")
    remarks = annex.read().remarks
    assert f"Ô Bảng II!E{annex.first + 1} bị gộp với ô khác nên không có số liệu riêng" in remarks
    assert f"Ô Bảng II!F{annex.first + 1}: “chưa có số liệu” được hiểu là chưa có số liệu" in remarks


def test_a_line_written_into_the_row_of_the_sum_is_not_dropped_in_silence() -> None:
    annex = Annex()
    annex.meetings.cell(annex.first + MEETINGS.most_rows, 3, "Họp thôn 9")
    reading = annex.read()
    assert lines_of(reading) == MEETING_VALUES | PETITION_VALUES
    (remark,) = reading.remarks
    assert "là dòng cộng nên không tính" in remark


def test_a_culvert_is_no_sum() -> None:
    annex = Annex()
    annex.insert(annex.first, ("Cống", "", "50", "", ""))
    assert lines_of(annex.read())["BII.r1.noi_dung"] == "Cống"


def test_a_table_on_two_sheets_is_read_from_the_first_and_that_is_said() -> None:
    annex = Annex()
    copy = annex.book.copy_worksheet(annex.meetings)
    copy.title = "Bảng II (2)"
    reading = annex.read()
    assert lines_of(reading) == MEETING_VALUES | PETITION_VALUES
    (remark,) = reading.remarks
    assert "chỉ đọc trang “Bảng II”, không đọc trang “Bảng II (2)”" in remark


def test_a_wrong_cell_is_asked_back_and_its_line_stands() -> None:
    annex = Annex((("Làm đường", "31/02/2025", "ba", "", ""),))
    reading = annex.read()
    assert {fault.item: fault.cell for fault in reading.faults} == {
        "BII.r1.ngay": "Bảng II!D7",
        "BII.r1.so_ho": "Bảng II!E7",
    }
    assert lines_of(reading) == {"BII.r1.noi_dung": "Làm đường"} | PETITION_VALUES


def test_a_line_without_what_every_line_must_have_is_asked_back() -> None:
    assert Annex((("", "5/3/2025", "12", "", ""),)).read().missing == ("BII.r1.noi_dung",)


def test_fixed_lines_are_known_by_code_or_by_title_in_any_order() -> None:
    annex = Annex()
    sheet = annex.petitions
    first = sheet.max_row - 2
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first, max_row=first + 2)]
    lines[0][0] = None  # the code was deleted; the title is still there
    for row, line in enumerate(reversed(lines), start=first):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column).value = value
    assert lines_of(annex.read()) == MEETING_VALUES | PETITION_VALUES


def test_a_fixed_line_whose_code_and_title_name_two_lines_is_asked_back_and_the_others_are_read() -> None:
    """The titles were put in another order, and the codes before them, or their hidden column, were not."""
    annex = Annex()
    sheet, last = annex.petitions, annex.petitions.max_row
    sheet.cell(last - 1, 2).value, sheet.cell(last, 2).value = "Tố cáo", "Khiếu nại"
    reading = annex.read()
    kept = {code: value for code, value in PETITION_VALUES.items() if code.startswith("BVII.kien_nghi")}
    assert lines_of(reading) == MEETING_VALUES | kept
    assert {fault.item: fault.cell for fault in reading.faults} == {
        "BVII.khieu_nai.tiep_nhan": f"Bảng VII!C{last - 1}",
        "BVII.khieu_nai.da_giai_quyet": f"Bảng VII!D{last - 1}",
        "BVII.to_cao.tiep_nhan": f"Bảng VII!C{last}",
        "BVII.to_cao.da_giai_quyet": f"Bảng VII!D{last}",
    }
    assert "có mã của dòng “Khiếu nại” nhưng tên là “Tố cáo”" in reading.faults[0].sentence
    assert "có mã của dòng “Tố cáo” nhưng tên là “Khiếu nại”" in reading.faults[2].sentence
    assert (reading.missing, reading.remarks) == ((), ())


def test_a_line_that_took_the_title_of_another_does_not_push_that_other_out() -> None:
    annex = Annex()
    annex.petitions.cell(annex.petitions.max_row - 1, 2).value = "Tố cáo"
    reading = annex.read()
    gone = ("BVII.khieu_nai.tiep_nhan", "BVII.khieu_nai.da_giai_quyet")
    assert tuple(fault.item for fault in reading.faults) == gone
    assert lines_of(reading) == MEETING_VALUES | {k: v for k, v in PETITION_VALUES.items() if k not in gone}


@pytest.mark.parametrize("title", ["Đơn khiếu nại", "Khiếu nại (đơn)", "", "KHIẾU  NẠI"])
def test_a_title_in_other_words_leaves_the_code_to_say_which_line_it_is(title: str) -> None:
    annex = Annex()
    annex.petitions.cell(annex.petitions.max_row - 1, 2).value = title
    assert lines_of(annex.read()) == MEETING_VALUES | PETITION_VALUES


# --- columns are held against their captions --------------------------------------------------------------------------


def exchange(sheet: Any, first: int, second: int, rows: Sequence[int]) -> None:
    for row in rows:
        one, other = sheet.cell(row, first), sheet.cell(row, second)
        one.value, other.value = other.value, one.value


@pytest.mark.parametrize("what", ["captions", "codes", "captions and lines"])
def test_columns_whose_codes_and_captions_name_two_columns_are_asked_back(what: str) -> None:
    """Somebody moved the captions without the codes, or the other way round; whose figures they are, nobody knows."""
    annex = Annex()
    sheet, last = annex.petitions, annex.petitions.max_row
    code = last - len(PETITIONS.rows)
    rows = {"captions": [code - 2], "codes": [code], "captions and lines": [code - 2, *range(code + 1, last + 1)]}
    exchange(sheet, 3, 4, rows[what])
    reading = annex.read()
    assert lines_of(reading) == MEETING_VALUES
    assert {fault.item for fault in reading.faults} == set(PETITION_VALUES)
    assert len({fault.sentence for fault in reading.faults}) == 2  # one for each column
    assert all("có mã của cột “" in fault.sentence for fault in reading.faults)
    assert reading.missing == ()


def test_columns_that_were_exchanged_whole_are_read_as_what_they_say() -> None:
    annex = Annex()
    sheet = annex.petitions
    exchange(sheet, 3, 4, range(1, sheet.max_row + 1))
    reading = annex.read()
    assert lines_of(reading) == MEETING_VALUES | PETITION_VALUES
    assert reading.faults == ()


@pytest.mark.parametrize("caption", ["", "Số đơn", "Cột 1"])
def test_a_caption_in_other_words_leaves_the_code_to_say_which_column_it_is(caption: str) -> None:
    annex = Annex()
    sheet = annex.petitions
    sheet.cell(sheet.max_row - len(PETITIONS.rows) - 2, 3).value = caption or None
    assert lines_of(annex.read()) == MEETING_VALUES | PETITION_VALUES


def test_a_column_that_was_deleted_is_asked_back_in_every_filled_line() -> None:
    annex = Annex()
    annex.petitions.delete_cols(4)
    annex.meetings.delete_cols(5)
    reading = annex.read()
    gone = {code for code in PETITION_VALUES if code.endswith("da_giai_quyet")}
    gone |= {f"BII.r{number}.{MEETINGS.columns[2].code}" for number in (1, 2)}
    assert {fault.item for fault in reading.faults} == gone
    assert lines_of(reading) == {k: v for k, v in (MEETING_VALUES | PETITION_VALUES).items() if k not in gone}
    assert len({fault.sentence for fault in reading.faults}) == 2
    assert f"không còn cột “{MEETINGS.columns[2].title}” trong bảng" in reading.faults[0].sentence


def test_a_deleted_column_of_empty_lines_is_not_asked_for() -> None:
    annex = Annex(meetings=())
    annex.meetings.delete_cols(5)
    assert annex.read().faults == ()


def test_a_fixed_line_that_is_gone_is_asked_back() -> None:
    annex = Annex()
    annex.petitions.delete_rows(annex.petitions.max_row)
    assert annex.read().missing == ("BVII.to_cao.tiep_nhan",)


def test_a_line_that_nobody_asked_for_is_named_and_not_read() -> None:
    annex = Annex()
    annex.append(annex.petitions, ["", "Việc khác", "7", "7"])
    reading = annex.read()
    assert lines_of(reading) == MEETING_VALUES | PETITION_VALUES
    assert reading.remarks == ("Bảng VII, dòng 9 của tệp: không rõ là mục nào nên không đọc",)


def test_more_lines_than_the_table_takes_are_not_dropped_in_silence() -> None:
    annex = Annex((FIRST,) * 5)
    annex.insert(annex.first, FIRST)
    reading = annex.read()
    assert len([code for code in lines_of(reading) if code.endswith(".noi_dung")]) == 5
    assert "Bảng II có 6 dòng, chỉ đọc 5 dòng đầu; hãy gộp bớt" in reading.remarks


def test_a_table_is_found_by_its_captions_where_the_codes_were_deleted() -> None:
    annex = Annex()
    annex.meetings.delete_cols(1)
    annex.meetings.delete_rows(annex.first - 1)  # the row of codes
    annex.meetings.delete_rows(annex.first - 2)  # and that of units
    annex.meetings.title = "Sheet2"
    assert lines_of(annex.read()) == MEETING_VALUES | PETITION_VALUES


def test_inserted_columns_and_tables_on_one_sheet_do_no_harm() -> None:
    annex = Annex()
    annex.meetings.insert_cols(4)
    below = annex.meetings.max_row + 3
    for row in annex.petitions.iter_rows():
        for cell in row:
            annex.meetings.cell(below + cell.row, cell.column, cell.value)
    del annex.book["Bảng VII"]
    assert lines_of(annex.read()) == MEETING_VALUES | PETITION_VALUES


def test_a_table_that_is_gone_is_named_and_its_fixed_lines_are_asked_back() -> None:
    annex = Annex()
    del annex.book["Bảng II"], annex.book["Bảng VII"]
    reading = annex.read()
    assert reading.remarks[:2] == (
        "Bảng II: không tìm thấy bảng này trong tệp",
        "Bảng VII: không tìm thấy bảng này trong tệp",
    )
    assert reading.missing == tuple(f"BVII.{row.code}.tiep_nhan" for row in PETITIONS.rows)


# --- the tables as they really go out --------------------------------------------------------------------------------


OUT = replace(FORM, checklist=WITH_TABLES)
REPORT = FileDefinitions(TEMPLATES).checklist("bao-cao-xa")


def sample(item: Item) -> str | int | float:
    if item.choices:
        return item.choices[-1]
    if item.type in NUMERIC and item.maximum is not None:
        return int(item.maximum)
    return {
        AnswerType.CO_KHONG: "Không",
        AnswerType.MUC: "Đạt một phần",
        AnswerType.SO: 1250,
        AnswerType.SO_THAP_PHAN: 1234.5,
        AnswerType.TY_LE: 87.5,
        AnswerType.NGAY: "2025-03-05",
    }.get(item.type, "- Đã họp thôn 2; =1+1 là chữ")


def all_answered(checklist: Checklist) -> dict[str, Value]:
    """Every item, every part of the outline, every cell of every table."""
    cells = [cell for table in checklist.tables for cell in table.cells()]
    return {item.code: Value(item.code, sample(item)) for item in (*checklist.items, *checklist.narrative, *cells)}


def test_a_blank_annex_misses_what_fixed_lines_must_have_and_nothing_else() -> None:
    reading = BOOKS.read(BOOKS.build(OUT), WITH_TABLES)
    assert reading.remarks == ()
    assert [code for code in reading.missing if "." in code] == [f"BVII.{row.code}.tiep_nhan" for row in PETITIONS.rows]


@pytest.mark.parametrize("checklist", [WITH_TABLES, REPORT])
def test_tables_and_outline_that_go_out_prefilled_come_back_the_same(checklist: Checklist) -> None:
    accepted = all_answered(checklist)
    reading = BOOKS.read(BOOKS.build(replace(FORM, checklist=checklist, accepted=accepted)), checklist)
    assert (reading.faults, reading.missing, reading.remarks) == ((), (), ())
    assert {code: value.value for code, value in reading.accepted.items()} == {
        code: value.value for code, value in accepted.items()
    }


@pytest.mark.libreoffice
def test_libreoffice_keeps_the_tables_and_the_outline_in_all_its_formats(tmp_path: Path) -> None:
    accepted = all_answered(REPORT)
    data = BOOKS.build(replace(FORM, checklist=REPORT, accepted=accepted))
    (saved,) = worked(tmp_path, [Job(data, formats=("xlsx", "ods", "xls"))])
    for again in saved.values():
        reading = BOOKS.read(again, REPORT)
        assert (reading.faults, reading.missing, reading.remarks) == ((), (), ())
        assert {code: value.value for code, value in reading.accepted.items()} == {
            code: value.value for code, value in accepted.items()
        }
        assert reading.identity.case_code == FORM.case_code
