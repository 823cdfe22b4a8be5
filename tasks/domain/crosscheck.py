"""Whether the answers of one unit agree with each other: what must be mended, and what asks for a reason."""

import math
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tasks.domain.calendar import Calendar
from tasks.domain.checklist import (
    NOT_APPLICABLE,
    AnswerType,
    Check,
    CheckKind,
    Checklist,
    Fault,
    Item,
    Reading,
    Row,
    Severity,
    StatTable,
    Value,
    value_text,
)
from tasks.domain.errors import CalendarUnknown
from tasks.domain.typed_money import USUAL_MONEY
from tasks.domain.vietnamese import exact_text, number_text

Answers = Mapping[str, Value]
ROUNDING = Fraction(1, 1_000_000)  # 0,1 + 0,2 is 0,3 to whoever typed it

# What a unit plans lies within a year or so.
FAR_AHEAD_DAYS = 366


@dataclass(frozen=True)
class Breach:
    """One check that does not hold, for these answers."""

    check: Check
    cells: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class _Case:
    """One check, with the codes of its answers: in a table, those of one line."""

    check: Check
    left: tuple[str, ...]
    right: tuple[str, ...]
    line: str = ""


def breaches(
    checklist: Checklist, answers: Answers, calendar: Calendar, asked_back: Set[str] = frozenset()
) -> list[Breach]:
    """Only where every answer of a check is there: what is missing, or `asked_back`, is another question.

    In a line of a table what is left blank beside a filled addend is nought: nobody writes out noughts there.
    """
    cases = (case for case in _cases(checklist, answers) if asked_back.isdisjoint((*case.left, *case.right)))
    found = (_judge(checklist, case, answers, calendar) for case in cases)
    return [breach for breach in found if breach is not None]


def crosschecked(
    reading: Reading, checklist: Checklist, before: Answers, calendar: Calendar, on: date | None = None
) -> Reading:
    """The reading after its cross-checks, together with what the unit had answered `before`.

    A hard check makes faults of the cells that came with this reading; a soft one flags the first of them, and a note
    beside the answer is taken as the reason that was asked for. `on`: the day on which the reading came.
    """
    accepted, faults = dict(reading.accepted), list(reading.faults)
    asked_back = {fault.item for fault in reading.faults}
    for breach in breaches(checklist, {**before, **reading.accepted}, calendar, asked_back):
        mine = [code for code in breach.cells if code in reading.accepted]
        if not mine:
            continue
        if breach.check.severity is Severity.HARD:
            faults += [_fault(checklist, accepted.pop(code), breach) for code in mine if code in accepted]
        elif mine[0] in accepted:
            accepted[mine[0]] = _flagged(accepted[mine[0]], breach.sentence)
    unusual = [*_low_estimates(accepted), *_unusual_money(checklist, accepted), *_odd_days(checklist, accepted, on)]
    for code, sentence in unusual:
        accepted[code] = _flagged(accepted[code], sentence)
    return replace(reading, accepted=accepted, faults=tuple(faults))


def _low_estimates(answers: Answers) -> list[tuple[str, str]]:
    """Of any figure, without a check of its own: what was done by the cut-off is done by the end of the year."""
    return [
        (
            value.item,
            f"ước cả năm {exact_text(value.estimate)} thấp hơn số đã thực hiện {exact_text(value.value)}",
        )
        for value in answers.values()
        if value.estimate is not None and not isinstance(value.value, str) and value.estimate < value.value
    ]


def _unusual_money(checklist: Checklist, answers: Answers) -> list[tuple[str, str]]:
    found = []
    for value in answers.values():
        unit = checklist.item(value.item).unit
        least, most = USUAL_MONEY.get(unit, (0, math.inf))
        if not isinstance(value.value, str) and value.value and not least <= abs(value.value) <= most:
            sentence = f"{exact_text(value.value)} {unit} là số khác thường, hãy xem lại đơn vị tính có đúng là {unit}"
            found.append((value.item, sentence))
    return found


