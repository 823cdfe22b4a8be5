"""Which units a year was about: who was asked, and who came, went or was let off, each with why."""

from dataclasses import dataclass
from datetime import date

from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.results.facts import AssignmentFact, UnitFact, YearResults
from tasks.domain.vietnamese import day_text


@dataclass(frozen=True)
class UnitNotes:
    """Sentences on units that a bare count would hide, by the unit's code."""

    exempt: dict[str, str]
    added: dict[str, str]
    ended: dict[str, str]
    after_lock: dict[str, str]

    def of(self, code: str) -> str:
        return "; ".join(
            notes[code] for notes in (self.added, self.ended, self.exempt, self.after_lock) if code in notes
        )


def counted_units(results: YearResults) -> list[UnitFact]:
    """Each that was asked once: whoever has gone into a unit that was asked too is counted with that one."""
    asked = {part.unit for part in results.assignments}
    heirs = {before for unit in results.units if unit.code in asked for before in unit.predecessors}
    return [unit for unit in results.units if unit.code in asked - heirs]


def unit_notes(results: YearResults) -> UnitNotes:
    names = {unit.code: unit.name for unit in results.units}
    return UnitNotes(
        exempt=_exempt(results),
        added={unit.code: _added(unit, names) for unit in results.units if _began(unit, results.year)},
        ended={unit.code: _ended(unit, results) for unit in results.units if _went(unit, results)},
        after_lock=_after_lock(results),
    )


def _after_lock(results: YearResults) -> dict[str, str]:
    """Answers that came when the books of their round were closed: counted, and marked."""
    titles = {one.code: one.title for one in results.rounds}
    found: dict[str, list[str]] = {}
    for part in results.assignments:
        if answered_after_lock(results, part):
            found.setdefault(part.unit, []).append(f"trả lời “{titles[part.round]}” sau khi khóa sổ")
    return {code: "; ".join(some) for code, some in found.items()}


def answered_after_lock(results: YearResults, part: AssignmentFact) -> bool:
    locked = next((one.locked_at for one in results.rounds if one.code == part.round), None)
    return locked is not None and part.answered_at is not None and part.answered_at >= locked


def _began(unit: UnitFact, year: int) -> bool:
    return unit.valid_from is not None and date(year, 1, 1) < unit.valid_from <= date(year, 12, 31)


def _went(unit: UnitFact, results: YearResults) -> bool:
    return unit.valid_to is not None and unit.valid_to < house_day(results.as_of)


def _added(unit: UnitFact, names: dict[str, str]) -> str:
    assert unit.valid_from is not None
    from_ = ", ".join(names.get(code, code) for code in unit.predecessors)
    return f"có từ ngày {day_text(unit.valid_from)}" + (f", trên cơ sở {from_}" if from_ else "")


def _ended(unit: UnitFact, results: YearResults) -> str:
    assert unit.valid_to is not None
    into = ", ".join(one.name for one in results.units if unit.code in one.predecessors)
    return f"thôi hoạt động sau ngày {day_text(unit.valid_to)}" + (f", nhập vào {into}" if into else "")


def _exempt(results: YearResults) -> dict[str, str]:
    titles = {one.code: one.title for one in results.rounds}
    found: dict[str, list[str]] = {}
    for part in results.assignments:
        if part.state is AssignmentState.EXEMPT:
            why = part.exempt_why or "chưa ghi lý do"
            found.setdefault(part.unit, []).append(f"được miễn “{titles[part.round]}” ({why})")
    return {code: "; ".join(some) for code, some in found.items()}
