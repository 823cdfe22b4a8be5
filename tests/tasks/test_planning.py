"""The plan: checked whole before anything is stored; what has opened keeps its terms."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tasks.domain.errors import DefinitionError, KiemtraError
from tasks.domain.ladder import Role
from tasks.planning import current_plan, plan_warnings, read_plan, store_plan
from tasks.records import Contact, Round
from tasks.scheduling import HOURS
from tests.tasks.world import PLAN, World, definitions, moment


def rounds(world: World) -> dict[str, Round]:
    with world.sessions() as session:
        return {one.code: one for one in session.scalars(select(Round))}


def test_importing_the_same_plan_twice_changes_only_the_moment_of_import(world: World) -> None:
    before = world.rows()
    world.take_in_plan(PLAN)
    assert world.rows() == before


def test_all_mistakes_are_named_at_once_and_nothing_is_stored(world: World) -> None:
    before = world.rows()
    wrong = PLAN.replace('checklist = "dot-xuat"', 'checklist = "khong-co"', 1).replace('"ptp"', '"khong-co"')
    wrong = wrong.replace("lock_on = 2025-11-14", "lock_on = 2025-10-14")
    with pytest.raises(DefinitionError) as refused:
        world.take_in_plan(wrong)
    assert len(refused.value.problems) == 3
    assert all(problem.where for problem in refused.value.problems)
    assert world.rows() == before


def test_a_round_that_waits_takes_the_change_and_one_that_has_opened_keeps_its_terms(begun: World) -> None:
    changed = PLAN.replace("due = 2025-05-16", "due = 2025-05-23").replace("2025-11-14", "2025-11-21")
    known = definitions()
    with begun.sessions.begin() as session:
        plan = read_plan(session, changed, "k.toml", known.checklists, known.calendars)
        change = store_plan(session, changed, plan, moment("2025-04-10 08:00"))
    assert (change.changed, change.kept, change.added, change.removed) == (("bao-cao-nam",), ("kiem-tra",), (), ())
    assert rounds(begun)["kiem-tra"].terms["due"] == "2025-05-16"
    assert rounds(begun)["bao-cao-nam"].terms["lock_on"] == "2025-11-21"


def test_a_round_that_is_taken_out_is_forgotten_unless_it_has_opened(begun: World) -> None:
    only_the_first = PLAN[: PLAN.rindex("[[round]]")]
    begun.take_in_plan(only_the_first)
    assert set(rounds(begun)) == {"kiem-tra"}
    begun.take_in_plan(PLAN.replace('code = "kiem-tra"', 'code = "kiem-tra-khac"'))
    assert set(rounds(begun)) == {"kiem-tra", "kiem-tra-khac", "bao-cao-nam"}


def test_a_missed_round_whose_dates_are_moved_waits_again(world: World) -> None:
    world.open("2025-07-15 07:35")
    assert rounds(world)["kiem-tra"].missed_at is not None
    moved = PLAN.replace("opens_on = 2025-04-08", "opens_on = 2025-07-21").replace(
        "due = 2025-05-16", "due = 2025-08-15"
    )
    world.take_in_plan(moved.replace("lock_on = 2025-06-30", "lock_on = 2025-09-30"))
    assert rounds(world)["kiem-tra"].missed_at is None
    world.open("2025-07-21 07:35")
    assert rounds(world)["kiem-tra"].opened_at is not None


def test_a_year_without_a_plan_says_how_to_import_one(world: World) -> None:
    with world.sessions() as session:
        assert current_plan(session, 2025).year == 2025
        with pytest.raises(KiemtraError, match="kiemtra plan import"):
            current_plan(session, 2026)


def test_a_rung_that_misses_some_units_is_said_when_the_plan_comes_in_but_not_refused(world: World) -> None:
    """T39."""
    with world.sessions() as session:
        said = plan_warnings(session, current_plan(session, 2025), definitions().calendars, HOURS)
    assert any("bước “qua-1”: 3 đơn vị chưa có địa chỉ thư của lãnh đạo đơn vị" in one for one in said)


def test_a_rung_that_reaches_no_unit_at_all_is_refused(world: World) -> None:
    """T39: a step without a recipient still waits its full delay."""
    known = definitions()
    with world.sessions.begin() as session:
        for contact in session.scalars(select(Contact).where(Contact.role == Role.LANH_DAO)):
            session.delete(contact)
    alone = PLAN.replace('audience = ["dau_moi", "lanh_dao"]', 'audience = ["lanh_dao"]')
    with world.sessions() as session, pytest.raises(DefinitionError) as refused:
        read_plan(session, alone, "ke-hoach.toml", known.checklists, known.calendars)
    assert "bước “qua-1”: không đơn vị nào có địa chỉ thư của lãnh đạo đơn vị" in str(refused.value)


def test_a_plan_that_does_not_say_where_its_papers_are_filed_is_told_so(world: World) -> None:
    with world.sessions() as session:
        plan = current_plan(session, 2025)
        silent = replace(plan, authority=replace(plan.authority, recipients=("Sở Nội vụ",)))
        asked = [plan_warnings(session, one, definitions().calendars, HOURS) for one in (plan, silent)]
    assert ["Lưu: VT, NV." in "\n".join(said) for said in asked] == [False, True]
