"""Playing a plan and a register through a year without a single letter: what would be written, when and to whom.

It asks the same rules as the verbs do (opening, due_steps, next_open), at the ticks of the same clocks, and takes the
worst case where people are concerned: nobody answers, and every escalation is signed at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from zlib import crc32

from tasks.domain.calendar import Calendar, SendingHours, at, house_day
from tasks.domain.checklist import UnitKind
from tasks.domain.errors import CalendarUnknown
from tasks.domain.ladder import UNIT_ROLES, Ladder, Role, due_steps, next_moment
from tasks.domain.letterbox import LetterKind
from tasks.domain.plan import Opening, Plan, Round, opening

# As flows/timetable.py has them; a test holds the two together.
OPENING_CLOCK = time(7, 5)
CLIMBING_MINUTES = (15, 45)
SENDING_EVERY = 5


@dataclass(frozen=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True)
class Member:
    """A unit of the register, with whom a letter to each of its roles would go to."""

    code: str
    name: str
    kind: UnitKind
    people: Mapping[Role, Person]
    valid_from: date | None = None
    valid_to: date | None = None

    def exists_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Calendars:
    """By whose days a plan goes: a round is due by the office's, a unit is reminded by that of its kind."""

    office: Calendar
    own: Mapping[UnitKind, Calendar] = field(default_factory=dict)

    def of(self, kind: UnitKind) -> Calendar:
        return self.own.get(kind, self.office)

    def of_reader(self, kind: UnitKind, role: Role) -> Calendar:
        """Whose quiet days count for a letter, as `calendar_of_reader` has it."""
        return self.of(kind) if role in UNIT_ROLES else self.office

    def among(self, members: Sequence[Member]) -> list[Calendar]:
        """Those that some units work by, each once."""
        return list({calendar.name: calendar for calendar in (self.of(one.kind) for one in members)}.values())


@dataclass(slots=True)
class Planned:
    """One letter as it would be written; the posting says when it leaves and in which message."""

    round: str
    unit: str
    unit_name: str
    kind: LetterKind
    rung: str
    title: str
    role: Role
    recipient: str
    name: str
    calendar: Calendar
    """Whose quiet days hold it back."""
    not_before: datetime
    urgent: bool
    pointless_at: datetime | None = None
    """From then on it is taken back: the round is locked, the unit has answered, or the next rung says more."""
    sent_at: datetime | None = None
    message: int | None = None


@dataclass(frozen=True)
class Opened:
    """A round on its day."""

    round: Round
    dates: Opening
    calendars: tuple[Calendar, ...]
    """By which the units that it asks are reminded."""
    asked: int
    silenced: tuple[str, ...]
    """Units that cannot be asked: nobody there has an address."""


@dataclass
class Rehearsal:
    plan: Plan
    letters: list[Planned] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    missed: list[tuple[Round, str]] = field(default_factory=list)
    unreached: dict[tuple[str, str, Role], list[str]] = field(default_factory=dict)
    """(round, rung, role) -> the units in which nobody can be written to."""


def rehearse(
    plan: Plan, members: Sequence[Member], calendars: Calendars, hours: SendingHours, answered: int = 0
) -> Rehearsal:
    """`answered`: that many of a hundred units answer, at an invented moment before their due day."""
    found = Rehearsal(plan)
    for round_ in sorted(plan.rounds, key=lambda one: one.opens_on):
        if why := plan.missed(round_, round_.opens_on):
            found.missed.append((round_, why))
            continue
        try:
            dates = opening(round_, round_.opens_on, calendars.office)
            for calendar in calendars.among(members):
                hours.next_open(at(round_.opens_on, OPENING_CLOCK), calendar)
        except CalendarUnknown as unknown:
            found.missed.append((round_, str(unknown)))
            continue
        _play(found, round_, dates, members, calendars, hours, answered)
    found.letters.sort(key=lambda one: one.not_before)  # stable: within a moment in the order of writing
    return found


def _play(
    found: Rehearsal,
    round_: Round,
    dates: Opening,
    members: Sequence[Member],
    calendars: Calendars,
    hours: SendingHours,
    answered: int,
) -> None:
    opened_at = at(round_.opens_on, OPENING_CLOCK)
    locked_at = at(round_.lock_on + timedelta(days=1), OPENING_CLOCK) if round_.lock_on else None
    asked = [one for one in members if round_.selection.takes(one.code, one.kind) and one.exists_on(round_.opens_on)]
    reached = [one for one in asked if Role.DAU_MOI in one.people]
    silenced = tuple(one.name for one in asked if Role.DAU_MOI not in one.people)
    found.opened.append(Opened(round_, dates, tuple(calendars.among(asked)), len(asked), silenced))
    ends = {one.code: _end(one, round_, opened_at, dates, locked_at, answered) for one in reached}
    for one in reached:
        wait = _leaves(opened_at, round_, calendars.of(one.kind), hours)
        found.letters.append(_letter(round_, one, LetterKind.REQUEST, Role.DAU_MOI, wait, ends[one.code][0], calendars))
        found.letters += _receipt(round_, one, *ends[one.code], calendars)
    ladder = found.plan.ladders[round_.ladder]
    rises = {
        calendar.name: list(climbs(ladder, dates.due_at, opened_at, calendar, hours))
        for calendar in calendars.among(reached)
    }
    for tick in sorted({tick for some in rises.values() for tick, _ in some}):
        for one in reached:
            end = ends[one.code][0]
            if end is None or tick < end:
                _climb(found, round_, one, rises[calendars.of(one.kind).name], tick, end, calendars, hours)


