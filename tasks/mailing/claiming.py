"""Which letters may leave now: claimed by a conditional update, checked once more inside the claim."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from tasks.domain.calendar import house_day
from tasks.domain.ladder import UNIT_ROLES
from tasks.domain.letterbox import AT_ONCE, BUNDLED, CHASING, LEASE, LetterState, Reason
from tasks.escalation import is_urgent, terms_of
from tasks.letters import house_day_bounds
from tasks.records import Letter, move
from tasks.report import Failure, Report, log
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

BATCH = 50
FOR_A_TIME = (Reason.QUIET, Reason.BUDGET)
LOOK_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Parcel:
    """Letters that travel as one message: the first carries the bytes, the others are lines of its digest."""

    leader: int
    followers: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return (self.leader, *self.followers)


def release_due(session: Session, as_of: datetime) -> None:
    """Letters held for a time (quiet hours, quota) are ready once that time has come."""
    timed = update(Letter).where(Letter.state == LetterState.HELD, Letter.reason.in_(FOR_A_TIME))
    session.execute(timed.where(Letter.not_before <= as_of).values(state=LetterState.QUEUED, reason=None))


def sweep_expired(session: Session, now: datetime) -> int:
    """Letters of a worker that died: back into the queue before the content left, uncertain after it."""
    expired = Letter.lease_until < now
    lost = update(Letter).where(Letter.state == LetterState.SENDING, expired)
    stranded = update(Letter).where(Letter.state == LetterState.CLAIMED, expired)
    uncertain = session.execute(lost.values(state=LetterState.UNCERTAIN, reason=Reason.INTERRUPTED, lease_until=None))
    session.execute(stranded.values(state=LetterState.QUEUED, lease_until=None))
    assert isinstance(uncertain, CursorResult)
    return uncertain.rowcount


def count_ready(session: Session, as_of: datetime) -> int:
    ready = select(func.count()).select_from(Letter).where(Letter.state == LetterState.QUEUED)
    return session.scalar(ready.where(Letter.not_before <= as_of)) or 0


def ready_ids(session: Session, as_of: datetime) -> list[int]:
    ready = select(Letter.id).where(Letter.state == LetterState.QUEUED, Letter.not_before <= as_of)
    return list(session.scalars(ready.order_by(Letter.not_before, Letter.id).limit(BATCH)))


def claim_batch(
    session: Session, tools: Toolbox, worker: str, as_of: datetime, report: Report | None = None
) -> list[Parcel]:
    """Claim up to a batch of ready letters, with their fellow letters of the same digest; empty when none is ready.

    `report` is told of letters that could not be checked.
    """
    report = Report() if report is None else report
    now = tools.now()
    parcels: list[Parcel] = []
    taken: set[int] = set()
    for letter_id in ready_ids(session, as_of):
        if letter_id in taken or not claim(session, letter_id, worker, now):
            continue
        leader = session.get_one(Letter, letter_id)
        leader.bundled_into_id = None  # it may have been a line of a digest whose first letter dropped out
        if not _checked(session, leader, tools, as_of, report):
            continue
        followers = claim_fellows(session, leader, tools, worker, as_of, report)
        parcels.append(Parcel(leader.id, tuple(followers)))
        taken.update(parcels[-1].ids)
    return parcels


def claim(session: Session, letter_id: int, worker: str, now: datetime) -> bool:
    mine = update(Letter).where(Letter.id == letter_id, Letter.state == LetterState.QUEUED)
    values = {"state": LetterState.CLAIMED, "claimed_by": worker, "lease_until": now + LEASE}
    result = session.execute(mine.values(**values), execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    session.expire_all()
    return result.rowcount == 1


def claim_fellows(
    session: Session, leader: Letter, tools: Toolbox, worker: str, as_of: datetime, report: Report
) -> list[int]:
    """The other ready letters to the same person on the same day; bytes that are written take in no further one."""
    if leader.kind not in BUNDLED or leader.bundle is None:
        return []
    same = select(Letter.id).where(
        Letter.bundle == leader.bundle, Letter.state == LetterState.QUEUED, Letter.not_before <= as_of
    )
    if leader.raw is not None:
        same = same.where(Letter.bundled_into_id == leader.id)
    fellows = []
    for letter_id in session.scalars(same.order_by(Letter.id)).all():
        if claim(session, letter_id, worker, tools.now()):
            letter = session.get_one(Letter, letter_id)
            letter.bundled_into_id = leader.id  # before the check: a line of a digest takes none of the day's quota
            if not _checked(session, letter, tools, as_of, report):
                letter.bundled_into_id = None
                continue
            if letter.recipient == leader.recipient:
                fellows.append(letter_id)
            else:  # its unit has another address by now
                letter.bundled_into_id = None
                move(session, letter, LetterState.QUEUED, claimed_by="", lease_until=None)
    return fellows


def _checked(session: Session, letter: Letter, tools: Toolbox, as_of: datetime, report: Report) -> bool:
    """The last check; a letter whose case cannot be read is named and waits, so that those behind it leave."""
    try:
        with session.begin_nested():
            return may_leave(session, letter, tools, as_of)
    except Exception as error:
        log.exception("letter %s cannot be checked", letter.id)
        why = f"{type(error).__name__}: {error}"
        report.failures.append(Failure(f"thư {letter.id}", why))
        again = as_of + LOOK_AGAIN_AFTER
        move(session, letter, LetterState.QUEUED, detail=why, not_before=again, claimed_by="", lease_until=None)
        return False


def may_leave(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> bool:
    """The last check, inside the claim: whatever speaks against the letter now is written on its row."""
    obligation = letter.assignment or letter.finding
    if letter.kind in CHASING and obligation is not None:
        if not obligation.owing:
            return not move(session, letter, LetterState.CANCELLED, reason=Reason.ANSWERED, lease_until=None)
        if letter.role in UNIT_ROLES and not _recipient_is_current(session, letter):
            return False
    urgent = obligation is not None and is_urgent(obligation)
    if letter.kind not in AT_ONCE and not urgent and obligation is not None:
        _, calendar = terms_of(obligation, tools)
        opens = HOURS.next_open(as_of, calendar)
        if opens > as_of:
            return _hold(session, letter, Reason.QUIET, opens)
        if letter.kind in BUNDLED and _had_one_today(session, letter, as_of):
            tomorrow = HOURS.next_open(house_day_bounds(as_of)[1], calendar)
            return _hold(session, letter, Reason.QUIET, tomorrow)
    if _leaving_today(session, as_of) > tools.house.limits.per_day:
        return _hold(session, letter, Reason.BUDGET, house_day_bounds(as_of)[1])
    return True


def _recipient_is_current(session: Session, letter: Letter) -> bool:
    """A contact that changed since the row was written gets the letter at the new address."""
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    assert letter.role is not None
    contact = obligation.unit.contact(letter.role)
    if contact is None or contact.unreachable_at is not None:
        reason = Reason.NO_ADDRESS if contact is None else Reason.UNREACHABLE
        return not move(session, letter, LetterState.CANCELLED, reason=reason, lease_until=None)
    if letter.raw is None:
        letter.recipient, letter.recipient_name = contact.address, contact.name
        if letter.bundle is not None:
            letter.bundle = f"{contact.address}|{letter.bundle.rpartition('|')[2]}"
    return True


def _hold(session: Session, letter: Letter, reason: Reason, until: datetime) -> bool:
    bundle = f"{letter.recipient}|{house_day(until)}" if letter.kind in BUNDLED else None
    move(session, letter, LetterState.HELD, reason=reason, not_before=until, lease_until=None, bundle=bundle)
    return False


def _had_one_today(session: Session, letter: Letter, as_of: datetime) -> bool:
    """One chasing letter a day for a person, over all rounds: gone, or in somebody's hands in another message."""
    start, end = house_day_bounds(as_of)
    message = letter.bundled_into_id or letter.id
    gone = and_(
        Letter.state.in_((LetterState.SENDING, LetterState.SENT, LetterState.UNCERTAIN)),
        Letter.sent_at >= start,
        Letter.sent_at < end,
    )
    same_day = select(Letter.id).where(
        Letter.recipient == letter.recipient,
        Letter.kind.in_(BUNDLED),
        Letter.id.not_in((letter.id, message)),
        Letter.bundled_into_id.is_distinct_from(message),
        or_(gone, Letter.state == LetterState.CLAIMED),
    )
    return session.scalar(same_day.limit(1)) is not None


def _leaving_today(session: Session, as_of: datetime) -> int:
    """Messages of the day: handed over, or in somebody's hands right now (this letter too)."""
    start, end = house_day_bounds(as_of)
    gone = and_(Letter.sent_at >= start, Letter.sent_at < end)
    count = select(func.count()).select_from(Letter).where(Letter.bundled_into_id.is_(None))
    return session.scalar(count.where(or_(gone, Letter.state == LetterState.CLAIMED))) or 0
