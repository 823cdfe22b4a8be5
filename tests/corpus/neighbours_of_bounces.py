"""What programs send that is neither a bounce nor an answer, though it sounds like one: lists, gates, calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from tasks.domain.triage import FOR_THE_DESK, Verdict

SEEN = frozenset({*FOR_THE_DESK, Verdict.LIST_MAIL})
"""At the desk, or plainly a list's own: never a bounce, never the unit's word."""
AUTO = frozenset({Verdict.AUTO_REPLY})


@dataclass(frozen=True)
class Neighbour:
    """`sender`: empty for the unit's own contact; `body`: text, or parts by their types."""

    subject: str
    body: str | Sequence[tuple[str, str]]
    verdicts: frozenset[Verdict]
    head: Mapping[str, str]
    sender: str = ""
    by_nobody: bool = True
    """Under the null sender."""
    kind: str = "mixed"

    def written(self, number: int, contact: str, to: str, answers: str) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = self.sender or contact, to, self.subject
        mail["Message-ID"] = f"<may-{number}@noikhac.example>"
        mail["In-Reply-To"] = answers
        for name, value in self.head.items():
            mail[name] = value
        if isinstance(self.body, str):
            mail.set_content(self.body)
            return mail.as_bytes()
        main, _, parameter = self.kind.partition("; ")
        more = "".join(f"; {one}" for one in [parameter] if one)
        lines = [f'Content-Type: multipart/{main}{more}; boundary="b"', "MIME-Version: 1.0", ""]
        for type_, text in self.body:
            lines += [
                "--b",
                f"Content-Type: {type_}",
                "",
                *text.format(contact=contact, letter=answers).split("\n"),
                "",
            ]
        return mail.as_bytes().rstrip(b"\r\n") + "\r\n".join(["", *lines, "--b--", ""]).encode()


_BY_MACHINE = {"Auto-Submitted": "auto-generated"}
_ANSWERED = {"Auto-Submitted": "auto-replied"}
_OF_LIST = {"Precedence": "bulk", "List-Id": "<thon-bac.lists.example>", "X-Mailman-Version": "2.1.39"}
_HELD = (
    "Your mail to 'Thon-bac' with the subject\n\n    Phiếu\n\nIs being held until the list moderator can review it for "
    "approval.\n\nThe reason it is being held:\n\n    Post by non-member to a members-only list\n\nEither the message "
    "will get posted to the list, or you will receive notification of the moderator's decision."
)
_WARNING = (
    "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
    "delivered to one or more of its recipients after more than 24 hours on the queue.\n\nNo action is required on "
    "your part. Delivery attempts will continue for some time."
)
_REPORT = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {{contact}}\nAction: {0}\nStatus: {1}"
_READ = (
    "Final-Recipient: rfc822; {contact}\nOriginal-Message-ID: {letter}\nDisposition: manual-action/MDN-sent-manually; "
)
_ENTRY = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR"

