"""The planned moments of a Prefect schedule, reckoned here: the scheduler that is watched is not asked."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim


def last_before(schedule: dict[str, Any], moment: datetime) -> datetime:
    """The newest planned moment at or before `moment`; `schedule` as Prefect's API writes it."""
    if "cron" in schedule:
        local = _local(schedule, moment)
        found: datetime = next(CronSim(schedule["cron"], local, reverse=True))
        same: datetime = next(CronSim(schedule["cron"], found))
        return same if same <= moment else found
    return _step(schedule, moment, 0)


def next_after(schedule: dict[str, Any], moment: datetime) -> datetime:
    if "cron" in schedule:
        found: datetime = next(CronSim(schedule["cron"], _local(schedule, moment)))
        return found
    return _step(schedule, moment, 1)


def _local(schedule: dict[str, Any], moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(schedule.get("timezone") or "UTC"))


def _step(schedule: dict[str, Any], moment: datetime, more: int) -> datetime:
    anchor = datetime.fromisoformat(schedule["anchor_date"])
    step = timedelta(seconds=float(schedule["interval"]))
    return anchor + ((moment - anchor) // step + more) * step
