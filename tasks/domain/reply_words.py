"""What a short reply without a workbook asks for: more time, please, in the spellings that people use."""

import re
from datetime import date

from tasks.domain.extension import Wish
from tasks.domain.spoken_day import dates_in, days_in, weekdays_in
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
    r"\b(?:khong|chua)\s+(?:co\s+nhu\s+cau\s+|co\s+y\s+dinh\s+|can\s+|xin\s+|de\s+nghi\s+|phai\s+|muon\s+|dam\s+|nop\s+)*"
    rf"(?:gia\s*han|{_LATE})\b"
    r"|\bgia\s*han\s*[:\-]\s*(?:khong|chua)\b"
    # somebody's earlier decision, or more time for something else
    r"|\b(?:da|vua)\s+(?:duoc\s+|xin\s+|cho\s+|de\s+nghi\s+)*gia\s*han\b"
    r"|\bgia\s*han\s+(?:hop\s+dong|chu\s+ky\s+so|the\b|giay\s+phep|ten\s+mien|bao\s+hiem|dich\s+vu)"
)
# A question, or somebody else's wish: a person reads it, and nothing is granted by itself.
_UNCLEAR = re.compile(
    r"\b(?:cho|xin|muon)\s+hoi\b|\bco\s+(?:duoc\s+)?gia\s*han\b.*\bkhong\b"
    r"|\b(?:don\s+vi|xa|phong|truong)\s+(?:ban|khac)\b"
    r"|\bcac\s+(?:xa|don\s+vi|phong|truong|co\s+quan)\b"
)
_PERIOD = r"(?:ngay|hom|bua|tuan)\b"
# '5-7 ngay', '1,5 ngay', '-5 ngay', '3 den 5 ngay' is no number of days.
_UNCLEAR_AMOUNT = re.compile(
    rf"\d\s*[-–,.]\s*\d+\s*{_PERIOD}|(?<!\w)[-–]\s*\d+\s*{_PERIOD}|\d\s+(?:den|toi|hoac|hay)\s+\d+\s*{_PERIOD}"
)
_STOP = re.compile(r"[.;!?](?=\s|$)")
_MORE = re.compile(rf"\bthem\s+(?:\S+\s+){{0,3}}?{_PERIOD}")
# Before a date: from when on, or what it is the date of; only what comes after 'đến' is asked for.
_OF_ANOTHER = re.compile(
    r"\b(?:tu|ky|han\s+cu|het\s+han|so(?:\s+\S+)?|cong\s+van|van\s+ban|thong\s+bao|ke\s+hoach)"
    r"\s+(?:cua\s+)?(?:ngay\s+)?$"
)
_UNTIL = re.compile(r"\b(?:den|toi|sang|truoc)\s+(?:\S+\s+){0,2}$")
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
    before, after = _sentence(plain, asked)
    why = _why(words, plain, asked.end())
    if _UNCLEAR.search(before + after):
        return Wish(why=why)
    days = None if _UNCLEAR_AMOUNT.search(after) else days_in(after)
    more = _MORE.search(after) if days else None
    day = _last_day(after[more.end() :] if more else after, received_on)  # before them stands what is already known
    if day is None and days is None and not _BEGS.search(near) and not _VAGUE.search(after):
        return None
    return Wish(None if day else days, day, why)


def _sentence(plain: str, asked: "re.Match[str]") -> tuple[str, str]:
    """The sentence of the request, up to it and from it on; the reason's days and dates are not what is asked for."""
    begins = max((stop.end() for stop in _STOP.finditer(plain, 0, asked.start())), default=0)
    ends = _STOP.search(plain, asked.end())
    after = plain[asked.start() : ends.start() if ends else asked.end() + 120]
    why = _WHY.search(after)
    return plain[begins : asked.start()], after[: why.start()] if why else after


def _last_day(text: str, received_on: date) -> date | None:
    """The date after the last 'đến', else the only one named, else the day of the week after 'đến'."""
    named = [one for one in dates_in(text, received_on) if not _OF_ANOTHER.search(text[: one.start])]
    after_until = [one for one in named if _UNTIL.search(text[: one.start])]
    if after_until or len(named) == 1:
        day = (after_until or named)[-1].day
        return day if day >= received_on else None
    spoken = next(weekdays_in(text, received_on), None) if _TO.search(text) and not named else None
    return spoken.day if spoken else None


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
