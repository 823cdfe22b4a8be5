"""All of a form that does not differ from unit to unit, built once by openpyxl and kept as parts with slots."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from infra.excel_package import STYLES_PART, fonts_in_order
from infra.workbook.annex import AnnexSheet, annex_sheets
from infra.workbook.comments import with_drawing
from infra.workbook.entry import add_choices, add_rules
from infra.workbook.grid import Grid
from infra.workbook.identity import stamp
from infra.workbook.layout import CASE_CODE_LABEL, FORM_SHEET
from infra.workbook.look import FAMILY, LOOKS, SIZE, SMALL, WIDTHS, dress
from infra.workbook.markup import sheet_rows
from infra.workbook.packing import Member, Piece, constant, member
from infra.workbook.rows import NOTHING, Row, captions, signing, table
from infra.workbook.slots import CASE_CODE, CREATOR, LAST_YEAR, TITLE, Slotted

TYPES_PART = "[Content_Types].xml"
_FIRST_PARTS = (TYPES_PART, "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"\s*/>')
_NO_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.S)


@dataclass(frozen=True)
class SheetFrame:
    """A sheet around its rows; `raw` has none."""

    raw: bytes

    @cached_property
    def above(self) -> Piece:
        return constant(_NO_ROWS.split(self.raw)[0] + b"<sheetData>")

    @cached_property
    def below(self) -> Slotted:
        return Slotted(self._end)

    @cached_property
    def below_with_comments(self) -> Slotted:
        return Slotted(with_drawing(self._end))

    @property
    def _end(self) -> bytes:
        return b"</sheetData>" + _NO_ROWS.split(self.raw)[1]


@dataclass(frozen=True)
class Frame:
    """`styles`: the number of each look. `parts`: by name, in the order of the archive; sheets have no rows."""

    grid: Grid
    annexes: tuple[AnnexSheet, ...]
    styles: Mapping[str, int]
    parts: Mapping[str, bytes]

    @cached_property
    def sheets(self) -> list[SheetFrame]:
        """The form's own sheet, then the annexes."""
        return [SheetFrame(self.parts[sheet_part(number)]) for number in range(1, len(self.annexes) + 2)]

    @cached_property
    def constants(self) -> Mapping[str, Member]:
        """The members that are the same for every unit, packed."""
        names = (name for name in self.parts if name not in self.slotted and name != sheet_part(1))
        return {name: member(name, constant(self.parts[name])) for name in names}

    @cached_property
    def slotted(self) -> Mapping[str, Slotted]:
        """The parts with a few words of the unit; among them the annexes with nothing answered."""
        made = {name: Slotted(part) for name, part in self.parts.items() if name != sheet_part(1)}
        for number, annex in enumerate(self.annexes, start=2):
            above, below = _NO_ROWS.split(self.parts[sheet_part(number)])
            rows = sheet_rows(annex.rows(NOTHING), self.styles)
            made[sheet_part(number)] = Slotted(b"".join([above, b"<sheetData>", rows, b"</sheetData>", below]))
        return {name: one for name, one in made.items() if one.has_slots}

    @cached_property
    def table(self) -> Piece:
        """The table with nothing answered, and what is around it."""
        return constant(sheet_rows([captions(self.grid), *table(self.grid, NOTHING), *signing(self.grid)], self.styles))

    @cached_property
    def table_beside_last_year(self) -> list[tuple[Row, Slotted]]:
        """The same row by row, each with a slot where last year's answer goes."""
        found = []
        for row in [captions(self.grid), *table(self.grid, NOTHING), *signing(self.grid)]:
            cells = (cell._replace(text=LAST_YEAR) if cell.look == "last year" else cell for cell in row.cells)
            found.append((row, Slotted(sheet_rows([row._replace(cells=tuple(cells))], self.styles))))
        return found


