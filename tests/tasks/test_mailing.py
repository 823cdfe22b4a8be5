"""Every letter is handed over once, or somebody can read why not."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tasks.domain.assignment import AssignmentState
from tasks.domain.deeds import Deed
from tasks.domain.errors import MailServerUnavailable, WrongMove
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.register import UnitEntry
from tasks.mailing import claiming
from tasks.mailing.claiming import claim_batch
from tasks.mailing.sending import send_letters
from tasks.moves import move
from tasks.records import Assignment, Contact, Letter, LetterBytes
from tasks.toolbox import Rendered, Toolbox
from tests.tasks.world import (
    ADDRESS,
    CHIEF,
    FIVE_BEFORE,
    HEADS,
    OFFICE,
    ONE_AFTER,
    ONE_BEFORE,
    OPENING,
    SHARED,
    THREE_AFTER,
    UNITS,
    World,
    at_once,
    find_assignment,
    letter_to,
    moment,
    shown,
    tag_of,
)

EVERYBODY = sorted(ADDRESS.values())


# --- what leaves ---------------------------------------------------------------------------------------------------


def test_every_request_says_whose_it_is_in_all_the_places_that_survive_a_reply(opened: World) -> None:
    opened.send(OPENING)
    code, message_id = opened.case("xa-vinh-o")
    sent = letter_to(opened.outbox.sent, code)
    tag = tag_of(message_id)
    assert sent.sender == f"dancho+b-{tag}@vinhlinh.example", "a bounce that quotes nothing still tells its letter"
    assert sent.mime["X-Bounce-Tag"] == tag, "and so does one that brings its head back through another envelope"
    assert tag[16:] not in message_id, "which whoever stands in copy of an answer comes to know"
    assert sent.message_id == message_id
    assert sent.subject.endswith(f" [{code}]")
    assert sent.mime["Reply-To"].addresses[0].addr_spec == f"dancho+{code.lower()}@vinhlinh.example"
    assert sent.mime["Auto-Submitted"] == "auto-generated"
    assert opened.tools.workbooks.identity(sent.workbook).case_code == code
    names = [part.get_filename() or "" for part in sent.mime.iter_attachments()]
    assert [name.removeprefix("Phieu-kiem-tra-xa-vinh-o-") for name in names] == [
        f"{code}.xlsx",
        f"Thoi-han-{code}.ics",
    ]
    assert "16/05/2025" in sent.text
    assert b"\r\n" in sent.raw
    assert b"\n" not in sent.raw.replace(b"\r\n", b"")


def test_two_units_that_share_an_address_each_get_their_own_letter(opened: World) -> None:
    """T12, T06: two letters, two codes, two workbooks."""
    opened.send(OPENING)
    codes = {opened.tools.workbooks.identity(sent.workbook).case_code for sent in opened.outbox.to(SHARED)}
    assert codes == {opened.case("pnn-mt")[0], opened.case("ptp")[0]}


def test_sending_twice_sends_nothing_the_second_time(opened: World) -> None:
    opened.send(OPENING)
    before = opened.rows()
    assert not opened.send("2025-04-08 08:00").counts
    assert opened.outbox.recipients == EVERYBODY
    assert opened.rows() == before


def test_several_senders_at_once_hand_every_letter_over_exactly_once(
    opened: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T01, T02, T17."""
    monkeypatch.setattr(claiming, "BATCH", 2)
    reports = at_once(opened.hands, lambda: opened.send(OPENING))
    assert opened.outbox.recipients == EVERYBODY
    assert opened.outbox.doubled == []
    assert opened.states() == {"sent": len(UNITS)}
    assert sum(report.counts[Deed.SENT] for report in reports) == len(UNITS)


def test_letters_that_waited_a_week_leave_once(opened: World) -> None:
    opened.send("2025-04-15 09:00")
    opened.send("2025-04-15 09:05")
    assert opened.outbox.recipients == EVERYBODY


