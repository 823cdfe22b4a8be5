"""An OpenDocument spreadsheet (.ods) -> plain cells, straight from its XML: tabs, errors and yes/no values survive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from infra.opening.book import MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet
from infra.opening.comments import LONGEST_WORDS
from infra.opening.formats import clock_text, day_of
from infra.opening.guard import Parts
from infra.opening.refusals import PICTURES, refuse
from infra.opening.xml import Element, attribute, local, named, root_of
from tasks.domain.answer import Raw
from tasks.domain.old_letters import is_old_font

MOST_CELLS = 60_000
_LONGEST_SPACES = 1_000
_LINE_THROUGH = ("text-line-through-style", "text-line-through-type")
_CONTENT, _STYLES, _META, _MANIFEST = "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"


def open_document(parts: Parts) -> Book:
    if _MANIFEST in parts.names and _has(root_of(parts.xml(_MANIFEST)), "encryption-data"):
        refuse("encrypted")
    root = root_of(parts.xml(_CONTENT))
    looks = _looks(root)
    book = Book()
    for table in named(root, "table"):
        hidden = attribute(table, "style-name") in looks.hidden
        sheet = _Reader(Sheet(attribute(table, "name"), hidden=hidden), looks).read(table)
        book.sheets.append(sheet)
        if not hidden and (words := _picture_words(table)) is not None:
            book.remarks.append(PICTURES.format(sheet=sheet.title, words=f" “{words}”" if words else ""))
    for one in named(root, "named-expression"):
        book.names[attribute(one, "name")] = attribute(one, "expression")
    if _STYLES in parts.names:
        _read_footers(root_of(parts.xml(_STYLES)), book)
    if _META in parts.names:
        meta = root_of(parts.xml(_META))
        book.keywords = " ".join(one.text or "" for one in named(meta, "keyword"))
        book.properties = {attribute(one, "name"): one.text or "" for one in named(meta, "user-defined")}
    return book


def _picture_words(table: Element) -> str | None:
    """The words in what is drawn over the cells; None where nothing is."""
    drawn = list(named(table, "frame", "custom-shape"))
    return " ".join(_words(one) for shape in drawn for one in named(shape, "p"))[:LONGEST_WORDS] if drawn else None


def _has(root: Element, name: str) -> bool:
    return next(named(root, name), None) is not None


def _read_footers(styles: Element, book: Book) -> None:
    """Page styles are not followed to their sheets: a footer counts for the book."""
    words = " ".join("".join(str(text) for text in one.itertext()) for one in named(styles, "footer"))
    for sheet in book.sheets[:1]:
        sheet.footer = words


@dataclass(frozen=True)
class _Looks:
    """Style -> its font, where the letters of that font are not Unicode.

    And the styles that strike letters through, and those of sheets that are not shown.
    """

    fonts: dict[str, str]
    struck: frozenset[str]
    hidden: frozenset[str]


def _looks(root: Element) -> _Looks:
    fonts, struck, hidden = {}, set(), set()
    for style in named(root, "style"):
        if any(attribute(one, "display") == "false" for one in named(style, "table-properties")):
            hidden.add(attribute(style, "name"))
        for text in named(style, "text-properties"):
            font = attribute(text, "font-name") or attribute(text, "font-family").strip("'")
            if is_old_font(font):
                fonts[attribute(style, "name")] = font
            if _strikes(text):
                struck.add(attribute(style, "name"))
    return _Looks(fonts, frozenset(struck), frozenset(hidden))


def _strikes(text: Element) -> bool:
    """For some of the letters of a cell LibreOffice says what kind of line it is, and not its style."""
    said = {value for name in _LINE_THROUGH if (value := attribute(text, name))}
    return bool(said) and "none" not in said


@dataclass
class _Reader:
    sheet: Sheet
    looks: _Looks
    cells: int = 0

    def read(self, table: Element) -> Sheet:
        """A row or a cell that is repeated stands once in the file and often on the sheet."""
        number = 1
        for row in named(table, "table-row"):
            times = _times(row, "number-rows-repeated")
            read = list(self._row(row, number))
            for repeated in range(number, min(number + times, MOST_ROWS + 1)) if read else ():
                self._put(repeated, read)
            number += times
            if number > MOST_ROWS:
                break
        return self.sheet

    def _put(self, number: int, read: list[tuple[int, Cell]]) -> None:
        self.cells += len(read)
        if self.cells > MOST_CELLS:
            refuse("complex")
        for column, cell in read:
            self.sheet.put(number, column, cell)

    def _row(self, row: Element, number: int) -> Iterator[tuple[int, Cell]]:
        column = 1
        for element in row:
            name = local(element)
            if name not in {"table-cell", "covered-table-cell"}:
                continue
            times = _times(element, "number-columns-repeated")
            cell = Cell(covered=True) if name == "covered-table-cell" else self._cell(element)
            self.sheet.comment(number, column, _annotation(element))
            if cell is not None:
                yield from ((one, cell) for one in range(column, min(column + times, MOST_COLUMNS + 1)))
            column += times
            if column > MOST_COLUMNS:
                break

    def _cell(self, element: Element) -> Cell | None:
        formula = attribute(element, "formula")
        formula = formula and "=" + formula.partition("=")[2]
        words = "\n".join(_words(one) for one in element if local(one) == "p")
        style = attribute(element, "style-name")
        font, struck = self.looks.fonts.get(style, ""), style in self.looks.struck or self._has_struck_span(element)
        # Newer files say the kind twice: in the newer attribute an error is an error and not a text.
        kinds = {value for key, value in element.attrib.items() if str(key).endswith("}value-type")}
        if "error" in kinds:
            return Cell(words, formula)
        kind = next(iter(kinds), "string" if words else "")
        value = _value(element, kind, words)
        if value is None or value == "":
            return Cell(None, formula) if formula else None
        font = font if isinstance(value, str) else ""
        return Cell(value, formula, percent=kind == "percentage", font=font, struck=struck)

    def _has_struck_span(self, element: Element) -> bool:
        return bool(self.looks.struck) and any(
            attribute(one, "style-name") in self.looks.struck and _words(one).strip() for one in named(element, "span")
        )


def _annotation(element: Element) -> str:
    note = next((one for one in element if local(one) == "annotation"), None)
    return "" if note is None else "\n".join(_words(one) for one in note if local(one) == "p")


def _value(element: Element, kind: str, words: str) -> Raw:
    if kind in {"float", "currency", "percentage"}:
        return _number(attribute(element, "value"), words)
    if kind == "boolean":
        return attribute(element, "boolean-value") == "true"
    if kind == "date":
        return day_of(attribute(element, "date-value")) or words
    if kind == "time":
        return _clock(attribute(element, "time-value")) or words
    return words or attribute(element, "string-value")


def _number(written: str, words: str) -> Raw:
    try:
        number = float(written)
    except ValueError:
        return words
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _clock(written: str) -> str:
    """'PT30H00M00S'."""
    hours, _, rest = written.removeprefix("PT").partition("H")
    minutes, _, seconds = rest.rstrip("S").partition("M")
    try:
        return clock_text(timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds)))
    except (ValueError, OverflowError):
        return ""


def _words(paragraph: Element) -> str:
    """The text of a paragraph; runs of spaces, tabs and line breaks are elements of their own."""
    words = [paragraph.text or ""]
    for child in paragraph:
        name = local(child)
        if name == "s":
            words.append(" " * min(_times(child, "c"), _LONGEST_SPACES))
        elif name in {"tab", "line-break"}:
            words.append("\t" if name == "tab" else "\n")
        elif name in {"span", "a"}:
            words.append(_words(child))
        words.append(child.tail or "")
    return "".join(words)


def _times(element: Element, name: str) -> int:
    written = attribute(element, name)
    return max(1, int(written)) if written.isdecimal() and len(written) < 12 else 1
