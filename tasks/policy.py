"""Moving what runs already to the plan's new ladder: on purpose, after a preview; what was sent stays sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.assignment import OWING
from tasks.domain.errors import KiemtraError
from tasks.domain.finding import FINDINGS, FindingState
from tasks.domain.ladder import Ladder, Role, ladder_terms, next_moment
from tasks.domain.letterbox import Reason
from tasks.domain.plan import Plan
from tasks.escalation import (
    Obligation,
    allowed_roles,
    fired_steps,
    follow,
    ladder_of,
    officers_of,
    take_back,
    terms_of,
)
from tasks.letters import WAITING
from tasks.planning import current_plan
from tasks.records import Assignment, Cycle, Finding, Letter, Round, owned_by
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

Officers = dict[str, dict[str, str]]


@dataclass(frozen=True)
class PolicyTerms:
    """Which rungs an item has, and who stands on those above the units."""

    year: int
    ladder: Ladder
    officers: Officers


@dataclass(frozen=True)
class Moved:
    """One running item under the plan of its own year: its next rung before and after, its letters taken back."""

    obligation: Obligation
    old: PolicyTerms
    new: PolicyTerms
    before: datetime | None
    after: datetime | None
    taken_back: int


@dataclass(frozen=True)
class PolicyChange:
    """What applying the plans' ladders to what runs under one code does."""

    round: str
    moved: tuple[Moved, ...]
    climbed: int = 0
    """How many items got a letter when it was applied."""

    @property
    def differs(self) -> bool:
        """Whether anything that runs has another ladder or other officers than its plan."""
        return any(one.old != one.new for one in self.moved)

    @property
    def policies(self) -> list[tuple[PolicyTerms, PolicyTerms]]:
        """Each change from an old policy to a new one, once; the items of a round need not have begun with the same."""
        found: list[tuple[PolicyTerms, PolicyTerms]] = []
        for one in self.moved:
            if (one.old, one.new) not in found:
                found.append((one.old, one.new))
        return found

    def due_now(self, as_of: datetime) -> int:
        """How many items get a letter at once: their new rung has come already."""
        return sum(one.after is not None and one.after <= as_of for one in self.moved)


def policy_change(session: Session, round_code: str, tools: Toolbox) -> PolicyChange:
    """The preview. Raises KiemtraError when nothing of that name runs, or the plan does not know it."""
    obligations = running(session, round_code)
    return PolicyChange(round_code, tuple(_moved(session, one, round_code, tools) for one in obligations))


def behind_the_plan(session: Session, plan: Plan) -> list[str]:
    """The running rounds of its year, and the findings, whose ladder or officers are no longer the plan's."""
    officers = officers_of_plan(plan)
    cycles = select(Cycle).join(Round).where(Round.year == plan.year, Cycle.locked_at.is_(None))
    in_order = session.scalars(cycles.order_by(Round.opens_on)).all()
    found = [one.round.code for one in in_order if _is_behind(session, one, plan, officers)]
    findings = select(Finding).where(Finding.year == plan.year, Finding.state == FindingState.OPEN)
    ladder = next(iter(plan.ladders.values()))
    if any(ladder_of(one) != ladder or officers_of(one) != officers for one in session.scalars(findings)):
        found.append(FINDINGS)
    return found


def _is_behind(session: Session, cycle: Cycle, plan: Plan, officers: Officers) -> bool:
    """A cycle in which something is owed still; an urgent round is not in the plan, but names its ladder."""
    owed = select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.state.in_(OWING))
    owing = session.scalar(owed.limit(1))
    if owing is None:
        return False
    planned = plan.round(cycle.round.code)
    ladder = plan.ladders.get(planned.ladder if planned else cycle.terms["round"]["ladder"])
    return ladder is not None and (ladder_of(owing) != ladder or officers_of(owing) != officers)


def running(session: Session, round_code: str) -> Sequence[Obligation]:
    """What is owed under that code, or all open findings, of whatever year."""
    found: Sequence[Obligation]
    if round_code == FINDINGS:
        found = session.scalars(select(Finding).where(Finding.state == FindingState.OPEN).order_by(Finding.id)).all()
    else:
        chosen = select(Assignment).join(Cycle).join(Round).where(Round.code == round_code, Cycle.locked_at.is_(None))
        chosen = chosen.options(selectinload(Assignment.letters), selectinload(Assignment.unit))
        found = [one for one in session.scalars(chosen.order_by(Assignment.id)) if one.owing]
    if not found:
        raise KiemtraError(f"Không có gì đang chạy ở đợt “{round_code}”; xem: kiemtra ladder show")
    return found


