"""What a person says in their own words: kept with the mail, for whoever looks, and left to a person where it waits."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.collection.hearing import in_order, not_again
from tasks.collection.matching import Case, Match
from tasks.collection.senders import writer
from tasks.domain.calendar import house_day
from tasks.domain.inbox.marked_line import (
    BY_MACHINE,
    ELSEWHERE,
    UNSEEN,
    Marked,
    NotTaken,
    filled_lines,
    read_marked,
)
from tasks.domain.inbox.own_words import acting_words, said
from tasks.domain.inbox.suggestion import suggest
from tasks.domain.inbox.trust import OWN
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tasks.domain.machine_marks import bears_machine_mark
from tasks.domain.message import Message
from tasks.escalation import calendar_of_reader
from tasks.records import Incoming
from tasks.toolbox import Toolbox
from tasks.unread import hold_rungs

MOST_LINES = 3


def keep_words(session: Session, row: Incoming, message: Message, match: Match, tools: Toolbox) -> Marked:
    """Whose mail it is, as whom it was written and what it says; returns its marked lines."""
    words = said(message.own_text, message.subject)
    row.words = words
    if (case := match.case or match.guess) is not None:
        row.case_code, row.who = case.code, writer(session, message, case.unit, tools)
    return lines_for(session, row, message, match.case, (words,))


def lines_for(
    session: Session, row: Incoming, message: Message, case: Case | None, texts: Sequence[str], *, again: bool = False
) -> Marked:
    """The marked lines of these texts, about this case: of the mail itself, of its forms, or of both. `again`: a form
    is sent more than once, and what its lines have said already they do not say anew."""
    marked = read_marked("\n".join(map(acting_words, texts)), house_day(row.received_at))
    if case is not None and again:
        marked = not_again(session, case, marked)
    if row.words in texts and not marked.acts:
        marked = replace(marked, unclear=(*marked.unclear, *_elsewhere(session, row, message, case)))
    if why := why_lines_wait(message):
        return marked.waiting(why)
    return in_order(session, row, message, case, marked) if case is not None else marked


def _elsewhere(session: Session, row: Incoming, message: Message, case: Case | None) -> Sequence[NotTaken]:
    """Lines that a reader of the mail sees and that may be another's; what the unit has said before is no news."""
    today = house_day(row.received_at)
    lines = filled_lines(f"{message.text}\n{row.words}", today)
    if not lines:
        return ()
    said = [acting_words(row.words)]
    if case is not None:
        earlier = select(Incoming.words).where(Incoming.case_code == case.code, Incoming.id != row.id)
        said += session.scalars(earlier.where(Incoming.words != "")).all()
    known = filled_lines("\n".join(said), today)
    rest = [line for plain, line in lines.items() if plain not in known]
    return (NotTaken(" và ".join(f"“{one}”" for one in rest[:MOST_LINES]), ELSEWHERE),) if rest else ()


def why_lines_wait(message: Message) -> str:
    """Why no line of its text acts by itself; '' where it may."""
    if message.hides_text:
        return UNSEEN
    return BY_MACHINE if bears_machine_mark(message) else ""


def leave_to_person(session: Session, row: Incoming, match: Match, marked: Marked, tools: Toolbox) -> None:
    """The words of the unit's own people hold the rungs above it until somebody has read them."""
    if marked.unclear and not marked.acts:
        row.why += f"; {marked.unclear[0].words}"
    case = match.case or match.guess
    if row.verdict in FOR_THE_DESK and row.who in OWN and row.words and case is not None and case.owing:
        session.flush()
        hold_rungs(session, case, tools.now(), calendar_of_reader(case, None, tools))


def read_beside_form(row: Incoming, match: Match, marked: Marked) -> None:
    """A form was filed, and its mail seems to ask for something that no marked line says."""
    asks = suggest(row.words, house_day(row.received_at)).is_any or bool(marked.unclear)
    if row.verdict is Verdict.REPLY and asks and row.who in OWN and match.case is not None and match.case.owing:
        done = f"phiếu đã ghi nhận; {row.why}" if marked.acts else "phiếu đã ghi nhận"
        row.verdict, row.why = Verdict.WORDS, f"{done}; lời kèm theo chờ người đọc"
