"""A page for whoever watches from outside: green while the clocks tick, red (503) when they do not."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.receiver import HOST

PATH = "/health"
NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Health:
    is_well: bool
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class HealthPage:
    """Open while it is entered; raises OSError where the port is taken."""

    def __init__(self, port: int, health: Callable[[], Health]) -> None:
        self._server = _Server((HOST, port), _Handler)
        self._server.health = health

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}{PATH}"

    def __enter__(self) -> "HealthPage":
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    health: Callable[[], Health]


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        if self.headers.get("Host", "").rpartition(":")[0] not in NAMES or self.path.partition("?")[0] != PATH:
            self._answer(404, "text/plain", "không có trang này\n")
            return
        health = self.server.health()
        code = 200 if health.is_well else 503
        if "application/json" in self.headers.get("Accept", ""):
            told = {"is_well": health.is_well, "words": health.words, **health.facts}
            self._answer(code, "application/json", json.dumps(told, ensure_ascii=False))
        else:
            lines = [f"{key}: {value}" for key, value in health.facts.items()]
            self._answer(code, "text/plain", "\n".join([health.words, *lines, ""]))

    def _answer(self, code: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads who looked."""
