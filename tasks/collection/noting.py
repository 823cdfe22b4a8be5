"""A person writes down the marked line that somebody's words come to: it acts as if the unit had filled it in."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.collection.answering import owe_answer
from tasks.collection.desk import DeskRefusal, message_of, note_decision, standing_decision, why_not_here
from tasks.collection.hearing import hear
from tasks.collection.remedies import report_finding
from tasks.collection.senders import Said, writer
from tasks.domain.calendar import house_day
from tasks.domain.desk import DeskAct
from tasks.domain.finding import FindingState
from tasks.domain.inbox.marked_line import Marked, read_marked
from tasks.domain.inbox.trust import OWN, Trust
from tasks.domain.letterbox import LetterKind, LetterState, Reason, Verdict
from tasks.domain.message import read_message
from tasks.domain.vietnamese import one_line
from tasks.escalation import Obligation, read_again, reschedule
from tasks.extension import owed_by, tell_contact
from tasks.letters import WAITING
from tasks.moves import move
from tasks.records import Assignment, DeskDecision, Extension, Finding, Incoming, Letter, Reply, owned_by
from tasks.toolbox import Toolbox

HOW = "Hãy ghi một trong các dòng: “GIA HẠN: 5 ngày, lý do …”, “HẸN: ngày 20/05/2025”, “KHẮC PHỤC: đã làm gì”"
KEPT = ("due_at", "original_due_at", "promised_on", "promised_at", "quiet_until")


def note_line(
    session: Session, incoming_id: int, unit_or_number: str, round_code: str, line: str, by: str, tools: Toolbox
) -> str:
    """`unit_or_number`: of a unit, or of a finding; returns what was done."""
    row, problems = message_of(session, incoming_id)
    decision, line = standing_decision(session, incoming_id) if row else None, one_line(line)
    if decision and decision.act is DeskAct.NOTED and decision.why == line:
        return f"Thư {incoming_id} đã được {decision.by} ghi như vậy rồi; không thay đổi gì."
    problems += why_not_here(row, decision)
    if problems or row is None:
        raise DeskRefusal(problems)
    marked = read_marked(line, house_day(row.received_at))
    obligation = owed_by(session, unit_or_number, round_code or None)
    if why := _why_not(session, row, marked, obligation, line, tools):
        raise DeskRefusal([f"Chưa ghi gì cho thư {row.id}: {why}."])
    return _note(session, row, marked, obligation, line, by, tools)


def _why_not(session: Session, row: Incoming, marked: Marked, obligation: Obligation, line: str, tools: Toolbox) -> str:
    if marked.unclear or not marked.acts:
        why = f"; {marked.unclear[0].why}" if marked.unclear else ""
        return f"dòng “{line}” chưa rõ{why}. {HOW}"
    if not obligation.owing:
        return f"{obligation.unit.name} không còn nợ gì ở đây"
    if marked.remedy and isinstance(obligation, Assignment):
        return "KHẮC PHỤC là của một kiến nghị; hãy ghi --unit <số kiến nghị>"
    who = writer(session, read_message(row.raw), obligation.unit, tools)
    if marked.wish and who not in OWN:  # who asks is told what was decided
        return "người gửi không phải người của đơn vị. Đơn vị xác nhận thì dùng: kiemtra extend"
    return ""


def _note(
    session: Session, row: Incoming, marked: Marked, obligation: Obligation, line: str, by: str, tools: Toolbox
) -> str:
    message = read_message(row.raw)
    who = writer(session, message, obligation.unit, tools)
    decision = note_decision(session, row, DeskAct.NOTED, by, tools)
    decision.why = line
    decision.assignment_id = obligation.id if isinstance(obligation, Assignment) else None
    session.flush()
    before, waiting = _standing(obligation), _waiting_of(session, obligation)
    row.verdict, row.why = Verdict.REPLY, ""
    if marked.remedy and isinstance(obligation, Finding):
        reply = report_finding(session, row, message, obligation, Said(who, Trust.TAKE), tools)
        reply.decision_id = decision.id
    elif heard := hear(session, row, message, marked, obligation, tools):
        row.verdict, row.why = heard.verdict, heard.why
        if heard.letter is not None and heard.extension is not None:
            owe_answer(session, heard.letter, obligation, tools)
            tell_contact(session, heard.extension, tools, tools.now())
    row.why = f"{by} ghi theo thư: {line}" + (f"; {row.why}" if row.why else "")
    session.flush()
    finding = obligation.id if isinstance(obligation, Finding) else None
    decision.withdrawn = [{"finding": finding, "before": before, "after": _standing(obligation)}, *waiting]
    return f"Đã ghi cho {obligation.unit.name}: {row.why}. Lấy lại: kiemtra desk undo {row.id}"


def _standing(obligation: Obligation) -> dict[str, str]:
    """In words that can be stored; due days and promises, which is all that a line changes beside states."""
    found = {name: getattr(obligation, name, None) for name in KEPT}
    return {name: _words(value) for name, value in found.items() if value is not None}


def _words(value: date | datetime) -> str:
    return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()


def _waiting_of(session: Session, obligation: Obligation) -> list[dict[str, Any]]:
    found = select(Letter).where(owned_by(Letter, obligation), Letter.state.in_(WAITING)).order_by(Letter.id)
    return [{"id": one.id, "state": one.state, "reason": one.reason} for one in session.scalars(found)]


# --- taking it back -------------------------------------------------------------------------------------------------


def take_back_line(session: Session, decision: DeskDecision, tools: Toolbox) -> list[str]:
    """As if it had never been said; what has left cannot be called back. Raises DeskRefusal where more has changed."""
    kept, *letters = decision.withdrawn
    which = ("finding", kept["finding"]) if kept["finding"] else ("assignment", decision.assignment_id or 0)
    obligation = read_again(session, which)
    assert obligation is not None
    if _standing(obligation) != kept["after"]:
        raise DeskRefusal([f"Hạn hoặc ngày hẹn của {obligation.unit.name} đã đổi từ đó; hãy sửa bằng kiemtra extend."])
    for name in KEPT:
        if hasattr(obligation, name):
            setattr(obligation, name, _moment(name, kept["before"].get(name)))
    notes = _take_back_request(session, decision, obligation)
    _take_back_report(session, decision, obligation)
    session.flush()
    for one in letters:
        taken = Letter.id == one["id"], Letter.state == LetterState.CANCELLED, Letter.reason == Reason.ANSWERED
        again = {"state": LetterState(one["state"]), "reason": Reason(one["reason"]) if one["reason"] else None}
        session.execute(update(Letter).where(*taken).values(**again), execution_options={"synchronize_session": False})
    session.expire(obligation, ["letters"])
    reschedule(obligation, tools)
    return notes


def _moment(name: str, kept: str | None) -> date | datetime | None:
    if kept is None:
        return None
    return date.fromisoformat(kept) if name == "promised_on" else datetime.fromisoformat(kept)


def _take_back_request(session: Session, decision: DeskDecision, obligation: Obligation) -> list[str]:
    asked = select(Extension).where(Extension.incoming_id == decision.incoming_id, owned_by(Extension, obligation))
    extension = session.scalar(asked)
    if extension is None:
        return []
    about = select(Letter).where(owned_by(Letter, obligation), Letter.kind == LetterKind.EXTENSION)
    letters = [one for one in session.scalars(about) if one.words.get("extension") == extension.id]
    for letter in letters:
        letter.key = f"{letter.key}:{letter.id}"  # the next request may have the same number
        if letter.state in WAITING:
            move(session, letter, LetterState.CANCELLED, reason=Reason.DROPPED)
    session.delete(extension)
    return [
        f"Lưu ý: thư trả lời cho {one.recipient} đã gửi hoặc đang gửi, không rút lại được; hãy báo lại cho họ."
        for one in letters
        if one.state not in {LetterState.CANCELLED, LetterState.FAILED}
    ]


def _take_back_report(session: Session, decision: DeskDecision, obligation: Obligation) -> None:
    for reply in session.scalars(select(Reply).where(Reply.decision_id == decision.id)):
        reply.taken_back_at = decision.at
    if isinstance(obligation, Finding) and obligation.state is FindingState.REPORTED:
        move(session, obligation, FindingState.OPEN, reported_at=None, report="")
