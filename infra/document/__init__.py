"""The office's documents: the year's workbook and Word report, and the official letters to late units."""

import hashlib
from collections.abc import Mapping, Set
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from infra.backup.manifest import program_version
from infra.document.answers_workbook import answers_workbook
from infra.document.chase import CHASE_MARKS, CHASE_WORDS, chase_letter
from infra.document.figures import VOCABULARY, in_official_order
from infra.document.prose import Prose
from infra.document.report import MARKS, year_report
from infra.document.year_workbook import NOTE_MARKS, year_workbook
from infra.own_files import chosen
from tasks.domain.answer_sheet import Answered
from tasks.domain.dossier import Chase
from tasks.domain.results.facts import YearResults

PROJECT = Path(__file__).parents[2]
TEMPLATES = PROJECT / "templates"
SHAPING = ("infra/document", "tasks/domain")


class OfficeDocuments:
    """Reads its templates when a document is first asked for: few processes ever write one.

    Raises DefinitionError when the office's wording cannot be used; `check` says so before the day it is needed.
    """

    def __init__(
        self, templates: Path = TEMPLATES, own: Path | None = None, texts: Mapping[str, str] | None = None
    ) -> None:
        """`texts`: words of an earlier day by the name of their file; they stand in for what the file has now."""
        self._templates, self._own, self._texts = templates, own, texts or {}

    @cached_property
    def _report(self) -> Prose:
        return self._prose("bao-cao-nam.txt", VOCABULARY, MARKS.keys())

    @cached_property
    def _notes(self) -> Prose:
        return self._prose("ghi-chu-tong-hop.txt", VOCABULARY, NOTE_MARKS)

    @cached_property
    def _chase(self) -> Prose:
        return self._prose("cong-van-don-doc.txt", CHASE_WORDS, CHASE_MARKS.keys())

    def _prose(self, name: str, names: Set[str], marks: Set[str]) -> Prose:
        path = chosen(f"documents/{name}", self._templates, self._own)
        return Prose(path, names, marks, self._texts.get(name))

    @property
    def wording(self) -> str:
        return self._report.source + self._notes.source

    @property
    def texts(self) -> dict[str, str]:
        return {one.name: one.source for one in (self._report, self._notes)}

    @cached_property
    def program(self) -> str:
        """The version and a hash of all that decides what the files look like: a checkout changes between versions."""
        shaping = sorted(path for folder in SHAPING for path in (PROJECT / folder).rglob("*.py"))
        hashed = hashlib.sha256(b"".join(path.read_bytes() for path in shaping))
        hashed.update("".join(f"{name} {version(name)}" for name in ("openpyxl", "python-docx", "jinja2")).encode())
        return f"{program_version()} ({hashed.hexdigest()[:8]})"

    def worded(self, texts: Mapping[str, str]) -> "OfficeDocuments":
        return OfficeDocuments(self._templates, self._own, texts)

    def check(self) -> list[str]:
        """Read all the wording now; the names of the files. Raises DefinitionError."""
        return [self._report.name, self._notes.name, self._chase.name]

    def year_workbook(self, results: YearResults) -> bytes:
        return year_workbook(in_official_order(results), self._notes)

    def year_report(self, results: YearResults) -> bytes:
        return year_report(in_official_order(results), self._report)

    def answers_workbook(self, answered: Answered) -> bytes:
        return answers_workbook(answered)

    def chase_letter(self, chase: Chase) -> bytes:
        return chase_letter(chase, self._chase)


__all__ = ["OfficeDocuments"]
