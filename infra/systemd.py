"""A word to the one who started us: systemd's notification protocol, sd_notify(3); without it nothing happens."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

PATIENCE = 1.0
"""Of one word: a listener that reads no more may not hold up whoever speaks, above all not the watch of the clocks."""


def notify(words: str, env: Mapping[str, str] = os.environ) -> None:
    address = env.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # in the abstract namespace of Linux
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.settimeout(PATIENCE)
        door.sendto(words.encode(), address)


def ping_seconds(env: Mapping[str, str] = os.environ) -> float:
    """How often a ping is due, twice in the time that WatchdogSec= allows; 0 where none is asked for."""
    if env.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    asked = env.get("WATCHDOG_USEC", "")
    return int(asked) / 2_000_000 if asked.isdigit() else 0.0
