"""Which letters may leave now: claimed by a conditional update, checked once more inside the claim."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from tasks.attempts import end_abandoned
from tasks.domain.calendar import Calendar
from tasks.domain.ladder import UNIT_ROLES
from tasks.domain.letterbox import BUNDLED, CHASING, LEASE, LetterState, Reason
from tasks.domain.mailing import domain_of
from tasks.escalation import Obligation, calendar_of_reader, is_urgent
from tasks.letters import goes_at_once, house_day_bounds, stays_what_it_was
from tasks.mailing.departures import settle_departed
from tasks.moves import Change, move, move_all
from tasks.records import Assignment, Cycle, DomainPause, Finding, Letter, LetterBytes, MailSwitch, Unit
from tasks.report import Failure, Report, is_passing, log
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

BATCH = 100
FOR_A_TIME = (Reason.QUIET, Reason.BUDGET, Reason.PAUSED)
LOOK_AGAIN_AFTER = timedelta(hours=1)
PERIOD = timedelta(minutes=5)
"""What one run may claim leaves within this time: the next run is due then."""
GONE = (LetterState.SENDING, LetterState.SENT, LetterState.UNCERTAIN)


@dataclass(frozen=True)
class Parcel:
    """Letters that travel as one message: the first carries the bytes, the others are lines of its digest."""

    leader: int
    followers: tuple[int, ...] = ()
    leaves_at: datetime | None = None
    """Not before this moment, so that all senders together keep to the rate."""

    @property
    def ids(self) -> tuple[int, ...]:
        return (self.leader, *self.followers)


_CLAIM = Change(Letter, [LetterState.QUEUED], LetterState.CLAIMED, writes=("claimed_by", "lease_until"))


def switch_of(session: Session) -> MailSwitch:
    """The one row of the stop button, locked: whoever claims has it for the length of the claim."""
    return session.get_one(MailSwitch, 1, with_for_update=True, populate_existing=True)


def release_due(session: Session, as_of: datetime) -> None:
    """Letters held for a time (quiet hours, quota, a paused domain, the stop button) are ready once that has passed."""
    held = update(Letter).where(Letter.state == LetterState.HELD)
    ready = {"state": LetterState.QUEUED, "reason": None}
    session.execute(held.where(Letter.reason.in_(FOR_A_TIME), Letter.not_before <= as_of).values(**ready))
    session.execute(held.where(Letter.reason == Reason.STOPPED).values(**ready))


def hold_stopped(session: Session, as_of: datetime) -> None:
    """While the stop button is pressed, whatever would leave now says so on its row."""
    ready = update(Letter).where(Letter.state == LetterState.QUEUED, Letter.not_before <= as_of)
    session.execute(ready.values(state=LetterState.HELD, reason=Reason.STOPPED))


def sweep_expired(session: Session, tools: Toolbox) -> int:
    """Letters of a worker that died: back into the queue before the content left, uncertain after it."""
    now = tools.now()
    # No worker's lease reaches so far ahead: it was given by a clock that was ahead.
    expired = or_(Letter.lease_until < now, Letter.lease_until > now + 4 * tools.lasting(LEASE))
    lost = list(session.scalars(select(Letter.id).where(Letter.state == LetterState.SENDING, expired)))
    done = {"reason": Reason.INTERRUPTED, "lease_until": None}
    if lost and move_all(session, Letter, lost, [LetterState.SENDING], LetterState.UNCERTAIN, expired, **done):
        end_abandoned(session, lost, now, "tiến trình gửi bị ngắt giữa chừng")
    stranded = update(Letter).where(Letter.state == LetterState.CLAIMED, expired)
    session.execute(stranded.values(state=LetterState.QUEUED, lease_until=None))
    return len(lost)


def _ready(as_of: datetime) -> Select[Any]:
    return select(Letter.id).where(Letter.state == LetterState.QUEUED, Letter.not_before <= as_of)


def count_ready(session: Session, as_of: datetime) -> int:
    return session.scalar(select(func.count()).select_from(_ready(as_of).subquery())) or 0


def ready_ids(session: Session, as_of: datetime, most: int = BATCH) -> list[int]:
    """What goes next: answers to people and urgent rounds first, then by the moment since which it is due."""
    order = (Letter.priority, Letter.not_before, Letter.id)
    return list(session.scalars(_ready(as_of).order_by(*order).limit(most)))


def claim_batch(
    session: Session,
    tools: Toolbox,
    worker: str,
    as_of: datetime,
    report: Report | None = None,
    most: int = BATCH,
) -> list[Parcel]:
    """Claim up to a batch of ready letters, with their fellow letters of the same digest; empty when none may leave.

    One claim at a time over all senders (the switch is locked), so that the limits are kept to the letter. `report`
    is told of letters that could not be checked.
    """
    switch = switch_of(session)
    settle_departed(session, tools.now())
    if switch.stopped_at is not None:
        hold_stopped(session, as_of)
        return []
    ids = ready_ids(session, as_of, min(most, tools.house.limits.per_minute or BATCH))
    ids += _fellow_ids(session, ids, as_of)
    claim = Claim(session, tools, as_of, ids, Report() if report is None else report)
    for letter, is_written in _claimed(session, ids, worker, tools.now() + tools.lasting(LEASE)):
        claim.take(letter, is_written)
    rate = tools.house.limits.per_minute
    return list(_paced(claim.parcels, switch, rate, speaks_from(switch, tools))) if rate else claim.parcels


def speaks_from(switch: MailSwitch, tools: Toolbox) -> datetime:
    """The moment of the next letter: where the last claim ended. A moment that no run can have spoken for is a clock's
    that was ahead, and counts for nothing."""
    now = tools.now()
    spoken = switch.spoken_for_until or now
    return now if spoken > now + longest_wait(tools) else max(now, spoken)


def longest_wait(tools: Toolbox) -> timedelta:
    """A run speaks for its period, and for what is left of a minute."""
    return tools.lasting(PERIOD) + timedelta(minutes=1)


def room_until(session: Session, tools: Toolbox, until: datetime) -> int:
    """How many letters may leave before a run is over."""
    rate = tools.house.limits.per_minute
    if not rate:
        return BATCH
    left = (until - speaks_from(switch_of(session), tools)) / (timedelta(minutes=1) / rate)
    return max(0, min(BATCH, ceil(left)))


def _fellow_ids(session: Session, ids: Collection[int], as_of: datetime) -> list[int]:
    """The other ready chasing letters to the same people: they travel along, or wait for tomorrow."""
    people = select(Letter.recipient).where(Letter.id.in_(ids), Letter.kind.in_(BUNDLED))
    others = _ready(as_of).where(Letter.kind.in_(BUNDLED), Letter.recipient.in_(people), Letter.id.not_in(ids))
    return list(session.scalars(others))


def _claimed(session: Session, ids: Sequence[int], worker: str, until: datetime) -> list[tuple[Letter, bool]]:
    """The letters that are ours now, with all that their last check asks, and whether their bytes are kept; those
    come first, since a digest of which a copy may be on its way takes in no further line."""
    if not ids:
        return []
    _CLAIM(session, ids, claimed_by=worker, lease_until=until)
    own = Letter.id.in_(ids), Letter.state == LetterState.CLAIMED, Letter.claimed_by == worker
    _forget_words(session, select(Letter.id).where(*own, Letter.repeated_at.is_(None)))
    is_written = LetterBytes.letter_id.is_not(None)
    mine = select(Letter, is_written).outerjoin(LetterBytes).where(*own)
    of_assignment = selectinload(Letter.assignment)
    everything = (
        of_assignment.selectinload(Assignment.cycle).selectinload(Cycle.round),
        of_assignment.selectinload(Assignment.unit).selectinload(Unit.contacts),
        selectinload(Letter.finding).selectinload(Finding.unit).selectinload(Unit.contacts),
    )
    order = (is_written.desc(), Letter.priority, Letter.not_before, Letter.id)
    found = session.execute(mine.options(*everything).order_by(*order).execution_options(populate_existing=True)).all()
    return [(letter, written) for letter, written in found]


def _forget_words(session: Session, letters: Select[Any]) -> None:
    """What was written at an earlier try, and of which nothing can have left, is written anew: who has answered, who is
    in charge, the due day and the days that are left may all have changed since."""
    session.execute(delete(LetterBytes).where(LetterBytes.letter_id.in_(letters)))
    apart = or_(Letter.id.in_(letters), Letter.bundled_into_id.in_(letters))
    lines = update(Letter).where(apart, Letter.bundled_into_id.is_not(None))
    session.execute(lines.values(bundled_into_id=None), execution_options={"synchronize_session": False})


def _paced(parcels: Sequence[Parcel], switch: MailSwitch, rate: int, moment: datetime) -> Iterator[Parcel]:
    """Each parcel at its moment: one every 60/rate seconds over all senders, from where the last claim ended."""
    step = timedelta(minutes=1) / rate
    for parcel in parcels:
        yield Parcel(parcel.leader, parcel.followers, moment)
        moment += step
        switch.spoken_for_until = moment


@dataclass
class Claim:
    """One claim: the last check of each letter, and which letters travel together.

    Whatever speaks against a letter now is written on its row.
    """

    session: Session
    tools: Toolbox
    as_of: datetime
    ids: Collection[int]
    report: Report
    parcels: list[Parcel] = field(default_factory=list)
    _written: set[int] = field(default_factory=set)
    _of_person: dict[str, tuple[Letter, int]] = field(default_factory=dict)
    """By recipient: the first letter of today's message to a person, and which parcel it is."""
    _urgent: dict[int, bool] = field(default_factory=dict)

    def take(self, letter: Letter, is_written: bool) -> None:
        """A letter whose case cannot be read is named and waits, so that those behind it leave."""
        try:
            if is_written:
                self._written.add(letter.id)
            if self._may_leave(letter):
                self._put(letter)
        except Exception as error:
            if is_passing(error):
                raise
            log.exception("letter %s cannot be checked", letter.id)
            why = f"{type(error).__name__}: {error}"
            self.report.failures.append(Failure(f"thư {letter.id}", why))
            self._release(letter, LetterState.QUEUED, detail=why, not_before=self.as_of + LOOK_AGAIN_AFTER)

    def _put(self, letter: Letter) -> None:
        first, number = self._of_person.get(letter.recipient, (letter, len(self.parcels)))
        if letter.kind in BUNDLED and self._joins(letter, first):
            letter.bundled_into_id = first.id
            parcel = self.parcels[number]
            self.parcels[number] = Parcel(parcel.leader, (*parcel.followers, letter.id))
        elif letter.kind in BUNDLED and first is not letter and not self._is_urgent(letter):
            self._hold(letter, Reason.QUIET, self._tomorrow(letter))
        elif self._left_today + len(self.parcels) >= self.tools.house.limits.per_day:
            self._hold(letter, Reason.BUDGET, house_day_bounds(self.as_of)[1])
        else:
            letter.bundled_into_id = None  # it may have been a line of a digest whose first letter dropped out
            if letter.kind in BUNDLED:
                self._of_person[letter.recipient] = letter, number
            self.parcels.append(Parcel(letter.id))

    def _joins(self, letter: Letter, first: Letter) -> bool:
        """Bytes that are written take in no further line: only those that they were written for."""
        if first is letter or letter.id in self._written:
            return False
        return first.id not in self._written or letter.bundled_into_id == first.id

    def _may_leave(self, letter: Letter) -> bool:
        obligation = letter.assignment or letter.finding
        if letter.kind in CHASING and obligation is not None and not obligation.owing:
            return self._cancel(letter, Reason.ANSWERED)
        if obligation is not None and letter.role in UNIT_ROLES and not self._recipient_is_current(letter, obligation):
            return False
        if (until := self._pauses.get(domain_of(letter.recipient))) is not None:
            return self._hold(letter, Reason.PAUSED, until)
        if goes_at_once(letter) or obligation is None or self._is_urgent(letter):
            return True
        opens = HOURS.next_open(self.as_of, self._calendar(letter))
        if opens > self.as_of:
            return self._hold(letter, Reason.QUIET, opens)
        if letter.kind in BUNDLED and letter.recipient not in self._of_person and self._had_one_today(letter):
            return self._hold(letter, Reason.QUIET, self._tomorrow(letter))
        return True

    def _recipient_is_current(self, letter: Letter, obligation: Obligation) -> bool:
        """A contact that changed since the row was written gets the letter at the new address."""
        assert letter.role is not None
        contact = obligation.unit.contact(letter.role)
        if contact is None or contact.unreachable_at is not None:
            return self._cancel(letter, Reason.NO_ADDRESS if contact is None else Reason.UNREACHABLE)
        if letter.id not in self._written:
            letter.recipient, letter.recipient_name = contact.address, contact.name
        return True

    @cached_property
    def _pauses(self) -> dict[str, datetime]:
        active = select(DomainPause.domain, DomainPause.until).where(DomainPause.until > self.as_of)
        return dict(self.session.execute(active).all())

    @cached_property
    def _left_today(self) -> int:
        """Messages of the day beside this claim: handed over, or in somebody's hands right now."""
        start, end = house_day_bounds(self.as_of)
        message = select(func.count()).select_from(Letter).where(Letter.bundled_into_id.is_(None))
        gone = message.where(Letter.sent_at >= start, Letter.sent_at < end)
        by_others = message.where(Letter.state == LetterState.CLAIMED, Letter.id.not_in(self.ids))
        # Two questions, because each has its index, and one with an OR would read the whole table.
        return (self.session.scalar(gone) or 0) + (self.session.scalar(by_others) or 0)

    def _is_urgent(self, letter: Letter) -> bool:
        """Read once for all letters of a cycle."""
        if letter.assignment is None:
            return False
        key = letter.assignment.cycle_id
        if key not in self._urgent:
            self._urgent[key] = is_urgent(letter.assignment)
        return self._urgent[key]

    def _calendar(self, letter: Letter) -> Calendar:
        obligation = letter.assignment or letter.finding
        assert obligation is not None
        return calendar_of_reader(obligation, letter.role, self.tools)

    def _tomorrow(self, letter: Letter) -> datetime:
        return HOURS.next_open(house_day_bounds(self.as_of)[1], self._calendar(letter))

    def _had_one_today(self, letter: Letter) -> bool:
        """One chasing letter a day for a person, over all rounds."""
        start, end = house_day_bounds(self.as_of)
        same_day = select(Letter.id).where(
            Letter.recipient == letter.recipient,
            Letter.kind.in_(BUNDLED),
            Letter.state.in_(GONE),
            Letter.sent_at >= start,
            Letter.sent_at < end,
        )
        return self.session.scalar(same_day.limit(1)) is not None

    def _cancel(self, letter: Letter, reason: Reason) -> bool:
        if letter.repeated_at is not None:
            stays_what_it_was(self.session, letter, reason)
            return False
        return self._release(letter, LetterState.CANCELLED, reason=reason)

    def _hold(self, letter: Letter, reason: Reason, until: datetime) -> bool:
        return self._release(letter, LetterState.HELD, reason=reason, not_before=until)

    def _release(self, letter: Letter, to: LetterState, **changes: object) -> bool:
        move(self.session, letter, to, claimed_by="", lease_until=None, **changes)
        return False
