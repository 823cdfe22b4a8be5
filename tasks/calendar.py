"""A calendar that was decided late: which deadlines it moves, moved on approval, and each unit told once.

Who works on a day is looked up live, so a new day off is quiet at once. A due day is a promise to a unit: it is
stored, and only a person carries it over to the new calendar. It moves later, never earlier.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.assignment import OWING, AssignmentState
from tasks.domain.calendar import Calendar, end_of
from tasks.domain.counting import WHEN_OFF_NAMES, WhenOff, moved
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import ExtensionState, last_day
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.plan import Opening, opening
from tasks.domain.plan_file import round_from_terms
from tasks.domain.vietnamese import day_text, day_words
from tasks.escalation import (
    Obligation,
    calendar_of_reader,
    come_again,
    follow,
    honour_promise,
    is_urgent,
    next_rung_of,
    take_back,
    terms_of,
)
from tasks.extension import obligation_of, wanted
from tasks.identities import message_id
from tasks.letters import WAITING, addressed, owe, timed
from tasks.moves import move
from tasks.records import Assignment, Cycle, Extension, Finding, Letter
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

MOVABLE = (*OWING, AssignmentState.UNREACHABLE)


@dataclass(frozen=True)
class DueMove:
    """One obligation whose due day the calendar of today puts later than what its unit was promised."""

    obligation: Obligation
    new: datetime
    tells: bool

    def __str__(self) -> str:
        told = "" if self.tells else " (không phải báo: đơn vị chưa nhận thư ghi hạn cũ)"
        return f"{_name(self.obligation)}: hết {_day(self.obligation.due_at)} → hết {_day(self.new)}{told}"


@dataclass(frozen=True)
class Preview:
    """What the calendar as it stands would change; `kept` says which due days stay, and why.

    `wishes`: requests for more time that wait, and come to another day than when they were made.
    """

    cycles: Sequence[tuple[Cycle, Opening]]
    moves: Sequence[DueMove]
    kept: Sequence[str]
    rungs: Sequence[Obligation]
    wishes: Sequence[Extension] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.moves or self.rungs or self.wishes)


def preview(session: Session, tools: Toolbox) -> Preview:
    """Look only; a second look after carrying over finds nothing."""
    later, kept = _cycles(session, tools)
    moves = [*_assignment_moves(session, later), *_finding_moves(session, tools, kept)]
    kept += _extended(session, tools, later)
    moving = {(type(one.obligation), one.obligation.id) for one in moves}
    rungs = [
        one
        for one in _owing(session)
        if (type(one), one.id) not in moving and next_rung_of(one, tools) != one.next_rung_at
    ]
    return Preview(later, moves, kept, rungs, _wishes(session, tools))


def due_moves(session: Session, tools: Toolbox) -> Sequence[DueMove]:
    """The deadlines that wait to be carried over: what the watch looks for every quarter of an hour."""
    later, kept = _cycles(session, tools)
    return [*_assignment_moves(session, later), *_finding_moves(session, tools, kept)]


def _cycles(session: Session, tools: Toolbox) -> tuple[list[tuple[Cycle, Opening]], list[str]]:
    later, kept = [], []
    for cycle in session.scalars(select(Cycle).where(Cycle.locked_at.is_(None)).order_by(Cycle.id)):
        round_ = round_from_terms(cycle.terms["round"])
        if round_.due.clock is not None:
            continue  # a due hour is kept whatever the day
        calendar = tools.definitions.calendar(cycle.terms["calendar"])
        new = opening(round_, cycle.opened_on, calendar)
        if new.due_at >= cycle.due_at:
            later.append((cycle, new))
        if sentence := _why_kept(cycle.due_on, new.due_on, round_.due.when_off, calendar):
            kept.append(f"{round_.title}: {sentence}")
    return later, kept


def _why_kept(promised: date, computed: date, when_off: WhenOff, calendar: Calendar) -> str:
    if computed < promised:
        return (
            f"hạn đã báo là {day_words(promised)}, lịch mới tính ra {day_text(computed)}; "
            "hạn đã báo không rút ngắn, giữ nguyên"
        )
    why = _why_off(computed, calendar) if computed == promised else ""
    return f"{day_words(promised)} là ngày nghỉ ({why}); đợt này {WHEN_OFF_NAMES[when_off]}" if why else ""


def _assignment_moves(session: Session, later: Sequence[tuple[Cycle, Opening]]) -> Iterator[DueMove]:
    """Whoever has more time already, by an extension, keeps it."""
    for cycle, new in later:
        waiting = select(Assignment).where(
            Assignment.cycle_id == cycle.id, Assignment.state.in_(MOVABLE), Assignment.due_at < new.due_at
        )
        for one in session.scalars(waiting.order_by(Assignment.id).options(selectinload(Assignment.letters))):
            yield DueMove(one, new.due_at, one.owing and _was_told(one))


def _extended(session: Session, tools: Toolbox, later: Sequence[tuple[Cycle, Opening]]) -> Iterator[str]:
    """The units with a later day of their own: where that is a day off, and where the round's day moves."""
    new_days = {cycle.id: new.due_at for cycle, new in later if new.due_at > cycle.due_at}
    own = select(Assignment).join(Cycle).where(Cycle.locked_at.is_(None), Assignment.due_at > Cycle.due_at)
    for one in session.scalars(own.where(Assignment.state.in_(MOVABLE)).order_by(Assignment.cycle_id, Assignment.id)):
        new = new_days.get(one.cycle_id)
        if sentence := _off_by_now(one, tools):
            yield sentence
        elif new is not None and one.due_at >= new:
            yield f"{_name(one)}: đã được gia hạn đến hết {_day(one.due_at)}, không sớm hơn hạn mới của đợt"


