"""The register of units as an office keeps it in Excel: rows -> entries, with every mistake by its cell."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from tasks.domain.cell import Raw, Refusal, is_blank
from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.errors import Problem
from tasks.domain.mime import address_is_sound
from tasks.domain.typed_day import read_day
from tasks.domain.typed_number import read_number
from tasks.domain.vietnamese import fold, one_line, slug

# Captions an office may use -> the field; compared without tones and case.
CAPTIONS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã đơn vị"),
    "name": ("Tên đơn vị", "Tên", "Đơn vị"),
    "kind": ("Loại hình", "Loại"),
    "order": ("Thứ tự", "STT", "TT"),
    "contact": ("Đầu mối", "Người phụ trách", "Họ tên đầu mối"),
    "addresses": ("Thư điện tử", "Email", "E-mail", "Thư điện tử đầu mối", "Email đầu mối"),
    "phone": ("Điện thoại", "Số điện thoại", "SĐT"),
    "head": ("Lãnh đạo", "Thủ trưởng", "Lãnh đạo đơn vị"),
    "head_addresses": ("Thư điện tử lãnh đạo", "Email lãnh đạo"),
    "parent": ("Trực thuộc", "Cấp trên"),
    "predecessors": ("Đơn vị trước", "Tiền thân"),
    "valid_from": ("Từ ngày", "Hiệu lực từ"),
    "valid_to": ("Đến ngày", "Hiệu lực đến"),
    "note": ("Ghi chú",),
}
HEADINGS: Mapping[str, str] = {field: names[0] for field, names in CAPTIONS.items()}
REQUIRED = ("name", "kind")
_SPLIT = re.compile(r"[;,\s]+")
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")


@dataclass(frozen=True)
class Row:
    """One row of the sheet: its number there, and its cells by field with their addresses."""

    number: int
    cells: Mapping[str, Raw]
    places: Mapping[str, str]

    def place(self, field: str) -> str:
        return f"ô {self.places[field]}" if field in self.places else f"dòng {self.number}"


@dataclass(frozen=True)
class UnitEntry:
    code: str
    name: str
    kind: UnitKind
    order: int
    contact: str = ""
    addresses: tuple[str, ...] = ()
    phone: str = ""
    head: str = ""
    head_addresses: tuple[str, ...] = ()
    parent: str = ""
    predecessors: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""


def field_of(caption: str) -> str | None:
    """The field a column heading stands for; None for a column of the office's own."""
    folded = fold(caption).rstrip(" *:")
    for field, names in CAPTIONS.items():
        if folded in {fold(name) for name in names}:
            return field
    return None


