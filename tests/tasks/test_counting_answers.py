"""How much of a form is recorded is said in one way: items of the list out of its items, other cells beside them."""

from collections.abc import Mapping
from io import BytesIO

import openpyxl
import pytest

from tasks.domain.letterbox import LetterKind
from tests.tasks.test_collection import values
from tests.tasks.world import ADDRESS, ANSWERS, OPENING, PLAN, World, fill, shown

WHEN = "2025-04-22 09:00"
UNIT = "xa-vinh-o"
MEETINGS = {3: "Làm đường thôn Bắc", 4: "Bắc", 5: "5/3/2025"}


def told(world: World) -> str:
    return " ".join(world.outbox.to(ADDRESS[UNIT])[-1].text.split())


@pytest.fixture
def reporting(world: World) -> World:
    """The office asks the communes for a report with tables."""
    asked = PLAN.replace('kinds = ["xa", "thi_tran", "co_quan"]\nunits = ["xa-vinh-o", "ptp"]', 'kinds = ["xa"]')
    world.take_in_plan(asked.replace('checklist = "dot-xuat"', 'checklist = "bao-cao-xa"', 1))
    world.open(OPENING)
    world.send(OPENING)
    return world


def in_table(data: bytes, sheet: str, rows: int, cells: Mapping[int, str]) -> bytes:
    """The first lines of a table, each filled alike."""
    book = openpyxl.load_workbook(BytesIO(data))
    table = book[sheet]
    first = next(row for row in range(1, 20) if table.cell(row, 1).value == "Mã dòng") + 1
    for row in range(first, first + rows):
        for column, value in cells.items():
            table.cell(row, column).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(world: World, form: bytes) -> None:
    world.mail(UNIT, WHEN, form)
    world.collect(WHEN)
    world.send(WHEN)


def test_cells_of_tables_are_counted_beside_the_items_and_not_among_them(reporting: World) -> None:
    form = in_table(fill(reporting.form(UNIT), {"XA01": "Có", "XA02": "Không"}), "Bảng II", 12, MEETINGS)
    send(reporting, form)
    said = told(reporting)
    assert "Đã ghi nhận 2/" in said
    assert " mục và " in said
    assert "ô của các bảng, đề cương" in said
    recorded, asked = said.partition("Đã ghi nhận ")[2].partition(" mục")[0].split("/")
    assert int(recorded) <= int(asked)


def test_a_wrong_answer_is_not_counted_in_the_letter_nor_in_the_form_that_goes_back(begun: World) -> None:
    begun.answer(UNIT, WHEN, {**ANSWERS, "DX02": "vài vụ"})
    begun.send(WHEN)
    assert "Đã ghi nhận 3/4 mục;" in told(begun)
    book = openpyxl.load_workbook(BytesIO(begun.outbox.to(ADDRESS[UNIT])[-1].workbook), data_only=True)
    words = [cell.value for row in book.worksheets[0] for cell in row]
    assert "Đã trả lời 3/4 mục" in words


@pytest.mark.parametrize("kept", [45_721, 45_721.0, "45721", "45721.0"])
def test_a_day_that_a_program_keeps_as_a_number_comes_back_as_a_day(begun: World, kept: object) -> None:
    """3 May or 5 March: it is asked, and not in figures that nobody can read."""
    begun.answer(UNIT, WHEN, {**ANSWERS, "DX03": kept})
    begun.send(WHEN)
    assert begun.letters_of(UNIT)[-1].kind is LetterKind.RETURNED
    assert "ngày 3 tháng 5 năm 2025 hay ngày 5 tháng 3 năm 2025" in told(begun)
    assert shown(begun.outbox.to(ADDRESS[UNIT])[-1].workbook)["DX03"] == "05/03/2025 hay 03/05/2025"


@pytest.mark.parametrize("kept", [45_713, "45713", "45713.75"])
def test_one_that_can_mean_one_day_only_is_taken_and_told(begun: World, kept: object) -> None:
    begun.answer(UNIT, WHEN, {**ANSWERS, "DX03": kept})
    begun.send(WHEN)
    assert "Đã ghi nhận 4/4 mục." in told(begun)
    assert "số 45713 được hiểu là ngày 25/02/2025" in told(begun)


def test_cells_of_one_cause_stand_in_one_line_of_the_letter(reporting: World) -> None:
    form = in_table(fill(reporting.form(UNIT), {"XA01": "Có"}), "Bảng II", 6, MEETINGS)
    book = openpyxl.load_workbook(BytesIO(form))
    book["Bảng II"].delete_cols(4)
    buffer = BytesIO()
    book.save(buffer)
    send(reporting, buffer.getvalue())
    assert told(reporting).count("không còn cột “") == 1


FULL_LINE = {
    3: "Quyết toán ngân sách",
    4: "3",
    5: "Một nơi",
    6: "Có",
    7: "Không",
    8: "Có",
    9: "Loa kéo",
    10: "25/02/2025",
    11: "26/02/2025",
    12: "28/03/2025",
    13: "3",
    14: "ke-hoach.pdf",
}


@pytest.mark.parametrize("step", [1, -1])
def test_figures_of_a_line_that_stand_one_column_aside_are_asked_back_once(reporting: World, step: int) -> None:
    moved = {column + step: words for column, words in FULL_LINE.items() if column + step > 2}
    send(reporting, in_table(fill(reporting.form(UNIT), {"XA01": "Có"}), "Bảng I", 3, moved))
    assert told(reporting).count(f"sang {'phải' if step > 0 else 'trái'} 1 cột") in {
        1,
        2,
    }  # words have a mark of their own
    assert not [code for code in values(reporting, UNIT) if code.startswith("BI.") and "ngay" in code]


def test_a_line_that_stands_where_it_belongs_is_taken(reporting: World) -> None:
    send(reporting, in_table(fill(reporting.form(UNIT), {"XA01": "Có"}), "Bảng I", 3, FULL_LINE))
    assert "1 cột so với tiêu đề" not in told(reporting)
    assert sum(code.startswith("BI.") for code in values(reporting, UNIT)) == 3 * len(FULL_LINE)


def test_a_letter_about_one_mail_tells_nothing_of_a_later_one(begun: World) -> None:
    begun.mail(UNIT, WHEN, fill(begun.form(UNIT), {"DX01": "Có", "DX02": "vài vụ"}))
    begun.collect(WHEN)
    begun.mail(UNIT, "2025-04-22 09:05", fill(begun.form(UNIT), ANSWERS))
    begun.collect("2025-04-22 09:05")
    begun.send("2025-04-22 09:10")
    first, second = (" ".join(one.text.split()) for one in begun.outbox.to(ADDRESS[UNIT])[-2:])
    assert "Đã ghi nhận 1/4 mục" in first
    assert "đang là chữ “vài vụ”" in first
    assert "Sau phiếu này đã ghi nhận thêm câu trả lời (lúc 09:05 ngày 22/04/2025)" in first
    assert "Đã ghi nhận 4/4 mục" in second
