"""The audit log: written by each verb that a person of the office starts, in the transaction of what it does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.audit import AuditAct
from tasks.records import Assignment, Audit, Unit


def note_act(
    session: Session,
    act: AuditAct,
    assignment: Assignment,
    who: str,
    at: datetime,
    *,
    what: str = "",
    old: str = "",
    new: str = "",
    reason: str = "",
) -> None:
    """`what`: of the assignment, an item; empty for all of it."""
    round_ = assignment.cycle.round
    parts = (str(round_.year), round_.code, assignment.unit.code, what)
    subject = "/".join(part for part in parts if part)[:200]
    entry = Audit(at=at, who=who[:120], act=act, subject=subject, old=old, new=new, reason=reason)
    entry.assignment_id = assignment.id
    session.add(entry)


def acts_of(session: Session, unit: Unit | None, since: datetime | None) -> Sequence[Audit]:
    """In the order in which they were done."""
    chosen = select(Audit).order_by(Audit.at, Audit.id)
    if unit is not None:
        chosen = chosen.join(Assignment, Audit.assignment_id == Assignment.id).where(Assignment.unit_id == unit.id)
    if since is not None:
        chosen = chosen.where(Audit.at >= since)
    return session.scalars(chosen).all()
