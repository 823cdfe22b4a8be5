"""What the administrator sees of a run: a name with its day, what it did in a sentence and on a page, a letter when
it did not all go well."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect import Flow, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_logger
from prefect.states import Completed, Failed
from prefect.utilities.urls import url_for

from flows.run_page import page, sentence
from infra.toolbox import clock, open_toolbox
from tasks.domain.calendar import ZONE
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import moment_text, slug
from tasks.report import Failure, Report, log
from tasks.watch import Alarm, tell

# Prefect ends the log of every step with this line, which says nothing; the words of the step stand above it.
logging.getLogger("prefect.task_runs").addFilter(lambda record: record.getMessage() != "Finished in state Completed()")


class PartlyFailed(Exception):
    """Some items failed; the others are done and committed. The run shows red so that somebody looks."""

    def __init__(self, report: Report) -> None:
        super().__init__(sentence(report))
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


@dataclass
class Run:
    """One run of a verb: the moment it decides by, and what it has done so far."""

    verb: str
    moment: datetime
    report: Report = field(default_factory=Report)

    def add(self, report: Report) -> None:
        """A step is over: its words stand in the log at once."""
        self.report += report
        for line in filter(None, (report.words, *report.lines)):
            get_run_logger().info(line)
        for failure in report.failures:
            get_run_logger().error("%s: %s", failure.item, failure.why)

    @property
    def state(self) -> State[Any]:
        """What Prefect shows in its lists: the words, and red when something was left undone."""
        words = sentence(self.report)
        if self.report.failures:
            return Failed(message=words, data=PartlyFailed(self.report))
        return Completed(message=words, data=self.report)


@contextmanager
def told(verb: str, as_of: datetime | None) -> Iterator[Run]:
    """The work of a flow stands within. Whatever stops it is told like an item that failed: what, and why."""
    run = Run(verb, moment_of(as_of))
    try:
        yield run
    except KiemtraError as error:
        run.report.failures.append(Failure(verb, f"{error}"))
    except Exception as error:
        get_run_logger().exception("%s was stopped", verb)
        run.report.failures.append(Failure(verb, f"{type(error).__name__}: {error}"))
    _publish(run)


def _publish(run: Run) -> None:
    """The page of a run, and its words in the list of runs, which shows no messages.

    The work is done and committed: that it cannot be shown is no reason to call it failed.
    """
    try:
        if run.report.words:
            with get_client(sync_client=True) as client:
                name = f"{runtime.flow_run.name}: {sentence(run.report)}"
                client.update_flow_run(UUID(runtime.flow_run.id), name=name)
        # _sync: within an async flow there would be a coroutine instead of a page
        create_markdown_artifact(page(run.report), key=slug(run.verb), description=sentence(run.report), _sync=True)  # type: ignore[call-arg]
    except Exception:
        log.exception("the page of the run could not be written")


def tell_administrator(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """On failure: one letter a day to the administrators. A hook is for speed; `watch` is for certainty."""
    try:
        with open_toolbox() as tools, tools.sessions.begin() as session:
            what = f"Lượt chạy “{flow_run.name}” không xong: {(state.message or '')[:300]}"
            url = url_for("flow-run", obj_id=flow_run.id) or os.environ.get("PREFECT_UI_URL", "giao diện Prefect")
            tell(session, [Alarm(what, f"xem lượt chạy tại {url}", about=flow.name)], tools, clock())
    except Exception:
        get_logger("kiemtra").exception("the administrator could not be told")
