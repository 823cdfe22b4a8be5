"""The year's workbook and report: figures counted by hand, every unit on its line, the layout of NĐ 30/2020."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm

from infra.definitions import FileDefinitions
from infra.document import TEMPLATES, OfficeDocuments
from infra.document.figures import YearWords, in_official_order, report_symbol
from infra.document.sheet import Book, Column
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import AnswerType, Basis, Checklist, Item, Section, UnitKind, Use, Value
from tasks.domain.dossier import Chase as ChaseLetter
from tasks.domain.dossier import Dossier, Proof
from tasks.domain.errors import DefinitionError
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Role, Rung
from tasks.domain.results.facts import OUTCOMES, AssignmentFact, Chase, FindingFact, RoundFact, UnitFact, YearResults
from tasks.domain.results.keeping import packed_year, unpacked_year

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = datetime(2025, 10, 30, 17, 0, tzinfo=HCM)
AS_OF = datetime(2025, 12, 15, 17, 0, tzinfo=HCM)
BASIS = (Basis("Luật 10/2022/QH15", verified=True, article="Điều 11", clause="khoản 2"),)
ONE = (Chase("nhac_1", 1),)
INJECTION = '=HYPERLINK("http://xau.example","bấm vào đây để xem khó khăn") {{ year }} [x] <w:t>\x07'

CHECKLIST = Checklist(
    code="xa",
    version="2025.1",
    title="Bảng kiểm xã",
    applies_to=(UnitKind.XA, UnitKind.TRUONG_HOC),
    effective_from=date(2025, 1, 1),
    sections=(Section("A", "Chỉ đạo"),),
    items=(
        Item("XA01", "A", "UBND xã có ban hành kế hoạch không?", AnswerType.CO_KHONG, BASIS, points=3),
        Item("XA02", "A", "Việc công khai ngân sách ở mức nào?", AnswerType.MUC, BASIS, knock_out=True),
        Item("XA03", "A", "Xã đã tổ chức bao nhiêu cuộc tuyên truyền?", AnswerType.SO, BASIS, unit="cuộc"),
        Item("XA04", "A", "Số ngày niêm yết ngắn nhất là bao nhiêu ngày?", AnswerType.SO, BASIS, unit="ngày"),
        Item("XA05", "A", "Hội nghị được tổ chức vào ngày nào?", AnswerType.NGAY, BASIS),
        Item("XA06", "A", "Đơn vị có khó khăn, vướng mắc gì?", AnswerType.VAN_BAN, BASIS, use=Use.DIFFICULTIES),
    ),
)

UNITS = (
    UnitFact("VLAM", "Xã Vĩnh Lâm", UnitKind.XA, 2),
    UnitFact("HOXA", "Thị trấn Hồ Xá", UnitKind.THI_TRAN, 1),
    UnitFact("VTHUY", "Xã Vĩnh Thủy", UnitKind.XA, 3),
    UnitFact("VO", "Xã Vĩnh Ô", UnitKind.XA, 4),
    UnitFact("VTU", "Xã Vĩnh Tú", UnitKind.XA, 5),
    UnitFact("THCS1", "Trường THCS số 1", UnitKind.TRUONG_HOC, 6),
    UnitFact("THCS2", "Trường THCS số 2", UnitKind.TRUONG_HOC, 7),
)


def part(unit: str, state: AssignmentState, values: dict[str, Any] | None = None, **more: Any) -> AssignmentFact:
    taken = {code: value if isinstance(value, Value) else Value(code, value) for code, value in (values or {}).items()}
    return AssignmentFact("bcn", unit, state, DUE, CHECKLIST, DUE, values=taken, **more)


def a_year() -> YearResults:
    """Every outcome once, on time twice; THCS2 was asked nothing."""
    on_time, late = DUE - timedelta(days=1), DUE + timedelta(days=2)
    answers_1 = {"XA01": "Có", "XA02": "Đạt", "XA03": Value("XA03", 7, estimate=9.0), "XA04": 30, "XA05": "2025-02-05"}
    answers_2 = {"XA01": "Có", "XA02": "Đạt một phần", "XA03": 5, "XA04": 20, "XA06": INJECTION}
    parts = (
        part("HOXA", AssignmentState.ANSWERED, answers_1, first_reply_at=on_time, answered_at=on_time),
        part("VLAM", AssignmentState.ANSWERED, answers_2, first_reply_at=on_time, answered_at=on_time),
        part(
            "VTHUY",
            AssignmentState.ANSWERED,
            {"XA01": "Không", "XA02": "Không áp dụng", "XA03": 0},
            first_reply_at=on_time,
            answered_at=late,
            chases=(Chase("nhac_1", 1), Chase("nhac_1", 2), Chase("nhac_2", 3)),
        ),
        part("VO", AssignmentState.RETURNED, {"XA01": "Có"}, first_reply_at=on_time, faults=2, chases=ONE),
        part("VTU", AssignmentState.CLOSED, chases=(Chase("nhac_1", 1), Chase("nhac_1", 2), Chase("nhac_2", 3))),
        part("THCS1", AssignmentState.UNREACHABLE),
    )
    # A second round for one unit only, and it was exempt there: a share of nothing.
    exempt = replace(part("HOXA", AssignmentState.EXEMPT), round="dx")
    return YearResults(
        year=2025,
        edition=2,
        as_of=AS_OF,
        authority="Ủy ban nhân dân huyện Vĩnh Linh",
        superior="",
        place="Vĩnh Linh",
        symbol="UBND",
        signer_title="TL. CHỦ TỊCH\nTRƯỞNG PHÒNG NỘI VỤ",
        signer_name="Nguyễn Văn A",
        recipients=("Sở Nội vụ;", "Lưu: VT, NV."),
        plan_title="Kế hoạch thực hiện dân chủ ở cơ sở năm 2025",
        legal_bases=("Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15",),
        units=UNITS,
        rounds=(
            RoundFact("bcn", "Báo cáo năm", "Báo cáo năm 2025", date(2025, 10, 1), "trước ngày 31/10/2025"),
            RoundFact("dx", "Đột xuất", "Rà soát tiếp công dân", date(2025, 8, 4), "10 giờ ngày 06/8/2025"),
        ),
        assignments=(*parts, exempt),
        findings=(
            FindingFact(
                "01/KN",
                "VTHUY",
                "=1+1 chưa niêm yết",
                "Điều 13",
                date(2025, 11, 30),
                FindingState.OPEN,
                date(2025, 9, 1),
                chases=(Chase("nhac_1", 1),),
            ),
            FindingFact(
                "02/KN",
                "VTHUY",
                "Chưa có quy chế",
                "Điều 25",
                date(2025, 12, 30),
                FindingState.REPORTED,
                date(2025, 9, 1),
                reported_on=date(2025, 12, 1),
            ),
            FindingFact(
                "03/KN",
                "VLAM",
                "Chưa công khai",
                "Điều 11",
                date(2025, 10, 30),
                FindingState.CLOSED,
                date(2025, 9, 1),
                closed_on=date(2025, 10, 20),
            ),
        ),
        rungs={
            "nhac_1": Rung("nhac_1", "Nhắc quá hạn", (Role.DAU_MOI,), days=1),
            "nhac_2": Rung("nhac_2", "Công văn đôn đốc", (Role.LANH_DAO,), days=3),
        },
        report_round="bcn",
    )


def an_empty_year() -> YearResults:
    return replace(
        a_year(), units=(), rounds=(), assignments=(), findings=(), legal_bases=(), plan_title="", report_round=""
    )


@pytest.fixture(scope="module")
def documents() -> OfficeDocuments:
    return OfficeDocuments()


@pytest.fixture(scope="module")
def book(documents: OfficeDocuments) -> Any:
    return openpyxl.load_workbook(BytesIO(documents.year_workbook(a_year())))


@pytest.fixture(scope="module")
def report(documents: OfficeDocuments) -> Any:
    return docx.Document(BytesIO(documents.year_report(a_year())))


def table(book: Any, title: str) -> list[dict[str, Any]]:
    """The rows under the header of a sheet, by caption."""
    rows = [[day_of(cell.value) for cell in row] for row in book[title].iter_rows()]
    head = next(at for at, row in enumerate(rows) if sum(value is not None for value in row) > 1)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def day_of(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def text_of(report: Any) -> str:
    return "\n".join(paragraph.text for paragraph in report.paragraphs)


# The workbook


def test_the_workbook_has_its_sheets_in_order(book: Any) -> None:
    assert book.sheetnames == [
        "Tổng hợp",
        "Theo loại hình",
        "Theo đơn vị",
        "Trả lời",
        "Theo mục",
        "Ước năm",
        "Trả lời đợt 2 - Thị trấn",
        "Theo mục đợt 2 - Thị trấn",
        "Đôn đốc",
        "Chưa trả lời đủ",
        "Được miễn",
        "Kiến nghị",
        "Ghi chú",
    ]


def test_the_summary_counts_every_outcome_of_a_round(book: Any) -> None:
    first, second, total = table(book, "Tổng hợp")[:3]
    counts = {name: first[name] for name in OUTCOMES.values()}
    assert counts == {
        "Đúng hạn": 2,
        "Muộn": 1,
        "Chưa đủ": 1,
        "Không trả lời": 1,
        "Không gửi được thư đến": 1,
        "Chưa đến hạn": 0,
        "Được miễn": 0,
    }
    assert (first["Được giao"], first["Đã trả lời"]) == (6, 3)
    assert (first["Tỷ lệ trả lời"], first["Tỷ lệ đúng hạn"]) == (3 / 6, 2 / 6)
    assert (second["Được giao"], second["Được miễn"], second["Tỷ lệ trả lời"]) == (1, 1, "–")
    assert (total["Được giao"], total["Đã trả lời"], total["Tỷ lệ trả lời"]) == (7, 3, 3 / 6)


def test_the_summary_says_whose_it_is_and_as_of_when_and_draws_a_chart(book: Any) -> None:
    sheet = book["Tổng hợp"]
    assert sheet["A1"].value == "ỦY BAN NHÂN DÂN HUYỆN VĨNH LINH"
    assert sheet["A3"].value == "Số liệu đến 17:00 ngày 15/12/2025 · Ấn bản số 2"
    (chart,) = sheet._charts
    assert len(chart.series) == len(OUTCOMES)


def test_each_kind_of_unit_is_counted_by_itself(book: Any) -> None:
    lines = {(row["Đợt"], row["Loại hình"]): row for row in table(book, "Theo loại hình")}
    assert lines["Báo cáo năm 2025", "Xã"]["Được giao"] == 4
    assert lines["Báo cáo năm 2025", "Xã"]["Đã trả lời"] == 2
    assert lines["Báo cáo năm 2025", "Thị trấn"]["Tỷ lệ đúng hạn"] == 1
    assert lines["Báo cáo năm 2025", "Trường học"]["Không gửi được thư đến"] == 1
    assert lines["Báo cáo năm 2025", "Cộng"]["Được giao"] == 6


def test_every_unit_has_a_line_in_official_order_even_one_that_was_asked_nothing(book: Any) -> None:
    rows = table(book, "Theo đơn vị")
    assert [row["Mã"] for row in rows] == ["HOXA", "VLAM", "VTHUY", "VO", "VTU", "THCS1", "THCS2"]
    outcomes = [row["Đợt 1. Báo cáo năm 2025"] for row in rows]
    assert outcomes == ["Đúng hạn", "Đúng hạn", "Muộn", "Chưa đủ", "Không trả lời", "Không gửi được thư đến", "–"]
    assert rows[0]["Đợt 2. Rà soát tiếp công dân"] == "Được miễn"
    assert rows[2]["Đợt 1: ngày trả lời"] == date(2025, 11, 1)
    assert [row["Số bước đôn đốc"] for row in rows] == [0, 0, 2, 1, 2, 0, 0]
    assert [row["Kiến nghị chưa xong"] for row in rows] == [0, 0, 2, 0, 0, 0, 0]


def test_outcomes_are_coloured_each_in_its_own_way(book: Any) -> None:
    column = next(iter(book["Theo đơn vị"].iter_cols(min_col=5, max_col=5, min_row=6)))
    assert len({cell.fill.fgColor.rgb for cell in column}) == 6  # on time stands twice, “–” is not coloured


def test_answers_stand_units_by_items_with_blanks_for_the_silent(book: Any) -> None:
    rows = {row["Mã"]: row for row in table(book, "Trả lời")}
    assert list(rows) == ["HOXA", "VLAM", "VTHUY", "VO", "VTU", "THCS1"]
    codes = {caption[:4]: caption for caption in rows["HOXA"] if caption.startswith("XA")}
    assert [rows["HOXA"][codes[code]] for code in sorted(codes)] == ["Có", "Đạt", 7, 30, date(2025, 2, 5), None]
    assert all(rows["VTU"][caption] is None for caption in codes.values())
    assert rows["VTU"]["Kết quả"] == "Không trả lời"
    assert rows["VO"]["Ô cần sửa"] == 2


def test_each_item_is_counted_with_its_legal_basis(book: Any) -> None:
    rows = {row["Mã"]: row for row in table(book, "Theo mục")}
    plan, level, talks, days = (rows[code] for code in ("XA01", "XA02", "XA03", "XA04"))
    assert plan["Căn cứ"] == "khoản 2 Điều 11 Luật 10/2022/QH15"
    assert (plan["Phải trả lời"], plan["Đã trả lời"], plan["Có/Đạt"], plan["Không/Không đạt"]) == (6, 4, 3, 1)
    assert plan["Tỷ lệ Có/Đạt"] == 3 / 4
    assert (level["Có/Đạt"], level["Đạt một phần"], level["Không áp dụng"], level["Tỷ lệ Có/Đạt"]) == (1, 1, 1, 1 / 2)
    assert (talks["Tổng"], talks["Bình quân"], talks["Thấp nhất"], talks["Cao nhất"]) == (12, 4, 0, 7)
    assert (talks["Ước cả năm"], talks["Số đơn vị ước"]) == (9, 1)
    assert (days["Tổng"], days["Bình quân"]) == (None, 25)  # days are not added up


def test_reminders_name_their_rungs(book: Any) -> None:
    rows = table(book, "Đôn đốc")
    assert [(row["Mã"], row["Số bước"], row["Số thư"], row["Các bước đã đôn đốc"]) for row in rows] == [
        ("VTHUY", 2, 3, "Nhắc quá hạn; Công văn đôn đốc"),
        ("VO", 1, 1, "Nhắc quá hạn"),
        ("VTU", 2, 3, "Nhắc quá hạn; Công văn đôn đốc"),
    ]


def test_findings_show_their_state_and_who_is_overdue(book: Any) -> None:
    rows = table(book, "Kiến nghị")
    assert [row["Quá hạn"] for row in rows] == ["Quá hạn", None, None]
    assert rows[2]["Tình trạng"] == "Đã khắc phục"
    assert rows[2]["Ngày đóng"] == date(2025, 10, 20)


def test_text_that_looks_like_a_formula_stays_text(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type in ("f", "e")]
    texts = {cell.value for cell in cells}
    assert INJECTION.removesuffix("\x07") in texts
    assert "=1+1 chưa niêm yết" in texts


def test_tables_hold_whatever_an_office_writes(documents: OfficeDocuments) -> None:
    """Rows are put together as text, and no text of theirs may end or begin an element."""
    odd = " Chưa niêm yết <?verbatim ?> & ]]> </w:t></is> “1 < 2”\r\nvà -- chưa họp "
    year = a_year()
    year = replace(year, findings=(replace(year.findings[0], what=odd), *year.findings[1:]))
    book = openpyxl.load_workbook(BytesIO(documents.year_workbook(year)))
    assert odd in [row["Tồn tại"] for row in table(book, "Kiến nghị")]
    document = docx.Document(BytesIO(documents.year_report(year)))
    assert odd.split() in [cell.text.split() for row in document.tables[-1].rows for cell in row.cells]


def test_every_sheet_prints_on_a4_landscape_with_its_header_repeated(book: Any) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert "&P" in sheet.oddFooter.right.text


def test_two_versions_of_a_checklist_get_a_sheet_each(documents: OfficeDocuments) -> None:
    year = a_year()
    newer = replace(CHECKLIST, version="2025.2")
    parts = tuple(replace(one, checklist=newer) if one.unit == "VTU" else one for one in year.assignments)
    book = openpyxl.load_workbook(BytesIO(documents.year_workbook(replace(year, assignments=parts))))
    assert {"Trả lời", "Trả lời - Xã"} <= set(book.sheetnames)
    assert [row["Mã"] for row in table(book, "Trả lời - Xã")] == ["VTU"]


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("'Công khai'", "Công khai"),
        ("Lịch sử của một bảng kiểm 'dài'", "Lịch sử của một bảng kiểm 'dài"),
        ("Theo mục đợt 1 - Cơ quan, trường học", "Theo mục đợt 1 - Cơ quan"),
        ("History", "History (2)"),
        ("a" * 30 + "😀", "a" * 30),
        ("a/b: [c]?", "a b   c"),
        ("''", " (2)"),
    ],
)
def test_a_sheet_has_a_name_that_excel_allows(wanted: str, given: str) -> None:
    book = Book("Năm", "Phòng Nội vụ", AS_OF)
    with book.page(wanted, [], [Column("Mã", 10)]):
        pass
    assert openpyxl.load_workbook(BytesIO(book.to_bytes())).sheetnames == [given]


# The report


def test_the_report_has_the_official_head_with_a_blank_number_and_day(report: Any) -> None:
    (left, right), (number, day) = (row.cells for row in report.tables[0].rows)
    assert left.text.strip() == "ỦY BAN NHÂN DÂN HUYỆN\xa0VĨNH\xa0LINH"
    assert right.text.split("\n")[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert number.text == "Số:      /BC-UBND"
    assert day.text == "Vĩnh Linh, ngày      tháng      năm 2025"
    widths = [round(column.width / Mm(1)) for column in report.tables[0].columns]
    assert widths == [68, 97]


@pytest.mark.parametrize("symbol", ["UBND", "KH-UBND", "BC-UBND"])
def test_whatever_symbol_the_authority_has_a_report_is_a_bc(symbol: str) -> None:
    assert report_symbol(symbol) == "BC-UBND"


def test_the_report_is_set_on_a4_with_official_margins_and_landscape_annexes(report: Any) -> None:
    first, *annexes = report.sections
    assert [round(size / Mm(1)) for size in (first.page_width, first.page_height)] == [210, 297]
    assert len(annexes) == 2
    assert all(section.orientation == WD_ORIENT.LANDSCAPE for section in annexes)
    for section in report.sections:
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin / Mm(1)) for margin in margins] == [20, 20, 30, 15]
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml


def test_the_body_is_times_new_roman_14_justified(report: Any) -> None:
    normal = report.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)
    opening = next(one for one in report.paragraphs if one.text.startswith("Thực hiện Kế hoạch"))
    assert opening.paragraph_format.first_line_indent == Mm(12.7)
    assert opening.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY


def test_the_report_follows_the_outline_and_ends_with_its_end_mark(report: Any) -> None:
    text = text_of(report)
    places = [text.index(f"\n{number}. ") for number in ("I", "II", "III", "IV", "V")]
    assert places == sorted(places)
    assert "Ủy ban nhân dân huyện Vĩnh Linh./." in text


def test_the_report_tells_the_figures_in_words(report: Any) -> None:
    text = text_of(report)
    assert "3/6 đơn vị trả lời (50,0%), trong đó đúng hạn 2 đơn vị (33,3%)" in text
    assert "UBND xã có ban hành kế hoạch: 3/4 đơn vị “Có” (75,0%)" in text
    assert "Việc công khai ngân sách: 1/2 đơn vị “Đạt” (50,0%), 1 đơn vị không áp dụng" in text
    assert "Xã đã tổ chức 12 cuộc tuyên truyền (3 đơn vị có số liệu, từ 0 đến 7)" in text
    assert "là bình quân 25 ngày" in text
    assert "đã nêu 3 tồn tại, kiến nghị đối với 2 đơn vị" in text
    assert "đã khắc phục 1 (33,3%)" in text
    assert "Còn 1 đơn vị không trả lời trong đợt báo cáo năm: Xã Vĩnh Tú." in text


def test_nine_of_ten_are_praised_and_eight_of_ten_are_no_shortcoming() -> None:
    year = a_year()
    units = tuple(UnitFact(f"x{number}", f"Xã {number}", UnitKind.XA, number) for number in range(10))
    given = ({"XA01": "Có" if at else "Không", "XA02": "Đạt" if at > 1 else "Không đạt"} for at in range(10))
    parts = (part(unit.code, AssignmentState.ANSWERED, values) for unit, values in zip(units, given, strict=True))
    words = YearWords(replace(year, report_round="bcn", units=units, assignments=tuple(parts), findings=()))
    assert [item.code for group in words.strong_items for item in group.items] == ["XA01"]
    assert words.weak_items == []


def test_every_sentence_that_tells_a_figure_has_a_code_beside_it() -> None:
    lines = (TEMPLATES / "documents" / "bao-cao-nam.txt").read_text(encoding="utf-8").partition("#}")[2].splitlines()
    telling = [line for line in lines if "{{" in line and not line.startswith(("!", "## "))]
    assert [line for line in telling if not re.search(r" @\S+(?: \S+ \}\})?$", line)] == []


def test_each_figure_of_the_report_is_found_by_its_code(report: Any) -> None:
    names = [one.get(qn("w:name")) for one in report.element.body.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names))
    assert all(len(name) <= 40 and re.fullmatch(r"_?[a-zA-Z]\w*", name, re.ASCII) for name in names)
    numbers = [one.get(qn("w:id")) for one in report.element.body.iter(qn("w:bookmarkStart"))]
    assert len(numbers) == len(set(numbers))
    assert {"dung_han", "_dung_han__counts_on_time", "muc_XA02", "_muc_XA02__share"} <= set(names)


def test_units_are_quoted_with_their_name_and_their_text_stays_text(report: Any) -> None:
    quote = next(one for one in report.paragraphs if "HYPERLINK" in one.text)
    assert quote.text.startswith("- Xã Vĩnh Lâm: “=HYPERLINK(")
    assert "{{ year }} [x] <w:t>" in quote.text
    assert not any(run.font.highlight_color for run in quote.runs)


def test_what_a_person_still_has_to_write_stands_out(report: Any) -> None:
    gaps = [run.text for one in report.paragraphs for run in one.runs if run.font.highlight_color]
    assert "[Nguyên nhân khách quan.]" in gaps


def test_the_signature_keeps_its_lines_together(report: Any) -> None:
    block = next(one for one in report.tables if one.rows[0].cells[0].text.startswith("Nơi nhận:"))
    left, right = block.rows[0].cells
    assert left.text.split("\n") == ["Nơi nhận:", "- Sở Nội vụ;", "- Lưu: VT, NV."]
    assert right.text.split("\n") == ["TL. CHỦ TỊCH", "TRƯỞNG PHÒNG NỘI VỤ", "Nguyễn Văn A"]
    assert block.rows[0]._tr.trPr.find(qn("w:cantSplit")) is not None


def test_the_annex_has_every_unit_on_its_line_under_a_repeated_header(report: Any) -> None:
    annex = next(one for one in report.tables if one.rows[0].cells[1].text == "Đơn vị")
    names = [row.cells[1].text for row in annex.rows[1:]]
    assert names == [
        "Thị trấn Hồ Xá",
        "Xã Vĩnh Lâm",
        "Xã Vĩnh Thủy",
        "Xã Vĩnh Ô",
        "Xã Vĩnh Tú",
        "Trường THCS số 1",
        "Trường THCS số 2",
    ]
    assert [cell.text for cell in annex.rows[1].cells][3:] == ["Đúng hạn", "Được miễn", "–"]
    assert annex.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in annex.rows)


# Both


def test_the_same_results_give_the_same_bytes(documents: OfficeDocuments) -> None:
    again = OfficeDocuments()
    for one, other in (
        (documents.year_workbook(a_year()), again.year_workbook(a_year())),
        (documents.year_report(a_year()), again.year_report(a_year())),
    ):
        assert one == other
        with ZipFile(BytesIO(one)) as archive:
            assert archive.testzip() is None
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_empty_year_is_told_without_dividing_by_nothing(documents: OfficeDocuments) -> None:
    book = openpyxl.load_workbook(BytesIO(documents.year_workbook(an_empty_year())))
    assert book["Tổng hợp"]["A6"].value == "Trong năm chưa có đợt nào."
    text = text_of(docx.Document(BytesIO(documents.year_report(an_empty_year()))))
    assert "chưa triển khai đợt kiểm tra, giám sát, báo cáo nào" in text
    assert "không ghi nhận tồn tại, kiến nghị nào" in text


def test_a_year_in_which_nobody_answered_still_compiles(documents: OfficeDocuments) -> None:
    silent = tuple(part(unit.code, AssignmentState.CLOSED) for unit in UNITS)
    year = replace(a_year(), assignments=silent, findings=())
    row = table(openpyxl.load_workbook(BytesIO(documents.year_workbook(year))), "Tổng hợp")[0]
    assert (row["Không trả lời"], row["Tỷ lệ trả lời"]) == (7, 0)
    text = text_of(docx.Document(BytesIO(documents.year_report(year))))
    assert "0/7 đơn vị trả lời đủ (0,0%)" in text
    assert "chưa có nội dung nào được trả lời" in text


def test_a_missed_round_is_said_to_be_missed(documents: OfficeDocuments) -> None:
    year = a_year()
    missed = replace(year.rounds[1], missed=True)
    year = replace(year, rounds=(year.rounds[0], missed), assignments=tuple(year.of_round("bcn")))
    assert "(Đột xuất) không mở được theo kế hoạch" in text_of(docx.Document(BytesIO(documents.year_report(year))))


def test_many_rounds_still_fit_the_annex(documents: OfficeDocuments) -> None:
    year = a_year()
    rounds = tuple(replace(year.rounds[0], code=f"r{number}") for number in range(12))
    report = docx.Document(BytesIO(documents.year_report(replace(year, rounds=(*year.rounds, *rounds)))))
    annexes = [one for one in report.tables if one.rows[0].cells[1].text == "Đơn vị"]
    told = [[cell.text for cell in one.rows[0].cells][3:-1] for one in annexes]
    assert told == [[f"Đợt {number}" for number in range(1, 9)], [f"Đợt {number}" for number in range(9, 15)]]
    for annex in annexes:
        assert [row.cells[1].text for row in annex.rows[1:]] == [unit.name for unit in in_official_order(year).units]
        assert sum(column.width for column in annex.columns) <= Mm(253)
        sizes = {run.font.size.pt for row in annex.rows for cell in row.cells for run in cell.paragraphs[0].runs}
        assert sizes == {11}


def paragraph(report: Any, start: str) -> Any:
    return next(one for one in report.paragraphs if one.text.startswith(start))


def test_headings_can_be_navigated_and_look_like_the_document(report: Any) -> None:
    styled = [(one.style.name, one.text.split(".")[0]) for one in report.paragraphs if "Heading" in one.style.name]
    assert [text for style, text in styled if style == "Heading 1"] == [
        *("I", "II", "III", "IV", "V"),
        *("Phụ lục I", "Phụ lục II"),
    ]
    assert ("Heading 2", "1") in styled
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        font = report.styles[name].font
        assert (font.name, font.size.pt, str(font.color.rgb)) == ("Times New Roman", 14, "000000")


def test_no_heading_or_opening_line_stands_alone_at_the_foot_of_a_page(report: Any) -> None:
    opening = [one for one in report.paragraphs if one.text.endswith(":") or "Heading" in one.style.name]
    assert {one.text for one in opening} >= {"Các nội dung chính:", "Số liệu cụ thể:", "3. Nguyên nhân"}
    assert all(one.paragraph_format.keep_with_next for one in opening)


def test_the_total_of_the_first_table_is_bold(report: Any) -> None:
    rounds = next(one for one in report.tables if one.rows[0].cells[0].text == "Đợt")
    assert rounds.rows[-1].cells[1].text == "Cộng (lượt)"
    assert all(cell.paragraphs[0].runs[0].bold for cell in rounds.rows[-1].cells if cell.text)
    assert not any(cell.paragraphs[0].runs[0].bold for cell in rounds.rows[1].cells)


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("Ủy ban nhân dân tỉnh|Quảng Trị", ["ỦY BAN NHÂN DÂN TỈNH", "QUẢNG TRỊ"]),
        ("Ủy ban nhân dân\ntỉnh Quảng Trị", ["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG TRỊ"]),
        ("Ủy ban nhân dân tỉnh Quảng Trị", ["ỦY BAN NHÂN DÂN TỈNH\xa0QUẢNG\xa0TRỊ"]),
    ],
)
def test_the_office_says_where_a_name_breaks_in_the_head(
    documents: OfficeDocuments, written: str, lines: list[str]
) -> None:
    year = replace(a_year(), superior="Ủy ban nhân dân tỉnh Quảng Trị", superior_in_head=written)
    head = docx.Document(BytesIO(documents.year_report(year))).tables[0].rows[0].cells[0]
    assert head.text.split("\n")[: len(lines)] == lines


def test_recipients_get_their_semicolons_and_where_the_paper_is_filed(documents: OfficeDocuments) -> None:
    year = replace(a_year(), recipients=("Sở Nội vụ", "- UBND các xã."))
    report = docx.Document(BytesIO(documents.year_report(year)))
    block = next(one for one in report.tables if one.rows[0].cells[0].text.startswith("Nơi nhận:"))
    told = block.rows[0].cells[0].text.split("\n")
    assert told == ["Nơi nhận:", "- Sở Nội vụ;", "- UBND các xã;", "- Lưu: VT, NV."]


def test_filters_leave_the_totals_alone(book: Any) -> None:
    for title in ("Tổng hợp", "Theo loại hình"):
        sheet = book[title]
        last = int(sheet.auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        totals = [cell.row for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("Cộng")]
        assert totals
        assert last == min(totals) - 1


def test_the_heading_of_a_wide_sheet_fits_the_columns_that_come_again_on_every_page(book: Any) -> None:
    sheet = book["Trả lời"]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "STT")
    told = [sheet.cell(row, 1).value for row in range(1, head - 1)]
    assert " ".join(told[1:-1]).startswith("TRẢ LỜI CỦA TỪNG ĐƠN VỊ: Bảng kiểm")
    assert max(map(len, told)) <= 6 + 14 + 38


# The office's wording


def edited(folder: Path, old: str, new: str) -> Path:
    for file in (TEMPLATES / "documents").iterdir():
        text = file.read_text(encoding="utf-8")
        (folder / "documents").mkdir(exist_ok=True)
        (folder / "documents" / file.name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_the_office_may_change_the_words(tmp_path: Path) -> None:
    templates = edited(tmp_path, "# I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", "# I. TÌNH HÌNH NĂM {{ year }}")
    text = text_of(docx.Document(BytesIO(OfficeDocuments(own=templates).year_report(a_year()))))
    assert "I. TÌNH HÌNH NĂM 2025" in text


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("{{ nam }}", "không có số liệu “nam”"),
        ("!bảng-lạ", "không có lệnh “!bảng-lạ”"),
        ("{% if year %}", "sai cú pháp"),
    ],
)
def test_a_template_with_a_mistake_is_refused_with_its_line(tmp_path: Path, wrong: str, complaint: str) -> None:
    templates = edited(tmp_path, "# I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", wrong)
    with pytest.raises(DefinitionError, match=complaint) as refused:
        OfficeDocuments(own=templates).check()
    assert "bao-cao-nam.txt, dòng" in str(refused.value)


def test_a_template_cannot_reach_into_the_program(tmp_path: Path) -> None:
    templates = edited(tmp_path, "# I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", "{{ year.__class__.__mro__ }}")
    with pytest.raises(DefinitionError, match="không điền được số liệu"):
        OfficeDocuments(own=templates).year_report(a_year())


# In LibreOffice


@pytest.fixture(scope="module")
def to_pdf(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
            pytest.fail("LibreOffice (soffice) or poppler-utils is missing")
        pytest.skip("LibreOffice (soffice) or poppler-utils is missing")
    folder = tmp_path_factory.mktemp("office")

    def convert(data: bytes, name: str) -> list[str]:
        """The text of each page."""
        (folder / name).write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / name)]
        subprocess.run(command, check=True, timeout=180, capture_output=True)
        pdf = (folder / name).with_suffix(".pdf")
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, timeout=60, capture_output=True).stdout
        return text.decode().split("\f")[:-1]

    return convert


@pytest.mark.libreoffice
def test_libreoffice_prints_the_report(documents: OfficeDocuments, to_pdf: Any) -> None:
    pages = to_pdf(documents.year_report(a_year()), "bao-cao.docx")
    assert 5 <= len(pages) <= 7
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]  # on one line
    assert pages[1].split()[0] == "2"
    assert "TRƯỞNG PHÒNG NỘI VỤ" in pages[-3]
    assert "Phụ lục I" in pages[-2]
    assert all(unit.name in pages[-2] for unit in UNITS)
    assert "Phụ lục II" in pages[-1]


@pytest.mark.libreoffice
def test_libreoffice_prints_the_workbook(documents: OfficeDocuments, to_pdf: Any) -> None:
    pages = to_pdf(documents.year_workbook(a_year()), "tong-hop.xlsx")
    assert len(pages) >= 13  # a sheet a page, the wide ones of answers, the findings and the notes on more
    assert "Kết quả trả lời theo đợt (số đơn vị)" in pages[0]  # the chart's title
    assert "33,3%" in pages[0]
    assert all(unit.name in pages[2] for unit in UNITS)
    assert all("Xã Vĩnh Tú" in page for page in pages[3:5])  # the names are repeated on the second page
    assert "=HYPERLINK" in pages[4]


@pytest.mark.libreoffice
def test_libreoffice_prints_an_empty_year(documents: OfficeDocuments, to_pdf: Any) -> None:
    assert len(to_pdf(documents.year_report(an_empty_year()), "trong.docx")) == 2  # no empty annex
    assert "chưa có đợt nào" in to_pdf(documents.year_workbook(an_empty_year()), "trong.xlsx")[0]


def test_the_communes_of_a_year_are_called_after_the_kinds_that_there_were() -> None:
    """'Xã, thị trấn' until 30/6/2025; since then phường and đặc khu stand in the tables of the year."""
    assert YearWords(a_year()).bases[0].name == "Xã, thị trấn"
    since = {"HOXA": UnitKind.PHUONG, "VO": UnitKind.DAC_KHU}
    units = tuple(replace(unit, kind=since.get(unit.code, unit.kind)) for unit in UNITS)
    communes = YearWords(replace(a_year(), units=units)).bases[0]
    assert communes.name == "Xã, phường, đặc khu"
    assert [kind for kind, _ in communes.kinds] == ["Xã", "Phường", "Đặc khu"]


def a_cong_van() -> ChaseLetter:
    days = [date(2025, 10, 1) + timedelta(days=7 * number) for number in range(7)]
    proofs = tuple(
        Proof(datetime(day.year, day.month, day.day, 8, tzinfo=HCM), f"thư {number}", "a@b.example", "đã nhận", True)
        for number, day in enumerate(days)
    )
    unit = Dossier("Xã Vĩnh Tú", 1, "UBND xã Vĩnh Tú", "Báo cáo năm", "trước ngày 31/10", 3, proofs)
    words = ("UBND huyện", "UBND tỉnh", "Phòng Nội vụ", "Vĩnh Linh", "UBND-NV", "CHỦ TỊCH", "A", "Kế hoạch", "Báo cáo")
    return ChaseLetter(*words, "", AS_OF, (unit,), "a.docx")


def test_a_cong_van_names_the_request_and_says_how_many_letters_it_leaves_out(documents: OfficeDocuments) -> None:
    letter = docx.Document(BytesIO(documents.chase_letter(a_cong_van())))
    sent = letter.tables[-1].rows[1].cells[-1].text
    assert sent == "01/10/2025 thư 0; … (lược 3 thư); 29/10/2025 thư 4; 05/11/2025 thư 5; 12/11/2025 thư 6"
    assert letter.tables[-2].rows[0].cells[0].text.split("\n") == ["Nơi nhận:", "- Như trên;", "- Lưu: VT, NV."]


@pytest.mark.parametrize("code", sorted(FileDefinitions(TEMPLATES).checklists))
def test_the_facts_of_a_year_are_kept_whole(documents: OfficeDocuments, code: str) -> None:
    """With every list that is shipped: what comes back is equal, and so are the files that are made of it."""
    year = a_year()
    shipped = replace(year.assignments[0], checklist=FileDefinitions(TEMPLATES).checklist(code))
    year = replace(year, assignments=(shipped, *year.assignments[1:]))
    back = unpacked_year(json.loads(json.dumps(packed_year(year))))
    assert back == year
    assert documents.year_report(back) == documents.year_report(year)


def test_a_year_whose_days_have_not_come_divides_by_nobody(documents: OfficeDocuments) -> None:
    waiting = tuple(part(unit.code, AssignmentState.OPEN) for unit in UNITS)
    year = replace(a_year(), as_of=DUE - timedelta(days=90), assignments=waiting, findings=())
    report = docx.Document(BytesIO(documents.year_report(year)))
    text = text_of(report)
    assert "0/0" not in text
    assert "chưa đơn vị nào phải trả lời; 7 đơn vị chưa đến hạn" in text
    assert [one.text for one in report.paragraphs if one.text.startswith("Phụ lục")] == ["Phụ lục I"]


def test_a_year_of_silence_in_which_nobody_was_chased_does_not_read_as_if_all_were_well(
    documents: OfficeDocuments,
) -> None:
    silent = tuple(part(unit.code, AssignmentState.CLOSED) for unit in UNITS)
    text = text_of(docx.Document(BytesIO(documents.year_report(replace(a_year(), assignments=silent)))))
    assert "không phát sinh trường hợp phải đôn đốc" not in text
    assert "Chưa gửi thư đôn đốc nào đối với các đơn vị quá hạn." in text
