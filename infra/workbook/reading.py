"""A returned workbook -> what was accepted, what was not, what was left blank: cell by cell, nothing thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from infra.opening.book import Book
from infra.workbook.layout import Column, section_line
from infra.workbook.tables import FormTable, Place, form_tables
from infra.workbook.whose import identity_and_doubts
from tasks.domain.answer import Raw, Refusal, is_blank, means_nothing, program_changed, read_answer, shown
from tasks.domain.cell import may_be_swapped
from tasks.domain.checklist import NUMERIC, AnswerType, Checklist, Fault, Identity, Item, Reading, Value
from tasks.domain.old_letters import Doubtful, to_unicode
from tasks.domain.vietnamese import clean, fold, number_text, one_line

MOST_UNKNOWN_ROWS = 20
MOST_NAMED_CELLS = 10
LONGEST_QUOTE = 200
NO_RESULT = "ô là công thức chưa có kết quả; hãy ghi thẳng kết quả vào ô"


def read_form(book: Book, checklist: Checklist, *, estimate: bool) -> Reading:
    identity, doubts = identity_and_doubts(book)
    reader = _Reader(checklist, estimate)
    places = reader.find(form_tables(book))
    for item in checklist.items:
        reader.read(item, places.get(fold(item.code), []))
    remarks = [
        *_strangers(identity, checklist),
        *doubts,
        *book.remarks,
        *_figures(reader.figures),
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


def _figures(cells: Sequence[str]) -> list[str]:
    """A form's cells are text. In a number cell, under English settings, a typed 1.000 has become 1 without a trace."""
    if not cells:
        return []
    named = ", ".join(cells[:MOST_NAMED_CELLS]) + (" …" if len(cells) > MOST_NAMED_CELLS else "")
    return [f"Ô {named} ở kiểu số của bảng tính, không phải kiểu chữ: nếu đã gõ dấu chấm hàng nghìn, hãy xem lại số"]


