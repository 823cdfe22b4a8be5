"""Whatever a mail server answers, or fails to answer, the letter's row ends in its right state."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from infra.smtp import Patience, SmtpOutbox
from tasks.domain.errors import MailServerUnavailable
from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import IN_VAIN
from tasks.mailing.blaming import last_server_failure
from tasks.mailing.pausing import paused_domains
from tasks.mailing.sending import send_letters
from tasks.records import Letter
from tests.infra.smtp_script import CLOSE, STALL, Say, serving
from tests.tasks.test_pausing import owe_thirty_more
from tests.tasks.world import OPENING, World, moment

QUICK = Patience(connect=2, command=1, content=0.5, parting=0.2)
LATER, LOST, GOOD = (LetterState.QUEUED, Reason.RETRY), (LetterState.UNCERTAIN, Reason.INTERRUPTED), LetterState.SENT
REFUSED = (LetterState.FAILED, Reason.REFUSED)

# stage, the server's answer, how the row ends: (state, reason)
TABLE = [
    ("MAIL", "450 4.7.1 too much mail, come back later", LATER),
    ("RCPT", "421 4.3.2 closing", LATER),
    ("RCPT", "450 4.2.0 greylisted", LATER),
    ("RCPT", "451 4.3.0 local error", LATER),
    ("RCPT", "452 4.2.2 mailbox full", LATER),
    ("RCPT", "550 5.1.1 no such user", REFUSED),
    ("RCPT", "554 5.7.1 blocked by policy", LATER),
    ("RCPT", Say(then_close=True), LATER),
    ("RCPT", STALL, LATER),
    ("DATA", "421 4.3.2 closing", LATER),
    ("DATA", "451 4.3.0 try again", LATER),
    ("DATA", "554 5.5.1 no valid recipients", REFUSED),
    ("DATA", CLOSE, LATER),
    ("halfway", CLOSE, LOST),
    ("content", "421 4.3.2 closing", LATER),
    ("content", "450 4.7.0 later", LATER),
    ("content", "451 4.3.0 queue full", LATER),
    ("content", "452 4.3.1 no space", LATER),
    ("content", "550 5.6.0 content refused", REFUSED),
    ("content", "552 5.2.3 message too big", REFUSED),
    ("content", "554 5.7.1 looks like spam", LATER),
    ("content", CLOSE, LOST),
    ("content", STALL, LOST),
    ("content", "what?", LOST),
    ("content", "250 2.0.0 taken", (GOOD, None)),
]


async def send_one(world: World, script: dict[str, Any]) -> int:
    """One letter to a server that answers by the script; how many contents arrived whole."""
    world.clock.now = moment(OPENING)
    async with serving(script) as server:
        world.tools = replace(world.tools, outbox=SmtpOutbox(server.outgoing(), QUICK))
        await send_letters.fn(world.tools, moment(OPENING))
    return len(server.contents)


@pytest.fixture
def one_letter(opened: World) -> World:
    """An office that owes a single letter; its only connection is the scripted one."""
    with opened.sessions.begin() as session:
        for letter in session.scalars(select(Letter).order_by(Letter.id).offset(1)):
            session.delete(letter)
    opened.limited(connections=1)
    return opened


@pytest.mark.parametrize(
    ("stage", "answer", "end"), TABLE, ids=[f"{stage} {answer}"[:40] for stage, answer, _ in TABLE]
)
def test_each_answer_of_the_server_ends_in_its_state(
    one_letter: World, stage: str, answer: Any, end: tuple[LetterState, Reason | None]
) -> None:
    asyncio.run(send_one(one_letter, {stage: answer}))
    letter = one_letter.letters()[0]
    assert (letter.state, letter.reason) == end
    assert letter.lease_until is None
    if end == LATER:
        assert letter.not_before > moment(OPENING)
        assert letter.sent_at is None
    if end == LOST:
        assert letter.sent_at == moment(OPENING)


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("greeting", "554 5.3.2 not today"),
        ("greeting", "421 4.3.2 busy"),
        ("greeting", CLOSE),
        ("MAIL", "550 5.7.60 you may not send as this sender"),
        ("MAIL", "552 5.3.4 message too big"),
        ("RCPT", "550 5.4.5 daily sending quota exceeded"),
        ("RCPT", "550 5.1.8 Access denied, bad outbound sender"),
        ("content", "552 5.3.4 message too big"),
        ("content", "554 5.2.252 SendAsDenied; may not send as"),
    ],
)
def test_trouble_with_ourselves_stops_the_run_and_touches_no_letter(one_letter: World, stage: str, answer: Any) -> None:
    with pytest.raises(MailServerUnavailable):
        asyncio.run(send_one(one_letter, {stage: answer}))
    letter = one_letter.letters()[0]
    assert (letter.state, letter.attempts, letter.sent_at) == (LetterState.QUEUED, 0, None)
    assert letter.reason is (None if stage == "greeting" else Reason.NOT_US)
    with one_letter.sessions() as session:
        failure = last_server_failure(session)
    assert failure is not None
    assert not failure.is_over
    assert failure.at == moment(OPENING)
    assert answer is CLOSE or answer in failure.why


def test_a_server_that_cuts_every_line_after_the_content_gets_ten_letters_not_all(opened: World) -> None:
    """Each of them goes once more, because nobody knows: all of them would go twice."""
    owe_thirty_more(opened)
    opened.limited(connections=1)
    contents = asyncio.run(send_one(opened, {"content": CLOSE}))
    assert contents == IN_VAIN
    states = [one.state for one in opened.letters()]
    assert states.count(LetterState.UNCERTAIN) == IN_VAIN
    assert states.count(LetterState.QUEUED) == len(states) - IN_VAIN
    with opened.sessions() as session:
        assert last_server_failure(session) is not None


def test_a_refusal_by_policy_pauses_the_domain(one_letter: World) -> None:
    asyncio.run(send_one(one_letter, {"RCPT": "554 5.7.1 blocked by policy"}))
    with one_letter.sessions() as session:
        assert [one.domain for one in paused_domains(session, moment(OPENING))] == ["vinho.example"]
