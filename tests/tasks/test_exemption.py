"""Miễn: a unit that has ceased to exist is asked no longer, on the word of a person who says why."""

from dataclasses import replace
from datetime import date

import pytest

from tasks.domain.assignment import AssignmentState
from tasks.domain.errors import KiemtraError
from tasks.domain.letterbox import LetterKind, Reason
from tasks.exemption import ask_after_all, exempt
from tasks.overview import office_tasks
from tests.tasks.test_unreachable import lost
from tests.tasks.world import (
    ADDRESS,
    FIVE_BEFORE,
    HEADS,
    ONE_AFTER,
    ONE_BEFORE,
    SEVEN_AFTER,
    THREE_AFTER,
    UNITS,
    World,
    moment,
)

UNIT = "xa-vinh-o"


def let_off(world: World, round_: str | None = None) -> None:
    with world.sessions.begin() as session:
        exempt(session, UNIT, round_, "Sáp nhập vào xã Bến Quan", world.clock.now)


def test_nothing_is_asked_of_a_unit_that_was_let_off(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    let_off(begun)
    one = begun.assignment(UNIT)
    assert (one.state, one.exempt_why, one.next_rung_at) == (AssignmentState.EXEMPT, "Sáp nhập vào xã Bến Quan", None)
    for when in (FIVE_BEFORE, ONE_BEFORE, ONE_AFTER, THREE_AFTER):
        begun.climb(when)
        begun.send(when)
    assert begun.outbox.to(ADDRESS[UNIT]) == []
    assert begun.letters_of("xa-vinh-ha", LetterKind.REMINDER), "the others are reminded"


def test_an_answer_that_comes_all_the_same_is_kept_and_the_unit_stays_let_off(begun: World) -> None:
    let_off(begun)
    begun.answer(UNIT, "2025-05-12 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.EXEMPT
    assert len(begun.incoming()) == 1


def test_the_way_back_leads_onto_the_ladder_again(begun: World) -> None:
    let_off(begun)
    with begun.sessions.begin() as session:
        ask_after_all(session, UNIT, "kiem-tra", begun.tools, moment("2025-05-08 09:00"))
    one = begun.assignment(UNIT)
    assert (one.state, one.exempt_why, one.next_rung_at) == (AssignmentState.OPEN, "", moment(FIVE_BEFORE))


def ask_again(world: World, when: str) -> None:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        ask_after_all(session, UNIT, "kiem-tra", world.tools, moment(when))


def test_a_unit_whose_request_never_left_is_asked_when_it_is_asked_after_all(opened: World) -> None:
    let_off(opened)
    opened.send("2025-04-08 07:35")
    assert opened.outbox.to(ADDRESS[UNIT]) == []
    ask_again(opened, "2025-04-08 09:00")
    opened.send("2025-04-08 09:00")
    assert [one.code for one in opened.outbox.to(ADDRESS[UNIT])] == [opened.case(UNIT)[0]]


def test_a_unit_that_had_answered_in_part_is_reminded_of_the_rest_and_its_head_is_not(begun: World) -> None:
    begun.answer(UNIT, "2025-05-05 09:00", {"DX01": "Có"})
    let_off(begun)
    ask_again(begun, "2025-05-06 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.RETURNED
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    assert begun.outbox.to(HEADS[UNIT]) == []


def test_a_unit_that_could_not_be_reached_cannot_be_reached_still(begun: World) -> None:
    lost(begun)
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE
    let_off(begun)
    ask_again(begun, "2025-05-12 09:00")
    one = begun.assignment(UNIT)
    assert (one.state, one.next_rung_at) == (AssignmentState.UNREACHABLE, None)
    begun.climb(ONE_AFTER)
    assert begun.letters_of(UNIT, LetterKind.ESCALATION) == []


def test_a_reminder_that_waited_when_the_unit_was_let_off_waits_again(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    let_off(begun)
    ask_again(begun, "2025-05-09 08:00")
    begun.climb("2025-05-09 08:10")
    begun.send("2025-05-09 08:10")
    assert len(begun.outbox.to(ADDRESS[UNIT])) == 1


def test_nobody_hears_of_what_came_while_the_unit_was_let_off(begun: World) -> None:
    let_off(begun)
    begun.climb(SEVEN_AFTER)
    ask_again(begun, "2025-05-28 09:00")
    begun.climb("2025-05-28 09:10")
    begun.send("2025-05-28 09:10")
    assert begun.outbox.to(HEADS[UNIT]) == []
    assert {one.reason for one in begun.letters_of(UNIT, LetterKind.ESCALATION)} == {Reason.ENDED}
    assert begun.assignment(UNIT).next_rung_at is None


@pytest.mark.parametrize(
    ("unit", "round_", "sentence"),
    [
        ("xa-khong-co", None, "Không có đơn vị mã “xa-khong-co”"),
        (UNIT, "nham", "không còn nợ phiếu ở đợt “nham” đang chạy; còn nợ phiếu: kiem-tra"),
    ],
)
def test_what_cannot_be_let_off_is_said(begun: World, unit: str, round_: str | None, sentence: str) -> None:
    with begun.sessions.begin() as session, pytest.raises(KiemtraError, match=sentence):
        exempt(session, unit, round_, "nhầm", begun.clock.now)


def test_a_second_time_there_is_nothing_left_to_let_off(begun: World) -> None:
    let_off(begun)
    with pytest.raises(KiemtraError, match="không còn nợ phiếu ở đợt nào đang chạy"):
        let_off(begun)


def test_a_unit_that_has_ceased_to_exist_and_owes_still_is_a_task_of_the_office(begun: World) -> None:
    begun.take_in((replace(UNITS[0], valid_to=date(2025, 5, 11)),), "2025-05-09 09:00")
    with begun.sessions() as session:
        assert office_tasks(session, moment("2025-05-11 09:00")).ended == []
        assert office_tasks(session, moment("2025-05-12 09:00")).ended == [
            "Xã Vĩnh Ô (đến ngày 11/05/2025) còn nợ 1 phiếu: kiemtra units exempt xa-vinh-o"
        ]
    let_off(begun)
    with begun.sessions() as session:
        assert office_tasks(session, moment("2025-05-12 09:00")).ended == []
