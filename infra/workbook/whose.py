"""Whose form a returned workbook is, by every copy of its identity that some program has left in it."""

from collections.abc import Iterator

from infra.opening.book import Book
from infra.workbook.copies import (
    Copy,
    Sealing,
    broken_seals,
    copy_of_fields,
    copy_of_line,
    copy_of_words,
    disagreements,
    strongest,
)
from infra.workbook.identity import DEFINED_NAME, PROPERTY
from infra.workbook.layout import CASE_CODE_LABEL, META_SHEET
from tasks.domain.checklist import Checklist, Identity
from tasks.domain.message import CASE_CODE
from tasks.domain.vietnamese import fold

_ROWS_SEARCHED = 60
STRANGER = (
    "Tệp không phải phiếu chúng tôi đã gửi (không có mã phiếu, không có bảng trả lời theo mã mục): có lẽ là biểu mẫu "
    "của cơ quan hoặc phần mềm khác. Hãy điền vào tệp Excel (.xlsx) kèm thư giao phiếu rồi gửi lại tệp đó."
)
_LABEL = fold(CASE_CODE_LABEL)


def collect_identity(book: Book, sealing: Sealing) -> Identity:
    """The copy that is most whole; raises UnreadableWorkbook when the copies name two cases."""
    return identity_and_doubts(book, sealing)[0]


def identity_and_doubts(book: Book, sealing: Sealing) -> tuple[Identity, list[str]]:
    copies = list(_copies(book, sealing))
    return strongest(copies), [*disagreements(copies), *broken_seals(copies)]


def _copies(book: Book, sealing: Sealing) -> Iterator[Copy]:
    yield _from_meta(book, sealing)
    yield copy_of_line(book.names.get(DEFINED_NAME, ""), sealing)
    yield copy_of_line(book.properties.get(PROPERTY, ""), sealing)
    yield copy_of_line(book.keywords, sealing)
    for sheet in book.sheets:
        yield copy_of_words(sheet.footer)
    yield from _visible(book)


def _from_meta(book: Book, sealing: Sealing) -> Copy:
    """By the names in its first column: row numbers may have moved."""
    found: dict[str, str] = {}
    for sheet in book.sheets:
        for cells in sheet.rows.values() if sheet.title.casefold().startswith(META_SHEET) else ():
            name, value = (str(cells[column].value) if column in cells else "" for column in (1, 2))
            found.setdefault(name, value)
    return copy_of_fields(found, sealing)


def _visible(book: Book) -> Iterator[Copy]:
    for sheet in book.sheets:
        for number, cells in sheet.rows.items():
            for cell in cells.values() if number <= _ROWS_SEARCHED else ():
                # Looked for first, because it costs little: few cells hold a case code.
                if isinstance(cell.value, str) and CASE_CODE.search(cell.value) and _LABEL in fold(cell.value):
                    yield copy_of_words(cell.value)


def strangers(identity: Identity, checklist: Checklist) -> list[str]:
    """A form of another checklist is read all the same, by its item codes, but not in silence."""
    if identity.checklist and identity.checklist != checklist.code:
        return [f"Tệp là bảng kiểm “{identity.checklist}”, không phải “{checklist.code}”"]
    if identity.version and identity.version != checklist.version:
        return [f"Tệp theo bản {identity.version} của bảng kiểm, bản đang dùng là {checklist.version}"]
    return []