def _off_by_now(obligation: Obligation, tools: Toolbox) -> str:
    """A day that was given to one alone does not move by itself, not even where the round's would."""
    why = _why_off(last_day(obligation.due_at), tools.definitions.calendar(obligation.terms["calendar"]))
    if not why or is_urgent(obligation):
        return ""
    code = obligation.unit.code if isinstance(obligation, Assignment) else obligation.number
    return (
        f"{_name(obligation)}: giữ hạn riêng đã gia hạn đến hết {_day(obligation.due_at)}, ngày này là ngày nghỉ "
        f"({why}); muốn lùi thêm: kiemtra extend {code} --to <ngày> --why <lý do>"
    )


def _why_off(day: date, calendar: Calendar) -> str:
    """Nothing can be said of a year that nobody has entered; what is due in it keeps its day."""
    try:
        return calendar.why_off(day)
    except CalendarUnknown:
        return ""


def _finding_moves(session: Session, tools: Toolbox, kept: list[str]) -> Iterator[DueMove]:
    extended = set(session.scalars(select(Extension.finding_id).where(Extension.state == ExtensionState.GRANTED)))
    for finding in session.scalars(select(Finding).where(Finding.state == FindingState.OPEN).order_by(Finding.id)):
        due: Mapping[str, Any] | None = finding.terms.get("due")
        if due is None:
            continue  # raised before findings kept a policy: its day stays
        calendar = tools.definitions.calendar(finding.terms["calendar"])
        named, when_off = date.fromisoformat(due["named"]), WhenOff(due["when_off"])
        new = moved(named, when_off, calendar)
        if end_of(new) > finding.due_at:
            yield DueMove(finding, end_of(new), _was_told(finding))
        elif finding.id in extended:
            kept += filter(None, [_off_by_now(finding, tools)])
        elif sentence := _why_kept(last_day(finding.due_at), new, when_off, calendar):
            kept.append(f"Kiến nghị {finding.number}: {sentence}")


def _wishes(session: Session, tools: Toolbox) -> list[Extension]:
    asked = select(Extension).where(Extension.state == ExtensionState.ASKED).order_by(Extension.id)
    return [one for one in session.scalars(asked) if obligation_of(one).owing and _comes_to_another_day(one, tools)]


def _comes_to_another_day(wish: Extension, tools: Toolbox) -> bool:
    try:
        return wanted(wish, tools) != wish.wanted_at
    except CalendarUnknown:
        return False  # the year that it leads into was taken away again


def without_rungs(session: Session, tools: Toolbox) -> list[Obligation]:
    """Owed, and nothing is to come, though something should: its rungs lay in a year that is known only by now."""
    return [one for one in _owing(session, nothing_to_come=True) if next_rung_of(one, tools) is not None]


def beyond_the_calendar(obligation: Obligation, tools: Toolbox) -> str:
    """What to say of a due day near which nobody knows the working days yet; empty when every rung has its moment."""
    ladder, calendar = terms_of(obligation, tools)
    try:
        for rung in ladder.rungs:
            rung.moment(obligation.due_at, calendar, HOURS)
    except CalendarUnknown as unknown:
        say = "chưa tính được ngày nhắc của mọi bước"
        return f"{_name(obligation)}: {say}. {unknown} Nhập xong thì chạy: kiemtra calendar apply"
    return ""


def _was_told(obligation: Obligation) -> bool:
    """Whether a letter with the old day may have left; else the first one to leave says it right."""
    return any(
        letter.state not in (*WAITING, LetterState.CANCELLED) or letter.repeated_at is not None
        for letter in obligation.letters
        if letter.kind in (LetterKind.REQUEST, LetterKind.REMINDER, LetterKind.FINDING)
    )


