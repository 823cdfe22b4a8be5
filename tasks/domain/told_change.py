"""What a unit is told of answers that the office has changed: once, and only how things stand now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Change:
    """Of one item, in words; '' where there is no answer."""

    item: str
    question: str
    old: str
    new: str


def together(untold: Iterable[Change], new: Iterable[Change]) -> list[Change]:
    """From what the unit knows to what holds now: 3 → 5 and 5 → 7 is 3 → 7, and 3 → 5 and back is nothing."""
    found: dict[str, Change] = {}
    for one in (*untold, *new):
        found[one.item] = replace(one, old=found[one.item].old) if one.item in found else one
    return [one for one in found.values() if one.old != one.new]
