"""Lines of the statistical tables -> answers: a line by its code or its order, a column by its code or its caption.

Lines that were inserted count, empty ones and totals do not: the cells of the third filled line are 'BII.r3.…'.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from infra.opening.book import Book, Cell, Rows
from infra.workbook.annex import TOTALLED
from infra.workbook.below import Rest, are_column_numbers, repeats_head, says_nothing, words_of
from infra.workbook.findings import Findings, is_open
from infra.workbook.line_heads import captions_of, heads_of
from infra.workbook.shift_signs import Slot
from infra.workbook.shifted import moved_sideways
from infra.workbook.sums import Sums
from infra.workbook.tables import column_letters
from tasks.domain.checklist import Column, Row, StatTable, Value, value_text
from tasks.domain.vietnamese import fold

LOST_COLUMN = "không còn cột “{column}” trong bảng; hãy ghi vào cột này của phiếu gửi lại (không phát sinh thì ghi 0)"
PUSHED = "thấp xuống 1 dòng (dòng đầu trống, dòng tổng cộng có số không phải là tổng)"
PULLED = "cao lên 1 dòng ({why})"
A_LINE_ASIDE = "số liệu bảng {number} có vẻ bị lệch {how} nên chưa ghi nhận; hãy ghi lại cho đúng dòng rồi gửi lại"
_ROWS_BELOW_CAPTIONS = 2
_OUR_MARK = fold(TOTALLED)


@dataclass(frozen=True)
class LineTable:
    """One table as it stands in the file: the rows under its head, and which column is which."""

    table: StatTable
    sheet: str
    columns: Mapping[int, Column]
    rows: Rows
    still_head: int = 0  # the last row that may belong to the head: units and codes stand below the captions
    contradicted: Mapping[int, Column] = field(default_factory=dict)  # the caption over a column is that of another

    is_same_print: bool = True

    @property
    def lost(self) -> list[Column]:
        """The columns of the table that the file has no more."""
        return [one for one in self.table.columns if one not in self.columns.values()]

    def name(self, row: int, column: int) -> str:
        return f"{self.sheet}!{column_letters(column)}{row}"

    def words_beside(self, cells: Mapping[int, Cell]) -> list[str]:
        """What stands in the columns that take no answer: code, number or title of the line."""
        beside = (words_of(cell) for number, cell in cells.items() if number not in self.columns)
        return [fold(words) for words in beside if words]

    def is_filled(self, cells: Mapping[int, Cell]) -> bool:
        return any(words_of(cells[number]) or cells[number].formula for number in self.columns if number in cells)


def read_lines(book: Book, tables: Sequence[StatTable], findings: Findings, *, same_print: bool = True) -> set[str]:
    """The sheets on which tables stand; `same_print`: the form has all the columns of these tables."""
    found: dict[str, LineTable] = {}
    sheets: set[str] = set()
    for found_table in _line_tables(book, tables):
        one = replace(found_table, is_same_print=same_print)
        sheets.add(one.sheet)
        first = found.setdefault(one.table.code, one)
        if first is not one and any(map(one.is_filled, one.rows.values())):
            findings.remarks.append(
                f"Bảng {one.table.number} ở hai trang: chỉ đọc trang “{first.sheet}”, không đọc trang “{one.sheet}”; "
                "hãy chép các dòng của trang ấy sang rồi gửi lại"
            )
    for table in tables:
        if table.code in found:
            _read_table(found[table.code], findings)
        else:
            findings.remarks.append(f"Bảng {table.number}: không tìm thấy bảng này trong tệp")
            _miss_all(table, findings)
    return sheets


def _miss_all(table: StatTable, findings: Findings) -> None:
    for row in table.rows:
        _miss_row(table, row, findings)


def _miss_row(table: StatTable, row: Row, findings: Findings) -> None:
    for column in table.columns:
        findings.miss(table.cell(row, column))


# --- where a table stands --------------------------------------------------------------------------------------------


def _line_tables(book: Book, tables: Sequence[StatTable]) -> Iterator[LineTable]:
    """The places of each table: by the codes of its head, or by its captions where those were deleted."""
    captions = [captions_of(table) for table in tables]
    for sheet in book.sheets if tables else ():
        heads = list(heads_of(sheet, captions))
        for code in dict.fromkeys(head.table.code for head in heads):
            # The captions of a table stand above its codes, and may be copied in again among its lines.
            own = [head for head in heads if head.table.code == code]
            head = next((one for one in own if one.by_code), own[0])
            after = [one.row for one in heads if one.row > head.row and one.table.code != code]
            last = min(after, default=max(sheet.rows) + 1)
            below = {number: cells for number, cells in sheet.rows.items() if head.row < number < last}
            still_head = head.row if head.by_code else head.row + _ROWS_BELOW_CAPTIONS
            yield LineTable(head.table, sheet.title, head.columns, below, still_head, head.contradicted)


# --- its lines -------------------------------------------------------------------------------------------------------


def _read_table(found: LineTable, findings: Findings) -> None:
    reading = _Lines(found, findings)
    for number, cells in found.rows.items():
        if reading.is_line(number, cells):
            reading.take(number, cells)
    reading.finish()


class _Lines:
    """The lines of one table, from the top down: which of them were read, and what stood among them and was none."""

    def __init__(self, found: LineTable, findings: Findings) -> None:
        self._found, self._table, self._findings = found, found.table, findings
        self._rest = Rest(found.table, found.columns)
        self._sums = Sums(found.table, found.columns, found.sheet)
        self._read: set[str] = set()
        self._filled = 0
        self._has_figures_above = False
        self._has_our_mark = False

    def is_line(self, number: int, cells: Mapping[int, Cell]) -> bool:
        """Whether figures of a line stand in the row; what else stands there is kept to be told."""
        if not self._found.is_filled(cells):
            if not self._sums.is_sum_without_figures(cells) and not self._rest.takes_foot(number, cells):
                self._rest.take_strays(number, cells)
            return False
        if number <= self._found.still_head and repeats_head(self._table, self._found.columns, cells):
            return False
        if self._sums.takes(number, cells) or self._rest.takes_foot(number, cells):
            return False
        why = _why_no_line(self._found, cells)
        if why:
            self._tell(f", dòng {number} của tệp {why} nên không đọc")
        return not why

    def take(self, number: int, cells: Mapping[int, Cell]) -> None:
        self._filled += 1
        self._sums.add_line(cells)
        row = Row(f"r{self._filled}", str(self._filled)) if self._table.repeated else _row_of(self._found, cells)
        if row is None or row.code in self._read:
            self._has_figures_above |= not self._read
            self._tell(f", dòng {number} của tệp: không rõ là mục nào nên không đọc")
        elif not self._are_too_many():
            self._rest.take_strays(number, cells)
            self._read.add(row.code)
            self._has_our_mark = any(fold(words_of(cells[place])) == _OUR_MARK for place in cells)
            self._take_as(row, number, cells)

    def _take_as(self, row: Row, number: int, cells: Mapping[int, Cell]) -> None:
        titled = _by_title(self._found, cells)
        if titled in {None, row}:
            _read_line(self._found, row, number, cells, self._findings)
        else:
            _refuse_line(self._found, (row, titled), number, cells, self._findings)

    def finish(self) -> None:
        if len(self._table.rows) > 1 and (how := self._how_aside()):
            _ask_back_aside(self._table, how, self._findings)
        if self._are_too_many():
            self._tell(f" có {self._filled} dòng, chỉ đọc {self._table.most_rows} dòng đầu; hãy gộp bớt")
        self._findings.remarks += [*self._sums.remarks(), *self._rest.remarks()]
        for row in self._table.rows:
            if row.code not in self._read:
                _miss_row(self._table, row, self._findings)

    def _how_aside(self) -> str:
        """Why all its lines seem to stand one too low, or too high: of what is at both ends of them."""
        first, last = (self._table.rows[end].code in self._read for end in (0, -1))
        if not first and last and self._sums.is_sum_of_nothing():
            return PUSHED
        if first and not last and self._has_figures_above:
            return PULLED.format(why="có số liệu ở dòng tiêu đề, dòng cuối trống")
        if first and last and self._has_our_mark:
            return PULLED.format(why="dòng cuối là dòng tổng cộng của phiếu")
        if first and last and self._sums.is_last_the_sum():
            return PULLED.format(why="dòng cuối đúng bằng tổng các dòng trên, dòng tổng cộng trống")
        return ""

    def _are_too_many(self) -> bool:
        return self._table.repeated and self._filled > self._table.most_rows

    def _tell(self, what: str) -> None:
        self._findings.remarks.append(f"Bảng {self._table.number}{what}")


def _ask_back_aside(table: StatTable, how: str, findings: Findings) -> None:
    cells = {item.code: item for item in table.cells()}
    sentence = A_LINE_ASIDE.format(number=table.number, how=how)
    for code in [code for code in findings.accepted if code.partition(".")[0] == table.code]:
        value, item = findings.accepted.pop(code), cells[code]
        findings.refuse(item, value.cell, sentence, value_text(item, value.value))


def _why_no_line(found: LineTable, cells: Mapping[int, Cell]) -> str:
    is_known_line = not found.table.repeated and _row_of(found, cells) is not None
    if are_column_numbers(cells, found.columns, is_known_line=is_known_line):
        return "là dòng đánh số cột"
    if repeats_head(found.table, found.columns, cells):
        return "lặp lại tiêu đề của bảng"
    if found.table.repeated and says_nothing(found.columns, cells):
        return "ghi là không phát sinh"
    filled = [cells[place] for place in found.columns if place in cells and words_of(cells[place])]
    if found.table.repeated and filled and all(cell.struck for cell in filled):
        return "bị gạch ngang cả dòng"
    return ""


def _row_of(found: LineTable, cells: Mapping[int, Cell]) -> Row | None:
    beside = set(found.words_beside(cells))
    by_code = (row for row in found.table.rows if fold(f"{found.table.code}.{row.code}") in beside)
    return next(by_code, None) or _by_title(found, cells)


def _by_title(found: LineTable, cells: Mapping[int, Cell]) -> Row | None:
    beside = set(found.words_beside(cells))
    return next((row for row in found.table.rows if fold(row.title) in beside), None)


def _read_line(found: LineTable, row: Row, number: int, cells: Mapping[int, Cell], findings: Findings) -> None:
    for column in found.lost if found.is_same_print else ():
        item = found.table.cell(row, column)
        findings.refuse(item, found.sheet, LOST_COLUMN.format(column=column.name), "")
    moved, why_moved = moved_sideways(
        [
            Slot(column_letters(place), found.table.cell(row, column), cells.get(place, Cell()))
            for place, column in sorted(found.columns.items())
        ]
    )
    for place, column in found.columns.items():
        item, cell, name = found.table.cell(row, column), cells.get(place, Cell()), found.name(number, place)
        if is_open(item, cell):
            findings.miss(item, _why_open(name, cell))
        elif column_letters(place) in moved:
            findings.refuse(item, name, why_moved, words_of(cell))
        elif other := found.contradicted.get(place):
            findings.refuse(item, name, _exchanged(found, place, column, other), words_of(cell))
        elif taken := findings.take(item, name, cell):
            findings.accepted[item.code] = Value(item.code, taken[0], cell=name, flag=taken[1])


def _refuse_line(
    found: LineTable, rows: tuple[Row, Row], number: int, cells: Mapping[int, Cell], findings: Findings
) -> None:
    """Its code says one line and its title another: whose figures they are, only the clerk knows."""
    coded, titled = rows
    sentence = (
        f"dòng {number} có mã của dòng “{coded.title}” nhưng tên là “{titled.title}” nên không rõ là số của dòng nào; "
        "hãy sửa tên dòng cho khớp mã, hoặc ghi số sang đúng dòng, rồi gửi lại"
    )
    for place, column in found.columns.items():
        item, cell, name = found.table.cell(coded, column), cells.get(place, Cell()), found.name(number, place)
        if is_open(item, cell):
            findings.miss(item, _why_open(name, cell))
        else:
            findings.refuse(item, name, sentence, words_of(cell))


def _exchanged(found: LineTable, place: int, coded: Column, titled: Column) -> str:
    """Its code says one column and its caption another: whose figures they are, only the clerk knows."""
    return (
        f"cột {column_letters(place)} có mã của cột “{coded.name}” nhưng tiêu đề là “{titled.title}” nên không rõ là "
        "số của cột nào; hãy ghi số vào đúng cột của phiếu gửi lại"
    )


def _why_open(name: str, cell: Cell) -> str:
    """An empty cell of a table says nothing; one that holds something else than an answer is named."""
    if cell.covered:
        return f"Ô {name} bị gộp với ô khác nên không có số liệu riêng"
    return f"Ô {name}: “{words}” được hiểu là chưa có số liệu" if (words := words_of(cell)) else ""
