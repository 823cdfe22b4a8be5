"""The proof chain: what happened to a letter is written down when it happens, and told back in order."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tasks.domain.mailing import EventKind
from tasks.records import LetterEvent


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
    session: Session,
    letter_ids: Collection[int],
    kind: EventKind,
    at: datetime,
    source: str,
    detail: str = "",
    incoming_id: int | None = None,
) -> None:
    """The same for letters that travelled as one message."""
    link = {"kind": kind, "at": at, "source": source[:120], "detail": detail, "incoming_id": incoming_id}
    session.execute(insert(LetterEvent), [{"letter_id": one, **link} for one in letter_ids])
