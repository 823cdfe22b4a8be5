"""Climbing the ladder: for every obligation whose moment has passed, the letters of its rungs; each at most once."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.as_task import task
from tasks.catch_up import hold_for_consent, needs_consent, was_missed
from tasks.domain.assignment import OWING, AssignmentState
from tasks.domain.calendar import Calendar, at
from tasks.domain.deeds import Deed
from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import last_day
from tasks.domain.finding import FindingState
from tasks.domain.ladder import (
    UNIT_ROLES,
    Ladder,
    Role,
    Rung,
    Step,
    due_steps,
    next_moment,
    parse_ladder,
    quiet_after_promise,
)
from tasks.domain.letterbox import REACHED_NOBODY, TAKEN_BACK, LetterState, Reason
from tasks.domain.plan import calendar_name
from tasks.domain.plan_file import round_from_terms
from tasks.identities import freed, message_id
from tasks.letters import NOBODY, WAITING, addressed, owe, repeat_no_more, rung_letter_kind, timed
from tasks.moves import move
from tasks.progress import watched
from tasks.records import Assignment, Finding, Letter, Unit, owned_by
from tasks.report import Report, batches, log, one_by_one
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox
from tasks.unread import patience_ends, unread_words

Obligation = Assignment | Finding
Which = tuple[str, int]
# A unit that answered in part is reminded of the rest, but nobody above it hears that it is silent.
ROLES_OF_STATE: dict[AssignmentState, Collection[Role]] = {
    AssignmentState.OPEN: frozenset(Role),
    AssignmentState.RETURNED: frozenset({Role.DAU_MOI}),
}
SWEEP = 2_000
BATCH = 50


def overdue(session: Session, as_of: datetime) -> list[Which]:
    """Obligations with a step whose stored moment has passed; bounded, the next run takes the rest."""
    assignments = select(Assignment.id).where(Assignment.state.in_(OWING), Assignment.next_rung_at <= as_of)
    findings = select(Finding.id).where(Finding.state == FindingState.OPEN, Finding.next_rung_at <= as_of)
    found = [("assignment", id_) for id_ in session.scalars(assignments.order_by(Assignment.next_rung_at).limit(SWEEP))]
    return found + [("finding", id_) for id_ in session.scalars(findings.order_by(Finding.next_rung_at).limit(SWEEP))]


def climb(session: Session, which: Which, tools: Toolbox, as_of: datetime, *, consent: bool = False) -> Deed | None:
    """Write the letters of every step that is due, unless the unit answered since we looked.

    `consent`: so much was missed that what comes late by a working day or more waits for a person.
    """
    obligation = read_again(session, which)
    return None if obligation is None else rise(session, obligation, tools, as_of, consent=consent)


def rise(session: Session, obligation: Obligation, tools: Toolbox, as_of: datetime, *, consent: bool) -> Deed | None:
    """The same, for a row that is locked and whose letters were read after that."""
    if not obligation.owing or _rests(obligation):
        obligation.next_rung_at = None
        return None
    ladder, calendar = terms_of(obligation, tools)
    fired = fired_steps(obligation.letters)
    roles = allowed_roles(obligation)
    quiet = obligation.quiet_until
    steps = due_steps(ladder, obligation.due_at, calendar, HOURS, fired=fired, as_of=as_of, quiet_until=quiet)
    held = consent and was_missed(_since(obligation), calendar, as_of)
    written = 0
    for step in steps:
        if step.role in roles:
            written += write_step(session, obligation, step, tools, as_of, held=held)
            fired = {*fired, (step.rung.name, step.role)}
    obligation.next_rung_at = next_moment(
        ladder,
        obligation.due_at,
        calendar,
        HOURS,
        fired=fired | skipped(steps, roles),
        roles=roles,
        quiet_until=quiet,
    )
    if not written:
        return None
    return Deed.AWAITS_CONSENT if held else Deed.REMINDED


def locked(session: Session, some: Sequence[Which]) -> list[Obligation]:
    """A batch as it is now, its letters and people in a handful of statements; read after the rows are locked."""
    ids = {kind: [id_ for one, id_ in some if one == kind] for kind in ("assignment", "finding")}
    forms = select(Assignment).where(Assignment.id.in_(ids["assignment"])).order_by(Assignment.id).with_for_update()
    findings = select(Finding).where(Finding.id.in_(ids["finding"])).order_by(Finding.id).with_for_update()
    people = selectinload(Unit.contacts)
    forms = forms.options(
        selectinload(Assignment.letters),
        selectinload(Assignment.cycle),
        selectinload(Assignment.unit).options(people),
    )
    findings = findings.options(selectinload(Finding.letters), selectinload(Finding.unit).options(people))
    return [*session.scalars(forms), *session.scalars(findings)]


def skipped(steps: Collection[Step], roles: Collection[Role]) -> set[tuple[str, Role]]:
    return {(step.rung.name, step.role) for step in steps if step.role not in roles}


def read_again(session: Session, which: Which) -> Obligation | None:
    """The row as it is now, locked where the database can: an answer that arrived meanwhile wins."""
    kind, id_ = which
    if kind == "assignment":
        return session.get(Assignment, id_, with_for_update=True)
    return session.get(Finding, id_, with_for_update=True)


def write_step(
    session: Session, obligation: Obligation, step: Step, tools: Toolbox, as_of: datetime, *, held: bool = False
) -> bool:
    """The letter of one step; its key is the claim. True when it was written to be sent."""
    letter = _letter_of(session, obligation, step, tools)
    if step.superseded and letter.state is not LetterState.CANCELLED:
        letter.state, letter.reason = LetterState.CANCELLED, Reason.SUPERSEDED
    elif held and letter.state is not LetterState.CANCELLED:
        hold_for_consent(letter)
    elif letter.state is not LetterState.CANCELLED and _waits_for_reader(session, obligation, step):
        letter.state, letter.reason, letter.words = LetterState.HELD, Reason.UNREAD, letter.words | {"unread": True}
    elif step.rung.approval and letter.state is not LetterState.CANCELLED:
        letter.state, letter.reason = LetterState.HELD, Reason.APPROVAL
    calendar = calendar_of_reader(obligation, step.role, tools)
    timed(letter, as_of, calendar, HOURS, urgent=is_urgent(obligation))
    if letter.reason is Reason.UNREAD:
        letter.not_before = patience_ends(as_of, calendar)
    owed = owe(session, letter)
    if not owed or letter.state is LetterState.CANCELLED:
        return False
    supersede_older(session, obligation, letter)
    return True


def _waits_for_reader(session: Session, obligation: Obligation, step: Step) -> bool:
    return step.role not in UNIT_ROLES and bool(unread_words(session, obligation))


def _letter_of(session: Session, obligation: Obligation, step: Step, tools: Toolbox) -> Letter:
    letter = Letter(
        key=f"rung:{'a' if isinstance(obligation, Assignment) else 'f'}{obligation.id}:{step.rung.name}:{step.role}",
        kind=rung_letter_kind(step.role),
        rung=step.rung.name,
        words={"rung_title": step.rung.title},
        message_id=message_id(session, tools, "rung", obligation.code, step.rung.name, step.role),
        assignment_id=obligation.id if isinstance(obligation, Assignment) else None,
        finding_id=obligation.id if isinstance(obligation, Finding) else None,
    )
    return to_whom(letter, obligation, step.role)


def supersede_older(session: Session, obligation: Obligation, newer: Letter) -> None:
    """What still waits for the same person from a rung below says less than this letter: it is merged into it."""
    for letter in obligation.letters:
        same = letter.rung and letter.role is newer.role and letter.id != newer.id
        if same and letter.state in WAITING and letter.kind is newer.kind:
            move(session, letter, LetterState.CANCELLED, reason=Reason.SUPERSEDED)


def to_whom(letter: Letter, obligation: Obligation, role: Role) -> Letter:
    if role in UNIT_ROLES:
        return addressed(letter, obligation.unit, role)
    officer = officers_of(obligation).get(role.value)
    letter.role = role
    letter.recipient, letter.recipient_name = (officer["address"], officer["name"]) if officer else (NOBODY, "")
    letter.state = LetterState.QUEUED if officer else LetterState.CANCELLED
    letter.reason = None if officer else Reason.NO_ADDRESS
    return letter


def terms_of(obligation: Obligation, tools: Toolbox) -> tuple[Ladder, Calendar]:
    return ladder_of(obligation), tools.definitions.calendar(calendar_name(obligation.terms, obligation.unit.kind))


def ladder_of(obligation: Obligation) -> Ladder:
    table = Table(obligation.terms["ladder"], "các bước đôn đốc đã lưu")
    ladder = parse_ladder(table)
    table.raise_if_wrong()
    return ladder


def calendar_of_reader(obligation: Obligation, role: Role | None, tools: Toolbox) -> Calendar:
    """Whose quiet days count for a letter: the unit's for its own people, the office's for officers."""
    return tools.definitions.calendar(
        calendar_name(obligation.terms, obligation.unit.kind if role in UNIT_ROLES else None)
    )


def officers_of(obligation: Obligation) -> dict[str, dict[str, str]]:
    officers: dict[str, dict[str, str]] = obligation.terms["officers"]
    return officers


def is_urgent(obligation: Obligation) -> bool:
    return isinstance(obligation, Assignment) and round_from_terms(obligation.cycle.terms["round"]).urgent


def fired_steps(letters: Iterable[Letter]) -> set[tuple[str, Role]]:
    """The letters are the ladder's memory: whatever was written, sent or not, was this step; unless taken back."""
    return {
        (letter.rung, letter.role)
        for letter in letters
        if letter.rung and letter.role is not None and letter.reason not in TAKEN_BACK
    }


