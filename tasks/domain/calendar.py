"""The working calendar: weekends, holidays, swapped and make-up days, as decided year by year.

Sources: Bộ luật Lao động 2019 Đ112; yearly notices on swapped days; BLDS 2015 Đ147-148 for how days are counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown
from tasks.domain.vietnamese import day_text

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Days off and make-up working days by name; `years` are those that somebody has decided."""

    name: str
    years: frozenset[int]
    days_off: Mapping[date, str]
    make_up_days: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        self._must_know(day)
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def why_off(self, day: date) -> str:
        """Why nobody works that day; empty on a working day."""
        if self.is_working(day):
            return ""
        return self.days_off.get(day, "nghỉ cuối tuần")

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

    def this_or_next_working_day(self, day: date) -> date:
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def this_or_last_working_day(self, day: date) -> date:
        return day if self.is_working(day) else self.add_working_days(day, -1)

    def _must_know(self, day: date) -> None:
        if day.year not in self.years:
            raise CalendarUnknown(
                f"Lịch “{self.name}” chưa có năm {day.year} (cần ngày {day_text(day)}). "
                f"Hãy bổ sung ngày nghỉ năm {day.year} vào templates/calendars/{self.name}.toml."
            )


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


def at(day: date, clock: time) -> datetime:
    """A wall-clock moment of the house zone."""
    return datetime.combine(day, clock, tzinfo=ZONE)


def end_of(day: date) -> datetime:
    """24:00 of the day (BLDS 2015 Đ148 k6: a period ends at twenty-four hours of its last day)."""
    return at(day + ONE_DAY, time(0))


def house_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def parse_calendar(table: Table) -> Calendar:
    """templates/calendars/*.toml -> Calendar; raises DefinitionError with all mistakes."""
    name = table.text("name")
    table.text("title", "")
    years: set[int] = set()
    days_off: dict[date, str] = {}
    make_up: dict[date, str] = {}
    for year in table.tables("year", required=True):
        number = year.integer("year")
        years.add(number)
        year.text("source", "")
        for key, target in (("off", days_off), ("make_up", make_up)):
            for entry in year.tables(key):
                _read_days(entry, number, target)
        year.finish()
    for day in days_off.keys() & make_up.keys():
        table.wrong(None, f"ngày {day_text(day)} vừa là ngày nghỉ vừa là ngày làm bù")
    table.finish()
    table.raise_if_wrong()
    return Calendar(name, frozenset(years), days_off, make_up)


def _read_days(entry: Table, year: int, target: dict[date, str]) -> None:
    first = entry.day("on") if "on" in entry else entry.day("from")
    last = first if "on" in entry else entry.day("to")
    name = entry.text("name")
    entry.finish()
    if first.year != year or last.year != year:
        entry.wrong(None, f"“{name}”: ngày phải thuộc năm {year}")
    elif last < first or (last - first).days > 31:
        entry.wrong(None, f"“{name}”: khoảng ngày không hợp lệ")
    else:
        target.update({first + timedelta(days=n): name for n in range((last - first).days + 1)})
