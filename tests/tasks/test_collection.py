"""Whatever comes is kept word for word first, then told apart; an answer stops the ladder, nothing else does."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select

from tasks.collection.filing import file_one, file_replies
from tasks.collection.storing import store_mail, unread_ids
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import Identity
from tasks.domain.errors import MailboxUnreachable
from tasks.domain.finding import FindingState
from tasks.domain.letterbox import LetterKind, LetterState, Reason, Verdict
from tasks.moves import move
from tasks.records import Answer, Letter, LetterBytes
from tests.tasks.world import (
    ADDRESS,
    ANSWERS,
    DUE,
    FIVE_BEFORE,
    OFFICE,
    ONE_AFTER,
    ONE_BEFORE,
    SHARED,
    World,
    at_once,
    fill,
    find_assignment,
    moment,
    shown,
)

HALF = {"DX01": "Có", "DX02": "3"}
REST = {"DX03": "05/03/2025", "DX04": "Đã xong."}
WRONG = {**ANSWERS, "DX02": "vài vụ"}
WHEN = "2025-04-22 09:00"
AUTOMATIC = (LetterKind.RECEIPT, LetterKind.RETURNED)


def automatic(world: World) -> list[Letter]:
    return [letter for letter in world.letters() if letter.kind in AUTOMATIC]


def values(world: World, unit: str) -> dict[str, object]:
    """What counts now: field by field the newest."""
    from tasks.answers import standing_of
    from tasks.scheduling import cycle_checklist
    from tests.tasks.world import find_assignment

    with world.sessions() as session:
        one = find_assignment(session, unit)
        standing = standing_of(session, one, cycle_checklist(one.cycle, one.checklist))
        return {code: value.value for code, value in standing.values.items()}


# --- stored first --------------------------------------------------------------------------------------------------


def test_a_collector_killed_after_storing_and_before_clearing_the_mailbox_reads_on_without_doubling(
    begun: World,
) -> None:
    """T84: committed before it is moved; nothing relies on what somebody has seen."""
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))

    def killed() -> None:
        raise KeyboardInterrupt

    begun.mailbox.before_done = killed
    with pytest.raises(KeyboardInterrupt):
        begun.collect(WHEN)
    assert len(begun.incoming()) == len(begun.mailbox.messages) == 1
    assert begun.incoming()[0].verdict is Verdict.REPLY
    begun.mailbox.before_done = lambda: None
    begun.collect(WHEN)
    assert len(begun.incoming()) == len(begun.replies("xa-vinh-o")) == 1
    assert begun.mailbox.messages == {}


def test_a_collector_killed_between_storing_and_filing_files_at_the_next_run(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))
    store_mail(begun.tools)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_a_filing_that_is_killed_leaves_nothing_half_filed(begun: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers, state, cancelled letters and receipt are one transaction."""
    from tasks.collection import workbooks

    begun.climb(FIVE_BEFORE)
    begun.mail("xa-vinh-o", "2025-05-09 07:31", begun.filled("xa-vinh-o"))
    store_mail(begun.tools)
    before = begun.rows()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workbooks, "acknowledge", killed)
    with pytest.raises(KeyboardInterrupt):
        file_replies.fn(begun.tools)
    assert begun.rows() == before
    monkeypatch.undo()
    file_replies.fn(begun.tools)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_the_same_message_under_another_key_is_filed_once(begun: World) -> None:
    """T78, T85: the mailbox was rebuilt and counts anew."""
    raw = begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))
    begun.collect(WHEN)
    begun.mailbox.put(raw, moment("2025-04-22 09:00"), key="INBOX:2:1")
    begun.mailbox.put(raw, moment("2025-04-22 09:00"), key="INBOX:1:1")
    begun.collect("2025-04-22 10:00")
    assert len(begun.incoming()) == len(begun.replies("xa-vinh-o")) == 1
    assert begun.mailbox.messages == {}


def test_collecting_twice_changes_nothing_the_second_time(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN)
    before = begun.rows()
    assert not begun.collect("2025-04-22 11:00").failures
    assert begun.rows() == before