NEIGHBOURS: Mapping[str, Neighbour] = {
    "a list waits for its moderator": Neighbour(
        "Your message to Thon-bac awaits moderator approval", _HELD, AUTO, _OF_LIST, "thon-bac-bounces@lists.example"
    ),
    "a list that says nothing of itself in its head waits for its moderator": Neighbour(
        "Your message to Thon-bac awaits moderator approval", _HELD, AUTO, {}, "thon-bac-owner@lists.example"
    ),
    "the same list under its keeper's address and a path of its own": Neighbour(
        "Your message to Thon-bac awaits moderator approval",
        _HELD,
        AUTO,
        {},
        "thon-bac-bounces@l.example",
        by_nobody=False,
    ),
    "the same list under a sender of its own": Neighbour(
        "Your message to Thon-bac awaits moderator approval", _HELD, SEEN, {}, "thon-bac@lists.example", by_nobody=False
    ),
    "the same list under the unit's own address": Neighbour(
        "Your message to Thon-bac awaits moderator approval", _HELD, SEEN, {}, by_nobody=False
    ),
    "a newer Mailman": Neighbour(
        "Your message to thon-bac@lists.example awaits moderator approval",
        "Your mail to 'thon-bac@lists.example' with the subject\n\n    Phiếu\n\nIs being held until the list moderator "
        "can review it for approval.",
        AUTO,
        {**_OF_LIST, **_BY_MACHINE},
        "thon-bac-bounces@lists.example",
    ),
    "a gate asks its sender to confirm": Neighbour(
        "Please confirm your message",
        "I am protected from junk mail. To deliver your message, reply to this one without changing its subject. Your "
        "message has not been delivered yet.",
        frozenset({*AUTO, Verdict.DELAY}),
        {**_ANSWERED, "Precedence": "bulk"},
    ),
    "another gate, known by its own mark": Neighbour(
        "Your email requires verification verify#x2Kd81",
        "The message you sent requires that you verify that you are a real live human being.",
        AUTO,
        {"X-BoxTrapper": "yes"},
        by_nobody=False,
    ),
    "a gate that says nothing of itself": Neighbour(
        "Confirm your message to man", "Click reply to have your message delivered.", SEEN, {}, by_nobody=False
    ),
    "a queue that waits, as a report": Neighbour(
        "Delayed Mail (still being retried)",
        [
            ("text/plain", "Your message is delayed; no action is required."),
            ("message/delivery-status", _REPORT.format("delayed", "4.4.1")),
        ],
        frozenset({Verdict.DELAY}),
        _ANSWERED,
        "MAILER-DAEMON@mx.example",
        kind="report; report-type=delivery-status",
    ),
    "a queue that waits, in words": Neighbour(
        "Warning: message 1abcde-000001 delayed 24 hours",
        _WARNING,
        frozenset({Verdict.DELAY}),
        _ANSWERED,
        "Mail Delivery System <Mailer-Daemon@mx.example>",
    ),
    "a greylist in words": Neighbour(
        "Thư gửi chậm: Phiếu",
        "Thư của bạn đang được gửi lại (451 4.7.1 Greylisted, try again later). Bạn không cần làm gì.",
        frozenset({Verdict.DELAY}),
        _BY_MACHINE,
        "postmaster@mx.example",
    ),
    "a greylist in English words": Neighbour(
        "Message temporarily deferred",
        "Your message to man@vinho.example has been deferred (451 4.7.1 Greylisted). No action is required.",
        frozenset({Verdict.DELAY}),
        _BY_MACHINE,
        "postmaster@mx.example",
    ),
    "the reader's own box is nearly full": Neighbour(
        "Cảnh báo: hộp thư của bạn đã dùng 95%",
        "Hộp thư dancho@vinhlinh.example đã dùng 950 MB / 1 GB. Hãy xóa bớt thư để tiếp tục nhận thư.",
        AUTO,
        _BY_MACHINE,
        "postmaster@vinhlinh.example",
    ),
    "the reader's own box is over its quota": Neighbour(
        "Your mailbox is almost full",
        "Your mailbox is over its quota. You may not be able to send or receive new mail until you reduce its size.",
        frozenset({*SEEN, *AUTO}),
        {},
        "Mail Administrator <quota@vinhlinh.example>",
        by_nobody=False,
    ),
    "a calendar accepts": Neighbour(
        "Accepted: Hạn trả lời phiếu",
        [("text/calendar; method=REPLY", _ENTRY)],
        frozenset({Verdict.NOTICE}),
        {},
        by_nobody=False,
    ),
    "a calendar declines": Neighbour(
        "Từ chối: Hạn trả lời phiếu",
        [("text/calendar; method=REPLY", _ENTRY)],
        frozenset({Verdict.NOTICE}),
        {},
        by_nobody=False,
    ),
    "somebody has read it": Neighbour(
        "Đã đọc: Phiếu",
        [("text/plain", "Your message was read."), ("message/disposition-notification", f"{_READ}displayed")],
        frozenset({Verdict.NOTICE}),
        {},
        by_nobody=False,
        kind="report; report-type=disposition-notification",
    ),
    "somebody has deleted it unread": Neighbour(
        "Not read: Phiếu",
        [("text/plain", "Your message was deleted."), ("message/disposition-notification", f"{_READ}deleted")],
        frozenset({Verdict.NOTICE}),
        {},
        by_nobody=False,
        kind="report; report-type=disposition-notification",
    ),
    "away, in Vietnamese": Neighbour(
        "Trả lời tự động: Phiếu",
        "Tôi đi công tác đến 20/02/2025, sẽ trả lời sau.",
        AUTO,
        _ANSWERED,
    ),
    "away, with a line filled in": Neighbour(
        "Trả lời tự động: Phiếu",
        "Tôi đi công tác đến 20/02/2025, sẽ trả lời sau.\nHẸN: ngày 20/02/2025",
        frozenset({Verdict.NO_WORKBOOK}),
        _ANSWERED,
    ),
    "away, in English": Neighbour(
        "Automatic reply: Phiếu", "I am out of the office until 20/02/2025. Mail will not be forwarded.", AUTO, {}
    ),
    "away, in French": Neighbour(
        "Réponse automatique : Phiếu", "Je suis absente jusqu'au 20/02/2025.", AUTO, {"X-Autoreply": "yes"}
    ),
    "away, in French, with words that a queue says, too": Neighbour(
        "Absence : en congé", "Je suis en congé. Votre message ne sera pas transféré.", AUTO, _ANSWERED
    ),
    "away, as a telephone's maker marks it": Neighbour(
        "Auto reply: Phiếu", "Tôi đang nghỉ.", AUTO, {"X-Apple-Action": "VACATION"}, by_nobody=False
    ),
    "away, and nothing says that a machine wrote it": Neighbour(
        "Vắng mặt", "Tôi vắng mặt đến 20/02/2025.", SEEN, {}, by_nobody=False
    ),
}
