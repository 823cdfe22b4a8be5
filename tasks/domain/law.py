"""Laws that change on a day: which items and templates cite them, and whether a citation still holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tasks.domain.checklist import Basis
from tasks.domain.definition import Table
from tasks.domain.vietnamese import day_text


@dataclass(frozen=True)
class Change:
    """From a day on, another document amends these articles (none named: any of them), or ends the law."""

    on: date
    by: str
    what: str
    verified: bool
    articles: tuple[str, ...] = ()
    ends: bool = False

    def touches(self, basis: Basis) -> bool:
        return not self.articles or not basis.article or basis.article in self.articles


@dataclass(frozen=True)
class Law:
    code: str
    document: str
    title: str
    verified: bool
    from_: date | None
    """None: known to be in force, but not since when."""
    to: date | None = None
    changes: tuple[Change, ...] = ()

    @property
    def number(self) -> str:
        """What a text says when it means this law: '10/2022/QH15'."""
        return next((word for word in self.document.split() if "/" in word), self.document)


@dataclass(frozen=True)
class Citation:
    """One basis, where it stands, and its neighbours under the same item: one of them may take over."""

    where: str
    code: str
    what: str
    basis: Basis
    beside: tuple[Basis, ...] = ()


def parse_laws(table: Table) -> dict[str, Law]:
    """templates/laws.toml -> laws by code; raises DefinitionError with all mistakes."""
    laws: dict[str, Law] = {}
    for one in table.tables("law", required=True):
        law = _law(one)
        if law.code in laws:
            one.wrong("code", f"mã văn bản “{law.code}” bị trùng")
        laws[law.code] = law
    table.raw("office")  # the same file says which offices there are: tasks/domain/office.py
    table.finish()
    table.raise_if_wrong()
    return laws


def _law(table: Table) -> Law:
    law = Law(
        code=table.text("code"),
        document=table.text("document"),
        title=table.text("title"),
        verified=table.flag("verified"),
        from_=table.day("from", None),
        to=table.day("to", None),
        changes=tuple(sorted((_change(one) for one in table.tables("change")), key=lambda change: change.on)),
    )
    if law.to and law.from_ and law.to < law.from_:
        table.wrong("to", f"{law.document}: ngày hết hiệu lực trước ngày có hiệu lực")
    table.finish()
    return law


def _change(table: Table) -> Change:
    change = Change(
        on=table.day("on"),
        by=table.text("by"),
        what=table.text("what"),
        verified=table.flag("verified"),
        articles=tuple(table.texts("articles", [])),
        ends=table.flag("ends", False),
    )
    table.finish()
    return change


def citing(law: Law, citations: Iterable[Citation]) -> list[Citation]:
    """By the number: '(Tiếp cận thông tin)' after it is for people."""
    return [one for one in citations if one.basis.document == law.document or law.number in one.basis.document.split()]


def standing(law: Law, citation: Citation, on: date) -> str:
    """Whether the citation may be used that day, and if not, what to look at instead."""
    basis = citation.basis
    begins, ends = basis.from_ or law.from_, _earliest(basis.to, law.to)
    if begins is None:
        return "chưa rõ ngày có hiệu lực, phải xem văn bản gốc"
    if on < begins:
        return f"chưa có hiệu lực, từ {day_text(begins)}"
    if ends and on > ends:
        return f"hết hiệu lực sau ngày {day_text(ends)}{_instead(citation, ends, on)}"
    # What was already in force when this citation begins has been read into it.
    due = [change for change in law.changes if begins < change.on <= on and change.touches(basis)]
    if any(change.ends for change in due):
        return "; ".join(f"thay bằng {change.by} từ {day_text(change.on)}" for change in due if change.ends)
    if due:
        return "phải rà lại: " + "; ".join(f"{change.by} sửa từ {day_text(change.on)}" for change in due)
    return "còn hiệu lực" if basis.verified else "còn hiệu lực, chưa đối chiếu văn bản gốc"


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _instead(citation: Citation, ended: date, on: date) -> str:
    others = [one.name() for one in citation.beside if one.from_ and one.from_ > ended and one.in_force(on)]
    return f"; cùng mục có {', '.join(dict.fromkeys(others))}" if others else ""


def validity(basis: Basis, law: Law) -> str:
    """'từ 01/07/2023 đến 30/06/2025'."""
    begins, ends = basis.from_ or law.from_, _earliest(basis.to, law.to)
    return _days(begins, ends)


def _days(begins: date | None, ends: date | None) -> str:
    since = f"từ {day_text(begins)}" if begins else "chưa rõ từ ngày nào"
    return since + (f" đến {day_text(ends)}" if ends else "")


def in_force(law: Law) -> str:
    return _days(law.from_, law.to)


def mentions(law: Law, texts: Mapping[str, Sequence[str]]) -> list[str]:
    """Places in templates (letters, documents, plans) where the law is named in running text."""
    return [
        f"{file}, dòng {number}: {line.strip()}"
        for file, lines in texts.items()
        for number, line in enumerate(lines, start=1)
        if law.number in line
    ]
