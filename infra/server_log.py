"""The log of our own Prefect server: kept small, and asked for its last error."""

import re
import shutil
from pathlib import Path

MOST_BYTES = 5 * 1024 * 1024
KEPT = 4
"""Older ones beside it: server.log.1 (the newest) to server.log.4."""
TAIL_BYTES = 64 * 1024

_ERROR = re.compile(r"^[\w.]*(Error|Exception|Interrupt|Exit)\b.*", re.M)
_LOGGED = re.compile(r"^.*\b(ERROR|CRITICAL)\b.*", re.M)


def rotate(log: Path, most: int = MOST_BYTES) -> None:
    """Copied and emptied in place, because the server keeps it open and appends; repeatable."""
    if not log.is_file() or log.stat().st_size <= most:
        return
    for number in range(KEPT, 1, -1):
        younger = _numbered(log, number - 1)
        if younger.is_file():
            younger.replace(_numbered(log, number))
    shutil.copy2(log, _numbered(log, 1))
    with log.open("r+b") as emptied:
        emptied.truncate(0)


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


def tail(log: Path, most: int = TAIL_BYTES) -> str:
    try:
        with log.open("rb") as opened:
            opened.seek(max(0, opened.seek(0, 2) - most))
            return opened.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


def last_error(text: str) -> str:
    """The last line that names an exception, else the last that was logged as an error; '' where there is none."""
    found = (_ERROR.findall(text) and list(_ERROR.finditer(text))) or list(_LOGGED.finditer(text))
    return found[-1][0].strip()[:500] if found else ""
