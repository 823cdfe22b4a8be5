"""Workbooks of one message -> replies and answers of one unit; an answer stops the ladder in the same transaction."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar, merge, standing_of
from tasks.collection.answering import acknowledge, send_form_again
from tasks.collection.senders import Said, said_at
from tasks.domain.assignment import AssignmentState
from tasks.domain.beside import only_beside
from tasks.domain.calendar import house_day
from tasks.domain.came import Came
from tasks.domain.checklist import Checklist, Identity, Reading
from tasks.domain.crosscheck import crosschecked
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.file_kind import BESIDE_WORDS
from tasks.domain.inbox.trust import OWN, Who
from tasks.domain.ladder import Role
from tasks.domain.letterbox import Reason, Verdict
from tasks.domain.message import Attachment, Message
from tasks.domain.plan_file import round_from_terms
from tasks.escalation import reschedule
from tasks.last_year import last_year_words
from tasks.letters import cancel_waiting
from tasks.moves import move
from tasks.records import Answer, Assignment, Incoming, Reply
from tasks.scheduling import asked_of
from tasks.toolbox import Toolbox

MOST_SEEN = 3
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".et")


@dataclass(frozen=True)
class Workbook:
    """An attachment that opens as a workbook, and whose form it says it is."""

    file: Attachment
    identity: Identity

    @property
    def code(self) -> str:
        return self.identity.case_code


@dataclass(frozen=True)
class Opened:
    """The attachments that are workbooks, and all that came beside them or in their place."""

    workbooks: tuple[Workbook, ...]
    came: tuple[Came, ...] = ()

    @property
    def unreadable(self) -> bool:
        """Whether something that looked like the form could not be opened."""
        return any(one.was_form for one in self.came)


@dataclass(frozen=True)
class Read:
    """A workbook of the unit as it was read."""

    file: Attachment
    reading: Reading


@dataclass(frozen=True)
class Filed:
    """What a message has turned out to be for one unit, and why."""

    verdict: Verdict
    why: str = ""
    lines: tuple[str, ...] = ()
    """The lines to be filled in, as they stand in the forms."""


def open_workbooks(message: Message, tools: Toolbox) -> Opened:
    workbooks: dict[bytes, Workbook] = {}
    unopened = {one.name: one.why for one in message.unopened}
    came: list[Came] = []
    for file in message.attachments:
        try:
            if not file.decorates:
                workbooks.setdefault(file.data, Workbook(file, tools.workbooks.identity(file.data)))
        except UnreadableWorkbook as error:
            if error.kind not in BESIDE_WORDS:
                was_form = file.name in unopened or _looks_like_workbook(file)
                came.append(Came(file.name, unopened.pop(file.name, str(error)), error.kind, was_form))
    came += [Came(name, why, was_form=True) for name, why in unopened.items()]
    return Opened(tuple(workbooks.values()), tuple(came))


def _looks_like_workbook(file: Attachment) -> bool:
    return file.name.lower().endswith(SPREADSHEETS) or file.data[:2] == b"PK"


def file_workbooks(
    session: Session,
    row: Incoming,
    message: Message,
    assignment: Assignment,
    workbooks: list[Workbook],
    tools: Toolbox,
    speaker: Said,
    decision_id: int | None = None,
    came: Sequence[Came] = (),
) -> Filed:
    """File every readable cell of these workbooks, on the word of `speaker`; `came` beside them in the same mail."""
    checklist = asked_of(assignment)
    read, problem = _read_all(session, assignment, checklist, workbooks, tools)
    if not read:
        send_form_again(session, row, message, assignment, problem.why, speaker.who, tools)
        return problem
    is_first = assignment.first_reply_at is None
    new = [one for one in read if is_first or not is_kept(session, row, assignment, one.file)]
    if not new:
        return Filed(Verdict.REPLY, "bản sao của thư đã ghi nhận")
    new = _crosschecked(session, assignment, checklist, new, tools, house_day(row.received_at))
    sent_at = said_at(session, row, message, assignment)
    replies = [_make_reply(row, message, assignment, one, speaker.who, sent_at, decision_id) for one in new]
    session.add_all(replies)
    session.flush()
    so_far = merge(replies, checklist) if is_first else standing_of(session, assignment, checklist)
    settle_state(session, assignment, so_far, row.received_at, tools)
    acknowledge(session, row, message, assignment, replies[-1], so_far, speaker, tools, _beside_only(new), came)
    return Filed(Verdict.REPLY, lines=_lines(new))


def _lines(read: list[Read]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for one in read for line in one.reading.marked))


def _read_all(
    session: Session, assignment: Assignment, checklist: Checklist, workbooks: list[Workbook], tools: Toolbox
) -> tuple[list[Read], Filed]:
    """The most complete one last, because the last value of a field counts; and the first problem, if any."""
    read_file = reader_for(session, assignment, checklist, tools)
    read: list[Read] = []
    problems: list[Filed] = []
    for workbook in workbooks:
        name = workbook.file.name
        try:
            reading = read_file(workbook.file.data)
        except UnreadableWorkbook as error:
            problems.append(Filed(Verdict.UNREADABLE, f"Tệp “{name}”: {error}"))
            continue
        if reading.accepted or reading.faults or reading.beside:
            read.append(Read(workbook.file, reading))
        else:
            problems.append(Filed(Verdict.NO_WORKBOOK, nothing_filled(name, reading), reading.marked))
    read.sort(key=lambda one: len(one.reading.accepted))
    return read, next(iter(problems), Filed(Verdict.NO_WORKBOOK))


def reader_for(
    session: Session, assignment: Assignment, checklist: Checklist, tools: Toolbox
) -> Callable[[bytes], Reading]:
    """Reads the files of one unit's form; what it returns raises UnreadableWorkbook."""
    estimate = round_from_terms(assignment.cycle.terms["round"]).estimate_to is not None
    last_year = last_year_words(session, assignment, checklist)
    return partial(tools.workbooks.read, checklist=checklist, estimate=estimate, last_year=last_year)


