"""How many units of a round ended how: every unit counts once, the silent ones too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.results.facts import OUTCOMES, AssignmentFact, YearResults


@dataclass(frozen=True)
class Tally:
    """asked = on_time + late + partial + silent + unreachable + not_due + exempt, always."""

    asked: int = 0
    on_time: int = 0
    late: int = 0
    partial: int = 0
    silent: int = 0
    unreachable: int = 0
    not_due: int = 0
    exempt: int = 0

    @property
    def answered(self) -> int:
        return self.on_time + self.late

    @property
    def owing(self) -> int:
        """Of whom an answer could be had by now: what every share is of."""
        return self.asked - self.exempt - self.not_due


def tally(parts: Sequence[AssignmentFact], at: datetime) -> Tally:
    counts = Counter(part.outcome(at) for part in parts)
    return Tally(asked=len(parts), **{outcome: counts[outcome] for outcome in OUTCOMES})


def tally_by_kind(results: YearResults, round_: str) -> list[tuple[str, Tally]]:
    """One line a kind of unit that was asked, in the order of the Law's chapters."""
    kinds = {unit.code: unit.kind for unit in results.units}
    parts = results.of_round(round_)
    lines = [(kind, [part for part in parts if kinds[part.unit] is kind]) for kind in UnitKind]
    return [(UNIT_KIND_NAMES[kind], tally(some, results.as_of)) for kind, some in lines if some]


def rungs_climbed(parts: Sequence[AssignmentFact]) -> Counter[str]:
    """Rung name -> how many letters of it went out."""
    return Counter(rung for part in parts for rung in part.rungs)
