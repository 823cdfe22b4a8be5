"""Compiling the year: an edition frozen with the hashes of what went in and what came out."""

import hashlib
import json
import secrets
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tasks.as_task import task
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.checklist import Checklist
from tasks.domain.deeds import Deed
from tasks.domain.errors import KiemtraError
from tasks.domain.results.facts import AssignmentFact, YearResults, checklists_of
from tasks.domain.results.remarks import remarks
from tasks.records import YearReport
from tasks.report import Report
from tasks.toolbox import Toolbox
from tasks.year_end.gathering import gather


def fingerprint(results: YearResults, wording: str) -> str:
    """A hash of all that an edition shows but its number and its moment: facts, outcomes, words and templates.

    Of the moment counts what it makes of the facts: who is late by now, which finding is overdue, which law in force.
    """
    day = house_day(results.as_of)
    shown = _fields(results, {"edition", "as_of", "assignments"})
    shown["assignments"] = [
        _fields(part, {"checklist"}) | {"asked": _name(part.checklist), "outcome": results.outcome(part)}
        for part in results.assignments
    ]
    shown["checklists"] = [
        [repr(checklist), *(item.basis_words(day) for item in checklist.items)]
        for checklist in checklists_of(results.assignments)
    ]
    shown["overdue"] = [finding.overdue(day) for finding in results.findings]
    shown["wording"] = [wording, day.year]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _fields(fact: YearResults | AssignmentFact, but: set[str]) -> dict[str, Any]:
    """Every field by its name, so that none can be forgotten."""
    return {one.name: repr(getattr(fact, one.name)) for one in fields(fact) if one.name not in but}


def _name(checklist: Checklist) -> str:
    return f"{checklist.code} {checklist.version}"


class Compiled(NamedTuple):
    row: YearReport
    is_new: bool
    results: YearResults


def compile_year(tools: Toolbox, year: int, as_of: datetime) -> Compiled:
    """The edition of these facts and whether it is new: the same facts give the same edition, never a second one."""
    with tools.sessions() as session:
        results = gather(session, year, as_of)
        if not results.rounds:
            raise KiemtraError(f"Năm {year} chưa có đợt nào được mở, chưa có gì để tổng hợp.")
    row = _edition(tools, year, fingerprint(results, tools.documents.wording), as_of)
    files = edition_files(tools, row)
    if files and all(path.is_file() for path in files.values()):
        return Compiled(row, False, results)
    # By the row, not by this run: whoever writes these files, now or again later, writes the same bytes.
    written = _write_files(tools, replace(results, edition=row.edition, as_of=row.as_of.astimezone(ZONE)))
    with tools.sessions.begin() as session:
        row = session.get_one(YearReport, row.id)
        row.files = written
    return Compiled(row, True, results)


def _edition(tools: Toolbox, year: int, print_: str, as_of: datetime) -> YearReport:
    """The row of these facts, written before its files; another run that takes its number sends us to the next."""
    same = select(YearReport).where(YearReport.year == year, YearReport.inputs_sha256 == print_)
    while True:
        try:
            with tools.sessions.begin() as session:
                row = session.scalar(same)
                if row is None:
                    edition = _next_edition(session, year)
                    row = YearReport(year=year, edition=edition, as_of=as_of, inputs_sha256=print_, files={})
                    session.add(row)
                return row
        except IntegrityError:
            continue


def _next_edition(session: Session, year: int) -> int:
    return (session.scalar(select(func.max(YearReport.edition)).where(YearReport.year == year)) or 0) + 1


def edition_files(tools: Toolbox, row: YearReport) -> dict[str, Path]:
    """Kind of document -> its file; stored relative to the results folder, so that a restored copy finds its own."""
    return {kind: tools.house.results_folder / file["path"] for kind, file in row.files.items()}


def _write_files(tools: Toolbox, results: YearResults) -> dict[str, Any]:
    folder = tools.house.results_folder / str(results.year) / f"ban-{results.edition}"
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "workbook": (f"Tong-hop-{results.year}-ban-{results.edition}.xlsx", tools.documents.year_workbook(results)),
        "report": (f"Bao-cao-{results.year}-ban-{results.edition}.docx", tools.documents.year_report(results)),
    }
    files = {}
    for kind, (name, data) in contents.items():
        path = folder / name
        partial = path.with_suffix(f"{path.suffix}.{secrets.token_hex(4)}.dang-ghi")
        partial.write_bytes(data)
        partial.replace(path)  # whole or not at all
        files[kind] = {
            "path": str(path.relative_to(tools.house.results_folder)),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    return files


# --- for the flows ---------------------------------------------------------------------------------------------


@task(name="tong-hop-nam")
def compile_results(tools: Toolbox, year: int, as_of: datetime) -> Report:
    done = compile_year(tools, year, as_of)
    report = Report()
    report.add(Deed.COMPILED if done.is_new else Deed.UNCHANGED)
    report.lines += [f"Bản {done.row.edition}: {path}" for path in edition_files(tools, done.row).values()]
    report.lines += _uncounted(done.results)
    return report


def _uncounted(results: YearResults) -> list[str]:
    """Values that no figure could take in: the year stands without them, and the office hears which they are."""
    return [
        f"Không tính được: {results.unit(part.unit).name}, đợt {part.round}, mục {one.code}: “{one.value}” {one.words}"
        for part in results.assignments
        for one in remarks(part)
        if one.code in part.unreadable
    ]
