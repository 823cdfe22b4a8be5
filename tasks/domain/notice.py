"""What a mail server says about a letter of ours: as it came, and as it was understood."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from tasks.domain.bounce_words import ANSWER_SUBJECT, MACHINE, MACHINE_NAME
from tasks.domain.gravity import Severity, severity
from tasks.domain.vietnamese import fold

MOST_WORDS = 6_000


class BounceKind(StrEnum):
    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class DeliveryReport:
    """One recipient's part of a delivery status notification (RFC 3464). `original`: to whom the letter was addressed,
    where the mail was sent on to another mailbox."""

    recipient: str
    action: str
    status: str
    diagnostic: str
    original: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one for one in (self.recipient, self.original) if one)

    @property
    def is_failure(self) -> bool:
        return self.action in FAILED_ACTIONS or (self.action not in _OTHER_ACTIONS and self.status.startswith("5"))


FAILED_ACTIONS = ("failed", "failure", "fail")
_OTHER_ACTIONS = ("delayed", "delay", "delivered", "relayed", "expanded")


@dataclass(frozen=True)
class Bounce:
    """`status` is RFC 3463's ('' where nothing was said); `why` the line of the table that recognised it."""

    kind: BounceKind
    why: str
    recipients: tuple[str, ...] = ()
    status: str = ""
    diagnostic: str = ""
    severity: Severity | None = None
    envelope_ids: tuple[str, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    named: tuple[str, ...] = ()
    """Every address that the notice itself speaks of, in its form or in its words."""

    @property
    def told(self) -> str:
        """The server's number and words, in one line."""
        return f"{self.status} {self.diagnostic}".strip()

    def failed_for(self, address: str) -> "Bounce | None":
        """What it says of this one recipient; None where it says of him nothing, or nothing bad.

        A report in form speaks of whom it names and of nobody else, whatever stands in its words.
        """
        if self.kind is not BounceKind.FAILED:
            return None
        if not any(one.names for one in self.reports):
            return self if address.lower() in (*self.recipients, *self.named) else None
        failures = [one for one in self.reports if one.is_failure]
        own = next((one for one in failures if address.lower() in one.names), None)
        if own is None:
            return None
        diagnostic = own.diagnostic or (self.diagnostic if len(failures) == 1 else "")
        status = better_status(own.status, diagnostic)
        return replace(self, status=status, diagnostic=diagnostic, severity=severity(status, diagnostic))


@dataclass(frozen=True)
class Notice:
    """What the tables look at. `text` is the notice's own: neither the letter returned nor another one inside."""

    sender: str
    sender_name: str
    subject: str
    null_path: bool
    report_type: str
    kinds: frozenset[str]
    reports: tuple[DeliveryReport, ...]
    failed_recipients: tuple[str, ...]
    text: str
    returns_a_letter: bool
    returned_to: tuple[str, ...] = ()
    envelope_ids: tuple[str, ...] = ()

    @cached_property
    def title(self) -> str:
        return fold(self.subject[:500])

    @cached_property
    def words(self) -> str:
        return fold(self.text[:MOST_WORDS])

    @cached_property
    def by_machine(self) -> bool:
        return bool(MACHINE.match(self.sender) or MACHINE_NAME.search(fold(self.sender_name[:200])))

    @cached_property
    def of_a_person(self) -> bool:
        """Answered or sent on, as people's programs write it: somebody writes about a bounce."""
        return bool(ANSWER_SUBJECT.match(self.title))


_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.]\d)")
_REPLY = re.compile(r"(?<![\d.])([45])[0-7]\d(?=[ :-]|$)")
_UNSPECIFIC = re.compile(r"^[45]\.0\.0$|^5\.0\.\d{3}$|^$")


def better_status(status: str, diagnostic: str) -> str:
    """'5.0.0' says nothing: the server's own answer may be more telling."""
    if not _UNSPECIFIC.match(status):
        return status
    found = _ENHANCED.search(diagnostic)
    if found and (not status or found[1][0] == status[0]):
        return found[1]
    if not status and (reply := _REPLY.search(diagnostic)):
        return f"{reply[1]}.0.0"
    return status


_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def addresses_in(text: str) -> tuple[str, ...]:
    """In lower case and each once, those of machines left out."""
    found = dict.fromkeys(one.lower().rstrip(".") for one in _ADDRESS.findall(text[:MOST_WORDS]))
    return tuple(one for one in found if not MACHINE.match(one))
