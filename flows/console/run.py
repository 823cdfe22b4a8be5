"""`kiemtra run <flow>`: one flow by hand, in this process, seen in the same Prefect window as the others."""

import argparse
import asyncio
import inspect
import logging
from typing import Any

from infra.prefect_server import prefect_api, prepare_environment
from infra.settings import load_settings
from tasks.domain.errors import KiemtraError


def run_flow(args: argparse.Namespace) -> int:
    settings = load_settings()
    prepare_environment(settings.file, settings.folder / "prefect")
    if args.year and args.flow != "compile-year":
        raise KiemtraError("--year chỉ dùng cho compile-year.")
    with prefect_api(settings):
        from flows.reporting import PartlyFailed
        from flows.timetable import BY_NAME

        _say_it_ourselves(PartlyFailed)

        try:
            print(call(BY_NAME[args.flow], as_of=args.as_of, **({"year": args.year} if args.year else {})))
        except PartlyFailed as failed:
            print(f"Có mục chưa xong: {failed}")
            for failure in failed.report.failures:
                print(f"  - {failure.item}: {failure.why}")
            return 1
    return 0


def _say_it_ourselves(told: type[Exception]) -> None:
    """Prefect would print an English traceback of what the lines below the run tell in Vietnamese."""

    def is_news(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], told))

    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(is_news)


def call(flow: Any, **parameters: Any) -> str:
    """A flow's words, whether it is async or not."""
    result = flow(**parameters)
    return str(asyncio.run(result)) if inspect.iscoroutine(result) else str(result)
