"""When each clock last ran by itself, and when it will: for `check` and `status`, whether or not Prefect answers."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.house_clock import real_now
from infra.prefect_runs import PrefectRuns, PrefectSilent, is_paused, look_at
from infra.prefect_server import api_secret, serve_mark, serving
from infra.schedules import next_after
from infra.settings import Settings
from tasks.domain.calendar import ZONE
from tasks.domain.ticking import Facts, Verdict, judge
from tasks.domain.vietnamese import moment_text

QUICK = 1.5
"""Seconds for each answer: who asks how things stand does not wait for a server that is silent."""


def clock_lines(settings: Settings) -> list[str]:
    url = settings.prefect_api or serving(settings)
    if not url:
        return ["Lịch tự chạy: kiemtra serve không chạy, nên không việc nào tự chạy."]
    try:
        return ["Lịch tự chạy:", *_told(PrefectRuns(url, api_secret(settings), QUICK), real_now())]
    except PrefectSilent as silent:
        return [f"Lịch tự chạy: không biết, vì {silent}."]


def clock_verdict(settings: Settings, url: str) -> Verdict:
    """As `serve` judges it, counted from its start; raises PrefectSilent."""
    runs, now = PrefectRuns(url, api_secret(settings), QUICK), real_now()
    grace = timedelta(seconds=settings.sandbox.late_after)
    mark = serve_mark(settings)
    since = datetime.fromtimestamp(mark.stat().st_mtime, UTC) if mark.is_file() else now
    schedules = {one["name"]: one["schedules"][0]["schedule"] for one in runs.deployments() if one["schedules"]}
    return judge(Facts(now, look_at(runs, schedules, since, now, grace)), grace)


def _told(runs: PrefectRuns, now: datetime) -> Iterator[str]:
    for deployment in sorted(runs.deployments(), key=lambda one: str(one["name"])):
        name = deployment["name"]
        last = next(iter(runs.by_themselves(name, newest=1)), None)
        said = f"lần cuối {_text(last.began_at)}" if last and last.began_at else "chưa tự chạy lần nào"
        yield f"  {name}: {said}; {_next(deployment, now)}"


def _next(deployment: Mapping[str, Any], now: datetime) -> str:
    if is_paused(deployment):
        return "ĐANG TẠM DỪNG trong giao diện Prefect"
    return f"lần tới {_text(min(next_after(one['schedule'], now) for one in deployment['schedules']))}"


def _text(moment: datetime) -> str:
    return moment_text(moment.astimezone(ZONE))
