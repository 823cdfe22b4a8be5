"""Unreachable is not unanswering."""

from dataclasses import replace
from datetime import date

from tasks.collection.confirming import confirm_bounce
from tasks.collection.undoing import undo_decision
from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import FOR_THE_DESK, LetterKind, LetterState, Reason, Verdict
from tasks.overview import office_tasks
from tests.tasks.relays import SES, bounced
from tests.tasks.world import (
    ADDRESS,
    CHIEF,
    FIVE_BEFORE,
    HEADS,
    ONE_AFTER,
    ONE_BEFORE,
    SHARED,
    THREE_AFTER,
    UNITS,
    World,
    moment,
)

UNIT = "xa-vinh-o"
OTHER = "hai@vinho.example"


def lost(world: World) -> World:
    """Two letters of the unit came back: its request, and its first reminder."""
    world.bounce(world.letters_of(UNIT)[0].id, "2025-04-08 07:40")
    world.climb(FIVE_BEFORE)
    world.send(FIVE_BEFORE)
    world.bounce(world.letters_of(UNIT, LetterKind.REMINDER)[0].id, "2025-05-09 07:40")
    return world


def test_one_bounce_is_noted_and_stops_nothing(begun: World) -> None:
    """T90: one bounce never kills an address."""
    begun.bounce(begun.letters_of(UNIT)[0].id, "2025-04-08 07:40")
    request = begun.letters_of(UNIT)[0]
    assert (request.state, request.reason) == (LetterState.FAILED, Reason.BOUNCED)
    assert "550 5.1.1" in request.detail
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    assert len(begun.outbox.to(ADDRESS[UNIT])) == 1


def test_the_same_bounce_twice_counts_once(begun: World) -> None:
    letter = begun.letters_of(UNIT)[0].id
    begun.bounce(letter, "2025-04-08 07:40")
    begun.bounce(letter, "2025-04-08 07:41")
    assert begun.unit(UNIT).contacts[0].bounces == 1


def test_two_bounces_stop_the_ladder_and_become_a_task_of_the_office(begun: World) -> None:
    lost(begun)
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE
    assert begun.assignment(UNIT).next_rung_at is None
    begun.outbox.sent.clear()
    for when in (ONE_BEFORE, ONE_AFTER, THREE_AFTER):
        begun.climb(when)
        begun.send(when)
    assert begun.outbox.to(ADDRESS[UNIT]) == begun.outbox.to(HEADS[UNIT]) == begun.outbox.to(CHIEF) == []
    with begun.sessions() as session:
        assert office_tasks(session, moment(THREE_AFTER)).unreachable == [f"Xã Vĩnh Ô ({ADDRESS[UNIT]})"]


def test_two_refusals_at_the_door_count_like_two_bounces(begun: World) -> None:
    begun.outbox.refuses_for_good[ADDRESS[UNIT]] = "550 5.1.1 user unknown"
    for when in (FIVE_BEFORE, ONE_BEFORE):
        begun.climb(when)
        begun.send(when)
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE


def test_a_full_mailbox_or_a_spam_filter_never_makes_a_unit_unreachable(begun: World) -> None:
    begun.bounce(begun.letters_of(UNIT)[0].id, "2025-04-08 07:40", "5.2.2", "552 5.2.2 mailbox full")
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    reminder = begun.letters_of(UNIT, LetterKind.REMINDER)[0].id
    begun.bounce(reminder, "2025-05-09 07:40", "5.7.1", "554 5.7.1 rejected as spam")
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    assert begun.unit(UNIT).contacts[0].bounces == 0


def test_a_bounce_of_nobody_s_letter_waits_at_the_desk(begun: World) -> None:
    from tests.tasks.world import delivery_report

    begun.mailbox.put(delivery_report("<la@khac.example>", "ai@do.example", 9, "5.1.1", ""), moment("2025-04-08 09:00"))
    begun.collect("2025-04-08 09:00")
    assert begun.incoming()[0].verdict is Verdict.UNMATCHED


