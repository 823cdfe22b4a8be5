"""What the administrator sees of a run: a name with its day, a table when something failed, a letter when all did."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prefect import Flow, runtime
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_logger

from infra.toolbox import clock, open_toolbox
from tasks.domain.calendar import ZONE
from tasks.domain.vietnamese import moment_text, slug
from tasks.report import Report
from tasks.watch import Alarm, tell


class PartlyFailed(Exception):
    """Some items failed; the others are done and committed. The run shows red so that somebody looks."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.words)
        self.report = report


def moment_of(as_of: datetime | None) -> datetime:
    """The moment a flow decides by: the one it was given (house time where it names no zone), or now."""
    if as_of is None:
        return clock().astimezone(ZONE)
    return as_of.replace(tzinfo=ZONE) if as_of.tzinfo is None else as_of.astimezone(ZONE)


def named(verb: str) -> Callable[[], str]:
    """A function, because a template would print 'None' when the clock starts the run."""

    def name() -> str:
        as_of = runtime.flow_run.parameters.get("as_of")
        return f"{verb} lúc {moment_text(moment_of(as_of))}"

    return name


def publish(verb: str, report: Report) -> str:
    """One table artifact when something failed, and then a red run; else the words of what was done."""
    for line in report.lines:
        get_logger("kiemtra").info(line)
    if report.failures:
        create_table_artifact(
            key=slug(verb),
            table=[{"mục": failure.item, "vì sao": failure.why} for failure in report.failures],
            description=f"**{verb}**: {len(report.failures)} mục chưa xong. Các mục khác đã xong.",
        )
        raise PartlyFailed(report)
    return report.words or "Không có việc gì để làm"


def tell_administrator(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """On failure: one letter a day to the administrators. A hook is for speed; `watch` is for certainty."""
    try:
        with open_toolbox() as tools, tools.sessions.begin() as session:
            what = f"Lượt chạy “{flow_run.name}” không xong: {(state.message or '')[:300]}"
            url = os.environ.get("PREFECT_UI_URL", "giao diện Prefect")
            tell(session, [Alarm(what, f"xem lượt chạy trong {url}", about=flow.name)], tools, clock())
    except Exception:
        get_logger("kiemtra").exception("the administrator could not be told")
