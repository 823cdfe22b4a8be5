"""The office's documents of the year: one workbook with every figure, one Word draft of the report."""

from functools import cached_property
from pathlib import Path

from infra.document.figures import VOCABULARY, in_official_order
from infra.document.prose import Prose
from infra.document.report import MARKS, year_report
from infra.document.year_workbook import NOTE_MARKS, year_workbook
from tasks.domain.results import YearResults

TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"


class OfficeDocuments:
    """Reads its templates when a document is first asked for: few processes ever write one.

    Raises DefinitionError when the office's wording cannot be used; `check` says so before the day it is needed.
    """

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._templates = templates

    @cached_property
    def _report(self) -> Prose:
        return Prose(self._templates / "bao-cao-nam.txt", VOCABULARY, MARKS.keys())

    @cached_property
    def _notes(self) -> Prose:
        return Prose(self._templates / "ghi-chu-tong-hop.txt", VOCABULARY, NOTE_MARKS)

    def check(self) -> list[str]:
        """Read all the wording now; the names of the files. Raises DefinitionError."""
        return [self._report.name, self._notes.name]

    def year_workbook(self, results: YearResults) -> bytes:
        return year_workbook(in_official_order(results), self._notes)

    def year_report(self, results: YearResults) -> bytes:
        return year_report(in_official_order(results), self._report)


__all__ = ["OfficeDocuments"]
