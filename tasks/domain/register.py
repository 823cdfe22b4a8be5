"""The register of units as an office keeps it in Excel: rows -> entries, with every mistake by its cell."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date
from enum import StrEnum

from tasks.domain.cell import Raw, Refusal, is_blank
from tasks.domain.checklist import COMMUNES, UNIT_KIND_NAMES, UnitKind
from tasks.domain.errors import Problem
from tasks.domain.mime import address_is_sound
from tasks.domain.typed_day import read_day
from tasks.domain.typed_number import read_number
from tasks.domain.vietnamese import fold, one_line, same_spelling

# Captions an office may use -> the field; compared without tones and case.
CAPTIONS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã đơn vị"),
    "name": ("Tên đơn vị", "Tên", "Đơn vị"),
    "kind": ("Loại hình", "Loại"),
    "order": ("Thứ tự",),
    "contact": ("Đầu mối", "Người phụ trách", "Họ tên đầu mối", "Cán bộ đầu mối"),
    "addresses": ("Thư điện tử", "Email", "E-mail", "Thư điện tử đầu mối", "Email đầu mối"),
    "phone": ("Điện thoại", "Số điện thoại", "SĐT", "Điện thoại đầu mối"),
    "head": ("Lãnh đạo", "Thủ trưởng", "Lãnh đạo đơn vị"),
    "head_addresses": ("Thư điện tử lãnh đạo", "Email lãnh đạo"),
    "parent": ("Trực thuộc", "Cấp trên"),
    "predecessors": ("Đơn vị trước", "Tiền thân"),
    "valid_from": ("Từ ngày", "Hiệu lực từ"),
    "valid_to": ("Đến ngày", "Hiệu lực đến"),
    "note": ("Ghi chú",),
    "addressee": ("Kính gửi", "Danh xưng"),
}
HEADINGS: Mapping[str, str] = {field: names[0] for field, names in CAPTIONS.items()}
LINE = "line"
LINE_CAPTIONS = ("STT", "TT", "Số TT", "Số thứ tự")
"""The running number of a list; in one that is only a part, it is no official order."""
REQUIRED = ("name", "kind")
# What a caption in two lines says below "Đầu mối" or "Lãnh đạo".
BELOW: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "contact": {
        "contact": ("Họ và tên", "Họ tên", "Tên"),
        "addresses": CAPTIONS["addresses"],
        "phone": CAPTIONS["phone"],
    },
    "head": {"head": ("Họ và tên", "Họ tên", "Tên"), "head_addresses": CAPTIONS["addresses"]},
}
KIND_ALIASES: Mapping[str, UnitKind] = {
    "phong ban": UnitKind.CO_QUAN,
    "phong, ban": UnitKind.CO_QUAN,
    "phong chuyen mon": UnitKind.CO_QUAN,
    "co quan": UnitKind.CO_QUAN,
    "truong": UnitKind.TRUONG_HOC,
    "su nghiep": UnitKind.DON_VI_SU_NGHIEP,
}
_SPLIT = re.compile(r"[;,\s]+")
_ADDRESSED = re.compile(r"^(?:kính gửi|kính gởi)\s*:?\s*", re.IGNORECASE)  # the letter says it itself
_COMMITTEE = re.compile(r"(?:ubnd|uy ban)\b")
_NOT_YET = frozenset(
    fold(one)
    for one in (
        "chưa có", "chưa", "chưa rõ", "chưa cập nhật", "chưa cung cấp", "không", "không có", "không rõ", "ko", "ko có",
        "k", "đang cập nhật", "đang bổ sung", "cập nhật sau", "bổ sung sau", "sẽ bổ sung", "sẽ cập nhật", "trống",
        "-", "--", "---", "–", "—", "/", ".", "..", "...", "…", "0", "n/a", "na", "none", "no",
    )
)  # fmt: skip
"""What people write into the column of addresses where there is none."""
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")


class Off(StrEnum):
    """Why a row may not be meant any more."""

    HIDDEN = "đang bị ẩn"
    STRUCK = "bị gạch ngang"


class OffRows(StrEnum):
    """What becomes of such rows."""

    ASK = "ask"
    TAKE = "take"
    LEAVE = "leave"


@dataclass(frozen=True)
class Row:
    """One row of the sheet: its number there, and its cells by field with their addresses."""

    number: int
    cells: Mapping[str, Raw]
    places: Mapping[str, str]
    sheet: str = ""
    """Named where the list has several."""
    off: Off | None = None
    uncomputed: tuple[str, ...] = ()
    """Fields whose formula the file holds without its value."""

    def place(self, field: str) -> str:
        where = f"ô {self.places[field]}" if field in self.places else f"dòng {self.number}"
        return f"{where} (trang “{self.sheet}”)" if self.sheet else where


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
    addressee: str = ""
    given: frozenset[str] = kept(default=frozenset(), compare=False)
    """The columns of the list, where it is one: a column that is not there says nothing."""
    place: str = kept(default="", compare=False)


def field_of(caption: str) -> str | None:
    """The field a column heading stands for; None for a column of the office's own."""
    folded = fold(caption).rstrip(" *:")
    for field, names in CAPTIONS.items():
        if folded in {fold(name) for name in names}:
            return field
    return LINE if folded in {fold(name) for name in LINE_CAPTIONS} else None


