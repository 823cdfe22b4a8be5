"""The desk: what only a person can place, what they decide about it, and how they take it back."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from tasks.collection.returned import notice_in, suspect
from tasks.collection.senders import Said, writer
from tasks.collection.workbooks import Opened, file_workbooks, open_workbooks
from tasks.domain.assignment import OWING
from tasks.domain.calendar import house_day
from tasks.domain.came import shows_pages, told_instead
from tasks.domain.desk import DESK_ACT_NAMES, DeskAct, Waiting, advice
from tasks.domain.errors import KiemtraError
from tasks.domain.inbox.heaps import Brings, Heap, Piece, heaped
from tasks.domain.inbox.marked_line import filled_lines
from tasks.domain.inbox.own_words import said
from tasks.domain.inbox.suggestion import suggest
from tasks.domain.inbox.trust import Trust, Who
from tasks.domain.letterbox import FOR_THE_DESK, VERDICT_NAMES, LetterState, Verdict
from tasks.domain.message import Message, read_message
from tasks.letters import WAITING
from tasks.records import Assignment, Contact, Cycle, DeskDecision, Finding, Incoming, Letter, Round, Unit
from tasks.report import batches
from tasks.toolbox import Toolbox


class DeskRefusal(KiemtraError):
    """Why nothing was changed: every mistake at once, each a sentence with what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))


def waiting_messages(session: Session) -> list[Incoming]:
    waiting = select(Incoming).where(Incoming.verdict.in_(FOR_THE_DESK))
    return list(session.scalars(waiting.order_by(Incoming.received_at, Incoming.id)))


def waiting_heaps(session: Session) -> list[tuple[Heap, list[Incoming]]]:
    """The lines of the desk, each with its messages; the last one stands for them."""
    rows = waiting_messages(session)
    known = _known_addresses(session, {row.sender for row in rows})
    of_number = {row.id: row for row in rows}
    strange = {row.id for row in rows if row.sender not in known or row.who is Who.FORGED}
    pieces = [
        Piece(row.id, row.sender, row.verdict or "", _brings(row), row.guess_id, row.id in strange) for row in rows
    ]
    return [(heap, [of_number[number] for number in heap.numbers]) for heap in heaped(pieces)]


def in_one_line_with(session: Session, incoming_id: int) -> list[Incoming]:
    """The messages of the line of the desk in which this one stands; none where it does not wait."""
    return next((rows for heap, rows in waiting_heaps(session) if incoming_id in heap.numbers), [])


