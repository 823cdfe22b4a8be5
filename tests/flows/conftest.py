"""A house in a folder of its own, driven by the command line as a person drives it."""

import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from flows.__main__ import main
from infra.prefect_secret import basic, secret_of
from infra.receiver import free_port

PROJECT = Path(__file__).parents[2]
REGISTER = PROJECT / "templates" / "plans" / "danh-sach-don-vi-vinh-linh.xlsx"
PLAN = PROJECT / "templates" / "plans" / "vinh-linh-2025.toml"


PROCESSES = frozenset({"run", "serve", "door", "demo", "check"})


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(wanted)
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


class House:
    """A folder with settings, and `kiemtra` run in it by another process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "KIEMTRA_"))},
            "HOME": str(folder / "home"),
            "PYTHONPATH": str(PROJECT),
        }
        self.apart = False
        """Whether every command is a process of its own: for whoever looks at locks, modes, files that stay open."""
        self._headers: dict[str, str] = {}
        self._serving: list[subprocess.Popen[bytes]] = []
        (folder / "home").mkdir()

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "flows", *words]

    def run(self, *words: str, expect: int = 0) -> str:
        """What it printed. Flows and services run as processes of their own; what is done in a moment is called by
        the command's own `main`, in its folder and environment: to start Python costs ten times as much."""
        code, said = self._started(words) if self.apart or words[0] in PROCESSES else self._called(words)
        assert code == expect, f"kiemtra {' '.join(words)}\n{said}"
        return said

    def _started(self, words: Sequence[str]) -> tuple[int, str]:
        done = subprocess.run(
            self.command(*words), cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=180
        )
        return done.returncode, done.stdout + done.stderr

    def _called(self, words: Sequence[str]) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        with (
            chdir(self.folder),
            _environment(self.environment),
            redirect_stdout(out),
            redirect_stderr(err),
            patch.object(sys, "stdin", io.StringIO()),  # nobody is at the keyboard
        ):
            try:
                code = main(words)
            except SystemExit as end:
                code = int(end.code or 0)
        gc.collect()  # a process that ends closes whatever it left open
        return code, out.getvalue() + err.getvalue()

    def settle(self, **replace: str) -> None:
        """init, with a port of its own for Prefect; register and plan taken in."""
        self.run("init")
        file = self.folder / "kiemtra.toml"
        file.write_text(file.read_text().replace("port = 4200", f"port = {self.port}"))
        self.run("units", "import", str(REGISTER), "--yes")
        self.run("plan", "import", str(PLAN))

    # --- serve -------------------------------------------------------------------------------------------------

    def serve(self) -> "subprocess.Popen[bytes]":
        """Start `kiemtra serve` and wait until it says that it runs."""
        log = self.folder / "serve.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                self.command("serve"),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # a background process of some shells inherits SIGINT ignored
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
        self._serving.append(process)
        wait_for(lambda: "Ctrl-C" in log.read_text(), 300, f"serve did not start: {log}")
        wait_for(lambda: len(self.api("deployments/filter", {})) >= 6, 120, "the deployments are not there")
        return process

    def stop(self) -> None:
        """Whatever a failed test left running."""
        for process in self._serving:
            if process.poll() is None:
                process.terminate()
                process.wait(45)

    def api(self, path: str, body: Any | None = None) -> Any:
        for _ in range(20):
            try:
                return self._asked(path, None if body is None else json.dumps(body).encode(), self._introduction())
            except urllib.error.HTTPError as error:
                if error.code != 503:  # Prefect's SQLite was busy for a moment
                    raise
                time.sleep(0.5)
        raise AssertionError(f"Prefect's server stays busy: {path}")

    def _asked(self, path: str, data: bytes | None, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"null")

    def _introduction(self) -> dict[str, str]:
        """What Prefect's server asks of everybody: the secret of the folder, and the token it gives for that."""
        if not self._headers:
            secret = basic(secret_of(self.folder / "du-lieu" / "prefect"))
            token = self._asked("csrf-token?client=house", None, {"Authorization": secret})["token"]
            client = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "house"}
            self._headers = {"Content-Type": "application/json", "Authorization": secret, **client}
        return self._headers

    def start_run(self, name: str) -> str:
        """Ask for one run of a deployment now; returns the run's id."""
        deployment = self.api(f"deployments/name/{name}/{name}")
        return str(self.api(f"deployments/{deployment['id']}/create_flow_run", {})["id"])

    def state(self, run_id: str) -> str:
        return str(self.api(f"flow_runs/{run_id}")["state_type"])


def wait_for(condition: Callable[[], object], seconds: float, sentence: str) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError(sentence)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def prefect_harness() -> Iterator[None]:
    """A real Prefect server for this session; imported here, because it costs ten seconds."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
