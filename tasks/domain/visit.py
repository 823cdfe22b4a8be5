"""A visit of the đoàn kiểm tra to a unit: its day, its people, and what speaks against them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from tasks.domain.calendar import Calendar
from tasks.domain.errors import Problem
from tasks.domain.plan import RoundKind
from tasks.domain.vietnamese import clean, day_text, fold, one_line


class VisitState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


VISIT_NAMES: Mapping[VisitState, str] = {VisitState.PLANNED: "đã xếp lịch", VisitState.CANCELLED: "đã hủy"}
VISIT_MOVES: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset({VisitState.PLANNED, VisitState.CANCELLED}),  # moved to another day, or called off
    VisitState.CANCELLED: frozenset({VisitState.PLANNED}),
}


class TeamRole(StrEnum):
    """Thành phần đoàn kiểm tra, in the order in which a decision lists them."""

    TRUONG_DOAN = "Trưởng đoàn"
    PHO_TRUONG_DOAN = "Phó trưởng đoàn"
    THU_KY = "Thư ký"
    THANH_VIEN = "Thành viên"


VISITED: Mapping[RoundKind, str] = {RoundKind.KIEM_TRA: "kiểm tra", RoundKind.GIAM_SAT: "giám sát"}
"""The rounds in which a team comes to the units, and what it comes for."""
SELF_REPORT_DAYS = 5
"""Working days before the visit by which the unit's own report is with the secretary (usual in such plans)."""
_MEMBER = re.compile(r"\s*([^:;]+?)\s*:\s*([^;]+)")


@dataclass(frozen=True)
class Member:
    role: TeamRole
    name: str

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"


@dataclass(frozen=True)
class Meeting:
    """Where and when a team is: what two visits must not share."""

    unit: str
    day: date
    opens: time
    closes: time
    team: tuple[Member, ...]
    place: str = ""

    def overlaps(self, other: "Meeting") -> bool:
        return self.day == other.day and self.opens < other.closes and other.opens < self.closes


def read_team(text: str) -> tuple[tuple[Member, ...], list[Problem]]:
    """'Trưởng đoàn: A; Thư ký: B; Thành viên: C, D' -> its members in official order, and all that is wrong."""
    roles = {fold(role): role for role in TeamRole}
    members, problems = list[Member](), list[Problem]()
    for part in filter(None, (one_line(one) for one in text.split(";"))):
        found = _MEMBER.fullmatch(part)
        role = roles.get(fold(found[1])) if found else None
        if found is None or role is None:
            problems.append(
                Problem("thành phần đoàn", f"không hiểu “{part}”; viết như: {TeamRole.TRUONG_DOAN}: Họ tên")
            )
            continue
        members += [Member(role, clean(name)) for name in found[2].split(",") if clean(name)]
    order = list(TeamRole)
    members.sort(key=lambda one: order.index(one.role))
    return tuple(members), [*problems, *_wrong_team(members)]


def _wrong_team(members: Sequence[Member]) -> Iterator[Problem]:
    leaders = [one.name for one in members if one.role is TeamRole.TRUONG_DOAN]
    if len(leaders) != 1:
        said = f"có {len(leaders)} trưởng đoàn ({', '.join(leaders)})" if leaders else "chưa có trưởng đoàn"
        yield Problem("thành phần đoàn", said)
    names = [_same(one.name) for one in members]
    for one in members:
        if names.count(_same(one.name)) > 1:
            names = [name for name in names if name != _same(one.name)]
            yield Problem("thành phần đoàn", f"{one.name} được ghi nhiều lần")


def wrong_with(
    new: Meeting,
    others: Iterable[Meeting],
    today: date,
    calendar: Calendar,
    office: Calendar,
    lock_on: date | None = None,
) -> list[Problem]:
    """All that speaks against a visit. `others`: what is planned already, this visit itself left out.

    Both must work that day: the unit by `calendar`, and the team by the calendar of its `office`. `lock_on`: of the
    round, whose records are closed with that day.
    """
    problems = [*wrong_day(new.day, today, calendar, office, lock_on), *wrong_hours(new.opens, new.closes)]
    for other in others:
        if new.overlaps(other):
            problems += _clashes(new, other)
    return problems


def wrong_day(
    day: date, today: date, calendar: Calendar, office: Calendar, lock_on: date | None = None
) -> Iterator[Problem]:
    """Of the day alone, whatever its hours and its team are."""
    if day <= today:
        yield Problem("ngày kiểm tra", f"ngày {day_text(day)} không sau hôm nay")
    if lock_on is not None and day >= lock_on:
        said = f"ngày {day_text(day)} không trước ngày khóa sổ của đợt ({day_text(lock_on)})"
        yield Problem("ngày kiểm tra", said)
    for whose, why in (("", calendar.why_off(day)), (" của đoàn kiểm tra", office.why_off(day))):
        if why:
            yield Problem("ngày kiểm tra", f"ngày {day_text(day)} là ngày nghỉ{whose} ({why})")
            break


def wrong_hours(opens: time, closes: time) -> Iterator[Problem]:
    if opens >= closes:
        yield Problem("giờ", f"giờ bắt đầu {clock(opens)} không trước giờ kết thúc {clock(closes)}")


def _clashes(new: Meeting, other: Meeting) -> Iterator[Problem]:
    when = f"{clock(other.opens)}–{clock(other.closes)} ngày {day_text(other.day)}"
    if new.unit == other.unit:
        yield Problem("đơn vị", f"{other.unit} đã có đoàn khác làm việc lúc {when}")
    busy = {_same(one.name) for one in other.team}
    for one in new.team:
        if _same(one.name) in busy:
            yield Problem("thành phần đoàn", f"{one.name} đã có lịch kiểm tra tại {other.unit} lúc {when}")


def _same(name: str) -> str:
    """With its tones: Nam and Năm are two people."""
    return one_line(name).casefold()


def report_due_on(day: date, calendar: Calendar) -> date:
    """The last day for the unit's self-report."""
    return calendar.add_working_days(day, -SELF_REPORT_DAYS)


def clock(moment: time) -> str:
    return f"{moment.hour} giờ {moment.minute:02d}"
