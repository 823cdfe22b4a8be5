"""What a mail's words come to, a person notes with the line that the desk offers; undone, it has never been."""

import pytest

from tasks.collection.desk import DeskRefusal, advice_for, waiting_messages
from tasks.collection.noting import note_line
from tasks.collection.undoing import undo_decision
from tasks.domain.finding import FindingState
from tasks.domain.letterbox import LetterKind, LetterState, Verdict
from tests.tasks.test_desk import STRANGER, WHO, undo, verdict, without_history
from tests.tasks.world import FIVE_BEFORE, ONE_BEFORE, World

UNIT = "xa-vinh-o"
DAY = "2025-05-09 08:00"


def waits(world: World, text: str, when: str = DAY, **how: str) -> int:
    world.mail(UNIT, when, text=text, **how)  # type: ignore[arg-type]
    world.collect(when)
    return world.incoming()[-1].id


def note(world: World, message: int, line: str, unit: str = UNIT) -> str:
    with world.sessions.begin() as session:
        return note_line(session, message, unit, "", line, WHO, world.tools)


def offered(world: World) -> str:
    """The line of the ready command, as it stands between its quotes."""
    with world.sessions() as session:
        row = waiting_messages(session)[-1]
        command = next(one for one in advice_for(session, row, world.tools) if "--line" in one)
    assert command.startswith(f"kiemtra desk file {row.id} --unit {UNIT}")
    return command.partition('--line "')[2].rstrip('"')


def test_a_promise_that_a_person_notes_rests_the_reminders_and_undone_they_come(begun: World) -> None:
    message = waits(begun, "Xã sẽ gửi phiếu ngày 15/05/2025 ạ.")
    before = without_history(begun)
    assert WHO in note(begun, message, offered(begun)) + begun.incoming()[-1].why
    one = begun.assignment(UNIT)
    assert (str(one.promised_on), verdict(begun, message)) == ("2025-05-15", Verdict.PROMISE)
    undo(begun, message)
    assert without_history(begun) == before
    note(begun, message, "HẸN: ngày 15/05/2025")
    begun.climb(ONE_BEFORE)
    assert begun.letters_of(UNIT, LetterKind.REMINDER) == [], "it rests until the promised day is over"
    undo(begun, message)
    begun.climb(ONE_BEFORE)
    assert begun.letters_of(UNIT, LetterKind.REMINDER)


def test_more_time_that_a_person_notes_is_given_as_the_ladder_allows_answered_and_taken_back(begun: World) -> None:
    due = begun.assignment(UNIT).due_at
    message = waits(begun, "Xã chưa kịp, xin gia hạn 2 ngày.")
    note(begun, message, offered(begun).replace("…", "mất điện"))
    assert verdict(begun, message) is Verdict.EXTENSION
    (letter,) = begun.letters_of(UNIT, LetterKind.EXTENSION)
    assert letter.state is LetterState.QUEUED
    undo(begun, message)
    assert (begun.assignment(UNIT).due_at, verdict(begun, message)) == (due, Verdict.NO_WORKBOOK)
    assert begun.letters_of(UNIT, LetterKind.EXTENSION)[0].state is LetterState.CANCELLED
    begun.climb(FIVE_BEFORE)
    assert begun.letters_of(UNIT, LetterKind.REMINDER), "the ladder stands where it stood"
    assert "Đã ghi" in note(begun, message, "GIA HẠN: 2 ngày, lý do mất điện"), "and it may be noted anew"


def test_an_answer_that_has_left_is_told_when_it_is_undone(begun: World) -> None:
    message = waits(begun, "Xin gia hạn 2 ngày.")
    note(begun, message, "GIA HẠN: 2 ngày")
    begun.send("2025-05-09 08:10")
    with begun.sessions.begin() as session:
        notes = undo_decision(session, message, WHO, begun.tools)
    assert any("không rút lại được" in one for one in notes)


def test_a_remedy_that_a_person_notes_rests_the_finding_and_undone_it_is_owed_again(begun: World) -> None:
    number = begun.raise_finding()
    begun.send("2025-06-18 09:30")
    finding = begun.finding()
    tag = f"dancho+{finding.code.lower()}@vinhlinh.example"
    message = waits(begun, "Xã đã niêm yết lại.", "2025-06-20 09:00", to=tag, subject=f"Re: [{finding.code}]")
    before = begun.finding().next_rung_at
    note(begun, message, "KHẮC PHỤC: đã niêm yết lại", number)
    assert (begun.finding().state, begun.finding().next_rung_at) == (FindingState.REPORTED, None)
    undo(begun, message)
    assert (begun.finding().state, begun.finding().next_rung_at) == (FindingState.OPEN, before)


@pytest.mark.parametrize(
    ("line", "sender", "why"),
    [
        ("Xã hẹn thứ Sáu", "", "chưa rõ"),
        ("KHẮC PHỤC: đã xong", "", "của một kiến nghị"),
        ("GIA HẠN: 2 ngày", STRANGER, "không phải người của đơn vị"),
    ],
)
def test_what_cannot_be_noted_is_said_and_changes_nothing(begun: World, line: str, sender: str, why: str) -> None:
    message = waits(begun, "Xã đang làm.", sender=sender)
    before = begun.rows()
    with pytest.raises(DeskRefusal, match=why):
        note(begun, message, line)
    assert begun.rows() == before


def test_noting_twice_changes_nothing_and_says_so(begun: World) -> None:
    message = waits(begun, "Xã sẽ gửi phiếu ngày 15/05/2025.")
    note(begun, message, "HẸN: ngày 15/05/2025")
    before = begun.rows()
    assert "không thay đổi gì" in note(begun, message, "HẸN: ngày 15/05/2025")
    assert begun.rows() == before
