"""A list as it fits one kind of unit on a day: what no longer fits it says so, with the reason."""

from dataclasses import replace
from datetime import date

from tasks.domain.checklist import Checklist, Item, UnitKind


def fitted(checklist: Checklist, kind: UnitKind, on: date) -> Checklist:
    items = tuple(_fitted(item, kind, on) for item in checklist.items)
    return checklist if items == checklist.items else replace(checklist, items=items)


def _fitted(item: Item, kind: UnitKind, on: date) -> Item:
    """An item with a condition takes “Không áp dụng”; one that fits no such unit is not waited for, either."""
    held = [lapse for lapse in item.lapses if lapse.holds(kind, on)]
    if not held:
        return item
    condition = " ".join(part for part in (item.condition, *(lapse.words() for lapse in held)) if part)
    return replace(item, condition=condition, required=item.required and not any(lapse.whole for lapse in held))
