"""Days off in lieu: what a file has in and around a holiday, as many as the law gives (BLLĐ 2019 Đ111 k3, Đ112).

Which days around Tết and Quốc khánh are off is said by each year's notice; how many they are is said by the law.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from infra.calendar.rules import IN_LIEU, is_swapped, rule_days
from tasks.domain.calendar import ONE_DAY, days_of
from tasks.domain.calendar_file import Stretch
from tasks.domain.vietnamese import fold

TET, QUOC_KHANH = "Tết Nguyên Đán", "Quốc khánh"
OWED = {TET: 5, QUOC_KHANH: 2}
# “Nghỉ Tết”, “Nghỉ lễ 30/4”: a day that stands alone in the file, beside the holiday that it belongs to.
_OF_A_HOLIDAY = re.compile(r"\bnghi\b.*\b(?:tet|le|quoc khanh|gio to|giai phong|chien thang|lao dong)\b")


def holidays_of(named: Sequence[Stretch], weekend: frozenset[int]) -> frozenset[date]:
    """The days that the rules know, and those that the file has in lieu; a stretch that is too long adds none."""
    years = {day.year for one in named for day in (one.first, one.last)}
    rules = {day: name for year in years for day, name in rule_days(year, weekend).items()}
    days = {day for one in named if _is_of_a_holiday(one, rules) for day in days_of(one.first, one.last)}
    owed = (run for run in _runs(sorted(days), weekend) if _is_owed(run, rules, weekend))
    return frozenset(rules).union(*owed)


def _is_of_a_holiday(one: Stretch, rules: Mapping[date, str]) -> bool:
    return bool(_OF_A_HOLIDAY.search(fold(one.name))) or any(day in rules for day in days_of(one.first, one.last))


def _runs(days: Sequence[date], weekend: frozenset[int]) -> Iterator[list[date]]:
    """Days between which nobody works."""
    run: list[date] = []
    for day in days:
        if run and any(one.weekday() not in weekend for one in days_of(run[-1] + ONE_DAY, day - ONE_DAY)):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _is_owed(run: Sequence[date], rules: Mapping[date, str], weekend: frozenset[int]) -> bool:
    found = {_holiday(name) for day in run for name in rules.get(day, "").split("; ") if name and _is_own_day(name)}
    off = [day for day in run if day.weekday() not in weekend and not is_swapped(rules.get(day, ""))]
    return bool(found) and len(off) <= sum(OWED.get(name, 1) for name in found)


def _is_own_day(name: str) -> bool:
    return IN_LIEU not in name and not is_swapped(name)


def _holiday(name: str) -> str:
    """Its days by one name: “29 Tết”, “Mùng hai Tết Nguyên Đán” and “Giao thừa Tết Nguyên Đán” are all of Tết."""
    return TET if "Tết" in name and "Dương lịch" not in name else name
