"""Sheets of what befell single units: who has not finished, who got more time, was let off, was visited, and by whom
it was answered. Each only in a year that has such a case."""

from collections.abc import Sequence

from infra.document.cells import UNIT, heading_lines, outcome_cells, unit_cells
from infra.document.sheet import Book, Column, Content, Styled
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.extension import last_day
from tasks.domain.results.facts import OUTCOMES, AssignmentFact, VisitFact, YearResults

ROUND = Column("Đợt", 44, "text")
UNFINISHED = frozenset({"partial", "silent", "unreachable", "not_due"})
STANDING_STYLES = {"done": "good", "coming": "half", "cancelled": "grey"}


def standing_pages(book: Book, results: YearResults) -> None:
    _unfinished(book, results)
    _extensions(book, results)
    _exemptions(book, results)
    _others(book, results)
    _visits(book, results)


def _unfinished(book: Book, results: YearResults) -> None:
    owing = [part for part in results.assignments if results.outcome(part) in UNFINISHED]
    columns = [Column("Kết quả", 22), Column("Hạn", 12, "day"), Column("Mục được hỏi", 10, "count")]
    columns += [Column("Mục đã trả lời", 10, "count"), Column("Ô cần sửa", 8, "count")]
    rows: list[tuple[AssignmentFact, Sequence[Content | Styled]]] = [
        (
            part,
            [
                Styled(OUTCOMES[results.outcome(part)], results.outcome(part)),
                last_day(part.due_at),
                len(part.checklist.items),
                part.answered_items,
                part.faults,
            ],
        )
        for part in owing
    ]
    _page(book, results, "Chưa trả lời đủ", "ĐƠN VỊ CHƯA TRẢ LỜI ĐỦ", columns, rows)


def _extensions(book: Book, results: YearResults) -> None:
    columns = [Column("Hạn ban đầu", 12, "day"), Column("Hạn sau gia hạn", 12, "day"), Column("Kết quả", 19)]
    columns += [Column("Ngày trả lời", 12, "day"), Column("So với hạn ban đầu", 16), Column("Cho phép", 50, "text")]
    rows: list[tuple[AssignmentFact, Sequence[Content | Styled]]] = []
    for part in results.assignments:
        if part.extended:
            against = part.by_first_day(results.as_of)
            days = [last_day(part.original_due_at), last_day(part.due_at)]
            words = "\n".join(part.grants) or None
            rows.append((part, [*days, *outcome_cells(results, part), Styled(OUTCOMES[against], against), words]))
    _page(book, results, "Gia hạn", "CÁC LƯỢT GIA HẠN", columns, rows)


def _exemptions(book: Book, results: YearResults) -> None:
    columns = [Column("Từ ngày", 12, "day"), Column("Lý do", 60, "text")]
    rows: list[tuple[AssignmentFact, Sequence[Content | Styled]]] = [
        (part, [house_day(part.exempt_at) if part.exempt_at else None, part.exempt_why or "chưa ghi lý do"])
        for part in results.assignments
        if part.state is AssignmentState.EXEMPT
    ]
    _page(book, results, "Được miễn", "ĐƠN VỊ ĐƯỢC MIỄN TRẢ LỜI", columns, rows)


def _others(book: Book, results: YearResults) -> None:
    """Where somebody else than the registered contact answered for a unit."""
    columns = [Column("Ngày nhận", 12, "day"), Column("Người trả lời", 60, "text")]
    rows: list[tuple[AssignmentFact, Sequence[Content | Styled]]] = [
        (part, [house_day(moment), who]) for part in results.assignments for moment, who in part.said_by
    ]
    _page(book, results, "Người khác trả lời", "PHIẾU KHÔNG DO ĐẦU MỐI ĐÃ ĐĂNG KÝ GỬI", columns, rows)


def _page(
    book: Book,
    results: YearResults,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[AssignmentFact, Sequence[Content | Styled]]],
) -> None:
    if not rows:
        return
    titles = {round_.code: round_.title for round_ in results.rounds}
    with book.page(name, heading_lines(results, title), [*UNIT, ROUND, *columns], frozen=3) as page:
        for number, (part, cells) in enumerate(rows, start=1):
            page.row([*unit_cells(number, results.unit(part.unit)), titles[part.round], *cells])


def _visits(book: Book, results: YearResults) -> None:
    if not results.visits:
        return
    columns = [*UNIT, ROUND, Column("Ngày", 12, "day"), Column("Giờ", 14), Column("Địa điểm", 30, "text")]
    columns += [Column("Thành phần đoàn", 60, "text"), Column("Tình trạng", 16), Column("Lý do hủy", 30, "text")]
    heading = heading_lines(results, "LỊCH KIỂM TRA TẠI ĐƠN VỊ")
    with book.page("Lịch kiểm tra", heading, columns, frozen=3) as page:
        for number, one in enumerate(results.visits, start=1):
            page.row([*unit_cells(number, results.unit(one.unit)), *_visit(results, one)])


def _visit(results: YearResults, one: VisitFact) -> list[Content | Styled]:
    titles = {round_.code: round_.title for round_ in results.rounds}
    standing = results.visit_standing(one)
    shown = Styled(VISIT_STANDINGS[standing], STANDING_STYLES[standing])
    return [titles[one.round], one.day, one.hours, one.place or None, "; ".join(one.team), shown, one.why or None]


VISIT_STANDINGS = {"done": "Đã đến ngày", "coming": "Chưa đến ngày", "cancelled": "Đã hủy"}
