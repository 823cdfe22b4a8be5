"""Uncertain letters: what a bounce, a reply or a look-up proves, and what goes once more when nothing does."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from tasks.domain.deeds import Deed
from tasks.domain.errors import KiemtraError
from tasks.domain.letterbox import REASON_NAMES, LetterState, Reason
from tasks.domain.mailing import GOES_ONCE_MORE, PROVES_ARRIVAL, UNCERTAIN_PATIENCE, EventKind
from tasks.moves import move_all
from tasks.proof import record_all
from tasks.records import Letter, LetterBytes
from tasks.report import Report, log
from tasks.toolbox import Toolbox

UNKNOWN = [LetterState.UNCERTAIN]


def fellows_of(session: Session, letter: Letter) -> list[int]:
    """The letters that travelled as one message with this one, itself first."""
    leader = letter.bundled_into_id or letter.id
    others = select(Letter.id).where(or_(Letter.bundled_into_id == leader, Letter.id == leader), Letter.id != letter.id)
    return [letter.id, *session.scalars(others)]


def note(
    session: Session,
    letter: Letter,
    kind: EventKind,
    at: datetime,
    source: str,
    detail: str = "",
    incoming_id: int | None = None,
) -> None:
    """Something was seen of a letter: a link in its chain, and the end of doubt where it proves that it left.

    An answer is about one case; everything else is about the whole message, with all the lines of a digest.
    """
    together = fellows_of(session, letter)
    record_all(session, [letter.id] if kind is EventKind.REPLIED else together, kind, at, source, detail, incoming_id)
    if kind in PROVES_ARRIVAL:
        arrived = {"reason": None, "detail": "", "lease_until": None}
        move_all(session, Letter, together, UNKNOWN, LetterState.SENT, **arrived)
        session.refresh(letter)


def settle_uncertain(tools: Toolbox, as_of: datetime, report: Report) -> None:
    """Look up what is open; what stays open for long enough goes once more, unless a person must decide."""
    _look_up(tools, report)
    now = tools.now()
    with tools.sessions.begin() as session:
        for message in _open_messages(session, now - tools.lasting(UNCERTAIN_PATIENCE)):
            again = {"reason": None, "detail": "", "not_before": as_of, "repeated_at": now, "sent_at": None}
            move_all(session, Letter, message, UNKNOWN, LetterState.QUEUED, **again)
            record_all(session, message, EventKind.REPEATED, now, "hệ thống", "15 phút không có tin gì của thư này")
            report.add(Deed.REPEATED)


def _open_messages(session: Session, left_before: datetime) -> list[list[int]]:
    """Uncertain messages that may go once more: never repeated before, what they say still holds, and no line of them
    is an escalation."""
    doubtful = select(Letter).where(
        Letter.state == LetterState.UNCERTAIN,
        Letter.repeated_at.is_(None),
        Letter.reason == Reason.INTERRUPTED,
        Letter.bundled_into_id.is_(None),
        Letter.sent_at <= left_before,
    )
    messages = [fellows_of(session, leader) for leader in session.scalars(doubtful.order_by(Letter.id))]
    return [ids for ids in messages if _may_go_once_more(session, ids)]


def _may_go_once_more(session: Session, ids: Collection[int]) -> bool:
    lines = session.execute(select(Letter.kind, Letter.reason).where(Letter.id.in_(ids))).all()
    return all(kind in GOES_ONCE_MORE and reason is Reason.INTERRUPTED for kind, reason in lines)


def _look_up(tools: Toolbox, report: Report) -> None:
    """Whether the relay's log or the Sent folder knows the letters; not to be found there proves nothing."""
    if tools.sent_mail is None:
        return
    with tools.sessions() as session:
        unknown = select(Letter.message_id, Letter.id).where(
            Letter.state == LetterState.UNCERTAIN, Letter.bundled_into_id.is_(None)
        )
        ids = dict(session.execute(unknown).all())
    if not ids:
        return
    try:
        found = tools.sent_mail.find(set(ids))
    except KiemtraError as error:  # the other ways of settling go on
        log.warning("sent mail cannot be looked up: %s", error)
        report.lines.append(f"Không tra được thư đã gửi: {error}")
        return
    for message_id, where in found.items():
        with tools.sessions.begin() as session:
            letter = session.get_one(Letter, ids[message_id])
            note(session, letter, EventKind.FOUND, tools.now(), tools.sent_mail.name, where)
            report.add(Deed.PROVEN)


# --- a person decides ------------------------------------------------------------------------------------------


def uncertain(session: Session) -> list[Letter]:
    """Messages that nobody knows of, oldest first."""
    doubtful = select(Letter).where(Letter.state == LetterState.UNCERTAIN, Letter.bundled_into_id.is_(None))
    return list(session.scalars(doubtful.order_by(Letter.sent_at, Letter.id)))


def arrived(session: Session, letter: Letter, tools: Toolbox, by: str) -> None:
    """Somebody has asked the recipient: it is there."""
    ids = fellows_of(session, letter)
    move_all(session, Letter, ids, UNKNOWN, LetterState.SENT, reason=None, detail="")
    record_all(session, ids, EventKind.DECIDED, tools.now(), by, "đã đến")


SENDABLE_AGAIN = [LetterState.UNCERTAIN, LetterState.FAILED, LetterState.SENT]


def send_again(session: Session, letter: Letter, tools: Toolbox, as_of: datetime, by: str) -> None:
    """A person wants the same letter to go once more; the ladder does not notice.

    What may have arrived goes with the same bytes under the same Message-ID; what could not be written, or was
    refused, is written anew to the address of today.
    """
    ids, now = fellows_of(session, letter), tools.now()
    again: dict[str, Any] = {"reason": None, "detail": "", "not_before": as_of, "sent_at": None}
    again |= {"attempts": 0, "first_try_at": None}
    if letter.state is LetterState.FAILED:
        session.execute(delete(LetterBytes).where(LetterBytes.letter_id.in_(ids)))
    else:
        again["repeated_at"] = now
    move_all(session, Letter, ids, SENDABLE_AGAIN, LetterState.QUEUED, **again)
    record_all(session, ids, EventKind.DECIDED, now, by, "gửi lại")


def reason_open(letter: Letter) -> str:
    """Why an uncertain letter is not sent again by itself."""
    if letter.repeated_at is not None:
        return "đã gửi lại một lần, vẫn chưa rõ"
    if letter.reason not in (None, Reason.INTERRUPTED):
        return f"{REASON_NAMES[letter.reason]}: không tự gửi lại"
    if letter.kind not in GOES_ONCE_MORE:
        return "thư báo cấp trên không tự gửi lại"
    return "sẽ tự gửi lại sau 15 phút nếu không có tin gì"
