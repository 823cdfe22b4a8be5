"""The audit log: written for each act that a person of the office starts, in the transaction of what it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tasks.domain.audit import AuditAct
from tasks.domain.vietnamese import fold
from tasks.records import Assignment, Audit, Finding, Unit
from tasks.scheduling import asked_of

About = Assignment | Finding | Unit | None


def note_act(
    session: Session,
    act: AuditAct,
    about: About,
    who: str,
    at: datetime,
    *,
    what: str = "",
    old: str = "",
    new: str = "",
    reason: str = "",
) -> None:
    """`what`: of an assignment, an item; of nothing else, what it is about; empty for all of it."""
    subject = "/".join(part for part in (*_codes(about), what) if part)[:200]
    entry = Audit(at=at, who=who[:120], act=act, subject=subject, old=old, new=new, reason=reason)
    entry.assignment_id = about.id if isinstance(about, Assignment) else None
    entry.unit_id = about.id if isinstance(about, Unit) else about.unit_id if about is not None else None
    session.add(entry)


def _codes(about: About) -> tuple[str, ...]:
    if isinstance(about, Assignment):
        round_ = about.cycle.round
        return str(round_.year), round_.code, about.unit.code
    if isinstance(about, Finding):
        return (about.number,)
    return (about.code,) if about is not None else ()


@dataclass(frozen=True)
class Wanted:
    """Which acts are looked for; what is empty says nothing."""

    unit: Unit | None = None
    who: str = ""
    acts: frozenset[AuditAct] = frozenset()
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Noted:
    """One act in the words of the office."""

    entry: Audit
    about: str


def acts_of(session: Session, wanted: Wanted) -> Sequence[Noted]:
    """In the order in which they were done."""
    where: list[ColumnElement[bool]] = []
    if wanted.unit is not None:
        where.append(Audit.unit_id == wanted.unit.id)
    if wanted.acts:
        where.append(Audit.act.in_(wanted.acts))
    if wanted.since is not None:
        where.append(Audit.at >= wanted.since)
    if wanted.before is not None:
        where.append(Audit.at < wanted.before)
    found = session.scalars(select(Audit).where(*where).order_by(Audit.at, Audit.id)).all()
    units = {one.id: one for one in session.scalars(select(Unit))}
    who = fold(wanted.who)
    return [Noted(one, _about(session, one, units)) for one in found if who in fold(one.who)]


def _about(session: Session, entry: Audit, units: Mapping[int, Unit]) -> str:
    """The unit's name beside its code, the round by its title, an item by its question."""
    unit = units.get(entry.unit_id or 0)
    named = f"{unit.name} [{unit.code}]" if unit is not None else ""
    part = session.get(Assignment, entry.assignment_id) if entry.assignment_id else None
    if part is None:
        rest = entry.subject if unit is None or entry.subject != unit.code else ""
        return ", ".join(filter(None, (named, rest)))
    round_ = part.cycle.round
    item = "/".join(entry.subject.split("/")[3:])
    return ", ".join(filter(None, (named, f"đợt “{round_.title}” năm {round_.year}", _item(part, item))))


def _item(part: Assignment, code: str) -> str:
    if not code:
        return ""
    questions = {one.code: one.question for one in (*asked_of(part).items, *asked_of(part).narrative)}
    return f"mục {code} ({questions[code]})" if code in questions else code
