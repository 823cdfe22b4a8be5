"""The sheets after the form's own: one for each statistical table, one for the report's outline, as plain rows.

A line of a table begins with its code ('BII.r3') under the caption "Mã dòng"; the same row of the head has the code of
every column. The two joined by a dot are the code of the cell's item, wherever a program has moved the cell to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from openpyxl.utils import get_column_letter

from infra.workbook.entry import Kind, kind_of
from infra.workbook.layout import Column as Caption
from infra.workbook.layout import added_text, cell_text
from infra.workbook.look import SIZE, SMALL, TIGHT, height, height_with_added
from infra.workbook.rows import Cell, Contents, Row, answer_look, answer_of, small_print
from tasks.domain.checklist import NUMERIC, WORDS, AnswerType, Checklist, Item, StatTable
from tasks.domain.checklist import Column as TableColumn

ROW_CAPTION = "Mã dòng"
OUTLINE_SHEET = "Đề cương báo cáo"
TOTAL_LINE, TOTALLED = "Tổng cộng", "(phần mềm tự cộng)"
OUTLINE_TITLE = "ĐỀ CƯƠNG BÁO CÁO"
OUTLINE_GUIDE = "Ghi bằng lời, ngắn gọn; phần nào không phát sinh thì để trống. Xuống dòng trong ô: Alt + Enter."
PRINTED_ABOVE_OUTLINE = (OUTLINE_TITLE, OUTLINE_GUIDE)
LINES_OF_OUTLINE = 6
MOST_WIDE_COLUMNS = 7
_UNITS: Mapping[AnswerType, str] = {
    AnswerType.NGAY: "ngày/tháng/năm",
    AnswerType.VAN_BAN: "ghi bằng lời",
    AnswerType.TEP: "tên tệp hoặc đường dẫn",
}


@dataclass(frozen=True)
class Line:
    """One row that takes answers: what stands there already, and the item of each open cell."""

    number: int
    standing: tuple[Cell, ...]
    items: Mapping[int, Item]
    least: float = 0


@dataclass(frozen=True)
class AnnexSheet:
    """`still`: the rows without answers; `header`: first and last of those that print repeats on every page."""

    title: str
    widths: tuple[float, ...]
    header: tuple[int, int]
    still: tuple[Row, ...]
    lines: tuple[Line, ...]
    merges: tuple[tuple[int, int, int], ...] = ()

    @property
    def last_row(self) -> int:
        return max(*(row.number for row in self.still), *(line.number for line in self.lines))

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """(row, column) by the code of the item."""
        return {item.code: (line.number, column) for line in self.lines for column, item in line.items.items()}

    def answers(self) -> Mapping[Kind, list[str]]:
        found: dict[Kind, list[str]] = {}
        for line in self.lines:
            for column, item in line.items.items():
                found.setdefault(kind_of(item), []).append(f"{get_column_letter(column)}{line.number}")
        return found

    def rows(self, contents: Contents) -> list[Row]:
        made = [*self.still, *(self._line(line, contents) for line in self.lines)]
        return sorted(made, key=lambda row: row.number)

    def _line(self, line: Line, contents: Contents) -> Row:
        answers = [
            Cell(column, answer_look(item, contents.marks), answer_of(item, contents))
            for column, item in line.items.items()
        ]
        tall = height(*((cell.text, self.widths[cell.column - 1], SIZE) for cell in answers))
        cells = sorted((*line.standing, *answers), key=lambda cell: cell.column)
        return Row(line.number, max(tall, line.least), tuple(cells), grows=True)


def annex_sheets(checklist: Checklist, as_of: date) -> list[AnnexSheet]:
    tables = [_table_sheet(table, as_of) for table in checklist.tables]
    return [*tables, *([_outline_sheet(checklist, as_of)] if checklist.narrative else [])]


# --- a statistical table ---------------------------------------------------------------------------------------------


def _table_sheet(table: StatTable, as_of: date) -> AnnexSheet:
    widths = (
        11.0,
        7.0 if table.repeated else 38.0,
        *(_width(one, narrow=len(table.columns) > MOST_WIDE_COLUMNS) for one in table.columns),
    )
    head = list(_table_head(table, widths, as_of))
    first = head[-1].number + 1
    lines = tuple(_table_line(table, first + index, index, widths) for index in range(len(table.lines())))
    totals = _totals(table, first + len(lines))
    grouped = any(column.group for column in table.columns)
    merges = [(1, 1, len(widths)), (2, 1, len(widths)), *(_groups(table) if grouped else ())]
    return AnnexSheet(f"Bảng {table.number}", widths, (3, head[-1].number), (*head, *totals), lines, tuple(merges))


def _width(column: TableColumn, *, narrow: bool) -> float:
    """Narrow where there are many, or the print would be too small to read: the page is as wide as the table."""
    if column.type in WORDS:
        return 23.0 if narrow else 34.0
    longest = max((len(choice) for choice in column.choices), default=0)
    return max(11.0, min(16.0, longest + 3.0)) if narrow else max(14.0, min(30.0, longest + 4.0))


def _table_head(table: StatTable, widths: tuple[float, ...], as_of: date) -> Iterator[Row]:
    title = cell_text(f"BẢNG {table.number}. {table.title.upper()}")
    yield Row(1, height((title, sum(widths), 14)), (Cell(1, "title", title),))
    about = cell_text("\n".join(_about(table, as_of)))
    yield Row(2, height((about, sum(widths), SMALL), padding=TIGHT), (Cell(1, "note", about),))
    row = 3
    if any(column.group for column in table.columns):
        # A heading over one column may wrap; the others have room.
        yield _header(row, [width * 2 for width in widths], ["", "", *(column.group for column in table.columns)])
        row += 1
    yield _header(row, widths, ["", "STT" if table.repeated else "Nội dung", *(one.title for one in table.columns)])
    yield _small(row + 1, "table unit", ["", "", *map(_unit, table.columns)], widths)
    yield _small(row + 2, "table code", [ROW_CAPTION, "", *(one.code for one in table.columns)], widths)


def _about(table: StatTable, as_of: date) -> list[str]:
    current = [one for one in table.basis if one.in_force(as_of)] or list(table.basis)
    basis = "; ".join(one.words() for one in current)
    many = f"Mỗi việc ghi một dòng, nhiều nhất {table.most_rows} dòng." if table.repeated else ""
    return [words for words in (f"Căn cứ: {basis}." if basis else "", table.why, table.note, many) if words]


def _unit(column: TableColumn) -> str:
    return column.unit or ("chọn" if column.choices else _UNITS.get(column.type, "chọn"))


def _header(row: int, widths: Sequence[float], words: list[str]) -> Row:
    tall = height(*((word, width * 0.9, SIZE) for word, width in zip(words, widths, strict=True)))
    return Row(row, tall, tuple(Cell(column, "header", cell_text(word)) for column, word in enumerate(words, start=1)))


def _small(row: int, look: str, words: list[str], widths: tuple[float, ...]) -> Row:
    tall = height(*((word, width, SMALL) for word, width in zip(words, widths, strict=True)), padding=TIGHT)
    return Row(row, tall, tuple(Cell(column, look, cell_text(word)) for column, word in enumerate(words, start=1)))


def _groups(table: StatTable) -> Iterator[tuple[int, int, int]]:
    """Neighbours under one heading."""
    first = 0
    groups = [column.group for column in table.columns]
    for index in range(1, len(groups) + 1):
        if index == len(groups) or groups[index] != groups[first]:
            if groups[first] and index - first > 1:
                yield 3, first + 3, index + 2
            first = index


def _table_line(table: StatTable, number: int, index: int, widths: tuple[float, ...]) -> Line:
    row = table.lines()[index]
    items = {column: table.cell(row, one) for column, one in enumerate(table.columns, start=3)}
    title = cell_text(row.title)
    standing = (
        Cell(1, "table code", f"{table.code}.{row.code}"),
        Cell(2, "item code" if table.repeated else "question", title),
    )
    return Line(number, standing, items, height((title, widths[1], SIZE)))


def _totals(table: StatTable, number: int) -> Iterator[Row]:
    """Marked, not calculated: the cells hold text, so that no program changes what was typed."""
    if len(table.lines()) == 1 or not any(column.total for column in table.columns):
        return
    added = [TOTALLED if column.total and column.type in NUMERIC else "" for column in table.columns]
    words = ["", TOTAL_LINE if not table.repeated else "Cộng", *added]
    cells = tuple(
        Cell(column, "totalled" if word == TOTALLED else "total", word) for column, word in enumerate(words, start=1)
    )
    yield Row(number, height((TOTALLED, 14.0, SMALL)), cells)


# --- the outline of the report ---------------------------------------------------------------------------------------


def _outline_sheet(checklist: Checklist, as_of: date) -> AnnexSheet:
    widths = (10.0, 58.0, 100.0)
    captions = [Caption.CODE.value, Caption.QUESTION.value, Caption.ANSWER.value]
    still = [
        Row(1, height((OUTLINE_TITLE, sum(widths), 14)), (Cell(1, "title", OUTLINE_TITLE),)),
        Row(2, height((OUTLINE_GUIDE, sum(widths), SMALL)), (Cell(1, "note", OUTLINE_GUIDE),)),
        _header(3, widths, captions),
    ]
    lines, row = [], 3
    for part, items in checklist.by_heading():
        row += 1
        band = (Cell(1, "section", cell_text(part.title)), Cell(2, "section"), Cell(3, "section"))
        still.append(Row(row, height(("", 1, SIZE)), band))
        for item in items:
            row += 1
            lines.append(_outline_line(row, item, widths[1]))
    return AnnexSheet(OUTLINE_SHEET, widths, (3, 3), tuple(still), tuple(lines), ((1, 1, 3), (2, 1, 3)))


def _outline_line(row: int, item: Item, width: float) -> Line:
    question = cell_text(item.question)
    small = added_text(question, "\n".join(small_print(item)))
    tall = height_with_added(question, small, width, SIZE)
    standing = (Cell(1, "item code", item.code), Cell(2, "question", question, small))
    return Line(row, standing, {3: item}, max(tall, height(("\n" * (LINES_OF_OUTLINE - 1), 100, SIZE))))
