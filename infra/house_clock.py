"""The house's own clock: the real one, or in a sandbox one that starts on a day of its own and may run faster.

A played clock is the same for all processes of a house: it is counted from one real moment, noted in the data folder.
Prefect's clock, and whatever happens in the world outside, stays the real one.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.settings import Settings


def real_now() -> datetime:
    return datetime.now(UTC)


_told: list[datetime] = []
"""The moment that one command was told (`--as-of`): whatever it does happens then. Empty: now."""


def tell_clock(as_of: datetime | None) -> None:
    _told[:] = [as_of] if as_of else []


def clock_of(settings: Settings) -> Callable[[], datetime]:
    if _told:
        return lambda: _told[0]
    starts_at, speed = settings.sandbox.starts_at, settings.sandbox.speed
    if starts_at is None:
        return real_now
    begin = starts_at.astimezone(UTC)

    def now() -> datetime:
        began = _began_at(settings)
        return begin if began is None else begin + max(real_now() - began, timedelta(0)) * speed

    return now


def start_clock(settings: Settings) -> None:
    """A played clock goes on from here; one that goes already is left alone."""
    if settings.sandbox.starts_at is None or _began_at(settings) is not None:
        return
    file, whole = _file(settings), _file(settings).with_suffix(".moi")
    file.parent.mkdir(parents=True, exist_ok=True)
    whole.write_text(json.dumps({**_terms(settings), "began_at": real_now().isoformat()}), encoding="utf-8")
    whole.replace(file)


def _began_at(settings: Settings) -> datetime | None:
    """None while the clock stands: `serve` was not yet started, or not since the settings say another clock."""
    try:
        noted = json.loads(_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if {key: noted.get(key) for key in _terms(settings)} != _terms(settings):
        return None
    return datetime.fromisoformat(noted["began_at"])


def _terms(settings: Settings) -> dict[str, str | int]:
    starts_at = settings.sandbox.starts_at
    return {"starts_at": starts_at.isoformat() if starts_at else "", "speed": settings.sandbox.speed}


def _file(settings: Settings) -> Path:
    return settings.folder / "dong-ho.json"
