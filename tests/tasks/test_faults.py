"""A round sent on bad days: whatever fails, at the end every letter has left, or waits with a reason to be read."""

import errno
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, event, text

from tasks.domain.errors import MailServerUnavailable
from tasks.domain.letterbox import REASON_NAMES, LetterState
from tasks.mailing import handing
from tests.killing import KILLS
from tests.tasks.test_passing import locked
from tests.tasks.world import ADDRESS, OPENING, World, moment, new_world

if TYPE_CHECKING:
    from tests.conftest import Databases, Templates

STEPS = 12
WAITING = {LetterState.QUEUED, LetterState.HELD}


@dataclass
class BadDays:
    """An office, what chance does to it, and its clock."""

    world: World
    chance: random.Random
    now: datetime = field(default_factory=lambda: moment(OPENING))
    locks: list[threading.Thread] = field(default_factory=list)

    def step(self) -> None:
        fault = self.chance.choice(self.faults())
        KILLS[f"fault: {fault.__name__}"] += 1
        with fault():
            self.send(self.now)
        for lock in self.locks:
            lock.join()
        self.now = next_moment(self.now)

    def send(self, when: datetime) -> None:
        """As its flow does: a server that is not to be had makes a red run and no more."""
        with suppress(MailServerUnavailable):
            self.world.send(when)

    def faults(self) -> list[Callable[[], Any]]:
        anywhere = [self.refuses_us, self.comes_back_later, self.dies, self.full_disk, self.ahead, self.behind]
        on_this = [self.lock, self.short_lock] if self.is_sqlite else [self.lost_connection, self.lost_connection]
        return [*anywhere, self.not_to_be_had, *on_this]

    @property
    def is_sqlite(self) -> bool:
        return self.world.engine.dialect.name == "sqlite"

    def someone(self) -> str:
        return self.chance.choice(sorted(ADDRESS.values()))

    @contextmanager
    def refuses_us(self) -> Iterator[None]:
        self.world.outbox.says = dict.fromkeys(ADDRESS.values(), "550 5.1.8 Access denied, bad outbound sender")
        yield
        self.world.outbox.says = {}

    @contextmanager
    def comes_back_later(self) -> Iterator[None]:
        self.world.outbox.says[self.someone()] = "451 4.3.0 try again"
        yield
        self.world.outbox.says = {}

    @contextmanager
    def dies(self) -> Iterator[None]:
        self.world.outbox.dies_after_content = {self.someone()}
        yield
        self.world.outbox.dies_after_content = set()

    @contextmanager
    def not_to_be_had(self) -> Iterator[None]:
        self.world.outbox.unavailable_after = len(self.world.outbox.sent) + self.chance.randint(0, 2)
        yield
        self.world.outbox.unavailable_after = None

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        def full(*_: Any) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(self.world.tools.workbooks), "build", full)
            yield

    @contextmanager
    def ahead(self) -> Iterator[None]:
        right = self.now
        self.now += timedelta(days=1)
        yield
        self.now = right

    @contextmanager
    def behind(self) -> Iterator[None]:
        right = self.now
        self.now -= timedelta(days=1)
        yield
        self.now = right

    @contextmanager
    def lock(self) -> Iterator[None]:
        with locked(self.world.engine):
            yield

    @contextmanager
    def short_lock(self) -> Iterator[None]:
        """Just when the server has a content: what it says can be written only later, or never."""
        seconds = self.chance.choice([0.1, 0.3, 2.0])
        with self._once(lambda: self._hold(seconds)):
            yield

    @contextmanager
    def lost_connection(self) -> Iterator[None]:
        """PostgreSQL is started anew while a letter is on its way."""
        with self._once(self._end_connections):
            yield

    @contextmanager
    def _once(self, act: Callable[[], None]) -> Iterator[None]:
        countdown = [self.chance.randint(1, 4)]

        def perhaps(recipient: str) -> None:
            countdown[0] -= 1
            if countdown[0] == 0:
                act()

        which = self.chance.choice(["before_rcpt", "in_content"])
        setattr(self.world.outbox, which, perhaps)
        yield
        setattr(self.world.outbox, which, lambda recipient: None)

    def _hold(self, seconds: float) -> None:
        taken = threading.Event()

        def hold() -> None:
            with locked(self.world.engine):
                taken.set()
                threading.Event().wait(seconds)

        self.locks.append(threading.Thread(target=hold))
        self.locks[-1].start()
        taken.wait()

    def _end_connections(self) -> None:
        other = create_engine(self.world.engine.url)
        with other.connect() as connection:
            mine = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
        other.dispose()


def next_moment(now: datetime) -> datetime:
    """Past every lease, inside sending hours."""
    later = now + timedelta(minutes=20)
    if later.hour >= 16:
        later = (later + timedelta(days=3 if later.weekday() == 4 else 1)).replace(hour=7, minute=35)
    return later


def assert_kept(world: World) -> None:
    copies = Counter(sent.message_id for sent in world.outbox.sent)
    for letter in world.letters():
        times = copies[letter.message_id]
        assert letter.state is not LetterState.FAILED, f"{letter.id}: {letter.reason} {letter.detail}"
        assert times <= (2 if letter.repeated_at else 1), f"letter {letter.id} left {times} times"
        if letter.state is LetterState.SENT:
            assert times >= 1
        elif letter.state is LetterState.UNCERTAIN:
            assert letter.repeated_at is not None, "two connections died over it: a person decides"
        else:
            assert letter.state in WAITING
            assert letter.reason in REASON_NAMES


@pytest.mark.parametrize("seed", range(6))
def test_a_round_comes_through_bad_days(
    databases: "Databases", templates: "Templates", tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(handing, "AGAIN_AFTER", (0.05, 0.1, 0.2, 0.4))
    with templates.copy(databases, "opened") as engine:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
            engine.dispose()
        world = new_world(engine, tmp_path)
        world.limited(connections=1 + seed % 2)
        days = BadDays(world, random.Random(seed))
        for _ in range(STEPS):
            days.step()
            assert_nothing_doubled(world)
        for later in (0, 1, 2, 3):  # the trouble is over; whoever was told to come back later does
            days.send(days.now + timedelta(days=later))
        assert_kept(world)
        assert world.states().get("sent", 0) >= len(world.letters()) - 1


def assert_nothing_doubled(world: World) -> None:
    copies = Counter(sent.message_id for sent in world.outbox.sent)
    assert all(copies[one.message_id] <= (2 if one.repeated_at else 1) for one in world.letters())
