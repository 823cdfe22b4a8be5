"""What the words of a mail without a workbook come to: a request for more time, or the promise of a day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tasks.domain.calendar import house_day
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import grants_itself, last_day
from tasks.domain.ladder import Role, quiet_after_promise
from tasks.domain.letterbox import Reason, Verdict
from tasks.domain.message import Message
from tasks.domain.promise_words import read_promise
from tasks.domain.reply_words import read_wish, said
from tasks.domain.vietnamese import day_text
from tasks.escalation import Obligation, reschedule, take_back, terms_of
from tasks.extension import answer_letter, ask, grant, own_due_at, past_lock, standing_words, uncounted
from tasks.records import Extension, Incoming, Letter
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

BY_POLICY = "tự động theo thang nhắc"


@dataclass(frozen=True)
class Heard:
    """What the words of a mail came to: its verdict, and the letter that answers it (nobody answers a promise)."""

    verdict: Verdict
    why: str
    letter: Letter | None = None


def hear(session: Session, row: Incoming, message: Message, obligation: Obligation, tools: Toolbox) -> Heard | None:
    """Understand a request for more time or a promised day; None when the mail says neither."""
    received_on = house_day(row.received_at)
    if not obligation.owing:
        return None
    text = said(message.text, message.subject)
    if (wish := read_wish(text, received_on)) is not None:
        extension = ask(session, obligation, wish, tools, row.received_at, message.sender, row.id)
        if _allowed_by_policy(extension, obligation, message, tools):
            grant(session, extension, tools, row.received_at, BY_POLICY)
        standing = filter(None, (standing_words(extension), uncounted(extension, tools)))
        words = f"xin gia hạn {wish.words}: {'; '.join(standing)}"
        return Heard(Verdict.EXTENSION, words, answer_letter(session, extension, obligation, tools, message))
    if (promised := read_promise(text, received_on)) is not None:
        keep_quiet(session, obligation, promised, row.received_at, tools)
        return Heard(Verdict.PROMISE, f"hẹn trả lời ngày {day_text(promised)}")
    return None


def _allowed_by_policy(extension: Extension, obligation: Obligation, message: Message, tools: Toolbox) -> bool:
    """Only whoever is in the register may move a due day without a person looking."""
    ladder, calendar = terms_of(obligation, tools)
    new = extension.wanted_at
    if new is None or not obligation.unit.knows(message.sender) or past_lock(obligation, new):
        return False
    allowed = ladder.policy.extension_days
    try:
        own = own_due_at(obligation, tools)
        return grants_itself(obligation.due_at, own, new, extension.asked_at, allowed, calendar)
    except CalendarUnknown:
        return False  # so many days more, or fewer: that is for a person to say until the year is entered


def keep_quiet(session: Session, obligation: Obligation, promised: date, received_at: datetime, tools: Toolbox) -> None:
    """No reminder to the clerk until the promised day is over; the rungs above him come in their time."""
    ladder, calendar = terms_of(obligation, tools)
    allowed = ladder.policy.promise_days
    obligation.promised_on = promised
    obligation.quiet_until = quiet_after_promise(
        promised, house_day(received_at), last_day(obligation.due_at), allowed, calendar, HOURS
    )
    session.flush()
    take_back(session, obligation, Reason.PROMISED, roles=frozenset({Role.DAU_MOI}))
    reschedule(obligation, tools)
