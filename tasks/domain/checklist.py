"""A checklist: its items with their legal basis, the form a unit gets, and what is read back from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from tasks.domain.beside import Beside
from tasks.domain.vietnamese import day_text, exact_text


class UnitKind(StrEnum):
    """Loại hình cơ sở (Luật 10/2022/QH15, chương II-IV): thị trấn until 30/6/2025, đặc khu since 1/7/2025."""

    XA = "xa"
    PHUONG = "phuong"
    DAC_KHU = "dac_khu"
    THI_TRAN = "thi_tran"
    THON = "thon"
    TO_DAN_PHO = "to_dan_pho"
    CO_QUAN = "co_quan"
    DON_VI_SU_NGHIEP = "don_vi_su_nghiep"
    TRUONG_HOC = "truong_hoc"
    DOANH_NGHIEP_NHA_NUOC = "doanh_nghiep_nha_nuoc"
    DOANH_NGHIEP = "doanh_nghiep"


UNIT_KIND_NAMES: Mapping[UnitKind, str] = {
    UnitKind.XA: "Xã",
    UnitKind.PHUONG: "Phường",
    UnitKind.DAC_KHU: "Đặc khu",
    UnitKind.THI_TRAN: "Thị trấn",
    UnitKind.THON: "Thôn",
    UnitKind.TO_DAN_PHO: "Tổ dân phố",
    UnitKind.CO_QUAN: "Cơ quan chuyên môn",
    UnitKind.DON_VI_SU_NGHIEP: "Đơn vị sự nghiệp",
    UnitKind.TRUONG_HOC: "Trường học",
    UnitKind.DOANH_NGHIEP_NHA_NUOC: "Doanh nghiệp nhà nước",
    UnitKind.DOANH_NGHIEP: "Tổ chức có sử dụng lao động ngoài Nhà nước",
}


COMMUNES = frozenset({UnitKind.XA, UnitKind.PHUONG, UnitKind.DAC_KHU, UnitKind.THI_TRAN})
VILLAGES = frozenset({UnitKind.THON, UnitKind.TO_DAN_PHO})


class AnswerType(StrEnum):
    CO_KHONG = "co_khong"
    MUC = "muc"
    SO = "so"
    SO_THAP_PHAN = "so_thap_phan"
    NGAY = "ngay"
    TY_LE = "ty_le"
    VAN_BAN = "van_ban"
    TEP = "tep"  # the name of an enclosed file, or a link
    CHON = "chon"  # one of the item's own `choices`


NUMERIC = frozenset({AnswerType.SO, AnswerType.SO_THAP_PHAN})
CHOICES: Mapping[AnswerType, tuple[str, ...]] = {
    AnswerType.CO_KHONG: ("Có", "Không", "Không áp dụng"),
    AnswerType.MUC: ("Đạt", "Đạt một phần", "Không đạt", "Không áp dụng"),
}
NOT_APPLICABLE = "Không áp dụng"
WORDS = frozenset({AnswerType.VAN_BAN, AnswerType.TEP})


class Frequency(StrEnum):
    NAM = "nam"
    QUY = "quy"
    KHI_PHAT_SINH = "khi_phat_sinh"


@dataclass(frozen=True)
class Basis:
    """Căn cứ of an item; `verified` only when the article was read in an official text."""

    document: str
    verified: bool
    article: str = ""
    clause: str = ""
    point: str = ""
    from_: date | None = None
    to: date | None = None
    why: str = ""
    """Why it is not verified."""
    plan: str = ""
    """What of the office's own plan is cited; which plan that is, and where it says so, is known when a round opens."""

    def name(self) -> str:
        """In the order and spelling of laws: “điểm h khoản 2 Điều 11 Luật 10/2022/QH15”, without commas."""
        place = " ".join(part for part in (self.point, self.clause, self.article) if part)
        return f"{place} {self.document}".strip() if place else self.document

    def words(self) -> str:
        """As it goes out: what was not read in an official text says so, and is never told as a fact."""
        return self.name() + ("" if self.verified else " (chưa đối chiếu)")

    def dated_words(self) -> str:
        """With its days and whether it was read in an official text: what an editor must see."""
        days = f" từ {day_text(self.from_)}" if self.from_ else ""
        days += f" đến {day_text(self.to)}" if self.to else ""
        unread = f" (chưa đối chiếu{f': {self.why}' if self.why else ''})"
        return f"{self.name()}{days}" + ("" if self.verified else unread)

    def in_force(self, on: date) -> bool:
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on <= self.to)