def test_several_collectors_at_once_file_every_answer_once(begun: World) -> None:
    for unit in ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa"):
        begun.mail(unit, WHEN, begun.filled(unit))
    reports = at_once(begun.hands, lambda: begun.collect(WHEN))
    assert not [failure for report in reports for failure in report.failures]
    rows = begun.rows()
    assert (len(rows["incoming"]), len(rows["reply"]), len(rows["answer"])) == (3, 3, 12)
    assert len(automatic(begun)) == 3


def test_mail_that_waited_a_week_is_judged_by_the_day_it_came(begun: World) -> None:
    begun.mail("xa-vinh-o", "2025-05-16 23:59", begun.filled("xa-vinh-o"))
    begun.collect("2025-05-23 09:00")
    assert begun.assignment("xa-vinh-o").answered_at == moment("2025-05-16 23:59")
    assert not begun.replies("xa-vinh-o")[0].late


def test_a_mailbox_that_cannot_be_read_says_so_and_loses_nothing(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))
    begun.mailbox.unreachable = True
    with pytest.raises(MailboxUnreachable):
        begun.collect(WHEN)
    begun.mailbox.unreachable = False
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_a_poison_message_waits_at_the_desk_and_the_next_one_is_still_filed(begun: World) -> None:
    poison = begun.filled("xa-vinh-o")
    begun.mail("xa-vinh-o", WHEN, poison)
    begun.mail("xa-vinh-ha", "2025-04-22 09:01", begun.filled("xa-vinh-ha"))

    class Poisoned(type(begun.tools.workbooks)):  # type: ignore[misc]
        def identity(self, data: bytes) -> Identity:
            if data == poison:
                raise RecursionError("tệp làm hỏng chương trình đọc")
            found: Identity = super().identity(data)
            return found

    begun.tools = replace(begun.tools, workbooks=Poisoned())
    report = begun.collect(WHEN)
    assert len(report.failures) == 1
    assert [one.verdict for one in begun.incoming()] == [Verdict.SHUNTED, Verdict.REPLY]
    assert "RecursionError" in begun.incoming()[0].why
    assert begun.assignment("xa-vinh-ha").state is AssignmentState.ANSWERED
    assert not begun.collect(WHEN).failures, "a shunted message is not tried again for ever"


def test_bytes_that_are_no_message_at_all_do_not_stop_the_others(begun: World) -> None:
    """T83."""
    begun.mailbox.put(b"\xff\xfe\x00\x00", moment(WHEN))
    begun.mailbox.put(b"From: =?bogus?x?\r\nContent-Type: multipart/mixed\r\nTo: ,,<>\r\n\r\n--", moment(WHEN))
    begun.answer("xa-vinh-o", "2025-04-22 09:01")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert {one.verdict for one in begun.incoming()[:2]} <= {Verdict.UNMATCHED, Verdict.SHUNTED}


# --- answers -------------------------------------------------------------------------------------------------------


def test_a_complete_answer_stops_the_ladder_takes_back_what_waits_and_is_acknowledged(begun: World) -> None:
    """T30, T43: all in one transaction."""
    begun.climb(FIVE_BEFORE)
    begun.answer("xa-vinh-o", "2025-05-09 07:31")
    one = begun.assignment("xa-vinh-o")
    assert (one.state, one.next_rung_at, one.answered_at) == (
        AssignmentState.ANSWERED,
        None,
        moment("2025-05-09 07:31"),
    )
    reminder = begun.letters_of("xa-vinh-o", LetterKind.REMINDER)[0]
    assert (reminder.state, reminder.reason) == (LetterState.CANCELLED, Reason.ANSWERED)
    receipt = begun.letters_of("xa-vinh-o", LetterKind.RECEIPT)[0]
    assert receipt.state is LetterState.QUEUED
    assert receipt.recipient == ADDRESS["xa-vinh-o"]
    assert values(begun, "xa-vinh-o") == {
        "DX01": "Có",
        "DX02": 3,
        "DX03": "2025-03-05",
        "DX04": ANSWERS["DX04"],
    }


