"""`kiemtra visit …`: when the đoàn kiểm tra comes to which unit."""

import argparse
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.console.scribe import Scribe, scribe
from flows.console.together import DID, act_on
from flows.typed import day as typed_day
from flows.typed import hour as typed_hour
from infra.toolbox import clock, open_toolbox
from infra.visit_list import VisitRow, read_visit_rows
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import house_day
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.vietnamese import day_words, one_line
from tasks.domain.visit import VISIT_NAMES, VisitState, read_team
from tasks.domain.visit import clock as hour_words
from tasks.naming import unit_named
from tasks.records import Assignment, Visit
from tasks.telling import cancellation_notice, visit_notice
from tasks.toolbox import Toolbox
from tasks.visiting import (
    NewVisit,
    all_visits,
    assert_visited,
    assignment_to_visit,
    cancel_visit,
    day_problems,
    meeting_of,
    part_to_visit,
    plan_visit,
    round_to_visit,
)


def plan(args: argparse.Namespace) -> None:
    team, misread = read_team(args.team)
    as_of = _moment(args)
    new = NewVisit(house_day(args.on), args.opens, args.closes, one_line(args.place), team)
    with open_toolbox(as_of=as_of) as tools, tools.sessions.begin() as session:
        assignment = _assignment(session, args, misread)
        visit, is_news = _plan_one(session, assignment, new, tools, scribe(args), misread)
        if not is_news:
            print(f"{assignment.unit.name}: lịch này đã xếp trước đó, {_when(visit)}; không có gì đổi.")
            return
        done = "đã đổi lịch" if visit.moves else "đã xếp lịch"
        print(f"{assignment.unit.name}: {done}, {_when(visit)}. {visit_notice(session, visit)}")


def _assignment(session: Session, args: argparse.Namespace, misread: Sequence[Problem]) -> Assignment:
    """With a wrong unit, what is wrong with the team is told too; its day needs the unit's calendar to be judged."""
    try:
        part = part_to_visit(session, args.unit, round_to_visit(session, args.cycle))
        assert_visited(part)
        return part
    except KiemtraError as error:
        if misread:
            raise DefinitionError([Problem("đơn vị", str(error).rstrip(".")), *misread]) from error
        raise


def import_visits(args: argparse.Namespace) -> int:
    """A list of visits: shown first, then all of them planned, or none."""
    as_of = _moment(args)
    rows = read_visit_rows(Path(args.file))
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            cycle = round_to_visit(session, args.cycle)
        lines: dict[int, int] = {}
        acts = [(f"dòng {one.number}", partial(_planned, one, cycle, lines, tools, scribe(args))) for one in rows]
        return act_on(tools, acts, f"Xếp {len(acts)} buổi này?", yes=args.yes)


def _planned(
    row: VisitRow, cycle: str | None, lines: dict[int, int], tools: Toolbox, author: Scribe, session: Session
) -> list[str]:
    """`lines`: which line of the list has the visit of which part of a round; a second one would replace it."""
    team, misread = read_team(row.text("team"))
    on, opens, closes = _day(row), _hour(row, "opens"), _hour(row, "closes")
    misread += [one for one in (on, opens, closes) if isinstance(one, Problem)]
    try:
        part = part_to_visit(session, unit_named(session, row.text("unit")).code, cycle)
        assert_visited(part)
    except KiemtraError as error:
        raise DefinitionError([Problem("đơn vị", str(error).rstrip(".")), *misread]) from error
    if (first := lines.setdefault(part.id, row.number)) != row.number:
        said = f"{part.unit.name} đã có ở dòng {first}; mỗi đơn vị một buổi trong một đợt, hãy bỏ một trong hai dòng"
        misread.append(Problem("đơn vị", said))
    if isinstance(on, Problem) or isinstance(opens, Problem) or isinstance(closes, Problem):
        misread += [] if isinstance(on, Problem) else day_problems(part, on, tools, author.at)
        raise DefinitionError(misread)
    new = NewVisit(on, opens, closes, row.text("place"), team)
    visit, is_news = _plan_one(session, part, new, tools, author, misread)
    done = (f"{DID} đổi lịch" if visit.moves else f"{DID} xếp lịch") if is_news else "đã xếp trước đó, không có gì đổi"
    return [f"{part.unit.name}: {done}, {_when(visit)}." + (f" {visit_notice(session, visit)}" if is_news else "")]


def _plan_one(
    session: Session, part: Assignment, new: NewVisit, tools: Toolbox, author: Scribe, misread: Sequence[Problem]
) -> tuple[Visit, bool]:
    stored = session.scalar(select(Visit).where(Visit.assignment_id == part.id))
    before = _when(stored) if stored and stored.state is VisitState.PLANNED else ""
    visit, is_news = plan_visit(session, part, new, tools, author.at, misread)
    if is_news:
        act = AuditAct.VISIT_MOVED if before else AuditAct.VISIT_PLANNED
        author.note(session, act, part, old=before, new=_when(visit))
    return visit, is_news


def _day(row: VisitRow) -> date | Problem:
    value = row.cells.get("day")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return typed_day(row.text("day")).date()
    except argparse.ArgumentTypeError as error:
        return Problem("ngày", str(error))


def _hour(row: VisitRow, field: str) -> time | Problem:
    value = row.cells.get(field)
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    try:
        return typed_hour(row.text(field))
    except argparse.ArgumentTypeError as error:
        return Problem("giờ", str(error))


def cancel(args: argparse.Namespace) -> None:
    as_of = _moment(args)
    with open_toolbox(as_of=as_of) as tools, tools.sessions.begin() as session:
        assignment = assignment_to_visit(session, args.unit, round_to_visit(session, args.cycle))
        visit = session.scalar(select(Visit).where(Visit.assignment_id == assignment.id))
        if visit is None:
            raise KiemtraError(f"{assignment.unit.name} chưa có lịch kiểm tra trong đợt {assignment.cycle.round.code}.")
        cancel_visit(session, visit, one_line(args.why), tools, as_of)
        told = cancellation_notice(session, visit)
        scribe(args).note(session, AuditAct.VISIT_CANCELLED, assignment, new=_when(visit), reason=one_line(args.why))
        print(f"{assignment.unit.name}: đã hủy lịch kiểm tra {_when(visit)}. {told}")


def list_visits(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        visits = all_visits(session)
        for visit in visits:
            state = "" if visit.state is VisitState.PLANNED else f" — {VISIT_NAMES[visit.state]}: {visit.why}"
            print(f"{_when(visit)}: {visit.assignment.unit.name} ({visit.assignment.cycle.round.title}){state}")
            print(f"        {visit.place}; {'; '.join(str(one) for one in meeting_of(visit).team)}")
    if not visits:
        print("Chưa có lịch kiểm tra nào. Xếp lịch: kiemtra visit plan <mã đơn vị> --on … --from … --to … --team …")


def _when(visit: Visit) -> str:
    meeting = meeting_of(visit)
    return f"{hour_words(meeting.opens)}–{hour_words(meeting.closes)} {day_words(meeting.day)}"


def _moment(args: argparse.Namespace) -> datetime:
    moment: datetime = args.as_of or clock()
    return moment
