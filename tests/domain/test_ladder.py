"""A rung is due when its moment has passed: once, not before, and never because of a count of days."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.calendar import ZONE, Calendar, SendingHours, at, end_of, parse_calendar
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tasks.domain.ladder import (
    ROLE_NAMES,
    UNIT_ROLES,
    Ladder,
    Role,
    Rung,
    Step,
    due_steps,
    ladder_terms,
    next_moment,
    parse_ladder,
    rungs_by_name,
)
from tasks.domain.plan_file import parse_plan

TEMPLATES = Path(__file__).parents[2] / "templates"
HOURS = SendingHours()
DUE = end_of(date(2025, 10, 30))
MINUTE = timedelta(minutes=1)
CLERK, HEAD, CHIEF, VICE = Role.DAU_MOI, Role.LANH_DAO, Role.TRUONG_PHONG, Role.PHO_CHU_TICH


@cache
def calendar() -> Calendar:
    text = (TEMPLATES / "calendars/cong-chuc.toml").read_text(encoding="utf-8")
    return parse_calendar(Table.of_toml(text, "cong-chuc.toml"))


@cache
def ladders() -> dict[str, Ladder]:
    text = (TEMPLATES / "plans/vinh-linh-2025.toml").read_text(encoding="utf-8")
    return dict(parse_plan(Table.of_toml(text, "ke-hoach.toml")).ladders)


def usual() -> Ladder:
    return ladders()["mac-dinh"]


def urgent() -> Ladder:
    return ladders()["khan"]


def steps(
    as_of: datetime,
    fired: set[tuple[str, Role]] | None = None,
    *,
    ladder: Ladder | None = None,
    due_at: datetime = DUE,
) -> list[Step]:
    return due_steps(ladder or usual(), due_at, calendar(), HOURS, fired=fired or set(), as_of=as_of)


def names(found: list[Step]) -> list[tuple[str, Role]]:
    return [(step.rung.name, step.role) for step in found]


def written(found: list[Step]) -> list[tuple[str, Role]]:
    return [(step.rung.name, step.role) for step in found if not step.superseded]


def morning(day: int, month: int = 10) -> datetime:
    return at(date(2025, month, day), HOURS.opens)


# Rung, its role, and when it is due for "trước ngày 31/10/2025"; 31/10 is a Friday.
TIMETABLE = [
    ("nhac-truoc-5", CLERK, morning(23)),
    ("nhac-truoc-1", CLERK, morning(29)),
    ("qua-han-1", CLERK, morning(31)),
    ("qua-han-1", HEAD, morning(31)),
    ("qua-han-3", CHIEF, morning(4, 11)),
    ("qua-han-7", VICE, morning(10, 11)),
]


# --- moments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "role", "moment"), TIMETABLE)
def test_a_rung_comes_at_the_opening_hour_of_its_working_day(name: str, role: Role, moment: datetime) -> None:
    rung = next(one for one in usual().rungs if one.name == name)
    assert rung.moment(DUE, calendar(), HOURS) == moment
    assert role in rung.audience


@pytest.mark.parametrize(("name", "role", "moment"), TIMETABLE)
def test_no_rung_comes_a_minute_before_its_time(name: str, role: Role, moment: datetime) -> None:
    assert (name, role) not in names(steps(moment - MINUTE))
    assert (name, role) in names(steps(moment))


def test_the_moment_does_not_depend_on_the_zone_of_the_server() -> None:
    assert names(steps(morning(23).astimezone(UTC))) == [("nhac-truoc-5", CLERK)]
    assert usual().rungs[0].moment(DUE.astimezone(UTC), calendar(), HOURS) == morning(23)


@pytest.mark.parametrize(
    ("due_on", "days", "expected"),
    [
        (date(2025, 4, 29), 1, date(2025, 5, 5)),  # a rung never falls on 30 April
        (date(2025, 5, 5), -1, date(2025, 4, 29)),
        (date(2025, 1, 24), 1, date(2025, 2, 3)),
        (date(2025, 2, 5), -5, date(2025, 1, 22)),
        (date(2025, 4, 25), 1, date(2025, 4, 26)),  # but may on a make-up Saturday
        (date(2025, 12, 14), -1, date(2025, 12, 12)),  # due on a Sunday
        (date(2025, 12, 14), 1, date(2025, 12, 15)),
    ],
)
def test_rungs_count_working_days_from_the_last_day_of_the_due_date(due_on: date, days: int, expected: date) -> None:
    rung = Rung("r", "R", (CLERK,), days=days)
    assert rung.moment(end_of(due_on), calendar(), HOURS) == at(expected, HOURS.opens)


def test_a_due_hour_counts_as_its_own_day() -> None:
    assert Rung("r", "R", (CLERK,), days=1).moment(at(date(2025, 10, 30), time(10)), calendar(), HOURS) == morning(31)


def test_before_and_after_are_told_apart() -> None:
    assert [rung.after_due for rung in usual().rungs] == [False, False, True, True, True]
    assert [rung.after_due for rung in urgent().rungs] == [False, True, True]


# --- climbing --------------------------------------------------------------------------------------------------------


def test_nothing_is_due_before_the_first_rung() -> None:
    assert steps(morning(1)) == []


def test_running_every_hour_of_the_year_writes_each_step_once() -> None:
    fired: set[tuple[str, Role]] = set()
    order = []
    now = morning(1)
    while now < morning(1, 12):
        found = steps(now, fired)
        assert all(not step.superseded for step in found)
        order += [(name, role, now) for name, role in names(found)]
        fired |= set(names(found))
        now += timedelta(hours=0.5)
    assert order == TIMETABLE


def test_a_rung_missed_on_its_day_is_still_due_days_later_and_only_once() -> None:
    found = steps(morning(27), set())
    assert names(found) == [("nhac-truoc-5", CLERK)]
    assert steps(morning(28), set(names(found))) == []


def test_after_three_days_of_silence_each_person_gets_only_the_last_of_what_was_missed() -> None:
    found = steps(morning(3, 11), {("nhac-truoc-5", CLERK)})
    assert [(step.rung.name, step.role, step.superseded) for step in found] == [
        ("nhac-truoc-1", CLERK, True),
        ("qua-han-1", CLERK, False),
        ("qua-han-1", HEAD, False),
    ]


def test_after_a_month_of_silence_every_role_hears_once() -> None:
    found = steps(morning(1, 12))
    assert written(found) == [
        ("qua-han-1", CLERK),
        ("qua-han-1", HEAD),
        ("qua-han-3", CHIEF),
        ("qua-han-7", VICE),
    ]
    assert len(found) == 6
    assert steps(morning(1, 12), set(names(found))) == []


def test_the_head_of_a_unit_may_get_a_rung_whose_clerk_had_it_already() -> None:
    fired = {("nhac-truoc-5", CLERK), ("nhac-truoc-1", CLERK), ("qua-han-1", CLERK)}
    assert names(steps(morning(31), fired)) == [("qua-han-1", HEAD)]


def test_after_an_extension_fired_rungs_stay_fired_and_later_ones_move() -> None:
    fired = {("nhac-truoc-5", CLERK), ("nhac-truoc-1", CLERK), ("qua-han-1", CLERK), ("qua-han-1", HEAD)}
    later = end_of(date(2025, 11, 14))
    assert steps(morning(10, 11), fired, due_at=later) == []
    assert names(steps(morning(19, 11), fired, due_at=later)) == [("qua-han-3", CHIEF)]
    assert steps(morning(19, 11) - MINUTE, fired, due_at=later) == []


def test_an_extension_before_the_first_rung_moves_all_of_them() -> None:
    later = end_of(date(2025, 11, 14))
    assert steps(morning(31), due_at=later) == []
    assert names(steps(morning(7, 11), due_at=later)) == [("nhac-truoc-5", CLERK)]


def test_the_same_ladder_starts_anew_for_the_next_year() -> None:
    next_year = end_of(date(2026, 10, 30))
    assert names(steps(at(date(2026, 10, 23), HOURS.opens), due_at=next_year)) == [("nhac-truoc-5", CLERK)]


def test_a_rung_beyond_the_last_known_year_waits_and_the_others_do_not() -> None:
    due_at = end_of(date(2026, 12, 30))
    found = steps(datetime(2027, 2, 1, tzinfo=ZONE), due_at=due_at)
    assert {step.rung.name for step in found} == {"nhac-truoc-5", "nhac-truoc-1", "qua-han-1"}
    assert {step.rung.name for step in found if not step.superseded} == {"qua-han-1"}


# --- urgent ----------------------------------------------------------------------------------------------------------

TEN = at(date(2025, 7, 22), time(10))


@pytest.mark.parametrize(
    ("clock", "found"),
    [
        (time(7, 59), []),
        (time(8), [("khan-truoc-2-gio", CLERK)]),
        (time(10, 59), [("khan-truoc-2-gio", CLERK)]),
        (time(11), [("khan-sau-1-gio", CLERK), ("khan-sau-1-gio", HEAD)]),
        (time(14), [("khan-sau-1-gio", CLERK), ("khan-sau-1-gio", HEAD), ("khan-sau-4-gio", CHIEF)]),
    ],
)
def test_an_urgent_ladder_counts_hours(clock: time, found: list[tuple[str, Role]]) -> None:
    assert written(steps(at(date(2025, 7, 22), clock), ladder=urgent(), due_at=TEN)) == found


def test_an_urgent_ladder_knows_no_quiet_hours_and_no_holidays() -> None:
    night = at(date(2025, 1, 29), time(23))
    assert urgent().rungs[1].moment(night, calendar(), HOURS) == at(date(2025, 1, 30), time(0))


# --- the next moment -------------------------------------------------------------------------------------------------


def test_the_next_moment_is_that_of_the_earliest_step_not_yet_fired() -> None:
    fired: set[tuple[str, Role]] = set()
    for name, role, moment in TIMETABLE:
        assert next_moment(usual(), DUE, calendar(), HOURS, fired=fired) == moment
        fired.add((name, role))
    assert next_moment(usual(), DUE, calendar(), HOURS, fired=fired) is None


def test_the_next_moment_of_some_roles_is_theirs() -> None:
    assert next_moment(usual(), DUE, calendar(), HOURS, fired=set(), roles={VICE}) == morning(10, 11)
    assert next_moment(usual(), DUE, calendar(), HOURS, fired=set(), roles={Role.CHU_TICH}) is None
    assert next_moment(usual(), DUE, calendar(), HOURS, fired=set(), roles=UNIT_ROLES) == morning(23)


# --- properties ------------------------------------------------------------------------------------------------------

OFFSETS = st.lists(st.integers(-15, 20), min_size=1, max_size=6, unique=True).map(sorted)
AUDIENCES = st.lists(st.sampled_from(Role), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def any_ladder(draw: st.DrawFn) -> Ladder:
    hourly = draw(st.booleans())
    offsets = draw(OFFSETS)
    rungs = [
        Rung(f"r{n}", "R", draw(AUDIENCES), days=None if hourly else offset, hours=offset if hourly else None)
        for n, offset in enumerate(offsets)
    ]
    return Ladder("l", tuple(rungs))


DUES = st.dates(date(2025, 1, 1), date(2026, 10, 1)).map(end_of)
GAPS = st.lists(st.timedeltas(timedelta(0), timedelta(days=20)), min_size=1, max_size=12)


@given(any_ladder(), DUES, GAPS)
def test_whenever_it_runs_each_step_comes_at_most_once_and_never_before_its_moment(
    ladder: Ladder, due_at: datetime, gaps: list[timedelta]
) -> None:
    now = due_at - timedelta(days=40)
    fired: set[tuple[str, Role]] = set()
    for gap in gaps:
        now += gap
        expected = next_moment(ladder, due_at, calendar(), HOURS, fired=fired)
        found = due_steps(ladder, due_at, calendar(), HOURS, fired=fired, as_of=now)
        assert bool(found) == (expected is not None and expected <= now)
        assert len(set(names(found))) == len(found)
        assert not fired & set(names(found))
        assert all(step.rung.moment(due_at, calendar(), HOURS) <= now for step in found)
        for role in {step.role for step in found}:
            mine = [step for step in found if step.role is role]
            assert [step.superseded for step in mine] == [True] * (len(mine) - 1) + [False]
        fired |= set(names(found))


@given(any_ladder(), DUES)
def test_long_after_the_due_day_every_step_has_come(ladder: Ladder, due_at: datetime) -> None:
    found = due_steps(ladder, due_at, calendar(), HOURS, fired=set(), as_of=due_at + timedelta(days=60))
    assert set(names(found)) == {(rung.name, role) for rung in ladder.rungs for role in rung.audience}


@given(any_ladder(), DUES, st.integers(0, 60), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_a_moved_due_day_repeats_nothing(ladder: Ladder, due_at: datetime, days: int, after: timedelta) -> None:
    first = due_steps(ladder, due_at, calendar(), HOURS, fired=set(), as_of=due_at + after)
    moved = due_at + timedelta(days=days)
    second = due_steps(ladder, moved, calendar(), HOURS, fired=set(names(first)), as_of=moved + after)
    assert not set(names(first)) & set(names(second))


@given(any_ladder(), DUES, GAPS)
def test_rungs_come_in_their_order(ladder: Ladder, due_at: datetime, gaps: list[timedelta]) -> None:
    found = names(due_steps(ladder, due_at, calendar(), HOURS, fired=set(), as_of=due_at + sum(gaps, timedelta(0))))
    assert found == sorted(found, key=lambda one: int(one[0][1:]))


@given(any_ladder())
def test_a_ladder_reads_back_from_the_terms_of_a_round(ladder: Ladder) -> None:
    table = Table(ladder_terms(ladder), "thang")
    assert parse_ladder(table) == ladder
    table.raise_if_wrong()


# --- reading ---------------------------------------------------------------------------------------------------------


def mistakes(text: str) -> list[str]:
    table = Table.of_toml(text, "thang.toml")
    parse_ladder(table)
    with pytest.raises(DefinitionError) as caught:
        table.raise_if_wrong()
    return [problem.what for problem in caught.value.problems]


RUNG = '[[rung]]\nname = "{}"\ntitle = "R"\naudience = ["dau_moi"]\n{}\n'


@pytest.mark.parametrize(
    ("rungs", "sentence"),
    [
        ([], "thiếu “rung” (các bảng [[rung]])"),
        ([("a", "days = 1"), ("a", "days = 2")], "trình tự “l”: tên bước bị trùng"),
        ([("a", "days = 2"), ("b", "days = 1")], "trình tự “l”: các bước phải xếp theo thời gian tăng dần"),
        (
            [("a", "days = 1"), ("b", "hours = 2")],
            "trình tự “l”: không trộn bước tính theo ngày với bước tính theo giờ",
        ),
        ([("a", "")], "trình tự “l”, bước “a”: ghi đúng một trong hai “days” hoặc “hours”"),
        ([("a", "days = 1\nhours = 1")], "trình tự “l”, bước “a”: ghi đúng một trong hai “days” hoặc “hours”"),
        ([("a", "days = true")], "“days” phải là một số nguyên, đang là True"),
        ([("a", "days = 1\nday = 1")], "không hiểu “day”; xem lại chính tả hoặc bỏ dòng này"),
    ],
)
def test_a_ladder_that_nobody_can_climb_is_refused(rungs: list[tuple[str, str]], sentence: str) -> None:
    assert sentence in mistakes('name = "l"\n' + "".join(RUNG.format(*rung) for rung in rungs))


def test_a_role_named_twice_in_a_rung_hears_once() -> None:
    text = 'name = "l"\n' + RUNG.format("a", "days = 1").replace('["dau_moi"]', '["dau_moi", "dau_moi"]')
    assert parse_ladder(Table.of_toml(text, "x")).rungs[0].audience == (CLERK,)


def test_above_the_unit_the_shipped_ladder_waits_for_approval() -> None:
    for rung in usual().rungs:
        assert rung.approval == bool(set(rung.audience) - UNIT_ROLES)


def test_roles_and_rungs_have_names() -> None:
    assert set(ROLE_NAMES) == set(Role)
    assert rungs_by_name([usual(), urgent()])["qua-han-7"].title == "Quá hạn 7 ngày: báo Phó Chủ tịch UBND huyện"
