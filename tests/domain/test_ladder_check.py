"""A ladder is looked at before it is climbed: close rungs are refused, rungs for nobody or out of time are named."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from infra.definitions import FileDefinitions
from tasks.domain.calendar import Calendar, SendingHours
from tasks.domain.checklist import UnitKind
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tasks.domain.ladder import Role
from tasks.domain.ladder_check import Reach, warnings
from tasks.domain.plan import Plan
from tasks.domain.plan_file import checked_plan, parse_plan

TEMPLATES = Path(__file__).parents[2] / "templates"
BOTH = frozenset({Role.DAU_MOI, Role.LANH_DAO})


@cache
def source() -> str:
    return (TEMPLATES / "plans/vinh-linh-2025.toml").read_text(encoding="utf-8")


@cache
def definitions() -> FileDefinitions:
    return FileDefinitions(TEMPLATES)


def calendar() -> Calendar:
    return definitions().calendar("cong-chuc")


def check(text: str) -> Plan:
    return checked_plan(Table.of_toml(text, "ke-hoach.toml"), definitions().checklists, definitions().calendars, {})


def told(*units: Reach, plan: Plan | None = None) -> list[str]:
    plan = plan or parse_plan(Table.of_toml(source(), "ke-hoach.toml"))
    return warnings(plan, units, calendar(), SendingHours())


def test_the_shipped_plan_has_nothing_to_refuse() -> None:
    assert check(source()).ladders["mac-dinh"].policy.reply_time == 1


def test_rungs_closer_than_the_units_time_to_answer_are_refused_by_name_and_line() -> None:
    """T34."""
    closer = source().replace('name = "mac-dinh"\n', 'name = "mac-dinh"\nreply_time = 3\n', 1)
    with pytest.raises(DefinitionError) as refused:
        check(closer)
    said = [str(one) for one in refused.value.problems]
    assert [one for one in said if "bước “qua-han-1”: chỉ cách bước “nhac-truoc-1” 2 ngày làm việc" in one]
    assert [one for one in said if "bước “qua-han-3”" in one]
    assert not [one for one in said if "bước “qua-han-7”" in one], "four days are enough"
    line = next(n for n, text in enumerate(closer.splitlines(), start=1) if 'name = "qua-han-1"' in text) - 1
    assert any(one.where == f"ke-hoach.toml, dòng {line}" for one in refused.value.problems)


def test_two_rungs_on_one_day_are_refused_without_being_asked() -> None:
    with pytest.raises(DefinitionError, match="chỉ cách bước “qua-han-1” 0 ngày làm việc"):
        check(source().replace("days = 3\n", "days = 1\n", 1))


def test_hours_are_measured_in_hours() -> None:
    with pytest.raises(DefinitionError, match="bước “khan-sau-4-gio”: chỉ cách bước “khan-sau-1-gio” 3 giờ"):
        check(source().replace('name = "khan"\n', 'name = "khan"\nreply_time = 4\n', 1))


def test_a_policy_cannot_be_negative() -> None:
    with pytest.raises(DefinitionError, match="“extension_days” phải là số từ 0 trở lên"):
        check(source().replace('name = "khan"\n', 'name = "khan"\nextension_days = -1\n', 1))


def test_a_rung_for_a_role_that_a_unit_does_not_have_is_named_with_the_unit() -> None:
    """T39."""
    lonely = Reach("ptp", "Phòng Tư pháp", UnitKind.CO_QUAN, frozenset({Role.DAU_MOI}))
    whole = Reach("xa-vinh-o", "Xã Vĩnh Ô", UnitKind.XA, BOTH)
    assert told(whole) == []
    (sentence,) = told(whole, lonely)
    assert "bước “qua-han-1”: 1 đơn vị chưa có địa chỉ thư của lãnh đạo đơn vị (Phòng Tư pháp)" in sentence


def test_only_the_first_names_are_said_and_only_of_units_that_are_asked() -> None:
    many = [Reach(f"xa-{n}", f"Xã {n}", UnitKind.XA, frozenset({Role.DAU_MOI})) for n in range(9)]
    (sentence,) = told(*many)
    assert "9 đơn vị" in sentence
    assert "Xã 4 …)" in sentence
    state = Reach("dn", "Công ty", UnitKind.DOANH_NGHIEP_NHA_NUOC, frozenset())
    assert told(state) == [], "no round of the plan asks it"


def test_rungs_before_the_opening_and_after_the_lock_are_named() -> None:
    plan = parse_plan(Table.of_toml(source(), "ke-hoach.toml"))
    first = plan.rounds[0]
    short = replace(first, opens_on=first.due.named.replace(day=24), lock_on=first.due.named.replace(month=3, day=5))
    said = told(plan=replace(plan, rounds=(short,)))
    assert [one for one in said if "đợt “ke-hoach”, bước “nhac-truoc-5”: đến trước khi đợt mở" in one]
    assert [one for one in said if "bước “qua-han-7”: chỉ đến sau ngày khóa sổ" in one]
    assert len(said) == 2
