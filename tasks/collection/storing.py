"""The mailbox -> rows: a message leaves the inbox only when it is stored and told apart, so a crash repeats a look."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient

from tasks.domain.deeds import Deed
from tasks.domain.desk import Place, place_of
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tasks.leases import leased
from tasks.records import Incoming
from tasks.report import Report, batches
from tasks.toolbox import Kept, OpenMailbox, RawMail, Toolbox

BATCH = 20
BATCH_BYTES = 16 * 1024 * 1024
"""Of one transaction: its messages lie in memory together, and nothing is asked of the network while it is open."""
MOVED_AT_ONCE = 200
MOVING_TAKES = timedelta(minutes=4)


def store_mail(tools: Toolbox) -> Report:
    """Store what waits in the mailbox; raises MailboxUnreachable. Nothing relies on the \\Seen flag."""
    report = Report()
    with tools.mailbox.open() as mailbox:
        waiting = mailbox.waiting()
        still_there = frozenset(waiting)
        for keys in batches(waiting, BATCH):
            for mails in _by_bytes(mailbox.fetch(_unknown(tools, keys))):
                stored, copies = _store_batch(tools, mails, still_there)
                report.counts[Deed.RECEIVED] += stored
                if copies:
                    with _moving(tools) as alone:
                        mailbox.done(copies if alone else [])
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


class Seen(StrEnum):
    NEW = "new"
    KNOWN = "known"
    COPY = "copy"


def _store_batch(tools: Toolbox, mails: Sequence[RawMail], still_there: frozenset[str]) -> tuple[int, list[str]]:
    """How many are new, and the keys of those whose bytes are kept already."""
    rows = [_row(tools, mail) for mail in mails]
    with tools.sessions.begin() as session:
        seen = _store_together(session, rows) or [_store_one(session, row, still_there) for row in rows]
    keys = [mail.key for mail in mails]
    return seen.count(Seen.NEW), [key for key, one in zip(keys, seen, strict=True) if one is Seen.COPY]


def _row(tools: Toolbox, mail: RawMail) -> Incoming:
    """A mailbox whose clock is ahead of ours, or a clock that is played: nothing has come after it was read."""
    now = tools.now()
    return Incoming(
        mailbox=tools.mailbox.name,
        key=mail.key,
        sha256=hashlib.sha256(mail.raw).hexdigest(),
        received_at=min(mail.received_at, now),
        stored_at=now,
        raw=mail.raw,
        place=Place.INBOX,
    )


def _store_together(session: Session, rows: Sequence[Incoming]) -> list[Seen]:
    """All in one statement, which is how nearly all mail comes; [] where one of them is known, and nothing is kept."""
    hashes = {row.sha256 for row in rows}
    known = select(Incoming.id).where(Incoming.mailbox == rows[0].mailbox, Incoming.sha256.in_(hashes)).limit(1)
    if len(hashes) < len(rows) or session.scalar(known):
        return []
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError:  # another collector stored one of them between our look and our insert
        return []
    return [Seen.NEW] * len(rows)


def _store_one(session: Session, row: Incoming, still_there: frozenset[str]) -> Seen:
    """The same bytes may be here already under another key: a copy, or the folder was rebuilt."""
    same = select(Incoming).where(Incoming.mailbox == row.mailbox, Incoming.sha256 == row.sha256)
    if known := session.scalar(same):
        return _seen_before(known, row.key, still_there)
    make_transient(row)  # it may have been part of an insert that was rolled back
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another collector stored it between our look and our insert
        return _seen_before(session.scalars(same).one(), row.key, still_there)
    return Seen.NEW


def _seen_before(known: Incoming, key: str, still_there: frozenset[str]) -> Seen:
    if known.place is Place.INBOX and known.key not in still_there:
        known.key = key  # the very message, in a folder that was rebuilt: it waits on under its new key
    return Seen.KNOWN if known.key == key else Seen.COPY


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
    """Each message that is told apart into its folder: what is done, or what a person must look at.

    One collector at a time moves; another leaves it to that one, and the next run finds what a dead one left.
    """
    report = Report()
    with _moving(tools) as alone, ExitStack() as stack:
        if not alone:
            return report
        mailbox = stack.enter_context(tools.mailbox.open())
        for keys in batches(mailbox.waiting(), MOVED_AT_ONCE):
            _move_out(tools, mailbox, keys)
        _follow_decisions(tools, mailbox)
    return report


def _moving(tools: Toolbox) -> AbstractContextManager[bool]:
    """Servers that are asked twice at once to move one message make two of it (Dovecot does)."""
    digest = hashlib.sha256(tools.mailbox.name.encode()).hexdigest()[:24]
    return leased(tools, f"put-away:{digest}", MOVING_TAKES)


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
