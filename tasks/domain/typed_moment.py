"""An hour, or a day with its hour, as people write them: '16h', '16 giờ 30', '4 giờ chiều ngày 22/7/2027'."""

import re
from datetime import date, time

from tasks.domain.cell import Refusal, quoted
from tasks.domain.typed_day import read_day
from tasks.domain.vietnamese import one_line

_HOUR = re.compile(
    r"(?:(?:vào\s+)?lúc\s+|[Tt](?=\d))?(?<!\d)(?P<hour>\d{1,2})\s*(?:h(?:rs?)?|giờ|gio|g|:)\s*"
    r"(?:(?P<half>rưỡi)|(?P<minute>\d{1,2})(?:\s*(?:phút|phut|['’′])|:00)?(?!\d|\s*[/.\-]\s*\d))?"
    r"(?:\s*(?P<part>sáng|trưa|chiều|tối|am|pm)\b)?",
    re.IGNORECASE,
)
_EVENING = frozenset({"chiều", "tối", "pm", "trưa"})


def read_hour(text: str) -> time:
    """Raises Refusal."""
    words = one_line(text)
    if not (found := _HOUR.fullmatch(words)):
        raise Refusal(f"“{quoted(words)}” không phải giờ; ví dụ 8:00, 14h30 hoặc 16 giờ")
    return _time(found, words)


def read_moment(text: str) -> tuple[date, time | None]:
    """A day, and its hour where one is written; raises Refusal."""
    words = one_line(text)
    found = _HOUR.search(words)
    rest = (words[: found.start()] + " " + words[found.end() :] if found else words).strip(" ,;")
    return date.fromisoformat(read_day(rest)[0]), _time(found, words) if found else None


def _time(found: re.Match[str], words: str) -> time:
    hour, minute = int(found["hour"]), 30 if found["half"] else int(found["minute"] or 0)
    part = (found["part"] or "").lower()
    if part in _EVENING and 1 <= hour < 12 and not (part == "trưa" and hour > 2):
        hour += 12
    try:
        return time(hour, minute)
    except ValueError:
        raise Refusal(f"không có giờ “{quoted(words)}”; giờ từ 0 đến 23, phút từ 0 đến 59") from None
