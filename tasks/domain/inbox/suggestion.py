"""What a mail seems to ask, for the person who reads it: a hint beside the ready command, and nothing is done by it."""

import re
from dataclasses import dataclass, field
from datetime import date

from tasks.domain.extension import Wish
from tasks.domain.inbox.own_words import plain_letters
from tasks.domain.inbox.spoken_day import all_days_in, dates_in
from tasks.domain.vietnamese import one_line

_MORE_TIME = re.compile(
    r"\bgia\s*han\b|\b(?:lui|doi|keo\s+dai|hoan|khat)\s+(?:lai|them|den|toi|sang|ngay|han|thoi|nop|gui)\b"
    r"|\b(?:xin|cho|can|nghi)\s+(?:\S+\s+){0,8}?(?:them|cham|tre|muon|khat)\b"
    r"|\b(?:nop|gui|tra\s+loi)\s+(?:\S+\s+)?(?:cham|tre|muon)\b"
    r"|\b(?:chua|khong|ko)\s+kip\b"
)
_PROMISE = re.compile(
    r"\b(?:se|hen|du\s+kien)\b.{0,60}\b(?:gui|nop|tra\s+loi|bao\s+cao|bo\s+sung|hoan\s+thanh|xong)\b"
    r"|\bhen\s*:"  # the line itself, in a mail where it does not act
)
MOST_DAYS = 60
_MOST_READ = 5_000  # letters: a hint stands in them, and a long text costs no minutes


@dataclass(frozen=True)
class Suggestion:
    """`more_time`: it may ask for that, with what it names of days; `promised`: the one day that it may promise."""

    more_time: bool = False
    wish: Wish = field(default_factory=Wish)
    promised: date | None = None

    @property
    def is_any(self) -> bool:
        return self.more_time or self.promised is not None


def suggest(own_words: str, received_on: date) -> Suggestion:
    plain = plain_letters(one_line(own_words[:_MOST_READ]))
    named = {day for day in dates_in(plain, received_on) if day >= received_on}
    if _MORE_TIME.search(plain):
        amounts = {days for days in all_days_in(plain) if days <= MOST_DAYS}
        until = next(iter(named)) if len(named) == 1 else None
        return Suggestion(True, Wish(next(iter(amounts)) if len(amounts) == 1 and until is None else None, until))
    if _PROMISE.search(plain) and len(named) == 1:
        return Suggestion(promised=next(iter(named)))
    return Suggestion()
