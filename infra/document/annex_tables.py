"""The statistical tables of the units as an annex of the Word report; what is too long or too wide stays in Excel."""

from collections.abc import Iterator, Sequence

from docx.document import Document as WordDocument

from infra.document import layout
from infra.document.annex_sheets import caption_of, sheet_title
from infra.document.grid import TableColumn, grid
from tasks.domain.checklist import WORDS, AnswerType, Column, StatTable, Value, day_of
from tasks.domain.results.facts import YearResults
from tasks.domain.results.tables import TableLine, row_totals, table_lines, table_totals, tables_of
from tasks.domain.vietnamese import day_text, exact_text, number_text, one_line

MOST_LINES = 60
NUMBER, UNIT, ROW = 10, 42, 26
WORDY, NARROW = 26, 15
"""Millimetres below which a column is no longer legible."""
FLAG = " (*)"


def filled_tables(results: YearResults) -> list[tuple[StatTable, list[TableLine]]]:
    """Tables that anybody has filled, each with the lines that were written."""
    every = tables_of(results.of_round(results.report_round))
    lines = ((table, [one for one in table_lines(table, parts) if one.row]) for table, parts in every.items())
    return [(table, some) for table, some in lines if some]


def write_tables(document: WordDocument, results: YearResults) -> None:
    for table, lines in filled_tables(results):
        layout.add(document, "caption", f"Bảng {table.number}. {table.title}")
        totals = list(_totals(table, lines))
        why = _why_not(table, lines)
        if why:
            only = " Dưới đây là số cộng." if totals and _fits(table) else ""
            layout.add(document, "body", f"{why}: xem trang “{sheet_title(table)}” của bảng tổng hợp (Excel).{only}")
        if not _fits(table) or (why and not totals):
            continue
        shown = [] if why else [_cells(results, number, table, line) for number, line in enumerate(lines, start=1)]
        grid(document, _columns(table), shown, 11, totals)
        if not why and any(value.flag for line in lines for value in line.values.values()):
            layout.add(document, "note", "(*) Số liệu cần xem lại; lý do ở trang “Lưu ý số liệu” của bảng tổng hợp.")


def _why_not(table: StatTable, lines: Sequence[TableLine]) -> str:
    if not _fits(table):
        return f"Bảng có {len(table.columns)} cột, không đặt vừa khổ giấy"
    if len(lines) > MOST_LINES:
        return f"Bảng có {number_text(len(lines))} dòng, quá dài cho báo cáo"
    return ""


def _room() -> float:
    return layout.LANDSCAPE_WIDTH - NUMBER - UNIT - ROW


def _fits(table: StatTable) -> bool:
    return sum(map(_narrowest, table.columns)) <= _room()


def _narrowest(column: Column) -> float:
    return WORDY if column.type in WORDS or column.type is AnswerType.CHON else NARROW


def _columns(table: StatTable) -> list[TableColumn]:
    wider = _room() / sum(map(_narrowest, table.columns))
    first = [TableColumn("STT", NUMBER), TableColumn("Đơn vị", UNIT, "left"), TableColumn("Dòng", ROW, "left")]
    return first + [
        TableColumn(caption_of(one), _narrowest(one) * wider, "left" if one.type in WORDS else "center")
        for one in table.columns
    ]


def _cells(results: YearResults, number: int, table: StatTable, line: TableLine) -> list[str]:
    row = line.row.title if line.row else ""
    values = (_text(column, line.values.get(column.code)) for column in table.columns)
    return [number_text(number), results.unit(line.part.unit).name, row, *values]


def _text(column: Column, value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value.value, str):
        day = day_of(value.value) if column.type is AnswerType.NGAY else None
        text = day_text(day) if day else one_line(value.value)
    else:
        text = exact_text(value.value)
    return text + (FLAG if value.flag else "")


def _totals(table: StatTable, lines: Sequence[TableLine]) -> Iterator[list[str]]:
    rows = ((f"Cộng: {row.title}", sums) for row, sums in row_totals(table, lines))
    for name, sums in (*rows, ("Cộng", table_totals(table, lines))):
        if sums:
            told = (exact_text(sums[one.code]) if one.code in sums else "" for one in table.columns)
            yield ["", name, "", *told]
