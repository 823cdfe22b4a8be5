"""Handing letters to the mail server with aiosmtplib; every error becomes a decision.

The calls are split (MAIL, RCPT, DATA, content), because the row must be committed between RCPT and DATA: then, after a
crash, the unknown letters are as many as the open connections. Bytes leave as they are: `send_message` would fold our
headers anew and lose spaces in Vietnamese subjects.
"""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cached_property

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from infra.settings import Outgoing, Security
from tasks.domain.errors import (
    MailConnectionLost,
    MailDomainRefuses,
    MailError,
    MailRefusedForGood,
    MailRefusedForNow,
    MailRefusesUs,
    MailServerUnavailable,
    MailUncertain,
)
from tasks.domain.mime import address_is_sound
from tasks.domain.refusal import Blame, Stage, blame, otherwise


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for the server; ten minutes after the final dot (RFC 5321 section 4.5.3.2.6)."""

    connect: float = 30
    command: float = 60
    content: float = 600
    parting: float = 5


class SmtpOutbox:
    def __init__(self, outgoing: Outgoing, patience: Patience | None = None) -> None:
        self._outgoing = outgoing
        self.patience = patience or Patience()
        self.greeting = ""
        """What the server called itself when it was last reached."""

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["SmtpConnection"]:
        connection = SmtpConnection(self)
        try:
            yield connection
        finally:
            await connection.close()

    async def open(self) -> SMTP:
        """A connection that is logged in and has heard what the server can do; raises MailServerUnavailable."""
        out = self._outgoing
        client: SMTP | None = None
        try:
            client = SMTP(
                hostname=out.host,
                port=out.port,
                timeout=self.patience.command,
                use_tls=out.security is Security.TLS,
                start_tls=out.security is Security.STARTTLS,
                tls_context=self._tls,
            )
            self.greeting = str((await client.connect(timeout=self.patience.connect)).message)
            await _log_in(client, out)
            return client
        except BaseException as error:
            if client is not None:
                client.close()
            if isinstance(error, SMTPException | OSError | ValueError):  # ValueError: a host name that cannot be one
                raise MailServerUnavailable(_why_not_open(out, error)) from error
            raise

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        """Built once: reading the authorities of the system costs more than a letter."""
        if self._outgoing.security is Security.NONE:
            return None
        return ssl.create_default_context(cafile=self._outgoing.ca_file or None)


class SmtpConnection:
    """One connection, kept over many letters; opened when the first letter needs it."""

    def __init__(self, outbox: SmtpOutbox) -> None:
        self._outbox = outbox
        self._client: SMTP | None = None

    async def post(
        self, sender: str, recipient: str, raw: bytes, before_content: Callable[[], None], tag: str = ""
    ) -> str:
        if not address_is_sound(recipient):  # the library would mend it, and write to somebody else
            raise MailRefusedForGood(f"địa chỉ “{_plain(recipient)}” không hợp lệ")
        try:
            client = await self._mail(sender, len(raw), tag)
            await self._rcpt(client, recipient)
            before_content()
            await self._data(client)
            return await self._content(client, raw)
        except MailError:
            raise
        except BaseException:  # cancelled: a late answer must not be taken for the answer to the next command
            self._drop()
            raise

    async def _mail(self, sender: str, size: int, tag: str) -> SMTP:
        """A server may end a kept connection between two letters; then once more, on a new one."""
        is_kept = self._client is not None and self._client.is_connected
        client = await self._ready()
        limit = client.esmtp_extensions.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            refused = decision(Stage.CONTENT, 552, f"5.3.4 thư {size} byte, máy chủ chỉ nhận {limit} byte")
            assert refused is not None
            raise refused  # as if it had been tried: all our letters may be too large for this server
        try:
            await client.mail(sender, options=_mail_options(client, size, tag))
        except (SMTPException, OSError) as error:
            if is_kept and _is_over(error):
                self._drop()
                return await self._mail(sender, size, tag)
            raise await self._failed(error, Stage.SENDER) from error
        return client

    async def _rcpt(self, client: SMTP, recipient: str) -> None:
        try:
            asked = ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(recipient)}"]
            options = asked if client.supports_extension("dsn") else []
            await client.rcpt(recipient, options=options)
        except (SMTPException, OSError) as error:
            raise await self._failed(error, Stage.RECIPIENT) from error

    async def _data(self, client: SMTP) -> None:
        """Apart from the content: whatever goes wrong up to the server's 354, nothing has left."""
        try:
            response = await client.execute_command(b"DATA")
            if response.code != 354:
                raise aiosmtplib.SMTPDataError(response.code, response.message)
        except (SMTPException, OSError) as error:
            raise await self._failed(error, Stage.CONTENT) from error

    async def _content(self, client: SMTP, raw: bytes) -> str:
        protocol = client.protocol
        if protocol is None or not protocol.is_connected:
            self._drop()
            raise MailConnectionLost("máy chủ thư ngắt kết nối trước khi nhận nội dung")
        try:
            protocol.write(_dotted(raw))
            code, message = await protocol.read_response(timeout=self._outbox.patience.content)
        except (SMTPException, OSError) as error:
            self._drop()
            raise MailUncertain(f"mất kết nối sau khi gửi nội dung: {_words(error)}") from error
        if 200 <= code < 300:
            return _answer(code, message)
        if not 400 <= code < 600:
            self._drop()
            raise MailUncertain(f"câu trả lời lạ sau khi gửi nội dung: {_answer(code, message)}")
        raise await self._failed(SMTPResponseException(code, message), Stage.CONTENT)

    async def _failed(self, error: SMTPException | OSError, stage: Stage) -> MailError:
        """What an error means before the content, or a clear refusal after it; the next letter starts afresh."""
        if not isinstance(error, SMTPResponseException):
            self._drop()
            return MailConnectionLost(f"máy chủ thư ngắt kết nối hoặc không trả lời: {_words(error)}")
        if error.code == 421 or not 400 <= error.code < 600 or self._client is None:
            self._drop()  # closing, or out of step: what comes next might be the answer to something else
        else:
            try:
                await self._client.rset(timeout=self._outbox.patience.parting)
            except (SMTPException, OSError):
                self._drop()
        return decision(stage, error.code, str(error.message)) or MailRefusedForNow(_words(error))

    async def _ready(self) -> SMTP:
        if self._client is None or not self._client.is_connected:
            self._client = await self._outbox.open()
        return self._client

    async def probe(self, sender: str) -> None:
        """Whether the server lets us in, and takes this sender where one is given; leaves nothing behind."""
        if not sender:
            await self._ready()
            return
        try:
            client = await self._mail(sender, 1, "")
            await client.rset(timeout=self._outbox.patience.parting)
        except (SMTPException, OSError, MailError) as error:
            raise MailServerUnavailable(_words(error)) from error

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def close(self) -> None:
        try:
            if self._client is not None and self._client.is_connected:
                with suppress(SMTPException, OSError):
                    await self._client.quit(timeout=self._outbox.patience.parting)
        finally:
            self._drop()


