"""What was sent last counts, and not what came last; where the two orders disagree, the unit is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.checklist import Item, value_text
from tasks.domain.vietnamese import moment_text


def sent_moment(written: datetime | None, arrived: datetime, asked: datetime | None) -> datetime:
    """When the sender's program says that it was sent; the arrival, where that cannot be.

    A clock is wrong that says a later moment than the arrival, or one before we had `asked`. However late a form
    arrives, it is no newer than its mail: where the two orders disagree the unit is asked, and whether an answer is in
    time its arrival alone decides.
    """
    return written if written is not None and (asked or arrived) <= written <= arrived else arrived


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


def doubt_of_order(item: Item, counts: Version, before: Sequence[Version]) -> str:
    """Why the unit is asked although one value `counts`; '' where a later form only corrects an earlier one."""
    for other in reversed(before):
        if other.value == counts.value:
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
    return ""
