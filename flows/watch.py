"""Look for what should have happened and has not."""

import urllib.request
from datetime import datetime

from prefect import flow

from flows.reporting import moment_of, named, publish
from infra.settings import load_settings
from infra.toolbox import open_toolbox
from tasks.watch import watch_house


@flow(name="watch", flow_run_name=named("Tự kiểm tra"))
def watch(as_of: datetime | None = None) -> str:
    """Tìm việc đã đến hạn mà chưa làm; báo quản trị mỗi ngày nhiều nhất một thư.

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    settings = load_settings()
    moment = moment_of(as_of)
    with open_toolbox(settings, as_of=moment) as tools:
        report = watch_house(tools, moment)
    words = publish("Tự kiểm tra", report)
    if settings.heartbeat_url:
        with urllib.request.urlopen(settings.heartbeat_url, timeout=10):
            pass
    return words