def _odd_days(checklist: Checklist, answers: Answers, on: date | None) -> list[tuple[str, str]]:
    """15/03/2052 is a day, and most likely one of 2025; what has been done has a day that has come (`maximum`: how many
    days after that of the answer it may lie)."""
    if on is None:
        return []
    found = []
    for value in answers.values():
        item = checklist.item(value.item)
        if item.type is not AnswerType.NGAY or value.value == NOT_APPLICABLE or not isinstance(value.value, str):
            continue
        ahead = (date.fromisoformat(value.value) - on).days
        if ahead > FAR_AHEAD_DAYS:
            found.append((value.item, f"{value_text(item, value.value)} là ngày xa trong tương lai, hãy xem lại năm"))
        elif item.maximum is not None and ahead > item.maximum:
            day = value_text(item, value.value)
            found.append((value.item, f"{day} là ngày chưa đến, mục này hỏi việc đã làm; hãy xem lại ngày"))
    return found


def _fault(checklist: Checklist, value: Value, breach: Breach) -> Fault:
    """What stands beside the figure is not refused with it."""
    found = value_text(checklist.item(value.item), value.value)
    beside = (value.evidence, value.note, value.estimate)
    return Fault(value.item, value.cell, breach.sentence, found, *beside, check=breach.check.code)


def _flagged(value: Value, sentence: str) -> Value:
    flag = _flag_words(value, sentence)
    return replace(value, flag=f"{value.flag}; {flag}" if value.flag else flag)


def _flag_words(value: Value, sentence: str) -> str:
    where = "trong thư trả lời" if "." in value.item else "ở cột Ghi chú"  # a cell of a table has no note beside it
    reason = f"đơn vị nêu lý do: {value.note}" if value.note else f"hãy nêu lý do {where} nếu số liệu là đúng"
    return f"{sentence}; {reason}"


def flags_gone(checklist: Checklist, before: Answers, new: Answers, calendar: Calendar) -> list[tuple[str, str]]:
    """(item, words): what the flags of other answers say of those that are `new`, and is not true any more."""
    after = {**before, **new}
    still = {one.sentence for one in breaches(checklist, after, calendar)}
    gone = [
        (code, _flag_words(after[code], breach.sentence))
        for breach in breaches(checklist, before, calendar)
        if breach.sentence not in still and not new.keys().isdisjoint(breach.cells)
        for code in breach.cells
        if code in before and code not in new
    ]
    return [(code, words) for code, words in gone if words in before[code].flag]


def without_flag(value: Value, words: str) -> Value:
    if words not in value.flag:
        return value
    start, _, rest = value.flag.partition(words)
    return replace(value, flag="; ".join(filter(None, (start.removesuffix("; "), rest.removeprefix("; ")))))


# --- which answers -------------------------------------------------------------------------------------------------


def _cases(checklist: Checklist, answers: Answers) -> Iterator[_Case]:
    tables = {table.code: table for table in checklist.tables}
    for check in checklist.checks:
        if check.table:
            yield from _cases_of_table(check, tables[check.table], answers)
        else:
            yield _Case(check, check.left, check.right)


def _cases_of_table(check: Check, table: StatTable, answers: Answers) -> Iterator[_Case]:
    for row in table.lines():
        if _concerns(check, table, row, answers):
            prefix = f"{table.code}.{row.code}."
            left, right = (tuple(prefix + code for code in side) for side in (check.left, check.right))
            yield _Case(check, left, right, row.title)


def _concerns(check: Check, table: StatTable, row: Row, answers: Answers) -> bool:
    """Only lines that say so: of one that leaves it empty nothing is known."""
    return all(
        (chosen := answers.get(f"{table.code}.{row.code}.{column}")) is not None and _said(chosen) in values
        for column, values in ((check.when_column, check.when_values), (check.and_column, check.and_values))
        if column
    )


def _said(value: Value) -> str:
    return value.value if isinstance(value.value, str) else exact_text(value.value)


# --- whether they agree --------------------------------------------------------------------------------------------


