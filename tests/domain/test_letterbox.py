"""What an incoming message is, whom a machine may answer, when a letter is tried again, and how it moves."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.letterbox import (
    AT_ONCE,
    BUNDLED,
    CHASING,
    FOR_THE_DESK,
    GIVE_UP_AFTER,
    LETTER_MOVES,
    LETTER_NAMES,
    LETTER_STATE_NAMES,
    REASON_NAMES,
    TRIAGE,
    VERDICT_NAMES,
    Facts,
    LetterKind,
    LetterState,
    Reason,
    Verdict,
    is_hard,
    may_answer_automatically,
    retry_at,
    triage,
)
from tasks.domain.message import read_message

PERSON = "From: Nguyễn Thị Hoa <hoa@vinhthuy.example>"
REPLY_SUBJECT = "Subject: Re: [DCCS-2025-004217-K7QX] Báo cáo năm 2025"


def raw(*lines: str, body: str = "") -> bytes:
    return "\r\n".join([*lines, "", body]).encode()


def verdict(text: bytes, *, own: bool = False) -> tuple[Verdict, str]:
    rule = triage(Facts(read_message(text), from_ourselves=own))
    return rule.verdict, rule.why


def encoded(subject: str) -> str:
    return f"Subject: =?utf-8?b?{b64encode(subject.encode()).decode()}?="


def report(action: str, *lines: str) -> bytes:
    """A delivery report as Postfix writes it: with Auto-Submitted and a null return path."""
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system at host mx.vn.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.vn\r\n\r\n"
        f"Final-Recipient: rfc822; hoa@vinhthuy.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <goc@vinhlinh.example>\r\n\r\n--b--\r\n"
    )
    return raw(
        "From: MAILER-DAEMON@mx.vn (Mail Delivery System)",
        "Subject: Undelivered Mail Returned to Sender",
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        *lines,
        body=body,
    )


# --- triage, line by line --------------------------------------------------------------------------------------------

READ_RECEIPT = raw(
    PERSON,
    encoded("Đã đọc: Báo cáo năm 2025"),
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
    body="--b\r\n\r\nx\r\n--b--\r\n",
)

CASES: list[tuple[str, bytes, Verdict, str]] = [
    ("Postfix gives up", report("failed"), Verdict.BOUNCE, "báo cáo chuyển thư: thất bại"),
    ("Postfix, capital letters", report("Failed"), Verdict.BOUNCE, "báo cáo chuyển thư: thất bại"),
    ("Postfix waits", report("delayed"), Verdict.DELAY, "báo cáo chuyển thư: bị chậm"),
    ("delivered", report("delivered"), Verdict.NOTICE, "báo cáo chuyển thư: đã đến"),
    ("relayed", report("relayed"), Verdict.NOTICE, "báo cáo chuyển thư: đã đến"),
    ("expanded", report("expanded"), Verdict.NOTICE, "báo cáo chuyển thư: đã đến"),
    ("read receipt", READ_RECEIPT, Verdict.NOTICE, "biên nhận đã đọc"),
    (
        "exim says so in words",
        raw("From: Mail Delivery System <Mailer-Daemon@mx.vn>", "Subject: Mail delivery failed: returning message"),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "exim names the failed recipient",
        raw("From: x@mx.vn", "Subject: abc", "X-Failed-Recipients: hoa@vinhthuy.example"),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "qmail",
        raw("From: postmaster@mx.vn", "Subject: failure notice"),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "Exchange",
        raw("From: postmaster@mx.vn", "Return-Path: <>", "Subject: Undeliverable: Báo cáo năm"),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "a Vietnamese server",
        raw("From: quantri@mx.vn", "Return-Path: <>", encoded("Không gửi được thư: Báo cáo năm")),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "a Vietnamese server, mail handed back",
        raw("From: mailer-daemon@mx.vn", encoded("Thư bị trả lại")),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "textual bounce with Auto-Submitted",
        raw("From: mailer-daemon@mx.vn", "Subject: Returned mail: see transcript", "Auto-Submitted: auto-generated"),
        Verdict.BOUNCE,
        "thư của máy chủ báo không chuyển được",
    ),
    (
        "vacation of a standard program",
        raw(PERSON, "Subject: Re: x", "Auto-Submitted: auto-replied"),
        Verdict.AUTO_REPLY,
        "tiêu đề Auto-Submitted",
    ),
    (
        "auto-generated with a comment",
        raw(PERSON, "Subject: x", "Auto-Submitted: Auto-Generated; type=cron"),
        Verdict.AUTO_REPLY,
        "tiêu đề Auto-Submitted",
    ),
    ("X-Autoreply", raw(PERSON, "Subject: x", "X-Autoreply: yes"), Verdict.AUTO_REPLY, "tiêu đề trả lời tự động"),
    ("X-Autorespond", raw(PERSON, "Subject: x", "X-Autorespond: y"), Verdict.AUTO_REPLY, "tiêu đề trả lời tự động"),
    ("X-AutoResponder", raw(PERSON, "X-AutoResponder: 1"), Verdict.AUTO_REPLY, "tiêu đề trả lời tự động"),
    (
        "Precedence auto_reply",
        raw(PERSON, "Subject: x", "Precedence: auto_reply"),
        Verdict.AUTO_REPLY,
        "Precedence: auto_reply",
    ),
    *[
        (subject, raw(PERSON, encoded(subject)), Verdict.AUTO_REPLY, "chủ đề báo vắng mặt")
        for subject in (
            "Out of Office: Báo cáo",
            "Automatic reply: Báo cáo",
            "Auto-Reply: x",
            "Auto response",
            "Trả lời tự động: Báo cáo năm 2025",
            "TRẢ LỜI TỰ ĐỘNG",
            "Tự động trả lời: Re: Báo cáo",
            "Vắng mặt: tôi nghỉ phép đến 05/11",
            "Phản hồi tự động",
            "tra loi tu dong",
        )
    ],
    ("Outlook recall", raw(PERSON, "Subject: Recall: Bao cao nam"), Verdict.RECALL, "chủ đề thu hồi thư"),
    ("Outlook recall report", raw(PERSON, "Subject: Message Recall Report"), Verdict.RECALL, "chủ đề thu hồi thư"),
    ("Vietnamese recall", raw(PERSON, encoded("Thu hồi: Báo cáo năm")), Verdict.RECALL, "chủ đề thu hồi thư"),
    ("bulk", raw(PERSON, "Subject: Khuyen mai", "Precedence: bulk"), Verdict.LIST_MAIL, "thư gửi hàng loạt"),
    ("junk", raw(PERSON, "Subject: x", "Precedence: junk"), Verdict.LIST_MAIL, "thư gửi hàng loạt"),
    ("a list", raw(PERSON, "Subject: x", "List-Id: <tin.x.vn>"), Verdict.LIST_MAIL, "thư gửi hàng loạt"),
    ("a person", raw(PERSON, REPLY_SUBJECT), Verdict.REPLY, "thư của người"),
    ("a person who says no", raw(PERSON, REPLY_SUBJECT, "Auto-Submitted: no"), Verdict.REPLY, "thư của người"),
    (
        "a person whose program asks for no auto-replies",
        raw(PERSON, REPLY_SUBJECT, "X-Auto-Response-Suppress: All"),
        Verdict.REPLY,
        "thư của người",
    ),
    (
        "a person who writes on bounces",
        raw(PERSON, encoded("Thư bị trả lại, xin gửi lại phiếu"), "Return-Path: <hoa@vinhthuy.example>"),
        Verdict.REPLY,
        "thư của người",
    ),
    (
        "a person who answers a vacation notice",
        raw(PERSON, encoded("Re: Vắng mặt")),
        Verdict.REPLY,
        "thư của người",
    ),
    (
        "a scanner that sends with a null path",
        raw(PERSON, REPLY_SUBJECT, "Return-Path: <>"),
        Verdict.REPLY,
        "thư của người",
    ),
    ("nothing at all", b"", Verdict.REPLY, "thư của người"),
]


@pytest.mark.parametrize(("text", "kind", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_message_is_what_the_first_line_of_the_table_says(text: bytes, kind: Verdict, why: str) -> None:
    assert verdict(text) == (kind, why)


def test_every_line_of_the_table_has_an_example_here() -> None:
    shown = {(kind, why) for _, _, kind, why in CASES} | {(Verdict.OWN_MAIL, "do chính hệ thống gửi")}
    assert shown == {(rule.verdict, rule.why) for rule in TRIAGE}


def test_our_own_letters_that_come_back_are_our_own() -> None:
    assert verdict(raw(PERSON, REPLY_SUBJECT), own=True) == (Verdict.OWN_MAIL, "do chính hệ thống gửi")
    assert verdict(raw(PERSON, "Auto-Submitted: auto-generated"), own=True)[0] is Verdict.OWN_MAIL


def test_a_report_on_our_letter_is_a_bounce_even_under_our_own_address() -> None:
    assert verdict(report("failed"), own=True)[0] is Verdict.BOUNCE


def test_a_bounce_is_looked_for_before_auto_submitted() -> None:
    verdicts = [rule.verdict for rule in TRIAGE]
    assert max(n for n, one in enumerate(verdicts) if one is Verdict.BOUNCE) < verdicts.index(Verdict.AUTO_REPLY)


def test_one_failed_recipient_among_delayed_ones_is_a_bounce() -> None:
    text = report("delayed").replace(
        b"\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
        b"\r\n\r\nFinal-Recipient: rfc822; lan@x.vn\r\nAction: failed\r\nStatus: 5.1.1"
        b"\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
    )
    assert verdict(text)[0] is Verdict.BOUNCE


@pytest.mark.parametrize("kind", [Verdict.BOUNCE, Verdict.DELAY, Verdict.AUTO_REPLY, Verdict.RECALL, Verdict.NOTICE])
def test_what_a_machine_sent_is_never_taken_for_an_answer(kind: Verdict) -> None:
    assert kind is not Verdict.REPLY
    assert kind not in FOR_THE_DESK


HEADER_LINES = st.sampled_from(
    [line for _, text, _, _ in CASES for line in text.decode().split("\r\n\r\n")[0].split("\r\n")]
)


@given(st.lists(HEADER_LINES, max_size=8), st.booleans())
def test_every_message_is_something(lines: list[str], own: bool) -> None:
    assert verdict(raw(*lines), own=own)[0] in set(Verdict)


# --- answering by machine --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        (PERSON,),
        (PERSON, "Return-Path: <hoa@vinhthuy.example>"),
        (PERSON, "Auto-Submitted: no"),
        (PERSON, "Precedence: normal"),
        (PERSON, "X-Auto-Response-Suppress: OOF"),
        ("From: noreen@x.vn",),
        ("From: reply@x.vn",),
    ],
)
def test_a_person_may_be_answered_by_machine(lines: tuple[str, ...]) -> None:
    assert may_answer_automatically(read_message(raw(*lines)))


@pytest.mark.parametrize(
    "lines",
    [
        ("Subject: không có người gửi",),
        (PERSON, "Return-Path: <>"),
        (PERSON, "Auto-Submitted: auto-replied"),
        (PERSON, "Auto-Submitted: auto-generated; x=y"),
        (PERSON, "Precedence: bulk"),
        (PERSON, "Precedence: LIST"),
        (PERSON, "Precedence: junk"),
        (PERSON, "Precedence: auto_reply"),
        (PERSON, "List-Id: <tin.x.vn>"),
        ("From: noreply@x.vn",),
        ("From: No-Reply@x.vn",),
        ("From: no_reply@x.vn",),
        ("From: no.reply@x.vn",),
        ("From: donotreply@x.vn",),
        ("From: do-not-reply@x.vn",),
        ("From: do_not_reply@x.vn",),
        ("From: MAILER-DAEMON@x.vn",),
        ("From: postmaster@x.vn",),
    ],
)
def test_a_machine_is_never_answered_by_ours(lines: tuple[str, ...]) -> None:
    assert not may_answer_automatically(read_message(raw(*lines)))


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered"])
def test_a_delivery_report_is_never_answered(action: str) -> None:
    assert not may_answer_automatically(read_message(report(action)))


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
    assert retry_at(1, FIRST, FIRST + 2 * GIVE_UP_AFTER) is None
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
        (VERDICT_NAMES, Verdict),
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
    assert set(LetterKind) == CHASING | AT_ONCE


# --- hard or soft ----------------------------------------------------------------------------------------------------

HARD = [
    ("5.1.1", "smtp; 550 5.1.1 <hoa@x.vn>: Recipient address rejected: User unknown in local recipient table"),
    ("5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist."),
    ("5.1.1", ""),
    ("5.1.0", "smtp; 550 5.1.0 Address rejected"),
    ("5.1.2", "dns; Host not found"),
    ("5.1.3", "smtp; 501 5.1.3 Bad recipient address syntax"),
    ("5.1.6", "smtp; 551 5.1.6 Mailbox has moved"),
    ("5.1.10", "smtp; 556 5.1.10 Recipient address has null MX"),
    ("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled."),
    ("5.0.0", "smtp; 550 No such user here"),
    ("5.0.0", "smtp; 550 unrouteable address"),
    ("5.0.0", "smtp; 550 5.0.0 <hoa@corporate.vn>... User unknown"),
    ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"),  # Exchange Online: nobody
    ("5.7.1", "smtp; 550 5.7.1 <hoa@x.vn>... no such user"),
]
SOFT = [
    ("4.2.2", "smtp; 452 4.2.2 Mailbox full"),
    ("4.7.1", "smtp; 451 4.7.1 Greylisting in action, please come back later"),
    ("5.2.2", "smtp; 552 5.2.2 Mailbox full"),
    ("5.2.2", "smtp; 552-5.2.2 The recipient's inbox is out of storage space."),
    ("5.2.2", "smtp; 550 5.2.2 Over quota"),
    ("5.2.3", "smtp; 552 5.2.3 Message exceeds fixed size"),
    ("5.3.4", "smtp; 552 5.3.4 Message too big for system"),
    ("5.3.0", "smtp; 554 5.3.0 System not accepting network messages"),
    ("5.4.4", "dns; unable to look up host x.vn: Host or domain name not found"),
    ("5.4.5", "smtp; 550 5.4.5 Daily sending quota exceeded"),
    ("5.4.6", "smtp; 554 5.4.6 Routing loop detected"),
    ("5.5.4", "smtp; 501 5.5.4 Invalid arguments"),
    ("5.6.0", "smtp; 554 5.6.0 Corrupt message content"),
    ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam"),
    ("5.7.1", "smtp; 554 5.7.1 Client host rejected: Access denied"),
    ("5.7.1", "smtp; 550 5.7.1 Service unavailable, client host blocked using zen.spamhaus.org"),
    ("5.7.1", "smtp; 550 5.7.1 Relaying denied"),
    ("5.7.26", "smtp; 550 5.7.26 This mail has been blocked because the sender is unauthenticated"),
    ("5.7.509", "smtp; 550 5.7.509 Access denied, sending domain does not pass DMARC verification"),
    ("5.1.7", "smtp; 550 5.1.7 Bad sender's mailbox address syntax"),
    ("5.1.8", "smtp; 550 5.1.8 Access denied, bad outbound sender"),
    ("5.0.0", "smtp; 550 Too many messages, slow down"),
    ("5.0.0", "smtp; 550 sending rate exceeded"),
    ("5.0.0", "smtp; 550 frequency limit"),
    ("5.0.0", "smtp; 554 mailbox is full"),
    ("", "smtp; 550 No such user here"),
    ("2.0.0", "smtp; 250 ok"),
]


@pytest.mark.parametrize(("status", "diagnostic"), HARD)
def test_a_refused_address_is_hard(status: str, diagnostic: str) -> None:
    assert is_hard(status, diagnostic)


@pytest.mark.parametrize(("status", "diagnostic"), SOFT)
def test_a_full_box_our_own_fault_or_a_passing_one_is_not(status: str, diagnostic: str) -> None:
    assert not is_hard(status, diagnostic)


@given(st.from_regex(r"[24]\.[0-7]\.[0-9]{1,3}", fullmatch=True), st.text(max_size=40))
def test_what_is_not_refused_for_good_is_never_hard(status: str, diagnostic: str) -> None:
    assert not is_hard(status, diagnostic)
