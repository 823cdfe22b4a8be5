"""Who may read the files of the house: the user that runs it, and nobody else on the machine."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.settings import Settings
from infra.trouble import file_of

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MOST_LOOKED_AT = 50_000


def open_to_others(settings: Settings) -> list[Path]:
    """What somebody else on this machine could read, write or enter: folders before what lies in them."""
    return [path for path in _ours(settings) if _mode(path) & OTHERS]


def close_to_others(settings: Settings) -> int:
    """Mends what belongs to whoever runs this; how many modes were changed."""
    return _close(open_to_others(settings))


def close_folder(folder: Path) -> None:
    """With all that lies in it."""
    _close([path for path in folder.rglob("*") if _mode(path) & OTHERS])


def _close(paths: Sequence[Path]) -> int:
    mended = 0
    for path in paths:
        if os.geteuid() in {0, path.lstat().st_uid}:
            path.chmod(_mode(path) & ~OTHERS)
            mended += 1
    return mended


def _mode(path: Path) -> int:
    """0 of what is gone, and of links: what they name has a mode of its own."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return 0
    return 0 if stat.S_ISLNK(found) else stat.S_IMODE(found)


def _ours(settings: Settings) -> Iterator[Path]:
    """The data folder and all that lies in it, and the database where that lies elsewhere; bounded."""
    seen = 0
    if settings.folder.is_dir():
        yield settings.folder
    for folder, folders, files in os.walk(settings.folder):
        for name in (*folders, *files):
            yield Path(folder) / name
            if (seen := seen + 1) >= MOST_LOOKED_AT:
                return
    database = file_of(settings.database)
    if database is not None and not database.is_relative_to(settings.folder):
        yield from (each for each in database.parent.glob(f"{database.name}*") if each.is_file())