def nothing_filled(name: str, reading: Reading) -> str:
    """With what was seen all the same: words above the table, a sheet of their own."""
    seen = ". ".join(remark.rstrip(".") for remark in reading.remarks[:MOST_SEEN])
    return f"Tệp “{name}” chưa điền mục nào." + (f" {seen}." if seen else "")


def _beside_only(read: list[Read]) -> str:
    """Why the form goes back where no cell of an answer was filled, but others were."""
    if any(one.reading.accepted or one.reading.faults for one in read):
        return ""
    return only_beside(read[-1].reading.beside, "Kết quả")


def _crosschecked(
    session: Session, assignment: Assignment, checklist: Checklist, read: list[Read], tools: Toolbox, on: date
) -> list[Read]:
    """Answers that contradict each other, or what was answered before, are mended by the unit before they count."""
    before = standing_of(session, assignment, checklist).values if assignment.first_reply_at else {}
    calendar = tools.definitions.calendar(assignment.cycle.terms["calendar"])
    return [Read(one.file, crosschecked(one.reading, checklist, before, calendar, on)) for one in read]


def is_kept(session: Session, row: Incoming, assignment: Assignment, file: Attachment) -> bool:
    """The same message by two routes has other bytes but one identity: its workbook is filed once."""
    same = (
        select(Reply.id)
        .join(Incoming, Reply.incoming_id == Incoming.id)
        .where(
            Reply.assignment_id == assignment.id,
            Reply.file_sha256 == hashlib.sha256(file.data).hexdigest(),
            Reply.taken_back_at.is_(None),
            or_(Incoming.id == row.id, (Incoming.message_id == row.message_id) & (Incoming.message_id != "")),
        )
    )
    return session.scalar(same.limit(1)) is not None


def _make_reply(
    row: Incoming,
    message: Message,
    assignment: Assignment,
    one: Read,
    who: Who,
    sent_at: datetime | None,
    decision_id: int | None,
) -> Reply:
    reading = one.reading
    answers = [Answer(assignment_id=assignment.id, **asdict(value)) for value in reading.accepted.values()]
    return Reply(
        incoming_id=row.id,
        assignment_id=assignment.id,
        sender=message.sender[:254],
        known_sender=who in OWN,
        who=who,
        received_at=row.received_at,
        sent_at=None if one.file.nested else sent_at,  # in another mail, of which nobody knows when it was sent
        late=row.received_at >= assignment.due_at,
        file_name=one.file.name,
        file_sha256=hashlib.sha256(one.file.data).hexdigest(),
        decision_id=decision_id,
        faults=[asdict(fault) for fault in reading.faults],
        missing=list(reading.missing),
        remarks=list(reading.remarks),
        beside=[asdict(one) for one in reading.beside],
        answers=answers,
    )


def settle_state(
    session: Session, assignment: Assignment, so_far: AnswersSoFar, received_at: datetime, tools: Toolbox
) -> None:
    """What follows from an answer, by whatever way it came."""
    assignment.first_reply_at = min(assignment.first_reply_at or received_at, received_at)
    if so_far.complete:
        cancel_waiting(session, assignment, Reason.ANSWERED)
        if assignment.state not in {AssignmentState.ANSWERED, AssignmentState.EXEMPT}:
            move(session, assignment, AssignmentState.ANSWERED, answered_at=received_at, next_rung_at=None)
    elif assignment.state in {AssignmentState.OPEN, AssignmentState.UNREACHABLE}:  # a locked round stays locked
        # Nobody above a unit that answered in part hears that it is silent.
        cancel_waiting(session, assignment, Reason.ANSWERED, roles=frozenset(Role) - {Role.DAU_MOI})
        move(session, assignment, AssignmentState.RETURNED)
        reschedule(assignment, tools)
