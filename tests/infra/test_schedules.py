"""The planned moments of the timetable as we reckon them ourselves."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.schedules import last_before, next_after

DAILY = {"cron": "5 7 * * *", "timezone": "Asia/Ho_Chi_Minh"}
YEARLY = {"cron": "0 8 3 11 *", "timezone": "Asia/Ho_Chi_Minh"}
PLAYED = {"interval": 20.0, "anchor_date": "2024-01-01T00:00:05Z", "timezone": "Asia/Ho_Chi_Minh"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "moment", "last", "following"),
    [
        (DAILY, "2026-11-30T00:04:59", "2026-11-29T00:05:00", "2026-11-30T00:05:00"),
        (DAILY, "2026-11-30T00:05:00", "2026-11-30T00:05:00", "2026-12-01T00:05:00"),
        (DAILY, "2026-11-30T00:05:01", "2026-11-30T00:05:00", "2026-12-01T00:05:00"),
        (YEARLY, "2026-11-30T00:00:00", "2026-11-03T01:00:00", "2027-11-03T01:00:00"),
        (PLAYED, "2026-11-30T00:00:04", "2026-11-29T23:59:45", "2026-11-30T00:00:05"),
        (PLAYED, "2026-11-30T00:00:05", "2026-11-30T00:00:05", "2026-11-30T00:00:25"),
    ],
)
def test_the_last_and_the_next_planned_moment(
    schedule: dict[str, object], moment: str, last: str, following: str
) -> None:
    assert last_before(schedule, at(moment)) == at(last)
    assert next_after(schedule, at(moment)) == at(following)


def test_every_five_minutes_no_moment_is_left_out() -> None:
    every = {"cron": "*/5 * * * *", "timezone": "Asia/Ho_Chi_Minh"}
    moment = at("2026-11-30T00:00:00")
    for _ in range(24):
        following = next_after(every, moment)
        assert following - moment == timedelta(minutes=5)
        assert last_before(every, following - timedelta(seconds=1)) == moment
        moment = following
