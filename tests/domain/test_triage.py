"""What an incoming message is, and whom a machine may answer."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.message import read_message
from tasks.domain.triage import (
    FOR_THE_DESK,
    MOST_HOPS,
    TRIAGE,
    VERDICT_NAMES,
    Facts,
    Verdict,
    contact_has_moved,
    may_answer_automatically,
    triage,
)
from tests.corpus import CORPUS
from tests.corpus.shaping import FORM, mixed, named, text

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

MACHINE = "Auto-Submitted: auto-generated"
CASES: list[tuple[str, bytes, Verdict, str]] = [
    (
        "Mailman asks its moderator",
        raw(
            "From: thon-bac-bounces@lists.example",
            "Subject: Your message to Thon-bac awaits moderator approval",
            "Precedence: bulk",
            "List-Id: <thon-bac.lists.example>",
            body="Your mail to 'Thon-bac' with the subject\n\n    [DCCS-2025-004217-K7QX] x\n\n"
            "Is being held until the list moderator can review it for approval.\n\n"
            "The reason it is being held:\n\n    Message body is too big\n",
        ),
        Verdict.AUTO_REPLY,
        "danh sách thư chờ người quản lý duyệt",
    ),
    (
        "a list keeper whose reasons sound like a failure",
        raw(
            "From: bounces@lists.example",
            "Return-Path: <>",
            "Subject: Your message to thon-bac awaits moderator approval",
            body="Your mail has been held for approval: the message was rejected by a filter.\n",
        ),
        Verdict.AUTO_REPLY,
        "danh sách thư chờ người quản lý duyệt",
    ),
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
        (subject, raw(PERSON, encoded(subject), "Return-Path: <>"), Verdict.AUTO_REPLY, "chủ đề báo vắng mặt")
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
    ("Outlook recall", raw(PERSON, MACHINE, "Subject: Recall: Bao cao nam"), Verdict.RECALL, "thu hồi thư"),
    ("Outlook recall report", raw(PERSON, MACHINE, "Subject: Message Recall Report"), Verdict.RECALL, "thu hồi thư"),
    ("Vietnamese recall", raw(PERSON, MACHINE, encoded("Thu hồi: Báo cáo năm")), Verdict.RECALL, "thu hồi thư"),
    (
        "a calendar that accepts an entry",
        raw(PERSON, encoded("Đã chấp nhận: Hạn gửi phiếu"), "Content-Type: text/calendar; method=REPLY; charset=utf-8")
        + b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        Verdict.NOTICE,
        "trả lời của lịch",
    ),
    ("bulk", raw(PERSON, "Subject: Khuyen mai", "Precedence: bulk"), Verdict.LIST_MAIL, "thư gửi hàng loạt"),
    ("junk", raw(PERSON, "Subject: x", "Precedence: junk"), Verdict.LIST_MAIL, "thư gửi hàng loạt"),
    ("a list", raw(PERSON, "Subject: x", "List-Id: <tin.x.vn>"), Verdict.LIST_MAIL, "thư của danh sách"),
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


def test_every_line_of_the_table_has_an_example() -> None:
    """Here or in the collection of nasty mails; the two on our own mail follow below."""
    shown = {(kind, why) for _, _, kind, why in CASES} | {verdict(case.raw) for case in CORPUS}
    strange = (Verdict.UNMATCHED, "thư đứng tên hệ thống nhưng kèm tệp bảng tính hệ thống không gửi")
    ours = {(Verdict.OWN_MAIL, "do chính hệ thống gửi"), strange}
    assert shown | ours == {(rule.verdict, rule.why) for rule in TRIAGE}


def test_every_verdict_has_its_words() -> None:
    assert set(VERDICT_NAMES) == set(Verdict)


def test_our_own_letters_that_come_back_are_our_own() -> None:
    assert verdict(raw(PERSON, REPLY_SUBJECT), own=True) == (Verdict.OWN_MAIL, "do chính hệ thống gửi")
    assert verdict(raw(PERSON, "Auto-Submitted: auto-generated"), own=True)[0] is Verdict.OWN_MAIL


def test_our_mark_in_another_s_mail_is_a_person_s_and_our_address_above_a_strange_form_waits_for_one() -> None:
    ours = frozenset({"dccs@vinhlinh.example"})
    copied = read_message(raw(PERSON, REPLY_SUBJECT, "X-Loop: dccs@vinhlinh.example"))
    assert triage(Facts(copied, from_ourselves=False, own_addresses=ours)).verdict is Verdict.REPLY
    assert not may_answer_automatically(copied)
    forged = read_message(raw("From: dccs@vinhlinh.example", REPLY_SUBJECT))
    assert triage(Facts(forged, from_ourselves=False, own_addresses=ours)).verdict is Verdict.UNMATCHED


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Nghỉ phép nên xin gia hạn", "GIA HẠN: 5 ngày"),
        ("Đi công tác", "HẸN: ngày 20/05/2025"),
        ("Vắng mặt", "GIA HẠN: 5 ngày"),
        ("Trả lời tự động", "Tôi đã chuyển công tác."),
        ("Yêu cầu thu hồi đất", "GIA HẠN: 5 ngày"),
        ("Thư hôm qua", "Tôi muốn thu hồi thư hôm qua."),
    ],
)
def test_words_alone_make_no_machine_and_are_not_answered_by_one(subject: str, words: str) -> None:
    one = raw(PERSON, encoded(subject), "Content-Type: text/plain; charset=utf-8", body=words)
    assert verdict(one)[0] is Verdict.REPLY
    assert not may_answer_automatically(read_message(one))


def test_what_is_written_beside_an_answer_of_a_calendar_is_heard() -> None:
    entry = raw("Content-Type: text/calendar; method=REPLY", body="BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR")
    assert verdict(mixed(text("GIA HẠN: 5 ngày"), entry))[0] is Verdict.REPLY
    assert verdict(mixed(entry))[0] is Verdict.NOTICE


@pytest.mark.parametrize(("hops", "kind"), [(MOST_HOPS, Verdict.REPLY), (MOST_HOPS + 1, Verdict.LOOP)])
def test_a_mail_that_wandered_too_far_is_in_a_loop(hops: int, kind: Verdict) -> None:
    assert verdict(raw(PERSON, REPLY_SUBJECT, *["Received: from a by b"] * hops))[0] is kind


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("Tôi đã chuyển công tác sang Sở Nội vụ từ 01/10.", True),
        ("Đồng chí Hoa không còn phụ trách việc này, xin gửi đồng chí Lan.", True),
        ("Tôi đã nghỉ hưu từ ngày 01/10/2025.", True),
        ("I no longer work here.", True),
        ("Tôi đi công tác đến ngày 05/11, sẽ trả lời sau.", False),
        ("I am on leave until Monday.", False),
    ],
)
def test_an_absence_that_will_not_end_is_told_from_one_that_will(words: str, moved: bool) -> None:
    answer = read_message(
        raw(PERSON, MACHINE, encoded("Trả lời tự động"), "Content-Type: text/plain; charset=utf-8", body=words)
    )
    assert contact_has_moved(answer) is moved
    person = read_message(raw(PERSON, encoded("Re: báo cáo"), "Content-Type: text/plain; charset=utf-8", body=words))
    assert not contact_has_moved(person)


def test_a_report_on_our_letter_is_a_bounce_even_under_our_own_address() -> None:
    assert verdict(report("failed"), own=True)[0] is Verdict.BOUNCE


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Fwd: Your message to Thon-bac awaits moderator approval",
            "is being held until the list moderator can review",
        ),
        ("Your message to the people awaits approval", "Kính gửi Phòng, xã xin gửi phiếu."),
        ("Thư của xã chờ duyệt", "Lãnh đạo xã đang duyệt, mai chúng tôi gửi."),
    ],
)
def test_a_person_who_writes_of_approval_is_no_list(subject: str, body: str) -> None:
    assert verdict(raw(PERSON, encoded(subject), body=body))[0] is Verdict.REPLY


@pytest.mark.parametrize("mark", ["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "X-Autoreply: yes"])
def test_a_filled_form_under_a_machine_s_mark_is_seen_by_a_person(mark: str) -> None:
    assert verdict(mixed(text(), named("phieu.xlsx", FORM), head=(mark,)))[0] is Verdict.UNMATCHED


def test_a_person_s_answer_that_a_server_calls_bulk_is_an_answer() -> None:
    lines = PERSON, "Precedence: bulk", "List-ID: <vanphong.vinho.example>"
    assert verdict(raw(*lines, REPLY_SUBJECT, body="Xin thêm ba ngày."))[0] is Verdict.REPLY
    answered = Facts(read_message(raw(*lines, "Subject: Re: x")), from_ourselves=False, answers_us=True)
    assert triage(answered).verdict is Verdict.REPLY
    assert verdict(raw(*lines, "Subject: Re: x"))[0] is Verdict.LIST_MAIL


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
        ("From: dautu@x.vn",),
        ("From: notifica@x.vn",),
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
        ("From: noreply+phieu@x.vn",),
        ("From: vnpt-no-reply@x.vn",),
        ("From: bounces+x=y@x.vn",),
        ("From: khong-tra-loi@x.vn",),
        (PERSON, "X-Autoreply: yes"),
        (PERSON, "X-Loop: a@x.vn"),
        (PERSON, "List-Unsubscribe: <mailto:x@x.vn>"),
        (PERSON, "Subject: Automatic reply: x"),
    ],
)
def test_a_machine_is_never_answered_by_ours(lines: tuple[str, ...]) -> None:
    assert not may_answer_automatically(read_message(raw(*lines)))


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered"])
def test_a_delivery_report_is_never_answered(action: str) -> None:
    assert not may_answer_automatically(read_message(report(action)))