def test_every_row_says_what_became_of_it(opened: World) -> None:
    opened.send(OPENING)
    for letter in opened.letters():
        assert letter.server_answer.startswith("250 ")
        assert letter.sent_at == moment(OPENING)
        assert (letter.lease_until, letter.reason) == (None, None)
    with opened.sessions() as session:
        assert len(session.scalars(select(LetterBytes.raw)).all()) == len(UNITS)


# --- refusals ------------------------------------------------------------------------------------------------------


def test_one_refused_address_does_not_stop_the_batch_and_is_not_tried_again(opened: World) -> None:
    """T05, T19."""
    opened.outbox.refuses_for_good[ADDRESS["tt-ho-xa"]] = "550 5.1.1 user unknown"
    opened.send(OPENING)
    opened.send("2025-04-08 09:00")
    opened.send("2025-04-09 09:00")
    assert opened.outbox.recipients == [one for one in EVERYBODY if one != ADDRESS["tt-ho-xa"]]
    assert len(opened.outbox.tried) == len(UNITS)
    letter = opened.letters_of("tt-ho-xa")[0]
    assert (letter.state, letter.reason, letter.detail) == (
        LetterState.FAILED,
        Reason.REFUSED,
        "550 5.1.1 user unknown",
    )


def test_a_refusal_of_our_behaviour_is_not_held_against_the_address(opened: World) -> None:
    """T90: 550 for spam, rate or size says nothing of the unit's mailbox."""
    address = ADDRESS["tt-ho-xa"]
    opened.outbox.refuses_for_good[address] = "554 5.7.1 message looks like spam"
    opened.send(OPENING)
    opened.climb(FIVE_BEFORE)
    opened.send(FIVE_BEFORE)
    opened.outbox.refuses_for_good[address] = "thư 15000000 byte, máy chủ chỉ nhận 10000000 byte"
    opened.climb(ONE_BEFORE)
    opened.send(ONE_BEFORE)
    assert opened.unit("tt-ho-xa").contacts[0].bounces == 0
    assert opened.assignment("tt-ho-xa").state is AssignmentState.OPEN


def test_come_back_later_is_tried_after_5_and_15_minutes_1_and_4_hours_then_every_12(opened: World) -> None:
    """T10, T28."""
    address = ADDRESS["xa-vinh-o"]
    opened.outbox.refuses_for_now.add(address)
    opened.send("2025-04-08 07:35")
    assert len(opened.outbox.sent) == len(UNITS) - 1
    waits = []
    now = moment("2025-04-08 07:35")
    for _ in range(4):
        letter = opened.letters_of("xa-vinh-o")[0]
        assert (letter.state, letter.reason) == (LetterState.QUEUED, Reason.RETRY)
        waits.append(letter.not_before - now)
        tries = len(opened.outbox.tried)
        opened.send(letter.not_before - timedelta(seconds=1))
        assert len(opened.outbox.tried) == tries, "it was tried too early"
        now = letter.not_before
        opened.send(now)
        assert len(opened.outbox.tried) == tries + 1
    assert waits == [timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)]
    assert opened.letters_of("xa-vinh-o")[0].not_before - now == timedelta(hours=12)
    opened.outbox.refuses_for_now.clear()
    opened.send("2025-04-09 07:30")
    assert len(opened.outbox.to(address)) == 1
    mine = [one for one in opened.outbox.tried if one.recipient == address]
    assert len(mine) == 6
    assert len({one.message_id for one in mine}) == 1, "every try is the same letter"
    assert len({one.text for one in mine[:5]}) == 1, "and says the same as long as the same is true"
    assert len({one.workbook for one in mine}) == 1


def test_a_server_that_puts_us_off_for_three_days_is_given_up_with_a_reason(opened: World) -> None:
    opened.outbox.refuses_content_for_now.add(ADDRESS["xa-vinh-o"])
    now = moment(OPENING)
    for _ in range(20):
        opened.send(now)
        letter = opened.letters_of("xa-vinh-o")[0]
        if letter.state is LetterState.FAILED:
            break
        now = max(letter.not_before, now + timedelta(minutes=1))
    assert (letter.state, letter.reason) == (LetterState.FAILED, Reason.GAVE_UP)
    assert timedelta(days=3) <= now - moment(OPENING) <= timedelta(days=6), "weekends lie between"


