"""The code of a case as people write it: whole, in an address, or retyped a little wrong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.domain.vietnamese import fold

CASE_CODE = re.compile(r"\b(DCCS-\d{4}-\d{4,}-[0-9A-Z]{4})\b", re.I)
REPLY_TAG = re.compile(r"\+(dccs-\d{4}-\d{4,}-[0-9a-z]{4})@", re.I)

_LONGEST_TEXT = 20_000
_MOST_STARTS = 30
# Crockford's reading: O is 0, I and L are 1; and what else looks alike in print or by hand.
_ALIKE = str.maketrans("OILSBZGUQ", "011582" + "6V0")
_PREFIX = "DCCS".translate(_ALIKE)
_SPACES = re.compile(r"[\s\-_.,:/–—|()\[\]*]+")


@dataclass(frozen=True)
class NearCode:
    """A case that the text may mean: `mistakes` wrong characters, look-alikes and separators not counted."""

    code: str
    written: str
    mistakes: int


def named_codes(recipients: Iterable[str], subject: str, text: str) -> tuple[str, ...]:
    """Case codes the message itself names, strongest first: reply address tag, subject, quoted text."""
    tags = [match[1] for address in recipients if (match := REPLY_TAG.search(address))]
    found = [*tags, *CASE_CODE.findall(subject), *CASE_CODE.findall(text)]
    return tuple(dict.fromkeys(code.upper() for code in found))


def near_codes(text: str, known: Iterable[str]) -> tuple[NearCode, ...]:
    """Known codes that the text seems to mean, nearest first: a guess for a person, never an answer by itself.

    Without hyphens, in small letters, with O for 0 or one character wrong, left out, too many or swapped.
    """
    letters, places = _squeezed(text[:_LONGEST_TEXT])
    tails = {code: _tail(code) for code in known}
    starts = list(_starts(letters, {tail[:4] for tail in tails.values()}))[:_MOST_STARTS]
    best: dict[str, NearCode] = {}
    for code, tail in tails.items():
        for start in starts:
            length, mistakes = _fit(letters[start : start + len(tail) + 1], tail)
            if length and (code not in best or mistakes < best[code].mistakes):
                written = text[places[start] : places[start + length - 1] + 1]
                best[code] = NearCode(code, " ".join(written.split()), mistakes)
    return tuple(sorted(best.values(), key=lambda one: (one.mistakes, one.code)))


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The letters and digits alone, look-alikes made one, and where each stood."""
    letters, places = [], []
    for at, letter in enumerate(text):
        for one in fold(letter).upper() if not letter.isascii() else letter.upper():
            if one.isalnum() and one.isascii():
                letters.append(one)
                places.append(at)
    return "".join(letters).translate(_ALIKE), places


def _tail(code: str) -> str:
    """Year, number and check part: what follows 'DCCS'."""
    return _SPACES.sub("", code.upper()).translate(_ALIKE)[len(_PREFIX) :]


def _starts(letters: str, years: set[str]) -> Iterator[int]:
    """Where a code may begin: behind a prefix of which three letters of four are right, or at a year of ours."""
    for at in range(len(letters) - 10):
        before = letters[max(0, at - 4) : at]
        if letters[at : at + 4] in years or sum(a == b for a, b in zip(before, _PREFIX, strict=False)) >= 3:
            yield at


def _fit(written: str, tail: str) -> tuple[int, int]:
    """How many characters of `written` are the code, and how many mistakes (0 or 1) they hold; (0, 0): none."""
    same = next(
        (at for at, (a, b) in enumerate(zip(written, tail, strict=False)) if a != b), min(len(written), len(tail))
    )
    size = len(tail)
    if same == size:
        return size, 0
    rest, wanted = written[same:], tail[same:]
    if rest[1 : len(wanted)] == wanted[1:] and len(rest) >= len(wanted):
        return size, 1
    if rest[:2] == wanted[1::-1] and rest[2 : len(wanted)] == wanted[2:]:
        return size, 1
    if rest[1 : 1 + len(wanted)] == wanted:
        return size + 1, 1
    if rest[: len(wanted) - 1] == wanted[1:]:
        return size - 1, 1
    return 0, 0
