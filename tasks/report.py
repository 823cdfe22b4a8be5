"""Find many, fix one: each item in its own transaction, and a typed report of what was done and what was not."""

import errno
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from tasks.domain.deeds import told

log = logging.getLogger("kiemtra")
T = TypeVar("T")
Done = StrEnum | Counter[StrEnum] | None
"""What an act did: one deed of `tasks.domain.deeds`, several with their numbers, or nothing."""


@dataclass(frozen=True)
class Failure:
    """One item that stopped only itself: which, and why."""

    item: str
    why: str
    passing: bool = False
    """The database was busy, or two workers met: the next run finds the item as it was."""


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EBUSY}


def is_passing(error: BaseException) -> bool:
    """Nobody's fault, and gone at another try: a database that is locked or lost, a full disk, no memory."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, IntegrityError | DataError | ProgrammingError)
    return isinstance(error, MemoryError | PoolTimeout) or (isinstance(error, OSError) and error.errno in _NO_ROOM)


@dataclass
class Report:
    """What one run of a verb did, counted by deed, why some of it did not go as it should, and what failed."""

    counts: Counter[StrEnum] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    causes: Counter[tuple[StrEnum, str]] = field(default_factory=Counter)
    """Of deeds that are no success: how often for which reason (the mail server's words)."""

    def add(self, done: Done, why: str = "") -> None:
        self.counts.update([done] if isinstance(done, StrEnum) else done or ())
        if why and isinstance(done, StrEnum):
            self.causes[done, why] += 1

    def __iadd__(self, other: "Report") -> "Report":
        self.counts += other.counts
        self.failures += other.failures
        self.lines += other.lines
        self.causes += other.causes
        return self

    @property
    def words(self) -> str:
        """One sentence: 'Gửi 49 thư, 3 thư hẹn gửi lại; 1 việc cần xem'; empty when there was nothing to do."""
        parts = [", ".join(told(self.counts)), f"{len(self.failures)} việc cần xem" if self.failures else ""]
        sentence = "; ".join(filter(None, parts))
        return sentence[:1].upper() + sentence[1:]


def one_by_one(
    sessions: sessionmaker[Session],
    items: Iterable[T],
    act: Callable[[Session, T], Done],
    name: Callable[[T], str] = str,
) -> Report:
    """Act on each item in its own transaction; `act` returns what it did.

    The only place that catches everything: a poison row must not stop the rows behind it.
    """
    report = Report()
    for item in items:
        try:
            with sessions.begin() as session:
                done = act(session, item)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            # One traceback an error: fifty alike would bury the words of the run's log.
            log.error("%s failed", name(item), exc_info=all(why != failure.why for failure in report.failures))
            report.failures.append(Failure(name(item), why, is_passing(error)))
        else:
            report.add(done)
    return report


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
