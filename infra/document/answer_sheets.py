"""The sheets of one checklist: what every unit answered, what every item adds up to, what is expected of the year."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from infra.document.cells import UNIT, heading_lines, outcome_cells, share, unit_cells
from infra.document.items import estimate, positive, sentence_case, summed, using
from infra.document.sheet import Book, Column, Content, Styled
from tasks.domain.calendar import house_day
from tasks.domain.checklist import (
    CHOICES,
    COMMUNES,
    NOT_APPLICABLE,
    UNIT_KIND_NAMES,
    WORDS,
    AnswerType,
    Checklist,
    Item,
    UnitKind,
    Value,
    day_of,
)
from tasks.domain.results.facts import AssignmentFact, YearResults, checklists_of
from tasks.domain.results.items import ItemTally, item_tallies
from tasks.domain.results.remarks import is_flagged
from tasks.domain.results.units import answered_after_lock
from tasks.domain.rounding import Number, exact, rounded
from tasks.domain.vietnamese import day_text

ANSWER_TYPES: Mapping[AnswerType, str] = {
    AnswerType.CO_KHONG: "Có/Không",
    AnswerType.MUC: "Mức",
    AnswerType.SO: "Số",
    AnswerType.SO_THAP_PHAN: "Số",
    AnswerType.NGAY: "Ngày",
    AnswerType.TY_LE: "Tỷ lệ %",
    AnswerType.VAN_BAN: "Văn bản",
    AnswerType.TEP: "Tệp",
    AnswerType.CHON: "Lựa chọn",
}
ANSWER_STYLES: Mapping[str, str] = {
    "Không": "bad",
    "Không đạt": "bad",
    "Đạt một phần": "half",
    NOT_APPLICABLE: "grey",
}
# Both scales side by side in four columns, best to worst.
CHOICE_COLUMNS: Mapping[str, frozenset[str]] = {
    "Có/Đạt": frozenset({"Có", "Đạt"}),
    "Đạt một phần": frozenset({"Đạt một phần"}),
    "Không/Không đạt": frozenset({"Không", "Không đạt"}),
    NOT_APPLICABLE: frozenset({NOT_APPLICABLE}),
}


# What there is room for in the name of a sheet.
SHORT_KINDS: Mapping[UnitKind, str] = {
    UnitKind.CO_QUAN: "Cơ quan",
    UnitKind.DON_VI_SU_NGHIEP: "ĐVSN",
    UnitKind.DOANH_NGHIEP_NHA_NUOC: "DN nhà nước",
    UnitKind.DOANH_NGHIEP: "DN ngoài NN",
}


@dataclass(frozen=True)
class Asked:
    """One list in one round: who was asked it, and what its sheets are called."""

    checklist: Checklist
    parts: Sequence[AssignmentFact]
    which: str
    """' đợt 2', where it is not the round of the yearly report."""
    whose: str

    def sheet(self, what: str) -> str:
        return f"{what}{self.which}{self.whose and f' - {self.whose}'}"

    def title(self, what: str) -> str:
        return f"{what}{self.which.upper()}: {self.checklist.title}"


def sheets_of(results: YearResults, round_: str, which: str = "") -> Iterator[Asked]:
    """Every list of a round, called after the kinds of unit that were asked it."""
    parts = results.of_round(round_)
    for checklist in checklists_of(parts):
        yield Asked(checklist, parts, which, _whose(results, _given(checklist, parts)))


def _whose(results: YearResults, parts: Sequence[AssignmentFact]) -> str:
    """'Xã, thị trấn', 'Cơ quan, ĐVSN'; nothing where a list is for everybody."""
    kinds = {results.unit(part.unit).kind for part in parts}
    if len(kinds) > 2:
        return "Cấp xã" if kinds <= COMMUNES else ""
    names = [SHORT_KINDS.get(kind, UNIT_KIND_NAMES[kind].lower()) for kind in UnitKind if kind in kinds]
    return sentence_case(", ".join(names))


def answer_page(book: Book, results: YearResults, asked: Asked) -> None:
    checklist, parts = asked.checklist, asked.parts
    columns = [*UNIT, Column("Kết quả", 19), Column("Ngày trả lời", 12, "day"), Column("Ô cần sửa", 8, "count")]
    columns += [Column("Ô cần xem lại", 8, "count"), Column("Mục không áp dụng", 8, "count")]
    columns += [Column("Nguồn", 44, "text"), Column("Ghi chú", 18, "text")]
    columns += [_item_column(item) for item in checklist.items]
    heading = heading_lines(results, asked.title("TRẢ LỜI CỦA TỪNG ĐƠN VỊ"))
    units = {unit.code: unit for unit in results.units}
    with book.page(asked.sheet("Trả lời"), heading, columns, frozen=3) as page:
        for number, part in enumerate(_given(checklist, parts), start=1):
            flags = sum(item.code in part.unreadable or is_flagged(part, item.code) for item in checklist.items)
            not_applied = sum(one.value == NOT_APPLICABLE for one in part.values.values())
            counts = [part.faults or None, flags or None, not_applied or None]
            told = [_sources(part), "trả lời sau khi khóa sổ" if answered_after_lock(results, part) else None]
            answers = (_shown(part, item) for item in checklist.items)
            page.row([*unit_cells(number, units[part.unit]), *outcome_cells(results, part), *counts, *told, *answers])


def _sources(part: AssignmentFact) -> str | None:
    """By which mail, or by whose hand, each came."""
    return "\n".join(f"{day_text(house_day(at))}: {words}" for at, words in part.sources) or None


def _given(checklist: Checklist, parts: Iterable[AssignmentFact]) -> list[AssignmentFact]:
    """Everyone who was given the checklist, the exempt too: each has a line."""
    key = (checklist.code, checklist.version)
    return [part for part in parts if (part.checklist.code, part.checklist.version) == key]


def _item_column(item: Item) -> Column:
    question = item.question if len(item.question) <= 90 else item.question[:90].rsplit(" ", 1)[0] + " …"
    long = item.type in WORDS
    unit = f" ({item.unit})" if item.unit else ""
    return Column(f"{item.code}. {question}{unit}", 40 if long else 18, "text" if long else "mark")


def _shown(part: AssignmentFact, item: Item) -> Content | Styled:
    if item.code in part.unreadable:
        return Styled(str(part.unreadable[item.code].value), "bad")
    value = part.values.get(item.code)
    shown = _answer(item, value)
    if not is_flagged(part, item.code):
        return shown
    # The figure as it counts, in the colour of what a person should look at again.
    plain = shown.value if isinstance(shown, Styled) else shown
    return Styled(plain, "flagged_day" if isinstance(plain, date) else "flagged")


def _answer(item: Item, value: Value | None) -> Content | Styled:
    if value is None:
        return None
    if item.type is AnswerType.NGAY and (day := day_of(value.value)):
        return Styled(day, "day")
    if isinstance(value.value, str):
        usual = "text" if item.type in WORDS else "mark"
        return Styled(value.value, ANSWER_STYLES.get(value.value, usual))
    return _number(value.value)


def _number(value: Number | None) -> Content | Styled:
    if value is None:
        return None
    if isinstance(value, int):
        return Styled(value, "count")
    shown = float(exact(value))
    return Styled(int(shown) if shown.is_integer() else shown, "count" if shown.is_integer() else "decimal")


def item_page(book: Book, results: YearResults, asked: Asked) -> None:
    some = using(asked.checklist, asked.parts)
    tallies = item_tallies(asked.checklist, some, house_day(results.as_of))
    has_estimates = any(one.estimates for one in tallies)
    columns = [Column("Mã", 9), Column("Nội dung", 54, "text"), Column("Căn cứ", 30, "text"), Column("Loại", 10)]
    columns += [Column("Phải trả lời", 9, "count"), Column("Đã trả lời", 9, "count")]
    columns += [Column(word, 9, "count") for word in CHOICE_COLUMNS] + [Column("Tỷ lệ Có/Đạt", 9, "rate")]
    columns += [Column("Số đơn vị có số", 9, "count")]
    columns += [Column(name, 11, "decimal") for name in ("Tổng", "Bình quân", "Thấp nhất", "Cao nhất")]
    columns += [Column("Đơn vị tính", 12), Column("Tính chung", 9, "rate"), Column("Số đơn vị tính chung", 9, "count")]
    columns += [Column("Cần xem lại", 9, "count")]
    columns += [Column("Ước cả năm", 11, "decimal"), Column("Số đơn vị ước", 9, "count")] if has_estimates else []
    heading = heading_lines(results, asked.title("KẾT QUẢ TỪNG MỤC"))
    with book.page(asked.sheet("Theo mục"), heading, columns, frozen=2) as page:
        for one in tallies:
            expected = _estimate_cells(one) if has_estimates else []
            page.row([*_item_words(one), *_choice_counts(one), *_item_numbers(one), *expected])


def _item_words(item: ItemTally) -> list[Content]:
    return [item.code, item.question, item.basis, ANSWER_TYPES[item.type], item.asked, item.answered]


def _choice_counts(item: ItemTally) -> list[Content]:
    columns = ([word for word in item.choices if word in words] for words in CHOICE_COLUMNS.values())
    *counts, not_applicable = [sum(item.choices[word] for word in words) if words else None for words in columns]
    return [*counts, item.not_applicable if item.type not in WORDS else not_applicable]


def _item_numbers(item: ItemTally) -> list[Content | Styled]:
    rate = share(*positive(item)) if item.type in CHOICES else None
    total = item.total if summed(item) else None
    mean = None if item.mean is None else rounded(item.mean, 2)
    numbers = (_number(number) for number in (total, mean, item.lowest, item.highest))
    count = None if item.type in CHOICES or item.type in WORDS else item.numbers
    together = [share(item.share.part, item.share.whole), item.share.units] if item.share else [None, None]
    return [rate, count, *numbers, item.unit or None, *together, item.flagged or None]


def _estimate_cells(item: ItemTally) -> list[Content | Styled]:
    figure = estimate(item)
    if figure is None:
        return [None, None]
    return [_number(figure if summed(item) else rounded(figure, 2)), item.estimates]


def estimate_page(book: Book, results: YearResults, asked: Asked) -> None:
    """So far and for the whole year side by side; only where an estimate was asked."""
    checklist, some = asked.checklist, using(asked.checklist, asked.parts)
    codes = {code for part in some for code, value in part.values.items() if value.estimate is not None}
    items = [item for item in checklist.items if item.code in codes]
    if not items:
        return
    units = {unit.code: unit for unit in results.units}
    columns = list(UNIT)
    for item in items:
        columns += [Column(f"{item.code} đến ngày chốt ({item.unit})", 16), Column(f"{item.code} ước cả năm", 16)]
    heading = heading_lines(results, asked.title("ƯỚC CẢ NĂM"))
    with book.page(asked.sheet("Ước năm"), heading, columns, frozen=3) as page:
        for number, part in enumerate(some, start=1):
            values = [part.values.get(item.code) for item in items]
            pairs = zip(items, values, strict=True)
            cells = [
                cell
                for item, value in pairs
                for cell in (_answer(item, value), _number(value.estimate if value else None))
            ]
            page.row([*unit_cells(number, units[part.unit]), *cells])