def allowed_roles(obligation: Obligation) -> Collection[Role]:
    return ROLES_OF_STATE[obligation.state] if isinstance(obligation, Assignment) else frozenset(Role)


def reschedule(obligation: Obligation, tools: Toolbox) -> None:
    """Recompute the stored next moment after anything that may have changed it (answer, due day, state, calendar)."""
    obligation.next_rung_at = next_rung_of(obligation, tools)


def follow(session: Session, obligation: Obligation, tools: Toolbox, as_of: datetime) -> bool:
    """Re-time it after a person's decision; True when a rung had come by the new policy or calendar, and was climbed.

    Whoever decided has seen that in the preview, so it needs no consent. What was due before he decided may have been
    missed in an outage: that is left to the sweep.
    """
    was_due = obligation.next_rung_at is not None and obligation.next_rung_at <= as_of
    reschedule(obligation, tools)
    if was_due or obligation.next_rung_at is None or obligation.next_rung_at > as_of:
        return False
    return rise(session, obligation, tools, as_of, consent=False) is not None


def _since(obligation: Obligation) -> datetime | None:
    """From when its next letter could have been written: not before it was owed at all."""
    begun_on = obligation.cycle.opened_on if isinstance(obligation, Assignment) else obligation.raised_on
    moment = obligation.next_rung_at
    return None if moment is None else max(moment, at(begun_on, HOURS.opens))


