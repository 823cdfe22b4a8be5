"""What the letter of a visit is told, and the day as a calendar file."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.invitation import VisitDay
from tasks.domain.letterbox import LetterKind
from tasks.domain.mime import case_file_name
from tasks.domain.plan import calendar_name
from tasks.domain.vietnamese import day_text, day_words
from tasks.domain.visit import VISITED, VisitState, clock, report_due_on
from tasks.mailing.due_days import CALENDAR
from tasks.records import Letter, Visit
from tasks.scheduling import cycle_round
from tasks.toolbox import Toolbox
from tasks.visiting import TOLD, meeting_of


def visit_words(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> dict[str, Any]:
    visit = _visit(session, letter)
    meeting, assignment = meeting_of(visit), visit.assignment
    calendar = tools.definitions.calendar(calendar_name(assignment.cycle.terms, assignment.unit.kind))
    report_on = report_due_on(meeting.day, calendar)
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "day_words": day_words(meeting.day),
        "hours_words": f"từ {clock(meeting.opens)} đến {clock(meeting.closes)}",
        "place": meeting.place,
        "team": [str(one) for one in meeting.team],
        "report_words": f"chậm nhất ngày {day_text(report_on)}"
        if report_on > house_day(as_of)
        else "trước buổi làm việc",
        "act": VISITED.get(cycle_round(assignment.cycle).kind, "kiểm tra"),
        "answered": assignment.state is AssignmentState.ANSWERED,
        "file_name": "",
        "cancelled": visit.state is VisitState.CANCELLED,
        "moved": _has_heard(session, letter),
        "why": visit.why,
    }


def visit_file(
    session: Session, letter: Letter, office: str, tools: Toolbox, as_of: datetime
) -> tuple[str, bytes, str]:
    visit = _visit(session, letter)
    meeting, assignment = meeting_of(visit), visit.assignment
    day = VisitDay(
        case_code=assignment.code,
        summary=f"Đoàn kiểm tra làm việc: {assignment.cycle.round.title}",
        day=meeting.day,
        place=meeting.place,
        opens=meeting.opens,
        closes=meeting.closes,
        description="; ".join(str(one) for one in meeting.team),
        moves=visit.moves,
        cancelled=visit.state is VisitState.CANCELLED,
    )
    data = tools.invitations.visit(day, office, tools.house.sender_address, as_of)
    return (
        case_file_name("Lich-kiem-tra", (), assignment.code, "ics"),
        data,
        CALENDAR.format(method=day.method),
    )


def _has_heard(session: Session, letter: Letter) -> bool:
    """Whether this person was told of the visit before: only then is the day a change."""
    earlier = select(Letter.id).where(
        Letter.assignment_id == letter.assignment_id,
        Letter.kind == LetterKind.VISIT,
        Letter.role == letter.role,
        Letter.id != letter.id,
        Letter.state.in_(TOLD),
    )
    return session.scalar(earlier.limit(1)) is not None


def _visit(session: Session, letter: Letter) -> Visit:
    """As it stands now: a letter that waits when the visit moves is taken back."""
    return session.scalars(select(Visit).where(Visit.assignment_id == letter.assignment_id)).one()
