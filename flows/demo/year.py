"""Playing a year: from one moment at which something happens to the next, by the real flows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import func, select

from flows.demo.office import OfficePeople
from infra.database import open_engine, upgrade
from infra.definitions import FileDefinitions
from infra.register_file import read_rows
from infra.sandbox.clerks import Clerks
from infra.sandbox.post_office import PostOffice
from infra.sandbox.script import BOUNCING_ADDRESSES, ROUNDS
from infra.settings import TEMPLATES, Settings, load_settings
from infra.toolbox import open_toolbox
from tasks.domain.calendar import ZONE, at, house_day
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.register import read_register
from tasks.planning import read_plan, store_plan
from tasks.records import NO_ADDRESS, Assignment, Contact, Cycle, Finding, Incoming, Letter
from tasks.register import store
from tasks.scheduling import next_opening
from tasks.toolbox import Toolbox

PLAN = TEMPLATES / "plans" / "vinh-linh-2025.toml"
REGISTER = TEMPLATES / "plans" / "danh-sach-don-vi-vinh-linh.xlsx"
BEGIN = datetime(2025, 1, 13, 8, tzinfo=ZONE)
END = datetime(2025, 11, 17, 8, tzinfo=ZONE)
# The flows of a day in the played year; between them people act with their own times. An urgent round lives by hours.
TICKS = (time(7, 5), time(7, 35), time(16, 35), time(23, 35))
URGENT_TICKS = tuple(time(hour, minute) for hour in range(7, 18) for minute in (5, 35))
SETTINGS = """\
# Cấu hình của lần chạy mẫu: mọi thư ở lại trong thư mục này, giờ là giờ ảo.
[data]
folder = "."

[mail]
mode = "sandbox"
sender_name = "Phòng Nội vụ huyện Vĩnh Linh"
sender_address = "dancho@vinhlinh.example"
administrators = ["quantri@vinhlinh.example"]

[limits]
per_day = 5000
per_minute = 100000

[sandbox]
port = {port}
virtual_clock = true
"""

RunFlow = Callable[[str, datetime], str]


@dataclass
class World:
    """Everything of one played year."""

    settings: Settings
    tools: Toolbox
    office: PostOffice
    clerks: Clerks
    people: OfficePeople
    run_flow: RunFlow
    now: datetime = BEGIN
    spent: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Flow -> how many runs it had, and their seconds."""

    @property
    def runs(self) -> int:
        return sum(runs for runs, _ in self.spent.values())


@contextmanager
def new_world(folder: Path, run_flow: RunFlow) -> Iterator[World]:
    """A fresh house in an empty `folder`, with its post office open."""
    folder.mkdir(parents=True, exist_ok=True)
    with PostOffice(folder / "thu", lambda: BEGIN, BOUNCING_ADDRESSES) as office:
        office.clock = BEGIN
        file = folder / "kiemtra.toml"
        file.write_text(SETTINGS.format(port=office.outgoing.port), encoding="utf-8")
        settings = load_settings(file, {})
        engine = open_engine(settings.database)
        upgrade(engine)
        engine.dispose()
        with open_toolbox(settings, as_of=BEGIN) as tools:
            _take_in(tools)
            calendar = tools.definitions.calendar("cong-chuc")
            clerks = Clerks(office, _addresses(tools), calendar, settings.house.reply_address)
            yield World(settings, tools, office, clerks, OfficePeople(calendar), run_flow)


def _take_in(tools: Toolbox) -> None:
    """The register and the plan by the same doors as at the office."""
    definitions = FileDefinitions(TEMPLATES)
    entries, problems, _ = read_register(read_rows(REGISTER))
    assert not problems, problems
    with tools.sessions.begin() as session:
        store(session, entries, tools, BEGIN)
    source = PLAN.read_text(encoding="utf-8")
    with tools.sessions.begin() as session:
        plan = read_plan(session, source, PLAN.name, definitions.checklists, definitions.calendars)
        store_plan(session, source, plan, BEGIN)


def _addresses(tools: Toolbox) -> dict[str, str]:
    """Each unit reads its first mailbox only."""
    with tools.sessions() as session:
        first = select(Contact).where(Contact.role == Role.DAU_MOI, Contact.position == 0)
        contacts = session.scalars(first.where(Contact.address != NO_ADDRESS))
        return {contact.address: contact.unit.code for contact in contacts}


