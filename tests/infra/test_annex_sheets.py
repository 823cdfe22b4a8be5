"""The annex of the year's workbook: every figure on the line of its unit, and the sums below them."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from openpyxl.worksheet.worksheet import Worksheet

from infra.definitions import FileDefinitions
from infra.document import OfficeDocuments
from infra.settings import TEMPLATES
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import Value
from tasks.domain.results.facts import AssignmentFact, YearResults
from tests.infra.test_document import AS_OF, DUE, a_year

DEFINITIONS = FileDefinitions(TEMPLATES)


def part(unit: str, list_: str, values: dict[str, Any] | None = None) -> AssignmentFact:
    given = {code: Value(code, value) for code, value in (values or {}).items()}
    checklist = DEFINITIONS.checklist(list_)
    return AssignmentFact("bcn", unit, AssignmentState.ANSWERED, DUE, checklist, DUE, values=given, answered_at=AS_OF)


def reported() -> YearResults:
    return replace(
        a_year(),
        report_round="bcn",
        assignments=(
            part("VLAM", "bao-cao-xa", {
                "BII.r1.noi_dung": "Hương ước, quy ước", "BII.r1.tan_thanh": 207, "BII.r1.gia_tri": 0.1,
                "BII.r3.gia_tri": 0.2, "BII.r3.ngay_hop": "2025-03-09", "BVII.to_cao.nhan_ky": 2, "DC5b": "=1+1 họp ít",
            }),
            part("HOXA", "bao-cao-xa", {"BVII.khieu_nai.nhan_ky": 3}),
            part("THCS1", "bao-cao-truong-hoc", {"BVII.to_cao.nhan_ky": 1, "BCQ.dv.tong_so": 40}),
        ),
    )  # fmt: skip


def sheets() -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(BytesIO(OfficeDocuments().year_workbook(reported())))
    return {sheet.title: sheet for sheet in book.worksheets}


def lines(sheet: Worksheet) -> list[dict[str, Any]]:
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "STT")
    captions = [str(caption) for caption in rows[head]]
    return [dict(zip(captions, row, strict=True)) for row in rows[head + 1 :]]


def test_there_is_a_sheet_for_each_table_that_somebody_was_asked() -> None:
    wanted = [
        "Bảng I",
        "Bảng I-TH",
        *(f"Bảng {number}" for number in ("II", "III", "IV", "V", "VI", "VII", "VIII", "IX")),
    ]
    assert [title for title in sheets() if title.startswith("Bảng")] == wanted


def test_a_line_carries_its_unit_and_a_unit_that_wrote_nothing_has_a_line_too() -> None:
    found = lines(sheets()["Bảng II"])
    assert [(line["Mã"], line["Dòng"]) for line in found] == [
        ("HOXA", "(chưa ghi)"),
        ("VLAM", "1"),
        ("VLAM", "3"),
        (None, None),
    ]
    second, third, total = found[1:]
    assert (second["Nội dung"], second["Kết quả biểu quyết – Số hộ tán thành (hộ)"]) == ("Hương ước, quy ước", 207)
    assert third["Ngày họp hoặc kết thúc lấy phiếu"] == datetime(2025, 3, 9)  # noqa: DTZ001 - a cell has no zone
    assert total["Đơn vị"] == "Cộng"
    assert total["Kinh phí – Tổng giá trị (triệu đồng)"] == 0.3
    assert total["Kết quả biểu quyết – Số hộ tán thành (hộ)"] is None  # votes of different matters are not added


def test_lists_that_share_a_table_are_summed_in_one_annex() -> None:
    found = lines(sheets()["Bảng VII"])
    caption = "Tiếp nhận – Trong kỳ (đơn)"
    assert [(line["Mã"], line["Dòng"], line[caption]) for line in found if line["Mã"]] == [
        ("HOXA", "Khiếu nại", 3),
        ("VLAM", "Tố cáo", 2),
        ("THCS1", "Tố cáo", 1),
    ]
    totals = {line["Đơn vị"]: line[caption] for line in found if not line["Mã"]}
    assert totals == {"Cộng: Khiếu nại": 3, "Cộng: Tố cáo": 3, "Cộng": 6}


def word(year: YearResults) -> Any:
    return docx.Document(BytesIO(OfficeDocuments().year_report(year)))


def grid(report: Any, caption: str) -> list[list[str]]:
    """The table of the third annex that has this caption."""
    (found,) = [one for one in report.tables if caption in [cell.text for cell in one.rows[0].cells]]
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_the_tables_reach_word_with_their_sums_on_landscape_pages() -> None:
    report = word(reported())
    caption = "Tiếp nhận – Trong kỳ (đơn)"
    head, *rows = grid(report, caption)
    at = head.index(caption)
    assert [(row[1], row[2], row[at]) for row in rows] == [
        ("Thị trấn Hồ Xá", "Khiếu nại", "3"),
        ("Xã Vĩnh Lâm", "Tố cáo", "2"),
        ("Trường THCS số 1", "Tố cáo", "1"),
        ("Cộng: Khiếu nại", "", "3"),
        ("Cộng: Tố cáo", "", "3"),
        ("Cộng", "", "6"),
    ]
    assert report.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    text = "\n".join(paragraph.text for paragraph in report.paragraphs)
    assert "Bảng VII. Tiếp nhận" in text
    assert "Bảng VIII. " not in text, "nobody has filled it"
    assert "Phụ lục III" not in "\n".join(one.text for one in word(a_year()).paragraphs)


def test_a_table_that_is_too_wide_or_too_long_is_left_to_the_workbook_and_that_is_said() -> None:
    year = reported()
    wide = part("VO", "bao-cao-xa", {"BI.r1.noi_dung": "Ngân sách"})
    many = [part("VTU", "bao-cao-xa", {f"BII.r{number}.gia_tri": 1 for number in range(1, 31)}) for _ in range(3)]
    report = word(replace(year, assignments=(*year.assignments, wide, *many)))
    text = "\n".join(paragraph.text for paragraph in report.paragraphs)
    assert "không đặt vừa khổ giấy: xem trang “Bảng I” của bảng tổng hợp" in text
    assert "xem trang “Bảng II”" in text


def test_what_a_unit_wrote_stands_beside_its_heading_and_is_never_a_formula() -> None:
    sheet = sheets()["Đề cương"]
    (line,) = lines(sheet)
    assert (line["Mã"], line["Phần"], line["Nội dung"]) == ("VLAM", "5. Đánh giá chung", "Tồn tại, hạn chế")
    assert line["Đơn vị ghi"] == "=1+1 họp ít"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_same_facts_give_the_same_bytes() -> None:
    assert OfficeDocuments().year_workbook(reported()) == OfficeDocuments().year_workbook(reported())
