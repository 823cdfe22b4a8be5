"""The desk by heaps: what one sender sends of one kind is one line, and so is a flood under many names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MANY = 3
"""So many pieces of one sender and one kind are one line; fewer are shown each for itself."""
FLOOD = 10
"""So many strangers, and so many pieces of one sender, are one line for each kind, whatever case each may be about:
whoever floods us names as many as he likes."""


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
    """Of an address that nobody has registered, or that our own server says did not write this."""


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
        of_key.setdefault((sender, one.verdict, one.brings), []).append(one)
    heaps = [heap for (sender, *_), together in of_key.items() for heap in _heaps(together, sender is None)]
    place = {one.number: at for at, one in enumerate(pieces)}
    return sorted(heaps, key=lambda heap: place[heap.numbers[0]])


def _heaps(together: Sequence[Piece], is_flood: bool) -> Iterable[Heap]:
    """A few of one sender are shown by their cases: each has a ready command of its own."""
    if is_flood or len(together) >= FLOOD:
        return _lines(together)
    of_guess: dict[int | None, list[Piece]] = {}
    for one in together:
        of_guess.setdefault(one.guess, []).append(one)
    return [line for some in of_guess.values() for line in _lines(some)]


def _lines(together: Sequence[Piece]) -> Iterable[Heap]:
    if len(together) < MANY:
        return [Heap((one.number,), 1, one.brings) for one in together]
    senders = len({one.sender for one in together})
    return [Heap(tuple(one.number for one in together), senders, together[0].brings)]