def _known_addresses(session: Session, senders: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in batches(sorted(senders), 500):
        found |= set(session.scalars(select(Contact.address).where(Contact.address.in_(some))))
    return found


def _brings(row: Incoming) -> Brings:
    if row.verdict is Verdict.SHUNTED:  # what could not be read once is not read again where all wait in one list
        return Brings.WORDS
    message = read_message(row.raw)
    if notice_in(message) is not None:
        return Brings.NOTICE
    return Brings.WORKBOOK if any(one.is_workbook for one in message.attachments) else Brings.WORDS


def advice_for(session: Session, row: Incoming, tools: Toolbox) -> Sequence[str]:
    """What a person may do with this message, as lines to be read and typed."""
    if row.verdict is Verdict.SHUNTED:  # what could not be read once is not read again here, where all wait in one list
        return advice(Waiting(row.id, has_workbook=False, verdict=Verdict.SHUNTED))
    message = read_message(row.raw)
    if row.verdict is Verdict.UNMATCHED and notice_in(message):
        unit = suspect(session, message, row.received_at, tools).unit
        guessed = unit.code if unit else ""
        return advice(Waiting(row.id, has_workbook=False, unit=guessed, verdict=row.verdict, is_bounce=True))
    guess = session.get(Assignment, row.guess_id) if row.guess_id else None
    return _advice(session, row, message, open_workbooks(message, tools), guess, tools)


def brought(row: Incoming, tools: Toolbox) -> list[str]:
    """The files of a message, each by its name and as what it is: 'IMG_0042.jpg (ảnh)'."""
    if row.verdict is Verdict.SHUNTED:
        return []
    opened = open_workbooks(read_message(row.raw), tools)
    return [f"{one.file.name} (phiếu)" for one in opened.workbooks] + [one.named for one in opened.came]


def _advice(
    session: Session, row: Incoming, message: Message, opened: Opened, guess: Assignment | None, tools: Toolbox
) -> Sequence[str]:
    today = house_day(row.received_at)
    own = suggest(said(message.own_text, message.subject), today)
    hint = own if own.is_any else suggest("\n".join(filled_lines(message.text, today).values()), today)
    return advice(
        Waiting(
            number=row.id,
            has_workbook=any(tools.workbooks.has_answers(one.file.data) for one in opened.workbooks),
            shows_pages=shows_pages(opened.came),
            unit=guess.unit.code if guess else "",
            round=guess.cycle.round.code if guess else "",
            owes=guess is not None and guess.owing,
            seems_late=hint.more_time,
            wish=hint.wish,
            promised=hint.promised,
            finding=_finding_number(session, row),
            verdict=row.verdict or Verdict.NO_WORKBOOK,
        )
    )


def _finding_number(session: Session, row: Incoming) -> str:
    number = select(Finding.number).where(Finding.code == row.case_code)
    return (session.scalar(number) or "") if row.case_code else ""


def decisions(session: Session) -> list[DeskDecision]:
    return list(session.scalars(select(DeskDecision).order_by(DeskDecision.at, DeskDecision.id)))


def standing_decision(session: Session, incoming_id: int) -> DeskDecision | None:
    """The last one about this message that has not been taken back."""
    of_message = select(DeskDecision).where(DeskDecision.incoming_id == incoming_id, DeskDecision.undone_at.is_(None))
    return session.scalar(of_message.order_by(DeskDecision.id.desc()).limit(1))


# --- deciding --------------------------------------------------------------------------------------------------


def file_message(session: Session, incoming_id: int, unit_code: str, round_code: str, by: str, tools: Toolbox) -> str:
    """File the message's workbooks for that unit exactly as if they had been matched; returns what was done."""
    row, problems = message_of(session, incoming_id)
    decision = standing_decision(session, incoming_id) if row else None
    if decision and _is_the_same(decision, unit_code, round_code):
        return f"Thư {incoming_id} đã được {decision.by} xếp cho đơn vị {unit_code} rồi; không thay đổi gì."
    assignment, wrong = _assignment(session, row, unit_code, round_code)
    problems += wrong
    problems += why_not_here(row, decision)
    if problems or row is None or assignment is None:
        raise DeskRefusal(problems)
    return _file(session, row, assignment, by, tools)


def _is_the_same(decision: DeskDecision, unit_code: str, round_code: str) -> bool:
    filed = decision.assignment if decision.act is DeskAct.FILED else None
    return filed is not None and filed.unit.code == unit_code and round_code in ("", filed.cycle.round.code)


def _file(session: Session, row: Incoming, assignment: Assignment, by: str, tools: Toolbox) -> str:
    message = read_message(row.raw)
    opened = open_workbooks(message, tools)
    if not opened.workbooks:
        why = told_instead(opened.came).rstrip(".") or "thư không kèm tệp phiếu nào"
        raise DeskRefusal(
            [
                f"Thư {row.id} không có phiếu để ghi nhận: {why}.",
                *_advice(session, row, message, opened, assignment, tools),
            ]
        )
    before = _waiting_letters(session, assignment)
    decision = note_decision(session, row, DeskAct.FILED, by, tools)
    decision.assignment_id, decision.state_before = assignment.id, assignment.state
    session.flush()
    who = writer(session, message, assignment.unit, tools)
    speaker = Said(who, Trust.TAKE if who is Who.CONTACT else Trust.TELL)
    workbooks = list(opened.workbooks)
    filed = file_workbooks(session, row, message, assignment, workbooks, tools, speaker, decision.id, opened.came)
    if filed.verdict is not Verdict.REPLY or filed.why:
        raise DeskRefusal([f"Thư {row.id} không ghi nhận được cho {assignment.unit.name}: {filed.why}"])
    session.flush()
    ids = [one["id"] for one in before]
    taken = select(Letter.id).where(Letter.id.in_(ids), Letter.state == LetterState.CANCELLED)
    cancelled = set(session.scalars(taken))
    decision.withdrawn = [one for one in before if one["id"] in cancelled]
    row.verdict, row.why = Verdict.REPLY, f"{by} xếp vào phiếu của {assignment.unit.name}"
    strangers = [one.code for one in opened.workbooks if one.code not in ("", assignment.code)]
    note = f" Lưu ý: tệp mang mã {', '.join(strangers)} của phiếu khác." if strangers else ""
    title = assignment.cycle.round.title
    return f"Đã ghi nhận thư {row.id} cho {assignment.unit.name}, đợt “{title}”.{note}"


def ignore_message(session: Session, incoming_id: int, why: str, by: str, tools: Toolbox) -> str:
    row, problems = message_of(session, incoming_id)
    decision = standing_decision(session, incoming_id) if row else None
    if decision and decision.act is DeskAct.IGNORED:
        return f"Thư {incoming_id} đã được {decision.by} bỏ qua rồi; không thay đổi gì."
    problems += why_not_here(row, decision)
    if problems or row is None:
        raise DeskRefusal(problems)
    note_decision(session, row, DeskAct.IGNORED, by, tools).why = why
    row.verdict, row.why = Verdict.IGNORED, why or f"{by} đã xem"
    return f"Đã bỏ qua thư {incoming_id}. Lấy lại: kiemtra desk undo {incoming_id}"


def ignore_heap(session: Session, incoming_id: int, why: str, by: str, tools: Toolbox) -> str:
    """All that stand in one line of the desk with this message."""
    numbers = [row.id for row in in_one_line_with(session, incoming_id)]
    if len(numbers) < 2:
        return ignore_message(session, incoming_id, why, by, tools)
    at = tools.now()
    for number in numbers:
        row = session.get_one(Incoming, number, with_for_update=True)
        note_decision(session, row, DeskAct.IGNORED, by, tools).why = why
        row.verdict, row.why = Verdict.IGNORED, why or f"{by} đã xem"
    session.flush()
    marked = update(DeskDecision).where(DeskDecision.incoming_id.in_(numbers), DeskDecision.undone_at.is_(None))
    session.execute(marked.values(at=at))
    return f"Đã bỏ qua {len(numbers)} thư. Lấy lại tất cả: kiemtra desk undo {incoming_id} --like"


def decided_with(session: Session, incoming_id: int) -> list[int]:
    """The messages that were put aside together with this one, itself among them."""
    decision = standing_decision(session, incoming_id)
    if decision is None or decision.act is not DeskAct.IGNORED:
        return [incoming_id]
    together = select(DeskDecision.incoming_id).where(
        DeskDecision.act == DeskAct.IGNORED,
        DeskDecision.by == decision.by,
        DeskDecision.at == decision.at,
        DeskDecision.undone_at.is_(None),
    )
    return list(session.scalars(together.order_by(DeskDecision.incoming_id)))


def note_decision(session: Session, row: Incoming, act: DeskAct, by: str, tools: Toolbox) -> DeskDecision:
    assert row.verdict is not None
    decision = DeskDecision(
        incoming_id=row.id, act=act, by=by, at=tools.now(), verdict_before=row.verdict, why_before=row.why
    )
    decision.withdrawn = []
    session.add(decision)
    return decision


def _waiting_letters(session: Session, assignment: Assignment) -> list[dict[str, Any]]:
    """As they stand, in words that can be stored."""
    found = select(Letter.id, Letter.state, Letter.reason).where(Letter.assignment_id == assignment.id)
    rows = session.execute(found.where(Letter.state.in_(WAITING)).order_by(Letter.id))
    return [{"id": id_, "state": state, "reason": reason} for id_, state, reason in rows]


# --- what is asked, checked ------------------------------------------------------------------------------------


def message_of(session: Session, incoming_id: int) -> tuple[Incoming | None, list[str]]:
    """Locked, so that two people at two desks decide one after the other."""
    row = session.get(Incoming, incoming_id, with_for_update=True, options=[undefer(Incoming.raw)])
    return row, [] if row else [f"Không có thư nào mang số {incoming_id}. Xem: kiemtra desk"]


def why_not_here(row: Incoming | None, decision: DeskDecision | None) -> list[str]:
    if row is None or row.verdict in FOR_THE_DESK:
        return []
    if decision is not None:
        whose = f" cho {decision.assignment.unit.name}" if decision.assignment else ""
        did = f"{DESK_ACT_NAMES[decision.act]}{whose}"
        return [f"Thư {row.id} đã được {decision.by} {did}. Muốn đổi, hãy chạy trước: kiemtra desk undo {row.id}"]
    if row.verdict is None:
        return [f"Thư {row.id} chưa được đọc. Hãy chạy trước: kiemtra run collect-replies"]
    return [f"Thư {row.id} không chờ người xem: chương trình đã nhận ra là {VERDICT_NAMES[row.verdict]}."]


def _assignment(
    session: Session, row: Incoming | None, unit_code: str, round_code: str
) -> tuple[Assignment | None, list[str]]:
    """The unit's part in the round that is named, else the only one that it owes, else the one we had guessed."""
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    rounds = list(session.scalars(select(Round.code).join(Cycle, Cycle.round_id == Round.id).distinct()))
    problems = [] if unit else [f"Không có đơn vị mã “{unit_code}”. Xem: kiemtra units list"]
    if round_code and round_code not in rounds:
        problems.append(f"Không có đợt “{round_code}” nào đã mở; các đợt: {', '.join(sorted(rounds)) or '(chưa có)'}")
    if problems or unit is None:
        return None, problems
    of_unit = select(Assignment).join(Cycle).where(Assignment.unit_id == unit.id).order_by(Cycle.opened_on.desc())
    parts = session.scalars(of_unit.with_for_update(of=Assignment)).all()
    if round_code:
        found = next((one for one in parts if one.cycle.round.code == round_code), None)
        return found, [] if found else [f"{unit.name} không được giao phiếu trong đợt “{round_code}”."]
    owing = [one for one in parts if one.state in OWING and one.cycle.locked_at is None]
    guessed = [one for one in parts if row is not None and one.id == row.guess_id]
    if len(owing) == 1 or guessed:
        return (owing if len(owing) == 1 else guessed)[0], []
    codes = ", ".join(one.cycle.round.code for one in (owing or parts)) or "không có"
    how_many = "nợ nhiều phiếu" if owing else "không còn nợ phiếu nào"
    return None, [f"{unit.name} {how_many}. Hãy ghi rõ đợt bằng --cycle; các đợt của đơn vị: {codes}"]
