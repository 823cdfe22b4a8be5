"""The facts of a year out of the rows, bounded by a moment: what came later is not known yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.answers import counted, counting_replies, merge
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.checklist import Checklist
from tasks.domain.checklist_file import parse_checklist
from tasks.domain.definition import Table
from tasks.domain.extension import ExtensionState, last_day
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Ladder, Role, parse_ladder, rungs_by_name
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.domain.plan import ROUND_KIND_NAMES, Plan, RoundKind, due_words
from tasks.domain.plan_file import round_from_terms
from tasks.domain.results.facts import AssignmentFact, Chase, FindingFact, RoundFact, UnitFact, VisitFact, YearResults
from tasks.domain.results.remarks import readable
from tasks.domain.vietnamese import day_text
from tasks.domain.visit import VisitState
from tasks.letters import has_left
from tasks.planning import current_plan
from tasks.records import Assignment, Cycle, Extension, Finding, Letter, Reply, Round, Unit, Visit

LEFT = (LetterState.SENT, LetterState.UNCERTAIN)
Grants = Mapping[tuple[str, int], Sequence[Extension]]
"""What was granted to an obligation, by its table and id, in the order of deciding."""


def gather(session: Session, year: int, as_of: datetime) -> YearResults:
    """Every unit and every round of the year as they stood then; raises KiemtraError when the year has no plan."""
    plan = current_plan(session, year)
    rounds = session.scalars(select(Round).where(Round.year == year).order_by(Round.opens_on, Round.id)).all()
    rounds = [row for row in rounds if _happened(row, as_of)]
    cycles = _cycles(session, rounds)
    granted = _granted(session)
    assignments = [fact for cycle in cycles.values() for fact in _assignment_facts(session, cycle, granted, as_of)]
    raised = select(Finding).where(Finding.year == year, Finding.raised_on <= house_day(as_of))
    findings = session.scalars(raised.order_by(Finding.number)).all()
    asked = {fact.unit for fact in assignments} | {finding.unit.code for finding in findings}
    return YearResults(
        year=year,
        edition=0,
        as_of=as_of,
        authority=plan.authority.name,
        superior=plan.authority.superior,
        authority_in_head=plan.authority.name_in_head,
        superior_in_head=plan.authority.superior_in_head,
        authority_ends=plan.authority.valid_to,
        place=plan.authority.place,
        symbol=plan.authority.symbol,
        signer_title=plan.authority.signer_title,
        signer_name=plan.authority.signer_name,
        recipients=plan.authority.recipients,
        plan_title=plan.title,
        legal_bases=tuple(basis.words() for basis in plan.legal_bases),
        units=tuple(_unit_facts(session, asked, year, house_day(as_of))),
        rounds=tuple(_round_fact(row, cycles.get(row.id), as_of) for row in rounds),
        assignments=tuple(assignments),
        findings=tuple(_finding_fact(row, granted, as_of) for row in findings),
        rungs=rungs_by_name([*map(_ladder, cycles.values()), *map(_ladder, findings), *plan.ladders.values()]),
        report_round=_report_round(plan),
        visits=tuple(_visits(session, cycles.values(), as_of)),
    )


def _visits(session: Session, cycles: Iterable[Cycle], as_of: datetime) -> Iterator[VisitFact]:
    """A visit is as old as the first letter that told of it."""
    chosen = select(Visit).join(Assignment).where(Assignment.cycle_id.in_([one.id for one in cycles]))
    for row in session.scalars(chosen.order_by(Visit.day, Visit.opens, Visit.id)):
        told = [one for one in row.assignment.letters if one.kind is LetterKind.VISIT and one.created_at <= as_of]
        if told:
            yield VisitFact(
                unit=row.assignment.unit.code,
                round=row.assignment.cycle.round.code,
                day=row.day,
                hours=f"{row.opens} – {row.closes}",
                place=row.place,
                team=tuple(_team(row.team)),
                is_cancelled=row.state is VisitState.CANCELLED,
                why=row.why if row.state is VisitState.CANCELLED else "",
            )


def _team(members: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Role by role, each once: they stand in the order of a decision."""
    for role, some in groupby(members, key=lambda one: one["role"]):
        yield f"{role}: {', '.join(one['name'] for one in some)}"


