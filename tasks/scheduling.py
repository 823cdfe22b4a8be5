"""Opening rounds: a cycle, one assignment and one request a unit; once, whatever the number of runs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.as_task import task
from tasks.domain.addressing import addressed as in_the_name_of
from tasks.domain.addressing import asking_of
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import Calendar, SendingHours, house_day
from tasks.domain.checklist import Checklist, UnitKind
from tasks.domain.checklist_file import checklist_terms, parse_checklist
from tasks.domain.citing import as_it_goes_out
from tasks.domain.deeds import Deed
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.fitting import fitted
from tasks.domain.ladder import Ladder, Role, ladder_terms, next_moment, parse_ladder
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.plan import Plan, calendar_name, opening, wrong_round_code
from tasks.domain.plan import Round as RoundTerms
from tasks.domain.plan_file import round_from_terms, round_terms
from tasks.domain.vietnamese import clean
from tasks.identities import case_code, message_id, of_assignment, token
from tasks.letters import addressed, cancel_waiting, owe, timed
from tasks.moves import move
from tasks.planning import current_plan
from tasks.progress import watched
from tasks.records import Assignment, Cycle, Letter, Round, Unit
from tasks.report import Done, Report, batches, one_by_one
from tasks.toolbox import Toolbox

BATCH = 100
T = TypeVar("T")
HOURS = SendingHours()


def due_rounds(session: Session, as_of: datetime) -> dict[int, str]:
    """Each with the name by which a person knows it."""
    waiting = select(Round.id, Round.code).where(Round.opened_at.is_(None), Round.missed_at.is_(None))
    due = waiting.where(Round.opens_on <= house_day(as_of)).order_by(Round.opens_on, Round.id)
    return {id_: f"đợt {code}" for id_, code in session.execute(due)}


def open_round(session: Session, round_id: int, tools: Toolbox, as_of: datetime) -> Deed | None:
    """Open a round that is due, or record why it is too late for it."""
    row = session.get_one(Round, round_id)
    plan = current_plan(session, row.year)
    round_ = round_from_terms(row.terms)
    if why := plan.missed(round_, house_day(as_of)):
        missed = update(Round).where(Round.id == row.id, Round.opened_at.is_(None), Round.missed_at.is_(None))
        session.execute(missed.values(missed_at=as_of, missed_why=why))
        return Deed.MISSED
    return Deed.OPENED if start_cycle(session, row, round_, plan, tools, as_of) else None


def start_cycle(
    session: Session, row: Round, round_: RoundTerms, plan: Plan, tools: Toolbox, as_of: datetime
) -> Cycle | None:
    """Claim the round and write its cycle with the terms of today; None when another run has opened it."""
    claim = update(Round).where(Round.id == row.id, Round.opened_at.is_(None)).values(opened_at=as_of)
    if session.execute(claim).rowcount != 1:  # type: ignore[attr-defined]
        return None
    calendar = tools.definitions.calendar(plan.calendar)
    dates = opening(round_, house_day(as_of), calendar)
    cycle = Cycle(
        round_id=row.id,
        opened_on=dates.opened_on,
        planned_on=round_.opens_on,
        due_on=dates.due_on,
        due_at=dates.due_at,
        due_words=dates.due_words,
        cut_off_on=round_.cut_off_on,
        # A round that opened late is never locked before its own due day.
        lock_on=max(round_.lock_on, dates.due_on) if round_.lock_on else None,
        terms=cycle_terms(plan, round_, tools),
    )
    session.add(cycle)
    session.flush()
    return cycle


def cycle_terms(plan: Plan, round_: RoundTerms, tools: Toolbox) -> dict[str, Any]:
    """What the cycle keeps: editing a checklist or a ladder later neither breaks nor changes what is running."""
    codes = sorted(set(round_.checklists.values()))
    return {
        "year": plan.year,
        "calendar": plan.calendar,
        "calendars": {kind.value: name for kind, name in plan.calendars.items()},
        "round": round_terms(round_),
        "ladder": ladder_terms(plan.ladders[round_.ladder]),
        "checklists": {code: checklist_terms(_asked(plan, tools, code)) for code in codes},
        "officers": {
            one.role.value: {"title": one.title, "name": one.name, "address": one.address} for one in plan.officers
        },
    }


def _asked(plan: Plan, tools: Toolbox, code: str) -> Checklist:
    """In the names of the office that asks, and citing its own plan."""
    checklist = in_the_name_of(tools.definitions.checklist(code), asking_of(plan))
    return as_it_goes_out(checklist, tools.house.unverified_basis)


def unfilled_cycles(session: Session) -> dict[int, str]:
    """Each with the name by which a person knows it."""
    unfilled = select(Cycle.id, Round.code).join(Cycle.round).where(Cycle.roster_complete.is_(False))
    return {id_: f"đợt {code}" for id_, code in session.execute(unfilled.order_by(Cycle.id))}


def unassigned_unit_ids(session: Session, cycle_id: int) -> list[int]:
    """Units the round asks that have no assignment yet: the rest of an opening that was interrupted, too."""
    cycle = session.get_one(Cycle, cycle_id)
    round_ = round_from_terms(cycle.terms["round"])
    have = set(session.scalars(select(Assignment.unit_id).where(Assignment.cycle_id == cycle_id)))
    units = session.scalars(select(Unit).order_by(Unit.official_order, Unit.id))
    return [
        unit.id
        for unit in units
        if unit.id not in have and unit.exists_on(cycle.opened_on) and round_.selection.takes(unit.code, unit.kind)
    ]


def assign_batch(session: Session, unit_ids: Sequence[int], cycle_id: int, tools: Toolbox, as_of: datetime) -> Done:
    """One transaction: an assignment and its request for each unit of the batch that has none."""
    cycle = session.get_one(Cycle, cycle_id, with_for_update=True)  # one batch of a cycle at a time
    have = set(session.scalars(select(Assignment.unit_id).where(Assignment.cycle_id == cycle_id)))
    new = [unit_id for unit_id in unit_ids if unit_id not in have]
    for unit_id in new:
        assign(session, cycle, session.get_one(Unit, unit_id), tools, as_of)
    return Counter({Deed.ASSIGNED: len(new)})


def assign(
    session: Session, cycle: Cycle, unit: Unit, tools: Toolbox, as_of: datetime, due_at: datetime | None = None
) -> Assignment:
    """`due_at`: of a unit that is asked later than the others."""
    due_at = due_at or cycle.due_at
    round_ = round_from_terms(cycle.terms["round"])
    calendar = tools.definitions.calendar(calendar_name(cycle.terms, unit.kind))
    names = of_assignment(cycle.terms["year"], round_.code, cycle.planned_on, unit.code)
    assignment = Assignment(
        cycle=cycle,
        unit=unit,
        code=case_code(session, tools, cycle.terms["year"], *names),
        token=token(tools, *names),
        checklist=checklist_for(round_, unit),
        state=AssignmentState.OPEN,
        due_at=due_at,
        original_due_at=due_at,
        next_rung_at=next_moment(cycle_ladder(cycle), due_at, calendar, HOURS, fired=()),
    )
    session.add(assignment)
    session.flush()
    request_answer(session, assignment, calendar, tools, as_of)
    return assignment


def ask_again(session: Session, assignment: Assignment, tools: Toolbox, as_of: datetime) -> None:
    """The request once more, to an address that was corrected; the old row stays as proof of what went wrong."""
    calendar = tools.definitions.calendar(calendar_name(assignment.cycle.terms, assignment.unit.kind))
    earlier = sum(letter.kind is LetterKind.REQUEST for letter in assignment.letters)
    request_answer(session, assignment, calendar, tools, as_of, again=f":{earlier}")


def request_answer(
    session: Session, assignment: Assignment, calendar: Calendar, tools: Toolbox, as_of: datetime, again: str = ""
) -> None:
    unit = assignment.unit
    letter = Letter(
        key=f"request:{assignment.id}{again}",
        kind=LetterKind.REQUEST,
        assignment_id=assignment.id,
        message_id=message_id(session, tools, "request", assignment.code, again),
    )
    urgent = round_from_terms(assignment.cycle.terms["round"]).urgent
    owe(session, timed(addressed(letter, unit, Role.DAU_MOI), as_of, calendar, HOURS, urgent=urgent))
    if letter.state is LetterState.CANCELLED:
        move(session, assignment, AssignmentState.UNREACHABLE, next_rung_at=None)


def checklist_for(round_: RoundTerms, unit: Unit) -> str:
    code = round_.checklists.get(unit.kind)
    if code is None:
        raise DefinitionError(
            [Problem(f"đợt “{round_.code}”", f"chưa có bảng kiểm cho {unit.name} (loại hình “{unit.kind}”)")]
        )
    return code


def cycle_ladder(cycle: Cycle) -> Ladder:
    return _parsed(cycle, "ladder", lambda terms: parse_ladder(Table(terms["ladder"], "các bước đôn đốc đã lưu")))


def cycle_round(cycle: Cycle) -> RoundTerms:
    return _parsed(cycle, "round", lambda terms: round_from_terms(terms["round"]))


def cycle_checklist(cycle: Cycle, code: str) -> Checklist:
    title = f"bảng kiểm đã lưu {code}"
    return _parsed(cycle, code, lambda terms: parse_checklist(Table(terms["checklists"][code], title)))


def asked_of(assignment: Assignment) -> Checklist:
    """The list of a unit's form: what does not fit its kind on the day of the opening says so."""
    cycle, kind = assignment.cycle, assignment.unit.kind
    checklist = cycle_checklist(cycle, assignment.checklist)
    return _parsed(cycle, f"{assignment.checklist}/{kind}", lambda _: fitted(checklist, kind, cycle.opened_on))


