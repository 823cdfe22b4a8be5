"""Working days are those somebody decided; letters leave in office hours; a year nobody entered is refused."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.calendar import ZONE, Calendar, SendingHours, at, end_of, house_day, parse_calendar
from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown, DefinitionError

TEMPLATE = Path(__file__).parents[2] / "templates/calendars/cong-chuc.toml"
HOURS = SendingHours()


@cache
def shipped() -> Calendar:
    return parse_calendar(Table.of_toml(TEMPLATE.read_text(encoding="utf-8"), TEMPLATE.name))


def day(text: str) -> date:
    """'26/4/2025', as the notices write it."""
    number, month, year = map(int, text.split("/"))
    return date(year, month, number)


def words(text: str) -> list[str]:
    return text.split()


KNOWN_DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
# Far enough from the edges that counting stays within the years that are entered.
INNER_DAYS = st.dates(date(2024, 6, 1), date(2026, 6, 1))
COUNTS = st.integers(0, 60)


# --- the days themselves ---------------------------------------------------------------------------------------------

WORKING = """
2/1/2024 5/1/2024 7/2/2024 15/2/2024 19/4/2024 2/5/2024 3/5/2024 4/5/2024 30/8/2024 4/9/2024 31/12/2024
2/1/2025 24/1/2025 3/2/2025 8/4/2025 26/4/2025 28/4/2025 29/4/2025 5/5/2025 29/8/2025 3/9/2025 30/10/2025 31/10/2025
5/1/2026 10/1/2026 13/2/2026 23/2/2026 24/4/2026 28/4/2026 29/4/2026 4/5/2026 22/8/2026 28/8/2026 3/9/2026 30/10/2026
"""
OFF = """
1/1/2024 6/1/2024 7/1/2024 8/2/2024 14/2/2024 18/4/2024 29/4/2024 30/4/2024 1/5/2024 31/8/2024 2/9/2024 3/9/2024
1/1/2025 25/1/2025 27/1/2025 31/1/2025 2/2/2025 7/4/2025 27/4/2025 30/4/2025 1/5/2025 2/5/2025 30/8/2025 1/9/2025
2/9/2025 14/12/2025 1/1/2026 2/1/2026 16/2/2026 20/2/2026 27/4/2026 30/4/2026 1/5/2026 31/8/2026 1/9/2026 31/10/2026
"""


@pytest.mark.parametrize("text", words(WORKING))
def test_a_working_day_of_the_notices_is_one(text: str) -> None:
    assert shipped().is_working(day(text))
    assert shipped().why_off(day(text)) == ""


@pytest.mark.parametrize("text", words(OFF))
def test_a_day_off_of_the_notices_is_one_and_says_why(text: str) -> None:
    assert not shipped().is_working(day(text))
    assert shipped().why_off(day(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("27/1/2025", "Tết Nguyên đán Ất Tỵ"),
        ("2/5/2025", "30/4 và 1/5 (hoán đổi ngày 02/5)"),
        ("19/10/2025", "nghỉ cuối tuần"),
        ("24/11/2026", "Ngày Văn hóa Việt Nam"),
    ],
)
def test_the_reason_of_a_day_off_is_shown_in_the_words_of_the_notice(text: str, why: str) -> None:
    assert shipped().why_off(day(text)) == why


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("30/10/2025", 0, "30/10/2025"),
        ("30/10/2025", 1, "31/10/2025"),
        ("30/10/2025", 3, "4/11/2025"),
        ("30/10/2025", 7, "10/11/2025"),
        ("30/10/2025", -1, "29/10/2025"),
        ("30/10/2025", -5, "23/10/2025"),
        ("24/1/2025", 1, "3/2/2025"),  # over Tết
        ("20/1/2025", 5, "3/2/2025"),
        ("3/2/2025", -1, "24/1/2025"),
        ("28/1/2025", 1, "3/2/2025"),  # asked in the middle of Tết
        ("28/1/2025", -1, "24/1/2025"),
        ("25/4/2025", 1, "26/4/2025"),  # the make-up Saturday counts
        ("25/4/2025", 2, "28/4/2025"),
        ("29/4/2025", 1, "5/5/2025"),  # the swapped Friday does not
        ("28/4/2025", -1, "26/4/2025"),
        ("4/5/2024", 1, "6/5/2024"),
        ("3/5/2024", 1, "4/5/2024"),
        ("31/12/2024", 1, "2/1/2025"),  # over the turn of the year
        ("2/1/2025", -1, "31/12/2024"),
        ("31/12/2025", 1, "5/1/2026"),
        ("9/1/2026", 1, "10/1/2026"),
        ("13/2/2026", 1, "23/2/2026"),
        ("18/10/2025", 1, "20/10/2025"),  # from a Saturday: day one is Monday
        ("19/10/2025", 5, "24/10/2025"),
        ("28/8/2026", 1, "3/9/2026"),
        ("21/8/2026", 1, "22/8/2026"),
        ("6/4/2025", 1, "8/4/2025"),
    ],
)
def test_working_days_are_counted_from_the_next_one_on(start: str, count: int, expected: str) -> None:
    assert shipped().add_working_days(day(start), count) == day(expected)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("30/10/2025", "30/10/2025", 0),
        ("24/10/2025", "31/10/2025", 5),
        ("20/1/2025", "3/2/2025", 5),
        ("25/1/2025", "2/2/2025", 0),
        ("25/4/2025", "5/5/2025", 4),
        ("30/4/2025", "5/5/2025", 1),
        ("3/2/2025", "20/1/2025", -5),
        ("15/10/2025", "30/10/2025", 11),
    ],
)
def test_working_days_between_two_days_leave_out_the_first_and_take_the_last(start: str, end: str, count: int) -> None:
    assert shipped().working_days_between(day(start), day(end)) == count


@pytest.mark.parametrize(
    ("text", "following", "before"),
    [
        ("31/10/2026", "2/11/2026", "30/10/2026"),
        ("14/12/2025", "15/12/2025", "12/12/2025"),
        ("30/10/2025", "30/10/2025", "30/10/2025"),
        ("29/1/2025", "3/2/2025", "24/1/2025"),
        ("26/4/2025", "26/4/2025", "26/4/2025"),
    ],
)
def test_a_day_off_moves_to_the_next_or_the_last_working_day(text: str, following: str, before: str) -> None:
    assert shipped().this_or_next_working_day(day(text)) == day(following)
    assert shipped().this_or_last_working_day(day(text)) == day(before)


@given(INNER_DAYS, COUNTS)
def test_what_was_added_is_what_lies_between(start: date, count: int) -> None:
    assert shipped().working_days_between(start, shipped().add_working_days(start, count)) == count


@given(INNER_DAYS.filter(lambda one: shipped().is_working(one)), st.integers(-60, 60))
def test_from_a_working_day_forth_and_back_is_the_same_day(start: date, count: int) -> None:
    there = shipped().add_working_days(start, count)
    assert shipped().add_working_days(there, -count) == start
    assert shipped().working_days_between(start, there) == count


@given(INNER_DAYS, st.integers(-60, 60).filter(bool))
def test_a_counted_day_is_never_a_day_off(start: date, count: int) -> None:
    assert shipped().is_working(shipped().add_working_days(start, count))


@given(KNOWN_DAYS)
def test_a_working_day_is_a_weekday_or_was_made_up_for(one: date) -> None:
    calendar = shipped()
    if calendar.is_working(one):
        assert one.weekday() < 5 or one in calendar.make_up_days
        assert one not in calendar.days_off
    else:
        assert one.weekday() >= 5 or one in calendar.days_off


@given(INNER_DAYS, INNER_DAYS, INNER_DAYS)
def test_two_stretches_together_have_the_working_days_of_both(one: date, two: date, three: date) -> None:
    one, two, three = sorted((one, two, three))
    between = shipped().working_days_between
    assert between(one, two) + between(two, three) == between(one, three)


# --- years nobody entered --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", [date(2023, 12, 31), date(2027, 1, 1), date(2030, 6, 1)])
def test_a_day_of_an_unknown_year_is_refused_with_the_command_that_takes_it_in(unknown: date) -> None:
    with pytest.raises(CalendarUnknown, match=rf"chưa có năm {unknown.year}.*import <tệp> --name cong-chuc"):
        shipped().is_working(unknown)


def test_counting_past_the_last_known_year_is_refused() -> None:
    with pytest.raises(CalendarUnknown):
        shipped().add_working_days(date(2026, 12, 30), 5)
    with pytest.raises(CalendarUnknown):
        shipped().add_working_days(date(2024, 1, 3), -5)
    with pytest.raises(CalendarUnknown):
        shipped().working_days_between(date(2026, 12, 1), date(2027, 1, 5))


def test_counting_up_to_the_last_known_day_is_not_refused() -> None:
    assert shipped().add_working_days(date(2026, 12, 30), 1) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2025, 4, 29), date(2025, 5, 5)),
        (date(2026, 12, 30), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 1, 2)),
    ],
)
def test_the_next_day_of_which_nobody_knows_that_it_is_off_is_never_refused(day: date, after: date) -> None:
    assert shipped().next_day_not_off(day) == after
    assert HOURS.opens_after(day, shipped()) == at(after, HOURS.opens)


# --- hours -----------------------------------------------------------------------------------------------------------


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("30/10/2025 07:29", "30/10/2025 07:30"),
        ("30/10/2025 00:00", "30/10/2025 07:30"),
        ("30/10/2025 07:30", "30/10/2025 07:30"),
        ("30/10/2025 12:00", "30/10/2025 12:00"),
        ("30/10/2025 16:59", "30/10/2025 16:59"),
        ("30/10/2025 17:00", "31/10/2025 07:30"),  # the closing minute is closed
        ("31/10/2025 17:01", "03/11/2025 07:30"),  # Friday evening
        ("01/11/2025 09:00", "03/11/2025 07:30"),
        ("02/11/2025 23:59", "03/11/2025 07:30"),
        ("24/01/2025 18:00", "03/02/2025 07:30"),  # Tết
        ("29/01/2025 00:00", "03/02/2025 07:30"),
        ("25/04/2025 17:30", "26/04/2025 07:30"),  # the make-up Saturday
        ("26/04/2025 10:00", "26/04/2025 10:00"),
        ("30/04/2025 08:00", "05/05/2025 07:30"),
        ("31/12/2025 20:00", "05/01/2026 07:30"),
    ],
)
def test_a_letter_leaves_in_the_hours_of_a_working_day(now: str, leaves: str) -> None:
    assert HOURS.next_open(moment(now), shipped()) == moment(leaves)


def test_hours_are_those_of_the_house_wherever_the_server_stands() -> None:
    assert HOURS.next_open(datetime(2025, 10, 30, 0, 29, tzinfo=UTC), shipped()) == moment("30/10/2025 07:30")
    inside = datetime(2025, 10, 30, 9, 59, tzinfo=UTC)
    assert HOURS.next_open(inside, shipped()) == inside
    assert HOURS.next_open(datetime(2025, 10, 30, 10, 0, tzinfo=UTC), shipped()) == moment("31/10/2025 07:30")


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1), timezones=st.just(ZONE)))  # noqa: DTZ001
def test_the_next_open_moment_is_open_and_never_earlier(now: datetime) -> None:
    leaves = HOURS.next_open(now, shipped())
    assert leaves >= now
    assert shipped().is_working(house_day(leaves))
    assert HOURS.opens <= leaves.astimezone(ZONE).time() < HOURS.closes
    assert HOURS.next_open(leaves, shipped()) == leaves


def test_other_offices_have_other_hours() -> None:
    hours = SendingHours(time(8), time(11))
    assert hours.next_open(moment("30/10/2025 11:00"), shipped()) == moment("31/10/2025 08:00")


@given(KNOWN_DAYS)
def test_a_day_ends_at_twenty_four_hours_in_the_house(one: date) -> None:
    assert end_of(one) - at(one, time(0)) == timedelta(days=1)
    assert house_day(end_of(one) - timedelta(microseconds=1)) == one
    assert house_day(end_of(one)) == one + timedelta(days=1)


def test_the_end_of_a_day_is_seventeen_hours_utc() -> None:
    assert end_of(date(2025, 10, 30)) == datetime(2025, 10, 30, 17, tzinfo=UTC)


# --- reading the file ------------------------------------------------------------------------------------------------


def mistakes(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        parse_calendar(Table.of_toml(text, "lich.toml"))
    return [(problem.where, problem.what) for problem in caught.value.problems]


def test_the_shipped_calendar_knows_three_years() -> None:
    assert shipped().years == {2024, 2025, 2026}
    assert shipped().name == "cong-chuc"


def test_every_make_up_day_of_the_shipped_calendar_is_a_weekend_and_every_year_has_tet() -> None:
    assert all(one.weekday() >= 5 for one in shipped().make_up_days)
    assert {one.year for one, name in shipped().days_off.items() if "Nguyên đán" in name} == shipped().years


def test_all_mistakes_of_a_calendar_come_at_once_with_their_lines() -> None:
    text = """[[year]]
