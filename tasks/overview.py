"""Who owes what today: every unit on its line, in official order, with its light. Reads only; no clock, no Prefect."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.assignment import OWING, AssignmentState, Standing, standing
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.channel import ENTERED
from tasks.domain.finding import FINDING_NAMES, FindingState
from tasks.domain.inbox.trust import Who
from tasks.domain.ladder import Role
from tasks.domain.letterbox import FOR_THE_DESK, LetterState, Reason, Verdict
from tasks.domain.mailing import StopCode
from tasks.domain.plan_copy import without_authority
from tasks.domain.triage import MOVED_AWAY
from tasks.domain.vietnamese import day_text, day_words, moment_text, sort_key
from tasks.domain.visit import clock
from tasks.extension import count_undecided
from tasks.letters import LEFT, house_day_bounds, written_to
from tasks.mailing.blaming import last_server_failure
from tasks.mailing.pausing import paused_domains
from tasks.planning import current_plan
from tasks.records import (
    NO_ADDRESS,
    Assignment,
    Contact,
    Cycle,
    Finding,
    Incoming,
    Letter,
    MailSwitch,
    Reply,
    Round,
    Unit,
    Visit,
)
from tasks.visiting import meeting_of, planned

SOON = timedelta(days=7)


@dataclass(frozen=True)
class StatusLine:
    unit: str
    round: str
    due_at: datetime
    state: AssignmentState
    standing: Standing
    overdue: bool
    partial: bool
    """It has answered, and not all."""
    by_others: bool
    """Somebody else than the registered contact has answered for it."""
    unsent: bool
    """Its day has come, and no letter has left for it."""
    last_letter_at: datetime | None
    contact: str

    @property
    def owes_rest(self) -> bool:
        """The round was locked before the rest came: that is no silence."""
        return self.partial and self.state is AssignmentState.CLOSED

    @property
    def owes(self) -> bool:
        """Whether anybody still has to ask after it."""
        return self.state not in (AssignmentState.ANSWERED, AssignmentState.EXEMPT)


def totals(lines: Sequence[StatusLine]) -> str:
    """Of one round: '52 phiếu: 40 đã trả lời đủ, 3 còn thiếu, 8 chưa trả lời (2 quá hạn), 1 không gửi được thư đến'."""
    counts = Counter(_TOLD_UNSENT if line.unsent else _TOLD_PARTIAL if line.owes_rest else line.state for line in lines)
    parts = [f"{counts[state]} {words}" for state, words in _TOLD.items() if counts[state]]
    of_them = [
        f"{count} {words}"
        for count, words in (
            (sum(line.overdue for line in lines), "đã quá hạn"),
            (sum(line.by_others for line in lines), "do người khác gửi hoặc được nhập thay"),
        )
        if count
    ]
    return f"{len(lines)} phiếu: {', '.join(parts)}" + (f"; trong đó {', '.join(of_them)}" if of_them else "")


_TOLD_PARTIAL, _TOLD_UNSENT = "partial", "unsent"
_TOLD: Mapping[str, str] = {
    AssignmentState.ANSWERED: "đã trả lời đủ",
    AssignmentState.RETURNED: "còn thiếu",
    AssignmentState.OPEN: "chưa trả lời",
    _TOLD_PARTIAL: "trả lời thiếu, đã khóa sổ",
    AssignmentState.CLOSED: "không trả lời, đã khóa sổ",
    AssignmentState.UNREACHABLE: "không gửi được thư đến",
    _TOLD_UNSENT: "chưa gửi được thư",
    AssignmentState.EXEMPT: "được miễn",
}


@dataclass(frozen=True)
class CycleLine:
    round: str
    title: str
    opened_on: str
    due_words: str
    asked: int
    answered: int
    partial: int
    silent: int
    unreachable: int


def status_lines(session: Session, as_of: datetime, round_code: str | None = None) -> list[StatusLine]:
    """One line an assignment of the running cycles (or of the named round), official order within a round."""
    chosen = (
        select(Assignment)
        .join(Cycle)
        .join(Round)
        .options(
            selectinload(Assignment.unit).selectinload(Unit.contacts),
            selectinload(Assignment.cycle).selectinload(Cycle.round),
        )
    )
    chosen = chosen.where(Round.code == round_code) if round_code else chosen.where(Cycle.locked_at.is_(None))
    rows = session.scalars(chosen).all()
    last, by_others, told = _last_letters(session), _answered_by_others(session), written_to(session)
    rows = sorted(rows, key=lambda one: (one.due_at, one.cycle_id, one.unit.official_order, sort_key(one.unit.name)))
    return [
        _line(row, as_of, last.get(row.id), by_others.get(row.id, ""), unsent=_is_unsent(row, as_of, told))
        for row in rows
    ]


def _is_unsent(row: Assignment, as_of: datetime, told: Collection[int]) -> bool:
    is_silent = row.state is AssignmentState.CLOSED or (row.state is AssignmentState.OPEN and as_of >= row.due_at)
    return is_silent and row.first_reply_at is None and row.id not in told


def _line(row: Assignment, as_of: datetime, last: datetime | None, by_others: str, *, unsent: bool) -> StatusLine:
    contact = row.unit.contact(Role.DAU_MOI)
    return StatusLine(
        unit=row.unit.name,
        round=row.cycle.round.code,
        due_at=row.due_at,
        state=row.state,
        overdue=row.owing and as_of >= row.due_at and not unsent,
        by_others=bool(by_others),
        unsent=unsent,
        standing=_with_words(row, _standing(row, as_of, unsent=unsent), by_others),
        partial=row.first_reply_at is not None and row.answered_at is None,
        last_letter_at=last,
        contact=f"{contact.name} {contact.phone}".strip() if contact else "(chưa có đầu mối)",
    )


def _standing(row: Assignment, as_of: datetime, *, unsent: bool) -> Standing:
    now = standing(row.state, row.due_at, as_of, row.due_at - SOON)
    if unsent:
        closed = ", đã khóa sổ" if row.state is AssignmentState.CLOSED else ""
        return Standing(now.light, f"{_TOLD[_TOLD_UNSENT]}{closed}")
    if row.state is AssignmentState.CLOSED and row.first_reply_at is not None:
        return Standing(now.light, _TOLD[_TOLD_PARTIAL])
    return now


def _with_words(row: Assignment, now: Standing, by_others: str) -> Standing:
    """Whoever rings a unit up should know what it has said itself, and what others have said for it."""
    words = [now.words]
    if row.owing and row.promised_on is not None:
        words.append(f"hẹn {day_text(row.promised_on)}")
    if by_others:
        words.append(f"do {by_others} trả lời")
    return Standing(now.light, ", ".join(words))


def _answered_by_others(session: Session) -> dict[int, str]:
    """Assignments for which somebody else than the registered contact said something that counts: the last of them."""
    standing = select(Reply).where(Reply.assignment_id.is_not(None), Reply.taken_back_at.is_(None))
    typed_in = Reply.channel.in_(ENTERED)
    by_others = or_(Reply.known_sender.is_(False), Reply.who == Who.HEAD, typed_in)
    theirs = set(session.scalars(standing.where(by_others).with_only_columns(Reply.id)))
    concerned = standing.where(by_others).with_only_columns(Reply.assignment_id)
    said = standing.where(Reply.assignment_id.in_(concerned)).order_by(Reply.received_at, Reply.id)
    found: dict[int, str] = {}
    for reply in session.scalars(said):
        assert reply.assignment_id is not None
        if reply.id in theirs:
            found[reply.assignment_id] = reply.said_by
        elif not (reply.is_correction or reply.missing or reply.faults):  # the unit has said all of it itself since
            found.pop(reply.assignment_id, None)
    return found


def _last_letters(session: Session) -> dict[int, datetime]:
    latest = select(Letter.assignment_id, func.max(Letter.sent_at)).where(
        Letter.assignment_id.is_not(None), Letter.state == LetterState.SENT
    )
    return {id_: at for id_, at in session.execute(latest.group_by(Letter.assignment_id)) if id_ is not None and at}


def cycle_lines(session: Session) -> list[CycleLine]:
    """One line a cycle, oldest first; asked = answered + partial + silent + unreachable (+ exempt)."""
    cycles = session.scalars(
        select(Cycle).options(selectinload(Cycle.round), selectinload(Cycle.assignments)).order_by(Cycle.opened_on)
    )
    told = written_to(session)
    return [_cycle_line(cycle, told) for cycle in cycles]


def _cycle_line(cycle: Cycle, told: Collection[int]) -> CycleLine:
    counts = Counter(_bucket(one, told) for one in cycle.assignments)
    return CycleLine(
        round=cycle.round.code,
        title=cycle.round.title,
        opened_on=cycle.opened_on.strftime("%d/%m/%Y"),
        due_words=cycle.due_words,
        asked=len(cycle.assignments),
        answered=counts["answered"],
        partial=counts["partial"],
        silent=counts["silent"],
        unreachable=counts["unreachable"],
    )


def _bucket(one: Assignment, told: Collection[int]) -> str:
    if one.answered_at is not None:
        return "answered"
    if one.state.value == "exempt":
        return "exempt"
    if one.state.value == "unreachable":
        return "unreachable"
    if one.first_reply_at is not None:
        return "partial"
    return "silent" if one.id in told else "unreachable"


@dataclass(frozen=True)
class Tasks:
    """What waits for a person of the office."""

    approvals: int
    desk: int
    unreachable: Sequence[str]
    failed_letters: int
    uncertain_letters: int
    stopped: str
    server: str
    """The mail server takes nothing of ours: since when, and its words."""
    is_older: bool
    """The database is older than what has left."""
    paused: Sequence[str]
    findings: Sequence[str]
    extensions: int = 0
    missed: int = 0
    moved_away: Sequence[str] = ()
    """Contacts whose mail program says that they have left; the letters may lie in nobody's mailbox."""
    ended: Sequence[str] = ()
    """Units that have ceased to exist and are asked still."""
    authority: str = ""
    """The office in whose name rounds still run has ended."""
    visits: Sequence[str] = ()
    """Those of today and the six days after it."""