_PARSED: "WeakKeyDictionary[Cycle, tuple[dict[str, Any], dict[str, Any]]]" = WeakKeyDictionary()


def _parsed(cycle: Cycle, name: str, parse: Callable[[dict[str, Any]], T]) -> T:
    """A part of a cycle's terms, parsed once for each loaded row: reading them costs more than a letter."""
    terms, parts = _PARSED.get(cycle, (None, {}))
    if terms is not cycle.terms:  # loaded anew, or changed on purpose
        parts = {}
        _PARSED[cycle] = cycle.terms, parts
    if name not in parts:
        parts[name] = parse(cycle.terms)
    found: T = parts[name]
    return found


def mark_complete(session: Session, cycle_id: int) -> None:
    if not unassigned_unit_ids(session, cycle_id):
        session.get_one(Cycle, cycle_id).roster_complete = True


def lockable_cycle_ids(session: Session, as_of: datetime) -> list[int]:
    past = select(Cycle.id).where(Cycle.locked_at.is_(None), Cycle.lock_on.is_not(None))
    return list(session.scalars(past.where(Cycle.lock_on < house_day(as_of))))


def lock_cycle(session: Session, cycle_id: int, as_of: datetime) -> Deed:
    """Khóa sổ: whoever is still silent stays so on paper; a later answer is filed, marked as late."""
    cycle = session.get_one(Cycle, cycle_id)
    for assignment in cycle.assignments:
        if assignment.owing:
            cancel_waiting(session, assignment, Reason.ENDED)
            move(session, assignment, AssignmentState.CLOSED, next_rung_at=None)
    cycle.locked_at = as_of
    return Deed.LOCKED


