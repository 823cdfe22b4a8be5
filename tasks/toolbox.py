"""What a task may be handed: the outside world behind Protocols, built in one place and faked in one place."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session, sessionmaker

from tasks.domain.answer_sheet import Answered
from tasks.domain.calendar import Calendar
from tasks.domain.checklist import Checklist, Form, Identity, Reading
from tasks.domain.citing import Unverified
from tasks.domain.dossier import Chase
from tasks.domain.inbox.authentication import OwnServer
from tasks.domain.invitation import DueTask, VisitDay
from tasks.domain.mailing import Outcome
from tasks.domain.results.facts import YearResults
from tasks.domain.signed_copy import SignedCopy


class Connection(Protocol):
    """One open connection to the mail server; used by one task at a time."""

    async def post(
        self, sender: str, recipient: str, raw: bytes, before_content: Callable[[], None], tag: str = ""
    ) -> str:
        """Hand over one message; returns the server's answer to the final dot. `tag` comes back in delivery reports.

        `before_content` runs after RCPT and before DATA: whoever commits there knows that an interrupted row may
        have gone out. Raises a MailError whose type is the decision.
        """
        ...


class Outbox(Protocol):
    def connect(self) -> AbstractAsyncContextManager[Connection]: ...


class SentMail(Protocol):
    """Where one can look whether a letter left: the relay's log, or a folder of sent mail."""

    name: str

    def find(self, message_ids: Collection[str]) -> Mapping[str, str]:
        """Those that left, each with what was found of it. Raises KiemtraError where it cannot be read."""
        ...

    def since(self, day: date) -> Mapping[str, str]:
        """The Message-IDs of all that left on that day or later, each with what was found. Raises KiemtraError."""
        ...


@dataclass(frozen=True)
class End:
    """How a try to hand a letter over ended, and what the server said."""

    how: Outcome
    said: str


@dataclass(frozen=True)
class Departed:
    """A letter whose content has left, or may have, as it is known outside the database."""

    message_id: str
    recipient: str
    what: str
    case: str
    left_at: datetime
    carrier: str = ""
    """The Message-ID of the digest in which it travelled."""
    end: End | None = None


@dataclass(frozen=True)
class Read:
    """What a journal holds behind the marks that were given: what left, how tries ended, and the marks of now."""

    departed: Sequence[Departed]
    ends: Mapping[tuple[str, datetime], End]
    marks: Mapping[str, int]


class Journal(Protocol):
    """What left, beside the database, and on the disk before it leaves."""

    name: str

    def leaving(self, letters: Collection[Departed]) -> None:
        """One message: the letters that travel in it, its own first. Raises OSError; then it must not leave."""
        ...

    def ended(self, message_id: str, left_at: datetime, how: Outcome, said: str) -> None: ...

    def read(self, marks: Mapping[str, int]) -> Read: ...


@dataclass(frozen=True)
class Copy:
    """A letter as it left, to be filed where the office looks for its sent mail."""

    attempt: int
    message_id: str
    raw: bytes
    left_at: datetime


class SentCopies(Protocol):
    name: str

    def file(self, copies: Iterable[Copy]) -> Iterator[Copy]:
        """Each once it is filed; one that lies there already is filed. Raises KiemtraError where that cannot be."""
        ...


@dataclass(frozen=True)
class RawMail:
    """One message as it lies in the mailbox. `key` is stable there (folder, UIDVALIDITY, UID; or a file name)."""

    key: str
    raw: bytes
    received_at: datetime


@dataclass(frozen=True)
class Kept:
    """What is known of a message that is stored here, to find it again in a folder where it has another number."""

    key: str
    message_id: str
    sha256: str


class Mailbox(Protocol):
    name: str

    def open(self) -> AbstractContextManager["OpenMailbox"]:
        """Raises MailboxUnreachable."""
        ...


class OpenMailbox(Protocol):
    def waiting(self) -> list[str]:
        """Keys of the messages that are not done."""
        ...

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        """Reads without marking anything."""
        ...

    def done(self, keys: list[str]) -> None:
        """Moves stored messages out of the way; repeatable."""
        ...

    def to_desk(self, keys: list[str]) -> None:
        """Moves what only a person can place into the folder for the desk; repeatable."""
        ...

    def from_desk(self, letters: list[Kept]) -> None:
        """Moves what a person has settled on to what is done; what is no longer there is passed over."""
        ...

    def back_to_desk(self, letters: list[Kept]) -> None:
        """And back, when the person has taken the decision back."""
        ...

    def bring_back(self, is_known: Callable[[str], bool]) -> int:
        """Moves what lies in the two folders, and whose SHA-256 is not known, back to what waits; how many."""
        ...


