"""Workers that open strangers' files, kept warm between files; whatever a file does to one ends with that worker.

A worker is a program of its own, never a fork of this one: flows and the web run threads. It ends when the pipe to
it closes, so none outlives us, however we end.
"""

import atexit
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Lock

from infra.opening.book import Book, unpacked
from infra.opening.guard import kind_of
from infra.opening.refusals import Refused, refuse
from infra.opening.worker import OUT_OF_MEMORY, READ, REFUSED, SIZE

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Limits:
    cpu_seconds: int = 8
    memory_mib: int = 512
    wall_seconds: float = 20.0
    most_answer_bytes: int = 16 << 20
    files_per_worker: int = 500
    most_workers: int = 4
    idle_workers: int = 2


class Stalled(Exception):
    """The worker gave no answer: it was ended by a limit, by the system, or by us."""


class Worker:
    def __init__(self, limits: Limits) -> None:
        self.limits, self.files, self.owner = limits, 0, os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-m", "infra.opening.worker", str(limits.cpu_seconds), str(limits.memory_mib)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            start_new_session=True,  # Ctrl-C is for us: a worker ends when we do
        )
        assert self.process.stdin
        assert self.process.stdout
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    @property
    def is_fit(self) -> bool:
        return self.files < self.limits.files_per_worker and self.process.poll() is None

    def ask(self, data: bytes) -> bytes:
        self.files += 1
        until = time.monotonic() + self.limits.wall_seconds
        self._give(memoryview(SIZE.pack(len(data)) + data), until)
        size = int(*SIZE.unpack(self._take(SIZE.size, until)))
        if size > self.limits.most_answer_bytes:
            raise Stalled
        answer = self._take(size, until)
        if answer[:1] == OUT_OF_MEMORY:
            self.files = self.limits.files_per_worker  # it is about to end itself
        return answer

    def _give(self, data: memoryview, until: float) -> None:
        while data:
            self._wait([], [self._in], until)
            try:
                data = data[os.write(self._in, data) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise Stalled from None

    def _take(self, size: int, until: float) -> bytes:
        answer = bytearray()
        while len(answer) < size:
            self._wait([self._out], [], until)
            try:
                piece = os.read(self._out, size - len(answer))
            except BlockingIOError:
                continue
            if not piece:
                raise Stalled
            answer += piece
        return bytes(answer)

    def _wait(self, readable: list[int], writable: list[int], until: float) -> None:
        poll = select.poll()  # select() knows no descriptor beyond 1,023
        for one in readable:
            poll.register(one, select.POLLIN)
        for one in writable:
            poll.register(one, select.POLLOUT)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise Stalled

    def end(self) -> None:
        """No zombie is left; a worker that another process started is only let go of."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


@dataclass
class Workers:
    """A few warm workers; each opens one file at a time. Safe to use from any thread, and after a fork."""

    limits: Limits = field(default_factory=Limits)
    _idle: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._start_afresh()
        os.register_at_fork(after_in_child=self._start_afresh)
        atexit.register(self.close)

    def _start_afresh(self) -> None:
        """In a forked child the workers, and locks that a thread may have held, belong to the parent."""
        for worker in self._idle:
            worker.end()
        self._idle = []
        self._lock, self._room = Lock(), BoundedSemaphore(self.limits.most_workers)

    def open(self, data: bytes) -> Book:
        """Raises Refused; a file that takes a worker down is refused, and the next file gets another worker."""
        kind_of(data)  # most attachments are no spreadsheets: told here, without a worker
        with self._one() as worker:
            answer = worker.ask(data)
        if answer[:1] == READ:
            return unpacked(answer[1:])
        return refuse(answer[1:].decode() if answer[:1] == REFUSED else "stalled")

    @contextmanager
    def _one(self) -> Iterator[Worker]:
        with self._room:
            worker = self._next()
            try:
                yield worker
            except Stalled:
                worker.end()
                raise Refused("stalled") from None
            except BaseException:
                worker.end()  # interrupted between question and answer: the next one would read the wrong answer
                raise
            with self._lock:
                keep = worker.is_fit and len(self._idle) < self.limits.idle_workers
                if keep:
                    self._idle.append(worker)
            if not keep:
                worker.end()

    def _next(self) -> Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return Worker(self.limits)
            if worker.is_fit:
                return worker
            worker.end()

    def worker_pids(self) -> list[int]:
        """Of those that wait for a file."""
        with self._lock:
            return [worker.process.pid for worker in self._idle]

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()