def office_tasks(session: Session, as_of: datetime) -> Tasks:
    held = (
        select(func.count())
        .select_from(Letter)
        .where(Letter.state == LetterState.HELD, Letter.reason == Reason.APPROVAL)
    )
    letters = select(func.count()).select_from(Letter)
    lost = select(Unit.name, Contact.address).join(Contact).where(Contact.unreachable_at.is_not(None))
    findings = select(Finding).where(Finding.state != FindingState.CLOSED).order_by(Finding.number)
    return Tasks(
        approvals=session.scalar(held) or 0,
        desk=session.scalar(select(func.count()).select_from(Incoming).where(Incoming.verdict.in_(FOR_THE_DESK))) or 0,
        unreachable=[
            *(f"{name} ({address})" for name, address in session.execute(lost.order_by(Unit.official_order))),
            *_without_address(session),
        ],
        ended=_ended(session, as_of),
        authority=_authority_ended(session, as_of),
        failed_letters=len(failed_letters(session)),
        uncertain_letters=session.scalar(letters.where(Letter.state == LetterState.UNCERTAIN)) or 0,
        stopped=_stopped(session),
        server=_server(session),
        is_older=session.get_one(MailSwitch, 1).stopped_for is StopCode.OLDER,
        paused=[one.domain for one in paused_domains(session, as_of)],
        findings=[_finding_words(one, as_of) for one in session.scalars(findings)],
        extensions=count_undecided(session),
        missed=session.scalar(letters.where(Letter.state == LetterState.HELD, Letter.reason == Reason.CONSENT)) or 0,
        moved_away=_moved_away(session),
        visits=[_visit_words(one) for one in planned(session) if _is_soon(one, as_of)],
    )


