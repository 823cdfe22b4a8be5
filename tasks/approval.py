"""What a person signs, drops, or lets go after an outage: each looked at again at the moment of deciding."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.as_task import task
from tasks.catch_up import outdated, to_approval
from tasks.domain.deeds import Deed
from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import EventKind
from tasks.escalation import calendar_of_reader, fired_steps, is_urgent, ladder_of
from tasks.moves import move
from tasks.proof import record
from tasks.records import Letter
from tasks.report import Report, one_by_one
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox
from tasks.unread import unread_words


def awaiting_approval(session: Session) -> list[Letter]:
    waiting = select(Letter).where(Letter.state == LetterState.HELD, Letter.reason == Reason.APPROVAL)
    return list(session.scalars(waiting.order_by(Letter.created_at, Letter.id)))


def approve(session: Session, letter: Letter, as_of: datetime, tools: Toolbox) -> str:
    """Sign one held letter: it is queued, unless its unit has answered meanwhile; then it drops out."""
    obligation = letter.assignment or letter.finding
    if obligation is None or not obligation.owing:
        move(session, letter, LetterState.CANCELLED, reason=Reason.ANSWERED)
        return "đơn vị đã trả lời, bỏ ra khỏi danh sách"
    release(session, letter, as_of, tools)
    record(session, letter.id, EventKind.APPROVED, as_of, "người phê duyệt")
    return "đã duyệt, chờ gửi"


def read_or_pass(session: Session, letter_id: int, tools: Toolbox, as_of: datetime) -> Deed | None:
    """A rung that the unit's words have held: on its way once they are read, before a person once patience ends."""
    letter = session.get_one(Letter, letter_id, with_for_update=True)
    obligation = letter.assignment or letter.finding
    if letter.reason is not Reason.UNREAD or letter.state is not LetterState.HELD or obligation is None:
        return None
    if not obligation.owing:
        move(session, letter, LetterState.CANCELLED, reason=Reason.ANSWERED)
        return None
    is_read = not unread_words(session, obligation)
    if not is_read and as_of < letter.not_before:
        return None
    needs_approval = any(rung.name == letter.rung and rung.approval for rung in ladder_of(obligation).rungs)
    if is_read and not needs_approval:
        release(session, letter, as_of, tools)
        return Deed.REMINDED
    to_approval(session, letter)
    return Deed.AWAITS_APPROVAL


def release(session: Session, letter: Letter, as_of: datetime, tools: Toolbox) -> None:
    """Out of a person's hands into the queue, for the next open hour of its recipient; one digest a person and day."""
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    calendar = calendar_of_reader(obligation, letter.role, tools)
    opens = as_of if is_urgent(obligation) else HOURS.next_open(as_of, calendar)
    move(session, letter, LetterState.QUEUED, reason=None, not_before=opens)


def drop(session: Session, letter: Letter, why: str) -> None:
    """A person decides against an escalation; the ladder does not write it again."""
    move(session, letter, LetterState.CANCELLED, reason=Reason.DROPPED, detail=why)


def send_missed(session: Session, letter: Letter, as_of: datetime, tools: Toolbox) -> str:
    """A person agrees that a letter which an outage held back goes out, if it still makes sense."""
    obligation = letter.assignment or letter.finding
    if obligation is None or not obligation.owing:
        move(session, letter, LetterState.CANCELLED, reason=Reason.ANSWERED)
        return "đơn vị đã trả lời, bỏ"
    ladder = ladder_of(obligation)
    if outdated(letter, ladder, fired_steps(obligation.letters)):
        move(session, letter, LetterState.CANCELLED, reason=Reason.SUPERSEDED)
        return "đã có bước sau, gộp"
    if any(rung.name == letter.rung and rung.approval for rung in ladder.rungs):
        to_approval(session, letter)
        return "chờ phê duyệt"
    release(session, letter, as_of, tools)
    return "chờ gửi"


# --- for the flows ---------------------------------------------------------------------------------------------


@task(name="thu-cho-nguoi-doc")
def settle_unread(tools: Toolbox, as_of: datetime) -> Report:
    held = select(Letter.id).where(Letter.state == LetterState.HELD, Letter.reason == Reason.UNREAD)
    with tools.sessions() as session:
        ids = list(session.scalars(held.order_by(Letter.id)))
    act = partial(read_or_pass, tools=tools, as_of=as_of)
    return one_by_one(tools.sessions, ids, act, "thư {}".format)
