"""How a bounce of one of our letters comes back through mail services of four kinds; names and ids invented."""

from dataclasses import dataclass
from email.header import Header

from tasks.records import Letter


@dataclass(frozen=True)
class Relay:
    """`brings_head`: whether the head of our letter comes back to us by itself, and with it the letter's tag."""

    name: str
    brings_head: bool


SES = Relay("rewrites Message-ID and return path", brings_head=True)
GMAIL = Relay("quotes the letter in its thread", brings_head=True)
NO_HEADERS = Relay("withholds the letter", brings_head=False)
SENT_ON = Relay("a rule or a person sends the notice on", brings_head=False)
IN_WORDS = Relay("sent on as text", brings_head=False)
RELAYS = (SES, GMAIL, NO_HEADERS, SENT_ON, IN_WORDS)
OFFICE = "dancho@vinhlinh.example"


def bounced(relay: Relay, letter: Letter, code: str, tag: str = "") -> bytes:
    """`tag`: of the letter; those that left before letters had one in their head bring back none."""
    raw = _made(relay, letter, code)
    return raw.replace(b"Reply-To: ", f"X-Bounce-Tag: {tag}\r\nReply-To: ".encode()) if tag else raw


def _made(relay: Relay, letter: Letter, code: str) -> bytes:
    makers = {SES: _ses, GMAIL: _gmail, NO_HEADERS: _no_headers, SENT_ON: _sent_on, IN_WORDS: _in_words}
    return makers[relay](letter, code)


def _head(sender: str, subject: str, *more: str, kind: str, path: str = "<>") -> list[str]:
    return [
        f"Return-Path: {path}",
        f"From: {sender}",
        f"To: {OFFICE}",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        "MIME-Version: 1.0",
        *more,
        f"Content-Type: {kind}",
        "",
    ]


def _lines(*blocks: list[str]) -> bytes:
    return "\r\n".join(line for block in blocks for line in block).encode()


def _status(recipient: str, mta: str) -> list[str]:
    return [
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {mta}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
        "",
    ]


def _returned(letter: Letter, code: str, message_id: str) -> list[str]:
    """Our own lines, as the letter left; only its Message-ID is another."""
    return [
        f"Subject: {Header(letter.subject, 'utf-8').encode()}",
        f"To: {letter.recipient}",
        f"From: {OFFICE}",
        f"Reply-To: dancho+{code.lower()}@vinhlinh.example",
        f"Message-ID: {message_id}",
        "",
    ]


def _report(sender: str, boundary: str, *parts: list[str], more: tuple[str, ...] = ()) -> bytes:
    kind = f'multipart/report; report-type=delivery-status; boundary="{boundary}"'
    blocks = [_head(sender, "Delivery Status Notification (Failure)", *more, kind=kind)]
    for part in parts:
        blocks += [[f"--{boundary}"], part]
    return _lines(*blocks, [f"--{boundary}--", ""])


_SORRY = ["Content-Type: text/plain; charset=utf-8", "", "An error occurred while sending the letter.", ""]


def _ses(letter: Letter, code: str) -> bytes:
    returned = [
        "Content-Type: text/rfc822-headers",
        "",
        *_returned(letter, code, "<0107018f-7ab2@ap-x.mailout.example>"),
    ]
    status = _status(letter.recipient, "a8-50.mailout.example")
    return _report("Mail Delivery Subsystem <MAILER-DAEMON@mailout.example>", "ses", _SORRY, status, returned)


def _gmail(letter: Letter, code: str) -> bytes:
    returned = ["Content-Type: message/rfc822", "", *_returned(letter, code, "<CAK9@bigmail.example>"), "Kính gửi", ""]
    thread = (f"In-Reply-To: {letter.message_id}", f"References: {letter.message_id}", "Auto-Submitted: auto-replied")
    more = (*thread, f"X-Failed-Recipients: {letter.recipient}")
    status = _status(letter.recipient, "bigmail.example")
    sender = "Mail Delivery Subsystem <mailer-daemon@bigmail.example>"
    return _report(sender, "gmail", _SORRY, status, returned, more=more)


def _no_headers(letter: Letter, code: str) -> bytes:
    return _report("postmaster@relay.example", "none", _SORRY, _status(letter.recipient, "relay.example"))


def _sent_on(letter: Letter, code: str) -> bytes:
    """The notice went to the sender's own mailbox, whose owner sends it on whole."""
    head = _head(
        "truongphong@vinhlinh.example",
        "Fwd: Undelivered Mail Returned to Sender",
        kind='multipart/mixed; boundary="on"',
        path="<truongphong@vinhlinh.example>",
    )
    inside = _ses(letter, code).decode().split("\r\n")
    return _lines(
        head,
        ["--on", "Content-Type: text/plain", "", "Xem giup nhe.", ""],
        ["--on", "Content-Type: message/rfc822", "", *inside],
        ["--on--", ""],
    )


def _in_words(letter: Letter, code: str) -> bytes:
    head = _head(
        "truongphong@vinhlinh.example",
        "TL: Undelivered Mail Returned to Sender",
        kind="text/plain; charset=utf-8",
        path="<truongphong@vinhlinh.example>",
    )
    quoted = [
        "Anh xem giúp thư này.",
        "",
        "---------- Thư được chuyển tiếp ----------",
        "Từ: Mail Delivery System <MAILER-DAEMON@relay.example>",
        "Chủ đề: Undelivered Mail Returned to Sender",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "",
        f"<{letter.recipient}>: host mx.example said: 550 5.1.1 User unknown",
        f"Chủ đề thư gốc: {letter.subject}",
        "",
    ]
    return _lines(head, quoted)
