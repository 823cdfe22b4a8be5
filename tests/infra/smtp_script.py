"""An SMTP server whose every answer is written down beforehand: refusals, silences, closed lines, nonsense."""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from infra.settings import Outgoing, Security


@dataclass(frozen=True)
class Say:
    """One answer. `late`: so many seconds after it was due; `then_close`: and the line is closed."""

    text: str | bytes = ""
    late: float = 0
    then_close: bool = False


CLOSE = Say(then_close=True)
STALL = Say(late=3600)
Answer = str | Say

USUAL = {
    "greeting": "220 may-chu.example ESMTP",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "content": "250 2.0.0 queued as 7",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass
class ScriptedServer:
    """`script` gives for a stage one answer for ever, or a list of answers for its first times, then the usual one."""

    script: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None
    port: int = 0
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    """The contents that arrived whole, dots undone, whatever was answered to them."""
    _lines: set[asyncio.Task[None]] = field(default_factory=set)

    def outgoing(self, security: Security = Security.NONE, **others: Any) -> Outgoing:
        return Outgoing("127.0.0.1", self.port, security, others.pop("user", ""), others.pop("password", ""), **others)

    @property
    def falls_silent(self) -> bool:
        """Somewhere the script says nothing for long, or only half an answer."""
        planned = [one for said in self.script.values() for one in (said if isinstance(said, list) else [said])]
        return any(one is STALL or (isinstance(one, Say) and str(one.text).startswith("250-")) for one in planned)

    def named(self, verb: str) -> list[str]:
        return [command for command in self.commands if command.upper().startswith(verb)]

    def _answer(self, stage: str, usual: str) -> Say:
        planned = self.script.get(stage, usual)
        if isinstance(planned, list):
            planned = planned.pop(0) if planned else usual
        return planned if isinstance(planned, Say) else Say(planned)

    async def _say(self, stage: str, writer: asyncio.StreamWriter, usual: str = "") -> str:
        """Returns what was said; raises ConnectionError where the script closes the line."""
        say = self._answer(stage, usual or USUAL.get(stage, "250 ok"))
        await asyncio.sleep(say.late)
        text = say.text.encode() if isinstance(say.text, str) else say.text
        if text:
            writer.write(text + b"\r\n")
            await writer.drain()
        if say.then_close:
            raise ConnectionAbortedError
        return text.decode("latin-1")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say("greeting", writer)
        while line := await reader.readline():
            command = line.decode("latin-1").strip()
            self.commands.append(command)
            verb = command.upper().partition(" ")[0]
            if verb == "EHLO":
                lines = ["may-chu.example", *self.extensions]
                hello = [f"250{'-' if number < len(lines) else ' '}{one}" for number, one in enumerate(lines, start=1)]
                await self._say("EHLO", writer, "\r\n".join(hello))
            elif verb == "DATA":
                if (await self._say("DATA", writer)).startswith("354"):
                    if "halfway" in self.script:
                        await reader.readline()
                        await self._say("halfway", writer)
                    await self._take(reader)
                    await self._say("content", writer)
            else:
                said = await self._say(verb, writer)
                if verb == "STARTTLS" and said.startswith("220"):
                    assert self.tls is not None
                    await writer.start_tls(self.tls)
                if verb == "QUIT":
                    return

    async def _take(self, reader: asyncio.StreamReader) -> None:
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise ConnectionAbortedError
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
        self.contents.append(b"".join(lines))


@contextlib.asynccontextmanager
async def serving(
    script: dict[str, Answer | list[Answer]] | None = None,
    extensions: Iterable[str] = (),
    tls: ssl.SSLContext | None = None,
    *,
    implicit: bool = False,
) -> AsyncIterator[ScriptedServer]:
    """A scripted server on 127.0.0.1 for as long as the block lasts."""
    server = ScriptedServer(script or {}, tuple(extensions), tls)
    listener = await asyncio.start_server(server._serve, "127.0.0.1", 0, ssl=tls if implicit else None, limit=2**24)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for line in list(server._lines):
            line.cancel()
        await asyncio.gather(*server._lines, return_exceptions=True)


# --- certificates ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificates:
    """Files: the authority's own certificate, a certificate for localhost that it signed, and its key."""

    authority: Path
    server: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server, self.key)
        return context


def make_certificates(folder: Path) -> Certificates:
    """A new authority nobody knows, and a server certificate for localhost and 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    addresses = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    authority = (
        _certificate(issuer, issuer, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server = (
        _certificate(server_name, issuer, key)
        .add_extension(addresses, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    files = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files.server.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
