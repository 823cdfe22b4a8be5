"""The office's documents of the year: one workbook with every figure, one Word draft of the report."""

from pathlib import Path

from infra.document.figures import VOCABULARY, in_official_order
from infra.document.prose import Prose
from infra.document.report import MARKS, year_report
from infra.document.year_workbook import NOTE_MARKS, year_workbook
from tasks.domain.results import YearResults

TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"


class OfficeDocuments:
    """Reads its templates once; raises DefinitionError when the office's wording cannot be used."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._report = Prose(templates / "bao-cao-nam.txt", VOCABULARY, MARKS.keys())
        self._notes = Prose(templates / "ghi-chu-tong-hop.txt", VOCABULARY, NOTE_MARKS)

    def year_workbook(self, results: YearResults) -> bytes:
        return year_workbook(in_official_order(results), self._notes)

    def year_report(self, results: YearResults) -> bytes:
        return year_report(in_official_order(results), self._report)


__all__ = ["OfficeDocuments"]
