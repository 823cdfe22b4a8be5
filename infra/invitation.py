"""Calendar entries for people: the due day of a task, the day of a visit, as .ics bytes (RFC 5545) for a letter.

METHOD:PUBLISH and no ATTENDEE: a calendar program shows the entry and answers nobody. The UID stays with the case, so
that a later file with a higher SEQUENCE moves the entry instead of adding another; METHOD:CANCEL takes it away again
(RFC 5546 section 4.1.3, a published event that is cancelled).
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneStandard, Todo

from tasks.domain.calendar import ZONE, at
from tasks.domain.extension import last_day
from tasks.domain.invitation import DueTask, VisitDay
from tasks.domain.vietnamese import nfc

PRODUCT = "-//kiemtra//nhac viec//VI"
LONGEST_SUMMARY = 250


class CalendarFiles:
    """The Invitations of the Toolbox."""

    def due(self, task: DueTask, office: str, address: str, made_at: datetime) -> bytes:
        """All units of a round share one pattern in which only the case code differs: composing it costs as much as
        sending a letter."""
        pattern = _due_pattern(replace(task, case_code="X" * len(task.case_code)), office, address, made_at)
        return pattern.replace(b"x" * len(task.case_code), task.case_code.lower().encode())

    def visit(self, visit: VisitDay, office: str, address: str, made_at: datetime) -> bytes:
        return visit_invitation(visit, office, address, made_at)


@lru_cache(maxsize=64)
def _due_pattern(task: DueTask, office: str, address: str, made_at: datetime) -> bytes:
    return due_invitation(task, office, address, made_at)


def due_invitation(task: DueTask, office: str, address: str, made_at: datetime) -> bytes:
    """A VTODO with its due moment, and the same as a VEVENT on the last day: Outlook shows no VTODO of a letter."""
    calendar = _calendar(office)
    todo, event = Todo(), Event()
    last = last_day(task.due_at)
    for component, kind in ((todo, "viec"), (event, "han")):
        _common(component, task.case_code, kind, address, made_at, task.moves)
        component.add("summary", _one_line(task.summary))
        _add_text(component, "description", task.description)
    todo.add("due", task.due_at.astimezone(ZONE))
    event.add("dtstart", last)
    event.add("dtend", last + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(task.summary, timedelta(days=-1, hours=8)))
    calendar.add_component(event)
    calendar.add_component(todo)
    return bytes(calendar.to_ical())


def visit_invitation(visit: VisitDay, office: str, address: str, made_at: datetime) -> bytes:
    calendar, event = _calendar(office, visit.method), Event()
    _common(event, visit.case_code, "kiem-tra", address, made_at, visit.moves)
    event.add("summary", _one_line(visit.summary))
    _add_text(event, "location", visit.place)
    _add_text(event, "description", visit.description)
    event.add("status", "CANCELLED" if visit.cancelled else "CONFIRMED")
    if visit.opens is None:
        event.add("dtstart", visit.day)
        event.add("dtend", visit.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", at(visit.day, visit.opens))
        event.add("dtend", at(visit.day, visit.closes or time(17)))
        event.add("transp", "OPAQUE")
    if not visit.cancelled:
        event.add_component(_reminder(visit.summary, timedelta(days=-1)))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(office: str, method: str = "PUBLISH") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
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
