"""Prefect's scheduler, as it is installed here, can reckon our timetable: a version beside it once could not."""

import asyncio
from datetime import UTC, datetime

import pytest

from flows.timetable import CLOCKS, ZONE_NAME, Clock
from infra.schedules import next_after

NOW = datetime(2026, 11, 30, 0, 4, 59, tzinfo=UTC)


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock.flow.name)
def test_prefects_scheduler_and_our_own_reckoning_agree_on_when_a_clock_is_due(clock: Clock) -> None:
    from prefect.server.schemas.schedules import CronSchedule

    theirs = asyncio.run(CronSchedule(cron=clock.cron, timezone=ZONE_NAME).get_dates(4, start=NOW))
    ours = [next_after({"cron": clock.cron, "timezone": ZONE_NAME}, NOW)]
    for _ in range(3):
        ours.append(next_after({"cron": clock.cron, "timezone": ZONE_NAME}, ours[-1]))
    assert [one.astimezone(UTC) for one in theirs] == [one.astimezone(UTC) for one in ours]
