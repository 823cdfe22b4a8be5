"""A day as people and programs write it: the day first; a date cell that may be swapped is asked back."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tasks.domain.cell import Raw, Refusal, as_date, may_be_swapped, quoted
from tasks.domain.typed_number import EXCEL_EPOCH
from tasks.domain.vietnamese import WEEKDAYS, day_text, exact_text, fold, one_line

_LAST_OF_TWO_DIGITS = 51
_NUMBER_OF_DAY = re.compile(r"\d{5}(?:\.\d{1,12})?")
_SERIALS = range(36_526, 55_154)  # 01/01/2000 to 31/12/2050


@dataclass(frozen=True)
class Rule:
    looks_like: re.Pattern[str]
    order: str  # of the three groups: day, month, year
    is_told: bool = False


_TIME = r"(?:[ T]0{1,2}:00(?::00)?)?$"  # what a program writes behind a day when it makes text of it
RULES: tuple[Rule, ...] = (
    # 2025-02-05, 2025/02/05: the year first leaves no doubt
    Rule(re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})" + _TIME), "ymd"),
    # 5/2/2025, 05-02-2025, 5.2.2025
    Rule(re.compile(r"^(?:ngày\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})" + _TIME, re.I), "dmy"),
    # ngày 5 tháng 2 năm 2025
    Rule(re.compile(r"^(?:ngày\s+)?(\d{1,2})\s*(?:tháng|thg)\s*(\d{1,2})\s*(?:năm|,)\s*(\d{4})$", re.I), "dmy"),
    Rule(re.compile(r"^(?:ngay\s+)?(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})$", re.I), "dmy"),
    # 5/2/25: this century, and we say so
    Rule(re.compile(r"^(?:ngày\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{2})$", re.I), "dmy", is_told=True),
)
_WEEKDAYS = {
    word: day
    for day, words in enumerate(("hai 2", "ba 3", "tu 4", "nam 5", "sau 6", "bay 7", "nhat cn"))
    for word in words.split()
}
_WEEKDAY = r"(?:(?:thứ|thu)\s+(?:hai|ba|tư|tu|năm|nam|sáu|sau|bảy|bay|[2-7])|chủ nhật|chu nhat|cn|t[2-7])"
# What people write around a day, and is not asked: the day of the week, the hour. Not "dự kiến": it has not been yet.
_AROUND = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"^(?:lúc\s+)?\d{1,2}\s*(?:h|giờ|g|:)\s*(?:\d{2})?\s*(?:phút|['’′])?\s*,?\s+(?=ngày|\d|sáng|chiều|tối)",
        r"[\s,]+(?:lúc\s+)?\d{1,2}\s*(?:h|giờ|g|:)\s*(?:\d{2})?\s*(?:phút|['’′])?$",
        r"^(?:vào\s+)?(?:buổi\s+)?(?:sáng|trưa|chiều|tối)\s*,?\s+(?=ngày|\d|thứ|chủ)",
        rf"\s*[,(]\s*{_WEEKDAY}\)?$",
        rf"^{_WEEKDAY}\s*,?\s+(?=ngày|\d)",
    )
)


def read_day(raw: Raw, *, asks_if_swapped: bool = True) -> tuple[str, str]:
    """An ISO day and a flag; raises Refusal."""
    if isinstance(raw, (datetime, date)):
        day = as_date(raw)
        # "13/5" is a day cell too: a program adds this year, and nobody sees that it did.
        told = f"ô ở kiểu ngày của bảng tính, hiểu là {day_text(day)}"
        return _day_in_cell(day, asks_if_swapped=asks_if_swapped), told
    if kept := day_of_number(raw):
        told = f"số {one_line(str(raw)).partition('.')[0]} được hiểu là ngày {day_text(kept)}"
        return _day_in_cell(kept, asks_if_swapped=asks_if_swapped), told
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raise Refusal(f"cần một ngày dạng ngày/tháng/năm, đang là số {exact_text(raw)}")
    return _day_in_words(one_line(str(raw)))


def day_of_number(raw: Raw) -> date | None:
    """The day that a program keeps as a number, also where it has become text since: 45721, '45721', '45721.0'."""
    if isinstance(raw, str) and _NUMBER_OF_DAY.fullmatch(raw.strip()):
        raw = float(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not _SERIALS.start <= raw < _SERIALS.stop:
        return None
    return EXCEL_EPOCH + timedelta(days=int(raw))


def _day_in_cell(day: date, *, asks_if_swapped: bool) -> str:
    """Not what was typed but what a program made of it: under English settings 5/3/2025 has become 3 May."""
    _plausible(day)
    if asks_if_swapped and may_be_swapped(day):
        other = date(day.year, day.day, day.month)
        raise Refusal(
            f"ô ở kiểu ngày của bảng tính nên không rõ là {in_words(other)} hay {in_words(day)}; "
            f"hãy ghi bằng chữ, ví dụ “{in_words(other)}”"
        )
    return day.isoformat()


def in_words(day: date) -> str:
    return f"ngày {day.day} tháng {day.month} năm {day.year}"


def _day_in_words(text: str) -> tuple[str, str]:
    if found := _by_rule(text):
        day, rule = found
        return day.isoformat(), f"“{text}” được hiểu là {day_text(day)}" if rule.is_told else ""
    if found := _by_rule(_without_the_rest(text)):
        _same_weekday(text, found[0])
        return found[0].isoformat(), f"“{quoted(text)}” được hiểu là {day_text(found[0])}"
    raise Refusal(f"cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “{quoted(text)}”")


def _by_rule(text: str) -> tuple[date, Rule] | None:
    for rule in RULES:
        if found := rule.looks_like.match(text):
            parts = dict(zip(rule.order, map(int, found.groups()), strict=True))
            return _plausible(_day(_year(parts["y"], text, rule), parts["m"], parts["d"], text)), rule
    return None


def _year(written: int, text: str, rule: Rule) -> int:
    """Of two digits, in this half of the century; '0025' is a slip, and no year."""
    if not rule.is_told:
        if written < 1000:
            raise Refusal(f"ngày “{text}” có năm không hợp lý; hãy xem lại năm")
        return written
    if written >= _LAST_OF_TWO_DIGITS:
        raise Refusal(f"“{text}” không rõ là năm 19{written} hay 20{written}; hãy ghi đủ bốn chữ số của năm")
    return 2000 + written


def _same_weekday(text: str, day: date) -> None:
    """Which of the two was meant, nobody can know but who wrote it."""
    found = re.search(rf"(?<!\w){_WEEKDAY}(?!\w)", text, re.I)
    last = fold(found[0]).split()[-1] if found else ""
    named = _WEEKDAYS.get(last, _WEEKDAYS.get(last.removeprefix("t"), day.weekday()))
    if named != day.weekday():
        raise Refusal(f"“{quoted(text)}”: ngày {day_text(day)} là {WEEKDAYS[day.weekday()]}; hãy xem lại thứ hoặc ngày")


def _without_the_rest(text: str) -> str:
    for around in _AROUND:
        text = around.sub("", text)
    return text


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal(f"không có ngày “{text}”; hãy xem lại ngày, tháng") from None


def _plausible(day: date) -> date:
    if not 1990 <= day.year <= 2100:
        raise Refusal(f"ngày {day_text(day)} có năm không hợp lý; hãy xem lại năm")
    return day
