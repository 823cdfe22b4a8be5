"""The visits of the year as the report tells them: as they were planned, whoever really came."""

from collections import Counter
from dataclasses import dataclass

from tasks.domain.results.facts import VisitFact, YearResults
from tasks.domain.vietnamese import day_text

VISITS_TOLD = 15


@dataclass(frozen=True)
class VisitLine:
    unit: str
    day: str
    hours: str
    team: str


@dataclass(frozen=True)
class VisitWords:
    done: int
    coming: int
    cancelled: int
    more: int
    """Those beyond the ones that are told."""
    some: tuple[VisitLine, ...]


def visit_words(results: YearResults) -> VisitWords:
    counts = Counter(map(results.visit_standing, results.visits))
    told = [one for one in results.visits if not one.is_cancelled]
    return VisitWords(
        done=counts["done"],
        coming=counts["coming"],
        cancelled=counts["cancelled"],
        more=max(len(told) - VISITS_TOLD, 0),
        some=tuple(
            VisitLine(results.unit(one.unit).name, day_text(one.day), one.hours, _team(one, before))
            for one, before in zip(told[:VISITS_TOLD], (None, *told), strict=False)
        ),
    )


def _team(one: VisitFact, before: VisitFact | None) -> str:
    return "đoàn như trên" if before and before.team == one.team else "; ".join(one.team)
