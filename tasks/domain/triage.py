"""What an incoming message is, and whom a machine may answer: tables to be read from top to bottom."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.bounce import waits_for_a_moderator, writes_about_a_bounce
from tasks.domain.gravity import Severity, severity
from tasks.domain.machine_marks import (
    AUTO_HEADERS,
    AUTO_SIGNS,
    bears_machine_mark,
    is_bulk,
    is_marked_automatic,
    sounds_automatic,
)
from tasks.domain.mail_parts import REPORTS
from tasks.domain.message import Message
from tasks.domain.notice import BounceKind
from tasks.domain.vietnamese import fold, folded_pattern


class Verdict(StrEnum):
    BOUNCE = "bounce"
    DELAY = "delay"
    NOTICE = "notice"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    RECALL = "recall"
    OWN_MAIL = "own_mail"
    LOOP = "loop"
    LIST_MAIL = "list_mail"
    REPLY = "reply"
    UNMATCHED = "unmatched"
    NO_WORKBOOK = "no_workbook"
    UNREADABLE = "unreadable"
    SHUNTED = "shunted"
    EXTENSION = "extension"
    PROMISE = "promise"
    IGNORED = "ignored"
    NOT_THEIRS = "not_theirs"
    WORDS = "words"


VERDICT_NAMES: Mapping[Verdict, str] = {
    Verdict.BOUNCE: "thư bị trả lại",
    Verdict.DELAY: "báo thư bị chậm",
    Verdict.NOTICE: "báo đã chuyển hoặc đã đọc",
    Verdict.COMPLAINT: "báo thư của ta là thư rác",
    Verdict.AUTO_REPLY: "trả lời tự động",
    Verdict.RECALL: "yêu cầu thu hồi thư",
    Verdict.OWN_MAIL: "thư của chính mình",
    Verdict.LOOP: "thư chạy vòng",
    Verdict.LIST_MAIL: "thư danh sách, quảng cáo",
    Verdict.REPLY: "trả lời phiếu",
    Verdict.UNMATCHED: "không rõ thuộc phiếu nào",
    Verdict.NO_WORKBOOK: "trả lời nhưng không thấy tệp phiếu",
    Verdict.UNREADABLE: "không mở được tệp phiếu",
    Verdict.SHUNTED: "không đọc được thư",
    Verdict.EXTENSION: "xin gia hạn",
    Verdict.PROMISE: "hẹn ngày trả lời",
    Verdict.IGNORED: "đã xem và bỏ qua",
    Verdict.NOT_THEIRS: "người gửi không thay mặt được đơn vị",
    Verdict.WORDS: "lời của đơn vị, chờ người đọc",
}

# What a person must look at; everything else settles itself.
FOR_THE_DESK = frozenset(
    {
        Verdict.UNMATCHED,
        Verdict.NO_WORKBOOK,
        Verdict.UNREADABLE,
        Verdict.SHUNTED,
        Verdict.COMPLAINT,
        Verdict.LOOP,
        Verdict.NOT_THEIRS,
        Verdict.WORDS,
    }
)

MOVED_AWAY = "người nhận báo đã chuyển công tác"
MOST_HOPS = 50  # Postfix's own limit; RFC 5321 section 6.3 wants it large

_RECALL_SUBJECT = folded_pattern(
    r"(recall:|message recall|thu hoi:|yeu cau thu hoi|rappel ?:|ruckruf:|zuruckrufen:|recuperar:|richiamo:)"
)
_CALENDAR_REPLY = re.compile(rb"\s*BEGIN:VCALENDAR\b(?s:.{0,2000}?)^METHOD:REPLY\b", re.I | re.M)
_RECALL_WORDS = folded_pattern(r"would like to recall the message|muon thu hoi (thu|tin nhan|email)")
_MOVED = folded_pattern(
    r"(da|duoc|toi|se) (chuyen|dieu dong|luan chuyen|thuyen chuyen) (cong tac|sang|den)"
    r"|khong con (cong tac|lam viec|phu trach|dam nhiem)|da nghi (huu|viec)|nghi huu (tu|theo)"
    r"|thoi (giu|dam nhiem)|no longer (work|with|employed|in (this|my) (role|position))"
    r"|(has|have) left (the|our) (company|organi[sz]ation|office|school)|thay doi dia chi (thu|email|mail)"
)
_NOBODY = re.compile(
    r"(.{0,30}[-_.+])?(no[-_.]?reply|do[-_.]?not[-_.]?reply|khong[-_.]?tra[-_.]?loi"
    r"|noreply\w{0,20})([-_.+][^@]{0,60})?@|(mailer-daemon|mail-daemon|postmaster|bounces?|auto(reply|responder)"
    r"|notifications?|listserv|majordomo)([-_.+][^@]{0,60})?@"
)
_LIST_KEEPER = re.compile(r"[^@]{1,60}[-+](bounces?|owner|request|admin|confirm)([-+=][^@]{0,60})?@")


@dataclass(frozen=True)
class Facts:
    """A message and what only the house knows of it."""

    message: Message
    from_ourselves: bool
    own_addresses: frozenset[str] = frozenset()
    answers_us: bool = False
    """Its thread leads to a letter of ours."""


@dataclass(frozen=True)
class Rule:
    verdict: Verdict
    why: str
    holds: Callable[[Facts], bool]


def _notice(facts: Facts, *kinds: BounceKind) -> bool:
    return facts.message.bounce is not None and facts.message.bounce.kind in kinds


def _from_report(facts: Facts) -> bool:
    """Told by a machine to machines; in words, our own letters could be taken for it (a digest of bounces)."""
    bounce = facts.message.bounce
    return bounce is not None and bounce.why.startswith(("báo cáo", "biên nhận"))


def _says_machine(message: Message) -> bool:
    """In its head or its envelope: words alone make none, since people write of their leave and of recalls, too."""
    return is_marked_automatic(message) or message.return_path == ""


def _sounds_recalled(message: Message) -> bool:
    return bool(_RECALL_SUBJECT.match(fold(message.subject[:200])) or _RECALL_WORDS.search(fold(message.text[:500])))


def contact_has_moved(message: Message) -> bool:
    """An automatic answer that says so: the office should ask who is in charge now."""
    absent = sounds_automatic(message) and _says_machine(message) and not _brings_a_form(message)
    automatic = is_marked_automatic(message) or absent
    return automatic and bool(_MOVED.search(fold(message.text[:3_000])))


def _brings_a_form(message: Message) -> bool:
    """A workbook of its own, not one inside a letter of ours that it sends back."""
    return any(one.is_workbook and not one.nested for one in message.attachments)


def _carries_a_bounce(message: Message) -> bool:
    carried = bool(message.part_types & REPORTS) or writes_about_a_bounce(message.subject)
    return carried and not _brings_a_form(message)


def _answers_a_calendar(message: Message) -> bool:
    replies = any(_CALENDAR_REPLY.match(one.data) for one in message.attachments if not one.nested)
    return replies and not _brings_a_form(message)


def _only_answers_a_calendar(message: Message) -> bool:
    return _answers_a_calendar(message) and not message.own_text.strip()


def _is_about_us(facts: Facts) -> bool:
    return facts.answers_us or bool(facts.message.codes) or _brings_a_form(facts.message)


def _is_held_by_a_list(message: Message) -> bool:
    by_keeper = bool(_NOBODY.match(message.sender) or _LIST_KEEPER.match(message.sender))
    by_machine = _says_machine(message) or is_bulk(message) or by_keeper
    return by_machine and waits_for_a_moderator(message.subject, message.text)


# The whole policy on incoming mail: the first line that holds decides. A delivery report is looked for before
# Auto-Submitted, because servers put that header on their own reports (Postfix does).
TRIAGE: Sequence[Rule] = (
    # RFC 3464 and its kin: even under our own address, where our server speaks for us.
    Rule(
        Verdict.BOUNCE,
        "báo cáo chuyển thư: thất bại",
        lambda f: _from_report(f) and _notice(f, BounceKind.FAILED),
    ),
    Rule(Verdict.DELAY, "báo cáo chuyển thư: bị chậm", lambda f: _from_report(f) and _notice(f, BounceKind.DELAYED)),
    Rule(Verdict.NOTICE, "báo cáo chuyển thư: đã đến", lambda f: _notice(f, BounceKind.DELIVERED)),
    Rule(Verdict.NOTICE, "biên nhận đã đọc", lambda f: _notice(f, BounceKind.READ)),
    # RFC 5965: somebody pressed "spam". The letter arrived, and a person should telephone.
    Rule(Verdict.COMPLAINT, "báo cáo khiếu nại thư rác", lambda f: _notice(f, BounceKind.COMPLAINT)),
    # Our sender's address: a copy, a rule that sends everything back. Our Message-ID and X-Loop anybody may copy.
    Rule(Verdict.OWN_MAIL, "do chính hệ thống gửi", lambda f: f.from_ourselves),
    Rule(
        Verdict.UNMATCHED,
        "thư đứng tên hệ thống nhưng kèm tệp bảng tính hệ thống không gửi",
        lambda f: f.message.sender in f.own_addresses,
    ),
    # Two mailboxes that send everything on to each other.
    Rule(Verdict.LOOP, "thư đã qua quá nhiều máy chủ", lambda f: f.message.hops > MOST_HOPS),
    # qmail, Exim, Exchange 2003 and whoever else writes plain words (tasks.domain.bounce has the table).
    Rule(Verdict.DELAY, "thư của máy chủ báo chuyển chậm", lambda f: _notice(f, BounceKind.DELAYED)),
    Rule(Verdict.BOUNCE, "thư của máy chủ báo không chuyển được", lambda f: _notice(f, BounceKind.FAILED)),
    # Outlook's "recall this message": before the automatic ones, since Exchange marks it as such.
    Rule(
        Verdict.RECALL,
        "thu hồi thư",
        lambda f: _says_machine(f.message) and _sounds_recalled(f.message) and not _brings_a_form(f.message),
    ),
    # A document system, a scanner or a rule may mark a person's answer as automatic: a form of its own is worth a look.
    Rule(
        Verdict.UNMATCHED,
        "thư tự động nhưng kèm tệp bảng tính",
        lambda f: is_marked_automatic(f.message) and _brings_a_form(f.message),
    ),
    # Mailman, Google Groups and their kin: our letter lies with the moderator of a list, and nothing is decided.
    Rule(
        Verdict.AUTO_REPLY,
        "danh sách thư chờ người quản lý duyệt",
        lambda f: _is_held_by_a_list(f.message) and not _brings_a_form(f.message),
    ),
    # "Tôi đã chuyển công tác": an automatic answer too, but one after which somebody should ask.
    Rule(Verdict.AUTO_REPLY, MOVED_AWAY, lambda f: contact_has_moved(f.message)),
    # RFC 3834; 'auto-forwarded' is a person's mail that a rule sent on.
    Rule(
        Verdict.AUTO_REPLY,
        "tiêu đề Auto-Submitted",
        lambda f: f.message.auto_submitted not in {"", "no", "auto-forwarded"},
    ),
    # What programs used before and beside RFC 3834.
    Rule(Verdict.AUTO_REPLY, "tiêu đề trả lời tự động", lambda f: bool(f.message.headers & AUTO_HEADERS)),
    Rule(
        Verdict.AUTO_REPLY,
        "tiêu đề báo máy tự soạn",
        lambda f: any(AUTO_SIGNS.match(sign) for sign in f.message.machine_signs),
    ),
    Rule(Verdict.AUTO_REPLY, "Precedence: auto_reply", lambda f: f.message.precedence.startswith("auto")),
    # Outlook, Zimbra, Lotus, MessageLabs write it into the subject, each in its user's language; so may a person.
    Rule(
        Verdict.AUTO_REPLY,
        "chủ đề báo vắng mặt",
        lambda f: sounds_automatic(f.message) and _says_machine(f.message) and not _brings_a_form(f.message),
    ),
    # The office's own people send bounces on to the mailbox: which unit it is about, a person must see.
    Rule(Verdict.UNMATCHED, "người chuyển tiếp một thư bị trả lại", lambda f: _carries_a_bounce(f.message)),
    # RFC 5546: somebody's calendar has accepted or declined the entry of a due day; that answers no form.
    Rule(Verdict.NOTICE, "trả lời của lịch", lambda f: _only_answers_a_calendar(f.message)),
    # Gmail's "reacted to your message".
    Rule(
        Verdict.NOTICE,
        "biểu tượng cảm xúc",
        lambda f: "text/vnd.google.email-reaction+json" in f.message.part_types and not _brings_a_form(f.message),
    ),
    # A unit may write through its own group address, or a server that marks all as bulk: what names a case, brings a
    # form or answers a letter of ours is an answer all the same.
    Rule(
        Verdict.LIST_MAIL,
        "thư gửi hàng loạt",
        lambda f: f.message.precedence in {"bulk", "junk"} and not _is_about_us(f),
    ),
    Rule(Verdict.LIST_MAIL, "thư của danh sách", lambda f: is_bulk(f.message) and not _is_about_us(f)),
    Rule(Verdict.REPLY, "thư của người", lambda f: True),
)


def triage(facts: Facts) -> Rule:
    return next(rule for rule in TRIAGE if rule.holds(facts))


def may_answer_automatically(message: Message) -> bool:
    """Nobody's machine is ever answered by ours (RFC 3834 section 2): that is how loops begin."""
    return (
        bool(message.sender)
        and not bears_machine_mark(message)
        and not message.loops
        and message.bounce is None
        and not sounds_automatic(message)
        and not _sounds_recalled(message)
        and not _answers_a_calendar(message)
        and not _NOBODY.match(message.sender)
    )


def is_hard(status: str, diagnostic: str) -> bool:
    """A hint, not a verdict: the address itself is refused, and not our behaviour (policy, rate) or its full box."""
    return status.startswith("5.") and severity(status, diagnostic) is Severity.HARD