def test_the_receipt_answers_the_clerk_s_mail_in_its_thread(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN)
    begun.send("2025-04-22 09:05")
    receipt = begun.outbox.to(ADDRESS["xa-vinh-o"])[0]
    assert receipt.mime["Auto-Submitted"] == "auto-replied"
    assert receipt.mime["In-Reply-To"] == "<thu-1@donvi.example>"
    assert begun.case("xa-vinh-o")[1] in receipt.mime["References"]


def test_a_part_comes_back_prefilled_and_the_second_part_completes_it(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN, HALF)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.RETURNED
    begun.send("2025-04-22 09:05")
    returned = begun.outbox.to(ADDRESS["xa-vinh-o"])[0]
    form = shown(returned.workbook)
    assert (form["DX01"], str(form["DX02"])) == ("Có", "3")
    assert form["DX03"] is form["DX04"] is None
    begun.mail("xa-vinh-o", "2025-04-23 09:00", fill(returned.workbook, REST))
    begun.collect("2025-04-23 09:00")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert set(values(begun, "xa-vinh-o")) == set(ANSWERS)


def test_two_parts_from_the_fresh_form_add_up(begun: World) -> None:
    """The second file says nothing of the first part: nothing of it is lost."""
    first, second = begun.filled("xa-vinh-o", HALF), begun.filled("xa-vinh-o", REST)
    begun.mail("xa-vinh-o", WHEN, first)
    begun.mail("xa-vinh-o", "2025-04-22 10:00", second)
    begun.collect("2025-04-22 10:00")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_field_by_field_the_newest_value_counts_and_every_version_is_kept(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN)
    begun.answer("xa-vinh-o", "2025-04-24 09:00", {**ANSWERS, "DX02": "5"})
    assert values(begun, "xa-vinh-o")["DX02"] == 5
    with begun.sessions() as session:
        kept = session.scalars(select(Answer.value).where(Answer.item == "DX02").order_by(Answer.id)).all()
    assert kept == [3, 5]
    assert begun.assignment("xa-vinh-o").answered_at == moment(WHEN), "a correction does not make it late"


