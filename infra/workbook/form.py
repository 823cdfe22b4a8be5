"""One unit's checklist as a workbook that a clerk can fill without help, and fill again where it came back.

What all units of a round share is built once (`frame`); per unit only its own words are written into the archive.
"""

from collections.abc import Iterator
from functools import lru_cache

from infra.workbook.comments import Comment, comment_parts, with_types
from infra.workbook.frame import SHEET_PART, TYPES_PART, Frame, build_frame
from infra.workbook.grid import Grid
from infra.workbook.identity import identity_words
from infra.workbook.layout import Column
from infra.workbook.markup import sheet_rows
from infra.workbook.packing import Piece, archive, member, piece
from infra.workbook.returned import marks
from infra.workbook.rows import NOTHING, Contents, captions, head, head_size, table
from infra.workbook.slots import CREATOR, TITLE, written
from tasks.domain.checklist import Form

# Kinds of unit times rounds in progress; each frame keeps about 0.3 MB.
_frame = lru_cache(maxsize=16)(build_frame)


def build_form(form: Form) -> bytes:
    frame = _frame(Grid(form.checklist, form.as_of, form.asks_estimate, bool(form.last_year), head_size(form)))
    contents = Contents(form.accepted, form.last_year, marks(form, frame.grid.letter(Column.ESTIMATE)))
    words = written({**identity_words(form), TITLE: form.title, CREATOR: form.authority})
    comments = list(_comments(frame.grid, contents))
    members = {**frame.constants, **{name: member(name, *part.filled(words)) for name, part in frame.slotted.items()}}
    below = (frame.below_with_comments if comments else frame.below).filled(words)
    members[SHEET_PART] = member(SHEET_PART, frame.above, *_rows(form, frame, contents), *below)
    if comments:
        parts = {TYPES_PART: with_types(frame.parts[TYPES_PART]), **comment_parts(comments, form.authority)}
        members |= {name: member(name, piece(part)) for name, part in parts.items()}
    return archive(members[name] for name in dict.fromkeys([*frame.parts, *members]))


def _rows(form: Form, frame: Frame, contents: Contents) -> Iterator[Piece]:
    yield piece(sheet_rows(head(form, frame.grid, contents), frame.styles))
    if contents == NOTHING:
        yield frame.table
    else:
        yield piece(sheet_rows([captions(frame.grid), *table(frame.grid, contents)], frame.styles))


def _comments(grid: Grid, contents: Contents) -> Iterator[Comment]:
    """From the top down, as Excel wants them."""
    for item in grid.checklist.items:
        for column, faults in ((Column.ANSWER, contents.marks.answers), (Column.ESTIMATE, contents.marks.estimates)):
            if (fault := faults.get(item.code)) and column in grid.place:
                row = grid.rows[item.code]
                yield Comment(f"{grid.letter(column)}{row}", row, grid.place[column], fault.sentence)
