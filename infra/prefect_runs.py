"""What Prefect knows of the runs that nobody started by hand, asked over its API without importing Prefect."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from infra.prefect_secret import basic
from infra.schedules import last_before
from tasks.domain.errors import KiemtraError
from tasks.domain.ticking import Clock, Run

TAG = "kiemtra"
LOOK_TIMEOUT = 10.0
NEWEST = 20
MOST_AT_ONCE = 200
DELETED_AT_ONCE = 50

Schedule = dict[str, Any]


class PrefectSilent(KiemtraError):
    """No answer, or none that can be used."""


class PrefectRuns:
    def __init__(self, url: str, secret: str, timeout: float = LOOK_TIMEOUT) -> None:
        self._url, self._secret, self._timeout = url, secret, timeout
        self._headers: dict[str, str] = {}

    def deployments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("deployments/filter", {"deployments": {"tags": {"all_": [TAG]}}})
        return found

    def by_themselves(self, name: str, newest: int = NEWEST) -> list[Run]:
        """The newest runs of a deployment that began, planned by its schedule."""
        body = {
            "deployments": {"name": {"any_": [name]}},
            "flow_runs": {"tags": {"all_": ["auto-scheduled"]}, "start_time": {"is_null_": False}},
            "sort": "START_TIME_DESC",
            "limit": newest,
        }
        return [_run(one) for one in self._ask("flow_runs/filter", body) if one["auto_scheduled"]]

    def forget_missed(self, name: str, now: datetime) -> int:
        """Of what an outage missed only the newest is still of use, for a run does all there is to do.

        A run that was about to start when the machine went down (PENDING) is started by nobody any more.
        """
        body = {
            "deployments": {"name": {"any_": [name]}},
            "flow_runs": {
                "tags": {"all_": ["auto-scheduled"]},
                "state": {"type": {"any_": ["SCHEDULED", "PENDING"]}},
                "expected_start_time": {"before_": now.isoformat()},
            },
            "sort": "EXPECTED_START_TIME_DESC",
            "limit": MOST_AT_ONCE,
        }
        missed = self._ask("flow_runs/filter", body)
        newest = next((one["id"] for one in missed if one["state_type"] == "SCHEDULED"), None)
        useless = [one["id"] for one in missed if one["id"] != newest]
        for start in range(0, len(useless), DELETED_AT_ONCE):
            some = useless[start : start + DELETED_AT_ONCE]
            self._ask("flow_runs/bulk_delete", {"flow_runs": {"id": {"any_": some}}, "limit": len(some)})
        return len(useless)

    def _ask(self, path: str, body: Mapping[str, Any]) -> Any:
        self._headers = self._headers or self._introduction()
        try:
            return self._call(path, json.dumps(body).encode())
        except PrefectSilent:
            self._headers = {}  # the token may have run out
            raise

    def _introduction(self) -> dict[str, str]:
        """Secret, and the token against forged requests that Prefect gives to whoever knows the secret."""
        self._headers = {"Content-Type": "application/json"}
        if self._secret:
            self._headers["Authorization"] = basic(self._secret)
        client = str(uuid4())
        try:
            token = self._call(f"csrf-token?client={client}")["token"]
        except PrefectSilent:  # elsewhere they may do without
            return self._headers
        return {**self._headers, "Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}

    def _call(self, path: str, data: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self._url}/{path}", data, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                return json.load(response)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            raise PrefectSilent(f"Prefect {self._url} không trả lời như cần ({error})") from error


def look_at(
    runs: PrefectRuns, schedules: Mapping[str, Schedule], since: datetime, now: datetime, grace: timedelta
) -> list[Clock]:
    """Each clock with the newest planned moment since `since` that is over `grace` past, and its runs."""
    paused = {one["name"] for one in runs.deployments() if is_paused(one)}
    looked = []
    for name, schedule in schedules.items():
        due = last_before(schedule, now - grace)
        watched = due >= since and name not in paused
        looked.append(Clock(name, due if due >= since else None, _runs(runs, name, watched), name in paused))
    return looked


def _runs(runs: PrefectRuns, name: str, watched: bool) -> Sequence[Run]:
    return runs.by_themselves(name) if watched else ()


def is_paused(deployment: Mapping[str, Any]) -> bool:
    return bool(deployment["paused"]) or not any(one["active"] for one in deployment["schedules"])


def _run(found: Mapping[str, Any]) -> Run:
    planned, began, ended = (_moment(found[key]) for key in ("expected_start_time", "start_time", "end_time"))
    assert planned is not None
    return Run(planned, began, ended)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
