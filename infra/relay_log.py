"""The log of a Postfix on the way: it tells by Message-ID whether a letter was taken, and where it went."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path

from tasks.domain.errors import KiemtraError

_TAKEN = re.compile(r"/cleanup\[\d+\]: ([0-9A-Za-z]+): message-id=(<[^<>\s]+>)")
_MOVED = re.compile(r"/(?:smtp|lmtp|local|virtual|pipe|error|discard)\[\d+\]: ([0-9A-Za-z]+): to=.*?(status=.*)")


class RelayLog:
    """A file that Postfix writes (maillog, mail.log); rotated ones are not read: what we ask is minutes old."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = f"nhật ký {path.name}"

    def find(self, message_ids: Collection[str]) -> Mapping[str, str]:
        """Each with its queue id, and what became of it as far as the log goes. Raises KiemtraError."""
        return self._look(frozenset(message_ids).__contains__)

    def since(self, day: date) -> Mapping[str, str]:
        """All that the file holds: its lines name no year."""
        return self._look(lambda message_id: True)

    def _look(self, is_wanted: Callable[[str], bool]) -> Mapping[str, str]:
        letters, found = dict[str, str](), dict[str, str]()
        try:
            with self._path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if (taken := _TAKEN.search(line)) and is_wanted(taken[2]):
                        letters[taken[1]] = taken[2]
                        found[taken[2]] = f"máy chủ chuyển thư đã nhận, số {taken[1]}"
                    elif (moved := _MOVED.search(line)) and moved[1] in letters:
                        found[letters[moved[1]]] = f"số {moved[1]}: {moved[2].strip()[:300]}"
        except OSError as error:
            raise KiemtraError(f"không đọc được nhật ký thư {self._path}: {error.strerror or error}") from error
        return found
