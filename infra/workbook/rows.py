"""What stands in the rows of a form, as plain data: words, look, height. Nothing here knows a file format."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from infra.workbook.findings import would_pass
from infra.workbook.grid import Grid
from infra.workbook.head import about, guide, signatures
from infra.workbook.layout import TO_MEND, Column, added_text, answer_text, cell_text, how_to_answer, section_line
from infra.workbook.look import CAPITALS, LOOKS, SIZE, SMALL, TIGHT, WIDTHS, height, height_with_added
from infra.workbook.returned import NOTHING_MARKED, Marks
from tasks.domain.beside import Beside, beside
from tasks.domain.checklist import NUMERIC, WORDS, AnswerType, Fault, Form, Item, Value
from tasks.domain.vietnamese import one_line

LEAST_LINES_FOR_WORDS = 4
ROOM_TO_SIGN = 70.0
MOST_COMPARED = 40
_PLAIN = re.compile(r"(?:(?!_x)[\x20-\uFFFF])*")  # beyond it programs do not agree on what is one letter
MENDED, ELSEWHERE = "Cần sửa:", "Đã ghi ngoài ô trả lời:"


class Cell(NamedTuple):
    """`added`: lines below the text in a second, smaller ink. With a `formula`, `text` is what it gives now."""

    column: int
    look: str
    text: str = ""
    added: str = ""
    formula: str = ""


class Row(NamedTuple):
    """`grows`: with what is typed; merged cells cannot, and a printed form keeps the room it gives."""

    number: int
    height: float
    cells: tuple[Cell, ...]
    grows: bool = False


class Contents(NamedTuple):
    """What is known of one unit's answers, by item."""

    accepted: Mapping[str, Value]
    last_year: Mapping[str, str]
    marks: Marks
    beside: Mapping[str, Beside]


NOTHING = Contents({}, {}, NOTHING_MARKED, {})


# --- above the table: who asks on the left, how to answer on the right, and tight, for all of it stays in view -------


def head_size(form: Form) -> int:
    return max(len(about(form)), len(guide(form)))


def head(form: Form, grid: Grid, contents: Contents) -> Iterator[Row]:
    left, right = about(form), guide(form)
    near, far = grid.span(1, grid.split), grid.span(grid.split + 1, grid.width)
    for number in range(1, grid.head_rows + 1):
        words, look = left[number - 1] if number <= len(left) else ("", "line")
        step, step_look = right[number - 1] if number <= len(right) else ("", "guide")
        words, step = cell_text(words), cell_text(step)
        size = LOOKS[look].size
        tall = height((words, _room(words, near), size), (step, _room(step, far), 11), padding=TIGHT)
        yield Row(number, tall, (Cell(1, look, words), Cell(grid.split + 1, step_look, step)))
    summary = contents.marks.summary
    line = Cell(1, "returned" if summary else "line", summary)
    yield Row(grid.progress_row, height((summary, near, SIZE), padding=TIGHT), (line, _progress(grid, contents)))


def _room(text: str, width: float) -> float:
    return width * CAPITALS if text.isupper() else width


def _progress(grid: Grid, contents: Contents) -> Cell:
    """COUNTA, because it counts error values too and fails on nothing that can be typed; less what is to be mended, and
    never more than all: somebody may have written beside a heading.
    """
    total = len(grid.checklist.items)
    known = contents.accepted.keys() - contents.marks.answers.keys()
    filled = sum(item.code in known for item in grid.checklist.items)
    wrong = "".join(_still_wrong(grid, item, contents) for item in grid.checklist.items)
    formula = f'"Đã trả lời "&MIN({total},COUNTA({grid.answer_range}){wrong})&"/{total} mục"'
    return Cell(grid.split + 1, "progress", f"Đã trả lời {filled}/{total} mục", formula=formula)


def _still_wrong(grid: Grid, item: Item, contents: Contents) -> str:
    """One less as long as the cell begins as it was sent back; its first line is enough to know it by."""
    if item.code not in contents.marks.answers or not (words := answer_of(item, contents)):
        return ""
    start = _PLAIN.match(words.partition("\n")[0][:MOST_COMPARED])[0]  # type: ignore[index]  # it matches nothing, too
    quoted = start.replace('"', '""')
    return f'-(LEFT({grid.letter(Column.ANSWER)}{grid.rows[item.code]},{len(start)})="{quoted}")'


# --- the table -------------------------------------------------------------------------------------------------------


def captions(grid: Grid) -> Row:
    tall = height(*((column.value, WIDTHS[column] * 0.9, SIZE) for column in grid.columns))
    cells = (Cell(grid.place[column], "header", column.value) for column in grid.columns)
    return Row(grid.header_row, tall, tuple(cells))


