"""A rung that reached nobody comes again when more time puts it ahead; a letter that left stays sent."""

from datetime import date

import pytest
from sqlalchemy import select

from tasks.attempts import happenings_of
from tasks.domain.calendar import house_day
from tasks.domain.extension import Wish
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.mailing import EventKind
from tasks.extension import extend, owed_by
from tasks.mailing.settling import reason_open, send_again, uncertain
from tasks.records import Unit
from tasks.unreachable import trust_again
from tests.tasks.test_unreachable import lost
from tests.tasks.world import ADDRESS, FIVE_BEFORE, HEADS, ONE_BEFORE, SHARED, World, moment

UNIT = "xa-vinh-o"


def give_time(world: World, day: date, when: str) -> None:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        obligation = owed_by(session, UNIT, "kiem-tra")
        extend(session, obligation, Wish(until=day, why="bão"), world.tools, moment(when), "Hà")


def reminders(world: World) -> list[str]:
    """The days on which the clerk was reminded."""
    sent = [one for one in world.outbox.to(ADDRESS[UNIT]) if "Nhắc" in one.subject]
    return [f"{house_day(one.at):%d/%m}" for one in sent]


def pass_days(world: World, *days: str) -> None:
    for day in days:
        world.climb(f"2025-{day} 07:30")
        world.send(f"2025-{day} 07:30")


# --- merged, then taken back ---------------------------------------------------------------------------------------


def test_a_rung_that_was_merged_into_a_letter_which_is_taken_back_comes_by_the_new_day(begun: World) -> None:
    """The machine was off for a week: both reminders became one, and that waits for the morning."""
    begun.climb("2025-05-15 18:00")
    assert [one.reason for one in begun.letters_of(UNIT, LetterKind.REMINDER)] == [Reason.SUPERSEDED, Reason.QUIET]
    give_time(begun, date(2025, 5, 30), "2025-05-15 19:00")
    pass_days(begun, "05-22", "05-23", "05-26", "05-28", "05-29")
    assert reminders(begun) == ["23/05", "29/05"]


def test_a_rung_that_was_merged_into_one_that_left_stays_merged(begun: World) -> None:
    pass_days(begun, "05-15")
    give_time(begun, date(2025, 5, 30), "2025-05-15 09:00")
    pass_days(begun, "05-22", "05-23", "05-26", "05-28", "05-29")
    assert reminders(begun) == ["15/05"]


# --- passed over, then more time -----------------------------------------------------------------------------------


def test_a_unit_that_is_reached_again_and_gets_more_time_is_reminded_before_anybody_above_it(begun: World) -> None:
    lost(begun)
    with begun.sessions.begin() as session:
        unit = session.scalars(select(Unit).where(Unit.code == UNIT)).one()
        trust_again(session, unit, begun.tools, moment("2025-05-20 09:00"))
    begun.send("2025-05-20 09:00")
    give_time(begun, date(2025, 6, 6), "2025-05-20 10:00")
    pass_days(begun, "05-30", "06-05", "06-09", "06-11")
    assert reminders(begun) == ["09/05", "05/06", "09/06"], "the first came back, and is not sent once more"
    to_head = [one for one in begun.outbox.to(HEADS[UNIT]) if house_day(one.at) == date(2025, 6, 9)]
    assert len(to_head) == 1


# --- what has left, or may have ------------------------------------------------------------------------------------


def test_a_letter_that_a_person_sends_once_more_stays_sent_when_more_time_makes_the_repeat_needless(
    begun: World,
) -> None:
    pass_days(begun, "05-09")
    with begun.sessions.begin() as session:
        letter = session.merge(begun.letters_of(UNIT, LetterKind.REMINDER)[0])
        send_again(session, letter, begun.tools, moment("2025-05-09 18:00"), "Hà")
    begun.send("2025-05-09 18:00")
    give_time(begun, date(2025, 5, 30), "2025-05-09 19:00")
    (reminder,) = begun.letters_of(UNIT, LetterKind.REMINDER)
    assert (reminder.state, reminder.reason) == (LetterState.SENT, None)
    assert reminder.sent_at == moment(FIVE_BEFORE)
    pass_days(begun, "05-12", "05-23", "05-29")
    assert reminders(begun) == ["09/05", "29/05"]


