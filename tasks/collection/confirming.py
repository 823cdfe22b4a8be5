"""A person says whose letter came back, and takes it back: as if a report with all its keys had come, or none."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from tasks.collection.desk import DeskRefusal, message_of, note_decision, standing_decision, why_not_here
from tasks.collection.returned import letter_to_unit, note_bounce_of, notice_in
from tasks.domain.assignment import AssignmentState
from tasks.domain.desk import DeskAct
from tasks.domain.letterbox import LetterState, Reason, Verdict
from tasks.domain.mailing import EventKind
from tasks.domain.message import read_message
from tasks.domain.notice import Bounce
from tasks.escalation import reschedule
from tasks.letters import BOUNCES_TO_UNREACHABLE, WAITING
from tasks.mailing.settling import fellows_of
from tasks.moves import fall_back, move
from tasks.records import Assignment, Contact, DeskDecision, Finding, Incoming, Letter, LetterEvent, Unit
from tasks.toolbox import Toolbox


@dataclass(frozen=True)
class Confirmed:
    """What a person has said, looked up: the message, the letter, and what the server said of it."""

    row: Incoming
    letter: Letter
    told: Bounce


def confirm_bounce(session: Session, incoming_id: int, unit_code: str, by: str, tools: Toolbox) -> str:
    """The last letter to that unit that this notice may be about did not arrive; returns what was done."""
    row, problems = message_of(session, incoming_id)
    decision = standing_decision(session, incoming_id) if row else None
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    if decision and decision.act is DeskAct.BOUNCED and unit and _is_of(session, row, unit):
        return f"Thư {incoming_id} đã được {decision.by} xác nhận rồi; không thay đổi gì."
    problems += [] if unit else [f"Không có đơn vị mã “{unit_code}”. Xem: kiemtra units list"]
    problems += why_not_here(row, decision)
    if problems or row is None or unit is None:
        raise DeskRefusal(problems)
    confirmed = _looked_up(session, row, unit, tools)
    _note_confirmed(session, confirmed, by, tools)
    return _what_was_done(session, confirmed, unit)


def _is_of(session: Session, row: Incoming | None, unit: Unit) -> bool:
    letter = session.get(Letter, row.letter_id) if row is not None and row.letter_id else None
    obligation = (letter.assignment or letter.finding) if letter else None
    return obligation is not None and obligation.unit_id == unit.id


def _looked_up(session: Session, row: Incoming, unit: Unit, tools: Toolbox) -> Confirmed:
    message = read_message(row.raw)
    notice = notice_in(message)
    if notice is None:
        raise DeskRefusal([f"Thư {row.id} không phải là báo thư bị trả lại. Xem: kiemtra desk show {row.id}"])
    letter = letter_to_unit(session, unit, message, row.received_at, tools)
    if letter is None:
        raise DeskRefusal([f"Trước khi thư {row.id} đến chưa có thư nào gửi tới {unit.name}."])
    return Confirmed(row, letter, notice.failed_for(letter.recipient) or notice)


def _note_confirmed(session: Session, confirmed: Confirmed, by: str, tools: Toolbox) -> None:
    row, letter = confirmed.row, confirmed.letter
    decision = note_decision(session, row, DeskAct.BOUNCED, by, tools)
    decision.assignment_id = letter.assignment_id
    before = _standing(session, letter)
    note_bounce_of(session, row, letter, confirmed.told, tools, by)
    session.flush()
    after = _standing(session, letter)
    changed = [one for key, one in before.items() if one != after.get(key)]
    decision.withdrawn = [*changed, *({"what": "asked", "id": id_} for what, id_ in after.keys() - before.keys())]
    row.verdict, row.letter_id = Verdict.BOUNCE, letter.id
    row.why = f"{by} xác nhận: thư gửi {letter.recipient} bị trả lại"


def _what_was_done(session: Session, confirmed: Confirmed, unit: Unit) -> str:
    session.flush()
    session.expire_all()
    lost = "" if unit.reachable else " Đơn vị được ghi là không gửi được thư đến và thôi bị nhắc."
    told = f"Đã ghi: thư gửi {confirmed.letter.recipient} ({unit.name}) bị trả lại.{lost}"
    return f"{told} Lấy lại: kiemtra desk undo {confirmed.row.id}"


# --- what a bounce may change, as words that can be stored ------------------------------------------------------------


def _standing(session: Session, letter: Letter) -> dict[tuple[str, int], dict[str, Any]]:
    """The letters, the addresses and the parts in rounds that a bounce of this letter may touch, each as it stands."""
    contacts = session.scalars(select(Contact).where(Contact.is_at(letter.recipient))).all()
    units = {one.unit_id for one in contacts}
    parts = session.scalars(select(Assignment).where(Assignment.unit_id.in_(units))).all()
    findings = select(Finding.id).where(Finding.unit_id.in_(units))
    touched = or_(
        Letter.id.in_(fellows_of(session, letter)),
        Letter.assignment_id.in_([one.id for one in parts]),
        Letter.finding_id.in_(findings),
    )
    rows = session.execute(select(Letter.id, Letter.state, Letter.reason, Letter.detail).where(touched))
    found: list[dict[str, Any]] = [
        {"what": "letter", "id": i, "state": s, "reason": r, "detail": d} for i, s, r, d in rows
    ]
    found += [{"what": "contact", "id": one.id, "bounces": one.bounces} for one in contacts]
    found += [{"what": "assignment", "id": one.id, "state": one.state} for one in parts]
    found += [{"what": "finding", "id": id_, "next": _next(session, id_)} for id_ in session.scalars(findings)]
    return {(one["what"], one["id"]): one for one in found}


def _next(session: Session, finding_id: int) -> str:
    moment = session.get_one(Finding, finding_id).next_rung_at
    return moment.isoformat() if moment else ""


def take_back_bounce(session: Session, decision: DeskDecision, tools: Toolbox) -> None:
    """What this confirmation has changed, and nothing has changed since, is again as it was."""
    told = LetterEvent.incoming_id == decision.incoming_id, LetterEvent.kind == EventKind.BOUNCED
    session.execute(delete(LetterEvent).where(*told, LetterEvent.source == decision.by[:120]))
    decision.incoming.letter_id = None
    of_kind: dict[str, list[dict[str, Any]]] = {}
    for one in decision.withdrawn:
        of_kind.setdefault(one["what"], []).append(one)
    for one in of_kind.get("contact", ()):
        _count_one_less(session, one["id"])
    for one in of_kind.get("letter", ()):
        _stands_again(session, one)
    asked = update(Letter).where(Letter.id.in_([one["id"] for one in of_kind.get("asked", ())]))
    cancelled = {"state": LetterState.CANCELLED, "reason": Reason.DROPPED}
    session.execute(asked.where(Letter.state.in_(WAITING)).values(**cancelled))
    session.flush()
    for one in of_kind.get("assignment", ()):
        part = session.get_one(Assignment, one["id"], with_for_update=True)
        if part.state is AssignmentState.UNREACHABLE and part.unit.reachable and part.cycle.locked_at is None:
            move(session, part, AssignmentState(one["state"]))
            reschedule(part, tools)
    for one in of_kind.get("finding", ()):
        reschedule(session.get_one(Finding, one["id"], with_for_update=True), tools)


def _count_one_less(session: Session, contact_id: int) -> None:
    contact = session.get(Contact, contact_id, with_for_update=True)
    if contact is None:  # corrected in the register meanwhile
        return
    contact.bounces = max(0, contact.bounces - 1)
    if contact.bounces < BOUNCES_TO_UNREACHABLE:
        contact.unreachable_at = None


def _stands_again(session: Session, before: dict[str, Any]) -> None:
    """The letter that came back has left all the same; those that were taken back for it wait again."""
    letter = session.get_one(Letter, before["id"], with_for_update=True)
    reason = Reason(before["reason"]) if before["reason"] else None
    if letter.state is LetterState.FAILED and letter.reason is Reason.BOUNCED:
        fall_back(session, letter, LetterState(before["state"]), reason=reason, detail=before["detail"])
    elif letter.state is LetterState.CANCELLED and letter.reason is Reason.UNREACHABLE:
        again = update(Letter).where(Letter.id == letter.id, Letter.state == LetterState.CANCELLED)
        session.execute(again.values(state=LetterState(before["state"]), reason=reason))