def next_rung_of(obligation: Obligation, tools: Toolbox) -> datetime | None:
    """The next moment as everything stands now; what is stored should be the same."""
    if not obligation.owing or _rests(obligation):
        return None
    ladder, calendar = terms_of(obligation, tools)
    return next_moment(
        ladder,
        obligation.due_at,
        calendar,
        HOURS,
        fired=fired_steps(obligation.letters),
        roles=allowed_roles(obligation),
        quiet_until=obligation.quiet_until,
    )


def _rests(obligation: Obligation) -> bool:
    """The round's books are closed; or nobody at the unit can have read of the finding."""
    if isinstance(obligation, Assignment):
        return obligation.cycle.locked_at is not None
    return not obligation.unit.reachable


def pass_over(session: Session, obligation: Obligation, reason: Reason, tools: Toolbox, as_of: datetime) -> None:
    """Rungs whose moment came while the unit was not, or could not be, chased are noted as such, climbed by nobody."""
    ladder, calendar = terms_of(obligation, tools)
    fired = fired_steps(obligation.letters)
    for step in due_steps(ladder, obligation.due_at, calendar, HOURS, fired=fired, as_of=as_of):
        if step.role in allowed_roles(obligation):
            letter = _letter_of(session, obligation, step, tools)
            letter.state, letter.reason = LetterState.CANCELLED, reason
            owe(session, timed(letter, as_of, calendar, HOURS))
    session.expire(obligation, ["letters"])


