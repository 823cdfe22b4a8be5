"""When a letter is tried again, and how it moves."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest

from tasks.domain.letterbox import (
    AT_ONCE,
    BUNDLED,
    CHASING,
    GIVE_UP_AFTER,
    LETTER_MOVES,
    LETTER_NAMES,
    LETTER_STATE_NAMES,
    REASON_NAMES,
    LetterKind,
    LetterState,
    Reason,
    retry_at,
)

# --- trying again ----------------------------------------------------------------------------------------------------

FIRST = datetime(2025, 10, 1, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        (1, timedelta(minutes=5)),
        (2, timedelta(minutes=15)),
        (3, HOUR),
        (4, 4 * HOUR),
        (5, 12 * HOUR),
        (6, 12 * HOUR),
        (50, 12 * HOUR),
    ],
)
def test_a_letter_refused_for_now_is_tried_again_ever_later(attempts: int, wait: timedelta) -> None:
    assert retry_at(attempts, FIRST, FIRST + HOUR) == FIRST + HOUR + wait


def test_a_letter_is_given_up_after_three_days_and_not_a_minute_before() -> None:
    assert retry_at(9, FIRST, FIRST + GIVE_UP_AFTER) is None
    assert retry_at(1, FIRST, FIRST + 2 * GIVE_UP_AFTER) is not None, "the clock was ahead, or nothing ran for days"
    assert retry_at(9, FIRST, FIRST + GIVE_UP_AFTER - timedelta(minutes=1)) is not None


def test_a_letter_that_is_always_refused_is_tried_ten_times_in_three_and_a_half_days() -> None:
    now, attempts = FIRST, 1
    while (again := retry_at(attempts, FIRST, now)) is not None:
        assert again > now
        now, attempts = again, attempts + 1
    assert attempts == 11
    assert GIVE_UP_AFTER <= now - FIRST < GIVE_UP_AFTER + 12 * HOUR


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (LETTER_NAMES, LetterKind),
        (LETTER_STATE_NAMES, LetterState),
        (LETTER_MOVES, LetterState),
        (REASON_NAMES, Reason),
    ],
)
def test_every_word_of_the_program_has_its_line(names: Mapping[StrEnum, object], kind: type[StrEnum]) -> None:
    assert set(names) == set(kind)


def test_a_letter_reaches_its_end_only_by_the_table() -> None:
    assert LETTER_MOVES[LetterState.CANCELLED] == frozenset()
    assert LETTER_MOVES[LetterState.SENT] == {LetterState.FAILED, LetterState.QUEUED}  # a bounce; a person
    assert [state for state, moves in LETTER_MOVES.items() if LetterState.SENT in moves] == [
        LetterState.SENDING,
        LetterState.UNCERTAIN,
    ]


def test_nothing_is_sent_that_was_not_claimed() -> None:
    assert [state for state, moves in LETTER_MOVES.items() if LetterState.SENDING in moves] == [LetterState.CLAIMED]
    assert [state for state, moves in LETTER_MOVES.items() if LetterState.CLAIMED in moves] == [LetterState.QUEUED]


def test_a_letter_whose_content_left_is_never_cancelled_or_held() -> None:
    assert not LETTER_MOVES[LetterState.SENDING] & {LetterState.CANCELLED, LetterState.HELD, LetterState.CLAIMED}


def test_every_letter_that_has_not_left_can_be_stopped() -> None:
    for state in (LetterState.HELD, LetterState.QUEUED, LetterState.CLAIMED, LetterState.FAILED):
        assert LetterState.CANCELLED in LETTER_MOVES[state]


def test_no_letter_moves_to_where_it_is() -> None:
    assert all(state not in moves for state, moves in LETTER_MOVES.items())


def test_an_answer_to_a_mail_is_not_chasing_and_does_not_wait_for_office_hours() -> None:
    assert not AT_ONCE & CHASING
    assert not AT_ONCE & BUNDLED
    assert BUNDLED <= CHASING
    # A visit concerns who has answered, too, and so does an answer that somebody else gave; both wait for office hours.
    by_others = {LetterKind.TOLD, LetterKind.CORRECTED, LetterKind.ENTERED}
    assert set(LetterKind) == CHASING | AT_ONCE | by_others | {LetterKind.VISIT}
