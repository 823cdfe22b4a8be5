"""What the sheets of the year's workbook have in common: their heading, a unit, an outcome, a share."""

from fractions import Fraction

from infra.document.sheet import Column, Content, Styled
from tasks.domain.calendar import house_day
from tasks.domain.results.facts import OUTCOMES, AssignmentFact, UnitFact, YearResults
from tasks.domain.vietnamese import moment_text

DASH = Styled("–", "mark")
UNIT = (Column("STT", 6, "count"), Column("Mã", 14, "text"), Column("Đơn vị", 38, "text"))


def heading_lines(results: YearResults, title: str) -> list[Styled]:
    """Who, what, and as of when: the same three lines on every sheet."""
    return [
        Styled(results.authority.upper(), "authority"),
        Styled(title, "title"),
        Styled(f"Số liệu đến {moment_text(results.as_of)} · Ấn bản số {results.edition}", "remark"),
    ]


def share(part: int | Fraction, whole: int | Fraction) -> Content:
    return float(Fraction(part) / whole) if whole else DASH.value


def unit_cells(number: int, unit: UnitFact) -> list[Content]:
    return [number, unit.code, unit.name]


def outcome_cells(results: YearResults, part: AssignmentFact | None) -> list[Content | Styled]:
    if part is None:
        return [DASH, None]
    outcome = results.outcome(part)
    return [Styled(OUTCOMES[outcome], outcome), part.answered_at and house_day(part.answered_at)]