def sheet_part(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def build_frame(grid: Grid) -> Frame:
    annexes = tuple(annex_sheets(grid.checklist, grid.as_of))
    book = build_book(grid, annexes)
    return Frame(grid, annexes, _styles(book.active), dict(_parts(book, grid, annexes)))


def build_book(grid: Grid, annexes: Sequence[AnnexSheet]) -> Workbook:
    """Everything but the rows of the form and its annexes; slots where a unit's words go."""
    book = Workbook()
    # Column widths are counted in digits of this font.
    book._named_styles["Normal"].font = Font(name=FAMILY, size=SIZE)
    sheet = book.active
    sheet.title = FORM_SHEET
    _lay_out(sheet, [WIDTHS[column] for column in grid.columns], grid.halves)
    _set_page(sheet, (grid.header_row, grid.header_row), grid.width, grid.end_row)
    kinds = [grid.answers(), *(annex.answers() for annex in annexes)]
    for annex in annexes:
        added = book.create_sheet(annex.title)
        _lay_out(added, annex.widths, annex.merges)
        _set_page(added, annex.header, len(annex.widths), annex.last_row)
    lists = add_choices(book, {kind for cells in kinds for kind in cells})
    for one, cells in zip(book.worksheets, kinds, strict=False):
        add_rules(one, cells, lists)
    stamp(book)
    book.properties.title, book.properties.creator = TITLE, CREATOR
    book.properties.created = book.properties.modified = datetime.combine(grid.as_of, time())
    return book


def _styles(sheet: Worksheet) -> Mapping[str, int]:
    """Every look enters the workbook's table of formats by a cell that is then taken away."""
    numbers = {}
    for name, look in LOOKS.items():
        cell = sheet.cell(1, 1)
        dress(cell, look)
        numbers[name] = int(cell.style_id)
        del sheet._cells[1, 1]
    return numbers


def _parts(book: Workbook, grid: Grid, annexes: Sequence[AnnexSheet]) -> Iterator[tuple[str, bytes]]:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()
    extents = {sheet_part(1): (grid.width, grid.end_row, grid.open_cells)}
    for number, annex in enumerate(annexes, start=2):
        width = len(annex.widths)
        extents[sheet_part(number)] = (width, annex.last_row, f"C1:{get_column_letter(width)}{annex.last_row}")
    with ZipFile(buffer) as archive:
        names = archive.namelist()
        for name in [*_FIRST_PARTS, *(name for name in names if name not in _FIRST_PARTS)]:
            part = archive.read(name)
            if name == STYLES_PART:
                part = fonts_in_order(part)
            yield name, _form_sheet(part, *extents[name]) if name in extents else part


def _form_sheet(part: bytes, width: int, last_row: int, open_cells: str) -> bytes:
    """What openpyxl cannot write of itself: the extent, and that Excel shall not offer to turn the text into numbers
    (ignoredErrors; ECMA-376, 18.3.1.99: it may stand last but for drawings)."""
    extent = f'<dimension ref="A1:{get_column_letter(width)}{last_row}"/>'.encode()
    calm = f'<ignoredErrors><ignoredError sqref="{open_cells}" numberStoredAsText="1"/></ignoredErrors>'.encode()
    return _DIMENSION.sub(extent, part, count=1).replace(b"</worksheet>", calm + b"</worksheet>")


def _lay_out(sheet: Worksheet, widths: Sequence[float], merges: Iterable[tuple[int, int, int]]) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row, first, last in merges:
        # Added by hand: `merge_cells` would make all their cells.
        sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")


def _set_page(sheet: Worksheet, header: tuple[int, int], width: int, last_row: int) -> None:
    """What the screen keeps in view, what may be changed, and how it prints on A4."""
    sheet.freeze_panes = f"A{header[1] + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    sheet.protection.sheet = True  # against slips, not against people: there is no password
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # False: not forbidden
    sheet.print_title_rows = f"{header[0]}:{header[1]}"
    sheet.print_area = f"A1:{get_column_letter(width)}{last_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.left.text = f"{CASE_CODE_LABEL}: {CASE_CODE}"
    sheet.oddFooter.right.text = "Trang &P/&N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.right):
        part.font, part.size = f"{FAMILY},Regular", SMALL
