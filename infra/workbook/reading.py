"""A returned workbook -> what was accepted, what was not, what was left blank: cell by cell, nothing thrown away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl.cell.cell import Cell, MergedCell

from infra.workbook.identity import collect_identity, identity_doubts
from infra.workbook.layout import Column, section_line
from infra.workbook.opening import Book, Rows, is_formula
from tasks.domain.answer import Raw, Refusal, is_blank, means_nothing, read_answer
from tasks.domain.checklist import NUMERIC, AnswerType, Checklist, Fault, Identity, Item, Reading, Value
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.vietnamese import clean, day_text, fold, number_text, one_line

ROWS_SEARCHED = 60
MOST_UNKNOWN_ROWS = 20
LONGEST_QUOTE = 200
NO_RESULT = "ô là công thức chưa có kết quả; hãy ghi thẳng kết quả vào ô"
NO_TABLE = (
    "Không tìm thấy bảng trả lời (dòng tiêu đề có cột “Mã” và cột “Kết quả”) trong tệp. "
    "Hãy điền vào đúng tệp Excel kèm thư giao phiếu, giữ nguyên dòng tiêu đề, rồi gửi lại."
)


@dataclass(frozen=True)
class Place:
    """One row of one item: its cells by column, and where it stands for people to find it."""

    cells: Mapping[Column, Cell | MergedCell]
    letters: Mapping[Column, str]
    row: int
    sheet: str = ""

    def cell(self, column: Column) -> Cell | MergedCell | None:
        return self.cells.get(column)

    def name(self, column: Column) -> str:
        """'E14'; with its sheet when the workbook has several tables."""
        address = f"{self.letters.get(column, '')}{self.row}"
        return f"{self.sheet}!{address}" if self.sheet else address


@dataclass(frozen=True)
class Table:
    title: str
    header_row: int
    columns: Mapping[int, Column]
    rows: Rows


def read_form(book: Book, checklist: Checklist, *, estimate: bool) -> Reading:
    identity = collect_identity(book)
    tables = list(_tables(book))
    if not tables:
        raise UnreadableWorkbook(NO_TABLE)
    reader = _Reader(book, checklist, estimate)
    places = reader.find(tables)
    for item in checklist.items:
        reader.read(item, places.get(fold(item.code), []))
    remarks = [
        *_strangers(identity, checklist),
        *identity_doubts(book),
        *reader.remarks,
        *reader.unknown_rows[:MOST_UNKNOWN_ROWS],
    ]
    return Reading(identity, reader.accepted, tuple(reader.faults), tuple(reader.missing), tuple(remarks))


def _strangers(identity: Identity, checklist: Checklist) -> list[str]:
    """A form of another checklist is read all the same, by its item codes, but not in silence."""
    if identity.checklist and identity.checklist != checklist.code:
        return [f"Tệp là bảng kiểm “{identity.checklist}”, không phải “{checklist.code}”"]
    if identity.version and identity.version != checklist.version:
        return [f"Tệp theo bản {identity.version} của bảng kiểm, bản đang dùng là {checklist.version}"]
    return []


def _tables(book: Book) -> Iterator[Table]:
    for title, rows in book.rows_by_sheet():
        for number, cells in rows.items():
            if number > ROWS_SEARCHED:
                break
            columns = _captions(cells)
            if {Column.CODE, Column.ANSWER} <= set(columns.values()):
                yield Table(title, number, columns, rows)
                break


_FOLDED = {fold(column): column for column in Column}


def _captions(cells: Mapping[int, Cell | MergedCell]) -> dict[int, Column]:
    """The first column of each caption."""
    found: dict[int, Column] = {}
    for number, cell in cells.items():
        column = _FOLDED.get(fold(cell.value)) if isinstance(cell.value, str) else None
        if column and column not in found.values():
            found[number] = column
    return found


@dataclass
class _Reader:
    book: Book
    checklist: Checklist
    estimate: bool
    accepted: dict[str, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown_rows: list[str] = field(default_factory=list)

    # --- rows ------------------------------------------------------------------------------------------------------

    def find(self, tables: list[Table]) -> dict[str, list[Place]]:
        """The rows of every item, by folded code, wherever they have been moved; other rows are named, not read."""
        known = {fold(item.code) for item in self.checklist.items}
        headings = {fold(section_line(section)) for section in self.checklist.sections} | {fold(Column.CODE)}
        places: dict[str, list[Place]] = {}
        for table in tables:
            for place in _places(table, named=len(tables) > 1):
                code = fold(self._words(place, Column.CODE))
                if code in known:
                    places.setdefault(code, []).append(place)
                elif code not in headings:
                    self._remark_unknown(place)
        return places

    def _remark_unknown(self, place: Place) -> None:
        code = self._words(place, Column.CODE)
        filled = [column for column in (Column.ANSWER, Column.EVIDENCE, Column.NOTE) if self._words(place, column)]
        if code:
            self.unknown_rows.append(f"Dòng {place.row}: mã “{_quote(code)}” không có trong bảng kiểm nên không đọc")
        elif filled:
            self.unknown_rows.append(f"Dòng {place.row}: có nội dung nhưng không có mã mục nên không đọc")

    # --- one item --------------------------------------------------------------------------------------------------

    def read(self, item: Item, places: list[Place]) -> None:
        if not places:
            self._miss(item, f"Mục {item.code}: không còn dòng này trong phiếu")
            return
        answered = [place for place in places if not self._is_open(item, place)]
        place = (answered or places)[0]
        if len({fold(_shown(self._raw(one, Column.ANSWER))) for one in answered}) > 1:
            self._refuse_twice(item, answered)
        elif answered:
            self._take(item, place)
        else:
            self._leave(item, place)
        if self.estimate and item.type in NUMERIC and item.code not in self.accepted:
            self._read_estimate(item, place)

    def _is_open(self, item: Item, place: Place) -> bool:
        """Nothing is written where the answer belongs; a formula without a result is something."""
        raw = self._raw(place, Column.ANSWER)
        return (is_blank(raw) or means_nothing(item, raw)) and not is_formula(place.cell(Column.ANSWER))

    def _take(self, item: Item, place: Place) -> None:
        cell, raw = place.cell(Column.ANSWER), self._raw(place, Column.ANSWER)
        if is_formula(cell) and is_blank(raw):
            self._refuse(item, place, Column.ANSWER, NO_RESULT, str(cell.value) if cell else "")
            return
        try:
            value, flag = read_answer(item, _shown(raw) if item.type is AnswerType.VAN_BAN else raw)
        except Refusal as refusal:
            self._refuse(item, place, Column.ANSWER, refusal.sentence, _shown(raw))
            return
        if is_formula(cell):
            self.remarks.append(
                f"Ô {place.name(Column.ANSWER)} (mục {item.code}) là công thức; lấy kết quả {_shown(raw)}"
            )
        self.accepted[item.code] = Value(
            item.code,
            value,
            cell=place.name(Column.ANSWER),
            evidence=self._words(place, Column.EVIDENCE),
            note=self._words(place, Column.NOTE),
            estimate=self._read_estimate(item, place) if self.estimate and item.type in NUMERIC else None,
            flag=flag or _swapped(item, raw),
        )

    def _read_estimate(self, item: Item, place: Place) -> float | None:
        """A bad estimate is a fault of its own cell; the answer beside it stands."""
        cell, raw = place.cell(Column.ESTIMATE), self._raw(place, Column.ESTIMATE)
        if is_formula(cell) and is_blank(raw):
            self._refuse(item, place, Column.ESTIMATE, NO_RESULT, str(cell.value) if cell else "", beside=False)
            return None
        if is_blank(raw) or means_nothing(item, raw):
            return None
        try:
            value, flag = read_answer(item, raw)
        except Refusal as refusal:
            self._refuse(item, place, Column.ESTIMATE, refusal.sentence, _shown(raw), beside=False)
            return None
        if flag:
            self.remarks.append(f"Ô {place.name(Column.ESTIMATE)} (mục {item.code}): {flag}")
        return float(value)

    def _refuse(
        self, item: Item, place: Place, column: Column, sentence: str, found: str, *, beside: bool = True
    ) -> None:
        self.faults.append(Fault(item.code, place.name(column), sentence, _quote(found)))
        if beside:
            self._keep_beside(item, place)

    def _refuse_twice(self, item: Item, places: list[Place]) -> None:
        cells = " và ".join(place.name(Column.ANSWER) for place in places)
        values = " / ".join(_shown(self._raw(place, Column.ANSWER)) for place in places)
        sentence = f"mục {item.code} được trả lời nhiều lần và khác nhau ({cells}); hãy chỉ giữ một"
        self.faults.append(Fault(item.code, places[0].name(Column.ANSWER), sentence, _quote(values)))
        self._keep_beside(item, places[0])

    def _leave(self, item: Item, place: Place) -> None:
        raw = self._raw(place, Column.ANSWER)
        beside = self._beside(place)
        if isinstance(place.cell(Column.ANSWER), MergedCell):
            self._miss(
                item, f"Mục {item.code}: ô {place.name(Column.ANSWER)} bị gộp với ô khác nên không có câu trả lời riêng"
            )
        elif beside:
            self._miss(item, f"Mục {item.code}: ô {place.name(Column.ANSWER)} trống nhưng {beside}")
        else:
            self._miss(item, "" if is_blank(raw) else f"Mục {item.code}: “{_shown(raw)}” được hiểu là chưa trả lời")

    def _miss(self, item: Item, remark: str) -> None:
        if item.required:
            self.missing.append(item.code)
        if remark:
            self.remarks.append(remark)

    def _keep_beside(self, item: Item, place: Place) -> None:
        """A Fault has no room for the estimate, evidence and note beside it: they go into a remark."""
        if beside := self._beside(place):
            self.remarks.append(f"Mục {item.code}: ô {place.name(Column.ANSWER)} cần sửa, {beside}")

    def _beside(self, place: Place) -> str:
        candidates = (*((Column.ESTIMATE,) if self.estimate else ()), Column.EVIDENCE, Column.NOTE)
        columns = [column for column in candidates if self._words(place, column)]
        return ", ".join(f"ô {column.value} có “{_quote(self._words(place, column))}”" for column in columns)

    # --- cells -----------------------------------------------------------------------------------------------------

    def _raw(self, place: Place, column: Column) -> Raw:
        return self.book.value(place.cell(column))

    def _words(self, place: Place, column: Column) -> str:
        return _shown(self._raw(place, column))


def _places(table: Table, *, named: bool) -> Iterator[Place]:
    letters = {column: table.rows[table.header_row][number].column_letter for number, column in table.columns.items()}
    for row, cells in table.rows.items():
        if row > table.header_row:
            wanted = {column: cells[number] for number, column in table.columns.items() if number in cells}
            yield Place(wanted, letters, row, table.title if named else "")


def _shown(raw: Raw) -> str:
    """A cell in words, as its author sees it."""
    if isinstance(raw, datetime):
        return day_text(raw.date()) if raw.time() == datetime.min.time() else raw.strftime("%d/%m/%Y %H:%M")
    if isinstance(raw, date):
        return day_text(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return number_text(raw)
    return clean(raw or "")


def _quote(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _swapped(item: Item, raw: Raw) -> str:
    """A true date cell may hold 3 May where 5 March was typed (program under an English locale): show what we took."""
    if item.type is AnswerType.NGAY and isinstance(raw, (date, datetime)) and raw.day <= 12 and raw.day != raw.month:
        return f"ô ở định dạng ngày, hiểu là ngày {raw.day} tháng {raw.month} năm {raw.year}"
    return ""
