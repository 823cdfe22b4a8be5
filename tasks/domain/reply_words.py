"""What a short reply without a workbook says: more time, please; or: received, you will have it on such a day."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from tasks.domain.extension import Wish
from tasks.domain.vietnamese import clean, fold, one_line

# Where the quoted letter begins, in the mail programs that the units use. Everything from there on is not theirs.
_QUOTE = re.compile(
    r"^\s*(>|-{2,}\s*(original message|thu goc|tin nhan goc|forwarded message|thu chuyen tiep)|_{8,}"
    r"|(from|tu|nguoi gui)\s*:.*|(vao|on|luc|ngay)\b.{5,120}\b(wrote|da viet|viet)\s*:"
    r"|thu nay do he thong theo doi)",
    re.I,
)
# Our own invitation, where a program quotes it without a mark.
_INVITES = re.compile(r"\bneu gap kho khan hoac can gia han\b.*?(?:xin bo qua thu nay|$)")
_NUMBERS: Mapping[str, int] = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
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
WEEK = 5  # working days
_ASKS = re.compile(
    r"\bgia\s*han\b|\b(?:lui|doi|keo dai)\s+(?:lai\s+)?(?:thoi\s+)?han\b|\bxin\s+them\s+(?:thoi\s+gian|\d{1,2}\s*ngay)"
    r"|\b(?:nop|gui|bao\s+cao)\s+(?:bao\s+cao\s+|phieu\s+)?(?:cham|tre|muon)\b"
)
_DENIES = re.compile(
    r"\bkhong\s+(?:can\s+|xin\s+|de\s+nghi\s+|phai\s+)?(?:gia\s*han|(?:nop|gui)\s+(?:cham|tre|muon))\b"
)
_BEGS = re.compile(r"\b(?:xin|de\s+nghi|cho\s+phep|kinh\s+mong|mong|duoc)\b")
_NUMBER = r"(\d{1,3}|" + "|".join(_NUMBERS) + r")"
_DAYS = re.compile(rf"\b{_NUMBER}\s*(?:\([^)]{{1,12}}\)\s*)?(ngay|tuan)\b(?!\s*\d)")
_DATE = re.compile(
    r"\b(\d{1,2})\s*(?:[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}))?|\s+thang\s+(\d{1,2})(?:\s+nam\s+(\d{4}))?)\b"
)
_BEFORE = re.compile(r"\btruoc\s+(?:ngay\s+)?$")
_WHY = re.compile(r"\b(?:ly\s*do|li\s*do|vi|do)\b\s*(?:la\b)?\s*[:\-]?\s*")
_PROMISES = re.compile(
    r"\b(?:se|hen|du\s+kien|xin\s+hen)\b.{0,60}?\b(?:tra\s+loi|gui|nop|bao\s+cao|phan\s+hoi|hoan\s+thanh|khac\s+phuc)\b"
)
_WEEKDAY = re.compile(r"\bthu\s+(hai|ba|tu|nam|sau|bay|[2-7])\b(\s+tuan\s+(?:sau|toi))?")
_TOMORROW = re.compile(r"\b(?:ngay|sang|chieu|trua)?\s*mai\b")
_TODAY = re.compile(r"\b(?:hom|chieu|sang|trong\s+ngay)\s+nay\b|\bcuoi\s+(?:ngay|gio\s+chieu)\b")
_SOON = 90  # days: a date without a year that lies further ahead was meant for the past


def own_words(text: str) -> str:
    """The sender's own part of a mail: what stands above the letter that is answered."""
    lines = []
    for line in clean(text).split("\n"):
        if _QUOTE.match(_ascii(line)):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def read_wish(text: str, received_on: date) -> Wish | None:
    """'GIA HAN 5 ngay, ly do …', 'xin gia hạn đến 15/11': None when the mail asks for no such thing."""
    words = one_line(own_words(text))
    plain = _INVITES.sub(lambda ours: " " * len(ours[0]), _ascii(words))
    asked = _ASKS.search(plain)
    if asked is None or _DENIES.search(plain):
        return None
    near = plain[max(0, asked.start() - 40) : asked.end() + 120]
    after = plain[asked.start() : asked.end() + 120]
    until, days = _until(after, received_on), _days(after) or _days(near)
    if until is None and days is None and not _BEGS.search(near):
        return None
    return Wish(None if until else days, until, _why(words, plain, asked.end()))


def read_promise(text: str, received_on: date) -> date | None:
    """'Đã nhận, sẽ trả lời ngày 20/10' -> that day; None when no day is promised."""
    plain = _ascii(one_line(own_words(text)))
    promised = _PROMISES.search(plain)
    if promised is None:
        return None
    after = plain[promised.start() : promised.end() + 60]
    day = _until(after, received_on) or _spoken_day(after, received_on)
    return day if day is not None and day >= received_on else None


def _ascii(text: str) -> str:
    """Folded letter by letter, so that places in it are places in the text."""
    return "".join((fold(letter) or " ")[:1] for letter in text)


def _days(text: str) -> int | None:
    found = _DAYS.search(text)
    if found is None:
        return None
    number = _NUMBERS.get(found[1]) or int(found[1] if found[1].isdigit() else 0)
    return (number * WEEK if found[2] == "tuan" else number) or None


def _until(text: str, received_on: date) -> date | None:
    for found in _DATE.finditer(text):
        day = _day(found, received_on)
        if day is not None:
            return day - timedelta(days=1) if _BEFORE.search(text[: found.start()]) else day
    return None


def _day(found: "re.Match[str]", received_on: date) -> date | None:
    month, year = int(found[2] or found[4]), found[3] or found[5]
    try:
        if year:
            return date(int(year), month, int(found[1]))
        this_year = date(received_on.year, month, int(found[1]))
        if this_year >= received_on:
            return this_year
        next_year = this_year.replace(year=received_on.year + 1)
    except ValueError:
        return None
    return next_year if (next_year - received_on).days <= _SOON else None


def _spoken_day(text: str, received_on: date) -> date | None:
    if _TODAY.search(text):
        return received_on
    if _TOMORROW.search(text):
        return received_on + timedelta(days=1)
    if weekday := _WEEKDAY.search(text):
        ahead = (_WEEKDAYS[weekday[1]] - received_on.weekday()) % 7 or 7
        next_week = 7 if weekday[2] and received_on.weekday() + ahead < 7 else 0
        return received_on + timedelta(days=ahead + next_week)
    days = _days(text)
    return received_on + timedelta(days=days) if days else None


def _why(words: str, plain: str, start: int) -> str:
    found = _WHY.search(plain, start)
    if found is None:
        return ""
    reason = words[found.end() :]
    end = re.search(r"[.;](?:\s|$)", reason)
    return reason[: end.start() if end else None].strip(" ,.;:")[:300]
