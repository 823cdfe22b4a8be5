"""What has left without this database knowing: it was put back from a backup, and what it still owes may have arrived.

The journal beside the database says so, the folder of sent mail, the log of the relay, and whoever answers a letter.
Each becomes a departure: a letter of that Message-ID, written already or only later, is settled and does not leave.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.mailing import Outcome
from tasks.mailing.claiming import switch_of
from tasks.mailing.departures import note_departures, settle_departed
from tasks.mailing.pausing import hold_as_older
from tasks.records import Attempt, Departure, JournalMark, Letter
from tasks.report import batches
from tasks.toolbox import Departed, Read, Toolbox

OLDER = "cơ sở dữ liệu cũ hơn nhật ký thư: có {count} lượt thư đã đi mà cơ sở dữ liệu không biết"
AT_ONCE = 400
NOT_LEFT = frozenset({Outcome.DEFERRED, Outcome.LOST, Outcome.REFUSED, Outcome.OURS, Outcome.GIVEN_BACK})
"""The server has answered that it did not take it."""


def read_back(tools: Toolbox) -> int:
    """How many tries the journal knows and this database does not. Where there is one, all mail is held.

    A try is in the database before it is in the journal: what only the journal knows was lost with a newer database.
    """
    if tools.journal is None or not tools.journal.read(_marks_of(tools)).marks:
        return 0
    with tools.sessions.begin() as session:
        switch_of(session)  # one at a time
        read = tools.journal.read(_marks(session))
        unknown = _unknown(session, read.departed)
        if unknown:
            hold_as_older(session, tools.now(), OLDER.format(count=len(unknown)))
        note_departures(session, _that_left(unknown), tools.journal.name)
        note_departures(session, _ended_unseen(session, read), tools.journal.name)
        for journal, read_to in read.marks.items():
            session.merge(JournalMark(journal=journal, read_to=read_to))
        settle_departed(session, tools.now())
    return len(unknown)


@contextmanager
def looked_back(tools: Toolbox) -> Iterator[Session]:
    """For whoever tells how things stand: an older file that was copied back is known before the next run sends."""
    read_back(tools)
    with tools.sessions() as session:
        yield session


def is_journal_lost(session: Session, tools: Toolbox) -> bool:
    """Whether a journal that was read, or must have been written, is not there any more."""
    if tools.journal is None:
        return False
    there = set(tools.journal.read({}).marks)
    has_tried = session.scalar(select(Attempt.id).limit(1)) is not None
    return bool(set(_marks(session)) - there) or (has_tried and not there)


def _marks_of(tools: Toolbox) -> Mapping[str, int]:
    with tools.sessions() as session:
        return _marks(session)


def _marks(session: Session) -> Mapping[str, int]:
    return dict(session.execute(select(JournalMark.journal, JournalMark.read_to)).all())


def _unknown(session: Session, departed: Sequence[Departed]) -> list[Departed]:
    unknown = []
    for some in batches(departed, AT_ONCE):
        ids = [one.message_id for one in some]
        tries = select(Letter.message_id, Attempt.began_at).join(Attempt).where(Letter.message_id.in_(ids))
        noted = select(Departure.message_id, Departure.left_at).where(Departure.message_id.in_(ids))
        known = {(name, at) for which in (tries, noted) for name, at in session.execute(which)}
        unknown += [one for one in some if (one.message_id, one.left_at) not in known]
    return unknown


def _that_left(departed: Iterable[Departed]) -> Iterator[Departed]:
    return (one for one in departed if one.end is None or one.end.how not in NOT_LEFT)


def _ended_unseen(session: Session, read: Read) -> Iterator[Departed]:
    """Tries that are known, and of which the journal alone knows that the server took them."""
    taken = {key: end for key, end in read.ends.items() if end.how is Outcome.SENT}
    for some in batches(sorted(taken), AT_ONCE):
        open_ = (
            select(Letter, Attempt.began_at)
            .join(Attempt)
            .where(
                Letter.message_id.in_([name for name, _ in some]),
                Attempt.outcome.in_((Outcome.SENDING, Outcome.UNCERTAIN)),
            )
        )
        for leader, began_at in session.execute(open_).all():
            if end := taken.get((leader.message_id, began_at)):
                along = select(Letter).where(Letter.bundled_into_id == leader.id)
                for one in (leader, *session.scalars(along)):
                    yield Departed(one.message_id, one.recipient, one.kind, "", began_at, leader.message_id, end)
