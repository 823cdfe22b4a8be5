"""How letters are handed over: who goes first, what may go twice, when a domain is left alone, what comes back to whom.

Retry times and states stand in letterbox.py; here are the rules that the sender applies to letters that may leave.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from tasks.domain.letterbox import LetterKind

# Lower goes first: an answer to a person who has just written must not wait behind ten thousand requests.
FIRST, ORDINARY, LAST = 0, 1, 9
PRIORITY: Mapping[LetterKind, int] = {
    LetterKind.RECEIPT: FIRST,
    LetterKind.RETURNED: FIRST,
    LetterKind.EXTENSION: FIRST,
    LetterKind.ALERT: FIRST,
    LetterKind.TOLD: FIRST,
    LetterKind.CORRECTED: FIRST,
    LetterKind.ENTERED: FIRST,
    LetterKind.NOTED: ORDINARY,
    LetterKind.FINDING: ORDINARY,
    LetterKind.MOVED: ORDINARY,
    LetterKind.VISIT: ORDINARY,
    LetterKind.ESCALATION: ORDINARY,
    LetterKind.REMINDER: ORDINARY,
    LetterKind.REQUEST: ORDINARY,
}

# The connection died after the content: nobody knows whether the letter arrived. These go once more by themselves, the
# same bytes under the same Message-ID, because a lost one is worse than a double. An escalation never does: a double
# to a chairman is worse, so a person decides.
GOES_ONCE_MORE = frozenset(LetterKind) - {LetterKind.ESCALATION}
UNCERTAIN_PATIENCE = timedelta(minutes=15)
"""How long a bounce, a reply or a look-up may take to settle an uncertain letter before it goes once more."""

# A server that refuses us by policy is left alone, longer each time in a row.
PAUSES: Sequence[timedelta] = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))
IN_VAIN = 10
"""So many letters in a row put off, or cut off after their content, and none taken between them: it is us, so the run
ends."""

_OURS = re.compile(r"<([0-9a-f]{32})@[^<>@\s]+>")
_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1


class Outcome(StrEnum):
    """How a try to hand a letter over ended."""

    SENDING = "sending"  # not yet: its content may be on its way
    SENT = "sent"
    DEFERRED = "deferred"  # the server asks to come back later
    LOST = "lost"  # the connection ended before the content
    REFUSED = "refused"
    OURS = "ours"  # refused, and it is about us: the letter is tried again
    UNCERTAIN = "uncertain"
    GIVEN_BACK = "given_back"  # begun, and taken back by ourselves before anything left


class StopCode(StrEnum):
    """What mail is stopped for."""

    PERSON = "person"
    OLDER = "older"  # the database is older than what has left: it was put back from a backup


class EventKind(StrEnum):
    """What happened to a letter: the links of its proof chain. How its tries ended, the attempts say."""

    APPROVED = "approved"
    SENT = "sent"
    DEFERRED = "deferred"
    LOST = "lost"
    REFUSED = "refused"
    OURS = "ours"
    UNCERTAIN = "uncertain"
    REPEATED = "repeated"
    FOUND = "found"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    AUTO_REPLIED = "auto_replied"
    REPLIED = "replied"
    DECIDED = "decided"


EVENT_NAMES: Mapping[EventKind, str] = {
    EventKind.APPROVED: "đã duyệt",
    EventKind.SENT: "máy chủ thư đã nhận",
    EventKind.DEFERRED: "máy chủ thư hẹn gửi lại",
    EventKind.OURS: "máy chủ thư không nhận thư của cơ quan",
    EventKind.LOST: "mất kết nối trước khi gửi nội dung",
    EventKind.REFUSED: "máy chủ thư từ chối",
    EventKind.UNCERTAIN: "mất kết nối sau khi gửi nội dung, chưa rõ đã đến hay chưa",
    EventKind.REPEATED: "gửi lại một lần (có thể đã đến hai lần)",
    EventKind.FOUND: "tìm thấy thư đã đi",
    EventKind.DELAYED: "máy chủ báo thư bị chậm",
    EventKind.DELIVERED: "máy chủ báo thư đã đến hộp thư",
    EventKind.BOUNCED: "thư bị trả lại",
    EventKind.AUTO_REPLIED: "hộp thư trả lời tự động",
    EventKind.REPLIED: "đã thấy thư trả lời",
    EventKind.DECIDED: "người phụ trách xác nhận",
}

# An ended try is a link of the chain like what was seen later; one that is not over, or came to nothing, is none.
LINK_OF: Mapping[Outcome, EventKind] = {
    Outcome.SENT: EventKind.SENT,
    Outcome.DEFERRED: EventKind.DEFERRED,
    Outcome.LOST: EventKind.LOST,
    Outcome.REFUSED: EventKind.REFUSED,
    Outcome.OURS: EventKind.OURS,
    Outcome.UNCERTAIN: EventKind.UNCERTAIN,
}

# Seen after an uncertain letter, these prove that it left: whoever bounces, delays or answers a letter has it.
PROVES_ARRIVAL = frozenset(
    {EventKind.FOUND, EventKind.DELAYED, EventKind.DELIVERED, EventKind.AUTO_REPLIED, EventKind.REPLIED}
)


def pause_until(times: int, now: datetime) -> datetime:
    """Until when a domain is left alone that has refused us by policy this many times in a row."""
    return now + PAUSES[min(times, len(PAUSES)) - 1]


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def random_part(message_id: str) -> str:
    """Of one of our Message-IDs, '' of any other. Whoever stands in copy of an answer knows it."""
    found = _OURS.fullmatch(message_id)
    return found[1] if found else ""


def return_path(address: str, tag: str) -> str:
    """`dancho@x` -> `dancho+b-<tag>@x` (VERP): even a bounce that quotes nothing tells its letter.

    The bare address where the tag would make it longer than a mail server must take.
    """
    name, _, domain = address.rpartition("@")
    local = f"{name}+b-{tag}"
    return f"{local}@{domain}" if tag and len(local) <= _LONGEST_LOCAL else address
