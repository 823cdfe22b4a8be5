"""A whole form that came by paper, Zalo or telephone, typed in by the office: the same reader, the same checks."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar, counted, standing_of
from tasks.audit import note_act
from tasks.by_hand import Enclosed, note_by_hand
from tasks.collection.workbooks import nothing_filled, reader_for
from tasks.correcting import assert_asked, settle
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import end_of, house_day
from tasks.domain.channel import ENTERED, Channel
from tasks.domain.checklist import Checklist, Reading
from tasks.domain.crosscheck import crosschecked
from tasks.domain.desk import DeskAct
from tasks.domain.errors import DefinitionError, KiemtraError, Problem, UnreadableWorkbook
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind
from tasks.domain.vietnamese import day_text
from tasks.escalation import is_urgent, terms_of
from tasks.identities import message_id
from tasks.letters import addressed, owe, timed
from tasks.records import Answer, Assignment, Letter, Reply
from tasks.scheduling import HOURS, asked_of
from tasks.toolbox import Toolbox

LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True)
class HandedIn:
    """By which way and on which day it came, the form that was typed in, and a picture of what came."""

    channel: Channel
    day: date
    form: Enclosed
    scan: Enclosed | None = None

    @property
    def words(self) -> str:
        return f"{ENTERED[self.channel]} nhận ngày {day_text(self.day)}"


@dataclass(frozen=True)
class Entered:
    reply: Reply
    reading: Reading
    standing: AnswersSoFar
    asked: int
    answered: int
    letter_key: str

    @property
    def overruled(self) -> list[str]:
        """Items of this form whose value does not count, because a newer one was there."""
        return [code for code in self.reading.accepted if self.standing.said_in.get(code) != self.reply.id]


def enter_form(
    session: Session, assignment: Assignment, given: HandedIn, by: str, tools: Toolbox, as_of: datetime
) -> Entered:
    """Raises KiemtraError with all that is wrong; cells that cannot be taken are told, as of a form in a mail."""
    assignment = session.get_one(Assignment, assignment.id, with_for_update=True)
    assert_asked(assignment)
    checklist = asked_of(assignment)
    if problems := list(_wrong_with(session, assignment, given, tools, as_of)):
        raise DefinitionError(problems)
    reading = _read(session, assignment, checklist, given, tools)
    reply = _store(session, assignment, given, reading, by, tools, as_of)
    standing = standing_of(session, assignment, checklist)
    answered = counted(standing, checklist).items
    counts = f"{answered}/{len(checklist.items)} mục, tệp {given.form.name}"
    note_act(session, AuditAct.ENTERED, assignment, by, as_of, new=counts, reason=given.words)
    return Entered(
        reply, reading, standing, len(checklist.items), answered, _tell(session, assignment, reply, tools, as_of)
    )


# --- what is wrong with it ------------------------------------------------------------------------------------------


def _wrong_with(
    session: Session, assignment: Assignment, given: HandedIn, tools: Toolbox, as_of: datetime
) -> Iterator[Problem]:
    if given.day > house_day(as_of):
        yield Problem("--day", f"ngày {day_text(given.day)} chưa đến")
    elif given.day < assignment.cycle.opened_on:
        opened = day_text(assignment.cycle.opened_on)
        yield Problem("--day", f"ngày {day_text(given.day)} trước ngày mở đợt ({opened})")
    for file in (given.form, given.scan):
        if file is not None and not file.data:
            yield Problem(file.name, "tệp rỗng")
        elif file is not None and len(file.data) > LARGEST:
            yield Problem(file.name, f"tệp lớn hơn {LARGEST // 1024**2} MB; hãy dùng tệp nhỏ hơn")
    if given.form.data:
        yield from _wrong_form(session, assignment, given.form, tools)


def _wrong_form(session: Session, assignment: Assignment, form: Enclosed, tools: Toolbox) -> Iterator[Problem]:
    try:
        code = tools.workbooks.identity(form.data).case_code
    except UnreadableWorkbook as error:
        yield Problem(form.name, str(error).rstrip("."))
        return
    if code and code != assignment.code:
        other = session.scalar(select(Assignment).where(Assignment.code == code))
        whose = f"{other.unit.name}, đợt {other.cycle.round.code}" if other is not None else "một phiếu khác"
        ours = f"{assignment.unit.name}, đợt {assignment.cycle.round.code} (mã {assignment.code})"
        yield Problem(form.name, f"là phiếu của {whose} (mã {code}), không phải của {ours}")
    same = select(Reply).where(
        Reply.assignment_id == assignment.id,
        Reply.file_sha256 == hashlib.sha256(form.data).hexdigest(),
        Reply.taken_back_at.is_(None),
    )
    if (known := session.scalar(same.limit(1))) is not None:
        yield Problem(form.name, f"đúng tệp này đã được ghi nhận (số {known.incoming_id})")


def _read(session: Session, assignment: Assignment, checklist: Checklist, given: HandedIn, tools: Toolbox) -> Reading:
    reading = reader_for(session, assignment, checklist, tools)(given.form.data)
    if not (reading.accepted or reading.faults or reading.beside):
        raise KiemtraError(f"{nothing_filled(given.form.name, reading)} Chưa ghi gì.")
    before = standing_of(session, assignment, checklist).values if assignment.first_reply_at else {}
    calendar = tools.definitions.calendar(assignment.cycle.terms["calendar"])
    return crosschecked(reading, checklist, before, calendar, given.day)


# --- storing and telling --------------------------------------------------------------------------------------------


def _store(
    session: Session,
    assignment: Assignment,
    given: HandedIn,
    reading: Reading,
    by: str,
    tools: Toolbox,
    as_of: datetime,
) -> Reply:
    came_at = min(as_of, end_of(given.day) - timedelta(minutes=1))
    files = [given.form, *([given.scan] if given.scan else [])]
    row, decision = note_by_hand(
        session, assignment, DeskAct.ENTERED, by, given.words, as_of, tools, text="", came_at=came_at, files=files
    )
    reply = Reply(
        incoming_id=row.id,
        assignment_id=assignment.id,
        channel=given.channel,
        sender=by[:254],
        known_sender=True,
        received_at=came_at,
        sent_at=came_at,
        late=came_at >= assignment.due_at,
        file_name=given.form.name,
        file_sha256=hashlib.sha256(given.form.data).hexdigest(),
        decision_id=decision.id,
        noted_by=by[:120],
        noted_at=as_of,
        why=given.words,
        faults=[asdict(fault) for fault in reading.faults],
        missing=list(reading.missing),
        remarks=list(reading.remarks),
        beside=[asdict(one) for one in reading.beside],
        answers=[Answer(assignment_id=assignment.id, **asdict(one)) for one in reading.accepted.values()],
    )
    session.add(reply)
    session.flush()
    settle(session, assignment, asked_of(assignment), decision, came_at, tools)
    return reply


def _tell(session: Session, assignment: Assignment, reply: Reply, tools: Toolbox, as_of: datetime) -> str:
    key = f"entered:{reply.id}"
    letter = Letter(
        key=key,
        kind=LetterKind.ENTERED,
        assignment_id=assignment.id,
        reply_id=reply.id,
        message_id=message_id(session, tools, assignment.code, LetterKind.ENTERED, key),
    )
    _, calendar = terms_of(assignment, tools)
    addressed(letter, assignment.unit, Role.DAU_MOI)
    owe(session, timed(letter, as_of, calendar, HOURS, urgent=is_urgent(assignment)))
    return key
