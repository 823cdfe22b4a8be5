"""The desk by heaps: what one sender sends of one kind is one line, and so is a flood under many names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MANY = 3
"""So many pieces of one sender and one kind are one line; fewer are shown each for itself."""
FLOOD = 10
"""Where so many strangers wait, what they send of one kind is one line, for each case that it may be about."""


class Brings(StrEnum):
    NOTICE = "notice"
    WORKBOOK = "workbook"
    WORDS = "words"


BRINGS_NAMES: Mapping[Brings, str] = {
    Brings.NOTICE: "báo thư không đến nơi",
    Brings.WORKBOOK: "có kèm tệp bảng tính",
    Brings.WORDS: "không kèm tệp bảng tính",
}


@dataclass(frozen=True)
class Piece:
    """A message at the desk, as far as it takes to heap it. Its reason is no kind: it names files and addresses."""

    number: int
    sender: str
    verdict: str
    brings: Brings
    guess: int | None
    is_strange: bool
    """Of an address that nobody has registered."""


@dataclass(frozen=True)
class Heap:
    """The messages of one line of the desk, in the order in which they came; the newest stands for all."""

    numbers: tuple[int, ...]
    senders: int
    brings: Brings


def heaped(pieces: Sequence[Piece]) -> list[Heap]:
    """Every piece is in exactly one heap; the heaps stand in the order of their first pieces."""
    is_flood = len({one.sender for one in pieces if one.is_strange}) >= FLOOD
    of_key: dict[tuple[object, ...], list[Piece]] = {}
    for one in pieces:
        sender = None if is_flood and one.is_strange else one.sender
        of_key.setdefault((sender, one.verdict, one.brings, one.guess), []).append(one)
    heaps = [heap for together in of_key.values() for heap in _heaps(together)]
    place = {one.number: at for at, one in enumerate(pieces)}
    return sorted(heaps, key=lambda heap: place[heap.numbers[0]])


def _heaps(together: Sequence[Piece]) -> Iterable[Heap]:
    if len(together) < MANY:
        return [Heap((one.number,), 1, one.brings) for one in together]
    senders = len({one.sender for one in together})
    return [Heap(tuple(one.number for one in together), senders, together[0].brings)]
