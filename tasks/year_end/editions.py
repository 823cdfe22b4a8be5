"""Compiling the year: an edition frozen with the hashes of what went in and what came out."""

import hashlib
import json
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
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
from tasks.domain.results.keeping import packed_year, unpacked_year
from tasks.domain.results.ledger import Ledger, answers, figures
from tasks.domain.results.remarks import remarks
from tasks.domain.results.since import since
from tasks.domain.vietnamese import day_text
from tasks.records import YearFile, YearReport
from tasks.report import Report
from tasks.toolbox import Documents, Toolbox
from tasks.year_end.gathering import gather


def fingerprint(results: YearResults, wording: str) -> str:
    """A hash of all that an edition shows but its number and its moment: facts, outcomes, words and templates.

    Of the moment counts what it makes of the facts: who is late by now, which finding is overdue, which law in force.
    """
    day = house_day(results.as_of)
    shown = _fields(results, {"edition", "as_of", "assignments", "since"})
    shown["assignments"] = [
        _fields(part, {"checklist"}) | {"asked": _name(part.checklist), "outcome": results.outcome(part)}
        for part in results.assignments
    ]
    shown["checklists"] = [
        [repr(checklist), *(item.basis_words(day) for item in checklist.items)]
        for checklist in checklists_of(results.assignments)
    ]
    shown["overdue"] = [finding.overdue(day) for finding in results.findings]
    shown["visited"] = [results.visit_standing(visit) for visit in results.visits]
    shown["wording"] = [wording, day.year, results.authority_is_gone]
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
    said: list[str]
    """Of its files, what a person must know."""


def compile_year(tools: Toolbox, year: int, as_of: datetime) -> Compiled:
    """The edition of these facts and whether it is new: the same facts give the same edition, never a second one."""
    with tools.sessions() as session:
        results = gather(session, year, as_of)
        if not results.rounds:
            raise KiemtraError(f"Năm {year} chưa có đợt nào được mở, chưa có gì để tổng hợp.")
    row = _edition(tools, year, fingerprint(results, tools.documents.wording), as_of)
    is_new = not row.files
    if is_new:
        # By the row, not by this run: whoever writes these files, now or again later, writes the same bytes.
        results = replace(results, edition=row.edition, as_of=row.as_of.astimezone(ZONE))
        results = replace(results, since=_since(tools, results))
        row = _keep(tools, row, results)
    with tools.sessions() as session:
        return Compiled(row, is_new, results, put_back(session, tools, row))


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


def _keep(tools: Toolbox, row: YearReport, results: YearResults) -> YearReport:
    """Inputs and bytes in one transaction: from then on the edition stays what it is."""
    folder = Path(str(results.year)) / f"ban-{results.edition}"
    contents = {kind: (name, make(results)) for kind, name, make in files_of(tools.documents, results)}
    id_, inputs = row.id, json.dumps(_inputs(tools.documents, results), ensure_ascii=False)
    try:
        with tools.sessions.begin() as session:
            row = session.get_one(YearReport, id_)
            row.inputs = zlib.compress(inputs.encode())
            row.files = {
                kind: {"path": str(folder / name), "sha256": _hash(data)} for kind, (name, data) in contents.items()
            }
            for kind, (_, data) in contents.items():
                session.add(YearFile(year_report_id=id_, kind=kind, packed=zlib.compress(data)))
    except IntegrityError:  # another run has kept the same
        with tools.sessions() as session:
            row = session.get_one(YearReport, id_)
    return row


def files_of(documents: Documents, results: YearResults) -> Iterator[tuple[str, str, Callable[[YearResults], bytes]]]:
    """Kind of document, name of its file, and what writes it."""
    which = f"{results.year}-ban-{results.edition}"
    yield "workbook", f"Tong-hop-{which}.xlsx", documents.year_workbook
    yield "report", f"Bao-cao-{which}.docx", documents.year_report


def _inputs(documents: Documents, results: YearResults) -> dict[str, Any]:
    return {
        "program": documents.program,
        "texts": documents.texts,
        "figures": figures(results),
        "answers": answers(results),
        "facts": packed_year(results),
    }


