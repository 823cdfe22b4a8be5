"""The year's workbook: summary, kinds, every unit, every answer, every item, reminders, findings."""

from collections import Counter

from infra.document.annex_sheets import annex_pages
from infra.document.answer_sheets import answer_page, estimate_page, item_page, sheets_of
from infra.document.cells import UNIT, heading_lines, outcome_cells, share, unit_cells
from infra.document.chart import outcome_chart
from infra.document.figures import Counts, YearWords, by_kind
from infra.document.items import sentence_case
from infra.document.prose import Prose
from infra.document.remark_sheet import remark_page
from infra.document.sheet import Book, Column, Content, Styled
from infra.document.standing_sheets import standing_pages
from tasks.domain.calendar import house_day
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.extension import last_day
from tasks.domain.finding import FINDING_NAMES, FindingState
from tasks.domain.results.facts import OUTCOMES, YearResults, steps
from tasks.domain.results.tallies import reminders_and_chases
from tasks.domain.results.units import unit_notes

NOTE_MARKS = frozenset({"", "#"})
COUNTED = (
    Column("Được giao", 10, "count"),
    Column("Đã trả lời", 10, "count"),
    *(Column(name, 12, "count") for name in OUTCOMES.values()),
    Column("Tỷ lệ trả lời", 11, "rate"),
    Column("Tỷ lệ đúng hạn", 11, "rate"),
)
FIRST_OUTCOME = COUNTED[2]
CHART_ROWS = 10  # for its title, axis and legend


def year_workbook(results: YearResults, notes: Prose) -> bytes:
    words = YearWords(results)
    book = Book(f"Tổng hợp kết quả thực hiện dân chủ ở cơ sở năm {results.year}", results.authority, results.as_of)
    _summary(book, results, words)
    _by_kind(book, results)
    _by_unit(book, results)
    parts = results.of_round(results.report_round)
    for asked in sheets_of(results, results.report_round):
        answer_page(book, results, asked)
        item_page(book, results, asked)
        estimate_page(book, results, asked)
    annex_pages(book, results, parts)
    for number, round_ in enumerate(results.rounds, start=1):
        if round_.code != results.report_round:
            for asked in sheets_of(results, round_.code, f" đợt {number}"):
                answer_page(book, results, asked)
                item_page(book, results, asked)
    remark_page(book, results)
    _reminders(book, results)
    standing_pages(book, results)
    _findings(book, results)
    _notes(book, results, notes, words)
    return book.to_bytes()


def _summary(book: Book, results: YearResults, words: YearWords) -> None:
    columns = [Column("Đợt", 6, "count"), Column("Nội dung", 38, "text"), Column("Loại", 12, "text")]
    columns += [Column("Ngày mở", 12, "day"), Column("Kỳ số liệu", 14, "text"), Column("Ngày chốt", 11, "day")]
    columns += COUNTED
    heading = heading_lines(results, f"TỔNG HỢP KẾT QUẢ THỰC HIỆN DÂN CHỦ Ở CƠ SỞ NĂM {results.year}")
    heading += [Styled(sentence, "remark") for sentence in results.since]
    with book.page("Tổng hợp", heading, columns, pages=(1, 1)) as page:
        for one, fact in zip(words.rounds, results.rounds, strict=True):
            title = f"{one.title} (bỏ lỡ, không mở)" if one.missed else one.title
            dates = [fact.opened_on, fact.period_words or None, fact.cut_off_on]
            page.row([one.number, title, one.kind_name, *dates, *_counted(one.counts)])
        if not words.rounds:
            page.remark("Trong năm chưa có đợt nào.")
            return
        if len(words.rounds) > 1:
            total = ("", "Cộng (lượt đơn vị)", "", "", "", "")
            page.total([*(Styled(text, "total_text") for text in total), *_counted(words.all_rounds, "total_")])
        first_outcome = columns.index(FIRST_OUTCOME) + 1
        chart = outcome_chart(page.sheet, page.first_row, first_outcome, [one.counts for one in words.rounds])
        page.chart(chart, rows=CHART_ROWS + 2 * len(words.rounds))


def _by_kind(book: Book, results: YearResults) -> None:
    columns = [Column("Đợt", 44, "text"), Column("Loại hình", 30, "text"), *COUNTED]
    with book.page("Theo loại hình", heading_lines(results, "KẾT QUẢ THEO LOẠI HÌNH CƠ SỞ"), columns, frozen=2) as page:
        for round_ in results.rounds:
            for kind, counts in by_kind(results, round_.code).items():
                page.row([round_.title, kind, *_counted(counts)])
        for round_ in results.rounds:
            total = (Styled(text, "total_text") for text in (round_.title, "Cộng"))
            page.total([*total, *_counted(Counts.of(results.of_round(round_.code), results.as_of), "total_")])
        if not results.rounds:
            page.remark("Trong năm chưa có đợt nào.")


def _counted(counts: Counts, prefix: str = "") -> list[Content | Styled]:
    figures = [counts.asked, counts.answered, *(getattr(counts, outcome) for outcome in OUTCOMES)]
    rates = (share(part, counts.owing) for part in (counts.answered, counts.on_time))
    styled = [Styled(figure, f"{prefix}count") for figure in figures]
    return [*styled, *(Styled(rate, f"{prefix}rate") for rate in rates)]


