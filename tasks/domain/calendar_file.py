"""A calendar written out as a file, and two compared day by day before anything is taken in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tasks.domain.calendar import DAY_KEYS, ONE_DAY, Calendar, DecidedYear, days_of, is_stretch
from tasks.domain.vietnamese import day_words

# --- out ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Days in a row with one name, as people write them: 'từ ngày … đến ngày …'."""

    first: date
    last: date
    name: str


def stretches(days: Mapping[date, str]) -> list[Stretch]:
    found: list[Stretch] = []
    for day, name in sorted(days.items()):
        before = found[-1] if found else None
        if before and before.name == name and before.last + ONE_DAY == day and is_stretch(before.first, day):
            found[-1] = replace(before, last=day)
        else:
            found.append(Stretch(day, day, name))
    return found


def calendar_text(calendar: Calendar, years: Sequence[int], extends: str = "") -> str:
    """The calendar with these years as a TOML text that `parse_calendar` reads."""
    head = [f"name = {_quoted(calendar.name)}", f"title = {_quoted(calendar.title)}"]
    head += [f"extends = {_quoted(extends)}"] if extends else []
    rest = ", ".join(_quoted(DAY_KEYS[day]) for day in sorted(calendar.weekend))
    lines = [line for year in sorted(years) for line in _lines(calendar, year)]
    return "\n".join([*head, f"weekend = [{rest}]", *lines, ""])


def _lines(calendar: Calendar, number: int) -> Iterator[str]:
    year = calendar.decided(number)
    yield from ("", "[[year]]", f"year = {number}", f"source = {_quoted(year.source)}")
    if year.provisional:
        yield "provisional = true"
    for key, days in (("off", year.off), ("make_up", year.make_up)):
        yield f"{key} = ["
        for one in stretches(days):
            when = f"on = {one.first}" if one.first == one.last else f"from = {one.first}, to = {one.last}"
            yield f"  {{ {when}, name = {_quoted(one.name)} }},"
        yield "]"


def _quoted(text: str) -> str:
    """JSON's way to write a text is also TOML's, for texts that were cleaned."""
    return json.dumps(text, ensure_ascii=False)


def years_words(calendar: Calendar) -> str:
    """'2024, 2025, 2026 (tạm tính)'."""
    return ", ".join(f"{year}{' (tạm tính)' * (year in calendar.provisional)}" for year in sorted(calendar.years))


def month_lines(calendar: Calendar, number: int) -> Iterator[str]:
    """A year for reading: its source, then month by month the working days and everything out of the ordinary."""
    year = calendar.decided(number)
    yield f"{calendar.title or calendar.name} — năm {number}"
    if year.source:
        yield f"Nguồn: {year.source}"
    if year.provisional:
        yield "TẠM TÍNH theo quy tắc, chưa theo thông báo chính thức."
    total = 0
    for month in range(1, 13):
        days = [day for day in _days_of_year(number) if day.month == month]
        working = sum(map(calendar.is_working, days))
        total += working
        yield f"Tháng {month:>2}: {working:>2} ngày làm việc"
        for sign, kind in (("nghỉ", year.off), ("đi làm", year.make_up)):
            for one in stretches({day: name for day, name in kind.items() if day.month == month}):
                yield f"    {sign} {_when(one)}: {one.name}"
    yield f"Cả năm: {total} ngày làm việc"


def _when(one: Stretch) -> str:
    if one.first == one.last:
        return day_words(one.first)
    return f"từ {day_words(one.first)} đến {day_words(one.last)}"


def _days_of_year(year: int) -> list[date]:
    return days_of(date(year, 1, 1), date(year, 12, 31))


# --- compared ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """What a file would make of a calendar: whole years, and a sentence on everything that was left out."""

    years: tuple[DecidedYear, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One day that would be another one: '' where nothing special was, or will be, said of it."""

    day: date
    before: str
    after: str

    def __str__(self) -> str:
        sign = "+" if not self.before else "-" if not self.after else "~"
        both = f"{self.before} → {self.after}" if sign == "~" else self.before or self.after
        return f"{sign} {day_words(self.day)}: {both}"


def differences(old: Calendar | None, new: Sequence[DecidedYear]) -> list[Difference]:
    """Day by day what taking in these years would change."""
    found = []
    for year in new:
        before = _said(old.decided(year.year)) if old and year.year in old.years else {}
        after = _said(year)
        for day in sorted(before.keys() | after.keys()):
            if before.get(day) != after.get(day):
                found.append(Difference(day, before.get(day, ""), after.get(day, "")))
    return found


def _said(year: DecidedYear) -> dict[date, str]:
    return {day: f"nghỉ: {name}" for day, name in year.off.items()} | {
        day: f"đi làm: {name}" for day, name in year.make_up.items()
    }
