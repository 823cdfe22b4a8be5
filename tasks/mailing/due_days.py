"""The due day of a letter's obligation as a calendar file, which goes along wherever the day is new to the unit."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.domain.invitation import DueTask
from tasks.domain.letterbox import LetterKind
from tasks.domain.mime import case_file_name
from tasks.records import Assignment, Finding, Letter
from tasks.toolbox import Toolbox

CALENDAR = "text/calendar; charset=utf-8; method={method}"
MOVING = (LetterKind.EXTENSION, LetterKind.MOVED)


def due_file(
    session: Session, letter: Letter, due_words: str, office: str, tools: Toolbox, as_of: datetime
) -> tuple[str, bytes, str]:
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    task = DueTask(
        case_code=obligation.code,
        summary=_summary(obligation),
        due_at=obligation.due_at,
        description=f"Thời hạn: {due_words}.",
        moves=_moves(session, letter),
    )
    data = tools.invitations.due(task, office, tools.house.sender_address, as_of)
    return case_file_name("Thoi-han", (), obligation.code, "ics"), data, CALENDAR.format(method="PUBLISH")


def _summary(obligation: Assignment | Finding) -> str:
    if isinstance(obligation, Finding):
        return f"Hạn khắc phục kiến nghị {obligation.number}"
    return f"Hạn gửi phiếu: {obligation.cycle.round.title}"


def _moves(session: Session, letter: Letter) -> int:
    """Rises with every letter that may tell another day, so that each replaces what the earlier ones said."""
    if letter.kind not in MOVING:
        return 0
    own = (
        Letter.assignment_id == letter.assignment_id if letter.assignment_id else Letter.finding_id == letter.finding_id
    )
    earlier = select(func.count()).where(own, Letter.kind.in_(MOVING), Letter.id <= letter.id)
    return session.scalar(earlier) or 0