def test_without_a_server_every_letter_is_back_in_the_queue_and_leaves_when_it_returns(opened: World) -> None:
    opened.outbox.unavailable = True
    with pytest.raises(MailServerUnavailable):
        opened.send(OPENING)
    assert opened.states() == {"queued": len(UNITS)}
    assert {one.attempts for one in opened.letters()} == {0}
    opened.outbox.unavailable = False
    opened.send("2025-04-08 08:00")
    assert opened.outbox.recipients == EVERYBODY


def test_a_server_that_vanishes_in_the_middle_leaves_nobody_out_and_nobody_twice(opened: World) -> None:
    """T07, T08."""
    opened.outbox.unavailable_after = 2
    with pytest.raises(MailServerUnavailable):
        opened.send(OPENING)
    assert opened.states() == {"sent": 2, "queued": len(UNITS) - 2}
    opened.outbox.unavailable_after = None
    opened.send("2025-04-08 08:00")
    assert opened.outbox.recipients == EVERYBODY
    assert opened.outbox.doubled == []


# --- death ---------------------------------------------------------------------------------------------------------


def test_a_connection_that_dies_after_the_content_makes_the_letter_uncertain(opened: World) -> None:
    """T11: what becomes of it then stands in test_settling.py."""
    opened.outbox.dies_after_content.add(ADDRESS["xa-vinh-ha"])
    report = opened.send(OPENING)
    assert report.counts[Deed.DOUBTFUL] == 1
    assert opened.states() == {"sent": len(UNITS) - 1, "uncertain": 1}


def test_a_worker_killed_before_the_content_leaves_letters_that_another_sends_when_its_lease_is_over(
    opened: World,
) -> None:
    """T13."""
    with opened.sessions.begin() as session:
        opened.clock.now = moment(OPENING)
        claim_batch(session, opened.tools, "máy đã chết", moment(OPENING))
    opened.send("2025-04-08 07:45")
    assert opened.outbox.sent == []
    opened.send("2025-04-08 07:51")
    assert opened.outbox.recipients == EVERYBODY


def test_a_worker_killed_in_the_content_leaves_one_uncertain_letter_and_the_others_to_be_sent(opened: World) -> None:
    opened.limited(connections=1)
    killed = _kill_at(opened, 3)
    with pytest.raises(KeyboardInterrupt):
        opened.send(OPENING)
    assert len(opened.outbox.sent) == 2
    opened.outbox.in_content = lambda recipient: None
    opened.send("2025-04-08 07:40")
    assert opened.states() == {"sent": len(UNITS) - 1, "sending": 1}, "until its lease is over it may be on its way"
    assert opened.outbox.doubled == []
    assert len(killed) == 3


def _kill_at(world: World, number: int) -> list[str]:
    seen: list[str] = []

    def kill(recipient: str) -> None:
        seen.append(recipient)
        if len(seen) == number:
            raise KeyboardInterrupt

    world.outbox.in_content = kill
    return seen


def test_a_run_that_is_cancelled_before_the_content_loses_nothing(opened: World) -> None:
    """Prefect cancels a run, or systemd stops the service, while it waits for its turn to send."""
    opened.outbox.hangs = True
    opened.clock.now = moment(OPENING)

    async def cancelled() -> None:
        run = asyncio.create_task(send_letters.fn(opened.tools, moment(OPENING)))
        await asyncio.sleep(0.4)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(cancelled())
    assert opened.states() == {"queued": len(UNITS)}
    opened.outbox.hangs = False
    opened.send("2025-04-08 07:36")
    assert opened.outbox.recipients == EVERYBODY