@dataclass
class _Reader:
    checklist: Checklist
    estimate: bool
    accepted: dict[str, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown_rows: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    # --- rows ------------------------------------------------------------------------------------------------------

    def find(self, tables: Sequence[FormTable]) -> dict[str, list[Place]]:
        """The rows of every item, by folded code, wherever they have been moved; other rows are named, not read."""
        known = {fold(item.code) for item in self.checklist.items}
        headings = {fold(section_line(section)) for section in self.checklist.sections} | {fold(Column.CODE)}
        places: dict[str, list[Place]] = {}
        for place in (place for table in tables for place in table.places()):
            code = fold(place.words(Column.CODE))
            if code in known:
                places.setdefault(code, []).append(place)
            elif code not in headings:
                self._remark_unknown(place)
        return places

    def _remark_unknown(self, place: Place) -> None:
        code = place.words(Column.CODE)
        filled = [column for column in (Column.ANSWER, Column.EVIDENCE, Column.NOTE) if place.words(column)]
        if code:
            self.unknown_rows.append(f"Dòng {place.row}: mã “{_quote(code)}” không có trong bảng kiểm nên không đọc")
        elif filled:
            self.unknown_rows.append(f"Dòng {place.row}: có nội dung nhưng không có mã mục nên không đọc")

    # --- one item --------------------------------------------------------------------------------------------------

    def read(self, item: Item, places: list[Place]) -> None:
        if not places:
            self._miss(item, f"Mục {item.code}: không còn dòng này trong phiếu")
            return
        answered = [place for place in places if not _is_open(item, place)]
        place = (answered or places)[0]
        if len(answered) > 1 and len({fold(place.words(Column.ANSWER)) for place in answered}) > 1:
            self._refuse_twice(item, answered)
        elif answered:
            self._take(item, place)
        else:
            self._leave(item, place)
        if self.estimate and item.type in NUMERIC and item.code not in self.accepted:
            self._read_estimate(item, place)

    def _take(self, item: Item, place: Place) -> None:
        cell, raw = place.cell(Column.ANSWER), place.raw(Column.ANSWER)
        if cell.formula and is_blank(raw):
            self._refuse(item, place, Column.ANSWER, NO_RESULT, cell.formula)
            return
        try:
            value, flag = read_answer(item, raw, cell.font)
        except Refusal as refusal:
            self._refuse(item, place, Column.ANSWER, refusal.sentence, _found(item, raw))
            return
        if item.type in NUMERIC and isinstance(raw, (int, float)) and 0 < abs(raw) < 1000 and not cell.formula:
            self.figures.append(place.name(Column.ANSWER))
        if cell.formula:
            self.remarks.append(
                f"Ô {place.name(Column.ANSWER)} (mục {item.code}) là công thức; lấy kết quả {shown(raw)}"
            )
        self.accepted[item.code] = Value(
            item.code,
            value,
            cell=place.name(Column.ANSWER),
            evidence=self._words(item, place, Column.EVIDENCE),
            note=self._words(item, place, Column.NOTE),
            estimate=self._read_estimate(item, place) if self.estimate and item.type in NUMERIC else None,
            flag=flag,
        )

    def _read_estimate(self, item: Item, place: Place) -> float | None:
        """A bad estimate is a fault of its own cell; the answer beside it stands."""
        cell, raw = place.cell(Column.ESTIMATE), place.raw(Column.ESTIMATE)
        if cell.formula and is_blank(raw):
            self._refuse(item, place, Column.ESTIMATE, NO_RESULT, cell.formula, beside=False)
            return None
        if is_blank(raw) or means_nothing(item, raw):
            return None
        try:
            value, flag = read_answer(item, raw, cell.font)
            estimate = float(value)
        except Refusal as refusal:
            self._refuse(item, place, Column.ESTIMATE, refusal.sentence, _found(item, raw), beside=False)
            return None
        except ValueError:  # "Không áp dụng" beside a number
            return None
        if flag:
            self.remarks.append(f"Ô {place.name(Column.ESTIMATE)} (mục {item.code}): {flag}")
        return estimate

    def _words(self, item: Item, place: Place, column: Column) -> str:
        """What stands beside an answer; nothing there is refused, but what may have been changed is told."""
        cell, raw = place.cell(column), place.raw(column)
        if told := program_changed(raw):
            self.remarks.append(f"Ô {place.name(column)} (mục {item.code}): {told}")
        if not isinstance(raw, str):
            return shown(raw)
        try:
            return clean(to_unicode(raw, cell.font)[0])
        except Doubtful:
            self.remarks.append(f"Ô {place.name(column)} (mục {item.code}): chữ có lẽ gõ bằng phông cũ, giữ nguyên")
            return clean(raw)

    # --- what is asked back ----------------------------------------------------------------------------------------

    def _refuse(
        self, item: Item, place: Place, column: Column, sentence: str, found: str, *, beside: bool = True
    ) -> None:
        self.faults.append(Fault(item.code, place.name(column), sentence, _quote(found)))
        if beside:
            self._keep_beside(item, place)

    def _refuse_twice(self, item: Item, places: list[Place]) -> None:
        cells = " và ".join(place.name(Column.ANSWER) for place in places)
        values = " / ".join(place.words(Column.ANSWER) for place in places)
        sentence = f"mục {item.code} được trả lời nhiều lần và khác nhau ({cells}); hãy chỉ giữ một"
        self.faults.append(Fault(item.code, places[0].name(Column.ANSWER), sentence, _quote(values)))
        self._keep_beside(item, places[0])

    def _leave(self, item: Item, place: Place) -> None:
        raw, name = place.raw(Column.ANSWER), place.name(Column.ANSWER)
        beside = self._beside(place)
        if place.cell(Column.ANSWER).covered:
            self._miss(item, f"Mục {item.code}: ô {name} bị gộp với ô khác nên không có câu trả lời riêng")
        elif beside:
            self._miss(item, f"Mục {item.code}: ô {name} trống nhưng {beside}")
        else:
            self._miss(item, "" if is_blank(raw) else f"Mục {item.code}: “{shown(raw)}” được hiểu là chưa trả lời")

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
        """Also what was ticked or typed in a column that asks for nothing."""
        candidates = (*((Column.ESTIMATE,) if self.estimate else ()), Column.EVIDENCE, Column.NOTE)
        filled = [(f"ô {column.value}", words) for column in candidates if (words := place.words(column))]
        filled += [(f"ô {name}", words) for name, words in place.strays]
        return ", ".join(f"{name} có “{_quote(words)}”" for name, words in filled)


def _is_open(item: Item, place: Place) -> bool:
    """Nothing is written where the answer belongs; a formula without a result is something."""
    raw = place.raw(Column.ANSWER)
    return (is_blank(raw) or means_nothing(item, raw)) and not place.cell(Column.ANSWER).formula


def _found(item: Item, raw: Raw) -> str:
    """What stands in a faulty cell, so that it stays faulty when it is sent back untouched."""
    if item.type is AnswerType.TY_LE and isinstance(raw, (int, float)) and 0 < raw <= 1:
        return f"{number_text(100 * raw)}% hay {number_text(raw)}%"
    if isinstance(raw, (date, datetime)) and may_be_swapped(raw):
        return f"{shown(raw)} hay {raw.month:02d}/{raw.day:02d}/{raw.year}"
    if isinstance(raw, float):
        return repr(raw).replace(".", ",")
    return shown(raw)


def _quote(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
