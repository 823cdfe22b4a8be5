"""What is found in the cells of a returned workbook: values, faults, gaps and remarks, gathered cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from infra.opening.book import Cell
from infra.workbook.layout import TO_MEND, without_mark
from infra.workbook.tables import raw_of
from tasks.domain.answer import Raw, Refusal, Taken, is_blank, means_nothing, read_answer, shown
from tasks.domain.beside import Beside
from tasks.domain.cell import may_be_swapped
from tasks.domain.checklist import NUMERIC, WORDS, AnswerType, Fault, Item, Value
from tasks.domain.typed_day import day_of_number
from tasks.domain.vietnamese import clean, exact_text, one_line

MOST_NAMED_CELLS = 10
LONGEST_QUOTE = 200
DAYS_TO_1904 = 1462  # between the two days from which books of Excel count
STRUCK = (
    "chữ bị gạch ngang nên không rõ là bỏ hay giữ; hãy bỏ nét gạch nếu đúng là câu trả lời, nếu không thì xóa, ghi lại"
)
STRUCK_MARK = "(gạch ngang)"
STRUCK_WORDS = "có chữ bị gạch ngang nên không rõ là bỏ hay giữ; hãy xóa phần muốn bỏ, giữ phần đúng"
# Behind a sentence about what is sent back under a mark, because by itself it would pass as the correction.
UNMARK = f"; trong phiếu gửi lại, sửa xong hãy xóa chữ “{TO_MEND}” ở đầu ô"
STILL_MARKED = f"còn chữ “{TO_MEND}” ở đầu ô; hãy sửa nội dung (đúng rồi thì giữ nguyên), sau đó xóa chữ ấy"
NO_RESULT = "ô là công thức chưa có kết quả; hãy ghi thẳng kết quả vào ô"


Noted = TypeVar("Noted", Value, Fault, Beside)


@dataclass
class Findings:
    accepted: dict[str, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    beside: dict[str, Beside] = field(default_factory=dict)

    def take(self, item: Item, name: str, cell: Cell) -> Taken | None:
        """The value of a filled cell; None where it was refused."""
        raw = _raw_of(item, cell)
        if cell.formula and is_blank(raw):
            self.refuse(item, name, NO_RESULT, cell.formula)
            return None
        if cell.struck:
            self._refuse_struck(item, name, found(item, raw))
            return None
        if (rest := without_mark(shown(raw))) is not None:
            self.refuse(item, name, STILL_MARKED, rest)
            return None
        try:
            taken = read_answer(item, raw, cell.font)
        except Refusal as refusal:
            self.refuse(item, name, refusal.sentence, found(item, raw))
            return None
        if cell.formula:
            self.remarks.append(f"Ô {name} (mục {item.code}) là công thức; lấy kết quả {shown(raw)}")
        elif item.type in NUMERIC and isinstance(raw, (int, float)) and 0 < abs(raw) < 1000:
            self.figures.append(name)
        return taken

    def refuse(self, item: Item, name: str, sentence: str, what: str) -> None:
        """Words are kept line by line and whole: they are printed again, and only their author can mend them."""
        if sentence != STILL_MARKED and would_pass(item, what):
            sentence += UNMARK
        self.faults.append(Fault(item.code, name, sentence, clean(what) if item.type in WORDS else one_line(what)))

    def _refuse_struck(self, item: Item, name: str, what: str) -> None:
        if item.type in WORDS:
            self.refuse(item, name, STRUCK_WORDS, what)
        else:
            self.refuse(item, name, STRUCK, f"{STRUCK_MARK} {what}")

    def keep_beside(self, beside: Beside) -> None:
        """With the fault of the answer, where there is one; what stands elsewhere in the row is of no answer."""
        index = self._fault_of(beside.item)
        if index is not None:
            fault = replace(self.faults[index], evidence=beside.evidence, note=beside.note)
            self.faults[index] = replace(fault, estimate=beside.estimate)
            beside = Beside(beside.item, elsewhere=beside.elsewhere)
        if beside.places:
            self.beside[beside.item] = beside

    def add_note(self, code: str, words: str) -> None:
        """To what was accepted, to the fault of the answer, or to what stands beside a blank."""
        if code in self.accepted:
            self.accepted[code] = _noted(self.accepted[code], words)
        elif (index := self._fault_of(code)) is not None:
            self.faults[index] = _noted(self.faults[index], words)
        else:
            self.beside[code] = _noted(self.beside.get(code, Beside(code)), words)

    def _fault_of(self, code: str) -> int | None:
        """The first one: the fault of the answer is found before one of the estimate can be."""
        return next((index for index, fault in enumerate(self.faults) if fault.item == code), None)

    def miss(self, item: Item, remark: str = "") -> None:
        if item.required:
            self.missing.append(item.code)
        if remark:
            self.remarks.append(remark)


def _noted(one: Noted, words: str) -> Noted:
    if words in one.note:
        return one
    return replace(one, note=f"{one.note}\n{words}" if one.note else words)


def _raw_of(item: Item, cell: Cell) -> Raw:
    raw = raw_of(cell)
    if cell.since_1904 and item.type is AnswerType.NGAY and isinstance(raw, (int, float)):
        return raw + DAYS_TO_1904
    return raw


def is_open(item: Item, cell: Cell) -> bool:
    """Nothing is written where the answer belongs; a formula without a result is something."""
    raw = raw_of(cell)
    return (is_blank(raw) or means_nothing(item, raw)) and not cell.formula


def would_pass(item: Item, found: str) -> bool:
    """Whether what is asked back would be taken where it comes back untouched: any words, a readable figure."""
    if item.type in WORDS or not found:
        return bool(found)
    try:
        read_answer(item, found)
    except Refusal:
        return False
    return True


def found(item: Item, raw: Raw) -> str:
    """What stands in a faulty cell, so that it stays faulty when it is sent back untouched."""
    if item.type is AnswerType.TY_LE and isinstance(raw, (int, float)) and 0 < raw <= 1:
        return f"{exact_text(100 * raw)}% hay {exact_text(raw)}%"
    if item.type is AnswerType.NGAY and (kept := day_of_number(raw)):
        raw = kept
    if isinstance(raw, (date, datetime)) and may_be_swapped(raw):
        return f"{shown(raw)} hay {raw.month:02d}/{raw.day:02d}/{raw.year}"
    if isinstance(raw, float):
        return repr(raw).replace(".", ",")
    return shown(raw)


def figures_remark(cells: Sequence[str]) -> list[str]:
    """A form's cells are text. In a number cell, under English settings, a typed 1.000 has become 1 without a trace."""
    if not cells:
        return []
    named = ", ".join(cells[:MOST_NAMED_CELLS]) + (" …" if len(cells) > MOST_NAMED_CELLS else "")
    return [f"Ô {named} ở kiểu số của bảng tính, không phải kiểu chữ: nếu đã gõ dấu chấm hàng nghìn, hãy xem lại số"]


def quote(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
