"""The year's workbook: summary, kinds, every unit, every answer, every item, reminders, findings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from infra.document.chart import outcome_chart
from infra.document.figures import (
    VOCABULARY,
    Counts,
    YearWords,
    by_kind,
    in_official_order,
    positive,
    summed,
    using,
)
from infra.document.prose import Prose
from infra.document.sheet import Book, Column, Content, Styled
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, UNIT_KIND_NAMES, AnswerType, Checklist, Item, Value
from tasks.domain.finding import FINDING_NAMES, FindingState
from tasks.domain.results import (
    OUTCOMES,
    AssignmentFact,
    ItemTally,
    UnitFact,
    YearResults,
    checklists_of,
    item_tallies,
    official_order,
)
from tasks.domain.vietnamese import moment_text

DASH = Styled("–", "mark")
NOTE_MARKS = frozenset({"", "#"})
ANSWER_TYPES: Mapping[AnswerType, str] = {
    AnswerType.CO_KHONG: "Có/Không",
    AnswerType.MUC: "Mức",
    AnswerType.SO: "Số",
    AnswerType.SO_THAP_PHAN: "Số",
    AnswerType.NGAY: "Ngày",
    AnswerType.TY_LE: "Tỷ lệ %",
    AnswerType.VAN_BAN: "Văn bản",
}
ANSWER_STYLES: Mapping[str, str] = {
    "Không": "bad",
    "Không đạt": "bad",
    "Đạt một phần": "half",
    NOT_APPLICABLE: "grey",
}
CHOICE_WORDS = tuple(dict.fromkeys(word for words in CHOICES.values() for word in words))
COUNTED = (
    Column("Được giao", 10, "count"),
    Column("Đã trả lời", 10, "count"),
    *(Column(name, 12, "count") for name in OUTCOMES.values()),
    Column("Tỷ lệ trả lời", 11, "rate"),
    Column("Tỷ lệ đúng hạn", 11, "rate"),
)
FIRST_OUTCOME = COUNTED[2]
CHART_ROWS = 10  # for its title, axis and legend
UNIT = (Column("STT", 6, "count"), Column("Mã", 14, "text"), Column("Đơn vị", 38, "text"))


def year_workbook(results: YearResults, notes: Prose) -> bytes:
    words = YearWords(results)
    book = Book(f"Tổng hợp kết quả thực hiện dân chủ ở cơ sở năm {results.year}", results.authority, results.as_of)
    _summary(book, results, words)
    _by_kind(book, results)
    _by_unit(book, results)
    parts = in_official_order(results.of_round(results.report_round), results.units)
    for checklist in checklists_of(parts):
        _answers(book, results, checklist, parts)
        _items(book, results, checklist, parts)
        _estimates(book, results, checklist, parts)
    _reminders(book, results)
    _findings(book, results)
    _notes(book, results, notes, words)
    return book.to_bytes()


def _heading(results: YearResults, title: str) -> list[Styled]:
    """Who, what, and as of when: the same three lines on every sheet."""
    return [
        Styled(results.authority.upper(), "authority"),
        Styled(title, "title"),
        Styled(f"Số liệu đến {moment_text(results.as_of)} · Ấn bản số {results.edition}", "remark"),
    ]


def _summary(book: Book, results: YearResults, words: YearWords) -> None:
    columns = [Column("Đợt", 6, "count"), Column("Nội dung", 44, "text"), Column("Loại", 16, "text")]
    columns += [Column("Ngày mở", 12, "day"), *COUNTED]
    heading = _heading(results, f"TỔNG HỢP KẾT QUẢ THỰC HIỆN DÂN CHỦ Ở CƠ SỞ NĂM {results.year}")
    with book.page("Tổng hợp", heading, columns, one_page=True) as page:
        for one, fact in zip(words.rounds, results.rounds, strict=True):
            title = f"{one.title} (bỏ lỡ, không mở)" if one.missed else one.title
            page.row([one.number, title, one.kind_name, fact.opened_on, *_counted(one.counts)])
        if not words.rounds:
            page.remark("Trong năm chưa có đợt nào.")
            return
        if len(words.rounds) > 1:
            total = ("", "Cộng (lượt đơn vị)", "", "")
            page.row([*(Styled(text, "total_text") for text in total), *_counted(words.all_rounds, "total_")])
        first_outcome = columns.index(FIRST_OUTCOME) + 1
        chart = outcome_chart(page.sheet, page.first_row, first_outcome, [one.counts for one in words.rounds])
        page.chart(chart, rows=CHART_ROWS + 2 * len(words.rounds))


def _by_kind(book: Book, results: YearResults) -> None:
    columns = [Column("Đợt", 44, "text"), Column("Loại hình", 30, "text"), *COUNTED]
    with book.page("Theo loại hình", _heading(results, "KẾT QUẢ THEO LOẠI HÌNH CƠ SỞ"), columns, frozen=2) as page:
        for round_ in results.rounds:
            for kind, counts in by_kind(results, round_.code).items():
                page.row([round_.title, kind, *_counted(counts)])
            total = (Styled(text, "total_text") for text in (round_.title, "Cộng"))
            page.row([*total, *_counted(Counts.of(results.of_round(round_.code)), "total_")])
        if not results.rounds:
            page.remark("Trong năm chưa có đợt nào.")


def _counted(counts: Counts, prefix: str = "") -> list[Content | Styled]:
    figures = [counts.asked, counts.answered, *(getattr(counts, outcome) for outcome in OUTCOMES)]
    rates = (_rate(part, counts.owing) for part in (counts.answered, counts.on_time))
    styled = [Styled(figure, f"{prefix}count") for figure in figures]
    return [*styled, *(Styled(rate, f"{prefix}rate") for rate in rates)]


def _rate(part: int, whole: int) -> Content:
    return part / whole if whole else DASH.value


def _by_unit(book: Book, results: YearResults) -> None:
    columns = [*UNIT, Column("Loại hình", 22, "text")]
    for number, round_ in enumerate(results.rounds, start=1):
        columns += [Column(f"Đợt {number}. {round_.title}", 19), Column(f"Đợt {number}: ngày trả lời", 12, "day")]
    columns += [Column("Số bước đôn đốc", 10, "count"), Column("Kiến nghị chưa xong", 10, "count")]
    unsolved = Counter(finding.unit for finding in results.findings if finding.state is not FindingState.CLOSED)
    with book.page("Theo đơn vị", _heading(results, "KẾT QUẢ TỪNG ĐƠN VỊ"), columns, frozen=3) as page:
        for number, unit in enumerate(official_order(results.units), start=1):
            parts = [results.part(unit.code, round_.code) for round_ in results.rounds]
            outcomes = (cell for part in parts for cell in _outcome(results, part))
            rungs = sum(len(part.rungs) for part in parts if part)
            page.row([*_unit(number, unit), UNIT_KIND_NAMES[unit.kind], *outcomes, rungs, unsolved[unit.code]])
        if not results.units:
            page.remark("Danh sách đơn vị đang trống.")


def _unit(number: int, unit: UnitFact) -> list[Content]:
    return [number, unit.code, unit.name]


def _outcome(results: YearResults, part: AssignmentFact | None) -> list[Content | Styled]:
    if part is None:
        return [DASH, None]
    return [Styled(OUTCOMES[part.outcome], part.outcome), _house_day(results, part.answered_at)]


def _house_day(results: YearResults, moment: datetime | None) -> date | None:
    """The day on the office's calendar: `as_of` is in the house zone, what the mail server said is not."""
    return moment.astimezone(results.as_of.tzinfo).date() if moment else None


