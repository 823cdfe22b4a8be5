"""Days are counted as the law and the notices say, by ways that have names; every count shows its arithmetic."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.calendar import Calendar, parse_calendar
from tasks.domain.counting import WAYS, WHEN_OFF_NAMES, Counting, WhenOff, count, last_of, moved
from tasks.domain.definition import Table
from tasks.domain.errors import CalendarUnknown, KiemtraError
from tests.domain.calendar_examples import EXAMPLES, YEAR_2027

CALENDARS = Path(__file__).parents[2] / "templates/calendars"
ROWS = [[cell.strip() for cell in line.split("|")] for line in EXAMPLES.strip().splitlines()]


@cache
def calendar(short: str) -> Calendar:
    if short == "TH":
        return _parsed("truong-hoc", calendar("CC"))
    return _parsed("cong-chuc" if short == "CC" else "doanh-nghiep")


def _parsed(name: str, base: Calendar | None = None) -> Calendar:
    text = (CALENDARS / f"{name}.toml").read_text(encoding="utf-8")
    return parse_calendar(Table.of_toml(text + (YEAR_2027 if base is None else ""), name), base)


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}-{row[2]}-{row[3]}")
def test_the_last_day_is_that_of_the_notice(row: list[str]) -> None:
    short, way, start, n, last, source = row
    assert source
    if way in set(WhenOff):
        assert moved(day(start), WhenOff(way), calendar(short)) == day(last), source
    else:
        assert last_of(Counting(way), day(start), int(n), calendar(short)) == day(last), source


def test_the_table_has_eighty_examples_over_four_years_and_each_way_and_policy() -> None:
    assert len({tuple(row[:4]) for row in ROWS}) == len(ROWS) >= 80
    assert {day(row[4]).year for row in ROWS} == {2024, 2025, 2026, 2027}
    assert {row[1] for row in ROWS} == set(Counting) | set(WhenOff)


# --- properties ------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2024, 6, 1), date(2027, 6, 1))
NUMBERS = st.integers(1, 60)
SHORTS = st.sampled_from(("CC", "DN"))


@given(DAYS, NUMBERS)
def test_working_days_added_and_counted_back_give_the_number(start: date, n: int) -> None:
    there = count(Counting.CONG_NGAY_LAM_VIEC, start, n, calendar("CC"))
    assert calendar("CC").working_days_between(start, there.end) == n
    back = last_of(Counting.TRUOC_NGAY_LAM_VIEC, there.end, n, calendar("CC"))
    assert back <= start
    assert not any(calendar("CC").is_working(back + timedelta(days=k)) for k in range(1, (start - back).days + 1))


@given(st.sampled_from(Counting), DAYS, NUMBERS, SHORTS)
def test_the_shown_arithmetic_sums_to_the_result(way: Counting, start: date, n: int, short: str) -> None:
    done = count(way, start, n, calendar(short))
    asked = 1 if way is Counting.DEN_HET_NGAY else n
    assert done.counted == asked
    assert [one.number for one in done.days if one.number is not None] == list(range(1, asked + 1))
    assert done.end == done.days[-1].day
    assert all(one.why for one in done.days if one.number is None)
    steps = {after.day - before.day for before, after in zip(done.days, done.days[1:], strict=False)}
    assert steps <= {timedelta(days=1)} or steps <= {timedelta(days=-1)}


@given(st.sampled_from([way for way in Counting if not way.startswith("truoc")]), DAYS, DAYS, NUMBERS)
def test_who_starts_later_does_not_end_earlier(way: Counting, one: date, two: date, n: int) -> None:
    one, two = sorted((one, two))
    assert last_of(way, one, n, calendar("CC")) <= last_of(way, two, n, calendar("CC"))


@given(st.sampled_from((Counting.CONG_NGAY, Counting.CONG_NGAY_LAM_VIEC, Counting.LIEN_TUC)), DAYS, NUMBERS)
def test_one_day_more_never_ends_earlier(way: Counting, start: date, n: int) -> None:
    assert last_of(way, start, n, calendar("CC")) <= last_of(way, start, n + 1, calendar("CC"))


@given(DAYS, NUMBERS)
def test_a_period_never_ends_on_a_day_off_and_never_before_its_days_are_over(start: date, n: int) -> None:
    end = last_of(Counting.CONG_NGAY, start, n, calendar("CC"))
    assert calendar("CC").is_working(end)
    assert end >= start + timedelta(days=n)


@given(DAYS, st.sampled_from(WhenOff))
def test_a_policy_leaves_a_working_day_alone(one: date, policy: WhenOff) -> None:
    result = moved(one, policy, calendar("CC"))
    if calendar("CC").is_working(one):
        assert result == one
    elif policy is not WhenOff.GIU_NGUYEN:
        assert calendar("CC").is_working(result)
        assert (result > one) is (policy is WhenOff.LUI)


# --- refusals and words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, -3])
def test_a_count_of_nothing_is_refused(n: int) -> None:
    with pytest.raises(KiemtraError, match="từ 1 trở lên"):
        count(Counting.CONG_NGAY_LAM_VIEC, date(2025, 5, 5), n, calendar("CC"))


def test_counting_into_a_year_that_nobody_entered_is_refused() -> None:
    with pytest.raises(CalendarUnknown, match="2028"):
        count(Counting.CONG_NGAY_LAM_VIEC, date(2027, 12, 28), 9, calendar("CC"))


def test_a_skipped_day_says_why_in_vietnamese() -> None:
    lines = [str(one) for one in count(Counting.CONG_NGAY_LAM_VIEC, date(2025, 4, 25), 2, calendar("CC")).days]
    assert lines == [
        "  –  thứ Sáu, ngày 25/04/2025: ngày đầu, không tính",
        "  1  thứ Bảy, ngày 26/04/2025: làm bù ngày 02/5",
        "  –  Chủ nhật, ngày 27/04/2025: nghỉ cuối tuần",
        "  2  thứ Hai, ngày 28/04/2025",
    ]


def test_a_last_day_that_is_off_says_where_the_period_ends_and_why() -> None:
    done = count(Counting.CONG_NGAY, date(2025, 3, 28), 10, calendar("CC"))
    assert str(done.days[-1]).endswith("ngày cuối là ngày nghỉ (Giỗ Tổ Hùng Vương) nên kết thúc vào ngày này")


def test_every_way_and_policy_has_its_words() -> None:
    assert set(WAYS) == set(Counting)
    assert set(WHEN_OFF_NAMES) == set(WhenOff)
