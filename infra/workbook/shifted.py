"""Answers that stand beside the next question, or the one before: one cause of many faults, told once.

Somebody inserted a cell, or began to paste a row too low. Each answer of such a block may still be of the right kind by
chance, so the whole block is asked back and none of it is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from infra.opening.book import Cell
from infra.workbook.findings import UNMARK, Findings, is_open, would_pass
from infra.workbook.layout import Column
from infra.workbook.tables import Place, raw_of
from tasks.domain.answer import Refusal, read_answer, shown
from tasks.domain.beside import Beside
from tasks.domain.checklist import CHOICES, WORDS, Fault, Item
from tasks.domain.vietnamese import clean, fold, one_line

LEAST_SIGNS = 3
_STEPS = (1, -1, 2, -2)
_AGAINST = 2  # an answer that is none of the other question's either weighs as much as so many that are
_IN_HEADING = 2  # so many signs is an answer in a row that takes none, beside a question that it answers
_FURTHER = 2  # rows below the last item, where answers are pushed out to
_BARE = frozenset({"co", "dat", "dat mot phan", "khong dat"})
_FIGURE = re.compile(r"\d[\d.,/%-]*")


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
        marked = any(slot.item and would_pass(slot.item, shown(raw_of(slot.cell))) for slot in self.slots)
        return told + (UNMARK if marked else "")


def ask_back_shifted(
    places: Sequence[tuple[Item, Sequence[Place]]], between: Mapping[int, Cell], findings: Findings
) -> set[int]:
    """`places`: of every item; `between`: what stands in the column of answers in rows of no item.

    Returns the rows of the blocks, with those that they were pushed out into.
    """
    rows = [(place.row, item, place) for item, found in places for place in found[:1] if not place.sheet]
    rows.sort(key=lambda one: one[0])
    if len({row for row, _, _ in rows}) < len(rows):
        return set()
    of_item = {item.code: place for _, item, place in rows}
    asked: set[str] = set()
    touched: set[int] = set()
    while block := _best_block(rows, between, asked):
        _ask_back(block, of_item, findings)
        codes = {slot.item.code for slot in block.slots if slot.item}
        own = [of_item[code].row for code in codes]
        touched |= set(range(min(own) - abs(block.step), max(own) + abs(block.step) + 1))
        asked |= codes
    return touched


def moved_sideways(slots: Sequence[Slot]) -> tuple[frozenset[str], str]:
    """Of one line of a table, whose columns are the slots: those that are asked back, and why; nothing where none."""
    found = [one for step in _STEPS if (one := _Shift(slots, step).block())]
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


Rows = Sequence[tuple[int, Item, Place]]


def _best_block(rows: Rows, between: Mapping[int, Cell], asked: Set[str]) -> Block | None:
    shifts = [_Shift(slots, step, asked, are_rows=True) for slots in _orders(rows, between) for step in _STEPS]
    found = [one for shift in shifts if (one := shift.block())]
    return max(found, key=lambda one: one[0], default=(0, None))[1]


def _orders(rows: Rows, between: Mapping[int, Cell]) -> Iterator[list[Slot]]:
    """As they stand, with the headings between them, for who pushed cells; then item by item, as they were typed."""
    by_row: list[Slot] = []
    for number, (row, item, place) in enumerate(rows):
        if number:
            above = rows[number - 1][0]
            by_row += [Slot("", None, between.get(one, Cell())) for one in range(above + 1, row)][-3:]
        by_row.append(Slot(place.name(Column.ANSWER), item, place.cell(Column.ANSWER)))
    if rows:
        last = rows[-1][0]
        by_row += [Slot("", None, between.get(one, Cell())) for one in range(last + 1, last + 1 + _FURTHER)]
    yield by_row
    yield [slot for slot in by_row if slot.item]


@dataclass(frozen=True)
class _Shift:
    """`step` rows too low, or columns to the right; `asked`: of these items nothing more is said."""

    slots: Sequence[Slot]
    step: int
    asked: Set[str] = frozenset()
    are_rows: bool = False

    def block(self) -> tuple[int, Block] | None:
        """The stretch with the most answers that are none here and one there (Kadane), and what may belong to it."""
        best, score, start, first, last = 0, 0, 0, 0, -1
        for index in range(len(self.slots)):
            score += self._sign(index)
            if score <= 0:
                score, start = 0, index + 1
            elif score > best:
                best, first, last = score, start, index
        if last < 0:
            return None
        while (more := self._above(first)) is not None:
            first = more
        while (more := self._below(last)) is not None:
            last = more
        best += int(self._has_left_a_gap(first, last))
        moved = [index for index in range(first, last + 1) if self.slots[index].item and not self._is_open(index)]
        if best < LEAST_SIGNS or not moved:
            return None
        return best, Block(tuple(self.slots[index] for index in moved), self.step)

    # --- one place ---------------------------------------------------------------------------------------------------

    def _sign(self, index: int) -> int:
        slot = self.slots[index]
        if self._is_open(index):
            return 0
        there = self._fits_there(index)
        if there is False:
            return 0 if slot.item is None else -_AGAINST
        if slot.item is None:
            return _IN_HEADING if there is True else 0
        is_soft = self.are_rows and (self._is_figure_among_words(index) or self._are_words_among_figures(index))
        return int(self._is_surely_moved(index) or is_soft)

    def _is_surely_moved(self, index: int) -> bool:
        """None of the question beside it, and one of the other. A heading asks nothing at all."""
        slot = self.slots[index]
        if self._is_open(index) or self._fits_there(index) is not True:
            return False
        return slot.item is None or _fits(slot.item, slot.cell) is False

    def _is_figure_among_words(self, index: int) -> bool:
        """A bare number, day or “Có” where words are asked, beside a question for it; “Không” is words, too."""
        slot, there = self.slots[index], self._there(index)
        if slot.item is None or slot.item.type not in WORDS or there is None or there.type in WORDS:
            return False
        words = shown(raw_of(slot.cell))
        bare = fold(words) in _BARE if there.type in CHOICES else _FIGURE.fullmatch(words) is not None
        return bare and self._fits_there(index) is True

    def _are_words_among_figures(self, index: int) -> bool:
        """Some words where a figure, a day or a choice is asked, beside a question that asks for words."""
        slot, there = self.slots[index], self._there(index)
        if slot.item is None or slot.item.type in WORDS or there is None or there.type not in WORDS:
            return False
        return " " in shown(raw_of(slot.cell)) and _fits(slot.item, slot.cell) is False

    def _there(self, index: int) -> Item | None:
        there = index - self.step
        return self.slots[there].item if 0 <= there < len(self.slots) else None

    def _fits_there(self, index: int) -> bool | None:
        """Of nothing outside the list, and of no heading, is anything an answer."""
        item = self._there(index)
        return False if item is None else _fits(item, self.slots[index].cell)

    def _is_open(self, index: int) -> bool:
        slot = self.slots[index]
        if slot.item is None:
            return not shown(raw_of(slot.cell))
        return slot.item.code in self.asked or is_open(slot.item, slot.cell)

    # --- how far it goes ---------------------------------------------------------------------------------------------

    def _below(self, last: int) -> int | None:
        return self._next(range(last + 1, len(self.slots)))

    def _above(self, first: int) -> int | None:
        return self._next(range(first - 1, -1, -1))

    def _next(self, way: Sequence[int]) -> int | None:
        """The next answer that may have been moved. A heading is passed where something was pushed into it, a gap where
        it is the heading's own that was pushed on.
        """
        headings: list[int] = []
        for index in way:
            slot = self.slots[index]
            if slot.item is None:
                headings.append(index)
            elif self._is_open(index):
                pushed = self._there(index) is None if self.step > 0 else self._is_before_heading(index)
                if slot.item.code in self.asked or not pushed:
                    return None
            elif any(not self._is_open(one) for one in headings) or not headings:
                return index if self._fits_there(index) is not False else None
            else:
                return None
        return None

    def _is_before_heading(self, index: int) -> bool:
        below = index - self.step
        return below < len(self.slots) and self.slots[below].item is None

    def _has_left_a_gap(self, first: int, last: int) -> bool:
        """Where the first of them stood nothing stands any more, and something must."""
        vacated = first - 1 if self.step > 0 else last + 1
        if not self.are_rows or not 0 <= vacated < len(self.slots):
            return False
        item = self.slots[vacated].item
        return item is not None and item.required and item.code not in self.asked and self._is_open(vacated)


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