def open_urgent(
    session: Session,
    tools: Toolbox,
    as_of: datetime,
    plan: Plan,
    round_: RoundTerms,
    misspelt: Sequence[Problem] = (),
) -> Cycle:
    """Báo cáo đột xuất: an own round for chosen units at once; the yearly one does not notice.

    Raises DefinitionError with all that is wrong; `misspelt`: what could not even be read of the words it was typed in.
    """
    if problems := [*misspelt, *_wrong_with_urgent(session, tools, as_of, plan, round_, some_misspelt=bool(misspelt))]:
        raise DefinitionError(problems)
    row = Round(
        year=plan.year, code=round_.code, title=round_.title, opens_on=round_.opens_on, terms=round_terms(round_)
    )
    session.add(row)
    session.flush()
    cycle = start_cycle(session, row, round_, plan, tools, as_of)
    if cycle is None:  # a row that we have just written cannot have been opened by another
        raise KiemtraError("Không mở được đợt đột xuất; hãy thử lại.")
    return cycle


def _wrong_with_urgent(
    session: Session, tools: Toolbox, as_of: datetime, plan: Plan, round_: RoundTerms, *, some_misspelt: bool
) -> Iterator[Problem]:
    """The rules of a plan file, for a round that is typed: stored terms that cannot be read again never open."""
    for where, text, what in (("--title", round_.title, "tên đợt"), ("--code", round_.code, "mã đợt")):
        if not clean(text):
            yield Problem(where, f"{what} đang để trống; hãy ghi {what}")
    if clean(round_.code) and (why := wrong_round_code(round_.code)):
        yield Problem("--code", why)
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    unknown = sorted(round_.selection.units - known.keys())
    for code in unknown:
        yield Problem("--units", f"không có đơn vị mã “{code}” trong danh sách")
    chosen = [unit for unit in known.values() if round_.selection.takes(unit.code, unit.kind)]
    if not chosen and not unknown and not some_misspelt:
        yield Problem("--units", "chưa chọn đơn vị nào")
    yield from _wrong_checklists(tools, round_, round_.selection.kinds.union(unit.kind for unit in chosen))
    if round_.ladder not in plan.ladders:
        named = ", ".join(plan.ladders)
        yield Problem("--ladder", f"kế hoạch không có trình tự đôn đốc “{round_.ladder}”; chọn trong {named}")
    if opening(round_, house_day(as_of), tools.definitions.calendar(plan.calendar)).due_at <= as_of:
        yield Problem("--due", "hạn trả lời đã qua")
    if session.scalar(select(Round.id).where(Round.year == plan.year, Round.code == round_.code)):
        yield Problem("mã đợt", f"năm {plan.year} đã có đợt “{round_.code}”; đúng là đợt khác thì ghi --code <mã khác>")