def take_back(
    session: Session,
    obligation: Obligation,
    reason: Reason,
    roles: Collection[Role] = frozenset(Role),
    letters: Sequence[Letter] | None = None,
) -> int:
    """Letters of rungs that have not left are withdrawn and their keys freed: their rungs have moved, not fired.

    `letters` narrows it to these of them.
    """
    of_roles = (Letter.rung != "") & Letter.role.in_(roles)
    if letters is None:
        waiting = select(Letter).where(owned_by(Letter, obligation), of_roles, Letter.state.in_(WAITING))
        letters = session.scalars(waiting.where(Letter.repeated_at.is_(None))).all()
        repeat_no_more(session, obligation, of_roles, Reason.OUTDATED)
    for letter in letters:
        move(session, letter, LetterState.CANCELLED, reason=reason, **freed(letter))
    session.expire(obligation, ["letters"])
    return len(letters)


def come_again(session: Session, obligation: Obligation, reason: Reason, tools: Toolbox, as_of: datetime) -> None:
    """Rungs that reached nobody, merged into another or without anybody to send them to, and that lie ahead by the due
    day of now, come in their time."""
    ladder, calendar = terms_of(obligation, tools)
    ahead = {rung.name for rung in ladder.rungs if _lies_ahead(rung, obligation.due_at, calendar, as_of)}
    for letter in obligation.letters:
        never_left = letter.state is LetterState.CANCELLED and letter.reason in REACHED_NOBODY
        if never_left and letter.rung in ahead:
            leave_rung(letter, reason)
    session.flush()


def leave_rung(letter: Letter, reason: Reason) -> None:
    """It never left, and its rung may be written once more."""
    letter.reason = reason
    for name, value in freed(letter).items():
        setattr(letter, name, value)


def honour_promise(obligation: Obligation, tools: Toolbox) -> None:
    """A promised day that lies within the due time of now holds as it was said; a shorter one was cut for the old."""
    ladder, calendar = terms_of(obligation, tools)
    promised, due_on = obligation.promised_on, last_day(obligation.due_at)
    if promised is not None and promised <= due_on and ladder.policy.promise_days:
        obligation.quiet_until = quiet_after_promise(promised, promised, due_on, 1, calendar, HOURS)


def _lies_ahead(rung: Rung, due_at: datetime, calendar: Calendar, as_of: datetime) -> bool:
    try:
        return rung.moment(due_at, calendar, HOURS) > as_of
    except CalendarUnknown:
        return True  # in a year that nobody has entered yet


def _name(which: Which) -> str:
    kind, id_ = which
    return f"{'phiếu' if kind == 'assignment' else 'kiến nghị'} số {id_}"


# --- for the flows ---------------------------------------------------------------------------------------------


@task(name="nhac-va-bao-cap-tren")
def climb_overdue(tools: Toolbox, as_of: datetime) -> Report:
    with tools.sessions() as session:
        found = overdue(session, as_of)
        consent = needs_consent(session, as_of, tools.house.limits.consent_above)
    report = Report()
    for some in watched("Nhắc các nghĩa vụ đến bước", list(batches(found, BATCH))):
        report += climb_some(tools, some, as_of, consent=consent)
    return report


def climb_some(tools: Toolbox, some: Sequence[Which], as_of: datetime, *, consent: bool) -> Report:
    """A batch in one transaction; where one of it fails, each for itself, so that it stops only itself."""
    try:
        with tools.sessions.begin() as session:
            done = [rise(session, one, tools, as_of, consent=consent) for one in locked(session, some)]
    except Exception:
        log.exception("a batch of %s is climbed one by one", len(some))
        return one_by_one(tools.sessions, some, partial(climb, tools=tools, as_of=as_of, consent=consent), _name)
    return Report(Counter(filter(None, done)))