def _ladder(asked: Cycle | Finding) -> Ladder:
    return parse_ladder(Table(asked.terms["ladder"], "các bước đôn đốc đã lưu"))


def _happened(row: Round, as_of: datetime) -> bool:
    return _is_past(row.opened_at, as_of) or _is_past(row.missed_at, as_of)


def _is_past(moment: datetime | None, as_of: datetime) -> bool:
    return moment is not None and moment <= as_of


def _cycles(session: Session, rounds: Sequence[Round]) -> dict[int, Cycle]:
    """By their round's id."""
    chosen = select(Cycle).where(Cycle.round_id.in_([row.id for row in rounds])).order_by(Cycle.opened_on, Cycle.id)
    return {cycle.round_id: cycle for cycle in session.scalars(chosen.options(selectinload(Cycle.round)))}


def _report_round(plan: Plan) -> str:
    return next((one.code for one in plan.rounds if one.kind is RoundKind.BAO_CAO_NAM), "")


def _unit_facts(session: Session, asked: set[str], year: int, on: date) -> list[UnitFact]:
    """Units of that year, and any that was asked although the register has since let it go."""
    units = session.scalars(select(Unit).order_by(Unit.official_order, Unit.id))
    return [
        UnitFact(
            unit.code,
            unit.name,
            unit.kind,
            unit.official_order,
            unit.valid_from,
            unit.valid_to,
            tuple(unit.predecessors),
        )
        for unit in units
        if unit.code in asked or _lived_in(unit, year, on)
    ]


def _lived_in(unit: Unit, year: int, on: date) -> bool:
    begins_later = unit.valid_from is not None and unit.valid_from > on
    ended_before = unit.valid_to is not None and unit.valid_to.year < year
    return not begins_later and not ended_before


def _round_fact(row: Round, cycle: Cycle | None, as_of: datetime) -> RoundFact:
    round_ = round_from_terms(cycle.terms["round"] if cycle else row.terms)
    return RoundFact(
        code=row.code,
        kind_name=ROUND_KIND_NAMES[round_.kind],
        title=row.title,
        opened_on=cycle.opened_on if cycle else row.opens_on,
        due_words=cycle.due_words if cycle else due_words(round_.due, round_.due.named),
        missed=cycle is None,
        period_from=round_.period_from,
        period_to=round_.period_to,
        cut_off_on=round_.cut_off_on,
        estimate_to=round_.estimate_to,
        locked_at=cycle.locked_at if cycle and _is_past(cycle.locked_at, as_of) else None,
    )


def _assignment_facts(session: Session, cycle: Cycle, granted: Grants, as_of: datetime) -> list[AssignmentFact]:
    checklists = {
        code: parse_checklist(Table(terms, f"bảng kiểm đã lưu {code}"))
        for code, terms in cycle.terms["checklists"].items()
    }
    rows = select(Assignment).where(Assignment.cycle_id == cycle.id).order_by(Assignment.id)
    rows = rows.options(selectinload(Assignment.letters), selectinload(Assignment.unit).selectinload(Unit.contacts))
    return [
        _assignment_fact(session, row, cycle, checklists[row.checklist], granted, as_of)
        for row in session.scalars(rows)
        if _was_asked(row, as_of)
    ]


def _was_asked(row: Assignment, as_of: datetime) -> bool:
    """An assignment is as old as its first letter, which is owed in the same transaction."""
    return min((letter.created_at for letter in row.letters), default=as_of) <= as_of


def _assignment_fact(
    session: Session, row: Assignment, cycle: Cycle, checklist: Checklist, granted: Grants, as_of: datetime
) -> AssignmentFact:
    """A due day that the calendar moved is everybody's, no extension: only a granted one is counted as such."""
    replies = counting_replies(session, row, as_of)
    so_far = merge(replies, checklist)
    values, unreadable = readable(checklist, so_far.values)
    due_at, extended = _due_then(row, granted, as_of)
    return AssignmentFact(
        round=cycle.round.code,
        unit=row.unit.code,
        state=_state_then(row, as_of),
        due_at=due_at,
        original_due_at=min(cycle.due_at, due_at) if extended else due_at,
        checklist=checklist,
        first_reply_at=min((reply.received_at for reply in replies), default=None),
        answered_at=_answered_then(row, replies, checklist, as_of),
        chases=_chases(row.letters, as_of),
        values=values,
        unreadable=unreadable,
        faults=len(so_far.faults),
        answered_items=counted(so_far, checklist).items,
        exempt_why=row.exempt_why,
        exempt_at=row.exempt_at,
        grants=_grants(row, granted, as_of),
        sources=tuple((one.received_at, _source(one)) for one in replies),
        said_by=tuple((one.received_at, one.said_by) for one in replies if one.is_by_others),
        was_written_to=any(has_left(one) and (one.sent_at or as_of) <= as_of for one in row.letters),
    )


