"""A finding (tồn tại, kiến nghị) of a visit: due by a day, reported by the unit, closed by another person."""

from collections.abc import Mapping
from enum import StrEnum


class FindingState(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"


FINDINGS = "kien-nghi"
"""What the open findings are called where a round's code may stand."""

FINDING_NAMES: Mapping[FindingState, str] = {
    FindingState.OPEN: "chưa khắc phục",
    FindingState.REPORTED: "đơn vị báo đã khắc phục, chờ kiểm tra lại",
    FindingState.CLOSED: "đã khắc phục",
}

FINDING_MOVES: Mapping[FindingState, frozenset[FindingState]] = {
    FindingState.OPEN: frozenset({FindingState.REPORTED, FindingState.CLOSED}),
    # The office looks again: enough, or not yet.
    FindingState.REPORTED: frozenset({FindingState.CLOSED, FindingState.OPEN}),
    FindingState.CLOSED: frozenset(),
}
