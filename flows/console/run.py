"""`kiemtra run <flow>`: one flow by hand, in this process, seen in the same Prefect window as the others."""

import argparse
import asyncio
import inspect
import logging
import sys
from typing import TYPE_CHECKING, Any

from infra.prefect_server import prefect_api, prepare_environment, serving
from infra.settings import load_settings
from tasks.domain.errors import KiemtraError
from tasks.report import Report

if TYPE_CHECKING:
    from prefect import State


def run_flow(args: argparse.Namespace) -> int:
    settings = load_settings()
    prepare_environment(settings.file, settings.folder / "prefect")
    if args.year and args.flow != "compile-year":
        raise KiemtraError("--year chỉ dùng cho compile-year.")
    stays = bool(settings.prefect_api or serving(settings))
    if not stays:
        print("Mở máy chủ Prefect cho lượt chạy này …", file=sys.stderr, flush=True)
    with prefect_api(settings):
        from flows.timetable import BY_NAME

        _quiet()
        year = {"year": args.year} if args.year else {}
        return _tell(call(BY_NAME[args.flow], as_of=args.as_of, **year), in_window=stays)


def call(flow: Any, **parameters: Any) -> "State[Report]":
    """A flow's last state, whether it is async or not."""
    state = flow(**parameters, return_state=True)
    return asyncio.run(state) if inspect.iscoroutine(state) else state


def _tell(state: "State[Report]", *, in_window: bool) -> int:
    from prefect.utilities.urls import url_for

    from flows.reporting import PartlyFailed
    from flows.run_page import lines

    outcome: Any = state.result(raise_on_failure=False)
    report = outcome.report if isinstance(outcome, PartlyFailed) else outcome
    print("\n".join(lines(report)) if isinstance(report, Report) else f"Lượt chạy bị ngắt: {state.message}")
    if in_window and state.state_details.flow_run_id:
        print(f"Xem lượt chạy này: {url_for('flow-run', obj_id=state.state_details.flow_run_id)}")
    return 0 if state.is_completed() else 1


def _quiet() -> None:
    """What Prefect has to say stands in its window; here only what nobody expected, and why it takes so long."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_news)
    logging.getLogger("prefect.task_runs").addFilter(_say_that_we_wait)


def _is_news(record: logging.LogRecord) -> bool:
    """An error of ours or of an item has its words below, and its traceback in the run's log."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name != "kiemtra" and error is not None and not isinstance(error, KiemtraError)


def _say_that_we_wait(record: logging.LogRecord) -> bool:
    """Prefect will try a step once more after half a minute, then after two: whoever sits here is told."""
    trouble = next((one for one in record.args or () if isinstance(one, Exception)), None)
    if "Retry" in str(record.msg) and trouble is not None:
        print(f"Chưa được: {trouble} Sẽ tự thử lại; Ctrl-C để thôi.", file=sys.stderr, flush=True)
    return True