def _without_address(session: Session) -> list[str]:
    """Units that owe something and have nobody to write to."""
    clerk = select(Contact.id).where(
        Contact.unit_id == Unit.id, Contact.role == Role.DAU_MOI, Contact.address != NO_ADDRESS
    )
    asked = select(Assignment.id).join(Cycle).where(Assignment.unit_id == Unit.id, Cycle.locked_at.is_(None))
    asked = asked.where(Assignment.state == AssignmentState.UNREACHABLE)
    found = select(Finding.id).where(Finding.unit_id == Unit.id, Finding.state == FindingState.OPEN)
    units = select(Unit.name).where(~clerk.exists(), or_(asked.exists(), found.exists()))
    return [f"{name} (chưa có địa chỉ thư)" for name in session.scalars(units.order_by(Unit.official_order))]


def _ended(session: Session, as_of: datetime) -> list[str]:
    asked = select(Unit, func.count()).join(Assignment, Assignment.unit_id == Unit.id).join(Cycle)
    asked = asked.where(Cycle.locked_at.is_(None), Assignment.state.in_((*OWING, AssignmentState.UNREACHABLE)))
    asked = asked.where(Unit.valid_to < house_day(as_of)).group_by(Unit.id).order_by(Unit.official_order)
    return [
        f"{unit.name} (đến ngày {day_text(unit.valid_to)}) còn nợ {count} phiếu: kiemtra units exempt {unit.code}"
        for unit, count in session.execute(asked)
        if unit.valid_to
    ]


