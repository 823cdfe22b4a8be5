"""Whose fault a refusal is: ours, the recipient's domain's, or the address's. What servers say, read as a table.

A refusal that is about us stops the run and touches no letter, so in doubt it is: the next run tries another recipient
first, and if that passes, the first refusal was the recipient's after all (tasks/mailing/blaming.py).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a letter had come."""

    SENDER = "sender"  # login, MAIL FROM: no recipient has been named
    RECIPIENT = "recipient"
    CONTENT = "content"


class Blame(StrEnum):
    NOBODY = "nobody"  # come back later
    US = "us"  # our sender, our quota, our mail taken for spam, our letters too large
    DOMAIN = "domain"  # the recipient's domain wants no mail of ours
    ADDRESS = "address"  # this address, or this letter to it


@dataclass(frozen=True)
class Answer:
    """What a server said: `words` without addresses, because those may spell anything."""

    stage: Stage
    code: int
    words: str

    @property
    def status(self) -> tuple[int, int] | None:
        """The enhanced status without its class: '5.7.60 …' -> (7, 60)."""
        found = _STATUS.match(self.words)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def is_final(self) -> bool:
        return 500 <= self.code < 600

    def says(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.words) is not None


_STATUS = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>@]+@[^\s<>@]+")


def answer(stage: Stage, code: int, message: str) -> Answer:
    return Answer(stage, code, _ADDRESS.sub("<>", message))


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.I | re.S)


_OUR_SENDER = _words(
    r"sender address rejected",  # Postfix, Zimbra
    r"sender (verify|verification) fail|sender (address )?(is )?(denied|blocked|not allowed)|sender.{0,20} suspen",
    r"bad (outbound )?sender|banned sender|sender.{0,30}not owned|not owned by user",
    r"send ?as|storedrv\.submission",  # Exchange: "permissions to send as this sender", SendAsDenied
    r"outbound spam|suspected (of )?spam(ming)?.{0,20}account|account.{0,40}(suspended|disabled|blocked|compromised)",
    r"outgoing mail.{0,20}suspen|client was not authenticated|must (issue a starttls|be authenticated)",
)
_SPAN = r"(sending|outgoing|outbound|submission|smtp relay|daily|hourly|per (day|hour|minute))"
_TOO_MUCH = _words(
    rf"{_SPAN}.{{0,40}}\b(quota|limit|rate)",
    rf"\b(quota|limit|rate)\b.{{0,40}}{_SPAN}",
    r"too many (messages|e-?mails)|rate.?limit|throttl|submissionquota|exceeded the max e-?mails",
    r"policy rejection.{0,40}quota|tenant has exceeded",
)
_THEIR_MAILBOX = _words(
    r"mailbox.{0,20}(full|over)|over.?quota|quota exceeded \(mailbox|recipient.{0,30}(quota|limit)",
    r"(is|are) receiving mail|receives mail|trying to (contact|reach)|recipient thread limit",
)
_UNKNOWN = _words(
    r"(user|recipient|mailbox|address|account) (is )?(unknown|not found|unavailable)|no such (user|recipient|mailbox)",
    r"unknown (user|recipient|local)|(user|mailbox|account).{0,20}(doesn't|does not) exist|unrouteable address",
    r"address that you tried to reach does not exist|recipientnotfound|invalid (recipient|mailbox)",
)
_TOO_LARGE = _words(r"message size exceeds|message (is )?too (big|large)")
_POLICY = _words(r"spam|policy|blocked|black ?list|block ?list|reputation|\brelay|prohibit|access denied")

# RFC 3463: the sender's own address; Exchange and Gmail: too many recipients a day, a banned or quarantined account, no
# right to send as this sender, not logged in, more than the tenant may send.
_OUR_STATUSES = frozenset(
    [(1, 7), (1, 8), (1, 90), (2, 252), (3, 4), (4, 5), (7, 3), (7, 8), (7, 9), (7, 14), (7, 57), (7, 60)]
    + [(7, detail) for detail in (501, 502, 503, 508, 705, 708, 750)]
)