class Workbooks(Protocol):
    def build(self, form: Form) -> bytes: ...

    def read(
        self,
        data: bytes,
        checklist: Checklist,
        *,
        estimate: bool = False,
        last_year: Mapping[str, str] | None = None,
    ) -> Reading:
        """Raises UnreadableWorkbook."""
        ...

    def identity(self, data: bytes) -> Identity:
        """Whose form a workbook says it is, all empty if it does not; raises UnreadableWorkbook."""
        ...

    def has_answers(self, data: bytes) -> bool:
        """Whether a table of answers stands in it, so that it can be filed."""
        ...


class Documents(Protocol):
    @property
    def wording(self) -> str:
        """The words of the year's documents as the office has them now."""
        ...

    @property
    def texts(self) -> dict[str, str]:
        """The same, by the name of their file."""
        ...

    @property
    def program(self) -> str:
        """What writes them: the same program makes the same bytes of the same facts and words."""
        ...

    def worded(self, texts: Mapping[str, str]) -> "Documents":
        """The same documents in the words of an earlier day; raises DefinitionError when they cannot be used now."""
        ...

    def year_workbook(self, results: YearResults) -> bytes: ...

    def year_report(self, results: YearResults) -> bytes: ...

    def answers_workbook(self, answered: Answered) -> bytes: ...

    def chase_letter(self, chase: Chase) -> bytes: ...


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


class Invitations(Protocol):
    def due(self, task: DueTask, office: str, address: str, made_at: datetime) -> bytes:
        """A calendar file (RFC 5545) with the due day; the later one of a case replaces the earlier."""
        ...

    def visit(self, visit: VisitDay, office: str, address: str, made_at: datetime) -> bytes:
        """The same of a visit; one that is called off takes its entry out of the calendar."""
        ...


Render = Callable[[str, Mapping[str, Any]], Rendered]


class Definitions(Protocol):
    def checklist(self, code: str) -> Checklist: ...

    def calendar(self, name: str) -> Calendar: ...


@dataclass(frozen=True)
class Limits:
    """How fast and how many letters may leave (hosted mailboxes have quotas); `per_minute` 0: as fast as it goes."""

    per_day: int = 2_000
    per_minute: int = 120
    connections: int = 2
    size_bytes: int = 10 * 1024 * 1024
    consent_above: int = 20
    """So many rungs missed in an outage are still sent without asking a person."""


@dataclass(frozen=True)
class House:
    """What the running house is called and where it puts things."""

    sender_name: str
    sender_address: str
    reply_address: str
    administrators: tuple[str, ...]
    results_folder: Path
    limits: Limits
    plus_addressing: bool = True
    bounce_tags: bool = True
    """Whether the envelope's sender carries a tag of its letter (needs plus addresses)."""
    mail_server: OwnServer | None = None
    """Whose word about senders counts; None: any server in the domain of the reply address."""
    signed_copy: SignedCopy = SignedCopy.ENTERED
    """Whether a printed copy with signature and seal must follow an answer."""
    unverified_basis: Unverified = Unverified.MARK
    """What goes out of a legal basis that nobody has read in an official text."""


@dataclass(frozen=True)
class Toolbox:
    sessions: sessionmaker[Session]
    outbox: Outbox
    mailbox: Mailbox
    workbooks: Workbooks
    documents: Documents
    render: Render
    invitations: Invitations
    definitions: Definitions
    now: Callable[[], datetime]
    house: House
    sent_mail: SentMail | None = None
    journal: Journal | None = None
    sent_copies: SentCopies | None = None
    seal_key: bytes = b""
    """What codes and Message-IDs are derived with; empty: they are made up."""
    speed: int = 1
    """So many seconds pass by `now` in one of the world outside; more than one only where a house is played."""

    def lasting(self, real: timedelta) -> timedelta:
        """By `now`, how long something takes that takes so long outside: a worker's work, a mail server's answer."""
        return real * self.speed
