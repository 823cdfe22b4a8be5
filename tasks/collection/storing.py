"""The mailbox -> rows: a message leaves the inbox only when it is stored and told apart, so a crash repeats a look."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tasks.domain.desk import Place, place_of
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tasks.records import Incoming
from tasks.report import Report, batches
from tasks.toolbox import Kept, OpenMailbox, RawMail, Toolbox

BATCH = 20
BATCH_BYTES = 16 * 1024 * 1024
"""Of one transaction: its messages lie in memory together, and nothing is asked of the network while it is open."""
MOVED_AT_ONCE = 200


def store_mail(tools: Toolbox) -> Report:
    """Store what waits in the mailbox; raises MailboxUnreachable. Nothing relies on the \\Seen flag."""
    report = Report()
    with tools.mailbox.open() as mailbox:
        waiting = mailbox.waiting()
        still_there = frozenset(waiting)
        for keys in batches(waiting, BATCH):
            for mails in _by_bytes(mailbox.fetch(_unknown(tools, keys))):
                stored, copies = _store_batch(tools, mails, still_there)
                report.counts["thư nhận về"] += stored
                mailbox.done(copies)
    return report


def _unknown(tools: Toolbox, keys: Sequence[str]) -> list[str]:
    stored = select(Incoming.key).where(Incoming.mailbox == tools.mailbox.name, Incoming.key.in_(keys))
    with tools.sessions() as session:
        known = set(session.scalars(stored))
    return [key for key in keys if key not in known]


def _by_bytes(mails: Iterable[RawMail]) -> Iterator[list[RawMail]]:
    together: list[RawMail] = []
    for mail in mails:
        together.append(mail)
        if sum(len(one.raw) for one in together) >= BATCH_BYTES:
            yield together
            together = []
    if together:
        yield together


def _store_batch(tools: Toolbox, mails: Sequence[RawMail], still_there: frozenset[str]) -> tuple[int, list[str]]:
    """How many are new, and the keys of those whose bytes are kept already."""
    with tools.sessions.begin() as session:
        seen = [(mail.key, _store_one(session, mail, tools, still_there)) for mail in mails]
    return sum(one is Seen.NEW for _, one in seen), [key for key, one in seen if one is Seen.COPY]


class Seen(StrEnum):
    NEW = "new"
    KNOWN = "known"
    COPY = "copy"


def _store_one(session: Session, mail: RawMail, tools: Toolbox, still_there: frozenset[str]) -> Seen:
    """The same bytes may be here already under another key: a copy, or the folder was rebuilt."""
    name, sha256 = tools.mailbox.name, hashlib.sha256(mail.raw).hexdigest()
    same = select(Incoming).where(Incoming.mailbox == name, Incoming.sha256 == sha256)
    if known := session.scalar(same):
        return _seen_before(known, mail, still_there)
    row = Incoming(
        mailbox=name,
        key=mail.key,
        sha256=sha256,
        received_at=mail.received_at,
        stored_at=tools.now(),
        raw=mail.raw,
        place=Place.INBOX,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another collector stored it between our look and our insert
        return _seen_before(session.scalars(same).one(), mail, still_there)
    return Seen.NEW


def _seen_before(known: Incoming, mail: RawMail, still_there: frozenset[str]) -> Seen:
    if known.place is Place.INBOX and known.key not in still_there:
        known.key = mail.key  # the very message, in a folder that was rebuilt: it waits on under its new key
    return Seen.KNOWN if known.key == mail.key else Seen.COPY


def unread_ids(session: Session) -> list[int]:
    """Stored but not yet told apart, in the order in which they arrived."""
    unread = select(Incoming.id).where(Incoming.verdict.is_(None))
    return list(session.scalars(unread.order_by(Incoming.received_at, Incoming.id)))


def shunt(session: Session, incoming_id: int, why: str) -> None:
    """A message that cannot be read waits for a person; it blocks nothing behind it."""
    row = session.get_one(Incoming, incoming_id)
    if row.verdict is None:  # unless another collector could read it
        row.verdict, row.why = Verdict.SHUNTED, why


# --- out of the inbox ------------------------------------------------------------------------------------------


def clear_mailbox(tools: Toolbox) -> Report:
    """Each message that is told apart into its folder: what is done, or what a person must look at."""
    report = Report()
    with tools.mailbox.open() as mailbox:
        for keys in batches(mailbox.waiting(), MOVED_AT_ONCE):
            _move_out(tools, mailbox, keys)
        _follow_decisions(tools, mailbox)
    return report


def _move_out(tools: Toolbox, mailbox: OpenMailbox, keys: Sequence[str]) -> None:
    """The place is written before the move: whoever dies in between leaves the message where the next run looks."""
    told_apart = select(Incoming).where(
        Incoming.mailbox == tools.mailbox.name, Incoming.key.in_(keys), Incoming.verdict.is_not(None)
    )
    with tools.sessions.begin() as session:
        rows = session.scalars(told_apart).all()
        for row in rows:
            row.place = place_of(row.verdict)
        done = [row.key for row in rows if row.place is Place.DONE]
        desk = [row.key for row in rows if row.place is Place.DESK]
    mailbox.done(done)
    mailbox.to_desk(desk)


def _follow_decisions(tools: Toolbox, mailbox: OpenMailbox) -> None:
    """What a person has settled since leaves the folder for the desk; what was taken back returns to it."""
    settled = Incoming.place == Place.DESK, Incoming.verdict.not_in(FOR_THE_DESK)
    returned = Incoming.place == Place.DONE, Incoming.verdict.in_(FOR_THE_DESK)
    for where, act, place in (
        (settled, mailbox.from_desk, Place.DONE),
        (returned, mailbox.back_to_desk, Place.DESK),
    ):
        of_ours = select(Incoming).where(Incoming.mailbox == tools.mailbox.name, *where).order_by(Incoming.id)
        with tools.sessions() as session:
            rows = session.scalars(of_ours.limit(MOVED_AT_ONCE)).all()
        if not rows:
            continue
        act([Kept(row.key, row.message_id, row.sha256) for row in rows])
        ids = [row.id for row in rows]
        with tools.sessions.begin() as session:  # after the move, which may be repeated
            session.execute(update(Incoming).where(Incoming.id.in_(ids), *where).values(place=place))
