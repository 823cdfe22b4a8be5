"""The working calendar: weekends, holidays, swapped and make-up days, as decided year by year.

Sources: Bộ luật Lao động 2019 Đ112; yearly notices on swapped days; BLDS 2015 Đ147-148 for how days are counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown
from tasks.domain.vietnamese import day_text, day_words

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})
WEEKLY_REST = "nghỉ cuối tuần"
DAY_KEYS = ("thu_hai", "thu_ba", "thu_tu", "thu_nam", "thu_sau", "thu_bay", "chu_nhat")
LONGEST_STRETCH = timedelta(days=31)


@dataclass(frozen=True)
class DecidedYear:
    """What somebody decided about one year; `provisional` when only the rules are known, not yet the notice."""

    year: int
    off: Mapping[date, str]
    make_up: Mapping[date, str] = field(default_factory=dict)
    source: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class Calendar:
    """Days off and make-up working days by name; `years` are those that somebody has decided."""

    name: str
    years: frozenset[int]
    days_off: Mapping[date, str]
    make_up_days: Mapping[date, str] = field(default_factory=dict)
    weekend: frozenset[int] = WEEKEND
    title: str = ""
    sources: Mapping[int, str] = field(default_factory=dict)
    provisional: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        self._must_know(day)
        if day in self.make_up_days:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off

    def why_off(self, day: date) -> str:
        """Why nobody works that day; empty on a working day."""
        if self.is_working(day):
            return ""
        return self.days_off.get(day, WEEKLY_REST)

    def decided(self, year: int) -> DecidedYear:
        """One year as it stands; raises CalendarUnknown."""
        self._must_know(date(year, 1, 1))
        return DecidedYear(
            year,
            {day: name for day, name in sorted(self.days_off.items()) if day.year == year},
            {day: name for day, name in sorted(self.make_up_days.items()) if day.year == year},
            self.sources.get(year, ""),
            year in self.provisional,
        )

    def with_year(self, new: DecidedYear) -> "Calendar":
        """The calendar with that year decided anew, whole."""
        return replace(
            self,
            years=self.years | {new.year},
            days_off=_but_for(self.days_off, new.year) | dict(new.off),
            make_up_days=_but_for(self.make_up_days, new.year) | dict(new.make_up),
            sources={**self.sources, new.year: new.source},
            provisional=(self.provisional - {new.year}) | ({new.year} if new.provisional else set()),
        )

    def add_working_days(self, day: date, count: int) -> date:
        """Cộng ngày làm việc: day one is not counted (BLDS Đ147); negative goes back; 0 is the day itself."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def next_day_not_off(self, day: date) -> date:
        """The next working day; or the first day of a year that nobody has entered, which may be one."""
        day += ONE_DAY
        while day.year in self.years and not self.is_working(day):
            day += ONE_DAY
        return day

    def this_or_next_working_day(self, day: date) -> date:
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def this_or_last_working_day(self, day: date) -> date:
        return day if self.is_working(day) else self.add_working_days(day, -1)

    def _must_know(self, day: date) -> None:
        if day.year not in self.years:
            raise CalendarUnknown(
                f"Lịch “{self.name}” chưa có năm {day.year} (cần ngày {day_text(day)}). "
                f"Hãy nhập ngày nghỉ năm {day.year}: kiemtra calendar import <tệp> --name {self.name}; "
                f"chưa có thông báo thì tạm tính: kiemtra calendar draft {day.year} --name {self.name}."
            )


def _but_for(days: Mapping[date, str], year: int) -> dict[date, str]:
    return {day: name for day, name in days.items() if day.year != year}


@dataclass(frozen=True)
class SendingHours:
    """The hours in which a letter may leave on a working day (quiet outside them)."""

    opens: time = time(7, 30)
    closes: time = time(17, 0)

    def next_open(self, moment: datetime, calendar: Calendar) -> datetime:
        """The moment itself when it lies inside the window, else the start of the next window."""
        local = moment.astimezone(ZONE)
        day = local.date()
        if calendar.is_working(day):
            if local.time() < self.opens:
                return at(day, self.opens)
            if local.time() < self.closes:
                return moment
        return at(calendar.add_working_days(day, 1), self.opens)

    def opens_after(self, day: date, calendar: Calendar) -> datetime:
        """When work begins again after that day, as far as anybody knows."""
        return at(calendar.next_day_not_off(day), self.opens)


def at(day: date, clock: time) -> datetime:
    """A wall-clock moment of the house zone."""
    return datetime.combine(day, clock, tzinfo=ZONE)


def end_of(day: date) -> datetime:
    """24:00 of the day (BLDS 2015 Đ148 k6: a period ends at twenty-four hours of its last day)."""
    return at(day + ONE_DAY, time(0))


def house_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def parse_calendar(table: Table, base: Calendar | None = None) -> Calendar:
    """A calendar file -> Calendar; raises DefinitionError with all mistakes.

    `base`: the calendar it extends, or the shipped one it changes; its years stand where the file names none.
    """
    table.raw("extends")
    start = base or Calendar("", frozenset(), {})
    calendar = replace(start, name=table.text("name"), title=table.text("title", start.title))
    if "weekend" in table:
        calendar = replace(calendar, weekend=_weekend(table))
    named: set[int] = set()
    for where in table.tables("year", required=base is None):
        decided = _year(where)
        if decided.year in named:
            where.wrong("year", f"năm {decided.year} được ghi hai lần")
        named.add(decided.year)
        calendar = calendar.with_year(decided)
        for day in sorted(decided.off.keys() & decided.make_up.keys()):
            table.wrong(None, f"ngày {day_text(day)} vừa là ngày nghỉ vừa là ngày làm bù")
        for day in sorted(decided.make_up.keys() - decided.off.keys()):
            if day.weekday() not in WEEKEND | calendar.weekend:
                where.wrong("make_up", f"{day_words(day)} vốn là ngày làm việc, không thể là ngày làm bù")
    table.finish()
    table.raise_if_wrong()
    return calendar


def _weekend(table: Table) -> frozenset[int]:
    """T61: a week without a working day is a mistake, not an endless search for one."""
    names = table.texts("weekend")
    for name in names:
        if name not in DAY_KEYS:
            table.wrong("weekend", f"không có “{name}”; chọn trong {', '.join(DAY_KEYS)}")
    days = frozenset(DAY_KEYS.index(name) for name in names if name in DAY_KEYS)
    if len(days) == len(DAY_KEYS):
        table.wrong("weekend", "cả tuần đều nghỉ thì không còn ngày làm việc nào")
        return WEEKEND
    return days


def _year(table: Table) -> DecidedYear:
    number = table.integer("year")
    off: dict[date, str] = {}
    make_up: dict[date, str] = {}
    for key, target in (("off", off), ("make_up", make_up)):
        for entry in table.tables(key):
            _read_days(entry, number, target)
    decided = DecidedYear(number, off, make_up, table.text("source", ""), table.flag("provisional", False))
    table.finish()
    return decided


def _read_days(entry: Table, year: int, target: dict[date, str]) -> None:
    first = entry.day("on") if "on" in entry else entry.day("from")
    last = first if "on" in entry else entry.day("to")
    name = entry.text("name")
    entry.finish()
    if first.year != year or last.year != year:
        entry.wrong(None, f"“{name}”: ngày phải thuộc năm {year}")
    elif not is_stretch(first, last):
        entry.wrong(None, f"“{name}”: khoảng ngày không hợp lệ")
    else:
        target.update(dict.fromkeys(days_of(first, last), name))


def is_stretch(first: date, last: date) -> bool:
    return timedelta(0) <= last - first <= LONGEST_STRETCH


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
