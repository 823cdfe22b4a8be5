"""The stop button, domains that refuse us, the rate and the day's limit: what waits says why, and leaves later."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.mailing import IN_VAIN, PAUSES, pause_until
from tasks.mailing import claiming
from tasks.mailing.claiming import claim_batch
from tasks.mailing.pausing import paused_domains, start_mail, stop_mail
from tasks.mailing.sending import send_letters
from tasks.records import Letter
from tests.tasks.world import ADDRESS, FIVE_BEFORE, OPENING, SHARED, UNITS, World, at_once, moment

BLOCKED = "554 5.7.1 blocked by policy"


def press(world: World, when: str, *, stop: bool) -> bool:
    with world.sessions.begin() as session:
        return stop_mail(session, moment(when), "Hà", "thử") if stop else start_mail(session)


# --- the stop button -----------------------------------------------------------------------------------------------


def test_while_mail_is_stopped_no_letter_leaves_and_each_says_why(opened: World) -> None:
    """T16."""
    assert press(opened, OPENING, stop=True)
    for when in (OPENING, "2025-04-08 12:00", "2025-04-10 09:00"):
        assert not opened.send(when).counts
    assert opened.outbox.tried == []
    assert {(one.state, one.reason) for one in opened.letters()} == {(LetterState.HELD, Reason.STOPPED)}


def test_started_again_everything_leaves_once(opened: World) -> None:
    press(opened, OPENING, stop=True)
    opened.send(OPENING)
    assert press(opened, "2025-04-08 10:00", stop=False)
    opened.send("2025-04-08 10:00")
    opened.send("2025-04-08 10:05")
    assert opened.outbox.recipients == sorted(ADDRESS.values())


def test_pressing_twice_changes_nothing(opened: World) -> None:
    assert press(opened, OPENING, stop=True)
    before = opened.rows()
    assert not press(opened, "2025-04-08 09:00", stop=True)
    assert opened.rows() == before
    assert press(opened, OPENING, stop=False)
    assert not press(opened, OPENING, stop=False)


def test_letters_that_are_claimed_already_stop_too(opened: World) -> None:
    """Somebody presses the button while a batch is on its way: the next content does not leave."""
    opened.limited(connections=1)

    def third(recipient: str) -> None:
        if len(opened.outbox.tried) == 2:
            press(opened, OPENING, stop=True)

    opened.outbox.before_rcpt = third
    opened.send(OPENING)
    assert len(opened.outbox.sent) == 2
    assert opened.states() == {"sent": 2, "held": len(UNITS) - 2}
    press(opened, OPENING, stop=False)
    opened.send("2025-04-08 09:00")
    assert opened.outbox.recipients == sorted(ADDRESS.values())
    assert opened.outbox.doubled == []


def test_the_ladder_keeps_its_state_while_mail_is_stopped(begun: World) -> None:
    press(begun, FIVE_BEFORE, stop=True)
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.answer("xa-vinh-o", "2025-05-09 08:00")
    press(begun, "2025-05-09 09:00", stop=False)
    begun.send("2025-05-09 09:00")
    reminded = {sent.recipient for sent in begun.outbox.sent if "Nhắc" in sent.subject}
    assert reminded == {ADDRESS["xa-vinh-ha"], ADDRESS["tt-ho-xa"], ADDRESS["tt-ben-quan"], SHARED}


# --- answered while it is claimed ------------------------------------------------------------------------------------


def test_an_answer_takes_back_a_reminder_that_is_claimed_and_has_not_left(begun: World) -> None:
    """T30: the answer is filed between the claim and the content."""
    begun.limited(connections=1)
    begun.climb(FIVE_BEFORE)
    filled = begun.filled("xa-vinh-o")

    def answer_now(recipient: str) -> None:
        if recipient == ADDRESS["xa-vinh-o"]:
            begun.mail("xa-vinh-o", "2025-05-09 07:31", filled)
            begun.collect()

    begun.outbox.before_rcpt = answer_now
    begun.send(FIVE_BEFORE)
    assert not [sent for sent in begun.outbox.to(ADDRESS["xa-vinh-o"]) if "Nhắc" in sent.subject]
    reminder = begun.letters_of("xa-vinh-o", LetterKind.REMINDER)[0]
    assert (reminder.state, reminder.reason) == (LetterState.CANCELLED, Reason.ANSWERED)


def test_a_digest_of_which_one_line_is_answered_at_the_last_moment_is_written_anew(begun: World) -> None:
    begun.limited(connections=1)
    begun.climb(FIVE_BEFORE)
    filled = begun.filled("ptp")

    def answer_now(recipient: str) -> None:
        if recipient == SHARED and not begun.incoming():
            begun.mail("ptp", "2025-05-09 07:31", filled)
            begun.collect()

    begun.outbox.before_rcpt = answer_now
    begun.send(FIVE_BEFORE)
    chasing = [sent for sent in begun.outbox.to(SHARED) if sent.mime["Auto-Submitted"] == "auto-generated"]
    assert [one.code for one in chasing] == [begun.case("pnn-mt")[0]]


# --- domains that refuse us ------------------------------------------------------------------------------------------


def test_a_domain_that_refuses_us_by_policy_is_left_alone_and_the_others_go_on(opened: World) -> None:
    opened.limited(connections=1)
    opened.outbox.refuses_domain["coquan.example"] = BLOCKED
    opened.send(OPENING)
    assert opened.outbox.recipients == sorted(one for one in ADDRESS.values() if one != SHARED)
    tries = len(opened.outbox.tried)
    opened.send("2025-04-08 07:45")
    assert len(opened.outbox.tried) == tries, "the domain pauses for a quarter of an hour"
    with opened.sessions() as session:
        pause = paused_domains(session, moment("2025-04-08 07:45"))[0]
    assert (pause.domain, pause.why) == ("coquan.example", BLOCKED)


def test_letters_to_a_paused_domain_say_so_and_leave_when_it_takes_them_again(opened: World) -> None:
    opened.outbox.refuses_domain["coquan.example"] = BLOCKED
    opened.send(OPENING)
    opened.send("2025-04-08 07:41")
    waiting = [one for one in opened.letters() if one.recipient == SHARED]
    assert {one.reason for one in waiting} <= {Reason.PAUSED, Reason.RETRY}
    opened.outbox.refuses_domain.clear()
    for when in ("2025-04-08 08:00", "2025-04-08 09:00", "2025-04-08 14:00"):
        opened.send(when)
    assert opened.outbox.recipients == sorted(ADDRESS.values())
    with opened.sessions() as session:
        assert paused_domains(session, moment("2025-04-08 14:00")) == []


def test_a_domain_is_left_alone_longer_each_time() -> None:
    now = moment(OPENING)
    waits = [pause_until(times, now) - now for times in (1, 2, 3, 4, 5, 50)]
    assert waits == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert waits == sorted(waits)


# --- put off in a row ------------------------------------------------------------------------------------------------


def owe_thirty_more(world: World) -> list[str]:
    """Alarms to thirty addresses, for one connection."""
    more = [f"them{number}@bench.example" for number in range(30)]
    with world.sessions.begin() as session:
        for number, address in enumerate(more):
            alert = Letter(key=f"alert:{number}", kind=LetterKind.ALERT, recipient=address, state=LetterState.QUEUED)
            alert.created_at = alert.not_before = moment(OPENING)
            alert.message_id, alert.words = f"<alert-{number}@vinhlinh.example>", {"as_of_words": "", "problems": []}
            session.add(alert)
    return more


def test_a_server_that_puts_everybody_off_is_not_asked_ten_thousand_times(opened: World) -> None:
    """T10: 450 from some letter on means us; the rest stays in the queue."""
    more = owe_thirty_more(opened)
    opened.limited(connections=1)
    opened.outbox.refuses_for_now |= {*more, *ADDRESS.values()}
    report = opened.send(OPENING)
    assert len(opened.outbox.tried) == IN_VAIN
    assert "lượt này dừng" in report.lines[0]
    opened.outbox.refuses_for_now.clear()
    for when in ("2025-04-08 08:00", "2025-04-08 09:00"):
        opened.send(when)
    assert len(opened.outbox.sent) == 30 + len(UNITS)
    assert opened.outbox.doubled == []


# --- rate, day's limit, who goes first -------------------------------------------------------------------------------


def test_the_day_s_limit_is_exact_with_several_senders(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "BATCH", 1)
    opened.limited(per_day=4)
    at_once(opened.hands, lambda: opened.send(OPENING))
    assert len(opened.outbox.sent) == 4
    assert opened.states() == {"sent": 4, "held": len(UNITS) - 4}


def test_letters_are_spread_over_the_minute_for_all_senders_together(opened: World) -> None:
    opened.limited(per_minute=30)
    opened.clock.now = moment(OPENING)
    moments = []
    for worker in ("một", "hai"):
        with opened.sessions.begin() as session:
            parcels = claim_batch(session, opened.tools, worker, moment(OPENING))
            moments += [parcel.leaves_at for parcel in parcels]
            session.execute(Letter.__table__.update().values(state="queued") if worker == "một" else select(1))
    assert moments == [moment(OPENING) + timedelta(seconds=2) * number for number in range(2 * len(UNITS))]


def test_a_letter_waits_for_its_moment(opened: World) -> None:
    opened.limited(per_minute=1_200, connections=1)
    opened.clock.now = moment(OPENING)
    naps: list[float] = []
    real = asyncio.sleep

    async def nap(seconds: float, *rest: object) -> None:
        naps.append(seconds)
        if seconds:
            opened.clock.now += timedelta(seconds=seconds)
        await real(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", nap)
        asyncio.run(send_letters.fn(opened.tools, moment(OPENING)))
    gaps = [later.at - earlier.at for earlier, later in zip(opened.outbox.sent, opened.outbox.sent[1:], strict=False)]
    assert min(gaps) >= timedelta(milliseconds=50)
    assert len(opened.outbox.sent) == len(UNITS)


def test_an_answer_to_a_person_does_not_wait_behind_the_requests(
    opened: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "BATCH", 1)
    opened.limited(connections=1)
    opened.answer("xa-vinh-o", "2025-04-08 07:34", thread=False)
    opened.send(OPENING)
    assert opened.outbox.sent[0].mime["Auto-Submitted"] == "auto-replied"
