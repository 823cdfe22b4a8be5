"""A refusal that is about the office stops the run and costs no letter; who is to blame shows when others pass."""

from dataclasses import replace

import pytest

from tasks.domain.errors import MailRefusesUs, MailServerUnavailable
from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import Outcome
from tasks.mailing.blaming import last_server_failure
from tasks.mailing.pausing import paused_domains
from tests.tasks.test_attempts import tries
from tests.tasks.world import ADDRESS, OPENING, UNITS, World, moment

BAD_SENDER = "550 5.1.8 Access denied, bad outbound sender AS(42004)"
BLOCKED = "554 5.7.1 Service unavailable; Client host blocked"
FIRST = "xa-vinh-o"
OWN_DOMAINS = ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa", "tt-ben-quan")


@pytest.fixture
def office(opened: World) -> World:
    opened.limited(connections=1)
    return opened


def refuse_all(world: World, said: str) -> None:
    world.outbox.says = dict.fromkeys(ADDRESS.values(), said)


def test_a_refusal_of_our_sender_stops_the_run_and_no_letter_is_failed_or_counted(office: World) -> None:
    refuse_all(office, BAD_SENDER)
    with pytest.raises(MailRefusesUs, match="bad outbound sender"):
        office.send(OPENING)
    assert office.states() == {"queued": len(UNITS)}
    assert len(office.outbox.tried) == 1
    assert {one.attempts for one in office.letters()} == {0}
    (one,) = tries(office, FIRST)
    assert (one.outcome, one.answer) == (Outcome.OURS, BAD_SENDER)


def test_the_next_run_tries_another_recipient_first(office: World) -> None:
    refuse_all(office, BAD_SENDER)
    for when in ("2025-04-08 07:35", "2025-04-08 07:40", "2025-04-08 07:45"):
        with pytest.raises(MailRefusesUs):
            office.send(when)
    assert [one.recipient for one in office.outbox.tried] == [ADDRESS[unit.code] for unit in UNITS[:3]]
    office.outbox.says.clear()
    office.send("2025-04-08 07:50")
    assert office.states() == {"sent": len(UNITS)}
    assert [one.recipient for one in office.outbox.sent][-3:] == [ADDRESS[unit.code] for unit in UNITS[:3]]


def test_where_others_pass_the_refusal_was_the_recipient_s_and_its_domain_is_left_alone(office: World) -> None:
    office.outbox.says[ADDRESS[FIRST]] = BAD_SENDER
    with pytest.raises(MailRefusesUs):
        office.send(OPENING)
    office.send("2025-04-08 07:40")
    assert office.states() == {"sent": len(UNITS) - 1, "queued": 1}
    letter = office.letters_of(FIRST)[0]
    assert (letter.state, letter.reason, letter.detail) == (LetterState.QUEUED, Reason.RETRY, BAD_SENDER)
    with office.sessions() as session:
        assert [one.domain for one in paused_domains(session, moment("2025-04-08 07:41"))] == ["vinho.example"]


def test_a_letter_that_is_too_large_for_the_server_fails_once_others_have_passed(office: World) -> None:
    office.outbox.says[ADDRESS[FIRST]] = "552 5.3.4 Message size exceeds fixed limit"
    with pytest.raises(MailRefusesUs):
        office.send(OPENING)
    office.send("2025-04-08 07:40")
    letter = office.letters_of(FIRST)[0]
    assert (letter.state, letter.reason) == (LetterState.FAILED, Reason.REFUSED)
    assert office.unit(FIRST).contacts[0].bounces == 0


def test_five_equal_refusals_in_a_row_are_about_us_and_those_before_wait_again(office: World) -> None:
    for number, unit in enumerate(UNITS):
        office.outbox.says[ADDRESS[unit.code]] = f"550 <{ADDRESS[unit.code]}>: sorry, session k{number}-7"
    office.take_in(tuple(replace(unit, addresses=(f"{unit.code}@mot.example",)) for unit in UNITS[-1:]))
    office.outbox.says["ptp@mot.example"] = "550 <ptp@mot.example>: sorry, session k9-9"
    with pytest.raises(MailRefusesUs, match="sorry"):
        office.send(OPENING)
    assert office.states() == {"queued": len(UNITS)}
    assert [contact.bounces for unit in UNITS for contact in office.unit(unit.code).contacts if contact.bounces] == []
    office.outbox.says.clear()
    office.send("2025-04-08 07:40")
    assert office.states() == {"sent": len(UNITS)}


def test_five_unknown_users_in_a_row_are_five_unknown_users(office: World) -> None:
    for unit in UNITS:
        office.outbox.says[ADDRESS[unit.code]] = "550 5.1.1 User unknown"
    office.send(OPENING)
    assert office.states() == {"failed": len(UNITS)}


def test_one_policy_for_every_domain_is_about_us(office: World) -> None:
    refuse_all(office, BLOCKED)
    office.take_in((replace(UNITS[-1], addresses=("ptp@mot.example",)),))
    office.outbox.says["ptp@mot.example"] = BLOCKED
    with pytest.raises(MailRefusesUs):
        office.send(OPENING)
    with office.sessions() as session:
        failure = last_server_failure(session)
    assert failure is not None
    assert failure.why == BLOCKED


def test_the_last_failure_of_the_server_is_kept_with_its_words_and_whether_letters_left_since(office: World) -> None:
    with office.sessions() as session:
        assert last_server_failure(session) is None
    office.outbox.unavailable = True
    with pytest.raises(MailServerUnavailable):
        office.send(OPENING)
    with office.sessions() as session:
        failure = last_server_failure(session)
    assert failure is not None
    assert (failure.at, failure.why, failure.is_over) == (
        moment(OPENING),
        "không kết nối được máy chủ thư",
        False,
    )
    office.outbox.unavailable = False
    office.send("2025-04-08 07:40")
    with office.sessions() as session:
        over = last_server_failure(session)
    assert over is not None
    assert over.is_over
