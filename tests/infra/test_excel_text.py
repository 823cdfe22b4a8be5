"""Texts that Excel would make something else of stay what somebody wrote, also after F2 and Enter."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from infra.calendar.spreadsheet import write_excel
from infra.document.sheet import Book, Column
from infra.excel_text import LONGEST_IN_TEXT_FORMAT
from infra.opening.inside import open_inside
from infra.register_file import write_register
from tasks.domain.calendar import Calendar
from tasks.domain.checklist import UnitKind
from tasks.domain.register import UnitEntry
from tests.infra.office_programs import Job, worked

TEXTS = (
    "=1+1",
    '=HYPERLINK("http://xau.example";"bấm")',
    "+84 912 345 678",
    "-5 so với năm trước",
    "@ubnd: đã gửi",
    "'trong ngoặc đơn",
    "0912345678",
    "03",
    "1/8/2025",
    "\tthụt vào",
    "＝1+1",
    "= " + "rất dài " * 60,
)
PLAIN = ("Có", "Đã niêm yết tại 12/12 thôn.", "a=1", "(=1+1)")


def made(texts: tuple[str, ...]) -> bytes:
    book = Book("Thử", "Phòng Nội vụ", datetime(2025, 11, 3, 8, tzinfo=UTC))
    with book.page("Câu trả lời", (), [Column("Chữ", 40, "text"), Column("Số", 10, "count")]) as page:
        for text in texts:
            page.row([text, 5])
    return book.to_bytes()


def first_column(data: bytes) -> list[object]:
    return [row[0].value for row in openpyxl.load_workbook(BytesIO(data)).worksheets[0].iter_rows(min_row=2)]


def test_what_begins_so_is_marked_as_text_and_read_the_same_by_everybody() -> None:
    data = made(TEXTS)
    assert first_column(data) == list(TEXTS)
    sheet = open_inside(data).sheets[0]
    assert [sheet.rows[row][1].value for row in range(2, len(TEXTS) + 2)] == list(TEXTS)
    for text, (cell, number) in zip(
        TEXTS, openpyxl.load_workbook(BytesIO(data)).worksheets[0].iter_rows(min_row=2), strict=True
    ):
        assert (cell.data_type, bool(cell.quotePrefix)) == ("s", True)
        assert cell.number_format == ("@" if len(text) <= LONGEST_IN_TEXT_FORMAT else "General")
        assert (number.value, bool(number.quotePrefix)) == (5, False)


def test_other_texts_look_as_before() -> None:
    for cell, _ in openpyxl.load_workbook(BytesIO(made(PLAIN))).worksheets[0].iter_rows(min_row=2):
        assert (cell.quotePrefix, cell.number_format) == (False, "General")


def test_lists_that_an_office_edits_and_gives_back_are_marked_too(tmp_path: Path) -> None:
    unit = UnitEntry("ptp", "=Phòng Tư pháp", UnitKind.CO_QUAN, 1, "+Lê Thị An", ("an@ptp.example",), "0233 123 456")
    write_register(tmp_path / "ds.xlsx", [unit])
    off = {date(2027, 1, 1): "-Tết Dương lịch"}
    write_excel(tmp_path / "lich.xlsx", Calendar("thu", frozenset({2027}), off, sources={2027: "=Thông báo"}))
    for name, texts in (("ds", {unit.name, unit.contact, unit.phone}), ("lich", {"-Tết Dương lịch", "=Thông báo"})):
        cells = [one for row in openpyxl.load_workbook(tmp_path / f"{name}.xlsx").active.iter_rows() for one in row]
        assert {one.value for one in cells if one.quotePrefix} >= texts


@pytest.mark.libreoffice
def test_who_presses_f2_and_enter_in_libreoffice_changes_nothing(tmp_path: Path) -> None:
    texts = tuple(text for text in TEXTS if len(text) <= LONGEST_IN_TEXT_FORMAT and not text.startswith(("'", "\t")))
    typed = [(f"A{row}", text) for row, text in enumerate(texts, start=2)]
    (saved,) = worked(tmp_path, [Job(made(texts), typed=typed, formats=("xlsx", "ods"))])
    assert first_column(saved["xlsx"]) == list(texts)
    again = open_inside(saved["ods"]).sheets[0]
    assert [again.rows[row][1].value for row in range(2, len(texts) + 2)] == list(texts)
