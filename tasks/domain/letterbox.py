"""The life of a letter we owe, and what an incoming message is: two tables to be read from top to bottom."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tasks.domain.message import Message
from tasks.domain.vietnamese import fold


class LetterKind(StrEnum):
    REQUEST = "request"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    RECEIPT = "receipt"
    RETURNED = "returned"
    FINDING = "finding"
    ALERT = "alert"


LETTER_NAMES: Mapping[LetterKind, str] = {
    LetterKind.REQUEST: "gửi phiếu",
    LetterKind.REMINDER: "nhắc",
    LetterKind.ESCALATION: "báo cấp trên",
    LetterKind.RECEIPT: "biên nhận",
    LetterKind.RETURNED: "gửi lại để bổ sung",
    LetterKind.FINDING: "thông báo kiến nghị",
    LetterKind.ALERT: "báo quản trị",
}

# Several of these to one person on one day travel as one digest.
BUNDLED = frozenset({LetterKind.REMINDER, LetterKind.ESCALATION})
# Answers to what somebody has just sent: they leave at once, at any hour.
AT_ONCE = frozenset({LetterKind.RECEIPT, LetterKind.RETURNED, LetterKind.ALERT})
# What is pointless once the obligation is met.
CHASING = frozenset({LetterKind.REQUEST, LetterKind.REMINDER, LetterKind.ESCALATION, LetterKind.FINDING})


class LetterState(StrEnum):
    HELD = "held"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"


LETTER_STATE_NAMES: Mapping[LetterState, str] = {
    LetterState.HELD: "đang giữ",
    LetterState.QUEUED: "chờ gửi",
    LetterState.CLAIMED: "đang chuẩn bị gửi",
    LetterState.SENDING: "đang gửi",
    LetterState.SENT: "đã gửi",
    LetterState.UNCERTAIN: "chưa rõ đã đến hay chưa",
    LetterState.FAILED: "không gửi được",
    LetterState.CANCELLED: "đã hủy",
}

LETTER_MOVES: Mapping[LetterState, frozenset[LetterState]] = {
    LetterState.HELD: frozenset({LetterState.QUEUED, LetterState.CANCELLED}),
    LetterState.QUEUED: frozenset({LetterState.CLAIMED, LetterState.HELD, LetterState.CANCELLED, LetterState.FAILED}),
    LetterState.CLAIMED: frozenset(
        {LetterState.SENDING, LetterState.QUEUED, LetterState.HELD, LetterState.FAILED, LetterState.CANCELLED}
    ),
    # After the content has left, only 250 is certain; a refusal after the dot is certain too.
    LetterState.SENDING: frozenset({LetterState.SENT, LetterState.QUEUED, LetterState.FAILED, LetterState.UNCERTAIN}),
    LetterState.SENT: frozenset({LetterState.FAILED, LetterState.QUEUED}),  # a bounce; a person sends it once more
    LetterState.UNCERTAIN: frozenset({LetterState.SENT, LetterState.QUEUED, LetterState.FAILED, LetterState.CANCELLED}),
    LetterState.FAILED: frozenset({LetterState.QUEUED, LetterState.CANCELLED}),
    LetterState.CANCELLED: frozenset(),
}


class Reason(StrEnum):
    """Why a planned letter has not left, or never will."""

    QUIET = "quiet"
    APPROVAL = "approval"
    STOPPED = "stopped"
    RETRY = "retry"
    BUDGET = "budget"
    PAUSED = "paused"
    ANSWERED = "answered"
    SUPERSEDED = "superseded"
    UNREACHABLE = "unreachable"
    NO_ADDRESS = "no_address"
    ADDRESS_CHANGED = "address_changed"
    ENDED = "ended"
    REFUSED = "refused"
    BOUNCED = "bounced"
    GAVE_UP = "gave_up"
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    INTERRUPTED = "interrupted"
    DROPPED = "dropped"


REASON_NAMES: Mapping[Reason, str] = {
    Reason.QUIET: "ngoài giờ gửi thư",
    Reason.APPROVAL: "chờ phê duyệt",
    Reason.STOPPED: "đang tạm dừng gửi thư",
    Reason.RETRY: "máy chủ thư hẹn gửi lại",
    Reason.BUDGET: "đã đủ số thư trong ngày",
    Reason.PAUSED: "máy chủ của người nhận đang từ chối thư của ta",
    Reason.ANSWERED: "đơn vị đã trả lời",
    Reason.SUPERSEDED: "gộp vào bậc nhắc sau",
    Reason.UNREACHABLE: "địa chỉ của đơn vị không nhận được thư",
    Reason.NO_ADDRESS: "chưa có địa chỉ thư của người nhận",
    Reason.ADDRESS_CHANGED: "địa chỉ người nhận đã thay đổi",
    Reason.ENDED: "đơn vị được miễn hoặc đợt đã khóa sổ",
    Reason.REFUSED: "máy chủ thư từ chối",
    Reason.BOUNCED: "thư bị trả lại",
    Reason.GAVE_UP: "gửi lại nhiều lần không được",
    Reason.TOO_LARGE: "thư lớn hơn mức máy chủ cho phép",
    Reason.BROKEN: "không soạn được thư",
    Reason.INTERRUPTED: "bị ngắt giữa chừng khi đang gửi",
    Reason.DROPPED: "người có thẩm quyền bỏ",
}

# 5 min, 15 min, 1 h, 4 h, then every 12 h; given up after three days.
RETRY_AFTER: Sequence[timedelta] = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
RETRY_LATER = timedelta(hours=12)
GIVE_UP_AFTER = timedelta(days=3)
LEASE = timedelta(minutes=15)


def retry_at(attempts: int, first_try_at: datetime, now: datetime) -> datetime | None:
    """When to try again after this many refusals 'for now'; None when it is time to give up."""
    if now - first_try_at >= GIVE_UP_AFTER:
        return None
    return now + (RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else RETRY_LATER)


class Verdict(StrEnum):
    BOUNCE = "bounce"
    DELAY = "delay"
    NOTICE = "notice"
    AUTO_REPLY = "auto_reply"
    RECALL = "recall"
    OWN_MAIL = "own_mail"
    LIST_MAIL = "list_mail"
    REPLY = "reply"
    UNMATCHED = "unmatched"
    NO_WORKBOOK = "no_workbook"
    UNREADABLE = "unreadable"
    SHUNTED = "shunted"
    IGNORED = "ignored"


VERDICT_NAMES: Mapping[Verdict, str] = {
    Verdict.BOUNCE: "thư bị trả lại",
    Verdict.DELAY: "báo thư bị chậm",
    Verdict.NOTICE: "báo đã chuyển hoặc đã đọc",
    Verdict.AUTO_REPLY: "trả lời tự động",
    Verdict.RECALL: "yêu cầu thu hồi thư",
    Verdict.OWN_MAIL: "thư của chính mình",
    Verdict.LIST_MAIL: "thư danh sách, quảng cáo",
    Verdict.REPLY: "trả lời phiếu",
    Verdict.UNMATCHED: "không rõ thuộc phiếu nào",
    Verdict.NO_WORKBOOK: "trả lời nhưng không thấy tệp phiếu",
    Verdict.UNREADABLE: "không mở được tệp phiếu",
    Verdict.SHUNTED: "không đọc được thư",
    Verdict.IGNORED: "đã xem và bỏ qua",
}

# What a person must look at; everything else settles itself.
FOR_THE_DESK = frozenset({Verdict.UNMATCHED, Verdict.NO_WORKBOOK, Verdict.UNREADABLE, Verdict.SHUNTED})

_DAEMON = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mailerdaemon)@")
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (status|failure)|returned mail|mail delivery failed|failure notice"
    r"|khong (gui|chuyen) duoc|thu bi tra lai"
)
_AUTO_SUBJECT = re.compile(
    r"^(out of office|automatic reply|auto(matic)?[- ]?(reply|response)"
    r"|tra loi tu dong|tu dong tra loi|vang mat|phan hoi tu dong)"
)
_RECALL_SUBJECT = re.compile(r"^(recall:|message recall|thu hoi:)")


@dataclass(frozen=True)
class Facts:
    """A message and what only the house knows of it."""

    message: Message
    from_ourselves: bool


@dataclass(frozen=True)
class Rule:
    verdict: Verdict
    why: str
    holds: Callable[[Facts], bool]


def _is_report(facts: Facts, *actions: str) -> bool:
    return any(report.action in actions for report in facts.message.reports)


def _looks_like_bounce(facts: Facts) -> bool:
    message = facts.message
    from_daemon = bool(_DAEMON.match(message.sender)) or message.return_path == ""
    return "x-failed-recipients" in message.headers or (
        from_daemon and bool(_BOUNCE_SUBJECT.search(fold(message.subject)))
    )


# The whole policy on incoming mail: the first line that holds decides. A delivery report is looked for before
# Auto-Submitted, because servers put that header on their own reports (Postfix does).
TRIAGE: Sequence[Rule] = (
    Rule(Verdict.BOUNCE, "báo cáo chuyển thư: thất bại", lambda f: _is_report(f, "failed")),
    Rule(Verdict.DELAY, "báo cáo chuyển thư: bị chậm", lambda f: _is_report(f, "delayed")),
    Rule(Verdict.NOTICE, "báo cáo chuyển thư: đã đến", lambda f: bool(f.message.reports)),
    Rule(Verdict.NOTICE, "biên nhận đã đọc", lambda f: f.message.report_type == "disposition-notification"),
    Rule(Verdict.OWN_MAIL, "do chính hệ thống gửi", lambda f: f.from_ourselves),
    Rule(Verdict.BOUNCE, "thư của máy chủ báo không chuyển được", _looks_like_bounce),
    Rule(
        Verdict.AUTO_REPLY,
        "tiêu đề Auto-Submitted",
        lambda f: f.message.auto_submitted not in {"", "no"},
    ),
    Rule(
        Verdict.AUTO_REPLY,
        "tiêu đề trả lời tự động",
        lambda f: bool(f.message.headers & {"x-autoreply", "x-autorespond", "x-autoresponder"}),
    ),
    Rule(Verdict.AUTO_REPLY, "Precedence: auto_reply", lambda f: f.message.precedence == "auto_reply"),
    Rule(Verdict.AUTO_REPLY, "chủ đề báo vắng mặt", lambda f: bool(_AUTO_SUBJECT.match(fold(f.message.subject)))),
    Rule(Verdict.RECALL, "chủ đề thu hồi thư", lambda f: bool(_RECALL_SUBJECT.match(fold(f.message.subject)))),
    Rule(
        Verdict.LIST_MAIL,
        "thư gửi hàng loạt",
        lambda f: f.message.precedence in {"bulk", "list", "junk"} or "list-id" in f.message.headers,
    ),
    Rule(Verdict.REPLY, "thư của người", lambda f: True),
)


def triage(facts: Facts) -> Rule:
    return next(rule for rule in TRIAGE if rule.holds(facts))


def may_answer_automatically(message: Message) -> bool:
    """Nobody's machine is ever answered by ours (RFC 3834 section 2): that is how loops begin."""
    return (
        bool(message.sender)
        and message.return_path != ""
        and message.auto_submitted in {"", "no"}
        and message.precedence not in {"bulk", "list", "junk", "auto_reply"}
        and "list-id" not in message.headers
        and not re.match(r"(no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer-daemon|postmaster)@", message.sender)
    )


# RFC 3463: 1.x is the recipient, but 1.7-1.9 our own address and the next server; 2.1 a closed mailbox.
_HARD_STATUS = re.compile(r"^5\.(1\.([0-6]|10)|2\.1)$")
# A full box, the receiving system, the route (5.4.4 is as often a passing DNS fault), protocol, content, security.
_ELSEWHERE_STATUS = re.compile(r"^5\.(1\.[789]|2\.[2-4]|[3-7]\.[0-9]+)$")
_POLICY_WORDS = re.compile(r"spam|policy|blocked|\brate\b|frequency|too many|quota|limit|\bfull\b", re.I)
_NOBODY_WORDS = re.compile(
    r"user unknown|unknown user|no such|does(n.t| not) exist|recipient (address )?rejected|invalid recipient", re.I
)


def is_hard(status: str, diagnostic: str) -> bool:
    """A hint, not a verdict: the address itself is refused, and not our behaviour (policy, rate) or its full box."""
    if _HARD_STATUS.match(status):
        return True
    if not status.startswith("5.") or _POLICY_WORDS.search(diagnostic):
        return False
    return not _ELSEWHERE_STATUS.match(status) or bool(_NOBODY_WORDS.search(diagnostic))
