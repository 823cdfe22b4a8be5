"""The end of `serve`: asked for once, by a signal or by itself, and over in time whatever its threads do."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from typing import NoReturn

from infra.processes import kill_descendants

SECONDS = 25.0
"""From being told to being gone; systemd and people are promised 30."""


class Ending:
    """Before the runners are up a signal interrupts whatever is done; afterwards it lets them end their runs."""

    def __init__(self) -> None:
        self.code = 0
        self._over = threading.Event()
        self._told: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_told(self) -> bool:
        return self._over.is_set()

    def pause(self, seconds: float) -> None:
        """Shorter where the end comes."""
        self._over.wait(seconds)

    def listen(self) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self.on_signal)

    def on_signal(self, *_: object) -> None:
        first = not self.is_told
        self.tell()
        if first and self._loop is None:
            raise KeyboardInterrupt

    def tell(self, code: int = 0) -> None:
        """From any thread; a second time changes nothing."""
        if self.is_told:
            return
        self.code = code
        self._over.set()
        threading.Thread(target=self._end_anyhow, name="ending", daemon=True).start()
        if self._loop is not None and self._told is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def wait(self) -> None:
        self._told, self._loop = asyncio.Event(), asyncio.get_running_loop()
        if self.is_told:
            return
        await self._told.wait()

    def _end_anyhow(self) -> NoReturn:
        time.sleep(SECONDS)
        leave(self.code)


def leave(code: int) -> NoReturn:
    """Out, with all that we started. Not by returning: an idle thread of Prefect kept a process for an hour."""
    kill_descendants()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
