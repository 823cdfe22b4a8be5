"""What a reader must know of single values: what was assumed when they were read, and which could not be counted."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.domain.checklist import (
    NOT_APPLICABLE,
    NUMERIC,
    AnswerType,
    Checklist,
    Item,
    Value,
    choices_of,
    day_of,
    value_text,
)
from tasks.domain.results.facts import AssignmentFact


@dataclass(frozen=True)
class Remark:
    code: str
    question: str
    value: str
    words: str


def readable(checklist: Checklist, values: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
    """What can be counted, and what cannot: one bad value never stops a year."""
    good = {code: one for code, one in values.items() if checklist.has(code) and not misfit(checklist.item(code), one)}
    return good, {code: one for code, one in values.items() if code not in good}


def misfit(item: Item, one: Value) -> str:
    """Why a stored value is none that may stand there; '' where it is."""
    value = one.value
    if value == NOT_APPLICABLE:
        return ""
    if item.type is AnswerType.NGAY:
        return "" if day_of(value) else "không phải là ngày"
    if item.type in NUMERIC or item.type is AnswerType.TY_LE:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        return "" if is_number else "không phải là số"
    choices = choices_of(item)
    return "" if not choices or value in choices else f"không có trong các lựa chọn ({', '.join(choices)})"


def is_flagged(part: AssignmentFact, code: str) -> bool:
    return code in part.values and bool(part.values[code].flag)


def remarks(part: AssignmentFact) -> list[Remark]:
    """In the order of the form: flags of what is counted, then what is not."""
    flagged = [
        Remark(code, part.checklist.item(code).question, value_text(part.checklist.item(code), one.value), one.flag)
        for code, one in part.values.items()
        if one.flag
    ]
    return flagged + [_uncounted(part.checklist, one) for one in part.unreadable.values()]


def _uncounted(checklist: Checklist, one: Value) -> Remark:
    item = checklist.item(one.item) if checklist.has(one.item) else None
    why = misfit(item, one) if item else "mục không có trong bảng kiểm"
    return Remark(one.item, item.question if item else "", str(one.value), f"{why}; không được tính vào số liệu")
