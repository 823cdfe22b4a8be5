"""What the unit's own people wrote and nobody has read yet: it holds the rungs above the unit a while, each once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.calendar import Calendar, house_day
from tasks.domain.inbox.trust import OWN
from tasks.domain.ladder import UNIT_ROLES
from tasks.domain.letterbox import FOR_THE_DESK, LetterState, Reason
from tasks.moves import move
from tasks.records import Assignment, Finding, Incoming, Letter, owned_by
from tasks.scheduling import HOURS

PATIENCE = 3
"""Working days that a person has for reading it; then the rung goes to approval with the words beside it."""
ABOUT_TO_LEAVE = (LetterState.HELD, LetterState.QUEUED)


def unread_words(session: Session, obligation: Assignment | Finding) -> list[Incoming]:
    """Oldest first; a stranger's words hold nothing."""
    waiting = select(Incoming).where(Incoming.case_code == obligation.code, Incoming.words != "")
    theirs = waiting.where(Incoming.verdict.in_(FOR_THE_DESK), Incoming.who.in_(OWN))
    return list(session.scalars(theirs.order_by(Incoming.received_at, Incoming.id)))


def patience_ends(as_of: datetime, calendar: Calendar) -> datetime:
    moment = as_of
    for _ in range(PATIENCE):
        moment = HOURS.opens_after(house_day(moment), calendar)
    return moment


def was_held(letter: Letter) -> bool:
    return bool(letter.words.get("unread"))


def hold_rungs(session: Session, obligation: Assignment | Finding, as_of: datetime, calendar: Calendar) -> None:
    """Letters above the unit that wait for their hour wait for a reader first."""
    above = Letter.rung != "", Letter.role.not_in(UNIT_ROLES), Letter.repeated_at.is_(None)
    waiting = select(Letter).where(owned_by(Letter, obligation), *above, Letter.state.in_(ABOUT_TO_LEAVE))
    kept = {Reason.APPROVAL, Reason.CONSENT, Reason.UNREAD}
    for letter in session.scalars(waiting).all():
        if letter.reason in kept or was_held(letter):
            continue
        how = {
            "reason": Reason.UNREAD,
            "not_before": patience_ends(as_of, calendar),
            "words": letter.words | {"unread": True},
        }
        if letter.state is LetterState.QUEUED:
            move(session, letter, LetterState.HELD, **how)
        else:
            for name, value in how.items():
                setattr(letter, name, value)
