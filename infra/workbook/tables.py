"""Where the answers stand in a returned workbook: the table by its captions, the rows by their codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.opening.book import Book, Cell, Rows
from infra.workbook.layout import Column, decimal_text
from tasks.domain.answer import Raw, shown
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.vietnamese import fold

ROWS_SEARCHED = 60
LONGEST_CAPTION = 60
NO_TABLE = (
    "Không tìm thấy bảng trả lời (dòng tiêu đề có cột “Mã” và cột “Kết quả”) trong tệp. "
    "Hãy điền vào đúng tệp Excel kèm thư giao phiếu, giữ nguyên dòng tiêu đề, rồi gửi lại."
)
_NOTHING = Cell()
_FOLDED = {fold(column): column for column in Column}
_NEEDED = frozenset({Column.CODE, Column.ANSWER})
LEAST_CAPTIONS = 3
_BEFORE_ANSWER = (Column.HOW, Column.LAST_YEAR)
_AFTER_ANSWER = (Column.ESTIMATE, Column.EVIDENCE)


@dataclass(frozen=True)
class Place:
    """One row of one item: its cells by column, and where it stands for people to find it."""

    cells: Mapping[Column, Cell]
    letters: Mapping[Column, str]
    row: int
    sheet: str = ""
    strays: tuple[tuple[str, str], ...] = ()  # cells in columns of no caption: (name, words)

    def cell(self, column: Column) -> Cell:
        return self.cells.get(column, _NOTHING)

    def raw(self, column: Column) -> Raw:
        return raw_of(self.cell(column))

    def words(self, column: Column) -> str:
        return shown(self.raw(column))

    def name(self, column: Column) -> str:
        """'E14'; with its sheet when it is not the form's own."""
        address = f"{self.letters.get(column, '')}{self.row}"
        return f"{self.sheet}!{address}" if self.sheet else address


def raw_of(cell: Cell) -> Raw:
    """What stands in a cell, in one of the shapes that `read_answer` knows."""
    if cell.percent and isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        # 12 % is stored as 0.12: as text it says what its author saw, whatever the item asks for.
        return f"{decimal_text(round(100 * cell.value, 9))}%"
    return cell.value


@dataclass(frozen=True)
class FormTable:
    title: str
    header_row: int
    columns: Mapping[int, Column]
    rows: Rows
    named: bool = False

    def places(self) -> Iterator[Place]:
        letters = {column: column_letters(number) for number, column in self.columns.items()}
        for row, cells in self.rows.items():
            if row > self.header_row:
                wanted = {column: cells[number] for number, column in self.columns.items() if number in cells}
                strays = tuple(
                    (f"{column_letters(number)}{row}", words)
                    for number, cell in cells.items()
                    if number not in self.columns and (words := shown(raw_of(cell)))
                )
                yield Place(wanted, letters, row, self.title if self.named else "", strays)


def form_tables(book: Book, none: str = NO_TABLE) -> list[FormTable]:
    """Raises UnreadableWorkbook with this sentence where there is none."""
    found = []
    for sheet in book.sheets:
        for number, cells in sheet.rows.items():
            if number > ROWS_SEARCHED:
                break
            columns = _captions(cells)
            if columns:
                found.append((sheet.title, number, columns, sheet.rows))
                break
    if not found:
        raise UnreadableWorkbook(none)
    # The first is the form itself; cells of the outline's sheet, or of a copied sheet, are named with their sheet.
    return [FormTable(*one, named=index > 0) for index, one in enumerate(found)]


def _captions(cells: Mapping[int, Cell]) -> dict[int, Column]:
    """The first column of each caption; nothing where this is no row of captions."""
    words = {
        number: fold(cell.value)
        for number, cell in cells.items()
        if isinstance(cell.value, str) and len(cell.value) <= LONGEST_CAPTION
    }
    exact = _first_of_each({number: column for number, one in words.items() if (column := _FOLDED.get(one))})
    # With fewer a sheet of the clerk's own ("Mã hộ", "Kết quả") would pass for the form.
    if not _NEEDED.intersection(exact.values()) and len(exact) < LEAST_CAPTIONS:
        return {}
    begun = {number: column for number, one in words.items() if (column := _begun_by(one))}
    found = _first_of_each(exact | {number: one for number, one in begun.items() if one not in exact.values()})
    found = _with_renamed(found, words)
    is_ours = _NEEDED.issubset(exact.values()) or len(found) >= LEAST_CAPTIONS
    return found if is_ours and _NEEDED.issubset(found.values()) else {}


def _with_renamed(found: Mapping[int, Column], words: Mapping[int, str]) -> dict[int, Column]:
    """A needed column under another name ("Trả lời"), alone in the place where it is printed."""
    more = dict(found)
    places = {column: number for number, column in found.items()}
    if Column.CODE not in places and Column.QUESTION in places and places[Column.QUESTION] - 1 in words:
        more.setdefault(places[Column.QUESTION] - 1, Column.CODE)
    if Column.ANSWER not in places:
        left = max((places[one] for one in _BEFORE_ANSWER if one in places), default=0)
        right = min((places[one] for one in _AFTER_ANSWER if one in places), default=0)
        if left and right == left + 2 and left + 1 in words:
            more.setdefault(left + 1, Column.ANSWER)
    return dict(sorted(more.items()))


def _first_of_each(columns: Mapping[int, Column]) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for number, column in columns.items():
        if column not in found.values():
            found[number] = column
    return found


def _begun_by(words: str) -> Column | None:
    """'Kết quả thực hiện', 'Ghi chú (nếu có)': a clerk has gone on behind our caption."""
    return next((one for ours, one in _FOLDED.items() if words.startswith(f"{ours} ")), None)


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