def _year(obligation: Obligation) -> int:
    return int(obligation.cycle.terms["year"]) if isinstance(obligation, Assignment) else obligation.year


def _own(obligation: Obligation) -> PolicyTerms:
    return PolicyTerms(_year(obligation), ladder_of(obligation), officers_of(obligation))


def _planned(session: Session, obligation: Obligation, round_code: str) -> PolicyTerms:
    """What the plan of its own year says today: another year has other officers, and perhaps another ladder."""
    plan = current_plan(session, _year(obligation))
    return PolicyTerms(plan.year, _ladder_of_plan(plan, obligation, round_code), officers_of_plan(plan))


def _ladder_of_plan(plan: Plan, obligation: Obligation, round_code: str) -> Ladder:
    """The ladder that the plan gives the round today; an urgent round is not in the plan, but names its ladder."""
    if isinstance(obligation, Finding):
        return next(iter(plan.ladders.values()))
    planned = plan.round(round_code)
    name = planned.ladder if planned else obligation.cycle.terms["round"]["ladder"]
    if name not in plan.ladders:
        raise KiemtraError(f"Kế hoạch năm {plan.year} không còn trình tự đôn đốc “{name}”.")
    return plan.ladders[name]


def officers_of_plan(plan: Plan) -> Officers:
    return {one.role.value: {"title": one.title, "name": one.name, "address": one.address} for one in plan.officers}


def _moved(session: Session, one: Obligation, round_code: str, tools: Toolbox) -> Moved:
    old, new = _own(one), _planned(session, one, round_code)
    stale = stale_letters(session, one, old, new)
    keys = {letter.id for letter in stale}
    fired = fired_steps([letter for letter in one.letters if letter.id not in keys])
    calendar = terms_of(one, tools)[1]
    after = next_moment(
        new.ladder, one.due_at, calendar, HOURS, fired=fired, roles=allowed_roles(one), quiet_until=one.quiet_until
    )
    return Moved(one, old, new, one.next_rung_at, after, len(stale))


def stale_letters(session: Session, one: Obligation, old: PolicyTerms, new: PolicyTerms) -> list[Letter]:
    """Waiting letters of rungs that the new policy does not have, has elsewhere, or sends to somebody else."""
    old_rungs = {rung.name: rung for rung in old.ladder.rungs}
    new_rungs = {rung.name: rung for rung in new.ladder.rungs}
    waiting = select(Letter).where(owned_by(Letter, one), Letter.rung != "", Letter.state.in_(WAITING))
    return [
        letter
        for letter in session.scalars(waiting.where(Letter.repeated_at.is_(None)))
        if old_rungs.get(letter.rung) != new_rungs.get(letter.rung) or _other_officer(letter.role, old, new)
    ]


def _other_officer(role: Role | None, old: PolicyTerms, new: PolicyTerms) -> bool:
    return role is not None and old.officers.get(role.value) != new.officers.get(role.value)


def apply_policy(session: Session, round_code: str, tools: Toolbox, as_of: datetime | None = None) -> PolicyChange:
    """Write the plan's ladder and officers into what runs; the rungs that were climbed stay climbed.

    Rungs that the new ladder has put into the past are climbed here: left to the sweep, so many letters that come
    late would look like an outage, and wait for consent.
    """
    change = policy_change(session, round_code, tools)
    for moved in change.moved:
        stale = stale_letters(session, moved.obligation, moved.old, moved.new)
        take_back(session, moved.obligation, Reason.POLICY, letters=stale)
    bearers = {id(_bearer(moved.obligation)): (_bearer(moved.obligation), moved.new) for moved in change.moved}
    for bearer, new in bearers.values():
        bearer.terms = bearer.terms | {"ladder": ladder_terms(new.ladder), "officers": new.officers}
    session.flush()
    climbed = sum(follow(session, moved.obligation, tools, as_of or tools.now()) for moved in change.moved)
    return replace(change, climbed=climbed)


def _bearer(one: Obligation) -> Cycle | Finding:
    """Where the terms stand: an assignment shares those of its cycle."""
    return one.cycle if isinstance(one, Assignment) else one