def play(world: World, on_day: Callable[[date], None]) -> None:
    """From moment to moment until the year is over; then the results are compiled."""
    while (moment := _next_moment(world)) is not None and moment < END:
        world.now = moment
        _tick(world)
        on_day(house_day(moment))
    world.now = END
    _run(world, "watch")
    _run(world, "compile-year")
    on_day(house_day(END))


def _next_moment(world: World) -> datetime | None:
    """The first tick at or after the next thing that will happen, and always after the last one."""
    candidates = [world.clerks.next_moment(), world.people.next_moment(), *_due_moments(world.tools)]
    soonest = min((moment for moment in candidates if moment is not None), default=None)
    if soonest is None:
        return None
    return _tick_at(max(soonest, world.now + timedelta(seconds=1)))


def _tick_at(moment: datetime) -> datetime:
    local = moment.astimezone(ZONE)
    for tick in URGENT_TICKS if _is_urgent(local.date()) else TICKS:
        if at(local.date(), tick) >= local:
            return at(local.date(), tick)
    return at(local.date() + timedelta(days=1), TICKS[0])


def _is_urgent(day: date) -> bool:
    return any(one.urgent and one.opens_on <= day <= house_day(one.due_at) for one in ROUNDS.values())


def _due_moments(tools: Toolbox) -> list[datetime | None]:
    waiting = (LetterState.QUEUED, LetterState.HELD)
    with tools.sessions() as session:
        opens_on = next_opening(session)
        lock_on = session.scalar(select(func.min(Cycle.lock_on)).where(Cycle.locked_at.is_(None)))
        timed = select(func.min(Letter.not_before)).where(
            Letter.state.in_(waiting), Letter.reason.is_distinct_from(Reason.APPROVAL)
        )
        return [
            at(opens_on, TICKS[0]) if opens_on else None,
            at(lock_on + timedelta(days=1), TICKS[0]) if lock_on else None,
            session.scalar(select(func.min(Assignment.next_rung_at))),
            session.scalar(select(func.min(Finding.next_rung_at))),
            session.scalar(timed),
        ]


def _tick(world: World) -> None:
    """One look at everything, in the order of a working day; a flow runs only where it has something to do."""
    world.clerks.act(world.now)
    world.office.clock = world.now
    tools = _tools_at(world)
    if _has_mail(world):
        _run(world, "collect-replies")
    world.people.act(tools, world.now)
    if _opening_due(world):
        _run(world, "open-cycles")
    if _rung_due(world):
        _run(world, "escalate-overdue")
    if _letter_ready(world):
        _run(world, "send-letters")
        if _has_mail(world):  # bounces come at once
            _run(world, "collect-replies")
    world.people.act(tools, world.now)
    world.clerks.read_mail(world.now)


def _tools_at(world: World) -> Toolbox:
    moment = world.now
    return replace(world.tools, now=lambda: moment)


def _run(world: World, flow: str) -> None:
    start = monotonic()
    world.run_flow(flow, world.now)
    runs, spent = world.spent.get(flow, (0, 0.0))
    world.spent[flow] = (runs + 1, spent + monotonic() - start)


def _has_mail(world: World) -> bool:
    folder = world.office.mailbox(world.settings.house.reply_address) / "new"
    with world.tools.sessions() as session:
        unread = session.scalar(select(Incoming.id).where(Incoming.verdict.is_(None)).limit(1))
    return unread is not None or (folder.is_dir() and any(folder.iterdir()))


def _opening_due(world: World) -> bool:
    with world.tools.sessions() as session:
        opens_on = next_opening(session)
        lock_on = session.scalar(select(func.min(Cycle.lock_on)).where(Cycle.locked_at.is_(None)))
    today = house_day(world.now)
    return (opens_on is not None and opens_on <= today) or (lock_on is not None and lock_on < today)


def _rung_due(world: World) -> bool:
    with world.tools.sessions() as session:
        first = [session.scalar(select(func.min(table.next_rung_at))) for table in (Assignment, Finding)]
        first.append(session.scalar(select(func.min(Letter.not_before)).where(Letter.reason == Reason.UNREAD)))
    return any(moment is not None and moment <= world.now for moment in first)


def _letter_ready(world: World) -> bool:
    waiting = (LetterState.QUEUED, LetterState.HELD)
    with world.tools.sessions() as session:
        ready = select(Letter.id).where(
            Letter.state.in_(waiting),
            func.coalesce(Letter.reason, "").not_in((Reason.APPROVAL, Reason.UNREAD)),
            Letter.not_before <= world.now,
        )
        return session.scalar(ready.limit(1)) is not None
