"""The lines that our letters print to be filled in. They alone act; whatever else a mail says is for a person to read.

GIA HẠN: 5 ngày, lý do mất điện          GIA HẠN: đến 20/05/2025, lý do …
HẸN: ngày 20/05/2025                     KHẮC PHỤC: đã niêm yết lại từ ngày …
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.domain.extension import Wish
from tasks.domain.vietnamese import clean, fold, one_line

MOST_DAYS = 60
LONGEST_WHY = 300


UNSEEN = "thư HTML có thể che bớt chữ"


class Mark(StrEnum):
    MORE_TIME = "gia han"
    PROMISE = "hen"
    REMEDY = "khac phuc"


@dataclass(frozen=True)
class Marked:
    """What the lines of one mail come to; `unclear`: lines that were filled in so that nothing can be done by them."""

    wish: Wish | None = None
    promised: date | None = None
    remedy: str = ""
    unclear: tuple[str, ...] = ()

    def unseen(self) -> "Marked":
        """Of a mail that may hide text from who looks at it: whether a person has seen the lines, nobody knows."""
        return Marked(unclear=(*self.unclear, UNSEEN)) if self.acts else self

    @property
    def acts(self) -> bool:
        return self.wish is not None or self.promised is not None or bool(self.remedy)


_LINE = re.compile(r"\s*[-*•–]?\s*(gia\s*han|hen|khac\s+phuc)\s*:\s*(.*)")
# As we print it: dots where something is to be written.
_EMPTY = re.compile(r"(?:[.…_\s,;:/\-–]|\b(?:ngay|ly do|den|da)\b)*")
_DATE = r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}))?"
_DAY = rf"(?:thu\s+\S+?\s*,?\s*)?(?:het\s+)?(?:ngay\s+)?{_DATE}"
_WHY = r"(?:\s*[,;.\-–(]?\s*(?:ly\s+do|vi|do)\s*:?\s*(?P<why>.*?))?[\s.,;…)]*"
_DAYS = re.compile(rf"(?:xin\s+|them\s+){{0,2}}(\d{{1,3}})\s*(?:ngay|ngay\s+lam\s+viec){_WHY}")
_UNTIL = re.compile(rf"(?:xin\s+)?(?:den|toi)\s+{_DAY}{_WHY}")
_PROMISED = re.compile(rf"{_DAY}[\s.,;]*")


def read_marked(own_words: str, received_on: date) -> Marked:
    """`own_words`: what stands above the letter that is answered. A line that says two things says none."""
    found: dict[Mark, set[object]] = {mark: set() for mark in Mark}
    unclear: list[str] = []
    for line in clean(own_words).split("\n"):
        if (marked := _LINE.fullmatch(_plain(line))) is None or _EMPTY.fullmatch(marked[2]):
            continue
        mark = Mark(re.sub(r"gia\s*han", "gia han", re.sub(r"\s+", " ", marked[1])))
        said = _said(mark, marked[2], line[marked.start(2) :].strip(), received_on)
        found[mark].add(said) if said else unclear.append(one_line(line)[:LONGEST_WHY])
    for mark, said_so in found.items():
        if len(said_so) > 1:
            unclear.append(f"hai dòng {mark.value.upper()} khác nhau")
    (wish,), (promised,), (remedy,) = (_only(found[mark]) for mark in Mark)
    return Marked(
        wish if isinstance(wish, Wish) else None,
        promised if isinstance(promised, date) else None,
        remedy if isinstance(remedy, str) else "",
        tuple(unclear),
    )


def _only(said: set[object]) -> tuple[object]:
    return (next(iter(said)) if len(said) == 1 else None,)


def _said(mark: Mark, plain: str, written: str, received_on: date) -> object:
    if mark is Mark.REMEDY:
        return one_line(written)
    if mark is Mark.PROMISE:
        found = _PROMISED.fullmatch(plain)
        day = _day(found.groups(), received_on) if found else None
        return day if day is not None and day >= received_on else None
    return _wish(plain, written, received_on)


def _wish(plain: str, written: str, received_on: date) -> Wish | None:
    if days := _DAYS.fullmatch(plain):
        number = int(days[1])
        return Wish(days=number, why=_why(days, written)) if 0 < number <= MOST_DAYS else None
    if until := _UNTIL.fullmatch(plain):
        day = _day(until.groups()[:3], received_on)
        return Wish(until=day, why=_why(until, written)) if day is not None and day >= received_on else None
    return None


def _why(found: "re.Match[str]", written: str) -> str:
    """In the sender's own letters: places in the plain line are places in what was written."""
    if found["why"] is None:
        return ""
    return one_line(written[found.start("why") : found.end("why")]).strip(" .,;…")[:LONGEST_WHY]


def _day(parts: "tuple[str | None, ...]", received_on: date) -> date | None:
    """Without a year the next such day, this year or, around its turn, the next."""
    day, month, year = (int(part) if part else 0 for part in parts)
    try:
        if year:
            return date(year, month, day)
        named = date(received_on.year, month, day)
        if named >= received_on or received_on.month < 10:
            return named
        return named.replace(year=received_on.year + 1)
    except ValueError:
        return None


def _plain(line: str) -> str:
    """Folded letter by letter, so that places in it are places in the line."""
    return "".join((fold(letter) or " ")[:1] for letter in line)
