"""The results of a year, counted from facts: every unit on its line, the silent ones too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import (
    CHOICES,
    NOT_APPLICABLE,
    UNIT_KIND_NAMES,
    AnswerType,
    Checklist,
    Row,
    StatTable,
    UnitKind,
    Value,
    value_text,
)
from tasks.domain.finding import FindingState
from tasks.domain.vietnamese import sort_key


@dataclass(frozen=True)
class UnitFact:
    code: str
    name: str
    kind: UnitKind
    order: int


@dataclass(frozen=True)
class RoundFact:
    code: str
    kind_name: str
    title: str
    opened_on: date
    due_words: str
    missed: bool = False


@dataclass(frozen=True)
class AssignmentFact:
    """One unit's part in one round, as it stood when the year was compiled."""

    round: str
    unit: str
    state: AssignmentState
    due_at: datetime
    checklist: Checklist
    original_due_at: datetime
    first_reply_at: datetime | None = None
    answered_at: datetime | None = None
    rungs: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    faults: int = 0
    said_by: tuple[tuple[datetime, str], ...] = ()
    """When somebody else than the registered contact answered, and who."""

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def late(self) -> bool:
        return self.answered_at is not None and self.answered_at >= self.due_at

    @property
    def extended(self) -> bool:
        return self.due_at > self.original_due_at

    @property
    def late_but_for_extension(self) -> bool:
        """On time only because its due day was moved: the original day stays for the statistics."""
        return self.answered_at is not None and self.original_due_at <= self.answered_at < self.due_at

    @property
    def outcome(self) -> str:
        """One word of `OUTCOMES`; where the state and the clock meet."""
        if self.state is AssignmentState.EXEMPT:
            return "exempt"
        if self.answered:
            return "late" if self.late else "on_time"
        if self.state is AssignmentState.UNREACHABLE:
            return "unreachable"
        return "partial" if self.first_reply_at else "silent"


OUTCOMES: Mapping[str, str] = {
    "on_time": "Đúng hạn",
    "late": "Muộn",
    "partial": "Chưa đủ",
    "silent": "Không trả lời",
    "unreachable": "Không liên lạc được",
    "exempt": "Được miễn",
}


@dataclass(frozen=True)
class FindingFact:
    number: str
    unit: str
    what: str
    basis: str
    due_on: date
    state: FindingState
    raised_on: date
    reported_on: date | None = None
    closed_on: date | None = None
    rungs: tuple[str, ...] = ()

    def overdue(self, on: date) -> bool:
        return self.state is FindingState.OPEN and on > self.due_on


@dataclass(frozen=True)
class Tally:
    """asked = on_time + late + partial + silent + unreachable + exempt, always."""

    asked: int = 0
    on_time: int = 0
    late: int = 0
    partial: int = 0
    silent: int = 0
    unreachable: int = 0
    exempt: int = 0

    @property
    def answered(self) -> int:
        return self.on_time + self.late


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


@dataclass(frozen=True)
class YearResults:
    """What the year-end workbook and the Word report are written from."""

    year: int
    edition: int
    as_of: datetime
    authority: str
    superior: str
    place: str
    symbol: str
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]
    plan_title: str
    legal_bases: tuple[str, ...]
    units: tuple[UnitFact, ...]
    rounds: tuple[RoundFact, ...]
    assignments: tuple[AssignmentFact, ...]
    findings: tuple[FindingFact, ...]
    rung_names: Mapping[str, str]
    report_round: str = ""

    def part(self, unit: str, round_: str) -> AssignmentFact | None:
        return self._parts.get((unit, round_))

    @cached_property
    def _parts(self) -> dict[tuple[str, str], AssignmentFact]:
        return {(one.unit, one.round): one for one in self.assignments}

    def of_round(self, code: str) -> list[AssignmentFact]:
        return [one for one in self.assignments if one.round == code]

    def unit(self, code: str) -> UnitFact:
        return next(one for one in self.units if one.code == code)


def official_order(units: Sequence[UnitFact]) -> list[UnitFact]:
    """The office's own order first, then the Vietnamese alphabet."""
    return sorted(units, key=lambda unit: (unit.order, sort_key(unit.name)))


def tally(parts: Sequence[AssignmentFact]) -> Tally:
    counts = Counter(part.outcome for part in parts)
    return Tally(asked=len(parts), **{outcome: counts[outcome] for outcome in OUTCOMES})


def tally_by_kind(results: YearResults, round_: str) -> list[tuple[str, Tally]]:
    """One line a kind of unit that was asked, in the order of the Law's chapters."""
    kinds = {unit.code: unit.kind for unit in results.units}
    parts = results.of_round(round_)
    lines = [(kind, [part for part in parts if kinds[part.unit] is kind]) for kind in UnitKind]
    return [(UNIT_KIND_NAMES[kind], tally(some)) for kind, some in lines if some]


def rungs_climbed(parts: Sequence[AssignmentFact]) -> Counter[str]:
    """Rung name -> how many letters of it went out."""
    return Counter(rung for part in parts for rung in part.rungs)


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


def checklists_of(parts: Sequence[AssignmentFact]) -> list[Checklist]:
    """The checklists used, each version once, in the order of their first use."""
    return list({(part.checklist.code, part.checklist.version): part.checklist for part in parts}.values())


def answer_text(part: AssignmentFact, code: str) -> str:
    value = part.values.get(code)
    return "" if value is None else value_text(part.checklist.item(code), value.value)


@dataclass(frozen=True)
class TableLine:
    """One line of a statistical table as a unit wrote it; a unit that wrote nothing has one without values."""

    part: AssignmentFact
    row: Row | None
    values: Mapping[str, Value] = field(default_factory=dict)


def tables_of(parts: Sequence[AssignmentFact]) -> dict[StatTable, list[AssignmentFact]]:
    """Every table that was asked, with who was asked it: lists that share a table are one annex."""
    found: dict[StatTable, list[AssignmentFact]] = {}
    for part in parts:
        for table in part.checklist.tables:
            found.setdefault(table, []).append(part)
    return found


def table_lines(table: StatTable, parts: Sequence[AssignmentFact]) -> list[TableLine]:
    """Unit by unit, in the order given."""
    return [line for part in parts for line in _lines_of(table, part)]


def _lines_of(table: StatTable, part: AssignmentFact) -> list[TableLine]:
    lines = []
    for row in table.lines():
        cells = {column.code: f"{table.code}.{row.code}.{column.code}" for column in table.columns}
        values = {column: part.values[code] for column, code in cells.items() if code in part.values}
        if values:
            lines.append(TableLine(part, row, values))
    return lines or [TableLine(part, None)]


def table_totals(table: StatTable, lines: Sequence[TableLine]) -> dict[str, float]:
    """Sums of the columns that may be summed; none where nobody gave a number."""
    totals: dict[str, float] = {}
    for column in table.columns:
        values = (line.values[column.code].value for line in lines if column.code in line.values)
        numbers = [value for value in values if isinstance(value, (int, float))]
        if column.total and numbers:
            totals[column.code] = round(sum(numbers), 6)  # 0.1 + 0.2 is 0.3 to a reader
    return totals
