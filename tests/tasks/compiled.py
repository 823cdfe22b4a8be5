"""A year as the office gets it: compiled by the flow's own task, then read out of the files that it wrote."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
from sqlalchemy import select

from tasks.records import YearReport
from tasks.report import Report
from tasks.year_end.editions import compile_results, edition_files
from tests.tasks.world import World, office_clock

REPORT_OPENS = "2025-10-01 07:35"
REPORT_ROUND = "bao-cao-nam"


@dataclass(frozen=True)
class Compiled:
    edition: int
    report: Report
    book: Any
    word: Any

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        """The lines under the header of a sheet, by caption."""
        rows = [[_day(cell) for cell in row] for row in self.book[sheet].iter_rows(values_only=True)]
        head = next(at for at, row in enumerate(rows) if sum(value is not None for value in row) > 1)
        return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]

    def row(self, sheet: str, **where: Any) -> dict[str, Any]:
        """The one line whose cells hold these; a caption's spaces are written as underscores."""
        wanted = {caption.replace("_", " "): value for caption, value in where.items()}
        (found,) = [row for row in self.rows(sheet) if wanted.items() <= row.items()]
        return found

    def texts(self, sheet: str) -> str:
        cells = (cell for row in self.book[sheet].iter_rows(values_only=True) for cell in row)
        return "\n".join(str(cell) for cell in cells if cell is not None)

    @property
    def prose(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.word.paragraphs)

    def line(self, start: str) -> str:
        """The one paragraph of the report that begins so."""
        (found,) = [one.text for one in self.word.paragraphs if one.text.startswith(start)]
        return str(found)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def compiled(world: World, when: str | datetime) -> Compiled:
    """Where nothing has changed since, the files of the edition that there is."""
    report = compile_results.fn(world.tools, 2025, office_clock(when))
    words = "\n".join(report.lines)
    with world.sessions() as session:
        editions = session.scalars(select(YearReport).order_by(YearReport.edition)).all()
    row = next(one for one in editions if f"Bản {one.edition}:" in words)
    files: dict[str, Path] = edition_files(world.tools, row)
    return Compiled(row.edition, report, openpyxl.load_workbook(files["workbook"]), docx.Document(files["report"]))  # type: ignore[arg-type]


def report_round(world: World) -> World:
    """The round of the yearly report opens for all six units, due by the end of 30 October."""
    world.open(REPORT_OPENS)
    world.send(REPORT_OPENS)
    return world


def reports(world: World, unit: str, when: str, answers: dict[str, object]) -> None:
    """The unit fills in the form of the yearly report, and the office takes it in at once."""
    world.mail(unit, when, world.filled(unit, answers, REPORT_ROUND), round_=REPORT_ROUND)
    world.collect(when)
