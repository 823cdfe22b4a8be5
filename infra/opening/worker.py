"""The process in which strangers' files are opened: one after the other, each under limits, until its parent is gone.

It is started by `infra.opening.process`, holds no secret, writes no file, and is killed without loss at any moment.
"""

import os
import resource
import select
import struct
import sys
from typing import NoReturn

from infra.opening.inside import open_inside
from infra.opening.refusals import Refused

SIZE = struct.Struct(">Q")
READ, REFUSED, OUT_OF_MEMORY = b"+", b"-", b"!"
MIB = 1 << 20
_FILES_OPEN = 32
_PARENT_SECONDS = 5.0


def serve(cpu_seconds: int, memory_mib: int) -> NoReturn:
    """A request and an answer are a length and that many bytes; the first byte of an answer says how it went."""
    parent = os.getppid()
    _limit(resource.RLIMIT_AS, memory_mib * MIB)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES_OPEN)
    while True:
        _wait(parent)
        data = _take(int(*SIZE.unpack(_take(SIZE.size))))
        _allow(cpu_seconds)
        answer = _answer(data)
        _give(SIZE.pack(len(answer)) + answer)
        if answer[:1] == OUT_OF_MEMORY:
            os._exit(1)


def _answer(data: bytes) -> bytes:
    try:
        return READ + open_inside(data).packed()
    except Refused as refused:
        return REFUSED + refused.reason.encode()
    except MemoryError:
        return OUT_OF_MEMORY


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def _allow(seconds: int) -> None:
    """Seconds of the processor for the next file; whoever goes on is ended by the system (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _wait(parent: int) -> None:
    """A parent that was killed closes the pipe; unless a process it forked still holds the other end."""
    while not select.select([sys.stdin.fileno()], [], [], _PARENT_SECONDS)[0]:
        if os.getppid() != parent:
            os._exit(0)


def _take(size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = os.read(sys.stdin.fileno(), min(size - len(data), MIB))
        if not piece:
            os._exit(0)
        data += piece
    return bytes(data)


def _give(data: bytes) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(sys.stdout.fileno(), view) :]
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    serve(*(int(argument) for argument in sys.argv[1:3]))
