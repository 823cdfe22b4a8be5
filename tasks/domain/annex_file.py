"""templates/annexes/*.toml: statistical tables, the report's outline and their cross-checks, shared by checklists."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tasks.domain.addressing import PLACES, REFERENCES, unknown_places
from tasks.domain.checklist import (
    NUMERIC,
    AnswerType,
    Basis,
    Check,
    CheckKind,
    Column,
    Item,
    Row,
    Section,
    Severity,
    StatTable,
    Use,
)
from tasks.domain.definition import Table

LIMITED = frozenset({CheckKind.WORKING_DAYS, CheckKind.DAYS, CheckKind.NOTICE})
COMPARED = frozenset({CheckKind.EQUAL, CheckKind.NOT_AFTER})
SENTENCE_WORDS: Mapping[str, str] = {"trai": "1", "phai": "2", "ty_le": "50%", "nguong": "3", "dong": "1"}
MOST_ROWS = 200
LONGEST_CODE = 40  # as an answer is stored
_CODE = re.compile(r"^[A-Za-z0-9_]+$")
# A table's sheet is called 'Bảng <number>', and the name of a sheet has at most 31 characters.
LONGEST_NUMBER = 26
_NOT_IN_NUMBER = re.compile(r"[\[\]:*?/\\'\n]")


@dataclass(frozen=True)
class Annexes:
    """What a checklist may include by its code."""

    tables: Mapping[str, StatTable] = field(default_factory=dict)
    headings: Mapping[str, Section] = field(default_factory=dict)
    narrative: Sequence[Item] = ()
    checks: Sequence[Check] = ()

    def codes(self) -> set[str]:
        written = {one.code for one in self.narrative} | {one.code for one in self.checks}
        return {*self.tables, *self.headings} | written

    def joined(self, other: "Annexes") -> "Annexes":
        return Annexes(
            {**self.tables, **other.tables},
            {**self.headings, **other.headings},
            (*self.narrative, *other.narrative),
            (*self.checks, *other.checks),
        )


def parse_annexes(table: Table) -> Annexes:
    """Raises DefinitionError with all mistakes."""
    tables = [stat_table_of(one) for one in table.tables("table")]
    headings = [_heading(one) for one in table.tables("heading")]
    annexes = Annexes(
        {one.code: one for one in tables},
        {one.code: one for one in headings},
        tuple(_narrative_item(one, {one.code for one in headings}) for one in table.tables("narrative")),
        tuple(check_of(one) for one in table.tables("check")),
    )
    for what, count, codes in (
        ("bảng số liệu", len(tables), annexes.tables),
        ("phần đề cương", len(headings), annexes.headings),
    ):
        if count != len(codes):
            table.wrong(None, f"mã {what} bị trùng trong tệp")
    table.finish()
    table.raise_if_wrong()
    return annexes


def complain_of_places(table: Table, item: Item) -> None:
    for key in ("question", "evidence", "why", "condition"):
        for word in unknown_places(getattr(item, key)):
            table.wrong(key, f"mục {item.code}: không có chỗ điền “{{{word}}}” (có: {', '.join(PLACES)})")


def _heading(table: Table) -> Section:
    heading = Section(table.text("code"), table.text("title"))
    table.finish()
    return heading


def _narrative_item(table: Table, headings: set[str]) -> Item:
    item = Item(
        code=table.text("code"),
        section=table.text("section"),
        question=table.text("question"),
        type=AnswerType.VAN_BAN,
        why=table.text("why", ""),
        evidence=table.text("evidence", ""),
        basis=tuple(basis_of(one) for one in table.tables("basis")),
        required=False,
        use=table.choice("use", Use, None),
    )
    if item.section and item.section not in headings:
        table.wrong("section", f"mục {item.code}: không có phần đề cương “{item.section}” trong [[heading]]")
    complain_of_places(table, item)
    table.finish()
    return item


def stat_table_of(table: Table) -> StatTable:
    stat = StatTable(
        code=table.text("code"),
        number=table.text("number"),
        title=table.text("title"),
        columns=tuple(_column(one) for one in table.tables("columns", required=True)),
        rows=tuple(_row(one) for one in table.tables("rows")),
        most_rows=table.integer("most_rows", 30),
        basis=tuple(basis_of(one) for one in table.tables("basis")),
        why=table.text("why", ""),
        note=table.text("note", ""),
    )
    _complain_of_codes(table, stat)
    if _NOT_IN_NUMBER.search(stat.number) or len(stat.number) > LONGEST_NUMBER:
        sentence = (
            f"số “{stat.number}” làm tên trang tính: nhiều nhất {LONGEST_NUMBER} ký tự, không có [ ] : * ? / \\ '"
        )
        table.wrong("number", f"bảng {stat.code}: {sentence}")
    if not 1 <= stat.most_rows <= MOST_ROWS:
        table.wrong("most_rows", f"bảng {stat.code}: số dòng nhiều nhất phải từ 1 đến {MOST_ROWS}")
    table.finish()
    return stat


def _complain_of_codes(table: Table, stat: StatTable) -> None:
    """'<table>.<row>.<column>' is stored with every figure: it must come apart again, and fit."""
    columns, rows = [column.code for column in stat.columns], [row.code for row in stat.rows]
    for key, what, codes in (("columns", "cột", columns), ("rows", "dòng", rows)):
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            table.wrong(key, f"bảng {stat.code}: mã {what} “{code}” bị trùng")
    for code in (stat.code, *columns, *rows):
        if code and not _CODE.match(code):
            table.wrong("code", f"bảng {stat.code}: mã “{code}” chỉ được gồm chữ không dấu, số và gạch dưới")
    longest = ".".join((stat.code, max((*rows, f"r{MOST_ROWS}"), key=len), max((*columns, ""), key=len)))
    if len(longest) > LONGEST_CODE:
        table.wrong("code", f"bảng {stat.code}: mã ô “{longest}” dài quá {LONGEST_CODE} ký tự; hãy đặt mã ngắn hơn")


def _column(table: Table) -> Column:
    type_ = table.choice("type", AnswerType)
    numeric = type_ in NUMERIC or type_ is AnswerType.TY_LE
    column = Column(
        code=table.text("code"),
        title=table.text("title"),
        type=type_,
        unit=table.text("unit", ""),
        group=table.text("group", ""),
        minimum=table.number("minimum", 0 if numeric else None),
        maximum=table.number("maximum", 100 if type_ is AnswerType.TY_LE else None),
        choices=tuple(table.texts("choices", [])),
        required=table.flag("required", False),
        total=table.flag("total", type_ in NUMERIC),
    )
    if numeric and not column.unit:
        table.wrong("unit", f"cột {column.code}: cột lấy số cần đơn vị tính “unit”")
    if type_ is AnswerType.CHON and len(column.choices) < 2:
        table.wrong("choices", f"cột {column.code}: cột lựa chọn cần ít nhất hai lựa chọn “choices”")
    if column.total and type_ not in NUMERIC:
        table.wrong("total", f"cột {column.code}: chỉ cộng được cột số")
    table.finish()
    return column


def _row(table: Table) -> Row:
    row = Row(table.text("code"), table.text("title"))
    table.finish()
    return row


def check_of(table: Table) -> Check:
    check = Check(
        code=table.text("code"),
        kind=table.choice("kind", CheckKind),
        severity=table.choice("severity", Severity),
        left=tuple(table.texts("left")),
        sentence=table.text("sentence"),
        right=tuple(table.texts("right", [])),
        limit=table.number("limit", None),
        share=table.text("share", ""),
        table=table.text("table", ""),
        when_column=table.text("when_column", ""),
        when_values=tuple(table.texts("when_values", [])),
        and_column=table.text("and_column", ""),
        and_values=tuple(table.texts("and_values", [])),
        basis=tuple(basis_of(one) for one in table.tables("basis")),
    )
    _complain(table, check)
    table.finish()
    return check


def _complain(table: Table, check: Check) -> None:
    name = f"kiểm tra chéo {check.code}"
    if check.kind in LIMITED and (check.limit is None or not check.right):
        table.wrong("limit", f"{name}: loại “{check.kind}” cần “right” và số ngày “limit”")
    elif check.kind in COMPARED and not check.right:
        table.wrong("right", f"{name}: loại “{check.kind}” cần “right”")
    elif check.kind not in LIMITED | COMPARED and bool(check.right) == (check.limit is not None):
        table.wrong("right", f"{name}: cần hoặc “right” hoặc “limit”, không cả hai")
    if check.share:
        try:
            Fraction(check.share)
        except (ValueError, ZeroDivisionError):
            table.wrong("share", f"{name}: “share” phải là một phân số, ví dụ “2/3”; đang là “{check.share}”")
    try:
        check.sentence.format(**SENTENCE_WORDS)
    except (KeyError, ValueError, IndexError, AttributeError):
        words = ", ".join(f"{{{word}}}" for word in SENTENCE_WORDS)
        table.wrong("sentence", f"{name}: câu chỉ được có các chỗ điền {words}")


def basis_of(table: Table) -> Basis:
    if "plan" in table:
        return _plan_basis(table)
    basis = Basis(
        document=table.text("document"),
        verified=table.flag("verified"),
        article=table.text("article", ""),
        clause=table.text("clause", ""),
        point=table.text("point", ""),
        from_=table.day("from", None),
        to=table.day("to", None),
        why=table.text("why", ""),
    )
    if basis.verified and basis.why:
        table.wrong("why", f"căn cứ {basis.document}: đã đối chiếu thì không có “why” (vì sao chưa đối chiếu)")
    if basis.from_ and basis.to and basis.from_ > basis.to:
        table.wrong("from", f"căn cứ {basis.document}: ngày hết hiệu lực trước ngày có hiệu lực")
    table.finish()
    return basis


def _plan_basis(table: Table) -> Basis:
    plan = table.text("plan")
    if plan not in REFERENCES:
        table.wrong("plan", f"không có việc “{plan}” của kế hoạch; chọn trong {', '.join(REFERENCES)}")
    table.finish()
    return Basis("Kế hoạch của cơ quan chủ trì", verified=True, plan=plan)


def table_terms(table: StatTable) -> dict[str, Any]:
    terms: dict[str, Any] = {name: getattr(table, name) for name in ("code", "number", "title", "most_rows")}
    terms |= {name: getattr(table, name) for name in ("why", "note") if getattr(table, name)}
    terms["columns"] = [_column_terms(column) for column in table.columns]
    terms["rows"] = [{"code": row.code, "title": row.title} for row in table.rows]
    terms["basis"] = [basis_terms(one) for one in table.basis]
    return terms


def _column_terms(column: Column) -> dict[str, Any]:
    simple = ("code", "title", "unit", "group", "minimum", "maximum", "required", "total")
    terms = {name: value for name in simple if (value := getattr(column, name)) is not None}
    return terms | {"type": column.type.value, "choices": list(column.choices)}


def check_terms(check: Check) -> dict[str, Any]:
    simple = ("code", "sentence", "share", "table", "when_column", "and_column", "limit")
    terms = {name: value for name in simple if (value := getattr(check, name)) not in ("", None)}
    terms |= {"kind": check.kind.value, "severity": check.severity.value}
    sides = {"left": check.left, "right": check.right}
    terms |= {name: list(codes) for name, codes in sides.items()}
    terms |= {"when_values": list(check.when_values), "and_values": list(check.and_values)}
    return terms | {"basis": [basis_terms(one) for one in check.basis]}


def basis_terms(basis: Basis) -> dict[str, Any]:
    if basis.plan:
        return {"plan": basis.plan}
    terms: dict[str, Any] = {
        "document": basis.document,
        "verified": basis.verified,
        "article": basis.article,
        "clause": basis.clause,
        "point": basis.point,
        "from": basis.from_.isoformat() if basis.from_ else None,
        "to": basis.to.isoformat() if basis.to else None,
        "why": basis.why or None,
    }
    return {key: value for key, value in terms.items() if value is not None}
