"""One process at a time: a lock that the system itself takes back when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tasks.domain.errors import KiemtraError


@contextmanager
def alone(file: Path, refusal: str, patience: float = 0) -> Iterator[None]:
    """Hold the lock of `file`; raises KiemtraError(`refusal`) where another process keeps it for `patience` seconds.

    `{pid}` in the refusal is the holder's. The file stays: its being there says nothing, only the lock does.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as held:  # not inherited by child processes
        deadline = time.monotonic() + patience
        while not _taken(held):
            if time.monotonic() >= deadline:
                raise KiemtraError(refusal.format(pid=_holder(held)))
            time.sleep(0.1)
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield


def _taken(held: IO[str]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(held: IO[str]) -> str:
    held.seek(0)
    return held.read().strip() or "?"
