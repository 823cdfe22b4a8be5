"""Findings: raised by the office, told to the unit, reported by it, closed by another person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.domain.calendar import end_of, house_day
from tasks.domain.counting import WhenOff, moved
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Role, ladder_terms, next_moment
from tasks.domain.letterbox import LetterKind, Reason
from tasks.domain.plan import Plan, calendar_name
from tasks.domain.vietnamese import clean, day_text, fold
from tasks.identities import case_code, message_id
from tasks.letters import addressed, cancel_waiting, owe, timed
from tasks.moves import move
from tasks.records import Finding, Letter, Unit
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox


@dataclass(frozen=True)
class NewFinding:
    """What the team saw: tồn tại, căn cứ, kiến nghị, hạn khắc phục."""

    unit_code: str
    what: str
    due_on: date
    basis: str = ""
    remedy: str = ""
    when_off: WhenOff = WhenOff.GIU_NGUYEN


def raise_finding(session: Session, new: NewFinding, plan: Plan, tools: Toolbox, as_of: datetime) -> Finding:
    """Store a finding and owe its unit the notice; raises DefinitionError with all that is wrong with it."""
    unit = session.scalar(select(Unit).where(Unit.code == new.unit_code))
    problems = _problems(new, unit, as_of)
    if problems or unit is None:
        raise DefinitionError(problems)
    due_at = end_of(moved(new.due_on, new.when_off, tools.definitions.calendar(plan.calendar)))
    terms = _terms(plan, new)
    calendar = tools.definitions.calendar(calendar_name(terms, unit.kind))
    ladder = plan.ladders[terms["ladder"]["name"]]
    finding = Finding(
        number=_next_number(session, plan.year),
        year=plan.year,
        unit=unit,
        code=case_code(session, tools, plan.year, unit.code, fold(clean(new.what)), new.due_on),
        what=clean(new.what),
        basis=clean(new.basis),
        remedy=clean(new.remedy),
        state=FindingState.OPEN,
        raised_on=house_day(as_of),
        due_at=due_at,
        terms=terms,
        # Unreachable is not unanswering: the ladder rests until somebody can have read of the finding.
        next_rung_at=next_moment(ladder, due_at, calendar, HOURS, fired=()) if unit.reachable else None,
    )
    session.add(finding)
    session.flush()
    tell_finding(session, finding, tools, as_of)
    return finding


def tell_finding(session: Session, finding: Finding, tools: Toolbox, as_of: datetime, again: str = "") -> None:
    """`again`: behind the key, when the unit could not be reached the first time."""
    letter = Letter(
        key=f"finding:{finding.id}{again}",
        kind=LetterKind.FINDING,
        finding_id=finding.id,
        message_id=message_id(session, tools, "finding", finding.code, again),
    )
    calendar = tools.definitions.calendar(calendar_name(finding.terms, finding.unit.kind))
    owe(session, timed(addressed(letter, finding.unit, Role.DAU_MOI), as_of, calendar, HOURS))


def same_finding(session: Session, new: NewFinding) -> Finding | None:
    """One of the same unit with the same words that is not closed: most often the same command typed twice."""
    found = select(Finding).join(Finding.unit).where(Unit.code == new.unit_code, Finding.state != FindingState.CLOSED)
    return next((one for one in session.scalars(found) if fold(one.what) == fold(clean(new.what))), None)


def open_findings(session: Session, unit_code: str) -> Sequence[Finding]:
    """What a unit is still reminded of, whatever else it is let off."""
    found = select(Finding).join(Finding.unit).where(Unit.code == unit_code, Finding.state == FindingState.OPEN)
    return session.scalars(found.order_by(Finding.due_at, Finding.number)).all()


def _problems(new: NewFinding, unit: Unit | None, as_of: datetime) -> list[Problem]:
    problems = []
    if unit is None:
        problems.append(Problem("đơn vị", f"không có đơn vị mã “{new.unit_code}” trong danh sách"))
    if not clean(new.what):
        problems.append(Problem("nội dung", "chưa ghi tồn tại, hạn chế"))
    if new.due_on <= house_day(as_of):
        problems.append(Problem("hạn khắc phục", f"ngày {day_text(new.due_on)} không sau hôm nay"))
    return problems


def _terms(plan: Plan, new: NewFinding) -> dict[str, Any]:
    """Findings climb the plan's first ladder, as it stands today."""
    ladder = next(iter(plan.ladders.values()))
    officers = {one.role.value: {"title": one.title, "name": one.name, "address": one.address} for one in plan.officers}
    return {
        "year": plan.year,
        "calendar": plan.calendar,
        "calendars": {kind.value: name for kind, name in plan.calendars.items()},
        "due": {"named": new.due_on.isoformat(), "when_off": new.when_off.value},
        "ladder": ladder_terms(ladder),
        "officers": officers,
    }


def _next_number(session: Session, year: int) -> str:
    """'KN-2025-007': in the order in which they were raised."""
    count = session.scalar(select(func.count()).select_from(Finding).where(Finding.year == year)) or 0
    return f"KN-{year}-{count + 1:03d}"


def close_finding(session: Session, number: str, by: str, tools: Toolbox) -> Finding:
    """Đã khắc phục: only a person of the office says so, never the unit by itself."""
    finding = session.scalar(select(Finding).where(Finding.number == number))
    if finding is None:
        raise KiemtraError(f"Không có kiến nghị số “{number}”.")
    if finding.state is FindingState.CLOSED:
        raise KiemtraError(f"Kiến nghị {number} đã được đóng trước đó (người đóng: {finding.closed_by}).")
    cancel_waiting(session, finding, Reason.ENDED)
    move(session, finding, FindingState.CLOSED, closed_at=tools.now(), closed_by=by, next_rung_at=None)
    return finding