year = 2025
off = [
  { on = 2024-01-01, name = "năm khác" },
]
make_up = [{ from = 2025-05-10, to = 2025-05-01, name = "ngược" }]
[[year]]
year = true
of = []
"""
    assert mistakes(text) == [
        ("lich.toml", "thiếu “name” (một đoạn chữ)"),
        ("lich.toml, dòng 3", "“năm khác”: ngày phải thuộc năm 2025"),
        ("lich.toml, dòng 6", "“ngược”: khoảng ngày không hợp lệ"),
        ("lich.toml, dòng 8", "“year” phải là một số nguyên, đang là True"),
        ("lich.toml, dòng 9", "không hiểu “of”; xem lại chính tả hoặc bỏ dòng này"),
    ]


def test_a_day_that_is_both_off_and_made_up_is_a_mistake() -> None:
    text = """name = "x"
[[year]]
year = 2025
off = [{ on = 2025-05-02, name = "a" }]
make_up = [{ on = 2025-05-02, name = "b" }]
"""
    assert mistakes(text) == [("lich.toml", "ngày 02/05/2025 vừa là ngày nghỉ vừa là ngày làm bù")]


def test_a_calendar_without_a_year_is_refused() -> None:
    assert mistakes('name = "x"\n') == [("lich.toml", "thiếu “year” (các bảng [[year]])")]


def test_a_range_of_days_off_is_taken_with_both_ends() -> None:
    text = 'name = "x"\n[[year]]\nyear = 2025\noff = [{ from = 2025-03-03, to = 2025-03-05, name = "bão" }]\n'
    calendar = parse_calendar(Table.of_toml(text, "x"))
    assert [calendar.is_working(date(2025, 3, n)) for n in range(3, 7)] == [False, False, False, True]
