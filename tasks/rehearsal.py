"""Rehearsing a year: the office's own plan and register on a virtual clock; nothing is written, nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.domain.calendar import Calendar, SendingHours
from tasks.domain.checklist import UnitKind
from tasks.domain.clashes import clashes
from tasks.domain.ladder import Role
from tasks.domain.plan import Plan
from tasks.domain.posting import DayLoad, Pace, Posted, post
from tasks.domain.register import UnitEntry
from tasks.domain.rehearsal import Calendars, Member, Person, Rehearsal, rehearse
from tasks.domain.vietnamese import sort_key
from tasks.records import Contact, Unit


@dataclass(frozen=True)
class Played:
    """A year as it would go."""

    plan: Plan
    units: int
    pace: Pace
    rehearsal: Rehearsal
    posted: Posted
    notes: tuple[str, ...]

    @property
    def days(self) -> list[DayLoad]:
        return sorted(self.posted.days.values(), key=lambda one: one.day)

    @property
    def messages(self) -> int:
        return sum(one.messages for one in self.posted.days.values())

    @property
    def sending_minutes(self) -> float:
        return self.messages / self.pace.per_minute


def play(
    plan: Plan,
    members: Sequence[Member],
    calendar: Calendar,
    hours: SendingHours,
    pace: Pace,
    answered: int = 0,
    own: Mapping[UnitKind, Calendar] | None = None,
) -> Played:
    """`own`: the calendars of the kinds of unit that do not work by the office's, as the plan names them."""
    calendars = Calendars(calendar, own or {})
    assert calendars.own.keys() == plan.calendars.keys(), "a kind would be rehearsed by days it does not work by"
    found = rehearse(plan, members, calendars, hours, answered)
    posted = post(found.letters, hours, pace)
    notes = clashes(found, posted, calendar, hours, pace)
    return Played(plan, len(members), pace, found, posted, tuple(notes))


def members_of_register(entries: Sequence[UnitEntry]) -> list[Member]:
    """The units of a list that has not been taken in."""
    ordered = sorted(entries, key=lambda one: (one.order, sort_key(one.name)))
    return [_member_of_entry(one) for one in ordered]


def _member_of_entry(entry: UnitEntry) -> Member:
    people = {}
    for role, name, addresses in (
        (Role.DAU_MOI, entry.contact, entry.addresses),
        (Role.LANH_DAO, entry.head, entry.head_addresses),
    ):
        if addresses:
            people[role] = Person(name, addresses[0])
    return Member(entry.code, entry.name, entry.kind, people, entry.valid_from, entry.valid_to)


def members_of_units(units: Sequence[Unit]) -> list[Member]:
    """The stored register, as it can be reached today."""
    return [
        Member(unit.code, unit.name, unit.kind, _people(unit), unit.valid_from, unit.valid_to)
        for unit in sorted(units, key=lambda one: (one.official_order, one.id))
    ]


def _people(unit: Unit) -> dict[Role, Person]:
    found: dict[Role, Contact | None] = {role: unit.contact(role) for role in (Role.DAU_MOI, Role.LANH_DAO)}
    return {
        role: Person(one.name, one.address)
        for role, one in found.items()
        if one is not None and one.unreachable_at is None
    }
