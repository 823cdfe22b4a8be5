"""`kiemtra serve` stops cleanly, comes back with its schedules on, and recovers from a power loss by itself."""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.flows.conftest import House, wait_for

pytestmark = pytest.mark.prefect


@pytest.fixture
def stalled_port() -> Iterator[int]:
    """A mail server that accepts connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            try:
                while True:
                    kept.append(server.accept()[0])
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        for one in kept:
            one.close()


def family(process: "subprocess.Popen[bytes]") -> list[int]:
    """The process ids of `serve`, of its Prefect server and of its flow runs."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout.split("\n")[
        1:
    ]
    children: dict[int, list[int]] = {}
    for line in listed:
        if line.split():
            pid, parent = map(int, line.split())
            children.setdefault(parent, []).append(pid)
    found, todo = [], [process.pid]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_leaves_its_schedules_on(house: House, how: signal.Signals) -> None:
    house.settle()
    process = house.serve()
    pids = family(process)
    run_id = house.start_run("watch")
    wait_for(lambda: house.state(run_id) in {"COMPLETED", "FAILED"}, 60, "the run did not end")
    assert all(not one["paused"] for one in house.api("deployments/filter", {}))
    process.send_signal(how)
    assert process.wait(45) == 0
    wait_for(lambda: not any(_alive(pid) for pid in pids), 20, "something was left running")
    process = house.serve()
    try:
        deployments = house.api("deployments/filter", {})
        assert {one["name"] for one in deployments} >= {"open-cycles", "send-letters", "watch"}
        assert all(not one["paused"] and one["schedules"][0]["active"] for one in deployments)
    finally:
        process.terminate()
        process.wait(45)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_after_a_power_loss_the_next_tick_runs_and_the_dead_run_ends(house: House, stalled_port: int) -> None:
    house.settle()
    file = house.folder / "kiemtra.toml"
    file.write_text(file.read_text() + f"\n[sandbox]\nport = {stalled_port}\n")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%d/%m/%Y 10:00")
    house.run("open", "dot-xuat", "--units", "tt-ho-xa", "--due", tomorrow, "--title", "Nhanh")
    process = house.serve()
    dead = house.start_run("send-letters")
    wait_for(lambda: house.state(dead) == "RUNNING", 60, "the run did not start")
    wait_for(lambda: house.api("events/filter", _heartbeats(dead))["events"], 60, "the run has no pulse")
    for pid in family(process):
        os.kill(pid, signal.SIGKILL)  # the plug is pulled: serve, server and run at once
    process.wait(10)
    process = house.serve()
    try:
        assert house.state(dead) == "RUNNING", "it only looks alive"
        next_tick = house.start_run("watch")
        wait_for(lambda: house.state(next_tick) in {"COMPLETED", "FAILED"}, 90, "the next tick did not run")
        wait_for(lambda: house.state(dead) == "CRASHED", 240, "the dead run still looks alive")
    finally:
        process.terminate()
        process.wait(45)


def _heartbeats(run_id: str) -> dict[str, object]:
    return {
        "filter": {
            "event": {"name": ["prefect.flow-run.heartbeat"]},
            "resource": {"id": [f"prefect.flow-run.{run_id}"]},
        }
    }
