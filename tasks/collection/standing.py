"""Whether a form stands for what it says: who may answer for a unit, and for which of its rounds."""

import hmac
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.collection.matching import Match, still_owed
from tasks.collection.workbooks import Workbook
from tasks.domain.assignment import OWING, AssignmentState
from tasks.domain.message import Message
from tasks.records import Assignment, Contact, Unit


def doubt_of_sender(session: Session, message: Message, match: Match, workbooks: Sequence[Workbook]) -> str:
    """Why a person must look before these workbooks are filed; '' where nothing speaks against it."""
    sent = [(workbook, case) for workbook in workbooks if (case := match.assignment_of(workbook.code))]
    sends_own = any(case.unit.knows(message.sender) for _, case in sent)
    for workbook, case in sent:
        if case.unit.knows(message.sender) or _answers_us(match, case):
            continue
        doubt = _is_put_together(message, workbook, case)
        if not sends_own:  # else she gathers those of her neighbours
            doubt = doubt or _is_another_unit_s(session, message, case)
        if doubt:
            return doubt
    return ""


def _is_put_together(message: Message, workbook: Workbook, assignment: Assignment) -> str:
    """A stranger's answer is filed and flagged; but a form whose token is not that of the case it names was made by
    somebody, and only a contact, or an answer to a letter of ours to this unit, can stand for it.
    """
    token = workbook.identity.token
    if not token or hmac.compare_digest(token.encode(), assignment.token.encode()):
        return ""
    return (
        f"mã xác nhận trong phiếu không phải của phiếu {assignment.code}, và {message.sender} không có trong "
        f"danh sách của {assignment.unit.name}"
    )


def _is_another_unit_s(session: Session, message: Message, assignment: Assignment) -> str:
    """A clerk with a form of her own in this round took a neighbour's; the unit above may send for one below."""
    of_sender = select(Unit).join(Contact, Contact.unit_id == Unit.id).where(Contact.address == message.sender)
    if session.scalar(of_sender.where(Unit.code == assignment.unit.parent_code).limit(1)) is not None:
        return ""
    asked = select(Assignment.unit_id).where(Assignment.cycle_id == assignment.cycle_id)
    other = session.scalar(of_sender.where(Unit.id.in_(asked)).order_by(Unit.official_order).limit(1))
    if other is None:
        return ""
    return f"phiếu là của {assignment.unit.name} ({assignment.code}), nhưng người gửi là đầu mối của {other.name}"


def form_meant(session: Session, match: Match, workbooks: Sequence[Workbook]) -> Assignment | None:
    """The form still owed in whose place one of a closed round was sent; None where that one is meant.

    Either the letter names the one that is owed, or the closed round has its answer already.
    """
    sent = {one.id: one for workbook in workbooks if (one := match.assignment_of(workbook.code))}
    if len(sent) != 1:
        return None
    (closed,), around = sent.values(), match.around
    if closed.cycle.locked_at is None:
        return None
    if isinstance(around, Assignment):
        is_owed = around.unit_id == closed.unit_id and around.state in OWING and around.cycle.locked_at is None
        return around if is_owed else None
    if around is not None or closed.state is not AssignmentState.ANSWERED:
        return None
    same = Assignment.checklist == closed.checklist, Assignment.cycle_id != closed.cycle_id
    owed = list(session.scalars(still_owed(closed.unit).where(*same).limit(2)))
    return owed[0] if len(owed) == 1 else None


def _answers_us(match: Match, assignment: Assignment) -> bool:
    letter = match.letter
    return letter is not None and letter.assignment is not None and letter.assignment.unit_id == assignment.unit_id
