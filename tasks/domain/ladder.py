"""The ladder of reminders: which rung is due for whom, by moments that have passed, never by counting days left."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from tasks.domain.calendar import Calendar, SendingHours, at
from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import last_day


class Role(StrEnum):
    """Who a letter is for: the unit's own people, then the authority's officers."""

    DAU_MOI = "dau_moi"
    LANH_DAO = "lanh_dao"
    TRUONG_PHONG = "truong_phong"
    PHO_CHU_TICH = "pho_chu_tich"
    CHU_TICH = "chu_tich"


ROLE_NAMES: Mapping[Role, str] = {
    Role.DAU_MOI: "đầu mối",
    Role.LANH_DAO: "lãnh đạo đơn vị",
    Role.TRUONG_PHONG: "trưởng phòng",
    Role.PHO_CHU_TICH: "phó chủ tịch",
    Role.CHU_TICH: "chủ tịch",
}
UNIT_ROLES = frozenset({Role.DAU_MOI, Role.LANH_DAO})
PLAIN_DAYS = 3
"""For a working day, where nobody knows them: in five times three there is room for Tết and two weekends."""


@dataclass(frozen=True)
class Rung:
    """One step: `days` working days or `hours` hours from the due moment (negative: before)."""

    name: str
    title: str
    audience: tuple[Role, ...]
    days: int | None = None
    hours: int | None = None
    approval: bool = False

    @property
    def offset(self) -> int:
        return self.days if self.days is not None else self.hours or 0

    @property
    def after_due(self) -> bool:
        return self.offset > 0

    def moment(self, due_at: datetime, calendar: Calendar, hours: SendingHours) -> datetime:
        """When this rung becomes due; urgent ladders count hours and know no quiet time."""
        if self.hours is not None:
            return due_at + timedelta(hours=self.hours)
        return at(calendar.add_working_days(last_day(due_at), self.days or 0), hours.opens)


@dataclass(frozen=True)
class Policy:
    """What the ladder allows without asking a person; `reply_time` counts as its rungs do, in days or in hours."""

    reply_time: int = 1
    extension_days: int = 0
    promise_days: int = 5


@dataclass(frozen=True)
class Ladder:
    name: str
    rungs: tuple[Rung, ...]
    policy: Policy = Policy()


@dataclass(frozen=True)
class Step:
    """A letter that is due now: this rung, to this role; `superseded` when a later rung reaches the same person."""

    rung: Rung
    role: Role
    superseded: bool


Fired = Collection[tuple[str, Role]]


def due_steps(
    ladder: Ladder,
    due_at: datetime,
    calendar: Calendar,
    hours: SendingHours,
    *,
    fired: Fired,
    as_of: datetime,
    quiet_until: datetime | None = None,
) -> list[Step]:
    """Every unfired step whose moment has passed; only the latest one per role is written, and none below a fired one.

    After an outage, or when a policy that came later has more rungs, nobody hears of a rung that lies behind him.
    """
    passed = [
        (rung, role)
        for rung, role, moment in _moments(ladder, due_at, calendar, hours, quiet_until)
        if moment <= as_of or (rung.name, role) in fired
    ]
    latest = {role: rung for rung, role in passed}
    return [
        Step(rung, role, superseded=latest[role] is not rung) for rung, role in passed if (rung.name, role) not in fired
    ]


def next_moment(
    ladder: Ladder,
    due_at: datetime,
    calendar: Calendar,
    hours: SendingHours,
    *,
    fired: Fired,
    roles: Collection[Role] = frozenset(Role),
    quiet_until: datetime | None = None,
) -> datetime | None:
    """The moment of the earliest unfired step of these roles; None at the top of the ladder."""
    moments = [
        moment
        for rung, role, moment in _moments(ladder, due_at, calendar, hours, quiet_until)
        if role in roles and (rung.name, role) not in fired
    ]
    return min(moments, default=None)


def _moments(
    ladder: Ladder, due_at: datetime, calendar: Calendar, hours: SendingHours, quiet_until: datetime | None
) -> Iterator[tuple[Rung, Role, datetime]]:
    """`quiet_until`: the clerk has promised a day; his reminders come after it, whoever is above him hears in time."""
    for rung in ladder.rungs:
        try:
            moment = rung.moment(due_at, calendar, hours)
        except CalendarUnknown:
            continue  # a rung beyond the last known year waits until that year is entered; `check` says so
        for role in rung.audience:
            quiet = quiet_until is not None and role is Role.DAU_MOI
            yield rung, role, max(moment, quiet_until) if quiet and quiet_until else moment


def quiet_after_promise(
    promised: date, received_on: date, due_on: date, allowed: int, calendar: Calendar, hours: SendingHours
) -> datetime | None:
    """Until when a promise keeps reminders away; then it has expired.

    A day within the due time holds as it was said; one beyond it for at most `allowed` working days from the day on
    which the mail came, as in T36: what is acknowledged and then not done is asked for again.
    """
    if allowed == 0:
        return None
    day = promised if promised <= due_on else min(promised, _expires_on(received_on, allowed, calendar))
    return hours.opens_after(day, calendar)


def _expires_on(received_on: date, allowed: int, calendar: Calendar) -> date:
    """Into a year that nobody has entered it is counted in favour of who promised, but not for ever."""
    try:
        return calendar.add_working_days(received_on, allowed)
    except CalendarUnknown:
        return received_on + timedelta(days=PLAIN_DAYS * allowed)


def parse_ladder(table: Table) -> Ladder:
    name = table.text("name")
    rungs = [_rung(one, name) for one in table.tables("rung", required=True)]
    if len({rung.name for rung in rungs}) < len(rungs):
        table.wrong("rung", f"trình tự “{name}”: tên bước bị trùng")
    offsets = [rung.offset for rung in rungs]
    if offsets != sorted(offsets):
        table.wrong("rung", f"trình tự “{name}”: các bước phải xếp theo thời gian tăng dần")
    if len({rung.days is None for rung in rungs}) > 1:
        table.wrong("rung", f"trình tự “{name}”: không trộn bước tính theo ngày với bước tính theo giờ")
    policy = _policy(table, name)
    table.finish()
    return Ladder(name, tuple(rungs), policy)


def _policy(table: Table, ladder: str) -> Policy:
    usual = Policy()
    policy = Policy(
        reply_time=table.integer("reply_time", usual.reply_time),
        extension_days=table.integer("extension_days", usual.extension_days),
        promise_days=table.integer("promise_days", usual.promise_days),
    )
    for key in ("reply_time", "extension_days", "promise_days"):
        if getattr(policy, key) < 0:
            table.wrong(key, f"trình tự “{ladder}”: “{key}” phải là số từ 0 trở lên")
    return policy


def _rung(table: Table, ladder: str) -> Rung:
    rung = Rung(
        name=table.text("name"),
        title=table.text("title"),
        audience=tuple(_roles(table)),
        days=table.integer("days", None),
        hours=table.integer("hours", None),
        approval=table.flag("approval", False),
    )
    if (rung.days is None) == (rung.hours is None):
        table.wrong(None, f"trình tự “{ladder}”, bước “{rung.name}”: ghi đúng một trong hai “days” hoặc “hours”")
    table.finish()
    return rung


def _roles(table: Table) -> list[Role]:
    names = table.texts("audience")
    for name in names:
        if name not in set(Role):
            table.wrong("audience", f"không có vai trò “{name}”; chọn trong {', '.join(Role)}")
    return [Role(name) for name in dict.fromkeys(names) if name in set(Role)]


def ladder_terms(ladder: Ladder) -> dict[str, Any]:
    """The ladder as JSON, in the shape that `parse_ladder` reads."""
    return {"name": ladder.name, "rung": [_rung_terms(rung) for rung in ladder.rungs], **asdict(ladder.policy)}


def _rung_terms(rung: Rung) -> dict[str, Any]:
    terms: dict[str, Any] = {"name": rung.name, "title": rung.title, "approval": rung.approval}
    terms["audience"] = [role.value for role in rung.audience]
    return terms | ({"days": rung.days} if rung.days is not None else {"hours": rung.hours})


def rungs_by_name(ladders: Iterable[Ladder]) -> dict[str, Rung]:
    return {rung.name: rung for ladder in ladders for rung in ladder.rungs}
