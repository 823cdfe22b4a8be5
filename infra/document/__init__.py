"""The office's documents: the year's workbook and Word report, and the official letters to late units."""

from functools import cached_property
from pathlib import Path

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

TEMPLATES = Path(__file__).parents[2] / "templates"


class OfficeDocuments:
    """Reads its templates when a document is first asked for: few processes ever write one.

    Raises DefinitionError when the office's wording cannot be used; `check` says so before the day it is needed.
    """

    def __init__(self, templates: Path = TEMPLATES, own: Path | None = None) -> None:
        self._templates, self._own = templates, own

    @cached_property
    def _report(self) -> Prose:
        return Prose(self._file("bao-cao-nam.txt"), VOCABULARY, MARKS.keys())

    @cached_property
    def _notes(self) -> Prose:
        return Prose(self._file("ghi-chu-tong-hop.txt"), VOCABULARY, NOTE_MARKS)

    @cached_property
    def _chase(self) -> Prose:
        return Prose(self._file("cong-van-don-doc.txt"), CHASE_WORDS, CHASE_MARKS.keys())

    def _file(self, name: str) -> Path:
        return chosen(f"documents/{name}", self._templates, self._own)

    @property
    def wording(self) -> str:
        return self._report.source + self._notes.source

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
