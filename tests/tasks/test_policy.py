"""A new policy reaches what runs only on purpose, after a preview; what was sent stays sent."""

from datetime import date

import pytest
from sqlalchemy import select

from tasks.domain.errors import KiemtraError
from tasks.domain.finding import FINDINGS
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.inspection import NewFinding, raise_finding
from tasks.planning import current_plan
from tasks.policy import PolicyChange, apply_policy, behind_the_plan, policy_change
from tasks.records import Cycle, Finding
from tests.tasks.world import (
    ADDRESS,
    CHIEF,
    FIVE_BEFORE,
    HEADS,
    ONE_AFTER,
    ONE_BEFORE,
    PLAN,
    SEVEN_AFTER,
    THREE_AFTER,
    UNITS,
    World,
    moment,
)

UNIT = "xa-vinh-o"
TEN = 'name = "qua-7"\ntitle = "Quá hạn 7 ngày"\ndays = 7'


def replan(world: World, old: str, new: str) -> None:
    assert old in PLAN
    world.take_in_plan(PLAN.replace(old, new), "2025-05-12 08:00")


def preview(world: World, round_: str = "kiem-tra") -> PolicyChange:
    with world.sessions() as session:
        return policy_change(session, round_, world.tools)


def apply(world: World, round_: str = "kiem-tra") -> PolicyChange:
    with world.sessions.begin() as session:
        return apply_policy(session, round_, world.tools)


def behind(world: World) -> list[str]:
    with world.sessions() as session:
        return behind_the_plan(session, current_plan(session, 2025))


def rungs(world: World, unit: str = UNIT) -> list[tuple[str, Role | None]]:
    return [(one.rung, one.role) for one in world.letters_of(unit) if one.rung]


def test_a_plan_that_changes_leaves_what_runs_alone_until_it_is_applied(begun: World) -> None:
    replan(begun, "days = -1", "days = -2")
    begun.climb("2025-05-14 07:30")
    assert rungs(begun) == [("truoc-5", Role.DAU_MOI)]
    begun.climb(ONE_BEFORE)
    assert rungs(begun)[-1] == ("truoc-1", Role.DAU_MOI)


