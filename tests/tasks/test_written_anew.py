"""A letter that was written and could not be handed over says, at its next try, what is true then."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from tasks.calendar import carry_over
from tasks.domain.calendar import house_day
from tasks.domain.errors import MailServerUnavailable
from tasks.domain.extension import Wish
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.extension import extend, owed_by
from tests.tasks.world import ADDRESS, FIVE_BEFORE, PLAN, SHARED, UNITS, ChangingCalendar, World, moment

UNIT = "xa-vinh-o"


def answers(world: World) -> None:
    world.answer("ptp", "2025-05-09 08:10")


def is_given_more_time(world: World) -> None:
    world.clock.now = moment("2025-05-09 08:10")
    with world.sessions.begin() as session:
        wish = Wish(until=house_day(moment("2025-05-23 00:00")))
        extend(session, owed_by(session, "ptp", None), wish, world.tools, moment("2025-05-09 08:10"), "Hà")


@pytest.mark.parametrize("happens", [answers, is_given_more_time])
@pytest.mark.parametrize("fails", ["later", "down"])
def test_a_digest_loses_the_line_of_whom_it_no_longer_concerns(begun: World, happens: object, fails: str) -> None:
    begun.climb(FIVE_BEFORE)
    if fails == "later":
        begun.outbox.refuses_for_now.add(SHARED)
    begun.outbox.unavailable = fails == "down"
    with pytest.raises(MailServerUnavailable) if fails == "down" else nullcontext():
        begun.send("2025-05-09 07:50")
    begun.outbox.refuses_for_now.clear()
    begun.outbox.unavailable = False
    assert callable(happens)
    happens(begun)
    begun.send("2025-05-09 09:00")
    reminders = [one for one in begun.outbox.to(SHARED) if "Nhắc" in one.subject]
    assert len(reminders) == 1
    assert "Phòng Tư pháp" not in reminders[0].text
    assert "Phòng Nông nghiệp" in reminders[0].text
    (own,) = begun.letters_of("ptp", LetterKind.REMINDER)
    assert own.state is LetterState.CANCELLED
    assert own.bundled_into_id is None, "no proof may say that it travelled along"


def test_whoever_took_over_meanwhile_gets_the_letter_and_the_old_contact_does_not(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.outbox.refuses_for_now.add(ADDRESS[UNIT])
    begun.send("2025-05-09 07:50")
    begun.outbox.refuses_for_now.clear()
    begun.take_in((replace(UNITS[0], contact="Người Mới", addresses=("moi@vinho.example",)),), "2025-05-09 08:00")
    begun.send("2025-05-09 09:00")
    assert begun.outbox.to(ADDRESS[UNIT]) == []
    (letter,) = begun.outbox.to("moi@vinho.example")
    assert "Người Mới" in letter.text


def test_a_reminder_of_yesterday_counts_the_days_of_today(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.outbox.refuses_for_now.add(ADDRESS[UNIT])
    begun.send("2025-05-09 07:50")
    begun.outbox.refuses_for_now.clear()
    begun.send("2025-05-12 08:00")
    (letter,) = begun.outbox.to(ADDRESS[UNIT])
    assert "còn 4 ngày làm việc" in letter.text


@pytest.mark.parametrize("fails", ["later", "down"])
def test_a_request_that_could_not_leave_names_the_day_that_holds_and_nothing_more_is_said(
    world: World, fails: str
) -> None:
    """A due day that moves meanwhile moves in the letter: nobody was told the old one."""
    world.take_in_plan(PLAN.replace("due = 2025-05-16\n", 'due = 2025-05-16\nwhen_off = "lui"\n'))
    world.open()
    asked = world.letters(kind=LetterKind.REQUEST)
    if fails == "later":
        world.outbox.refuses_for_now.update(ADDRESS.values())
    world.outbox.unavailable = fails == "down"
    with pytest.raises(MailServerUnavailable) if fails == "down" else nullcontext():
        world.send("2025-04-08 07:35")
    world.outbox.refuses_for_now.clear()
    world.outbox.unavailable = False
    world.tools = replace(world.tools, definitions=ChangingCalendar({date(2025, 5, 16): "nghỉ đột xuất"}))
    with world.sessions.begin() as session:
        done = carry_over(session, "nghỉ đột xuất", world.tools, moment("2025-04-08 07:40"))
    assert (done.moved, done.told) == (len(asked), 0)
    world.send("2025-04-10 08:00")
    assert len(world.outbox.sent) == len(asked)
    for letter in world.outbox.sent:
        assert "đến hết thứ Hai, ngày 19/05/2025" in letter.text
        assert "16/05/2025" not in letter.text
        assert "Thời gian còn lại: 24 ngày làm việc" in letter.text
        assert house_day(letter.mime["Date"].datetime) == date(2025, 4, 10)


def test_three_days_of_patience_begin_with_the_first_answer_of_a_server(opened: World) -> None:
    """Not with the first try: a server that was down for a week and then says “later” once would cost every letter."""
    opened.outbox.unavailable = True
    with pytest.raises(MailServerUnavailable):
        opened.send("2025-04-08 07:35")
    opened.outbox.unavailable = False
    opened.outbox.refuses_for_now.update(ADDRESS.values())
    opened.send("2025-04-14 08:00")
    opened.outbox.refuses_for_now.clear()
    opened.send("2025-04-14 08:10")
    assert len(opened.outbox.sent) == len(UNITS)


def test_a_letter_that_may_have_left_goes_again_word_for_word_whatever_changed(opened: World) -> None:
    opened.outbox.dies_after_content.add(ADDRESS[UNIT])
    opened.send("2025-04-08 07:35")
    opened.outbox.dies_after_content.clear()
    opened.take_in((replace(UNITS[0], contact="Người Mới", addresses=("moi@vinho.example",)),), "2025-04-08 07:40")
    opened.send("2025-04-09 08:00")
    first, again = opened.outbox.to(ADDRESS[UNIT])
    assert first.raw == again.raw
    assert opened.outbox.to("moi@vinho.example") == []