def test_an_older_mail_that_is_read_later_does_not_overwrite_a_newer_one(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-24 09:00", {**ANSWERS, "DX02": "5"})
    begun.answer("xa-vinh-o", WHEN)
    assert values(begun, "xa-vinh-o")["DX02"] == 5


def test_a_mistake_comes_back_with_its_cell_and_what_was_right_is_kept(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN, WRONG)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.RETURNED
    assert set(values(begun, "xa-vinh-o")) == {"DX01", "DX03", "DX04"}
    begun.send("2025-04-22 09:05")
    returned = begun.outbox.to(ADDRESS["xa-vinh-o"])[0]
    assert begun.replies("xa-vinh-o")[0].faults[0]["cell"] in returned.text
    begun.answer("xa-vinh-o", "2025-04-23 09:00", {"DX02": "3"})
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_a_wrong_correction_of_an_answered_form_comes_back_but_the_answer_stands(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN)
    begun.answer("xa-vinh-o", "2025-04-23 09:00", WRONG)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert values(begun, "xa-vinh-o")["DX02"] == 3
    assert begun.letters_of("xa-vinh-o", LetterKind.RETURNED)


def test_a_late_answer_is_kept_and_marked(begun: World) -> None:
    """T81."""
    begun.answer("xa-vinh-o", DUE)
    assert begun.replies("xa-vinh-o")[0].late
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


@pytest.mark.parametrize(("answers", "state"), [(ANSWERS, AssignmentState.ANSWERED), (HALF, AssignmentState.CLOSED)])
def test_an_answer_after_the_lock_day_is_still_kept_and_chases_nobody(
    begun: World, answers: Mapping[str, object], state: AssignmentState
) -> None:
    """T81, T26: the books are closed, so a part that comes now starts no reminders."""
    begun.lock("2025-07-01 00:05")
    begun.answer("xa-vinh-o", "2025-07-02 09:00", answers)
    assert begun.assignment("xa-vinh-o").state is state
    assert begun.replies("xa-vinh-o")[0].late
    assert values(begun, "xa-vinh-o")["DX01"] == "Có"
    begun.climb("2025-07-03 08:00")
    assert not [one for one in begun.letters_of("xa-vinh-o") if one.rung]


def test_a_unit_that_was_let_off_and_answers_all_the_same_has_its_answer_kept(begun: World) -> None:
    with begun.sessions.begin() as session:
        move(session, find_assignment(session, "xa-vinh-o"), AssignmentState.EXEMPT, next_rung_at=None)
    assert not begun.answer("xa-vinh-o", WHEN).failures
    assert begun.assignment("xa-vinh-o").state is AssignmentState.EXEMPT
    assert len(values(begun, "xa-vinh-o")) == len(ANSWERS)


# --- whose it is ---------------------------------------------------------------------------------------------------


def test_a_workbook_forwarded_by_a_stranger_without_the_thread_is_filed_and_flagged(begun: World) -> None:
    data = begun.filled("xa-vinh-o")
    begun.mail("xa-vinh-o", WHEN, data, sender="nguoi.la@thudientu.example", to=OFFICE, subject="Fw:", thread=False)
    begun.collect(WHEN)
    reply = begun.replies("xa-vinh-o")[0]
    assert (reply.sender, reply.known_sender) == ("nguoi.la@thudientu.example", False)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    begun.send("2025-04-22 09:05")
    (receipt,) = begun.outbox.to("nguoi.la@thudientu.example")
    code, request = begun.case("xa-vinh-o")
    told = "".join(receipt.mime[name] or "" for name in ("References", "In-Reply-To", "Reply-To"))
    assert receipt.mime["In-Reply-To"].startswith("<thu-")
    assert request not in told, "by this Message-ID bounces would count"
    assert code.lower() not in told.lower()
    assert begun.letters_of("xa-vinh-o", LetterKind.TOLD)[0].recipient == ADDRESS["xa-vinh-o"]


def test_the_workbook_says_whose_it_is_even_when_it_travels_in_another_case_s_thread(begun: World) -> None:
    """T12: two units of one mailbox mix up their threads."""
    begun.mail("pnn-mt", WHEN, begun.filled("ptp"))
    begun.collect(WHEN)
    assert begun.assignment("ptp").state is AssignmentState.ANSWERED
    assert begun.assignment("pnn-mt").state is AssignmentState.OPEN


def test_one_mail_with_the_workbooks_of_two_units_answers_for_both(begun: World) -> None:
    begun.mail("pnn-mt", WHEN, begun.filled("pnn-mt"), begun.filled("ptp"))
    begun.collect(WHEN)
    assert begun.assignment("ptp").state is begun.assignment("pnn-mt").state is AssignmentState.ANSWERED


def test_a_mail_that_names_no_case_waits_at_the_desk_with_what_is_known_of_its_sender(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, to=OFFICE, subject="Hỏi", thread=False)
    begun.collect(WHEN)
    row = begun.incoming()[0]
    assert row.verdict is Verdict.UNMATCHED
    assert "Hồ Thị Mận (Xã Vĩnh Ô)" in row.why
    assert automatic(begun) == []


def test_a_reply_without_the_workbook_gets_the_form_again_and_the_ladder_goes_on(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, text="Đơn vị đã thực hiện đầy đủ.")
    begun.collect(WHEN)
    assert begun.incoming()[0].verdict is Verdict.NO_WORKBOOK
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    begun.send("2025-04-22 09:05")
    again = begun.outbox.to(ADDRESS["xa-vinh-o"])[0]
    assert begun.tools.workbooks.identity(again.workbook).case_code == begun.case("xa-vinh-o")[0]


def test_a_workbook_that_cannot_be_opened_gets_the_form_again_with_the_reason(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, b"PK\x03\x04 this is no workbook")
    begun.collect(WHEN)
    assert begun.incoming()[0].verdict is Verdict.UNREADABLE
    assert "Phiếu đã điền" in str(begun.letters_of("xa-vinh-o", LetterKind.RETURNED)[0].words["reason"])


def test_an_empty_form_is_no_answer(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.form("xa-vinh-o"))
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    assert begun.replies("xa-vinh-o") == []
    assert begun.letters_of("xa-vinh-o", LetterKind.RETURNED)


def test_an_answer_to_a_digest_that_carries_the_workbook_is_filed_by_the_workbook(begun: World) -> None:
    """The quoted digest names several cases, a finding among them: the workbook is the answer."""
    begun.raise_finding("xa-vinh-o", date(2025, 5, 12), when="2025-05-08 09:00")
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    digest = begun.outbox.to(ADDRESS["xa-vinh-o"])[-1]
    assert begun.finding().code in digest.text
    begun.mail(
        "xa-vinh-o",
        "2025-05-09 10:00",
        begun.filled("xa-vinh-o"),
        to=OFFICE,
        subject=f"Re: {digest.subject}",
        thread=False,
        headers={"In-Reply-To": digest.message_id},
        text=f"Gửi phiếu.\n\n> {digest.text}",
    )
    begun.collect("2025-05-09 10:00")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert begun.finding().state is FindingState.OPEN


def test_words_in_answer_to_a_digest_wait_at_the_desk_because_they_may_mean_any_line(begun: World) -> None:
    begun.raise_finding("xa-vinh-o", date(2025, 5, 12), when="2025-05-08 09:00")
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    digest = begun.outbox.to(ADDRESS["xa-vinh-o"])[-1]
    begun.mail(
        "xa-vinh-o",
        "2025-05-09 10:00",
        to=OFFICE,
        subject=f"Re: {digest.subject}",
        thread=False,
        headers={"In-Reply-To": digest.message_id},
        text=f"Tuần sau chúng tôi gửi.\n\n> {digest.text}",
    )
    begun.collect("2025-05-09 10:00")
    assert begun.incoming()[-1].verdict is Verdict.UNMATCHED
    assert begun.finding().state is FindingState.OPEN
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN


# --- machines ------------------------------------------------------------------------------------------------------

AUTO_REPLIES: list[tuple[str, Mapping[str, str], str]] = [
    ("Trả lời tự động: phiếu", {"Auto-Submitted": "auto-replied"}, "auto_reply"),
    ("Out of office: phiếu", {}, "no_workbook"),
    ("Vắng mặt", {"X-Autoreply": "yes"}, "auto_reply"),
    ("Recall: phiếu", {}, "no_workbook"),
    ("Recall: phiếu", {"Auto-Submitted": "auto-generated"}, "recall"),
    ("bản tin tuần", {"Precedence": "bulk", "In-Reply-To": "<ban-tin@noikhac.example>"}, "list_mail"),
]


@pytest.mark.parametrize(("subject", "headers", "verdict"), AUTO_REPLIES)
def test_machines_never_answer_for_a_unit_and_are_never_answered(
    begun: World, subject: str, headers: Mapping[str, str], verdict: str
) -> None:
    """T79, T80, T77."""
    own_thread = "In-Reply-To" not in headers
    begun.mail("xa-vinh-o", WHEN, subject=subject, headers=headers, to=OFFICE, thread=own_thread)
    begun.collect(WHEN)
    assert begun.incoming()[0].verdict == verdict
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    assert automatic(begun) == []


def test_our_own_mail_that_comes_back_is_not_an_answer(begun: World) -> None:
    """T15."""
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"), sender=OFFICE)
    begun.collect(WHEN)
    assert begun.incoming()[0].verdict is Verdict.UNMATCHED, "anybody may write our address above a form"
    with begun.sessions() as session:
        ours = session.get_one(LetterBytes, begun.letters_of("xa-vinh-o")[0].id).raw
    begun.mailbox.put(ours, moment(WHEN))
    begun.collect(WHEN)
    assert begun.incoming()[1].verdict is Verdict.OWN_MAIL
    assert automatic(begun) == []


def test_our_marks_above_a_contact_s_line_do_not_silence_it(begun: World) -> None:
    marks = {"Message-ID": begun.case("xa-vinh-o")[1], "X-Loop": OFFICE}
    begun.mail("xa-vinh-o", WHEN, subject="Nghỉ phép", text="GIA HẠN: 2 ngày", headers=marks)
    begun.collect(WHEN)
    assert begun.incoming()[0].verdict is Verdict.EXTENSION


def test_a_no_reply_address_has_its_receipt_sent_to_the_registered_contact(begun: World) -> None:
    """T82."""
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"), sender="no-reply@chuyentep.example")
    begun.collect(WHEN)
    assert begun.letters_of("xa-vinh-o", LetterKind.TOLD)[0].recipient == ADDRESS["xa-vinh-o"]
    assert begun.letters_of("xa-vinh-o", LetterKind.NOTED) == []


def test_a_unit_that_writes_often_is_answered_at_once_ten_times_and_then_once_more_the_next_morning(
    begun: World,
) -> None:
    """T77: what we take for a person may be a machine that writes without end."""
    for number in range(14):
        begun.mail("xa-vinh-o", f"2025-04-22 {9 + number // 6:02d}:{number % 6}0", text=f"Bức thư số {number}.")
    begun.collect("2025-04-22 11:30")
    begun.send("2025-04-22 11:35")
    assert len(begun.outbox.to(ADDRESS["xa-vinh-o"])) == 10
    for day in range(23, 31):
        begun.send(f"2025-04-{day} 08:00")
    assert [sent.at.day for sent in begun.outbox.to(ADDRESS["xa-vinh-o"])][10:] == [23]
    assert begun.states(kind=LetterKind.RETURNED).get("held", 0) == 0


def test_a_machine_that_only_repeats_is_answered_once(begun: World) -> None:
    for day in ("22", "23", "24"):
        for hour in range(9, 14):
            begun.mail("xa-vinh-o", f"2025-04-{day} {hour:02d}:00", text="Chúng tôi đã nhận được thư của quý cơ quan.")
            begun.collect(f"2025-04-{day} {hour:02d}:00")
            begun.send(f"2025-04-{day} {hour:02d}:05")
    assert len(begun.outbox.to(ADDRESS["xa-vinh-o"])) == 1


def test_the_same_file_after_another_one_is_acknowledged_again(begun: World) -> None:
    first, second = begun.filled("xa-vinh-o"), begun.filled("xa-vinh-o", {**ANSWERS, "DX02": "5"})
    for hour, file in enumerate((first, first, second, first), 9):
        begun.mail("xa-vinh-o", f"2025-04-22 {hour:02d}:00", file)
        begun.collect(f"2025-04-22 {hour:02d}:00")
    assert len(automatic(begun)) == 3


def test_two_answers_of_one_day_for_two_units_are_both_acknowledged_at_once(begun: World) -> None:
    for unit, when in (("pnn-mt", WHEN), ("ptp", "2025-04-22 09:10")):
        begun.answer(unit, when)
    begun.send("2025-04-22 09:15")
    assert {one.code for one in begun.outbox.to(SHARED)} == {begun.case("pnn-mt")[0], begun.case("ptp")[0]}


def test_two_hundred_forged_senders_take_nothing_of_what_the_unit_is_due(begun: World) -> None:
    """Under the unit's own tag, in its thread, with its form: none is told anything, and few are written to."""
    form = begun.filled("xa-vinh-o", HALF)
    for number in range(200):
        sender, when = f"gia.mao{number}@thurac.example", f"2025-04-22 08:{number // 4:02d}:{number % 4:02d}"
        files = (form,) if number % 20 == 0 else ()
        begun.mail("xa-vinh-o", when, *files, sender=sender, text=f"Thư rác {number}")
    begun.collect("2025-04-22 08:55")
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))
    begun.collect(WHEN)
    begun.send("2025-04-22 09:01")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    receipts = begun.letters_of("xa-vinh-o", LetterKind.RECEIPT)
    assert [(one.recipient, one.state) for one in receipts] == [(ADDRESS["xa-vinh-o"], LetterState.SENT)]
    assert len([one for one in begun.outbox.sent if "thurac" in one.recipient]) <= 3
    assert not [one for one in begun.letters(state=LetterState.HELD) if "thurac" in one.recipient]