def _since(tools: Toolbox, results: YearResults) -> tuple[str, ...]:
    """Against the edition before; nothing where this is the first, or where that one kept too little."""
    if results.edition == 1:
        return ()
    with tools.sessions() as session:
        before = edition_of(session, results.year, results.edition - 1)
        kept = kept_inputs(before) if before.inputs else {}
    if "facts" not in kept:
        return (f"Đây là bản {results.edition}; bản trước không còn số liệu để so.",)
    figures_, answers_ = (kept["figures"], figures(results)), (kept["answers"], answers(results))
    reworded = kept["texts"] != tools.documents.texts
    return tuple(since(unpacked_year(kept["facts"]), results, figures_, answers_, reworded=reworded))


def put_back(session: Session, tools: Toolbox, row: YearReport) -> list[str]:
    """The edition's files as they were made, checked byte by byte; sentences on what a person must know.

    A file that somebody has worked on is set aside under another name, never overwritten.
    """
    said = []
    for kind, path in edition_files(tools, row).items():
        there = path.read_bytes() if path.is_file() else None
        if there is not None and _hash(there) == row.files[kind]["sha256"]:
            continue
        kept = session.get(YearFile, (row.id, kind))
        if kept is None:
            said.append(f"{path}: tệp không còn như khi lập; bản {row.edition} có từ trước khi nội dung tệp được lưu.")
            continue
        if there is not None:
            aside = path.with_stem(f"{path.stem}-da-sua-{_hash(there)[:6]}")
            path.replace(aside)
            said.append(f"{path.name} đã bị sửa sau khi lập; bản đã sửa nay là {aside.name}, bản gốc được đặt lại.")
        write_whole(path, zlib.decompress(kept.packed))
    return said


def write_whole(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f"{path.suffix}.{secrets.token_hex(4)}.dang-ghi")
    partial.write_bytes(data)
    partial.replace(path)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def all_editions(session: Session, year: int) -> Sequence[YearReport]:
    return session.scalars(select(YearReport).where(YearReport.year == year).order_by(YearReport.edition)).all()


def edition_of(session: Session, year: int, number: int) -> YearReport:
    row = session.scalar(select(YearReport).where(YearReport.year == year, YearReport.edition == number))
    if row is None:
        raise KiemtraError(f"Năm {year} không có bản {number}; xem: kiemtra year list --year {year}")
    return row


def ledgers_of(row: YearReport) -> tuple[Ledger, Ledger]:
    """Figures and answers as the edition keeps them; raises KiemtraError where it keeps none."""
    kept = kept_inputs(row)
    return kept["figures"], kept["answers"]


def kept_inputs(row: YearReport) -> dict[str, Any]:
    if row.inputs is None:
        raise KiemtraError(f"Bản {row.edition} năm {row.year} có từ trước khi số liệu của bản được lưu; không so được.")
    kept: dict[str, Any] = json.loads(zlib.decompress(row.inputs))
    return kept


# --- for the flows ---------------------------------------------------------------------------------------------


@task(name="tong-hop-nam")
def compile_results(tools: Toolbox, year: int, as_of: datetime) -> Report:
    done = compile_year(tools, year, as_of)
    report = Report()
    report.add(Deed.COMPILED if done.is_new else Deed.UNCHANGED)
    report.lines += done.said
    report.lines += [f"Bản {done.row.edition}: {path}" for path in edition_files(tools, done.row).values()]
    report.lines += done.results.since if done.is_new else []
    report.lines += [*_ended(done.results), *_uncounted(done.results)]
    return report


def _ended(results: YearResults) -> list[str]:
    ends = results.authority_ends
    if ends is None or not results.authority_is_gone:
        return []
    day = f"{day_text(ends)}, bản này lập ngày {day_text(house_day(results.as_of))}"
    return [f"Lưu ý: {results.authority} chỉ có hiệu lực đến hết ngày {day}; sửa [authority] trong kế hoạch nếu cần."]


def _uncounted(results: YearResults) -> list[str]:
    """Values that no figure could take in: the year stands without them, and the office hears which they are."""
    return [
        f"Không tính được: {results.unit(part.unit).name}, đợt {part.round}, mục {one.code}: “{one.value}” {one.words}"
        for part in results.assignments
        for one in remarks(part)
        if one.code in part.unreadable
    ]
