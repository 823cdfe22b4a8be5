"""A Maildir as the incoming mailbox: what the sandbox, or any mail server's delivery, puts on disk."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from tasks.domain.errors import MailboxUnreachable
from tasks.report import log
from tasks.toolbox import Kept, OpenMailbox, RawMail

DONE = ".Da-xu-ly"
DESK = ".Can-xem"


class MaildirMailbox:
    def __init__(self, path: Path, done_folder: str = DONE, desk_folder: str = DESK) -> None:
        self.path = path
        self.name = f"maildir:{path.name}"[:120]
        self._done, self._desk = path / subfolder(done_folder), path / subfolder(desk_folder)

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        try:
            for folder in (self.path, self._done, self._desk):
                make_maildir(folder)
            yield OpenMaildir(self.path, self._done, self._desk)
        except OSError as error:
            raise MailboxUnreachable(f"không đọc được hộp thư {self.path}: {error.strerror or error}") from error


class OpenMaildir:
    """Keys are base file names: a name never changes while flags come and go after the colon."""

    def __init__(self, path: Path, done: Path, desk: Path) -> None:
        self._path, self._done, self._desk = path, done, desk
        self._unread: set[str] = set()
        """Asked for and not got: they stay where they are until a later run has them."""

    def waiting(self) -> list[str]:
        return list(_files(self._path))

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        if not keys:
            return
        self._unread.update(keys)
        for key, path in _named(self._path, keys).items():
            try:
                mail = RawMail(key, path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC))
            except FileNotFoundError:  # somebody deleted it, or a mail program is renaming it right now
                continue
            except OSError:  # it must not block the messages behind it
                log.exception("message %s in %s cannot be read", key, self._path)
                continue
            self._unread.discard(key)
            yield mail

    def done(self, keys: list[str]) -> None:
        _move(self._path, [key for key in keys if key not in self._unread], self._done, flags="S")

    def to_desk(self, keys: list[str]) -> None:
        _move(self._path, [key for key in keys if key not in self._unread], self._desk, flags="")

    def from_desk(self, letters: list[Kept]) -> None:
        _move(self._desk, [one.key for one in letters], self._done, flags="S")

    def back_to_desk(self, letters: list[Kept]) -> None:
        _move(self._done, [one.key for one in letters], self._desk, flags="")

    def bring_back(self, is_known: Callable[[str], bool]) -> int:
        count = 0
        for folder in (self._done, self._desk):
            unknown = [key for key, file in _files(folder).items() if not is_known(_sha256(file))]
            _move(folder, unknown, self._path, flags="S")
            count += len(unknown)
        return count


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _move(path: Path, keys: list[str], to: Path, flags: str) -> None:
    for key, file in _named(path, keys).items():
        with suppress(FileNotFoundError):  # renamed right now: the next run finds and moves it
            file.replace(to / "cur" / f"{key}:2,{flags}")


def _named(path: Path, keys: Iterable[str]) -> dict[str, Path]:
    """Where these messages lie. Most have kept the name under which they came, so no folder is read through."""
    found: dict[str, Path] = {}
    files: dict[str, Path] | None = None
    for key in keys:
        file: Path | None = path / "new" / key
        if file is not None and not file.is_file():
            files = _files(path) if files is None else files
            file = files.get(key)
        if file is not None:
            found[key] = file
    return found


def _files(path: Path) -> dict[str, Path]:
    """By key, in the order of arrival; in `cur` too, since somebody may have looked at a message before us."""
    found: list[tuple[float, str, Path]] = []
    for folder in ("new", "cur"):
        with os.scandir(path / folder) as entries:
            for entry in entries:
                try:
                    if not entry.name.startswith(".") and entry.is_file():  # what has a dot is not mail
                        found.append((entry.stat().st_mtime, entry.name, Path(entry.path)))
                except FileNotFoundError:
                    continue
    return {_key(name): path for _, name, path in sorted(found)}


def subfolder(name: str) -> str:
    """Maildir++: a folder beside the inbox is a folder with a dot in front, and '/' is another dot."""
    return "." + name.lstrip(".").replace("/", ".")


def make_maildir(path: Path) -> None:
    for folder in ("tmp", "new", "cur"):
        (path / folder).mkdir(parents=True, exist_ok=True)


def deliver(path: Path, name: str, raw: bytes, arrived_at: datetime) -> None:
    """Into tmp, onto the disk, then by rename into new: a message is there whole or not at all.

    When this returns, a power cut takes nothing away any more.
    """
    make_maildir(path)
    temporary = path / "tmp" / name
    with temporary.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.utime(temporary, (arrived_at.timestamp(),) * 2)
    temporary.replace(path / "new" / name)
    _to_disk(path / "new")


def _to_disk(folder: Path) -> None:
    """The name too: a rename is on the disk only when its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _key(name: str) -> str:
    """What a database takes, whatever bytes and however many a foreign program put into the name."""
    return os.fsencode(name.partition(":")[0]).decode("utf-8", "backslashreplace")[:250]
