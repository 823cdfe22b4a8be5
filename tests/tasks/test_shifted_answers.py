"""Answers beside the wrong questions: one cause, told once; the block is asked back and nothing of it is read wrong."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks.domain.checklist import AnswerType, Checklist, choices_of
from tasks.domain.letterbox import LetterKind
from tests.tasks.test_collection import values
from tests.tasks.world import ADDRESS, OPENING, PLAN, World, definitions

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
    assert "Đã ghi nhận 50/50 mục" in told(asked)


@pytest.mark.parametrize("wrong", ["nhiều", "Có", "12"])
def test_mistakes_here_and_there_are_told_each_by_itself(asked: World, wrong: str) -> None:
    answers = typed()
    for at in (3, 22, 29, 41, 44):
        answers[at] = wrong
    send(asked, filled(asked.form(UNIT), answers))
    assert "có vẻ bị lệch" not in told(asked)
    assert len(values(asked, UNIT)) >= 45
