"""One unit's part in one cycle: its states, and which moves between them exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AssignmentState(StrEnum):
    OPEN = "open"
    RETURNED = "returned"
    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    EXEMPT = "exempt"
    CLOSED = "closed"


ASSIGNMENT_NAMES: Mapping[AssignmentState, str] = {
    AssignmentState.OPEN: "chưa trả lời",
    AssignmentState.RETURNED: "đã trả lời, còn thiếu",
    AssignmentState.ANSWERED: "đã trả lời đủ",
    AssignmentState.UNREACHABLE: "không gửi được thư đến",
    AssignmentState.EXEMPT: "được miễn",
    AssignmentState.CLOSED: "đã khóa sổ",
}

# Who may follow whom. A late answer is kept, never refused (closed -> answered); an answer is never taken back.
ASSIGNMENT_MOVES: Mapping[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.OPEN: frozenset(
        {
            AssignmentState.RETURNED,
            AssignmentState.ANSWERED,
            AssignmentState.UNREACHABLE,
            AssignmentState.EXEMPT,
            AssignmentState.CLOSED,
        }
    ),
    AssignmentState.RETURNED: frozenset(
        {AssignmentState.ANSWERED, AssignmentState.UNREACHABLE, AssignmentState.EXEMPT, AssignmentState.CLOSED}
    ),
    AssignmentState.ANSWERED: frozenset(),
    # A corrected address starts again; an answer that comes all the same is an answer.
    AssignmentState.UNREACHABLE: frozenset(
        {AssignmentState.OPEN, AssignmentState.RETURNED, AssignmentState.ANSWERED, AssignmentState.EXEMPT}
    ),
    AssignmentState.EXEMPT: frozenset({AssignmentState.OPEN, AssignmentState.RETURNED, AssignmentState.UNREACHABLE}),
    AssignmentState.CLOSED: frozenset({AssignmentState.ANSWERED}),
}

# What only a person can do who takes back a filing of their own at the desk: it never was an answer of this unit.
TAKEN_BACK: Mapping[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.ANSWERED: frozenset(
        {AssignmentState.OPEN, AssignmentState.RETURNED, AssignmentState.UNREACHABLE, AssignmentState.CLOSED}
    ),
    AssignmentState.RETURNED: frozenset({AssignmentState.OPEN, AssignmentState.UNREACHABLE, AssignmentState.CLOSED}),
}

# States in which the unit still owes something and may be reminded of it.
OWING = frozenset({AssignmentState.OPEN, AssignmentState.RETURNED})


class Light(StrEnum):
    """The traffic light of a status list."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


LIGHT_SIGNS: Mapping[Light, str] = {Light.GREEN: "🟢", Light.YELLOW: "🟡", Light.RED: "🔴", Light.GREY: "⚪"}


@dataclass(frozen=True)
class Standing:
    """How an assignment stands on a day: its light and the words beside it."""

    light: Light
    words: str


def standing(state: AssignmentState, due_at: datetime, as_of: datetime, soon_at: datetime) -> Standing:
    """`soon_at`: from when on an open assignment counts as due soon (the first reminder)."""
    if state is AssignmentState.ANSWERED:
        return Standing(Light.GREEN, "đã trả lời đủ")
    if state is AssignmentState.EXEMPT:
        return Standing(Light.GREY, "được miễn")
    if state is AssignmentState.UNREACHABLE:
        return Standing(Light.RED, "không gửi được thư đến")
    if state is AssignmentState.CLOSED:
        return Standing(Light.RED, "không trả lời, đã khóa sổ")
    missing = " (còn thiếu)" if state is AssignmentState.RETURNED else ""
    if as_of >= due_at:
        return Standing(Light.RED, f"quá hạn{missing}")
    if as_of >= soon_at:
        return Standing(Light.YELLOW, f"sắp đến hạn{missing}")
    return Standing(Light.YELLOW if missing else Light.GREEN, f"chưa đến hạn{missing}")
