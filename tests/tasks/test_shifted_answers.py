"""Answers beside the wrong questions: one cause, told once; the block is asked back and nothing of it is read wrong."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks.domain.checklist import AnswerType, Checklist, choices_of
from tasks.domain.letterbox import LetterKind
from tests.tasks.test_collection import values
from tests.tasks.world import ADDRESS, OPENING, PLAN, World, definitions, fill

WHEN = "2025-04-22 09:00"
UNIT = "xa-vinh-o"
TYPED = {
    AnswerType.SO: "12",
    AnswerType.SO_THAP_PHAN: "1,5",
    AnswerType.TY_LE: "87,5",
    AnswerType.NGAY: "25/02/2025",
    AnswerType.VAN_BAN: "Đã làm",
    AnswerType.TEP: "a.pdf",
}


@pytest.fixture
def asked(world: World) -> World:
    plan = PLAN.replace('kinds = ["xa", "thi_tran", "co_quan"]\nunits = ["xa-vinh-o", "ptp"]', 'kinds = ["xa"]')
    world.take_in_plan(plan.replace('checklist = "dot-xuat"', 'checklist = "xa"', 1))
    world.open(OPENING)
    world.send(OPENING)
    return world


def checklist() -> Checklist:
    return definitions().checklist("xa")


def typed() -> list[str]:
    """A right answer to each item, in the order of the form."""
    return [choices_of(item)[0] if choices_of(item) else TYPED[item.type] for item in checklist().items]


def filled(form: bytes, answers: Sequence[str], first: int = 0) -> bytes:
    """Typed one after the other beside the items, from the first one on; a clerk's eye misses the headings between."""
    book = load_workbook(BytesIO(form))
    sheet = book.worksheets[0]
    codes = {item.code for item in checklist().items}
    rows = [row[0].row for row in sheet.iter_rows() if row[0].value in codes]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Kết quả")
    for row, answer in zip(rows[first:], answers, strict=False):
        sheet.cell(row, column).value = answer or None
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def told(world: World) -> str:
    return " ".join(world.outbox.to(ADDRESS[UNIT])[-1].text.split())


def send(world: World, form: bytes) -> None:
    world.mail(UNIT, WHEN, form)
    world.collect(WHEN)
    world.send(WHEN)


@pytest.mark.parametrize(
    ("first", "last", "step"), [(0, 49, 1), (1, 50, -1), (20, 49, 1), (10, 35, -1), (18, 32, 1), (5, 48, 2)]
)
def test_a_block_that_stands_beside_the_wrong_questions_is_asked_back_once(
    asked: World, first: int, last: int, step: int
) -> None:
    right = typed()
    moved = list(right)
    moved[first:last] = [""] * (last - first)
    for at in range(first, last):
        if 0 <= at + step < len(moved):
            moved[at + step] = right[at]
    send(asked, filled(asked.form(UNIT), moved))
    assert told(asked).count("có vẻ bị lệch") == 1
    taken = values(asked, UNIT)
    codes = [item.code for item in checklist().items]
    assert not {codes[at + step] for at in range(first, last) if 0 <= at + step < len(codes)} & taken.keys()
    assert all(str(taken[code]) for code in codes[: max(0, first - 8)]), "what stands above the block is kept"


def test_a_cell_that_was_inserted_pushes_answers_through_the_headings(asked: World) -> None:
    book = load_workbook(BytesIO(filled(asked.form(UNIT), typed())))
    sheet = book.worksheets[0]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Kết quả")
    first = next(row[0].row for row in sheet.iter_rows() if row[0].value == "XA03")
    for row in range(sheet.max_row, first, -1):
        sheet.cell(row, column).value = sheet.cell(row - 1, column).value
    sheet.cell(first, column).value = None
    buffer = BytesIO()
    book.save(buffer)
    send(asked, buffer.getvalue())
    assert told(asked).count("có vẻ bị lệch thấp xuống 1 dòng") == 1
    assert "dòng tiêu đề không có chỗ trả lời" not in told(asked)
    assert set(values(asked, UNIT)) == {"XA01", "XA02"}


def test_who_mends_the_block_is_answered_with_a_receipt(asked: World) -> None:
    send(asked, filled(asked.form(UNIT), typed()[:-1], first=1))
    assert "có vẻ bị lệch" in told(asked)
    asked.mail(UNIT, "2025-04-23 09:00", filled(asked.outbox.to(ADDRESS[UNIT])[-1].workbook, typed()))
    asked.collect("2025-04-23 09:00")
    asked.send("2025-04-23 09:00")
    assert asked.letters_of(UNIT)[-1].kind is LetterKind.RECEIPT
    assert "Đã ghi nhận 53/53 mục" in told(asked)


