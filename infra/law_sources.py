"""Where the laws are cited under templates/: items, tables and checks by file and line, and texts that name a law."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from infra.definitions import FileDefinitions, read_table
from tasks.domain.checklist import Basis
from tasks.domain.clause import LawText, parse_law_text
from tasks.domain.definition import Table
from tasks.domain.errors import KiemtraError
from tasks.domain.law import Citation, Law, parse_laws
from tasks.domain.office import Office, parse_offices

TEXTS = ("checklists/*.toml", "annexes/*.toml", "letters/**/*", "documents/*", "plans/*.toml")
CITING = ("templates/checklists", "templates/annexes")


class LawSources:
    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._definitions = FileDefinitions(templates)

    @cached_property
    def laws(self) -> dict[str, Law]:
        return parse_laws(read_table(self._templates / "laws.toml", "templates/laws.toml"))

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        return parse_offices(read_table(self._templates / "laws.toml", "templates/laws.toml"))

    def law(self, code: str) -> Law:
        if code not in self.laws:
            raise KiemtraError(f"Không có văn bản “{code}”; hiện có: {', '.join(sorted(self.laws))}.")
        return self.laws[code]

    @cached_property
    def read_texts(self) -> dict[str, LawText]:
        """The clauses that were read, by document: templates/laws/*.toml."""
        files = sorted((self._templates / "laws").glob("*.toml"))
        texts = [parse_law_text(read_table(file, f"templates/laws/{file.name}")) for file in files]
        return {text.document: text for text in texts}

    def citations(self) -> list[Citation]:
        return [*self._of_checklists(), *self._of_annexes()]

    def texts(self) -> dict[str, list[str]]:
        """Everything that is written in running words: questions, letters, documents, plans."""
        files = sorted({file for pattern in TEXTS for file in self._templates.glob(pattern)})
        named = {f"templates/{file.relative_to(self._templates).as_posix()}": file for file in files}
        return {
            name: [line if _is_said(name, line) else "" for line in file.read_text(encoding="utf-8").splitlines()]
            for name, file in named.items()
            if file.suffix in {".txt", ".html", ".toml"}
        }

    def _of_checklists(self) -> Iterator[Citation]:
        for table in self._tables("checklists"):
            checklist = self._definitions.checklist(table.text("code"))
            for one in (*table.tables("item"), *table.tables("narrative")):
                item = checklist.item(one.text("code"))
                yield from _cited(one, item.code, item.question, item.basis)
            yield from _of_checks(table, checklist.code, {check.code: check.basis for check in checklist.checks})

    def _of_annexes(self) -> Iterator[Citation]:
        annexes = self._definitions.annexes
        for table in self._tables("annexes"):
            for one in table.tables("table"):
                stat = annexes.tables[one.text("code")]
                yield from _cited(one, stat.code, f"Bảng {stat.number}. {stat.title}", stat.basis)
            yield from _of_checks(table, "", {check.code: check.basis for check in annexes.checks})

    def _tables(self, kind: str) -> list[Table]:
        assert self._definitions.checklists  # all of them are whole, or the mistakes have been raised
        files = sorted((self._templates / kind).glob("*.toml"))
        return [read_table(file, f"templates/{kind}/{file.name}") for file in files]


def _is_said(name: str, line: str) -> bool:
    """A basis is a citation, which is listed by itself; a remark for editors is neither."""
    return not (line.startswith("#") or (name.startswith(CITING) and "document =" in line))


def _of_checks(table: Table, list_: str, bases: dict[str, tuple[Basis, ...]]) -> Iterator[Citation]:
    for one in table.tables("check"):
        code = one.text("code")
        yield from _cited(one, code, f"Kiểm tra chéo{f' của {list_}' if list_ else ''}", bases[code])


def _cited(table: Table, code: str, what: str, bases: tuple[Basis, ...]) -> Iterator[Citation]:
    for basis in bases:
        yield Citation(table.where("code"), code, what, basis, bases)
