"""One stored message -> what it was, whose it is, and what follows from it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar, standing_of
from tasks.collection.storing import shunt, store_mail, unread_ids
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import Reading
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Role
from tasks.domain.letterbox import (
    AT_ONCE,
    Facts,
    LetterKind,
    LetterState,
    Reason,
    Verdict,
    is_hard,
    may_answer_automatically,
    triage,
)
from tasks.domain.message import Attachment, Message, read_message
from tasks.domain.plan_file import round_from_terms
from tasks.escalation import Obligation, reschedule, terms_of
from tasks.extension import hear
from tasks.letters import cancel_waiting, house_day_bounds, new_message_id, owe
from tasks.progress import watched
from tasks.records import Answer, Assignment, Contact, Finding, Incoming, Letter, Reply, move
from tasks.report import Report, one_by_one
from tasks.scheduling import HOURS, cycle_checklist
from tasks.toolbox import Toolbox
from tasks.unreachable import note_refusal


@dataclass(frozen=True)
class Workbook:
    """An attachment that opens as a workbook, and the case code it carries ('' if none)."""

    file: Attachment
    code: str


def file_one(session: Session, incoming_id: int, tools: Toolbox) -> str | None:
    """Tell one message apart and do what follows; None when another collector has done it."""
    row = session.get(Incoming, incoming_id, with_for_update=True)
    if row is None or row.verdict is not None:
        return None
    message = read_message(row.raw)
    row.sender, row.subject, row.message_id = message.sender[:254], message.subject, message.message_id[:250]
    rule = triage(Facts(message, from_ourselves=_is_own(session, message, tools)))
    row.verdict, row.why = rule.verdict, rule.why
    row.handled_at = tools.now()
    if rule.verdict is Verdict.BOUNCE:
        _settle_bounce(session, row, message, tools)
    elif rule.verdict is Verdict.REPLY:
        _settle_reply(session, row, message, tools)
    return f"thư: {row.verdict.value}"


def _is_own(session: Session, message: Message, tools: Toolbox) -> bool:
    if message.sender == tools.house.sender_address.lower():
        return True
    own = select(Letter.id).where(Letter.message_id == message.message_id)
    return bool(message.message_id) and session.scalar(own) is not None


# --- bounces ---------------------------------------------------------------------------------------------------


def _settle_bounce(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    letter = _letter_of(session, (*message.returned_ids, *message.references))
    if letter is None:
        row.verdict, row.why = Verdict.UNMATCHED, "thư bị trả lại nhưng không rõ của thư nào"
        return
    row.letter_id = letter.id
    report = next(iter(message.reports), None)
    detail = f"{report.status} {report.diagnostic}".strip() if report else message.subject
    if letter.state in {LetterState.SENT, LetterState.UNCERTAIN}:
        move(session, letter, LetterState.FAILED, reason=Reason.BOUNCED, detail=detail)
        for follower in session.scalars(select(Letter).where(Letter.bundled_into_id == letter.id)).all():
            if follower.state is LetterState.SENT:
                move(session, follower, LetterState.FAILED, reason=Reason.BOUNCED, detail=detail)
        if report is None or is_hard(report.status, report.diagnostic):
            note_refusal(session, letter, tools)


def _letter_of(session: Session, ids: tuple[str, ...]) -> Letter | None:
    for message_id in ids:
        if letter := session.scalar(select(Letter).where(Letter.message_id == message_id)):
            return letter
    return None


# --- replies ---------------------------------------------------------------------------------------------------


def _settle_reply(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    workbooks, unreadable = _open_all(message, tools)
    codes = _codes(session, message, workbooks)
    if not any(one.code for one in workbooks) and (finding := _first_finding(session, codes)):
        if not _heard(session, row, message, finding, tools):
            _report_finding(session, row, message, finding, tools)
        return
    filed = False
    for workbook in workbooks:
        assignment = _assignment_of(session, [workbook.code] if workbook.code else codes)
        if assignment is not None:
            filed |= _file_workbook(session, row, message, assignment, workbook.file, tools)
    assignment = _assignment_of(session, codes)
    heard = assignment is not None and _heard(session, row, message, assignment, tools)
    if filed or (heard and not unreadable):
        return
    if assignment is None:
        row.verdict, row.why = Verdict.UNMATCHED, _guess(session, message)
    elif unreadable:
        row.verdict, row.why = Verdict.UNREADABLE, unreadable
        _send_form_again(session, row, message, assignment, unreadable, tools)
    else:
        row.verdict, row.why = Verdict.NO_WORKBOOK, "thư không kèm tệp phiếu đã điền"
        _send_form_again(session, row, message, assignment, "Thư trả lời không kèm tệp phiếu đã điền.", tools)


def _heard(session: Session, row: Incoming, message: Message, obligation: Obligation, tools: Toolbox) -> bool:
    """Whether the mail's own words ask for more time or promise a day; a filed workbook keeps its verdict."""
    heard = hear(session, row, message, obligation, tools)
    if heard is None:
        return False
    if not message.attachments:
        row.verdict = heard.verdict
    row.why = heard.why
    if heard.letter is not None:
        _owe_answer(session, heard.letter, obligation, tools)
    return True


