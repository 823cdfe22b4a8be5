"""What became of every item from one version of a checklist to the next, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from tasks.domain.checklist import Basis, Check, Checklist, Item, Lapse, Section, StatTable
from tasks.domain.vietnamese import number_text

ANOTHER_QUESTION = "-"
T = TypeVar("T", StatTable, Check)

# Field of an item -> how a person calls it.
FIELDS: Mapping[str, str] = {
    "section": "phần",
    "type": "kiểu trả lời",
    "unit": "đơn vị tính",
    "evidence": "minh chứng",
    "why": "lý do hỏi",
    "frequency": "tần suất",
    "condition": "điều kiện áp dụng",
    "points": "điểm",
    "knock_out": "điểm liệt",
    "required": "bắt buộc",
    "minimum": "số nhỏ nhất",
    "maximum": "số lớn nhất",
    "choices": "lựa chọn",
    "lapses": "khi nào không áp dụng",
}


def ancestors(old: Checklist, new: Checklist) -> dict[str, tuple[str, ...]]:
    """New item -> the old ones it continues: those it declares, else the one of the same code.

    `continues` may name the version it speaks of ('xa-2024:XA07'): of another list it is nothing here. An item is
    asked under the same code for good; where a law was misread, '-' says that its code asks something else now.
    """
    found = {}
    known = {item.code for item in (*old.items, *old.narrative)}
    for item in (*new.items, *new.narrative):
        named = _declared(item, old)
        declared = tuple(code for code in named if code in known)
        same = () if ANOTHER_QUESTION in named or item.code not in known else (item.code,)
        found[item.code] = declared or same
    return found


def _declared(item: Item, old: Checklist) -> list[str]:
    named = [one.rpartition(":") for one in item.continues]
    return [code for list_, _, code in named if not list_ or list_ in {old.code, f"{old.code}-{old.version}"}]


def difference(old: Checklist, new: Checklist) -> list[str]:
    """What was added, removed, merged, split, renamed, reworded, re-based; empty when nothing was."""
    lines = [*_heads(old, new), *_sections("Phần", old.sections, new.sections), *_items(old, new)]
    lines += _sections("Phần đề cương", old.outline, new.outline)
    lines += _others("Bảng số liệu", old.tables, new.tables)
    lines += _others("Kiểm tra chéo", old.checks, new.checks)
    return lines


def changed_codes(old: Checklist, new: Checklist) -> list[str]:
    """Items, tables and checks that are not as they were: added, gone, or said otherwise."""
    before, after = _parts(old), _parts(new)
    return [code for code in dict.fromkeys((*before, *after)) if before.get(code) != after.get(code)]


def _parts(checklist: Checklist) -> dict[str, object]:
    items = {one.code: one for one in (*checklist.items, *checklist.narrative)}
    tables = {one.code: one for one in checklist.tables}
    return {**items, **tables, **{one.code: one for one in checklist.checks}}


def _heads(old: Checklist, new: Checklist) -> Iterator[str]:
    if old.title != new.title:
        yield f"Tên: “{old.title}” → “{new.title}”"
    if old.applies_to != new.applies_to:
        yield f"Loại hình áp dụng: {', '.join(old.applies_to)} → {', '.join(new.applies_to)}"


def _sections(what: str, old: Sequence[Section], new: Sequence[Section]) -> Iterator[str]:
    before = {one.code: one.title for one in old}
    after = {one.code: one.title for one in new}
    yield from (f"Bỏ {what.lower()} {code} “{before[code]}”" for code in before if code not in after)
    for code, title in after.items():
        if code not in before:
            yield f"Thêm {what.lower()} {code} “{title}”"
        elif before[code] != title:
            yield f"{what} {code}: “{before[code]}” → “{title}”"


def _items(old: Checklist, new: Checklist) -> Iterator[str]:
    came_from = ancestors(old, new)
    heirs: dict[str, list[str]] = {}
    for code, before in came_from.items():
        for one in before:
            heirs.setdefault(one, []).append(code)
    for item in (*old.items, *old.narrative):
        if item.code not in heirs:
            yield f"Bỏ mục {item.code}: {item.question}"
        elif len(heirs[item.code]) > 1:
            yield f"Tách mục {item.code} thành {', '.join(heirs[item.code])}"
    for item in (*new.items, *new.narrative):
        yield from _became(item, [old.item(code) for code in came_from[item.code]], heirs)


def _became(item: Item, before: list[Item], heirs: Mapping[str, list[str]]) -> Iterator[str]:
    if not before:
        yield f"Thêm mục {item.code}: {item.question}"
    elif len(before) > 1:
        yield f"Gộp mục {', '.join(one.code for one in before)} thành {item.code}: {item.question}"
    elif len(heirs[before[0].code]) > 1 and before[0].code != item.code:
        yield f"Mục {item.code} (tách từ {before[0].code}): {item.question}"
    else:
        if before[0].code != item.code:
            yield f"Đổi mã mục {before[0].code} thành {item.code}"
        yield from _changes(before[0], item)


def _changes(old: Item, new: Item) -> Iterator[str]:
    if old.question != new.question:
        yield f"Mục {new.code} đổi câu hỏi: “{old.question}” → “{new.question}”"
    if old.basis != new.basis:
        yield f"Mục {new.code} đổi căn cứ: {_bases(old.basis)} → {_bases(new.basis)}"
    for field, name in FIELDS.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield f"Mục {new.code} đổi {name}: {_words(before)} → {_words(after)}"


def _bases(bases: Sequence[Basis]) -> str:
    return "; ".join(basis.dated_words() for basis in bases) or "(không có)"


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, tuple):
        return ", ".join(one.words() if isinstance(one, Lapse) else str(one) for one in value) or "(trống)"
    return f"“{value}”" if value else "(trống)"


def _others(what: str, old: Sequence[T], new: Sequence[T]) -> Iterator[str]:
    before, after = {one.code: one for one in old}, {one.code: one for one in new}
    yield from (f"Bỏ {what.lower()} {code}" for code in before if code not in after)
    for code, one in after.items():
        if code not in before:
            yield f"Thêm {what.lower()} {code}"
        elif before[code] != one:
            yield f"{what} {code} đã đổi{_table_words(before[code], one)}"


def _table_words(old: object, new: object) -> str:
    if not isinstance(old, StatTable) or not isinstance(new, StatTable):
        return ""
    before, after = ({column.code: column.name for column in table.columns} for table in (old, new))
    added = [f"thêm cột “{title}”" for code, title in after.items() if code not in before]
    gone = [f"bỏ cột “{title}”" for code, title in before.items() if code not in after]
    return ": " + ", ".join((*added, *gone)) if added or gone else ""
