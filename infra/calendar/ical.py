"""A calendar as an .ics file; of a stranger's file only holidays enter, and every entry left out is named (T60)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar as ICalendar
from icalendar import Component, Event

from infra.calendar.rules import rule_days
from tasks.domain.calendar import ONE_DAY, Calendar, DecidedYear, days_of, is_stretch
from tasks.domain.calendar_file import Proposal, Stretch, stretches
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import day_text, day_words, fold, one_line

KIND, OFF, MAKE_UP = "X-KIEMTRA-LOAI", "nghi", "lam-bu"
SOURCE, PROVISIONAL = "X-KIEMTRA-NGUON", "X-KIEMTRA-TAM-TINH"
PRODUCT = "-//kiemtra//lich lam viec//VI"
SAYS_OFF = ("nghi bu", "hoan doi", "ngay nghi")
SAYS_WORK = ("lam bu", "di lam")


@dataclass(frozen=True)
class _Entry:
    stretch: Stretch
    kind: str
    source: str
    provisional: bool


def read_ics(path: Path, known: Calendar | None, take: Collection[date] = ()) -> Proposal:
    """Our own export is the whole truth of its years; a stranger's file only adds to what is known.

    `take`: days a person wants as days off, although neither the rules nor the entry call them so.
    """
    left_out: list[str] = []
    years: dict[int, DecidedYear] = {}
    for event in _events(path):
        entry = _entry(event, left_out)
        if entry is None:
            continue
        for day in days_of(entry.stretch.first, entry.stretch.last):
            _enter(day, entry, take, years, known, left_out)
    if not years:
        what = "\n".join(f"  - {one}" for one in left_out)
        raise KiemtraError(f"{path.name}: không có ngày nghỉ nào nhận được.{chr(10) * bool(what)}{what}")
    return Proposal(tuple(years[number] for number in sorted(years)), tuple(left_out))


def _events(path: Path) -> Iterator[Component]:
    try:
        for calendar in ICalendar.from_ical(path.read_bytes(), multiple=True):
            yield from calendar.walk("VEVENT")
    except (ValueError, KeyError, OSError) as error:
        raise KiemtraError(f"Không đọc được {path.name} như một tệp lịch .ics ({error}).") from error


def _entry(event: Component, left_out: list[str]) -> _Entry | None:
    name = one_line(str(event.get("SUMMARY", ""))) or "(không tên)"
    start = event.decoded("DTSTART", None)
    if not isinstance(start, date) or isinstance(start, datetime):
        left_out.append(f"“{name}”: không phải sự kiện cả ngày, bỏ qua")
        return None
    if event.get("RRULE"):
        left_out.append(f"“{name}” ({day_text(start)}): lặp lại theo quy luật, bỏ qua; hãy nhập từng năm")
        return None
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        left_out.append(f"“{name}” ({day_text(start)}): đã bị hủy, bỏ qua")
        return None
    last = _end(event, start) - ONE_DAY
    if not is_stretch(start, max(start, last)):
        left_out.append(f"“{name}” ({day_text(start)}): dài quá một tháng, bỏ qua")
        return None
    return _Entry(
        Stretch(start, max(start, last), name),
        str(event.get(KIND, "")).lower(),
        one_line(str(event.get(SOURCE, ""))),
        bool(event.get(PROVISIONAL)),
    )


def _end(event: Component, start: date) -> date:
    """The day after the last one (RFC 5545: DTEND does not belong to the event)."""
    end = event.decoded("DTEND", None)
    if isinstance(end, datetime):
        return end.date()
    if isinstance(end, date):
        return end
    duration = event.decoded("DURATION", None)
    return start + (duration if isinstance(duration, timedelta) else ONE_DAY)


def _enter(
    day: date,
    entry: _Entry,
    take: Collection[date],
    years: dict[int, DecidedYear],
    known: Calendar | None,
    left_out: list[str],
) -> None:
    kind = entry.kind or ("" if day not in take else OFF) or _kind(day, entry.stretch.name)
    if not kind:
        left_out.append(
            f"{day_words(day)} “{entry.stretch.name}”: không phải ngày nghỉ theo quy tắc, bỏ qua; "
            f"muốn nhận thì thêm --take {day_text(day)}"
        )
        return
    old = years.get(day.year) or _start(day.year, entry, known)
    off = {one: name for one, name in old.off.items() if one != day}
    make_up = {one: name for one, name in old.make_up.items() if one != day}
    (make_up if kind == MAKE_UP else off)[day] = entry.stretch.name
    years[day.year] = DecidedYear(day.year, off, make_up, old.source, old.provisional)


def _start(year: int, entry: _Entry, known: Calendar | None) -> DecidedYear:
    """What the first entry of a year is added to: nothing for our own export, else the year as it is known."""
    if entry.kind:
        return DecidedYear(year, {}, {}, entry.source, entry.provisional)
    if known and year in known.years:
        return known.decided(year)
    return DecidedYear(year, {}, {}, "nhập từ tệp .ics")


def _kind(day: date, name: str) -> str:
    said = fold(name)
    if any(word in said for word in SAYS_WORK):
        return MAKE_UP
    if any(word in said for word in SAYS_OFF) or day in rule_days(day.year):
        return OFF
    return ""


# --- out ---------------------------------------------------------------------------------------------------------


def write_ics(path: Path, calendar: Calendar) -> None:
    """Every calendar program shows it; our own reading gives the same calendar back."""
    book = ICalendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", calendar.title or calendar.name)
    for number in sorted(calendar.years):
        year = calendar.decided(number)
        for kind, days in ((OFF, year.off), (MAKE_UP, year.make_up)):
            for one in stretches(days):
                book.add_component(_event(calendar, year, kind, one))
    path.write_bytes(book.to_ical())


def _event(calendar: Calendar, year: DecidedYear, kind: str, one: Stretch) -> Event:
    event = Event()
    properties: dict[str, Any] = {
        "uid": f"{calendar.name}-{one.first:%Y%m%d}-{kind}@kiemtra",
        # A fixed stamp: the same calendar gives the same bytes.
        "dtstamp": datetime(year.year, 1, 1, tzinfo=UTC),
        "dtstart": one.first,
        "dtend": one.last + ONE_DAY,
        "summary": one.name,
        "transp": "TRANSPARENT" if kind == MAKE_UP else "OPAQUE",
    }
    for key, value in properties.items():
        event.add(key, value)
    event.add(KIND, kind)
    event.add(SOURCE, year.source)
    if year.provisional:
        event.add(PROVISIONAL, "1")
    return event