def _answers(book: Book, results: YearResults, checklist: Checklist, parts: Sequence[AssignmentFact]) -> None:
    columns = [*UNIT, Column("Kết quả", 19), Column("Ngày trả lời", 12, "day"), Column("Ô cần sửa", 8, "count")]
    columns += [_item_column(item) for item in checklist.items]
    heading = _heading(results, f"TRẢ LỜI CỦA TỪNG ĐƠN VỊ: {checklist.title}")
    units = {unit.code: unit for unit in results.units}
    with book.page(f"Trả lời {checklist.code}", heading, columns, frozen=3) as page:
        for number, part in enumerate(_given(checklist, parts), start=1):
            answers = (_answer(item, part.values.get(item.code)) for item in checklist.items)
            page.row([*_unit(number, units[part.unit]), *_outcome(results, part), part.faults or None, *answers])


def _given(checklist: Checklist, parts: Iterable[AssignmentFact]) -> list[AssignmentFact]:
    """Everyone who was given the checklist, the exempt too: each has a line."""
    key = (checklist.code, checklist.version)
    return [part for part in parts if (part.checklist.code, part.checklist.version) == key]


def _item_column(item: Item) -> Column:
    question = item.question if len(item.question) <= 90 else item.question[:90].rsplit(" ", 1)[0] + " …"
    long = item.type is AnswerType.VAN_BAN
    unit = f" ({item.unit})" if item.unit else ""
    return Column(f"{item.code}. {question}{unit}", 40 if long else 18, "text" if long else "mark")