def test_a_bounced_digest_counts_once_and_every_case_in_it_knows(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    leader = next(
        one
        for one in begun.letters(kind=LetterKind.REMINDER)
        if one.bundled_into_id is None and one.recipient == SHARED
    )
    begun.bounce(leader.id, "2025-05-09 07:40")
    for unit in ("pnn-mt", "ptp"):
        assert begun.letters_of(unit, LetterKind.REMINDER)[0].state is LetterState.FAILED
        assert begun.unit(unit).contacts[0].bounces == 1


def test_a_corrected_address_starts_the_unit_again_with_its_form_and_fired_rungs_stay_fired(begun: World) -> None:
    lost(begun)
    begun.clock.now = moment("2025-05-12 09:00")
    begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), "2025-05-12 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    assert begun.assignment(UNIT).next_rung_at == moment(ONE_BEFORE)
    begun.send("2025-05-12 09:05")
    sent = begun.outbox.to("moi@vinho.example")
    assert len(sent) == 1
    assert begun.tools.workbooks.identity(sent[0].workbook).case_code == begun.case(UNIT)[0]
    begun.climb(ONE_BEFORE)
    begun.send(ONE_BEFORE)
    assert len(begun.outbox.to("moi@vinho.example")) == 2


def test_correcting_the_address_twice_asks_once(begun: World) -> None:
    lost(begun)
    for hour in ("09", "10"):
        begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), f"2025-05-12 {hour}:00")
    assert len(begun.letters_of(UNIT, LetterKind.REQUEST)) == 2


def test_a_second_address_takes_over_from_the_one_that_is_dead(begun: World) -> None:
    begun.take_in((replace(UNITS[0], addresses=(ADDRESS[UNIT], OTHER)),))
    lost(begun)
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    begun.climb(ONE_BEFORE)
    begun.send(ONE_BEFORE)
    assert "Nhắc" in begun.outbox.to(OTHER)[-1].subject


def test_what_a_dead_address_was_asked_is_asked_at_the_other_by_itself(begun: World) -> None:
    begun.take_in((replace(UNITS[0], addresses=(ADDRESS[UNIT], OTHER)),))
    lost(begun)
    begun.send("2025-05-09 09:00")
    (letter,) = begun.outbox.to(OTHER)
    assert begun.tools.workbooks.identity(letter.workbook).case_code == begun.case(UNIT)[0]
    begun.answer(UNIT, "2025-05-09 15:00", sender=OTHER)
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED


def test_a_confirmed_bounce_that_is_taken_back_takes_back_what_the_other_was_asked(begun: World) -> None:
    begun.take_in((replace(UNITS[0], addresses=(ADDRESS[UNIT], OTHER)),))
    begun.bounce(begun.letters_of(UNIT)[0].id, "2025-04-08 07:40")
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    reminder = begun.letters_of(UNIT, LetterKind.REMINDER)[0]
    begun.mailbox.put(bounced(SES, reminder, begun.case(UNIT)[0]), moment("2025-05-09 07:40"))
    begun.collect("2025-05-09 07:40")
    number = begun.incoming()[-1].id
    with begun.sessions.begin() as session:
        confirm_bounce(session, number, UNIT, "Nguyễn Thị Hà", begun.tools)
    assert [one.recipient for one in begun.letters_of(UNIT, LetterKind.REQUEST)] == [ADDRESS[UNIT], OTHER]
    with begun.sessions.begin() as session:
        undo_decision(session, number, "Nguyễn Thị Hà", begun.tools)
    begun.send("2025-05-09 09:00")
    assert begun.outbox.to(OTHER) == []


def test_the_office_hears_of_a_form_from_elsewhere_where_no_contact_can_be_told(begun: World) -> None:
    lost(begun)
    begun.answer(UNIT, "2025-05-12 09:00", sender="hoa.ca.nhan@thudientu.example", thread=False)
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED
    row = begun.incoming()[-1]
    assert row.verdict in FOR_THE_DESK
    for words in ("phiếu đã ghi nhận", "không báo được cho đầu mối", "hoa.ca.nhan@thudientu.example"):
        assert words in row.why


