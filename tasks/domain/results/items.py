"""One item over all the units that were asked it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType, Checklist
from tasks.domain.results.facts import AssignmentFact


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
    total: float | None = None
    lowest: float | None = None
    highest: float | None = None
    not_applicable: int = 0

    @property
    def mean(self) -> float | None:
        """Over the units that gave a number; 'không áp dụng' is an answer, but no zero."""
        return None if self.total is None else self.total / (self.answered - self.not_applicable)


def item_tallies(checklist: Checklist, parts: Sequence[AssignmentFact], on: date) -> list[ItemTally]:
    """One line an item of the checklist over all the units that were asked it."""
    return [_item_tally(checklist, code.code, parts, on) for code in checklist.items]


def _item_tally(checklist: Checklist, code: str, parts: Sequence[AssignmentFact], on: date) -> ItemTally:
    item = checklist.item(code)
    values = [part.values[code].value for part in parts if code in part.values]
    numbers = [value for value in values if isinstance(value, (int, float))]
    choices = CHOICES.get(item.type, ())
    counted = Counter(value for value in values if isinstance(value, str))
    return ItemTally(
        code=code,
        question=item.question,
        type=item.type,
        unit=item.unit,
        basis=item.basis_words(on),
        answered=len(values),
        asked=len(parts),
        choices={choice: counted[choice] for choice in choices},
        total=sum(numbers) if numbers else None,
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
        not_applicable=counted[NOT_APPLICABLE],
    )
