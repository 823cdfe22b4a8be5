"""The Prefect server: the configured one, the one that `serve` keeps open, or one of our own while it is needed."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.receiver import HOST, free_port
from infra.settings import PROJECT, Settings
from tasks.domain.errors import KiemtraError

START_TIMEOUT = 240.0
KEPT_DAYS = 30
"""Of runs, their logs and artifacts: Prefect by itself keeps all, and some 700 runs a day would fill the disk."""
HAND_OVER_TIMEOUT = 10.0


def prepare_environment(settings_file: Path, home: Path) -> None:
    """What every process of the house has in its environment; Prefect reads it once, when it is imported.

    Nobody is phoned: analytics are off.
    """
    os.environ["KIEMTRA_SETTINGS"] = str(settings_file)
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
    os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "kiemtra")  # the house's own log stands with the run's


@contextmanager
def prefect_api(settings: Settings, *, port: int | None = None) -> Iterator[str]:
    """The URL of a Prefect API that answers, set in the environment; call before Prefect is imported."""
    configured = settings.prefect_api or serving(settings)
    if configured:
        if not answers(configured):
            raise KiemtraError(f"Máy chủ Prefect {configured} không trả lời. Hãy xem lại [prefect] api_url.")
        _say_where(configured)
        yield configured
        return
    with own_server(settings.folder / "prefect", port or free_port()) as url:
        yield url


@contextmanager
def own_server(home: Path, port: int) -> Iterator[str]:
    """Start a server on this machine, with its database in `home`, and stop it at the end."""
    url = f"http://{HOST}:{port}/api"
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
            env=_environment(home, url),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us; we stop the server when the flows are down
        )
    try:
        _wait(server, url, log)
        _say_where(url)
        yield url
    finally:
        _hand_over_the_rest()
        _stop(server)


def _say_where(url: str) -> None:
    os.environ["PREFECT_API_URL"] = url
    os.environ.setdefault("PREFECT_UI_URL", url.removesuffix("/api"))


def _hand_over_the_rest() -> None:
    """Logs and events of this process still on their way: without a server they would be tried for a minute."""
    if "prefect.logging.handlers" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        for worker in (APILogWorker, EventsWorker):
            worker.drain_all(timeout=HAND_OVER_TIMEOUT)


def _environment(home: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        **_retention(),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "true",
        "PREFECT_SERVER_UI_API_URL": url,
    }


def _retention() -> dict[str, str]:
    """What an administrator has set is left alone."""
    wanted = {"ENABLED": "events,flow_runs", "RETENTION_PERIOD": str(KEPT_DAYS * 24 * 3600)}
    names = {f"PREFECT_SERVER_SERVICES_DB_VACUUM_{name}": value for name, value in wanted.items()}
    return {name: os.environ.get(name, value) for name, value in names.items()}


def _wait(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if answers(url):
            return
        time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-800:]
    raise KiemtraError(f"Không mở được máy chủ Prefect trên máy này (xem {log}).\n{tail}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def serving(settings: Settings) -> str:
    """The server that `serve` of this house has open right now, if any."""
    url = f"http://{HOST}:{settings.prefect_port}/api"
    mark = serve_mark(settings)
    return url if mark.is_file() and mark.read_text().strip() == url and answers(url) else ""


def serve_mark(settings: Settings) -> Path:
    """Where `serve` notes the URL of its server, so that a flow by hand shows up in the same window."""
    return settings.folder / "prefect" / "serve.url"
