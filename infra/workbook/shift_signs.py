"""Signs that answers stand so many places beside their questions: what each cell says for it, and how far it goes."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from infra.opening.book import Cell
from infra.workbook.findings import is_open
from infra.workbook.tables import raw_of
from tasks.domain.answer import Raw, Refusal, read_answer, shown
from tasks.domain.checklist import CHOICES, NUMERIC, WORDS, Item
from tasks.domain.vietnamese import fold

# A sign is an answer that is none of its own question, and one of the other.
SIGN = 2
LEAST = 3 * SIGN
_AGAINST = 2 * SIGN  # an answer that is none of the other question's either
_IN_HEADING = 2 * SIGN  # an answer in a row that takes none, beside a question that it answers
_BESIDE = 1  # what stands beside the questions tells of the other answer, and not of this one
_GAP = SIGN  # where the first of them stood nothing stands any more, and something must
_ONLY_GAP = 2 * SIGN  # and hardly anything else is missing
_MANY_GAPS = 10  # one in so many is left empty by who answers as he goes
_BARE = frozenset({"co", "dat", "dat mot phan", "khong dat"})
_NOTHING_TO_SHOW = frozenset({"khong", "khong ap dung", "khong dat", "0"})
_NOTHING = Cell()
_FIGURE = re.compile(r"\d[\d.,/%-]*")


@dataclass(frozen=True)
class Slot:
    """Where an answer may stand; without an item in a heading between two questions."""

    name: str
    item: Item | None
    cell: Cell
    evidence: str = ""
    estimate: Cell = _NOTHING
    """What stands beside the answer, and stays where an answer alone is moved."""


@dataclass(frozen=True)
class Stretch:
    """From one place to another, both counted, with what speaks for its having been moved."""

    first: int
    last: int
    signs: int
    of_gap: int = 0
    gap: int | None = None  # the empty place from where they were moved

    @property
    def is_sure(self) -> bool:
        return self.signs >= LEAST

    @property
    def is_doubtful(self) -> bool:
        """An answer that belongs elsewhere and an empty place: it may be so, or two slips."""
        return self.gap is not None and self.signs - self.of_gap >= SIGN and self.signs >= 2 * SIGN


@dataclass(frozen=True)
class Shift:
    """`step` rows too low, or columns to the right; `asked`: of these items nothing more is said."""

    slots: Sequence[Slot]
    step: int
    asked: Set[str] = frozenset()
    are_rows: bool = False

    def stretch(self) -> Stretch | None:
        """That with the most signs (Kadane), and what may belong to it."""
        best, score, start, first, last = 0, 0, 0, 0, -1
        for index in range(len(self.slots)):
            score += self._signs(index)
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
        vacated = self._vacated(first, last)
        of_gap = self._gap(first, last, vacated)
        return Stretch(first, last, best + of_gap, of_gap, vacated)

    def moved(self, stretch: Stretch) -> list[Slot]:
        """The answers of it."""
        places = range(stretch.first, stretch.last + 1)
        return [self.slots[index] for index in places if self.slots[index].item and not self._is_open(index)]

    # --- one place ---------------------------------------------------------------------------------------------------

    def _signs(self, index: int) -> int:
        slot = self.slots[index]
        if self._is_open(index):
            return 0
        there = self._fits_there(index)
        if there is False:
            return 0 if slot.item is None else -_AGAINST
        if slot.item is None:
            return _IN_HEADING if there is True else 0
        is_soft = self.are_rows and (self._is_figure_among_words(index) or self._are_words_among_figures(index))
        return SIGN if self._is_surely_moved(index) or is_soft else self._signs_beside(index)

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

    def _vacated(self, first: int, last: int) -> int | None:
        """Where the first of them stood nothing stands any more. It may have been left out, where that is allowed and
        its answer stands nowhere else.
        """
        index = first - 1 if self.step > 0 else last + 1
        if not self.are_rows or not 0 <= index < len(self.slots):
            return None
        item, moved = self.slots[index].item, index + self.step
        if item is None or item.code in self.asked or not self._is_open(index):
            return None
        is_moved = first <= moved <= last and self._signs(moved) >= SIGN
        return index if item.required or is_moved else None

    def _gap(self, first: int, last: int, vacated: int | None) -> int:
        if vacated is None:
            return 0
        further = range(vacated - 1, -1, -1) if self.step > 0 else range(vacated + 1, len(self.slots))
        next_one = next((index for index in further if self.slots[index].item), None)
        is_alone = self._is_missing(vacated) and (next_one is None or not self._is_open(next_one))
        is_telling = is_alone and not self._has_many_gaps and self._has_faults(first, last)
        return _ONLY_GAP if is_telling else _GAP

    def _is_missing(self, index: int) -> bool:
        item = self.slots[index].item
        return item is not None and item.required and item.code not in self.asked and self._is_open(index)

    def _has_faults(self, first: int, last: int) -> bool:
        """There and nowhere else: among other faults one more of them is no wonder, either."""
        faulty = [index for index in range(len(self.slots)) if self._is_faulty(index)]
        return bool(faulty) and all(first <= index <= last for index in faulty)

    def _is_faulty(self, index: int) -> bool:
        slot = self.slots[index]
        return not self._is_open(index) and (slot.item is None or _fits(slot.item, slot.cell) is False)

    @cached_property
    def _has_many_gaps(self) -> bool:
        missing = sum(map(self._is_missing, range(len(self.slots))))
        return missing > max(abs(self.step), len(self.slots) // _MANY_GAPS)

    # --- what stands beside the questions ----------------------------------------------------------------------------

    def _signs_beside(self, index: int) -> int:
        """Of the question that this may be the answer to: with which answer agrees what stands there?"""
        there = index - self.step
        if not self.are_rows or not 0 <= there < len(self.slots):
            return 0
        own, other = self._agrees(there, there), self._agrees(there, index)
        return _BESIDE * (int(own is False and other is True) - int(own is True and other is False))

    def _agrees(self, question: int, answer: int) -> bool | None:
        slot, cell = self.slots[question], self.slots[answer].cell
        if slot.item is None or self._is_open(answer):
            return None
        estimate, figure = _figure(slot.item, slot.estimate), _figure(slot.item, cell)
        if estimate is not None and figure is not None and figure > estimate:
            return False
        if slot.evidence:
            return fold(shown(raw_of(cell))) not in _NOTHING_TO_SHOW
        return None if estimate is None or figure is None else True


def _fits(item: Item, cell: Cell) -> bool | None:
    """None where anything fits."""
    return None if item.type in WORDS else _read(item, raw_of(cell), cell.font) is not None


def _figure(item: Item, cell: Cell) -> float | None:
    value = _read(item, raw_of(cell), cell.font) if item.type in NUMERIC else None
    return float(value) if isinstance(value, (int, float)) else None


@lru_cache(maxsize=4096, typed=True)  # a ticked no is no nought, although the two are equal
def _read(item: Item, raw: Raw, font: str) -> str | float | None:
    try:
        return read_answer(item, raw, font)[0]
    except Refusal:
        return None
