"""The clauses of the laws that were read: whether what a basis cites is there, and what it says in short."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tasks.domain.checklist import Basis
from tasks.domain.definition import Table

_ONE = re.compile(r"^(\S+) (\d+)$")


@dataclass(frozen=True)
class LawText:
    """What was read of one document: its places ('Điều 11', 'Điều 11 khoản 2', 'Điều 45 khoản 1 điểm a') -> words."""

    document: str
    title: str
    source: str
    from_: date
    words: Mapping[str, str]
    to: date | None = None
    absent: frozenset[str] = frozenset()
    """Articles that are missing in what was read."""
    partial: bool = False
    """Only some articles were read: one that is not here may well exist."""
    secondary: bool = False
    """Read in a reprint, no official text: what cites it stays unverified."""


def parse_law_text(table: Table) -> LawText:
    """One file of templates/laws; raises DefinitionError with all mistakes."""
    words: dict[str, str] = {}
    for article in table.tables("article", required=True):
        number = article.text("number")
        if number in words:
            article.wrong("number", f"“{number}” bị trùng")
        words[number] = article.text("words", "") or article.text("title")
        article.text("title")
        clauses = article.table("clause", required=False)
        for place in [*clauses.keys()]:
            words[f"{number} {_outward(place)}"] = clauses.text(place)
        article.finish()
    text = LawText(
        document=table.text("document"),
        title=table.text("title"),
        source=table.text("source"),
        from_=table.day("from"),
        words=words,
        to=table.day("to", None),
        absent=frozenset(table.texts("absent", [])),
        partial=table.flag("partial", False),
        secondary=table.flag("secondary", False),
    )
    table.finish()
    table.raise_if_wrong()
    return text


def _outward(place: str) -> str:
    """'điểm a khoản 1' -> 'khoản 1 điểm a'."""
    point, found, clause = place.partition(" khoản ")
    return f"khoản {clause} {point}" if found else place


def places(basis: Basis) -> list[str]:
    """Everything the basis names, as a table of clauses knows it; 'khoản 1 đến khoản 7' is seven."""
    return [
        " ".join(part for part in (article, clause, basis.point) if part)
        for article in _several(basis.article)
        for clause in _several(basis.clause)
    ]


def _several(written: str) -> list[str]:
    named: list[str] = []
    for part in written.split(", "):
        first, _, last = part.partition(" đến ")
        begins, ends = _ONE.match(first), _ONE.match(last)
        if begins and ends and begins[1].casefold() == ends[1].casefold():
            named += [f"{begins[1]} {number}" for number in range(int(begins[2]), int(ends[2]) + 1)]
        else:
            named.append(part)
    return named


def misplaced(basis: Basis, texts: Mapping[str, LawText]) -> str:
    """What is wrong with the citation, as far as its document was read; '' if nothing is."""
    text = texts.get(basis.document)
    if text is None or not basis.article:
        return ""
    if basis.verified and text.secondary:
        return f"ghi là đã đối chiếu, mà {text.document} mới đọc ở bản đăng lại"
    for article in _several(basis.article):
        if article not in text.words and (article in text.absent or text.partial):
            return f"ghi là đã đối chiếu, mà bản đã đọc không có {article}" if basis.verified else ""
    gone = [place for place in places(basis) if place not in text.words]
    return f"{text.document} không có {_inward(gone[0])}" if gone else ""


def _inward(place: str) -> str:
    """'Điều 11 khoản 2' -> 'khoản 2 Điều 11', as laws are cited."""
    parts = re.findall(r"(?:Điều|khoản|điểm) \S+", place)
    return " ".join(reversed(parts)) or place


def short_words(basis: Basis, texts: Mapping[str, LawText]) -> str:
    """What the cited place says, in short; '' where it was not read."""
    text = texts.get(basis.document)
    found = [text.words[place] for place in places(basis) if place in text.words] if text else []
    return "; ".join(found)
