"""What an incoming message says about a letter of ours: it bounced, is delayed, has arrived, was answered."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.collection.returned import letter_named, letter_proved, note_bounce_of, suspect
from tasks.collection.senders import is_doubtful, is_from_nobody
from tasks.domain.letterbox import Verdict
from tasks.domain.mailing import EventKind
from tasks.domain.message import Message
from tasks.mailing.settling import note
from tasks.proof import MAILBOX
from tasks.records import Contact, Incoming, Letter
from tasks.toolbox import Toolbox
from tasks.unreachable import reached_again

EVENT_OF = {Verdict.DELAY: EventKind.DELAYED, Verdict.NOTICE: EventKind.DELIVERED}


def note_report(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    """A machine's report: find the letter it is about, and note on it what the verdict says."""
    if row.verdict is Verdict.BOUNCE:
        _note_bounce(session, row, message, tools)
    elif (letter := letter_named(session, message, tools)) is not None:
        row.letter_id = letter.id
        kind = EVENT_OF.get(row.verdict, EventKind.AUTO_REPLIED) if row.verdict else EventKind.AUTO_REPLIED
        detail = message.subject if kind is EventKind.AUTO_REPLIED else _detail(message)
        note(session, letter, kind, row.received_at, MAILBOX, detail, row.id)
        if kind is EventKind.AUTO_REPLIED:
            note_life(session, message, tools)


def _note_bounce(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    """It counts by itself only where a server wrote it, with the letter's secret tag, about the letter's own recipient.

    Whoever was in copy of an answer knows our Message-IDs, and anybody can write “user unknown”. A server sends its
    report from nobody (RFC 5321 section 6.1), and our own server does not say that it comes from somebody else.
    """
    letter = letter_proved(session, message, tools)
    told = message.bounce.failed_for(letter.recipient) if letter is not None and message.bounce else None
    if letter is not None and told is not None and is_from_nobody(message, tools.house):
        row.letter_id = letter.id
        note_bounce_of(session, row, letter, told, tools, MAILBOX)
    else:
        leave_to_a_person(session, row, message, tools)


def leave_to_a_person(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    """At the desk, with the address that failed, the server's words, and whose letter it may be."""
    suspected = suspect(session, message, row.received_at, tools)
    row.verdict, row.why = Verdict.UNMATCHED, suspected.why
    row.guess_id = suspected.letter.assignment_id if suspected.letter else None


def note_reply_seen(session: Session, row: Incoming, letter: Letter, message: Message, tools: Toolbox) -> None:
    """Whoever answers a letter has received it."""
    row.letter_id = letter.id
    note(session, letter, EventKind.REPLIED, row.received_at, MAILBOX, message.sender, row.id)


def note_life(session: Session, message: Message, tools: Toolbox) -> None:
    """Whoever writes to us can be reached: a unit of which a contact has written begins anew with its bounces.

    An address that was given up and writes itself is asked anew for what its unit owes.
    """
    if is_doubtful(message, tools.house):
        return
    units = select(Contact.unit_id).where(Contact.is_at(message.sender))
    alive = update(Contact).where(Contact.unit_id.in_(units), Contact.bounces > 0, Contact.unreachable_at.is_(None))
    session.execute(alive.values(bounces=0))
    given_up = select(Contact).where(Contact.is_at(message.sender), Contact.unreachable_at.is_not(None))
    for contact in session.scalars(given_up).all():
        contact.bounces, contact.unreachable_at = 0, None
        reached_again(session, contact.unit, tools, tools.now())


def _detail(message: Message) -> str:
    return (message.bounce.told if message.bounce else "") or message.subject
