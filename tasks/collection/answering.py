"""Our answer to an answer: a receipt, or the form once more; never to a machine, and never so often that it loops."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, not_, select, update
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar
from tasks.collection.senders import Said
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.came import Came, told_beside
from tasks.domain.inbox.own_words import said
from tasks.domain.inbox.trust import OWN, Trust, Who
from tasks.domain.ladder import Role
from tasks.domain.letterbox import AT_ONCE, LetterKind, LetterState, Reason, may_answer_automatically
from tasks.domain.message import Message
from tasks.domain.vietnamese import fold
from tasks.escalation import Obligation, is_urgent, terms_of
from tasks.identities import came_as, message_id
from tasks.letters import WAITING, addressed, house_day_bounds, owe, timed
from tasks.records import Assignment, Incoming, Letter, Reply, owned_by
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

OWN_A_DAY = 10
"""To the people of the unit about one case; the rest of a day goes as one on the next."""
STRANGERS_A_DAY = 1
STRANGERS_A_DAY_FOR_A_CASE = 3
"""Under however many names: none of them may take what the unit itself is due."""


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
    came: Sequence[Came] = (),
) -> None:
    """`reason`: what a form that goes back is to say before all else; `came`: the files beside the form."""
    if speaker.trust is Trust.TELL:
        _tell_contact(session, assignment, reply, tools)
    if speaker.who not in OWN:
        _note_receipt(session, row, message, assignment, reply, tools)
        return
    kind = LetterKind.RECEIPT if so_far.complete else LetterKind.RETURNED
    letter = _answer_letter(session, row, message, assignment, kind, f"{kind}:{reply.id}", tools)
    if letter is not None:
        letter.reply_id = reply.id
        more: dict[str, Any] = {"reason": reason} if reason else {}
        letter.words = _words(row, message, so_far) | more | ({"came": told_beside(came)} if came else {})
        owe_answer(session, letter, assignment, tools)


def _words(row: Incoming, message: Message, so_far: AnswersSoFar | None = None) -> dict[str, str]:
    """With a mark of what we answer, by which somebody is known who only repeats it.

    Who sends the same form again and changes by it what counts (asked which of two is meant) does not only repeat.
    """
    files = sorted(hashlib.sha256(file.data).hexdigest() for file in message.attachments if not file.nested)
    counts = [f"{one.item}={one.value}" for one in so_far.values.values()] if so_far else []
    content = "\n".join([fold(said(message.own_text, message.subject)), *files, *counts])
    return {"received_at": row.received_at.isoformat(), "answers": hashlib.sha256(content.encode()).hexdigest()}


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
        letter.words = _words(row, message) | {"reason": reason}
        owe_answer(session, letter, assignment, tools)


def note_files(
    session: Session,
    row: Incoming,
    message: Message,
    assignment: Assignment,
    came: Sequence[Came],
    who: Who,
    tools: Toolbox,
) -> None:
    """Of a unit that has answered all: that they have come, and that a person looks at them."""
    if who not in OWN or not may_answer_automatically(message):
        return
    key = f"noted:incoming:{row.id}:{assignment.id}"
    letter = _answer_letter(session, row, message, assignment, LetterKind.NOTED, key, tools)
    if letter is not None:
        letter.words = _words(row, message) | {"came": told_beside(came)}
        owe_answer(session, letter, assignment, tools)


def tell_lines(
    session: Session, row: Incoming, message: Message, case: Obligation, lines: Sequence[str], tools: Toolbox
) -> None:
    """Which marked lines were not taken, and why: in the answer that this mail gets, or in one of its own."""
    answers = select(Letter).where(
        owned_by(Letter, case), Letter.in_reply_to == message.message_id, Letter.state.in_(WAITING)
    )
    session.flush()
    letter = session.scalar(answers.where(Letter.kind.in_(AT_ONCE)).order_by(Letter.id.desc()).limit(1))
    if letter is not None:
        letter.words = letter.words | {"lines": list(lines)}
    elif may_answer_automatically(message):
        letter = _answer_letter(session, row, message, case, LetterKind.NOTED, f"lines:{row.id}:{case.code}", tools)
        if letter is not None:
            letter.words = _words(row, message) | {"lines": list(lines)}
            owe_answer(session, letter, case, tools)


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
        letter.words = _words(row, message)
        owe_answer(session, letter, assignment, tools)


def _answer_letter(
    session: Session,
    row: Incoming,
    message: Message,
    case: Obligation,
    kind: LetterKind,
    key: str,
    tools: Toolbox,
) -> Letter | None:
    """To whoever wrote, where a person wrote; a no-reply address has its answer sent to the registered contact."""
    if tools.house.reply_address.lower() in message.loops or tools.house.sender_address.lower() in message.loops:
        return None  # our own mark: whoever is answered would have it sent back once more
    recipient, name = message.sender, message.sender_name
    if not may_answer_automatically(message):
        contact = case.unit.contact(Role.DAU_MOI)
        if contact is None:
            return None
        recipient, name = contact.address, contact.name
    return Letter(
        key=key,
        kind=kind,
        role=next((one.role for one in case.unit.contacts if one.address == recipient), None),
        assignment_id=case.id if isinstance(case, Assignment) else None,
        finding_id=None if isinstance(case, Assignment) else case.id,
        in_reply_to=message.message_id,
        recipient=recipient[:254],
        recipient_name=name,
        message_id=message_id(session, tools, "answer", case.code, row.sha256),
        state=LetterState.QUEUED,
        created_at=tools.now(),
    )


def owe_answer(session: Session, letter: Letter, obligation: Obligation, tools: Toolbox) -> None:
    """At once, as long as the day has room for it; what has none waits for the next morning, as one.

    That one takes the place of what waits already for the same case: what is sent shows how things stand then. A
    stranger for whom there is no room is not answered at all: the queue of a flood would never end.
    """
    if _only_repeats(session, letter):
        return
    held = Letter.recipient == letter.recipient, Letter.kind.in_(AT_ONCE), Letter.state == LetterState.HELD
    older = update(Letter).where(*held, Letter.reason == Reason.QUIET, _of_case(letter))
    session.execute(older.values(state=LetterState.CANCELLED, reason=Reason.SUPERSEDED))
    letter.not_before = letter.created_at
    is_own = obligation.unit.knows(letter.recipient.lower())
    if not is_own and _of_strangers(session, letter, obligation) >= STRANGERS_A_DAY_FOR_A_CASE:
        return
    _, calendar = terms_of(obligation, tools)
    while not (_own_has_room(session, letter, obligation) if is_own else _stranger_has_room(session, letter)):
        letter.not_before = HOURS.opens_after(house_day(letter.not_before), calendar)
        letter.state, letter.reason = LetterState.HELD, Reason.QUIET
    session.add(letter)  # its key is made of the reply or the message that is filed right here: nobody else owes it


def _only_repeats(session: Session, letter: Letter) -> bool:
    """Whether our last answer to this address in this case answered the very same words and files."""
    answers = letter.words.get("answers")
    before = select(Letter.words).where(
        Letter.recipient == letter.recipient,
        Letter.kind.in_(AT_ONCE),
        Letter.state != LetterState.CANCELLED,
        _of_case(letter),
    )
    last = session.scalar(before.order_by(Letter.created_at.desc(), Letter.id.desc()).limit(1))
    return answers is not None and last is not None and last.get("answers") == answers


def _own_has_room(session: Session, letter: Letter, obligation: Obligation) -> bool:
    return _count(session, letter, _of_case(letter), _to_own(obligation)) < OWN_A_DAY


def _stranger_has_room(session: Session, letter: Letter) -> bool:
    return _count(session, letter, Letter.recipient == letter.recipient) < STRANGERS_A_DAY


def _of_strangers(session: Session, letter: Letter, obligation: Obligation) -> int:
    return _count(session, letter, _of_case(letter), not_(_to_own(obligation)))


def _to_own(obligation: Obligation) -> ColumnElement[bool]:
    return Letter.recipient.in_([one.address for one in obligation.unit.contacts])


def _count(session: Session, letter: Letter, *which: ColumnElement[bool]) -> int:
    """The automatic letters of the day of this one."""
    start, end = house_day_bounds(letter.not_before)
    day = Letter.not_before >= start, Letter.not_before < end
    stands = Letter.kind.in_(AT_ONCE), Letter.state != LetterState.CANCELLED
    return session.scalar(select(func.count()).select_from(Letter).where(*which, *day, *stands)) or 0


def _of_case(letter: Letter) -> ColumnElement[bool]:
    if letter.finding_id is not None:
        return Letter.finding_id == letter.finding_id
    return Letter.assignment_id == letter.assignment_id
