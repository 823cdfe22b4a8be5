"""What a short reply without a workbook asks for: more time, please, in the spellings that people use."""

import re
from collections.abc import Sequence
from datetime import date

from tasks.domain.extension import Wish
from tasks.domain.spoken_day import Spoken, all_days_in, dates_in, weekdays_in
from tasks.domain.vietnamese import clean, fold, one_line
from tasks.domain.wish_words import (
    ASKS,
    BEGGED,
    BEGS,
    BEHIND_DAYS,
    CLAUSE,
    DENIES,
    EXCUSE,
    GIVEN,
    GOES_ON,
    HARDSHIP,
    LONG_AGO,
    MOST_DAYS,
    OF_OTHERS,
    PERIOD,
    SPEAKS,
    TOLD,
    UNCLEAR,
    UNCLEAR_AMOUNT,
    UNCLEAR_DAY,
    WHY,
)

# Where the quoted letter begins, in the mail programs that the units use. Everything from there on is not theirs.
_QUOTE = re.compile(
    r"^\s*(>|-{2,}\s*(original message|thu goc|tin nhan goc|forwarded message|thu chuyen tiep)|_{8,}"
    r"|\*?(from|tu|nguoi gui)\s*:.*|(-{2,}\s*)?(vao|on|luc|ngay)\b.{5,200}\b(wrote|da viet|viet)\s*(:|-{2,})"
    r"|(vao|on)\b.{5,200}<[^<>\s]+@[^<>\s]+>\s*:?$"
    # our own letter, where a program quotes it without a mark
    r"|-\s*(dot|tinh trang|thoi ky)\s*:|-\s*thoi han\s*:\s*(het|\d{1,2}:)|cach tra loi\s*:$"
    r"|.{2,80}\bxin nhac don vi ve thoi han|den nay .{2,80} chua nhan duoc (phieu|bao cao)"
    r"|thu nay do he thong theo doi)",
    re.I,
)
# Our own invitation, where a program quotes it without a mark; and whatever somebody quotes himself.
_INVITES = re.compile(r"\bneu gap kho khan hoac can gia han\b.*?(?:xin bo qua thu nay|$)")
QUOTED = re.compile(r"[“\"«].*?[”\"»]")
_SMELLS = re.compile(
    r"\bgia\s*han\b|\b(?:lui|doi|keo\s+dai|hoan|khat)\s+(?:lai|them|den|toi|sang|ngay|han|thoi|nop|gui)\b"
    r"|\b(?:xin|cho|can)\s+(?:\S+\s+){0,3}?them\b|\b(?:nop|gui|tra\s+loi)\s+(?:\S+\s+)?(?:cham|tre|muon)\b"
    r"|\b(?:chua|khong|ko)\s+kip\b"
)
_SIGN_OFF = re.compile(r"^\s*(?:tran\s+trong|kinh\s+thu|than\s+ai|--\s*$|(?:da\s+|duoc\s+)?gui\s+tu\b|sent\s+from\b)")
_ANSWERS = re.compile(r"^(?:\s*(?:re|fw|fwd|tr|tl|trả lời|chuyển tiếp)\s*:|\s*\[[^\]]{1,40}\])+\s*", re.I)
# What we call our own letters (templates/letters/*/subject.txt): an empty answer to one of them says nothing.
_OUR_SUBJECTS = re.compile(
    r"^(?:khan\s*:|nhac|da nhan (?:de nghi|phieu)|(?:da|khong) gia han|doi han|de nghi (?:gui lai|bo sung|chi dao)"
    r"|thong bao kien nghi|lich kiem tra|doi lich|huy lich|co \d|bao cao \d|.* de nghi tra loi phieu$)"
)
_LONGEST = 5_000  # letters: what a short reply asks for stands in them, and a long text costs no minutes
_STOP = re.compile(r"[.;!?](?=\s|$)")
_MORE = re.compile(rf"\bthem\s+(?:\S+\s+){{0,3}}?{PERIOD}")
# Before a date: from when on, or what it is the date of; only what comes after 'đến' is asked for.
_OF_ANOTHER = re.compile(
    r"\b(?:tu|ky|han\s+cu|het\s+han|so(?:\s+\S+)?|cong\s+van|van\s+ban|thong\s+bao|ke\s+hoach"
    r"|(?:tinh|chot)\s+(?:den|toi)(?:\s+het)?)\s+(?:cua\s+)?(?:ngay\s+)?$"
)
_UNTIL = re.compile(r"\b(?:den|toi|sang|truoc)\s+(?:\S+\s+){0,2}(?:thu\s+\S+\s+)?(?:ngay\s+)?$")
_AT_ONCE = re.compile(r"^\s*(?:\S+\s+){0,3}?(?:han|hoan|khat|lui)\s*:?\s*(?:ngay\s+)?$")
_TO = re.compile(r"\b(?:den|toi|sang)\b")
_BEGS = re.compile(r"\b(?:xin|de\s+nghi|cho\s+phep|kinh\s+mong|mong|duoc)\b")
_VAGUE = re.compile(r"\b(?:vai|may|it|mot\s+so|nua|\d{1,2}|mot|hai)\s+(?:ngay|hom|bua|tuan|thang)\b")


def own_words(text: str) -> str:
    """The sender's own part of a mail: what stands above the letter that is answered."""
    lines = []
    for line in clean(text).split("\n"):
        if _QUOTE.match(plain_letters(line)):
            break
        lines.append(line)
    return "\n".join(lines).strip()[:_LONGEST]


def said(text: str, subject: str) -> str:
    """The sender's own words; where the mail has none, those that he wrote into its subject."""
    lines = own_words(text).split("\n")
    ends = next((at for at, line in enumerate(lines) if _SIGN_OFF.match(plain_letters(line))), len(lines))
    if any(line.strip() for line in lines[:ends]):
        return text
    own = _ANSWERS.sub("", one_line(subject))
    return "" if _OUR_SUBJECTS.match(plain_letters(own)) else own


