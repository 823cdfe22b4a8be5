"""What an incoming message says about a letter of ours: it bounced, is delayed, has arrived, was answered."""

from sqlalchemy.orm import Session

from tasks.collection.matching import letter_of
from tasks.domain.gravity import Severity
from tasks.domain.letterbox import LetterState, Reason, Verdict
from tasks.domain.mailing import EventKind, domain_of
from tasks.domain.message import Message
from tasks.mailing.pausing import pause_domain
from tasks.mailing.settling import fellows_of, note
from tasks.moves import move_all
from tasks.proof import MAILBOX
from tasks.records import Incoming, Letter
from tasks.toolbox import Toolbox
from tasks.unreachable import note_refusal

MAY_BOUNCE = (LetterState.SENT, LetterState.UNCERTAIN)


def note_report(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    """A machine's report: find the letter it is about, and note on it what the verdict says."""
    letter = letter_of(session, (*_tagged(message, tools), *message.returned_ids, *message.references))
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
    else:
        _note(session, row, letter, EventKind.AUTO_REPLIED, message.subject)


def _tagged(message: Message, tools: Toolbox) -> list[str]:
    """Message-IDs of ours that the envelope of a report names: its recipient's tag (VERP), its envelope id."""
    domain = domain_of(tools.house.sender_address)
    envelope_ids = message.bounce.envelope_ids if message.bounce else ()
    return [f"<{tag}@{domain}>" for tag in (*message.bounce_tags, *envelope_ids)]


def note_bounce_of(session: Session, row: Incoming, letter: Letter, message: Message, tools: Toolbox) -> None:
    """The letter and what travelled with it did not arrive; a hard refusal counts against the address."""
    detail = _detail(message)
    _note(session, row, letter, EventKind.BOUNCED, detail)
    if letter.state not in MAY_BOUNCE:
        return
    failed = {"reason": Reason.BOUNCED, "detail": detail}
    move_all(session, Letter, fellows_of(session, letter), MAY_BOUNCE, LetterState.FAILED, **failed)
    session.refresh(letter)
    severity = message.bounce.severity if message.bounce else None
    if severity in {None, Severity.HARD}:
        note_refusal(session, letter, tools)
    elif severity is Severity.POLICY:  # it is us whom they do not want, not this address
        pause_domain(session, letter.recipient, detail, tools.now())


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
