"""The mailbox -> rows: a message is committed before it is moved out of the way, so a crash only repeats the look."""

import hashlib

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tasks.domain.letterbox import Verdict
from tasks.records import Incoming
from tasks.report import Report, batches
from tasks.toolbox import OpenMailbox, RawMail, Toolbox

BATCH = 20


def store_mail(tools: Toolbox) -> Report:
    """Store what waits in the mailbox; raises MailboxUnreachable. Nothing relies on the \\Seen flag."""
    report = Report()
    with tools.mailbox.open() as mailbox:
        for keys in batches(mailbox.waiting(), BATCH):
            report.counts["thư nhận về"] += _store_batch(tools, mailbox, list(keys))
            mailbox.done(list(keys))
    return report


def _store_batch(tools: Toolbox, mailbox: OpenMailbox, keys: list[str]) -> int:
    name = tools.mailbox.name
    with tools.sessions() as session:
        known = set(session.scalars(select(Incoming.key).where(Incoming.mailbox == name, Incoming.key.in_(keys))))
    stored = 0
    for mail in mailbox.fetch([key for key in keys if key not in known]):
        with tools.sessions.begin() as session:
            stored += _store_one(session, name, mail, tools)
    return stored


def _store_one(session: Session, mailbox: str, mail: RawMail, tools: Toolbox) -> bool:
    """False when the same bytes are here already under another key (a copy, or UIDVALIDITY changed)."""
    row = Incoming(
        mailbox=mailbox,
        key=mail.key,
        sha256=hashlib.sha256(mail.raw).hexdigest(),
        received_at=mail.received_at,
        stored_at=tools.now(),
        raw=mail.raw,
    )
    if session.scalar(select(Incoming.id).where(Incoming.mailbox == mailbox, Incoming.sha256 == row.sha256)):
        return False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another collector stored it between our look and our insert
        return False
    return True


def unread_ids(session: Session) -> list[int]:
    """Stored but not yet told apart, in the order in which they arrived."""
    unread = select(Incoming.id).where(Incoming.verdict.is_(None))
    return list(session.scalars(unread.order_by(Incoming.received_at, Incoming.id)))


def shunt(session: Session, incoming_id: int, why: str) -> None:
    """A message that cannot be read waits for a person; it blocks nothing behind it."""
    row = session.get_one(Incoming, incoming_id)
    if row.verdict is None:  # unless another collector could read it
        row.verdict, row.why = Verdict.SHUNTED, why
