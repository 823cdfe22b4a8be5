"""Workers that are killed between any two steps: forked from one clean process, so that a kill costs milliseconds.

`python -m tests.killing` is the process that forks: it reads one job a line, and answers how its worker ended. It has
one thread, so a fork of it is sound; what a worker needs is imported before the first fork.
"""

import json
import mmap
import os
import signal
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

KILLS: Counter[str] = Counter()
"""Of this test run, by what was killed and what became of it; tests/conftest.py prints it at the end."""

Step = Callable[[], None]
Work = Callable[[dict[str, Any], Step], None]


@dataclass(frozen=True)
class End:
    """How a worker ended, and after how many steps."""

    killed: bool
    steps: int


class Forge:
    """Forks workers that run `target` ('module:function'); closed with the block."""

    def __init__(self, target: str) -> None:
        self._target = target

    def __enter__(self) -> "Forge":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.killing", self._target],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def run(self, job: dict[str, Any], *, kill_at: int = 0, kill_after: float = 0) -> End:
        """One worker: to its end, or killed at its `kill_at`th step or after so many seconds.

        Raises RuntimeError when it failed by itself; its traceback stands on the error output.
        """
        return self._ask([(job, kill_at, kill_after)])[0]

    def together(self, jobs: list[dict[str, Any]]) -> list[End]:
        """A worker for each job, all at once, each to its end."""
        return self._ask([(job, 0, 0.0) for job in jobs])

    def _ask(self, jobs: list[tuple[dict[str, Any], int, float]]) -> list[End]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(jobs), file=self._process.stdin, flush=True)
        ends = json.loads(self._process.stdout.readline())
        if failed := [status for status, _ in ends if status not in {0, -signal.SIGKILL}]:
            raise RuntimeError(f"workers ended by themselves with {failed}")
        return [End(status == -signal.SIGKILL, steps) for status, steps in ends]


# --- the process that forks ----------------------------------------------------------------------------------------


def serve(target: str) -> None:
    module, _, name = target.partition(":")
    work: Work = getattr(import_module(module), name)
    for line in sys.stdin:
        started = [_start(work, *job) for job in json.loads(line)]
        print(json.dumps([_wait(*one) for one in started]), flush=True)


def _start(work: Work, job: dict[str, Any], kill_at: int, kill_after: float) -> tuple[int, float, mmap.mmap]:
    counted = mmap.mmap(-1, 8)  # shared with the child: a killed process can say nothing any more
    child = os.fork()
    if not child:
        _be_the_worker(work, job, kill_at, counted)
    return child, kill_after, counted


def _wait(child: int, kill_after: float, counted: mmap.mmap) -> tuple[int, int]:
    if kill_after:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), struct.unpack("q", counted[:8])[0]


def _be_the_worker(work: Work, job: dict[str, Any], kill_at: int, counted: mmap.mmap) -> None:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        counted[:8] = struct.pack("q", steps)
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        os.dup2(2, 1)  # what the work prints must not be taken for an answer
        work(job, step)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve(sys.argv[1])
