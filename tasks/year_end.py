"""Compiling the year: facts out of the rows, an edition frozen with the hashes of what went in and what came out."""

import hashlib
import json
import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from tasks.answers import counting_replies, merge
from tasks.as_task import task
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.checklist import Checklist
from tasks.domain.checklist_file import parse_checklist
from tasks.domain.deeds import Deed
from tasks.domain.definition import Table
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import ExtensionState, last_day
from tasks.domain.ladder import rung_titles
from tasks.domain.letterbox import LetterState
from tasks.domain.plan import ROUND_KIND_NAMES, Plan, RoundKind, due_words
from tasks.domain.plan_file import round_from_terms
from tasks.domain.results.facts import AssignmentFact, FindingFact, RoundFact, UnitFact, YearResults
from tasks.domain.results.remarks import readable, remarks
from tasks.planning import current_plan
from tasks.records import Assignment, Cycle, Extension, Finding, Letter, Round, Unit, YearReport
from tasks.report import Report
from tasks.toolbox import Toolbox

LEFT = (LetterState.SENT, LetterState.UNCERTAIN)


def gather(session: Session, year: int, as_of: datetime) -> YearResults:
    """Every unit and every round of the year as they stand; raises KiemtraError when the year has no plan."""
    plan = current_plan(session, year)
    rounds = list(session.scalars(select(Round).where(Round.year == year).order_by(Round.opens_on, Round.id)))
    cycles = _cycles(session, year)
    assignments = [fact for cycle in cycles for fact in _assignment_facts(session, cycle)]
    findings = session.scalars(select(Finding).where(Finding.year == year).order_by(Finding.number)).all()
    asked = {fact.unit for fact in assignments} | {finding.unit.code for finding in findings}
    return YearResults(
        year=year,
        edition=0,
        as_of=as_of,
        authority=plan.authority.name,
        superior=plan.authority.superior,
        place=plan.authority.place,
        symbol=plan.authority.symbol,
        signer_title=plan.authority.signer_title,
        signer_name=plan.authority.signer_name,
        recipients=plan.authority.recipients,
        plan_title=plan.title,
        legal_bases=tuple(basis.words() for basis in plan.legal_bases),
        units=tuple(_unit_facts(session, asked, year)),
        rounds=tuple(_round_fact(one, {cycle.round_id: cycle for cycle in cycles}) for one in rounds if _happened(one)),
        assignments=tuple(assignments),
        findings=tuple(_finding_fact(one) for one in findings),
        rung_names=rung_titles(list(plan.ladders.values())),
        report_round=_report_round(plan),
    )


def _cycles(session: Session, year: int) -> list[Cycle]:
    chosen = select(Cycle).join(Round).where(Round.year == year).order_by(Cycle.opened_on, Cycle.id)
    return list(session.scalars(chosen.options(selectinload(Cycle.round))))


def _happened(row: Round) -> bool:
    return row.opened_at is not None or row.missed_at is not None


def _report_round(plan: Plan) -> str:
    return next((one.code for one in plan.rounds if one.kind is RoundKind.BAO_CAO_NAM), "")


def _unit_facts(session: Session, asked: set[str], year: int) -> list[UnitFact]:
    """Units of that year, and any that was asked although the register has since let it go."""
    units = session.scalars(select(Unit).order_by(Unit.official_order, Unit.id))
    return [
        UnitFact(unit.code, unit.name, unit.kind, unit.official_order)
        for unit in units
        if unit.code in asked or _lived_in(unit, year)
    ]


def _lived_in(unit: Unit, year: int) -> bool:
    began_later = unit.valid_from is not None and unit.valid_from.year > year
    ended_before = unit.valid_to is not None and unit.valid_to.year < year
    return not began_later and not ended_before


