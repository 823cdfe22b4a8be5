"""The outside world, faked in one place: a clock that is set, a mail server and a mailbox that do as they are told."""

import asyncio
import email
import email.policy
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property

from infra.smtp import decision
from tasks.domain.errors import (
    MailboxUnreachable,
    MailDomainRefuses,
    MailRefusedForGood,
    MailRefusedForNow,
    MailServerUnavailable,
    MailUncertain,
)
from tasks.domain.refusal import Stage
from tasks.toolbox import Kept, OpenMailbox, RawMail


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Sent:
    """One message as the server took it."""

    sender: str
    recipient: str
    raw: bytes
    at: datetime

    @cached_property
    def mime(self) -> EmailMessage:
        found = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def subject(self) -> str:
        return str(self.mime["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.mime["Message-ID"]).strip()

    @property
    def code(self) -> str:
        return self.subject.partition("[")[2].partition("]")[0]

    @property
    def text(self) -> str:
        body = self.mime.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def workbook(self) -> bytes:
        """The form that travels along."""
        return next(
            part.get_payload(decode=True)  # type: ignore[misc]
            for part in self.mime.iter_attachments()
            if (part.get_filename() or "").endswith(".xlsx")
        )


@dataclass
class FakeOutbox:
    """Takes every message, unless it was told otherwise; addresses are told apart as written."""

    clock: Clock
    refuses_for_good: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    """By recipient, a server's answer word for word: '550 5.1.8 bad outbound sender'."""
    refuses_for_now: set[str] = field(default_factory=set)
    refuses_domain: dict[str, str] = field(default_factory=dict)
    refuses_content_for_now: set[str] = field(default_factory=set)
    dies_after_content: set[str] = field(default_factory=set)
    hangs: bool = False
    unavailable: bool = False
    unavailable_after: int | None = None
    before_rcpt: Callable[[str], None] = lambda recipient: None
    in_content: Callable[[str], None] = lambda recipient: None
    sent: list[Sent] = field(default_factory=list)
    tried: list[Sent] = field(default_factory=list)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["FakeOutbox"]:
        yield self

    async def post(
        self, sender: str, recipient: str, raw: bytes, before_content: Callable[[], None], tag: str = ""
    ) -> str:
        await asyncio.sleep(3600 if self.hangs else 0)
        if self.unavailable or (self.unavailable_after is not None and len(self.sent) >= self.unavailable_after):
            raise MailServerUnavailable("không kết nối được máy chủ thư")
        self.before_rcpt(recipient)
        message = Sent(sender, recipient, raw, self.clock.now)
        self.tried.append(message)
        if (said := self.says.get(recipient)) and (trouble := decision(Stage.RECIPIENT, int(said[:3]), said[4:])):
            raise trouble
        if recipient in self.refuses_for_good:
            raise MailRefusedForGood(self.refuses_for_good[recipient])
        if why := self.refuses_domain.get(recipient.rpartition("@")[2]):
            raise MailDomainRefuses(why)
        if recipient in self.refuses_for_now:
            raise MailRefusedForNow("450 4.7.1 too much mail, come back later")
        before_content()
        self.in_content(recipient)
        await asyncio.sleep(0)
        if recipient in self.refuses_content_for_now:
            raise MailRefusedForNow("451 4.3.0 queue full")
        self.sent.append(message)
        if recipient in self.dies_after_content:
            raise MailUncertain("mất kết nối sau khi gửi nội dung")
        return f"250 2.0.0 OK {len(self.sent)}"

    def to(self, recipient: str) -> list[Sent]:
        return [one for one in self.sent if one.recipient == recipient]

    @property
    def recipients(self) -> list[str]:
        return sorted(one.recipient for one in self.sent)

    @property
    def doubled(self) -> list[str]:
        """Message-IDs that were handed over more than once."""
        return [one for one, count in Counter(sent.message_id for sent in self.sent).items() if count > 1]


@dataclass
class FakeMailbox:
    """Messages by key; what is done lies in `finished`, what a person must look at in `desk`."""

    name: str = "hop-thu"
    messages: dict[str, RawMail] = field(default_factory=dict)
    finished: dict[str, RawMail] = field(default_factory=dict)
    desk: dict[str, RawMail] = field(default_factory=dict)
    unreachable: bool = False
    before_done: Callable[[], None] = lambda: None

    def put(self, raw: bytes, received_at: datetime, key: str = "") -> str:
        key = key or f"INBOX:1:{len(self.messages) + len(self.finished) + len(self.desk) + 1}"
        self.messages[key] = RawMail(key, raw, received_at)
        return key

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        if self.unreachable:
            raise MailboxUnreachable("không đọc được hộp thư")
        yield self

    def waiting(self) -> list[str]:
        return list(self.messages)

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        yield from [self.messages[key] for key in keys if key in self.messages]

    def done(self, keys: list[str]) -> None:
        self.before_done()
        _move(self.messages, keys, self.finished)

    def to_desk(self, keys: list[str]) -> None:
        self.before_done()
        _move(self.messages, keys, self.desk)

    def from_desk(self, letters: list[Kept]) -> None:
        _move(self.desk, [one.key for one in letters], self.finished)

    def back_to_desk(self, letters: list[Kept]) -> None:
        _move(self.finished, [one.key for one in letters], self.desk)

    def bring_back(self, is_known: Callable[[str], bool]) -> int:
        count = 0
        for folder in (self.finished, self.desk):
            unknown = [key for key, one in folder.items() if not is_known(hashlib.sha256(one.raw).hexdigest())]
            _move(folder, unknown, self.messages)
            count += len(unknown)
        return count


def _move(source: dict[str, RawMail], keys: list[str], target: dict[str, RawMail]) -> None:
    for key in keys:
        if mail := source.pop(key, None):
            target[key] = mail
