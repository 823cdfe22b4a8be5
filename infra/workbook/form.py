"""One unit's checklist as a workbook that a clerk can fill without help, and fill again where it came back."""

from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from infra.workbook.entry import add_choices, add_rules
from infra.workbook.head import about, guide
from infra.workbook.identity import stamp
from infra.workbook.layout import (
    CASE_CODE_LABEL,
    FORM_SHEET,
    Column,
    answer_text,
    cell_text,
    columns,
    how_to_answer,
    section_line,
)
from infra.workbook.look import FAMILY, SIZE, SMALL, WIDTHS, Pen, height, with_small_print, with_warning
from infra.workbook.packing import pack
from infra.workbook.returned import Marks, marks
from tasks.domain.checklist import NUMERIC, AnswerType, Fault, Form, Item, Section, Value

LEAST_LINES_FOR_WORDS = 4


def build_form(form: Form) -> bytes:
    book = Workbook()
    # Column widths are counted in digits of this font.
    book._named_styles["Normal"].font = Font(name=FAMILY, size=SIZE)
    sheet = book.active
    sheet.title = FORM_SHEET
    writer = _Writer(form, sheet)
    writer.write()
    add_choices(book, {item.type for item in form.checklist.items})
    add_rules(sheet, writer.answers)
    _set_page(sheet, form, writer)
    stamp(book, form)
    book.properties.title, book.properties.creator = cell_text(form.title), cell_text(form.authority)
    return pack(book, form.as_of, writer.results, writer.open_cells)


