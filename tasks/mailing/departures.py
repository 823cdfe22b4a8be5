"""Letters that have left, as is known from outside the database: whichever is written here stands as sent."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from tasks.attempts import Try
from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import EventKind, Outcome
from tasks.moves import fall_back, move
from tasks.proof import record
from tasks.records import Assignment, Departure, Finding, Letter
from tasks.toolbox import Departed

_LEAVING = (
    select(
        Letter.id,
        Letter.message_id,
        Letter.kind,
        Letter.rung,
        Letter.recipient,
        func.coalesce(Assignment.code, Finding.code, ""),
    )
    .outerjoin(Assignment, Assignment.id == Letter.assignment_id)
    .outerjoin(Finding, Finding.id == Letter.finding_id)
    .where(Letter.id.in_(bindparam("ids", expanding=True)))
)


def departing_letters(on: Connection, tried: Try) -> list[Departed]:
    """What is written of a message beside the database: its own letter first, then those that travel in it."""
    rows = {id_: rest for id_, *rest in on.execute(_LEAVING, {"ids": list(tried.letters)})}
    found: list[Departed] = []
    for id_ in tried.letters:
        message_id, kind, rung, recipient, case = rows[id_]
        carrier = found[0].message_id if found else ""
        what = f"{kind}:{rung}" if rung else str(kind)
        found.append(Departed(message_id, recipient, what, case, tried.began_at, carrier))
    return found


def note_departures(session: Session, departed: Iterable[Departed], source: str) -> int:
    """Raises nothing for what is noted already; the latest news of a letter counts."""
    count = 0
    for one in departed:
        known = session.get(Departure, one.message_id)
        if known is not None and (known.left_at or one.left_at) >= one.left_at and known.is_certain:
            continue
        is_certain = one.end is not None and one.end.how is Outcome.SENT
        detail = one.end.said if one.end else ""
        told = {"what": one.what, "case_code": one.case, "left_at": one.left_at, "is_certain": is_certain}
        fresh = Departure(message_id=one.message_id, recipient=one.recipient, detail=detail, source=source, **told)
        session.merge(fresh)
        session.flush()
        count += 1
    return count


# --- settled -----------------------------------------------------------------------------------------------------

UNDECIDED = (LetterState.HELD, LetterState.QUEUED, LetterState.UNCERTAIN)
IN_HAND = (LetterState.CLAIMED, LetterState.SENDING)


def settle_departed(session: Session, now: datetime) -> int:
    """Letters that have left stand as sent, or as in doubt, and never leave without a person's word."""
    open_ = select(Letter, Departure).join(Departure, Departure.message_id == Letter.message_id)
    found = session.execute(open_.where(Departure.settled_at.is_(None))).all()
    for letter, departure in found:
        if letter.state in UNDECIDED or (letter.state is LetterState.FAILED and _left_after_all(letter, departure)):
            _settle(session, letter, departure)
        elif letter.state is LetterState.CANCELLED:  # not owed any more, and yet it has left
            record(session, letter.id, EventKind.FOUND, departure.left_at or now, departure.source, departure.detail)
        if letter.state not in IN_HAND:
            departure.settled_at = now
    return len(found)


def _left_after_all(letter: Letter, departure: Departure) -> bool:
    """A refused letter, sent again since; one that came back had left before, and that is no news. When a letter left
    is known of those alone of which it is known what they were: from the journal."""
    if letter.sent_at is None:
        return True
    return bool(departure.what and departure.left_at and departure.left_at > letter.sent_at)


def _settle(session: Session, letter: Letter, departure: Departure) -> None:
    left_at = departure.left_at or letter.not_before
    changes = {"sent_at": left_at, "claimed_by": "", "lease_until": None}
    if departure.is_certain:
        to, kind, changes = LetterState.SENT, EventKind.FOUND, {**changes, "reason": None, "detail": ""}
    else:
        to, kind, changes = LetterState.UNCERTAIN, EventKind.UNCERTAIN, {**changes, "reason": Reason.LEFT_BEFORE}
    if letter.state is not to:
        change = move if letter.state is LetterState.UNCERTAIN else fall_back
        change(session, letter, to, **changes)
    record(session, letter.id, kind, left_at, departure.source, departure.detail)


def departed_without_row(session: Session) -> Sequence[Departure]:
    """Letters that left and that this database has not written yet, or never will: oldest first."""
    return session.scalars(select(Departure).where(Departure.settled_at.is_(None)).order_by(Departure.left_at)).all()


def first_departure(session: Session, message_ids: Collection[str]) -> datetime | None:
    """When the first of these letters left, as is known from outside."""
    left = select(Departure.left_at).where(Departure.message_id.in_(message_ids), Departure.left_at.is_not(None))
    return session.scalar(left.order_by(Departure.left_at).limit(1))
