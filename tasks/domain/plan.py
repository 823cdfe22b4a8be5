"""The plan of a year: the authority, its officers, its ladders, and the rounds with their separate dates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from tasks.domain.calendar import Calendar, at, end_of
from tasks.domain.checklist import Checklist, UnitKind
from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown
from tasks.domain.ladder import UNIT_ROLES, Ladder, Role, parse_ladder
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


class DueRule(StrEnum):
    """How the plan words its date: 'trước ngày 31/10' ends with 30/10, 'đến hết ngày 31/10' with 31/10."""

    TRUOC_NGAY = "truoc_ngay"
    DEN_HET_NGAY = "den_het_ngay"


class WhenOff(StrEnum):
    """What happens to a due day on which nobody works; a date fixed by a superior stays by default."""

    GIU_NGUYEN = "giu_nguyen"
    LUI = "lui"
    KEO_VE = "keo_ve"


@dataclass(frozen=True)
class Due:
    """The deadline as the plan says it. `clock` (house time) only for urgent rounds: due at that hour of `named`."""

    named: date
    rule: DueRule = DueRule.DEN_HET_NGAY
    clock: time | None = None
    when_off: WhenOff = WhenOff.GIU_NGUYEN

    def last_day(self, calendar: Calendar) -> date:
        day = self.named
        if self.rule is DueRule.TRUOC_NGAY:
            day = date.fromordinal(day.toordinal() - 1)
        if self.when_off is WhenOff.LUI:
            return calendar.this_or_next_working_day(day)
        if self.when_off is WhenOff.KEO_VE:
            return calendar.this_or_last_working_day(day)
        return day


@dataclass(frozen=True)
class Selection:
    """Whom a round asks: kinds and single units, less the excepted; a unit chosen twice is asked once."""

    kinds: frozenset[UnitKind] = frozenset()
    units: frozenset[str] = frozenset()
    but_not: frozenset[str] = frozenset()

    def takes(self, code: str, kind: UnitKind) -> bool:
        return code not in self.but_not and (kind in self.kinds or code in self.units)


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
    if due.rule is DueRule.TRUOC_NGAY and due_on == date.fromordinal(due.named.toordinal() - 1):
        return f"trước ngày {day_text(due.named)} (chậm nhất hết {day_words(due_on)})"
    return f"đến hết {day_words(due_on)}"


def period_words(round_: Round) -> str:
    return f"từ ngày {day_text(round_.period_from)} đến ngày {day_text(round_.period_to)}"


# --- reading ---------------------------------------------------------------------------------------------------


def parse_plan(table: Table) -> Plan:
    """A plan that was checked before (a stored one): only its shape is read."""
    plan = _read_plan(table)
    table.raise_if_wrong()
    return plan


def checked_plan(
    table: Table, checklists: Mapping[str, Checklist], calendars: Mapping[str, Calendar], units: Mapping[str, UnitKind]
) -> Plan:
    """A plan file -> Plan, checked whole against the checklists, calendars and register.

    Raises DefinitionError with every mistake, by line. `units`: code -> kind; empty when there is no register yet,
    then codes are not checked.
    """
    plan = _read_plan(table)
    if plan.calendar not in calendars:
        table.wrong("calendar", f"không có lịch “{plan.calendar}”; chọn trong {', '.join(sorted(calendars))}")
    _check_whole(plan, table)
    for round_, where in zip(plan.rounds, table.tables("round"), strict=True):
        _check_dates(round_, where, calendars.get(plan.calendar))
        _check_selection(round_, where, checklists, units)
    table.raise_if_wrong()
    return plan


def _read_plan(table: Table) -> Plan:
    plan = Plan(
        year=table.integer("year"),
        title=table.text("title"),
        authority=_authority(table.table("authority")),
        calendar=table.text("calendar"),
        officers=tuple(_officer(one) for one in table.tables("officer")),
        legal_bases=tuple(_legal_basis(one) for one in table.tables("basis")),
        ladders={ladder.name: ladder for ladder in map(parse_ladder, table.tables("ladder", required=True))},
        rounds=tuple(parse_round(one) for one in table.tables("round", required=True)),
    )
    table.finish()
    return plan


def _check_whole(plan: Plan, table: Table) -> None:
    codes: set[str] = set()
    for round_, where in zip(plan.rounds, table.tables("round"), strict=True):
        if round_.code in codes:
            where.wrong("code", f"mã đợt “{round_.code}” bị trùng")
        codes.add(round_.code)
        if round_.ladder not in plan.ladders:
            where.wrong("ladder", f"đợt “{round_.code}”: không có thang nhắc “{round_.ladder}”")
    roles = {officer.role for officer in plan.officers}
    names: set[str] = set()
    for where in table.tables("ladder"):
        ladder = parse_ladder(where)
        if ladder.name in names:
            where.wrong("name", f"thang “{ladder.name}” bị trùng tên")
        names.add(ladder.name)
        for rung, rung_where in zip(ladder.rungs, where.tables("rung"), strict=True):
            for role in sorted(set(rung.audience) - UNIT_ROLES - roles):
                rung_where.wrong(
                    "audience",
                    f"thang “{ladder.name}”, bậc “{rung.name}”: chưa có [[officer]] nào giữ vai trò “{role}”",
                )


def _authority(table: Table) -> Authority:
    authority = Authority(
        code=table.text("code"),
        name=table.text("name"),
        office=table.text("office"),
        superior=table.text("superior"),
        symbol=table.text("symbol"),
        place=table.text("place"),
        signer_title=table.text("signer_title"),
        signer_name=table.text("signer_name", ""),
        contact=table.text("contact"),
        recipients=tuple(table.texts("recipients")),
        valid_from=table.day("valid_from", None),
        valid_to=table.day("valid_to", None),
    )
    table.finish()
    return authority


def _officer(table: Table) -> Officer:
    officer = Officer(table.choice("role", Role), table.text("title"), table.text("name"), table.text("address"))
    if "@" not in officer.address:
        table.wrong("address", f"“{officer.address}” không phải là địa chỉ thư")
    if officer.role in UNIT_ROLES:
        table.wrong("role", f"“{officer.role}” là người của đơn vị, khai trong danh sách đơn vị")
    table.finish()
    return officer


def _legal_basis(table: Table) -> LegalBasis:
    basis = LegalBasis(table.text("document"), table.day("on", None), table.text("subject", ""))
    table.finish()
    return basis


def parse_round(table: Table) -> Round:
    round_ = Round(
        code=table.text("code"),
        kind=table.choice("kind", RoundKind),
        title=table.text("title"),
        opens_on=table.day("opens_on"),
        due=_due(table),
        period_from=table.day("period_from"),
        period_to=table.day("period_to"),
        selection=_selection(table),
        checklists=_checklists(table),
        ladder=table.text("ladder"),
        cut_off_on=table.day("cut_off_on", None),
        estimate_to=table.day("estimate_to", None),
        lock_on=table.day("lock_on", None),
        due_is_fixed=table.flag("due_is_fixed", False),
    )
    table.finish()
    return round_


def _due(table: Table) -> Due:
    return Due(
        named=table.day("due"),
        rule=table.choice("due_rule", DueRule, DueRule.DEN_HET_NGAY),
        clock=table.clock("due_clock", None),
        when_off=table.choice("when_off", WhenOff, WhenOff.GIU_NGUYEN),
    )


def _selection(table: Table) -> Selection:
    kinds = []
    for name in table.texts("kinds", []):
        if name in set(UnitKind):
            kinds.append(UnitKind(name))
        else:
            table.wrong("kinds", f"không có loại hình “{name}”; chọn trong {', '.join(UnitKind)}")
    return Selection(frozenset(kinds), frozenset(table.texts("units", [])), frozenset(table.texts("but_not", [])))


def _checklists(table: Table) -> dict[UnitKind, str]:
    """`checklist = "giam-sat"` for all kinds, or `[round.checklists]` kind by kind."""
    if "checklist" in table:
        return dict.fromkeys(UnitKind, table.text("checklist"))
    by_kind = table.table("checklists")
    chosen = {}
    for key in by_kind.keys():  # noqa: SIM118 - a Table is no dict; keys() also counts every key as read
        if key in set(UnitKind):
            chosen[UnitKind(key)] = by_kind.text(key)
        else:
            by_kind.wrong(key, f"không có loại hình “{key}”; chọn trong {', '.join(UnitKind)}")
    return chosen


def _check_dates(round_: Round, table: Table, calendar: Calendar | None) -> None:
    say = f"đợt “{round_.code}”:"
    if date.min in {round_.opens_on, round_.due.named, round_.period_from, round_.period_to}:
        return  # a day that could not be read is reported already
    if round_.period_from > round_.period_to:
        table.wrong("period_from", f"{say} kỳ kiểm tra kết thúc trước khi bắt đầu")
    if calendar is None:
        return
    try:
        last = round_.due.last_day(calendar)
        for day in (round_.opens_on, last):
            calendar.is_working(day)
        left = calendar.working_days_between(round_.cut_off_on, last) if round_.cut_off_on else 1
    except CalendarUnknown as unknown:
        table.wrong("due", f"{say} {unknown}")
        return
    if last <= round_.opens_on and round_.due.clock is None:
        table.wrong("due", f"{say} hạn gửi {day_text(last)} không sau ngày mở {day_text(round_.opens_on)}")
    if round_.lock_on and round_.lock_on < last:
        table.wrong("lock_on", f"{say} ngày khóa sổ {day_text(round_.lock_on)} trước hạn gửi {day_text(last)}")
    if round_.cut_off_on and left < 1:
        table.wrong(
            "cut_off_on",
            f"{say} từ ngày chốt số liệu {day_text(round_.cut_off_on)} đến hạn gửi {day_text(last)} phải còn "
            "ít nhất 01 ngày làm việc (Nghị định 09/2019/NĐ-CP, Điều 8 khoản 5)",
        )


def _check_selection(
    round_: Round, table: Table, checklists: Mapping[str, Checklist], units: Mapping[str, UnitKind]
) -> None:
    say = f"đợt “{round_.code}”:"
    selection = round_.selection
    if not selection.kinds and not selection.units and not round_.urgent:
        table.wrong("kinds", f"{say} chưa chọn đơn vị nào (ghi “kinds” hoặc “units”)")
    if units:
        for code in sorted((selection.units | selection.but_not) - units.keys()):
            table.wrong("units", f"{say} không có đơn vị mã “{code}” trong danh sách")
    asked = selection.kinds | {units[code] for code in selection.units if code in units}
    for kind in sorted(asked - round_.checklists.keys()):
        table.wrong("checklists", f"{say} chưa có bảng kiểm cho loại hình “{kind}”")
    for kind, code in round_.checklists.items():
        if code not in checklists:
            table.wrong("checklists", f"{say} không có bảng kiểm “{code}”")
        elif kind in asked and kind not in checklists[code].applies_to:
            table.wrong("checklists", f"{say} bảng kiểm “{code}” không dùng cho loại hình “{kind}”")


def round_terms(round_: Round) -> dict[str, Any]:
    """The round as JSON, in the shape that `parse_round` reads."""
    terms: dict[str, Any] = {
        "code": round_.code,
        "kind": round_.kind.value,
        "title": round_.title,
        "opens_on": round_.opens_on.isoformat(),
        "due": round_.due.named.isoformat(),
        "due_rule": round_.due.rule.value,
        "due_clock": round_.due.clock.isoformat() if round_.due.clock else None,
        "when_off": round_.due.when_off.value,
        "period_from": round_.period_from.isoformat(),
        "period_to": round_.period_to.isoformat(),
        "kinds": sorted(round_.selection.kinds),
        "units": sorted(round_.selection.units),
        "but_not": sorted(round_.selection.but_not),
        "checklists": {kind.value: code for kind, code in round_.checklists.items()},
        "ladder": round_.ladder,
        "cut_off_on": round_.cut_off_on.isoformat() if round_.cut_off_on else None,
        "estimate_to": round_.estimate_to.isoformat() if round_.estimate_to else None,
        "lock_on": round_.lock_on.isoformat() if round_.lock_on else None,
        "due_is_fixed": round_.due_is_fixed,
    }
    return {key: value for key, value in terms.items() if value is not None}


def round_from_terms(terms: Mapping[str, Any]) -> Round:
    """A stored round; it was checked before it was stored, so only its shape is read here."""
    table = Table(terms, f"đợt {terms.get('code')}")
    round_ = parse_round(table)
    table.raise_if_wrong()
    return round_


def rounds_due(rounds: Sequence[Round], opened: Collection[str], as_of: date) -> list[Round]:
    """Every round whose opening day has come and that has not opened, in the order of their days."""
    due = [one for one in rounds if one.opens_on <= as_of and one.code not in opened]
    return sorted(due, key=lambda one: (one.opens_on, one.code))