@dataclass
class _Writer:
    """Writes the sheet from the top down. Fresh and returned forms have the same rows, so 'ô E14' means one cell."""

    form: Form
    sheet: Worksheet
    answers: dict[AnswerType, list[str]] = field(default_factory=lambda: {type_: [] for type_ in AnswerType})
    results: dict[str, str] = field(default_factory=dict)
    header_row: int = 0
    last_row: int = 0

    def __post_init__(self) -> None:
        self.columns = columns(asks_estimate=self.form.asks_estimate)
        self.place = {column: index for index, column in enumerate(self.columns, start=1)}
        self.pen = Pen(self.sheet)
        self.marks: Marks = marks(self.form, get_column_letter(self.place.get(Column.ESTIMATE, 99)))

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def open_cells(self) -> str:
        first, last = get_column_letter(self.place[Column.ANSWER]), get_column_letter(self.width)
        return f"{first}{self.header_row + 1}:{last}{self.last_row}"

    def write(self) -> None:
        for column in self.columns:
            self.sheet.column_dimensions[get_column_letter(self.place[column])].width = WIDTHS[column]
        progress_row = self._write_head()
        self._write_captions()
        row = self.header_row + 1
        for section, items in self.form.checklist.by_section():
            if items:
                row = self._write_section(row, section, items)
        self.last_row = row - 1
        self._write_progress(progress_row)

    # --- above the table: who asks on the left, how to answer on the right, so that little is frozen ---------------

    def _write_head(self) -> int:
        left, right = about(self.form), guide(self.form)
        split = self.place[Column.BASIS]
        rows = max(len(left), len(right))
        for row in range(1, rows + 1):
            words, look = left[row - 1] if row <= len(left) else ("", "line")
            step, step_look = right[row - 1] if row <= len(right) else ("", "guide")
            self.pen.line(row, (1, split), words, look)
            self.pen.line(row, (split + 1, self.width), step, step_look)
            self._set_height(row, (words, self._span(1, split), 14 if look == "title" else SIZE))
            self._set_height(row, (step, self._span(split + 1, self.width), 11))
        self.pen.line(rows + 1, (1, split), self.marks.summary, "returned" if self.marks.summary else "line")
        self._set_height(rows + 1, (self.marks.summary, self._span(1, split), SIZE))
        self.header_row = rows + 2
        return rows + 1

    def _write_progress(self, row: int) -> None:
        """COUNTA, because it counts error values too and fails on nothing that can be typed."""
        split, letter = self.place[Column.BASIS], get_column_letter(self.place[Column.ANSWER])
        cell = self.pen.line(row, (split + 1, self.width), "", "progress")
        total = len(self.form.checklist.items)
        cell.value = f'="Đã trả lời "&COUNTA({letter}{self.header_row + 1}:{letter}{self.last_row})&"/{total} mục"'
        filled = sum(bool(self._answer(item)) for item in self.form.checklist.items)
        self.results[cell.coordinate] = f"Đã trả lời {filled}/{total} mục"

    def _write_captions(self) -> None:
        for column in self.columns:
            self.pen.put(self.header_row, self.place[column], column.value, "header")
        self._set_height(self.header_row, *((column.value, WIDTHS[column] * 0.9, SIZE) for column in self.columns))

    # --- the table -------------------------------------------------------------------------------------------------

    def _write_section(self, row: int, section: Section, items: list[Item]) -> int:
        """Returns the next free row."""
        self.pen.band(row, self.width, section_line(section), "section")
        self._set_height(row, ("", self._span(1, self.width), SIZE))
        for item in items:
            row += 1
            self._write_item(row, item)
        return row + 1

    def _write_item(self, row: int, item: Item) -> None:
        value = self.form.accepted.get(item.code)
        basis, how, small = item.basis_words(self.form.as_of), how_to_answer(item), _small_print(item)
        warnings = [f"Cần sửa: {fault.sentence}" for fault in self.marks.faults(item.code)]
        self._put(row, Column.CODE, item.code, "item code")
        self._put(row, Column.QUESTION, with_small_print(item.question, small), "question")
        self._put(row, Column.BASIS, basis, "basis")
        self._put(row, Column.HOW, with_warning(how, warnings), "how")
        self._write_answer(row, item)
        if self.form.asks_estimate:
            self._write_estimate(row, item, value)
        evidence, note = (value.evidence, value.note) if value else ("", "")
        self._put(row, Column.EVIDENCE, evidence, "entry")
        self._put(row, Column.NOTE, note, "entry")
        least = "\n" * (LEAST_LINES_FOR_WORDS - 1) if item.type is AnswerType.VAN_BAN else ""
        self._set_height(
            row,
            (item.question, WIDTHS[Column.QUESTION], SIZE),
            (basis, WIDTHS[Column.BASIS], SMALL),
            ("\n".join([how, *warnings]), WIDTHS[Column.HOW], SMALL),
            (self._answer(item) or least, WIDTHS[Column.ANSWER], SIZE),
            (cell_text(evidence), WIDTHS[Column.EVIDENCE], 11),
            (cell_text(note), WIDTHS[Column.NOTE], 11),
            below=[(line, WIDTHS[Column.QUESTION], SMALL) for line in small],
        )

    def _write_answer(self, row: int, item: Item) -> None:
        fault = self.marks.answers.get(item.code)
        look = "words" if item.type is AnswerType.VAN_BAN else "answer"
        if fault:
            look += " wrong"
        elif item.code in self.marks.missing:
            look += " missing"
        cell = self._put(row, Column.ANSWER, self._answer(item), look)
        self.answers[item.type].append(cell.coordinate)
        if fault:
            _comment(cell, fault.sentence)

    def _write_estimate(self, row: int, item: Item, value: Value | None) -> None:
        if item.type not in NUMERIC:
            self._put(row, Column.ESTIMATE, "", "closed")
            return
        fault = self.marks.estimates.get(item.code)
        known = answer_text(item, value.estimate) if value and value.estimate is not None else ""
        cell = self._put(row, Column.ESTIMATE, fault.found if fault else known, _wrong("answer", fault))
        self.answers[item.type].append(cell.coordinate)
        if fault:
            _comment(cell, fault.sentence)

    def _answer(self, item: Item) -> str:
        """What was accepted, or what is to be corrected, unless any words would pass as the correction."""
        if value := self.form.accepted.get(item.code):
            return cell_text(answer_text(item, value.value))
        fault = self.marks.answers.get(item.code)
        return cell_text(fault.found) if fault and item.type is not AnswerType.VAN_BAN else ""

    def _put(self, row: int, column: Column, text: Any, look: str) -> Any:
        return self.pen.put(row, self.place[column], text, look)

    def _span(self, first: int, last: int) -> float:
        return sum(WIDTHS[column] for column in self.columns[first - 1 : last])

    def _set_height(
        self, row: int, *texts: tuple[str, float, int], below: list[tuple[str, float, int]] | None = None
    ) -> None:
        """Never lower than it already is. `below`: what stands under the first text in the same cell."""
        stacked = height(texts[0]) + sum(height(one) - 5 for one in below or [])
        dimension = self.sheet.row_dimensions[row]
        dimension.height = max(dimension.height or 0, stacked, height(*texts))


def _wrong(look: str, fault: Fault | None) -> str:
    return f"{look} wrong" if fault else look


def _small_print(item: Item) -> list[str]:
    return [
        f"{label}: {text}" for label, text in (("Điều kiện", item.condition), ("Minh chứng", item.evidence)) if text
    ]


def _comment(cell: Any, sentence: str) -> None:
    cell.comment = Comment(cell_text(f"Ô {cell.coordinate}: {sentence}"), "kiemtra", height=90, width=280)


def _set_page(sheet: Worksheet, form: Form, writer: _Writer) -> None:
    """What the screen keeps in view, what may be changed, and how it prints on A4."""
    sheet.freeze_panes = f"A{writer.header_row + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    sheet.protection.sheet = True  # against slips, not against people: there is no password
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # False: not forbidden
    sheet.print_title_rows = f"{writer.header_row}:{writer.header_row}"
    sheet.print_area = f"A1:{get_column_letter(writer.width)}{writer.last_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.left.text = f"{CASE_CODE_LABEL}: {form.case_code}"
    sheet.oddFooter.right.text = "Trang &P/&N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.right):
        part.font, part.size = f"{FAMILY},Regular", SMALL
