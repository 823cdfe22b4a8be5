"""A calendar that changes under days that were given, or asked for, by one unit alone.

The round of these tests is due on Friday 16 May 2025 and moves on when that is a day off.
"""

from datetime import date

import pytest

from tasks.arithmetic import find_obligation
from tasks.domain.counting import WhenOff
from tasks.domain.extension import Wish, last_day
from tasks.extension import extend, grant, undecided
from tasks.inspection import NewFinding, raise_finding
from tasks.planning import current_plan
from tests.tasks.test_calendar import FRIDAY, MONDAY, MOVES_ON, NOTICE, TUESDAY, UNIT, carry, decide, due, look, run
from tests.tasks.world import ADDRESS, PLAN, World, moment


@pytest.fixture
def running(world: World) -> World:
    return run(world)


def ask(world: World, text: str, when: str = "2025-05-02 09:00") -> None:
    world.mail(UNIT, when, text=text)
    world.collect(when)


def give(world: World, wish: Wish, code: str = "", when: str = "2025-05-02 09:00") -> None:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        mine = find_obligation(session, code or world.case(UNIT)[0])
        extend(session, mine, wish, world.tools, moment(when), "Hà")


@pytest.mark.parametrize("plan", [PLAN, MOVES_ON])
def test_a_day_of_its_own_that_becomes_a_day_off_stays_and_the_office_is_told(world: World, plan: str) -> None:
    run(world, plan)
    give(world, Wish(until=date(2025, 5, 23)))
    decide(world, date(2025, 5, 23))
    assert look(world).moves == []
    assert look(world).kept == [
        "Xã Vĩnh Ô, Kiểm tra đợt 1 năm 2025: giữ hạn riêng đã gia hạn đến hết thứ Sáu, ngày 23/05/2025, ngày này là "
        "ngày nghỉ (nghỉ tránh bão); muốn lùi thêm: kiemtra extend xa-vinh-o --to <ngày> --why <lý do>"
    ]


def test_an_extended_finding_is_named_only_when_its_own_day_is_a_day_off(begun: World) -> None:
    with begun.sessions.begin() as session:
        new = NewFinding(UNIT, "Chưa công khai", date(2025, 7, 18), when_off=WhenOff.LUI)
        raise_finding(session, new, current_plan(session, 2025), begun.tools, moment("2025-06-18 09:00"))
    give(begun, Wish(until=date(2025, 7, 25)), "KN-2025-001", "2025-07-01 09:00")
    assert look(begun).kept == [], "no calendar has changed"
    decide(begun, date(2025, 7, 18))
    assert look(begun).kept == [], "the day that it had before does not count any more"
    decide(begun, date(2025, 7, 25))
    (kept,) = look(begun).kept
    assert kept.startswith(
        "Xã Vĩnh Ô, kiến nghị KN-2025-001: giữ hạn riêng đã gia hạn đến hết thứ Sáu, ngày 25/07/2025"
    )


def test_a_request_that_waits_is_granted_by_the_calendar_of_the_day_of_decision(running: World) -> None:
    ask(running, "GIA HẠN: 3 ngày")
    decide(running, TUESDAY)
    with running.sessions.begin() as session:
        (asked,) = undecided(session)
        grant(session, asked, running.tools, moment("2025-05-05 09:00"), "Hà")
    assert due(running) == date(2025, 5, 22), "Monday, Wednesday and Thursday"


def test_carrying_over_counts_requests_that_wait_anew(running: World) -> None:
    ask(running, "GIA HẠN: 3 ngày")
    decide(running, TUESDAY)
    assert [one.days for one in look(running).wishes] == [3]
    assert carry(running).recounted == 1
    with running.sessions() as session:
        assert [last_day(one.wanted_at) for one in undecided(session)] == [date(2025, 5, 22)]
    assert look(running).is_empty


def test_a_unit_whose_request_is_met_by_the_move_of_its_round_is_told_its_new_day(running: World) -> None:
    ask(running, "GIA HẠN: 1 ngày")
    running.send("2025-05-02 09:05")
    running.outbox.sent.clear()
    decide(running, FRIDAY)
    carry(running)
    with running.sessions() as session:
        assert undecided(session) == [], "nobody has to decide it any more"
    running.send(NOTICE)
    (letter,) = running.outbox.to(ADDRESS[UNIT])
    assert "Thời hạn mới: đến hết thứ Hai, ngày 19/05/2025" in letter.text


def test_what_the_calendar_moved_is_not_counted_among_the_days_that_the_policy_grants(world: World) -> None:
    run(world, MOVES_ON.replace('name = "mac-dinh"\n', 'name = "mac-dinh"\nextension_days = 5\n', 1))
    decide(world, FRIDAY, MONDAY)
    carry(world)
    ask(world, "GIA HẠN: 5 ngày", "2025-05-06 09:00")
    assert due(world) == date(2025, 5, 27), "five working days after Tuesday 20 May, at once"
    ask(world, "GIA HẠN: 1 ngày", "2025-05-07 09:00")
    assert due(world) == date(2025, 5, 27), "all extensions together stay within the policy"