def _judge(checklist: Checklist, case: _Case, answers: Answers, calendar: Calendar) -> Breach | None:
    judge = _DAYS.get(case.check.kind)
    try:
        said = _days(case, answers, calendar, judge) if judge else _numbers(case, answers)
    except CalendarUnknown:
        return None  # a day of a year that nobody has decided: there is nothing to hold against the unit
    if said is None:
        return None
    named = _shown(checklist, case, answers) | said | {"dong": case.line}
    return Breach(case.check, (*case.left, *case.right), case.check.sentence.format(**named))


def _shown(checklist: Checklist, case: _Case, answers: Answers) -> dict[str, str]:
    def side(codes: tuple[str, ...]) -> str:
        return " + ".join(_words(checklist.item(code), answers[code]) for code in codes if code in answers)

    return {"trai": side(case.left), "phai": side(case.right), "ty_le": "", "nguong": ""}


def _words(item: Item, value: Value) -> str:
    return value_text(item, value.value)


def _numbers(case: _Case, answers: Answers) -> dict[str, str] | None:
    """What the sentence says of a breach; None when the check holds or cannot be judged."""
    check = case.check
    blank_is_nought = bool(check.table)
    left = _sum(case.left, answers, blank_is_nought=blank_is_nought)
    right = _sum(case.right, answers, blank_is_nought=blank_is_nought) if case.right else None
    bound = right if case.right else Fraction(str(check.limit))
    if left is None or bound is None:
        return None
    threshold = bound * Fraction(check.share) if check.share else bound
    if _HOLDS[check.kind](left, threshold):
        return None
    share = number_text(round(float(left / right * 100), 1)) + "%" if right else ""
    return {"ty_le": share, "nguong": exact_text(_plain(threshold, rounded=bool(check.share)))}


def _sum(codes: tuple[str, ...], answers: Answers, *, blank_is_nought: bool) -> Fraction | None:
    """Exact, for 2/3 of 411 households is no rounded number; None unless every part is a number."""
    total = Fraction(0)
    filled = [code for code in codes if code in answers]
    for code in (filled or codes) if blank_is_nought else codes:
        value = answers[code].value if code in answers else None
        if not isinstance(value, (int, float)):
            return None
        total += Fraction(str(value))
    return total


def _plain(number: Fraction, *, rounded: bool) -> float:
    """Rounded where it is a share, like 2/3 of 412: a sum has no more decimals than its addends."""
    if number.denominator == 1:
        return int(number)
    return round(float(number), 2) if rounded else float(number)


_HOLDS: Mapping[CheckKind, Callable[[Fraction, Fraction], bool]] = {
    CheckKind.AT_MOST: lambda left, right: left <= right + ROUNDING,
    CheckKind.AT_LEAST: lambda left, right: left >= right - ROUNDING,
    CheckKind.MORE_THAN: lambda left, right: left > right,
    CheckKind.EQUAL: lambda left, right: abs(left - right) <= ROUNDING,
}


def _days(
    case: _Case, answers: Answers, calendar: Calendar, judge: "Callable[[date, date, Calendar], tuple[int, int]]"
) -> dict[str, str] | None:
    first, last = (_day(codes, answers) for codes in (case.left, case.right))
    if first is None or last is None:
        return None
    if case.check.kind is CheckKind.DAYS and last < first:
        return None  # its end before its beginning is told by a check of its own
    days, sign = judge(first, last, calendar)
    limit = int(case.check.limit or 0)
    if sign * days <= sign * limit:
        return None
    return {"ty_le": number_text(days), "nguong": number_text(limit)}


def _day(codes: tuple[str, ...], answers: Answers) -> date | None:
    value = answers[codes[0]].value if codes and codes[0] in answers else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None  # 'Không áp dụng'


# Days counted, and +1 where there may be too many of them, -1 where too few.
_DAYS: Mapping[CheckKind, Callable[[date, date, Calendar], tuple[int, int]]] = {
    CheckKind.WORKING_DAYS: lambda first, last, calendar: (calendar.working_days_between(first, last), 1),
    CheckKind.DAYS: lambda first, last, _: ((last - first).days + 1, -1),
    CheckKind.NOTICE: lambda first, last, _: ((last - first).days, -1),
    CheckKind.NOT_AFTER: lambda first, last, _: ((last - first).days, -1),
}
