"""When the server refuses us and not a recipient: the letters wait at the end of the queue, and the office is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import LAST, Outcome
from tasks.domain.refusal import IN_A_ROW, likeness
from tasks.moves import move
from tasks.records import Attempt, Letter, MailSwitch
from tasks.toolbox import Toolbox
from tasks.unreachable import forgive

LOOK_BACK = 20 * IN_A_ROW
"""Rows of attempts: a digest has one for each of its letters."""
AT_THE_END = {"reason": Reason.NOT_US, "priority": LAST}


@dataclass(frozen=True)
class ServerFailure:
    """The last time that the server took nothing of ours, in its words, and whether a letter has left since."""

    at: datetime
    why: str
    is_over: bool


def note_server_failure(session: Session, why: str, now: datetime) -> None:
    session.execute(update(MailSwitch).values(failed_at=now, failed_why=why))


def last_server_failure(session: Session) -> ServerFailure | None:
    switch = session.get_one(MailSwitch, 1)
    if switch.failed_at is None:
        return None
    last = session.scalar(select(func.max(Letter.sent_at)).where(Letter.state == LetterState.SENT))
    return ServerFailure(switch.failed_at, switch.failed_why, last is not None and last > switch.failed_at)


def is_suspect(session: Session, letters: Collection[int]) -> bool:
    """Whether the server has refused us over these letters before."""
    suspect = select(Letter.id).where(Letter.id.in_(letters), Letter.reason == Reason.NOT_US)
    return session.scalar(suspect.limit(1)) is not None


def alike_in_a_row(session: Session, said: str) -> Sequence[Attempt]:
    """The last tries, where they ended in the same refusal for so many recipients that it must be about us."""
    mark = likeness(said)
    if not mark:
        return []
    ended = select(Attempt).where(Attempt.outcome.not_in([Outcome.SENDING, Outcome.GIVEN_BACK]))
    recent = session.scalars(ended.order_by(Attempt.id.desc()).limit(LOOK_BACK))
    row = list(takewhile(lambda one: likeness(one.answer) == mark, recent))
    return row if len({one.recipient for one in row}) >= IN_A_ROW else []


def take_back_blame(session: Session, row: Sequence[Attempt], tools: Toolbox, as_of: datetime) -> None:
    """These refusals were about us: no address is blamed, and the letters wait again."""
    for attempt in row:
        attempt.outcome = Outcome.OURS
    session.flush()
    refused = select(Letter).where(Letter.id.in_({one.letter_id for one in row}), Letter.state == LetterState.FAILED)
    for letter in session.scalars(refused.where(Letter.reason == Reason.REFUSED)).all():
        if not forgive(session, letter, tools, as_of):  # else its unit is asked anew, by another letter
            move(session, letter, LetterState.QUEUED, not_before=as_of, **AT_THE_END)