def _answer(item: Item, value: Value | None) -> Content | Styled:
    if value is None:
        return None
    if item.type is AnswerType.NGAY and isinstance(value.value, str):
        return Styled(date.fromisoformat(value.value), "day")
    if isinstance(value.value, str):
        usual = "text" if item.type is AnswerType.VAN_BAN else "mark"
        return Styled(value.value, ANSWER_STYLES.get(value.value, usual))
    return _number(value.value)


def _number(value: float | None) -> Content | Styled:
    if value is None:
        return None
    return Styled(value, "count" if float(value).is_integer() else "decimal")


def _items(book: Book, results: YearResults, checklist: Checklist, parts: Sequence[AssignmentFact]) -> None:
    some = using(checklist, parts)
    tallies = item_tallies(checklist, some, results.as_of.date())
    used = [word for word in CHOICE_WORDS if any(word in tally.choices for tally in tallies)]
    estimates = _estimated(some)
    columns = [Column("Mã", 10), Column("Nội dung", 60, "text"), Column("Căn cứ", 34, "text"), Column("Loại", 10)]
    columns += [Column("Phải trả lời", 9, "count"), Column("Đã trả lời", 9, "count")]
    columns += [Column(word, 9, "count") for word in used] + [Column("Tỷ lệ Có/Đạt", 9, "rate")]
    columns += [Column(name, 11, "decimal") for name in ("Tổng", "Bình quân", "Thấp nhất", "Cao nhất")]
    columns += [Column("Đơn vị tính", 12)]
    columns += [Column("Ước cả năm", 11, "decimal"), Column("Số đơn vị ước", 9, "count")] if estimates else []
    heading = _heading(results, f"KẾT QUẢ TỪNG MỤC: {checklist.title}")
    with book.page(f"Theo mục {checklist.code}", heading, columns, frozen=2) as page:
        for one in tallies:
            estimate = _estimate_cells(one, estimates.get(one.code, [])) if estimates else []
            page.row([*_item_words(one), *(one.choices.get(word) for word in used), *_item_numbers(one), *estimate])


def _item_words(item: ItemTally) -> list[Content]:
    return [item.code, item.question, item.basis, ANSWER_TYPES[item.type], item.asked, item.answered]


def _item_numbers(item: ItemTally) -> list[Content | Styled]:
    rate = _rate(*positive(item)) if item.type in CHOICES else None
    total = item.total if summed(item) else None
    mean = None if item.mean is None else round(item.mean, 2)
    return [rate, *(_number(number) for number in (total, mean, item.lowest, item.highest)), item.unit or None]


