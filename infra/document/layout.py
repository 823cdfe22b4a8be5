"""The layout of an official document (NĐ 30/2020/NĐ-CP, phụ lục I) as building blocks of a Word file."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from infra.document.grid import WithTables, shrink
from infra.document.package import timeless, xml_text
from infra.document.prose import Piece
from tasks.domain.paper import in_head, recipient_lines

FONT = "Times New Roman"
END = "./."
PORTRAIT, LANDSCAPE = (210, 297), (297, 210)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
TEXT_WIDTH = PORTRAIT[0] - LEFT - RIGHT
FIGURE = "="  # before the name of a bookmark that is one figure of a sentence
LONGEST_BOOKMARK = 37  # of Word's 40: the others tell apart what would be called the same
LANDSCAPE_WIDTH = LANDSCAPE[0] - LEFT - RIGHT
FIRST_LINE = 12.7
HEAD_COLUMNS = (68, 97)  # narrower on the right and the quốc hiệu breaks into two lines
SIGN_COLUMNS = (82, 83)


@dataclass(frozen=True)
class Look:
    """How a paragraph of one kind is set."""

    size: float
    align: ALIGN = ALIGN.CENTER
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0
    keep: bool = False
    level: int = 0
    """Of a heading: where it stands in the navigation."""


LOOKS: Mapping[str, Look] = {
    "superior": Look(12.5),
    "authority": Look(12.5, bold=True),
    "nation": Look(12.5, bold=True),
    "motto": Look(13.5, bold=True),
    "number": Look(13, before=6),
    "day": Look(13.5, italic=True, before=6),
    "title": Look(14, bold=True, keep=True),
    "note": Look(13, italic=True, after=4),
    "part": Look(14, ALIGN.LEFT, bold=True, before=6, indent=FIRST_LINE, keep=True, level=1),
    "heading": Look(14, ALIGN.LEFT, bold=True, before=6, indent=FIRST_LINE, keep=True, level=2),
    "subheading": Look(14, ALIGN.LEFT, bold=True, italic=True, before=6, indent=FIRST_LINE, keep=True, level=3),
    "annex": Look(14, bold=True, keep=True, level=1),
    "body": Look(14, ALIGN.JUSTIFY, before=6, indent=FIRST_LINE),
    "opening": Look(14, ALIGN.JUSTIFY, before=6, indent=FIRST_LINE, keep=True),
    "closing": Look(14, ALIGN.JUSTIFY, before=6, after=14, indent=FIRST_LINE, keep=True),
    "caption": Look(13, bold=True, before=8, after=4, keep=True),
    "recipients": Look(12, ALIGN.LEFT, bold=True, italic=True),
    "recipient": Look(11, ALIGN.LEFT),
    "signer_title": Look(14, bold=True),
    "signer": Look(14, bold=True, before=72),
    "about": Look(12.5, before=6),
    "addressees": Look(14, before=16, after=10),
}


def new_document(title: str, author: str, made_at: datetime) -> WordDocument:
    document = Document()
    document.part.__class__ = WithTables
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set_font(normal)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    for level in (1, 2, 3):
        _plain_heading(document.styles[f"Heading {level}"])
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, author, "vi-VN"
    properties.last_modified_by, properties.comments = author, ""
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    _number_pages(document.sections[0], PORTRAIT)
    return document


def to_bytes(document: WordDocument) -> bytes:
    _number_bookmarks(document)
    buffer = BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def add(container: WordDocument | _Cell, look: str, content: str | Iterable[Piece], code: str = "") -> Paragraph:
    """A paragraph in one of the LOOKS; what a person still has to write stands out in yellow.

    With a `code` it is a bookmark, and each figure in it a hidden one: whoever asks for a figure finds it by its name.
    """
    form = LOOKS[look]
    paragraph = container.add_paragraph(style=f"Heading {form.level}" if form.level else None)
    pieces = [Piece(content)] if isinstance(content, str) else list(content)
    with _bookmark(paragraph, code):
        for piece in pieces:
            with _bookmark(paragraph, FIGURE + piece.figure if code and piece.figure else ""):
                run = paragraph.add_run(xml_text(piece.text))
            run.font.size, run.bold, run.italic = Pt(form.size), form.bold or None, form.italic or None
            if piece.gap:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    paragraph.alignment = form.align
    spacing = paragraph.paragraph_format
    spacing.space_before, spacing.space_after = Pt(form.before), Pt(form.after)
    spacing.first_line_indent = Mm(form.indent) if form.indent else None
    spacing.keep_with_next = form.keep or None
    return paragraph


@contextmanager
def _bookmark(paragraph: Paragraph, name: str) -> Iterator[None]:
    """Around what is added to the paragraph meanwhile; its name and number become Word's when the file is written."""
    if not name:
        yield
        return
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), name)
        paragraph._p.append(mark)
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), name)
            yield