def _owing(session: Session, *, nothing_to_come: bool = False) -> Iterator[Obligation]:
    assignments = select(Assignment).join(Cycle).where(Assignment.state.in_(OWING), Cycle.locked_at.is_(None))
    findings = select(Finding).where(Finding.state == FindingState.OPEN)
    if nothing_to_come:
        assignments = assignments.where(Assignment.next_rung_at.is_(None))
        findings = findings.where(Finding.next_rung_at.is_(None))
    yield from session.scalars(assignments.options(selectinload(Assignment.letters)).order_by(Assignment.id))
    yield from session.scalars(findings.options(selectinload(Finding.letters)).order_by(Finding.id))


# --- carrying over -----------------------------------------------------------------------------------------------


@dataclass
class Carried:
    """What was done: due days moved, units that a letter tells of it, ladders that were only re-timed.

    `climbed`: obligations whose next rung has come already by the new calendar; their letters were written.
    """

    moved: int = 0
    told: int = 0
    retimed: int = 0
    climbed: int = 0
    recounted: int = 0
    """Requests for more time that wait."""


def carry_over(session: Session, why: str, tools: Toolbox, as_of: datetime) -> Carried:
    """Look again and do it, all or nothing; the first day stays for the statistics."""
    found, done = preview(session, tools), Carried()
    words = {id(one.obligation): _due_words(one.obligation) for one in found.moves}
    for cycle, new in found.cycles:
        cycle.due_on, cycle.due_at, cycle.due_words = new.due_on, new.due_at, new.due_words
        cycle.lock_on = max(cycle.lock_on, new.due_on) if cycle.lock_on else None
    for one in found.moves:
        done.moved += 1
        done.told += _carry(session, one, words[id(one.obligation)], why, tools, as_of)
    done.retimed = len(found.rungs)
    for wish in found.wishes:
        wish.wanted_at = wanted(wish, tools)
    done.recounted = len(found.wishes)
    # Here and not in the sweep, which would take so many letters that come late for an outage.
    done.climbed = sum(follow(session, one, tools, as_of) for one in _touched(found))
    return done


def _touched(found: Preview) -> list[Obligation]:
    return [*(one.obligation for one in found.moves), *found.rungs]


def due_now(found: Preview, tools: Toolbox, as_of: datetime) -> int:
    """How many of those that keep their day get a letter at once when it is carried over."""
    moments = [next_rung_of(one, tools) for one in found.rungs]
    return sum(moment is not None and moment <= as_of for moment in moments)


def _carry(session: Session, one: DueMove, old_words: str, why: str, tools: Toolbox, as_of: datetime) -> bool:
    obligation = one.obligation
    take_back(session, obligation, Reason.CALENDAR)
    if isinstance(obligation, Finding):
        obligation.original_due_at = obligation.first_due_at
    obligation.due_at = one.new
    session.flush()
    come_again(session, obligation, Reason.CALENDAR, tools, as_of)
    honour_promise(obligation, tools)
    return one.tells and _tell(session, obligation, old_words, why, tools, as_of)


def _tell(session: Session, obligation: Obligation, old_words: str, why: str, tools: Toolbox, as_of: datetime) -> bool:
    is_assignment = isinstance(obligation, Assignment)
    letter = Letter(
        key=f"moved:{'a' if is_assignment else 'f'}{obligation.id}:{last_day(obligation.due_at)}",
        kind=LetterKind.MOVED,
        assignment_id=obligation.id if is_assignment else None,
        finding_id=None if is_assignment else obligation.id,
        words={"old_words": _untold(session, obligation) or old_words, "why": why},
        message_id=message_id(session, tools, "moved", obligation.code, last_day(obligation.due_at)),
    )
    calendar = calendar_of_reader(obligation, Role.DAU_MOI, tools)
    letter = timed(
        addressed(letter, obligation.unit, Role.DAU_MOI), as_of, calendar, HOURS, urgent=is_urgent(obligation)
    )
    return owe(session, letter) and letter.state is not LetterState.CANCELLED


def _untold(session: Session, obligation: Obligation) -> str:
    """Take back an earlier such letter that has not left: the unit hears one new day, against the one it knows."""
    known = ""
    for letter in obligation.letters:
        if letter.kind is LetterKind.MOVED and letter.state in WAITING:
            known = known or letter.words["old_words"]
            move(session, letter, LetterState.CANCELLED, reason=Reason.SUPERSEDED)
    return known


# --- words -------------------------------------------------------------------------------------------------------


def _name(obligation: Obligation) -> str:
    if isinstance(obligation, Assignment):
        return f"{obligation.unit.name}, {obligation.cycle.round.title}"
    return f"{obligation.unit.name}, kiến nghị {obligation.number}"


def _due_words(obligation: Obligation) -> str:
    if isinstance(obligation, Assignment):
        return obligation.due_words
    return f"đến hết ngày {day_text(last_day(obligation.due_at))}"


def _day(due_at: datetime) -> str:
    return day_words(last_day(due_at))
