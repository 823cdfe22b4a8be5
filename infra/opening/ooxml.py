"""An Excel workbook (.xlsx, .xlsm, strict or not) -> plain cells, straight from its XML.

openpyxl gives the same cells in ten times the time, and stumbles over formats and pictures that we never look at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from infra.opening.book import MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet, column_number
from infra.opening.comments import picture_words, read_comments
from infra.opening.formats import BUILT_IN, Meaning, as_shown, day_of, meaning
from infra.opening.guard import Parts
from infra.opening.package import main_part, relations_of, target_of, targets
from infra.opening.refusals import LINKED, MACROS, PICTURES, UNREAD_BESIDE, Refused, refuse
from infra.opening.xml import Element, attribute, local, named, root_of, unescaped
from tasks.domain.old_letters import is_old_font

# Every cell of a merged range is noted as covered, however few bytes the range took.
MOST_MERGED_CELLS = 20_000
_CORE, _CUSTOM = "docProps/core.xml", "docProps/custom.xml"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")


@dataclass
class Looks:
    """What the formats of a book mean, by the number a cell names them with."""

    meanings: list[Meaning] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    struck: list[bool] = field(default_factory=list)


class Text(NamedTuple):
    """`font`: of its letters, where it is an old one."""

    words: str
    font: str = ""
    struck: bool = False


def open_ooxml(parts: Parts) -> Book:
    workbook = main_part(parts)
    root = root_of(parts.xml(workbook))
    found = targets(parts, workbook)
    reader = _Sheets(
        texts=_shared_texts(parts, target_of(found, "sharedStrings")),
        looks=_looks(parts, target_of(found, "styles")),
        from_1904=any(attribute(one, "date1904") in {"1", "true"} for one in named(root, "workbookPr")),
    )
    book = Book(names={attribute(one, "name"): one.text or "" for one in named(root, "definedName")})
    for sheet in named(root, "sheet"):
        kind, target = found.get(attribute(sheet, "id"), ("", ""))
        if kind == "worksheet" and target in parts.names:
            read = reader.read(attribute(sheet, "name"), root_of(parts.xml(target)))
            read.hidden = attribute(sheet, "state") in {"hidden", "veryHidden"}
            book.sheets.append(read)
            _read_beside(parts, target, read, book)
    _read_properties(parts, book)
    lower = {name.lower() for name in parts.names}
    if any(name.endswith("vbaproject.bin") for name in lower):
        book.remarks.append(MACROS)
    if any(name.startswith("xl/externallinks/") for name in lower):
        book.remarks.append(LINKED)
    return book


def _read_beside(parts: Parts, target: str, sheet: Sheet, book: Book) -> None:
    """Broken comments or drawings cost no answer: the cells have been read."""
    if not parts.actual(relations_of(target)):
        return
    try:
        beside = targets(parts, target)
        read_comments(parts, beside, sheet)
        words = picture_words(parts, beside)
    except Refused:
        book.remarks.append(UNREAD_BESIDE.format(sheet=sheet.title))
        return
    if words is not None and not sheet.hidden:
        book.remarks.append(PICTURES.format(sheet=sheet.title, words=f" “{words}”" if words else ""))


def _read_properties(parts: Parts, book: Book) -> None:
    if _CORE in parts.names:
        book.keywords = next((one.text or "" for one in named(root_of(parts.xml(_CORE)), "keywords")), "")
    if _CUSTOM in parts.names:
        for one in named(root_of(parts.xml(_CUSTOM)), "property"):
            book.properties[attribute(one, "name")] = "".join(str(text) for text in one.itertext())


# --- texts and formats -------------------------------------------------------------------------------------------


def _shared_texts(parts: Parts, name: str) -> list[Text]:
    if name not in parts.names:
        return []
    return [_text(one) for one in root_of(parts.xml(name)) if local(one) == "si"]


def _text(element: Element) -> Text:
    """Plain or rich; without the reading aids of East Asian scripts (rPh)."""
    words, font, struck = [], "", False
    for child in element:
        name = local(child)
        if name == "t":
            words.append(child.text or "")
        elif name == "r":
            said = [one.text or "" for one in child if local(one) == "t"]
            struck = struck or (_is_struck(child) and any(map(str.strip, said)))
            words += said
            font = font or next((_old_font(attribute(one, "val")) for one in named(child, "rFont")), "")
    return Text(unescaped("".join(words)), font, struck)


def _is_struck(element: Element) -> bool:
    """A font, or a run of a text, with a line through its letters."""
    return any(attribute(one, "val") not in {"0", "false"} for one in named(element, "strike"))


def _looks(parts: Parts, name: str) -> Looks:
    looks = Looks()
    if name not in parts.names:
        return looks
    own: dict[int, str] = {}
    fonts: list[str] = []
    struck: list[bool] = []
    for group in root_of(parts.xml(name)):
        kind = local(group)
        if kind == "numFmts":
            own = {_number(one.get("numFmtId")): one.get("formatCode") or "" for one in group}
        elif kind == "fonts":
            fonts = [next((_old_font(attribute(name, "val")) for name in named(one, "name")), "") for one in group]
            struck = [_is_struck(one) for one in group]
        elif kind == "cellXfs":
            for one in group:
                number, font = _number(one.get("numFmtId")), _number(one.get("fontId"))
                looks.meanings.append(meaning(own[number]) if number in own else BUILT_IN.get(number, Meaning.PLAIN))
                looks.fonts.append(fonts[font] if font < len(fonts) else "")
                looks.struck.append(font < len(struck) and struck[font])
    return looks


def _old_font(name: str) -> str:
    return name if is_old_font(name) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


# --- sheets ------------------------------------------------------------------------------------------------------


@dataclass
class _Sheets:
    texts: list[Text]
    looks: Looks
    from_1904: bool
    columns: dict[str, int] = field(default_factory=dict)

    def read(self, title: str, root: Element) -> Sheet:
        sheet = Sheet(title)
        covered: set[tuple[int, int]] = set()
        for one in named(root, "mergeCell"):
            covered.update(self._covered(attribute(one, "ref")))
            if len(covered) > MOST_MERGED_CELLS:
                refuse("complex")
        for place in covered:
            sheet.put(*place, Cell(covered=True))
        for row, column, element in self._cells(root):
            if (row, column) not in covered and (cell := self._cell(element)) is not None:
                sheet.put(row, column, cell)
        sheet.footer = " ".join(one.text or "" for one in named(root, "oddFooter", "evenFooter", "firstFooter"))
        return sheet

    def _cells(self, root: Element) -> Iterator[tuple[int, int, Element]]:
        """Rows and cells that do not say where they are follow the one before."""
        number = 0
        for row in named(root, "row"):
            number = _number(row.get("r")) or number + 1
            if number > MOST_ROWS:
                continue
            column = 0
            for cell in row:
                column = self._column(cell.get("r")) or column + 1
                if column <= MOST_COLUMNS and len(cell):  # most cells of a form are coloured and empty
                    yield number, column, cell

    def _column(self, reference: str | None) -> int:
        letters = (reference or "").rstrip("0123456789")
        if letters not in self.columns:
            self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _covered(self, reference: str) -> Iterator[tuple[int, int]]:
        first, _, last = reference.partition(":")
        start, end = _REFERENCE.match(first), _REFERENCE.match(last or first)
        if not start or not end:
            return
        top, left = int(start[2]), column_number(start[1])
        bottom, right = min(int(end[2]), MOST_ROWS), min(column_number(end[1]), MOST_COLUMNS)
        if max(0, bottom - top + 1) * max(0, right - left + 1) > MOST_MERGED_CELLS:
            refuse("complex")
        for row in range(top, bottom + 1):
            yield from ((row, column) for column in range(left, right + 1) if (row, column) != (top, left))

    def _cell(self, element: Element) -> Cell | None:
        """None where nothing stands, whatever it looks like."""
        kind, style = element.get("t", "n"), _number(element.get("s"))
        font = self.looks.fonts[style] if style < len(self.looks.fonts) else ""
        struck = style < len(self.looks.struck) and self.looks.struck[style]
        written, formula = "", ""
        value: str | None = None
        for child in element:
            name = local(child)
            if name == "v":
                written = child.text or ""
            elif name == "f":
                formula = "=" + (child.text or "")
            elif name == "is":
                value, own_font, own_struck = _text(child)
                font, struck = own_font or font, own_struck or struck
        if kind == "s" and written:
            value, own_font, own_struck = self._shared(written)
            font, struck = own_font or font, own_struck or struck
        if kind in {"str", "e"} and written:
            value = unescaped(written)
        if isinstance(value, str):
            return Cell(value, formula, font=font, struck=struck)
        if not written:
            return Cell(None, formula) if formula else None
        what = self.looks.meanings[style] if style < len(self.looks.meanings) else Meaning.PLAIN
        figure = self._figure(kind, written, what, formula)
        return figure._replace(struck=True) if struck else figure

    def _shared(self, written: str) -> Text:
        index = _number(written)
        if index >= len(self.texts):
            refuse("corrupt")
        return self.texts[index]

    def _figure(self, kind: str, written: str, what: Meaning, formula: str) -> Cell:
        if kind == "b":
            return Cell(written.strip() in {"1", "true"}, formula)
        if kind == "d" and (day := day_of(written)):
            return Cell(day, formula)
        try:
            number = number_of(written)
        except ValueError:
            return Cell(written, formula)
        shown = as_shown(number, what, from_1904=self.from_1904)
        since_1904 = self.from_1904 and shown is number
        return Cell(shown, formula, percent=what is Meaning.PERCENT, since_1904=since_1904)


def number_of(written: str) -> int | float:
    """Whole where it is written whole, as openpyxl does."""
    if len(written) < 16 and written.lstrip("-").isdecimal():
        return int(written)
    return float(written)