def _authority_ended(session: Session, as_of: datetime) -> str:
    open_years = select(Round.year).join(Cycle).where(Cycle.locked_at.is_(None)).order_by(Round.year.desc())
    years = dict.fromkeys(session.scalars(open_years))
    said = (without_authority(current_plan(session, year), house_day(as_of)) for year in years)
    return next(filter(None, said), "")


def _moved_away(session: Session) -> list[str]:
    """Until the register has another address, or that one has answered since."""
    answered = select(Reply.id).where(Reply.sender == Incoming.sender, Reply.received_at > Incoming.received_at)
    said = (
        select(Unit.official_order, Unit.name, Contact.name, Contact.address)
        .join(Contact)
        .join(Incoming, and_(Incoming.sender == Contact.address, Contact.address != NO_ADDRESS))
        .where(Incoming.verdict == Verdict.AUTO_REPLY, Incoming.why == MOVED_AWAY, ~answered.exists())
        .order_by(Unit.official_order)
        .distinct()
    )
    return [f"{unit}: {name} ({address})" for _, unit, name, address in session.execute(said)]


def _stopped(session: Session) -> str:
    switch = session.get_one(MailSwitch, 1)
    said = ": ".join(one for one in (switch.stopped_by, switch.stopped_why) if one)
    return said or "?" if switch.stopped_at else ""


def _server(session: Session) -> str:
    failure = last_server_failure(session)
    if failure is None or failure.is_over:
        return ""
    return f"từ {moment_text(failure.at.astimezone(ZONE))}: {failure.why}"


def _is_soon(visit: Visit, as_of: datetime) -> bool:
    return timedelta(0) <= visit.day - house_day(as_of) < SOON


def _visit_words(visit: Visit) -> str:
    meeting = meeting_of(visit)
    leader = meeting.team[0]
    hours = f"{clock(meeting.opens)}–{clock(meeting.closes)}"
    return f"{hours} {day_words(meeting.day)}: {meeting.unit} ({leader})"


def _finding_words(finding: Finding, as_of: datetime) -> str:
    overdue = " — quá hạn" if finding.owing and as_of >= finding.due_at else ""
    return f"{finding.number} {finding.unit.name}: {FINDING_NAMES[finding.state]}{overdue}"


# --- the outgoing mail -----------------------------------------------------------------------------------------


def mail_today(session: Session, now: datetime) -> int:
    """Messages handed over since midnight, house time."""
    start, end = house_day_bounds(now)
    count = select(func.count()).select_from(Letter).where(Letter.sent_at >= start, Letter.sent_at < end)
    return session.scalar(count.where(Letter.state.in_(LEFT), Letter.bundled_into_id.is_(None))) or 0


def failed_letters(session: Session) -> list[Letter]:
    """Messages of every kind that could not be delivered and that somebody still waits for, oldest first: a round that
    is locked needs them no more."""
    failed = select(Letter).where(Letter.state == LetterState.FAILED, Letter.bundled_into_id.is_(None))
    running = failed.outerjoin(Letter.assignment).outerjoin(Assignment.cycle).where(Cycle.locked_at.is_(None))
    return list(session.scalars(running.order_by(Letter.id)))


def waiting_mail(session: Session) -> list[tuple[LetterState, Reason | None, int]]:
    """How many letters have not left, by what keeps them."""
    here = (LetterState.HELD, LetterState.QUEUED, LetterState.CLAIMED, LetterState.SENDING, LetterState.FAILED)
    counts = select(Letter.state, Letter.reason, func.count()).where(Letter.state.in_(here))
    rows = session.execute(counts.group_by(Letter.state, Letter.reason).order_by(Letter.state, Letter.reason))
    return [(state, reason, count) for state, reason, count in rows]
