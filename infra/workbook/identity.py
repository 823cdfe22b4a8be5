"""Whose form a workbook is: written in several places, because no single one survives every spreadsheet program.

The visible cell survives copying the sheet; the name, the keywords and the hidden sheet survive re-saving; the custom
property survives LibreOffice but not Gnumeric. All copies that are present must name the same case.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from hashlib import sha256

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from infra.workbook.layout import CASE_CODE_LABEL, META_SHEET, cell_text
from infra.workbook.opening import Book
from infra.workbook.slots import CASE_CODE as CASE_CODE_SLOT
from infra.workbook.slots import CHECKLIST, SEAL, TOKEN, UNIT, VERSION
from tasks.domain.checklist import Form, Identity
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.message import CASE_CODE
from tasks.domain.vietnamese import fold

FIELDS = tuple(field.name for field in fields(Identity))
SEAL_FIELD = "seal"
SLOTS = dict(zip((*FIELDS, SEAL_FIELD), (CASE_CODE_SLOT, TOKEN, UNIT, CHECKLIST, VERSION, SEAL), strict=True))
DEFINED_NAME = "KIEMTRA_PHIEU"
PROPERTY = "KiemtraPhieu"
_SEPARATOR = "|"
_NOT_IN_A_LINE = re.compile(r'["|\s]')
_ROWS_SEARCHED = 60
# The parts that only we write: keywords, defined names.
_OWN_PARTS = ("docProps/core.xml", "xl/workbook.xml")
_CODE_BYTES = re.compile(CASE_CODE.pattern.encode(), re.I)


def stamp(book: Workbook) -> None:
    """Slots everywhere but in the visible cell and the footer, which belong to the form's looks."""
    line = _SEPARATOR.join(SLOTS.values())
    sheet = book.create_sheet(META_SHEET)
    sheet.sheet_state = "veryHidden"
    for row, (name, slot) in enumerate(SLOTS.items(), start=1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, slot)
    book.defined_names[DEFINED_NAME] = DefinedName(DEFINED_NAME, attr_text=f'"{line}"')
    book.properties.keywords = line
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=line))


def identity_words(form: Form) -> Mapping[str, str]:
    """What goes into the slots."""
    identity = Identity(form.case_code, form.token, form.unit_code, form.checklist.code, form.checklist.version)
    words = [_NOT_IN_A_LINE.sub("", cell_text(word)) for word in asdict(identity).values()]
    return dict(zip(SLOTS.values(), [*words, _seal(Identity(*words))], strict=True))


def _seal(identity: Identity) -> str:
    """Shows that a copy is whole and unmixed. No secret: what nobody can guess is the token itself."""
    return sha256(_SEPARATOR.join(asdict(identity).values()).encode()).hexdigest()[:12]


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


def code_at_a_glance(parts: Mapping[str, bytes]) -> str:
    """The case code without opening the workbook: only where our own parts hold it, and the file holds no other."""
    own = {code for name in _OWN_PARTS for code in _codes(parts.get(name, b""))}
    everywhere = {code for part in parts.values() for code in _codes(part)}
    return own.pop() if len(own) == 1 and everywhere == own else ""


def _codes(part: bytes) -> Iterator[str]:
    return (code.decode().upper() for code in _CODE_BYTES.findall(part))


def _fullness(identity: Identity) -> int:
    return sum(map(bool, asdict(identity).values()))


def _copies(book: Book) -> Iterator[Identity]:
    yield _from_meta(book)
    name = book.book.defined_names.get(DEFINED_NAME)
    yield _from_line(name.attr_text if name else "")
    yield from (_from_line(one.value) for one in book.book.custom_doc_props.props if one.name == PROPERTY)
    yield _from_line(book.book.properties.keywords)
    for sheet in book.book.worksheets:
        yield Identity(_code(sheet.oddFooter.left.text))
    yield from _visible(book)


def _from_meta(book: Book) -> Identity:
    """By the names in its first column: row numbers may have moved."""
    found: dict[str, str] = {}
    for rows in (rows for title, rows in book.rows_by_sheet() if title.casefold().startswith(META_SHEET)):
        for cells in rows.values():
            name, value = str(cells[1].value if 1 in cells else ""), str(cells[2].value if 2 in cells else "")
            if name in FIELDS:
                found[name] = value.strip()
    return Identity(**(found | {"case_code": _code(found.get("case_code"))}))


def _from_line(line: object) -> Identity:
    parts = str(line or "").strip().strip('"').split(_SEPARATOR)
    if len(parts) < len(FIELDS):
        return Identity(_code(line))
    return Identity(_code(parts[0]), *parts[1 : len(FIELDS)])


def _visible(book: Book) -> Iterator[Identity]:
    for _, rows in book.rows_by_sheet():
        for number, cells in rows.items():
            for cell in cells.values() if number <= _ROWS_SEARCHED else ():
                if isinstance(cell.value, str) and _code(cell.value) and fold(CASE_CODE_LABEL) in fold(cell.value):
                    yield Identity(_code(cell.value))


def _code(text: object) -> str:
    found = CASE_CODE.search(str(text or ""))
    return found[1].upper() if found else ""