def _wrong_checklists(tools: Toolbox, round_: RoundTerms, asked: frozenset[UnitKind]) -> Iterator[Problem]:
    for code in sorted(set(round_.checklists.values())):
        try:
            checklist = tools.definitions.checklist(code)
        except DefinitionError:  # a file of a checklist is broken: that is no mistake of who typed this
            raise
        except KiemtraError as unknown:
            yield Problem("--checklist", f"{unknown}".rstrip("."))
            continue
        for kind in sorted(asked.difference(checklist.applies_to)):
            if round_.checklists.get(kind) == code:
                yield Problem("--checklist", f"bảng kiểm “{code}” không dùng cho loại hình “{kind}”")


def next_opening(session: Session) -> date | None:
    """The earliest day on which a round still waits to open."""
    waiting = select(Round.opens_on).where(Round.opened_at.is_(None), Round.missed_at.is_(None))
    return session.scalar(waiting.order_by(Round.opens_on).limit(1))


# --- for the flows ---------------------------------------------------------------------------------------------


@task(name="mo-dot")
def open_due_rounds(tools: Toolbox, as_of: datetime) -> Report:
    with tools.sessions() as session:
        names = due_rounds(session, as_of)
    return one_by_one(
        tools.sessions, names, lambda session, id_: open_round(session, id_, tools, as_of), lambda id_: names[id_]
    )


@task(name="giao-phieu")
def fill_rosters(tools: Toolbox, as_of: datetime) -> Report:
    units: dict[int, list[int]] = {}

    def look(session: Session, cycle_id: int) -> None:
        units[cycle_id] = unassigned_unit_ids(session, cycle_id)

    with tools.sessions() as session:
        names = unfilled_cycles(session)
    # One look a transaction: a cycle whose stored terms cannot be read stops only itself.
    report = one_by_one(tools.sessions, names, look, lambda cycle_id: names[cycle_id])
    for cycle_id, some in units.items():
        report += fill_roster(tools, cycle_id, names[cycle_id], some, as_of)
    return report


def fill_roster(tools: Toolbox, cycle_id: int, name: str, units: Sequence[int], as_of: datetime) -> Report:
    fill = partial(assign_batch, cycle_id=cycle_id, tools=tools, as_of=as_of)
    some = watched("Giao phiếu, theo nhóm đơn vị", list(batches(units, BATCH)))
    done = one_by_one(tools.sessions, some, fill, lambda some: f"{len(some)} đơn vị")
    if done.failures:  # a unit that spoils its batch stops only itself
        with tools.sessions() as session:
            rest = unassigned_unit_ids(session, cycle_id)
        done.failures.clear()
        done += one_by_one(tools.sessions, [[one] for one in rest], fill, lambda one: f"đơn vị {one[0]}")
    if not done.failures:
        done += one_by_one(tools.sessions, [cycle_id], mark_complete, lambda _: name)
    return done


@task(name="khoa-so")
def lock_past_cycles(tools: Toolbox, as_of: datetime) -> Report:
    with tools.sessions() as session:
        ids = lockable_cycle_ids(session, as_of)
    return one_by_one(tools.sessions, ids, lambda session, id_: lock_cycle(session, id_, as_of), "đợt {}".format)
