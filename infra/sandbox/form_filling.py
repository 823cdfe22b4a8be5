"""A form filled in as people do: rows, tables and outline typed into its open cells as the captions beside them ask.

Nothing of the program's rules is used here but the spelling of its captions.
"""

import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import load_workbook

from infra.sandbox.answering import Answer, Question, answer
from infra.sandbox.table_lines import Line, lines_of, summed
from infra.sandbox.unit_facts import WORDS, Unit, known_unit, shown
from tasks.domain.vietnamese import fold

MOST_MISTAKES = 3
ONCE_COUNTED = ("thành viên", "ngày")
"""What is not more at the end of a year than it was before."""


@dataclass(frozen=True)
class Filled:
    data: bytes
    values: Mapping[str, str]
    """Item, or cell of a table, -> what was typed."""


@dataclass
class _Pen:
    """Types, and remembers what was typed where."""

    values: dict[str, str] = field(default_factory=dict)

    def type(self, code: str, cell: Any, value: str) -> None:
        cell.value = value
        self.values[code] = value


def filled(
    workbook: bytes,
    chance: random.Random,
    today: date,
    address: str = "",
    *,
    only_half: bool = False,
    mistakes: bool = False,
) -> Filled:
    """`address`: of the mailbox in which the form came; who fills it in writes it down where it is asked."""
    book = load_workbook(io.BytesIO(workbook))
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
    unit = _unit(sheets[0], address, today)
    lines = lines_of(unit, random.Random(f"{unit.facts['ten']}: bảng"), today)
    unit = Unit(unit.kind, {**unit.facts, **summed(lines)})
    pen = _Pen()
    _fill_rows(sheets[0], unit, chance, today, pen, only_half=only_half, mistakes=mistakes)
    for sheet in [] if only_half else sheets[1:]:
        _fill_table(sheet, lines, pen)
        _fill_outline(sheet, unit, chance, pen)
    out = io.BytesIO()
    book.save(out)
    return Filled(out.getvalue(), pen.values)


def _unit(sheet: Any, address: str, today: date) -> Unit:
    """Who is asked, by the head of the form."""
    head = [str(sheet.cell(row, 1).value or "") for row in range(1, 10)]
    at = next(row for row, words in enumerate(head) if words.startswith("Đơn vị:"))
    return known_unit(head[at].partition(":")[2].strip(), head[at - 1], address, today)


# --- rows ----------------------------------------------------------------------------------------------------------


def _fill_rows(
    sheet: Any, unit: Unit, chance: random.Random, today: date, pen: _Pen, *, only_half: bool, mistakes: bool
) -> None:
    columns, rows = _rows(sheet)
    spoilt, before = 0, ""
    for number, row in enumerate(rows):
        asked = Question(str(sheet.cell(row, columns["noi dung kiem tra"]).value), _how(sheet, row, columns))
        said = answer(asked, unit, chance, today)
        if asked.asks.startswith("Trong số"):  # a part of the answer above
            said = Answer(str(max(0, int(before) - chance.randrange(3))))
        before = said.value
        if only_half and number >= len(rows) // 2:
            continue
        if mistakes and spoilt < MOST_MISTAKES and (wrong := _mistake(asked.how)):
            said, spoilt = Answer(wrong), spoilt + 1
        pen.type(str(sheet.cell(row, columns["ma"]).value), sheet.cell(row, columns["ket qua"]), said.value)
        _write_beside(sheet, row, columns, said)
        if "uoc ca nam" in columns and asked.how.startswith("Số") and said.value.isdigit():
            more = 0 if any(word in asked.how for word in ONCE_COUNTED) else chance.randrange(2)
            sheet.cell(row, columns["uoc ca nam"]).value = str(int(said.value) + more)


def _rows(sheet: Any) -> tuple[dict[str, int], list[int]]:
    for cells in sheet.iter_rows(min_row=1, max_row=40):
        columns = {fold(str(cell.value)): cell.column for cell in cells if cell.value}
        if "ma" in columns and "ket qua" in columns:
            below = range(cells[0].row + 1, sheet.max_row + 1)
            return columns, [row for row in below if _is_item(sheet.cell(row, columns["ma"]).value)]
    raise AssertionError("the form has no rows")


def _is_item(value: object) -> bool:
    return isinstance(value, str) and value[:2].isalpha() and value[2:].isdigit()


def _how(sheet: Any, row: int, columns: Mapping[str, int]) -> str:
    return str(sheet.cell(row, columns["cach tra loi"]).value)


def _write_beside(sheet: Any, row: int, columns: Mapping[str, int], said: Answer) -> None:
    for caption, words in (("minh chung", said.proof), ("ghi chu", said.note)):
        if words and caption in columns:
            sheet.cell(row, columns[caption]).value = words


def _mistake(how: str) -> str:
    if how.startswith("Tỷ lệ"):
        return "150"
    if how.startswith("Ngày"):
        return "31/02/2025"
    return "vài cuộc" if how.startswith("Số") else ""


# --- tables and outline ----------------------------------------------------------------------------------------------


def _fill_table(sheet: Any, lines: Mapping[str, list[Line]], pen: _Pen) -> None:
    """Line by line from the first, each answer under the column that is called by its code."""
    captions, rows = _coded(sheet)
    if not captions:
        return
    table = str(sheet.cell(rows[0], 1).value).partition(".")[0]
    for row, line in zip(rows, lines.get(table, []), strict=False):
        code = sheet.cell(row, 1).value
        for column, name in captions.items():
            if name in line:
                pen.type(f"{code}.{name}", sheet.cell(row, column), shown(line[name]))


def _coded(sheet: Any) -> tuple[dict[int, str], list[int]]:
    """The columns of a table by their codes, and the rows of its lines; nothing where a sheet is no table."""
    for cells in sheet.iter_rows(max_row=12):
        if cells[0].value == "Mã dòng":
            captions = {cell.column: str(cell.value) for cell in cells[1:] if cell.value}
            below = range(cells[0].row + 1, sheet.max_row + 1)
            return captions, [row for row in below if "." in str(sheet.cell(row, 1).value)]
    return {}, []


def _fill_outline(sheet: Any, unit: Unit, chance: random.Random, pen: _Pen) -> None:
    for code, cell in _headings(sheet):
        sentences = WORDS["outline"].get(code, {}).get(unit.kind)
        if sentences:
            pen.type(code, cell, unit.says(chance.choice(sentences)))


def _headings(sheet: Any) -> Iterator[tuple[str, Any]]:
    """The open cells of the outline with their codes."""
    for row in range(1, sheet.max_row + 1):
        code = str(sheet.cell(row, 1).value)
        if code in WORDS["outline"]:
            yield code, sheet.cell(row, 3)
