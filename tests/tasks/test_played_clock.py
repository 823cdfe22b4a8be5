"""By a clock that runs fast, the world outside has as long as by the clock on the wall: its work takes no less."""

from dataclasses import replace

from tasks.mailing.claiming import claim_batch
from tests.tasks.test_mailing import EVERYBODY
from tests.tasks.test_settling import doubtful
from tests.tasks.world import OPENING, World, moment

SPEED = 600
A_QUARTER_OF_AN_HOUR_LATER = "2025-04-08 07:55"
OUTSIDE_TOO = "2025-04-14 14:00"
"""When a quarter of an hour has gone by outside: 600 of them in the house."""


def test_a_worker_keeps_its_claim_as_long_as_its_work_may_take(opened: World) -> None:
    opened.tools = replace(opened.tools, speed=SPEED)
    with opened.sessions.begin() as session:
        opened.clock.now = moment(OPENING)
        claim_batch(session, opened.tools, "máy đang gửi", moment(OPENING))
    opened.send(A_QUARTER_OF_AN_HOUR_LATER)
    assert opened.outbox.sent == []
    opened.send(OUTSIDE_TOO)
    assert opened.outbox.recipients == EVERYBODY


def test_a_letter_in_doubt_waits_as_long_as_an_answer_may_take(opened: World) -> None:
    opened.tools = replace(opened.tools, speed=SPEED)
    doubtful(opened)
    sent = len(opened.outbox.sent)
    opened.send(A_QUARTER_OF_AN_HOUR_LATER)
    assert len(opened.outbox.sent) == sent
    opened.send(OUTSIDE_TOO)
    assert len(opened.outbox.sent) == sent + 1
