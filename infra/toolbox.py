"""The toolbox, built in one place: what the settings say becomes what the tasks are handed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from infra.backup.journal import LetterJournal
from infra.database import assert_current, open_engine, session_maker
from infra.definitions import FileDefinitions
from infra.document import OfficeDocuments
from infra.folder_lock import AT_WORK, together
from infra.house_clock import clock_of, real_now
from infra.imap import ImapMailbox
from infra.invitation import CalendarFiles
from infra.maildir import MaildirMailbox
from infra.own_files import own_templates
from infra.relay_log import RelayLog
from infra.rendering import LetterRenderer
from infra.sandbox.post_office import PostOffice, at_port, mailbox_folder
from infra.sent_folder import SentFolder
from infra.settings import TEMPLATES, InboundKind, MailMode, Outgoing, Settings, load_settings, settings_file
from infra.smtp import SmtpOutbox
from infra.workbook import ExcelWorkbooks
from tasks.domain.errors import KiemtraError
from tasks.records import SealKey
from tasks.toolbox import House, Mailbox, SentCopies, SentMail, Toolbox

RESTORING = "Thư mục dữ liệu {folder} đang được khôi phục (kiemtra restore). Hãy đợi xong rồi chạy lại."


def clock() -> datetime:
    """Now, as the house of these settings counts it; by the real clock where there is no house."""
    try:
        return clock_of(load_settings())() if settings_file().is_file() else real_now()
    except KiemtraError:  # wrong settings are told by whoever needs them
        return real_now()


@contextmanager
def open_toolbox(settings: Settings | None = None, *, as_of: datetime | None = None) -> Iterator[Toolbox]:
    """Everything a verb needs, closed at the end.

    In sandbox mode letters go to a post office on this machine: the one whose port the settings name, or one of our
    own for as long as the toolbox is open. On a virtual clock, now is `as_of`.
    """
    settings = settings or load_settings()
    now = (lambda: as_of) if settings.sandbox.virtual_clock and as_of is not None else clock_of(settings)
    with ExitStack() as stack:
        if settings.folder.is_dir():
            stack.enter_context(together(settings.folder / AT_WORK, RESTORING.format(folder=settings.folder)))
        engine = open_engine(settings.database)
        stack.callback(engine.dispose)
        assert_current(engine)
        sessions = session_maker(engine)
        seal_key = _seal_key(sessions)
        journal = LetterJournal(settings.folder)
        stack.callback(journal.close)
        outgoing = outgoing_of(stack, settings, now)
        yield Toolbox(
            sessions=sessions,
            outbox=SmtpOutbox(outgoing),
            mailbox=incoming_mailbox(settings),
            workbooks=ExcelWorkbooks(seal_key),
            documents=OfficeDocuments(own=own_templates(settings.folder)),
            render=_renderer(settings.folder),
            invitations=CalendarFiles(),
            definitions=FileDefinitions(TEMPLATES, settings.folder),
            now=now,
            house=_house(settings),
            sent_mail=sent_mail(settings),
            sent_copies=sent_copies(settings),
            speed=settings.sandbox.speed,
            seal_key=seal_key,
            journal=journal,
        )


def outgoing_of(stack: ExitStack, settings: Settings, now: Callable[[], datetime]) -> Outgoing:
    """Where letters go; in sandbox mode a post office of this machine, one of our own for as long as the stack is."""
    if settings.outgoing is not None:
        return settings.outgoing
    if settings.sandbox.port:
        return at_port(settings.sandbox.port)
    return stack.enter_context(PostOffice(settings.mail_folder, now)).outgoing


def _seal_key(sessions: sessionmaker[Session]) -> bytes:
    """Without its row forms are read by their tokens as before, and none is known as sealed."""
    with sessions() as session:
        row = session.get(SealKey, 1)
        return row.key if row is not None else b""


def _house(settings: Settings) -> House:
    """A post office on this machine knows no rate, and a virtual clock would never let one pass."""
    if settings.outgoing is not None:
        return settings.house
    return replace(settings.house, limits=replace(settings.house.limits, per_minute=0))


def sent_mail(settings: Settings) -> SentMail | None:
    sent = settings.sent
    if sent is None or settings.mode is not MailMode.REAL:
        return None
    if sent.log:
        return RelayLog(settings.file.parent / sent.log)
    return SentFolder(replace(settings.inbound, folder=sent.folder)) if settings.inbound else None


def sent_copies(settings: Settings) -> SentCopies | None:
    found = sent_mail(settings)
    return found if isinstance(found, SentFolder) and settings.sent and settings.sent.append else None


@lru_cache(maxsize=1)
def _renderer(folder: Path) -> LetterRenderer:
    """Compiling the letters costs more than sending one; a template that is edited is read again by itself."""
    return LetterRenderer(TEMPLATES, own_templates(folder))


def incoming_mailbox(settings: Settings) -> Mailbox:
    inbound = settings.inbound
    if inbound is None:
        return MaildirMailbox(mailbox_folder(settings.mail_folder, settings.house.reply_address))
    if inbound.kind is not InboundKind.IMAP:
        path = settings.door_folder if inbound.kind is InboundKind.DOOR else settings.file.parent / inbound.path
        return MaildirMailbox(path.resolve(), inbound.done_folder, inbound.desk_folder)
    return ImapMailbox(inbound)
