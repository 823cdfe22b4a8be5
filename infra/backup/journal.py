"""The journal of letters: beside the database, one line for each that is about to leave, on the disk before it does.

A database that was restored knows nothing of what left since; this does. A file a year, in the data folder of the
machine that sends; several processes append to it, each line in one piece.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.domain.mailing import Outcome
from tasks.toolbox import Departed, End, Read

FOLDER = "nhat-ky-thu"


class LetterJournal:
    """`read` begins where the database says it has read to: a database that was put back says an earlier place."""

    name = "nhật ký thư"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self._open: dict[Path, int] = {}

    def leaving(self, letters: Collection[Departed]) -> None:
        """On the disk when this returns. Raises OSError; then nothing may leave."""
        lines = [
            {
                "leaves": one.message_id,
                "at": one.left_at.isoformat(),
                "to": one.recipient,
                "what": one.what,
                "case": one.case,
                **({"in": one.carrier} if one.carrier else {}),
            }
            for one in letters
        ]
        file = self._append(next(iter(letters)).left_at, lines)
        os.fdatasync(file)

    def ended(self, message_id: str, left_at: datetime, how: Outcome, said: str) -> None:
        """Not synced: what is missing after a power failure is doubted, as it is without a journal."""
        line = {"ended": message_id, "at": left_at.isoformat(), "how": how.value, "said": said[:300]}
        self._append(left_at, [line])

    def _append(self, at: datetime, lines: list[dict[str, str]]) -> int:
        path = self.folder / f"{at.year}.jsonl"
        if path not in self._open:
            self._open[path] = _open_to_append(path)
        file = self._open[path]
        os.write(file, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
        return file

    def close(self) -> None:
        while self._open:
            os.close(self._open.popitem()[1])

    # --- read back -------------------------------------------------------------------------------------------------

    def read(self, marks: Mapping[str, int]) -> Read:
        departed: list[Departed] = []
        ends: dict[tuple[str, datetime], End] = {}
        now: dict[str, int] = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            name, begin, lines = _lines_after(path, marks)
            if lines:
                now[name] = begin + len(lines)
                _read_lines(lines, departed, ends)
        told = (replace(one, end=ends.get((one.carrier or one.message_id, one.left_at))) for one in departed)
        return Read(tuple(told), ends, now)


def _open_to_append(path: Path) -> int:
    """A line that was torn by a full disk or a power failure is ended, so that the next one stands by itself."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        os.write(file, b"\n")
    _to_disk(path.parent)
    return file


def _to_disk(folder: Path) -> None:
    """A new file is found after a power failure only when its folder is on the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _lines_after(path: Path, marks: Mapping[str, int]) -> tuple[str, int, bytes]:
    """A name that no other journal has, wherever it lies: the hash of its first line; where the mark stands; and the
    whole lines behind it."""
    with path.open("rb") as file:
        name = hashlib.sha256(file.readline()).hexdigest()
        size = file.seek(0, os.SEEK_END)
        begin = marks.get(name, 0)
        begin = begin if begin <= size else 0  # shorter than what was read once: it was put back too
        file.seek(begin)
        data = file.read()
    return name, begin, data[: data.rfind(b"\n") + 1]


def _read_lines(lines: bytes, departed: list[Departed], ends: dict[tuple[str, datetime], End]) -> None:
    for line in _parsed(lines):
        at = datetime.fromisoformat(line["at"])
        if "leaves" in line:
            departed.append(Departed(line["leaves"], line["to"], line["what"], line["case"], at, line.get("in", "")))
        elif "ended" in line:
            ends[line["ended"], at] = End(Outcome(line["how"]), line["said"])


def _parsed(lines: bytes) -> Iterator[dict[str, Any]]:
    """A line that was torn says nothing, and those behind it are read."""
    for line in lines.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def carry_over(old: Path, new: Path) -> None:
    """The journal of the folder that was moved aside goes on in the new one: of the same one, what is longer."""
    for path in sorted(old.glob("*.jsonl")):
        new.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _lines_after(path, {})[0]
        same = next((one for one in new.glob("*.jsonl") if _lines_after(one, {})[0] == name), None)
        if same is None:
            target = new / path.name
            shutil.copy2(path, target if not target.exists() else target.with_name(f"{path.stem}.{name[:8]}.jsonl"))
        elif same.stat().st_size < path.stat().st_size:
            shutil.copy2(path, same)
