"""Answers that stand beside the next question, or the one before: one cause of many faults, told once.

Somebody inserted a cell, or began to paste a row too low. Each answer of such a block may still be of the right kind by
chance, so the whole block is asked back and none of it is read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from infra.opening.book import Cell
from infra.workbook.findings import UNMARK, Findings, would_pass
from infra.workbook.layout import Column
from infra.workbook.shift_signs import Shift, Slot
from infra.workbook.tables import Place, raw_of
from tasks.domain.answer import shown
from tasks.domain.beside import Beside
from tasks.domain.checklist import WORDS, Fault, Item
from tasks.domain.vietnamese import clean, one_line

STEPS = (1, -1, 2, -2)
_FURTHER = 2  # rows below the last item, where answers are pushed out to


@dataclass(frozen=True)
class Block:
    slots: tuple[Slot, ...]
    step: int  # so many rows too low; below zero, too high
    gap: str = ""  # the empty cell from where the first of them was moved

    @property
    def sentence(self) -> str:
        told = (
            f"{self._which} có vẻ bị lệch {self._where} so với câu hỏi nên chưa ghi nhận ô nào "
            "trong đó; hãy xếp lại từng câu trả lời cho khớp câu hỏi rồi gửi lại"
        )
        marked = any(slot.item and would_pass(slot.item, shown(raw_of(slot.cell))) for slot in self.slots)
        return told + (UNMARK if marked else "")

    @property
    def doubt(self) -> str:
        return (
            f"{self._which} có thể bị lệch {self._where} so với câu hỏi (ô {self.gap} còn trống) nhưng chưa rõ nên vẫn "
            "ghi nhận; hãy xem lại, nếu lệch thì xếp lại cho khớp câu hỏi rồi gửi lại"
        )

    @property
    def _which(self) -> str:
        return f"các câu trả lời từ ô {self.slots[0].name} đến ô {self.slots[-1].name}"

    @property
    def _where(self) -> str:
        return f"thấp xuống {self.step} dòng" if self.step > 0 else f"cao lên {-self.step} dòng"


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
    if doubtful := _best_block(rows, between, asked, also_doubtful=True):
        words = doubtful.doubt
        findings.remarks.append(words[0].upper() + words[1:])
    return touched


def moved_sideways(slots: Sequence[Slot]) -> tuple[frozenset[str], str]:
    """Of one line of a table, whose columns are the slots: those that are asked back, and why; nothing where none."""
    block = _likeliest(Shift(slots, step) for step in STEPS)
    if block is None:
        return frozenset(), ""
    where = f"sang phải {block.step} cột" if block.step > 0 else f"sang trái {-block.step} cột"
    first, last = block.slots[0].name, block.slots[-1].name
    told = (
        f"các ô từ cột {first} đến cột {last} có vẻ bị lệch {where} so với tiêu đề của bảng nên chưa ghi nhận; "
        "hãy ghi lại cho đúng cột rồi gửi lại"
    )
    return frozenset(slot.name for slot in block.slots), told


Rows = Sequence[tuple[int, Item, Place]]


def _best_block(
    rows: Rows, between: Mapping[int, Cell], asked: Set[str], *, also_doubtful: bool = False
) -> Block | None:
    orders = list(_orders(rows, between))
    shifts = (Shift(slots, step, asked, are_rows=True) for slots in orders for step in STEPS)
    return _likeliest(shifts, also_doubtful=also_doubtful)


def _likeliest(shifts: Iterable[Shift], *, also_doubtful: bool = False) -> Block | None:
    best, block = 0, None
    for shift in shifts:
        found = shift.stretch()
        if found is None or found.signs <= best or not (found.is_sure or (also_doubtful and found.is_doubtful)):
            continue
        if moved := shift.moved(found):
            gap = "" if found.gap is None else shift.slots[found.gap].name
            best, block = found.signs, Block(tuple(moved), shift.step, gap)
    return block


def _orders(rows: Rows, between: Mapping[int, Cell]) -> Iterator[list[Slot]]:
    """As they stand, with the headings between them, for who pushed cells; then item by item, as they were typed."""
    by_row: list[Slot] = []
    for number, (row, item, place) in enumerate(rows):
        if number:
            above = rows[number - 1][0]
            by_row += [Slot("", None, between.get(one, Cell())) for one in range(above + 1, row)][-3:]
        beside = place.words(Column.EVIDENCE), place.cell(Column.ESTIMATE)
        by_row.append(Slot(place.name(Column.ANSWER), item, place.cell(Column.ANSWER), *beside))
    if rows:
        last = rows[-1][0]
        by_row += [Slot("", None, between.get(one, Cell())) for one in range(last + 1, last + 1 + _FURTHER)]
    yield by_row
    yield [slot for slot in by_row if slot.item]


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