def _round_fact(row: Round, cycles: dict[int, Cycle]) -> RoundFact:
    round_ = round_from_terms(row.terms)
    cycle = cycles.get(row.id)
    return RoundFact(
        code=row.code,
        kind_name=ROUND_KIND_NAMES[round_.kind],
        title=row.title,
        opened_on=cycle.opened_on if cycle else row.opens_on,
        due_words=cycle.due_words if cycle else due_words(round_.due, round_.due.named),
        missed=cycle is None,
    )


def _assignment_facts(session: Session, cycle: Cycle) -> list[AssignmentFact]:
    checklists = {
        code: parse_checklist(Table(terms, f"bảng kiểm đã lưu {code}"))
        for code, terms in cycle.terms["checklists"].items()
    }
    rows = select(Assignment).where(Assignment.cycle_id == cycle.id).order_by(Assignment.id)
    rows = rows.options(selectinload(Assignment.letters), selectinload(Assignment.unit))
    extended = set(session.scalars(select(Extension.assignment_id).where(Extension.state == ExtensionState.GRANTED)))
    return [
        _assignment_fact(session, row, cycle, checklists[row.checklist], extended=row.id in extended)
        for row in session.scalars(rows)
    ]


def _assignment_fact(
    session: Session, row: Assignment, cycle: Cycle, checklist: Checklist, *, extended: bool
) -> AssignmentFact:
    """A due day that the calendar moved is everybody's, no extension: only a granted one is counted as such."""
    replies = counting_replies(session, row)
    so_far = merge(replies, checklist)
    values, unreadable = readable(checklist, so_far.values)
    return AssignmentFact(
        round=cycle.round.code,
        unit=row.unit.code,
        state=row.state,
        due_at=row.due_at,
        original_due_at=min(cycle.due_at, row.due_at) if extended else row.due_at,
        checklist=checklist,
        first_reply_at=row.first_reply_at,
        answered_at=row.answered_at,
        rungs=_rungs(row.letters),
        values=values,
        unreadable=unreadable,
        faults=len(so_far.faults),
        said_by=tuple((one.received_at, one.said_by) for one in replies if one.is_by_others),
    )


def _rungs(letters: list[Letter]) -> tuple[str, ...]:
    """Rungs of which a letter really left, in the order of leaving."""
    left = [letter for letter in letters if letter.rung and letter.state in LEFT and letter.sent_at]
    return tuple(letter.rung for letter in sorted(left, key=lambda one: (one.sent_at, one.id)))


def _finding_fact(row: Finding) -> FindingFact:
    return FindingFact(
        number=row.number,
        unit=row.unit.code,
        what=row.what,
        basis=row.basis,
        due_on=last_day(row.due_at),
        state=row.state,
        raised_on=row.raised_on,
        reported_on=house_day(row.reported_at) if row.reported_at else None,
        closed_on=house_day(row.closed_at) if row.closed_at else None,
        rungs=_rungs(row.letters),
    )


def fingerprint(results: YearResults) -> str:
    """A hash of the facts alone: the hour of compiling and the edition's number are not among them."""
    facts: dict[str, Any] = {
        "year": results.year,
        "authority": [results.authority, results.signer_title, results.signer_name, *results.recipients],
        "units": [repr(unit) for unit in results.units],
        "rounds": [repr(one) for one in results.rounds],
        "assignments": [_assignment_print(one) for one in results.assignments],
        "findings": [repr(one) for one in results.findings],
    }
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _assignment_print(one: AssignmentFact) -> list[str]:
    moments = [str(moment) for moment in (one.due_at, one.original_due_at, one.first_reply_at, one.answered_at)]
    values = [repr(value) for value in one.values.values()]
    list_ = f"{one.checklist.code} {one.checklist.version}"
    said_by = [f"{moment} {who}" for moment, who in one.said_by]
    return [one.round, one.unit, one.state, list_, *moments, *one.rungs, *values, str(one.faults), *said_by]


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
    row = _edition(tools, year, fingerprint(results), as_of)
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
