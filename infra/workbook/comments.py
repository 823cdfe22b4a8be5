"""The comments of a returned form: the parts that a workbook with comments has, and how the others refer to them.

Two parts say each comment: its words (ECMA-376, 18.7), and the yellow note that Excel draws (VML, part 4). Their names
and the way to them from the sheet are as Excel writes them: programs look them up by just these (ExcelJS, and all that
is built on it, opens no file with others).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from infra.workbook.layout import cell_text
from infra.workbook.look import FAMILY
from infra.workbook.markup import spelt

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/comments" Target="../{{words}}"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/vmlDrawing" Target="../{{notes}}"/></Relationships>'
)
_NOTES_TYPE = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
_WORDS_TYPE = (
    '<Override PartName="/xl/{words}" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/>'
)
_DRAWING = f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="rId2"/></worksheet>'.encode()
_NOTES_START = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NOTE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:280px;height:90px;z-index:{order};'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{column}, 15, {row}, 2, {right}, 40, {below}, 4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_BLOCK = 1024
_MOST_SHEETS = 1000


class Comment(NamedTuple):
    """`row` and `column` count from 1."""

    row: int
    column: int
    sentence: str

    @property
    def cell(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def text(self) -> str:
        return cell_text(f"Ô {self.cell}: {self.sentence}")


def with_drawing(sheet: bytes) -> bytes:
    return sheet.replace(b"</worksheet>", _DRAWING)


def with_types(types: bytes, sheets: Iterable[int]) -> bytes:
    added = _NOTES_TYPE + "".join(_WORDS_TYPE.format(words=_words_part(sheet)) for sheet in sheets)
    return types.replace(b"</Types>", f"{added}</Types>".encode())


def comment_parts(sheet: int, comments: Sequence[Comment], author: str) -> Mapping[str, bytes]:
    """`sheet`: its number in the workbook."""
    words, notes = _words_part(sheet), f"drawings/vmlDrawing{sheet}.vml"
    shapes = "".join(_note(sheet, order, one) for order, one in enumerate(comments))
    return {
        f"xl/worksheets/_rels/sheet{sheet}.xml.rels": _LINKS.format(words=words, notes=notes).encode(),
        f"xl/{words}": _words(comments, author).encode(),
        f"xl/{notes}": f"{_NOTES_START.format(blocks=_blocks(sheet, len(comments)))}{shapes}</xml>".encode(),
    }


def _words_part(sheet: int) -> str:
    return f"comments{sheet}.xml"


def _words(comments: Sequence[Comment], author: str) -> str:
    listed = "".join(
        f'<comment ref="{one.cell}" authorId="0"><text><r><rPr><sz val="11"/><rFont val="{FAMILY}"/></rPr>'
        f'<t xml:space="preserve">{spelt(one.text)}</t></r></text></comment>'
        for one in comments
    )
    return (
        f'<comments xmlns="{_MAIN}"><authors><author>{spelt(cell_text(author))}</author></authors>'
        f"<commentList>{listed}</commentList></comments>"
    )


def _note(sheet: int, order: int, comment: Comment) -> str:
    row, column = comment.row - 1, comment.column - 1
    number = _BLOCK * _block(sheet, order) + 1 + order % (_BLOCK - 1)
    return _NOTE.format(number=number, order=order + 1, row=row, column=column, right=column + 3, below=row + 3)


def _block(sheet: int, order: int) -> int:
    """Shapes are numbered in blocks that no two sheets share: first the one that Excel gives a sheet, then others."""
    return sheet + _MOST_SHEETS * (order // (_BLOCK - 1))


def _blocks(sheet: int, count: int) -> str:
    return ",".join(str(_block(sheet, order)) for order in range(0, count, _BLOCK - 1))
