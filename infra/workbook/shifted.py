"""Answers that stand beside the next question, or the one before: one cause of many faults, told once.

Somebody inserted a cell, or began to paste a row too low. Each answer of such a block may still be of the right kind by
chance, so the whole block is asked back and none of it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from infra.opening.book import Cell
from infra.workbook.findings import UNMARK, Findings, is_open
from infra.workbook.layout import Column
from infra.workbook.tables import Place, raw_of
from tasks.domain.answer import Refusal, read_answer, shown
from tasks.domain.beside import Beside
from tasks.domain.checklist import WORDS, Fault, Item
from tasks.domain.vietnamese import clean, one_line

LEAST_SIGNS = 3
_STEPS = (1, -1, 2, -2)
_AGAINST = 2  # an answer that is none of the other question's either weighs as much as so many that are


@dataclass(frozen=True)
class Slot:
    """Where an answer may stand; without an item in a heading between two questions."""

    name: str
    item: Item | None
    cell: Cell


@dataclass(frozen=True)
class Block:
    slots: tuple[Slot, ...]
    step: int  # so many rows too low; below zero, too high

    @property
    def sentence(self) -> str:
        where = f"thấp xuống {self.step} dòng" if self.step > 0 else f"cao lên {-self.step} dòng"
        first, last = self.slots[0].name, self.slots[-1].name
        told = (
            f"các câu trả lời từ ô {first} đến ô {last} có vẻ bị lệch {where} so với câu hỏi nên chưa ghi nhận ô nào "
            "trong đó; hãy xếp lại từng câu trả lời cho khớp câu hỏi rồi gửi lại"
        )
        return told + (UNMARK if any(slot.item and slot.item.type in WORDS for slot in self.slots) else "")


def ask_back_shifted(places: Mapping[str, Sequence[Place]], items: Sequence[Item], findings: Findings) -> range:
    """`places`: of every item, by its code. Returns the rows of the block, with those that it was pushed out into."""
    rows = [(place.row, item, place) for item in items for place in places.get(item.code, ())[:1] if not place.sheet]
    rows.sort(key=lambda one: one[0])
    if len({row for row, _, _ in rows}) < len(rows) or len(rows) <= LEAST_SIGNS:
        return range(0)
    block = _best_block(rows)
    if block is None:
        return range(0)
    of_item = {item.code: place for _, item, place in rows}
    _ask_back(block, of_item, findings)
    asked = [of_item[slot.item.code].row for slot in block.slots if slot.item]
    return range(min(asked) - abs(block.step), max(asked) + abs(block.step) + 1)


def moved_sideways(slots: Sequence[Slot]) -> tuple[frozenset[str], str]:
    """Of one line of a table, whose columns are the slots: those that are asked back, and why; nothing where none."""
    found = [one for step in _STEPS if (one := _block(slots, step))]
    if not found:
        return frozenset(), ""
    block = max(found, key=lambda one: one[0])[1]
    where = f"sang phải {block.step} cột" if block.step > 0 else f"sang trái {-block.step} cột"
    first, last = block.slots[0].name, block.slots[-1].name
    told = (
        f"các ô từ cột {first} đến cột {last} có vẻ bị lệch {where} so với tiêu đề của bảng nên chưa ghi nhận; "
        "hãy ghi lại cho đúng cột rồi gửi lại"
    )
    return frozenset(slot.name for slot in block.slots), told


def _best_block(rows: Sequence[tuple[int, Item, Place]]) -> Block | None:
    by_item = [Slot(place.name(Column.ANSWER), item, place.cell(Column.ANSWER)) for _, item, place in rows]
    by_row = by_item[:1]
    for (above, _, _), (below, item, place) in pairwise(rows):
        by_row += [Slot("", None, Cell())] * min(below - above - 1, 3)
        by_row.append(Slot(place.name(Column.ANSWER), item, place.cell(Column.ANSWER)))
    found = [_block(slots, step) for slots in (by_row, by_item) for step in _STEPS]
    return max((one for one in found if one), key=lambda one: one[0], default=(0, None))[1]


def _block(slots: Sequence[Slot], step: int) -> tuple[int, Block] | None:
    """The stretch with the most answers that are none here and one there (Kadane), and whatever may belong to it."""
    best, score, start, first, last = 0, 0, 0, 0, -1
    for index in range(len(slots)):
        score += _sign(slots, index, step)
        if score <= 0:
            score, start = 0, index + 1
        elif score > best:
            best, first, last = score, start, index
    if best < LEAST_SIGNS:
        return None
    while first > 0 and _may_be_moved(slots, first - 1, step):
        first -= 1
    while last + 1 < len(slots) and _may_be_moved(slots, last + 1, step):
        last += 1
    answered = tuple(one for one in slots[first : last + 1] if one.item and not is_open(one.item, one.cell))
    return best, Block(answered, step)


def _sign(slots: Sequence[Slot], index: int, step: int) -> int:
    slot = slots[index]
    if slot.item is None or is_open(slot.item, slot.cell):
        return 0
    there = _fits_there(slots, index, step)
    if there is False:
        return -_AGAINST
    return int(there is True and _fits(slot.item, slot.cell) is False)


def _may_be_moved(slots: Sequence[Slot], index: int, step: int) -> bool:
    item = slots[index].item
    return item is not None and not is_open(item, slots[index].cell) and _fits_there(slots, index, step) is not False


def _fits_there(slots: Sequence[Slot], index: int, step: int) -> bool | None:
    """Of nothing outside the list, and of no heading, is anything an answer."""
    there = index - step
    item = slots[there].item if 0 <= there < len(slots) else None
    return False if item is None else _fits(item, slots[index].cell)


@lru_cache(maxsize=4096)
def _fits(item: Item, cell: Cell) -> bool | None:
    """None where anything fits."""
    if item.type in WORDS:
        return None
    try:
        read_answer(item, raw_of(cell), cell.font)
    except Refusal:
        return False
    return True


def _ask_back(block: Block, places: Mapping[str, Place], findings: Findings) -> None:
    asked = [slot.item for slot in block.slots if slot.item]
    older = {fault.item: fault for fault in reversed(findings.faults)}
    codes = {item.code for item in asked}
    findings.faults[:] = [fault for fault in findings.faults if fault.item not in codes]
    for item in asked:
        beside = _beside(item, findings, older.get(item.code))
        words = shown(raw_of(places[item.code].cell(Column.ANSWER)))
        found = clean(words) if item.type in WORDS else one_line(words)
        fault = Fault(item.code, places[item.code].name(Column.ANSWER), block.sentence, found)
        findings.faults.append(
            Fault(fault.item, fault.cell, fault.sentence, found, beside.evidence, beside.note, beside.estimate)
        )


def _beside(item: Item, findings: Findings, older: Fault | None) -> Beside:
    """What stands beside the answer is kept, as it is with any fault."""
    if value := findings.accepted.pop(item.code, None):
        return Beside(item.code, value.evidence, value.note, value.estimate)
    return Beside(item.code, older.evidence, older.note, older.estimate) if older else Beside(item.code)
