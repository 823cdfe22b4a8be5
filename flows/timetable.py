"""Every deployment with its clock: the one place that says when anything runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.deployments.runner import RunnerDeployment

from flows.collection import collect_replies
from flows.escalation import escalate_overdue
from flows.mailing import send_letters
from flows.scheduling import open_cycles
from flows.watch import watch
from flows.year_end import compile_year

ZONE_NAME = "Asia/Ho_Chi_Minh"
PLAYED_FROM = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Clock:
    flow: Flow[Any, Any]
    cron: str
    words: str


# No concurrency limit on any of them: after a power loss a dead run would keep its slot for ever. Overlap is
# harmless, because every row is claimed before it is acted on.
CLOCKS: tuple[Clock, ...] = (
    # Every hour: what should have opened while the machine was off, or was planned since, opens on its day even so.
    Clock(open_cycles, "5 7-16 * * *", "mỗi giờ từ 7:05 đến 16:05"),
    Clock(escalate_overdue, "15,45 * * * *", "hai lần mỗi giờ (thư thường vẫn giữ giờ yên lặng)"),
    Clock(send_letters, "*/5 * * * *", "năm phút một lần (thư vẫn giữ giờ yên lặng của mình)"),
    Clock(collect_replies, "*/5 * * * *", "năm phút một lần"),
    Clock(compile_year, "0 8 3 11 *", "ngày 03 tháng 11 hằng năm lúc 8:00"),
    Clock(watch, "*/15 * * * *", "mười lăm phút một lần"),
)

BY_NAME: dict[str, Flow[Any, Any]] = {clock.flow.name: clock.flow for clock in CLOCKS}


def timetable(every_seconds: int = 0) -> list[RunnerDeployment]:
    """The deployments to serve; call it outside a running event loop (inside one it would return coroutines).

    Where a house is played each flow runs once in `every_seconds` instead, one after the other as they stand here.
    """
    deployments = []
    for number, clock in enumerate(CLOCKS):
        make: Callable[..., Any] = clock.flow.to_deployment
        deployments.append(
            make(
                name=clock.flow.name,
                schedules=[_in_turn(number, every_seconds) if every_seconds else _by_cron(clock)],
                description=f"{clock.flow.description or ''}\n\nChạy {words_of(clock, every_seconds)}.",
                tags=["kiemtra"],
            )
        )
    return deployments


def words_of(clock: Clock, every_seconds: int = 0) -> str:
    return f"{every_seconds} giây một lần (diễn tập)" if every_seconds else clock.words


def _by_cron(clock: Clock) -> CronSchedule:
    return CronSchedule(cron=clock.cron, timezone=ZONE_NAME)


def _in_turn(number: int, every_seconds: int) -> IntervalSchedule:
    """All starting at one moment would be as many processes at once."""
    every = timedelta(seconds=every_seconds)
    return IntervalSchedule(interval=every, anchor_date=PLAYED_FROM + number * every / len(CLOCKS), timezone=ZONE_NAME)
