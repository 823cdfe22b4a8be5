"""Calendar entries for people: the due day of a task, the day of a visit, as .ics bytes (RFC 5545) for a letter.

METHOD:PUBLISH and no ATTENDEE: a calendar program shows the entry and answers nobody. The UID stays with the case, so
that a later file with a higher SEQUENCE moves the entry instead of adding another.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneStandard, Todo

from tasks.domain.calendar import ZONE, at
from tasks.domain.vietnamese import nfc

PRODUCT = "-//kiemtra//nhac viec//VI"
MEDIA_TYPE = "text/calendar; method=PUBLISH; charset=utf-8"
LONGEST_SUMMARY = 250


@dataclass(frozen=True)
class DueTask:
    """Something a unit owes. `moves`: how often its due day has moved; a larger number replaces the earlier entry."""

    case_code: str
    summary: str
    due_at: datetime
    description: str = ""
    moves: int = 0


@dataclass(frozen=True)
class VisitDay:
    """A day on which a team comes; without hours it is a whole day."""

    case_code: str
    summary: str
    day: date
    place: str = ""
    opens: time | None = None
    closes: time | None = None
    description: str = ""
    moves: int = 0
    cancelled: bool = False


def due_invitation(task: DueTask, office: str, address: str, made_at: datetime) -> bytes:
    """A VTODO with its due moment, and the same as a VEVENT on the last day: Outlook shows no VTODO of a letter."""
    calendar = _calendar(office)
    todo, event = Todo(), Event()
    last = (task.due_at - timedelta(seconds=1)).astimezone(ZONE)
    for component, kind in ((todo, "viec"), (event, "han")):
        _common(component, task.case_code, kind, address, made_at, task.moves)
        component.add("summary", _one_line(task.summary))
        _add_text(component, "description", task.description)
    todo.add("due", task.due_at.astimezone(ZONE))
    event.add("dtstart", last.date())
    event.add("dtend", last.date() + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(task.summary, timedelta(days=-1, hours=8)))
    calendar.add_component(event)
    calendar.add_component(todo)
    return bytes(calendar.to_ical())


def visit_invitation(visit: VisitDay, office: str, address: str, made_at: datetime) -> bytes:
    calendar, event = _calendar(office), Event()
    _common(event, visit.case_code, "kiem-tra", address, made_at, visit.moves)
    event.add("summary", _one_line(visit.summary))
    _add_text(event, "location", visit.place)
    _add_text(event, "description", visit.description)
    event.add("status", "CANCELLED" if visit.cancelled else "CONFIRMED")
    if visit.opens is None:
        event.add("dtstart", visit.day)
        event.add("dtend", visit.day + timedelta(days=1))
    else:
        event.add("dtstart", at(visit.day, visit.opens))
        event.add("dtend", at(visit.day, visit.closes or time(17)))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(office: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    _add_text(calendar, "x-wr-calname", office)
    calendar.add_component(_house_zone())
    return calendar


def _house_zone() -> Timezone:
    """Asia/Ho_Chi_Minh has had no summer time since 1975: one line says it all."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE.key)
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001 - RFC 5545: a local time
    standard.add("tzoffsetfrom", timedelta(hours=7))
    standard.add("tzoffsetto", timedelta(hours=7))
    standard.add("tzname", "+07")
    zone.add_component(standard)
    return zone


def _common(component: Component, code: str, kind: str, address: str, made_at: datetime, moves: int) -> None:
    component.add("uid", f"{code.lower()}.{kind}@{address.rpartition('@')[2]}")
    component.add("dtstamp", made_at.astimezone(UTC))
    component.add("sequence", moves)
    component.add("organizer", f"mailto:{address}")
    component.add("class", "PUBLIC")


def _reminder(summary: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", before)
    alarm.add("description", _one_line(summary))
    return alarm


def _add_text(component: Component, name: str, text: str) -> None:
    if text:
        component.add(name, nfc(text))


def _one_line(text: str) -> str:
    return " ".join(nfc(text).split())[:LONGEST_SUMMARY]