def _mail_options(client: SMTP, size: int, tag: str) -> list[str]:
    """What the server is told and asked at MAIL: reports carry our headers alone, and the tag (RFC 3461)."""
    options = [f"SIZE={size}"] if client.supports_extension("size") else []
    if client.supports_extension("dsn"):
        options += ["RET=HDRS", *([f"ENVID={_xtext(tag)}"] if tag else [])]
    return options


def _xtext(text: str) -> str:
    """RFC 3461 section 4: what is not plain visible ASCII, and '+' and '=', as hexadecimal."""
    return "".join(one if "!" <= one <= "~" and one not in "+=" else f"+{ord(one):02X}" for one in text)


async def _log_in(client: SMTP, out: Outgoing) -> None:
    if client.is_ehlo_or_helo_needed:  # now, not with the first MAIL: its answer says how large a letter may be
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()
    if not out.user:
        return
    if not out.password:
        raise SMTPException("chưa có mật khẩu: đặt biến KIEMTRA_SMTP_PASSWORD hoặc password_file trong [mail.out]")
    if out.security is not Security.NONE and "plain" in client.server_auth_methods:
        await client.auth_plain(out.user, out.password)  # `login` would try a wrong password by every method
    else:
        await client.login(out.user, out.password)


def _why_not_open(out: Outgoing, error: BaseException) -> str:
    place = f"{out.host}:{out.port}"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"máy chủ thư {place} không nhận tên đăng nhập hoặc mật khẩu của {out.user}: {_words(error)}"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"chứng thư của máy chủ thư {place} không được tin cậy (xem ca_file trong [mail.out]): {_words(error)}"
    if isinstance(error, FileNotFoundError) and out.ca_file:
        return f"không thấy tệp chứng thư {out.ca_file} (ca_file trong [mail.out])"
    return f"không kết nối được máy chủ thư {place}: {_words(error)}"


def _is_over(error: SMTPException | OSError) -> bool:
    """The connection itself has ended: lost, silent (a router forgot it), or closed politely with 421."""
    return not isinstance(error, SMTPResponseException) or error.code == 421


# --- what a refusal means ----------------------------------------------------------------------------------------


def decision(stage: Stage, code: int, message: str) -> MailError | None:
    """None where the answer says nothing."""
    if not 400 <= code < 600:
        return None
    said = _answer(code, message)
    whose = blame(stage, code, message)
    if whose is not Blame.US:
        return _DECISIONS[whose](said)
    after_all = otherwise(stage, code, message)
    named = "" if stage is not Stage.SENDER else "máy chủ không nhận người gửi: "
    return MailRefusesUs(named + said, _DECISIONS[after_all] if after_all else None)


_DECISIONS: Mapping[Blame, type[MailRefusedForGood | MailRefusedForNow]] = {
    Blame.NOBODY: MailRefusedForNow,
    Blame.DOMAIN: MailDomainRefuses,
    Blame.ADDRESS: MailRefusedForGood,
}


def _dotted(raw: bytes) -> bytes:
    """CRLF line ends, doubled dots at the beginnings of lines, and the final dot (RFC 5321 section 4.5.2)."""
    lines = raw
    if not raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r"):  # ours are; counting costs a tenth of mending
        lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    stuffed = (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") or not stuffed else b"\r\n.\r\n")


def _answer(code: int, message: str) -> str:
    return _plain(f"{code} {message}")


def _words(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException):
        return _answer(error.code, str(error.message))
    return _plain(str(error)) or type(error).__name__


def _plain(text: str) -> str:
    """One line that a database takes: servers answer in any charset, and PostgreSQL refuses NUL and half characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:500].strip()


async def check_login(outbox: SmtpOutbox, sender: str = "") -> None:
    """Connect, log in, and ask whether the server takes letters from `sender`; sends nothing.

    Raises MailServerUnavailable.
    """
    async with outbox.connect() as connection:
        await connection.probe(sender)
