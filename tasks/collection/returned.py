"""A letter that came back: what follows from it, and which one it may be where only a person can say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tasks.collection.matching import letter_of
from tasks.domain.gravity import Severity
from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import EventKind, domain_of
from tasks.domain.message import Message, read_message
from tasks.domain.notice import Bounce, BounceKind, addresses_in
from tasks.identities import letter_of_tag
from tasks.mailing.settling import fellows_of, note
from tasks.moves import move_all
from tasks.records import Assignment, Finding, Incoming, Letter, LetterEvent, Unit
from tasks.toolbox import Toolbox
from tasks.unreachable import note_refusal

MAY_BOUNCE = (LetterState.SENT, LetterState.UNCERTAIN)
LEFT = (*MAY_BOUNCE, LetterState.FAILED)
NO_KEY = "báo thư bị trả lại, nhưng dấu của thư đã mất nên không tự ghi nhận"
NAMES_ANOTHER = "báo thư bị trả lại, nhưng không nêu người nhận của thư ấy nên không tự ghi nhận"
NO_TAG = (
    "báo thư bị trả lại, nhưng chỉ nêu Message-ID mà ai được gửi bản sao cũng biết, không có dấu bí mật của thư, nên "
    "không tự ghi nhận"
)
NO_SERVER = "báo thư bị trả lại, nhưng không chắc do máy chủ thư gửi nên không tự ghi nhận"
SENT_ON = "người chuyển tiếp một thư bị trả lại"
LONGEST_WORDS = 200
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True)
class Suspected:
    """What a notice seems to be about: for a person to confirm."""

    letter: Letter | None
    address: str
    why: str

    @property
    def unit(self) -> Unit | None:
        obligation = (self.letter.assignment or self.letter.finding) if self.letter else None
        return obligation.unit if obligation else None


def notice_in(message: Message) -> Bounce | None:
    """Of a letter that did not arrive: the message itself, or one that was sent on to us."""
    found = message.bounce or message.carried_bounce
    return found if found is not None and found.kind is BounceKind.FAILED else None


def note_bounce_of(session: Session, row: Incoming, letter: Letter, told: Bounce, tools: Toolbox, source: str) -> None:
    """The letter and what travelled with it did not arrive; a hard refusal counts against the address.

    No report pauses a domain: only our own conversation with its server tells that we are not wanted there.
    """
    counted = _is_counted(session, row, letter)
    note(session, letter, EventKind.BOUNCED, row.received_at, source, told.told, row.id)
    if letter.state not in MAY_BOUNCE or counted:
        return
    failed = {"reason": Reason.BOUNCED, "detail": told.told}
    move_all(session, Letter, fellows_of(session, letter), MAY_BOUNCE, LetterState.FAILED, **failed)
    session.refresh(letter)
    if told.severity in {None, Severity.HARD}:
        note_refusal(session, letter, tools)


def _is_counted(session: Session, row: Incoming, letter: Letter) -> bool:
    """Each try bounces once: a second report is about a later one, written after that left; else it is a copy."""
    earlier = select(Incoming.message_id).join(LetterEvent, LetterEvent.incoming_id == Incoming.id)
    earlier = earlier.where(LetterEvent.letter_id == letter.id, LetterEvent.kind == EventKind.BOUNCED)
    counted = set(session.scalars(earlier))
    if not counted or (row.message_id and row.message_id in counted):
        return bool(counted)
    written = read_message(row.raw).written_at or row.received_at
    return letter.sent_at is None or min(written + CLOCKS_DIFFER, row.received_at) <= letter.sent_at


# --- which letter it may be -----------------------------------------------------------------------------------------


def letter_proved(session: Session, message: Message, tools: Toolbox) -> Letter | None:
    """By what nobody else knows than the servers on its way and its recipient: the tag of its envelope (VERP), which
    stands in its own head, too."""
    found = (letter_of_tag(session, tools, tag) for tag in message.bounce_tags)
    return next(filter(None, found), None)


def letter_named(session: Session, message: Message, tools: Toolbox) -> Letter | None:
    """Also by its Message-ID, of which old letters had their tags: whoever was in copy of an answer knows it."""
    domain = domain_of(tools.house.sender_address)
    tagged = [f"<{tag}@{domain}>" for tag in message.bounce_tags]
    ids = (*tagged, *message.returned_ids, *message.references)
    return letter_proved(session, message, tools) or letter_of(session, ids)


def suspect(session: Session, message: Message, received_at: datetime, tools: Toolbox) -> Suspected:
    """By its keys where it names another recipient; else by the code it brings back, and by the address that failed."""
    notice = notice_in(message)
    addresses = failed_addresses(message, notice)
    letter = letter_named(session, message, tools)
    by_key = letter is not None
    codes = (*message.returned_codes, *message.codes)
    letter = letter or _letter_of_case(session, codes, addresses, received_at)
    letter = letter or _letter_to(session, addresses, received_at)
    ours = letter is not None and letter.recipient.lower() in addresses
    address = letter.recipient if ours and letter else next(iter(addresses), "")
    what = SENT_ON if message.bounce is None else NO_KEY
    if message.bounce is not None and by_key:
        what = (NO_SERVER if letter_proved(session, message, tools) else NO_TAG) if ours else NAMES_ANOTHER
    return Suspected(letter, address, what + _said(address, notice))


def failed_addresses(message: Message, notice: Bounce | None) -> tuple[str, ...]:
    """Those of the form first, then those in the words."""
    if notice is None:
        return ()
    in_form = [name for one in notice.reports if one.is_failure for name in one.names]
    found = (*in_form, *notice.recipients, *notice.named, *addresses_in(message.text))
    return tuple(dict.fromkeys(one for one in found if one not in message.recipients))


def _said(address: str, notice: Bounce | None) -> str:
    """The failed address and the server's words, as the desk shows them."""
    told = notice.told[:LONGEST_WORDS] if notice else ""
    where = f". Địa chỉ không nhận được thư: {address}" if address else ""
    return where + (f". Máy chủ nói: “{told}”" if told else "")