def test_a_claim_that_was_lost_before_the_content_sends_nothing(opened: World) -> None:
    """Our lease ran out, another worker sent the letter: we must find out before the content leaves."""
    opened.limited(connections=1)
    first = opened.letters()[0]

    def other_worker(recipient: str) -> None:
        with opened.sessions.begin() as session:
            session.execute(update(Letter).where(Letter.id == first.id).values(state=LetterState.SENT))

    opened.outbox.before_rcpt = lambda recipient: other_worker(recipient) if recipient == first.recipient else None
    opened.send(OPENING)
    assert first.recipient not in opened.outbox.recipients
    assert len(opened.outbox.sent) == len(UNITS) - 1


# --- the last check ------------------------------------------------------------------------------------------------


def test_a_batch_of_letters_that_may_not_leave_does_not_end_the_run(
    opened: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T09."""
    monkeypatch.setattr(claiming, "BATCH", 2)
    with opened.sessions.begin() as session:
        for unit in ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa", "tt-ben-quan"):
            move(session, find_assignment(session, unit), AssignmentState.EXEMPT)
    opened.send(OPENING)
    assert opened.outbox.recipients == [SHARED, SHARED]
    assert opened.states() == {"cancelled": 4, "sent": 2}


def test_whoever_answers_one_second_before_the_reminder_is_not_reminded(begun: World) -> None:
    """T30: before the rung is climbed, and between climbing and sending."""
    begun.answer("xa-vinh-o", "2025-05-09 07:29:59")
    begun.climb(FIVE_BEFORE)
    assert not begun.letters_of("xa-vinh-o", LetterKind.REMINDER)
    begun.answer("xa-vinh-ha", "2025-05-09 07:30:01")
    begun.send("2025-05-09 07:30:02")
    reminder = begun.letters_of("xa-vinh-ha", LetterKind.REMINDER)[0]
    assert (reminder.state, reminder.reason) == (LetterState.CANCELLED, Reason.ANSWERED)
    chased = [sent.recipient for sent in begun.outbox.sent if sent.mime["Auto-Submitted"] == "auto-generated"]
    assert sorted(chased) == sorted([ADDRESS["tt-ho-xa"], ADDRESS["tt-ben-quan"], SHARED])


def test_an_address_that_is_corrected_before_the_letter_leaves_gets_the_letter(opened: World) -> None:
    opened.take_in((replace(UNITS[0], addresses=("moi@vinho.example",)),))
    opened.send(OPENING)
    assert len(opened.outbox.to("moi@vinho.example")) == 1
    assert opened.outbox.to(ADDRESS["xa-vinh-o"]) == []


def test_a_letter_due_on_a_quiet_day_is_moved_once_and_sent_once(begun: World) -> None:
    """T04, T35: a notice written on 30 April waits for 5 May, when work begins again."""
    begun.raise_finding(due=date(2025, 6, 30), when="2025-04-30 09:00")
    notice = begun.letters(kind=LetterKind.FINDING)[0]
    assert (notice.state, notice.not_before) == (LetterState.HELD, moment("2025-05-05 07:30"))
    for when in ("2025-04-30 10:00", "2025-05-02 09:00", "2025-05-05 07:29"):
        begun.send(when)
    assert begun.outbox.sent == []
    begun.send("2025-05-05 07:30")
    begun.send("2025-05-05 08:00")
    assert begun.outbox.recipients == [ADDRESS["xa-vinh-o"]]


def test_a_letter_that_could_not_leave_by_day_does_not_leave_by_night(opened: World) -> None:
    """T42."""
    opened.send("2025-04-08 17:00")
    assert opened.outbox.sent == []
    assert {(one.state, one.not_before) for one in opened.letters()} == {(LetterState.HELD, moment("2025-04-09 07:30"))}
    opened.send("2025-04-09 07:30")
    assert opened.outbox.recipients == EVERYBODY


def test_what_exceeds_the_day_s_limit_leaves_the_next_day(opened: World) -> None:
    opened.limited(per_day=4)
    opened.send(OPENING)
    opened.send("2025-04-08 16:00")
    assert len(opened.outbox.sent) == 4
    assert opened.states() == {"sent": 4, "held": 2}
    assert {one.reason for one in opened.letters(state=LetterState.HELD)} == {Reason.BUDGET}
    opened.send("2025-04-09 07:35")
    assert opened.outbox.recipients == EVERYBODY
    assert opened.outbox.doubled == []


# --- digests -------------------------------------------------------------------------------------------------------


def test_several_reminders_to_one_person_on_one_day_are_one_message(begun: World) -> None:
    """T48."""
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    digest = begun.outbox.to(SHARED)
    assert len(digest) == 1
    for unit in ("pnn-mt", "ptp"):
        assert begun.case(unit)[0] in digest[0].text
        assert begun.letters_of(unit, LetterKind.REMINDER)[0].state is LetterState.SENT
    assert digest[0].mime["Reply-To"].addresses[0].addr_spec == OFFICE, "one tag cannot name two cases"
    assert len(begun.outbox.sent) == len(UNITS) - 1


def test_a_digest_lists_only_what_is_still_owed(begun: World) -> None:
    """T49."""
    begun.climb(FIVE_BEFORE)
    begun.answer("ptp", "2025-05-09 07:31")
    begun.send("2025-05-09 07:35")
    chasing = [sent for sent in begun.outbox.to(SHARED) if sent.mime["Auto-Submitted"] == "auto-generated"]
    assert len(chasing) == 1
    assert begun.case("ptp")[0] not in chasing[0].text
    assert begun.case("pnn-mt")[0] in chasing[0].subject


def test_nobody_is_chased_twice_on_one_day(begun: World) -> None:
    """T48: a reminder that comes later in the day waits for the next morning, and then leaves."""
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.raise_finding("xa-vinh-o", date(2025, 5, 12), when="2025-05-09 09:00")
    begun.climb("2025-05-09 09:05")
    for when in ("2025-05-09 09:10", "2025-05-09 16:00", "2025-05-12 07:30", "2025-05-12 09:00"):
        begun.send(when)
    chased = [one for one in begun.outbox.to(ADDRESS["xa-vinh-o"]) if "kiến nghị" not in one.subject.split("]")[1][:25]]
    days = [sent.at.date() for sent in begun.outbox.to(ADDRESS["xa-vinh-o"]) if "Nhắc" in sent.subject]
    assert days == [date(2025, 5, 9), date(2025, 5, 12)]
    assert chased


def test_a_reminder_that_joins_while_another_is_being_retried_is_not_lost(begun: World) -> None:
    """The bytes of the first were rendered at its first try: whatever they do not mention must travel by itself."""
    address = ADDRESS["xa-vinh-o"]
    begun.outbox.refuses_for_now.add(address)
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.raise_finding("xa-vinh-o", date(2025, 5, 12), when="2025-05-09 07:36")
    begun.climb("2025-05-09 07:37")
    begun.outbox.refuses_for_now.clear()
    begun.send("2025-05-09 07:40")
    begun.send("2025-05-12 07:30")
    said = "\n".join(sent.subject + sent.text for sent in begun.outbox.to(address) if "Nhắc" in sent.subject)
    assert begun.case("xa-vinh-o")[0] in said
    assert begun.finding().code in said
    assert begun.outbox.doubled == []


def test_a_digest_that_is_retried_keeps_its_lines_and_says_nothing_twice(begun: World) -> None:
    begun.outbox.refuses_for_now.add(SHARED)
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.outbox.refuses_for_now.clear()
    begun.send("2025-05-09 07:40")
    begun.send("2025-05-12 07:30")
    assert len(begun.outbox.to(SHARED)) == 1
    first, again = [one for one in begun.outbox.tried if one.recipient == SHARED]
    assert (first.message_id, first.text) == (again.message_id, again.text)


def test_a_digest_of_which_the_server_took_nothing_says_nothing_twice(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.outbox.unavailable = True
    with pytest.raises(MailServerUnavailable):
        begun.send(FIVE_BEFORE)
    begun.outbox.unavailable = False
    for when in ("2025-05-09 07:40", "2025-05-12 07:30", "2025-05-13 07:30"):
        begun.send(when)
    assert len(begun.outbox.to(SHARED)) == 1


def test_a_digest_never_tells_one_unit_s_new_address_of_another_unit(begun: World) -> None:
    """One of two units that shared a mailbox got its own, after the reminders were written."""
    begun.climb(FIVE_BEFORE)
    begun.take_in((replace(UNITS[4], addresses=("rieng@pnnmt.example",)),))
    begun.send(FIVE_BEFORE)
    own, other = begun.outbox.to("rieng@pnnmt.example"), begun.outbox.to(SHARED)
    assert [begun.case("pnn-mt")[0]] == [one.code for one in own]
    assert [begun.case("ptp")[0]] == [one.code for one in other]


def test_a_line_whose_leader_drops_out_travels_as_a_letter_of_its_own(begun: World) -> None:
    begun.outbox.refuses_for_now.add(SHARED)
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.outbox.refuses_for_now.clear()
    begun.answer("pnn-mt", "2025-05-09 07:33")
    begun.send("2025-05-09 07:40")
    alone = [one for one in begun.outbox.to(SHARED) if one.mime["Auto-Submitted"] == "auto-generated"]
    assert [one.code for one in alone] == [begun.case("ptp")[0]]
    assert begun.letters_of("ptp", LetterKind.REMINDER)[0].bundled_into_id is None


def test_the_chief_gets_one_digest_of_all_units_that_were_approved_for_him(begun: World) -> None:
    from tasks.approval import approve, awaiting_approval

    begun.climb(THREE_AFTER)
    with begun.sessions.begin() as session:
        for letter in awaiting_approval(session):
            approve(session, letter, moment("2025-05-21 09:00"), begun.tools)
    begun.send("2025-05-21 09:00")
    assert len(begun.outbox.to(CHIEF)) == 1
    assert sum(f"[{begun.case(unit.code)[0]}]" in begun.outbox.to(CHIEF)[0].text for unit in UNITS) == len(UNITS)
    assert begun.outbox.to(CHIEF)[0].text.count("Thời hạn:") == 1


# --- one letter fails alone ----------------------------------------------------------------------------------------


def spoil_address(world: World, unit: str) -> None:
    with world.sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.address == ADDRESS[unit])).first()
        assert contact is not None
        contact.address = "không hợp lệ@"


def test_a_letter_that_cannot_be_written_fails_alone(opened: World) -> None:
    spoil_address(opened, "xa-vinh-o")
    report = opened.send(OPENING)
    assert len(opened.outbox.sent) == len(UNITS) - 1
    assert len(report.failures) == 1
    letter = opened.letters_of("xa-vinh-o")[0]
    assert (letter.state, letter.reason) == (LetterState.FAILED, Reason.BROKEN)
    assert "không hợp lệ" in letter.detail


def test_one_line_that_cannot_be_written_does_not_spoil_the_digest_of_the_others(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    broken = begun.case("ptp")[0]

    def render(kind: str, words: Mapping[str, Any]) -> Rendered:
        if words["case_code"] == broken or broken in str(words.get("groups")):
            raise ValueError("chỗ này hỏng")
        return begun_render(kind, words)

    begun_render = begun.tools.render
    begun.tools = replace(begun.tools, render=render)
    report = begun.send(FIVE_BEFORE)
    assert report.failures
    begun.send("2025-05-12 07:30")
    assert [one.code for one in begun.outbox.to(SHARED)] == [begun.case("pnn-mt")[0]]
    assert begun.letters_of("ptp", LetterKind.REMINDER)[0].state is LetterState.FAILED


def test_a_case_whose_terms_are_broken_does_not_keep_the_other_letters_back(opened: World) -> None:
    opened.spoil_terms("xa-vinh-o")
    report = opened.send(OPENING)
    assert len(opened.outbox.sent) == len(UNITS) - 1
    assert len(report.failures) == 1
    assert opened.letters_of("xa-vinh-o")[0].state in {LetterState.FAILED, LetterState.QUEUED, LetterState.HELD}
    assert len(opened.send("2025-04-08 09:00").failures) <= 1


def test_a_letter_larger_than_the_server_takes_is_not_tried(opened: World) -> None:
    opened.limited(size_bytes=2_000)
    opened.send(OPENING)
    assert opened.outbox.tried == []
    assert {one.reason for one in opened.letters()} == {Reason.TOO_LARGE}


def test_a_receipt_leaves_at_once_even_at_night(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-05-03 22:10")
    begun.send("2025-05-03 22:11")
    assert [one.mime["Auto-Submitted"] for one in begun.outbox.to(ADDRESS["xa-vinh-o"])] == ["auto-replied"]


def test_a_reminder_counts_the_days_when_it_leaves_and_carries_the_form_as_it_stands(begun: World) -> None:
    """T52: written on Friday, sent on Monday: four days are left, not five."""
    begun.climb("2025-05-09 17:30")
    begun.answer("xa-vinh-o", "2025-05-10 09:00", {"DX01": "Có", "DX02": "3"})
    begun.send("2025-05-12 07:30")
    reminder = next(one for one in begun.outbox.to(ADDRESS["xa-vinh-o"]) if "Nhắc" in one.subject)
    assert "4 ngày" in reminder.subject
    assert shown(reminder.workbook)["DX01"] == "Có"
    assert shown(reminder.workbook)["DX03"] is None


# --- move ----------------------------------------------------------------------------------------------------------


def test_a_status_changes_only_as_the_table_of_moves_allows(begun: World) -> None:
    with begun.sessions.begin() as session:
        letter = session.scalars(select(Letter)).first()
        assert letter is not None
        for state in (LetterState.CLAIMED, LetterState.SENDING, LetterState.HELD, LetterState.CANCELLED):
            with pytest.raises(WrongMove):
                move(session, letter, state)
        assert letter.state is LetterState.SENT


def test_of_several_who_move_the_same_row_at_once_exactly_one_wins(opened: World) -> None:
    seen = []
    for _ in range(opened.hands):
        with opened.sessions() as session:
            seen.append(session.scalars(select(Assignment).order_by(Assignment.id)).first())
    waiting: Iterator[Assignment | None] = iter(seen)
    states = iter([AssignmentState.ANSWERED, AssignmentState.EXEMPT, AssignmentState.CLOSED, AssignmentState.RETURNED])

    def one() -> bool:
        row = next(waiting)
        assert row is not None
        with opened.sessions.begin() as session:
            session.add(row)
            return move(session, row, next(states), first_reply_at=datetime.now().astimezone())

    assert sum(at_once(opened.hands, one)) == 1


def test_the_sending_task_is_async_and_takes_a_toolbox_and_a_moment(begun: World) -> None:
    tools: Toolbox = begun.tools
    assert not asyncio.run(send_letters.fn(tools, moment("2025-04-08 09:00"))).counts


def test_a_unit_head_is_told_only_after_the_due_day(begun: World) -> None:
    begun.climb(ONE_BEFORE)
    begun.send(ONE_BEFORE)
    assert set(begun.outbox.recipients).isdisjoint(HEADS.values())
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    assert set(HEADS.values()) <= set(begun.outbox.recipients)


def test_a_unit_with_three_addresses_gets_one_letter_at_the_first(world: World) -> None:
    """T20."""
    many: UnitEntry = replace(UNITS[0], addresses=("a@vinho.example", "b@vinho.example", "c@vinho.example"))
    world.take_in((many,))
    world.open()
    world.send(OPENING)
    assert [one for one in world.outbox.recipients if one.endswith("vinho.example")] == ["a@vinho.example"]
