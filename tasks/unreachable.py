"""Unreachable is not unanswering: a unit whose mail bounces stops being chased and becomes a task of the office."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.assignment import OWING, AssignmentState
from tasks.domain.finding import FindingState
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.escalation import pass_over, reschedule
from tasks.inspection import tell_finding
from tasks.letters import BOUNCES_TO_UNREACHABLE, cancel_waiting, note_bounce
from tasks.moves import move
from tasks.records import Assignment, Contact, Finding, Letter, Unit
from tasks.scheduling import ask_again
from tasks.toolbox import Toolbox


def note_refusal(session: Session, letter: Letter, tools: Toolbox) -> None:
    """A letter that did not arrive counts against its address; a unit with another contact is asked there, and one that
    this cuts off stops being chased."""
    for unit in note_bounce(session, letter.recipient, tools.now()):
        if unit.reachable:
            hand_over(session, unit, tools, tools.now())
        else:
            stop_chasing(session, unit)


def forgive(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> bool:
    """A refusal that was about us is held against no address; True where its unit was given up for it, and is asked
    anew."""
    asked = 0
    for contact in session.scalars(select(Contact).where(Contact.is_at(letter.recipient))).all():
        contact.bounces = max(0, contact.bounces - 1)
        if contact.unreachable_at is not None and contact.bounces < BOUNCES_TO_UNREACHABLE:
            contact.unreachable_at = None
            asked += reached_again(session, contact.unit, tools, as_of)
    return asked > 0


def stop_chasing(session: Session, unit: Unit) -> None:
    owing = select(Assignment).where(Assignment.unit_id == unit.id, Assignment.state.in_(OWING))
    for assignment in session.scalars(owing).all():
        cancel_waiting(session, assignment, Reason.UNREACHABLE)
        move(session, assignment, AssignmentState.UNREACHABLE, next_rung_at=None)
    for finding in _open_findings(session, unit):
        cancel_waiting(session, finding, Reason.UNREACHABLE)
        finding.next_rung_at = None


def _open_findings(session: Session, unit: Unit) -> Sequence[Finding]:
    return session.scalars(select(Finding).where(Finding.unit_id == unit.id, Finding.state == FindingState.OPEN)).all()


def trust_again(session: Session, unit: Unit, tools: Toolbox, as_of: datetime) -> int:
    """Somebody says that the addresses work again: what was held against them is forgotten."""
    for contact in unit.contacts:
        contact.bounces, contact.unreachable_at = 0, None
    return reached_again(session, unit, tools, as_of)


def reached_again(session: Session, unit: Unit, tools: Toolbox, as_of: datetime) -> int:
    """A corrected address starts the unit again: what it owes is asked anew. Returns how much that was.

    Rungs that it has missed are passed over: nobody hears that a unit is late which has just got its form.
    """
    if not unit.reachable:
        return 0
    lost = select(Assignment).where(Assignment.unit_id == unit.id, Assignment.state == AssignmentState.UNREACHABLE)
    reopened = 0
    for assignment in session.scalars(lost).all():
        # A unit that had answered in part is asked for the rest: nobody above it hears that it is silent.
        state = AssignmentState.RETURNED if assignment.first_reply_at else AssignmentState.OPEN
        if assignment.cycle.locked_at is None and move(session, assignment, state):
            pass_over(session, assignment, Reason.UNREACHABLE, tools, as_of)
            reschedule(assignment, tools)
            ask_again(session, assignment, tools, as_of)
            reopened += 1
    return reopened + sum(_tell_again(session, one, tools, as_of) for one in _open_findings(session, unit))


def hand_over(session: Session, unit: Unit, tools: Toolbox, as_of: datetime) -> int:
    """To whoever has become the unit's contact: what it owes, asked once more. Returns how much that was."""
    owing = select(Assignment).where(Assignment.unit_id == unit.id, Assignment.state.in_(OWING))
    open_ = [one for one in session.scalars(owing).all() if one.cycle.locked_at is None]
    for assignment in open_:
        ask_again(session, assignment, tools, as_of)
    findings = _open_findings(session, unit)
    for finding in findings:
        told = sum(one.kind is LetterKind.FINDING for one in finding.letters)
        tell_finding(session, finding, tools, as_of, again=f":{told}")
    return len(open_) + len(findings)


def _tell_again(session: Session, finding: Finding, tools: Toolbox, as_of: datetime) -> bool:
    """A finding that the unit cannot have read of is told once more; one that it has goes on where it was."""
    told = [one for one in finding.letters if one.kind is LetterKind.FINDING]
    is_lost = all(one.state in {LetterState.CANCELLED, LetterState.FAILED} for one in told)
    if is_lost:
        pass_over(session, finding, Reason.UNREACHABLE, tools, as_of)
        tell_finding(session, finding, tools, as_of, again=f":{len(told)}")
    reschedule(finding, tools)
    return is_lost
