"""A form that comes after the office has put an answer right: what counts then, and what the unit is asked."""

from dataclasses import dataclass
from datetime import datetime

from tasks.domain.checklist import Item, value_text
from tasks.domain.vietnamese import moment_text

Answer = str | int | float


@dataclass(frozen=True)
class Corrected:
    """`before`: every value that the correction stands against; `at` in the house zone."""

    value: Answer
    before: frozenset[Answer]
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Later:
    value: Answer
    sent_at: datetime
    note: str = ""


@dataclass(frozen=True)
class Weighed:
    stands: bool
    """Whether the correction still counts."""
    doubt: str = ""


def weigh_later(item: Item, corrected: Corrected, later: Later) -> Weighed:
    """An older copy of the form repeats what was put right, and must not undo it in silence; whoever means it says why.

    Any other value is a new word of the unit, and newer than the correction.
    """
    if later.value == corrected.value:
        return Weighed(stands=False)
    mine, theirs = value_text(item, corrected.value), value_text(item, later.value)
    told = f"cơ quan đã sửa thành “{mine}” lúc {moment_text(corrected.at)}"
    sent = f"phiếu gửi lúc {moment_text(later.sent_at)}"
    has_reason = bool(later.note) and later.note != corrected.note
    if later.value in corrected.before and not has_reason:
        where = "trong thư trả lời" if "." in item.code else "ở cột Ghi chú"
        ask = f"nếu “{theirs}” mới đúng, hãy ghi lý do {where}"
        return Weighed(True, f"{told}, {sent} vẫn ghi “{theirs}” như trước khi sửa; đang tính “{mine}”; {ask}")
    return Weighed(False, f"{told}, {sent} ghi “{theirs}”; đang tính “{theirs}”, là giá trị gửi sau")
