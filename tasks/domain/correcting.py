"""Putting single answers right: each typed value is judged by its item's own rules, as a cell of a form is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tasks.domain.answer import Refusal, is_blank, means_nothing, read_answer
from tasks.domain.calendar import Calendar
from tasks.domain.checklist import Checklist, Fault, Identity, Item, Reading, Severity, Value, value_text
from tasks.domain.crosscheck import breaches, crosschecked, flags_gone
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


@dataclass(frozen=True)
class Correction:
    """`accepted`: the new values, and those that were asked back only because of the old ones; `faults`: what is still
    asked back, in the figures that hold now; `unchanged`: what was typed as it stands already, in words.
    """

    accepted: Answers
    faults: tuple[Fault, ...] = ()
    unchanged: tuple[str, ...] = ()
    unflagged: tuple[tuple[str, str], ...] = ()
    """Of other answers, what their flags said of the old values."""


def read_correction(
    checklist: Checklist,
    typed: Sequence[Typed],
    standing: Answers,
    faults: Sequence[Fault],
    calendar: Calendar,
    on: date,
) -> Correction:
    """The new values, with what stands beside the old ones. Raises DefinitionError with all that is wrong.

    `faults`: what is being asked back, of the last that came for an item.
    """
    faulty = {one.item for one in faults}
    new: dict[str, Value] = {}
    unchanged: dict[str, str] = {}
    problems: list[Problem] = []
    for one in typed:
        item, why = find_item(checklist, one.item, standing)
        if item is None:
            problems.append(Problem(one.item, why))
        elif item.code in {*new, *unchanged}:
            problems.append(Problem(item.code, "mục này được ghi hai lần trong một lệnh"))
        else:
            old = None if item.code in faulty else standing.get(item.code)
            problems += _take(item, one.value, standing.get(item.code), new)
            if old is not None and item.code in new and new[item.code].value == old.value:
                del new[item.code]
                unchanged[item.code] = f"{item.code} đang là “{value_text(item, old.value)}” rồi"
    sure = {code: value for code, value in standing.items() if code not in faulty}
    asked_back = tuple(one for one in faults if one.item not in new)
    reading = crosschecked(Reading(Identity(), new, asked_back, ()), checklist, sure, calendar, on)
    problems += [Problem(one.item, f"{one.sentence}; {BOTH}") for one in reading.faults if one not in asked_back]
    if problems:
        raise DefinitionError(problems)
    freed, still = _judged_again(checklist, asked_back, {**sure, **reading.accepted}, calendar) if new else ({}, ())
    taken = {**reading.accepted, **freed}
    gone = flags_gone(checklist, standing, taken, calendar) if taken else []
    return Correction(taken, still, tuple(unchanged.values()), tuple(gone))


def _take(item: Item, typed: str, old: Value | None, accepted: dict[str, Value]) -> Iterator[Problem]:
    if is_blank(typed) or means_nothing(item, typed):
        yield Problem(item.code, f"“{one_line(typed)}” chưa phải câu trả lời; hãy ghi giá trị đúng")
        return
    try:
        value, flag = read_answer(item, typed)
    except Refusal as refusal:
        yield Problem(item.code, f"“{one_line(typed)}”: {refusal.sentence}")
        return
    accepted[item.code] = replace(old or Value(item.code, value), value=value, cell="", flag=flag)


def _judged_again(
    checklist: Checklist, faults: Sequence[Fault], answers: Answers, calendar: Calendar
) -> tuple[dict[str, Value], tuple[Fault, ...]]:
    """What was asked back because of a figure that is another one now: taken, or asked back with the one that holds."""
    held = {one.item: value for one in faults if (value := _as_typed(checklist, one))}
    others = {one.item for one in faults} - held.keys()
    hard = {
        code: one
        for one in reversed(breaches(checklist, {**answers, **held}, calendar, others))
        if one.check.severity is Severity.HARD
        for code in one.cells
    }
    freed = {code: value for code, value in held.items() if code not in hard}
    still = tuple(
        replace(one, sentence=hard[one.item].sentence, check=hard[one.item].check.code)
        for one in faults
        if one.item in held and one.item in hard and one.sentence != hard[one.item].sentence
    )
    return freed, still


def _as_typed(checklist: Checklist, fault: Fault) -> Value | None:
    """The value of a cell that nothing but a cross-check spoke against."""
    if not fault.check or not checklist.has(fault.item):
        return None
    try:
        value, flag = read_answer(checklist.item(fault.item), fault.found)
    except Refusal:
        return None
    return Value(fault.item, value, fault.cell, fault.evidence, fault.note, fault.estimate, flag)


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
