"""Each try to hand a letter over: begun with the commit that lets it leave, ended with the one that knows its answer.

And what happened to a letter, told as one line of events: how its tries ended, and what was seen of it afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from tasks.domain.mailing import LINK_OF, EventKind, Outcome
from tasks.moves import connection_of, rows_of
from tasks.records import Attempt, Letter, LetterEvent

_TRIES = rows_of(Attempt)
_BEGIN = insert(_TRIES)
_END = update(_TRIES).where(_TRIES.c.id == bindparam("try_id"))
_END = _END.values(ended_at=bindparam("at"), outcome=bindparam("how"), answer=bindparam("said"))

SERVER, OURSELVES = "máy chủ thư", "hệ thống"


@dataclass(frozen=True)
class Try:
    """A parcel in the hands of one worker."""

    letters: Collection[int]
    worker: str
    recipient: str
    began_at: datetime


def begin(on: Session | Connection, tried: Try) -> list[int]:
    """The rows of a try whose content may leave from this commit on."""
    return _insert(on, tried, Outcome.SENDING, None, "")


def end(on: Session | Connection, rows: Collection[int], how: Outcome, at: datetime, said: str) -> None:
    ended = {"how": how, "at": at, "said": said}
    connection_of(on).execute(_END, [{"try_id": row, **ended} for row in rows])


def note_ended(on: Session | Connection, tried: Try, how: Outcome, at: datetime, said: str) -> None:
    """A try that ended before the content, with one commit for both."""
    _insert(on, tried, how, at, said)


def _insert(on: Session | Connection, tried: Try, how: Outcome, ended_at: datetime | None, said: str) -> list[int]:
    row = {"worker": tried.worker, "recipient": tried.recipient, "began_at": tried.began_at}
    row |= {"ended_at": ended_at, "outcome": how, "answer": said}
    connection = connection_of(on)
    keys = [connection.execute(_BEGIN, {"letter_id": one, **row}).inserted_primary_key for one in tried.letters]
    return [key[0] for key in keys if key]


def end_abandoned(on: Session | Connection, letters: Collection[int], at: datetime, why: str) -> None:
    """Nobody will ever hear how these ended: whoever tried them is dead."""
    abandoned = update(_TRIES).where(_TRIES.c.letter_id.in_(letters), _TRIES.c.outcome == Outcome.SENDING)
    connection_of(on).execute(abandoned.values(ended_at=at, outcome=Outcome.UNCERTAIN, answer=why))


# --- told back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happening:
    """Something that happened to a letter, and how we know."""

    letter_id: int
    at: datetime
    kind: EventKind
    source: str
    detail: str = ""
    incoming_id: int | None = None


def happenings(session: Session, *which: ColumnElement[bool]) -> Sequence[Happening]:
    """In order of time, of the letters that `which` names; what was tried before attempts had rows is an event."""
    tries = select(Attempt).join(Letter, Letter.id == Attempt.letter_id).where(*which).order_by(Attempt.id)
    seen = select(LetterEvent).join(Letter, Letter.id == LetterEvent.letter_id).where(*which).order_by(LetterEvent.id)
    found = [_of_try(one) for one in session.scalars(tries) if one.outcome in LINK_OF]
    found += [_of_event(one) for one in session.scalars(seen)]
    return sorted(found, key=lambda one: (one.at, _rank(one.kind)))


def _rank(kind: EventKind) -> int:
    """Of the same moment: what lets a letter go, how that ended, what was seen afterwards."""
    if kind in {EventKind.APPROVED, EventKind.REPEATED}:
        return 0
    return 1 if kind in LINK_OF.values() else 2


def happenings_of(session: Session, letter_id: int) -> Sequence[Happening]:
    return happenings(session, Letter.id == letter_id)


def _of_try(one: Attempt) -> Happening:
    source = OURSELVES if one.outcome in {Outcome.UNCERTAIN, Outcome.LOST} else SERVER
    return Happening(one.letter_id, one.ended_at or one.began_at, LINK_OF[one.outcome], source, one.answer)


def _of_event(one: LetterEvent) -> Happening:
    return Happening(one.letter_id, one.at, one.kind, one.source, one.detail, one.incoming_id)