# --- findings ------------------------------------------------------------------------------------------------------


def report_finding(world: World, when: str, text: str = "KHẮC PHỤC: đã niêm yết từ ngày 20/6.") -> None:
    code = world.finding().code
    world.mail(
        "xa-vinh-o",
        when,
        to=f"dancho+{code.lower()}@vinhlinh.example",
        subject=f"Re: [{code}]",
        thread=False,
        text=text,
    )
    world.collect(when)


def test_a_report_on_a_finding_is_kept_and_its_ladder_rests_until_the_office_has_looked(begun: World) -> None:
    begun.raise_finding(due=date(2025, 7, 18))
    begun.climb("2025-07-11 07:30")
    report_finding(begun, "2025-07-11 07:31")
    finding = begun.finding()
    assert (finding.state, finding.next_rung_at) == (FindingState.REPORTED, None)
    assert "đã niêm yết từ ngày 20/6" in finding.report
    waiting = [one for one in begun.letters(finding_id=finding.id) if one.kind is LetterKind.REMINDER]
    assert [one.state for one in waiting] == [LetterState.CANCELLED]
    before = begun.rows()
    begun.climb("2025-08-11 07:30")
    assert begun.rows() == before
    report_finding(begun, "2025-07-12 08:00")
    assert begun.finding().reported_at == moment("2025-07-11 07:31")


