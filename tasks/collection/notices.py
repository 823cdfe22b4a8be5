"""What an incoming message says about a letter of ours: it bounced, is delayed, has arrived, was answered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.collection.matching import letter_of
from tasks.domain.gravity import Severity
from tasks.domain.letterbox import LetterState, Reason, Verdict
from tasks.domain.mailing import EventKind
from tasks.domain.message import Message
from tasks.mailing.settling import note
from tasks.proof import MAILBOX
from tasks.records import Incoming, Letter, move
from tasks.toolbox import Toolbox
from tasks.unreachable import note_refusal


def note_report(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    """A machine's report: find the letter it is about, and note on it what the verdict says."""
    domain = tools.house.sender_address.rpartition("@")[2]
    tagged = (f"<{tag}@{domain}>" for tag in message.bounce_tags)
    letter = letter_of(session, (*tagged, *message.returned_ids, *message.references))
    if letter is None:
        if row.verdict is Verdict.BOUNCE:
            row.verdict, row.why = Verdict.UNMATCHED, "thư bị trả lại nhưng không rõ của thư nào"
        return
    row.letter_id = letter.id
    if row.verdict is Verdict.BOUNCE:
        note_bounce_of(session, row, letter, message, tools)
    elif row.verdict is Verdict.DELAY:
        note_delay_of(session, row, letter, message, tools)
    elif row.verdict is Verdict.NOTICE:
        note_delivery_of(session, row, letter, message, tools)


def note_bounce_of(session: Session, row: Incoming, letter: Letter, message: Message, tools: Toolbox) -> None:
    """The letter and what travelled with it did not arrive; a hard refusal counts against the address."""
    detail = _detail(message)
    _note(session, row, letter, EventKind.BOUNCED, detail)
    if letter.state not in {LetterState.SENT, LetterState.UNCERTAIN}:
        return
    move(session, letter, LetterState.FAILED, reason=Reason.BOUNCED, detail=detail)
    for follower in session.scalars(select(Letter).where(Letter.bundled_into_id == letter.id)).all():
        if follower.state is LetterState.SENT:
            move(session, follower, LetterState.FAILED, reason=Reason.BOUNCED, detail=detail)
    if message.bounce is None or message.bounce.severity in {None, Severity.HARD}:
        note_refusal(session, letter, tools)


def note_delay_of(session: Session, row: Incoming, letter: Letter, message: Message, tools: Toolbox) -> None:
    """Not there yet, and nothing is decided; but it has left, whatever we thought of it."""
    _note(session, row, letter, EventKind.DELAYED, _detail(message))


def note_delivery_of(session: Session, row: Incoming, letter: Letter, message: Message, tools: Toolbox) -> None:
    """It has arrived, or was opened."""
    _note(session, row, letter, EventKind.DELIVERED, _detail(message))


def note_reply_seen(session: Session, row: Incoming, letter: Letter, message: Message, tools: Toolbox) -> None:
    """Whoever answers a letter has received it."""
    row.letter_id = letter.id
    _note(session, row, letter, EventKind.REPLIED, message.sender)


def _note(session: Session, row: Incoming, letter: Letter, kind: EventKind, detail: str) -> None:
    note(session, letter, kind, row.received_at, MAILBOX, detail, row.id)


def _detail(message: Message) -> str:
    bounce = message.bounce
    return (f"{bounce.status} {bounce.diagnostic}".strip() if bounce else "") or message.subject
