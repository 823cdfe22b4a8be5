"""Lines of the statistical tables -> answers: a line by its code or its order, a column by its code or its caption.

Lines that were inserted count, empty ones and totals do not: the cells of the third filled line are 'BII.r3.…'.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.opening.book import Book, Cell, Rows, Sheet
from infra.workbook.findings import Findings, is_open, quote
from infra.workbook.tables import column_letters, raw_of
from tasks.domain.answer import shown
from tasks.domain.checklist import Column, Row, StatTable, Value
from tasks.domain.vietnamese import fold

ROW_CAPTION = "Mã dòng"
TOTALS = frozenset({"cong", "cong:", "tong", "tong:", "tong cong", "tong cong:", "tong so", "cong chung", "cong don"})
_KEY = fold(ROW_CAPTION)


@dataclass(frozen=True)
class LineTable:
    """One table as it stands in the file: the rows under its head, and which column is which."""

    table: StatTable
    sheet: str
    columns: Mapping[int, Column]
    rows: Rows

    def name(self, row: int, column: int) -> str:
        return f"{self.sheet}!{column_letters(column)}{row}"

    def words_beside(self, cells: Mapping[int, Cell]) -> list[str]:
        """What stands in the columns that take no answer: code, number or title of the line."""
        return [fold(words) for number, cell in cells.items() if number not in self.columns and (words := _words(cell))]

    def is_filled(self, cells: Mapping[int, Cell]) -> bool:
        return any(_words(cells[number]) or cells[number].formula for number in self.columns if number in cells)

    def is_total(self, cells: Mapping[int, Cell]) -> bool:
        first = next((fold(words) for cell in cells.values() if (words := _words(cell))), "")
        return first in TOTALS or any(words in TOTALS for words in self.words_beside(cells))


def read_lines(book: Book, tables: Sequence[StatTable], findings: Findings) -> None:
    found = {one.table.code: one for one in _line_tables(book, tables)}
    for table in tables:
        if table.code in found:
            _read_table(found[table.code], findings)
        else:
            findings.remarks.append(f"Bảng {table.number}: không tìm thấy bảng này trong tệp")
            _miss_all(table, findings)


def _miss_all(table: StatTable, findings: Findings) -> None:
    for row in table.rows:
        for column in table.columns:
            findings.miss(table.cell(row, column))


# --- where a table stands --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Head:
    row: int
    table: StatTable
    columns: Mapping[int, Column]


def _line_tables(book: Book, tables: Sequence[StatTable]) -> Iterator[LineTable]:
    """The first place of each table: by the codes of its head, or by its captions where those were deleted."""
    seen: set[str] = set()
    for sheet in book.sheets:
        heads = list(_heads(sheet, tables))
        for index, head in enumerate(heads):
            after = heads[index + 1] if index + 1 < len(heads) else None
            # The captions of a table stand above its codes: the lower of the two is its head.
            if head.table.code in seen or (after and after.table.code == head.table.code):
                continue
            seen.add(head.table.code)
            last = after.row if after else max(sheet.rows) + 1
            below = {number: cells for number, cells in sheet.rows.items() if head.row < number < last}
            yield LineTable(head.table, sheet.title, head.columns, below)


def _heads(sheet: Sheet, tables: Sequence[StatTable]) -> Iterator[_Head]:
    for number, cells in sheet.rows.items():
        words = {column: fold(cell.value) for column, cell in cells.items() if isinstance(cell.value, str)}
        fitting = [(table, columns) for table in tables if (columns := _columns(words, table))]
        own = [one for one in fitting if fold(f"Bảng {one[0].number}") == fold(sheet.title)]
        for table, columns in (own or fitting)[:1]:
            yield _Head(number, table, columns)


def _columns(words: Mapping[int, str], table: StatTable) -> dict[int, Column]:
    """From left to right, for two groups may each have a column of the same caption; nothing if too few are there."""
    by_code = _KEY in words.values()
    found: dict[int, Column] = {}
    for column in table.columns:
        caption = fold(column.code if by_code else column.title)
        place = next((number for number, word in words.items() if word == caption and number not in found), None)
        if place is not None:
            found[place] = column
    enough = len(found) > len(table.columns) // 2 if by_code else len(found) == len(table.columns)
    return found if enough else {}


# --- its lines -------------------------------------------------------------------------------------------------------


def _read_table(found: LineTable, findings: Findings) -> None:
    rows = found.table.rows
    read: set[str] = set()
    filled = 0
    for number, cells in found.rows.items():
        if found.is_total(cells) or not found.is_filled(cells):
            continue
        filled += 1
        row = _row_of(found, cells) if rows else Row(f"r{filled}", str(filled))
        if row is None or row.code in read:
            findings.remarks.append(
                f"Bảng {found.table.number}, dòng {number} của tệp: không rõ là mục nào nên không đọc"
            )
        elif not rows and filled > found.table.most_rows:
            continue
        else:
            read.add(row.code)
            _read_line(found, row, number, cells, findings)
    if not rows and filled > found.table.most_rows:
        findings.remarks.append(
            f"Bảng {found.table.number} có {filled} dòng, chỉ đọc {found.table.most_rows} dòng đầu; hãy gộp bớt"
        )
    for row in rows:
        if row.code not in read:
            for column in found.table.columns:
                findings.miss(found.table.cell(row, column))


def _row_of(found: LineTable, cells: Mapping[int, Cell]) -> Row | None:
    beside = set(found.words_beside(cells))
    for row in found.table.rows:
        if {fold(f"{found.table.code}.{row.code}"), fold(row.title)} & beside:
            return row
    return None


def _read_line(found: LineTable, row: Row, number: int, cells: Mapping[int, Cell], findings: Findings) -> None:
    for place, column in found.columns.items():
        item, cell, name = found.table.cell(row, column), cells.get(place, Cell()), found.name(number, place)
        if is_open(item, cell):
            findings.miss(item)
        elif taken := findings.take(item, name, cell):
            findings.accepted[item.code] = Value(item.code, taken[0], cell=name, flag=taken[1])


def _words(cell: Cell) -> str:
    return quote(shown(raw_of(cell)))
