"""Miễn: a unit that is asked no longer, because it has ceased to exist or the round is not for it; and the way back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.assignment import AssignmentState
from tasks.domain.errors import KiemtraError
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.escalation import come_again, leave_rung, pass_over, reschedule
from tasks.letters import cancel_waiting
from tasks.moves import move
from tasks.records import Assignment, Cycle, Round, Unit
from tasks.scheduling import ask_again
from tasks.toolbox import Toolbox

ASKED = (AssignmentState.OPEN, AssignmentState.RETURNED, AssignmentState.UNREACHABLE)


def exempt(session: Session, unit_code: str, round_code: str | None, why: str, as_of: datetime) -> Sequence[Assignment]:
    """Nothing is asked of the unit any more, in all that it owes or in one round. Raises KiemtraError."""
    chosen = _of_unit(session, unit_code, round_code, ASKED)
    for assignment in chosen:
        cancel_waiting(session, assignment, Reason.ENDED)
        move(session, assignment, AssignmentState.EXEMPT, exempt_why=why, exempt_at=as_of, next_rung_at=None)
    return chosen


def ask_after_all(
    session: Session, unit_code: str, round_code: str | None, tools: Toolbox, as_of: datetime
) -> Sequence[Assignment]:
    """Back to what it was: the unit owes its answer, and its ladder goes on. Raises KiemtraError.

    Nobody hears of the rungs that came while it was let off; what waited then waits again.
    """
    chosen = _of_unit(session, unit_code, round_code, (AssignmentState.EXEMPT,))
    for assignment in chosen:
        if not assignment.unit.reachable:
            move(session, assignment, AssignmentState.UNREACHABLE, exempt_why="", exempt_at=None)
            continue
        state = AssignmentState.RETURNED if assignment.first_reply_at else AssignmentState.OPEN
        move(session, assignment, state, exempt_why="", exempt_at=None)
        waited = [one for one in assignment.letters if one.rung and one.reason is Reason.ENDED]
        pass_over(session, assignment, Reason.ENDED, tools, as_of)
        for letter in waited:
            leave_rung(letter, Reason.ASKED_AGAIN)
        come_again(session, assignment, Reason.ASKED_AGAIN, tools, as_of)
        reschedule(assignment, tools)
        if not _was_asked(assignment):
            ask_again(session, assignment, tools, as_of)
    return chosen


def _was_asked(assignment: Assignment) -> bool:
    requests = [one for one in assignment.letters if one.kind is LetterKind.REQUEST]
    return any(one.state is not LetterState.CANCELLED for one in requests)


def _of_unit(
    session: Session, unit_code: str, round_code: str | None, states: Sequence[AssignmentState]
) -> Sequence[Assignment]:
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    if unit is None:
        raise KiemtraError(f"Không có đơn vị mã “{unit_code}”; xem: kiemtra units list")
    running = select(Assignment).join(Cycle).join(Round)
    running = running.where(Assignment.unit_id == unit.id, Assignment.state.in_(states), Cycle.locked_at.is_(None))
    chosen = running if round_code is None else running.where(Round.code == round_code)
    if found := session.scalars(chosen.order_by(Round.opens_on)).all():
        return found
    others = ", ".join(one.cycle.round.code for one in session.scalars(running)) or "không đợt nào"
    what = "được miễn" if AssignmentState.EXEMPT in states else "còn nợ phiếu"
    where = "đợt nào" if round_code is None else f"đợt “{round_code}”"
    raise KiemtraError(f"{unit.name} không {what} ở {where} đang chạy; {what}: {others}. Chưa đổi gì.")
