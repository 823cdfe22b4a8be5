"""The statistical tables of all units as one annex, and their sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.checklist import Row, StatTable, Value
from tasks.domain.results.facts import AssignmentFact
from tasks.domain.rounding import exact


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


def row_totals(table: StatTable, lines: Sequence[TableLine]) -> list[tuple[Row, dict[str, float]]]:
    """Where a table has several lines of its own (khiếu nại, tố cáo, kiến nghị), the sums of each over all units."""
    if len(table.rows) < 2:
        return []
    every = ((row, [line for line in lines if line.row == row]) for row in table.rows)
    return [(row, table_totals(table, some)) for row, some in every]


def table_totals(table: StatTable, lines: Sequence[TableLine]) -> dict[str, float]:
    """Sums of the columns that may be summed; none where nobody gave a number."""
    totals: dict[str, float] = {}
    for column in table.columns:
        values = (line.values[column.code].value for line in lines if column.code in line.values)
        numbers = [value for value in values if isinstance(value, (int, float))]
        if column.total and numbers:
            totals[column.code] = float(sum(map(exact, numbers)))
    return totals