def test_a_letter_that_a_person_sends_once_more_stays_sent_when_the_unit_answers_first(begun: World) -> None:
    pass_days(begun, "05-09")
    with begun.sessions.begin() as session:
        letter = session.merge(begun.letters_of(UNIT, LetterKind.REMINDER)[0])
        send_again(session, letter, begun.tools, moment("2025-05-09 18:00"), "Hà")
    begun.answer(UNIT, "2025-05-10 08:00")
    begun.send("2025-05-12 08:00")
    (reminder,) = begun.letters_of(UNIT, LetterKind.REMINDER)
    assert (reminder.state, reminder.sent_at) == (LetterState.SENT, moment(FIVE_BEFORE))
    assert reminders(begun) == ["09/05"]


@pytest.mark.parametrize("happens", ["more time", "a promise"])
def test_a_reminder_that_may_have_left_is_not_repeated_once_it_says_what_holds_no_longer(
    begun: World, happens: str
) -> None:
    begun.climb(ONE_BEFORE)
    begun.outbox.dies_after_content.add(ADDRESS[UNIT])
    begun.send("2025-05-15 08:00")
    begun.outbox.dies_after_content.clear()
    if happens == "more time":
        give_time(begun, date(2025, 5, 30), "2025-05-15 08:05")
    else:
        begun.mail(UNIT, "2025-05-15 08:05", text="HẸN: ngày 16/05/2025", thread=False)
        begun.collect("2025-05-15 08:05")
    begun.send("2025-05-15 08:20")
    begun.send("2025-05-16 08:20")
    assert reminders(begun) == ["15/05"]
    (reminder,) = [one for one in begun.letters_of(UNIT, LetterKind.REMINDER) if one.state is LetterState.UNCERTAIN]
    with begun.sessions() as session:
        assert [one.id for one in uncertain(session)] == [reminder.id]
        assert [one.kind for one in happenings_of(session, reminder.id)] == [EventKind.UNCERTAIN]
    assert reason_open(reminder) == "hạn hoặc ngày hẹn đã đổi sau khi thư đi: không tự gửi lại"


@pytest.mark.parametrize("again", ["in doubt", "by a person"])
def test_a_digest_is_not_repeated_once_one_of_its_units_has_answered(begun: World, again: str) -> None:
    """Its bytes name that unit still, and a copy has left or may have."""
    begun.climb(ONE_BEFORE)
    if again == "in doubt":
        begun.outbox.dies_after_content.add(SHARED)
    begun.send("2025-05-15 16:50")
    begun.outbox.dies_after_content.clear()
    if again == "by a person":
        with begun.sessions.begin() as session:
            letters = begun.letters_of("pnn-mt", LetterKind.REMINDER)
            leader = next(one for one in letters if one.state is LetterState.SENT)
            send_again(session, session.merge(leader), begun.tools, moment("2025-05-15 17:05"), "Hà")
    begun.send("2025-05-15 17:06")
    begun.answer("ptp", "2025-05-15 20:00")
    begun.send("2025-05-16 07:40")
    assert len([one for one in begun.outbox.to(SHARED) if "Phòng Tư pháp" in one.text and "Nhắc" in one.subject]) == 1
    for unit in ("pnn-mt", "ptp"):
        (reminder,) = [one for one in begun.letters_of(unit, LetterKind.REMINDER) if one.rung == "truoc-1"]
        assert reminder.state is (LetterState.UNCERTAIN if again == "in doubt" else LetterState.SENT)


# --- the office's hours --------------------------------------------------------------------------------------------


def test_a_decision_on_more_time_waits_for_the_office_s_hours(begun: World) -> None:
    give_time(begun, date(2025, 5, 23), "2025-05-12 16:58")
    begun.send("2025-05-12 17:00")
    assert [one for one in begun.outbox.to(ADDRESS[UNIT]) if one.at >= moment("2025-05-12 16:58")] == []
    begun.send("2025-05-13 07:30")
    (decision,) = [one for one in begun.outbox.to(ADDRESS[UNIT]) if one.at >= moment("2025-05-12 16:58")]
    assert "23/05/2025" in decision.text


# --- promised ------------------------------------------------------------------------------------------------------


def test_a_promised_day_that_more_time_covers_holds_as_it_was_said(begun: World) -> None:
    begun.mail(UNIT, "2025-05-05 08:00", text="HẸN: ngày 28/05/2025")
    begun.collect("2025-05-05 08:00")
    assert begun.assignment(UNIT).quiet_until == moment("2025-05-13 07:30"), "no more than the policy's five days"
    give_time(begun, date(2025, 5, 30), "2025-05-06 09:00")
    assert begun.assignment(UNIT).quiet_until == moment("2025-05-29 07:30")
    pass_days(begun, "05-23", "05-29")
    assert reminders(begun) == ["29/05"]
