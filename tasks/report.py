"""Find many, fix one: each item in its own transaction, and a typed report of what was done and what was not."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger("kiemtra")
T = TypeVar("T")


@dataclass(frozen=True)
class Failure:
    """One item that stopped only itself: which, and why."""

    item: str
    why: str
    passing: bool = False
    """The database was busy, or two workers met: the next run finds the item as it was."""


@dataclass
class Report:
    """What one run of a verb did, counted by words a person reads, and what failed."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Report") -> "Report":
        self.counts += other.counts
        self.failures += other.failures
        self.lines += other.lines
        return self

    @property
    def words(self) -> str:
        done = ", ".join(f"{word}: {count}" for word, count in self.counts.items()) or "không có việc gì để làm"
        return done + (f"; lỗi: {len(self.failures)}" if self.failures else "")


def one_by_one(
    sessions: sessionmaker[Session],
    items: Iterable[T],
    act: Callable[[Session, T], str | None],
    name: Callable[[T], str] = str,
) -> Report:
    """Act on each item in its own transaction; `act` returns the word under which it is counted.

    The only place that catches everything: a poison row must not stop the rows behind it.
    """
    report = Report()
    for item in items:
        try:
            with sessions.begin() as session:
                word = act(session, item)
        except Exception as error:
            log.exception("%s failed", name(item))
            passing = isinstance(error, OperationalError)
            report.failures.append(Failure(name(item), f"{type(error).__name__}: {error}", passing))
        else:
            if word:
                report.counts[word] += 1
    return report


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