def read_register(rows: Sequence[Row]) -> tuple[list[UnitEntry], list[Problem], list[Problem]]:
    """Entries, mistakes (nothing may be stored while there is one) and warnings, each with its cell."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    read = [(row, entry) for row in rows if (entry := _entry(row, problems, warnings)) is not None]
    _find_duplicates(read, problems, warnings)
    _find_strangers({_code(row) for row in rows}, read, problems)
    return [entry for _, entry in read], problems, warnings


def _text(row: Row, field: str) -> str:
    raw = row.cells.get(field)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # a telephone number or a code typed as a number
    return "" if is_blank(raw) else one_line(str(raw))


def _code(row: Row) -> str:
    return _text(row, "code") or slug(_text(row, "name"))[:40]


def _entry(row: Row, problems: list[Problem], warnings: list[Problem]) -> UnitEntry | None:
    def text(field: str) -> str:
        return _text(row, field)

    before = len(problems)
    name = text("name")
    if not name:
        problems.append(Problem(row.place("name"), "chưa ghi tên đơn vị"))
    kind = _kind(row, text("kind"), problems)
    code = _code(row)
    if name and not _CODE.match(code):
        problems.append(Problem(row.place("code"), f"mã “{code}” chỉ được gồm chữ không dấu, số, gạch nối"))
    addresses = _addresses(row, "addresses", text("addresses"), problems)
    heads = _addresses(row, "head_addresses", text("head_addresses"), problems)
    valid_from, valid_to = (_day(row, field, problems) for field in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_from > valid_to:
        problems.append(Problem(row.place("valid_to"), "ngày kết thúc trước ngày bắt đầu"))
    order = _order(row, problems)
    if len(problems) > before or kind is None:
        return None
    if not addresses:
        warnings.append(
            Problem(row.place("addresses"), f"{name}: chưa có thư điện tử đầu mối, sẽ không gửi được phiếu")
        )
    return UnitEntry(
        code=code,
        name=name,
        kind=kind,
        order=order,
        contact=text("contact"),
        addresses=addresses,
        phone=text("phone"),
        head=text("head"),
        head_addresses=heads,
        parent=text("parent"),
        predecessors=tuple(one for one in _SPLIT.split(text("predecessors")) if one),
        valid_from=valid_from,
        valid_to=valid_to,
        note=text("note"),
    )


def _kind(row: Row, text: str, problems: list[Problem]) -> UnitKind | None:
    names = {fold(name): kind for kind, name in UNIT_KIND_NAMES.items()} | {fold(kind): kind for kind in UnitKind}
    kind = names.get(fold(text))
    if kind is None:
        choices = ", ".join(UNIT_KIND_NAMES.values())
        what = f"không có loại hình “{text}”" if text else "chưa ghi loại hình"
        problems.append(Problem(row.place("kind"), f"{what}; chọn trong: {choices}"))
    return kind


def _addresses(row: Row, field: str, text: str, problems: list[Problem]) -> tuple[str, ...]:
    """Several addresses in one cell, however they are separated; each once."""
    found = list(dict.fromkeys(one.strip("<>").lower() for one in _SPLIT.split(text) if one))
    for address in found:
        if not address_is_sound(address):
            problems.append(Problem(row.place(field), f"“{address}” không phải là địa chỉ thư điện tử"))
    return tuple(found)


def _day(row: Row, field: str, problems: list[Problem]) -> date | None:
    raw = row.cells.get(field)
    if is_blank(raw):
        return None
    try:
        # The office's own list, not a stranger's: its date cells are what they show.
        return date.fromisoformat(read_day(raw, asks_if_swapped=False)[0])
    except Refusal as refusal:
        problems.append(Problem(row.place(field), refusal.sentence))
        return None


def _order(row: Row, problems: list[Problem]) -> int:
    """The office's own order; the row's place in the sheet where it gives none."""
    raw = row.cells.get("order")
    if is_blank(raw):
        return row.number
    try:
        return int(read_number(raw, whole=True)[0])
    except Refusal as refusal:
        problems.append(Problem(row.place("order"), refusal.sentence))
        return row.number


def _find_duplicates(read: Sequence[tuple[Row, UnitEntry]], problems: list[Problem], warnings: list[Problem]) -> None:
    """A code twice is a mistake; a name or an address twice may be meant (two units, one mailbox)."""
    codes = Counter(entry.code.casefold() for _, entry in read)
    names = Counter(fold(entry.name) for _, entry in read)
    owners: dict[str, list[str]] = {}
    for _, entry in read:
        for address in entry.addresses:
            owners.setdefault(address, []).append(entry.name)
    for row, entry in read:
        if codes[entry.code.casefold()] > 1:
            problems.append(Problem(row.place("code"), f"mã “{entry.code}” bị trùng"))
        if names[fold(entry.name)] > 1:
            problems.append(Problem(row.place("name"), f"đơn vị “{entry.name}” có trong danh sách hơn một lần"))
        for address in entry.addresses:
            others = [name for name in owners[address] if name != entry.name]
            if others:
                warnings.append(Problem(row.place("addresses"), f"“{address}” dùng chung với {', '.join(others)}"))


def _find_strangers(codes: Set[str], read: Sequence[tuple[Row, UnitEntry]], problems: list[Problem]) -> None:
    """`codes` of all rows: a unit whose own row is wrong is still no stranger."""
    for row, entry in read:
        if entry.parent and entry.parent not in codes:
            problems.append(Problem(row.place("parent"), f"đơn vị cấp trên “{entry.parent}” không có trong danh sách"))
