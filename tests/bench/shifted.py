"""Answers moved by a row in forms that clerks filled: how many are read wrong in silence, and how often one cries wolf.

Every shipped checklist, filled in as people do, moved from every row on; and unmoved ones, half filled or with slips.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date

from infra.definitions import FileDefinitions
from infra.opening.book import Book, Cell
from infra.sandbox.form_filling import filled
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from infra.workbook.copies import Sealing
from infra.workbook.layout import Column
from infra.workbook.opening import open_book
from infra.workbook.reading import read_form
from infra.workbook.tables import form_tables
from tasks.domain.checklist import Checklist, Reading, UnitKind
from tasks.domain.fitting import fitted
from tests.bench.workbook import form

TODAY = date(2025, 10, 17)
KEY = b"khoa"
UNITS = {
    UnitKind.XA: "Xã Vĩnh Ô",
    UnitKind.CO_QUAN: "Phòng Văn hóa, Khoa học và Thông tin",
    UnitKind.TRUONG_HOC: "Trường TH và THCS Vĩnh Hà",
    UnitKind.DOANH_NGHIEP: "Công ty TNHH May Bến Hải (ví dụ)",
    UnitKind.DOANH_NGHIEP_NHA_NUOC: "Công ty Cao su nhà nước Bến Hải",
}
TOLD = "bị lệch"

SLIPS = ("nhiều", "Có", "12", "25/02/2025", "đã làm tốt", "1500", "Đạt")


@dataclass(frozen=True)
class Filled:
    """One form as it was typed, its answers by the place of their items."""

    checklist: Checklist
    book: Book
    typed: tuple[str, ...]
    rows: tuple[int, ...]
    column: int

    def read(self, answers: Sequence[str], between: dict[int, str] | None = None) -> Reading:
        cells = {row: dict(found) for row, found in self.book.sheets[0].rows.items()}
        for row, words in [*zip(self.rows, answers, strict=True), *(between or {}).items()]:
            cells.setdefault(row, {})[self.column] = Cell(words or None)
        book = deepcopy_but_rows(self.book)
        book.sheets[0].__dict__["rows"] = dict(sorted(cells.items()))
        year = self.checklist.code.startswith("bao-cao")
        return read_form(book, self.checklist, Sealing(KEY), estimate=year)


def deepcopy_but_rows(book: Book) -> Book:
    sheets = [replace(book.sheets[0], packed=[]), *book.sheets[1:]]
    return replace(book, sheets=sheets, names=deepcopy(book.names))


def forms(units: int) -> Iterator[Filled]:
    definitions = FileDefinitions(TEMPLATES)
    for checklist in definitions.checklists.values():
        if checklist.code.startswith("bao-cao"):  # asks the same
            continue
        for kind in checklist.applies_to:
            if kind in UNITS:
                for number in range(units):
                    yield one_form(fitted(checklist, kind, TODAY), kind, number)


def one_form(checklist: Checklist, kind: UnitKind, number: int) -> Filled:
    estimate = "đến hết ngày 31/12/2025" if checklist.code.startswith("bao-cao") else ""
    asked = replace(form(checklist, number), unit_name=f"{UNITS[kind]} {number}", estimate_words=estimate)
    done = filled(ExcelWorkbooks(KEY).build(asked), random.Random(number), TODAY)
    whole = open_book(done.data)
    book = replace(whole, sheets=whole.sheets[:1])  # tables and outline are not moved here
    checklist = replace(checklist, tables=(), outline=(), narrative=(), checks=())
    table = form_tables(book)[0]
    column = next(place for place, one in table.columns.items() if one is Column.ANSWER)
    row_of = {place.words(Column.CODE): place.row for place in table.places()}
    rows = tuple(row_of[item.code] for item in checklist.items)
    return Filled(checklist, book, tuple(done.values.get(item.code, "") for item in checklist.items), rows, column)


# --- how answers are moved ------------------------------------------------------------------------------------------


Moved = tuple[str, list[str], dict[int, str]]


def moves(one: Filled) -> Iterator[Moved]:
    """How, the answers by item, and what came to stand in rows of no item."""
    last = len(one.typed)
    sections = [item.section for item in one.checklist.items]
    for first in range(last):
        end = next((at for at in range(first, last) if sections[at] != sections[first]), last)
        yield "typed on, one lower", moved(one.typed, first, last, 1), {}
        yield "pushed down by a cell", *pushed(one, first)
        if first:
            yield "typed on, one higher", moved(one.typed, first, last, -1), {}
        if first and sections[first - 1] == sections[first]:
            yield "one higher to the end of a section", moved(one.typed, first, end, -1), {}
        if end - first > 1:
            yield "one lower to the end of a section", moved(one.typed, first, end - 1, 1), {}


def moved(typed: Sequence[str], first: int, end: int, step: int) -> list[str]:
    answers = list(typed)
    answers[first:end] = [""] * (end - first)
    for at in range(first, end):
        if 0 <= at + step < len(answers):
            answers[at + step] = typed[at]
    return answers


def pushed(one: Filled, first: int) -> tuple[list[str], dict[int, str]]:
    words = dict(zip((row + 1 for row in one.rows[first:]), one.typed[first:], strict=True))
    answers = [*one.typed[:first], *(words.pop(row, "") for row in one.rows[first:])]
    return answers, words


# --- what is made of them -------------------------------------------------------------------------------------------


@dataclass
class Count:
    forms: int = 0
    told: int = 0
    silent: int = 0  # answers were taken that stood wrong, and nothing was said
    values: int = 0


def judged(one: Filled, right: Reading, reading: Reading, count: Count) -> None:
    wrong = [
        code
        for code, value in reading.accepted.items()
        if code in right.accepted and value.value != right.accepted[code].value
    ]
    count.forms += 1
    is_told = any(TOLD in fault.sentence for fault in reading.faults) or any(TOLD in one for one in reading.remarks)
    if is_told:
        count.told += 1
    elif wrong:
        count.silent += 1
        count.values += len(wrong)


def unmoved(one: Filled, chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    typed = list(one.typed)
    yield "whole", typed
    for share in (0.05, 0.2, 0.5):
        yield f"{share:.0%} left empty here and there", ["" if chance.random() < share else words for words in typed]
    at = chance.randrange(len(typed))
    yield "one left empty", [*typed[:at], "", *typed[at + 1 :]]
    yield "begun, the rest empty", [words if number < at else "" for number, words in enumerate(typed)]
    yield "the beginning empty", ["" if number < at else words for number, words in enumerate(typed)]
    for slips in (1, 3):
        answers = list(typed)
        for number in chance.sample(range(len(typed)), min(slips, len(typed))):
            answers[number] = chance.choice(SLIPS)
        yield f"{slips} slips", answers
        gap = chance.randrange(len(typed))
        yield f"{slips} slips, one left empty", [*answers[:gap], "", *answers[gap + 1 :]]


def bench(size: int) -> None:
    of_move: dict[str, Count] = {}
    of_list: dict[str, Count] = {}
    alarms: Counter[str] = Counter()
    remarked: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for number, one in enumerate(forms(size)):
        right = one.read(one.typed)
        for how, answers, between in moves(one):
            reading = one.read(answers, between)
            judged(one, right, reading, of_move.setdefault(how, Count()))
            judged(one, right, reading, of_list.setdefault(one.checklist.code, Count()))
        chance = random.Random(number)
        for _ in range(5):
            for how, answers in unmoved(one, chance):
                tried[how] += 1
                reading = one.read(answers)
                alarms[how] += any(TOLD in fault.sentence for fault in reading.faults)
                remarked[how] += any(TOLD in words for words in reading.remarks)
    for title, found in (("moved", of_move), ("by list", of_list)):
        print(f"  {title}: forms, told, answers taken wrong in silence (so many)")
        for how, count in found.items():
            share = f"{count.silent / count.forms:.0%}"
            print(f"    {how}: {count.forms}, {count.told}, {count.silent} ({count.values}); silent {share}")
    print("  unmoved: forms, asked back, remarked")
    for how in tried:
        print(f"    {how}: {tried[how]}, {alarms[how]}, {remarked[how]}")
