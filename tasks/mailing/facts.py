"""What letters say of an obligation: whose it is, how late, what is missing, what was sent before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar, counted, counting_replies, merge, standing_of, unanswered
from tasks.domain.calendar import ZONE, Calendar, house_day
from tasks.domain.cell_names import cells_words
from tasks.domain.checklist import Checklist
from tasks.domain.extension import last_day
from tasks.domain.ladder import UNIT_ROLES
from tasks.domain.letterbox import LETTER_NAMES, LetterState
from tasks.domain.plan import calendar_name
from tasks.domain.vietnamese import day_text, moment_text
from tasks.records import Assignment, Finding, Letter, Reply
from tasks.toolbox import Toolbox

FIRST = 10
"""How many faults and missing items a letter names; the form itself shows all."""


def obligation_words(letter: Letter, tools: Toolbox, as_of: datetime) -> dict[str, Any]:
    """What a reminder says of an assignment or a finding, with its days counted now, when it is sent."""
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    return title_words(obligation) | {
        "unit_name": obligation.unit.name,
        "working_days_left": days_left(obligation.due_at, as_of, calendar_of(obligation, tools)),
        "overdue": as_of >= obligation.due_at,
        "missing": [],
        "missing_count": 0,
        "faults": [],
        "faults_count": 0,
        "more_faults": 0,
        "rung_title": letter.words.get("rung_title", ""),
        "file_name": "",
    }


def title_words(obligation: Assignment | Finding) -> dict[str, Any]:
    return _finding_words(obligation) if isinstance(obligation, Finding) else _assignment_words(obligation)


def _assignment_words(assignment: Assignment) -> dict[str, Any]:
    return {
        "obligation": "assignment",
        "title": assignment.cycle.round.title,
        "due_words": assignment.due_words,
        "partial": assignment.first_reply_at is not None,
        "number": "",
        "what": "",
    }


def _finding_words(finding: Finding) -> dict[str, Any]:
    return {
        "obligation": "finding",
        "title": "Khắc phục kiến nghị sau kiểm tra",
        "due_words": finding_due_words(finding),
        "partial": False,
        "number": finding.number,
        "what": finding.what,
    }


def gaps(standing: AnswersSoFar, checklist: Checklist) -> dict[str, Any]:
    missing = [{"code": code, "question": checklist.item(code).question} for code in standing.missing]
    cells: dict[str, list[str]] = {}
    for fault in standing.faults:
        cells.setdefault(fault.sentence, []).append(fault.cell)
    named = dict(list(cells.items())[:FIRST])
    return {
        "missing": missing[:FIRST] if standing.replied else [],
        "missing_count": len(missing),
        "faults": [{"cell": cells_words(one), "sentence": sentence} for sentence, one in named.items()],
        "faults_count": len(standing.faults),
        "more_faults": len(standing.faults) - sum(map(len, named.values())),
    }


def recorded(standing: AnswersSoFar, checklist: Checklist) -> dict[str, Any]:
    found = counted(standing, checklist)
    return {
        "recorded_words": found.words,
        "anything_recorded": found.is_any,
        "accepted_count": found.items,
        "total_count": found.asked,
    }


def first_of(remarks: Sequence[str]) -> dict[str, Any]:
    """The first of them in the letter; how many there are besides."""
    return {"remarks": list(remarks[:FIRST]), "more_remarks": max(0, len(remarks) - FIRST)}


def answers_so_far(session: Session, assignment: Assignment, checklist: Checklist) -> AnswersSoFar:
    """Most letters go to units that have not answered yet: nothing has to be looked up for them."""
    return standing_of(session, assignment, checklist) if assignment.first_reply_at else unanswered(checklist)


def answers_with(session: Session, reply: Reply, checklist: Checklist) -> AnswersSoFar:
    """How things stood when this reply had been filed: a letter about it tells of nothing that came later."""
    return merge([one for one in _counting_with(session, reply) if one.id <= reply.id], checklist)


def came_later(session: Session, reply: Reply) -> list[str]:
    """The form that goes along shows all, so that nothing newer is undone by who fills it in."""
    later = [one for one in _counting_with(session, reply) if one.id > reply.id]
    if not later:
        return []
    at = moment_text(later[-1].received_at.astimezone(ZONE))
    return [f"Sau phiếu này đã ghi nhận thêm câu trả lời (lúc {at}); tệp phiếu kèm theo, nếu có, đã gồm cả phần ấy"]


def _counting_with(session: Session, reply: Reply) -> Sequence[Reply]:
    return counting_replies(session, session.get_one(Assignment, reply.assignment_id))


def history(session: Session, letter: Letter) -> list[str]:
    """What the unit was sent before, and what the mail server said: an officer must not accuse without proof."""
    own = (
        Letter.assignment_id == letter.assignment_id if letter.assignment_id else Letter.finding_id == letter.finding_id
    )
    sent = (
        select(Letter)
        .where(own, Letter.state == LetterState.SENT, Letter.role.in_(UNIT_ROLES))
        .order_by(Letter.sent_at)
    )
    return [
        f"{day_text(house_day(one.sent_at))}: {LETTER_NAMES[one.kind]} tới {one.recipient}; máy chủ thư đã nhận"
        for one in session.scalars(sent)
        if one.sent_at
    ]


def lateness(left: int) -> str:
    if left > 0:
        return f"còn {left} ngày làm việc"
    return "đến hạn hôm nay" if left == 0 else f"quá hạn {-left} ngày làm việc"


def days_left(due_at: datetime, as_of: datetime, calendar: Calendar) -> int:
    """Working days from today to the last day; 0 on the last day itself, negative after it."""
    return calendar.working_days_between(house_day(as_of), last_day(due_at))


def calendar_of(obligation: Assignment | Finding, tools: Toolbox) -> Calendar:
    return tools.definitions.calendar(calendar_name(obligation.terms, obligation.unit.kind))


def finding_due_words(finding: Finding) -> str:
    return f"đến hết ngày {day_text(last_day(finding.due_at))}"