def test_an_answer_by_another_way_from_an_unreachable_unit_is_an_answer(begun: World) -> None:
    lost(begun)
    begun.answer(UNIT, "2025-05-12 09:00", sender="khac@thudientu.example")
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED


def test_a_unit_that_had_answered_in_part_is_not_called_silent_when_its_address_is_corrected(begun: World) -> None:
    begun.answer(UNIT, "2025-04-22 09:00", {"DX01": "Có"})
    lost(begun)
    begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), "2025-05-12 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.RETURNED
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    assert begun.outbox.to(HEADS[UNIT]) == []


def test_a_corrected_address_after_the_lock_day_asks_nothing_any_more(begun: World) -> None:
    lost(begun)
    begun.lock("2025-07-01 08:00")
    begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), "2025-07-02 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE
    assert len(begun.letters_of(UNIT, LetterKind.REQUEST)) == 1


def test_a_unit_that_gets_its_form_after_the_due_day_is_not_called_late_in_the_same_hour(begun: World) -> None:
    lost(begun)
    begun.outbox.sent.clear()
    begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), "2025-05-19 08:00")
    begun.climb("2025-05-19 08:00")
    begun.send("2025-05-19 08:05")
    assert ["Nhắc" in one.subject for one in begun.outbox.to("moi@vinho.example")] == [False], "only its form"
    assert begun.outbox.to(HEADS[UNIT]) == []
    assert begun.assignment(UNIT).next_rung_at == moment(THREE_AFTER), "from here on the ladder goes as ever"


# --- findings ------------------------------------------------------------------------------------------------------


def with_finding(world: World) -> World:
    world.raise_finding(UNIT, date(2025, 6, 20), "2025-05-09 07:55")
    return lost(world)


def test_nobody_above_a_unit_hears_of_a_finding_that_it_cannot_have_read(begun: World) -> None:
    with_finding(begun)
    assert begun.finding().next_rung_at is None
    begun.outbox.sent.clear()
    for when in ("2025-06-13 07:45", "2025-06-23 07:45", "2025-06-25 07:45", "2025-07-01 07:45"):
        begun.climb(when)
        begun.send(when)
    assert begun.outbox.to(ADDRESS[UNIT]) == begun.outbox.to(HEADS[UNIT]) == begun.outbox.to(CHIEF) == []
    assert [one.rung for one in begun.letters(finding_id=1) if one.rung] == []


def test_a_corrected_address_is_told_of_the_finding_too(begun: World) -> None:
    with_finding(begun)
    begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), "2025-06-24 09:00")
    begun.climb("2025-06-24 09:00")
    begun.send("2025-06-24 09:05")
    told = [one.subject for one in begun.outbox.to("moi@vinho.example")]
    assert sum("KN-2025-001" in one or "kiến nghị" in one.lower() for one in told) == 1
    assert begun.finding().next_rung_at == moment("2025-06-25 07:30")
    assert [one.reason for one in begun.letters(finding_id=1) if one.rung] == [Reason.UNREACHABLE] * 4


def test_a_finding_that_was_read_before_the_mail_came_back_is_not_told_again(begun: World) -> None:
    begun.raise_finding(UNIT, date(2025, 6, 20), "2025-04-09 07:55")
    begun.send("2025-04-09 08:00")
    lost(begun)
    begun.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),), "2025-05-12 09:00")
    begun.send("2025-05-12 09:05")
    assert len(begun.letters(finding_id=1, kind=LetterKind.FINDING)) == 1
    assert begun.finding().next_rung_at == moment("2025-06-13 07:30")


def test_a_finding_of_a_unit_without_an_address_waits_and_is_a_task_of_the_office(begun: World) -> None:
    begun.take_in((replace(UNITS[0], contact="", addresses=()),), "2025-05-12 09:00")
    begun.raise_finding(UNIT, date(2025, 6, 20), "2025-05-12 09:05")
    assert begun.finding().next_rung_at is None
    with begun.sessions() as session:
        assert office_tasks(session, moment("2025-05-12 10:00")).unreachable == ["Xã Vĩnh Ô (chưa có địa chỉ thư)"]
