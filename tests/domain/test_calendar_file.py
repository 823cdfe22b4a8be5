"""A calendar file is read with all its mistakes, written to be read the same, and compared before it is taken in."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.calendar import WEEKEND, Calendar, DecidedYear, parse_calendar
from tasks.domain.calendar_file import calendar_text, differences, month_lines, stretches, years_words
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tests.domain.test_counting import calendar

NAMES = st.sampled_from(("Tết Nguyên đán", 'nghỉ "bù" \\ lụt', "Giỗ Tổ", "# bão số 10"))
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


def parsed(text: str, base: Calendar | None = None) -> Calendar:
    return parse_calendar(Table.of_toml(text, "lich.toml"), base)


def mistakes(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parsed(text)
    return [problem.what for problem in caught.value.problems]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    off = draw(st.dictionaries(DAYS, NAMES, max_size=40))
    weekends = [date(2025, 1, 4) + timedelta(days=7 * n) for n in range(100)]
    made_up = draw(st.dictionaries(st.sampled_from(weekends), NAMES, max_size=5))
    made_up = {day: name for day, name in made_up.items() if day not in off and day.year < 2027}
    sources = {2025: draw(NAMES), 2026: ""}
    provisional = frozenset(draw(st.sets(st.sampled_from((2025, 2026)))))
    return Calendar("x", frozenset({2025, 2026}), off, made_up, WEEKEND, "Lịch thử", sources, provisional)


@given(calendars())
def test_what_is_written_is_read_back_the_same(one: Calendar) -> None:
    assert parsed(calendar_text(one, sorted(one.years))) == one


@given(calendars())
def test_a_calendar_differs_from_itself_in_nothing_and_years_put_back_change_nothing(one: Calendar) -> None:
    years = [one.decided(year) for year in sorted(one.years)]
    assert differences(one, years) == []
    again = one
    for year in years:
        again = again.with_year(year)
    assert again == one


@given(st.dictionaries(DAYS, NAMES, max_size=60))
def test_stretches_hold_each_day_once_and_join_what_belongs_together(days: dict[date, str]) -> None:
    found = stretches(days)
    back = {one.first + timedelta(days=n): one.name for one in found for n in range((one.last - one.first).days + 1)}
    assert back == days
    for before, after in pairwise(found):
        joined = before.name == after.name and before.last + timedelta(days=1) == after.first
        assert not joined or (after.last - before.first).days > 31 or (after.first - before.first).days > 31


def test_a_difference_says_the_day_and_what_becomes_of_it() -> None:
    old = calendar("CC")
    year = old.decided(2025)
    off = {day: name for day, name in year.off.items() if day != date(2025, 5, 2)} | {date(2025, 10, 6): "nghỉ bão"}
    off[date(2025, 4, 7)] = "Giỗ Tổ"
    new = DecidedYear(2025, off, {}, year.source)
    assert [str(one) for one in differences(old, [new])] == [
        "~ thứ Hai, ngày 07/04/2025: nghỉ: Giỗ Tổ Hùng Vương → nghỉ: Giỗ Tổ",
        "- thứ Bảy, ngày 26/04/2025: đi làm: làm bù ngày 02/5",
        "- thứ Sáu, ngày 02/05/2025: nghỉ: 30/4 và 1/5 (hoán đổi ngày 02/5)",
        "+ thứ Hai, ngày 06/10/2025: nghỉ: nghỉ bão",
    ]


def test_a_new_year_is_all_additions() -> None:
    found = differences(None, [calendar("CC").decided(2026)])
    assert found
    assert all(str(one).startswith("+ ") for one in found)


# --- mistakes --------------------------------------------------------------------------------------------------------


def test_a_week_without_a_working_day_is_refused_with_a_sentence() -> None:
    """T61."""
    week = '["thu_hai", "thu_ba", "thu_tu", "thu_nam", "thu_sau", "thu_bay", "chu_nhat"]'
    assert mistakes(f'name = "x"\nweekend = {week}\n[[year]]\nyear = 2025\n') == [
        "cả tuần đều nghỉ thì không còn ngày làm việc nào"
    ]


def test_a_misspelt_weekday_is_named() -> None:
    (what,) = mistakes('name = "x"\nweekend = ["thu_tam"]\n[[year]]\nyear = 2025\n')
    assert what.startswith("không có “thu_tam”; chọn trong thu_hai")


def test_a_make_up_day_that_is_a_working_day_anyway_is_a_typing_mistake() -> None:
    text = 'name = "x"\n[[year]]\nyear = 2025\nmake_up = [{ on = 2025-04-25, name = "làm bù" }]\n'
    assert mistakes(text) == ["thứ Sáu, ngày 25/04/2025 vốn là ngày làm việc, không thể là ngày làm bù"]


def test_a_year_written_twice_is_a_mistake() -> None:
    assert mistakes('name = "x"\n[[year]]\nyear = 2025\n[[year]]\nyear = 2025\n') == ["năm 2025 được ghi hai lần"]


# --- one over another ------------------------------------------------------------------------------------------------


def test_a_file_over_another_changes_the_years_it_names_and_no_others() -> None:
    changed = parsed(
        'name = "cong-chuc"\n[[year]]\nyear = 2025\noff = [{ on = 2025-10-06, name = "bão" }]\n', calendar("CC")
    )
    assert not changed.is_working(date(2025, 10, 6))
    assert changed.is_working(date(2025, 4, 7)), "a year is decided whole"
    assert changed.decided(2026) == calendar("CC").decided(2026)
    assert changed.title == calendar("CC").title


def test_an_enterprise_works_on_saturday_and_a_school_as_the_state_does() -> None:
    saturday = date(2025, 10, 18)
    assert [calendar(one).is_working(saturday) for one in ("CC", "DN", "TH")] == [False, True, False]
    assert calendar("TH").is_working(date(2025, 4, 26))
    assert not calendar("TH").is_working(date(2025, 5, 2))
    assert calendar("DN").is_working(date(2025, 5, 2))


# --- for reading -----------------------------------------------------------------------------------------------------


def test_a_year_is_printed_month_by_month_with_its_source_and_its_sum() -> None:
    lines = list(month_lines(calendar("CC"), 2025))
    assert lines[1] == "Nguồn: Thông báo nghỉ lễ, Tết năm 2025"
    assert "Tháng  1: 17 ngày làm việc" in lines
    assert "    nghỉ từ thứ Bảy, ngày 25/01/2025 đến thứ Sáu, ngày 31/01/2025: Tết Nguyên đán Ất Tỵ" in lines
    assert "    đi làm thứ Bảy, ngày 26/04/2025: làm bù ngày 02/5" in lines
    assert lines[-1] == "Cả năm: 250 ngày làm việc"


def test_a_provisional_year_says_so_wherever_it_is_shown() -> None:
    assert "TẠM TÍNH" in "\n".join(month_lines(calendar("CC"), 2027))
    assert years_words(calendar("CC")) == "2024, 2025, 2026, 2027 (tạm tính)"
