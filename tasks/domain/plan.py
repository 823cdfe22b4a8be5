"""The plan of a year: the authority, its officers, its ladders, and the rounds with their separate dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from tasks.domain.calendar import Calendar, at, end_of
from tasks.domain.checklist import UnitKind
from tasks.domain.counting import WHEN_OFF_NAMES, Counting, WhenOff, last_of, moved
from tasks.domain.finding import FINDINGS
from tasks.domain.ladder import Ladder, Role
from tasks.domain.vietnamese import clock_text, day_text, day_words


class RoundKind(StrEnum):
    KE_HOACH = "ke_hoach"
    KIEM_TRA = "kiem_tra"
    GIAM_SAT = "giam_sat"
    BAO_CAO_NAM = "bao_cao_nam"
    DOT_XUAT = "dot_xuat"


ROUND_KIND_NAMES: Mapping[RoundKind, str] = {
    RoundKind.KE_HOACH: "Kế hoạch của đơn vị",
    RoundKind.KIEM_TRA: "Kiểm tra",
    RoundKind.GIAM_SAT: "Giám sát",
    RoundKind.BAO_CAO_NAM: "Báo cáo năm",
    RoundKind.DOT_XUAT: "Báo cáo đột xuất",
}


PERIOD_NAMES: Mapping[RoundKind, str] = {
    RoundKind.KE_HOACH: "Thời gian của kế hoạch",
    RoundKind.KIEM_TRA: "Thời gian được kiểm tra",
    RoundKind.GIAM_SAT: "Thời gian được giám sát",
    RoundKind.BAO_CAO_NAM: "Kỳ báo cáo",
    RoundKind.DOT_XUAT: "Kỳ báo cáo",
}
"""What the days of a round are to the unit that answers."""


class DueRule(StrEnum):
    """How the plan words its date: 'trước ngày 31/10' ends with 30/10, 'đến hết ngày 31/10' with 31/10."""

    TRUOC_NGAY = "truoc_ngay"
    DEN_HET_NGAY = "den_het_ngay"


@dataclass(frozen=True)
class Due:
    """The deadline as the plan says it. `clock` (house time) only for urgent rounds: due at that hour of `named`.

    A counted one ('trong 10 ngày làm việc') has its number in `days` or `working_days`; `named` is then the opening
    day it counts from.
    """

    named: date
    rule: DueRule = DueRule.DEN_HET_NGAY
    clock: time | None = None
    when_off: WhenOff = WhenOff.GIU_NGUYEN
    days: int | None = None
    working_days: int | None = None

    @property
    def is_counted(self) -> bool:
        return self.days is not None or self.working_days is not None

    def last_day(self, calendar: Calendar) -> date:
        if self.working_days is not None:
            return last_of(Counting.CONG_NGAY_LAM_VIEC, self.named, self.working_days, calendar)
        if self.days is not None:
            return last_of(Counting.CONG_NGAY, self.named, self.days, calendar)
        return moved(self.worded_day(calendar), self.when_off, calendar)

    def worded_day(self, calendar: Calendar) -> date:
        """The last day as the words have it, before the policy for days off."""
        if self.rule is DueRule.TRUOC_NGAY:
            return last_of(Counting.TRUOC_NGAY, self.named, 1, calendar)
        return self.named


@dataclass(frozen=True)
class Selection:
    """Whom a round asks: kinds and single units, less the excepted; a unit chosen twice is asked once."""

    kinds: frozenset[UnitKind] = frozenset()
    units: frozenset[str] = frozenset()
    but_not: frozenset[str] = frozenset()

    def takes(self, code: str, kind: UnitKind) -> bool:
        return code not in self.but_not and (kind in self.kinds or code in self.units)


_ROUND_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def wrong_round_code(code: str) -> str:
    """What speaks against the name of a round, which people type and file names carry; empty when it will do."""
    if code == FINDINGS:
        return f"mã đợt “{code}” dành cho các kiến nghị; hãy dùng mã khác"
    if not _ROUND_CODE.fullmatch(code):
        return f"mã đợt “{code}” phải gồm 1 đến 40 chữ không dấu, chữ số, gạch nối, viết liền; ví dụ bao-cao-nam"
    return ""


@dataclass(frozen=True)
class Round:
    code: str
    kind: RoundKind
    title: str
    opens_on: date
    due: Due
    period_from: date
    period_to: date
    selection: Selection
    checklists: Mapping[UnitKind, str]
    ladder: str
    cut_off_on: date | None = None
    estimate_to: date | None = None
    lock_on: date | None = None
    due_is_fixed: bool = False

    @property
    def urgent(self) -> bool:
        return self.kind is RoundKind.DOT_XUAT

    def succeeds(self, other: "Round") -> bool:
        """Whether opening `other` no longer makes sense once this one is due."""
        return self.kind is other.kind and self.selection == other.selection and self.opens_on > other.opens_on


@dataclass(frozen=True)
class Officer:
    role: Role
    title: str
    name: str
    address: str


@dataclass(frozen=True)
class LegalBasis:
    document: str
    on: date | None
    subject: str

    def words(self) -> str:
        issued = f" ngày {day_text(self.on)}" if self.on else ""
        return f"{self.document}{issued} {self.subject}".strip()


@dataclass(frozen=True)
class Authority:
    """Cơ quan chủ trì, valid from/to because the district tier ended on 1/7/2025 (NQ 1680/NQ-UBTVQH15)."""

    code: str
    name: str
    office: str
    superior: str
    symbol: str
    place: str
    signer_title: str
    signer_name: str
    contact: str
    recipients: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    name_in_head: str = ""
    superior_in_head: str = ""
    """As the office wrote them, with the breaks that its papers shall have."""


@dataclass(frozen=True)
class Plan:
    year: int
    title: str
    authority: Authority
    calendar: str
    officers: tuple[Officer, ...]
    legal_bases: tuple[LegalBasis, ...]
    ladders: Mapping[str, Ladder]
    rounds: tuple[Round, ...]
    calendars: Mapping[UnitKind, str] = field(default_factory=dict)
    """By whose calendar a kind of unit works, where it is not `calendar`."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Where the plan itself speaks of something that lists cite: 'kiem-tra' -> 'mục II.4'."""

    def round(self, code: str) -> Round | None:
        return next((one for one in self.rounds if one.code == code), None)

    def officer(self, role: Role) -> Officer | None:
        return next((one for one in self.officers if one.role is role), None)

    def missed(self, round_: Round, as_of: date) -> str:
        """Why a round that never opened should not open any more; '' when it should."""
        if round_.lock_on and as_of > round_.lock_on:
            return f"đã qua ngày khóa sổ {day_text(round_.lock_on)}"
        for later in self.rounds:
            if later.succeeds(round_) and later.opens_on <= as_of:
                return f"đã đến đợt sau “{later.code}”"
        return ""


