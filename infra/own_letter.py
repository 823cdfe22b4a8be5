"""The letter to ourselves: sent as every letter is, looked for wherever the mailbox may have put it, then put away."""

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any, Protocol

from imapclient.exceptions import IMAPClientError

from infra.imap import connect
from infra.maildir import make_maildir, subfolder
from infra.settings import Inbound, InboundKind, Settings
from infra.smtp import SmtpOutbox
from tasks.domain.errors import MailboxUnreachable, MailError
from tasks.domain.mime import Draft, compose
from tasks.domain.own_letter import domain_of
from tasks.mailing.addresses import envelope_sender
from tasks.toolbox import House

TIMEOUT = 30.0
LOOK_EVERY = 2.0
SUBJECT = "kiemtra: thư thử, không cần trả lời"
WORDS = (
    "Thư này do lệnh kiemtra check gửi tới chính hộp thư của hệ thống, để biết thư đi và về được hay không.\n"
    "Không cần làm gì; chương trình tự cất đi."
)


@dataclass(frozen=True)
class OwnLetter:
    """As it leaves: by which envelope, to which address, as which bytes."""

    message_id: str
    sender: str
    recipient: str
    tag: str
    raw: bytes


def own_letter(house: House, recipient: str, now: datetime, *, tagged: bool) -> OwnLetter:
    """From us to us, in the envelope that a letter of ours has; `tagged`: with its bounce tag where one is used."""
    message_id = f"<{secrets.token_hex(16)}@{domain_of(house.sender_address)}>"
    tag = secrets.token_hex(16) if tagged else ""
    sender = envelope_sender(house, tag) if tagged else house.sender_address
    draft = Draft(
        sender=(house.sender_name, house.sender_address),
        recipient=("", recipient),
        reply_to=house.reply_address,
        subject=SUBJECT,
        text=WORDS,
        html=f"<p>{WORDS}</p>",
        message_id=message_id,
        date=now,
    )
    return OwnLetter(message_id, sender, recipient, tag, compose(draft))


async def post(outbox: SmtpOutbox, letter: OwnLetter) -> str:
    """The server's answer; raises a MailError."""
    async with outbox.connect() as connection:
        return await connection.post(letter.sender, letter.recipient, letter.raw, lambda: None, letter.tag)


class _Enough(Exception):
    pass


async def would_be_taken(outbox: SmtpOutbox, letter: OwnLetter) -> bool:
    """Asked up to the recipient; then the line is closed, and nothing has left."""

    def enough() -> None:
        raise _Enough

    try:
        async with outbox.connect() as connection:
            await connection.post(letter.sender, letter.recipient, letter.raw, enough, letter.tag)
    except _Enough:
        return True
    except MailError:
        return False
    return True


# --- looking for it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    folder: str
    raw: bytes
    is_where_we_read: bool
    is_junk: bool
    place: Any
    """What the mailbox knows it by."""

    @property
    def verdict(self) -> str:
        """What the server that delivered it, the last to write in front, says of it (RFC 8601)."""
        return str(message_from_bytes(self.raw).get("Authentication-Results", ""))


class Search(Protocol):
    def look(self, message_id: str) -> Found | None: ...

    def bounced(self, message_id: str) -> str:
        """The words of a report on it that came back, '' where none did."""
        ...

    def put_away(self, found: Found) -> None: ...


def searching(settings: Settings, since: float) -> AbstractContextManager[Search]:
    """Everywhere in the incoming mailbox. Raises MailboxUnreachable."""
    inbound = settings.inbound
    assert inbound is not None, "only in real mode is there a mailbox that others fill"
    if inbound.kind is InboundKind.IMAP:
        return _imap(inbound)
    path = settings.door_folder if inbound.kind is InboundKind.DOOR else settings.file.parent / inbound.path
    return _maildir(path.resolve(), inbound, since)


