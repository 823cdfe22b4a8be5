"""The year in figures: they equal what a hand would count, and they always add up."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import end_of
from tasks.domain.checklist import NOT_APPLICABLE, AnswerType, Basis, Checklist, Item, Section, UnitKind, Value
from tasks.domain.finding import FindingState
from tasks.domain.results.facts import (
    OUTCOMES,
    AssignmentFact,
    Chase,
    FindingFact,
    UnitFact,
    YearResults,
    answer_text,
    checklists_of,
    official_order,
    steps,
)
from tasks.domain.results.items import item_tallies
from tasks.domain.results.tallies import Climb, Tally, tally, tally_by_kind

State = AssignmentState
DUE = end_of(date(2025, 10, 30))
SECOND = timedelta(seconds=1)
ON = date(2025, 12, 31)
ON_DAY = DUE + timedelta(days=40)
BASIS = (Basis("Luật 10/2022/QH15", verified=True, article="Điều 11"),)
CHECKLIST = Checklist(
    "thu",
    "1",
    "Bảng kiểm thử",
    (UnitKind.XA,),
    date(2025, 1, 1),
    (Section("A", "Phần"),),
    (
        Item("M1", "A", "Có công khai không?", AnswerType.CO_KHONG, basis=BASIS),
        Item("M2", "A", "Mức nào?", AnswerType.MUC),
        Item("M3", "A", "Bao nhiêu cuộc?", AnswerType.SO, unit="cuộc", condition="Có phát sinh."),
        Item("M4", "A", "Ngày nào?", AnswerType.NGAY),
        Item("M5", "A", "Nhận xét?", AnswerType.VAN_BAN),
        Item("M6", "A", "Tỷ lệ?", AnswerType.TY_LE, unit="%"),
    ),
)


def part(unit: str = "u", round_: str = "r", **more: object) -> AssignmentFact:
    usual: dict[str, object] = {
        "round": round_,
        "unit": unit,
        "state": State.OPEN,
        "due_at": DUE,
        "checklist": CHECKLIST,
        "original_due_at": DUE,
    }
    return AssignmentFact(**(usual | more))  # type: ignore[arg-type]


def answered(unit: str = "u", at: datetime = DUE - SECOND, **values: str | float) -> AssignmentFact:
    given_values = {code: Value(code, value) for code, value in values.items()}
    return part(unit, state=State.ANSWERED, first_reply_at=at, answered_at=at, values=given_values)


def year(units: tuple[UnitFact, ...], assignments: tuple[AssignmentFact, ...]) -> YearResults:
    words = ("UBND huyện", "UBND tỉnh", "Vĩnh Linh", "UBND", "CHỦ TỊCH", "Thái Văn Thành")
    return YearResults(2025, 1, ON_DAY, *words, ("Sở Nội vụ",), "Kế hoạch", (), units, (), assignments, (), {})


# --- on time or late -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (DUE - timedelta(days=20), "on_time"),
        (datetime(2025, 10, 30, 16, 10, tzinfo=UTC), "on_time"),  # 23:10 on the last evening
        (DUE - timedelta(microseconds=1), "on_time"),
        (DUE, "late"),  # midnight belongs to the 31st
        (DUE + SECOND, "late"),
    ],
)
def test_an_answer_is_late_from_the_first_moment_of_the_day_after(at: datetime, outcome: str) -> None:
    assert answered(at=at).outcome(ON_DAY) == outcome
    assert answered(at=at).late == (outcome == "late")


def test_after_an_extension_the_new_day_counts_and_the_old_one_is_kept() -> None:
    extended = replace(answered(at=DUE + SECOND), due_at=DUE + timedelta(days=7))
    assert extended.outcome(ON_DAY) == "on_time"
    assert extended.original_due_at == DUE


@pytest.mark.parametrize(
    ("fact", "outcome"),
    [
        (part(), "silent"),
        (part(state=State.CLOSED), "silent"),
        (part(state=State.RETURNED, first_reply_at=DUE - SECOND), "partial"),
        (part(state=State.CLOSED, first_reply_at=DUE - SECOND), "partial"),
        (part(state=State.UNREACHABLE), "unreachable"),
        (part(state=State.UNREACHABLE, first_reply_at=DUE), "unreachable"),
        (part(state=State.EXEMPT), "exempt"),
        (replace(answered(), state=State.EXEMPT), "exempt"),
        (replace(answered(), state=State.CLOSED), "on_time"),
        (answered(at=DUE + timedelta(days=60)), "late"),
    ],
)
def test_every_unit_ends_in_one_word(fact: AssignmentFact, outcome: str) -> None:
    assert fact.outcome(ON_DAY) == outcome
    assert outcome in OUTCOMES


def test_an_unanswered_part_is_not_late_it_is_silent() -> None:
    assert not part().late
    assert not part().answered


# --- tallies ---------------------------------------------------------------------------------------------------------


def test_a_tally_equals_the_count_by_hand() -> None:
    parts = [
        answered("a"),
        answered("b"),
        answered("c", at=DUE),
        part("d", state=State.RETURNED, first_reply_at=DUE),
        part("e"),
        part("f", state=State.CLOSED),
        part("g", state=State.UNREACHABLE),
        part("h", state=State.EXEMPT),
    ]
    counted = tally(parts, ON_DAY)
    assert counted == Tally(asked=8, on_time=2, late=1, partial=1, silent=2, unreachable=1, exempt=1)
    assert counted.answered == 3


def test_nobody_asked_is_nothing_everywhere() -> None:
    assert tally([], ON_DAY) == Tally()


MOMENTS = st.none() | st.timedeltas(timedelta(days=-30), timedelta(days=30)).map(lambda gap: DUE + gap)
FACTS = st.builds(
    part,
    unit=st.sampled_from("abcdef"),
    state=st.sampled_from(State),
    first_reply_at=MOMENTS,
    answered_at=MOMENTS,
    chases=st.lists(st.builds(Chase, st.sampled_from(["nhac", "bao"]), st.integers(1, 4)), max_size=3).map(tuple),
)


@given(st.lists(FACTS, max_size=30))
def test_the_totals_always_add_up(parts: list[AssignmentFact]) -> None:
    counted = tally(parts, ON_DAY)
    figures = asdict(counted)
    assert figures.pop("asked") == len(parts) == sum(figures.values())
    assert set(figures) == set(OUTCOMES)
    assert counted.answered == sum(one.outcome(ON_DAY) in {"on_time", "late"} for one in parts)


UNITS = tuple(UnitFact(code, f"Đơn vị {code}", kind, 1) for code, kind in zip("abcdef", UnitKind, strict=False))


@given(st.lists(FACTS, max_size=30))
def test_the_lines_by_kind_add_up_to_the_line_of_all(parts: list[AssignmentFact]) -> None:
    lines = tally_by_kind(year(UNITS, tuple(parts)), "r")
    whole = asdict(tally(parts, ON_DAY))
    assert {name: sum(asdict(line)[name] for _, line in lines) for name in whole} == whole


def test_kinds_stand_in_the_order_of_the_law_and_only_those_that_were_asked() -> None:
    units = (UnitFact("s", "Trường", UnitKind.TRUONG_HOC, 1), UnitFact("x", "Xã", UnitKind.XA, 2))
    lines = tally_by_kind(year(units, (part("s"), part("x"), part("s", "khác"))), "r")
    assert [(name, line.asked) for name, line in lines] == [("Xã", 1), ("Trường học", 1)]


@given(st.lists(FACTS, max_size=10))
def test_a_mail_about_many_units_is_one_mail(parts: list[AssignmentFact]) -> None:
    climb = Climb.of(parts, ["nhac"])
    assert climb.units == len([part for part in parts if "nhac" in steps(part.chases)])
    assert climb.mails == len({one.mail for part in parts for one in part.chases if one.rung == "nhac"})
    assert Climb.of(parts, []) == Climb(0, 0)


# --- items -----------------------------------------------------------------------------------------------------------

THREE = [
    answered("a", M1="Có", M2="Đạt", M3=4, M4="2025-02-05", M5="Tốt", M6=87.5),
    answered("b", M1="Có", M2="Không đạt", M3=0, M6=100),
    answered("c", M1=NOT_APPLICABLE, M3=NOT_APPLICABLE),
    part("d"),
]


def test_choices_are_counted_each_under_its_name() -> None:
    choice, level = item_tallies(CHECKLIST, THREE, ON)[:2]
    assert choice.choices == {"Có": 2, "Không": 0, "Không áp dụng": 1}
    assert (choice.answered, choice.asked, choice.not_applicable) == (3, 4, 1)
    assert level.choices == {"Đạt": 1, "Đạt một phần": 0, "Không đạt": 1, "Không áp dụng": 0}
    assert (choice.total, choice.mean, choice.lowest) == (None, None, None)


def test_not_applicable_is_an_answer_but_no_zero() -> None:
    count = item_tallies(CHECKLIST, THREE, ON)[2]
    assert (count.answered, count.asked, count.not_applicable) == (3, 4, 1)
    assert (count.total, count.lowest, count.highest, count.mean) == (4, 0, 4, 2)
    assert count.choices == {}


def test_an_item_that_applied_to_nobody_has_no_mean() -> None:
    count = item_tallies(CHECKLIST, [answered("c", M3=NOT_APPLICABLE)], ON)[2]
    assert (count.answered, count.not_applicable, count.total, count.mean) == (1, 1, None, None)


def test_days_and_texts_are_counted_but_not_summed() -> None:
    day, text = item_tallies(CHECKLIST, THREE, ON)[3:5]
    assert (day.answered, day.total) == (1, None)
    assert (text.answered, text.total) == (1, None)


def test_an_item_is_shown_with_its_question_unit_and_basis() -> None:
    first, *_, last = item_tallies(CHECKLIST, THREE, ON)
    assert (first.question, first.basis) == ("Có công khai không?", "Điều 11 Luật 10/2022/QH15")
    assert (last.unit, last.mean) == ("%", 93.75)


NUMBERS = st.lists(st.none() | st.integers(0, 1000) | st.just(NOT_APPLICABLE), max_size=20)


@given(NUMBERS)
def test_figures_of_an_item_equal_those_counted_by_hand(values: list[int | str | None]) -> None:
    parts = [part("u") if value is None else answered("u", M3=value) for value in values]
    count = item_tallies(CHECKLIST, parts, ON)[2]
    numbers = [value for value in values if isinstance(value, int)]
    assert (count.asked, count.answered) == (len(values), len(values) - values.count(None))
    assert count.answered == len(numbers) + count.not_applicable
    assert count.total == (sum(numbers) if numbers else None)
    assert count.mean == (Fraction(sum(numbers), len(numbers)) if numbers else None)
    assert (count.lowest, count.highest) == ((min(numbers), max(numbers)) if numbers else (None, None))


@given(st.lists(st.sampled_from(["Có", "Không", NOT_APPLICABLE]), max_size=20))
def test_the_choices_of_an_item_add_up_to_its_answers(values: list[str]) -> None:
    count = item_tallies(CHECKLIST, [answered("u", M1=value) for value in values], ON)[0]
    assert sum(count.choices.values()) == count.answered == len(values)


def test_answers_are_shown_as_an_office_writes_them_and_blanks_are_blank() -> None:
    first = THREE[0]
    assert [answer_text(first, code) for code in ("M1", "M3", "M4", "M6")] == ["Có", "4", "05/02/2025", "87,5%"]
    assert answer_text(THREE[3], "M1") == ""
    assert answer_text(THREE[2], "M3") == NOT_APPLICABLE


def test_each_checklist_is_listed_once_in_the_order_of_its_first_use() -> None:
    newer = replace(CHECKLIST, version="2")
    parts = [part("a"), part("b", checklist=newer), part("c"), part("d", checklist=newer)]
    assert checklists_of(parts) == [CHECKLIST, newer]


# --- units and findings ----------------------------------------------------------------------------------------------


def test_units_stand_in_the_offices_order_and_then_in_the_alphabet() -> None:
    units = [
        UnitFact("3", "Xã Vĩnh Sơn", UnitKind.XA, 5),
        UnitFact("2", "Xã Vĩnh Ô", UnitKind.XA, 5),
        UnitFact("1", "Xã Vĩnh Long", UnitKind.XA, 5),
        UnitFact("0", "Xã Vĩnh Lâm", UnitKind.XA, 5),
        UnitFact("t", "Thị trấn Hồ Xá", UnitKind.THI_TRAN, 1),
    ]
    assert [unit.code for unit in official_order(units)] == ["t", "0", "1", "2", "3"]


def test_parts_are_found_by_unit_and_round() -> None:
    results = year(UNITS, (part("a", "r1"), part("b", "r1"), part("a", "r2")))
    assert results.part("a", "r2") == part("a", "r2")
    assert results.part("b", "r2") is None
    assert [one.unit for one in results.of_round("r1")] == ["a", "b"]
    assert results.unit("b").name == "Đơn vị b"


@pytest.mark.parametrize(
    ("state", "on", "overdue"),
    [
        (FindingState.OPEN, date(2025, 10, 30), False),
        (FindingState.OPEN, date(2025, 10, 31), True),
        (FindingState.REPORTED, date(2025, 10, 31), False),
        (FindingState.CLOSED, date(2025, 10, 31), False),
    ],
)
def test_a_finding_is_overdue_the_day_after_its_last_day(state: FindingState, on: date, overdue: bool) -> None:
    finding = FindingFact("KN-1", "u", "Chưa niêm yết", "Điều 11", date(2025, 10, 30), state, date(2025, 9, 1))
    assert finding.overdue(on) is overdue
