"""An IMAP mailbox as the incoming mailbox, with IMAPClient; nothing relies on the \\Seen flag."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from infra.settings import Inbound, Security
from tasks.domain.calendar import ZONE
from tasks.domain.errors import MailboxUnreachable
from tasks.toolbox import OpenMailbox, RawMail

TIMEOUT = 30


class ImapMailbox:
    def __init__(self, inbound: Inbound) -> None:
        self._inbound = inbound
        self.name = f"imap:{inbound.user}@{inbound.host}/{inbound.folder}"[:120]

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        try:
            client = _log_in(self._inbound)
        except (IMAPClientError, OSError, ssl.SSLError) as error:
            place = f"{self._inbound.host}:{self._inbound.port}"
            raise MailboxUnreachable(f"không vào được hộp thư trên {place}: {error}") from error
        try:
            yield OpenImap(client, self._inbound)
        except (IMAPClientError, OSError, ssl.SSLError) as error:
            raise MailboxUnreachable(f"mất kết nối với hộp thư {self._inbound.host}: {error}") from error
        finally:
            with suppress(Exception):
                client.logout()


class OpenImap:
    """Keys are 'folder;UIDVALIDITY;UID': a folder that was rebuilt has new keys, and the hash knows its old mail."""

    def __init__(self, client: Any, inbound: Inbound) -> None:
        self._client, self._inbound = client, inbound
        self._validity = client.select_folder(inbound.folder)[b"UIDVALIDITY"]

    def waiting(self) -> list[str]:
        return [self._key(uid) for uid in sorted(self._client.search(["ALL"]))]

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        if not keys:
            return
        found = self._client.fetch([_uid(key) for key in keys], ["BODY.PEEK[]", "INTERNALDATE"])
        for uid in sorted(found):
            received = found[uid][b"INTERNALDATE"]
            yield RawMail(self._key(uid), found[uid][b"BODY[]"], received.astimezone(ZONE))

    def done(self, keys: list[str]) -> None:
        uids = [_uid(key) for key in keys]
        if not uids:
            return
        self._make_done_folder()
        if self._client.has_capability("MOVE"):
            self._client.move(uids, self._inbound.done_folder)
            return
        self._client.copy(uids, self._inbound.done_folder)
        self._client.delete_messages(uids)
        self._client.expunge(uids if self._client.has_capability("UIDPLUS") else None)

    def _make_done_folder(self) -> None:
        if not self._client.folder_exists(self._inbound.done_folder):
            self._client.create_folder(self._inbound.done_folder)
            self._client.subscribe_folder(self._inbound.done_folder)

    def _key(self, uid: int) -> str:
        return f"{self._inbound.folder};{self._validity};{uid}"


def _uid(key: str) -> int:
    return int(key.rpartition(";")[2])


def _log_in(inbound: Inbound) -> Any:
    context = ssl.create_default_context(cafile=inbound.ca_file or None)
    is_tls = inbound.security is Security.TLS
    client = IMAPClient(
        inbound.host, inbound.port, ssl=is_tls, ssl_context=context if is_tls else None, timeout=TIMEOUT
    )
    try:
        if inbound.security is Security.STARTTLS:
            client.starttls(context)
        client.login(inbound.user, inbound.password)
    except BaseException:
        client.shutdown()
        raise
    client.normalise_times = False  # keep the zone of INTERNALDATE
    return client
