"""A locked database, a full disk, a lost connection, a wrong clock: nobody's fault, and no letter is failed for it."""

import errno
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from tasks.domain.letterbox import LetterState, Reason
from tasks.domain.mailing import Outcome
from tasks.mailing import handing, sending
from tasks.records import Letter, MailSwitch
from tests.tasks.test_attempts import tries
from tests.tasks.world import ADDRESS, OPENING, UNITS, World, moment

UNIT = "xa-vinh-o"
LATER = "2025-04-08 09:00"


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody else's program writes and does not end; and nobody has a minute to wait for it."""
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("COMMIT")
        other.close()


@pytest.fixture
def impatient(sqlite: Any, templates: Any, tmp_path: Any) -> Iterator[World]:
    """On SQLite, which is locked as a whole; its driver gives up at once."""
    from tests.tasks.world import new_world

    with templates.copy(sqlite, "opened") as engine:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
        engine.dispose()
        yield new_world(engine, tmp_path)


def test_a_database_locked_between_claim_and_writing_fails_no_letter(
    impatient: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = sending.write_parcels

    def while_locked(*args: Any) -> Any:
        with locked(impatient.engine):
            return write(*args)

    monkeypatch.setattr(sending, "write_parcels", while_locked)
    report = impatient.send(OPENING)
    assert [failure.passing for failure in report.failures] == [True]
    assert "lượt sau gửi tiếp" in report.failures[0].why
    assert impatient.states(reason=Reason.BROKEN) == {}
    monkeypatch.undo()
    impatient.send(LATER)
    assert impatient.states() == {"sent": len(UNITS)}
    assert impatient.outbox.doubled == []


def test_a_database_that_is_locked_from_the_start_fails_no_letter(impatient: World) -> None:
    with locked(impatient.engine):
        report = impatient.send(OPENING)
    assert [failure.passing for failure in report.failures] == [True]
    impatient.send("2025-04-08 07:40")
    assert impatient.states() == {"sent": len(UNITS)}


def test_what_the_server_has_taken_is_written_down_as_soon_as_the_database_lets_us(
    impatient: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that lasts over the final dot: the letter is known to have left, and goes no second time."""
    monkeypatch.setattr(handing, "AGAIN_AFTER", (0.1, 0.3, 0.3, 0.3, 0.3))
    release = threading.Event()
    held: list[threading.Thread] = []

    def lock_for_a_moment(recipient: str) -> None:
        taken = threading.Event()

        def hold() -> None:
            with locked(impatient.engine):
                taken.set()
                release.wait(0.5)

        if recipient == ADDRESS[UNIT] and not held:
            held.append(threading.Thread(target=hold))
            held[0].start()
            taken.wait()

    impatient.limited(connections=1)
    impatient.outbox.in_content = lock_for_a_moment
    report = impatient.send(OPENING)
    held[0].join()
    assert report.failures == []
    assert impatient.states() == {"sent": len(UNITS)}
    assert [one.outcome for one in tries(impatient)] == [Outcome.SENT]


@pytest.mark.parametrize(
    "trouble",
    [OSError(errno.ENOSPC, "No space left on device"), MemoryError()],
    ids=["full disk", "no memory"],
)
def test_a_full_disk_or_no_memory_while_writing_fails_no_letter(
    opened: World, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    build = type(opened.tools.workbooks).build

    def fails(*_: Any) -> bytes:
        raise trouble

    monkeypatch.setattr(type(opened.tools.workbooks), "build", fails)
    report = opened.send(OPENING)
    assert report.failures
    assert all(failure.passing for failure in report.failures)
    assert opened.states() == {"queued": len(UNITS)}
    monkeypatch.setattr(type(opened.tools.workbooks), "build", build)
    opened.send(LATER)
    assert opened.states() == {"sent": len(UNITS)}


# --- the clock -----------------------------------------------------------------------------------------------------


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the sender slept, in seconds; its clock goes on by as much."""
    return []


def napping(world: World, naps: list[float]) -> Callable[..., Any]:
    import asyncio

    real = asyncio.sleep

    async def nap(seconds: float, *_: object) -> None:
        if seconds > 0:
            naps.append(seconds)
            world.clock.now += timedelta(seconds=seconds)
        await real(0)

    return nap


def test_a_clock_that_was_a_day_ahead_for_one_letter_makes_no_later_run_sleep(
    opened: World, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asyncio.sleep", napping(opened, naps))
    opened.limited(per_minute=60, connections=1)
    with opened.sessions.begin() as session:
        session.execute(update(MailSwitch).values(spoken_for_until=moment(OPENING) + timedelta(days=1)))
    opened.send(OPENING)
    assert opened.states() == {"sent": len(UNITS)}
    assert sum(naps) <= len(UNITS)


def test_a_run_claims_no_more_than_it_can_send_until_the_next_one_and_says_so(
    opened: World, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asyncio.sleep", napping(opened, naps))
    opened.limited(per_minute=1, connections=1)
    report = opened.send(OPENING)
    own = [nap for nap in naps if nap > 20]  # a minute each; others in this process sleep by the same patched function
    assert own
    assert sum(own) <= timedelta(minutes=5).total_seconds()
    assert opened.states() == {"sent": 5, "queued": len(UNITS) - 5}
    assert "Còn 1 thư chờ" in " ".join(report.lines)
    opened.send("2025-04-08 07:40")
    assert opened.states() == {"sent": len(UNITS)}


def test_a_lease_given_by_a_clock_that_was_ahead_holds_nothing_up(opened: World) -> None:
    with opened.sessions.begin() as session:
        day_ahead = moment(OPENING) + timedelta(days=1)
        everything = update(Letter).values(state=LetterState.CLAIMED, claimed_by="máy khác", lease_until=day_ahead)
        session.execute(everything)
    opened.send(OPENING)
    assert opened.states() == {"sent": len(UNITS)}
    with opened.sessions() as session:
        assert session.scalars(select(Letter).where(Letter.lease_until.is_not(None))).all() == []
