"""A due day is named or counted from the opening; what a day off does to it is the round's policy, told in words."""

from datetime import date
from typing import Any

import pytest

from flows.commands import COUNTS, WHEN_OFF
from tasks.domain.checklist import UnitKind
from tasks.domain.counting import Counting, WhenOff
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tasks.domain.plan import Due, DueRule, Round, calendar_name, off_words, opening
from tasks.domain.plan_file import parse_round, round_from_terms, round_terms
from tests.domain.test_counting import calendar

ROUND: dict[str, Any] = {
    "code": "kt",
    "kind": "kiem_tra",
    "title": "Kiểm tra",
    "opens_on": date(2025, 4, 24),
    "period_from": date(2024, 1, 1),
    "period_to": date(2025, 3, 31),
    "checklist": "xa",
    "ladder": "mac-dinh",
}


def read(**more: Any) -> Round:
    table = Table({**ROUND, **more}, "kh.toml")
    round_ = parse_round(table)
    table.raise_if_wrong()
    return round_


@pytest.mark.parametrize(
    ("keys", "last", "words"),
    [
        ({"due_working_days": 5}, date(2025, 5, 5), "trong 05 ngày làm việc"),
        ({"due_days": 10}, date(2025, 5, 5), "trong 10 ngày"),  # 4 May is a day off: Đ148 k5
        ({"due_days": 11}, date(2025, 5, 5), "trong 11 ngày"),
    ],
)
def test_a_counted_due_runs_from_the_opening_and_says_so(keys: dict[str, int], last: date, words: str) -> None:
    round_ = read(**keys)
    found = opening(round_, round_.opens_on, calendar("CC"))
    assert found.due_on == round_.due.last_day(calendar("CC")) == last
    assert found.due_words == f"{words} kể từ ngày nhận phiếu (chậm nhất hết thứ Hai, ngày 05/05/2025)"
    assert "đếm từ ngày mở 24/04/2025, không tính ngày đầu" in off_words(round_.due, calendar("CC"))


def test_a_counted_due_gives_the_same_number_of_days_when_the_round_opens_late() -> None:
    round_ = read(due_working_days=5)
    assert opening(round_, date(2025, 5, 12), calendar("CC")).due_on == date(2025, 5, 19)


@pytest.mark.parametrize("keys", [{"due_working_days": 5}, {"due_days": 20}, {"due": date(2025, 5, 16)}])
def test_the_terms_of_a_round_are_read_back_the_same(keys: dict[str, Any]) -> None:
    round_ = read(**keys)
    assert round_from_terms(round_terms(round_)) == round_


def test_a_due_that_is_named_and_counted_is_a_mistake_that_names_each_key() -> None:
    with pytest.raises(DefinitionError) as caught:
        read(due_days=10, due_working_days=5, due=date(2025, 5, 16), when_off="lui", due_is_fixed=True)
    said = str(caught.value)
    for key in ("due", "due_working_days", "when_off", "due_is_fixed"):
        assert f"hạn đã tính theo “due_days”, không ghi thêm “{key}”" in said


@pytest.mark.parametrize("number", [0, -1])
def test_a_count_of_no_days_is_a_mistake(number: int) -> None:
    with pytest.raises(DefinitionError, match="từ 1 trở lên"):
        read(due_working_days=number)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (Due(date(2025, 10, 31), DueRule.TRUOC_NGAY), ""),
        (
            Due(date(2026, 10, 31)),
            "thứ Bảy, ngày 31/10/2026 là ngày nghỉ (nghỉ cuối tuần): giữ nguyên ngày đã ấn định",
        ),
        (
            Due(date(2026, 10, 31), when_off=WhenOff.LUI),
            "thứ Bảy, ngày 31/10/2026 là ngày nghỉ (nghỉ cuối tuần): "
            "lùi sang ngày làm việc kế tiếp thứ Hai, ngày 02/11/2026",
        ),
        (
            Due(date(2027, 10, 31), DueRule.TRUOC_NGAY, when_off=WhenOff.KEO_VE),
            "thứ Bảy, ngày 30/10/2027 là ngày nghỉ (nghỉ cuối tuần): "
            "kéo về ngày làm việc liền trước thứ Sáu, ngày 29/10/2027",
        ),
    ],
)
def test_the_policy_for_a_day_off_is_told_in_words_and_only_where_it_matters(due: Due, words: str) -> None:
    assert off_words(due, calendar("CC")) == words


def test_a_kind_of_unit_has_its_own_calendar_where_the_plan_says_so_else_the_offices() -> None:
    terms = {"calendar": "cong-chuc", "calendars": {"truong_hoc": "truong-hoc"}}
    assert calendar_name(terms, UnitKind.TRUONG_HOC) == "truong-hoc"
    assert calendar_name(terms, UnitKind.XA) == calendar_name(terms) == "cong-chuc"
    assert calendar_name({"calendar": "cong-chuc"}, UnitKind.TRUONG_HOC) == "cong-chuc", "terms of an older cycle"


def test_the_command_line_knows_each_way_to_count_and_each_policy() -> None:
    assert set(COUNTS) == set(Counting)
    assert set(WHEN_OFF) == set(WhenOff)
