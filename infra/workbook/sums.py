"""Rows in which a clerk added up the lines of a table: no lines themselves, and compared with what they add up.

The cells of the form's own sum hold text; a clerk adds another, or types his figures over ours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import isclose

from infra.opening.book import Cell
from infra.workbook.below import COUNTED, words_of
from infra.workbook.findings import is_open
from infra.workbook.tables import column_letters, raw_of
from tasks.domain.answer import Refusal, is_blank, read_answer
from tasks.domain.checklist import NUMERIC, WORDS, Column, Item, Row, StatTable
from tasks.domain.vietnamese import exact_text, fold

# Of what an answer may say, with its tones or plainly without any: "Cống" is a culvert.
_TOTAL = re.compile(
    r"(?:tổng(?: cộng| số| hợp)?|cộng(?: số| chung| dồn)?|tong(?: cong| so| hop)?|cong(?: so| chung| don)?)"
    r"(?: (?:cả )?năm)?(?: ?\([^)]*\))?[:.]?"
    r"|(?:tổng )?cộng (?:thôn|khu phố|tổ|toàn xã|mục|phần|quý|nhóm)\b[^.;:]{0,30}:?"
)
_WHOLE = r"(?:xã|phường|thị trấn|huyện|trường|cơ quan|đơn vị|doanh nghiệp|thôn|khu phố)"
_COUNTED = r"(?:công trình|dự án|nội dung|việc|dòng|mục|cuộc|thôn|khu phố|khoản|đợt|lần|hộ|đơn)"
# What no project is called. "Tổng vệ sinh", "Tổng Cót" and "Cộng đồng" are: only whole phrases are listed here.
_SURELY = re.compile(
    r"tổng cộng\b.{0,60}"
    rf"|(?:tổng|cộng)(?: số)?:? (?:là |gồm |có )?\d+ {_COUNTED}\b.{{0,30}}"
    rf"|(?:tổng|cộng) (?:cả |toàn )?{_WHOLE}[:.]?"
    r"|(?:tổng|cộng) (?:lũy|luỹ) kế\b.{0,30}"
    r"|tổng (?:số )?(?:kinh phí|tiền|số tiền|giá trị|vốn)(?: (?:thực hiện|các công trình))?[:.]?"
    r"|tong cong\b.{0,60}|(?:tong|cong)(?: so)? \d+ (?:cong trinh|du an|viec|dong|muc)\b.{0,30}|cong luy ke"
)
# Beside a row without a name these words name a sum; in the place of a name they may begin that of a line.
_PERHAPS = re.compile(r"(?:tổng|cộng|toàn|cả|toan xa)\b.*")
# Sums of more, or of less, than the lines of this table.
_OTHERWISE = re.compile(r".*\b(?:lũy kế|luỹ kế|dồn|thôn|khu phố|tổ|mục|phần|quý|nhóm)\b.*")
LEAST_SUMS = 2  # of one figure it may be chance
_SUM_FORMULA = re.compile(r"=\s*(?:SUM|SUBTOTAL)\(.*", re.I)
_NO_LINE = Row("", "")
_ADDED_UP = "là dòng cộng nên không tính là một dòng số liệu"
_ALIKE = (
    "có số đúng bằng tổng các dòng trên nên không tính là một dòng số liệu; "
    "nếu là một việc riêng, hãy ghi rõ tên việc rồi gửi lại"
)
Figures = Mapping[int, float]


@dataclass(frozen=True)
class _Read:
    """What a row says: before its answers, where its name belongs, and in the columns that are added up."""

    before: tuple[str, ...]
    name: str
    has_details: bool  # a day or a choice: a sum has none
    figures: Figures
    unread: frozenset[int]
    has_formula: bool

    def is_named(self) -> bool:
        """No line is called by these words, whatever their tones: 'Cổng' is no number of a line."""
        return self.says(_TOTAL) or any(_TOTAL.fullmatch(fold(words)) for words in self.before)

    def says(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.fullmatch(words) for words in (*self.before, self.name))


@dataclass(frozen=True)
class _Sum:
    """`above`: so many lines stand above it."""

    row: int
    above: int
    figures: Figures


@dataclass
class Sums:
    """Row by row, in the order of the sheet."""

    table: StatTable
    columns: Mapping[int, Column]
    sheet: str
    lines: list[Figures] = field(default_factory=list)
    _told: list[str] = field(default_factory=list)
    _sums: list[_Sum] = field(default_factory=list)
    _unread: set[int] = field(default_factory=set)
    _has_nameless_line: bool = False
    _has_other_rows: bool = False

    def add_line(self, cells: Mapping[int, Cell]) -> None:
        row = self._read(cells)
        self.lines.append(row.figures)
        self._unread |= row.unread
        self._has_nameless_line |= not row.name

    def is_sum_without_figures(self, cells: Mapping[int, Cell]) -> bool:
        row = self._read(cells)
        return row.is_named() or row.says(_SURELY)

    def takes(self, number: int, cells: Mapping[int, Cell]) -> bool:
        """Whether the row adds up others: by its words, or, without a name, by its figures."""
        row = self._read(cells)
        why = None if self._is_line_of_ours(cells) else self._why_sum(row)
        if why is None:
            self._has_other_rows = True
            return False
        if why:
            self._told.append(f"Bảng {self.table.number}, dòng {number} của tệp {why}")
        if not row.says(_OTHERWISE):
            self._sums.append(_Sum(number, len(self.lines), row.figures))
        return True

    def remarks(self) -> list[str]:
        """What was typed as a sum is not read; where it is not the sum of what was read, something is missing."""
        return [*self._told, *(words for one in self._sums for words in self._differing(one))]

    def is_sum_of_nothing(self) -> bool:
        """Whether figures stand in the row of the sum that are, in most columns, not what the lines come to."""
        last = self._sums[-1] if self._sums else _Sum(0, 0, {})
        right = [any(_is(one, part) for part in self._parts(place, last.above)) for place, one in last.figures.items()]
        return sum(right) * 2 < len(right)

    def is_last_the_sum(self) -> bool:
        """Whether the last line is what the others come to, and nobody has added them up below it."""
        *others, last = self.lines
        alike = [_is(figure, _sum(place, others)) for place, figure in last.items()]
        is_told = sum(bool(figure) for figure in last.values()) >= LEAST_SUMS
        return len(others) > 1 and is_told and all(alike) and not any(one.figures for one in self._sums)

    # --- what is a sum -----------------------------------------------------------------------------------------------

    def _why_sum(self, row: _Read) -> str | None:
        """None for a line. Of our own sum there is nothing to say, unless somebody has written a line into it."""
        if row.is_named():
            return _ADDED_UP if row.name else ""
        if not self.table.repeated or row.has_details:
            return None
        begins_so = row.says(_PERHAPS)
        if row.says(_SURELY) or (not row.name and (begins_so or row.has_formula)):
            return _ADDED_UP
        return _ALIKE if (begins_so or not row.name) and self._is_sum_of_lines(row.figures) else None

    def _is_sum_of_lines(self, figures: Figures) -> bool:
        """Of all, or of those since the last sum. Where lines have no names, one without a name may be a line."""
        since_last = self._sums[-1].above if self._sums else 0
        return (
            not self._has_nameless_line
            and any(figures.values())
            and any(
                lines and all(_is(figure, _sum(place, lines)) for place, figure in figures.items())
                for lines in (self.lines, self.lines[since_last:])
            )
        )

    def _is_line_of_ours(self, cells: Mapping[int, Cell]) -> bool:
        """'Toàn xã, thị trấn' is the only line of some tables, and nothing adds up one line."""
        rows = self.table.rows
        ours = {fold(row.title) for row in rows}
        if len(rows) == 1:
            ours.add(fold(f"{self.table.code}.{rows[0].code}"))
        return any(fold(words_of(cell)) in ours for place, cell in cells.items() if place not in self.columns)

    # --- what it adds up ---------------------------------------------------------------------------------------------

    def _differing(self, one: _Sum) -> Iterator[str]:
        if not self.lines and self._has_other_rows:
            return  # what stands there and is no line has been named
        for place, figure in one.figures.items():
            if place not in self._unread and not any(_is(figure, part) for part in self._parts(place, one.above)):
                yield (
                    f"Ô {self.sheet}!{column_letters(place)}{one.row} ghi tổng là {exact_text(figure)} nhưng các dòng "
                    f"đã đọc cộng lại là {exact_text(_sum(place, self.lines))}; hãy xem có dòng nào thiếu hoặc sai số"
                )

    def _parts(self, place: int, above: int) -> Iterator[float]:
        """What a sum may be of: everything, the lines just above it, or those just below it."""
        figures = [line.get(place, 0) for line in self.lines]
        yield sum(figures)
        yield from accumulate(reversed(figures[:above]))
        yield from accumulate(figures[above:])

    # --- what a row says ---------------------------------------------------------------------------------------------

    def _read(self, cells: Mapping[int, Cell]) -> _Read:
        said = {
            place: words
            for place, column in self.columns.items()
            if column.type not in COUNTED and (words := _small(cells.get(place, Cell())))
        }
        first = next(iter(said), 0)
        summed = {
            place: cells[place]
            for place, column in self.columns.items()
            if column.total and column.type in NUMERIC and not is_open(self._item(place), cells.get(place, Cell()))
        }
        figures = {place: self._figure(place, cell) for place, cell in summed.items()}
        return _Read(
            before=tuple(_small(cell) for place, cell in cells.items() if place < min(self.columns)),
            name=said.get(first, ""),
            has_details=any(self.columns[place].type not in WORDS for place in said if place != first),
            figures={place: figure for place, figure in figures.items() if figure is not None},
            unread=frozenset(place for place, figure in figures.items() if figure is None),
            has_formula=any(_SUM_FORMULA.match(cell.formula) for cell in summed.values()),
        )

    def _figure(self, place: int, cell: Cell) -> float | None:
        """None where it cannot be read."""
        raw = raw_of(cell)
        try:
            value = None if cell.struck or is_blank(raw) else read_answer(self._item(place), raw, cell.font)[0]
        except Refusal:
            return None
        return value if isinstance(value, (int, float)) else None

    def _item(self, place: int) -> Item:
        """Without bounds, for a sum may pass those of a line."""
        return self.table.cell(_NO_LINE, replace(self.columns[place], minimum=None, maximum=None))


def _small(cell: Cell) -> str:
    return words_of(cell).casefold()


def _sum(place: int, lines: Sequence[Figures]) -> float:
    return sum(line.get(place, 0) for line in lines)


def _is(figure: float, other: float) -> bool:
    return isclose(figure, other, abs_tol=1e-6)
