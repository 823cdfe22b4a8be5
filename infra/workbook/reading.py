"""A returned workbook -> what was accepted, what was not, what was left blank: cell by cell, nothing thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from infra.opening.book import Book, Cell
from infra.workbook.added_columns import added_columns, added_remark, without
from infra.workbook.annex import OUTLINE_SHEET
from infra.workbook.around import above_remark, is_signing, marked_lines, signed_from, told, typed_around
from infra.workbook.copies import Sealing
from infra.workbook.findings import NO_RESULT, Findings, figures_remark, is_open, quote
from infra.workbook.layout import Column, section_line
from infra.workbook.lines import read_lines
from infra.workbook.locked import added_sheets, at_most, typed_beside
from infra.workbook.margins import read_comments
from infra.workbook.questions import Questions, exchanged
from infra.workbook.shifted import ask_back_shifted
from infra.workbook.tables import NO_TABLE, FormTable, Place, form_tables
from infra.workbook.whose import STRANGER, identity_and_doubts, strangers
from tasks.domain.answer import is_blank, program_changed, shown
from tasks.domain.beside import Beside
from tasks.domain.cell import is_error
from tasks.domain.checklist import NUMERIC, Checklist, Item, Reading, Value
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.old_letters import Doubtful, to_unicode
from tasks.domain.vietnamese import clean, fold


def read_form(
    book: Book, checklist: Checklist, sealing: Sealing, *, estimate: bool, last_year: Mapping[str, str] | None = None
) -> Reading:
    """`last_year`: what was printed beside the questions; where it is not known, nothing is said of that column."""
    identity, doubts = identity_and_doubts(book, sealing)
    findings = Findings()
    strange = strangers(identity, checklist)
    reader = _Reader(checklist, estimate, findings, same_print=not strange, last_year=last_year)
    tables = form_tables(book, NO_TABLE if identity.case_code else STRANGER)
    places = reader.find(tables)
    if not places and not identity.case_code:
        raise UnreadableWorkbook(STRANGER)
    added = added_columns(tables[0], [place for found in places.values() for place in found])
    places = {code: [without(place, added) for place in found] for code, found in places.items()}
    findings.remarks += map(added_remark, added)
    for item in (*checklist.items, *checklist.narrative):
        reader.read(item, places.get(fold(item.code), []))
    if not strange:
        reader.ask_back_shifted(places)
    has_our_columns = identity.checklist in {"", checklist.code}
    known = {table.title for table in tables}
    known |= read_lines(book, checklist.tables, findings, same_print=has_our_columns)
    if checklist.narrative and not strange and not any(fold(item.code) in places for item in checklist.narrative):
        findings.remarks.append(f"{OUTLINE_SHEET}: không tìm thấy trang này trong tệp")
    read_comments(book, tables[0], findings)
    own_sheets = added_sheets(book, known) if not strange else []
    remarks = [
        *strange,
        *doubts,
        *book.remarks,
        *figures_remark(findings.figures),
        *findings.remarks,
        *at_most(reader.blank, "Còn {} mục khác chưa trả lời hoặc cần sửa, có chữ bên cạnh"),
        *own_sheets,
        *(above_remark(tables) if not strange else ()),
        *at_most(reader.locked, "Còn {} ô khác ngoài các ô trả lời có chữ chưa đọc"),
        *at_most(reader.unknown_rows, "Còn {} dòng khác có chữ chưa đọc"),
    ]
    faults, missing = tuple(findings.faults), tuple(findings.missing)
    beside, marked = tuple(findings.beside.values()), tuple(marked_lines(tables))
    return Reading(identity, findings.accepted, faults, missing, tuple(remarks), beside, marked)


@dataclass
class _Reader:
    """`same_print`: the form was printed from this checklist, so that what else stands in it was typed."""

    checklist: Checklist
    estimate: bool
    findings: Findings
    same_print: bool = True
    last_year: Mapping[str, str] | None = None
    unknown_rows: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    between: dict[int, Cell] = field(default_factory=dict)  # in the column of answers, in rows of no item

    @cached_property
    def questions(self) -> Questions:
        return Questions((*self.checklist.items, *self.checklist.narrative))

    # --- rows ------------------------------------------------------------------------------------------------------

    def find(self, tables: Sequence[FormTable]) -> dict[str, list[Place]]:
        """The rows of every item, by folded code, wherever they have been moved; other rows are named, not read."""
        items = (*self.checklist.items, *self.checklist.narrative)
        sections = (*self.checklist.sections, *self.checklist.outline)
        known = {fold(item.code) for item in items}
        headings = {fold(section_line(section)) for section in sections} | {fold(Column.CODE)}
        headings |= {fold(part.title) for part in self.checklist.outline}
        places: dict[str, list[Place]] = {}
        for rows in (list(table.places()) for table in tables):
            signed = signed_from(rows, known)
            for place in rows:
                code = fold(place.words(Column.CODE))
                if code in known:
                    places.setdefault(code, []).append(place)
                    continue
                if not place.sheet:
                    self.between[place.row] = place.cell(Column.ANSWER)
                if place.row < signed or not is_signing(place):
                    self._remark_unknown(place, is_heading=code in headings)
        return places

    def _remark_unknown(self, place: Place, *, is_heading: bool) -> None:
        code, typed = place.words(Column.CODE), typed_around(place)
        if is_heading:
            why = "dòng tiêu đề không có chỗ trả lời nên không đọc" if typed else ""
        elif code:
            why = f"mã “{quote(code)}” không có trong bảng kiểm nên không đọc"
        else:
            why = "có nội dung nhưng không có mã mục nên không đọc" if typed else ""
        if why:
            self.unknown_rows.append(f"Dòng {place.row}: {why}" + (f": {told(typed)}" if typed else ""))

    def ask_back_shifted(self, places: Mapping[str, list[Place]]) -> None:
        """What was pushed into headings, or out of the table, is told with the block."""
        of_item = [(item, places.get(fold(item.code), [])) for item in self.checklist.items]
        told = tuple(f"Dòng {row}:" for row in ask_back_shifted(of_item, self.between, self.findings))
        self.unknown_rows = [one for one in self.unknown_rows if not one.startswith(told)]

    # --- one item --------------------------------------------------------------------------------------------------

    def read(self, item: Item, places: list[Place]) -> None:
        if not places:
            self.findings.miss(item, f"Mục {item.code}: không còn dòng này trong phiếu" if item.required else "")
            return
        answered = [place for place in places if not is_open(item, place.cell(Column.ANSWER))]
        place = (answered or places)[0]
        if moved := self._beside_another_question(item, answered):
            self._refuse_exchanged(item, *moved)
            self._remark_doubles(item, moved[0], places)
            return
        if len(answered) > 1 and len({fold(place.words(Column.ANSWER)) for place in answered}) > 1:
            self._refuse_twice(item, answered)
        elif answered:
            self._take(item, place)
        else:
            self._leave(item, place)
        self._remark_doubles(item, place, places)
        self._remark_locked(item, places)
        if item.code not in self.findings.accepted:
            self._keep_beside(item, place)

    def _remark_doubles(self, item: Item, place: Place, places: list[Place]) -> None:
        """What stands beside an answer is read in one row only."""
        for double in places:
            known = {fold(words) for _, words in self._filled_beside(place)}
            new = [one for one in self._filled_beside(double) if fold(one[1]) not in known]
            if double is not place and new:
                self.findings.remarks.append(
                    f"Mục {item.code}: dòng {double.row} lặp lại mục này nên chưa đọc {_listed(new)}; "
                    f"hãy chép sang dòng của ô {place.name(Column.ANSWER)} rồi gửi lại"
                )

    def _remark_locked(self, item: Item, places: list[Place]) -> None:
        for place in places:
            self.locked += [
                f"Mục {item.code}: ô {name} (cột “{column.value}”) có “{quote(words)}” nằm ngoài ô trả lời nên "
                f"chưa đọc; nếu là câu trả lời, hãy ghi vào ô {place.name(Column.ANSWER)} rồi gửi lại"
                for name, column, words in self._typed_beside(item, place)
            ]

    def _typed_beside(self, item: Item, place: Place) -> list[tuple[str, Column, str]]:
        if not self.same_print:
            return []
        last_year = None if self.last_year is None else self.last_year.get(item.code, "")
        return list(typed_beside(item, place, estimate=self.estimate, last_year=last_year))

    def _take(self, item: Item, place: Place) -> None:
        taken = self.findings.take(item, place.name(Column.ANSWER), place.cell(Column.ANSWER))
        for name, words in place.strays:
            where = f"cột “{Column.NOTE}”" if Column.NOTE in place.letters else f"ô {place.name(Column.ANSWER)}"
            self.findings.remarks.append(
                f"Mục {item.code}: ngoài câu trả lời, ô {name} có “{quote(words)}” không được đọc; "
                f"nếu cần, hãy ghi vào {where}"
            )
        if taken is None:
            return
        value, flag = taken
        self.findings.accepted[item.code] = Value(
            item.code,
            value,
            cell=place.name(Column.ANSWER),
            evidence=self._words(item, place, Column.EVIDENCE),
            note=self._words(item, place, Column.NOTE),
            estimate=self._read_estimate(item, place),
            flag=flag,
        )

    def _read_estimate(self, item: Item, place: Place) -> float | None:
        """A bad estimate is a fault of its own cell; the answer beside it stands."""
        name, cell = place.name(Column.ESTIMATE), place.cell(Column.ESTIMATE)
        if not self.estimate or item.type not in NUMERIC:
            return None
        if is_open(item, cell):
            return None
        taken = self.findings.take(item, name, cell)
        if taken is None:
            self.findings.faults[-1] = replace(self.findings.faults[-1], of_estimate=True)
            return None
        if isinstance(taken[0], str):  # "Không áp dụng" beside a number
            return None
        if taken[1]:
            self.findings.remarks.append(f"Ô {name} (mục {item.code}): {taken[1]}")
        return float(taken[0])

    def _words(self, item: Item, place: Place, column: Column) -> str:
        """What stands beside an answer; nothing there is refused, but what may have been changed is told."""
        cell, raw = place.cell(column), place.raw(column)
        if cell.struck:
            self.findings.remarks.append(f"Ô {place.name(column)} (mục {item.code}): chữ bị gạch ngang, tạm giữ nguyên")
        if told := program_changed(raw):
            self.findings.remarks.append(f"Ô {place.name(column)} (mục {item.code}): {told}")
        if cell.formula and is_blank(raw):
            self.findings.remarks.append(f"Ô {place.name(column)} (mục {item.code}): {NO_RESULT}")
            return cell.formula
        if not isinstance(raw, str):
            return shown(raw)
        if is_error(clean(raw)):
            self.findings.remarks.append(f"Ô {place.name(column)} (mục {item.code}): ô đang báo lỗi {clean(raw)}")
            return ""
        try:
            return clean(to_unicode(raw, cell.font)[0])
        except Doubtful:
            told = f"Ô {place.name(column)} (mục {item.code}): chữ có lẽ gõ bằng phông cũ, giữ nguyên"
            self.findings.remarks.append(told)
            return clean(raw)

    # --- what is asked back ----------------------------------------------------------------------------------------

    def _beside_another_question(self, item: Item, places: list[Place]) -> tuple[Place, Item] | None:
        """Another edition may ask in other words, or the same words under another code: that has been told."""
        found = ((place, self.questions.other(item, place)) for place in places if self.same_print)
        return next(((place, other) for place, other in found if other), None)

    def _refuse_exchanged(self, item: Item, place: Place, other: Item) -> None:
        self.findings.refuse(item, place.name(Column.ANSWER), exchanged(item, other, place), place.words(Column.ANSWER))
        self._keep_beside(item, place)

    def _refuse_twice(self, item: Item, places: list[Place]) -> None:
        cells = " và ".join(place.name(Column.ANSWER) for place in places)
        values = " / ".join(place.words(Column.ANSWER) for place in places)
        sentence = f"mục {item.code} được trả lời nhiều lần và khác nhau ({cells}); hãy chỉ giữ một"
        self.findings.refuse(item, places[0].name(Column.ANSWER), sentence, values)

    def _leave(self, item: Item, place: Place) -> None:
        raw, name = place.raw(Column.ANSWER), place.name(Column.ANSWER)
        remark = "" if is_blank(raw) else f"Mục {item.code}: “{shown(raw)}” được hiểu là chưa trả lời"
        if place.cell(Column.ANSWER).covered:
            remark = f"Mục {item.code}: ô {name} bị gộp với ô khác nên không có câu trả lời riêng"
        elif beside := _listed(self._filled_beside(place)):
            remark = ""
            self.blank.append(f"Mục {item.code}: ô {name} trống nhưng {beside}; hãy ghi câu trả lời vào ô {name}")
        self.findings.miss(item, remark)

    def _keep_beside(self, item: Item, place: Place) -> None:
        """Whole: it is printed again in the form that goes back."""
        was_refused = any(fault.item == item.code for fault in self.findings.faults)
        locked = {column.value: words for _, column, words in self._typed_beside(item, place)}
        strays = {name.rstrip("0123456789"): words for name, words in place.strays}
        beside = Beside(
            item.code,
            self._words(item, place, Column.EVIDENCE),
            self._words(item, place, Column.NOTE),
            self._read_estimate(item, place),
            locked | strays,
        )
        self.findings.keep_beside(beside)
        if was_refused:
            self._tell_kept(item, place, beside.estimate)

    def _tell_kept(self, item: Item, place: Place, estimate: float | None) -> None:
        wrong = f"ô {Column.ESTIMATE}" if estimate is None else ""
        if filled := [one for one in self._filled_beside(replace(place, strays=())) if one[0] != wrong]:
            self.blank.append(
                f"Mục {item.code}: ô {place.name(Column.ANSWER)} cần sửa; {_listed(filled)} "
                "được giữ nguyên trong phiếu gửi lại, không phải ghi lại"
            )

    def _filled_beside(self, place: Place) -> list[tuple[str, str]]:
        """Also what was ticked or typed in a column that asks for nothing."""
        candidates = (*((Column.ESTIMATE,) if self.estimate else ()), Column.EVIDENCE, Column.NOTE)
        filled = [(f"ô {column.value}", words) for column in candidates if (words := place.words(column))]
        return filled + [(f"ô {name}", words) for name, words in place.strays]


def _listed(cells: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} có “{quote(words)}”" for name, words in cells)
