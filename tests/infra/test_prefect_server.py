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

from infra.prefect_secret import basic, secret_of
from infra.prefect_server import KEPT_DAYS, SECRET, answers, own_server
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


class Client:
    """Somebody who knows the secret of the folder."""

    def __init__(self, home: Path, url: str) -> None:
        secret = {"Authorization": basic(secret_of(home)), "Content-Type": "application/json"}
        token = _asked(urllib.request.Request(f"{url}/csrf-token?client=test", headers=secret))["token"]
        self._headers = {**secret, "Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "test"}

    def post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = _asked(urllib.request.Request(url, json.dumps(body).encode(), self._headers))
        return found

    def is_there(self, url: str) -> bool:
        return _asked(urllib.request.Request(url, headers=self._headers)) is not None


def test_runs_older_than_the_retention_are_forgotten_and_younger_ones_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T76: a database of runs that nobody empties grows until nothing is scheduled any more."""
    for name in ("PREFECT_API_URL", "PREFECT_UI_URL", SECRET):
        monkeypatch.setenv(name, "")  # put back afterwards: own_server writes them
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS", "1")
    with own_server(tmp_path, free_port()) as url:
        client = Client(tmp_path, url)
        flow = client.post(f"{url}/flows/", {"name": "send-letters"})["id"]
        done = {"flow_id": flow, "state": {"type": "COMPLETED"}}
        old, young = (client.post(f"{url}/flow_runs/", done)["id"] for _ in range(2))
        with sqlite3.connect(tmp_path / "prefect.db", timeout=30) as database:
            for run, days in ((old, KEPT_DAYS + 1), (young, KEPT_DAYS - 1)):
                ended = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
                changed = database.execute("UPDATE flow_run SET end_time = ? WHERE id = ?", (ended, run))
                assert changed.rowcount == 1
        until = time.monotonic() + PATIENCE
        while client.is_there(f"{url}/flow_runs/{old}") and time.monotonic() < until:
            time.sleep(0.5)
        assert not client.is_there(f"{url}/flow_runs/{old}")
        assert client.is_there(f"{url}/flow_runs/{young}")
    assert not answers(url)
