"""One unit's checklist as a workbook that a clerk can fill without help, and fill again where it came back.

What all units of a round share is built once (`frame`); per unit only its own words are written into the archive.
"""

from collections.abc import Iterator
from functools import lru_cache

from infra.workbook.comments import Comment, comment_parts, with_types
from infra.workbook.copies import Sealing
from infra.workbook.frame import TYPES_PART, Frame, build_frame, sheet_part
from infra.workbook.grid import Grid
from infra.workbook.identity import identity_words
from infra.workbook.layout import Column, cell_text
from infra.workbook.markup import sheet_rows, spelt
from infra.workbook.packing import Piece, archive, member, piece
from infra.workbook.returned import marks
from infra.workbook.rows import NOTHING, Contents, captions, fits_beside, head, head_size, item_row, signing, table
from infra.workbook.slots import CREATOR, LAST_YEAR, TITLE, written
from tasks.domain.checklist import Form

# Kinds of unit times rounds in progress; each frame keeps about 0.3 MB.
frame_of = lru_cache(maxsize=16)(build_frame)


def build_form(form: Form, sealing: Sealing) -> bytes:
    frame = frame_of(grid_of(form))
    contents = contents_of(form, frame.grid)
    words = written({**identity_words(form, sealing), TITLE: form.title, CREATOR: form.authority})
    comments = {number: found for number, found in _comments(frame, contents) if found}
    members = {**frame.constants, **{name: member(name, *part.filled(words)) for name, part in frame.slotted.items()}}
    for number, rows in _sheets(form, frame, contents):
        sheet, name = frame.sheets[number - 1], sheet_part(number)
        below = sheet.below_with_comments if number in comments else sheet.below
        members[name] = member(name, sheet.above, *rows, *below.filled(words))
    if comments:
        parts = {TYPES_PART: with_types(frame.parts[TYPES_PART], comments)}
        for number, found in comments.items():
            parts |= comment_parts(number, found, form.authority)
        members |= {name: member(name, piece(part)) for name, part in parts.items()}
    return archive(members[name] for name in dict.fromkeys([*frame.parts, *members]))


def grid_of(form: Form) -> Grid:
    return Grid(form.checklist, form.as_of, form.asks_estimate, bool(form.last_year), head_size(form))


def contents_of(form: Form, grid: Grid) -> Contents:
    return Contents(form.accepted, form.last_year, marks(form, grid.letter(Column.ESTIMATE)), form.beside)


def _sheets(form: Form, frame: Frame, contents: Contents) -> Iterator[tuple[int, Iterator[Piece]]]:
    """The sheets of which this unit's differ: the form's own, and the annexes where something is answered."""
    yield 1, _rows(form, frame, contents)
    for number, annex in enumerate(frame.annexes, start=2):
        if not annex.places.keys().isdisjoint({*contents.accepted, *contents.marks.answers}):
            yield number, iter([piece(sheet_rows(annex.rows(contents), frame.styles))])


def _rows(form: Form, frame: Frame, contents: Contents) -> Iterator[Piece]:
    yield piece(sheet_rows(head(form, frame.grid, contents), frame.styles))
    if contents == NOTHING:
        yield frame.table
    elif contents == NOTHING._replace(last_year=contents.last_year):
        yield from _beside_last_year(frame, contents)
    else:
        rows = [captions(frame.grid), *table(frame.grid, contents), *signing(frame.grid)]
        yield piece(sheet_rows(rows, frame.styles))


def _beside_last_year(frame: Frame, contents: Contents) -> Iterator[Piece]:
    items = {number: frame.grid.checklist.item(code) for code, number in frame.grid.rows.items()}
    for row, part in frame.table_beside_last_year:
        item = items.get(row.number)
        words = cell_text(contents.last_year.get(item.code, "")) if item else ""
        if item and not fits_beside(words, row.height):
            yield piece(sheet_rows([item_row(frame.grid, contents, item)], frame.styles))
        else:
            yield from part.filled({LAST_YEAR.encode(): piece(spelt(words).encode())})


def _comments(frame: Frame, contents: Contents) -> Iterator[tuple[int, list[Comment]]]:
    """By the number of the sheet; from the top down, as Excel wants them."""
    grid, answers, estimates = frame.grid, contents.marks.answers, contents.marks.estimates
    own = [
        (grid.rows[code], grid.place[column], faults[code])
        for code in grid.rows
        for column, faults in ((Column.ANSWER, answers), (Column.ESTIMATE, estimates))
        if code in faults and column in grid.place
    ]
    yield 1, [Comment(row, column, fault.sentence) for row, column, fault in own]
    for number, annex in enumerate(frame.annexes, start=2):
        yield number, [Comment(*annex.places[code], answers[code].sentence) for code in annex.places if code in answers]
