"""Who works on a data folder: a lock that the system itself takes back when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tasks.domain.errors import KiemtraError

AT_WORK = "dang-lam-viec.lock"
"""In the data folder: held together by whoever works on it, an orphaned run too; and alone by a restore."""


@contextmanager
def alone(file: Path, refusal: str, patience: float = 0) -> Iterator[None]:
    """Hold the lock of `file`; raises KiemtraError(`refusal`) where another process keeps it for `patience` seconds.

    `{pid}` in the refusal is the holder's. The file stays: its being there says nothing, only the lock does.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with _opened(file) as held:
        deadline = time.monotonic() + patience
        while not _taken(held, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise KiemtraError(refusal.format(pid=_holder(held)))
            time.sleep(0.1)
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield


@contextmanager
def together(file: Path, refusal: str) -> Iterator[None]:
    """Hold it with any number of others like us; raises KiemtraError(`refusal`) where somebody has it alone."""
    with _opened(file) as held:
        if not _taken(held, fcntl.LOCK_SH):
            raise KiemtraError(refusal)
        yield


def _opened(file: Path) -> IO[str]:
    """Not inherited by child processes, which may outlive us."""
    return open(file, "a+", opener=lambda path, flags: os.open(path, flags, 0o600))


def _taken(held: IO[str], how: int) -> bool:
    try:
        fcntl.flock(held, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(held: IO[str]) -> str:
    held.seek(0)
    return held.read().strip() or "?"
