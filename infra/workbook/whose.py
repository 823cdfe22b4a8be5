"""Whose form a returned workbook is, by every copy of its identity that some program has left in it."""

from collections.abc import Iterator
from dataclasses import asdict

from infra.opening.book import Book
from infra.workbook.identity import DEFINED_NAME, FIELDS, PROPERTY, SEPARATOR
from infra.workbook.layout import CASE_CODE_LABEL, META_SHEET
from tasks.domain.checklist import Identity
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.message import CASE_CODE
from tasks.domain.vietnamese import fold

_ROWS_SEARCHED = 60


def collect_identity(book: Book) -> Identity:
    """The fullest copy; raises UnreadableWorkbook when the copies name two cases."""
    copies = [copy for copy in _copies(book) if copy.case_code]
    codes = sorted({copy.case_code for copy in copies})
    if len(codes) > 1:
        raise UnreadableWorkbook(
            f"Tệp này trộn nhiều phiếu ({', '.join(codes)}) nên không biết trả lời cho phiếu nào. "
            "Hãy điền vào đúng tệp kèm thư giao phiếu, không chép trang tính từ phiếu khác, rồi gửi lại."
        )
    return max(copies, key=_fullness, default=Identity())


def _fullness(identity: Identity) -> int:
    return sum(map(bool, asdict(identity).values()))


def _copies(book: Book) -> Iterator[Identity]:
    yield _from_meta(book)
    yield _from_line(book.names.get(DEFINED_NAME, ""))
    yield _from_line(book.properties.get(PROPERTY, ""))
    yield _from_line(book.keywords)
    for sheet in book.sheets:
        yield Identity(_code(sheet.footer))
    yield from _visible(book)


def _from_meta(book: Book) -> Identity:
    """By the names in its first column: row numbers may have moved."""
    found: dict[str, str] = {}
    for sheet in book.sheets:
        for cells in sheet.rows.values() if sheet.title.casefold().startswith(META_SHEET) else ():
            name, value = (str(cells[column].value) if column in cells else "" for column in (1, 2))
            if name in FIELDS:
                found[name] = value.strip()
    return Identity(**(found | {"case_code": _code(found.get("case_code"))}))


def _from_line(line: str) -> Identity:
    parts = line.strip().strip('"').split(SEPARATOR)
    if len(parts) != len(FIELDS):
        return Identity(_code(line))
    return Identity(_code(parts[0]), *parts[1:])


def _visible(book: Book) -> Iterator[Identity]:
    for sheet in book.sheets:
        for number, cells in sheet.rows.items():
            for cell in cells.values() if number <= _ROWS_SEARCHED else ():
                if isinstance(cell.value, str) and _code(cell.value) and fold(CASE_CODE_LABEL) in fold(cell.value):
                    yield Identity(_code(cell.value))


def _code(text: object) -> str:
    found = CASE_CODE.search(str(text or ""))
    return found[1].upper() if found else ""
