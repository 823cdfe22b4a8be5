"""The same form written cell by cell with openpyxl: slow, and known to be right; the fast one is held against it."""

from io import BytesIO

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from infra.workbook.annex import annex_sheets
from infra.workbook.copies import Sealing
from infra.workbook.form import contents_of, grid_of
from infra.workbook.frame import build_book
from infra.workbook.identity import identity_words
from infra.workbook.layout import FORM_SHEET, META_SHEET, Column
from infra.workbook.look import FAMILY, LOOKS, SMALL, dress
from infra.workbook.rows import Cell, captions, head, signing, table
from tasks.domain.checklist import Form


def slow_form(form: Form, sealing: Sealing) -> bytes:
    grid = grid_of(form)
    contents = contents_of(form, grid)
    annexes = annex_sheets(form.checklist, form.as_of)
    book = build_book(grid, annexes)
    sheet, styles = book[FORM_SHEET], dict[str, object]()
    own = [*head(form, grid, contents), captions(grid), *table(grid, contents), *signing(grid)]
    for one, its_rows in zip(book.worksheets, [own, *(annex.rows(contents) for annex in annexes)], strict=False):
        for line in its_rows:
            one.row_dimensions[line.number].height = line.height
            for cell in line.cells:
                _put(one, line.number, cell, styles)
    places = {code: (sheet, row, grid.place[Column.ANSWER]) for code, row in grid.rows.items()}
    for annex in annexes:
        places |= {code: (book[annex.title], *place) for code, place in annex.places.items()}
    for code, fault in contents.marks.answers.items():
        where, row, column = places[code]
        one = where.cell(row, column)
        one.comment = Comment(f"Ô {one.coordinate}: {fault.sentence}", "kiemtra")
    for cell, word in zip(book[META_SHEET]["B"], identity_words(form, sealing).values(), strict=True):
        cell.value = word
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(sheet: Worksheet, row: int, cell: Cell, styles: dict[str, object]) -> None:
    target = sheet.cell(row, cell.column)
    if cell.formula:
        target.value = f"={cell.formula}"
    elif cell.added:
        small = InlineFont(rFont=FAMILY, sz=SMALL)
        target.value = CellRichText(
            TextBlock(InlineFont(rFont=FAMILY, sz=LOOKS[cell.look].size), cell.text),
            TextBlock(small, "\n" + cell.added),
        )
    elif cell.text:
        target.value = cell.text
        target.data_type = "s"
    # A style is made once per sheet and shared, as a careful writer would.
    if cell.look in styles:
        target._style = styles[cell.look]
    else:
        dress(target, LOOKS[cell.look])
        styles[cell.look] = target._style
