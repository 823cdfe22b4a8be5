"""One item over all the units that were asked it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType, Checklist, Item
from tasks.domain.results.facts import AssignmentFact
from tasks.domain.rounding import Number, exact


@dataclass(frozen=True)
class Share:
    """A share of all units together, where each gave what it is a share of: no mean of their shares."""

    part: Fraction
    whole: Fraction
    units: int


@dataclass(frozen=True)
class ItemTally:
    """How all asked units answered one item: choices counted, numbers summed."""

    code: str
    question: str
    type: AnswerType
    unit: str
    basis: str
    answered: int
    asked: int
    choices: Mapping[str, int] = field(default_factory=dict)
    numbers: int = 0
    """How many units gave a number; 'không áp dụng' is an answer, but no zero."""
    total: Fraction | None = None
    lowest: float | None = None
    highest: float | None = None
    not_applicable: int = 0
    flagged: int = 0
    """Of the answers that are counted, those that a person should look at again."""
    share: Share | None = None
    estimates: int = 0
    estimated: Fraction | None = None
    """What is expected of the whole year, by those units that said so, added up."""

    @property
    def mean(self) -> Fraction | None:
        """Of the units that gave a number."""
        return None if self.total is None else self.total / self.numbers


def item_tallies(checklist: Checklist, parts: Sequence[AssignmentFact], on: date) -> list[ItemTally]:
    """One line an item of the checklist over all the units that were asked it."""
    return [_item_tally(item, parts, on) for item in checklist.items]


def _item_tally(item: Item, parts: Sequence[AssignmentFact], on: date) -> ItemTally:
    given = [part.values[item.code] for part in parts if item.code in part.values]
    values = [one.value for one in given]
    numbers = [value for value in values if isinstance(value, (int, float))]
    counted = Counter(value for value in values if isinstance(value, str))
    estimates = [exact(one.estimate) for one in given if one.estimate is not None]
    return ItemTally(
        code=item.code,
        question=item.question,
        type=item.type,
        unit=item.unit,
        basis=item.basis_words(on),
        answered=len(values),
        asked=len(parts),
        choices={choice: counted[choice] for choice in CHOICES.get(item.type, ())},
        numbers=len(numbers),
        total=_total(numbers) if numbers else None,
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
        not_applicable=counted[NOT_APPLICABLE],
        flagged=sum(bool(one.flag) for one in given),
        share=_share(item, parts),
        estimates=len(estimates),
        estimated=sum(estimates, Fraction()) if estimates else None,
    )


def _total(numbers: Sequence[Number]) -> Fraction:
    """Whole numbers are exact as they are: a Fraction for each is most of the time of a large year."""
    broken = (exact(number) for number in numbers if not isinstance(number, int))
    return sum(broken, Fraction(sum(number for number in numbers if isinstance(number, int))))


def _share(item: Item, parts: Sequence[AssignmentFact]) -> Share | None:
    """Over the units that gave both sides of it and did not say that it does not apply."""
    if not item.numerator or not item.denominator:
        return None
    sides = [
        (_sum(part, item.numerator), _sum(part, item.denominator))
        for part in parts
        if item.code not in part.values or part.values[item.code].value != NOT_APPLICABLE
    ]
    both = [(above, below) for above, below in sides if above is not None and below]
    whole = sum((below for _, below in both if below), Fraction())
    return Share(sum((above for above, _ in both if above), Fraction()), whole, len(both)) if both else None


def _sum(part: AssignmentFact, codes: Sequence[str]) -> Fraction | None:
    values = (part.values[code].value for code in codes if code in part.values)
    numbers = [exact(value) for value in values if not isinstance(value, str)]
    return sum(numbers, Fraction()) if numbers else None
