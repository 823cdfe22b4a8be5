"""Whether the clocks tick: which planned moment was let pass without a run that began by itself, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_WORK = timedelta(hours=6)
"""A run that is still at work excuses its clock; one that is at work for longer hangs."""


class Trouble(StrEnum):
    SERVER_ENDED = "server-ended"
    NO_ANSWER = "no-answer"
    LATE = "late"
    RUNNER_ENDED = "runner-ended"


@dataclass(frozen=True)
class Run:
    """A run that nobody started by hand."""

    planned_at: datetime
    began_at: datetime | None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Clock:
    name: str
    due_at: datetime | None
    """The newest of its planned moments that is longer past than is allowed; None while there is none."""
    runs: Sequence[Run] = ()
    paused: bool = False


@dataclass(frozen=True)
class Facts:
    now: datetime
    clocks: Sequence[Clock] = ()
    silent_since: datetime | None = None
    """Since when Prefect does not answer."""
    server_code: int | None = None
    """The exit code of our own server, where it has ended."""
    runner_words: str = ""
    """Why the part that starts the runs has given up, where it has."""


@dataclass(frozen=True)
class Verdict:
    trouble: Trouble | None
    words: str
    late: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        return self.trouble is None


WELL = Verdict(None, "lịch tự chạy bình thường")


def judge(facts: Facts, grace: timedelta) -> Verdict:
    """The root before what follows from it."""
    if facts.server_code is not None:
        return Verdict(Trouble.SERVER_ENDED, f"máy chủ Prefect đã tự tắt (mã {facts.server_code})")
    silent = facts.now - facts.silent_since if facts.silent_since else None
    if silent is not None and (silent > grace or facts.runner_words):
        return Verdict(Trouble.NO_ANSWER, f"máy chủ Prefect không trả lời từ {int(silent.total_seconds())} giây nay")
    if facts.runner_words:
        return Verdict(Trouble.RUNNER_ENDED, f"bộ chạy lịch đã ngừng: {facts.runner_words}")
    if silent is None and (late := [clock for clock in facts.clocks if is_late(clock, facts.now)]):
        told = "; ".join(f"{clock.name} lẽ ra chạy lúc {clock.due_at:%H:%M %d/%m/%Y}" for clock in late)
        return Verdict(Trouble.LATE, f"có việc đến giờ mà không tự chạy: {told}", tuple(one.name for one in late))
    return WELL


def is_late(clock: Clock, now: datetime) -> bool:
    if clock.due_at is None or clock.paused:
        return False
    return not any(_excuses(run, clock.due_at, now) for run in clock.runs)


def _excuses(run: Run, due_at: datetime, now: datetime) -> bool:
    if run.began_at is None:
        return False
    is_at_work = run.ended_at is None and now - run.began_at < LONGEST_WORK
    return is_at_work or max(run.planned_at, run.began_at) >= due_at


def counted_from(since: datetime, now: datetime, should_be: datetime, grace: timedelta) -> datetime:
    """Since when planned moments count: anew after the machine slept or its clock was set, for nothing ran then.

    `should_be`: what the clock would show by the seconds that this process has lived since its last look. A look that
    is only slow moves both, or a busy machine would never find its clocks late.
    """
    return since if abs(now - should_be) <= grace / 2 else now
