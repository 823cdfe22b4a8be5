"""Taking back what a person decided at the desk: as if it had never been, and yet kept as history."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.answers import counting_replies, merge
from tasks.collection.confirming import take_back_bounce
from tasks.collection.desk import DeskRefusal, message_of, standing_decision
from tasks.collection.noting import take_back_line
from tasks.domain.assignment import AssignmentState
from tasks.domain.desk import BY_NO_MAIL, DeskAct
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterState, Reason
from tasks.escalation import reschedule
from tasks.letters import WAITING
from tasks.moves import take_back
from tasks.records import Assignment, DeskDecision, Letter, Reply
from tasks.scheduling import asked_of
from tasks.toolbox import Toolbox


def undo_decision(session: Session, incoming_id: int, by: str, tools: Toolbox) -> list[str]:
    """Take back the last decision completely; returns what was done and what can no longer be mended."""
    row, problems = message_of(session, incoming_id)
    if row is None:
        raise DeskRefusal(problems)
    decision = standing_decision(session, incoming_id)
    if decision is None:
        ever = session.scalar(select(DeskDecision.id).where(DeskDecision.incoming_id == incoming_id).limit(1))
        if ever:
            return [f"Thư {incoming_id} không còn quyết định nào để hoàn tác; không thay đổi gì."]
        raise DeskRefusal([f"Chưa ai quyết định gì về thư {incoming_id}, nên không có gì để hoàn tác."])
    notes: list[str] = []
    if decision.act in BY_NO_MAIL and decision.assignment is not None:
        unit, round_ = decision.assignment.unit.code, decision.assignment.cycle.round.code
        how = f'kiemtra answers undo {unit} --round {round_} --why "…"'
        raise DeskRefusal([f"Số {incoming_id} không phải thư mà do {decision.by} ghi; lấy lại bằng: {how}"])
    if decision.act is DeskAct.FILED:
        notes = unfile(session, decision, tools)
    elif decision.act is DeskAct.BOUNCED:
        take_back_bounce(session, decision, tools)
    elif decision.act is DeskAct.NOTED:
        notes = take_back_line(session, decision, tools)
    decision.undone_at, decision.undone_by = tools.now(), by
    row.verdict, row.why = decision.verdict_before, decision.why_before
    return [f"Đã hoàn tác: thư {incoming_id} lại chờ ở bàn (kiemtra desk).", *notes]


def unfile(session: Session, decision: DeskDecision, tools: Toolbox) -> list[str]:
    """The answers that it brought count no more; the unit stands as the others leave it."""
    assignment = session.get_one(Assignment, decision.assignment_id, with_for_update=True)
    replies = session.scalars(select(Reply).where(Reply.decision_id == decision.id)).all()
    for reply in replies:
        reply.taken_back_at = tools.now()
    notes = _take_back_answers(session, [reply.id for reply in replies])
    _stand_as_before(session, assignment, decision)
    _bring_back_letters(session, assignment, decision)
    session.flush()
    reschedule(assignment, tools)
    return notes


def _take_back_answers(session: Session, reply_ids: list[int]) -> list[str]:
    """Receipts that have not left never will; of those that have, the unit must be told by a person."""
    ours = Letter.reply_id.in_(reply_ids)
    session.execute(
        update(Letter)
        .where(ours, Letter.state.in_(WAITING))
        .values(state=LetterState.CANCELLED, reason=Reason.DROPPED, detail="đã hoàn tác việc ghi nhận")
    )
    gone = session.scalars(select(Letter).where(ours, Letter.state != LetterState.CANCELLED)).all()
    return [
        f"Lưu ý: thư trả lời cho {one.recipient} đã gửi hoặc đang gửi, không rút lại được; hãy báo lại cho họ."
        for one in gone
        if one.state is not LetterState.FAILED
    ]


def _stand_as_before(session: Session, assignment: Assignment, decision: DeskDecision) -> None:
    """What the other replies make of it, as if this one had never been filed."""
    checklist = asked_of(assignment)
    replies = counting_replies(session, assignment)
    assignment.first_reply_at = min((reply.received_at for reply in replies), default=None)
    if assignment.state not in {AssignmentState.ANSWERED, AssignmentState.RETURNED}:
        return
    completing = (end for end in range(1, len(replies) + 1) if merge(replies[:end], checklist).complete)
    if (end := next(completing, None)) is not None:
        # An answer that was once complete stays one; a wrong correction of it came back, no more.
        assignment.answered_at = replies[end - 1].received_at
        return
    state = _state_without(assignment, decision, bool(replies))
    if state is not assignment.state:
        take_back(session, assignment, state, answered_at=None)


def _state_without(assignment: Assignment, decision: DeskDecision, has_replies: bool) -> AssignmentState:
    if assignment.cycle.locked_at is not None:
        return AssignmentState.CLOSED
    contact = assignment.unit.contact(Role.DAU_MOI)
    lost = contact is None or contact.unreachable_at is not None
    if lost and decision.state_before is AssignmentState.UNREACHABLE:
        return AssignmentState.UNREACHABLE
    return AssignmentState.RETURNED if has_replies else AssignmentState.OPEN


def _bring_back_letters(session: Session, assignment: Assignment, decision: DeskDecision) -> None:
    """Each to where it stood; the last check before sending decides whether it may still leave."""
    session.flush()
    if not assignment.owing:
        return
    for one in decision.withdrawn:
        taken = Letter.id == one["id"], Letter.state == LetterState.CANCELLED
        by_us = Letter.reason.in_((Reason.ANSWERED, Reason.SUPERSEDED))
        reason = Reason(one["reason"]) if one["reason"] else None
        session.execute(
            update(Letter).where(*taken, by_us).values(state=LetterState(one["state"]), reason=reason),
            execution_options={"synchronize_session": False},
        )
