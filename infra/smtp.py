"""Handing letters to the mail server with aiosmtplib; every error becomes a decision.

The calls are split (MAIL, RCPT, DATA), because the row must be committed between RCPT and DATA: then, after a crash,
the unknown letters are as many as the open connections. `sendmail(bytes)` semantics only: `send_message` would fold
our headers anew and lose spaces in Vietnamese subjects.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from infra.settings import Outgoing, Security
from tasks.domain.errors import (
    MailRefusedForGood,
    MailRefusedForNow,
    MailServerUnavailable,
    MailUncertain,
)

CONNECT_TIMEOUT = 30.0
COMMAND_TIMEOUT = 60.0
DATA_TIMEOUT = 600.0
"""RFC 5321 section 4.5.3.2.6: ten minutes after the final dot."""


class Pace:
    """At most so many messages in any minute, over all connections of this process."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: deque[float] = deque()
        self._lock = asyncio.Lock()

    async def wait(self) -> None:
        async with self._lock:
            now = time.monotonic()
            while self._times and self._times[0] <= now - 60:
                self._times.popleft()
            if len(self._times) >= self._per_minute:
                await asyncio.sleep(self._times[0] + 60 - now)
                self._times.popleft()
            self._times.append(time.monotonic())


class SmtpOutbox:
    def __init__(self, outgoing: Outgoing, per_minute: int) -> None:
        self._outgoing = outgoing
        self._per_minute = per_minute
        self._pace: Pace | None = None

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["SmtpConnection"]:
        self._pace = self._pace or Pace(self._per_minute)  # made inside the loop that will wait on it
        connection = SmtpConnection(self._outgoing, self._pace)
        try:
            yield connection
        finally:
            await connection.close()


class SmtpConnection:
    """One connection, kept over many letters; opened when the first letter needs it."""

    def __init__(self, outgoing: Outgoing, pace: Pace) -> None:
        self._outgoing, self._pace = outgoing, pace
        self._client: SMTP | None = None

    async def post(self, sender: str, recipient: str, raw: bytes, before_content: Callable[[], None]) -> str:
        await self._pace.wait()
        client = await self._envelope(sender, recipient, len(raw))
        try:
            before_content()
        except BaseException:
            await self._drop()
            raise
        return await self._content(client, raw)

    async def _envelope(self, sender: str, recipient: str, size: int) -> SMTP:
        """MAIL and RCPT. A server may have closed a kept connection between two letters: then once more, anew."""
        is_kept = self._client is not None and self._client.is_connected
        client = await self._ready()
        try:
            await self._introduce(client, sender, recipient, size)
        except aiosmtplib.SMTPServerDisconnected as error:
            await self._drop()
            if not is_kept:
                raise MailRefusedForNow(f"máy chủ thư ngắt kết nối: {error}") from error
            return await self._envelope(sender, recipient, size)
        return client

    async def _introduce(self, client: SMTP, sender: str, recipient: str, size: int) -> None:
        limit = client.esmtp_extensions.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise MailRefusedForGood(f"thư {size} byte, máy chủ chỉ nhận {limit} byte")
        try:
            options = [f"SIZE={size}"] if client.supports_extension("size") else []
            await client.mail(sender, options=options)
        except SMTPResponseException as error:
            await self._after_refusal(error)
            if error.code >= 500:
                raise MailServerUnavailable(f"máy chủ không nhận người gửi: {_answer(error)}") from error
            raise MailRefusedForNow(_answer(error)) from error
        try:
            options = ["NOTIFY=FAILURE,DELAY"] if client.supports_extension("dsn") else []
            await client.rcpt(recipient, options=options)
        except SMTPResponseException as error:
            await self._after_refusal(error)
            raise _refusal(error) from error
        except aiosmtplib.SMTPTimeoutError as error:
            await self._drop()
            raise MailRefusedForNow(f"máy chủ thư không trả lời: {error}") from error

    async def _content(self, client: SMTP, raw: bytes) -> str:
        try:
            response = await client.data(raw, timeout=DATA_TIMEOUT)
        except asyncio.CancelledError:
            await self._drop()  # else its late 250 would be taken for the answer to the next command
            raise
        except SMTPResponseException as error:
            if error.code < 400:  # a reply that cannot be read: nobody knows what it said
                await self._drop()
                raise MailUncertain(f"câu trả lời lạ sau khi gửi nội dung: {_answer(error)}") from error
            await self._after_refusal(error)
            raise _refusal(error) from error
        except (SMTPException, OSError, TimeoutError) as error:
            await self._drop()
            raise MailUncertain(f"mất kết nối sau khi gửi nội dung: {error}") from error
        return f"{response.code} {response.message}"[:500]

    async def _ready(self) -> SMTP:
        if self._client is None or not self._client.is_connected:
            self._client = await self._open()
        return self._client

    async def _open(self) -> SMTP:
        out = self._outgoing
        client = SMTP(
            hostname=out.host,
            port=out.port,
            timeout=COMMAND_TIMEOUT,
            use_tls=out.security is Security.TLS,
            start_tls=out.security is Security.STARTTLS,
            tls_context=_tls(out),
        )
        try:
            await client.connect(timeout=CONNECT_TIMEOUT)
            if out.user:
                await client.login(out.user, out.password)
        except (SMTPException, OSError, ssl.SSLError, TimeoutError) as error:
            client.close()
            raise MailServerUnavailable(f"không kết nối được máy chủ thư {out.host}:{out.port}: {error}") from error
        return client

    async def _after_refusal(self, error: SMTPResponseException) -> None:
        """421 closes the connection; after any other refusal the next letter starts afresh on it."""
        if error.code == 421 or self._client is None:
            await self._drop()
            return
        with suppress(SMTPException, OSError):
            await self._client.rset()

    async def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def close(self) -> None:
        if self._client is not None and self._client.is_connected:
            with suppress(SMTPException, OSError, TimeoutError):
                await self._client.quit(timeout=5)
        await self._drop()


def _tls(outgoing: Outgoing) -> ssl.SSLContext | None:
    if outgoing.security is Security.NONE:
        return None
    return ssl.create_default_context(cafile=outgoing.ca_file or None)


def _refusal(error: SMTPResponseException) -> MailRefusedForGood | MailRefusedForNow:
    return MailRefusedForGood(_answer(error)) if error.code >= 500 else MailRefusedForNow(_answer(error))


def _answer(error: SMTPResponseException) -> str:
    return f"{error.code} {error.message}"[:500]


async def check_login(outgoing: Outgoing) -> None:
    """Connect and log in, nothing else; raises MailServerUnavailable."""
    connection = SmtpConnection(outgoing, Pace(1))
    await connection._ready()
    await connection.close()