def _number_bookmarks(document: WordDocument) -> None:
    """Word wants numbers that stand once, and names of letters and digits that stand once, of at most 40 characters."""
    used: Counter[str] = Counter()
    numbers: dict[str, str] = {}
    sentence = ""
    for mark in document.element.body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
        own = mark.get(qn("w:id"))
        if mark.tag == qn("w:bookmarkStart"):
            numbers[own] = str(len(numbers) + used.total())
            is_figure = own.startswith(FIGURE)
            name = f"_{sentence}__{own.removeprefix(FIGURE)}" if is_figure else own
            name = re.sub(r"\W", "_", name, flags=re.ASCII)[:LONGEST_BOOKMARK]
            used[name] += 1
            name += f"_{used[name]}" if used[name] > 1 else ""
            sentence = sentence if is_figure else name
            mark.set(qn("w:name"), name)
        mark.set(qn("w:id"), numbers[own])


def rule(container: WordDocument | _Cell, length: float, width: float) -> None:
    """A drawn line, centred: the top border of a tiny paragraph. Underlining would follow the letters."""
    paragraph = container.add_paragraph()
    spacing = paragraph.paragraph_format
    spacing.space_before, spacing.space_after = Pt(4), Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(4)
    spacing.left_indent = spacing.right_indent = Mm((width - length) / 2)
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    # The schema wants the border before these.
    following = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph._p.get_or_add_pPr().insert_element_before(border, *following)


def text_look(text: str) -> str:
    """The last sentence may not be parted from the signature below it, nor “… như sau:” from what follows."""
    return "closing" if text.endswith(END) else "opening" if text.endswith(":") else "body"


def head(
    document: WordDocument, superior: str, authority: str, symbol: str, place: str, signing_year: str, about: str = ""
) -> None:
    """Quốc hiệu, cơ quan, số ký hiệu, địa danh; number and day stay blank for the văn thư.

    `superior`, `authority`: with the breaks that their office has set.
    `about`: the “V/v …” of a công văn, which has no name of its kind above its text.
    """
    (left, right), (left_below, right_below) = _side_by_side(document, HEAD_COLUMNS, rows=2)
    for line in in_head(superior):
        add(left, "superior", line)
    for line in in_head(authority):
        add(left, "authority", line)
    rule(left, 26, HEAD_COLUMNS[0])
    add(right, "nation", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    add(right, "motto", "Độc lập - Tự do - Hạnh phúc")
    rule(right, 58, HEAD_COLUMNS[1])
    add(left_below, "number", f"Số:      /{symbol}")
    if about:
        add(left_below, "about", about)
    add(right_below, "day", f"{place}, ngày      tháng      năm {signing_year}")


def signature(document: WordDocument, recipients: Iterable[str], title: str, name: str) -> None:
    ((left, right),) = _side_by_side(document, SIGN_COLUMNS, rows=1)
    add(left, "recipients", "Nơi nhận:")
    for recipient in recipient_lines(recipients):
        add(left, "recipient", f"- {recipient}")
    for line in title.splitlines():
        add(right, "signer_title", line)
    add(right, "signer", name)


def new_landscape_part(document: WordDocument) -> None:
    """An annex: its own landscape pages, numbered from 1."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    # The paragraph that ends the part before must not spill over to an empty page.
    shrink(Paragraph(document.element.body.xpath("./w:p[w:pPr/w:sectPr]")[-1], document))
    section.header.is_linked_to_previous = False
    _number_pages(section, LANDSCAPE)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    following = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:docGrid")
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    section._sectPr.insert_element_before(start, *following)


def _side_by_side(document: WordDocument, widths: Sequence[float], rows: int) -> list[tuple[_Cell, _Cell]]:
    """A two-column table without borders or cell margins, its rows unsplit and its cells empty."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # gridCol: LibreOffice ignores the width of the cells alone
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    )
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    pairs = []
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        left, right = row.cells
        for cell, width in zip((left, right), widths, strict=True):
            cell.width = Mm(width)
            cell._tc.remove(cell.paragraphs[0]._p)
        pairs.append((left, right))
    return pairs


def _plain_heading(style: Any) -> None:
    """A heading is one for the navigation only; its look is that of the document."""
    _set_font(style)
    style.font.color.rgb = RGBColor(0, 0, 0)


def _set_font(style: ParagraphStyle) -> None:
    style.font.name, style.font.size = FONT, Pt(14)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for attribute in list(fonts.attrib):  # theme fonts would win over the named one
        del fonts.attrib[attribute]
    for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(attribute), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)


def _number_pages(section: Section, size: tuple[int, int]) -> None:
    """A4 with the page number centred on top, hidden on the first page."""
    section.page_width, section.page_height = Mm(size[0]), Mm(size[1])
    section.orientation = WD_ORIENT.LANDSCAPE if size == LANDSCAPE else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        paragraph.add_run()._r.append(element)