@pytest.mark.parametrize("wrong", ["nhiều", "Có", "12"])
def test_mistakes_here_and_there_are_told_each_by_itself(asked: World, wrong: str) -> None:
    answers = typed()
    for at in (3, 22, 29, 41, 44):
        answers[at] = wrong
    send(asked, filled(asked.form(UNIT), answers))
    assert "có vẻ bị lệch" not in told(asked)
    assert len(values(asked, UNIT)) >= 45


def pushed(form: bytes, code: str) -> bytes:
    """A cell inserted in the column of answers, at this item: all that stands below moves down, headings or not."""
    book = load_workbook(BytesIO(form))
    sheet = book.worksheets[0]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Kết quả")
    first = next(row[0].row for row in sheet.iter_rows() if row[0].value == code)
    for row in range(sheet.max_row, first, -1):
        sheet.cell(row, column).value = sheet.cell(row - 1, column).value
    sheet.cell(first, column).value = None
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_shift_over_headings_is_one_block_and_overwrites_nothing_that_was_good(asked: World) -> None:
    """Below XA20 stand headings and, behind the last sign, questions that all ask for the same."""
    form = filled(asked.form(UNIT), typed())
    send(asked, form)
    before = values(asked, UNIT)
    asked.mail(UNIT, "2025-04-23 09:00", pushed(form, "XA20"))
    asked.collect("2025-04-23 09:00")
    asked.send("2025-04-23 09:00")
    assert values(asked, UNIT) == before
    assert told(asked).count("có vẻ bị lệch thấp xuống 1 dòng") == 1
    recorded = int(told(asked).partition("Đã ghi nhận ")[2].partition("/53 mục")[0])
    assert 19 <= recorded <= 24, "what stands above the block, and what was left blank by the push"


PLANNED = ["12/KH-UBND", "20/02/2025", "Bà Hồ Thị Mận, công chức Văn phòng", "Có", "Có", "2"]


@pytest.fixture
def planning(world: World) -> World:
    """Six questions: words, a day, words, two choices and a figure."""
    plan = PLAN.replace('kinds = ["xa", "thi_tran", "co_quan"]\nunits = ["xa-vinh-o", "ptp"]', 'kinds = ["xa"]')
    world.take_in_plan(plan.replace('checklist = "dot-xuat"', 'checklist = "ke-hoach-don-vi"', 1))
    world.open(OPENING)
    world.send(OPENING)
    return world


def in_order(form: bytes, answers: Sequence[str]) -> bytes:
    return fill(form, {f"KH0{number}": answer for number, answer in enumerate(answers, start=1)})


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        (["", *PLANNED[:-1]], set()),
        ([*PLANNED[1:], ""], set()),
        ([PLANNED[0], "", *PLANNED[1:-1]], {"KH01"}),
    ],
)
def test_a_small_form_is_no_less_looked_at(planning: World, answers: list[str], kept: set[str]) -> None:
    send(planning, in_order(planning.form(UNIT), answers))
    assert told(planning).count("có vẻ bị lệch") == 1
    assert set(values(planning, UNIT)) == kept


def test_what_is_asked_back_and_comes_back_untouched_stays_asked(planning: World) -> None:
    """First all is well; then two codes have changed places, and the form that goes back is sent in as it is."""
    send(planning, in_order(planning.form(UNIT), PLANNED))
    before = values(planning, UNIT)
    book = load_workbook(BytesIO(in_order(planning.form(UNIT), [*PLANNED[:3], "Không", "Có", "3"])))
    sheet = book.worksheets[0]
    four, five = (next(row for row in sheet.iter_rows() if row[0].value == code) for code in ("KH04", "KH05"))
    four[0].value, five[0].value = five[0].value, four[0].value
    buffer = BytesIO()
    book.save(buffer)
    for number, form in enumerate((buffer.getvalue(), b"")):
        when = f"2025-04-2{4 + number} 09:00"
        planning.mail(UNIT, when, form or planning.outbox.to(ADDRESS[UNIT])[-1].workbook)
        planning.collect(when)
        planning.send(when)
        assert "Đã ghi nhận 4/6 mục" in told(planning)
        assert values(planning, UNIT) == {**before, "KH06": 3}
    back = load_workbook(BytesIO(planning.outbox.to(ADDRESS[UNIT])[-1].workbook)).worksheets[0]
    words = {row[0]: row for row in back.iter_rows(values_only=True)}
    assert ("(cần sửa) Có" in words["KH04"], "(cần sửa) Không" in words["KH05"]) == (True, True)
    assert "còn chữ “(cần sửa)” ở đầu ô" in told(planning)
    planning.mail(
        UNIT, "2025-04-27 09:00", fill(planning.outbox.to(ADDRESS[UNIT])[-1].workbook, {"KH04": "Không", "KH05": "Có"})
    )
    planning.collect("2025-04-27 09:00")
    planning.send("2025-04-27 09:00")
    assert "Đã ghi nhận 6/6 mục" in told(planning)
    assert values(planning, UNIT) == {**before, "KH04": "Không", "KH06": 3}