@dataclass(frozen=True)
class Opening:
    """The dates with which a round really opens."""

    opened_on: date
    due_on: date
    due_at: datetime
    due_words: str


LEAST_WORKING_DAYS = 5


def opening(round_: Round, opened_on: date, calendar: Calendar) -> Opening:
    """A round that opens late keeps the time it gave: its due day counts from the real opening.

    A fixed due day (set by a superior) stays as long as it leaves `LEAST_WORKING_DAYS`.
    """
    if round_.due.is_counted:
        due_on = replace(round_.due, named=opened_on).last_day(calendar)
        return Opening(opened_on, due_on, end_of(due_on), due_words(round_.due, due_on))
    planned = round_.due.last_day(calendar)
    if round_.due.clock is not None:
        moment = at(round_.due.named, round_.due.clock)
        return Opening(opened_on, round_.due.named, moment, due_words(round_.due, round_.due.named))
    due_on = planned
    if opened_on > round_.opens_on:
        allowance = calendar.working_days_between(round_.opens_on, planned)
        left = calendar.working_days_between(opened_on, planned)
        if not round_.due_is_fixed or left < min(allowance, LEAST_WORKING_DAYS):
            due_on = max(planned, calendar.add_working_days(opened_on, allowance))
    return Opening(opened_on, due_on, end_of(due_on), due_words(round_.due, due_on))


def due_words(due: Due, due_on: date) -> str:
    """'trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025)': what a unit reads."""
    if due.clock is not None:
        return f"chậm nhất {clock_text(due.clock)} {day_words(due.named)}"
    if due.is_counted:
        return f"{span_words(due)} kể từ ngày nhận phiếu (chậm nhất hết {day_words(due_on)})"
    if due.rule is DueRule.TRUOC_NGAY and due_on == date.fromordinal(due.named.toordinal() - 1):
        return f"trước ngày {day_text(due.named)} (chậm nhất hết {day_words(due_on)})"
    return f"đến hết {day_words(due_on)}"


def span_words(due: Due) -> str:
    if due.working_days is not None:
        return f"trong {due.working_days:02d} ngày làm việc"
    return f"trong {due.days:02d} ngày"


def off_words(due: Due, calendar: Calendar) -> str:
    """How the plan deals with days off, for who reads it; '' when the due day is a plain working day."""
    if due.clock is not None:
        return ""
    if due.is_counted:
        count = "chỉ đếm ngày làm việc" if due.working_days is not None else "ngày cuối là ngày nghỉ thì lùi"
        return f"đếm từ ngày mở {day_text(due.named)}, không tính ngày đầu, {count} (BLDS 2015 Điều 147, 148)"
    day = due.worded_day(calendar)
    why = calendar.why_off(day)
    if not why:
        return ""
    last = due.last_day(calendar)
    result = f" {day_words(last)}" if last != day else ""
    return f"{day_words(day)} là ngày nghỉ ({why}): {WHEN_OFF_NAMES[due.when_off]}{result}"


def calendar_name(terms: Mapping[str, Any], kind: UnitKind | None = None) -> str:
    """The name of the calendar in the terms of a cycle or a finding: the kind's own, else the office's."""
    name: str = terms.get("calendars", {}).get(kind.value if kind else "", terms["calendar"])
    return name


def period_words(round_: Round) -> str:
    return f"từ ngày {day_text(round_.period_from)} đến ngày {day_text(round_.period_to)}"