def _estimated(parts: Iterable[AssignmentFact]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for part in parts:
        for code, value in part.values.items():
            if value.estimate is not None:
                found.setdefault(code, []).append(value.estimate)
    return found


def _estimate_cells(item: ItemTally, estimates: Sequence[float]) -> list[Content | Styled]:
    """What is not added up (days, shares) is estimated as a mean, like its figure so far."""
    if not estimates:
        return [None, None]
    total = sum(estimates) if summed(item) else round(sum(estimates) / len(estimates), 2)
    return [_number(total), len(estimates)]


def _estimates(book: Book, results: YearResults, checklist: Checklist, parts: Sequence[AssignmentFact]) -> None:
    """So far and for the whole year side by side; only where an estimate was asked."""
    some = using(checklist, parts)
    codes = _estimated(some)
    items = [item for item in checklist.items if item.code in codes]
    if not items:
        return
    units = {unit.code: unit for unit in results.units}
    columns = list(UNIT)
    for item in items:
        columns += [Column(f"{item.code} đến ngày chốt ({item.unit})", 16), Column(f"{item.code} ước cả năm", 16)]
    heading = _heading(results, f"ƯỚC CẢ NĂM: {checklist.title}")
    with book.page(f"Ước năm {checklist.code}", heading, columns, frozen=3) as page:
        for number, part in enumerate(some, start=1):
            values = [part.values.get(item.code) for item in items]
            pairs = zip(items, values, strict=True)
            cells = [
                cell
                for item, value in pairs
                for cell in (_answer(item, value), _number(value.estimate if value else None))
            ]
            page.row([*_unit(number, units[part.unit]), *cells])


def _reminders(book: Book, results: YearResults) -> None:
    columns = [*UNIT, Column("Đợt", 44, "text"), Column("Hạn", 12, "day"), Column("Số bước", 8, "count")]
    columns += [Column("Các bước đã đôn đốc", 60, "text"), Column("Kết quả", 19), Column("Ngày trả lời", 12, "day")]
    units = {unit.code: unit for unit in results.units}
    titles = {round_.code: round_.title for round_ in results.rounds}
    climbed = in_official_order((part for part in results.assignments if part.rungs), results.units)
    with book.page("Đôn đốc", _heading(results, "CÁC LƯỢT ĐÔN ĐỐC"), columns, frozen=3) as page:
        for number, part in enumerate(climbed, start=1):
            named = "; ".join(results.rung_names[rung] for rung in part.rungs)
            due = _house_day(results, part.due_at)
            what = [titles[part.round], due, len(part.rungs), named]
            page.row([*_unit(number, units[part.unit]), *what, *_outcome(results, part)])
        if not climbed:
            page.remark("Trong năm không phải đôn đốc đơn vị nào.")


def _findings(book: Book, results: YearResults) -> None:
    columns = [Column("STT", 6, "count"), Column("Số", 14, "text"), Column("Đơn vị", 36, "text")]
    columns += [Column("Tồn tại, kiến nghị", 56, "text"), Column("Căn cứ", 30, "text")]
    columns += [Column(name, 12, "day") for name in ("Ngày nêu", "Hạn")] + [Column("Tình trạng", 26, "text")]
    columns += [Column("Quá hạn", 10)] + [Column(name, 12, "day") for name in ("Đơn vị báo xong", "Ngày đóng")]
    columns += [Column("Đã đôn đốc", 34, "text")]
    units = {unit.code: unit for unit in results.units}
    on = results.as_of.date()
    heading = _heading(results, "TỒN TẠI, KIẾN NGHỊ QUA KIỂM TRA, GIÁM SÁT")
    with book.page("Kiến nghị", heading, columns, frozen=3) as page:
        for number, one in enumerate(results.findings, start=1):
            overdue = Styled("Quá hạn", "bad") if one.overdue(on) else None
            named = "; ".join(results.rung_names[rung] for rung in one.rungs)
            what = [one.number, units[one.unit].name, one.what, one.basis]
            state = [FINDING_NAMES[one.state], overdue, one.reported_on, one.closed_on, named or None]
            page.row([number, *what, one.raised_on, one.due_on, *state])
        if not results.findings:
            page.remark("Trong năm không ghi nhận tồn tại, kiến nghị nào.")


def _notes(book: Book, results: YearResults, notes: Prose, words: YearWords) -> None:
    lines = notes.lines({name: getattr(words, name) for name in VOCABULARY})
    with book.page("Ghi chú", _heading(results, "GHI CHÚ")[:2], [Column("Nội dung", 130, "note")]) as page:
        for line in lines:
            page.row([Styled(line.text, "note_title") if line.mark else line.text])
