"""Visits: planned, moved, called off; each change and the letter that tells it in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import Calendar, house_day
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.naming import Named, find
from tasks.domain.plan import ROUND_KIND_NAMES, calendar_name
from tasks.domain.visit import VISITED, Meeting, Member, TeamRole, VisitState, wrong_day, wrong_with
from tasks.identities import message_id
from tasks.letters import WAITING, addressed, owe, timed
from tasks.moves import move
from tasks.records import Assignment, Cycle, Letter, Plan, Round, Unit, Visit
from tasks.scheduling import HOURS, cycle_round
from tasks.toolbox import Toolbox

TOLD = (LetterState.SENDING, LetterState.SENT, LetterState.UNCERTAIN)


@dataclass(frozen=True)
class NewVisit:
    """When the team comes, where, and who it is."""

    day: date
    opens: time
    closes: time
    place: str
    team: tuple[Member, ...]


def plan_visit(
    session: Session,
    assignment: Assignment,
    new: NewVisit,
    tools: Toolbox,
    as_of: datetime,
    misread: Sequence[Problem] = (),
) -> tuple[Visit, bool]:
    """Plan the visit of a unit in a round, or move the one that is planned; whether that changed anything.

    Raises DefinitionError with all that is wrong; `misread`: what could not be read of the words for its team.
    """
    unit = assignment.unit
    assert_visited(assignment)
    _one_planner_at_a_time(session, assignment.cycle.terms["year"])
    visit = session.scalar(select(Visit).where(Visit.assignment_id == assignment.id))
    meeting = Meeting(unit.name, new.day, new.opens, new.closes, new.team)
    others = [meeting_of(one) for one in planned(session) if one is not visit]
    own, office = _calendars(assignment, tools)
    lock_on = assignment.cycle.lock_on
    if problems := [*misread, *wrong_with(meeting, others, house_day(as_of), own, office, lock_on)]:
        raise DefinitionError(problems)
    facts: dict[str, Any] = {
        "day": new.day,
        "opens": new.opens.isoformat("minutes"),
        "closes": new.closes.isoformat("minutes"),
        "place": new.place or f"Trụ sở {unit.name}",
        "team": [{"role": one.role.value, "name": one.name} for one in new.team],
        "why": "",
    }
    if visit is not None and visit.state is VisitState.PLANNED and _is_planned_so(visit, facts):
        return visit, False
    if visit is None:
        visit = Visit(assignment=assignment, state=VisitState.PLANNED, moves=0, **facts)
        session.add(visit)
        session.flush()
    else:
        move(session, visit, VisitState.PLANNED, moves=visit.moves + 1, **facts)
    _tell(session, visit, tools, as_of)
    return visit, True


def day_problems(assignment: Assignment, day: date, tools: Toolbox, as_of: datetime) -> list[Problem]:
    """All that speaks against the day of a visit whose hours could not be read."""
    return list(wrong_day(day, house_day(as_of), *_calendars(assignment, tools), assignment.cycle.lock_on))


def _calendars(assignment: Assignment, tools: Toolbox) -> tuple[Calendar, Calendar]:
    """The unit's and the team's."""
    terms, kind = assignment.cycle.terms, assignment.unit.kind
    return tools.definitions.calendar(calendar_name(terms, kind)), tools.definitions.calendar(calendar_name(terms))


def _one_planner_at_a_time(session: Session, year: int) -> None:
    """Two who plan at once would not see each other's visits, and send one team to two units."""
    session.execute(select(Plan.year).where(Plan.year == year).with_for_update())


def _is_planned_so(visit: Visit, facts: Mapping[str, Any]) -> bool:
    return all(getattr(visit, name) == value for name, value in facts.items())


def cancel_visit(session: Session, visit: Visit, why: str, tools: Toolbox, as_of: datetime) -> None:
    """Call a visit off; who has heard of it is told. Raises KiemtraError."""
    if visit.state is VisitState.CANCELLED:
        raise KiemtraError(f"Lịch kiểm tra tại {visit.assignment.unit.name} đã hủy trước đó ({visit.why}).")
    move(session, visit, VisitState.CANCELLED, moves=visit.moves + 1, why=why)
    _tell(session, visit, tools, as_of)


def _tell(session: Session, visit: Visit, tools: Toolbox, as_of: datetime) -> None:
    """The clerk and the head of the unit; what was said before and has not left is taken back."""
    own = Letter.assignment_id == visit.assignment_id, Letter.kind == LetterKind.VISIT
    waiting = update(Letter).where(*own, Letter.state.in_(WAITING))
    session.execute(waiting.values(state=LetterState.CANCELLED, reason=Reason.REPLACED))
    told = set(session.scalars(select(Letter.role).where(*own, Letter.state.in_(TOLD))))
    unit = visit.assignment.unit
    calendar = tools.definitions.calendar(calendar_name(visit.assignment.cycle.terms, unit.kind))
    for role in (Role.DAU_MOI, Role.LANH_DAO):
        is_news = visit.state is VisitState.PLANNED or role in told
        if is_news and (role is Role.DAU_MOI or unit.contact(role)):
            letter = Letter(
                key=f"visit:{visit.id}:{visit.moves}:{role}",
                kind=LetterKind.VISIT,
                assignment_id=visit.assignment_id,
                message_id=message_id(session, tools, *_told_of(visit), role),
            )
            owe(session, timed(addressed(letter, unit, role), as_of, calendar, HOURS))


