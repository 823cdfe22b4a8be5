"""Hearing of new mail at once: IDLE in short slices beside the clock, which stays the truth whatever IDLE says."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from imapclient.exceptions import IMAPClientError

from infra.imap import connect
from infra.settings import Inbound
from tasks.domain.errors import MailboxUnreachable

SLICE = 240.0
"""Seconds of one IDLE; then a NOOP shows whether the line still lives (routers forget silent ones)."""
AFTER_FAILURE = 60.0
AFTER_MAIL = 10.0
"""Mail comes in bursts: one run for all of it."""
TIMEOUT = 30.0
log = logging.getLogger("kiemtra")


class Listener:
    """A thread that calls `on_mail` soon after something came into the folder; it reads and moves nothing.

    What it misses while it is not connected, the clock's next run finds.
    """

    def __init__(self, inbound: Inbound, on_mail: Callable[[], object]) -> None:
        self._inbound, self._on_mail = inbound, on_mail
        self._stopped = threading.Event()
        self.listening = threading.Event()
        self._client: Any = None
        self._thread = threading.Thread(target=self._run, name="idle", daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(Exception):  # wakes the thread, which may wait four minutes for the server
            self._client.shutdown()
        self._thread.join(TIMEOUT)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (MailboxUnreachable, IMAPClientError, OSError, ValueError) as error:
                self.listening.clear()
                if self._stopped.is_set():
                    return
                log.warning("không nghe được hộp thư, vẫn nhận thư theo giờ: %s", error)
                self._stopped.wait(AFTER_FAILURE)

    def _listen(self) -> None:
        client = self._client = connect(self._inbound, TIMEOUT)
        try:
            client.select_folder(self._inbound.folder, readonly=True)
            if not client.has_capability("IDLE"):
                log.warning("máy chủ thư không có IDLE; nhận thư theo giờ")
                self._stopped.wait()
            while not self._stopped.is_set():
                if self._came(client):
                    self._trigger()
        finally:
            with suppress(Exception):
                client.logout()

    def _came(self, client: Any) -> bool:
        """Whether something arrived within a slice."""
        client.idle()
        self.listening.set()
        said = client.idle_check(timeout=SLICE)
        rest = client.idle_done()[1]
        said += client.noop()[1] if not said else []
        return any(isinstance(one, tuple) and one[-1:] == (b"EXISTS",) for one in [*said, *(rest or [])])

    def _trigger(self) -> None:
        try:
            self._on_mail()
        except Exception:  # the clock starts the next run all the same
            log.exception("a run could not be started for new mail")
        self._stopped.wait(AFTER_MAIL)
