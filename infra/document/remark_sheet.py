"""The sheet of single values that a reader must know more of: what was assumed, and what could not be counted."""

from infra.document.cells import UNIT, heading_lines, unit_cells
from infra.document.sheet import Book, Column, Styled
from tasks.domain.results.facts import YearResults
from tasks.domain.results.remarks import remarks


def remark_page(book: Book, results: YearResults) -> None:
    """Only in a year in which there is one."""
    noted = [(part, one) for part in results.assignments for one in remarks(part)]
    if not noted:
        return
    columns = [*UNIT, Column("Đợt", 36, "text"), Column("Mục", 14), Column("Nội dung", 50, "text")]
    columns += [Column("Giá trị", 18), Column("Lưu ý", 60, "text")]
    titles = {round_.code: round_.title for round_ in results.rounds}
    with book.page("Lưu ý số liệu", heading_lines(results, "SỐ LIỆU CẦN XEM LẠI"), columns, frozen=3) as page:
        for number, (part, one) in enumerate(noted, start=1):
            value = Styled(one.value, "bad" if one.code in part.unreadable else "half")
            unit = unit_cells(number, results.unit(part.unit))
            page.row([*unit, titles[part.round], one.code, one.question, value, one.words])
