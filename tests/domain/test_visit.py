"""A team comes on a working day, with one leader, and nobody is at two places at once."""

from datetime import date, time

import pytest

from tasks.domain.visit import Meeting, Member, TeamRole, read_team, report_due_on, wrong_with
from tests.tasks.world import definitions

CALENDAR = definitions().calendar("cong-chuc")
LEADER, CLERK = Member(TeamRole.TRUONG_DOAN, "Lê Thị Minh Châu"), Member(TeamRole.THU_KY, "Trần Văn Nam")
TODAY = date(2025, 5, 5)
PLANNED = Meeting("Xã Vĩnh Ô", date(2025, 5, 20), time(8), time(11), (LEADER, CLERK))


def sentences(new: Meeting, *others: Meeting) -> list[str]:
    return [str(one) for one in wrong_with(new, others, TODAY, CALENDAR, CALENDAR)]


def meeting(
    unit: str = "Xã Vĩnh Hà",
    day: date = date(2025, 5, 21),
    opens: time = time(8),
    closes: time = time(11),
    team: tuple[Member, ...] = (LEADER,),
) -> Meeting:
    return Meeting(unit, day, opens, closes, team)


def test_a_team_is_read_in_official_order_whatever_the_order_it_was_typed_in() -> None:
    team, problems = read_team("thanh vien: Hồ Thị Mận, Lê Văn Tư; Thư ký: Trần Văn Nam;Trưởng Đoàn : Lê Thị Minh Châu")
    assert problems == []
    assert [str(one) for one in team] == [
        "Trưởng đoàn: Lê Thị Minh Châu",
        "Thư ký: Trần Văn Nam",
        "Thành viên: Hồ Thị Mận",
        "Thành viên: Lê Văn Tư",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["chưa có trưởng đoàn"]),
        ("Thư ký: Nam", ["chưa có trưởng đoàn"]),
        ("Trưởng đoàn: Nam, Hà", ["có 2 trưởng đoàn (Nam, Hà)"]),
        ("Trưởng đoàn: Nam; Lái xe: Tư", ["không hiểu “Lái xe: Tư”; viết như: Trưởng đoàn: Họ tên"]),
        ("Lê Thị Minh Châu", ["không hiểu “Lê Thị Minh Châu”; viết như: Trưởng đoàn: Họ tên", "chưa có trưởng đoàn"]),
        ("Trưởng đoàn: Nam; Thư ký: NAM", ["Nam được ghi nhiều lần"]),
    ],
)
def test_all_that_is_wrong_with_a_team_is_told(text: str, said: list[str]) -> None:
    assert [str(one) for one in read_team(text)[1]] == [f"thành phần đoàn: {one}" for one in said]


def test_names_that_differ_in_their_tones_are_two_people() -> None:
    assert read_team("Trưởng đoàn: Trần Văn Nam; Thành viên: Trần Văn Năm")[1] == []


def test_a_visit_on_a_free_day_is_welcome() -> None:
    assert sentences(meeting(), PLANNED) == []


def test_no_visit_on_a_holiday_or_in_the_past_or_that_ends_before_it_begins() -> None:
    assert sentences(meeting(day=date(2025, 5, 2), opens=time(14), closes=time(9))) == [
        "ngày kiểm tra: ngày 02/05/2025 không sau hôm nay",
        f"ngày kiểm tra: ngày 02/05/2025 là ngày nghỉ ({CALENDAR.why_off(date(2025, 5, 2))})",
        "giờ: giờ bắt đầu 14 giờ 00 không trước giờ kết thúc 9 giờ 00",
    ]
    assert "ngày nghỉ" in sentences(meeting(day=date(2025, 5, 24)))[0], "a Saturday"


def test_the_team_s_own_day_off_speaks_against_a_visit_where_the_unit_works() -> None:
    saturday = meeting(day=date(2025, 5, 24))
    company = definitions().calendar("doanh-nghiep")
    (said,) = map(str, wrong_with(saturday, [], TODAY, company, CALENDAR))
    assert "ngày 24/05/2025 là ngày nghỉ của đoàn kiểm tra" in said
    assert wrong_with(saturday, [], TODAY, company, company) == []


def test_nobody_is_at_two_places_at_once() -> None:
    assert sentences(meeting(day=PLANNED.day, opens=time(10), closes=time(12)), PLANNED) == [
        "thành phần đoàn: Lê Thị Minh Châu đã có lịch kiểm tra tại Xã Vĩnh Ô lúc 8 giờ 00–11 giờ 00 ngày 20/05/2025"
    ]
    assert sentences(meeting(day=PLANNED.day, opens=time(11), closes=time(12)), PLANNED) == [], "one after the other"
    other = (Member(TeamRole.TRUONG_DOAN, "Hồ Văn Quý"),)
    assert sentences(meeting(day=PLANNED.day, team=other), PLANNED) == [], "another team"


def test_no_unit_has_two_teams_at_once() -> None:
    other = (Member(TeamRole.TRUONG_DOAN, "Hồ Văn Quý"),)
    assert sentences(meeting(PLANNED.unit, PLANNED.day, team=other), PLANNED) == [
        "đơn vị: Xã Vĩnh Ô đã có đoàn khác làm việc lúc 8 giờ 00–11 giờ 00 ngày 20/05/2025"
    ]


@pytest.mark.parametrize(
    ("day", "report"),
    [
        (date(2025, 5, 20), date(2025, 5, 13)),
        (date(2025, 5, 6), date(2025, 4, 25)),  # over 30 April, 1 May and the swapped 2 May, with working Saturday 26
    ],
)
def test_the_unit_s_own_report_is_due_five_working_days_before(day: date, report: date) -> None:
    assert report_due_on(day, CALENDAR) == report
