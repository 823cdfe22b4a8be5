"""A request for more time: its states, and what it makes of the due moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tasks.domain.calendar import ZONE, Calendar, end_of, house_day
from tasks.domain.vietnamese import day_text, moment_text


class ExtensionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


EXTENSION_NAMES: Mapping[ExtensionState, str] = {
    ExtensionState.ASKED: "chờ quyết định",
    ExtensionState.GRANTED: "đã cho gia hạn",
    ExtensionState.REFUSED: "không cho gia hạn",
}

EXTENSION_MOVES: Mapping[ExtensionState, frozenset[ExtensionState]] = {
    ExtensionState.ASKED: frozenset({ExtensionState.GRANTED, ExtensionState.REFUSED}),
    # A decision that the unit has been told is not taken back; it may ask again.
    ExtensionState.GRANTED: frozenset(),
    ExtensionState.REFUSED: frozenset(),
}


@dataclass(frozen=True)
class Wish:
    """What is asked for: so many working days more, or a day; neither when the words do not say."""

    days: int | None = None
    until: date | None = None
    why: str = ""

    @property
    def words(self) -> str:
        if self.until is not None:
            return f"đến hết ngày {day_text(self.until)}"
        return f"thêm {self.days} ngày làm việc" if self.days is not None else "chưa nói rõ đến ngày nào"

    def due_at(self, due_at: datetime, calendar: Calendar, asked_on: date) -> datetime | None:
        """The new due moment; None when the words do not say.

        Days are counted from the last day that holds now, or from the day of asking where that is over already.
        """
        if self.until is not None:
            return end_of(self.until)
        if self.days is None:
            return None
        return end_of(calendar.add_working_days(max(last_day(due_at), asked_on), self.days))


def last_day(due_at: datetime) -> date:
    """The day that ends with this moment, or in which it lies: the one way in which a due moment is shown as a day."""
    return house_day(due_at - timedelta(microseconds=1))


def deadline_text(due_at: datetime) -> str:
    """'hết 28/02/2025' for the midnight at its end (which nobody would read as the 28th), else the hour and day."""
    if due_at == end_of(last_day(due_at)):
        return f"hết {day_text(last_day(due_at))}"
    return moment_text(due_at.astimezone(ZONE))


def grants_itself(
    due_at: datetime,
    own_due_at: datetime,
    new_due_at: datetime,
    asked_at: datetime,
    allowed: int,
    calendar: Calendar,
) -> bool:
    """Whether the policy lets a request through: asked in time, and all extensions together within `allowed` days.

    `own_due_at`: the due moment without any extension, as the calendar has it by now; what the calendar moved is none.
    """
    if not asked_at < due_at < new_due_at:
        return False
    return calendar.working_days_between(last_day(own_due_at), last_day(new_due_at)) <= allowed
