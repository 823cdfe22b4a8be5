"""Units' own words for the report: a few of each kind, taken evenly from all who wrote, and out of how many."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.document.items import sentence_case, using
from tasks.domain.checklist import Use
from tasks.domain.results.facts import YearResults, checklists_of
from tasks.domain.vietnamese import one_line

QUOTES_OF_A_KIND = 3
SHORTEST_QUOTE, LONGEST_QUOTE = 15, 300  # "Không có." is an answer, but nothing to quote
QUOTED: Mapping[str, Use] = {
    "models": Use.MODELS,
    "shortcomings": Use.SHORTCOMINGS,
    "causes": Use.CAUSES,
    "difficulties": Use.DIFFICULTIES,
    "proposals": Use.PROPOSALS,
    "direction": Use.DIRECTION,
    "outreach": Use.OUTREACH,
    "linked": Use.LINKED,
    "ahead": Use.AHEAD,
}
# “Khách quan: …. Chủ quan: …”, as the outline asks: each in its own list.
_SIDE = re.compile(r"(?:nguyên nhân )?(khách|chủ) quan\s*:\s*", re.IGNORECASE)
SIDES: Mapping[str, str] = {"khách": "outer_causes", "chủ": "own_causes"}


@dataclass(frozen=True)
class Quote:
    unit: str
    text: str


@dataclass(frozen=True)
class Quotes:
    some: tuple[Quote, ...]
    units: int
    """How many units wrote something of this kind."""


def quotes_of(results: YearResults) -> dict[str, Quotes]:
    """At most one of a unit and kind; which kind an item is of its list says, not the words of its question."""
    kinds = {use: kind for kind, use in QUOTED.items()}
    found: dict[str, dict[str, Quote]] = {kind: {} for kind in (*QUOTED, *SIDES.values())}
    for checklist in checklists_of(results.assignments):
        items = [item for item in (*checklist.items, *checklist.narrative) if item.use in kinds]
        for part in using(checklist, results.assignments) if items else ():
            for item in items:
                text = one_line(str(part.values[item.code].value)) if item.code in part.values else ""
                for kind, words in _told(kinds[item.use], text) if item.use else ():
                    if len(words) >= SHORTEST_QUOTE:
                        found[kind].setdefault(part.unit, Quote(results.unit(part.unit).name, _shortened(words)))
    order = [unit.code for unit in results.units]
    told = {kind: [of_unit[code] for code in order if code in of_unit] for kind, of_unit in found.items()}
    return {kind: Quotes(tuple(_evenly(all_)), len(all_)) for kind, all_ in told.items()}


def _told(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Causes whose unit says which are its own and which are not stand apart; others stay whole."""
    if kind != "causes" or not _SIDE.match(text):
        yield kind, text
        return
    _, *parts = _SIDE.split(text)
    for side, words in zip(parts[::2], parts[1::2], strict=True):
        yield SIDES[side.lower()], sentence_case(words.strip())


def _evenly(all_: Sequence[Quote]) -> list[Quote]:
    """From the middle of as many equal stretches of the official order: nobody stands first every year."""
    few = min(QUOTES_OF_A_KIND, len(all_))
    return [all_[(2 * number + 1) * len(all_) // (2 * few)] for number in range(few)]


def _shortened(text: str) -> str:
    return text.rstrip(" .;") if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