def _told_of(visit: Visit) -> tuple[object, ...]:
    what = visit.state, visit.day, visit.opens, visit.closes, visit.place, visit.why
    return "visit", visit.assignment.code, visit.moves, *what


def planned(session: Session) -> Sequence[Visit]:
    """In the order of their days."""
    return session.scalars(
        select(Visit).where(Visit.state == VisitState.PLANNED).order_by(Visit.day, Visit.opens, Visit.id)
    ).all()


def all_visits(session: Session) -> Sequence[Visit]:
    return session.scalars(select(Visit).order_by(Visit.day, Visit.opens, Visit.id)).all()


def meeting_of(visit: Visit) -> Meeting:
    return Meeting(
        visit.assignment.unit.name,
        visit.day,
        time.fromisoformat(visit.opens),
        time.fromisoformat(visit.closes),
        tuple(Member(TeamRole(one["role"]), one["name"]) for one in visit.team),
        visit.place,
    )


def assert_visited(assignment: Assignment) -> None:
    """Raises KiemtraError where no team comes in this round, or not to this unit."""
    round_, unit = cycle_round(assignment.cycle), assignment.unit.name
    if round_.kind not in VISITED:
        kind = ROUND_KIND_NAMES[round_.kind]
        raise KiemtraError(
            f"Đợt {round_.code} là “{kind}”, không có đoàn đến đơn vị; lịch chỉ xếp trong đợt kiểm tra, giám sát. "
            "Chưa ghi gì."
        )
    if assignment.state is AssignmentState.EXEMPT:
        raise KiemtraError(f"{unit} được miễn trong đợt {round_.code}; chưa ghi gì.")


def round_to_visit(session: Session, typed: str | None) -> str | None:
    """The code of the round that is named by code or title. Raises KiemtraError that lists those which run."""
    if typed is None:
        return None
    rounds = {one.code: one.title for one in session.scalars(select(Round).order_by(Round.opens_on))}
    found = find(typed, [Named(code, title) for code, title in rounds.items()])
    if found.one is not None:
        return found.one.code
    running = session.scalars(select(Cycle).join(Round).where(Cycle.locked_at.is_(None)).order_by(Round.opens_on))
    there = "; ".join(f"{one.round.code} ({one.round.title})" for one in running if cycle_round(one).kind in VISITED)
    sentence = f"Không có đợt “{typed}”. Các đợt có đoàn đến đơn vị đang chạy: {there or 'chưa có đợt nào'}."
    raise KiemtraError(f"{sentence} Chưa ghi gì.")


def part_to_visit(session: Session, unit_code: str, round_code: str | None) -> Assignment:
    """The same where a visit is to be planned: rounds in which no team comes are not meant, unless they are named."""
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    if unit is not None and round_code is None:
        running = select(Assignment).join(Cycle).where(Assignment.unit_id == unit.id, Cycle.locked_at.is_(None))
        visited = [one for one in session.scalars(running) if cycle_round(one.cycle).kind in VISITED]
        if len(visited) == 1:
            return visited[0]
    return assignment_to_visit(session, unit_code, round_code)


def assignment_to_visit(session: Session, unit_code: str, round_code: str | None) -> Assignment:
    """The unit's part in a running round. Raises KiemtraError that says which there are."""
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    if unit is None:
        raise KiemtraError(f"Không có đơn vị mã “{unit_code}” trong danh sách.")
    running = select(Assignment).join(Assignment.cycle).join(Cycle.round)
    running = running.where(Assignment.unit_id == unit.id, Cycle.locked_at.is_(None)).order_by(Round.opens_on)
    all_running = session.scalars(running).all()
    chosen = [one for one in all_running if round_code in (None, one.cycle.round.code)]
    if len(chosen) == 1:
        return chosen[0]
    if not all_running:
        raise KiemtraError(f"{unit.name} chưa có phiếu nào đang chạy; lịch kiểm tra xếp được sau khi đợt đã mở.")
    rounds = ", ".join(one.cycle.round.code for one in all_running)
    if not chosen:
        raise KiemtraError(f"{unit.name} không có phiếu đang chạy trong đợt này; đang chạy: {rounds}.")
    raise KiemtraError(f"{unit.name} có nhiều phiếu đang chạy ({rounds}); hãy ghi thêm --cycle <mã đợt>.")
