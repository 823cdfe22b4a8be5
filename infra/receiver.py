"""A mail server for those who hand letters to us: SMTP or LMTP on one port, one answer for every recipient.

The sandbox's post office and the door of the house are this, each with its own idea of whom it takes mail for.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
PORTS_TO_TRY = 5
MOST_BYTES = 32 * 1024 * 1024
TAKEN, NOT_NOW = "250 2.0.0 OK", "451 4.3.1 cannot be stored now, try again later"
log = logging.getLogger("kiemtra")

Refusal = Callable[[str], str]
"""What an address is answered, '' where it is taken."""
Keep = Callable[[str, list[str], bytes], None]
"""Stores a message for its recipients, so that a power cut takes nothing away; raises OSError when it cannot."""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Receiver:
    """Listens while it is entered; on a free port of its own where it is told none."""

    def __init__(self, refusal: Refusal, keep: Keep, host: str = HOST, port: int = 0, *, lmtp: bool = False) -> None:
        self._handler, self._host, self._port, self._lmtp = _Handler(refusal, keep, lmtp), host, port, lmtp
        self._controller: Controller | None = None

    def __enter__(self) -> "Receiver":
        for _ in range(0 if self._port else PORTS_TO_TRY - 1):
            with suppress(OSError):  # somebody else took the free port before we did
                return self._listen(free_port())
        return self._listen(self._port or free_port())

    def _listen(self, port: int) -> "Receiver":
        kind = _LmtpController if self._lmtp else Controller
        controller = kind(
            self._handler, hostname=self._host, port=port, data_size_limit=MOST_BYTES, enable_SMTPUTF8=False
        )
        controller.start()
        self._controller = controller
        return self

    def __exit__(self, *_: object) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def port(self) -> int:
        assert self._controller is not None, "the receiver is closed"
        return int(self._controller.port)


class _LmtpController(Controller):
    def factory(self) -> SMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


class _Handler:
    def __init__(self, refusal: Refusal, keep: Keep, lmtp: bool) -> None:
        self._refusal, self._keep, self._lmtp = refusal, keep, lmtp

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._refusal(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Taken only when it is on the disk; until then the sender keeps it and tries again."""
        content: Any = envelope.content
        sender = (envelope.mail_from or "").strip("<>")  # the null sender comes as '<>'
        recipients = [str(one) for one in envelope.rcpt_tos]
        try:
            await asyncio.to_thread(self._keep, sender, recipients, bytes(content))
            answer = TAKEN
        except OSError:
            log.exception("a message could not be stored")
            answer = NOT_NOW
        # LMTP answers for every recipient (RFC 2033).
        return "\r\n".join([answer] * (len(recipients) if self._lmtp else 1))
