"""The Prefect server of our own: what it keeps, and that it leaves with us."""

import json
import sqlite3
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.prefect_server import KEPT_DAYS, answers, own_server
from infra.receiver import free_port

PATIENCE = 60


def _asked(request: urllib.request.Request | str) -> Any:
    """None where there is no such thing. A 503 means: the database is busy, ask again, as Prefect's own client does."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            if error.code != 503 or time.monotonic() > until:
                raise
            time.sleep(1)


def _post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    found: dict[str, Any] = _asked(request)
    return found


def _is_there(url: str) -> bool:
    return _asked(url) is not None


def test_runs_older_than_the_retention_are_forgotten_and_younger_ones_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T76: a database of runs that nobody empties grows until nothing is scheduled any more."""
    for name in ("PREFECT_API_URL", "PREFECT_UI_URL"):
        monkeypatch.setenv(name, "")  # put back afterwards: own_server writes them
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS", "1")
    with own_server(tmp_path, free_port()) as url:
        flow = _post(f"{url}/flows/", {"name": "send-letters"})["id"]
        done = {"flow_id": flow, "state": {"type": "COMPLETED"}}
        old, young = (_post(f"{url}/flow_runs/", done)["id"] for _ in range(2))
        with sqlite3.connect(tmp_path / "prefect.db", timeout=30) as database:
            for run, days in ((old, KEPT_DAYS + 1), (young, KEPT_DAYS - 1)):
                ended = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
                changed = database.execute("UPDATE flow_run SET end_time = ? WHERE id = ?", (ended, run))
                assert changed.rowcount == 1
        until = time.monotonic() + PATIENCE
        while _is_there(f"{url}/flow_runs/{old}") and time.monotonic() < until:
            time.sleep(0.5)
        assert not _is_there(f"{url}/flow_runs/{old}")
        assert _is_there(f"{url}/flow_runs/{young}")
    assert not answers(url)
