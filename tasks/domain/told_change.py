"""What a unit is told of answers that the office has changed: each act once, and none that it never heard of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Change:
    """Of one item, in words; '' where there is no answer."""

    item: str
    question: str
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    """One correction, or one that was taken back: by whom, when (ISO), why. `reply`: the row that it is kept in."""

    reply: int
    by: str
    at: str
    why: str
    undone: bool
    changes: tuple[Change, ...]


def to_tell(untold: Sequence[Told], new: Told, *, is_unheard: bool = False) -> list[Told]:
    """What the unit has not heard of, with the new one: 3 → 5 and 5 → 7 is 3 → 7, told as what was done last.

    What was taken back before it was told is told no more, nor is that it was taken back (`is_unheard`: of `new`).
    """
    taken_back = [one for one in untold if new.undone and one.reply == new.reply and not one.undone]
    standing = [one for one in untold if one not in taken_back]
    if not taken_back and not is_unheard:
        standing.append(new)
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for change in (change for one in (*untold, *([] if is_unheard else [new])) for change in one.changes):
        before.setdefault(change.item, change.old)
        after[change.item] = change.new
    told: list[Told] = []
    for one in reversed(standing):
        mine = [change for change in one.changes if change.item in after]
        news = [replace(one, old=before[one.item], new=after.pop(one.item)) for one in mine]
        told.append(replace(one, changes=tuple(change for change in news if change.old != change.new)))
    return [one for one in reversed(told) if one.changes]


def told_in(words: Mapping[str, Any], reply: int) -> list[Told]:
    """Of a letter. One that was owed by an earlier version tells of one act, that of its `reply`."""
    acts = words.get("told") or [{**words, "reply": reply}]
    return [Told(**{**one, "changes": tuple(Change(**change) for change in one["changes"])}) for one in acts]