def test_words_about_a_finding_are_no_report(begun: World) -> None:
    begun.raise_finding(due=date(2025, 7, 18))
    before = begun.finding()
    report_finding(begun, "2025-07-11 07:31", "Đã nhận, xã đang làm, cảm ơn Phòng.\n\n> KHẮC PHỤC: …")
    assert begun.incoming()[-1].verdict is Verdict.WORDS
    assert (begun.finding().state, begun.finding().next_rung_at) == (before.state, before.next_rung_at)


# --- racing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_halves_filed_at_the_same_moment_make_a_whole(begun: World) -> None:
    """The second collector waits for the row and must then see what the first has written.

    On SQLite the race cannot happen: it lets one writer in at a time.
    """
    first, second = begun.filled("xa-vinh-o", HALF), begun.filled("xa-vinh-o", REST)
    begun.mail("xa-vinh-o", WHEN, first)
    begun.mail("xa-vinh-o", "2025-04-22 09:00:01", second)
    begun.clock.now = moment("2025-04-22 09:05")
    store_mail(begun.tools)
    with begun.sessions() as session:
        one, two = unread_ids(session)
    raced: list[int] = []

    def other_collector(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM assignment" in statement and "FOR UPDATE" in statement and not raced:
            raced.append(one)
            with begun.sessions.begin() as session:
                file_one(session, one, begun.tools)

    event.listen(begun.engine, "before_cursor_execute", other_collector)
    with begun.sessions.begin() as session:
        file_one(session, two, begun.tools)
    event.remove(begun.engine, "before_cursor_execute", other_collector)
    assert raced
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert begun.assignment("xa-vinh-o").first_reply_at == moment(WHEN)


def test_answering_and_climbing_at_once_never_reminds_whoever_has_answered(begun: World) -> None:
    begun.mail("xa-vinh-o", "2025-05-19 07:29", begun.filled("xa-vinh-o"))
    begun.clock.now = moment(ONE_AFTER)
    acts = iter([lambda: begun.collect(), lambda: begun.climb(ONE_AFTER)] * 2)
    at_once(begun.hands, lambda: next(acts)())
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    waiting = {one.state for one in begun.letters_of("xa-vinh-o") if one.rung}
    assert waiting <= {LetterState.CANCELLED}


def test_a_half_answered_form_is_reminded_of_its_rest_and_nobody_above_hears_of_it(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN, HALF)
    for when in (FIVE_BEFORE, ONE_BEFORE, ONE_AFTER, "2025-05-28 07:30"):
        begun.climb(when)
        begun.send(when)
    roles = {one.role for one in begun.letters_of("xa-vinh-o") if one.rung}
    assert roles == {"dau_moi"}
    assert begun.outbox.to("lam@vinho.example") == []
