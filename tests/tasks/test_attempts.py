"""Each try to hand a letter over is a row of its own: when, to whom, how it ended, and the server's words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tasks.domain.letterbox import LetterState
from tasks.domain.mailing import EventKind, Outcome
from tasks.mailing.settling import send_again
from tasks.proof import chain, record_all, summary
from tasks.records import Attempt, Letter, LetterEvent
from tests.tasks.world import ADDRESS, FIVE_BEFORE, OPENING, SHARED, World, moment

UNIT = "xa-vinh-o"


def tries(world: World, unit: str = UNIT) -> list[Attempt]:
    with world.sessions() as session:
        ids = [letter.id for letter in world.letters_of(unit)]
        return list(session.scalars(select(Attempt).where(Attempt.letter_id.in_(ids)).order_by(Attempt.id)))


def outcomes(world: World) -> list[Outcome]:
    return [one.outcome for one in tries(world)]


def test_a_letter_that_was_taken_has_one_try_with_the_server_s_answer_and_no_second_record(opened: World) -> None:
    opened.send(OPENING)
    (one,) = tries(opened)
    assert (one.outcome, one.recipient) == (Outcome.SENT, ADDRESS[UNIT])
    assert one.answer.startswith("250 2.0.0 OK")
    assert one.began_at == one.ended_at == moment(OPENING)
    assert one.worker
    with opened.sessions() as session:
        assert session.scalars(select(LetterEvent)).all() == []


def test_a_refusal_before_the_content_is_a_try_too_and_each_further_one_another(opened: World) -> None:
    opened.outbox.refuses_for_now.add(ADDRESS[UNIT])
    opened.send("2025-04-08 07:40")
    opened.outbox.refuses_for_now.clear()
    opened.outbox.refuses_content_for_now.add(ADDRESS[UNIT])
    opened.send("2025-04-08 07:45")
    opened.outbox.refuses_content_for_now.clear()
    opened.send("2025-04-08 08:00")
    assert outcomes(opened) == [Outcome.DEFERRED, Outcome.DEFERRED, Outcome.SENT]
    first, second, _ = tries(opened)
    assert "450 4.7.1 too much mail" in first.answer
    assert "451 4.3.0 queue full" in second.answer


def test_a_refused_letter_keeps_the_address_that_refused_it_when_it_goes_to_another(opened: World) -> None:
    opened.outbox.refuses_for_good[ADDRESS[UNIT]] = "550 5.1.1 user unknown"
    opened.send(OPENING)
    letter = opened.letters_of(UNIT)[0]
    with opened.sessions.begin() as session:
        row = session.get_one(Letter, letter.id)
        send_again(session, row, opened.tools, moment("2025-04-08 09:00"), "Hà")
        row.assignment.unit.contacts[0].address = "moi@vinho.example"  # type: ignore[union-attr]
    opened.send("2025-04-08 09:00")
    assert [(one.outcome, one.recipient) for one in tries(opened)] == [
        (Outcome.REFUSED, ADDRESS[UNIT]),
        (Outcome.SENT, "moi@vinho.example"),
    ]


def test_the_connection_that_dies_in_the_content_leaves_a_try_that_nobody_knows_the_end_of(opened: World) -> None:
    opened.outbox.dies_after_content.add(ADDRESS[UNIT])
    opened.send(OPENING)
    assert outcomes(opened) == [Outcome.UNCERTAIN]
    opened.outbox.dies_after_content.clear()
    opened.send("2025-04-08 07:55")
    assert outcomes(opened) == [Outcome.UNCERTAIN, Outcome.SENT]
    assert opened.letters_of(UNIT)[0].state is LetterState.SENT


def test_the_try_of_a_dead_worker_is_in_doubt_once_its_lease_is_over(opened: World) -> None:
    def dies(recipient: str) -> None:
        if recipient == ADDRESS[UNIT]:
            raise SystemExit

    opened.outbox.in_content = dies
    with pytest.raises(SystemExit):
        opened.send(OPENING)
    assert outcomes(opened) == [Outcome.SENDING]
    opened.outbox.in_content = lambda recipient: None
    opened.send(moment(OPENING) + timedelta(minutes=16))
    assert outcomes(opened)[0] is Outcome.UNCERTAIN
    assert "ngắt giữa chừng" in tries(opened)[0].answer


def test_letters_of_one_digest_have_a_try_each_with_the_same_answer(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    assert len(begun.outbox.to(SHARED)) == 1
    one, other = (tries(begun, unit)[-1] for unit in ("pnn-mt", "ptp"))
    assert one.letter_id != other.letter_id
    assert (one.answer, one.outcome) == (other.answer, Outcome.SENT)


def test_what_was_told_before_tries_had_rows_is_told_still(opened: World) -> None:
    letter = opened.letters_of(UNIT)[0]
    with opened.sessions.begin() as session:
        record_all(session, [letter.id], EventKind.SENT, moment("2025-04-08 07:36"), "máy chủ thư", "250 2.0.0 cũ")
    with opened.sessions() as session:
        obligation = opened.assignment(UNIT)
        assert summary(session, obligation).handed_over_at == moment("2025-04-08 07:36")
        assert any("250 2.0.0 cũ" in link.what for link in chain(session, obligation))
