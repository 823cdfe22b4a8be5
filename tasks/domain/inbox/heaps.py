"""The desk by heaps: what one sender sends of one kind is one line, and so is a flood under many names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MANY = 3
"""So many pieces of one sender and one kind are one line; fewer are shown each for itself."""
FLOOD = 10
"""So many strangers with neither form nor notice are one line together, for each case that they name."""


@dataclass(frozen=True)
class Piece:
    """A message at the desk, as far as it takes to heap it."""

    number: int
    sender: str
    verdict: str
    why: str
    guess: int | None
    is_noise: bool
    """Of a stranger, and neither a form nor a server's notice."""


@dataclass(frozen=True)
class Heap:
    """The messages of one line of the desk, in the order in which they came."""

    numbers: tuple[int, ...]
    senders: int

    @property
    def shown(self) -> int:
        """The newest of them stands for all."""
        return self.numbers[-1]


def heaped(pieces: Sequence[Piece]) -> list[Heap]:
    """Every piece is in exactly one heap; the heaps stand in the order of their first pieces."""
    noise = [one for one in pieces if one.is_noise]
    is_flood = len({one.sender for one in noise}) >= FLOOD
    of_key: dict[tuple[object, ...], list[Piece]] = {}
    for one in pieces:
        key = (
            ("flood", one.verdict, one.guess)
            if is_flood and one.is_noise
            else (one.sender, one.verdict, one.why, one.guess)
        )
        of_key.setdefault(key, []).append(one)
    heaps = [heap for together in of_key.values() for heap in _heaps(together)]
    place = {one.number: at for at, one in enumerate(pieces)}
    return sorted(heaps, key=lambda heap: place[heap.numbers[0]])


def _heaps(together: Sequence[Piece]) -> Iterable[Heap]:
    if len(together) < MANY:
        return [Heap((one.number,), 1) for one in together]
    return [Heap(tuple(one.number for one in together), len({one.sender for one in together}))]
