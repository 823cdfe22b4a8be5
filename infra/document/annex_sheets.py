"""The annex of the year's workbook: the statistical tables of all units, and what they wrote under the outline."""

from collections.abc import Iterable, Sequence

from infra.document.cells import UNIT, heading_lines, unit_cells
from infra.document.sheet import Book, Column, Content, Styled
from tasks.domain.checklist import WORDS, AnswerType, StatTable, Value, day_of
from tasks.domain.checklist import Column as TableColumn
from tasks.domain.results.facts import AssignmentFact, YearResults
from tasks.domain.results.tables import TableLine, row_totals, table_lines, table_totals, tables_of


def annex_pages(book: Book, results: YearResults, parts: Sequence[AssignmentFact]) -> None:
    """One sheet a table, every unit that was asked it on its own lines, the silent ones too."""
    for table, asked in tables_of(parts).items():
        _table_page(book, results, table, asked)
    _outline_page(book, results, parts)


def _table_page(book: Book, results: YearResults, table: StatTable, parts: Sequence[AssignmentFact]) -> None:
    columns = [*UNIT, Column("Dòng", 16, "text"), *(_column(one) for one in table.columns)]
    heading = heading_lines(results, f"BẢNG {table.number}. {table.title.upper()}")
    lines = table_lines(table, parts)
    with book.page(sheet_title(table), heading, columns, frozen=3) as page:
        for number, line in enumerate(lines, start=1):
            row = line.row.title if line.row else "(chưa ghi)"
            page.row(
                [*_unit(results, number, line), row, *(_cell(one, line.values.get(one.code)) for one in table.columns)]
            )
        rows = ((f"Cộng: {row.title}", sums) for row, sums in row_totals(table, lines))
        for name, totals in (*rows, ("Cộng", table_totals(table, lines))):
            if totals:
                sums = (_sum(totals.get(column.code)) for column in table.columns)
                page.total([*(Styled(text, "total_text") for text in ("", "", name, "")), *sums])


def _unit(results: YearResults, number: int, line: TableLine) -> list[Content]:
    return unit_cells(number, results.unit(line.part.unit))


def sheet_title(table: StatTable) -> str:
    return f"Bảng {table.number}"


def caption_of(column: TableColumn) -> str:
    """With its group: two groups may have a “Trong kỳ” each."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _column(column: TableColumn) -> Column:
    wordy = column.type in WORDS or column.type is AnswerType.CHON
    return Column(caption_of(column), 30 if wordy else 14, _style(column.type))


def _style(type_: AnswerType) -> str:
    if type_ is AnswerType.NGAY:
        return "day"
    return "text" if type_ in WORDS or type_ is AnswerType.CHON else "mark"


def _cell(column: TableColumn, value: Value | None) -> Content | Styled:
    if value is None:
        return None
    if isinstance(value.value, str):
        day = day_of(value.value) if column.type is AnswerType.NGAY else None
        shown = Styled(day, "day") if day else Styled(value.value, _style(column.type))
        return Styled(shown.value, "flagged_day" if day else "flagged") if value.flag else shown
    if value.flag:
        return Styled(value.value, "flagged")
    return Styled(value.value, "count" if float(value.value).is_integer() else "decimal")


def _sum(total: float | None) -> Content | Styled:
    if total is None:
        return Styled("", "total_text")
    return Styled(total, "total_count" if float(total).is_integer() else "total_decimal")


def _outline_page(book: Book, results: YearResults, parts: Sequence[AssignmentFact]) -> None:
    """Unit by unit under every heading: the paragraphs from which the report's words are drawn."""
    if not any(part.checklist.narrative for part in parts):
        return
    columns = [*UNIT, Column("Phần", 34, "text"), Column("Nội dung", 40, "text"), Column("Đơn vị ghi", 90, "text")]
    with book.page("Đề cương", heading_lines(results, "BÁO CÁO BẰNG LỜI THEO ĐỀ CƯƠNG"), columns, frozen=3) as page:
        number = 0
        for part, heading, question, words in _written(parts):
            number += 1
            page.row([*unit_cells(number, results.unit(part.unit)), heading, question, words])
        if not number:
            page.remark("Chưa đơn vị nào viết phần này.")


def _written(parts: Iterable[AssignmentFact]) -> Iterable[tuple[AssignmentFact, str, str, str]]:
    for part in parts:
        for heading, items in part.checklist.by_heading():
            for item in items:
                if (value := part.values.get(item.code)) is not None:
                    yield part, heading.title, item.question, str(value.value)