def _letter_of_case(
    session: Session, codes: Sequence[str], addresses: Sequence[str], received_at: datetime
) -> Letter | None:
    """The last one of this case that had left; one to the failed address before all others."""
    if not codes:
        return None
    cases = select(Letter).outerjoin(Assignment, Letter.assignment_id == Assignment.id)
    cases = cases.outerjoin(Finding, Letter.finding_id == Finding.id)
    cases = cases.where(or_(Assignment.code.in_(codes), Finding.code.in_(codes)), *_had_left(received_at))
    letters = session.scalars(cases.order_by(Letter.sent_at.desc(), Letter.id.desc())).all()
    to_address = (one for one in letters if one.recipient.lower() in addresses)
    return next(to_address, next(iter(letters), None))


def _letter_to(session: Session, addresses: Sequence[str], received_at: datetime) -> Letter | None:
    if not addresses:
        return None
    to_them = select(Letter).where(Letter.recipient.in_(addresses), *_had_left(received_at))
    to_them = to_them.where(Letter.bundled_into_id.is_(None))
    return session.scalar(to_them.order_by(Letter.sent_at.desc(), Letter.id.desc()).limit(1))


def _had_left(received_at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Mail servers' clocks, and moments told in whole seconds, are a little behind."""
    return Letter.state.in_(LEFT), Letter.sent_at <= received_at + CLOCKS_DIFFER


def letter_to_unit(
    session: Session, unit: Unit, message: Message, received_at: datetime, tools: Toolbox
) -> Letter | None:
    """The letter that a person means who says that this notice is about a letter to that unit."""
    suspected = suspect(session, message, received_at, tools)
    if suspected.letter is not None and suspected.unit is not None and suspected.unit.id == unit.id:
        return suspected.letter
    own = {one.address for one in unit.contacts}
    addresses = [one for one in failed_addresses(message, notice_in(message)) if one in own]
    return _letter_to(session, addresses or sorted(own), received_at)
