"""`kiemtra demo`: the year 2025 in a few minutes, with everything real but the people and the clock."""

import argparse
import json
import os
import shutil
import time
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from infra.prefect_server import own_server, prepare_environment
from infra.receiver import free_port
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import day_text

MARK = ".kiemtra-demo"
QUIET = {"PREFECT_LOGGING_LEVEL": "ERROR", "PREFECT_LOGGING_ROOT_LEVEL": "ERROR"}


def demo(args: argparse.Namespace) -> None:
    console = Console(highlight=False)
    started = time.monotonic()
    folder = Path(args.folder).resolve()
    _clear(folder)
    os.environ.update(QUIET)
    os.environ.update(PREFECT_HOME=str(folder / "prefect"))  # a server of its own, whatever is configured
    prepare_environment(folder / "kiemtra.toml", folder / "prefect")
    console.print("Mở máy chủ Prefect trên máy này …")
    with own_server(folder / "prefect", free_port()) as url:
        _play(folder, console, started)
        if args.keep:
            console.print(f"Giao diện Prefect: {url.removesuffix('/api')} — nhấn Enter để đóng.")
            _wait()


def _clear(folder: Path) -> None:
    """An earlier demo's folder is cleared; nobody else's is touched."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise KiemtraError(f"Thư mục {folder} đã có nội dung khác; hãy chọn thư mục khác bằng --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Thư mục của lần chạy mẫu; lần chạy sau sẽ xóa và tạo lại.\n", encoding="utf-8")


def _play(folder: Path, console: Console, started: float) -> None:
    # Imported here: Prefect reads the address of its server when it is imported.
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.demo.summary import show
    from flows.demo.year import BEGIN, END, new_world, play

    # A heartbeat thread is waited for up to a second at the end of every run; nobody pulls the plug on a demo.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}), new_world(folder, _run_flow) as world:
        with _progress(console) as progress:
            bar = progress.add_task("", total=(END.date() - BEGIN.date()).days, day="")

            def on_day(day: date) -> None:
                progress.update(bar, completed=(day - BEGIN.date()).days, day=day_text(day))

            play(world, on_day)
        (folder / "thoi-gian.json").write_text(json.dumps(world.spent, indent=1), encoding="utf-8")
        show(world, console, time.monotonic() - started)


def _run_flow(name: str, as_of: datetime) -> str:
    from flows.console.run import call
    from flows.timetable import BY_NAME

    return call(BY_NAME[name], as_of=as_of).result().words


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("Năm 2025"), BarColumn(), TextColumn("{task.fields[day]}"), TimeElapsedColumn(), console=console
    )


def _wait() -> None:
    try:
        input()
    except EOFError:  # nobody at the keyboard: stay until stopped
        while True:
            time.sleep(3600)