def test_the_preview_shows_what_would_move_and_changes_nothing(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    replan(begun, "days = -1", "days = -2")
    before = begun.rows()
    change = preview(begun)
    assert {one.before for one in change.moved} == {moment(ONE_BEFORE)}
    assert {one.after for one in change.moved} == {moment("2025-05-14 07:30")}
    assert change.due_now(moment("2025-05-12 08:00")) == 0
    assert change.due_now(moment("2025-05-14 08:00")) == len(UNITS)
    assert begun.rows() == before


def test_applied_the_later_rungs_come_at_their_new_time_and_the_fired_ones_never_again(begun: World) -> None:
    """T21."""
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    replan(begun, "days = -5", "days = -4")
    apply(begun)
    for when in ("2025-05-12 07:30", ONE_BEFORE):
        begun.climb(when)
        begun.send(when)
    assert rungs(begun) == [("truoc-5", Role.DAU_MOI), ("truoc-1", Role.DAU_MOI)]
    assert len(begun.outbox.to(ADDRESS[UNIT])) == 2


def test_a_new_rung_that_lies_behind_a_climbed_one_is_noted_as_merged_and_reaches_nobody(begun: World) -> None:
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    sent = len(begun.outbox.sent)
    between = 'days = -2\naudience = ["dau_moi"]\n[[ladder.rung]]\nname = "truoc-1"\ntitle = "Nhắc"\ndays = -1'
    new = f'name = "truoc-2"\ntitle = "Nhắc trước hạn 2 ngày"\n{between}'
    replan(begun, 'name = "truoc-1"\ntitle = "Nhắc trước hạn 1 ngày"\ndays = -1', new)
    apply(begun)
    begun.climb("2025-05-19 08:00")
    begun.send("2025-05-19 08:00")
    assert len(begun.outbox.sent) == sent
    behind = [one for one in begun.letters_of(UNIT) if one.rung == "truoc-2"]
    assert [(one.state, one.reason) for one in behind] == [(LetterState.CANCELLED, Reason.SUPERSEDED)]


def test_an_escalation_that_waits_for_a_rung_of_the_old_policy_is_taken_back(begun: World) -> None:
    begun.climb(THREE_AFTER)
    replan(begun, "days = 3", "days = 5")
    change = apply(begun)
    assert sum(one.taken_back for one in change.moved) == len(UNITS)
    assert begun.states(reason=Reason.APPROVAL) == {}
    begun.climb("2025-05-22 07:30")
    assert begun.states(reason=Reason.APPROVAL) == {}
    begun.climb("2025-05-23 07:30")
    assert begun.states(reason=Reason.APPROVAL) == {"held": len(UNITS)}


def test_one_that_the_new_policy_has_too_goes_on_waiting(begun: World) -> None:
    begun.climb(THREE_AFTER)
    replan(begun, TEN, TEN.replace("days = 7", "days = 10"))
    apply(begun)
    assert begun.states(reason=Reason.APPROVAL) == {"held": len(UNITS)}
    assert begun.assignment(UNIT).next_rung_at == moment("2025-05-30 07:30")


def test_a_new_officer_gets_the_letters_that_waited_for_the_old_one(begun: World) -> None:
    begun.climb(THREE_AFTER)
    replan(begun, "truongphong@vinhlinh.example", "moi@vinhlinh.example")
    apply(begun)
    begun.climb("2025-05-21 08:00")
    waiting = begun.letters(reason=Reason.APPROVAL)
    assert {one.recipient for one in waiting} == {"moi@vinhlinh.example"}
    assert len(waiting) == len(UNITS)


def test_what_runs_behind_the_plan_is_named_until_it_is_applied(begun: World) -> None:
    begun.raise_finding()
    assert behind(begun) == []
    replan(begun, "truongphong@vinhlinh.example", "moi@vinhlinh.example")
    assert behind(begun) == ["kiem-tra", FINDINGS]
    apply(begun)
    apply(begun, FINDINGS)
    assert behind(begun) == []
    assert not preview(begun).differs


def test_applying_twice_changes_nothing_the_second_time(begun: World) -> None:
    begun.climb(SEVEN_AFTER)
    replan(begun, "days = 3", "days = 5")
    apply(begun)
    before = begun.rows()
    apply(begun)
    assert begun.rows() == before


def test_whoever_has_answered_is_not_touched(begun: World) -> None:
    begun.answer(UNIT, "2025-05-12 09:00")
    replan(begun, "days = -1", "days = -2")
    assert len(apply(begun).moved) == len(UNITS) - 1
    assert begun.assignment(UNIT).next_rung_at is None


def test_open_findings_go_over_under_a_name_of_their_own(begun: World) -> None:
    begun.raise_finding()
    replan(begun, "days = -1", "days = -2")
    (moved,) = apply(begun, FINDINGS).moved
    assert moved.after == moment("2025-07-11 07:30")
    begun.climb("2025-07-11 07:30")
    assert begun.finding().next_rung_at == moment("2025-07-16 07:30")


def test_a_round_that_does_not_run_is_named(begun: World) -> None:
    with pytest.raises(KiemtraError, match="Không có gì đang chạy ở đợt “bao-cao-nam”"):
        preview(begun, "bao-cao-nam")


# --- what a new ladder has put into the past -------------------------------------------------------------------------


def test_letters_that_a_new_ladder_makes_due_leave_at_once_and_are_taken_for_no_outage(begun: World) -> None:
    begun.limited(consent_above=3)
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    new = 'name = "truoc-6"\ntitle = "Nhắc thêm"\ndays = -4\naudience = ["lanh_dao"]\n'
    old = '[[ladder.rung]]\nname = "truoc-1"'
    assert old in PLAN
    begun.take_in_plan(PLAN.replace(old, f"[[ladder.rung]]\n{new}{old}"), "2025-05-14 08:00")
    begun.clock.now = moment("2025-05-14 08:00")
    promised = preview(begun).due_now(begun.clock.now)
    assert promised == len(UNITS)
    assert apply(begun).climbed == len(HEADS), "the others have no head on record"
    assert begun.states(rung="truoc-6", kind=LetterKind.ESCALATION) == {"queued": len(HEADS), "cancelled": 3}
    before = begun.rows()
    begun.climb("2025-05-14 08:15")
    assert begun.rows() == before, "nothing is left for the next run"
    begun.send("2025-05-14 08:20")
    assert len(begun.outbox.to(HEADS[UNIT])) == 1


def test_what_an_outage_missed_before_the_change_still_waits_for_consent(begun: World) -> None:
    begun.limited(consent_above=3)
    replan(begun, "days = 7", "days = 8")
    begun.clock.now = moment("2025-05-20 08:00")
    assert apply(begun).climbed == 0
    begun.climb("2025-05-20 08:15")
    assert {one.reason for one in begun.letters(rung="qua-1", role=Role.DAU_MOI)} == {Reason.CONSENT}


# --- two years at once -----------------------------------------------------------------------------------------------

NEXT_YEAR = (
    PLAN.replace("2025-", "2026-")
    .replace("2024-", "2025-")
    .replace("year = 2025", "year = 2026")
    .replace("năm 2025", "năm 2026")
    .replace("truongphong@vinhlinh.example", "nam2026@vinhlinh.example")
    .replace("days = -1", "days = -2")
)


@pytest.fixture
def two_years(begun: World) -> World:
    """A finding of December is open still when the new year's plan, with another trưởng phòng, has findings too."""
    begun.raise_finding(due=date(2026, 3, 20), when="2025-12-18 09:00")
    begun.take_in_plan(NEXT_YEAR, "2026-01-05 08:00")
    begun.clock.now = moment("2026-02-02 09:00")
    with begun.sessions.begin() as session:
        new = NewFinding("xa-vinh-ha", "Chưa niêm yết.", date(2026, 3, 20))
        raise_finding(session, new, current_plan(session, 2026), begun.tools, begun.clock.now)
    return begun


def chiefs(world: World) -> dict[str, str]:
    with world.sessions() as session:
        return {
            one.number: one.terms["officers"]["truong_phong"]["address"] for one in session.scalars(select(Finding))
        }


def test_findings_of_two_years_each_follow_the_plan_of_their_own_year(two_years: World) -> None:
    before = chiefs(two_years)
    assert before == {"KN-2025-001": CHIEF, "KN-2026-001": "nam2026@vinhlinh.example"}
    assert not preview(two_years, FINDINGS).differs
    two_years.take_in_plan(NEXT_YEAR.replace("nam2026@", "moi2026@"), "2026-02-03 08:00")
    assert preview(two_years, FINDINGS).differs
    apply(two_years, FINDINGS)
    assert chiefs(two_years) == before | {"KN-2026-001": "moi2026@vinhlinh.example"}
    assert not preview(two_years, FINDINGS).differs


def test_a_round_of_one_code_that_runs_in_two_years_goes_over_to_two_plans(two_years: World) -> None:
    two_years.take_in_plan(PLAN.replace("lock_on = 2025-06-30\n", ""), "2025-01-13 08:00")
    with two_years.sessions.begin() as session:
        session.scalars(select(Cycle)).one().lock_on = None
    two_years.open("2026-04-08 07:35")
    two_years.take_in_plan(PLAN.replace("days = 7", "days = 8"), "2026-04-09 08:00")
    two_years.take_in_plan(NEXT_YEAR.replace("days = 7", "days = 9"), "2026-04-09 08:00")
    changed = {new.year: new.ladder.rungs[-1].days for _, new in preview(two_years).policies}
    assert changed == {2025: 8, 2026: 9}
    apply(two_years)
    with two_years.sessions() as session:
        running = session.scalars(select(Cycle).where(Cycle.locked_at.is_(None))).all()
        ladders = {one.round.year: one.terms["ladder"]["rung"][-1]["days"] for one in running}
    assert ladders == {2025: 8, 2026: 9}


def test_the_preview_names_every_ladder_that_is_left(begun: World) -> None:
    """Findings that were raised before and after an earlier change did not begin with the same rungs."""
    begun.raise_finding()
    replan(begun, "days = -1", "days = -2")
    begun.raise_finding("xa-vinh-ha", when="2025-06-19 09:00")
    replan(begun, "days = -1", "days = -3")
    left = [[rung.days for rung in old.ladder.rungs][1] for old, _ in preview(begun, FINDINGS).policies]
    assert left == [-1, -2]
