"""Before Prefect's own door: only this machine's names, and no page of another origin, come as far as its login.

A page whose name a stranger lets point here (DNS rebinding) names another host; any other page names its origin.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

NAMES = ("127.0.0.1", "localhost", "[::1]")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def own_origins(port: int) -> list[str]:
    return [f"http://{name}:{port}" for name in NAMES]


class Guarded:
    """An ASGI application in front of another."""

    def __init__(self, app: App, port: int) -> None:
        self._app, self._origins = app, frozenset(own_origins(port))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_ours(scope["headers"]):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": "Không nhận yêu cầu từ nơi này.\n".encode()})

    def _is_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Each named once at most: of two, another program might read the other one."""
        hosts, origins = (
            [value.decode("latin-1").lower() for name, value in headers if name.lower() == wanted]
            for wanted in (b"host", b"origin")
        )
        if len(hosts) != 1 or len(origins) > 1:
            return False
        return _without_port(hosts[0]) in NAMES and all(one in self._origins for one in origins)


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host
