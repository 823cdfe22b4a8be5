"""`serve` by its own clock: what stops it is told and ends it, nothing holds it up, and it ends when it is told to."""

import email
import email.policy
import os
import random
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.processes import descendants
from tests.flows.conftest import House, wait_for
from tests.flows.test_serve import stalled_port

pytestmark = pytest.mark.prefect

__all__ = ["stalled_port"]
STOPS = int(os.environ.get("KIEMTRA_STOPS", "30"))
BROKEN = "the scheduler was broken on purpose"


def play(house: House, every: int, late_after: int = 600, more: str = "") -> None:
    """A house whose clocks run every few seconds, looked at every two."""
    house.settle()
    file = house.folder / "kiemtra.toml"
    played = f"every_seconds = {every}\nlate_after = {late_after}\nlook_every = 2"
    file.write_text(f"{file.read_text()}\n[sandbox]\n{played}\n{more}\n")


def by_themselves(house: House, name: str, after: datetime | None = None) -> list[dict[str, Any]]:
    body = {
        "deployments": {"name": {"any_": [name]}},
        "flow_runs": {"start_time": {"is_null_": False} | ({"after_": after.isoformat()} if after else {})},
        "sort": "START_TIME_DESC",
    }
    return [one for one in house.api("flow_runs/filter", body) if one["auto_scheduled"]]


def seen(house: House) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port + 1}/health", timeout=10) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as red:
        return red.code, red.read().decode()


def letters(house: House) -> list[str]:
    box = house.folder / "du-lieu" / "thu" / "quantri@vinhlinh.example" / "new"
    parsed = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in sorted(box.glob("*"))]
    return [" ".join(one.get_body(("plain",)).get_content().split()) for one in parsed]  # type: ignore[union-attr]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def server_of(process: "subprocess.Popen[bytes]") -> int:
    """The Prefect server among what serve has started."""
    (found,) = [
        pid for pid in descendants(process.pid) if b"infra.prefect_app" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found


@pytest.fixture
def systemd(house: House, tmp_path: Path) -> Iterator[list[str]]:
    """All that systemd hears, read as it comes; it asks for a ping within ten seconds."""
    said: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        threading.Thread(target=_listen, args=(ear, said), daemon=True).start()
        house.environment |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "10000000"}
        yield said


def _listen(ear: socket.socket, said: list[str]) -> None:
    with suppress(OSError):
        while True:
            said += ear.recv(1000).decode().split("\n")


def test_a_scheduler_that_fails_is_told_with_its_error_and_ends_serve(house: House, systemd: list[str]) -> None:
    play(house, every=60, late_after=180)
    process = house.serve()
    wait_for(lambda: by_themselves(house, "open-cycles"), 500, "no run came by itself")
    assert seen(house)[0] == 200
    assert "READY=1" in systemd
    assert "WATCHDOG=1" in systemd
    status = house.run("status")
    assert "open-cycles: lần cuối" in status
    assert "lần tới" in status
    with sqlite3.connect(house.folder / "du-lieu" / "prefect" / "prefect.db", timeout=60) as database:
        database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON flow_run WHEN NEW.auto_scheduled "
            f"BEGIN SELECT RAISE(ABORT, '{BROKEN}'); END"
        )
        database.execute("DELETE FROM flow_run WHERE state_type = 'SCHEDULED'")
    server = server_of(process)
    assert process.wait(500) == 1, "whoever starts it must see that it did not end by itself"
    assert not is_alive(server)
    log = (house.folder / "serve.log").read_text()
    assert "có việc đến giờ mà không tự chạy: " in log
    (letter,) = [one for one in letters(house) if "Lịch tự chạy của kiemtra đã dừng" in one]
    assert BROKEN in letter
    assert systemd[-1] == "STOPPING=1"
    assert not (house.folder / "du-lieu" / "prefect" / "serve.url").exists()


def test_a_server_that_dies_is_told_and_the_next_serve_goes_on(house: House) -> None:
    play(house, every=60)
    process = house.serve()
    os.kill(server_of(process), signal.SIGKILL)
    assert process.wait(120) == 1
    (letter,) = [one for one in letters(house) if "Lịch tự chạy" in one]
    assert "máy chủ Prefect đã tự tắt (mã -9)" in letter
    began = datetime.now(UTC)
    house.serve()
    wait_for(lambda: by_themselves(house, "send-letters", began), 500, "the clock does not go on")


def test_one_serve_a_folder_and_what_a_killed_one_leaves_does_not_stop_the_next(house: House) -> None:
    house.settle()
    first = house.serve()
    mark = house.folder / "du-lieu" / "prefect" / "serve.url"
    written = mark.read_text()
    assert f"đang chạy (tiến trình {first.pid})" in house.run("serve", expect=1)
    assert mark.read_text() == written
    assert seen(house)[0] == 200
    server = server_of(first)
    first.kill()
    first.wait(10)
    wait_for(lambda: not is_alive(server), 20, "the server of the killed one stays")
    second = house.serve()
    assert house.api("health") is True
    second.terminate()
    assert second.wait(40) == 0


def test_runs_started_together_in_a_fresh_folder_do_not_spoil_prefects_tables(house: House) -> None:
    house.settle()
    started = [
        subprocess.Popen(
            house.command("run", "watch"),
            cwd=house.folder,
            env=house.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        said, _ = process.communicate(timeout=600)
        assert process.returncode == 0, said


def test_slow_runs_of_one_clock_hold_up_no_other(house: House, stalled_port: int) -> None:
    """Prefect's own limit is of all deployments together: here one slow run holds its own clock's place, nine wait."""
    play(house, every=60, more=f"port = {stalled_port}")
    house.run("open", "dot-xuat", "--units", "tt-ho-xa", "--due", _tomorrow(), "--title", "Nhanh")
    house.serve()
    slow = [house.start_run("send-letters") for _ in range(10)]
    wait_for(lambda: any(house.state(one) == "RUNNING" for one in slow), 500, "the slow runs do not begin")
    began = datetime.now(UTC)
    for name in ("collect-replies", "watch"):
        wait_for(lambda: by_themselves(house, name, began), 500, f"{name} waits for the slow ones")  # noqa: B023
    assert any(house.state(one) == "RUNNING" for one in slow), "they were not slow"


def _tomorrow() -> str:
    return datetime.fromtimestamp(time.time() + 86_400, UTC).strftime("%d/%m/%Y 10:00")


@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.whole) for turn in range(1, STOPS))])
def test_it_is_gone_within_thirty_seconds_of_being_told_at_any_moment(house: House, turn: int) -> None:
    chance = random.Random(turn)
    play(house, every=60)
    process = house.serve()
    wait_for(lambda: by_themselves(house, "open-cycles"), 500, "no run came by itself")
    time.sleep(chance.uniform(0, 30))
    family = [process.pid, *descendants(process.pid)]
    told = time.monotonic()
    process.send_signal(chance.choice([signal.SIGTERM, signal.SIGINT]))
    assert process.wait(60) == 0
    assert time.monotonic() - told < 30
    wait_for(lambda: not any(is_alive(pid) for pid in family), 5, "something was left running")
