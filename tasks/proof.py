"""The proof chain: what happened to a letter is written down when it happens, and told back in order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from tasks.attempts import Happening, happenings
from tasks.domain.channel import Channel
from tasks.domain.inbox.trust import WHO_WORDS
from tasks.domain.letterbox import LETTER_STATE_NAMES, REASON_NAMES, VERDICT_NAMES, LetterState
from tasks.domain.mailing import EVENT_NAMES, EventKind
from tasks.domain.vietnamese import one_line
from tasks.letters import letter_name
from tasks.moves import connection_of, rows_of
from tasks.records import Assignment, Finding, Incoming, Letter, LetterEvent, Reply, owned_by


def record(
    session: Session,
    letter_id: int,
    kind: EventKind,
    at: datetime,
    source: str,
    detail: str = "",
    incoming_id: int | None = None,
) -> None:
    """One link; in the same transaction as what it tells of."""
    record_all(session, [letter_id], kind, at, source, detail, incoming_id)


def record_all(
    on: Session | Connection,
    letter_ids: Collection[int],
    kind: EventKind,
    at: datetime,
    source: str,
    detail: str = "",
    incoming_id: int | None = None,
) -> None:
    """The same for letters that travelled as one message."""
    link = {"kind": kind, "at": at, "source": source[:120], "detail": detail, "incoming_id": incoming_id}
    connection_of(on).execute(_WRITE, [{"letter_id": one, **link} for one in letter_ids])


LONGEST_WORDS = 300
_WRITE = insert(rows_of(LetterEvent))  # no row is needed in the session; every letter has one at least


# --- told back -------------------------------------------------------------------------------------------------

OFFICE, MAILBOX = "hệ thống", "hộp thư đến"
OFFICE_HAND = "người của cơ quan ghi"
# What a file for a signature tells of a letter; that a server asked to wait, or was slow, is in the chain.
TELLING = frozenset(EventKind) - {
    EventKind.APPROVED,
    EventKind.DEFERRED,
    EventKind.LOST,
    EventKind.OURS,
    EventKind.DELAYED,
}
ARRIVED = (EventKind.DELIVERED, EventKind.REPLIED, EventKind.AUTO_REPLIED)


@dataclass(frozen=True)
class Link:
    """One thing that happened: when, to which letter (0: an answer), what, and how we know."""

    at: datetime
    letter: int
    what: str
    source: str


@dataclass(frozen=True)
class Summary:
    """The four questions of a proof; None where the answer is not known, or no."""

    planned_at: datetime | None
    handed_over_at: datetime | None
    bounced_at: datetime | None
    arrived_at: datetime | None
    """The earliest sign from the other side: a delivery notice, an absence notice, an answer."""
    answered_at: datetime | None


def chain(session: Session, obligation: Assignment | Finding) -> list[Link]:
    """All that is known of the letters of an obligation and of its answers, in order of time."""
    replies = _replies(session, obligation)
    answers = [*_answers(replies), *_remarks(replies), *_words(session, obligation)]
    links = [*_planned(session, obligation), *_events(session, obligation), *answers]
    return sorted(links, key=lambda link: (link.at, link.letter))


def summary(session: Session, obligation: Assignment | Finding) -> Summary:
    events = happenings(session, owned_by(Letter, obligation))
    planned = session.scalars(
        select(Letter.created_at).where(owned_by(Letter, obligation)).order_by(Letter.created_at)
    ).first()
    answered = [reply.received_at for reply in _replies(session, obligation)]
    arrived = [one.at for one in events if one.kind in ARRIVED] + answered
    return Summary(
        planned_at=planned,
        handed_over_at=_first(events, EventKind.SENT, EventKind.FOUND),
        bounced_at=_first(events, EventKind.BOUNCED),
        arrived_at=min(arrived, default=None),
        answered_at=min(answered, default=None),
    )


def _first(events: Sequence[Happening], *kinds: EventKind) -> datetime | None:
    return next((one.at for one in events if one.kind in kinds), None)


def _planned(session: Session, obligation: Assignment | Finding) -> Iterator[Link]:
    for letter in session.scalars(select(Letter).where(owned_by(Letter, obligation)).order_by(Letter.id)):
        rung = f", bước “{letter.words['rung_title']}”" if letter.words.get("rung_title") else ""
        with_ = f" (đi chung trong thư số {letter.bundled_into_id})" if letter.bundled_into_id else ""
        standing = "" if letter.state is LetterState.SENT else f" — hiện {_standing(letter)}"
        what = f"lập thư {letter_name(letter)}{rung} tới {letter.recipient}{with_}{standing}"
        yield Link(letter.created_at, letter.id, what, OFFICE)


def _standing(letter: Letter) -> str:
    why = REASON_NAMES[letter.reason] if letter.reason else ""
    return LETTER_STATE_NAMES[letter.state] + (f": {why}" if why else "")


def _events(session: Session, obligation: Assignment | Finding) -> Iterator[Link]:
    for event in happenings(session, owned_by(Letter, obligation)):
        mail = f", thư đến số {event.incoming_id}" if event.incoming_id else ""
        yield Link(event.at, event.letter_id, event_words(event), event.source + mail)


def event_words(event: Happening) -> str:
    return EVENT_NAMES[event.kind] + (f": {event.detail}" if event.detail else "")


def _replies(session: Session, obligation: Assignment | Finding) -> Sequence[Reply]:
    own = select(Reply).where(owned_by(Reply, obligation))
    return session.scalars(own.order_by(Reply.received_at, Reply.id)).all()


def _answers(replies: Sequence[Reply]) -> Iterator[Link]:
    for reply in replies:
        file = reply.file_name or ("" if reply.came_by is not Channel.MAIL else "thư không kèm tệp")
        what = f"nhận trả lời của {reply.said_by}" + (f": {file}" if file else "")
        if reply.taken_back_at is not None:
            what += " (đã lấy lại, không tính)"
        yield Link(reply.received_at, 0, what + (", sau hạn" if reply.late else ""), _mail(reply))


def _words(session: Session, obligation: Assignment | Finding) -> Iterator[Link]:
    """What people wrote beside their forms: nothing of it is only filed away."""
    written = select(Incoming).where(Incoming.case_code == obligation.code, Incoming.words != "")
    for row in session.scalars(written.order_by(Incoming.received_at, Incoming.id)):
        who = f" ({WHO_WORDS[row.who]})" if row.who else ""
        outcome = f" — {VERDICT_NAMES[row.verdict]}" if row.verdict else ""
        words = f"{row.sender}{who} viết: “{one_line(row.words)[:LONGEST_WORDS]}”{outcome}"
        yield Link(row.received_at, 0, words, f"{MAILBOX}, số {row.id}")


def _remarks(replies: Sequence[Reply]) -> Iterator[Link]:
    """What was seen in a file and is no answer: comments, words beside the cells, a seal that does not hold."""
    for reply in replies:
        for remark in reply.remarks:
            yield Link(reply.received_at, 0, f"lưu ý khi đọc tệp: {remark}", _mail(reply))


def _mail(reply: Reply) -> str:
    return f"{MAILBOX if reply.came_by is Channel.MAIL else OFFICE_HAND}, số {reply.incoming_id}"
