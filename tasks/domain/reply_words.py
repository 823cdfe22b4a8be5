"""What a short reply without a workbook asks for: more time, please, in the spellings that people use."""

import re
from datetime import date

from tasks.domain.extension import Wish
from tasks.domain.spoken_day import days_in, until, weekdays_in
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
_AMOUNT = r"(?:thoi\s+gian|thoi\s+han|(?:\S+\s+){1,3}(?:ngay|hom|bua|tuan|thang)\b)"
_LATE = r"(?:nop|gui|bao\s+cao)\s+(?:bao\s+cao\s+|phieu\s+)?(?:cham|tre|muon)"
_ASKS = re.compile(
    r"\bgia\s*han\b|\b(?:lui|doi|keo\s+dai|hoan)\s+(?:lai\s+)?(?:thoi\s+)?(?:han|gian\s+nop)\b"
    rf"|\b(?:xin|cho|de\s+nghi)\s+(?:\S+\s+){{0,3}}?them\s+{_AMOUNT}|\b{_LATE}\b"
)
_DENIES = re.compile(
    rf"\b(?:khong|chua)\s+(?:can\s+|xin\s+|de\s+nghi\s+|phai\s+|muon\s+|dam\s+|nop\s+)*(?:gia\s*han|{_LATE})\b"
    # somebody's earlier decision, or more time for something else
    r"|\b(?:da|vua)\s+(?:duoc\s+|xin\s+|cho\s+|de\s+nghi\s+)*gia\s*han\b"
    r"|\bgia\s*han\s+(?:hop\s+dong|chu\s+ky\s+so|the\b|giay\s+phep|ten\s+mien|bao\s+hiem|dich\s+vu)"
)
_TO = re.compile(r"\b(?:den|toi|sang)\b")
_BEGS = re.compile(r"\b(?:xin|de\s+nghi|cho\s+phep|kinh\s+mong|mong|duoc)\b")
_VAGUE = re.compile(r"\b(?:vai|may|it|mot\s+so|nua|\d{1,2}|mot|hai)\s+(?:ngay|hom|bua|tuan|thang)\b")
_WHY = re.compile(r"\b(?:ly\s*do|li\s*do|vi|do|tai)\b\s*(?:la\b)?\s*[:\-]?\s*")


def own_words(text: str) -> str:
    """The sender's own part of a mail: what stands above the letter that is answered."""
    lines = []
    for line in clean(text).split("\n"):
        if _QUOTE.match(plain_letters(line)):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def read_wish(text: str, received_on: date) -> Wish | None:
    """'GIA HAN 5 ngay, ly do …', 'xin gia hạn đến 15/11': None when the mail asks for no such thing."""
    words = one_line(own_words(text))
    plain = _INVITES.sub(lambda ours: " " * len(ours[0]), plain_letters(words))
    denied = [found.span() for found in _DENIES.finditer(plain)]
    meant = (one for one in _ASKS.finditer(plain) if not any(a <= one.start() < b for a, b in denied))
    asked = next(meant, None)
    if asked is None:
        return None
    near = plain[max(0, asked.start() - 40) : asked.end() + 120]
    after = plain[asked.start() : asked.end() + 120]
    day = _last_day(after, received_on)
    days = days_in(after) or days_in(near)
    if day is None and days is None and not _BEGS.search(near) and not _VAGUE.search(after):
        return None
    return Wish(None if day else days, day, _why(words, plain, asked.end()))


def _last_day(text: str, received_on: date) -> date | None:
    """The date named, else the day of the week after 'đến'; the reason's own dates are not it."""
    why = _WHY.search(text)
    asked = text[: why.start()] if why else text
    spoken = next(weekdays_in(asked, received_on), None) if _TO.search(asked) else None
    return until(asked, received_on) or (spoken.day if spoken else None)


def plain_letters(text: str) -> str:
    """Folded letter by letter, so that places in it are places in the text."""
    return "".join((fold(letter) or " ")[:1] for letter in text)


def _why(words: str, plain: str, start: int) -> str:
    found = _WHY.search(plain, start)
    if found is None:
        return ""
    reason = words[found.end() :]
    end = re.search(r"[.;](?:\s|$)", reason)
    return reason[: end.start() if end else None].strip(" ,.;:")[:300]
