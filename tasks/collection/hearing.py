"""What the marked lines of a mail come to: a request for more time, the promise of a day. Other words do nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tasks.collection.senders import said_at
from tasks.domain.calendar import house_day
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import Wish, grants_itself, last_day
from tasks.domain.inbox.marked_line import MARK_NAMES, Mark, Marked, NotTaken
from tasks.domain.ladder import Role, quiet_after_promise
from tasks.domain.letterbox import Reason, Verdict
from tasks.domain.message import Message
from tasks.domain.vietnamese import day_text
from tasks.escalation import Obligation, reschedule, take_back, terms_of
from tasks.extension import answer_letter, ask, extensions_of, grant, own_due_at, past_lock, standing_words, uncounted
from tasks.records import Extension, Incoming, Letter
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

BY_POLICY = "tự động theo các bước đôn đốc"
OLDER_PROMISE = "thư được gửi trước thư hẹn ngày {day}, đang tính ngày ấy; muốn đổi, hãy viết lại"
UNDATED_PROMISE = "không rõ thư được gửi trước hay sau thư hẹn ngày {day}, đang tính ngày ấy; muốn đổi, hãy viết lại"


@dataclass(frozen=True)
class Heard:
    """What the lines of a mail came to: its verdict, and the letter that answers it (nobody answers a promise)."""

    verdict: Verdict
    why: str
    letter: Letter | None = None
    extension: Extension | None = None


def hear(
    session: Session, row: Incoming, message: Message, marked: Marked, obligation: Obligation, tools: Toolbox
) -> Heard | None:
    """Do what the lines say, on the word of somebody who may say it; None when they say nothing or nothing is owed."""
    if not obligation.owing:
        return None
    said = said_at(session, row, message, obligation) or row.received_at
    promise = _promise(session, row, marked.promised, said, obligation, tools) if marked.promised else None
    if marked.wish is None:
        return promise
    asked = _more_time(session, row, message, marked.wish, obligation, tools)
    return replace(asked, why=f"{asked.why}; {promise.why}") if promise else asked


def not_again(session: Session, obligation: Obligation, marked: Marked) -> Marked:
    """A form is sent more than once: what its lines have said already they do not say anew."""
    asked = {(one.days, one.until, one.why) for one in extensions_of(session, obligation)}
    wish = marked.wish
    return replace(
        marked,
        wish=None if wish and (wish.days, wish.until, wish.why) in asked else wish,
        promised=None if marked.promised == obligation.promised_on else marked.promised,
    )


def in_order(session: Session, row: Incoming, message: Message, obligation: Obligation, marked: Marked) -> Marked:
    """A promise that was delayed on its way replaces no newer one; where nobody can tell, the unit is asked."""
    stands, day = obligation.promised_on, marked.promised
    if day is None or stands is None or day == stands or obligation.promised_at is None:
        return marked
    said = said_at(session, row, message, obligation)
    if said is not None and said >= obligation.promised_at:
        return marked
    line = f"“{MARK_NAMES[Mark.PROMISE]}: ngày {day_text(day)}”"
    why = (UNDATED_PROMISE if said is None else OLDER_PROMISE).format(day=day_text(stands))
    return replace(marked, promised=None, unclear=(*marked.unclear, NotTaken(line, why)))


def _more_time(
    session: Session, row: Incoming, message: Message, wish: Wish, obligation: Obligation, tools: Toolbox
) -> Heard:
    extension = ask(session, obligation, wish, tools, row.received_at, message.sender, row.id)
    if _allowed_by_policy(extension, obligation, tools):
        grant(session, extension, tools, row.received_at, BY_POLICY)
    standing = filter(None, (standing_words(extension), uncounted(extension, tools)))
    words = f"xin gia hạn {wish.words}: {'; '.join(standing)}"
    letter = answer_letter(session, extension, obligation, tools, message)
    return Heard(Verdict.EXTENSION, words, letter, extension)


def _promise(
    session: Session, row: Incoming, promised: date, said: datetime, obligation: Obligation, tools: Toolbox
) -> Heard:
    obligation.promised_at = said
    keep_quiet(session, obligation, promised, row.received_at, tools)
    return Heard(Verdict.PROMISE, f"hẹn trả lời ngày {day_text(promised)}")


def _allowed_by_policy(extension: Extension, obligation: Obligation, tools: Toolbox) -> bool:
    ladder, calendar = terms_of(obligation, tools)
    new = extension.wanted_at
    if new is None or past_lock(obligation, new):
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
