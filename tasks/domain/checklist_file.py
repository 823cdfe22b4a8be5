"""templates/checklists/*.toml -> Checklist, and back into the terms that a round keeps; every mistake with its line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from tasks.domain.annex_file import (
    LONGEST_CODE,
    Annexes,
    basis_of,
    basis_terms,
    check_of,
    check_terms,
    complain_of_places,
    stat_table_of,
    table_terms,
)
from tasks.domain.checklist import (
    NUMERIC,
    AnswerType,
    Check,
    Checklist,
    Frequency,
    Item,
    Lapse,
    Section,
    StatTable,
    UnitKind,
    Use,
)
from tasks.domain.definition import Table


class Coded(Protocol):
    @property
    def code(self) -> str: ...


T = TypeVar("T", bound=Coded)


def parse_checklist(
    table: Table, extends: Mapping[str, Checklist] | None = None, annexes: Annexes | None = None
) -> Checklist:
    """Raises DefinitionError with all mistakes. `annexes`: what may be included by its code (`tables`, `headings`)."""
    base = _base(table, extends or {})
    shared = annexes or Annexes()
    sections = [*(base.sections if base else ()), *(_section(one) for one in table.tables("section"))]
    own = table.tables("item")
    known = {section.code for section in sections}
    items = _joined(base.items if base else (), [(_item(one, known), one) for one in own], "mã mục")
    if not items:
        table.wrong(None, "bảng kiểm chưa có mục [[item]] nào")
    checklist = Checklist(
        code=_short(table, "code"),
        version=_short(table, "version"),
        title=table.text("title"),
        applies_to=tuple(_kinds(table, "applies_to")),
        effective_from=table.day("effective_from"),
        sections=tuple(sections),
        items=items,
        outline=_outline(table, base, shared),
        tables=_tables(table, base, shared),
    )
    checklist = replace(checklist, narrative=_narrative(table, base, shared, checklist.outline))
    checklist = replace(checklist, checks=_checks(table, base, shared, checklist))
    table.finish()
    table.raise_if_wrong()
    return checklist


def _base(table: Table, extends: Mapping[str, Checklist]) -> Checklist | None:
    code = table.text("extends", "")
    if code and code not in extends:
        table.wrong("extends", f"không có bảng kiểm “{code}” để kế thừa")
    return extends.get(code)


def _joined(inherited: Sequence[T], own: Sequence[tuple[T, Table]], what: str) -> tuple[T, ...]:
    seen = {one.code for one in inherited}
    for one, where in own:
        if one.code in seen:
            where.wrong("code", f"{what} “{one.code}” bị trùng")
        seen.add(one.code)
    return (*inherited, *(one for one, _ in own))


def _included(table: Table, key: str, shared: Mapping[str, T], what: str) -> list[T]:
    codes = table.texts(key, [])
    for code in codes:
        if code not in shared:
            table.wrong(key, f"không có {what} “{code}” trong templates/annexes")
    return [shared[code] for code in dict.fromkeys(codes) if code in shared]


def _outline(table: Table, base: Checklist | None, shared: Annexes) -> tuple[Section, ...]:
    inherited = [*(base.outline if base else ()), *_included(table, "headings", shared.headings, "phần đề cương")]
    return _joined(inherited, [(_section(one), one) for one in table.tables("heading")], "phần đề cương")


def _narrative(table: Table, base: Checklist | None, shared: Annexes, outline: tuple[Section, ...]) -> tuple[Item, ...]:
    codes = {part.code for part in outline}
    inherited = {item.code: item for item in (base.narrative if base else ())}
    inherited |= {item.code: item for item in shared.narrative if item.section in codes}
    own = [(_item(one, codes, required=False), one) for one in table.tables("narrative")]
    return _joined(list(inherited.values()), own, "mục đề cương")


def _tables(table: Table, base: Checklist | None, shared: Annexes) -> tuple[StatTable, ...]:
    inherited = [*(base.tables if base else ()), *_included(table, "tables", shared.tables, "bảng số liệu")]
    tables = _joined(inherited, [(stat_table_of(one), one) for one in table.tables("table")], "bảng số liệu")
    numbers = Counter(one.number.casefold() for one in tables)
    for one in tables:
        if numbers[one.number.casefold()] > 1:
            key = "table" if "table" in table else "tables"
            table.wrong(key, f"bảng {one.code}: số “{one.number}” bị trùng, mà mỗi bảng có một trang mang số của mình")
    return tables


def _checks(table: Table, base: Checklist | None, shared: Annexes, checklist: Checklist) -> tuple[Check, ...]:
    """A shared check comes with the tables that it speaks of; what a list says itself must be there to be judged."""
    inherited = {check.code: check for check in (base.checks if base else ())}
    inherited |= {check.code: check for check in shared.checks if not strangers(check, checklist)}
    own = [(check_of(one), one) for one in table.tables("check")]
    for check, where in own:
        if unknown := strangers(check, checklist):
            where.wrong("left", f"kiểm tra chéo {check.code}: không có mục {', '.join(unknown)}")
    return _joined(list(inherited.values()), own, "kiểm tra chéo")


def strangers(check: Check, checklist: Checklist) -> list[str]:
    """What the check names and the list does not have."""
    if not check.table:
        return [code for code in (*check.left, *check.right) if not checklist.has(code)]
    table = next((one for one in checklist.tables if one.code == check.table), None)
    if table is None:
        return [check.table]
    columns = {column.code for column in table.columns}
    named = (*check.left, *check.right, *filter(None, (check.when_column, check.and_column)))
    return [f"{check.table}.{code}" for code in named if code not in columns]


def _short(table: Table, key: str) -> str:
    """It is stored, and a form says whose it is in one name of Excel, which holds 255 characters."""
    text = table.text(key)
    if len(text) > LONGEST_CODE:
        table.wrong(key, f"“{key}” dài quá {LONGEST_CODE} ký tự; hãy đặt ngắn hơn")
    return text


def _kinds(table: Table, key: str, default: Any = ...) -> list[UnitKind]:
    kinds = []
    for name in table.texts(key, default):
        if name in set(UnitKind):
            kinds.append(UnitKind(name))
        else:
            table.wrong(key, f"không có loại hình “{name}”; chọn trong {', '.join(UnitKind)}")
    return kinds


def _section(table: Table) -> Section:
    section = Section(table.text("code"), table.text("title"))
    table.finish()
    return section


def _item(table: Table, sections: set[str], *, required: bool = True) -> Item:
    type_ = table.choice("type", AnswerType)
    item = Item(
        code=table.text("code"),
        section=table.text("section"),
        question=table.text("question"),
        type=type_,
        basis=tuple(basis_of(one) for one in table.tables("basis")),
        evidence=table.text("evidence", ""),
        why=table.text("why", ""),
        unit=table.text("unit", ""),
        minimum=table.number("minimum", 0 if type_ in NUMERIC or type_ is AnswerType.TY_LE else None),
        maximum=table.number("maximum", 100 if type_ is AnswerType.TY_LE else None),
        frequency=table.choice("frequency", Frequency, Frequency.NAM),
        condition=table.text("condition", ""),
        points=table.number("points", 0),
        knock_out=table.flag("knock_out", False),
        required=table.flag("required", required),
        choices=tuple(table.texts("choices", [])),
        continues=tuple(table.texts("continues", [])),
        lapses=tuple(_lapse(one) for one in table.tables("lapses")),
        numerator=tuple(table.texts("numerator", [])),
        denominator=tuple(table.texts("denominator", [])),
        use=table.choice("use", Use, None),
    )
    if item.type is AnswerType.CHON and len(item.choices) < 2:
        table.wrong("choices", f"mục {item.code}: câu hỏi lựa chọn cần ít nhất hai lựa chọn “choices”")
    if item.section and item.section not in sections:
        table.wrong("section", f"mục {item.code}: không có phần “{item.section}” trong [[section]]")
    if item.type in NUMERIC | {AnswerType.TY_LE} and not item.unit:
        table.wrong("unit", f"mục {item.code}: câu hỏi lấy số cần đơn vị tính “unit”")
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        table.wrong("minimum", f"mục {item.code}: minimum lớn hơn maximum")
    if item.points < 0:
        table.wrong("points", f"mục {item.code}: điểm không được âm")
    complain_of_places(table, item)
    table.finish()
    return item


def _lapse(table: Table) -> Lapse:
    lapse = Lapse(
        why=table.text("why"),
        from_=table.day("from", None),
        to=table.day("to", None),
        kinds=tuple(_kinds(table, "kinds", [])),
        whole=table.flag("whole", False),
    )
    table.finish()
    return lapse


def checklist_terms(checklist: Checklist) -> dict[str, Any]:
    """The checklist as JSON, in the shape that `parse_checklist` reads: a cycle keeps the terms it opened with."""
    terms: dict[str, Any] = {
        "code": checklist.code,
        "version": checklist.version,
        "title": checklist.title,
        "applies_to": [kind.value for kind in checklist.applies_to],
        "effective_from": checklist.effective_from.isoformat(),
        "section": [{"code": one.code, "title": one.title} for one in checklist.sections],
        "item": [_item_terms(item) for item in checklist.items],
    }
    further = {
        "heading": [{"code": one.code, "title": one.title} for one in checklist.outline],
        "narrative": [_item_terms(item) for item in checklist.narrative],
        "table": [table_terms(table) for table in checklist.tables],
        "check": [check_terms(check) for check in checklist.checks],
    }
    return terms | {key: some for key, some in further.items() if some}


def _item_terms(item: Item) -> dict[str, Any]:
    simple = ("code", "section", "question", "evidence", "why", "unit", "minimum", "maximum", "condition")
    terms: dict[str, Any] = {name: getattr(item, name) for name in (*simple, "points", "knock_out", "required")}
    terms |= {"type": item.type.value, "frequency": item.frequency.value}
    terms["basis"] = [basis_terms(one) for one in item.basis]
    lists = ("choices", "continues", "numerator", "denominator")
    terms |= {name: list(some) for name in lists if (some := getattr(item, name))}
    terms |= {"use": item.use.value} if item.use else {}
    terms |= {"lapses": [_lapse_terms(one) for one in item.lapses]} if item.lapses else {}
    return {key: value for key, value in terms.items() if value is not None}


def _lapse_terms(lapse: Lapse) -> dict[str, Any]:
    terms: dict[str, Any] = {"why": lapse.why, "whole": lapse.whole, "kinds": [kind.value for kind in lapse.kinds]}
    days = {"from": lapse.from_, "to": lapse.to}
    return terms | {name: day.isoformat() for name, day in days.items() if day}