def _open_all(message: Message, tools: Toolbox) -> tuple[list[Workbook], str]:
    """The attachments that are workbooks, and why the first that looked like one could not be opened."""
    workbooks, unreadable = [], ""
    for file in message.attachments:
        try:
            workbooks.append(Workbook(file, tools.workbooks.case_code(file.data)))
        except UnreadableWorkbook as error:
            if _looks_like_workbook(file):
                unreadable = unreadable or f"Tệp “{file.name}”: {error}"
    return workbooks, unreadable


def _looks_like_workbook(file: Attachment) -> bool:
    return file.name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods", ".et")) or file.data[:2] == b"PK"


def _codes(session: Session, message: Message, workbooks: list[Workbook]) -> list[str]:
    """Case codes, strongest first: in the workbook, reply tag, thread, subject and text."""
    in_files = [one.code for one in workbooks if one.code]
    letter = _letter_of(session, message.references)
    if letter is not None and session.scalar(select(Letter.id).where(Letter.bundled_into_id == letter.id).limit(1)):
        return list(dict.fromkeys(in_files))  # an answer to a digest quotes every case of it: none of them is meant
    obligation = (letter.assignment or letter.finding) if letter else None
    thread = obligation.code if obligation else ""
    return list(dict.fromkeys(code for code in (*in_files, thread, *message.codes) if code))


def _assignment_of(session: Session, codes: list[str]) -> Assignment | None:
    for code in codes:
        if found := session.scalar(select(Assignment).where(Assignment.code == code).with_for_update()):
            return found
    return None


def _first_finding(session: Session, codes: list[str]) -> Finding | None:
    for code in codes:
        if found := session.scalar(select(Finding).where(Finding.code == code).with_for_update()):
            return found
    return None


def _guess(session: Session, message: Message) -> str:
    """What a person at the desk is told about a message that names no case."""
    contact = session.scalar(select(Contact).where(Contact.address == message.sender))
    if contact is None:
        return "không có mã phiếu; người gửi không có trong danh sách"
    return f"không có mã phiếu; người gửi là {contact.name} ({contact.unit.name})"


def _file_workbook(
    session: Session, row: Incoming, message: Message, assignment: Assignment, file: Attachment, tools: Toolbox
) -> bool:
    """File every readable cell of one workbook; an answer stops the ladder in this same transaction."""
    checklist = cycle_checklist(assignment.cycle, assignment.checklist)
    estimate = round_from_terms(assignment.cycle.terms["round"]).estimate_to is not None
    try:
        reading = tools.workbooks.read(file.data, checklist, estimate=estimate)
    except UnreadableWorkbook as error:
        row.verdict, row.why = Verdict.UNREADABLE, str(error)
        _send_form_again(session, row, message, assignment, f"Tệp “{file.name}”: {error}", tools)
        return True
    if not reading.accepted and not reading.faults:
        row.verdict, row.why = Verdict.NO_WORKBOOK, "phiếu chưa điền mục nào"
        _send_form_again(session, row, message, assignment, f"Tệp “{file.name}” chưa điền mục nào.", tools)
        return True
    reply = _store_reply(session, row, message, assignment, file, reading)
    so_far = standing_of(session, assignment, checklist)
    _settle_state(session, assignment, so_far, row.received_at, tools)
    _acknowledge(session, row, message, assignment, reply, so_far, tools)
    return True


def _store_reply(
    session: Session, row: Incoming, message: Message, assignment: Assignment, file: Attachment, reading: Reading
) -> Reply:
    known = {contact.address.lower(): contact for contact in assignment.unit.contacts}
    if message.sender in known:
        known[message.sender].bounces = 0  # whoever writes to us can be reached: time heals
    reply = Reply(
        incoming_id=row.id,
        assignment_id=assignment.id,
        sender=message.sender[:254],
        known_sender=message.sender in known,
        received_at=row.received_at,
        late=row.received_at >= assignment.due_at,
        file_name=file.name,
        faults=[asdict(fault) for fault in reading.faults],
        missing=list(reading.missing),
        remarks=list(reading.remarks),
    )
    session.add(reply)
    session.flush()
    for value in reading.accepted.values():
        session.add(Answer(reply_id=reply.id, assignment_id=assignment.id, **asdict(value)))
    session.flush()
    return reply


def _settle_state(
    session: Session, assignment: Assignment, so_far: AnswersSoFar, received_at: datetime, tools: Toolbox
) -> None:
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


