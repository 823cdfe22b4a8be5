"""A calendar as an .ics file; of a stranger's file only holidays enter, and every entry left out is named (T60)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar as ICalendar
from icalendar import Component, Event, vRecur

from infra.calendar.in_lieu import holidays_of
from tasks.domain.calendar import ONE_DAY, WEEKEND, ZONE, Calendar, DecidedYear, days_of, is_stretch
from tasks.domain.calendar_file import Proposal, Stretch, stretches
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import day_text, day_words, fold, one_line

KIND, OFF, MAKE_UP = "X-KIEMTRA-LOAI", "nghi", "lam-bu"
SOURCE, PROVISIONAL = "X-KIEMTRA-NGUON", "X-KIEMTRA-TAM-TINH"
PRODUCT = "-//kiemtra//lich lam viec//VI"
# Which of them stands first decides: “Làm việc bù cho ngày nghỉ 02/5” is worked, “Nghỉ bù, đã đi làm” is off.
SAYS_OFF = ("nghi bu", "hoan doi", "ngay nghi", "(nghi)", "khong lam viec", "non-working day")
SAYS_WORK = ("lam bu", "di lam", "lam viec", "(lam)", "working day", "workday")
_MARKED = re.compile(r"\s*\((?:Nghỉ|Làm)\)$")
ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class _Entry:
    stretch: Stretch
    kind: str
    source: str
    provisional: bool
    last_year: int | None = None
    """Of an entry that recurs every year."""


def read_ics(path: Path, known: Calendar | None, take: Collection[date] = ()) -> Proposal:
    """Our own export is the whole truth of its years; a stranger's file only adds to what is known.

    `take`: days a person wants as days off, although neither the rules nor the entry call them so.
    """
    left_out: list[str] = []
    years: dict[int, DecidedYear] = {}
    read = [entry for event in _events(path) for entry in _entries(event, left_out)]
    entries = list(_each_year(read))
    holidays = _holidays(entries, known.weekend if known else WEEKEND)
    for entry in entries:
        for day in days_of(entry.stretch.first, entry.stretch.last):
            _enter(day, entry, take, holidays, years, known, left_out)
    _drop_days_that_are_worked_anyhow(years, known.weekend if known else WEEKEND, left_out)
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


def _entries(event: Component, left_out: list[str]) -> Iterator[_Entry]:
    """Of one event, with the further days that it names (RDATE)."""
    entry = _entry(event, left_out)
    if entry is None:
        return
    yield entry
    more = event.get("RDATE") or []
    for listed in more if isinstance(more, list) else [more]:
        for one in listed.dts:
            first = _whole_day(event, one.dt)
            if first is None:
                left_out.append(f"“{entry.stretch.name}”: RDATE {one.dt} không phải cả ngày, bỏ qua")
            else:
                length = entry.stretch.last - entry.stretch.first
                yield replace(entry, stretch=replace(entry.stretch, first=first, last=first + length), last_year=None)


def _name(event: Component) -> str:
    """In Vietnamese, where the event is named in several languages."""
    names = event.get("SUMMARY", "")
    several = names if isinstance(names, list) else [names]
    ours = [one for one in several if str(getattr(one, "params", {}).get("LANGUAGE", "")).lower().startswith("vi")]
    return one_line(str((ours or several)[0])) or "(không tên)"


def _whole_day(event: Component, moment: object) -> date | None:
    """Outlook writes midnight, and beside it that the event takes the whole day."""
    if not isinstance(moment, datetime):
        return moment if isinstance(moment, date) else None
    local = moment.astimezone(ZONE) if moment.tzinfo is not None else moment
    is_whole = str(event.get(ALL_DAY, "")).upper() == "TRUE" and local.time() == time()
    return local.date() if is_whole else None


def _entry(event: Component, left_out: list[str]) -> _Entry | None:
    name = _name(event)
    start = _whole_day(event, event.decoded("DTSTART", None))
    if start is None:
        left_out.append(f"“{name}”: không phải sự kiện cả ngày, bỏ qua")
        return None
    last_year = _last_year(event, start) if event.get("RRULE") else None
    if event.get("RRULE") and last_year is None:
        left_out.append(f"“{name}” ({day_text(start)}): lặp lại không phải hằng năm, bỏ qua; hãy nhập từng ngày")
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
        last_year,
    )


def _last_year(event: Component, start: date) -> int | None:
    """To which year an entry recurs on the same day of each; None where it recurs in any other way."""
    rule = event.get("RRULE")
    plain = {"FREQ": ["YEARLY"], "INTERVAL": [1], "BYMONTH": [start.month], "BYMONTHDAY": [start.day]}
    if not isinstance(rule, vRecur) or event.get("EXDATE") or rule.get("FREQ") != plain["FREQ"]:
        return None
    if (start.month, start.day) == LEAP_DAY:
        return None
    if any(list(said) != plain.get(key) for key, said in rule.items() if key not in {"UNTIL", "COUNT", "WKST"}):
        return None
    ends = [start.year + count - 1 for count in rule.get("COUNT", [])]
    ends += [until.year - ((until.month, until.day) < (start.month, start.day)) for until in rule.get("UNTIL", [])]
    return min(ends, default=date.max.year)


def _each_year(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """What recurs is taken for the years that the file is about: those of its other entries, else its own first."""
    once = [one for one in entries if one.last_year is None]
    years = sorted({one.stretch.first.year for one in once or entries})
    for one in entries:
        if one.last_year is None:
            yield one
        else:
            yield from (_moved(one, year) for year in years if one.stretch.first.year <= year <= one.last_year)


def _moved(one: _Entry, year: int) -> _Entry:
    first = one.stretch.first.replace(year=year)
    return replace(one, stretch=replace(one.stretch, first=first, last=first + (one.stretch.last - one.stretch.first)))


def _holidays(entries: Sequence[_Entry], weekend: frozenset[int]) -> Collection[date]:
    """Of our own export and of days that are worked nothing is to be found out."""
    return holidays_of([one.stretch for one in entries if not one.kind and not _says_work(one.stretch.name)], weekend)


def _end(event: Component, start: date) -> date:
    """The day after the last one (RFC 5545: DTEND does not belong to the event)."""
    end = event.decoded("DTEND", None)
    if (day := _whole_day(event, end)) is not None:
        return day
    if isinstance(end, datetime):
        return end.date()
    duration = event.decoded("DURATION", None)
    return start + (duration if isinstance(duration, timedelta) else ONE_DAY)


def _enter(
    day: date,
    entry: _Entry,
    take: Collection[date],
    holidays: Collection[date],
    years: dict[int, DecidedYear],
    known: Calendar | None,
    left_out: list[str],
) -> None:
    kind = entry.kind or ("" if day not in take else OFF) or _kind(day, entry.stretch.name, holidays)
    if not kind:
        left_out.append(
            f"{day_words(day)} “{entry.stretch.name}”: không phải ngày nghỉ theo quy tắc, bỏ qua; "
            f"muốn nhận thì thêm --take {day_text(day)}"
        )
        return
    old = years.get(day.year) or _start(day.year, entry, known)
    off = {one: name for one, name in old.off.items() if one != day}
    make_up = {one: name for one, name in old.make_up.items() if one != day}
    (make_up if kind == MAKE_UP else off)[day] = _MARKED.sub("", entry.stretch.name)
    years[day.year] = DecidedYear(day.year, off, make_up, old.source, old.provisional)


def _start(year: int, entry: _Entry, known: Calendar | None) -> DecidedYear:
    """What the first entry of a year is added to: nothing for our own export, else the year as it is known."""
    if entry.kind:
        return DecidedYear(year, {}, {}, entry.source, entry.provisional)
    if known and year in known.years:
        return known.decided(year)
    return DecidedYear(year, {}, {}, "nhập từ tệp .ics")


def _drop_days_that_are_worked_anyhow(
    years: dict[int, DecidedYear], weekend: frozenset[int], left_out: list[str]
) -> None:
    """A working day in lieu is one of a weekend: any other entry that speaks of work is none."""
    for number, year in list(years.items()):
        extra = {day: name for day, name in year.make_up.items() if day.weekday() not in weekend}
        left_out += [f"{day_words(day)} “{name}”: vốn là ngày làm việc, bỏ qua" for day, name in extra.items()]
        kept = {day: name for day, name in year.make_up.items() if day not in extra}
        if kept or year.off:
            years[number] = replace(year, make_up=kept)
        else:
            del years[number]


def _kind(day: date, name: str, holidays: Collection[date]) -> str:
    if _says_work(name):
        return MAKE_UP
    return OFF if _first(SAYS_OFF, name) is not None or day in holidays else ""


def _says_work(name: str) -> bool:
    work, off = _first(SAYS_WORK, name), _first(SAYS_OFF, name)
    return work is not None and (off is None or work < off)


def _first(words: Sequence[str], name: str) -> int | None:
    folded = fold(name)
    return min((folded.index(word) for word in words if word in folded), default=None)


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
