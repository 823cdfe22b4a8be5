"""`serve` watches its own clocks: not as a run of theirs, for that would stand still with them."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.ending import Ending
from infra.alarm import alarm
from infra.health_page import Health, HealthPage
from infra.prefect_runs import PrefectRuns, PrefectSilent, Schedule, look_at
from infra.prefect_server import PrefectApi, api_secret
from infra.server_log import last_error, rotate, tail
from infra.settings import Settings
from infra.systemd import notify, ping_seconds
from tasks.domain.calendar import ZONE
from tasks.domain.ticking import WELL, Clock, Facts, Verdict, counted_from, judge
from tasks.domain.vietnamese import moment_text

STUCK_LOOKS = 5
"""So many times the usual pause without a look: the watch itself stands."""


@dataclass
class Memory:
    """What is kept from one look to the next."""

    since: datetime
    looked_at: datetime
    lived: float
    """Seconds of this process when it looked last: they stand while the machine sleeps, and nobody sets them."""
    silent_since: datetime | None = None
    clocks: tuple[Clock, ...] = ()
    verdict: Verdict = WELL


class ClockWatch:
    def __init__(
        self,
        settings: Settings,
        api: PrefectApi,
        schedules: Mapping[str, Schedule],
        ending: Ending,
        now: Callable[[], datetime],
    ) -> None:
        self._settings, self._api, self._schedules, self._ending, self._now = settings, api, schedules, ending, now
        self._runs = PrefectRuns(api.url, api_secret(settings))
        self._grace = timedelta(seconds=settings.sandbox.late_after)
        self._pause = min(settings.sandbox.look_every, ping_seconds() or settings.sandbox.look_every)
        self._lock = threading.Lock()  # a runner that gives up and a look may find trouble at one moment
        self._memory = Memory(since=now(), looked_at=now(), lived=time.monotonic())

    def open(self, stack: ExitStack) -> None:
        """The health page, and the looks; until the stack closes."""
        if self._settings.health_port:
            try:
                page = stack.enter_context(HealthPage(self._settings.health_port, self.health))
                print(f"Trang sức khỏe: {page.url}")
            except OSError as error:
                print(f"Không mở được trang sức khỏe ở cổng {self._settings.health_port} ({error}).", file=sys.stderr)
        notify("READY=1\nSTATUS=lịch tự chạy đang mở")
        stack.callback(notify, "STOPPING=1")
        threading.Thread(target=self._keep_looking, name="clock-watch", daemon=True).start()

    def _keep_looking(self) -> None:
        while not self._ending.is_told:
            self.look()
            self._ending.pause(self._pause)

    def look(self, runner_words: str = "") -> None:
        with self._lock:
            if self._ending.is_told:
                return
            facts = self._ask(runner_words)
            self._memory.verdict = judge(facts, self._grace)
            if self._memory.verdict.is_well:
                notify("WATCHDOG=1")
                self._rotate()
            else:
                self._give_up(self._memory.verdict, facts.now)

    def _ask(self, runner_words: str) -> Facts:
        memory, now, lived = self._memory, self._now(), time.monotonic()
        should_be = memory.looked_at + timedelta(seconds=lived - memory.lived)
        memory.since = counted_from(memory.since, now, should_be, self._grace)
        memory.looked_at, memory.lived = now, lived
        try:
            memory.clocks = tuple(look_at(self._runs, self._schedules, memory.since, now, self._grace))
            memory.silent_since = None
        except Exception as error:  # whatever it is: a watch that ends of it would leave everything green
            if not isinstance(error, PrefectSilent):
                print(f"Không xem được lịch tự chạy ({error!r})", file=sys.stderr, flush=True)
            memory.silent_since = memory.silent_since or now
        server = self._api.server
        return Facts(now, memory.clocks, memory.silent_since, server.poll() if server else None, runner_words)

    def _give_up(self, verdict: Verdict, now: datetime) -> None:
        """Say it, tell the administrators, end: whoever starts us starts all of it anew."""
        assert verdict.trouble is not None
        what = f"Lịch tự chạy của kiemtra đã dừng: {verdict.words}. {self._why()}"
        print(what, file=sys.stderr, flush=True)
        try:
            print(alarm(self._settings, verdict.trouble, what, self._what_to_do(), now), file=sys.stderr, flush=True)
        finally:
            self._ending.tell(1)

    def _rotate(self) -> None:
        """A full disk shall not end the watch."""
        try:
            if self._api.log is not None:
                rotate(self._api.log)
        except OSError as error:
            print(f"Không xoay được {self._api.log} ({error})", file=sys.stderr, flush=True)

    def _why(self) -> str:
        if self._api.log is None:
            return f"Máy chủ Prefect ở nơi khác ({self._api.url}): hãy xem nhật ký ở đó."
        found = last_error(tail(self._api.log))
        return f"Nhật ký máy chủ Prefect ghi: {found}" if found else "Nhật ký máy chủ Prefect không ghi lỗi nào."

    def _what_to_do(self) -> str:
        log = f"xem {self._api.log}, " if self._api.log else ""
        return (
            "kiemtra serve tự kết thúc để được mở lại (systemd mở lại sau vài giây; chạy tay thì phải tự mở). "
            f"Nếu hôm nay còn dừng nữa: {log}chạy kiemtra check (nói từng việc tự chạy lần cuối lúc nào)"
        )

    def health(self) -> Health:
        memory = self._memory
        stuck = self._now() - memory.looked_at > STUCK_LOOKS * timedelta(seconds=self._pause) + self._grace
        words = "việc canh lịch đứng yên" if stuck else memory.verdict.words
        facts = {
            "tính từ": _text(memory.since),
            "xem lần cuối": _text(memory.looked_at),
            "Prefect": f"không trả lời từ {_text(memory.silent_since)}" if memory.silent_since else "trả lời",
        }
        return Health(memory.verdict.is_well and not stuck, words, facts)


def _text(moment: datetime) -> str:
    return moment_text(moment.astimezone(ZONE))
