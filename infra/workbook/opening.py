"""A returned workbook as plain cells: opened in a worker, once, however often its cells are asked for."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

import openpyxl

from infra.opening.book import Book
from infra.opening.process import Workers
from infra.opening.refusals import Refused, unreadable

# openpyxl reads the office's own lists; without defusedxml it expands XML entities: then this must not even load.
if not openpyxl.DEFUSEDXML:
    raise ImportError("cần cài defusedxml")

_MOST_KEPT = 8


class Opened:
    """The last few books: a collector asks whose a workbook is, and then for its answers."""

    def __init__(self, workers: Workers) -> None:
        self._workers, self._lock = workers, Lock()
        self._kept: OrderedDict[bytes, Book] = OrderedDict()

    def book(self, data: bytes) -> Book:
        """Raises UnreadableWorkbook."""
        key = sha256(data).digest()
        with self._lock:
            if book := self._kept.get(key):
                return book
        try:
            book = self._workers.open(data)
        except Refused as refused:
            raise unreadable(refused.reason) from None
        with self._lock:
            self._kept[key] = book
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return book


_OPENED = Opened(Workers())


def open_book(data: bytes) -> Book:
    """Raises UnreadableWorkbook with what its sender should do."""
    return _OPENED.book(data)