def _leaves(moment: datetime, round_: Round, calendar: Calendar, hours: SendingHours) -> datetime:
    """A rung at the very end of the last known year still falls on a working morning."""
    return moment if round_.urgent else hours.next_open(moment, calendar)


@dataclass(frozen=True)
class Rise:
    """One letter of a rung that is really written."""

    rung: str
    title: str
    role: Role


def climbs(
    ladder: Ladder, due_at: datetime, opened_at: datetime, calendar: Calendar, hours: SendingHours
) -> Iterator[tuple[datetime, list[Rise]]]:
    """Tick after tick at which something is due for whoever stays silent: the same for all units with that calendar."""
    fired: set[tuple[str, Role]] = set()
    while (moment := next_moment(ladder, due_at, calendar, hours, fired=fired)) is not None:
        tick = climbing_tick(max(moment, opened_at))
        steps = due_steps(ladder, due_at, calendar, hours, fired=fired, as_of=tick)
        fired |= {(step.rung.name, step.role) for step in steps}
        yield tick, [Rise(step.rung.name, step.rung.title, step.role) for step in steps if not step.superseded]


def _climb(
    found: Rehearsal,
    round_: Round,
    one: Member,
    rises: Sequence[tuple[datetime, list[Rise]]],
    tick: datetime,
    end: datetime | None,
    calendars: Calendars,
    hours: SendingHours,
) -> None:
    """What this unit's ladder has at that tick, if anything."""
    later = [(moment, above) for moment, above in rises if moment > tick]
    for step in next((steps for moment, steps in rises if moment == tick), []):
        person = one.people.get(step.role) if step.role in UNIT_ROLES else _officer(found.plan, step.role)
        if person is None:
            found.unreached.setdefault((round_.code, step.rung, step.role), []).append(one.name)
            continue
        kind = LetterKind.REMINDER if step.role is Role.DAU_MOI else LetterKind.ESCALATION
        # What still waits when the same person is written to from the next rung is merged into that.
        merged = next((moment for moment, above in later if step.role in {rise.role for rise in above}), None)
        until = min((at_ for at_ in (end, merged) if at_ is not None), default=None)
        wait = _leaves(tick, round_, calendars.of_reader(one.kind, step.role), hours)
        found.letters.append(_letter(round_, one, kind, step.role, wait, until, calendars, person, step))


def _officer(plan: Plan, role: Role) -> Person | None:
    officer = plan.officer(role)
    return Person(officer.name, officer.address) if officer else None


def _letter(
    round_: Round,
    one: Member,
    kind: LetterKind,
    role: Role,
    moment: datetime,
    end: datetime | None,
    calendars: Calendars,
    person: Person | None = None,
    step: Rise | None = None,
) -> Planned:
    person = person or one.people[role]
    return Planned(
        round=round_.code,
        unit=one.code,
        unit_name=one.name,
        kind=kind,
        rung=step.rung if step else "",
        title=step.title if step else "",
        role=role,
        recipient=person.address,
        name=person.name,
        calendar=calendars.of_reader(one.kind, role),
        not_before=moment,
        urgent=round_.urgent,
        pointless_at=end,
    )


# --- invented answers ------------------------------------------------------------------------------------------


def _end(
    one: Member, round_: Round, opened_at: datetime, dates: Opening, locked_at: datetime | None, answered: int
) -> tuple[datetime | None, bool]:
    """When the round is over for a unit, and whether because it has answered. The same every time it is played."""
    lot = crc32(f"{round_.code}:{one.code}".encode())
    if lot % 100 >= answered:
        return locked_at, False
    return opened_at + (dates.due_at - opened_at) * ((lot // 100) % 100 + 1) / 101, True


def _receipt(
    round_: Round, one: Member, end: datetime | None, has_answered: bool, calendars: Calendars
) -> list[Planned]:
    if not has_answered or end is None:
        return []
    return [_letter(round_, one, LetterKind.RECEIPT, Role.DAU_MOI, end, None, calendars)]


# --- the clocks ------------------------------------------------------------------------------------------------


def climbing_tick(moment: datetime) -> datetime:
    """The first run of escalate-overdue at or after a moment."""
    midnight = at(house_day(moment), time(0))
    minute = -((midnight - moment) // timedelta(minutes=1))
    return next(midnight + timedelta(minutes=one) for one in count(minute) if one % 60 in CLIMBING_MINUTES)


def sending_tick(moment: datetime) -> datetime:
    """The first run of send-letters at or after a moment."""
    midnight = at(house_day(moment), time(0))
    step = timedelta(minutes=SENDING_EVERY)
    return midnight + -((midnight - moment) // step) * step