@dataclass(frozen=True)
class Lapse:
    """From a day on an item no longer fits units of these kinds (none named: any): why, and whether for all of them.

    Where it is not for all (an office may still have its trade union), the unit says so itself.
    """

    why: str
    from_: date | None = None
    to: date | None = None
    kinds: tuple[UnitKind, ...] = ()
    whole: bool = False

    def holds(self, kind: UnitKind, on: date) -> bool:
        begun = self.from_ is None or self.from_ <= on
        return begun and (self.to is None or on <= self.to) and (not self.kinds or kind in self.kinds)

    def words(self) -> str:
        since = f" từ {day_text(self.from_)}" if self.from_ else ""
        if self.whole:
            return f"Không áp dụng{since}: {self.why}."
        return f"Được trả lời “Không áp dụng”{since} nếu {self.why}."


class Use(StrEnum):
    """What the report of the year makes of an item; told by a code, never by the words of its question."""

    ON_TIME = "gui_dung_han"  # the unit's own word on what the program measures itself
    MODELS = "cach_lam_hay"
    SHORTCOMINGS = "ton_tai"
    CAUSES = "nguyen_nhan"
    DIFFICULTIES = "kho_khan"  # with what is wished for: no cause of anything
    PROPOSALS = "de_xuat"
    DIRECTION = "chi_dao"
    OUTREACH = "tuyen_truyen"
    LINKED = "gan_nhiem_vu"  # democracy in the unit's other tasks
    AHEAD = "phuong_huong"


@dataclass(frozen=True)
class Item:
    code: str
    section: str
    question: str
    type: AnswerType
    basis: tuple[Basis, ...] = ()
    evidence: str = ""
    why: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    frequency: Frequency = Frequency.NAM
    condition: str = ""
    points: float = 0
    knock_out: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()
    continues: tuple[str, ...] = ()
    """What this item was in earlier versions: 'XA07' of this list, or 'xa-2024:XA07' of another; two are a merger."""
    lapses: tuple[Lapse, ...] = ()
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    """Of a share: the answers of the same form that it is a share of, so that all units together have one."""
    use: Use | None = None

    def basis_words(self, on: date) -> str:
        return "; ".join(one.words() for one in self.current_basis(on))

    def current_basis(self, on: date) -> list[Basis]:
        """The bases in force that day; all of them when none is dated so, for an item is never without its source."""
        return [one for one in self.basis if one.in_force(on)] or list(self.basis)


@dataclass(frozen=True)
class Section:
    code: str
    title: str


def choices_of(item: Item) -> tuple[str, ...]:
    """What may be chosen as the answer; empty where something is written. What has no condition fits everybody."""
    if item.type is AnswerType.CHON:
        return item.choices
    return tuple(one for one in CHOICES.get(item.type, ()) if item.condition or one != NOT_APPLICABLE)


@dataclass(frozen=True)
class Column:
    """One column of a statistical table; `group` is a heading over several neighbours ('Thu hồi')."""

    code: str
    title: str
    type: AnswerType
    unit: str = ""
    group: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    total: bool = False
    """Summed in the table's last line, and over all units in the year's annex."""

    @property
    def name(self) -> str:
        """As a person reads it away from its table: 'Số vụ việc – Trong kỳ', for two groups may share a title."""
        return f"{self.group} – {self.title}" if self.group else self.title


@dataclass(frozen=True)
class Row:
    code: str
    title: str


