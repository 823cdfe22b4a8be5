"""What was sent last counts, and not what came last; where the two orders disagree, the unit is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.domain.checklist import Item, value_text
from tasks.domain.vietnamese import moment_text

AHEAD = timedelta(days=1)
"""So far a clock may go wrong, or stand in another zone, and still tell that the mail has just been sent."""


def sent_moment(written: datetime | None, arrived: datetime, asked: datetime | None) -> datetime | None:
    """When the sender's program says that it was sent; None where that cannot be, and nobody can tell.

    A clock is wrong that says a much later moment than the arrival, or one before we had `asked`. However late a form
    arrives, it is no newer than its mail: where the two orders disagree the unit is asked, and whether an answer is in
    time its arrival alone decides.
    """
    if written is None or not (asked or arrived) <= written <= arrived + AHEAD:
        return None
    return min(written, arrived)


@dataclass(frozen=True)
class Version:
    """One value of an item, as one form gave it; moments in the house zone."""

    value: str | int | float
    mail: int
    file: str
    sent_at: datetime
    arrived_at: datetime
    how: str = "thư gửi"
    """What it was, before its moment."""
    is_dated: bool = True
    """Whether anybody can tell when it was sent; if not, its arrival stands for that."""


def doubt_of_order(item: Item, counts: Version, before: Sequence[Version]) -> str:
    """Why the unit is asked although one value `counts`; '' where a later form only corrects an earlier one."""
    is_repeated = False
    for other in reversed(before):
        if other.value == counts.value:
            is_repeated = is_repeated or other.mail != counts.mail
            continue
        mine, theirs = value_text(item, counts.value), value_text(item, other.value)
        if other.mail == counts.mail:
            return (
                f"hai phiếu trong một thư ghi khác nhau: “{theirs}” ({other.file}), “{mine}” ({counts.file}); "
                f"đang tính “{mine}”"
            )
        if other.arrived_at > counts.arrived_at:
            return (
                f"{other.how} lúc {moment_text(other.sent_at)} ghi “{theirs}” nhưng đến sau {counts.how} lúc "
                f"{moment_text(counts.sent_at)} ghi “{mine}”; đang tính “{mine}”, là giá trị gửi sau"
            )
        if not counts.is_dated and not is_repeated:
            return (
                f"thư đến lúc {moment_text(counts.arrived_at)} ghi “{mine}”, không rõ gửi trước hay sau {other.how} "
                f"lúc {moment_text(other.sent_at)} ghi “{theirs}”; đang tính “{mine}”, là giá trị đến sau"
            )
    return ""
