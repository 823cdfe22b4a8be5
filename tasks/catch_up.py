"""After an outage nothing is blasted: what was missed waits with consent, and a person sends it, or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from tasks.domain.assignment import OWING
from tasks.domain.calendar import Calendar, house_day
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Ladder, Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.vietnamese import day_text
from tasks.moves import move
from tasks.records import Assignment, Cycle, Finding, Letter, Round

A_DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=60)
MISSED = "bị lỡ khi hệ thống ngừng"


def needs_consent(session: Session, as_of: datetime, above: int) -> bool:
    """Whether so many rungs were missed by more than a day that a person has to say what becomes of them.

    A rung that lies before the round opened, or the finding was raised, comes late without anything having stopped.
    """
    before = as_of - A_DAY
    assignments = select(func.count()).select_from(Assignment).join(Cycle)
    assignments = assignments.where(Assignment.state.in_(OWING), Assignment.next_rung_at < before)
    findings = select(func.count()).where(Finding.state == FindingState.OPEN, Finding.next_rung_at < before)
    missed = session.scalar(assignments.where(Cycle.opened_on <= house_day(before))) or 0
    missed += session.scalar(findings.where(Finding.raised_on <= house_day(before))) or 0
    # A sweep is bounded: what the next ones find belongs to the same outage.
    return missed > above or (missed > 0 and session.scalar(_held().with_only_columns(Letter.id).limit(1)) is not None)


def was_missed(moment: datetime | None, calendar: Calendar, as_of: datetime) -> bool:
    """A rung that comes a working day late or more; within the day, the ladder catches up by itself."""
    return moment is not None and calendar.working_days_between(house_day(moment), house_day(as_of)) >= 1


def _held() -> Select[Letter]:
    return select(Letter).where(Letter.state == LetterState.HELD, Letter.reason == Reason.CONSENT)


@dataclass(frozen=True)
class CatchUp:
    """What an outage left behind."""

    openings: tuple[str, ...]
    letters: tuple[Letter, ...]
    answered: int

    @property
    def reminders(self) -> int:
        return sum(one.kind is LetterKind.REMINDER for one in self.letters)

    @property
    def escalations(self) -> int:
        return sum(one.kind is LetterKind.ESCALATION for one in self.letters)

    @property
    def people(self) -> int:
        return len({one.recipient for one in self.letters})


def picture(session: Session, as_of: datetime) -> CatchUp:
    answered = select(func.count()).where(Letter.detail == MISSED, Letter.reason == Reason.ANSWERED)
    return CatchUp(
        openings=tuple(_openings(session, as_of)),
        letters=tuple(session.scalars(_held().order_by(Letter.created_at, Letter.id))),
        answered=session.scalar(answered) or 0,
    )


def _openings(session: Session, as_of: datetime) -> Sequence[str]:
    since = as_of - LOOK_BACK
    missed = select(Round).where(Round.missed_at > since).order_by(Round.opens_on)
    late = select(Cycle).where(Cycle.opened_on > Cycle.planned_on, Cycle.opened_on > house_day(since))
    return [
        *(f"đợt “{one.code}” không mở được: {one.missed_why}" for one in session.scalars(missed)),
        *(
            f"đợt “{one.round.code}” mở muộn ngày {day_text(one.opened_on)} thay vì {day_text(one.planned_on)}, "
            f"hạn gửi {one.due_words}"
            for one in session.scalars(late.order_by(Cycle.opened_on))
        ),
    ]


# --- what a person decides -------------------------------------------------------------------------------------


def hold_for_consent(letter: Letter) -> None:
    letter.state, letter.reason, letter.detail = LetterState.HELD, Reason.CONSENT, MISSED


def skip(session: Session, letters: Sequence[Letter], why: str) -> int:
    """Nobody hears of these rungs any more; the next ones come in their time."""
    return sum(move(session, one, LetterState.CANCELLED, reason=Reason.DROPPED, detail=why) for one in letters)


def outdated(letter: Letter, ladder: Ladder, fired: set[tuple[str, Role]]) -> bool:
    """Whether the same person has been written to from a higher rung since."""
    order = [rung.name for rung in ladder.rungs]
    if letter.rung not in order:
        return True
    return any(role is letter.role and rung in order[order.index(letter.rung) + 1 :] for rung, role in fired)


def to_approval(session: Session, letter: Letter) -> bool:
    """Consent, or patience, sends nothing above a unit: such a letter now waits for its signature like any other."""
    still = update(Letter).where(Letter.id == letter.id, Letter.state == LetterState.HELD)
    changed = session.execute(
        still.where(Letter.reason.in_((Reason.CONSENT, Reason.UNREAD))).values(reason=Reason.APPROVAL),
        execution_options={"synchronize_session": False},
    )
    session.refresh(letter)
    return bool(changed.rowcount)  # type: ignore[attr-defined]
