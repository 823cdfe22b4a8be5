"""What is wrong with a ladder before anybody climbs it: rungs too close together, out of reach, or for nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tasks.domain.calendar import Calendar, SendingHours, at, end_of
from tasks.domain.checklist import UnitKind
from tasks.domain.errors import CalendarUnknown
from tasks.domain.ladder import ROLE_NAMES, UNIT_ROLES, Ladder, Role, Rung
from tasks.domain.plan import Opening, Plan, Round, opening

NAMED = 5


@dataclass(frozen=True)
class Reach:
    """A unit and the roles of it that can be written to."""

    code: str
    name: str
    kind: UnitKind
    roles: frozenset[Role]


def crowded(ladder: Ladder) -> Iterator[tuple[Rung, str]]:
    """Rungs that come before the unit could answer the one below: they would punish it for the post's slowness."""
    allowance = ladder.policy.reply_time
    for below, rung in pairwise(ladder.rungs):
        if (below.days is None) == (rung.days is None) and rung.offset - below.offset < allowance:
            unit = "ngày làm việc" if rung.days is not None else "giờ"
            yield (
                rung,
                f"trình tự “{ladder.name}”, bước “{rung.name}”: chỉ cách bước “{below.name}” "
                f"{rung.offset - below.offset} {unit}, trong khi "
                f"đơn vị có {allowance} {unit} để trả lời (reply_time); hãy giãn hai bước ra",
            )


def warnings(plan: Plan, units: Sequence[Reach], calendar: Calendar, hours: SendingHours) -> list[str]:
    """What an import does not refuse but says: rungs that will reach nobody, and rungs that never come."""
    found: list[str] = []
    for round_ in plan.rounds:
        ladder = plan.ladders.get(round_.ladder)
        if ladder is not None:
            found += out_of_time(round_, ladder, calendar, hours)
    for ladder in plan.ladders.values():
        found += for_nobody(ladder, _asked(plan, ladder, units))
    return found


def unreachable(plan: Plan, units: Sequence[Reach]) -> Iterator[str]:
    """Rungs that no unit of their rounds has anybody for: refused, since a ladder with them only seems to climb."""
    for ladder in plan.ladders.values():
        asked = _asked(plan, ladder, units)
        for rung in ladder.rungs:
            of_units = set(rung.audience) <= UNIT_ROLES
            if asked and of_units and not any(set(rung.audience) & unit.roles for unit in asked):
                roles = ", ".join(ROLE_NAMES[role] for role in rung.audience)
                yield (
                    f"trình tự “{ladder.name}”, bước “{rung.name}”: không đơn vị nào có địa chỉ thư của {roles}, "
                    "bước này không đến được ai; hãy bổ sung danh sách đơn vị hoặc bỏ bước"
                )


def _asked(plan: Plan, ladder: Ladder, units: Sequence[Reach]) -> list[Reach]:
    return [unit for unit in units if any(_asks(one, ladder.name, unit) for one in plan.rounds)]


def _asks(round_: Round, ladder: str, unit: Reach) -> bool:
    return round_.ladder == ladder and round_.selection.takes(unit.code, unit.kind)


def for_nobody(ladder: Ladder, units: Sequence[Reach]) -> Iterator[str]:
    for rung in ladder.rungs:
        for role in rung.audience:
            without = [unit.name for unit in units if role in UNIT_ROLES and role not in unit.roles]
            if without:
                names = ", ".join(without[:NAMED]) + (" …" if len(without) > NAMED else "")
                yield (
                    f"trình tự “{ladder.name}”, bước “{rung.name}”: {len(without)} đơn vị chưa có địa chỉ thư của "
                    f"{ROLE_NAMES[role]} ({names}); bước này sẽ không đến được, hãy bổ sung danh sách đơn vị"
                )


def out_of_time(round_: Round, ladder: Ladder, calendar: Calendar, hours: SendingHours) -> Iterator[str]:
    """Rungs before the round opens, or after it has been locked."""
    try:
        dates = opening(round_, round_.opens_on, calendar)
    except CalendarUnknown:
        return  # the plan's own check says so
    opens_at = at(round_.opens_on, hours.opens)
    for rung in ladder.rungs:
        moment = _moment(rung, dates, calendar, hours)
        say = f"đợt “{round_.code}”, bước “{rung.name}”:"
        if moment is None:
            yield f"{say} rơi vào năm chưa có lịch làm việc; bước này chờ đến khi bổ sung lịch"
        elif moment <= opens_at:
            yield f"{say} đến trước khi đợt mở, nên sẽ đi cùng lúc với phiếu; hãy lùi hạn gửi hoặc dùng trình tự khác"
        elif round_.lock_on is not None and moment >= end_of(round_.lock_on):
            yield f"{say} chỉ đến sau ngày khóa sổ nên không bao giờ được gửi; hãy lùi ngày khóa sổ hoặc bỏ bước"


def _moment(rung: Rung, dates: Opening, calendar: Calendar, hours: SendingHours) -> datetime | None:
    try:
        return rung.moment(dates.due_at, calendar, hours)
    except CalendarUnknown:
        return None
