"""How many units of a round ended how: every unit counts once, the silent ones too."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.results.facts import OUTCOMES, AssignmentFact, FindingFact, YearResults


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


@dataclass(frozen=True)
class Climb:
    """How often rungs were climbed: units of rounds that it was about, and mails that left for it."""

    units: int
    mails: int

    @classmethod
    def of(cls, parts: Sequence[AssignmentFact | FindingFact], rungs: Collection[str]) -> "Climb":
        climbed = [[one.mail for one in part.chases if one.rung in rungs] for part in parts]
        return cls(sum(map(bool, climbed)), len({mail for mails in climbed for mail in mails}))


def reminders_and_chases(results: YearResults) -> tuple[list[str], list[str]]:
    """The rungs that were climbed, those before the due day and those after it, each in the order of the ladder."""
    climbed = {one.rung for part in results.obligations for one in part.chases}
    known = [code for code in results.rungs if code in climbed] + sorted(climbed - results.rungs.keys())
    before = [code for code in known if code in results.rungs and not results.rungs[code].after_due]
    return before, [code for code in known if code not in before]
