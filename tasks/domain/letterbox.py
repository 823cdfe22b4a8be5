"""The life of a letter we owe: its kinds, states, moves and reasons, and when it is tried again."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

# What an incoming message is stands in triage; letters and messages are spoken of together, so both are found here.
from tasks.domain.triage import FOR_THE_DESK as FOR_THE_DESK
from tasks.domain.triage import TRIAGE as TRIAGE
from tasks.domain.triage import VERDICT_NAMES as VERDICT_NAMES
from tasks.domain.triage import Facts as Facts
from tasks.domain.triage import Rule as Rule
from tasks.domain.triage import Verdict as Verdict
from tasks.domain.triage import is_hard as is_hard
from tasks.domain.triage import may_answer_automatically as may_answer_automatically
from tasks.domain.triage import triage as triage


class LetterKind(StrEnum):
    REQUEST = "request"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    RECEIPT = "receipt"
    RETURNED = "returned"
    FINDING = "finding"
    ALERT = "alert"
    EXTENSION = "extension"
    MOVED = "moved"
    VISIT = "visit"
    TOLD = "told"
    NOTED = "noted"
    CORRECTED = "corrected"
    ENTERED = "entered"


LETTER_NAMES: Mapping[LetterKind, str] = {
    LetterKind.REQUEST: "gửi phiếu",
    LetterKind.REMINDER: "nhắc",
    LetterKind.ESCALATION: "báo cấp trên",
    LetterKind.RECEIPT: "biên nhận",
    LetterKind.RETURNED: "gửi lại để bổ sung",
    LetterKind.FINDING: "thông báo kiến nghị",
    LetterKind.ALERT: "báo quản trị",
    LetterKind.EXTENSION: "trả lời về gia hạn",
    LetterKind.MOVED: "báo dời hạn",
    LetterKind.VISIT: "báo lịch kiểm tra",
    LetterKind.TOLD: "báo đầu mối có người khác trả lời thay",
    LetterKind.NOTED: "báo đã nhận thư",
    LetterKind.CORRECTED: "báo sửa câu trả lời",
    LetterKind.ENTERED: "báo đã nhập phiếu thay đơn vị",
}

# Several of these to one person on one day travel as one digest.
BUNDLED = frozenset({LetterKind.REMINDER, LetterKind.ESCALATION, LetterKind.MOVED})
# Answers to what somebody has just sent: they leave at once, at any hour.
AT_ONCE = frozenset({LetterKind.RECEIPT, LetterKind.RETURNED, LetterKind.ALERT, LetterKind.EXTENSION, LetterKind.NOTED})
# What is pointless once the obligation is met.
CHASING = frozenset(
    {LetterKind.REQUEST, LetterKind.REMINDER, LetterKind.ESCALATION, LetterKind.FINDING, LetterKind.MOVED}
)


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


# A person, or the wish to be sure, has put a letter into the queue once more, and then it was not to go again: a copy
# has left, or may have, and nothing takes that back.
# So has one whose bounce a person has confirmed and takes back.
FALLS_BACK: Mapping[LetterState, frozenset[LetterState]] = {
    state: frozenset({LetterState.SENT, LetterState.UNCERTAIN})
    for state in (LetterState.HELD, LetterState.QUEUED, LetterState.CLAIMED, LetterState.FAILED)
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
    EXTENDED = "extended"
    PROMISED = "promised"
    POLICY = "policy"
    NOT_US = "not_us"
    CONSENT = "consent"
    CALENDAR = "calendar"
    REPLACED = "replaced"
    ASKED_AGAIN = "asked_again"
    OUTDATED = "outdated"
    LEFT_BEFORE = "left_before"
    UNREAD = "unread"


REASON_NAMES: Mapping[Reason, str] = {
    Reason.QUIET: "ngoài giờ gửi thư",
    Reason.APPROVAL: "chờ phê duyệt",
    Reason.STOPPED: "đang tạm dừng gửi thư",
    Reason.RETRY: "máy chủ thư hẹn gửi lại",
    Reason.BUDGET: "đã đủ số thư trong ngày",
    Reason.PAUSED: "máy chủ của người nhận đang từ chối thư của ta",
    Reason.ANSWERED: "đơn vị đã trả lời",
    Reason.SUPERSEDED: "gộp vào bước đôn đốc sau",
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
    Reason.EXTENDED: "đơn vị được gia hạn",
    Reason.PROMISED: "đơn vị đã hẹn ngày trả lời",
    Reason.POLICY: "các bước đôn đốc đã đổi",
    Reason.NOT_US: "máy chủ thư đi không nhận thư của cơ quan",
    Reason.CONSENT: "bị lỡ khi hệ thống ngừng, chờ đồng ý gửi bù",
    Reason.CALENDAR: "hạn đã dời theo lịch làm việc mới",
    Reason.REPLACED: "đã có thư mới thay",
    Reason.ASKED_AGAIN: "đơn vị lại phải trả lời",
    Reason.OUTDATED: "hạn hoặc ngày hẹn đã đổi sau khi thư đi",
    Reason.LEFT_BEFORE: "có thể đã đi trước khi cơ sở dữ liệu được khôi phục",
    Reason.UNREAD: "thư của đơn vị còn chờ người đọc (kiemtra desk)",
}

# Taken back before it left, because its rung has moved: it reached nobody, so the rung may come again.
TAKEN_BACK = frozenset({Reason.EXTENDED, Reason.PROMISED, Reason.POLICY, Reason.CALENDAR, Reason.ASKED_AGAIN})
# Never left: merged into another, or there was nobody to send it to.
REACHED_NOBODY = frozenset(
    {Reason.SUPERSEDED, Reason.UNREACHABLE, Reason.NO_ADDRESS, Reason.ADDRESS_CHANGED, Reason.ENDED}
)

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


def blames_address(answer: str) -> bool:
    """Whether a 5xx is about the mailbox, and not about our behaviour (policy, rate) or the letter's size."""
    status = re.search(r"\b5\.\d{1,3}\.\d{1,3}\b", answer)
    return is_hard(status[0] if status else "5.0.0" if re.match(r"55[0134]\b", answer) else "", answer)


def retry_at(attempts: int, first_try_at: datetime, now: datetime) -> datetime | None:
    """When to try again after this many refusals 'for now'; None when it is time to give up.

    Not by the clock alone: one that was days ahead, or a service that stood still for days, is no reason to give up.
    """
    if now - first_try_at >= GIVE_UP_AFTER and attempts > len(RETRY_AFTER):
        return None
    return now + (RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else RETRY_LATER)
