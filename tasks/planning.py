"""Taking a plan in: checked whole, stored whole, its rounds one row each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.calendar import Calendar, SendingHours
from tasks.domain.checklist import Checklist
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.ladder_check import Reach, unreachable, warnings
from tasks.domain.plan import Plan as PlanTerms
from tasks.domain.plan_copy import without_authority, without_filing
from tasks.domain.plan_file import checked_plan, parse_plan, round_terms
from tasks.records import Plan, Round, Unit


@dataclass(frozen=True)
class PlanChange:
    """What importing a plan file changed."""

    year: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]


def read_plan(
    session: Session, source: str, file: str, checklists: Mapping[str, Checklist], calendars: Mapping[str, Calendar]
) -> PlanTerms:
    """Check a plan file against the register, the checklists and the calendars; raises DefinitionError with all."""
    reach = reach_of(session)
    plan = checked_plan(Table.of_toml(source, file), checklists, calendars, {one.code: one.kind for one in reach})
    if problems := [Problem(file, sentence) for sentence in unreachable(plan, reach)]:
        raise DefinitionError(problems)
    return plan


def plan_warnings(
    session: Session, plan: PlanTerms, calendars: Mapping[str, Calendar], hours: SendingHours
) -> list[str]:
    """What is allowed, but should be looked at before the year runs: rungs that reach nobody or never come."""
    ending = without_authority(plan, max(round_.due.named for round_ in plan.rounds))
    said = filter(None, [ending, without_filing(plan)])
    return [*said, *warnings(plan, reach_of(session), calendars[plan.calendar], hours)]


def reach_of(session: Session) -> list[Reach]:
    units = session.scalars(select(Unit).options(selectinload(Unit.contacts)).order_by(Unit.official_order, Unit.id))
    return [
        Reach(
            unit.code,
            unit.name,
            unit.kind,
            frozenset(one.role for one in unit.contacts if one.address and one.unreachable_at is None),
        )
        for unit in units
    ]


def store_plan(session: Session, source: str, plan: PlanTerms, now: datetime) -> PlanChange:
    """Write the plan and its rounds. A round that has opened keeps its terms: definitions matter only at opening."""
    row = session.get(Plan, plan.year) or Plan(year=plan.year)
    row.title, row.source, row.imported_at = plan.title, source, now
    row.sha256 = hashlib.sha256(source.encode()).hexdigest()
    session.add(row)
    session.flush()
    session.info.pop(_PLANS, None)
    stored = {one.code: one for one in session.scalars(select(Round).where(Round.year == plan.year))}
    added, changed, kept = [], [], []
    for round_ in plan.rounds:
        terms = round_terms(round_)
        old = stored.pop(round_.code, None)
        if old is None:
            session.add(
                Round(year=plan.year, code=round_.code, title=round_.title, opens_on=round_.opens_on, terms=terms)
            )
            added.append(round_.code)
        elif old.opened_at is None and old.terms != terms:
            old.title, old.opens_on, old.terms = round_.title, round_.opens_on, terms
            old.missed_at, old.missed_why = None, ""
            changed.append(round_.code)
        else:
            kept.append(round_.code)
    removed = [old for old in stored.values() if old.opened_at is None]
    for old in removed:
        session.delete(old)
    return PlanChange(plan.year, tuple(added), tuple(changed), tuple(one.code for one in removed), tuple(kept))


def current_plan(session: Session, year: int) -> PlanTerms:
    """The stored plan of a year, looked up once a session; raises KiemtraError when none was imported."""
    known: dict[int, PlanTerms] = session.info.setdefault(_PLANS, {})
    if year not in known:
        row = session.get(Plan, year)
        if row is None:
            raise KiemtraError(f"Chưa có kế hoạch năm {year}. Hãy chạy: kiemtra plan import <tệp kế hoạch .toml>")
        known[year] = _parse_stored(row.source, row.sha256)
    return known[year]


_PLANS = "plans"


@lru_cache(maxsize=8)
def _parse_stored(source: str, sha256: str) -> PlanTerms:
    return parse_plan(Table.of_toml(source, f"kế hoạch đã lưu ({sha256[:8]})"))
