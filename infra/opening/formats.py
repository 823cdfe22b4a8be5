"""What a number format says about the number under it: a day, a time, a percentage, or nothing."""

import re
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache

from tasks.domain.answer import Raw


class Meaning(Enum):
    PLAIN = auto()
    PERCENT = auto()
    DAY = auto()
    TIME = auto()


# The formats that a file names by number only (ECMA-376, 18.8.30). 27-36 and 50-58 are days in East Asian programs
# alone: elsewhere the same numbers stand for something else, so they are not taken for days.
BUILT_IN = {
    **dict.fromkeys((9, 10), Meaning.PERCENT),
    **dict.fromkeys((14, 15, 16, 17, 22), Meaning.DAY),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), Meaning.TIME),
}
_UNSPOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_DATES = re.compile(r"[dy]", re.I)
_TIMES = re.compile(r"[hs]|am/pm", re.I)
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_465  # 31/12/9999


@lru_cache(maxsize=512)
def meaning(code: str) -> Meaning:
    """By the first section of the format, with everything quoted taken out: '0.0%', 'dd/mm/yyyy', '[h]:mm'."""
    spoken = _UNSPOKEN.sub(lambda found: found[0] if found[0][0] == "[" and found[0][1] in "hms" else "", code)
    spoken = spoken.split(";")[0]
    if spoken.casefold() in {"general", "standard", "@", ""}:
        return Meaning.PLAIN
    if "%" in spoken:
        return Meaning.PERCENT
    if _DATES.search(spoken) or re.search(r"m", re.sub(r"[hs:\[\]m]*[hs:][hs:\[\]m]*", "", spoken, flags=re.I), re.I):
        return Meaning.DAY
    return Meaning.TIME if _TIMES.search(spoken) else Meaning.PLAIN


def as_shown(number: float, what: Meaning, *, from_1904: bool) -> Raw:
    """The number as its format shows it; left as it is where no day or time comes out."""
    if what is Meaning.DAY and 0 <= number <= _LAST_SERIAL:
        return moment(number, from_1904=from_1904)
    if what is Meaning.TIME and 0 <= number <= _LAST_SERIAL:
        return clock_text(timedelta(days=number))
    return number


def moment(number: float, *, from_1904: bool) -> datetime:
    # Excel counts a 29 February 1900 that never was.
    days = number if from_1904 or number >= 60 else number + 1
    return (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(seconds=round(days * 86_400))


def clock_text(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def day_of(text: str) -> datetime | None:
    """An ISO day or moment, as OpenDocument and the strict kind of .xlsx write them."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    try:
        return datetime.combine(date.fromisoformat(text[:10]), datetime.min.time())
    except ValueError:
        return None
