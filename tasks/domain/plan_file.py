"""Reading a plan file: its shape, then all its mistakes against the checklists, the calendars and the register."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.domain.addressing import REFERENCES
from tasks.domain.calendar import Calendar
from tasks.domain.checklist import Checklist, UnitKind
from tasks.domain.counting import WhenOff
from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown
from tasks.domain.ladder import UNIT_ROLES, Role, parse_ladder
from tasks.domain.ladder_check import crowded
from tasks.domain.paper import on_one_line
from tasks.domain.plan import (
    Authority,
    Due,
    DueRule,
    LegalBasis,
    Officer,
    Plan,
    Round,
    RoundKind,
    Selection,
    wrong_round_code,
)
from tasks.domain.vietnamese import day_text


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
    for kind, name in plan.calendars.items():
        if name not in calendars:
            table.table("calendars").wrong(kind, f"không có lịch “{name}”; chọn trong {', '.join(sorted(calendars))}")
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
        calendars=_by_kind(table.table("calendars", required=False)),
        references=_references(table.table("references", required=False)),
    )
    table.finish()
    return plan


def _references(table: Table) -> dict[str, str]:
    for key in table.keys():  # noqa: SIM118 - a Table is no mapping
        if key not in REFERENCES:
            table.wrong(key, f"không hiểu “{key}”; các việc mà bảng kiểm viện dẫn: {', '.join(REFERENCES)}")
    return {key: table.text(key) for key in REFERENCES if key in table}


def _check_whole(plan: Plan, table: Table) -> None:
    codes: set[str] = set()
    for round_, where in zip(plan.rounds, table.tables("round"), strict=True):
        if why := wrong_round_code(round_.code):
            where.wrong("code", why)
        if round_.code in codes:
            where.wrong("code", f"mã đợt “{round_.code}” bị trùng")
        codes.add(round_.code)
        if round_.ladder not in plan.ladders:
            where.wrong("ladder", f"đợt “{round_.code}”: không có trình tự đôn đốc “{round_.ladder}”")
    roles: set[Role] = set()
    for officer, where in zip(plan.officers, table.tables("officer"), strict=True):
        if officer.role in roles:
            where.wrong("role", f"vai trò “{officer.role}” đã có người giữ ở một [[officer]] khác")
        roles.add(officer.role)
    names: set[str] = set()
    for where in table.tables("ladder"):
        ladder = parse_ladder(where)
        if ladder.name in names:
            where.wrong("name", f"trình tự “{ladder.name}” bị trùng tên")
        names.add(ladder.name)
        for rung, sentence in crowded(ladder):
            where.tables("rung")[ladder.rungs.index(rung)].wrong(None, sentence)
        for rung, rung_where in zip(ladder.rungs, where.tables("rung"), strict=True):
            if not rung.audience:
                rung_where.wrong("audience", f"trình tự “{ladder.name}”, bước “{rung.name}”: chưa ghi nhắc ai")
            for role in sorted(set(rung.audience) - UNIT_ROLES - roles):
                rung_where.wrong(
                    "audience",
                    f"trình tự “{ladder.name}”, bước “{rung.name}”: chưa có [[officer]] nào giữ vai trò “{role}”",
                )


def _authority(table: Table) -> Authority:
    authority = Authority(
        code=table.text("code"),
        name=on_one_line(table.text("name")),
        office=table.text("office"),
        superior=on_one_line(table.text("superior")),
        symbol=table.text("symbol"),
        place=table.text("place"),
        signer_title=table.text("signer_title"),
        signer_name=table.text("signer_name", ""),
        contact=table.text("contact"),
        recipients=tuple(table.texts("recipients")),
        valid_from=table.day("valid_from", None),
        valid_to=table.day("valid_to", None),
        name_in_head=table.text("name"),
        superior_in_head=table.text("superior"),
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
    """A day (`due`), or a count from the opening day (`due_days`, `due_working_days`)."""
    counts = [key for key in ("due_days", "due_working_days") if key in table]
    if not counts:
        return Due(
            named=table.day("due"),
            rule=table.choice("due_rule", DueRule, DueRule.DEN_HET_NGAY),
            clock=table.clock("due_clock", None),
            when_off=table.choice("when_off", WhenOff, WhenOff.GIU_NGUYEN),
        )
    for key in ("due", "due_rule", "due_clock", "when_off", "due_is_fixed", *counts[1:]):
        if key in table:
            table.raw(key)
            table.wrong(key, f"hạn đã tính theo “{counts[0]}”, không ghi thêm “{key}”")
    number = table.integer(counts[0])
    if number < 1 and number == table.raw(counts[0]):
        table.wrong(counts[0], f"“{counts[0]}” phải là số từ 1 trở lên")
    number = max(number, 1)
    if counts[0] == "due_days":
        return Due(named=table.day("opens_on"), days=number)
    return Due(named=table.day("opens_on"), working_days=number)


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
    return _by_kind(table.table("checklists"))


def _by_kind(by_kind: Table) -> dict[UnitKind, str]:
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
        **_due_terms(round_.due),
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
        "due_is_fixed": None if round_.due.is_counted else round_.due_is_fixed,
    }
    return {key: value for key, value in terms.items() if value is not None}


def _due_terms(due: Due) -> dict[str, Any]:
    if due.is_counted:
        return {"due_days": due.days, "due_working_days": due.working_days}
    return {
        "due": due.named.isoformat(),
        "due_rule": due.rule.value,
        "due_clock": due.clock.isoformat() if due.clock else None,
        "when_off": due.when_off.value,
    }


def round_from_terms(terms: Mapping[str, Any]) -> Round:
    """A stored round; it was checked before it was stored, so only its shape is read here."""
    table = Table(terms, f"đợt {terms.get('code')}")
    round_ = parse_round(table)
    table.raise_if_wrong()
    return round_
