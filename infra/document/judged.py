"""What went well and what did not, list by list, and the units' own word beside what the program has measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from infra.document.items import ChoiceWords, asserted, choice_words, using
from tasks.domain.calendar import house_day
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, UNIT_KIND_NAMES, Checklist, Item, UnitKind, Use
from tasks.domain.results.facts import AssignmentFact, YearResults, checklists_of
from tasks.domain.results.items import item_tallies

OUTSTANDING_ITEMS = 5
OUTSTANDING_UNITS = 3  # “0/1 đơn vị” is no finding about the year
# From here on praised; below this named as a shortcoming. Not floats: 4 of 5 is less than the float 0.8.
STRONG, WEAK = Fraction(9, 10), Fraction(8, 10)


@dataclass(frozen=True)
class Outstanding:
    """The best or worst items of one list, of how many that are so, out of how many that could be judged."""

    whose: str
    items: tuple[ChoiceWords, ...]
    such: int
    judged: int


@dataclass(frozen=True)
class OwnWord:
    """What units say of themselves that the program has measured too: both, and who says otherwise than it."""

    code: str
    whose: str
    statement: str
    word: str
    yes: int
    applicable: int
    measured: int
    """Of the same units, those that the program has on time."""
    boasting: str
    modest: str


def whose(results: YearResults, parts: Sequence[AssignmentFact]) -> str:
    """'Xã, thị trấn': the kinds of the units, in the official order, with one capital."""
    kinds = {results.unit(part.unit).kind for part in parts}
    return ", ".join(UNIT_KIND_NAMES[kind].lower() for kind in UnitKind if kind in kinds).capitalize()


def strong(results: YearResults) -> list[Outstanding]:
    return [one for one in (_outstanding(results, checklist, best=True) for checklist in _lists(results)) if one.items]


def weak(results: YearResults) -> list[Outstanding]:
    return [one for one in (_outstanding(results, checklist, best=False) for checklist in _lists(results)) if one.items]


def _lists(results: YearResults) -> list[Checklist]:
    return checklists_of(results.of_round(results.report_round))


def _outstanding(results: YearResults, checklist: Checklist, *, best: bool) -> Outstanding:
    """Like with like: the items of one list, asked of the same units."""
    parts = using(checklist, results.of_round(results.report_round))
    measured = {item.code for item in checklist.items if item.use is Use.ON_TIME}
    words = choice_words(item_tallies(checklist, parts, house_day(results.as_of)))
    judged = [one for one in words if one.applicable >= OUTSTANDING_UNITS and one.code not in measured]
    such = [one for one in judged if (one.rate >= STRONG if best else one.rate < WEAK)]
    such.sort(key=lambda one: (-one.rate if best else one.rate, -one.applicable))
    return Outstanding(whose(results, parts), tuple(such[:OUTSTANDING_ITEMS]), len(such), len(judged))


def own_words(results: YearResults) -> list[OwnWord]:
    return [
        _own_word(results, item, using(checklist, results.of_round(results.report_round)))
        for checklist in _lists(results)
        for item in checklist.items
        if item.use is Use.ON_TIME and item.type in CHOICES
    ]


def _own_word(results: YearResults, item: Item, parts: Sequence[AssignmentFact]) -> OwnWord:
    word = CHOICES[item.type][0]
    given = [part for part in parts if item.code in part.values and part.values[item.code].value != NOT_APPLICABLE]
    yes = {part.unit for part in given if part.values[item.code].value == word}
    on_time = {part.unit for part in given if results.outcome(part) == "on_time"}
    return OwnWord(
        code=item.code,
        whose=whose(results, given),
        statement=asserted(item.question),
        word=word,
        yes=len(yes),
        applicable=len(given),
        measured=len(on_time),
        boasting=", ".join(unit.name for unit in results.units if unit.code in yes - on_time),
        modest=", ".join(unit.name for unit in results.units if unit.code in on_time - yes),
    )
