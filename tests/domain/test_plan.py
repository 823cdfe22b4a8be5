"""The year's plan: its dates and words, what is wrong in it, and how a round opens that was slept through."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.definitions import FileDefinitions
from tasks.domain.calendar import ZONE, Calendar, at, end_of, parse_calendar
from tasks.domain.checklist import Checklist, UnitKind
from tasks.domain.counting import WhenOff
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError
from tasks.domain.ladder import Role
from tasks.domain.plan import (
    LEAST_WORKING_DAYS,
    ROUND_KIND_NAMES,
    Due,
    DueRule,
    Opening,
    Plan,
    Round,
    RoundKind,
    Selection,
    due_words,
    opening,
    period_words,
)
from tasks.domain.plan_file import checked_plan, parse_plan, round_from_terms, round_terms

TEMPLATES = Path(__file__).parents[2] / "templates"
PLAN_FILE = "vinh-linh-2025.toml"
KIND_OF_PREFIX = {
    "tt-ho-xa": "thi_tran",
    "tt-ben-quan": "thi_tran",
    "tt-cua-tung": "thi_tran",
    "tt-": "don_vi_su_nghiep",
    "xa-": "xa",
    "p": "co_quan",
    "th": "truong_hoc",
    "mn": "truong_hoc",
}


@cache
def shipped_text() -> str:
    return (TEMPLATES / "plans" / PLAN_FILE).read_text(encoding="utf-8")


@cache
def calendar() -> Calendar:
    text = (TEMPLATES / "calendars/cong-chuc.toml").read_text(encoding="utf-8")
    return parse_calendar(Table.of_toml(text, "cong-chuc.toml"))


def checklists() -> dict[str, Checklist]:
    return _definitions().checklists


@cache
def _definitions() -> FileDefinitions:
    return FileDefinitions(TEMPLATES)


@cache
def units() -> dict[str, UnitKind]:
    """The units that the plan names, with the kind their code speaks of."""
    named = {
        code for one in parse_plan(Table.of_toml(shipped_text(), PLAN_FILE)).rounds for code in one.selection.units
    }
    return {
        code: UnitKind(next(kind for prefix, kind in KIND_OF_PREFIX.items() if code.startswith(prefix)))
        for code in sorted(named)
    }


def read(text: str, units: dict[str, UnitKind] | None = None) -> Plan:
    table = Table.of_toml(text, PLAN_FILE)
    return checked_plan(table, checklists(), {"cong-chuc": calendar()}, units or {})


@cache
def shipped() -> Plan:
    return read(shipped_text(), units())


def round_of(code: str) -> Round:
    found = shipped().round(code)
    assert found
    return found


# --- the shipped plan ------------------------------------------------------------------------------------------------


def test_the_shipped_plan_is_right_with_the_shipped_checklists_and_calendar() -> None:
    assert [one.code for one in shipped().rounds] == [
        "ke-hoach",
        "kiem-tra-1",
        "giam-sat",
        "dot-xuat-gpmb",
        "kiem-tra-2",
        "bao-cao-nam",
    ]
    assert set(shipped().ladders) == {"mac-dinh", "khan"}


def test_the_year_report_is_due_before_31_october_which_ends_with_the_30th() -> None:
    planned = opening(round_of("bao-cao-nam"), date(2025, 10, 1), calendar())
    assert planned.due_on == date(2025, 10, 30)
    assert planned.due_at == end_of(date(2025, 10, 30)) == datetime(2025, 10, 31, tzinfo=ZONE)
    assert planned.due_words == "trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025)"


def test_up_to_a_day_takes_that_day_in() -> None:
    planned = opening(round_of("kiem-tra-1"), date(2025, 4, 8), calendar())
    assert planned.due_on == date(2025, 5, 16)
    assert planned.due_words == "đến hết thứ Sáu, ngày 16/5/2025".replace("/5/", "/05/")


def test_an_urgent_round_is_due_at_its_hour() -> None:
    planned = opening(round_of("dot-xuat-gpmb"), date(2025, 7, 21), calendar())
    assert planned.due_at == at(date(2025, 7, 22), time(10))
    assert planned.due_words == "chậm nhất 10 giờ thứ Ba, ngày 22/07/2025"
    assert round_of("dot-xuat-gpmb").urgent


def test_every_commune_is_inspected_once_in_the_year() -> None:
    first, second = round_of("kiem-tra-1").selection, round_of("kiem-tra-2").selection
    assert not first.units & second.units
    communes = {code for code, kind in units().items() if kind in {UnitKind.XA, UnitKind.THI_TRAN}}
    assert len(communes) == 18
    assert communes <= first.units | second.units


def test_the_cut_off_and_the_period_are_dates_of_their_own() -> None:
    report = round_of("bao-cao-nam")
    assert (report.cut_off_on, report.estimate_to, report.lock_on) == (
        date(2025, 10, 15),
        date(2025, 12, 31),
        date(2025, 11, 14),
    )
    assert period_words(report) == "từ ngày 15/12/2024 đến ngày 15/10/2025"


def test_officers_and_legal_bases_are_found() -> None:
    officer = shipped().officer(Role.TRUONG_PHONG)
    assert officer is not None
    assert officer.name == "Lê Thị Minh Châu"
    assert shipped().officer(Role.CHU_TICH) is None
    assert shipped().round("khong-co") is None
    words = [basis.words() for basis in shipped().legal_bases]
    assert words[0] == "Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15 ngày 10/11/2022"
    assert words[-1].startswith("Kế hoạch số 18/KH-UBND ngày 17/01/2025 của UBND tỉnh")


def test_a_stored_plan_is_read_without_being_checked_again() -> None:
    assert parse_plan(Table.of_toml(shipped_text(), PLAN_FILE)) == shipped()


def test_every_kind_of_round_has_a_name() -> None:
    assert set(ROUND_KIND_NAMES) == set(RoundKind)


# --- due -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "rule", "when_off", "last"),
    [
        # 31/10/2026 is a Saturday, 30/10/2027 too; 14/12/2025 a Sunday; Tết 2025 is 25/1 to 2/2
        (date(2026, 10, 31), DueRule.DEN_HET_NGAY, WhenOff.GIU_NGUYEN, date(2026, 10, 31)),
        (date(2026, 10, 31), DueRule.DEN_HET_NGAY, WhenOff.LUI, date(2026, 11, 2)),
        (date(2026, 10, 31), DueRule.DEN_HET_NGAY, WhenOff.KEO_VE, date(2026, 10, 30)),
        (date(2026, 10, 31), DueRule.TRUOC_NGAY, WhenOff.LUI, date(2026, 10, 30)),
        (date(2025, 12, 15), DueRule.TRUOC_NGAY, WhenOff.GIU_NGUYEN, date(2025, 12, 14)),
        (date(2025, 12, 15), DueRule.TRUOC_NGAY, WhenOff.LUI, date(2025, 12, 15)),
        (date(2025, 12, 15), DueRule.TRUOC_NGAY, WhenOff.KEO_VE, date(2025, 12, 12)),
        (date(2025, 1, 28), DueRule.DEN_HET_NGAY, WhenOff.LUI, date(2025, 2, 3)),
        (date(2025, 1, 28), DueRule.DEN_HET_NGAY, WhenOff.KEO_VE, date(2025, 1, 24)),
        (date(2025, 4, 26), DueRule.DEN_HET_NGAY, WhenOff.LUI, date(2025, 4, 26)),
        (date(2025, 10, 31), DueRule.TRUOC_NGAY, WhenOff.KEO_VE, date(2025, 10, 30)),
    ],
)
def test_a_due_day_on_which_nobody_works_stays_or_moves_as_the_plan_says(
    named: date, rule: DueRule, when_off: WhenOff, last: date
) -> None:
    assert Due(named, rule, when_off=when_off).last_day(calendar()) == last


def test_a_fixed_calendar_date_is_not_moved_by_default() -> None:
    assert Due(date(2025, 12, 14)).when_off is WhenOff.GIU_NGUYEN


@pytest.mark.parametrize(
    ("due", "due_on", "words"),
    [
        (
            Due(date(2025, 10, 31), DueRule.TRUOC_NGAY),
            date(2025, 10, 30),
            "trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025)",
        ),
        (Due(date(2025, 10, 31), DueRule.TRUOC_NGAY), date(2025, 11, 5), "đến hết thứ Tư, ngày 05/11/2025"),
        (Due(date(2025, 10, 31)), date(2025, 10, 31), "đến hết thứ Sáu, ngày 31/10/2025"),
        (
            Due(date(2025, 7, 22), clock=time(16, 30)),
            date(2025, 7, 22),
            "chậm nhất 16 giờ 30 thứ Ba, ngày 22/07/2025",
        ),
    ],
)
def test_a_due_day_is_worded_so_that_nobody_misreads_it(due: Due, due_on: date, words: str) -> None:
    assert due_words(due, due_on) == words


# --- opening late ----------------------------------------------------------------------------------------------------

ROUND = Round(
    code="r",
    kind=RoundKind.KIEM_TRA,
    title="Đợt",
    opens_on=date(2025, 10, 1),
    due=Due(date(2025, 10, 31), DueRule.TRUOC_NGAY),
    period_from=date(2025, 1, 1),
    period_to=date(2025, 9, 30),
    selection=Selection(frozenset({UnitKind.XA})),
    checklists={UnitKind.XA: "xa"},
    ladder="mac-dinh",
)


def test_a_round_that_opens_late_gives_as_many_working_days_as_was_planned() -> None:
    late = opening(ROUND, date(2025, 10, 13), calendar())
    assert calendar().working_days_between(date(2025, 10, 1), date(2025, 10, 30)) == 21
    assert late == Opening(
        date(2025, 10, 13),
        date(2025, 11, 11),
        end_of(date(2025, 11, 11)),
        "đến hết thứ Ba, ngày 11/11/2025",
    )


@pytest.mark.parametrize(
    ("opened_on", "due_on"),
    [
        (date(2025, 10, 2), date(2025, 10, 30)),
        (date(2025, 10, 13), date(2025, 10, 30)),
        (date(2025, 10, 23), date(2025, 10, 30)),  # five working days are left
        (date(2025, 10, 24), date(2025, 11, 24)),  # four: it counts anew
        (date(2025, 11, 3), date(2025, 12, 2)),  # it had passed
    ],
)
def test_a_day_fixed_by_a_superior_stays_while_five_working_days_are_left(opened_on: date, due_on: date) -> None:
    assert opening(replace(ROUND, due_is_fixed=True), opened_on, calendar()).due_on == due_on


def test_a_fixed_day_that_never_gave_five_days_stays_while_it_gives_what_it_gave() -> None:
    short = replace(ROUND, opens_on=date(2025, 10, 28), due_is_fixed=True)
    assert opening(short, date(2025, 10, 28), calendar()).due_on == date(2025, 10, 30)
    assert opening(short, date(2025, 10, 29), calendar()).due_on == date(2025, 10, 31)


def test_an_urgent_round_that_opens_late_keeps_its_hour() -> None:
    urgent = replace(ROUND, kind=RoundKind.DOT_XUAT, due=Due(date(2025, 10, 2), clock=time(10)))
    assert opening(urgent, date(2025, 10, 2), calendar()).due_at == at(date(2025, 10, 2), time(10))


@given(st.integers(0, 90), st.booleans())
def test_opening_late_never_shortens_the_time_and_never_moves_the_day_forward(days: int, fixed: bool) -> None:
    round_ = replace(ROUND, due_is_fixed=fixed)
    opened_on = ROUND.opens_on + timedelta(days=days)
    result = opening(round_, opened_on, calendar())
    left = calendar().working_days_between(opened_on, result.due_on)
    assert result.opened_on == opened_on
    assert result.due_on >= date(2025, 10, 30)
    assert left >= (LEAST_WORKING_DAYS if fixed else 21)
    assert result.due_at == end_of(result.due_on)


# --- which rounds open -----------------------------------------------------------------------------------------------


def test_a_round_slept_through_past_its_lock_is_missed_and_says_so() -> None:
    plan = replace(shipped(), rounds=(replace(ROUND, lock_on=date(2025, 11, 14)),))
    (round_,) = plan.rounds
    assert plan.missed(round_, date(2025, 11, 14)) == ""
    assert plan.missed(round_, date(2025, 11, 15)) == "đã qua ngày khóa sổ 14/11/2025"


def test_a_round_overtaken_by_its_successor_is_missed() -> None:
    first, second = replace(ROUND, code="quy-1"), replace(ROUND, code="quy-2", opens_on=date(2025, 12, 1))
    plan = replace(shipped(), rounds=(first, second))
    assert plan.missed(first, date(2025, 11, 30)) == ""
    assert plan.missed(first, date(2025, 12, 1)) == "đã đến đợt sau “quy-2”"
    assert plan.missed(second, date(2025, 12, 1)) == ""


@pytest.mark.parametrize(
    "other",
    [
        replace(ROUND, code="o", opens_on=date(2025, 12, 1), kind=RoundKind.GIAM_SAT),
        replace(ROUND, code="o", opens_on=date(2025, 12, 1), selection=Selection(units=frozenset({"xa-vinh-o"}))),
        replace(ROUND, code="o", opens_on=date(2025, 9, 1)),
    ],
    ids=["another kind", "other units", "an earlier one"],
)
def test_a_round_is_not_overtaken_by_a_stranger(other: Round) -> None:
    assert replace(shipped(), rounds=(ROUND, other)).missed(ROUND, date(2025, 12, 31)) == ""


@pytest.mark.parametrize(
    ("code", "kind", "asked"),
    [
        ("xa-vinh-o", UnitKind.XA, True),
        ("ptp", UnitKind.CO_QUAN, True),
        ("pyt", UnitKind.CO_QUAN, False),
        ("xa-vinh-tu", UnitKind.XA, False),
        ("pnv", UnitKind.CO_QUAN, False),
    ],
)
def test_a_round_asks_its_kinds_and_single_units_less_the_excepted(code: str, kind: UnitKind, asked: bool) -> None:
    selection = Selection(
        frozenset({UnitKind.XA}), frozenset({"ptp", "xa-vinh-o", "pnv"}), but_not=frozenset({"xa-vinh-tu", "pnv"})
    )
    assert selection.takes(code, kind) is asked


# --- mistakes --------------------------------------------------------------------------------------------------------

SMALL = """year = 2025
title = "Kế hoạch"
calendar = "cong-chuc"
[authority]
code = "vl"
name = "UBND huyện"
office = "Phòng Nội vụ"
superior = "UBND tỉnh"
symbol = "UBND"
place = "Vĩnh Linh"
signer_title = "CHỦ TỊCH"
contact = "Phòng Nội vụ"
recipients = ["Sở Nội vụ"]
[[officer]]
role = "truong_phong"
title = "Trưởng phòng"
name = "Lê Thị Minh Châu"
address = "tp@vinhlinh.example"
[[ladder]]
name = "mac-dinh"
[[ladder.rung]]
name = "nhac"
title = "Nhắc"
days = -1
audience = ["dau_moi"]
[[ladder.rung]]
name = "bao"
title = "Báo"
days = 3
audience = ["truong_phong"]
[[round]]
code = "r1"
kind = "bao_cao_nam"
title = "Báo cáo"
opens_on = 2025-10-01
due = 2025-10-31
due_rule = "truoc_ngay"
period_from = 2025-01-01
period_to = 2025-10-15
kinds = ["xa"]
checklist = "xa"
ladder = "mac-dinh"
"""


def line(start: str) -> int:
    return next(n for n, text in enumerate(SMALL.splitlines(), 1) if text.startswith(start))


def mistakes(text: str, units: dict[str, UnitKind] | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read(text, units)
    return [str(problem).removeprefix(PLAN_FILE).removeprefix(", dòng ") for problem in caught.value.problems]


def test_the_small_plan_is_right_before_it_is_spoiled() -> None:
    assert read(SMALL).rounds[0].due.rule is DueRule.TRUOC_NGAY


@pytest.mark.parametrize(
    ("old", "new", "at_line", "sentence"),
    [
        ("year = 2025", "year = '2025'", "year", "“year” phải là một số nguyên, đang là '2025'"),
        ('calendar = "cong-chuc"', 'calendar = "x"', "calendar", "không có lịch “x”; chọn trong cong-chuc"),
        ('place = "Vĩnh Linh"', 'palce = "Vĩnh Linh"', "place", "không hiểu “palce”"),
        ('"tp@vinhlinh.example"', '"tp"', "address", "“tp” không phải là địa chỉ thư"),
        ('role = "truong_phong"', 'role = "lanh_dao"', "role", "“lanh_dao” là người của đơn vị"),
        ('role = "truong_phong"', 'role = "giam_doc"', "role", "“role” phải là một trong dau_moi"),
        (
            '["truong_phong"]',
            '["pho_chu_tich"]',
            'audience = ["truong',
            "chưa có [[officer]] nào giữ vai trò “pho_chu_tich”",
        ),
        ('["truong_phong"]', '["giam_doc"]', 'audience = ["truong', "không có vai trò “giam_doc”"),
        ('name = "bao"', 'name = "nhac"', "[[ladder.rung]]", "trình tự “mac-dinh”: tên bước bị trùng"),
        ("days = 3", "days = -3", "[[ladder.rung]]", "các bước phải xếp theo thời gian tăng dần"),
        ("days = 3", "hours = 3", "[[ladder.rung]]", "không trộn bước tính theo ngày với bước tính theo giờ"),
        ("days = 3", "hours = 3\ndays = 3", None, "ghi đúng một trong hai “days” hoặc “hours”"),
        ('kind = "bao_cao_nam"', 'kind = "bao_cao"', "kind =", "“kind” phải là một trong ke_hoach"),
        ("due = 2025-10-31", "due = 2025-10-31T10:00:00", "due =", "đang có cả giờ"),
        ("due = 2025-10-31", 'due = "31/13/2025"', "due =", "“due” phải là một ngày"),
        ("due = 2025-10-31", "due = 2025-09-30", "due =", "hạn gửi 29/09/2025 không sau ngày mở 01/10/2025"),
        ("due = 2025-10-31", "due = 2027-10-31", "due =", "chưa có năm 2027"),
        ("opens_on = 2025-10-01", "opens_on = 2023-10-01", "due =", "chưa có năm 2023"),
        ('due_rule = "truoc_ngay"', 'due_rule = "truoc"', "due_rule", "“due_rule” phải là một trong truoc_ngay"),
        ('due_rule = "truoc_ngay"', "due_clock = 10", "due_rule", "“due_clock” phải là giờ và phút"),
        ("period_to = 2025-10-15", "period_to = 2024-10-15", "period_from", "kết thúc trước khi bắt đầu"),
        ('kinds = ["xa"]', 'kinds = ["huyen"]', "kinds", "không có loại hình “huyen”"),
        ('kinds = ["xa"]', "", "[[round]]", "chưa chọn đơn vị nào"),
        ('kinds = ["xa"]', 'kinds = ["co_quan"]', "[[round]]", "bảng kiểm “xa” không dùng cho loại hình “co_quan”"),
        ('checklist = "xa"', 'checklist = "khong-co"', "[[round]]", "không có bảng kiểm “khong-co”"),
        ('ladder = "mac-dinh"', 'ladder = "khan"', "ladder =", "không có trình tự đôn đốc “khan”"),
        (
            'ladder = "mac-dinh"',
            'ladder = "mac-dinh"\nlock_on = 2025-10-29',
            None,
            "ngày khóa sổ 29/10/2025 trước hạn gửi",
        ),
        ('ladder = "mac-dinh"', 'ladder = "mac-dinh"\ncut_off_on = 2025-10-30', None, "ít nhất 01 ngày làm việc"),
        ('ladder = "mac-dinh"', 'ladder = "mac-dinh"\ncut_off_on = 2023-10-30', "due =", "chưa có năm 2023"),
        (
            'ladder = "mac-dinh"',
            'ladder = "mac-dinh"\ndue_is_fixed = "có"',
            None,
            "“due_is_fixed” phải là true hoặc false",
        ),
        ('checklist = "xa"', '[round.checklists]\nhuyen = "xa"', None, "không có loại hình “huyen”"),
    ],
)
def test_every_kind_of_mistake_is_named_on_its_line(old: str, new: str, at_line: str | None, sentence: str) -> None:
    assert SMALL.count(old) == 1
    found = [one for one in mistakes(SMALL.replace(old, new)) if sentence in one]
    assert len(found) == 1
    spoiled = SMALL.replace(old, new).splitlines()
    expected = line(at_line) if at_line else None
    assert found[0].split(": ")[0] == str(expected) if expected else found[0].split(": ")[0].isdigit()
    assert int(found[0].split(": ")[0]) <= len(spoiled)


def test_an_unreadable_date_gives_one_mistake_and_no_others_that_follow_from_it() -> None:
    for old, new in (("due = 2025-10-31", 'due = "31/10"'), ("period_from = 2025-01-01", "period_from = 1")):
        assert len(mistakes(SMALL.replace(old, new))) == 1


def test_two_rounds_of_one_code_are_a_mistake_at_the_second() -> None:
    text = SMALL + SMALL[SMALL.index("[[round]]") :]
    assert mistakes(text) == [f"{len(SMALL.splitlines()) + 2}: mã đợt “r1” bị trùng"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("kien-nghi", "mã đợt “kien-nghi” dành cho các kiến nghị; hãy dùng mã khác"),
        ("Báo cáo năm", "mã đợt “Báo cáo năm” phải gồm 1 đến 40 chữ không dấu"),
        ("a" * 41, "phải gồm 1 đến 40 chữ không dấu"),
        ("../r1", "phải gồm 1 đến 40 chữ không dấu"),
    ],
)
def test_a_code_that_nobody_could_type_or_keep_is_a_mistake(code: str, sentence: str) -> None:
    (mistake,) = mistakes(SMALL.replace('code = "r1"', f'code = "{code}"'))
    assert sentence in mistake


def test_two_ladders_of_one_name_are_a_mistake_at_the_second() -> None:
    ladder = SMALL[SMALL.index("[[ladder]]") : SMALL.index("[[round]]")]
    text = SMALL + ladder
    assert mistakes(text) == [f"{len(SMALL.splitlines()) + 2}: trình tự “mac-dinh” bị trùng tên"]


def test_units_that_the_register_does_not_know_are_named() -> None:
    text = SMALL.replace('kinds = ["xa"]', 'units = ["xa-vinh-o", "xa-la"]\nbut_not = ["xa-lac"]')
    assert mistakes(text, {"xa-vinh-o": UnitKind.XA}) == [
        f"{line('kinds')}: đợt “r1”: không có đơn vị mã “xa-la” trong danh sách",
        f"{line('kinds')}: đợt “r1”: không có đơn vị mã “xa-lac” trong danh sách",
    ]


def test_without_a_register_units_are_not_checked() -> None:
    read(SMALL.replace('kinds = ["xa"]', 'units = ["xa-vinh-o"]'))


def test_a_kind_of_unit_without_a_checklist_is_named() -> None:
    text = SMALL.replace('checklist = "xa"\n', "").replace('kinds = ["xa"]', 'kinds = ["xa"]\nunits = ["ptp"]')
    text += '[round.checklists]\nxa = "xa"\n'
    (found,) = mistakes(text, {"ptp": UnitKind.CO_QUAN})
    assert "chưa có bảng kiểm cho loại hình “co_quan”" in found


def test_all_mistakes_of_a_plan_come_at_once_in_the_order_of_their_lines() -> None:
    text = (
        SMALL.replace("year = 2025", "year = true")
        .replace('"tp@vinhlinh.example"', '"tp"')
        .replace("days = 3", "dayz = 3")
        .replace("due = 2025-10-31", "due = 2025-10-32".replace("32", "01"))
        .replace('checklist = "xa"', 'checklist = "khong-co"')
        .replace('ladder = "mac-dinh"', 'ladder = "khan"\nthem = 1')
    )
    found = mistakes(text)
    assert [int(one.split(": ")[0]) for one in found] == sorted(int(one.split(": ")[0]) for one in found)
    assert {int(one.split(": ")[0]) for one in found} == {
        line("year"),
        line("address"),
        line("[[ladder.rung]]") + 5,
        line("[[ladder.rung]]"),
        line("days = 3"),
        line("due ="),
        line("[[round]]"),
        line("ladder ="),
        line("ladder =") + 1,
    }


def test_an_empty_file_is_refused_with_all_that_is_missing() -> None:
    found = mistakes("")
    for key in ("year", "title", "authority", "calendar", "ladder", "round"):
        assert any(f"thiếu “{key}”" in one for one in found)


# --- terms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["ke-hoach", "kiem-tra-1", "giam-sat", "dot-xuat-gpmb", "kiem-tra-2", "bao-cao-nam"])
def test_a_shipped_round_reads_back_from_its_terms(code: str) -> None:
    assert round_from_terms(round_terms(round_of(code))) == round_of(code)


DAYS = st.dates(date(2024, 1, 1), date(2027, 1, 1))
CODES = st.frozensets(st.from_regex(r"[a-z]{1,6}(-[a-z]{1,6})?", fullmatch=True), max_size=3)
ROUNDS = st.builds(
    Round,
    code=st.just("r"),
    kind=st.sampled_from(RoundKind),
    title=st.just("Đợt"),
    opens_on=DAYS,
    due=st.builds(
        Due,
        DAYS,
        st.sampled_from(DueRule),
        st.none() | st.times().map(lambda clock: clock.replace(microsecond=0)),
        st.sampled_from(WhenOff),
    ),
    period_from=DAYS,
    period_to=DAYS,
    selection=st.builds(Selection, st.frozensets(st.sampled_from(UnitKind)), CODES, CODES),
    checklists=st.dictionaries(st.sampled_from(UnitKind), st.sampled_from(["xa", "co-quan"])),
    ladder=st.just("mac-dinh"),
    cut_off_on=st.none() | DAYS,
    estimate_to=st.none() | DAYS,
    lock_on=st.none() | DAYS,
    due_is_fixed=st.booleans(),
)


@given(ROUNDS)
def test_any_round_reads_back_from_the_terms_it_opened_with(round_: Round) -> None:
    assert round_from_terms(round_terms(round_)) == round_
