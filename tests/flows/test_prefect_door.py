"""Prefect's API runs what it is told: nobody without the secret, no page of another origin, gets anything there."""

import http.client
import json
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.prefect_secret import basic, secret_of
from infra.prefect_server import SECRET, own_server
from infra.receiver import free_port

pytestmark = pytest.mark.prefect
PAGE = """<body>start<script>
(async () => {
  const said = [];
  for (const headers of [{}, {"content-type": "text/plain"}, {"authorization": "Basic eDp5"}]) {
    for (const host of ["127.0.0.1", "localhost"]) {
      try {
        const got = await fetch("http://" + host + ":PORT/api/flows/", {
          method: "POST", headers: {"content-type": "application/json", ...headers},
          body: JSON.stringify({name: "evil"})});
        said.push("ANSWERED " + got.status);
      } catch (error) { said.push("BLOCKED"); }
    }
  }
  document.body.innerText = said.join(" ");
})()
</script></body>"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    before = {name: os.environ.get(name) for name in ("PREFECT_API_URL", "PREFECT_UI_URL", SECRET)}
    number = free_port()
    with own_server(home, number):
        yield number
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


def flows(home: Path, port: int) -> list[str]:
    """Those that are there, asked by somebody who knows the secret."""
    secret = basic(secret_of(home))
    _, _, text = asked(port, "GET", "/api/csrf-token?client=test", Authorization=secret)
    token = {"Prefect_Csrf_Token": json.loads(text)["token"], "Prefect_Csrf_Client": "test"}
    code, _, text = asked(port, "POST", "/api/flows/filter", {}, Authorization=secret, **token)
    assert code == 200
    return [one["name"] for one in json.loads(text)]


def test_the_window_opens_though_nothing_beside_the_code_may_be_written(home: Path, port: int) -> None:
    code, headers, text = asked(port, "GET", "/runs", Accept="text/html")
    assert (code, headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert 'id="app"' in text or 'id="root"' in text
    assert any((home / "ui").rglob("index.html"))


def test_the_secret_is_its_owners_alone_and_stays(home: Path) -> None:
    made = secret_of(home)
    assert len(made) > 40
    assert stat.S_IMODE((home / "api-secret").stat().st_mode) == 0o600
    assert secret_of(home) == made


def test_a_local_user_without_the_secret_gets_nothing(home: Path, port: int) -> None:
    ways = [
        ("GET", "/api/flows/count"),
        ("POST", "/api/flows/"),
        ("POST", "/api/deployments/"),
        ("GET", "/api/version"),
    ]
    for method, path in ways:
        for headers in ({}, {"Authorization": basic("kiemtra:guess")}, {"Authorization": "Basic"}):
            code, _, _ = asked(port, method, path, {"name": "evil"}, **headers)
            assert code in {401, 403}, (method, path, headers)
    code, _, text = asked(port, "GET", "/api/admin/settings")
    assert code in {401, 403}
    assert secret_of(home) not in text
    assert flows(home, port) == []
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert secret_of(home).partition(":")[2] not in listed


def test_who_knows_the_secret_but_not_the_token_changes_nothing(home: Path, port: int) -> None:
    code, _, _ = asked(port, "POST", "/api/flows/", {"name": "evil"}, Authorization=basic(secret_of(home)))
    assert code == 403
    assert flows(home, port) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1.evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://evil.example:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_name_or_origin_gets_nothing_even_with_the_secret(
    home: Path, port: int, headers: dict[str, str]
) -> None:
    """A page whose name points at this machine is of the same origin for the browser, and names its own host."""
    named = {name: value.format(port=port) for name, value in headers.items()}
    for path in ("/", "/api/flows/count", "/api/health", "/ui-settings"):
        code, answered, _ = asked(port, "GET", path, Authorization=basic(secret_of(home)), **named)
        assert code == 403
        assert "access-control-allow-origin" not in answered


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_window_opens_here_and_asks_for_the_secret(home: Path, port: int, name: str) -> None:
    code, _, text = asked(port, "GET", "/ui-settings", Host=f"{name}:{port}")
    assert code == 200
    told = json.loads(text)
    assert told["auth"] == "BASIC"
    assert told["csrf_enabled"] is True
    code, _, page = asked(port, "GET", "/", Host=f"{name}:{port}", Accept="text/html")
    assert code in {200, 307}
    assert secret_of(home) not in page
    secret = basic(secret_of(home))
    origin = f"http://{name}:{port}"
    code, answered, _ = asked(port, "GET", "/api/flows/", Authorization=secret, Origin=origin)
    assert code not in {401, 403}
    assert answered["access-control-allow-origin"] == origin


@pytest.mark.chromium
def test_a_page_of_another_origin_in_a_browser_gets_nothing(home: Path, port: int, tmp_path: Path) -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")

    class Evil(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.replace("PORT", str(port)).encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Evil) as evil:
        threading.Thread(target=evil.serve_forever, daemon=True).start()
        shown = subprocess.run(
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={tmp_path}",
                "--host-resolver-rules=MAP evil.example 127.0.0.1",
                "--virtual-time-budget=20000",
                "--timeout=60000",
                "--dump-dom",
                f"http://evil.example:{evil.server_address[1]}/",
            ],
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout
        evil.shutdown()
    assert shown.count("BLOCKED") == 6, shown
    assert "ANSWERED" not in shown
    assert flows(home, port) == []