def _is_ours_by_number(a: Answer) -> bool:
    return a.is_final and (a.status in _OUR_STATUSES or a.code in {530, 535, 538})


def _restricts_its_senders(a: Answer) -> bool:
    """Exchange's 5.7.1xx: a group or mailbox that takes mail from its own people only."""
    return a.status is not None and a.status[0] == 7 and 100 <= a.status[1] < 200


@dataclass(frozen=True)
class Rule:
    blame: Blame
    why: str
    holds: Callable[[Answer], bool]


# Read from the top: the first that holds decides. Words go before numbers, because servers mean what they say.
RULES: Sequence[Rule] = (
    Rule(Blame.US, "no recipient has been named", lambda a: a.stage is Stage.SENDER and (a.is_final or a.code == 421)),
    Rule(Blame.DOMAIN, "takes mail from its own people only", lambda a: a.is_final and _restricts_its_senders(a)),
    Rule(Blame.US, "names our sender", lambda a: a.says(_OUR_SENDER)),
    Rule(Blame.US, "our sender, our account", _is_ours_by_number),
    Rule(Blame.US, "5.1.0 on the sender", lambda a: a.is_final and a.status == (1, 0) and "sender" in a.words.lower()),
    Rule(Blame.NOBODY, "their mailbox is full for now", lambda a: not a.is_final and a.says(_THEIR_MAILBOX)),
    Rule(Blame.ADDRESS, "their mailbox is full", lambda a: a.is_final and a.says(_THEIR_MAILBOX)),
    Rule(Blame.ADDRESS, "nobody there", lambda a: a.is_final and (a.says(_UNKNOWN) or a.status == (4, 1))),
    Rule(Blame.US, "we send too much", lambda a: a.says(_TOO_MUCH)),
    Rule(Blame.NOBODY, "for now", lambda a: not a.is_final),
    Rule(Blame.US, "larger than the server takes", lambda a: a.status is None and a.says(_TOO_LARGE)),
    Rule(Blame.ADDRESS, "address, mailbox, system", lambda a: a.status is not None and a.status[0] in {1, 2, 3}),
    Rule(Blame.NOBODY, "out of step", lambda a: a.code in {500, 502, 503}),
    Rule(Blame.DOMAIN, "policy", lambda a: (a.status is not None and a.status[0] == 7) or a.says(_POLICY)),
    Rule(Blame.ADDRESS, "refused", lambda a: True),
)


def blame(stage: Stage, code: int, message: str) -> Blame:
    """Of a 4xx or 5xx."""
    said = answer(stage, code, message)
    return next(rule.blame for rule in RULES if rule.holds(said))


def otherwise(stage: Stage, code: int, message: str) -> Blame | None:
    """Whose fault a refusal of us is after all, where letters to others have passed since; None: still ours."""
    said = answer(stage, code, message)
    if said.status == (3, 4) or said.says(_TOO_LARGE):
        return Blame.ADDRESS
    return None if stage is Stage.SENDER else Blame.DOMAIN


# --- the same refusal again and again ------------------------------------------------------------------------------

IN_A_ROW = 5
"""So many equal refusals of different recipients are about us."""
_OF_ONE_LETTER = re.compile(r"\S*\d\S*|\[[^\]]*\]|https?:\S+")


def likeness(said: str) -> str:
    """'550 5.7.1 <a@x> refused, id 7' -> '550 5.7.1 <> refused, id': what equal refusals share, '' where being equal
    says nothing, because it is what anybody answers whose users are unknown."""
    code, _, words = said.strip().partition(" ")
    if not (code.isdigit() and code.startswith("5")):
        return ""
    found = answer(Stage.RECIPIENT, int(code), words)
    if found.status in {(1, 1), (1, 2)} or found.says(_UNKNOWN):
        return ""
    number = "{}.{}".format(*found.status) if found.status else ""
    plain = _OF_ONE_LETTER.sub(" ", found.words).lower()
    return " ".join([code, number, *plain.split()])
