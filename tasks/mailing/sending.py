"""Handing letters over: every state is committed before the next thing can go wrong."""

import asyncio
import os
import secrets
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Connection as Database
from sqlalchemy import select

from tasks.domain.deeds import Deed
from tasks.domain.errors import (
    MailRefusedForGood,
    MailRefusedForNow,
    MailServerUnavailable,
    MailUncertain,
    WrongMove,
)
from tasks.domain.mailing import LATER_IN_A_ROW
from tasks.mailing.claiming import Parcel, claim_batch, count_ready, ready_ids, release_due, sweep_expired
from tasks.mailing.handing import Book
from tasks.mailing.settling import settle_uncertain
from tasks.mailing.writing import Written, write_parcels
from tasks.progress import Progress
from tasks.records import DomainPause
from tasks.report import Report, log
from tasks.toolbox import Connection, Toolbox


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
    worker: str = field(default_factory=worker_name)
    report: Report = field(default_factory=Report)
    is_over: bool = False
    _tray: deque[Written] = field(default_factory=deque)
    _later_in_a_row: int = 0
    _book: Book = field(init=False)
    _progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self._book = Book(self.tools, self.database, self.worker)

    def prepare(self) -> None:
        with self.tools.sessions.begin() as session:
            release_due(session, self.as_of)
            sweep_expired(session, self.tools.now())
            self._book.troubled |= set(session.scalars(select(DomainPause.domain)))
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
                self._book.put_back(parcel)
                raise

    async def _send(self, connection: Connection, written: Written) -> None:
        parcel = written.parcel
        hand = self._book.take(parcel, written.recipient)

        def before_content() -> None:
            self._book.leave(hand)

        try:
            answer = await connection.post(written.sender, written.recipient, written.raw, before_content, written.tag)
        except MailServerUnavailable as refusal:
            self._book.refused_us(hand, str(refusal))
            raise
        except WrongMove:  # answered, stopped, or another worker's since our lease ran out
            log.info("letter %s: claim lost", parcel.leader)
            self._book.put_back(parcel)
        except MailRefusedForGood as refusal:
            self._later_in_a_row = 0
            self._book.refused(hand, refusal)
            self.report.add(Deed.REFUSED, str(refusal))
        except MailRefusedForNow as refusal:
            self._book.later(hand, refusal)
            self._count_later(refusal)
        except (MailUncertain, asyncio.CancelledError) as doubt:
            if not hand.has_left and isinstance(doubt, asyncio.CancelledError):
                self._book.put_back(parcel)
                raise
            why = str(doubt) or "lượt gửi bị ngắt"
            self._book.doubt(hand, why)
            self.report.add(Deed.DOUBTFUL, why)
            if isinstance(doubt, asyncio.CancelledError):
                raise
        else:
            self._later_in_a_row = 0
            self._book.sent(hand, answer)
            self.report.add(Deed.SENT)

    def put_back_rest(self) -> None:
        while self._tray:
            self._book.put_back(self._tray.popleft().parcel)

    def _count_later(self, refusal: MailRefusedForNow) -> None:
        self.report.add(Deed.DEFERRED, str(refusal))
        self._later_in_a_row += 1
        if self._later_in_a_row >= LATER_IN_A_ROW and not self.is_over:
            self.is_over = True
            self.report.lines.append(f"Máy chủ thư hẹn gửi sau {LATER_IN_A_ROW} lần liền, lượt này dừng: {refusal}")


@task(name="gui-thu", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[30, 120])
async def send_letters(tools: Toolbox, as_of: datetime) -> Report:
    return await send_ready(tools, as_of)