def read_wish(text: str, received_on: date) -> Wish | None:
    """'GIA HAN 5 ngay, ly do …', 'xin gia hạn đến 15/11': None when the mail asks for no such thing."""
    words = one_line(re.sub(r"\n\s*\n", ". ", own_words(text)))
    plain = _unquoted(plain_letters(words))
    wishes = [wish for asked in _asked(plain) if (wish := _wish(words, plain, asked, received_on)) is not None]
    clear = [wish for wish in wishes if wish.days or wish.until]
    if len({(wish.days, wish.until) for wish in clear}) > 1:
        return Wish(why=clear[0].why)  # so long for the one part, so long for the other
    return next(iter([*clear, *wishes]), None)


def _unquoted(plain: str) -> str:
    """Blanks where words stand that are not the sender's, so that places stay places."""
    for others in (_INVITES, QUOTED):
        plain = others.sub(lambda found: " " * len(found[0]), plain)
    return plain


def _asked(plain: str) -> "list[re.Match[str]]":
    """Where more time is asked for, once in a sentence; not where the words deny it, or tell of it."""
    denied = [found.span() for found in DENIES.finditer(plain)]
    asked: dict[int, re.Match[str]] = {}
    for one in ASKS.finditer(plain):
        begins = _begin(plain, one)
        before = plain[begins : one.start()]
        is_told = TOLD.search(before) and not BEGGED.search(before)
        if not is_told and not any(a < one.end() and one.start() < b for a, b in denied):
            asked.setdefault(begins, one)
    return list(asked.values())


def _wish(words: str, plain: str, asked: "re.Match[str]", received_on: date) -> Wish | None:
    near = plain[max(0, asked.start() - 40) : asked.end() + 120]
    before, whole = _sentence(plain, asked)
    after = _how_long(whole)
    why = _why(words, plain, asked.end())
    if _is_unclear(before, asked[0], whole):
        return Wish(why=why)
    days = _days(after)
    more = _MORE.search(after) if days else None
    until = after[more.end() :] if more else after  # before them stands what is already known
    day = None if _any(UNCLEAR_DAY, until) else _last_day(until, received_on)
    if day is None and days is None and not _BEGS.search(near) and not _VAGUE.search(after):
        return None
    return Wish(None if day else days, day, why)


def _days(after: str) -> int | None:
    """The one number of days that is named, where nothing makes it the number of something else."""
    amounts = all_days_in(after)
    if len(amounts) != 1 or _any(UNCLEAR_AMOUNT, after) or not BEHIND_DAYS.search(after):
        return None
    return next((days for days in amounts if days <= MOST_DAYS), None)


def _any(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(one.search(text) for one in patterns)


def _is_unclear(before: str, asked: str, whole: str) -> bool:
    """By the whole sentence, and by the clause in which the words stand."""
    asking = CLAUSE.split(before)[-1]
    clause = asking + CLAUSE.split(whole)[0]
    return (
        _any(UNCLEAR, before + whole)
        or (SPEAKS.search(asking) or BEGS.search(asking + asked)) is None
        or EXCUSE.search(before + asked) is not None
        or LONG_AGO.search(clause) is not None
        or OF_OTHERS.search(asking) is not None
        or GIVEN.search(asking) is not None
    )


def _begin(plain: str, asked: "re.Match[str]") -> int:
    return max((stop.end() for stop in _STOP.finditer(plain, 0, asked.start())), default=0)


def _sentence(plain: str, asked: "re.Match[str]") -> tuple[str, str]:
    """The sentence of the request, up to it and from it on, with the mark that ends it."""
    ends = _STOP.search(plain, asked.end())
    return plain[_begin(plain, asked) : asked.start()], plain[asked.start() : ends.end() if ends else asked.end() + 120]


def _how_long(after: str) -> str:
    """The reason's days and dates are not what is asked for, nor are those of a clause that tells of something else."""
    ends = [found.start() for one in (WHY, HARDSHIP) if (found := one.search(after))]
    asked, *clauses = re.split(r",(?=\s)", after[: min(ends, default=len(after))])
    for clause in clauses:
        if not GOES_ON.search(clause):
            break
        asked += f",{clause}"
    return asked


def _last_day(text: str, received_on: date) -> date | None:
    """The date after the last 'đến', else the only one named, else the day of the week after 'đến'."""
    named = [one for one in dates_in(text, received_on) if not _OF_ANOTHER.search(text[: one.start])]
    after_until = [one for one in named if _is_until(text, one)]
    if after_until:
        day = after_until[-1].day
        return day if day >= received_on else None
    spoken = next(weekdays_in(text, received_on), None) if _TO.search(text) and not named else None
    return spoken.day if spoken else None


def _is_until(text: str, one: Spoken) -> bool:
    return bool(_UNTIL.search(text[: one.start]) or _AT_ONCE.search(text[: one.start]))


def plain_letters(text: str) -> str:
    """Folded letter by letter, so that places in it are places in the text."""
    return "".join((fold(letter) or " ")[:1] for letter in text)


def _why(words: str, plain: str, start: int) -> str:
    found = WHY.search(plain, start)
    if found is None:
        return ""
    reason = words[found.end() :]
    end = re.search(r"[.;](?:\s|$)", reason)
    return reason[: end.start() if end else None].strip(" ,.;:")[:300]


def smells_of_more_time(text: str) -> bool:
    """Words that may ask for more time, unclear ones too: enough to tell a person, never enough to grant."""
    return bool(_SMELLS.search(plain_letters(one_line(own_words(text)))))
