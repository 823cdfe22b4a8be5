"""A Maildir as the incoming mailbox: what the sandbox, or any mail server's delivery, puts on disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from tasks.domain.errors import MailboxUnreachable
from tasks.report import log
from tasks.toolbox import OpenMailbox, RawMail

DONE = ".Da-xu-ly"


class MaildirMailbox:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"maildir:{path.name}"[:120]

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        try:
            make_maildir(self.path)
            make_maildir(self.path / DONE)
            yield OpenMaildir(self.path)
        except OSError as error:
            raise MailboxUnreachable(f"không đọc được hộp thư {self.path}: {error.strerror or error}") from error


class OpenMaildir:
    """Keys are base file names: a name never changes while flags come and go after the colon."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unread: set[str] = set()
        """Asked for and not got: they stay where they are until a later run has them."""

    def waiting(self) -> list[str]:
        return list(self._files())

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        self._unread.update(keys)
        files = self._files()
        for key in keys:
            try:
                path = files[key]
                mail = RawMail(key, path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC))
            except (KeyError, FileNotFoundError):  # somebody deleted it, or a mail program is renaming it right now
                continue
            except OSError:  # it must not block the messages behind it
                log.exception("message %s in %s cannot be read", key, self._path)
                continue
            self._unread.discard(key)
            yield mail

    def done(self, keys: list[str]) -> None:
        files = self._files()
        for key in keys:
            if key in files and key not in self._unread:
                with suppress(FileNotFoundError):  # renamed right now: the next run finds and moves it
                    files[key].replace(self._path / DONE / "cur" / f"{key}:2,S")

    def _files(self) -> dict[str, Path]:
        """By key, in the order of arrival; in `cur` too, since somebody may have looked at a message before us."""
        found: list[tuple[float, str, Path]] = []
        for folder in ("new", "cur"):
            with os.scandir(self._path / folder) as entries:
                for entry in entries:
                    try:
                        if not entry.name.startswith(".") and entry.is_file():  # what has a dot is not mail
                            found.append((entry.stat().st_mtime, entry.name, Path(entry.path)))
                    except FileNotFoundError:
                        continue
        return {_key(name): path for _, name, path in sorted(found)}


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


def _key(name: str) -> str:
    """What a database takes, whatever bytes and however many a foreign program put into the name."""
    return os.fsencode(name.partition(":")[0]).decode("utf-8", "backslashreplace")[:250]
