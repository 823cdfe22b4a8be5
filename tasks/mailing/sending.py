"""Handing letters over: every state is committed before the next thing can go wrong."""

import asyncio
import os
import re
import secrets
import socket
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Connection as Database
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tasks.domain.deeds import Deed
from tasks.domain.errors import (
    MailDomainRefuses,
    MailRefusedForGood,
    MailRefusedForNow,
    MailServerUnavailable,
    MailUncertain,
    WrongMove,
)
from tasks.domain.letterbox import LEASE, LetterState, Reason, is_hard, retry_at
from tasks.domain.mailing import LATER_IN_A_ROW, EventKind, domain_of
from tasks.mailing.claiming import Parcel, claim_batch, count_ready, ready_ids, release_due, sweep_expired
from tasks.mailing.pausing import lift_pause, pause_domain
from tasks.mailing.settling import settle_uncertain
from tasks.mailing.writing import Written, write_parcels
from tasks.moves import Change, move, move_all
from tasks.progress import Progress
from tasks.proof import record_all
from tasks.records import FORGETTABLE, DomainPause, Letter, MailSwitch
from tasks.report import Report, log
from tasks.toolbox import Connection, Toolbox
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


def worker_name() -> str:
    """Of one run: two runs of one process are two workers."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"


async def send_ready(tools: Toolbox, as_of: datetime) -> Report:
    """Send everything that may leave at `as_of`. Raises MailServerUnavailable when the server is not to be had;
    then every letter is back in the queue."""
    with open_run(tools, as_of) as run:
        lines = [asyncio.create_task(run.send_over_one_connection()) for _ in range(tools.house.limits.connections)]
        try:
            await asyncio.gather(*lines)
        finally:  # after an error the other lines finish the letter in their hands, and take no further one
            run.is_over = True
            await asyncio.gather(*lines, return_exceptions=True)
        return run.report


@contextmanager
def open_run(tools: Toolbox, as_of: datetime) -> "Iterator[Run]":
    """A run with its tray empty; at its end what was claimed and not tried stands in the queue again."""
    with tools.sessions() as session:
        engine = session.get_bind().engine
    with engine.connect() as database:
        run = Run(tools, as_of, database)
        run.prepare()
        try:
            yield run
        finally:
            run.put_back_rest()


@dataclass
class Run:
    """One run of the sender: its tray of claimed and written parcels, emptied by all connections together."""

    tools: Toolbox
    as_of: datetime
    database: Database
    """Kept for the two commits of every letter: they need no objects, and SQLite's pages stay with a connection."""
    worker: str = field(default_factory=worker_name)
    report: Report = field(default_factory=Report)
    is_over: bool = False
    _tray: deque[Written] = field(default_factory=deque)
    _later_in_a_row: int = 0
    _troubled: set[str] = field(default_factory=set)
    """Domains that have refused us by policy before: their first acceptance is noted."""
    _progress: Progress = field(init=False)

    def prepare(self) -> None:
        with self.tools.sessions.begin() as session:
            release_due(session, self.as_of)
            sweep_expired(session, self.tools.now())
            self._troubled = set(session.scalars(select(DomainPause.domain)))
        settle_uncertain(self.tools, self.as_of, self.report)
        with self.tools.sessions() as session:
            self._progress = Progress("Gửi thư", count_ready(session, self.as_of))

    async def send_over_one_connection(self) -> None:
        async with self.tools.outbox.connect() as connection:
            while (written := self._next()) is not None:
                await self._wait_for(written.parcel)
                await self._send(connection, written)
                await self._progress.aadvance(len(written.parcel.ids))

    def _next(self) -> Written | None:
        """The next parcel; when the tray is empty, another batch is claimed and written into it."""
        while not self._tray and not self.is_over:
            with self.tools.sessions.begin() as session:
                parcels = claim_batch(session, self.tools, self.worker, self.as_of, self.report)
                if not parcels and not ready_ids(session, self.as_of, 1):
                    return None  # a batch of which nothing may leave is no reason to stop looking
            self._tray.extend(write_parcels(self.tools, parcels, self.as_of, self.report))
        return None if self.is_over else self._tray.popleft()

    async def _wait_for(self, parcel: Parcel) -> None:
        if parcel.leaves_at is not None and (wait := (parcel.leaves_at - self.tools.now()).total_seconds()) > 0:
            try:
                await asyncio.sleep(wait)
            except asyncio.CancelledError:
                self._put_back(parcel)
                raise

    async def _send(self, connection: Connection, written: Written) -> None:
        parcel = written.parcel
        leaving = False

        def before_content() -> None:
            nonlocal leaving
            self._leave(parcel)
            leaving = True

        try:
            answer = await connection.post(written.sender, written.recipient, written.raw, before_content, written.tag)
        except MailServerUnavailable:
            self._put_back(parcel)
            raise
        except WrongMove:  # answered, stopped, or another worker's since our lease ran out
            log.info("letter %s: claim lost", parcel.leader)
            self._put_back(parcel)
        except MailRefusedForGood as refusal:
            self._later_in_a_row = 0
            self._refused(written, refusal)
        except MailRefusedForNow as refusal:
            self._try_later(written, refusal)
        except (MailUncertain, asyncio.CancelledError) as doubt:
            if not leaving and isinstance(doubt, asyncio.CancelledError):
                self._put_back(parcel)
                raise
            self._doubt(parcel, str(doubt) or "lượt gửi bị ngắt")
            if isinstance(doubt, asyncio.CancelledError):
                raise
        else:
            self._later_in_a_row = 0
            self._sent(written, answer)

    def _leave(self, parcel: Parcel) -> None:
        """The last commit before the content: still ours, still owed (an answer cancels what is claimed), not stopped.

        From here on an interrupted letter may have gone out.
        """
        now = self.tools.now()
        until = now + self.tools.lasting(LEASE)
        with self._commit(forgettable=False):
            moved = _LEAVE(self.database, parcel.ids, {"worker": self.worker}, sent_at=now, lease_until=until)
            if moved != len(parcel.ids):
                raise WrongMove(f"letter {parcel.leader}: the claim was lost before the content left")

    def _commit(self, *, forgettable: bool) -> AbstractContextManager[object]:
        self.database.execution_options(**{**FORGETTABLE, "forgettable": forgettable})
        return self.database.begin()

    def _sent(self, written: Written, answer: str) -> None:
        """Should the power fail right now, the letter is found as leaving, and settled like any other in doubt."""
        now, ids = self.tools.now(), written.parcel.ids
        with self._commit(forgettable=True):
            _SENT(self.database, ids, server_answer=answer, reason=None, detail="", lease_until=None)
            record_all(self.database, ids, EventKind.SENT, now, "máy chủ thư", answer)
            if domain_of(written.recipient) in self._troubled:
                lift_pause(self.database, written.recipient)
        self.report.add(Deed.SENT)

    def put_back_rest(self) -> None:
        while self._tray:
            self._put_back(self._tray.popleft().parcel)

    def _put_back(self, parcel: Parcel) -> None:
        """Nothing was tried: the letters that are still ours stand in the queue as before."""
        back = {"claimed_by": "", "lease_until": None, "sent_at": None}
        with self.tools.sessions.begin() as session:
            own = Letter.claimed_by == self.worker
            move_all(session, Letter, parcel.ids, IN_HAND, LetterState.QUEUED, own, **back)

    def _doubt(self, parcel: Parcel, why: str) -> None:
        doubt = {"reason": Reason.INTERRUPTED, "detail": why, "lease_until": None}
        with self.tools.sessions.begin() as session:
            move_all(session, Letter, parcel.ids, [LetterState.SENDING], LetterState.UNCERTAIN, **doubt)
            record_all(session, parcel.ids, EventKind.UNCERTAIN, self.tools.now(), "hệ thống", why)
        self.report.add(Deed.DOUBTFUL, why)

    def _refused(self, written: Written, refusal: MailRefusedForGood) -> None:
        over = {"reason": Reason.REFUSED, "detail": str(refusal), "sent_at": None, "lease_until": None}
        with self.tools.sessions.begin() as session:
            move_all(session, Letter, written.parcel.ids, IN_HAND, LetterState.FAILED, **over)
            self._record_answer(session, written.parcel.ids, EventKind.REFUSED, refusal)
            if _blames_address(str(refusal)):
                note_refusal(session, session.get_one(Letter, written.parcel.leader), self.tools)
        self.report.add(Deed.REFUSED, str(refusal))

    def _try_later(self, written: Written, refusal: MailRefusedForNow) -> None:
        now = self.tools.now()
        with self.tools.sessions.begin() as session:
            for letter in session.scalars(select(Letter).where(Letter.id.in_(written.parcel.ids))):
                attempts, first = letter.attempts + 1, letter.first_try_at or now
                again = retry_at(attempts, first, now)
                changes = {"attempts": attempts, "first_try_at": first, "detail": str(refusal)}
                changes |= {"sent_at": None, "lease_until": None}
                if again is None:
                    move(session, letter, LetterState.FAILED, reason=Reason.GAVE_UP, **changes)
                else:
                    move(session, letter, LetterState.QUEUED, reason=Reason.RETRY, not_before=again, **changes)
            self._record_answer(session, written.parcel.ids, EventKind.DEFERRED, refusal)
            if isinstance(refusal, MailDomainRefuses):
                self._troubled.add(domain_of(written.recipient))
                pause_domain(session, written.recipient, str(refusal), now)
        self.report.add(Deed.DEFERRED, str(refusal))
        self._later_in_a_row += 1
        if self._later_in_a_row >= LATER_IN_A_ROW and not self.is_over:
            self.is_over = True
            self.report.lines.append(f"Máy chủ thư hẹn gửi sau {LATER_IN_A_ROW} lần liền, lượt này dừng: {refusal}")

    def _record_answer(self, session: Session, ids: Collection[int], kind: EventKind, refusal: Exception) -> None:
        record_all(session, ids, kind, self.tools.now(), "máy chủ thư", str(refusal))


def _blames_address(answer: str) -> bool:
    """Whether a 5xx is about the mailbox, and not about our behaviour (policy, rate) or the letter's size."""
    status = re.search(r"\b5\.\d{1,3}\.\d{1,3}\b", answer)
    return is_hard(status[0] if status else "5.0.0" if re.match(r"55[0134]\b", answer) else "", answer)


@task(name="gui-thu", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[30, 120])
async def send_letters(tools: Toolbox, as_of: datetime) -> Report:
    return await send_ready(tools, as_of)
