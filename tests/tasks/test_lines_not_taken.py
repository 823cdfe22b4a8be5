"""A marked line by which nothing can be done: the unit reads in the answer which, why, and what to write."""

import pytest

from tasks.domain.letterbox import LetterKind, Verdict
from tests.tasks.test_extension import UNIT, asked, with_line, write
from tests.tasks.world import ADDRESS, ANSWERS, World

READ_AT = "2025-05-12 09:00"


def answer(world: World, when: str = "2025-05-12 09:05") -> str:
    """The one letter that the unit gets for its mail, in one line."""
    before = len(world.outbox.to(ADDRESS[UNIT]))
    world.send(when)
    (letter,) = world.outbox.to(ADDRESS[UNIT])[before:]
    return " ".join(letter.text.split())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("GIA HẠN: đến 30/02", "không có ngày 30/02. Hãy viết như: “GIA HẠN: 5 ngày, lý do …”"),
        ("GIA HẠN: 0 ngày", "số ngày xin thêm phải từ 1 đến 60. Hãy viết như: “GIA HẠN: 5 ngày, lý do …”"),
        ("GIA HẠN: 100 ngày", "số ngày xin thêm phải từ 1 đến 60."),
        ("HẸN: ngày 30/02", "không có ngày 30/02. Hãy viết như: “HẸN: ngày 19/05/2025”"),
    ],
)
def test_the_unit_reads_which_line_was_not_taken_and_how_to_write_it(begun: World, line: str, why: str) -> None:
    write(begun, line, READ_AT)
    assert f"Dòng “{line}” chưa được nhận: {why}" in answer(begun)
    assert asked(begun) == []
    assert f"“{line}”" in begun.incoming()[0].why, "the desk reads it too"


def test_beside_a_whole_form_the_receipt_says_it(begun: World) -> None:
    """A part of the form, so that something is owed still."""
    begun.mail(UNIT, READ_AT, begun.filled(UNIT, {"DX01": "Có"}), text="GIA HẠN: 0 ngày")
    begun.collect(READ_AT)
    letter = answer(begun)
    assert "Dòng “GIA HẠN: 0 ngày” chưa được nhận" in letter
    assert "Đã ghi nhận 1/" in letter
    assert begun.incoming()[0].verdict is Verdict.WORDS, "and a person reads it"


def test_a_line_within_the_form_is_told_too(begun: World) -> None:
    begun.mail(UNIT, READ_AT, with_line(begun.filled(UNIT, {"DX01": "Có"}), "GIA HẠN: 100 ngày"))
    begun.collect(READ_AT)
    assert "Dòng “GIA HẠN: 100 ngày” chưa được nhận: số ngày xin thêm phải từ 1 đến 60" in answer(begun)
    assert begun.incoming()[0].verdict is Verdict.WORDS


def test_what_can_be_taken_is_taken_and_the_other_line_is_told_in_its_answer(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày, lý do mất điện\nHẸN: ngày 30/02", READ_AT)
    assert [one.days for one in asked(begun)] == [5]
    letter = answer(begun)
    assert "thêm 5 ngày làm việc" in letter
    assert "Dòng “HẸN: ngày 30/02” chưa được nhận: không có ngày 30/02" in letter


def test_a_promise_has_no_answer_so_the_other_line_is_told_in_one_of_its_own(begun: World) -> None:
    write(begun, "HẸN: ngày 20/05/2025\nGIA HẠN: 0 ngày", READ_AT)
    letter = answer(begun)
    assert "Dòng “GIA HẠN: 0 ngày” chưa được nhận" in letter
    assert "HẸN: ngày 20/05/2025" not in letter
    assert "Thời hạn của đơn vị chưa thay đổi" in letter
    assert begun.assignment(UNIT).promised_on is not None


def test_two_lines_that_say_two_things_are_both_named(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày\nGIA HẠN: 3 ngày", READ_AT)
    assert "Dòng “GIA HẠN: 5 ngày” và “GIA HẠN: 3 ngày” chưa được nhận: hai dòng trái nhau" in answer(begun)


def test_a_stranger_is_not_told(begun: World) -> None:
    write(begun, "GIA HẠN: 0 ngày", READ_AT, sender="la@noikhac.example")
    begun.send("2025-05-12 09:05")
    assert begun.outbox.to("la@noikhac.example") == []


def test_who_has_answered_all_owes_nothing_that_a_line_could_move(begun: World) -> None:
    begun.mail(UNIT, READ_AT, begun.filled(UNIT, ANSWERS), text="GIA HẠN: 0 ngày")
    begun.collect(READ_AT)
    assert "GIA HẠN" not in answer(begun)
    assert [one.kind for one in begun.letters_of(UNIT)][-1] is LetterKind.RECEIPT