def _report_finding(session: Session, row: Incoming, message: Message, finding: Finding, tools: Toolbox) -> None:
    """The unit says it has mended a finding: the ladder rests until the office has looked again."""
    row.why = f"báo cáo khắc phục kiến nghị {finding.number}"
    session.add(
        Reply(
            incoming_id=row.id,
            finding_id=finding.id,
            sender=message.sender[:254],
            known_sender=message.sender in {contact.address.lower() for contact in finding.unit.contacts},
            received_at=row.received_at,
            late=row.received_at >= finding.due_at,
            file_name=next((file.name for file in message.attachments), ""),
        )
    )
    if finding.state is FindingState.OPEN:
        cancel_waiting(session, finding, Reason.ANSWERED)
        text = message.text.strip()[:4_000]
        move(session, finding, FindingState.REPORTED, reported_at=row.received_at, report=text, next_rung_at=None)


# --- our answer to an answer -----------------------------------------------------------------------------------


def _acknowledge(
    session: Session,
    row: Incoming,
    message: Message,
    assignment: Assignment,
    reply: Reply,
    so_far: AnswersSoFar,
    tools: Toolbox,
) -> None:
    kind = LetterKind.RECEIPT if so_far.complete else LetterKind.RETURNED
    letter = _answer_letter(row, message, assignment, kind, f"{kind}:{reply.id}", tools)
    if letter is not None:
        letter.reply_id = reply.id
        letter.words = {"received_at": row.received_at.isoformat()}
        _owe_answer(session, letter, assignment, tools)


def _send_form_again(
    session: Session, row: Incoming, message: Message, assignment: Assignment, reason: str, tools: Toolbox
) -> None:
    if assignment.state is AssignmentState.ANSWERED:
        return
    letter = _answer_letter(row, message, assignment, LetterKind.RETURNED, f"returned:incoming:{row.id}", tools)
    if letter is not None:
        letter.words = {"received_at": row.received_at.isoformat(), "reason": reason}
        _owe_answer(session, letter, assignment, tools)


def _answer_letter(
    row: Incoming, message: Message, assignment: Assignment, kind: LetterKind, key: str, tools: Toolbox
) -> Letter | None:
    """To whoever wrote, where a person wrote; a no-reply address has its answer sent to the registered contact."""
    recipient, name = message.sender, message.sender_name
    if not may_answer_automatically(message):
        contact = assignment.unit.contact(Role.DAU_MOI)
        if contact is None:
            return None
        recipient, name = contact.address, contact.name
    return Letter(
        key=key,
        kind=kind,
        role=next((one.role for one in assignment.unit.contacts if one.address == recipient), None),
        assignment_id=assignment.id,
        in_reply_to=message.message_id,
        recipient=recipient[:254],
        recipient_name=name,
        message_id=new_message_id(tools.house.sender_address),
        state=LetterState.QUEUED,
        created_at=tools.now(),
    )


def _owe_answer(session: Session, letter: Letter, obligation: Obligation, tools: Toolbox) -> None:
    """At most one automatic letter to a sender a day, so no loop can run: a further one waits for a free morning.

    It takes the place of one that waits already for the same obligation: what is sent shows how things stand then.
    """
    to_sender = Letter.recipient == letter.recipient, Letter.kind.in_(AT_ONCE)
    own = Letter.assignment_id if isinstance(obligation, Assignment) else Letter.finding_id
    older = update(Letter).where(*to_sender, own == obligation.id, Letter.state == LetterState.HELD)
    session.execute(older.values(state=LetterState.CANCELLED, reason=Reason.SUPERSEDED))
    _, calendar = terms_of(obligation, tools)
    letter.not_before = letter.created_at
    while True:
        start, end = house_day_bounds(letter.not_before)
        of_day = select(func.count()).select_from(Letter).where(*to_sender, Letter.state != LetterState.CANCELLED)
        if not session.scalar(of_day.where(Letter.not_before >= start, Letter.not_before < end)):
            break
        letter.not_before = HOURS.next_open(end, calendar)
        letter.state, letter.reason = LetterState.HELD, Reason.QUIET
    owe(session, letter)


# --- for the flows ---------------------------------------------------------------------------------------------


def file_all(tools: Toolbox) -> Report:
    with tools.sessions() as session:
        ids = unread_ids(session)
    waiting = watched("Đọc và ghi nhận thư", ids)
    report = one_by_one(tools.sessions, waiting, lambda session, id_: file_one(session, id_, tools), "thư {}".format)
    _shunt_failures(tools, ids, report)
    return report


def _shunt_failures(tools: Toolbox, ids: list[int], report: Report) -> None:
    reasons = {failure.item: failure.why for failure in report.failures if not failure.passing}
    for id_ in ids:
        if why := reasons.get(f"thư {id_}"):
            with tools.sessions.begin() as session:
                shunt(session, id_, why)


@task(name="Nhận thư", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[30, 120])
def fetch_replies(tools: Toolbox) -> Report:
    return store_mail(tools)


@task(name="Đọc và ghi nhận thư", cache_policy=NO_CACHE)
def file_replies(tools: Toolbox) -> Report:
    return file_all(tools)
