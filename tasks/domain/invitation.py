"""What a person's own calendar is told: the due day of a task, the day of a visit."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True)
class DueTask:
    """Something a unit owes. `moves`: how often its due day has moved; a larger number replaces the earlier entry."""

    case_code: str
    summary: str
    due_at: datetime
    description: str = ""
    moves: int = 0


@dataclass(frozen=True)
class VisitDay:
    """A day on which a team comes; without hours it is a whole day."""

    case_code: str
    summary: str
    day: date
    place: str = ""
    opens: time | None = None
    closes: time | None = None
    description: str = ""
    moves: int = 0
    cancelled: bool = False

    @property
    def method(self) -> str:
        """RFC 5546 section 4.1.3: CANCEL takes a published event away again."""
        return "CANCEL" if self.cancelled else "PUBLISH"
