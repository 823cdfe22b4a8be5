"""`kiemtra serve`: the house by the clock, until somebody stops it; it comes back with its schedules on."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import traceback
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from flows.ending import Ending, leave
from infra.door import open_door
from infra.folder_lock import alone
from infra.house_clock import real_now, start_clock
from infra.prefect_runs import PrefectRuns, PrefectSilent
from infra.prefect_server import PrefectApi, api_secret, prefect_api, prepare_environment, serve_mark
from infra.settings import PROJECT, Settings, load_settings
from infra.toolbox import clock, open_toolbox
from infra.trouble import place_of, sentence
from tasks.domain.errors import KiemtraError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner

    from flows.clock_watch import ClockWatch

HEARTBEAT_SECONDS = 30
RUNS_AT_ONCE = 5
"""Of each deployment: they are counted apart, so that slow ones of one hold up no other. A played clock of few seconds
would have them all at once on a slow machine, all the time: there one runs after the other."""
ONLY_ONE = (
    "Thư mục dữ liệu {folder} đã có một kiemtra serve đang chạy (tiến trình {{pid}}). "
    "Mỗi thư mục chỉ chạy một: hãy dừng tiến trình đó trước, hoặc dùng tệp cấu hình khác."
)

TO_DO = "chạy kiemtra check và sửa điều nó báo; systemd tự mở lại serve sau vài giây, chạy tay thì phải tự mở"


def serve_house(args: argparse.Namespace) -> NoReturn:
    settings = load_settings()
    with alone(settings.folder / "prefect" / "serve.lock", ONLY_ONE.format(folder=settings.folder)):
        prepare_environment(settings.file, settings.folder / "prefect")
        os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT_SECONDS))
        with open_toolbox(settings):
            pass  # refuse at once what every run would refuse: settings, database version
        os.chdir(PROJECT)  # Prefect stores entrypoints relative to where it is started
        ending = Ending()
        ending.listen()
        leave(_kept_open(settings, ending))


def _kept_open(settings: Settings, ending: Ending) -> int:
    try:
        with prefect_api(settings, port=settings.prefect_port) as api, ExitStack() as stack:
            mark = serve_mark(settings)
            mark.write_text(api.url)
            stack.callback(mark.unlink, missing_ok=True)
            _take_mail(stack, settings)
            _serve(settings, api, ending, stack)
    except Exception as error:
        words = str(error) if isinstance(error, KiemtraError) else sentence(error, place_of(settings.database))
        if not words:  # a mistake of ours
            traceback.print_exc()
        print(words, file=sys.stderr, flush=True)
        _say_it_by_mail(settings, words or repr(error))
        return 1
    except KeyboardInterrupt:
        pass  # told to stop while it was still starting
    if not ending.code:
        print("Đã dừng. Lịch chạy vẫn bật: lần chạy serve sau sẽ tiếp tục.")
    return ending.code


def _say_it_by_mail(settings: Settings, words: str) -> None:
    from infra.alarm import alarm  # it imports Prefect, which reads its address then: not before there is one

    what = f"kiemtra serve không mở được hoặc đã ngừng: {words}"
    print(alarm(settings, "start", what, TO_DO, real_now()), file=sys.stderr, flush=True)


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


def _serve(settings: Settings, api: PrefectApi, ending: Ending, stack: ExitStack) -> None:
    from prefect.runner import Runner

    from flows.clock_watch import ClockWatch
    from flows.heartbeats import end_dead_runs
    from flows.timetable import CLOCKS, timetable, words_of

    end_dead_runs()
    _keep_working_files_at_home(settings.folder / "prefect" / "tam")
    print(f"Giao diện Prefect: {api.url.removesuffix('/api')}")
    for each in CLOCKS:
        print(f"  {each.flow.name}: {words_of(each, settings.sandbox.every_seconds)}")
    runners, schedules = [], {}
    for deployment in timetable(settings.sandbox.every_seconds):
        # pause_on_shutdown: by default, stopping the process would pause every schedule.
        runner = Runner(pause_on_shutdown=False, limit=1 if settings.sandbox.every_seconds else RUNS_AT_ONCE)
        runner.handle_sigterm = ending.on_signal  # type: ignore[method-assign]  # it would take the signal for itself
        runner.add_deployment(deployment)
        runners.append(runner)
        schedules[deployment.name] = _schedule(deployment)
    if api.server is not None:  # elsewhere others may serve beside us, and those runs be theirs
        _forget_missed(PrefectRuns(api.url, api_secret(settings)), list(schedules))
    watch = ClockWatch(settings, api, schedules, ending, real_now)
    watch.open(stack)
    start_clock(settings)
    print("Ctrl-C để dừng.", flush=True)
    asyncio.run(_run(runners, ending, watch))


def _keep_working_files_at_home(folder: Path) -> None:
    """Prefect's runners put theirs into one folder of /tmp: whoever has run Prefect there first owns it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tempfile.tempdir = str(folder)


def _schedule(deployment: "RunnerDeployment") -> dict[str, Any]:
    """The one it has, as Prefect's API writes it."""
    only = (deployment.schedules or [])[0]
    written: dict[str, Any] = only.model_dump(mode="json")["schedule"]
    return written


def _forget_missed(runs: PrefectRuns, names: list[str]) -> None:
    with suppress(PrefectSilent):  # busy: then they run late, one after the other, and find nothing to do
        forgotten = sum(runs.forget_missed(name, real_now()) for name in names)
        if forgotten:
            print(f"Bỏ {forgotten} lượt bị lỡ khi hệ thống ngừng: lượt mới nhất của mỗi việc làm thay tất cả.")


async def _run(runners: "list[Runner]", ending: Ending, watch: "ClockWatch") -> None:
    """Until told to stop, or until a runner gives up."""
    told = asyncio.create_task(ending.wait())
    running = [asyncio.create_task(runner.start()) for runner in runners]
    await asyncio.wait([told, *running], return_when=asyncio.FIRST_COMPLETED)
    gave_up = [str(one.exception()) for one in running if one.done()]
    if gave_up:
        await asyncio.to_thread(watch.look, gave_up[0])
    for task in (told, *running):
        task.cancel()
    await asyncio.gather(told, *running, return_exceptions=True)
