"""Handing letters over: every state is committed before the next thing can go wrong."""

import asyncio
import os
import secrets
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection as Database
from sqlalchemy import select

from tasks.as_task import task
from tasks.domain.deeds import Deed
from tasks.domain.errors import (
    MailRefusedForGood,
    MailRefusedForNow,
    MailRefusesUs,
    MailServerUnavailable,
    MailUncertain,
    WrongMove,
)
from tasks.domain.mailing import IN_VAIN, StopCode
from tasks.mailing.claiming import (
    PERIOD,
    Parcel,
    claim_batch,
    count_ready,
    longest_wait,
    ready_ids,
    release_due,
    room_until,
    sweep_expired,
)
from tasks.mailing.copying import file_copies
from tasks.mailing.handing import Book, Hand, surely
from tasks.mailing.reading_back import read_back
from tasks.mailing.settling import settle_uncertain
from tasks.mailing.writing import Written, write_parcels
from tasks.progress import Progress
from tasks.records import DomainPause, MailSwitch
from tasks.report import Failure, Report, is_passing, log
from tasks.toolbox import Connection, Toolbox


def worker_name() -> str:
    """Of one run: two runs of one process are two workers."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"


async def send_ready(tools: Toolbox, as_of: datetime) -> Report:
    """Send everything that may leave at `as_of`. Raises MailServerUnavailable when the server is not to be had, or
    takes nothing of ours; then every letter is back in the queue. So it is when the database or the disk fails."""
    report = Report()
    try:
        with open_run(tools, as_of, report) as run:
            await _send_over_all(run, tools.house.limits.connections)
    except Exception as error:
        if not is_passing(error):
            raise
        log.warning("sending ends early: %s", error)
        report.failures.append(Failure("gửi thư", PASSING.format(error), passing=True))
    return report


HELD = "mọi thư đang được giữ: {why}. Xem: kiemtra restore --status; khi đã yên tâm: kiemtra mail start"
PASSING = "cơ sở dữ liệu hoặc ổ đĩa chưa dùng được, thư chưa gửi vẫn chờ, lượt sau gửi tiếp ({})"


async def _send_over_all(run: "Run", connections: int) -> None:
    lines = [asyncio.create_task(run.send_over_one_connection()) for _ in range(connections)]
    try:
        await asyncio.gather(*lines)
    finally:  # after an error the other lines finish the letter in their hands, and take no further one
        run.is_over = True
        await asyncio.gather(*lines, return_exceptions=True)


@contextmanager
def open_run(tools: Toolbox, as_of: datetime, report: Report) -> "Iterator[Run]":
    """A run with its tray empty; at its end what was claimed and not tried stands in the queue again."""
    with tools.sessions() as session:
        engine = session.get_bind().engine
    with engine.connect() as database:
        run = Run(tools, as_of, database, report)
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
    report: Report
    worker: str = field(default_factory=worker_name)
    is_over: bool = False
    _tray: deque[Written] = field(default_factory=deque)
    _in_vain: int = 0
    _passed: set[str] = field(default_factory=set)
    """Recipients whose letters the server has taken in this run."""
    _book: Book = field(init=False)
    _progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self._book = Book(self.tools, self.database, self.worker, self.as_of)
        self._until = self.tools.now() + self.tools.lasting(PERIOD)

    def prepare(self) -> None:
        with self.tools.sessions.begin() as session:
            release_due(session, self.as_of)
            sweep_expired(session, self.tools)
            self._book.troubled |= set(session.scalars(select(DomainPause.domain)))
        read_back(self.tools)
        self._say_held()
        settle_uncertain(self.tools, self.as_of, self.report)
        with self.tools.sessions() as session:
            self._progress = Progress("Gửi thư", count_ready(session, self.as_of))

    def _say_held(self) -> None:
        """Nothing leaves until a person has looked: the run is red for as long."""
        with self.tools.sessions() as session:
            switch = session.get_one(MailSwitch, 1)
            if switch.stopped_for is StopCode.OLDER:
                self.report.failures.append(Failure("gửi thư", HELD.format(why=switch.stopped_why)))

    async def send_over_one_connection(self) -> None:
        async with self.tools.outbox.connect() as connection:
            while (written := self._next()) is not None:
                await self._wait_for(written.parcel)
                await self._send(connection, written)
                await self._progress.aadvance(len(written.parcel.ids))

    def _next(self) -> Written | None:
        """The next parcel; when the tray is empty, another batch is claimed and written into it."""
        while not self._tray and not self.is_over:
            parcels = self._claim()
            if parcels is None:
                return None
            try:
                self._tray.extend(write_parcels(self.tools, parcels, self.as_of, self.report))
            except Exception:
                self._book.put_back([one for parcel in parcels for one in parcel.ids])
                raise
        return None if self.is_over else self._tray.popleft()

    def _claim(self) -> list[Parcel] | None:
        """None when nothing is left to send, or none of it in this run's time; a batch of which nothing may leave is no
        reason to stop looking."""
        with self.tools.sessions.begin() as session:
            room = room_until(session, self.tools, self._until)
            if room:
                parcels = claim_batch(session, self.tools, self.worker, self.as_of, self.report, room)
                return parcels or ([] if ready_ids(session, self.as_of, 1) else None)
            waiting = count_ready(session, self.as_of)
        if waiting and not self.is_over:
            self.is_over = True
            rate = self.tools.house.limits.per_minute
            self.report.lines.append(f"Còn {waiting} thư chờ, lượt sau gửi tiếp (mỗi phút nhiều nhất {rate} thư).")
        return None

    async def _wait_for(self, parcel: Parcel) -> None:
        """Until its moment; one further away than any claim reaches was told by another clock."""
        wait = parcel.leaves_at - self.tools.now() if parcel.leaves_at is not None else timedelta(0)
        if timedelta(0) < wait <= longest_wait(self.tools):
            try:
                await asyncio.sleep(wait.total_seconds() / self.tools.speed)
            except asyncio.CancelledError:
                self._book.put_back(parcel.ids)
                raise

    async def _send(self, connection: Connection, written: Written) -> None:
        """A letter's way ends in one of these: taken, tried later, refused, or put back because of us."""
        ids = written.parcel.ids
        hand = self._book.take(written.parcel, written.recipient)

        def before_content() -> None:
            self._book.leave(hand)

        try:
            answer = await connection.post(written.sender, written.recipient, written.raw, before_content, written.tag)
        except MailRefusesUs as refusal:
            await self._refused_us(hand, refusal)
        except MailServerUnavailable as trouble:
            self._book.put_back(ids)
            self._book.not_to_be_had(str(trouble))
            raise
        except WrongMove:  # answered, stopped, or another worker's since our lease ran out
            log.info("letters %s: claim lost", ids)
            self._book.put_back(ids)
        except (MailRefusedForGood, MailRefusedForNow) as refusal:
            await self._refused(hand, refusal)
        except MailUncertain as doubt:
            await self._doubt(hand, str(doubt))
        except asyncio.CancelledError:
            if hand.has_left:
                self._book.doubt(hand, "lượt gửi bị ngắt")
            else:
                self._book.put_back(ids)
            raise
        except Exception:
            if not hand.has_left:  # of what has left, the sweep says so
                self._book.put_back(ids)
            raise
        else:
            self._in_vain = 0
            await surely(lambda: self._book.sent(hand, answer))
            self._passed.add(written.recipient)
            self.report.add(Deed.SENT)

    async def _refused_us(self, hand: Hand, refusal: MailRefusesUs) -> None:
        """It stops the run, unless it is known by now that the server takes letters to others: then the refusal was the
        recipient's."""
        others = self._passed - {hand.tried.recipient}
        if others and refusal.otherwise is not None and self._book.is_suspect(hand):
            await self._refused(hand, refusal.otherwise(str(refusal)))
            return
        await surely(lambda: self._book.refused_us(hand, refusal))
        raise refusal

    async def _refused(self, hand: Hand, refusal: MailRefusedForGood | MailRefusedForNow) -> None:
        if isinstance(refusal, MailRefusedForNow):
            await surely(lambda: self._book.later(hand, refusal))
            self.report.add(Deed.DEFERRED, str(refusal))
            self._count_in_vain(f"Máy chủ thư hẹn gửi sau {IN_VAIN} lần liền, lượt này dừng: {refusal}")
            return
        self._in_vain = 0
        await surely(lambda: self._book.refused(hand, refusal))
        self.report.add(Deed.REFUSED, str(refusal))

    async def _doubt(self, hand: Hand, why: str) -> None:
        await surely(lambda: self._book.doubt(hand, why))
        self.report.add(Deed.DOUBTFUL, why)
        if self._count_in_vain(f"Máy chủ thư không nói đã nhận hay chưa {IN_VAIN} lần liền, lượt này dừng: {why}"):
            self._book.not_to_be_had(why)  # each of these goes once more: shall it be ten, not all

    def put_back_rest(self) -> None:
        rest = [one for written in self._tray for one in written.parcel.ids]
        self._tray.clear()
        if rest:
            self._book.put_back(rest)

    def _count_in_vain(self, line: str) -> bool:
        """Whether that was one too many in a row, so that the run ends and says `line`."""
        self._in_vain += 1
        if self._in_vain < IN_VAIN or self.is_over:
            return False
        self.is_over = True
        self.report.lines.append(line)
        return True


@task(name="gui-thu", retries=2, retry_delay_seconds=[30, 120])
async def send_letters(tools: Toolbox, as_of: datetime) -> Report:
    report = await send_ready(tools, as_of)
    file_copies(tools, report)
    return report
