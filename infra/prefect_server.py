"""The Prefect server: the configured one, the one that `serve` keeps open, or one of our own while it is needed."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.file_modes import close_folder
from infra.folder_lock import alone
from infra.prefect_guard import own_origins
from infra.prefect_secret import secret_of
from infra.receiver import HOST, free_port
from infra.server_log import rotate, tail
from infra.settings import PROJECT, Settings
from tasks.domain.errors import KiemtraError

START_TIMEOUT = 240.0
KEPT_DAYS = 30
"""Of runs, their logs and artifacts: Prefect by itself keeps all, and some 700 runs a day would fill the disk."""
PLANNED_DAYS = 400
"""Ahead, so that the next run of the yearly clock is always seen; of a frequent one Prefect plans an hour."""
HAND_OVER_TIMEOUT = 3.0
STOP_TIMEOUT = 8.0
PORT_TIMEOUT = 10.0
"""For the server of a `serve` that was killed: it notices within a second and ends."""
SERVER_LOG = "server.log"
PAGES = "ui"
SECRET = "PREFECT_API_AUTH_STRING"

Server = subprocess.Popen[bytes]


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


@dataclass(frozen=True)
class PrefectApi:
    """An API that answers, and the process behind it where it is our own."""

    url: str
    server: Server | None = None
    log: Path | None = None


@contextmanager
def prefect_api(settings: Settings, *, port: int | None = None) -> Iterator[PrefectApi]:
    """A Prefect API that answers, set in the environment; call before Prefect is imported."""
    configured = settings.prefect_api or serving(settings)
    if configured:
        if not answers(configured):
            raise KiemtraError(f"Máy chủ Prefect {configured} không trả lời. Hãy xem lại [prefect] api_url.")
        _say_where(configured, api_secret(settings))
        yield PrefectApi(configured)
        return
    with _own(settings.folder / "prefect", port or free_port()) as own:
        yield own


@contextmanager
def own_server(home: Path, port: int) -> Iterator[str]:
    """The URL of a server on this machine, with its database in `home`; stopped at the end."""
    with _own(home, port) as own:
        yield own.url


@contextmanager
def _own(home: Path, port: int) -> Iterator[PrefectApi]:
    own = _started(home, port)
    try:
        _say_where(own.url, secret_of(home))
        yield own
    finally:
        _hand_over_the_rest()
        if own.server is not None:
            stop_server(own.server)


def _started(home: Path, port: int) -> PrefectApi:
    """One at a time in a folder: two that make Prefect's tables at once would spoil them for each other."""
    url, log = f"http://{HOST}:{port}/api", home / SERVER_LOG
    busy = "Một máy chủ Prefect khác của thư mục này (tiến trình {pid}) mở mãi chưa xong. Hãy thử lại sau."
    with alone(home / "start.lock", busy, patience=2 * START_TIMEOUT):
        _wait_for_port(port)
        rotate(log)
        (home / PAGES).mkdir(exist_ok=True)
        with log.open("ab") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "infra.prefect_app", str(port), str(os.getpid())],
                env=_environment(home, url, port),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us; we stop the server when the flows are down
            )
        try:
            _wait(server, url, log)
            close_folder(home / PAGES)  # Prefect copies them with the modes they have beside its code
        except BaseException:
            stop_server(server)
            raise
    return PrefectApi(url, server, log)


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + PORT_TIMEOUT
    while not _is_free(port):
        if time.monotonic() > deadline:
            raise KiemtraError(
                f"Cổng {port} đang có chương trình khác dùng, không mở được máy chủ Prefect. "
                "Hãy dừng chương trình đó, hoặc đổi [prefect] port."
            )
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def api_secret(settings: Settings) -> str:
    """What the API is to be asked with; that of a Prefect elsewhere is said in the environment."""
    if settings.prefect_api:
        return os.environ.get(SECRET, "")
    return secret_of(settings.folder / "prefect")


def _say_where(url: str, secret: str) -> None:
    os.environ["PREFECT_API_URL"] = url
    if secret:
        os.environ[SECRET] = secret  # the runs of `serve` have it from here, too; never in a command line
    os.environ.setdefault("PREFECT_UI_URL", url.removesuffix("/api"))


def _hand_over_the_rest() -> None:
    """Logs and events of this process still on their way: without a server they would be tried for a minute."""
    if "prefect.logging.handlers" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        for worker in (APILogWorker, EventsWorker):
            worker.drain_all(timeout=HAND_OVER_TIMEOUT)


def _environment(home: Path, url: str, port: int) -> dict[str, str]:
    return {
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": f"P{PLANNED_DAYS}D",
        **os.environ,
        **_retention(),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "true",
        # Prefect makes its pages from a pattern at each start; beside its code, a service may not write.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / PAGES),
        "PREFECT_SERVER_UI_API_URL": url,
        "PREFECT_SERVER_API_AUTH_STRING": secret_of(home),
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": ",".join(own_origins(port)),
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
    }


def _retention() -> dict[str, str]:
    """What an administrator has set is left alone."""
    wanted = {"ENABLED": "events,flow_runs", "RETENTION_PERIOD": str(KEPT_DAYS * 24 * 3600)}
    names = {f"PREFECT_SERVER_SERVICES_DB_VACUUM_{name}": value for name, value in wanted.items()}
    return {name: os.environ.get(name, value) for name, value in names.items()}


def _wait(server: Server, url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if answers(url):
            return
        time.sleep(0.2)
    raise KiemtraError(f"Không mở được máy chủ Prefect trên máy này (xem {log}).\n{tail(log, 800)}")


def stop_server(server: Server) -> None:
    server.terminate()
    try:
        server.wait(STOP_TIMEOUT)
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