def _source(reply: Reply) -> str:
    return reply.said_by if reply.is_by_others else f"phiếu gửi qua thư của {reply.sender}"


def _grants(row: Assignment, granted: Grants, as_of: datetime) -> tuple[str, ...]:
    own = granted.get((row.__tablename__, row.id), ())
    return tuple(
        f"{day_text(house_day(one.decided_at))}: {one.decided_by or 'theo quy định'}{_because(one)}"
        for one in own
        if one.decided_at and one.decided_at <= as_of
    )


def _because(one: Extension) -> str:
    why = one.decided_why or one.why
    return f" ({why})" if why else ""


def _state_then(row: Assignment, as_of: datetime) -> AssignmentState:
    """Exempt and unreachable from their moment on; where none is known (older rows, no address), always."""
    contact = row.unit.contact(Role.DAU_MOI)
    since = {
        AssignmentState.EXEMPT: row.exempt_at,
        AssignmentState.UNREACHABLE: contact.unreachable_at if contact else None,
    }.get(row.state)
    return row.state if since is None or since <= as_of else AssignmentState.OPEN


def _answered_then(row: Assignment, replies: Sequence[Reply], checklist: Checklist, as_of: datetime) -> datetime | None:
    """Of an answer that a person took back only later, the moment in which it was complete."""
    if row.answered_at is not None:
        return row.answered_at if row.answered_at <= as_of else None
    if all(reply.taken_back_at is None for reply in replies):
        return None
    ends = (end for end in range(1, len(replies) + 1) if merge(replies[:end], checklist).complete)
    return next((replies[end - 1].received_at for end in ends), None)


def _granted(session: Session) -> Grants:
    found: dict[tuple[str, int], list[Extension]] = {}
    granted = select(Extension).where(Extension.state == ExtensionState.GRANTED)
    for one in session.scalars(granted.order_by(Extension.decided_at, Extension.id)):
        key = ("assignment", one.assignment_id) if one.assignment_id else ("finding", one.finding_id)
        found.setdefault(key, []).append(one)  # type: ignore[arg-type]
    return found


def _due_then(row: Assignment | Finding, granted: Grants, as_of: datetime) -> tuple[datetime, bool]:
    """The due moment before what was granted only later, and whether anything had been granted by then."""
    own = granted.get((row.__tablename__, row.id), ())
    later = [one for one in own if one.decided_at and one.decided_at > as_of]
    return later[0].old_due_at if later else row.due_at, len(own) > len(later)


def _chases(letters: Sequence[Letter], as_of: datetime) -> tuple[Chase, ...]:
    """What really left, in the order of leaving."""
    left = [one for one in letters if one.rung and one.state in LEFT and _is_past(one.sent_at, as_of)]
    left.sort(key=lambda one: (one.sent_at, one.id))
    return tuple(Chase(one.rung, one.bundled_into_id or one.id) for one in left)


def _finding_fact(row: Finding, granted: Grants, as_of: datetime) -> FindingFact:
    closed, reported = _is_past(row.closed_at, as_of), _is_past(row.reported_at, as_of)
    return FindingFact(
        number=row.number,
        unit=row.unit.code,
        what=row.what,
        basis=row.basis,
        due_on=last_day(_due_then(row, granted, as_of)[0]),
        state=FindingState.CLOSED if closed else FindingState.REPORTED if reported else FindingState.OPEN,
        raised_on=row.raised_on,
        reported_on=house_day(row.reported_at) if row.reported_at and reported else None,
        closed_on=house_day(row.closed_at) if row.closed_at and closed else None,
        remedy=row.remedy,
        report=row.report if reported else "",
        closed_by=row.closed_by if closed else "",
        first_due_on=last_day(row.first_due_at),
        chases=_chases(row.letters, as_of),
    )
