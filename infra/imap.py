"""An IMAP mailbox as the incoming mailbox, with IMAPClient; nothing relies on the \\Seen flag."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from infra.settings import Inbound, Security
from tasks.domain.calendar import ZONE
from tasks.domain.errors import MailboxUnreachable
from tasks.toolbox import RawMail

TIMEOUT = 30
MOST_BYTES = 30 * 1024 * 1024
"""Of one FETCH: the whole answer lies in memory."""


class ImapMailbox:
    def __init__(self, inbound: Inbound, timeout: float = TIMEOUT) -> None:
        self._inbound, self._timeout = inbound, timeout
        self.name = f"imap:{inbound.user}@{inbound.host}/{inbound.folder}"[:120]

    @contextmanager
    def open(self) -> Iterator["OpenImap"]:
        inbound = self._inbound
        try:
            client = _log_in(inbound, self._timeout)
        except (IMAPClientError, OSError, ValueError) as error:  # ValueError: a host name that cannot be one
            raise MailboxUnreachable(_why_not_open(inbound, error)) from error
        try:
            yield OpenImap(client, inbound)
        except (IMAPClientError, OSError) as error:
            raise MailboxUnreachable(f"mất kết nối với hộp thư {inbound.host}: {_words(error)}") from error
        finally:
            with suppress(Exception):
                client.logout()


class OpenImap:
    """Keys are 'folder;UIDVALIDITY;UID': a folder that was rebuilt has new keys, and the hash knows its old mail."""

    def __init__(self, client: Any, inbound: Inbound) -> None:
        self._client, self._inbound = client, inbound
        try:
            self._validity = client.select_folder(inbound.folder)[b"UIDVALIDITY"]
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise MailboxUnreachable(f"không mở được thư mục “{inbound.folder}”: {_words(error)}") from error
        self._unread: set[int] = set()
        """Asked for and not got: they stay where they are until a later run has them."""
        self._moved: set[int] = set()
        self._knows_done_folder = False

    def waiting(self) -> list[str]:
        return [self._key(uid) for uid in sorted(self._client.search(["ALL"]))]

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        uids = self._uids(keys)
        if not uids:
            return
        self._unread.update(uids)
        sizes = self._client.fetch(uids, ["RFC822.SIZE"])
        for batch in batches_by_size([(uid, _size(sizes.get(uid, {}))) for uid in uids], MOST_BYTES):
            found = self._client.fetch(batch, ["BODY.PEEK[]", "INTERNALDATE"])
            for uid in batch:
                # Somebody may delete a message under our eyes, and a server may speak of other ones unasked.
                raw, received = found.get(uid, {}).get(b"BODY[]"), found.get(uid, {}).get(b"INTERNALDATE")
                if raw:
                    self._unread.discard(uid)
                    received_at = received.astimezone(ZONE) if received else datetime.now(UTC)
                    yield RawMail(self._key(uid), raw, received_at)

    def has_message_id(self, part: str) -> bool:
        """Whether a message of this folder has a Message-ID with this part."""
        return bool(self._client.search(["HEADER", "MESSAGE-ID", part]))

    def done(self, keys: list[str]) -> None:
        uids = [uid for uid in self._uids(keys) if uid not in self._unread]
        if not uids:
            return
        self._make_done_folder()
        if self._client.has_capability("MOVE"):
            self._client.move(uids, self._inbound.done_folder)
            return
        self._client.copy(uids, self._inbound.done_folder)
        self._client.delete_messages(uids)
        self._moved.update(uids)
        if self._client.has_capability("UIDPLUS"):
            self._client.expunge(uids)
        elif self._moved.issuperset(self._client.search(["DELETED"])):  # a plain EXPUNGE takes everybody's
            self._client.expunge()

    def _make_done_folder(self) -> None:
        folder = self._inbound.done_folder
        if self._knows_done_folder or self._client.folder_exists(folder):
            self._knows_done_folder = True
            return
        try:
            self._client.create_folder(folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            if not self._client.folder_exists(folder):  # else another collector was quicker
                raise MailboxUnreachable(f"không tạo được thư mục “{folder}”: {_words(error)}") from error
        with suppress(IMAPClientError):
            self._client.subscribe_folder(folder)  # so that people see it; not every server can
        self._knows_done_folder = True

    def _key(self, uid: int) -> str:
        return f"{self._inbound.folder};{self._validity};{uid}"

    def _uids(self, keys: list[str]) -> list[int]:
        """Of keys given out for this folder as it stands; the numbers of a folder since rebuilt mean other mail."""
        return [uid for folder, validity, uid in map(parse_key, keys) if self._key(uid) == f"{folder};{validity};{uid}"]


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
