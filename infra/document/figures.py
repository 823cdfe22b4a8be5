"""Every figure of the year as the report says it: counted from the results, ready for the sentences of a template."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property

from infra.document.annex_tables import filled_tables
from infra.document.items import ChoiceWords, NumberWords, choice_words, number_words, using
from infra.document.judged import Outstanding, OwnWord, own_words, strong, weak, whose
from infra.document.quotes import Quotes, quotes_of
from infra.document.visits import VisitWords, visit_words
from tasks.domain.calendar import house_day
from tasks.domain.checklist import COMMUNES, UNIT_KIND_NAMES, VILLAGES, UnitKind
from tasks.domain.finding import FindingState
from tasks.domain.results.facts import AssignmentFact, RoundFact, YearResults, checklists_of, official_order
from tasks.domain.results.items import item_tallies
from tasks.domain.results.tallies import Climb, Tally, reminders_and_chases, tally, tally_by_kind
from tasks.domain.results.units import counted_units, unit_notes
from tasks.domain.vietnamese import day_text, moment_text, number_text, percent_text

# The three kinds of base of the Law (plan II.5), in the order of its chapters.
BASES: Sequence[tuple[str, frozenset[UnitKind]]] = (
    ("", COMMUNES),  # called after those that there are: 'Xã, thị trấn' until 30/6/2025, 'Xã, phường' since
    ("", VILLAGES),
    (
        "Cơ quan hành chính nhà nước, đơn vị sự nghiệp công lập",
        frozenset({UnitKind.CO_QUAN, UnitKind.DON_VI_SU_NGHIEP, UnitKind.TRUONG_HOC}),
    ),
    ("Tổ chức có sử dụng lao động", frozenset({UnitKind.DOANH_NGHIEP_NHA_NUOC, UnitKind.DOANH_NGHIEP})),
)
KEY_ITEMS = 8  # a checklist: the knock-out items, then those of most points
NAMES_IN_A_SENTENCE = 10


class Counts(Tally):
    """A tally and its shares."""

    @classmethod
    def of(cls, parts: Sequence[AssignmentFact], at: datetime) -> "Counts":
        return cls(**asdict(tally(parts, at)))

    @property
    def answered_share(self) -> str:
        return percent_text(self.answered, self.owing)

    @property
    def on_time_share(self) -> str:
        return percent_text(self.on_time, self.owing)


@dataclass(frozen=True)
class ClimbWords:
    """Reminders before the due day, or chases after it: all of them, and rung by rung."""

    all: Climb
    rungs: tuple[tuple[str, Climb], ...]


@dataclass(frozen=True)
class RoundWords:
    number: int
    title: str
    kind_name: str
    opened_on: str
    due_words: str
    missed: bool
    period: str
    cut_off_on: str
    counts: Counts


@dataclass(frozen=True)
class ChecklistWords:
    code: str
    title: str
    asked: int
    choices: tuple[ChoiceWords, ...]
    numbers: tuple[NumberWords, ...]


@dataclass(frozen=True)
class BaseWords:
    """One kind of base in the round of the yearly report."""

    name: str
    counts: Counts
    kinds: tuple[tuple[str, Counts], ...]
    checklists: tuple[ChecklistWords, ...]


@dataclass(frozen=True)
class FindingWords:
    total: int
    units: int
    open: int
    reported: int
    closed: int
    overdue: int

    @property
    def closed_share(self) -> str:
        return percent_text(self.closed, self.total)


class YearWords:
    """What a template may name, its public attributes. The results come in official order."""

    def __init__(self, results: YearResults) -> None:
        self._results = results
        self._units = {unit.code: unit for unit in results.units}
        self._report_parts = results.of_round(results.report_round)
        self.year = str(results.year)
        self.edition = results.edition
        self.as_of = moment_text(results.as_of)
        self.authority = results.authority
        self.superior = results.superior
        self.place = results.place
        self.symbol = report_symbol(results.symbol)
        self.signing_year = str(results.as_of.year)
        self.plan_title = results.plan_title
        self.legal_bases = results.legal_bases
        self.unit_count = len(counted_units(results))
        self.has_units = bool(results.units)
        self.drafter_notes = drafter_notes(results)
        self.has_tables = bool(filled_tables(results))

    @cached_property
    def rounds(self) -> list[RoundWords]:
        return [self._round(number, one) for number, one in enumerate(self._results.rounds, start=1)]

    @cached_property
    def report(self) -> RoundWords | None:
        """The round of the yearly report; None when there was none."""
        codes = [one.code for one in self._results.rounds]
        return self.rounds[codes.index(self._results.report_round)] if self._results.report_round in codes else None

    @cached_property
    def all_rounds(self) -> Counts:
        return Counts.of(self._results.assignments, self._results.as_of)

    @cached_property
    def bases(self) -> list[BaseWords]:
        kinds = by_kind(self._results, self._results.report_round)
        found: list[BaseWords] = []
        for name, members in BASES:
            parts = [part for part in self._report_parts if self._units[part.unit].kind in members]
            if parts:
                named = [UNIT_KIND_NAMES[kind] for kind in UnitKind if kind in members]
                counts = tuple((kind, kinds[kind]) for kind in named if kind in kinds)
                name = name or whose(self._results, parts)
                found.append(
                    BaseWords(name, Counts.of(parts, self._results.as_of), counts, tuple(self._checklists(parts)))
                )
        return found

    @cached_property
    def strong_items(self) -> list[Outstanding]:
        return strong(self._results)

    @cached_property
    def weak_items(self) -> list[Outstanding]:
        return weak(self._results)

    @cached_property
    def own_words(self) -> list[OwnWord]:
        return own_words(self._results)

    @cached_property
    def findings(self) -> FindingWords:
        all_, on = self._results.findings, house_day(self._results.as_of)
        states = [finding.state for finding in all_]
        return FindingWords(
            total=len(all_),
            units=len({finding.unit for finding in all_}),
            open=states.count(FindingState.OPEN),
            reported=states.count(FindingState.REPORTED),
            closed=states.count(FindingState.CLOSED),
            overdue=sum(finding.overdue(on) for finding in all_),
        )

    @cached_property
    def visits(self) -> VisitWords:
        return visit_words(self._results)

    @cached_property
    def unit_notes(self) -> dict[str, str]:
        """Those let off, added and gone, each group one sentence of names with why."""
        notes = unit_notes(self._results)
        groups = {"exempt": notes.exempt, "added": notes.added, "ended": notes.ended}
        return {
            group: "; ".join(f"{unit.name} {some[unit.code]}" for unit in self._results.units if unit.code in some)
            for group, some in groups.items()
        }

    @cached_property
    def reminded(self) -> ClimbWords:
        return self._climbed(reminders_and_chases(self._results)[0])

    @cached_property
    def chased(self) -> ClimbWords:
        return self._climbed(reminders_and_chases(self._results)[1])

    def _climbed(self, codes: Sequence[str]) -> ClimbWords:
        parts = self._results.assignments
        rungs = [(self._results.rung_title(code), Climb.of(parts, [code])) for code in codes]
        return ClimbWords(Climb.of(parts, codes), tuple((name, one) for name, one in rungs if one.units))

    @cached_property
    def silent_names(self) -> str:
        return self._names("silent")

    @cached_property
    def partial_names(self) -> str:
        return self._names("partial")

    @cached_property
    def late_names(self) -> str:
        return self._names("late")

    @cached_property
    def not_due_names(self) -> str:
        return self._names("not_due")

    @cached_property
    def unreachable_names(self) -> str:
        return self._names("unreachable")

    @cached_property
    def quotes(self) -> dict[str, Quotes]:
        return quotes_of(self._results)

    def _round(self, number: int, fact: RoundFact) -> RoundWords:
        return RoundWords(
            number=number,
            title=fact.title,
            kind_name=fact.kind_name,
            opened_on=day_text(fact.opened_on),
            due_words=fact.due_words,
            missed=fact.missed,
            period=fact.period_words,
            cut_off_on=day_text(fact.cut_off_on) if fact.cut_off_on else "",
            counts=Counts.of(self._results.of_round(fact.code), self._results.as_of),
        )

    def _checklists(self, parts: Sequence[AssignmentFact]) -> Iterator[ChecklistWords]:
        for checklist in checklists_of(parts):
            some = using(checklist, parts)
            tallies = item_tallies(checklist, some, house_day(self._results.as_of))
            choices = {one.code: one for one in choice_words(tallies)}
            key = sorted(checklist.items, key=lambda item: (not item.knock_out, -item.points))
            chosen = [item.code for item in key if item.code in choices][:KEY_ITEMS]
            yield ChecklistWords(
                code=checklist.code,
                title=checklist.title,
                asked=len(some),
                choices=tuple(words for code, words in choices.items() if code in chosen),
                numbers=tuple(number_words(tallies)),
            )

    def _names(self, outcome: str) -> str:
        guilty = {part.unit for part in self._report_parts if self._results.outcome(part) == outcome}
        names = [unit.name for unit in self._results.units if unit.code in guilty]
        more = len(names) - NAMES_IN_A_SENTENCE
        return ", ".join(names[:NAMES_IN_A_SENTENCE]) + (f" và {number_text(more)} đơn vị khác" if more > 0 else "")


VOCABULARY = frozenset(
    {name for name in vars(YearWords) if not name.startswith("_")}
    | {"year", "edition", "as_of", "authority", "superior", "place", "symbol", "signing_year"}
    | {"plan_title", "legal_bases", "unit_count", "has_units", "has_tables", "drafter_notes"}
)


def drafter_notes(results: YearResults) -> list[str]:
    """What whoever works on the draft must know, and its reader must not."""
    ends = results.authority_ends
    gone = []
    if ends is not None and results.authority_is_gone:
        said = f"theo kế hoạch đã nhập, {results.authority} chỉ hoạt động đến hết ngày {day_text(ends)}"
        gone = [f"{said}; xem lại tên cơ quan ban hành, thẩm quyền ký và nơi nhận."]
    return [*gone, *filter(None, [" ".join(results.since)])]


def report_symbol(symbol: str) -> str:
    """'UBND', 'KH-UBND' and 'BC-UBND' all name whose report it is: 'BC-UBND'."""
    return "BC-" + re.sub(r"^(?:BC|KH|QĐ|TB|BB|TTr)-", "", symbol)


def by_kind(results: YearResults, round_: str) -> dict[str, Counts]:
    return {kind: Counts(**asdict(counted)) for kind, counted in tally_by_kind(results, round_)}


def in_official_order(results: YearResults) -> YearResults:
    """Units and assignments sorted once: Vietnamese sorting is slow, and everything is listed in this order."""
    units = tuple(official_order(results.units))
    place = {unit.code: number for number, unit in enumerate(units)}
    assignments = tuple(sorted(results.assignments, key=lambda part: place[part.unit]))
    return replace(results, units=units, assignments=assignments)
