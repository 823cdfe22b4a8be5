"""Asking units that were added, or forgotten, in a round that runs: shown first, then all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.audit import note_act
from tasks.domain.asking import Candidate, LateDue, Running, late_due, why_not_asked, wrong_due
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import house_day
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.vietnamese import day_text
from tasks.naming import units_named
from tasks.records import Assignment, Cycle, Unit
from tasks.scheduling import assign, cycle_round
from tasks.toolbox import Toolbox


@dataclass(frozen=True)
class ToAsk:
    cycle: Cycle
    units: tuple[Unit, ...]
    due: LateDue
    is_own: bool
    """Whether the due day is another than that of the others."""


def who_to_ask(
    session: Session, cycle: Cycle, typed: Sequence[str], wanted: date | None, tools: Toolbox, as_of: datetime
) -> ToAsk:
    """Raises KiemtraError with everything that is wrong."""
    if cycle.locked_at is not None:
        locked = day_text(house_day(cycle.locked_at))
        raise KiemtraError(f"Đợt “{cycle.round.code}” đã khóa sổ ngày {locked}; không giao thêm phiếu.")
    running = _running(session, cycle)
    units, problems = units_named(session, typed)
    known = {part.unit_id: part for part in cycle.assignments}
    for unit in units:
        if why := why_not_asked(_candidate(unit, known.get(unit.id)), running, house_day(as_of)):
            problems.append(Problem(unit.name, why))
    due = late_due(running, as_of, tools.definitions.calendar(cycle.terms["calendar"]), wanted)
    problems += [Problem("hạn", why) for why in wrong_due(due, running, as_of)]
    if problems:
        raise DefinitionError(problems)
    return ToAsk(cycle, tuple(units), due, due.due_at != cycle.due_at)


def _running(session: Session, cycle: Cycle) -> Running:
    round_ = cycle_round(cycle)
    asked = select(Unit.kind).join(Assignment, Assignment.unit_id == Unit.id).where(Assignment.cycle_id == cycle.id)
    kinds = round_.selection.kinds | frozenset(session.scalars(asked.distinct()))
    assert cycle.round.opened_at is not None
    return Running(round_, cycle.round.opened_at, cycle.due_at, cycle.lock_on, kinds)


def _candidate(unit: Unit, part: Assignment | None) -> Candidate:
    return Candidate(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        standing=part.state if part else None,
        exempt_why=part.exempt_why if part else "",
    )


def ask_in_round(
    session: Session,
    cycle: Cycle,
    typed: Sequence[str],
    wanted: date | None,
    why: str,
    by: str,
    tools: Toolbox,
    as_of: datetime,
) -> list[Assignment]:
    """Looked at once more, with the round's row locked, so that two who ask at once ask once."""
    cycle = session.get_one(Cycle, cycle.id, with_for_update=True)
    found = who_to_ask(session, cycle, typed, wanted, tools, as_of)
    asked = []
    for unit in found.units:
        part = assign(session, cycle, unit, tools, as_of, found.due.due_at)
        note_act(session, AuditAct.ASKED, part, by, as_of, new=f"hạn {part.due_words}", reason=why)
        asked.append(part)
    return asked