def table(grid: Grid, contents: Contents) -> Iterator[Row]:
    for section, items in grid.checklist.by_section():
        if items:
            row, line = grid.rows[items[0].code] - 1, cell_text(section_line(section))
            # Rows of the table are not merged, or people could not sort them: the text runs over empty cells.
            empty = (Cell(column, "section") for column in range(2, grid.width + 1))
            yield Row(row, height(("", 1, SIZE)), (Cell(1, "section", line), *empty))
        for item in items:
            yield item_row(grid, contents, item)


def signing(grid: Grid) -> Iterator[Row]:
    """Running over empty cells, in columns where the reader looks for no answer."""
    for number, (left, right) in enumerate(signatures(), start=grid.signature_row):
        cells = (Cell(grid.place[Column.QUESTION], left[1], left[0]), Cell(grid.place[Column.HOW], right[1], right[0]))
        yield Row(number, height(("", 1, SIZE)), cells)
    yield Row(grid.end_row, ROOM_TO_SIGN, (Cell(1, "line"),))


def item_row(grid: Grid, contents: Contents, item: Item) -> Row:
    words = _beside(item, contents)
    cells = {
        Column.CODE: ("item code", item.code, ""),
        Column.QUESTION: ("question", item.question, "\n".join(small_print(item))),
        Column.BASIS: ("basis", item.basis_words(grid.as_of), ""),
        Column.HOW: ("how", how_to_answer(item), "\n".join(_below_how(item, contents, words))),
        Column.LAST_YEAR: ("last year", contents.last_year.get(item.code, ""), ""),
        Column.ANSWER: (answer_look(item, contents.marks), answer_of(item, contents), ""),
        Column.ESTIMATE: _estimate(item, words, contents.marks.estimates.get(item.code)),
        Column.EVIDENCE: ("entry", words.evidence, ""),
        Column.NOTE: ("entry", words.note, ""),
    }
    made = [_item_cell(grid.place[column], *cell) for column, cell in cells.items() if column in grid.place]
    return Row(grid.rows[item.code], _item_height(grid, item, made), tuple(made))


def _item_cell(column: int, look: str, text: str, added: str) -> Cell:
    text = cell_text(text)
    return Cell(column, look, text, added_text(text, added) if added else "")


def _beside(item: Item, contents: Contents) -> Beside:
    """What came with the answer; where something was refused since, what stood beside that is newer."""
    found = contents.beside.get(item.code, Beside(item.code))
    for older in (*contents.marks.faults(item.code), contents.accepted.get(item.code)):
        found = found.after(beside(older) if older else None)
    return found


def _below_how(item: Item, contents: Contents, words: Beside) -> list[str]:
    """What is to be mended; and what was written in a locked cell, for its own place is printed anew."""
    mended = [f"{MENDED} {fault.sentence}" for fault in contents.marks.faults(item.code)]
    return mended + [f"{ELSEWHERE} {one_line(one)}" for one in words.elsewhere.values()]


def _item_height(grid: Grid, item: Item, cells: list[Cell]) -> float:
    least = "\n" * (LEAST_LINES_FOR_WORDS - 1) if item.type is AnswerType.VAN_BAN else ""
    tallest = height((least, WIDTHS[Column.ANSWER], SIZE))
    for column, cell in zip(grid.columns, cells, strict=True):
        tall = height_with_added(cell.text, cell.added, WIDTHS[column], _SIZES.get(column, SIZE))
        tallest = max(tallest, tall)
    return tallest


def fits_beside(text: str, tall: float) -> bool:
    """Whether last year's answer leaves its row as tall as it is without it."""
    return height((text, WIDTHS[Column.LAST_YEAR], SMALL)) <= tall


_SIZES = {Column.BASIS: SMALL, Column.HOW: SMALL, Column.LAST_YEAR: SMALL, Column.EVIDENCE: 11, Column.NOTE: 11}


def small_print(item: Item) -> list[str]:
    return [
        f"{label}: {text}" for label, text in (("Điều kiện", item.condition), ("Minh chứng", item.evidence)) if text
    ]


def answer_look(item: Item, marks: Marks) -> str:
    look = "words" if item.type in WORDS else "answer"
    if item.code in marks.answers:
        return f"{look} wrong"
    return f"{look} missing" if item.code in marks.missing else look


def answer_of(item: Item, contents: Contents) -> str:
    """What is to be corrected, else what was accepted. What would pass as the correction by itself is marked; figures
    that do not agree are held against each other again as they come back.
    """
    if fault := contents.marks.answers.get(item.code):
        return cell_text(f"{TO_MEND} {fault.found}" if _needs_mark(item, fault) else fault.found)
    value = contents.accepted.get(item.code)
    return cell_text(answer_text(item, value.value)) if value else ""


def _needs_mark(item: Item, fault: Fault) -> bool:
    return not fault.check and would_pass(item, fault.found)


def _estimate(item: Item, words: Beside, fault: Fault | None) -> tuple[str, str, str]:
    if item.type not in NUMERIC:
        return ("closed", "", "")
    if fault:
        return ("answer wrong", fault.found, "")
    known = answer_text(item, words.estimate) if words.estimate is not None else ""
    return ("answer", known, "")
