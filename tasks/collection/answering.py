"""Our answer to an answer: a receipt, or the form once more; never to a machine, and never so often that it loops."""

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar
from tasks.collection.senders import Said
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.inbox.trust import OWN, Trust, Who
from tasks.domain.ladder import Role
from tasks.domain.letterbox import AT_ONCE, LetterKind, LetterState, Reason, may_answer_automatically
from tasks.domain.message import Message
from tasks.escalation import Obligation, is_urgent, terms_of
from tasks.identities import came_as, message_id
from tasks.letters import addressed, house_day_bounds, owe, timed
from tasks.records import Assignment, Incoming, Letter, Reply
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

A_DAY_TO_A_SENDER = 1
A_DAY_FOR_A_CASE = 3
"""Whoever writes: a list that answers under many names must not be answered under each of them."""


def acknowledge(
    session: Session,
    row: Incoming,
    message: Message,
    assignment: Assignment,
    reply: Reply,
    so_far: AnswersSoFar,
    speaker: Said,
    tools: Toolbox,
    reason: str = "",
) -> None:
    """`reason`: what a form that goes back is to say before all else."""
    if speaker.trust is Trust.TELL:
        _tell_contact(session, assignment, reply, tools)
    if speaker.who not in OWN:
        _note_receipt(session, row, message, assignment, reply, tools)
        return
    kind = LetterKind.RECEIPT if so_far.complete else LetterKind.RETURNED
    letter = _answer_letter(session, row, message, assignment, kind, f"{kind}:{reply.id}", tools)
    if letter is not None:
        letter.reply_id = reply.id
        letter.words = {"received_at": row.received_at.isoformat()} | ({"reason": reason} if reason else {})
        owe_answer(session, letter, assignment, tools)


def send_form_again(
    session: Session, row: Incoming, message: Message, assignment: Assignment, reason: str, who: Who, tools: Toolbox
) -> None:
    """The form holds what was answered: it goes to nobody but the unit."""
    if assignment.state is AssignmentState.ANSWERED or who not in OWN:
        return
    letter = _answer_letter(
        session, row, message, assignment, LetterKind.RETURNED, f"returned:incoming:{row.id}:{assignment.id}", tools
    )
    if letter is not None:
        letter.words = {"received_at": row.received_at.isoformat(), "reason": reason}
        owe_answer(session, letter, assignment, tools)


def _tell_contact(session: Session, assignment: Assignment, reply: Reply, tools: Toolbox) -> None:
    """Somebody else has answered in the unit's name: its contact hears of it, and how to object."""
    letter = Letter(
        key=f"told:{reply.id}",
        kind=LetterKind.TOLD,
        assignment_id=assignment.id,
        reply_id=reply.id,
        message_id=message_id(session, tools, assignment.code, LetterKind.TOLD, came_as(session, reply.incoming_id)),
    )
    addressed(letter, assignment.unit, Role.DAU_MOI)
    _, calendar = terms_of(assignment, tools)
    owe(session, timed(letter, tools.now(), calendar, HOURS, urgent=is_urgent(assignment)))


def _note_receipt(
    session: Session, row: Incoming, message: Message, assignment: Assignment, reply: Reply, tools: Toolbox
) -> None:
    """That their mail has come, and nothing of what the unit has answered."""
    if may_answer_automatically(message):
        letter = _answer_letter(session, row, message, assignment, LetterKind.NOTED, f"noted:{reply.id}", tools)
        assert letter is not None
        letter.reply_id = reply.id
        letter.words = {"received_at": row.received_at.isoformat()}
        owe_answer(session, letter, assignment, tools)


def _answer_letter(
    session: Session,
    row: Incoming,
    message: Message,
    assignment: Assignment,
    kind: LetterKind,
    key: str,
    tools: Toolbox,
) -> Letter | None:
    """To whoever wrote, where a person wrote; a no-reply address has its answer sent to the registered contact."""
    recipient, name = message.sender, message.sender_name
    if not may_answer_automatically(message):
        contact = assignment.unit.contact(Role.DAU_MOI)
        if contact is None:
            return None
        recipient, name = contact.address, contact.name
    return Letter(
        key=key,
        kind=kind,
        role=next((one.role for one in assignment.unit.contacts if one.address == recipient), None),
        assignment_id=assignment.id,
        in_reply_to=message.message_id,
        recipient=recipient[:254],
        recipient_name=name,
        message_id=message_id(session, tools, "answer", assignment.code, row.sha256),
        state=LetterState.QUEUED,
        created_at=tools.now(),
    )


def owe_answer(session: Session, letter: Letter, obligation: Obligation, tools: Toolbox) -> None:
    """At most one automatic letter to a sender a day, so no loop can run: a further one waits for a free morning.

    It takes the place of one that waits already for the same obligation: what is sent shows how things stand then.
    """
    to_sender = Letter.recipient == letter.recipient, Letter.kind.in_(AT_ONCE)
    older = update(Letter).where(*to_sender, _of_case(letter), Letter.state == LetterState.HELD)
    session.execute(older.values(state=LetterState.CANCELLED, reason=Reason.SUPERSEDED))
    _, calendar = terms_of(obligation, tools)
    letter.not_before = letter.created_at
    while not _is_free(session, letter):
        letter.not_before = HOURS.opens_after(house_day(letter.not_before), calendar)
        letter.state, letter.reason = LetterState.HELD, Reason.QUIET
    session.add(letter)  # its key is made of the reply or the message that is filed right here: nobody else owes it


def _is_free(session: Session, letter: Letter) -> bool:
    """Whether the day of this letter has room for it, by its recipient and by its case."""
    start, end = house_day_bounds(letter.not_before)
    of_sender = Letter.recipient == letter.recipient
    of_case = _of_case(letter)
    count = select(func.count().filter(of_sender), func.count().filter(of_case)).where(
        of_sender | of_case,
        Letter.kind.in_(AT_ONCE),
        Letter.state != LetterState.CANCELLED,
        Letter.not_before >= start,
        Letter.not_before < end,
    )
    to_sender, for_case = session.execute(count).one()
    return bool(to_sender < A_DAY_TO_A_SENDER and for_case < A_DAY_FOR_A_CASE)


def _of_case(letter: Letter) -> ColumnElement[bool]:
    if letter.finding_id is not None:
        return Letter.finding_id == letter.finding_id
    return Letter.assignment_id == letter.assignment_id
