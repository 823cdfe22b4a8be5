"""One answer put right by the office on the unit's word, and taken back: the old value kept, the unit told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar, standing_of
from tasks.audit import note_act
from tasks.by_hand import note_by_hand
from tasks.collection.undoing import unfile
from tasks.collection.workbooks import settle_state
from tasks.domain.assignment import AssignmentState
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import house_day
from tasks.domain.channel import Channel
from tasks.domain.checklist import Checklist, Fault, value_text
from tasks.domain.correcting import Typed, read_correction
from tasks.domain.desk import DeskAct
from tasks.domain.errors import KiemtraError
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.told_change import Change, Told, to_tell, told_in
from tasks.escalation import is_urgent, terms_of
from tasks.identities import message_id
from tasks.letters import WAITING, addressed, owe, timed
from tasks.moves import move
from tasks.records import Answer, Assignment, DeskDecision, Letter, Reply
from tasks.scheduling import HOURS, asked_of
from tasks.toolbox import Toolbox


@dataclass(frozen=True)
class Corrected:
    """What was changed, what had to be flagged, and the key of the letter that tells it ('' where none is needed).

    `unchanged`: what was typed as it stands already; with nothing else, nothing was written.
    """

    changes: tuple[Change, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    letter_key: str = ""
    unchanged: tuple[str, ...] = ()
    asked_back: tuple[Fault, ...] = ()
    """What was asked back already, and still is, by the figures that hold now."""
    unflagged: tuple[str, ...] = ()
    """Other answers with a flag less."""


def correct(
    session: Session,
    assignment: Assignment,
    typed: Sequence[Typed],
    why: str,
    by: str,
    tools: Toolbox,
    as_of: datetime,
) -> Corrected:
    """All of them or none. Raises DefinitionError with everything that is wrong."""
    assignment = session.get_one(Assignment, assignment.id, with_for_update=True)
    assert_asked(assignment)
    checklist = asked_of(assignment)
    before = standing_of(session, assignment, checklist)
    calendar = tools.definitions.calendar(assignment.cycle.terms["calendar"])
    reading = read_correction(checklist, typed, before.values, before.faults, calendar, house_day(as_of))
    if not reading.accepted:
        return Corrected(unchanged=reading.unchanged)
    values = list(reading.accepted.values())
    told = "\n".join(f"{one.item}: {value_text(checklist.item(one.item), one.value)}" for one in values)
    row, decision = note_by_hand(session, assignment, DeskAct.CORRECTED, by, why, as_of, tools, text=told)
    reply = Reply(
        incoming_id=row.id,
        assignment_id=assignment.id,
        channel=Channel.CORRECTION,
        sender=by[:254],
        known_sender=True,
        received_at=as_of,
        sent_at=as_of,
        late=as_of >= assignment.due_at,
        decision_id=decision.id,
        noted_by=by[:120],
        noted_at=as_of,
        why=why,
        faults=[asdict(one) for one in reading.faults],
        answers=[Answer(assignment_id=assignment.id, **asdict(one)) for one in values],
        unflagged=[{"item": item, "words": words} for item, words in reading.unflagged],
    )
    session.add(reply)
    session.flush()
    after = standing_of(session, assignment, checklist)
    changes = _changes(checklist, before, after, [one.item for one in values])
    for change in changes:
        what = {"what": change.item, "old": change.old, "new": change.new, "reason": why}
        note_act(session, AuditAct.CORRECTED, assignment, by, as_of, **what)
    settle(session, assignment, checklist, decision, as_of, tools)
    act = Told(reply.id, by, as_of.isoformat(), why, undone=False, changes=changes)
    key = tell_changes(session, assignment, to_tell(withdraw_untold(session, assignment), act), tools, as_of)
    flags = {one.item: one.flag for one in values if one.flag}
    unflagged = tuple(dict.fromkeys(item for item, _ in reading.unflagged))
    return Corrected(changes, flags, key, reading.unchanged, reading.faults, unflagged)


def assert_asked(assignment: Assignment) -> None:
    if assignment.state is AssignmentState.EXEMPT:
        unit, code = assignment.unit, assignment.cycle.round.code
        raise KiemtraError(
            f"{unit.name} được miễn phiếu đợt “{code}” ({assignment.exempt_why or 'không ghi lý do'}); chưa ghi gì. "
            f"Muốn hỏi lại: kiemtra units exempt {unit.code} --cycle {code} --undo"
        )


def settle(
    session: Session,
    assignment: Assignment,
    checklist: Checklist,
    decision: DeskDecision,
    as_of: datetime,
    tools: Toolbox,
) -> AnswersSoFar:
    """The state that follows; letters that it takes back are kept in mind for an undo."""
    waiting = select(Letter.id, Letter.state, Letter.reason).where(
        Letter.assignment_id == assignment.id, Letter.state.in_(WAITING)
    )
    before = [{"id": id_, "state": state, "reason": reason} for id_, state, reason in session.execute(waiting)]
    so_far = standing_of(session, assignment, checklist)
    settle_state(session, assignment, so_far, as_of, tools)
    session.flush()
    gone = select(Letter.id).where(Letter.id.in_([one["id"] for one in before]), Letter.state == LetterState.CANCELLED)
    cancelled = set(session.scalars(gone))
    decision.withdrawn = [one for one in before if one["id"] in cancelled]
    return so_far


def _changes(
    checklist: Checklist, before: AnswersSoFar, after: AnswersSoFar, items: Sequence[str]
) -> tuple[Change, ...]:
    return tuple(
        Change(code, checklist.item(code).question, _words(checklist, before, code), _words(checklist, after, code))
        for code in items
    )


def _words(checklist: Checklist, so_far: AnswersSoFar, code: str) -> str:
    if (value := so_far.values.get(code)) is not None:
        return value_text(checklist.item(code), value.value)
    found = next((one.found for one in so_far.faults if one.item == code and one.found), "")
    return f"{found} (đang được hỏi lại)" if found else ""


# --- taking back ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Undone:
    by: str
    at: datetime
    was_entry: bool
    changes: tuple[Change, ...]
    letter_key: str


def undo_by_hand(
    session: Session, assignment: Assignment, item: str, why: str, by: str, tools: Toolbox, as_of: datetime
) -> Undone:
    """The last correction or entry by hand of the unit in this round; of `item`, where it is named."""
    assignment = session.get_one(Assignment, assignment.id, with_for_update=True)
    reply = _last_by_hand(session, assignment, item)
    checklist = asked_of(assignment)
    before = standing_of(session, assignment, checklist)
    decision = session.get_one(DeskDecision, reply.decision_id)
    untold, is_unheard = withdraw_untold(session, assignment), _is_unheard(session, reply)
    unfile(session, decision, tools)
    decision.undone_at, decision.undone_by = as_of, by
    after = standing_of(session, assignment, checklist)
    touched = [one.item for one in reply.answers]
    changes = tuple(one for one in _changes(checklist, before, after, touched) if one.old != one.new)
    act = AuditAct.CORRECTION_UNDONE if reply.is_correction else AuditAct.ENTRY_UNDONE
    if reply.is_correction:
        for one in changes:
            note_act(session, act, assignment, by, as_of, what=one.item, old=one.old, new=one.new, reason=why)
    if not reply.is_correction or not changes:
        note_act(session, act, assignment, by, as_of, new=f"{len(changes)} mục trở lại như trước", reason=why)
    act_told = Told(reply.id, by, as_of.isoformat(), why, undone=True, changes=changes)
    key = tell_changes(session, assignment, to_tell(untold, act_told, is_unheard=is_unheard), tools, as_of)
    return Undone(reply.noted_by, reply.noted_at or reply.received_at, not reply.is_correction, changes, key)


def _is_unheard(session: Session, reply: Reply) -> bool:
    """Of a form that was typed in: its letter has not left."""
    waiting = select(Letter.id).where(
        Letter.reply_id == reply.id, Letter.kind == LetterKind.ENTERED, Letter.state.in_(WAITING)
    )
    return session.scalar(waiting.limit(1)) is not None


def _last_by_hand(session: Session, assignment: Assignment, item: str) -> Reply:
    own = select(Reply).where(
        Reply.assignment_id == assignment.id, Reply.channel != Channel.MAIL, Reply.taken_back_at.is_(None)
    )
    found = session.scalars(own.order_by(Reply.noted_at.desc(), Reply.id.desc())).all()
    mine = [one for one in found if not item or any(answer.item == item for answer in one.answers)]
    if not mine:
        what = f"mục {item}" if item else "câu trả lời nào"
        raise KiemtraError(
            f"Không có lần sửa hay nhập nào cho {what} của {assignment.unit.name} trong đợt "
            f"“{assignment.cycle.round.code}” để lấy lại; không thay đổi gì."
        )
    return mine[0]


# --- telling the unit -----------------------------------------------------------------------------------------------


def withdraw_untold(session: Session, assignment: Assignment) -> list[Told]:
    """What the letters said that are taken back here, before they left."""
    own = Letter.assignment_id == assignment.id, Letter.kind == LetterKind.CORRECTED, Letter.state.in_(WAITING)
    letters = session.scalars(select(Letter).where(*own).order_by(Letter.id)).all()
    for letter in letters:
        move(session, letter, LetterState.CANCELLED, reason=Reason.REPLACED)
    return [told for letter in letters for told in told_in(letter.words, letter.reply_id or 0)]


def tell_changes(
    session: Session, assignment: Assignment, told: Sequence[Told], tools: Toolbox, as_of: datetime
) -> str:
    """One letter for all that the unit has not heard of yet; none where it would hear of nothing."""
    if not told:
        return ""
    last = told[-1]
    key = f"corrected:{last.reply}" + (":undone" if last.undone else "")
    if session.scalar(select(Letter.id).where(Letter.key == key).limit(1)) is not None:
        key += f":{as_of:%Y%m%d%H%M%S%f}"  # what was taken back since left it as the last one again
    letter = Letter(
        key=key,
        kind=LetterKind.CORRECTED,
        assignment_id=assignment.id,
        reply_id=last.reply,
        words={"told": [asdict(one) for one in told]},
        message_id=message_id(session, tools, assignment.code, LetterKind.CORRECTED, key),
    )
    _, calendar = terms_of(assignment, tools)
    addressed(letter, assignment.unit, Role.DAU_MOI)
    owe(session, timed(letter, as_of, calendar, HOURS, urgent=is_urgent(assignment)))
    return key
