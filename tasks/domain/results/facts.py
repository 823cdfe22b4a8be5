"""The facts of a year, as they stood at the moment of its edition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.checklist import Checklist, UnitKind, Value, value_text
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Rung
from tasks.domain.vietnamese import day_text, sort_key


@dataclass(frozen=True)
class UnitFact:
    code: str
    name: str
    kind: UnitKind
    order: int
    valid_from: date | None = None
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoundFact:
    code: str
    kind_name: str
    title: str
    opened_on: date
    due_words: str
    missed: bool = False
    period_from: date | None = None
    period_to: date | None = None
    cut_off_on: date | None = None
    estimate_to: date | None = None
    locked_at: datetime | None = None

    @property
    def period_words(self) -> str:
        if self.period_from is None or self.period_to is None:
            return ""
        return f"từ {day_text(self.period_from)} đến {day_text(self.period_to)}"


@dataclass(frozen=True)
class Chase:
    """One letter of a rung that left, and the mail in which it did: a digest carries many letters."""

    rung: str
    mail: int


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
    chases: tuple[Chase, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    unreadable: Mapping[str, Value] = field(default_factory=dict)
    """Stored, but none that its item can have: shown and named, never counted."""
    faults: int = 0
    answered_items: int = 0
    exempt_why: str = ""
    exempt_at: datetime | None = None
    grants: tuple[str, ...] = ()
    """Of the time that was granted: who said so, when and why."""
    sources: tuple[tuple[datetime, str], ...] = ()
    """Whence what counts came: a mail of whom, or whose hand."""
    said_by: tuple[tuple[datetime, str], ...] = ()
    """When somebody else than the registered contact answered, and who."""
    was_written_to: bool = True
    """Whether a letter had left for the unit: one that got none is not silent."""

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def late(self) -> bool:
        return self.answered_at is not None and self.answered_at >= self.due_at

    def by_first_day(self, at: datetime) -> str:
        """The outcome had no time been granted: the original day stays for the statistics."""
        return replace(self, due_at=self.original_due_at).outcome(at)

    @property
    def extended(self) -> bool:
        return self.due_at > self.original_due_at

    def outcome(self, at: datetime) -> str:
        """One word of `OUTCOMES`: how it stood at that moment. Whose day has not come is neither silent nor lacking."""
        if self.state is AssignmentState.EXEMPT:
            return "exempt"
        if self.answered:
            return "late" if self.late else "on_time"
        if self.state is AssignmentState.UNREACHABLE:
            return "unreachable"
        if at < self.due_at:
            return "not_due"
        if self.first_reply_at:
            return "partial"
        return "silent" if self.was_written_to else "unreachable"


OUTCOMES: Mapping[str, str] = {
    "on_time": "Đúng hạn",
    "late": "Muộn",
    "partial": "Chưa đủ",
    "silent": "Không trả lời",
    "unreachable": "Không gửi được thư đến",
    "not_due": "Chưa đến hạn",
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
    remedy: str = ""
    report: str = ""
    closed_by: str = ""
    first_due_on: date | None = None
    chases: tuple[Chase, ...] = ()

    def overdue(self, on: date) -> bool:
        return self.state is FindingState.OPEN and on > self.due_on


@dataclass(frozen=True)
class VisitFact:
    """The đoàn kiểm tra at a unit; whether it really came the program does not know, only that its day has."""

    unit: str
    round: str
    day: date
    hours: str
    place: str
    team: tuple[str, ...]
    is_cancelled: bool = False
    why: str = ""


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
    rungs: Mapping[str, Rung]
    report_round: str = ""
    visits: tuple[VisitFact, ...] = ()
    authority_in_head: str = ""
    superior_in_head: str = ""
    authority_ends: date | None = None
    since: tuple[str, ...] = ()
    """What is new against the edition before, in sentences."""

    @property
    def authority_is_gone(self) -> bool:
        """Whether the year is compiled in the name of an office that has ended by then."""
        return self.authority_ends is not None and house_day(self.as_of) > self.authority_ends

    @property
    def obligations(self) -> tuple[AssignmentFact | FindingFact, ...]:
        return (*self.assignments, *self.findings)

    def rung_title(self, code: str) -> str:
        return self.rungs[code].title if code in self.rungs else code

    def visit_standing(self, visit: VisitFact) -> str:
        if visit.is_cancelled:
            return "cancelled"
        return "done" if visit.day <= house_day(self.as_of) else "coming"

    def outcome(self, part: AssignmentFact) -> str:
        return part.outcome(self.as_of)

    def part(self, unit: str, round_: str) -> AssignmentFact | None:
        return self._parts.get((unit, round_))

    @cached_property
    def _parts(self) -> dict[tuple[str, str], AssignmentFact]:
        return {(one.unit, one.round): one for one in self.assignments}

    def of_round(self, code: str) -> list[AssignmentFact]:
        return [one for one in self.assignments if one.round == code]

    def unit(self, code: str) -> UnitFact:
        return self._units[code]

    @cached_property
    def _units(self) -> dict[str, UnitFact]:
        return {one.code: one for one in self.units}


def official_order(units: Sequence[UnitFact]) -> list[UnitFact]:
    """The office's own order first, then the Vietnamese alphabet."""
    return sorted(units, key=lambda unit: (unit.order, sort_key(unit.name)))


def steps(chases: Iterable[Chase]) -> list[str]:
    """Each rung once, however many people it went to, in the order of leaving."""
    return list(dict.fromkeys(one.rung for one in chases))


def checklists_of(parts: Sequence[AssignmentFact]) -> list[Checklist]:
    """The checklists used, each version once, in the order of their first use."""
    return list({(part.checklist.code, part.checklist.version): part.checklist for part in parts}.values())


def answer_text(part: AssignmentFact, code: str) -> str:
    value = part.values.get(code)
    return "" if value is None else value_text(part.checklist.item(code), value.value)
