"""Putting single answers right: each typed value is judged by its item's own rules, as a cell of a form is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tasks.domain.answer import Refusal, is_blank, means_nothing, read_answer
from tasks.domain.calendar import Calendar
from tasks.domain.checklist import Checklist, Identity, Item, Reading, Value, value_text
from tasks.domain.crosscheck import crosschecked
from tasks.domain.errors import DefinitionError, Problem
from tasks.domain.naming import Named, find
from tasks.domain.vietnamese import fold, one_line

BOTH = "nếu nhiều mục cùng đổi, hãy sửa trong một lệnh bằng --and MỤC GIÁ_TRỊ"
Answers = Mapping[str, Value]


@dataclass(frozen=True)
class Typed:
    """What a person typed: an item, and its new value."""

    item: str
    value: str


def read_correction(
    checklist: Checklist, typed: Sequence[Typed], standing: Answers, faulty: Sequence[str], calendar: Calendar, on: date
) -> Reading:
    """The new values, with what stands beside the old ones. Raises DefinitionError with all that is wrong.

    `faulty`: the items of which the last value that came could not be taken.
    """
    accepted: dict[str, Value] = {}
    problems: list[Problem] = []
    for one in typed:
        item, why = find_item(checklist, one.item, standing)
        if item is None:
            problems.append(Problem(one.item, why))
        elif item.code in accepted:
            problems.append(Problem(item.code, "mục này được ghi hai lần trong một lệnh"))
        else:
            problems += _take(item, one.value, standing.get(item.code), item.code in faulty, accepted)
    sure = {code: value for code, value in standing.items() if code not in faulty}
    reading = crosschecked(Reading(Identity(), accepted, (), ()), checklist, sure, calendar, on)
    problems += [Problem(fault.item, f"{fault.sentence}; {BOTH}") for fault in reading.faults]
    if problems:
        raise DefinitionError(problems)
    return reading


def _take(item: Item, typed: str, old: Value | None, is_faulty: bool, accepted: dict[str, Value]) -> Iterator[Problem]:
    if is_blank(typed) or means_nothing(item, typed):
        yield Problem(item.code, f"“{one_line(typed)}” chưa phải câu trả lời; hãy ghi giá trị đúng")
        return
    try:
        value, flag = read_answer(item, typed)
    except Refusal as refusal:
        yield Problem(item.code, f"“{one_line(typed)}”: {refusal.sentence}")
        return
    if old is not None and old.value == value and not is_faulty:
        yield Problem(item.code, f"đang là “{value_text(item, value)}” rồi, không có gì để sửa")
        return
    accepted[item.code] = replace(old or Value(item.code, value), value=value, cell="", flag=flag)


# --- which item -----------------------------------------------------------------------------------------------------


def find_item(checklist: Checklist, typed: str, standing: Answers) -> tuple[Item | None, str]:
    """The item, the part of the outline or the cell of a table; else why there is none."""
    items = {item.code: item for item in (*checklist.items, *checklist.narrative)}
    found = find(typed, [Named(code, one_line(item.question)) for code, item in items.items()], by_name=False)
    if found.one is not None:
        return items[found.one.code], ""
    table = typed.partition(".")[0]
    if known := next((one for one in checklist.tables if fold(one.code) == fold(table)), None):
        code = next((one.code for one in known.cells() if fold(one.code) == fold(typed)), "")
        if code and known.repeated and not any(one.startswith(_line(code)) for one in standing):
            return None, f"bảng {known.code} chưa có dòng này; thêm dòng thì nhập cả phiếu: kiemtra answers enter"
        if code:
            return checklist.item(code), ""
        rows = ", ".join(row.code for row in known.lines()[:5]) + (" …" if len(known.lines()) > 5 else "")
        columns = ", ".join(column.code for column in known.columns)
        return None, f"ô của bảng {known.code} ghi {known.code}.<dòng>.<cột>; dòng: {rows}; cột: {columns}"
    return None, found.why("mục", typed) + "; các mục của đơn vị: kiemtra answers <đơn vị>"


def _line(code: str) -> str:
    return code.rpartition(".")[0] + "."