@dataclass(frozen=True)
class StatTable:
    """A table of the annex: fixed `rows`, or (none given) lines that the unit repeats, at most `most_rows`.

    Every cell is an item of its own, with the code '<table>.<row>.<column>' ('BII.r3.so_ho'): read, refused, stored
    and traced like any other answer. A repeated line is numbered r1, r2… in the order in which it is written.
    """

    code: str
    number: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    most_rows: int = 30
    basis: tuple[Basis, ...] = ()
    why: str = ""
    note: str = ""

    @property
    def repeated(self) -> bool:
        return not self.rows

    def lines(self) -> tuple[Row, ...]:
        """Every line that may be filled, the repeated ones by number."""
        return self.rows or tuple(Row(f"r{number}", str(number)) for number in range(1, self.most_rows + 1))

    def cell(self, row: Row, column: Column) -> Item:
        place = f"dòng “{row.title}”" if self.rows else f"dòng {row.title}"
        return Item(
            code=f"{self.code}.{row.code}.{column.code}",
            section=self.code,
            question=f"Bảng {self.number}, {place}, cột “{column.name}”",
            type=column.type,
            basis=self.basis,
            why=self.why,
            unit=column.unit,
            minimum=column.minimum,
            maximum=column.maximum,
            required=column.required,
            choices=column.choices,
        )

    def find(self, code: str) -> tuple[int, int] | None:
        """Line and column of a cell's code; the table has thousands of cells, so none is made to be looked for."""
        table, _, rest = code.partition(".")
        row, _, column = rest.partition(".")
        if table != self.code or row not in self._line_numbers or column not in self._column_numbers:
            return None
        return self._line_numbers[row], self._column_numbers[column]

    @cached_property
    def _line_numbers(self) -> Mapping[str, int]:
        return {row.code: number for number, row in enumerate(self.lines())}

    @cached_property
    def _column_numbers(self) -> Mapping[str, int]:
        return {column.code: number for number, column in enumerate(self.columns)}

    def cells(self) -> list[Item]:
        return [self.cell(row, column) for row in self.lines() for column in self.columns]


class CheckKind(StrEnum):
    """How the two sides of a cross-check are compared."""

    AT_MOST = "khong_qua"  # sum(left) <= share * sum(right), or <= limit
    AT_LEAST = "it_nhat"
    MORE_THAN = "tren"  # 'trên 50 %': the half itself is not enough
    EQUAL = "bang"
    WORKING_DAYS = "ngay_lam_viec"  # from left to right: at most `limit` working days
    DAYS = "so_ngay_lien_tuc"  # from left to right, both counted: at least `limit` days on end
    NOTICE = "bao_truoc"  # left lies at least `limit` calendar days before right
    NOT_AFTER = "khong_sau"  # the day on the left is not after the one on the right


class Severity(StrEnum):
    HARD = "cung"
    SOFT = "mem"


@dataclass(frozen=True)
class Check:
    """A cross-check: judged where all of its answers are there; `sentence` may name {trai}, {phai}, {ty_le}, {nguong}.

    Sides are item codes, or, with `table`, columns of that table, judged line by line: of the lines only those that say
    one of `when_values` in `when_column`, and one of `and_values` in `and_column`.
    """

    code: str
    kind: CheckKind
    severity: Severity
    left: tuple[str, ...]
    sentence: str
    right: tuple[str, ...] = ()
    limit: float | None = None
    share: str = ""
    table: str = ""
    when_column: str = ""
    when_values: tuple[str, ...] = ()
    and_column: str = ""
    and_values: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True)
