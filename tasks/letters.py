"""Owing a letter and no longer owing it: the rows that every verb writes and the sender reads."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tasks.attempts import happenings_of
from tasks.domain.calendar import Calendar, SendingHours, at, house_day
from tasks.domain.ladder import ROLE_NAMES, UNIT_ROLES, Role
from tasks.domain.letterbox import AT_ONCE, CHASING, LETTER_NAMES, LetterKind, LetterState, Reason
from tasks.domain.mailing import FIRST, PROVES_ARRIVAL, EventKind
from tasks.moves import fall_back
from tasks.records import Assignment, Contact, Finding, Letter, Unit, owned_by

NOBODY = "-"
WAITING = (LetterState.HELD, LetterState.QUEUED, LetterState.CLAIMED)
"""Can still be taken back: a letter that is claimed leaves only if it still is when its content is to go."""


def owe(session: Session, letter: Letter) -> bool:
    """Write the letter under its key; False when it is owed already, by an earlier run or one beside us."""
    if session.scalar(select(Letter.id).where(Letter.key == letter.key)):
        return False
    try:
        with session.begin_nested():
            session.add(letter)
    except IntegrityError:  # another worker wrote the same key between our look and our insert
        return False
    return True


def timed(letter: Letter, as_of: datetime, calendar: Calendar, hours: SendingHours, *, urgent: bool = False) -> Letter:
    """Give a letter its earliest moment: inside sending hours of a working day, unless it is urgent."""
    letter.created_at = as_of
    if urgent:
        letter.priority = FIRST
    letter.not_before = as_of if urgent else hours.next_open(as_of, calendar)
    if letter.state is LetterState.QUEUED and letter.not_before > as_of:
        letter.state, letter.reason = LetterState.HELD, Reason.QUIET
    return letter


def goes_at_once(letter: Letter) -> bool:
    """Answers to what somebody has just sent leave at any hour; what a person decides about it later waits for the
    office's hours."""
    return letter.kind in AT_ONCE and not letter.words.get("decided")


def addressed(letter: Letter, unit: Unit, role: Role) -> Letter:
    """Put the unit's contact on a letter; without one that can be reached the letter is cancelled with its reason."""
    contact = unit.contact(role)
    letter.role = role
    letter.recipient, letter.recipient_name = (contact.address, contact.name) if contact else (NOBODY, "")
    if contact is None or contact.unreachable_at is not None:
        letter.state = LetterState.CANCELLED
        letter.reason = Reason.NO_ADDRESS if contact is None else Reason.UNREACHABLE
    else:
        letter.state = LetterState.QUEUED
    return letter


def cancel_waiting(
    session: Session, obligation: Assignment | Finding, reason: Reason, roles: frozenset[Role] | None = None
) -> None:
    """Take back the chasing letters that have not left, in the transaction that makes them pointless.

    `roles` narrows it to letters for these people. A letter whose content is leaving cannot be taken back.
    """
    chasing = Letter.kind.in_(CHASING) if roles is None else Letter.kind.in_(CHASING) & Letter.role.in_(roles)
    waiting = update(Letter).where(
        owned_by(Letter, obligation), Letter.state.in_(WAITING), Letter.repeated_at.is_(None), chasing
    )
    session.execute(
        waiting.values(state=LetterState.CANCELLED, reason=reason), execution_options={"synchronize_session": False}
    )
    repeat_no_more(session, obligation, chasing, reason)


def repeat_no_more(
    session: Session, obligation: Assignment | Finding, which: ColumnElement[bool], reason: Reason
) -> None:
    """What has left, or may have, and was to go once more does not: what it says holds no longer."""
    again = select(Letter).where(
        owned_by(Letter, obligation), which, Letter.state.in_(WAITING), Letter.repeated_at.is_not(None)
    )
    for letter in session.scalars(again).all():
        stays_what_it_was(session, letter, reason)
    doubtful = update(Letter).where(owned_by(Letter, obligation), which, Letter.state == LetterState.UNCERTAIN)
    session.execute(doubtful.values(reason=reason), execution_options={"synchronize_session": False})


def stays_what_it_was(session: Session, letter: Letter, reason: Reason) -> None:
    """A letter of which a copy has left, or may have, goes no further time; nor do those that travelled with it, since
    the bytes name them all."""
    leader = letter.bundled_into_id or letter.id
    together = select(Letter).where(or_(Letter.id == leader, Letter.bundled_into_id == leader))
    for one in session.scalars(together.where(Letter.state.in_(WAITING))).all():
        _is_again_what_it_was(session, one, reason)


def _is_again_what_it_was(session: Session, letter: Letter, reason: Reason) -> None:
    """Its chain tells whether it has left for certain."""
    events = happenings_of(session, letter.id)
    left = [one.at for one in events if one.kind in {EventKind.SENT, EventKind.UNCERTAIN}]
    is_known = any(one.kind in {EventKind.SENT, *PROVES_ARRIVAL} for one in events)
    changes = {"sent_at": left[-1] if left else letter.repeated_at, "claimed_by": "", "lease_until": None}
    if is_known:
        fall_back(session, letter, LetterState.SENT, reason=None, **changes)
    else:
        fall_back(session, letter, LetterState.UNCERTAIN, reason=reason, **changes)


BOUNCES_TO_UNREACHABLE = 2


def note_bounce(session: Session, address: str, now: datetime) -> list[Unit]:
    """Count a bounce for the address; returns the units whose contact was given up by it.

    One bounce never kills an address; two on different letters do, until somebody corrects it.
    """
    lost = []
    for contact in session.scalars(select(Contact).where(Contact.is_at(address))):
        contact.bounces += 1
        if contact.bounces >= BOUNCES_TO_UNREACHABLE and contact.unreachable_at is None:
            contact.unreachable_at = now
            if contact.role is Role.DAU_MOI:
                lost.append(contact.unit)
    return lost


def house_day_bounds(moment: datetime) -> tuple[datetime, datetime]:
    """Midnight before and after a moment, in the house zone."""
    midnight = at(house_day(moment), time(0))
    return midnight, midnight + timedelta(days=1)


def rung_letter_kind(role: Role) -> LetterKind:
    return LetterKind.REMINDER if role is Role.DAU_MOI else LetterKind.ESCALATION


LEFT = (LetterState.SENT, LetterState.UNCERTAIN, LetterState.SENDING)


def has_left(letter: Letter) -> bool:
    """To the unit itself, and not come back."""
    return letter.role in UNIT_ROLES and letter.state in LEFT


def written_to(session: Session, among: Collection[int | None] | None = None) -> set[int]:
    """Assignments of which a letter has left for the unit: another unit cannot answer, and is not called silent."""
    left = select(Letter.assignment_id).where(Letter.assignment_id.is_not(None), Letter.state.in_(LEFT))
    left = left.where(Letter.role.in_(UNIT_ROLES)).distinct()
    left = left if among is None else left.where(Letter.assignment_id.in_(among))
    return {id_ for id_ in session.scalars(left) if id_ is not None}


def letter_name(letter: Letter) -> str:
    """One word for a letter wherever it is named: who hears of it where somebody above the clerk does."""
    if letter.kind is LetterKind.ESCALATION and letter.role is not None:
        return f"báo {ROLE_NAMES[letter.role]}"
    return LETTER_NAMES[letter.kind]
