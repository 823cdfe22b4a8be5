"""Days and spans of days as people write them in a short mail, in plain letters; what is vague stays unread."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 5  # working days
_UNITS: Mapping[str, int] = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_TEN = "muoi"
_WEEKDAYS: Mapping[str, int] = {
    "hai": 0,
    "2": 0,
    "ba": 1,
    "3": 1,
    "tu": 2,
    "4": 2,
    "nam": 3,
    "5": 3,
    "sau": 4,
    "6": 4,
    "bay": 5,
    "7": 5,
}
_WORD = "(?:" + "|".join((*_UNITS, _TEN)) + ")"
_DAYS = re.compile(
    rf"\b(?:{_WORD}(?:\s+{_WORD}){{0,2}}\s*\(\s*(\d{{1,3}})\s*\)|(\d{{1,3}})\s*(?:\([^)]{{1,12}}\))?"
    rf"|({_WORD}(?:\s+{_WORD}){{0,2}}))\s*((?:ngay|hom|bua|tuan)\b|(?<=\d)n\b)(?!\s*\d)(?!\s+(?:qua|nay|truoc)\b)"
)
_YEAR = r"(\d{4}|\d{2})"
_DATE = re.compile(
    rf"(?<!\d[/.\-])\b(\d{{1,2}})\s*(?:[/.\-]\s*(\d{{1,2}})(?:\s*[/.\-]\s*{_YEAR})?"
    rf"|\s+thang\s+(\d{{1,2}})(?:\s+nam\s+(\d{{4}}))?)(?![\d/\-])\b"
)
_YEAR_FIRST = re.compile(r"(?<![\d/.\-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d/\-])")
_WEEKEND = re.compile(r"\bcuoi\s+tuan\b(?:\s+(nay|sau)\b)?(?!\s+toi\b)")
_LAST_DAY = re.compile(
    r"\b(?:cuoi|het)\s+thang\s+(?:(\d{1,2})(?:\s*[/.\-]\s*(\d{4})|\s+nam\s+(\d{4}))?(?![/\d])|(nay))"
)
_BEFORE = re.compile(r"\btruoc\s+(?:het\s+)?(?:ngay\s+)?$")
# 'thư sau' (a later letter) and 'chị Mai' are no days.
_WEEKDAY = re.compile(
    r"(?<!\btrong )(?<!\bo )(?<!\bbang )\b(?:(tuan\s+(?:sau|toi))[\s,]+)?"
    r"thu\s+(hai|ba|tu|nam|sau|bay|[2-7])\b(?:\s+tuan\s+(sau|toi|nay))?"
)
_TOMORROW = re.compile(
    r"\b(?:(?:ngay|sang|chieu|trua|toi|hom)\s+mai|(?<!chi )(?<!co )(?<!ba )(?<!em )mai)\b(?!\s+(?:mot|thi|van)\b)"
)
_TODAY = re.compile(r"\b(?:hom|chieu|sang|toi|trong\s+ngay)\s+nay\b|\bcuoi\s+(?:ngay|gio\s+chieu)\b")
_SOON = 90  # days: a date without a year that lies further ahead was meant for the past


@dataclass(frozen=True)
class Spoken:
    """A day and where its words stand in the text."""

    day: date
    start: int
    end: int


def days_in(text: str) -> int | None:
    """'5 ngay', 'mot tuan', 'nam (05) ngay', '5n': working days; None when no number is said."""
    found = _DAYS.search(text)
    return _days(found) if found else None


def all_days_in(text: str) -> set[int]:
    """Every number of days that is said: more than one is none. 'Từ ngày' and 'sau ngày' are no four and six days."""
    said = (found for found in _DAYS.finditer(text) if found[3] not in {"tu", "sau"})
    return {number for found in said if (number := _days(found))}


def _days(found: "re.Match[str]") -> int | None:
    digits = found[1] or found[2]
    number = int(digits) if digits else _number(found[3].split())
    return number * (WEEK if found[4] == "tuan" else 1) if number else None


def _number(words: list[str]) -> int | None:
    """'muoi', 'muoi lam', 'hai muoi', 'hai muoi lam'; None for words that only look like a number."""
    if _TEN not in words:
        return _UNITS[words[-1]] if len(words) == 1 else None
    place = words.index(_TEN)
    tens, ones = words[:place], words[place + 1 :]
    if len(tens) > 1 or len(ones) > 1 or _TEN in ones:
        return None
    return (_UNITS[tens[0]] if tens else 1) * 10 + (_UNITS[ones[0]] if ones else 0)


def dates_in(text: str, today: date) -> Iterator[Spoken]:
    """Dates of the calendar, in order: '12/3', 'ngay 5 thang 11 nam 2025', 'truoc ngay 12/3', 'cuoi thang 3'."""
    found = [*_written(text, today), *_ends_of_months(text, today)]
    yield from sorted(found, key=lambda one: one.start)


def weekdays_in(text: str, today: date) -> Iterator[Spoken]:
    """'mai', 'chieu nay', 'thu sau', 'thu hai tuan sau'; 'tuan sau' alone names no day."""
    for pattern, ahead in ((_TODAY, 0), (_TOMORROW, 1)):
        for found in pattern.finditer(text):
            yield Spoken(today + timedelta(days=ahead), found.start(), found.end())
    monday = today - timedelta(days=today.weekday())
    for found in _WEEKDAY.finditer(text):
        is_next = found[1] is not None or found[3] in ("sau", "toi")
        day = monday + timedelta(days=_WEEKDAYS[found[2]] + (7 if is_next else 0))
        if not is_next and found[3] is None and day <= today:
            day += timedelta(days=7)
        if day >= today:
            yield Spoken(day, found.start(), found.end())


def weekends_in(text: str, today: date) -> Iterator[Spoken]:
    """'cuoi tuan', 'cuoi tuan sau': the Sunday, so that nobody is held to an earlier day than he may have meant."""
    for found in _WEEKEND.finditer(text):
        sunday = today + timedelta(days=6 - today.weekday() + (7 if found[1] == "sau" else 0))
        yield Spoken(sunday, found.start(), found.end())


def _written(text: str, today: date) -> Iterator[Spoken]:
    day_first = ((one, one[1], one[2] or one[4], one[3] or one[5]) for one in _DATE.finditer(text))
    year_first = ((one, one[4], one[3], one[1]) for one in _YEAR_FIRST.finditer(text))
    for found, of_month, month, year in (*day_first, *year_first):
        day = _dated(int(of_month), int(month), year, today)
        if day is not None:
            before = _BEFORE.search(text[: found.start()])
            yield Spoken(day - timedelta(days=1) if before else day, found.start(), found.end())


def _ends_of_months(text: str, today: date) -> Iterator[Spoken]:
    for found in _LAST_DAY.finditer(text):
        month, year = int(found[1] or today.month), found[2] or found[3]
        first = _dated(1, month % 12 + 1, str(int(year) + month // 12) if year else None, today)
        if first is not None and 1 <= month <= 12:
            yield Spoken(first - timedelta(days=1), found.start(), found.end())


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    """Two figures of a year are believed of this one and the next: '05/11/52' may be anything."""
    try:
        if year and len(year) == 2:
            written = date(today.year // 100 * 100 + int(year), month, day)
            return written if 0 <= written.year - today.year <= 1 else None
        if year:
            return date(int(year), month, day)
        this_year = date(today.year, month, day)
        if this_year >= today:
            return this_year
        next_year = this_year.replace(year=today.year + 1)
    except ValueError:
        return None
    return next_year if (next_year - today).days <= _SOON else None
