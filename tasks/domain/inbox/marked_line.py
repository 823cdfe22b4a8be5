"""The lines that our letters print to be filled in. They alone act; whatever else a mail says is for a person to read.

GIA HẠN: 5 ngày, lý do mất điện          GIA HẠN: đến 20/05/2025, lý do …
HẸN: ngày 20/05/2025                     KHẮC PHỤC: đã niêm yết lại từ ngày …
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tasks.domain.extension import Wish
from tasks.domain.inbox.own_words import plain_letters
from tasks.domain.vietnamese import clean, day_text, one_line

MOST_DAYS = 60
LONGEST_WHY, LONGEST_LINE = 300, 1_000
# Why the lines of a mail wait for a person, though they are filled in well; said to whoever wrote them.
UNSEEN = "thư trình bày (HTML) có chữ bị che, nên thư chờ người đọc; muốn được nhận ngay, hãy viết lại bằng chữ thường"
BY_MACHINE = (
    "thư mang dấu của máy tự gửi, của danh sách thư hoặc của quy tắc chuyển tiếp, nên thư chờ người đọc; muốn được "
    "nhận ngay, hãy viết lại và gửi thẳng từ hộp thư của đơn vị"
)
ELSEWHERE = (
    "dòng nằm dưới hoặc trong phần có vẻ trích thư khác, nên chờ người đọc; muốn được nhận ngay, hãy ghi dòng ấy ở "
    "đầu thư"
)


class Mark(StrEnum):
    MORE_TIME = "gia han"
    PROMISE = "hen"
    REMEDY = "khac phuc"


MARK_NAMES: Mapping[Mark, str] = {Mark.MORE_TIME: "GIA HẠN", Mark.PROMISE: "HẸN", Mark.REMEDY: "KHẮC PHỤC"}
HOW: Mapping[Mark, str] = {
    Mark.MORE_TIME: "“GIA HẠN: 5 ngày, lý do …” hoặc “GIA HẠN: đến {day}, lý do …”",
    Mark.PROMISE: "“HẸN: ngày {day}”",
    Mark.REMEDY: "“KHẮC PHỤC: đã làm gì”",
}
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class NotTaken:
    """A line that was filled in so that nothing can be done by it."""

    line: str
    """As it was written; of two that differ, both."""
    why: str
    how: str = ""
    """What to write instead."""

    @property
    def words(self) -> str:
        """To whoever wrote it."""
        return f"Dòng {self.line} chưa được nhận: {self.why}" + (f". Hãy viết như: {self.how}" if self.how else "")


@dataclass(frozen=True)
class Marked:
    """What the lines of one mail come to."""

    wish: Wish | None = None
    promised: date | None = None
    remedy: str = ""
    unclear: tuple[NotTaken, ...] = ()

    def waiting(self, why: str) -> "Marked":
        """Of a mail of which nobody knows whether a person has seen or written its lines."""
        said = {Mark.MORE_TIME: self.wish, Mark.PROMISE: self.promised, Mark.REMEDY: self.remedy}
        lines = ", ".join(MARK_NAMES[mark] for mark, one in said.items() if one)
        return Marked(unclear=(*self.unclear, NotTaken(lines, why))) if self.acts else self

    @property
    def acts(self) -> bool:
        return self.wish is not None or self.promised is not None or bool(self.remedy)


_DRESS = re.compile(r"\*{1,3}|_{2,3}|(?<![^\W_])_(?=[^\W_])|(?<=[^\W_])_(?![^\W_])")
_QUOTED = re.compile(r"^[\s>|»＞]+", re.M)
_MAY_BEGIN = re.compile(r"\W{0,9}[ghk]", re.I)
_LINE = re.compile(r"\s*[-•–]?\s*(gia\s*han|hen|khac\s+phuc)\s*:\s*(.*)")
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
    found: dict[Mark, dict[object, str]] = {mark: {} for mark in Mark}
    unclear: list[NotTaken] = []
    for line in _undressed(own_words).split("\n"):
        if (marked := _LINE.fullmatch(plain_letters(line))) is None or _EMPTY.fullmatch(marked[2]):
            continue
        mark = Mark(re.sub(r"gia\s*han", "gia han", re.sub(r"\s+", " ", marked[1])))
        written = f"“{one_line(line)[:LONGEST_WHY]}”"
        if said := _said(mark, marked[2], line[marked.start(2) :].strip(), received_on):
            found[mark].setdefault(said, written)
        else:
            unclear.append(NotTaken(written, _why_not(mark, marked[2], received_on), _how(mark, received_on)))
    for mark, said_so in found.items():
        if len(said_so) > 1:
            why = "hai dòng trái nhau, chỉ ghi một dòng"
            unclear.append(NotTaken(" và ".join(said_so.values()), why, _how(mark, received_on)))
    (wish,), (promised,), (remedy,) = (_only(found[mark]) for mark in Mark)
    return Marked(
        wish if isinstance(wish, Wish) else None,
        promised if isinstance(promised, date) else None,
        remedy if isinstance(remedy, str) else "",
        tuple(unclear),
    )


def filled_lines(text: str, received_on: date) -> dict[str, str]:
    """Every line of a text, quoted or not, that says something; by its plain words, as it was written."""
    found = {}
    for line in _undressed(_QUOTED.sub("", text)).split("\n"):
        if len(line) > LONGEST_LINE or not _MAY_BEGIN.match(line):
            continue
        if _LINE.fullmatch(plain := plain_letters(line)) and read_marked(line, received_on).acts:
            found[" ".join(plain.split())] = one_line(line)
    return found


def _undressed(text: str) -> str:
    """Without the stars of bold words."""
    return _DRESS.sub("", clean(text))


def _how(mark: Mark, received_on: date) -> str:
    return HOW[mark].format(day=day_text(received_on + AHEAD))


def _why_not(mark: Mark, plain: str, received_on: date) -> str:
    """What is wrong with a line by which nothing can be done."""
    if dated := re.search(_DATE, plain):
        day = _day(dated.groups(), received_on)
        if day is None:
            return f"không có ngày {dated[0].strip()}"
        if day < received_on:
            return f"ngày {day_text(day)} đã qua"
    number = re.search(r"(\d+)\s*ngay\b", plain) if mark is Mark.MORE_TIME else None
    if number and not 0 < int(number[1]) <= MOST_DAYS:
        return f"số ngày xin thêm phải từ 1 đến {MOST_DAYS}"
    wanted = "ngày hẹn" if mark is Mark.PROMISE else "số ngày hoặc ngày xin gia hạn"
    return f"chưa rõ {wanted}; trong dòng chỉ ghi điều đó" + (" và lý do" if mark is Mark.MORE_TIME else "")


def _only(said: Mapping[object, str]) -> tuple[object]:
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
