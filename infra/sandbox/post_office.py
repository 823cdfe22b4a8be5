"""A mail server on this machine: takes letters over real SMTP, puts them into mailboxes on disk, bounces on request.

Nothing leaves the machine: it listens on 127.0.0.1 and delivers only into its own folder.
"""

import itertools
import os
from collections.abc import Callable, Collection
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from infra.maildir import deliver
from infra.receiver import HOST, Receiver
from infra.settings import Outgoing, Security
from tasks.domain.calendar import ZONE
from tasks.domain.mime import address_is_sound

_serial = itertools.count(1)


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
        self._receiver = Receiver(_refusal, self._keep)

    def __enter__(self) -> "PostOffice":
        self._receiver.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.__exit__()

    def _now(self) -> datetime:
        return self.clock or self._real_now()

    @property
    def outgoing(self) -> Outgoing:
        return at_port(self._receiver.port)

    def mailbox(self, address: str) -> Path:
        return mailbox_folder(self.folder, address)

    def _keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        for recipient in recipients:
            self.accept(sender, recipient, raw)

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


def _refusal(address: str) -> str:
    return "" if address_is_sound(address) else "553 5.1.3 no such address can exist"


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