def _by_unit(book: Book, results: YearResults) -> None:
    columns = [*UNIT, Column("Loại hình", 22, "text")]
    for number, round_ in enumerate(results.rounds, start=1):
        columns += [Column(f"Đợt {number}. {round_.title}", 18), Column(f"Đợt {number}: ngày trả lời", 11, "day")]
    columns += [Column("Số bước đôn đốc", 9, "count"), Column("Kiến nghị chưa xong", 9, "count")]
    columns += [Column("Ghi chú", 32, "text")]
    notes = unit_notes(results)
    heading = heading_lines(results, "KẾT QUẢ TỪNG ĐƠN VỊ")
    unsolved = Counter(finding.unit for finding in results.findings if finding.state is not FindingState.CLOSED)
    with book.page("Theo đơn vị", heading, columns, frozen=3) as page:
        for number, unit in enumerate(results.units, start=1):
            parts = [results.part(unit.code, round_.code) for round_ in results.rounds]
            outcomes = (cell for part in parts for cell in outcome_cells(results, part))
            chased = sum(len(steps(part.chases)) for part in parts if part)
            last = [chased, unsolved[unit.code], notes.of(unit.code) or None]
            page.row([*unit_cells(number, unit), UNIT_KIND_NAMES[unit.kind], *outcomes, *last])
        if not results.units:
            page.remark("Danh sách đơn vị đang trống.")


def _reminders(book: Book, results: YearResults) -> None:
    columns = [*UNIT, Column("Đợt", 44, "text"), Column("Hạn", 12, "day"), Column("Số bước", 8, "count")]
    columns += [Column("Trong đó sau hạn", 9, "count"), Column("Số thư", 8, "count")]
    columns += [Column("Các bước đã đôn đốc", 60, "text"), Column("Kết quả", 19), Column("Ngày trả lời", 12, "day")]
    units = {unit.code: unit for unit in results.units}
    titles = {round_.code: round_.title for round_ in results.rounds}
    climbed = [part for part in results.assignments if part.chases]
    _, after = reminders_and_chases(results)
    with book.page("Đôn đốc", heading_lines(results, "CÁC LƯỢT ĐÔN ĐỐC"), columns, frozen=3) as page:
        for number, part in enumerate(climbed, start=1):
            rungs = steps(part.chases)
            counts = [len(rungs), sum(rung in after for rung in rungs), len({one.mail for one in part.chases})]
            named = "; ".join(map(results.rung_title, rungs))
            what: list[Content] = [titles[part.round], last_day(part.due_at), *counts, named]
            page.row([*unit_cells(number, units[part.unit]), *what, *outcome_cells(results, part)])
        if not climbed:
            page.remark("Trong năm không phải đôn đốc đơn vị nào.")


def _findings(book: Book, results: YearResults) -> None:
    columns = [Column("STT", 6, "count"), Column("Số", 14, "text"), Column("Đơn vị", 36, "text")]
    columns += [Column("Tồn tại", 40, "text"), Column("Căn cứ", 26, "text"), Column("Kiến nghị khắc phục", 40, "text")]
    columns += [Column(name, 12, "day") for name in ("Ngày nêu", "Hạn ban đầu", "Hạn")]
    columns += [Column("Tình trạng", 26, "text")]
    columns += [Column("Quá hạn", 10)] + [Column(name, 12, "day") for name in ("Đơn vị báo xong", "Ngày đóng")]
    columns += [Column("Đơn vị báo cáo", 36, "text"), Column("Người đóng", 20, "text")]
    columns += [Column("Đã đôn đốc", 34, "text")]
    units = {unit.code: unit for unit in results.units}
    on = house_day(results.as_of)
    heading = heading_lines(results, "TỒN TẠI, KIẾN NGHỊ QUA KIỂM TRA, GIÁM SÁT")
    with book.page("Kiến nghị", heading, columns, frozen=3) as page:
        for number, one in enumerate(results.findings, start=1):
            overdue = Styled("Quá hạn", "bad") if one.overdue(on) else None
            named = "; ".join(map(results.rung_title, steps(one.chases)))
            what = [one.number, units[one.unit].name, one.what, one.basis, one.remedy or None]
            days = [one.raised_on, one.first_due_on or one.due_on, one.due_on]
            state = [sentence_case(FINDING_NAMES[one.state]), overdue, one.reported_on, one.closed_on]
            ended = [one.report or None, one.closed_by or None, named or None]
            page.row([number, *what, *days, *state, *ended])
        if not results.findings:
            page.remark("Trong năm không ghi nhận tồn tại, kiến nghị nào.")


def _notes(book: Book, results: YearResults, notes: Prose, words: YearWords) -> None:
    lines = notes.lines({name: getattr(words, name) for name in notes.used})
    with book.page("Ghi chú", heading_lines(results, "GHI CHÚ")[:2], [Column("Nội dung", 110, "note")]) as page:
        for line in lines:
            page.row([Styled(line.text, "note_title") if line.mark else line.text])
