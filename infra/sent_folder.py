"""The folder of sent mail: a letter that lies in it has left. Exchange Online and Gmail file a copy there themselves;
elsewhere we may be told to."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from imapclient.exceptions import IMAPClientError

from infra.imap import ImapMailbox
from infra.settings import Inbound
from tasks.domain.errors import MailboxUnreachable
from tasks.domain.mailing import random_part
from tasks.toolbox import Copy


class SentFolder:
    """Looked up on the account of the incoming mailbox, by Message-ID."""

    def __init__(self, inbound: Inbound) -> None:
        self._inbound = inbound
        self.name = f"thư mục “{inbound.folder}”"

    def since(self, day: date) -> Mapping[str, str]:
        with ImapMailbox(self._inbound).open() as opened:
            try:
                return dict.fromkeys(opened.message_ids_since(day), f"có bản lưu trong “{self._inbound.folder}”")
            except IMAPClientError as error:
                raise MailboxUnreachable(f"không tra được “{self._inbound.folder}”: {error}") from error

    def file(self, copies: Iterable[Copy]) -> Iterator[Copy]:
        """Each when it lies there. Raises MailboxUnreachable."""
        with ImapMailbox(self._inbound).open() as opened:
            for one in copies:
                opened.file_once(random_part(one.message_id) or one.message_id, one.raw, one.left_at)
                yield one

    def find(self, message_ids: Collection[str]) -> Mapping[str, str]:
        with ImapMailbox(self._inbound).open() as opened:
            try:
                return {
                    one: f"có bản lưu trong “{self._inbound.folder}”"
                    for one in message_ids
                    if opened.has_message_id(random_part(one) or one)
                }
            except IMAPClientError as error:
                raise MailboxUnreachable(f"không tra được “{self._inbound.folder}”: {error}") from error
