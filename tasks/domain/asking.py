"""Asking a unit in a round that runs already: whether it may be asked, and by when it has to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tasks.domain.assignment import ASSIGNMENT_NAMES, AssignmentState
from tasks.domain.calendar import Calendar, end_of, house_day
from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.plan import Round, opening
from tasks.domain.vietnamese import day_text


@dataclass(frozen=True)
class Running:
    """A round as it runs; `opened_at`: when its letters were written."""

    round: Round
    opened_at: datetime
    due_at: datetime
    lock_on: date | None
    asked_kinds: frozenset[UnitKind]


@dataclass(frozen=True)
class Candidate:
    code: str
    name: str
    kind: UnitKind
    valid_from: date | None
    valid_to: date | None
    standing: AssignmentState | None = None
    """Of its part in this round, where it has one."""
    exempt_why: str = ""


def why_not_asked(one: Candidate, running: Running, today: date) -> str:
    """Why this unit cannot be asked in this round, as a part of a sentence; '' where it can."""
    code = running.round.code
    if one.standing is AssignmentState.EXEMPT:
        why = f" ({one.exempt_why})" if one.exempt_why else ""
        return f"được miễn phiếu đợt này{why}; hỏi lại: kiemtra units exempt {one.code} --cycle {code} --undo"
    if one.standing is not None:
        again = f"gửi lại: kiemtra units send-open {one.code}"
        return f"đã được giao phiếu đợt này ({ASSIGNMENT_NAMES[one.standing]}); {again}"
    if one.valid_to is not None and one.valid_to < today:
        return f"đã thôi hoạt động từ sau ngày {day_text(one.valid_to)}"
    if one.valid_from is not None and one.valid_from > today:
        return f"đến ngày {day_text(one.valid_from)} mới hoạt động"
    if one.code in running.round.selection.but_not:
        return "kế hoạch ghi rõ không hỏi đơn vị này trong đợt"
    if one.kind not in running.asked_kinds or one.kind not in running.round.checklists:
        return f"đợt này không hỏi loại hình “{UNIT_KIND_NAMES[one.kind]}”"
    return ""


@dataclass(frozen=True)
class LateDue:
    due_at: datetime
    working_days: int
    """From the day of asking to the due day."""
    usual: int
    """What the others had."""

    @property
    def is_short(self) -> bool:
        return self.working_days < self.usual


def late_due(running: Running, as_of: datetime, calendar: Calendar, wanted: date | None) -> LateDue:
    """As much time as the round gave to the others, and never a day before theirs; `wanted`: what a person decides."""
    today = house_day(as_of)
    usual = calendar.working_days_between(house_day(running.opened_at), _last_day(running.due_at))
    if wanted is not None:
        due_at = end_of(wanted)
    elif running.round.due.clock is not None:
        due_at = max(running.due_at, as_of + (running.due_at - running.opened_at))
    else:
        due_at = max(running.due_at, opening(running.round, today, calendar).due_at)
    return LateDue(due_at, calendar.working_days_between(today, _last_day(due_at)), usual)


def wrong_due(due: LateDue, running: Running, as_of: datetime) -> Iterator[str]:
    if due.due_at <= as_of:
        yield f"hạn {day_text(_last_day(due.due_at))} đã qua; hãy ghi --due một ngày sau hôm nay"
    if running.lock_on is not None and due.due_at > end_of(running.lock_on):
        lock = day_text(running.lock_on)
        how = f"hãy ghi --due muộn nhất {lock}, hoặc để đơn vị sang đợt sau"
        yield f"hạn {day_text(_last_day(due.due_at))} sau ngày khóa sổ {lock}; {how}"


def _last_day(due_at: datetime) -> date:
    return house_day(due_at - datetime.resolution)