def wait_for(search: Search, letter: OwnLetter, seconds: float) -> Found | None:
    """Looked for at once, and every other second until the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        found = search.look(letter.message_id)
        if found is not None:
            search.put_away(found)
            return found
        if time.monotonic() >= deadline:
            return None
        time.sleep(min(LOOK_EVERY, max(0.1, deadline - time.monotonic())))


@contextmanager
def _imap(inbound: Inbound) -> Iterator["ImapSearch"]:
    client = connect(inbound, TIMEOUT)
    try:
        yield ImapSearch(client, inbound)
    except (IMAPClientError, OSError) as error:
        raise MailboxUnreachable(f"mất kết nối với hộp thư {inbound.host}: {error}") from error
    finally:
        with suppress(Exception):
            client.logout()


class ImapSearch:
    """The folder that is read, what the collector has put away, and then every other folder but copies of sent mail."""

    def __init__(self, client: Any, inbound: Inbound) -> None:
        self._client, self._inbound = client, inbound

    def look(self, message_id: str) -> Found | None:
        for folder, flags in self._folders():
            for uid in self._find(folder, ["HEADER", "Message-ID", message_id.strip("<>")]):
                raw = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]", b"")
                ours = folder in {self._inbound.folder, self._inbound.done_folder, self._inbound.desk_folder}
                return Found(folder, raw, ours, b"\\junk" in flags, (folder, uid))
        return None

    def bounced(self, message_id: str) -> str:
        for folder in (self._inbound.folder, self._inbound.done_folder):
            for uid in self._find(folder, ["TEXT", message_id.strip("<>")]):
                return _report(self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]", b""))
        return ""

    def put_away(self, found: Found) -> None:
        """Where mail lies that is done; a mailbox that moves nothing keeps it, and the collector knows it."""
        folder, uid = found.place
        if folder in {self._inbound.done_folder, self._inbound.desk_folder}:
            return
        with suppress(IMAPClientError):
            if not self._client.folder_exists(self._inbound.done_folder):
                self._client.create_folder(self._inbound.done_folder)
            self._client.select_folder(folder)
            if self._client.has_capability("MOVE"):
                self._client.move([uid], self._inbound.done_folder)
            else:
                self._client.copy([uid], self._inbound.done_folder)
                self._client.delete_messages([uid])

    def _find(self, folder: str, criteria: list[str]) -> list[int]:
        try:
            self._client.select_folder(folder, readonly=True)
            return list(self._client.search(criteria))
        except IMAPClientError:  # a folder that cannot be opened, or is not there yet
            return []

    def _folders(self) -> list[tuple[str, frozenset[bytes]]]:
        known = {name: frozenset(flag.lower() for flag in flags) for flags, _, name in self._client.list_folders()}
        ours = [self._inbound.folder, self._inbound.done_folder, self._inbound.desk_folder]
        copies = {b"\\sent", b"\\all", b"\\drafts", b"\\flagged", b"\\noselect"}
        others = [name for name, flags in known.items() if name not in ours and not flags & copies]
        return [(name, known.get(name, frozenset())) for name in (*ours, *others)]


@contextmanager
def _maildir(path: Path, inbound: Inbound, since: float) -> Iterator["MaildirSearch"]:
    try:
        make_maildir(path)
        yield MaildirSearch(path, inbound, since)
    except OSError as error:
        raise MailboxUnreachable(f"không đọc được hộp thư {path}: {error.strerror or error}") from error


class MaildirSearch:
    """The same where mail lies in files: those that came since the letter left."""

    def __init__(self, path: Path, inbound: Inbound, since: float) -> None:
        self._path, self._since = path, since
        self._done, self._desk = path / subfolder(inbound.done_folder), path / subfolder(inbound.desk_folder)

    def look(self, message_id: str) -> Found | None:
        mark = f"Message-ID: {message_id}".encode()
        for file in self._recent((self._path, self._done, self._desk, *self._path.glob(".?*"))):
            raw = file.read_bytes()
            if mark in raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]:
                folder = file.parent.parent
                is_junk = folder.name.strip(".").casefold() in {"junk", "spam"}
                ours = folder in {self._path, self._done, self._desk}
                return Found("INBOX" if folder == self._path else folder.name.strip("."), raw, ours, is_junk, file)
        return None

    def bounced(self, message_id: str) -> str:
        reports = (file.read_bytes() for file in self._recent((self._path, self._done)))
        return next((_report(raw) for raw in reports if message_id.encode() in raw), "")

    def put_away(self, found: Found) -> None:
        file: Path = found.place
        if file.parent.parent in {self._done, self._desk}:
            return
        make_maildir(self._done)
        with suppress(FileNotFoundError):  # the collector was quicker
            file.replace(self._done / "cur" / f"{file.name.partition(':')[0]}:2,S")

    def _recent(self, folders: Iterable[Path]) -> Iterator[Path]:
        for folder in dict.fromkeys(folders):
            for file in (*folder.glob("new/*"), *folder.glob("cur/*")):
                with suppress(FileNotFoundError):
                    if file.stat().st_mtime >= self._since - 60:
                        yield file


def _report(raw: bytes) -> str:
    """What a report of a letter that came back says, in one line: the server's words where they stand in it."""
    text = raw.decode("utf-8", "replace")
    for field in ("diagnostic-code:", "status:"):
        for line in text.splitlines():
            if line.lower().startswith(field):
                return line.partition(":")[2].strip()[:200]
    return "máy chủ không nói vì sao"