class Checklist:
    code: str
    version: str
    title: str
    applies_to: tuple[UnitKind, ...]
    effective_from: date
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    outline: tuple[Section, ...] = ()
    """Headings of the report's outline (đề cương), with `narrative` under them: written in words, never required."""
    narrative: tuple[Item, ...] = ()
    tables: tuple[StatTable, ...] = ()
    checks: tuple[Check, ...] = ()

    def item(self, code: str) -> Item:
        """Whatever may be answered under that code: an item, a part of the outline, a cell of a table."""
        if (found := self._find(code)) is None:
            raise KeyError(code)
        return found

    def has(self, code: str) -> bool:
        return self._find(code) is not None

    def place(self, code: str) -> tuple[int, ...]:
        """Sorts answers as they stand in the form: items, the outline, table by table; what is unknown comes last."""
        if code in self._written:
            return (0, self._written[code][0])
        for number, table in enumerate(self.tables):
            if found := table.find(code):
                return (1, number, *found)
        return (2,)

    def _find(self, code: str) -> Item | None:
        if code in self._written:
            return self._written[code][1]
        for table in self.tables:
            if found := table.find(code):
                return table.cell(table.lines()[found[0]], table.columns[found[1]])
        return None

    @cached_property
    def _written(self) -> Mapping[str, tuple[int, Item]]:
        return {item.code: (number, item) for number, item in enumerate((*self.items, *self.narrative))}

    def by_section(self) -> list[tuple[Section, list[Item]]]:
        return [(section, [item for item in self.items if item.section == section.code]) for section in self.sections]

    def by_heading(self) -> list[tuple[Section, list[Item]]]:
        """The outline of the report, heading by heading."""
        return [(part, [item for item in self.narrative if item.section == part.code]) for part in self.outline]


@dataclass(frozen=True)
class Fault:
    """One cell that could not be taken: what stands there, what would be right, and what was well beside it."""

    item: str
    cell: str
    sentence: str
    found: str = ""
    evidence: str = ""
    note: str = ""
    estimate: float | None = None
    check: str = ""
    """Of the cross-check that does not hold, where the cell by itself could be read."""
    of_estimate: bool = False
    """Of the estimate beside the answer, which may be well."""


@dataclass(frozen=True)
class Value:
    """One accepted answer. `value`: words, a number, or an ISO day; `flag` says what was assumed."""

    item: str
    value: str | int | float
    cell: str = ""
    evidence: str = ""
    note: str = ""
    estimate: float | None = None
    flag: str = ""


@dataclass(frozen=True)
class Form:
    """Everything one unit's workbook shows. Days are house days; `accepted` and `faults` fill a returned form."""

    authority: str
    superior: str
    title: str
    unit_code: str
    unit_name: str
    case_code: str
    token: str
    due_words: str
    period_words: str
    reply_to: str
    contact_words: str
    as_of: date
    checklist: Checklist
    period_name: str = "Thời kỳ"
    cut_off_words: str = ""
    estimate_words: str = ""
    accepted: Mapping[str, Value] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    beside: Mapping[str, Beside] = field(default_factory=dict)
    signed_copy: str = ""
    """Whether a printed copy must follow, as a sentence."""
    last_year: Mapping[str, str] = field(default_factory=dict)
    """What the unit answered to each item the year before, as a person reads it."""

    @property
    def asks_estimate(self) -> bool:
        """Whether numbers are asked twice: up to the cut-off, and 'ước cả năm'."""
        return bool(self.estimate_words)


@dataclass(frozen=True)
class Identity:
    """What a returned workbook says of itself; it identifies, it authorises nothing."""

    case_code: str = ""
    token: str = ""
    unit_code: str = ""
    checklist: str = ""
    version: str = ""


@dataclass(frozen=True)
class Reading:
    """A returned workbook, cell by cell: what was accepted, what was not, what was left blank."""

    identity: Identity
    accepted: Mapping[str, Value]
    faults: tuple[Fault, ...]
    missing: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()
    marked: tuple[str, ...] = ()
    """The lines for more time and for a promise, as they stand in the form."""

    @property
    def complete(self) -> bool:
        return not self.faults and not self.missing


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")  # also 20250309 is a day to Python, and a number to who typed it


def day_of(value: str | int | float) -> date | None:
    """The day that an answer names; None for other words, "Không áp dụng" among them."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def value_text(item: Item, value: str | int | float) -> str:
    """How a person reads an accepted answer."""
    if item.type is AnswerType.NGAY and (day := day_of(value)):
        return day_text(day)
    if isinstance(value, (int, float)):
        return exact_text(value) + ("%" if item.type is AnswerType.TY_LE else "")
    return value
