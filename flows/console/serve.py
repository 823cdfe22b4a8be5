"""`kiemtra serve`: the house by the clock, until somebody stops it; it comes back with its schedules on."""

import argparse
import os
import signal
from contextlib import ExitStack, suppress

from infra.door import open_door
from infra.house_clock import start_clock
from infra.prefect_server import prefect_api, prepare_environment, serve_mark
from infra.settings import PROJECT, Settings, load_settings
from infra.toolbox import clock, open_toolbox

HEARTBEAT_SECONDS = 30


def serve_house(args: argparse.Namespace) -> None:
    settings = load_settings()
    prepare_environment(settings.file, settings.folder / "prefect")
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT_SECONDS))
    with open_toolbox(settings):
        pass  # refuse at once what every run would refuse: settings, database version
    os.chdir(PROJECT)  # Prefect stores entrypoints relative to where it is started
    signal.signal(signal.SIGTERM, _interrupt)  # until Prefect installs its own
    with prefect_api(settings, port=settings.prefect_port) as url, ExitStack() as stack:
        mark = serve_mark(settings)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(url)
        try:
            _take_mail(stack, settings)
            _serve(settings, url)
        finally:
            mark.unlink(missing_ok=True)
    print("Đã dừng. Lịch chạy vẫn bật: lần chạy serve sau sẽ tiếp tục.")


def _take_mail(stack: ExitStack, settings: Settings) -> None:
    """The door, or an ear at the mailbox, where the settings ask for one; what comes in is collected by flows."""
    if where := open_door(stack, settings, clock):
        print(f"Cửa nhận thư: {where}, cho {settings.house.reply_address}.")
    if settings.inbound is not None and settings.inbound.idle:
        from infra.listening import Listener

        stack.enter_context(Listener(settings.inbound, _collect_soon))
        print(f"Nghe hộp thư {settings.inbound.user}: nhận thư ngay khi máy chủ báo.")


def _collect_soon() -> None:
    from prefect.deployments import run_deployment

    run_deployment("collect-replies/collect-replies", timeout=0)  # starts it, does not wait for it


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _serve(settings: Settings, url: str) -> None:
    import asyncio

    from prefect.runner import Runner

    from flows.heartbeats import end_dead_runs
    from flows.timetable import CLOCKS, timetable, words_of

    end_dead_runs()
    print(f"Giao diện Prefect: {url.removesuffix('/api')}")
    for each in CLOCKS:
        print(f"  {each.flow.name}: {words_of(each, settings.sandbox.every_seconds)}")
    print("Ctrl-C để dừng.", flush=True)
    # pause_on_shutdown: by default, stopping the process would pause every schedule.
    runner = Runner(pause_on_shutdown=False)
    runner.handle_sigterm = _interrupt  # type: ignore[method-assign]  # Prefect's own leaves its shutdown unawaited
    for deployment in timetable(settings.sandbox.every_seconds):
        runner.add_deployment(deployment)
    start_clock(settings)
    with suppress(KeyboardInterrupt):
        asyncio.run(runner.start())
