"""A mail server on this machine: takes letters over real SMTP, puts them into mailboxes on disk, bounces on request.

Nothing leaves the machine: it listens on 127.0.0.1 and delivers only into its own folder.
"""

import itertools
import os
import socket
from collections.abc import Callable, Collection
from contextlib import closing, suppress
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.maildir import deliver
from infra.settings import Outgoing, Security
from tasks.domain.calendar import ZONE
from tasks.domain.mime import address_is_sound

HOST = "127.0.0.1"
PORTS_TO_TRY = 5
MOST_BYTES = 32 * 1024 * 1024
_serial = itertools.count(1)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def at_port(port: int) -> Outgoing:
    """The way to a post office of this machine."""
    return Outgoing(HOST, port, Security.NONE, "", "")


def mailbox_folder(folder: Path, address: str) -> Path:
    """The Maildir of an address; a tag after + does not make another mailbox."""
    name, _, domain = address.lower().rpartition("@")
    return folder / f"{name.partition('+')[0]}@{domain}".replace("/", "_")  # an address may hold one, a folder not


class PostOffice:
    """Mailboxes are folders named by address without its tag; `bouncing` addresses send a report back (RFC 3464)."""

    def __init__(self, folder: Path, now: Callable[[], datetime], bouncing: Collection[str] = ()) -> None:
        self.folder, self._real_now, self._bouncing = folder, now, frozenset(address.lower() for address in bouncing)
        self.clock: datetime | None = None
        """Set it to stamp what arrives with another time than now (a virtual clock)."""
        self.delivered: list[tuple[str, str]] = []
        self._controller: Controller | None = None

    def __enter__(self) -> "PostOffice":
        for _ in range(PORTS_TO_TRY - 1):
            with suppress(OSError):  # somebody else took the free port before we did
                return self._listen()
        return self._listen()

    def _listen(self) -> "PostOffice":
        controller = Controller(
            _Handler(self), hostname=HOST, port=free_port(), data_size_limit=MOST_BYTES, enable_SMTPUTF8=False
        )
        controller.start()
        self._controller = controller
        return self

    def __exit__(self, *_: object) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _now(self) -> datetime:
        return self.clock or self._real_now()

    @property
    def outgoing(self) -> Outgoing:
        assert self._controller is not None, "the post office is closed"
        return at_port(self._controller.port)

    def mailbox(self, address: str) -> Path:
        return mailbox_folder(self.folder, address)

    def accept(self, sender: str, recipient: str, raw: bytes) -> None:
        if recipient.lower() in self._bouncing:
            if sender:
                self._put(sender, "", _bounce(sender, recipient, raw, self._now()))
            return
        self._put(recipient, sender, raw)

    def _put(self, recipient: str, sender: str, raw: bytes) -> None:
        head = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode()
        name = f"{self._now().timestamp():.0f}.{os.getpid()}_{next(_serial):06d}.sandbox"
        deliver(self.mailbox(recipient), name, head + raw, self._now())
        self.delivered.append((sender, recipient))


class _Handler:
    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not address_is_sound(address):
            return "553 5.1.3 no such address can exist"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content: Any = envelope.content
        sender = (envelope.mail_from or "").strip("<>")  # the null sender comes as '<>'
        for recipient in envelope.rcpt_tos:
            self._office.accept(sender, recipient, bytes(content))
        return "250 2.0.0 OK"


def _bounce(sender: str, recipient: str, raw: bytes, now: datetime) -> bytes:
    """A delivery status notification with the returned letter's headers, as a mail server writes it."""
    headers = raw.partition(b"\r\n\r\n")[0]
    mark = f"=_dsn_{next(_serial)}"
    head = "\r\n".join(
        [
            f"From: Mail Delivery System <MAILER-DAEMON@{sender.rpartition('@')[2]}>",
            f"To: {sender}",
            f"Date: {format_datetime(now.astimezone(ZONE))}",
            f"Message-ID: <dsn-{next(_serial)}@sandbox.example>",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{mark}"',
            "",
            f"--{mark}",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            f"The mail system could not deliver your message to <{recipient}>.",
            "",
            f"--{mark}",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; sandbox.example",
            "",
            f"Final-Recipient: rfc822; {recipient}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
            "",
            f"--{mark}",
            "Content-Type: text/rfc822-headers",
            "",
            "",
        ]
    )
    return head.encode() + headers + f"\r\n\r\n--{mark}--\r\n".encode()
