"""A Maildir as the incoming mailbox: what the sandbox, or any mail server's delivery, puts on disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tasks.domain.errors import MailboxUnreachable
from tasks.toolbox import OpenMailbox, RawMail

DONE = ".Da-xu-ly"


class MaildirMailbox:
    """Keys are base file names: a name never changes while flags come and go after the colon."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"maildir:{path.name}"

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        try:
            make_maildir(self.path)
            make_maildir(self.path / DONE)
            yield self
        except OSError as error:
            raise MailboxUnreachable(f"không đọc được hộp thư {self.path}: {error.strerror}") from error

    def waiting(self) -> list[str]:
        return [_key(path) for path in sorted(self._files(), key=_arrival)]

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        wanted = set(keys)
        for path in sorted(self._files(), key=_arrival):
            if _key(path) in wanted:
                yield RawMail(_key(path), path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def done(self, keys: list[str]) -> None:
        wanted = set(keys)
        for path in list(self._files()):
            if _key(path) in wanted:
                path.replace(self.path / DONE / "cur" / f"{_key(path)}:2,S")

    def _files(self) -> Iterator[Path]:
        """`new` first, then `cur`: somebody may have looked at a message before us."""
        for folder in ("new", "cur"):
            yield from (path for path in (self.path / folder).iterdir() if path.is_file())


def make_maildir(path: Path) -> None:
    for folder in ("tmp", "new", "cur"):
        (path / folder).mkdir(parents=True, exist_ok=True)


def deliver(path: Path, name: str, raw: bytes, arrived_at: datetime) -> None:
    """Into tmp, onto the disk, then by rename into new: a message is there whole or not at all."""
    make_maildir(path)
    temporary = path / "tmp" / name
    with temporary.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.utime(temporary, (arrived_at.timestamp(),) * 2)
    temporary.replace(path / "new" / name)


def _key(path: Path) -> str:
    return path.name.partition(":")[0]


def _arrival(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name
