"""What the law says of a year before anybody has decided: solar and lunar holidays, and days in lieu of a weekend.

They come from the `holidays` library. It proposes, people decide: an upgrade of the library changes no calendar.
"""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from importlib.metadata import version

import holidays

from tasks.domain.calendar import WEEKEND, Calendar, DecidedYear
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import day_text, day_words, nfc

# The library names a swapped day by the day on which it is worked instead.
_SWAPPED = re.compile(r"thay cho ngày (\d\d/\d\d/\d{4})")
# Off whatever the year's notice says of the days around them (Bộ luật Lao động 2019, Điều 112).
_ALWAYS_OFF = re.compile(r"Tết Dương lịch|Giao thừa|^Tết Nguyên Đán|Mùng (?:hai|ba) |Giỗ Tổ|Chiến thắng|Lao động")
IN_LIEU, _TET = "nghỉ bù", "Tết"
FIRST, LAST = 2020, 2100
NATIONAL_DAY = (9, 2)


def rule_days(year: int, weekend: frozenset[int] = WEEKEND) -> dict[date, str]:
    """The public holidays of a year in Vietnamese, with the days in lieu of those on a weekly day of rest.

    Swapped days are the State's own: who rests on other days than Saturday and Sunday does not follow them.
    """
    found = holidays.country_holidays("VN", years=year, language="vi")
    days = {day: nfc(name) for day, name in sorted(found.items()) if day.year == year}
    if weekend == WEEKEND:
        return days
    days = {day: name for day, name in days.items() if not is_swapped(name) and IN_LIEU not in name}
    for day, name in sorted(days.items()):
        if day.weekday() in weekend and _TET not in name:  # the stretch of Tết has its days in lieu already
            days[_next_free(day, days, weekend)] = f"{name} ({IN_LIEU})"
    return days


def is_swapped(name: str) -> bool:
    return _SWAPPED.search(name) is not None


def _next_free(day: date, taken: Collection[date], weekend: frozenset[int]) -> date:
    while day in taken or day.weekday() in weekend:
        day += timedelta(days=1)
    return day


def draft(year: int, weekend: frozenset[int] = WEEKEND) -> DecidedYear:
    """The year as the rules alone have it: provisional, until the notice of the Government is taken in."""
    if not FIRST <= year <= LAST:
        raise KiemtraError(f"Chỉ tạm tính được cho các năm {FIRST}–{LAST}, không phải {year}.")
    off = rule_days(year, weekend)
    return DecidedYear(
        year,
        off,
        _make_up_days(off),
        f"Tạm tính theo Bộ luật Lao động 2019, Điều 111, 112 (thư viện holidays {version('holidays')}); "
        "chờ thông báo chính thức",
        provisional=True,
    )


def _make_up_days(off: dict[date, str]) -> dict[date, str]:
    made_up = {}
    for day, name in off.items():
        if swapped := _SWAPPED.search(name):
            worked = datetime.strptime(swapped[1], "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
            made_up[worked] = f"làm bù ngày {day_text(day)}"
    return made_up


def unlike_the_rules(calendar: Calendar, year: int) -> list[str]:
    """Sentences on what a person should look at twice: a holiday of the law that is worked, and the reverse."""
    rules = rule_days(year, calendar.weekend)
    warnings = []
    for offset in range((date(year, 12, 31) - date(year, 1, 1)).days + 1):
        day = date(year, 1, 1) + timedelta(days=offset)
        if day in rules and calendar.is_working(day):
            warnings.append(f"{day_words(day)}: theo quy tắc là ngày nghỉ ({rules[day]}), trong lịch vẫn làm việc")
        elif day in calendar.days_off and day not in rules and day.weekday() not in calendar.weekend | WEEKEND:
            warnings.append(f"{day_words(day)}: nghỉ ({calendar.days_off[day]}), không có trong quy tắc")
    return warnings


def forgotten_holidays(calendar: Calendar, year: int) -> list[str]:
    """The days off by the law itself on which this calendar has people work: never what a notice says."""
    always = {day: name for day, name in rule_days(year, calendar.weekend).items() if _is_always_off(day, name)}
    return [f"{day_words(day)} ({name})" for day, name in always.items() if calendar.is_working(day)]


def _is_always_off(day: date, name: str) -> bool:
    if IN_LIEU in name or is_swapped(name):
        return False
    return (day.month, day.day) == NATIONAL_DAY or _ALWAYS_OFF.search(name) is not None
