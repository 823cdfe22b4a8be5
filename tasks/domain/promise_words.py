"""The day that a short reply promises: before its verb or after it, by the unit itself, and never guessed."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest

from tasks.domain.reply_words import QUOTED, own_words, plain_letters
from tasks.domain.spoken_day import WEEK, Spoken, dates_in, days_in, weekdays_in, weekends_in
from tasks.domain.vietnamese import one_line

_VERB = (
    r"(?:tra\s+loi|gui|nop|bao\s+cao(?!\s+(?:anh|chi|lanh\s+dao|chu\s+tich))|phan\s+hoi|phuc\s+dap|hoi\s+am"
    r"|bo\s+sung|hoan\s+thanh|khac\s+phuc|hoan\s+thien"
    r"|hoan\s+tat)"
)
_WILL = re.compile(rf"\b(?:se|hen|du\s+kien|cam\s+ket|phan\s+dau|co\s+gang)\b.{{0,60}}?\b{_VERB}\b")
_DOES = re.compile(rf"\b{_VERB}\b")
# 'hẹn 15/10', 'dự kiến 15/10 xong': no verb but the promise itself, by the unit, with nothing else around the day.
_TERSELY = re.compile(
    r"(?:^\s*|[,:]\s*|\b(?:em|xa|don\s+vi|truong|chung\s+toi|chung\s+em|thi\s+tran)\s+(?:\S+\s+){0,2}?)"
    r"(?:xin\s+)?(?:hen|du\s+kien)\s+(?:(?:la|vao|den|trong|truoc|ngay|het|sang|chieu|toi|cuoi)\s+){0,3}$"
)
_AND_NO_MORE = re.compile(r"^\s*(?:(?:la|se|xong|a|nhe|nha|nghe|em|chi|anh)\b\s*)*[,)]*\s*(?:$|tran\s+trong)")
# '15-16/10', 'tu 15 den 17/10': no one day.
_SPAN = re.compile(r"(?<!thu )\d\s*(?:[-–,]|\b(?:den|toi|hay|va)\b)\s*(?:ngay\s+)?\d{1,2}\s*/\s*\d")
# 'Vĩnh Ô, ngày 16 tháng 10 năm 2025', alone in a line: when the letter was written.
_DATELINE = re.compile(r"^[a-z\s]{2,30},\s*ngay\s+\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+\d{4}\s*$")
_SENTENCE = re.compile(r"(?<!\d)[.;](?=\s|$)|(?<=\d)\.(?=\s|$)|[!\n]")
_ASKING = re.compile(
    r"\?|\b(?:khi\s+nao|ngay\s+nao|bao\s+gio|duoc\s+khong|dung\s+khong|phai\s+khong|co\s+phai|xin\s+hoi"
    r"|kip\s+khong|the\s+nao)\b"
)
# Not done, not sure, or already done.
_UNSURE = re.compile(
    r"\b(?:neu|hoac|hay\s+la|co\s+the|chac(?!\s+chan)|hay\s+\d+|hay\s+mot|khong\s+the|khong\s+kip|chua\s+the"
    r"|chua\s+biet|kho\s+co\s+the|se\s+khong)\b"
)
# 'Dạ mai xã gửi' is polite and not yet done.
_DONE = re.compile(rf"\b(?:da|vua)\s+(?!(?:(?:sang|chieu|toi|ngay)\s+)?mai\b)(?:\S+\s+){{0,2}}?{_VERB}\b")
_ALREADY = re.compile(rf"\b{_VERB}\b.*\broi\b")
# Whose act it is: the office's, somebody above or beside the unit.
_OTHERS = re.compile(
    r"\b(?:quy\s+(?:phong|co\s+quan|ban)|phong\s+noi\s+vu|cap\s+tren|doan\s+(?:kiem\s+tra|thanh\s+tra|giam\s+sat)"
    r"|(?:ubnd|uy\s+ban\s+nhan\s+dan|uy\s+ban)\s+(?:huyen|tinh)|so\s+noi\s+vu|dien\s+luc|buu\s+dien|nha\s+mang"
    r"|ngan\s+hang"
    r"|kho\s+bac|thon|cong\s+trinh|du\s+an|dai\s+hoi|nguoi\s+dan|ben\s+(?:do|thi\s+cong|cung\s+cap)"
    r"|don\s+vi\s+(?:khac|ban|thi\s+cong)|cac\s+don\s+vi)\s+(?:\S+\s+){0,4}?(?:se|hen|du\s+kien)\b"
)
# A date of something else: a document, a meeting, what the letter asked for.
_OTHER_DAY = re.compile(
    r"\b(?:cong\s+van|ke\s+hoach|quyet\s+dinh|van\s+ban|thong\s+bao|giay\s+moi|phieu"
    r"|thu(?!\s+(?:hai|ba|tu|nam|sau|bay|[2-7])\b)|so\s+\S+|hop|nghi|le|nhan"
    r"|yeu\s+cau|de\s+nghi|han|theo|ban\s+hanh|ky|kiem\s+tra|tap\s+huan|tinh\s+den|so\s+lieu|(?<!thu )sau)"
    r"(?:\s+(?:duoc|den|chot|phieu|thu|nop|gui|tra\s+loi|bao\s+cao|cuoi|la|tu|cua|hdnd|dang|so|\S*\d\S*|quy|phong"
    r"|don\s+vi))*"
    r"[\s(]*(?:vao\s+|truoc\s+|den\s+|het\s+|sang\s+|chieu\s+|trong\s+)*(?:ngay\s+)?$"
)
_DEMANDS = re.compile(r"\b(?:yeu\s+cau|de\s+nghi|(?<!khong )phai|nhac|thoi\s+han|han\s+chot)\b")
_SUBJECT = re.compile(r"^[\s,)]*[a-z\s\-.]{0,45}$")
_BUSY = re.compile(
    r"\b(?:chi|anh|phong|thay|co(?!\s+quan)|huyen|tinh|thon|dien\s+luc|buu\s+dien|doan|hoi|moi|da|nhan|hop|nghi"
    r"|theo|ban\s+hanh|ky|den|tap\s+huan)\b"
)
_AHEAD = re.compile(r"\b(?:trong(?:\s+vong)?|sau|khoang)\s+(?:\S+\s+){1,4}?(?:ngay|hom|bua|tuan)\b")


def read_promise(text: str, received_on: date) -> date | None:
    """'Đã nhận, sẽ trả lời ngày 20/10', 'Ngày 20/10 đơn vị sẽ gửi' -> that day; None when no one day is promised."""
    lines = own_words(text).split("\n")
    words = "\n".join("" if _DATELINE.match(plain_letters(line)) else line for line in lines)
    plain = QUOTED.sub(" ", plain_letters(one_line(re.sub(r"\n\s*\n", ". ", words))))
    for sentence in _sentences(plain):
        if (day := _promised(sentence, received_on)) is not None:
            return day if day >= received_on else None
    return None


def _sentences(text: str) -> Sequence[str]:
    return [part for whole in _SENTENCE.split(text) for part in re.split(r"(?<=\?)", whole) if part.strip()]


def _promised(sentence: str, received_on: date) -> date | None:
    if any(one.search(sentence) for one in (_ASKING, _UNSURE, _OTHERS, _SPAN)):
        return None
    days = _days_named(sentence, received_on)
    if (tersely := _tersely(days, sentence)) is not None:
        return tersely.day
    will = _WILL.search(sentence)
    if will is not None:
        return _one(_inside(days, will), sentence, will.end(), received_on, days)
    if _DONE.search(sentence) or _ALREADY.search(sentence) or _DEMANDS.search(sentence):
        return None
    does = next((one for one in _DOES.finditer(sentence) if _before(days, sentence, one.start())), None)
    named = _before(days, sentence, does.start()) if does else None
    return named.day if named else None


def _tersely(days: Sequence[Spoken], sentence: str) -> Spoken | None:
    named = [one for one in days if _TERSELY.search(sentence[: one.start]) and _AND_NO_MORE.search(sentence[one.end :])]
    return named[0] if len(days) == 1 and named else None


def _days_named(sentence: str, received_on: date) -> Sequence[Spoken]:
    found = [*dates_in(sentence, received_on), *weekdays_in(sentence, received_on), *weekends_in(sentence, received_on)]
    apart = [one for one in found if not _OTHER_DAY.search(sentence[: one.start])]
    return _told_twice(sorted(apart, key=lambda one: one.start), sentence)


def _told_twice(days: Sequence[Spoken], sentence: str) -> Sequence[Spoken]:
    """'thứ Sáu, ngày 24/10': the date says it, the day of the week only repeats it."""
    return [one for one, after in zip_longest(days, days[1:]) if not _is_repeated(one, after, sentence)]


def _is_repeated(one: Spoken, after: Spoken | None, sentence: str) -> bool:
    if after is None or after.start - one.end > 8:
        return False
    is_weekday = not sentence[one.start].isdigit() and sentence[after.start].isdigit()
    return is_weekday or after.day == one.day


def _inside(days: Sequence[Spoken], will: "re.Match[str]") -> Sequence[Spoken]:
    """What stands from 'sẽ' on: the nearer place."""
    return [one for one in days if one.start >= will.start() and one.start - will.end() <= 60]


def _one(
    after: Sequence[Spoken], sentence: str, verb_end: int, received_on: date, days: Sequence[Spoken]
) -> date | None:
    """The one day after the verb, else the one before it, else so many days from now; several are none."""
    if after:
        return after[0].day if len({one.day for one in after}) == 1 else None
    will = next(one for one in _WILL.finditer(sentence) if one.end() == verb_end)
    if (named := _before(days, sentence, will.start())) is not None:
        return named.day
    ahead = _AHEAD.search(sentence, max(0, will.start() - 30))
    number = days_in(ahead[0]) if ahead else None
    if number and ahead and "tuan" in ahead[0]:
        number = number // WEEK * 7  # a promise runs by the calendar
    return received_on + timedelta(days=number) if number else None


def _before(days: Sequence[Spoken], sentence: str, verb_at: int) -> Spoken | None:
    """The last day before the verb, when nothing but the unit's name stands between."""
    nearest = [one for one in days if one.end <= verb_at][-1:]
    for one in nearest:
        between = sentence[one.end : verb_at]
        if _SUBJECT.match(between) and not _BUSY.search(between):
            return one
    return None
