"""Which unit or round a person means by the words they typed: by code, then by name; what is near is suggested."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tasks.domain.vietnamese import fold, one_line, same_spelling

MOST_NEAR = 3
NEAR = 0.6


@dataclass(frozen=True)
class Named:
    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.code} ({self.name})"


@dataclass(frozen=True)
class Found:
    """The one that is meant; else those that may be, or that are spelt like it."""

    one: Named | None = None
    several: tuple[Named, ...] = ()
    near: tuple[Named, ...] = ()

    def why(self, what: str, typed: str) -> str:
        """Why nothing was found, as a part of a sentence; `what`: 'đơn vị', 'đợt'."""
        if self.several:
            return f"“{typed}” có thể là {', '.join(map(str, self.several))}; hãy ghi mã"
        near = f"; gần giống: {', '.join(map(str, self.near))}" if self.near else ""
        return f"không có {what} “{typed}”{near}"


def find(typed: str, known: Iterable[Named], *, by_name: bool = True) -> Found:
    """Tone marks distinguish where they were typed: Cam Thanh and Cam Thành are two."""
    all_ = list(known)
    key = fold if fold(typed) == one_line(typed).casefold() else same_spelling
    wanted = key(typed)
    levels: list[Callable[[Named], bool]] = [lambda one: one.code == typed, lambda one: fold(one.code) == fold(typed)]
    if by_name and wanted:
        levels += [
            lambda one: same_spelling(one.name) == same_spelling(typed),
            lambda one: key(one.name) == wanted,
            lambda one: key(one.name).endswith(f" {wanted}"),
        ]
    for same in levels:
        if meant := [one for one in all_ if same(one)]:
            return Found(one=meant[0]) if len(meant) == 1 else Found(several=tuple(meant))
    return Found(near=_near(fold(typed), all_))


def _near(typed: str, known: Sequence[Named]) -> tuple[Named, ...]:
    def likeness(one: Named) -> float:
        words = (fold(one.code), fold(one.name), fold(one.name).partition(" ")[2])
        return max(SequenceMatcher(None, typed, each).ratio() for each in words)

    ranked = sorted(((likeness(one), one) for one in known), key=lambda pair: (-pair[0], pair[1].code))
    return tuple(one for like, one in ranked[:MOST_NEAR] if like >= NEAR)
