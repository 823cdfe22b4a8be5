"""An IMAP mailbox as the incoming mailbox, with IMAPClient; nothing relies on the \\Seen flag."""

import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from infra.settings import Inbound, Security
from tasks.domain.calendar import ZONE
from tasks.domain.errors import MailboxUnreachable
from tasks.toolbox import Kept, RawMail

T = TypeVar("T")
TIMEOUT = 30
MOST_TURNS = 5
MOST_BYTES = 30 * 1024 * 1024
"""Of one FETCH: the whole answer lies in memory."""


class ImapMailbox:
    def __init__(self, inbound: Inbound, timeout: float = TIMEOUT) -> None:
        self._inbound, self._timeout = inbound, timeout
        self.name = f"imap:{inbound.user}@{inbound.host}/{inbound.folder}"[:120]

    @contextmanager
    def open(self) -> Iterator["OpenImap"]:
        opened = None
        try:
            opened = OpenImap(self._inbound, self._timeout)
            yield opened
        except (IMAPClientError, OSError) as error:
            raise MailboxUnreachable(f"mất kết nối với hộp thư {self._inbound.host}: {_words(error)}") from error
        finally:
            if opened is not None:
                opened.close()


class OpenImap:
    """Keys are 'folder;UIDVALIDITY;UID': a folder that was rebuilt has new keys, and the hash knows its old mail.

    A connection that dies is opened once more, and what it was about to do is done again: every step is repeatable.
    """

    def __init__(self, inbound: Inbound, timeout: float) -> None:
        self._inbound, self._timeout = inbound, timeout
        self._client = connect(inbound, timeout)
        self._reconnected = False
        self._unread: set[int] = set()
        """Asked for and not got: they stay where they are until a later run has them."""
        self._moved: set[int] = set()
        self._known_folders: set[str] = set()
        self._enter()

    def close(self) -> None:
        with suppress(Exception):
            self._client.logout()

    def _enter(self) -> None:
        folder = self._inbound.folder
        try:
            self._validity = self._client.select_folder(folder)[b"UIDVALIDITY"]
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise MailboxUnreachable(f"không mở được thư mục “{folder}”: {_words(error)}") from error

    def _ask(self, act: Callable[[Any], T]) -> T:
        try:
            return act(self._client)
        except (IMAPClientAbortError, OSError):
            if self._reconnected:
                raise
            self._reconnect()
            return act(self._client)

    def _reconnect(self) -> None:
        """The line or the server went away: once in a run it is worth a second try."""
        self._reconnected = True
        before = self._validity
        with suppress(Exception):
            self._client.shutdown()
        try:
            self._client = connect(self._inbound, self._timeout)
        except MailboxUnreachable as error:
            raise MailboxUnreachable(f"mất kết nối với hộp thư và {error}") from error
        self._enter()
        if self._validity != before:
            raise MailboxUnreachable(f"thư mục “{self._inbound.folder}” vừa được dựng lại; lượt sau sẽ đọc lại")

    def waiting(self) -> list[str]:
        return [self._key(uid) for uid in sorted(self._ask(lambda client: client.search(["ALL"])))]

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        uids = self._uids(keys)
        if not uids:
            return
        self._unread.update(uids)
        sizes = self._ask(lambda client: client.fetch(uids, ["RFC822.SIZE"]))
        for batch in batches_by_size([(uid, _size(sizes.get(uid, {}))) for uid in uids], MOST_BYTES):
            found = self._ask(partial(_bodies, batch))
            for uid in batch:
                # Somebody may delete a message under our eyes, and a server may speak of other ones unasked.
                one = found.pop(uid, {})
                raw, received = one.get(b"BODY[]"), one.get(b"INTERNALDATE")
                if raw:
                    self._unread.discard(uid)
                    received_at = received.astimezone(ZONE) if received else datetime.now(UTC)
                    yield RawMail(self._key(uid), raw, received_at)

    def message_ids_since(self, day: date) -> Iterator[str]:
        """Of all messages of this folder that came on that day or later."""
        uids = self._ask(lambda client: client.search(["SINCE", day]))
        for some in (uids[at : at + 500] for at in range(0, len(uids), 500)):
            found = self._ask(partial(_envelopes, some))
            for one in found.values():
                if (envelope := one.get(b"ENVELOPE")) is not None and envelope.message_id:
                    yield envelope.message_id.decode("ascii", "replace")

    def has_message_id(self, part: str) -> bool:
        """Whether a message of this folder has a Message-ID with this part."""
        return bool(self._ask(lambda client: client.search(["HEADER", "MESSAGE-ID", part])))

    def file_once(self, part: str, raw: bytes, at: datetime) -> None:
        """A copy in this folder, marked as read; none where one with this part of its Message-ID lies there already."""

        def act(client: Any) -> None:
            if not client.search(["HEADER", "MESSAGE-ID", part]):
                client.append(self._inbound.folder, raw, [b"\\Seen"], at)

        self._ask(act)

    # --- between folders -------------------------------------------------------------------------------------------

    def done(self, keys: list[str]) -> None:
        self._move_out(keys, self._inbound.done_folder)

    def to_desk(self, keys: list[str]) -> None:
        self._move_out(keys, self._inbound.desk_folder)

    def from_desk(self, letters: list[Kept]) -> None:
        self._move_between(letters, self._inbound.desk_folder, self._inbound.done_folder)

    def back_to_desk(self, letters: list[Kept]) -> None:
        self._move_between(letters, self._inbound.done_folder, self._inbound.desk_folder)

    def bring_back(self, is_known: Callable[[str], bool]) -> int:
        folders = self._inbound.done_folder, self._inbound.desk_folder
        return sum(self._ask(partial(self._bring_back, folder, is_known)) for folder in folders)

    def _bring_back(self, folder: str, is_known: Callable[[str], bool], client: Any) -> int:
        if not client.folder_exists(folder):
            return 0
        client.select_folder(folder)
        try:
            sizes = client.fetch(client.search(["ALL"]) or "1:*", ["RFC822.SIZE"])
            unknown = []
            for batch in batches_by_size([(uid, _size(one)) for uid, one in sorted(sizes.items())], MOST_BYTES):
                bodies = _bodies(batch, client)
                hashes = {uid: hashlib.sha256(bodies.get(uid, {}).get(b"BODY[]") or b"").hexdigest() for uid in batch}
                unknown += [uid for uid, sha256 in hashes.items() if not is_known(sha256)]
            if unknown:
                self._move(client, unknown, self._inbound.folder)
            return len(unknown)
        finally:
            client.select_folder(self._inbound.folder)

    def _move_out(self, keys: list[str], folder: str) -> None:
        uids = [uid for uid in self._uids(keys) if uid not in self._unread]
        if uids:
            self._ask(lambda client: self._move(client, uids, folder))

    def _move_between(self, letters: list[Kept], source: str, target: str) -> None:
        if letters and self._ask(lambda client: client.folder_exists(source)):
            self._ask(lambda client: self._move_found(client, letters, source, target))

    def _move_found(self, client: Any, letters: list[Kept], source: str, target: str) -> None:
        client.select_folder(source)
        try:
            uids = [uid for letter in letters for uid in _find(client, letter)]
            if uids:
                self._move(client, uids, target)
        finally:
            client.select_folder(self._inbound.folder)

    def _move(self, client: Any, uids: list[int], folder: str) -> None:
        self._make_folder(client, folder)
        if not client.has_capability("MOVE"):
            self._copy_and_delete(client, uids, folder)
            return
        for turn in range(MOST_TURNS):
            try:
                client.move(uids, folder)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:  # another collector, or a person, was quicker with one of them
                there = set(client.search(["ALL"]))
                if turn == MOST_TURNS - 1 or there.issuperset(uids):
                    raise
                if not (uids := [uid for uid in uids if uid in there]):
                    return
            else:
                return

    def _copy_and_delete(self, client: Any, uids: list[int], folder: str) -> None:
        client.copy(uids, folder)
        client.delete_messages(uids)
        self._moved.update(uids)
        if client.has_capability("UIDPLUS"):
            client.expunge(uids)
        elif self._moved.issuperset(client.search(["DELETED"])):  # a plain EXPUNGE takes everybody's
            client.expunge()

    def _make_folder(self, client: Any, folder: str) -> None:
        if folder in self._known_folders or client.folder_exists(folder):
            self._known_folders.add(folder)
            return
        try:
            client.create_folder(folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            if not client.folder_exists(folder):  # else another collector was quicker
                raise MailboxUnreachable(f"không tạo được thư mục “{folder}”: {_words(error)}") from error
        with suppress(IMAPClientError):
            client.subscribe_folder(folder)  # so that people see it; not every server can
        self._known_folders.add(folder)

    def _key(self, uid: int) -> str:
        return f"{self._inbound.folder};{self._validity};{uid}"

    def _uids(self, keys: list[str]) -> list[int]:
        """Of keys given out for this folder as it stands; the numbers of a folder since rebuilt mean other mail."""
        return [uid for folder, validity, uid in map(parse_key, keys) if self._key(uid) == f"{folder};{validity};{uid}"]


def _bodies(uids: list[int], client: Any) -> Any:
    return client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"])


def _envelopes(uids: list[int], client: Any) -> Any:
    return client.fetch(uids, ["ENVELOPE"])


def _find(client: Any, letter: Kept) -> list[int]:
    """By its Message-ID, and then by its bytes: an identifier may be absent, and need not be unique."""
    if not letter.message_id:
        return []
    found = client.search(["HEADER", "Message-ID", letter.message_id])
    bodies = client.fetch(found, ["BODY.PEEK[]"]) if found else {}
    return [
        uid for uid in found if hashlib.sha256(bodies.get(uid, {}).get(b"BODY[]") or b"").hexdigest() == letter.sha256
    ]


def parse_key(key: str) -> tuple[str, int, int]:
    """Folder, UIDVALIDITY, UID; a folder name may hold anything, semicolons too."""
    folder, validity, uid = key.rsplit(";", 2)
    return folder, int(validity), int(uid)


def batches_by_size(sizes: Sequence[tuple[int, int]], most: int) -> Iterator[list[int]]:
    """UIDs in order, as many together as fit; one that is too large alone goes alone."""
    batch: list[int] = []
    total = 0
    for uid, size in sizes:
        if batch and total + size > most:
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _size(found: Any) -> int:
    size = found.get(b"RFC822.SIZE")
    return size if isinstance(size, int) else 0


def connect(inbound: Inbound, timeout: float) -> Any:
    """Logged in, or MailboxUnreachable with the reason in words."""
    try:
        client = _log_in(inbound, timeout)
    except (IMAPClientError, OSError, ValueError) as error:  # ValueError: a host name that cannot be one
        raise MailboxUnreachable(_why_not_open(inbound, error)) from error
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # a router may forget an idle line
    return client


def _log_in(inbound: Inbound, timeout: float) -> Any:
    if not inbound.password:
        raise LoginError("chưa có mật khẩu: đặt biến KIEMTRA_IMAP_PASSWORD hoặc password_file trong [mail.in]")
    is_tls = inbound.security is Security.TLS
    context = None if inbound.security is Security.NONE else ssl.create_default_context(cafile=inbound.ca_file or None)
    client = IMAPClient(
        inbound.host, inbound.port, ssl=is_tls, ssl_context=context if is_tls else None, timeout=timeout
    )
    try:
        if inbound.security is Security.STARTTLS:
            client.starttls(context)
        if (inbound.user + inbound.password).isascii():
            client.login(inbound.user, inbound.password)
        else:
            client.plain_login(inbound.user, inbound.password)  # LOGIN knows only ASCII
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    client.normalise_times = False  # keep the zone of INTERNALDATE
    return client


def _why_not_open(inbound: Inbound, error: BaseException) -> str:
    place = f"{inbound.host}:{inbound.port}"
    if isinstance(error, LoginError):
        return f"không đăng nhập được hộp thư {inbound.user} trên {place}: {_words(error)}"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"chứng thư của máy chủ {place} không được tin cậy (xem ca_file trong [mail.in]): {_words(error)}"
    if isinstance(error, FileNotFoundError) and inbound.ca_file:
        return f"không thấy tệp chứng thư {inbound.ca_file} (ca_file trong [mail.in])"
    return f"không vào được hộp thư trên {place}: {_words(error)}"


def _words(error: BaseException) -> str:
    """imaplib reports what the server said as the repr of bytes."""
    text = str(error).removeprefix("b'").removeprefix('b"').removesuffix("'").removesuffix('"')
    return text or type(error).__name__
