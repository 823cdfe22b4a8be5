"""What is written of each try to hand a letter over: one commit for each thing that became true."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tasks.attempts import Try, begin, end, note_ended
from tasks.domain.errors import (
    MailConnectionLost,
    MailDomainRefuses,
    MailRefusedForGood,
    MailRefusedForNow,
    MailRefusesUs,
    MailServerUnavailable,
    WrongMove,
)
from tasks.domain.letterbox import LEASE, LetterState, Reason, blames_address, retry_at
from tasks.domain.mailing import Outcome, domain_of
from tasks.mailing.blaming import AT_THE_END, alike_in_a_row, is_suspect, note_server_failure, take_back_blame
from tasks.mailing.claiming import Parcel
from tasks.mailing.departures import departing_letters
from tasks.mailing.pausing import lift_pause, pause_domain
from tasks.moves import Change, move, move_all
from tasks.records import FORGETTABLE, Letter, MailSwitch
from tasks.report import is_passing, log
from tasks.toolbox import Departed, Journal, Toolbox
from tasks.unreachable import note_refusal

IN_HAND = (LetterState.CLAIMED, LetterState.SENDING)
# The two changes of every letter, built once. It leaves while it is still ours and mail is not stopped; a 250 is an
# answer even where the sweep had lost its patience with us.
_LEAVE = Change(
    Letter,
    [LetterState.CLAIMED],
    LetterState.SENDING,
    Letter.claimed_by == bindparam("worker"),
    ~select(MailSwitch.id).where(MailSwitch.stopped_at.is_not(None)).exists(),
    writes=("sent_at", "lease_until"),
)
_SENT = Change(
    Letter,
    [LetterState.SENDING, LetterState.UNCERTAIN],
    LetterState.SENT,
    writes=("server_answer", "reason", "detail", "lease_until"),
)


AGAIN_AFTER = (0.1, 1, 5, 15, 60, 120)
"""Seconds: within a lease, since what the server has said is known to us alone."""


async def surely(write: Callable[[], None]) -> None:
    """Write how a try ended, however busy the database is: forgotten, a letter that has left would go once more."""
    for seconds in AGAIN_AFTER:
        try:
            write()
            return
        except Exception as error:
            if not is_passing(error):
                raise
            log.warning("the end of a try is not written yet: %s", error)
        await asyncio.sleep(seconds)
    write()


@dataclass
class Hand:
    """One parcel in the hand of a worker, from its recipient's name to the server's answer."""

    tried: Try
    rows: list[int] = field(default_factory=list)
    """Of the attempt, once its content may be on its way."""
    message_id: str = ""
    """Under which the journal has it."""

    @property
    def has_left(self) -> bool:
        return bool(self.rows)


@dataclass
class Book:
    """Where one run of the sender writes how its tries ended."""

    tools: Toolbox
    database: Database
    """Kept for the two commits of every letter: they need no objects, and SQLite's pages stay with a connection."""
    worker: str
    as_of: datetime
    troubled: set[str] = field(default_factory=set)
    """Domains that have refused us by policy before: their first acceptance is noted."""

    def take(self, parcel: Parcel, recipient: str) -> Hand:
        return Hand(Try(parcel.ids, self.worker, recipient, self.tools.now()))

    def leave(self, hand: Hand) -> None:
        """The last commit before the content: still ours, still owed (an answer cancels what is claimed), not stopped.

        From here on an interrupted letter may have gone out.
        """
        now, ids = self.tools.now(), hand.tried.letters
        until = now + self.tools.lasting(LEASE)
        with self._commit(forgettable=False):
            moved = _LEAVE(self.database, ids, {"worker": self.worker}, sent_at=now, lease_until=until)
            if moved != len(ids):
                raise WrongMove(f"letters {ids}: the claim was lost before the content left")
            rows = begin(self.database, hand.tried)
            departing = departing_letters(self.database, hand.tried) if self.tools.journal else []
        if self.tools.journal:
            self._write_journal(self.tools.journal, departing, rows)
            hand.message_id = departing[0].message_id
        hand.rows += rows

    def _write_journal(self, journal: Journal, departing: Sequence[Departed], rows: Collection[int]) -> None:
        """On the disk, and only then the content: a letter that is not in the journal could leave twice after a
        restore. A full disk is not the letter's fault: the run ends, and it waits in the queue."""
        try:
            journal.leaving(departing)
        except OSError as error:
            why = f"không ghi được {journal.name}: {error.strerror or error}"
            with self._commit(forgettable=True):
                end(self.database, rows, Outcome.GIVEN_BACK, self.tools.now(), why)
            raise MailServerUnavailable(why) from error

    def sent(self, hand: Hand, answer: str) -> None:
        """Should the power fail right now, the letter is found as leaving, and settled like any other in doubt."""
        ids, domain = hand.tried.letters, domain_of(hand.tried.recipient)
        with self._commit(forgettable=True):
            _SENT(self.database, ids, server_answer=answer, reason=None, detail="", lease_until=None)
            end(self.database, hand.rows, Outcome.SENT, self.tools.now(), answer)
            if domain in self.troubled:
                lift_pause(self.database, hand.tried.recipient)
        self._tell_journal(hand, Outcome.SENT, answer)

    def _tell_journal(self, hand: Hand, how: Outcome, said: str) -> None:
        if self.tools.journal and hand.message_id:
            try:
                self.tools.journal.ended(hand.message_id, hand.tried.began_at, how, said)
            except OSError as error:  # the database knows it; only a restore would doubt
                log.warning("the journal does not tell how %s ended: %s", hand.message_id, error)

    def _commit(self, *, forgettable: bool) -> AbstractContextManager[object]:
        self.database.execution_options(**{**FORGETTABLE, "forgettable": forgettable})
        return self.database.begin()

    def put_back(self, ids: Collection[int]) -> None:
        """Nothing was tried: the letters that are still ours stand in the queue as before. Where the database does not
        let us, they do so when their lease is over."""
        try:
            with self.tools.sessions.begin() as session:
                self._back(session, ids)
        except Exception as error:
            if not is_passing(error):
                raise
            log.warning("letters %s cannot be put back now: %s", ids, error)

    def refused_us(self, hand: Hand, refusal: MailRefusesUs) -> None:
        """The server takes no letters of ours: nothing is wrong with this one; the next run tries another first."""
        now = self.tools.now()
        with self.tools.sessions.begin() as session:
            self._back(session, hand.tried.letters, not_before=self.as_of, **AT_THE_END)
            self._end(session, hand, Outcome.OURS, str(refusal))
            note_server_failure(session, str(refusal), now)

    def not_to_be_had(self, why: str) -> None:
        with self.tools.sessions.begin() as session:
            note_server_failure(session, why, self.tools.now())

    def is_suspect(self, hand: Hand) -> bool:
        with self.tools.sessions() as session:
            return is_suspect(session, hand.tried.letters)

    def _back(self, session: Session, ids: Collection[int], **changes: Any) -> None:
        back = {"claimed_by": "", "lease_until": None, "sent_at": None, **changes}
        move_all(session, Letter, ids, IN_HAND, LetterState.QUEUED, Letter.claimed_by == self.worker, **back)

    def doubt(self, hand: Hand, why: str) -> None:
        doubt = {"reason": Reason.INTERRUPTED, "detail": why, "lease_until": None}
        with self.tools.sessions.begin() as session:
            move_all(session, Letter, hand.tried.letters, [LetterState.SENDING], LetterState.UNCERTAIN, **doubt)
            self._end(session, hand, Outcome.UNCERTAIN, why)

    def refused(self, hand: Hand, refusal: MailRefusedForGood) -> None:
        """Raises MailRefusesUs where so many in a row were refused alike that it must be about us."""
        over = {"reason": Reason.REFUSED, "detail": str(refusal), "sent_at": None, "lease_until": None}
        with self.tools.sessions.begin() as session:
            move_all(session, Letter, hand.tried.letters, IN_HAND, LetterState.FAILED, **over)
            self._end(session, hand, Outcome.REFUSED, str(refusal))
            if blames_address(str(refusal)):
                note_refusal(session, session.get_one(Letter, next(iter(hand.tried.letters))), self.tools)
            is_ours = self._is_about_us(session, str(refusal))
        if is_ours:
            raise MailRefusesUs(str(refusal))

    def _is_about_us(self, session: Session, said: str) -> bool:
        row = alike_in_a_row(session, said)
        if row:
            take_back_blame(session, row, self.tools, self.as_of)
            note_server_failure(session, said, self.tools.now())
        return bool(row)

    def later(self, hand: Hand, refusal: MailRefusedForNow) -> None:
        """Raises MailRefusesUs as `refused` does."""
        now = self.tools.now()
        how = Outcome.LOST if isinstance(refusal, MailConnectionLost) else Outcome.DEFERRED
        with self.tools.sessions.begin() as session:
            for letter in session.scalars(select(Letter).where(Letter.id.in_(hand.tried.letters))):
                _try_again(session, letter, str(refusal), now)
            self._end(session, hand, how, str(refusal))
            if isinstance(refusal, MailDomainRefuses):
                self.troubled.add(domain_of(hand.tried.recipient))
                pause_domain(session, hand.tried.recipient, str(refusal), now)
            is_ours = self._is_about_us(session, str(refusal))
        if is_ours:
            raise MailRefusesUs(str(refusal))

    def _end(self, session: Session, hand: Hand, how: Outcome, said: str) -> None:
        now = self.tools.now()
        self._tell_journal(hand, how, said)
        if hand.rows:
            end(session, hand.rows, how, now, said)
        else:
            note_ended(session, hand.tried, how, now, said)


def _try_again(session: Session, letter: Letter, why: str, now: datetime) -> None:
    attempts, first = letter.attempts + 1, letter.first_try_at or now
    again = retry_at(attempts, first, now)
    changes = {"attempts": attempts, "first_try_at": first, "detail": why, "sent_at": None, "lease_until": None}
    if again is None:
        move(session, letter, LetterState.FAILED, reason=Reason.GAVE_UP, **changes)
    else:
        move(session, letter, LetterState.QUEUED, reason=Reason.RETRY, not_before=again, **changes)
