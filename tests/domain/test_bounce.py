"""What a mail server says about a letter of ours: which line of the table recognises it, and what it names."""

import pytest

from tasks.domain.bounce import RULES, BounceKind, writes_about_a_bounce
from tasks.domain.message import read_message
from tests.corpus import CORPUS
from tests.corpus.bounces import report
from tests.corpus.case import HOA
from tests.corpus.shaping import b, letter, raw


def test_every_line_of_the_table_has_an_example_among_the_nasty_mails() -> None:
    shown = {(bounce.kind, bounce.why) for case in CORPUS if (bounce := read_message(case.raw).bounce)}
    assert shown == {(rule.kind, rule.why) for rule in RULES}


def test_the_worst_recipient_decides_and_each_is_named() -> None:
    second = b"Final-Recipient: rfc822; lan@vinhthuy.example\r\nAction: failed\r\nStatus: 5.2.1\r\n\r\n"
    two = report("delayed", "4.4.1").replace(b"Final-Recipient", second + b"Final-Recipient", 1)
    bounce = read_message(two).bounce
    assert bounce is not None
    assert (bounce.kind, bounce.status) == (BounceKind.FAILED, "5.2.1")
    assert bounce.recipients == ("lan@vinhthuy.example", HOA)


@pytest.mark.parametrize(
    "subject",
    [
        "Không gửi được báo cáo năm 2025",
        "Báo cáo lỗi gửi thư của xã",
        "Thư bị trả lại, xin gửi lại phiếu",
        "Delivery of the report",
        "Undeliverable goods at the commune",
        "Re: Undelivered Mail Returned to Sender",
        "Failure notice board of the school",
    ],
)
def test_a_person_who_writes_of_mail_that_failed_is_no_server(subject: str) -> None:
    words = f"Tôi không gửi được tệp. Máy báo 550 5.1.1 user unknown tới {HOA}."
    text = "Content-Type: text/plain; charset=utf-8"
    assert read_message(letter(text, subject=b(subject), body="Kính gửi Phòng Nội vụ")).bounce is None
    assert read_message(letter(text, subject=b(f"Re: {subject}"), body=words)).bounce is None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Thông báo: Thư không được chuyển phát", f"Hệ thống không chuyển được thư tới {HOA}: hộp thư không tồn tại."),
        ("Không thể gửi thư", f"Thư tới {HOA} không thể gửi. Lý do: địa chỉ không hợp lệ."),
        ("Thư bị hoàn trả", f"Không giao được thư tới {HOA} (550)."),
        ("Gửi thư không thành công", f"{HOA}: hộp thư đã đầy."),
    ],
)
def test_a_server_that_speaks_vietnamese_is_understood(subject: str, body: str) -> None:
    text = "Content-Type: text/plain; charset=utf-8"
    bounce = read_message(raw("From: mailer-daemon@thu.example", f"Subject: {b(subject)}", text, body=body)).bounce
    assert bounce is not None
    assert (bounce.kind, bounce.recipients) == (BounceKind.FAILED, (HOA,))


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("noreply@buudien.example", "Thông báo hệ thống thư gặp lỗi", "Bảo trì từ 22 giờ."),
        ("postmaster@mx.example", "Chào mừng", "Hộp thư của bạn đã được tạo."),
        ("mailer-daemon@mx.example", "Quarantine digest", "3 messages are waiting."),
    ],
)
def test_not_all_that_a_machine_writes_is_a_bounce(sender: str, subject: str, body: str) -> None:
    text = "Content-Type: text/plain; charset=utf-8"
    assert read_message(raw(f"From: {sender}", f"Subject: {b(subject)}", text, body=body)).bounce is None


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ("Fwd: Undelivered Mail Returned to Sender", True),
        ("TL: Re: failure notice", True),
        ("Undelivered Mail Returned to Sender", False),
        ("Fwd: báo cáo năm", False),
    ],
)
def test_a_bounce_that_somebody_sends_on_is_known_by_its_subject(subject: str, about: bool) -> None:
    assert writes_about_a_bounce(subject) is about