def field_below(group: str, caption: str) -> str | None:
    """The field of a caption under another one: Email under Lãnh đạo is not the contact's."""
    folded = fold(caption).rstrip(" *:")
    for found, names in BELOW.get(field_of(group) or "", {}).items():
        if folded in {fold(name) for name in names}:
            return found
    return None


def form_of_address(name: str, kind: UnitKind, written: str = "") -> str:
    """After “Kính gửi”: as the list has it, else a commune by its committee, everybody else by name."""
    if written or kind not in COMMUNES or _COMMITTEE.match(fold(name)):
        return written or name
    word = UNIT_KIND_NAMES[kind].lower()
    return f"UBND {word}{name[len(word) :]}" if fold(name).startswith(f"{fold(word)} ") else f"UBND {word} {name}"


def read_register(
    rows: Sequence[Row], off_rows: OffRows = OffRows.ASK, stored: Sequence[UnitEntry] | None = None
) -> tuple[list[UnitEntry], list[Problem], list[Problem]]:
    """Entries, mistakes (nothing may be stored while there is one) and warnings, each with its cell.

    `stored`: the units that are there, of which one may be named as a parent; None where nobody knows them.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    meant = [row for row in rows if _is_meant(row, off_rows, problems, warnings)]
    units = [row for row in meant if not _is_beside_the_list(row, meant, warnings)]
    one_sheet = len({row.sheet for row in units}) == 1
    parents = None if stored is None else _may_be_parents(rows, stored)
    read: list[tuple[Row, UnitEntry]] = []
    for place, row in enumerate(units, start=1):
        if parents is not None and (parent := _text(row, "parent")) and same_spelling(parent) not in parents:
            problems.append(Problem(row.place("parent"), f"đơn vị cấp trên “{parent}” không có trong danh sách"))
        if (entry := _entry(row, row.number if one_sheet else place, problems, warnings)) is not None:
            read.append((row, entry))
    _find_duplicates(read, problems, warnings)
    return [entry for _, entry in read], problems, warnings


def _may_be_parents(rows: Sequence[Row], stored: Sequence[UnitEntry]) -> set[str]:
    """By code or by name; a row that is wrong in another cell is there all the same."""
    listed = (_text(row, field) for row in rows for field in ("code", "name"))
    known = (one for unit in stored for one in (unit.code, unit.name))
    return {same_spelling(one) for one in (*listed, *known) if one}


def _is_meant(row: Row, off_rows: OffRows, problems: list[Problem], warnings: list[Problem]) -> bool:
    if row.off is None or off_rows is OffRows.TAKE:
        return True
    name = _text(row, "name") or "(không tên)"
    if off_rows is OffRows.LEAVE:
        warnings.append(Problem(f"dòng {row.number}", f"bỏ qua “{name}”, {row.off.value}"))
    else:
        what = f"“{name}” {row.off.value}: nhận thì thêm --off-rows take, bỏ qua thì thêm --off-rows leave"
        problems.append(Problem(f"dòng {row.number}", what))
    return False


_ABOUT_A_UNIT = ("code", "kind", "contact", "addresses", "phone", "head", "head_addresses")
_TOTAL = re.compile(r"(tong|cong)\b")


def _is_beside_the_list(row: Row, rows: Sequence[Row], warnings: list[Problem]) -> bool:
    """Headings of groups, totals, place and signature below: named, so that a unit among them is missed by a person."""
    name = _text(row, "name")
    if name and (any(_text(row, one) for one in _ABOUT_A_UNIT) or _text(row, LINE).isdecimal()):
        return False
    if name:
        what = "dòng tổng" if _TOTAL.match(fold(name)) else "tiêu đề nhóm"
        warnings.append(Problem(row.place("name"), f"bỏ qua “{name}” ({what}, không ghi loại hình)"))
        return True
    below = rows[rows.index(row) :]
    if any(_text(one, "name") or _text(one, "code") or _text(one, "kind") for one in below):
        return False
    words = next((found for one in row.cells if (found := _text(row, one))), "")
    warnings.append(Problem(row.place("name"), f"bỏ qua “{words}” (dưới danh sách, không có tên đơn vị)"))
    return True


def _text(row: Row, field: str) -> str:
    raw = row.cells.get(field)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # a telephone number or a code typed as a number
    if field == "phone" and isinstance(raw, int):
        return _phone(raw)
    return "" if is_blank(raw) else one_line(str(raw).replace("_x000D_", " "))


def _phone(number: int) -> str:
    """A number cell has lost the 0 that every number within the country begins with."""
    digits = str(number)
    return digits if digits.startswith("84") and len(digits) > 10 else f"0{digits}"


def _entry(row: Row, place: int, problems: list[Problem], warnings: list[Problem]) -> UnitEntry | None:
    def text(field: str) -> str:
        return _text(row, field)

    before = len(problems)
    for one in row.uncomputed:
        problems.append(Problem(row.place(one), "công thức chưa có giá trị; mở tệp bằng Excel, lưu lại rồi nhập"))
    name, code = text("name"), text("code")
    if not name and "name" not in row.uncomputed:
        problems.append(Problem(row.place("name"), "chưa ghi tên đơn vị"))
    kind = None if "kind" in row.uncomputed else _kind(row, text("kind"), problems)
    if code and not _CODE.match(code):
        problems.append(Problem(row.place("code"), f"mã “{code}” chỉ được gồm chữ không dấu, số, gạch nối"))
    addresses = _addresses(row, "addresses", problems)
    heads = _addresses(row, "head_addresses", problems)
    valid_from, valid_to = (_day(row, field, problems) for field in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_from > valid_to:
        problems.append(Problem(row.place("valid_to"), "ngày kết thúc trước ngày bắt đầu"))
    order = _order(row, place, problems)
    if len(problems) > before or kind is None:
        return None
    if not addresses and "addresses" in row.cells:
        written = f" (ô ghi “{text('addresses')}”)" if text("addresses") else ""
        warnings.append(
            Problem(row.place("addresses"), f"{name}: chưa có thư điện tử đầu mối{written}, sẽ không gửi được phiếu")
        )
    return UnitEntry(
        code=code,
        name=name,
        kind=kind,
        order=order,
        addressee=_ADDRESSED.sub("", text("addressee")),
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
        given=frozenset(row.cells),
        place=row.place("name"),
    )


def _kind(row: Row, text: str, problems: list[Problem]) -> UnitKind | None:
    names = {fold(name): kind for kind, name in UNIT_KIND_NAMES.items()} | {fold(kind): kind for kind in UnitKind}
    names = {**KIND_ALIASES, **names}
    kind = names.get(fold(text))
    if kind is None:
        choices = ", ".join(UNIT_KIND_NAMES.values())
        what = f"không có loại hình “{text}”" if text else "chưa ghi loại hình"
        problems.append(Problem(row.place("kind"), f"{what}; chọn trong: {choices}"))
    return kind


def _addresses(row: Row, field: str, problems: list[Problem]) -> tuple[str, ...]:
    """Several addresses in one cell, however they are separated; each once. “Chưa có” is none."""
    text = _text(row, field)
    if fold(text).strip() in _NOT_YET:
        return ()
    found = list(dict.fromkeys(one.strip("<>").lower() for one in _SPLIT.split(text) if one))
    if not any("@" in one for one in found) and text:  # words, and not one mistake for each of them
        problems.append(Problem(row.place(field), f"“{text}” không phải là địa chỉ thư điện tử; chưa có thì để trống"))
        return ()
    for address in found:
        if why := _why_unsound(address):
            problems.append(Problem(row.place(field), f"“{address}” {why}"))
    return tuple(found)


def _why_unsound(address: str) -> str:
    if not address_is_sound(address):
        return "không phải là địa chỉ thư điện tử"
    domain = address.rpartition("@")[2]
    return "" if "." in domain else f"thiếu phần đuôi của tên miền, ví dụ {domain}.gov.vn"


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


def _order(row: Row, place: int, problems: list[Problem]) -> int:
    """The office's own order; the row's place in the list where it gives none."""
    raw = row.cells.get("order")
    if is_blank(raw):
        return place
    try:
        return int(read_number(raw, whole=True)[0])
    except Refusal as refusal:
        problems.append(Problem(row.place("order"), refusal.sentence))
        return place


def _find_duplicates(read: Sequence[tuple[Row, UnitEntry]], problems: list[Problem], warnings: list[Problem]) -> None:
    """A code twice is a mistake, and a name twice of one kind under one parent; an address twice may be meant (two
    units, one mailbox)."""
    codes = Counter(entry.code.casefold() for _, entry in read if entry.code)
    names = Counter(_who(entry) for _, entry in read)
    owners: dict[str, list[str]] = {}
    for _, entry in read:
        for address in entry.addresses:
            owners.setdefault(address, []).append(entry.name)
    for row, entry in read:
        if codes[entry.code.casefold()] > 1:
            problems.append(Problem(row.place("code"), f"mã “{entry.code}” bị trùng"))
        if names[_who(entry)] > 1:
            problems.append(Problem(row.place("name"), f"đơn vị “{entry.name}” có trong danh sách hơn một lần"))
        for address in entry.addresses:
            others = [name for name in owners[address] if name != entry.name]
            if others:
                warnings.append(Problem(row.place("addresses"), f"“{address}” dùng chung với {', '.join(others)}"))


def _who(entry: UnitEntry) -> tuple[str, UnitKind, str]:
    return same_spelling(entry.name), entry.kind, same_spelling(entry.parent)
