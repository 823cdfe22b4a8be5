"""Look for what should have happened and has not."""

import urllib.request
from datetime import datetime
from typing import Any

from prefect import State, flow

from flows.reporting import named, told
from infra.settings import load_settings
from infra.toolbox import open_toolbox
from tasks.watch import watch_house


@flow(
    name="watch",
    flow_run_name=named("Tự kiểm tra"),
    description="Tìm việc đã đến hạn mà chưa làm; báo quản trị mỗi ngày nhiều nhất một thư.",
)
def watch(as_of: datetime | None = None) -> State[Any]:
    """What Prefect's form says of the parameters:

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    with told("Tự kiểm tra", as_of) as run:
        settings = load_settings()
        with open_toolbox(settings, as_of=run.moment) as tools:
            run.add(watch_house(tools, run.moment))
        if settings.heartbeat_url and not run.report.failures:
            with urllib.request.urlopen(settings.heartbeat_url, timeout=10):
                pass
    return run.state
