"""A unit's part in a round moves only along its table, and its light tells how it stands."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.assignment import (
    ASSIGNMENT_MOVES,
    ASSIGNMENT_NAMES,
    LIGHT_SIGNS,
    OWING,
    AssignmentState,
    Light,
    Standing,
    standing,
)
from tasks.domain.calendar import end_of
from tasks.domain.finding import FINDING_MOVES, FINDING_NAMES, FindingState

DUE = datetime(2025, 10, 30, 17, tzinfo=UTC)
SOON = DUE - timedelta(days=7)
SECOND = timedelta(seconds=1)
State = AssignmentState


def reachable(start: AssignmentState) -> set[AssignmentState]:
    seen: set[AssignmentState] = set()
    ahead = {start}
    while ahead:
        seen |= ahead
        ahead = {after for state in ahead for after in ASSIGNMENT_MOVES[state]} - seen
    return seen


def test_every_state_has_its_moves_and_a_name() -> None:
    assert set(ASSIGNMENT_MOVES) == set(ASSIGNMENT_NAMES) == set(AssignmentState)
    assert set(FINDING_MOVES) == set(FINDING_NAMES) == set(FindingState)
    assert set(LIGHT_SIGNS) == set(Light)


def test_no_state_moves_to_itself() -> None:
    assert all(state not in moves for state, moves in ASSIGNMENT_MOVES.items())
    assert all(state not in moves for state, moves in FINDING_MOVES.items())


def test_every_state_can_be_reached_from_an_open_assignment() -> None:
    assert reachable(State.OPEN) == set(AssignmentState)


@pytest.mark.parametrize("state", [State.OPEN, State.RETURNED, State.UNREACHABLE, State.CLOSED])
def test_an_answer_is_taken_whatever_came_before_it(state: AssignmentState) -> None:
    assert State.ANSWERED in ASSIGNMENT_MOVES[state]


def test_an_answer_is_never_taken_back() -> None:
    assert ASSIGNMENT_MOVES[State.ANSWERED] == frozenset()


def test_a_closed_assignment_is_not_chased_again() -> None:
    assert State.OPEN not in ASSIGNMENT_MOVES[State.CLOSED]
    assert State.CLOSED not in OWING


def test_only_who_owes_something_is_reminded() -> None:
    assert {State.OPEN, State.RETURNED} == OWING


def test_a_corrected_address_and_a_lifted_exemption_start_again() -> None:
    assert State.OPEN in ASSIGNMENT_MOVES[State.UNREACHABLE]
    assert ASSIGNMENT_MOVES[State.EXEMPT] == {State.OPEN, State.RETURNED, State.UNREACHABLE}, "back to what it was"


def test_a_finding_is_closed_for_good_and_reopened_only_while_it_is_looked_at() -> None:
    assert FINDING_MOVES[FindingState.CLOSED] == frozenset()
    assert FINDING_MOVES[FindingState.REPORTED] == {FindingState.CLOSED, FindingState.OPEN}


@pytest.mark.parametrize(
    ("state", "as_of", "light", "words"),
    [
        (State.OPEN, SOON - SECOND, Light.GREEN, "chưa đến hạn"),
        (State.OPEN, SOON, Light.YELLOW, "sắp đến hạn"),
        (State.OPEN, DUE - SECOND, Light.YELLOW, "sắp đến hạn"),
        (State.OPEN, DUE, Light.RED, "quá hạn"),
        (State.RETURNED, SOON - SECOND, Light.YELLOW, "chưa đến hạn (còn thiếu)"),
        (State.RETURNED, SOON, Light.YELLOW, "sắp đến hạn (còn thiếu)"),
        (State.RETURNED, DUE + SECOND, Light.RED, "quá hạn (còn thiếu)"),
        (State.ANSWERED, DUE + SECOND, Light.GREEN, "đã trả lời đủ"),
        (State.EXEMPT, DUE + SECOND, Light.GREY, "được miễn"),
        (State.UNREACHABLE, SOON - SECOND, Light.RED, "không gửi được thư đến"),
        (State.CLOSED, DUE + SECOND, Light.RED, "không trả lời, đã khóa sổ"),
    ],
)
def test_the_light_and_the_words_beside_it(state: AssignmentState, as_of: datetime, light: Light, words: str) -> None:
    assert standing(state, DUE, as_of, SOON) == Standing(light, words)


def test_before_30_october_it_is_not_overdue_on_the_evening_of_the_30th_but_at_midnight() -> None:
    due_at = end_of(datetime(2025, 10, 30, tzinfo=UTC).date())
    assert standing(State.OPEN, due_at, due_at - SECOND, SOON).light is Light.YELLOW
    assert standing(State.OPEN, due_at, due_at, SOON).light is Light.RED


@given(st.sampled_from(AssignmentState), st.datetimes(timezones=st.just(UTC)))
def test_every_state_stands_somehow_at_every_moment(state: AssignmentState, as_of: datetime) -> None:
    assert standing(state, DUE, as_of, SOON).words
