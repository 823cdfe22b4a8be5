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
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

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
        return self.start(job, kill_at=kill_at, kill_after=kill_after)()

    def start(self, job: dict[str, Any], *, kill_at: int = 0, kill_after: float = 0) -> Callable[[], End]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([job, kill_at, kill_after]), file=self._process.stdin, flush=True)
        answers = self._process.stdout

        def end() -> End:
            status, steps = json.loads(answers.readline())
            if status not in {0, -signal.SIGKILL}:
                raise RuntimeError(f"the worker ended by itself with {status}")
            return End(status == -signal.SIGKILL, steps)

        return end


# --- the process that forks ----------------------------------------------------------------------------------------


def serve(target: str) -> None:
    module, _, name = target.partition(":")
    work: Work = getattr(import_module(module), name)
    for line in sys.stdin:
        job, kill_at, kill_after = json.loads(line)
        print(json.dumps(_one(work, job, kill_at, kill_after)), flush=True)


def _one(work: Work, job: dict[str, Any], kill_at: int, kill_after: float) -> tuple[int, int]:
    counted = mmap.mmap(-1, 8)  # shared with the child: a killed process can say nothing any more
    child = os.fork()
    if not child:
        _be_the_worker(work, job, kill_at, counted)
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
