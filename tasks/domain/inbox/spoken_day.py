"""Days and spans of days as people write them in a short mail, in plain letters: for a hint, never for a decision."""

import re
from collections.abc import Iterator, Mapping
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
_LAST_DAY = re.compile(
    r"\b(?:cuoi|het)\s+thang\s+(?:(\d{1,2})(?:\s*[/.\-]\s*(\d{4})|\s+nam\s+(\d{4}))?(?![/\d])|(nay))"
)
_BEFORE = re.compile(r"\btruoc\s+(?:het\s+)?(?:ngay\s+)?$")
_SOON = 90  # days: a date without a year that lies further ahead was meant for the past


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


def dates_in(text: str, today: date) -> set[date]:
    """Dates of the calendar: '12/3', 'ngay 5 thang 11 nam 2025', 'truoc ngay 12/3', 'cuoi thang 3'."""
    return {*_written(text, today), *_ends_of_months(text, today)}


def _written(text: str, today: date) -> Iterator[date]:
    day_first = ((one, one[1], one[2] or one[4], one[3] or one[5]) for one in _DATE.finditer(text))
    year_first = ((one, one[4], one[3], one[1]) for one in _YEAR_FIRST.finditer(text))
    for found, of_month, month, year in (*day_first, *year_first):
        day = _dated(int(of_month), int(month), year, today)
        if day is not None:
            before = _BEFORE.search(text[: found.start()])
            yield day - timedelta(days=1) if before else day


def _ends_of_months(text: str, today: date) -> Iterator[date]:
    for found in _LAST_DAY.finditer(text):
        month, year = int(found[1] or today.month), found[2] or found[3]
        first = _dated(1, month % 12 + 1, str(int(year) + month // 12) if year else None, today)
        if first is not None and 1 <= month <= 12:
            yield first - timedelta(days=1)


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
