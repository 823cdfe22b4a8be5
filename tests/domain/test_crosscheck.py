"""Answers that cannot be true together are sent back; those that may be true ask for a reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.calendar import Calendar
from tasks.domain.checklist import Identity, Reading, Severity, Value
from tasks.domain.crosscheck import breaches, crosschecked

DEFINITIONS = FileDefinitions(TEMPLATES)
REPORT = DEFINITIONS.checklist("bao-cao-xa")
CALENDAR = DEFINITIONS.calendar("cong-chuc")
ROADS = "Đóng góp xây dựng hạ tầng, công trình"
CUSTOMS = "Hương ước, quy ước"

Given = str | int | float


def answers(**given: Given) -> dict[str, Value]:
    codes = {name.replace("__", "."): value for name, value in given.items()}
    return {code: Value(code, value, cell=f"{code}!C1") for code, value in codes.items()}


def said(**given: Given) -> list[str]:
    return [breach.sentence for breach in breaches(REPORT, answers(**given), CALENDAR)]


def read(**given: Given) -> Reading:
    return Reading(Identity(), answers(**given), (), ())


# --- votes of households -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "voted", "households", "sentence"),
    [
        (ROADS, 274, 411, ""),  # 2/3 of 411 is 274 exactly
        (
            ROADS,
            260,
            412,
            "dòng 1: tổng số hộ 412, tán thành 260 = 63,1%, dưới 2/3, chưa đủ điều kiện theo Điều 21",
        ),
        (ROADS, 666_666, 1_000_000, "tán thành 666.666 = 66,7%, dưới 2/3"),
        (CUSTOMS, 206, 412, "tán thành 206 = 50%, chưa trên 50%"),  # the half itself is not enough
        (CUSTOMS, 207, 412, ""),
    ],
)
def test_a_vote_is_counted_over_all_households_with_the_share_of_its_matter(
    matter: str, voted: int, households: int, sentence: str
) -> None:
    found = said(BII__r1__noi_dung=matter, BII__r1__tan_thanh=voted, BII__r1__tong_ho=households)
    assert len(found) == (1 if sentence else 0)
    assert all(sentence in one for one in found)


def test_a_vote_without_its_matter_is_not_held_to_a_share_but_never_exceeds_the_households() -> None:
    assert said(BII__r1__tan_thanh=1, BII__r1__tong_ho=400) == []
    assert said(BII__r7__tan_thanh=401, BII__r7__tong_ho=400) == [
        "dòng 7: số hộ tán thành 401 nhiều hơn tổng số hộ 400"
    ]


def test_figures_that_differ_by_less_than_a_hundredth_are_shown_so_that_the_difference_is_seen() -> None:
    found = said(BII__r1__gia_tri=1.002, BII__r1__nsnn=1, BII__r1__dan_gop=0.0011)
    assert found == ["dòng 1: tổng giá trị 1,002 khác tổng các nguồn 1 + 0,0011 = 1,0011"]


def estimated(value: Given, estimate: float | None, note: str = "") -> str:
    answer = Value("XA04", value, cell="F20", estimate=estimate, note=note)
    reading = crosschecked(Reading(Identity(), {"XA04": answer}, (), ()), REPORT, {}, CALENDAR)
    assert reading.faults == ()
    return reading.accepted["XA04"].flag


def test_an_estimate_for_the_year_below_what_was_done_already_asks_for_a_reason() -> None:
    sentence = "ước cả năm 9 thấp hơn số đã thực hiện 12"
    assert estimated(12, 9) == f"{sentence}; hãy nêu lý do ở cột Ghi chú nếu số liệu là đúng"
    assert estimated(12, 9, "giảm 3 thôn") == f"{sentence}; đơn vị nêu lý do: giảm 3 thôn"


@pytest.mark.parametrize(("value", "estimate"), [(12, 12), (12, 15.0), (12, None), ("Không áp dụng", 3)])
def test_an_estimate_that_is_not_lower_asks_for_nothing(value: Given, estimate: float | None) -> None:
    assert estimated(value, estimate) == ""


def money(code: str, value: Given) -> str:
    return crosschecked(read(**{code: value}), REPORT, {}, CALENDAR).accepted[code.replace("__", ".")].flag


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("BII__r1__dan_gop", 125_500_000, "125.500.000 triệu đồng"),
        ("BV__xa__thu_tien", 125, "125 đồng"),
        ("BII__r1__nsnn", 0.0005, "0,0005 triệu đồng"),
    ],
)
def test_money_that_looks_counted_in_another_unit_is_taken_and_asked_about(code: str, value: Given, words: str) -> None:
    unit = words.partition(" ")[2]
    assert money(code, value) == (
        f"{words} là số khác thường, hãy xem lại đơn vị tính có đúng là {unit}; "
        "hãy nêu lý do trong thư trả lời nếu số liệu là đúng"
    )


@pytest.mark.parametrize(
    ("code", "value"),
    [("BII__r1__dan_gop", 0), ("BII__r1__dan_gop", 1250.5), ("BV__xa__thu_tien", 0), ("BV__xa__thu_tien", 125_500_000)],
)
def test_usual_money_is_taken_without_a_word(code: str, value: Given) -> None:
    assert money(code, value) == ""


# --- days ----------------------------------------------------------------------------------------------------------


def test_publication_is_counted_in_working_days_of_the_calendar() -> None:
    """From 24/04/2025: with the holidays of 30/4 and 1/5, the fifth working day is later than a week on a wall."""
    decided = date(2025, 4, 24)
    fifth = CALENDAR.add_working_days(decided, 5)
    assert fifth > decided + timedelta(days=7)
    in_time = said(BI__r1__ngay_qd=decided.isoformat(), BI__r1__ngay_ck=fifth.isoformat())
    day_late = CALENDAR.add_working_days(decided, 6)
    late = said(BI__r1__ngay_qd=decided.isoformat(), BI__r1__ngay_ck=day_late.isoformat())
    assert in_time == []
    assert len(late) == 1
    assert "là sau 6 ngày làm việc" in late[0]
    assert "chậm nhất 5 ngày làm việc" in late[0]


def test_the_calendar_is_an_argument_and_a_year_it_does_not_know_is_not_held_against_the_unit() -> None:
    given = answers(BI__r1__ngay_qd="2025-04-24", BI__r1__ngay_ck="2025-12-24")
    assert breaches(REPORT, given, CALENDAR)
    assert breaches(REPORT, given, Calendar("trong", frozenset({2019}), {})) == []


@pytest.mark.parametrize(("last", "found"), [("2025-03-30", 0), ("2025-03-29", 1)])
def test_posting_counts_its_first_and_its_last_day(last: str, found: int) -> None:
    """01/3 to 30/3 is thirty days on end."""
    given = said(BI__r2__khoan=7, BI__r2__niem_yet="Một nơi", BI__r2__ngay_ck="2025-03-01", BI__r2__den_ngay=last)
    assert len(given) == found
    assert all("là 29 ngày liên tục, quy định ít nhất 30 ngày" in one for one in given)


def test_what_is_not_posted_needs_no_days_of_posting() -> None:
    assert said(BI__r2__niem_yet="Không", BI__r2__ngay_ck="2025-03-01", BI__r2__den_ngay="2025-03-02") == []


def test_a_period_does_not_end_before_it_begins() -> None:
    assert said(BIII__r1__tu_ngay="2025-03-02", BIII__r1__den_ngay="2025-03-01") == [
        "dòng 1: ngày kết thúc lấy ý kiến 01/03/2025 trước ngày bắt đầu 02/03/2025"
    ]


# --- sums ----------------------------------------------------------------------------------------------------------


def test_solved_is_never_more_than_received_nor_a_period_more_than_the_year() -> None:
    solved = said(BVII__to_cao__nhan_luy_ke=3, BVII__to_cao__gq_luy_ke=4)
    period = said(BVII__to_cao__nhan_ky=4, BVII__to_cao__nhan_luy_ke=3)
    assert solved == [
        "dòng Tố cáo: đã giải quyết 4 đơn nhiều hơn tiếp nhận 3 đơn (lũy kế)",
        "dòng Tố cáo: tiếp nhận lũy kế 3 đơn khác tổng đã giải quyết và chưa giải quyết 4 = 4",
    ]
    assert period == ["dòng Tố cáo: tiếp nhận lũy kế 3 đơn ít hơn tiếp nhận trong kỳ 4 đơn"]


def test_a_total_is_the_sum_of_its_parts_to_the_last_decimal() -> None:
    parts: dict[str, Given] = {"BII__r1__nsnn": 0.1, "BII__r1__dan_gop": 0.2, "BII__r1__nguon_khac": 0}
    assert said(BII__r1__gia_tri=0.3, **parts) == []
    assert said(BII__r1__gia_tri=0.4, **parts) == ["dòng 1: tổng giá trị 0,4 khác tổng các nguồn 0,1 + 0,2 + 0 = 0,3"]


def test_what_is_left_blank_beside_a_filled_addend_is_nought() -> None:
    """Nobody writes out the noughts of a table."""
    parts: dict[str, Given] = {"BII__r1__nsnn": 500, "BII__r1__dan_gop": 30}
    assert said(BII__r1__gia_tri=530, **parts) == []
    assert said(BII__r1__gia_tri=100, **parts) == ["dòng 1: tổng giá trị 100 khác tổng các nguồn 500 + 30 = 530"]
    assert said(BII__r1__gia_tri=100) == [], "no source is named yet"


def test_what_is_asked_back_is_not_held_against_the_cells_beside_it() -> None:
    answers = {code: Value(code, number) for code, number in (("BII.r1.gia_tri", 100), ("BII.r1.nsnn", 60))}
    assert breaches(REPORT, answers, CALENDAR)
    assert breaches(REPORT, answers, CALENDAR, {"BII.r1.dan_gop"}) == []


def test_nothing_is_published_before_it_is_decided() -> None:
    (sentence,) = said(BI__r1__ngay_qd="2025-09-20", BI__r1__ngay_ck="2025-09-05")
    assert sentence == "dòng 1: ngày công khai 05/09/2025 trước ngày quyết định 20/09/2025"


def test_the_peoples_inspectorate_has_five_members_and_one_of_every_village() -> None:
    assert said(BV__xa__thanh_vien=9, BVIII__xa__tong=9) == []
    few = said(BV__xa__thanh_vien=4, BVIII__xa__tong=7)
    assert [sentence.partition(",")[0] for sentence in few] == ["Ban Thanh tra nhân dân có 4 thành viên"] * 2


def test_what_is_not_there_is_not_judged() -> None:
    assert said() == []
    assert said(BVII__to_cao__gq_luy_ke=4) == []
    assert said(BVII__to_cao__gq_luy_ke="Không áp dụng", BVII__to_cao__nhan_luy_ke=0) == []


# --- what follows --------------------------------------------------------------------------------------------------


def test_a_hard_check_sends_its_cells_back_with_what_they_hold_and_leaves_the_others() -> None:
    reading = read(BVII__to_cao__nhan_luy_ke=3, BVII__to_cao__gq_luy_ke=4, BV__xa__cuoc=2)
    checked = crosschecked(reading, REPORT, {}, CALENDAR)
    assert set(checked.accepted) == {"BV.xa.cuoc"}
    assert [(fault.item, fault.cell, fault.found) for fault in checked.faults] == [
        ("BVII.to_cao.gq_luy_ke", "BVII.to_cao.gq_luy_ke!C1", "4"),
        ("BVII.to_cao.nhan_luy_ke", "BVII.to_cao.nhan_luy_ke!C1", "3"),
    ]
    assert not checked.complete


def test_a_soft_check_takes_the_answer_and_asks_for_the_reason_unless_it_is_given() -> None:
    asked = crosschecked(read(XA40=4), REPORT, {}, CALENDAR).accepted["XA40"]
    assert asked.value == 4
    assert asked.flag == (
        "Ban Thanh tra nhân dân có 4 thành viên, quy định không ít hơn 5; "
        "hãy nêu lý do ở cột Ghi chú nếu số liệu là đúng"
    )
    noted = replace(read(XA40=4), accepted={"XA40": Value("XA40", 4, note="khuyết 01, đang bầu bổ sung")})
    flag = crosschecked(noted, REPORT, {}, CALENDAR).accepted["XA40"].flag
    assert flag.endswith("đơn vị nêu lý do: khuyết 01, đang bầu bổ sung")


def test_a_later_reply_is_checked_with_what_was_answered_before() -> None:
    before = answers(BVII__to_cao__nhan_luy_ke=3)
    checked = crosschecked(read(BVII__to_cao__gq_luy_ke=4), REPORT, before, CALENDAR)
    assert [fault.item for fault in checked.faults] == ["BVII.to_cao.gq_luy_ke"]
    assert crosschecked(read(BV__xa__cuoc=1), REPORT, before, CALENDAR) == read(BV__xa__cuoc=1)


def test_every_shipped_check_says_a_whole_sentence_and_a_legal_limit_never_refuses_a_figure() -> None:
    """What the law asks for may not have been done: that is an answer. Only what cannot be true is refused."""
    for checklist in DEFINITIONS.checklists.values():
        for check in checklist.checks:
            assert check.sentence[-1] not in ".;", check.code
            assert check.severity is Severity.SOFT or not check.basis, check.code


# --- days ------------------------------------------------------------------------------------------------------------


def day_flag(value: str, on: date = date(2025, 10, 20)) -> str:
    return crosschecked(read(BII__r1__ngay_hop=value), REPORT, {}, CALENDAR, on).accepted["BII.r1.ngay_hop"].flag


def test_a_day_far_ahead_is_taken_and_its_year_asked_about() -> None:
    assert day_flag("2052-03-15") == (
        "15/03/2052 là ngày xa trong tương lai, hãy xem lại năm; hãy nêu lý do trong thư trả lời nếu số liệu là đúng"
    )


@pytest.mark.parametrize("value", ["2025-03-15", "2026-10-20", "1998-01-01", "Không áp dụng"])
def test_a_day_of_this_year_or_the_next_or_long_ago_asks_for_nothing(value: str) -> None:
    assert day_flag(value) == ""


def test_a_day_of_what_was_done_that_has_not_come_is_asked_about() -> None:
    """`maximum = 0`: when was the plan issued."""
    asked = FileDefinitions(TEMPLATES).checklist("ke-hoach-don-vi")

    def flag(day: str) -> str:
        value = Value("KH02", day, "E5")
        reading = Reading(Identity(), {"KH02": value}, (), ())
        return crosschecked(reading, asked, {}, CALENDAR, date(2025, 2, 10)).accepted["KH02"].flag

    assert flag("2025-02-11").startswith("11/02/2025 là ngày chưa đến, mục này hỏi việc đã làm; hãy xem lại ngày")
    assert flag("2025-02-10") == flag("2024-12-31") == ""


# --- what stands beside ----------------------------------------------------------------------------------------------


def test_what_stands_beside_a_figure_that_is_sent_back_goes_with_it() -> None:
    given = answers(BI__r1__ngay_ck="2025-03-20", BI__r1__den_ngay="2025-03-10")
    kept = {code: replace(one, evidence="QĐ 12", note="xã", estimate=9.0) for code, one in given.items()}
    faults = crosschecked(Reading(Identity(), kept, (), ()), REPORT, {}, CALENDAR).faults
    assert {(one.evidence, one.note, one.estimate) for one in faults} == {("QĐ 12", "xã", 9.0)}


# --- lines of one clause ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("clause", "told"), [(7, 2), (11, 2), (1, 1), (4, 0), (13, 0), (14, 0), (None, 0)])
def test_a_line_is_held_against_the_days_that_its_own_clause_asks(clause: int | None, told: int) -> None:
    """Điều 13: 30 days of notice for khoản 1–3, 5–12 of Điều 11, three of loudspeakers for khoản 7–12."""
    line: dict[str, Given] = {"niem_yet": "Một nơi", "ngay_ck": "2025-03-03", "den_ngay": "2025-03-12"}
    line |= {"truyen_thanh": "Có", "phat_thanh": 1} | ({"khoan": clause} if clause else {})
    found = said(**{f"BI__r1__{column}": value for column, value in line.items()})
    assert len(found) == told
