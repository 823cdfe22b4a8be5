"""Every case of the year on a sheet: who answered by what hand, who was let off, visited, or has not finished."""

from datetime import date, time

import pytest

from tasks.domain.extension import Wish
from tasks.domain.visit import read_team
from tasks.exemption import exempt
from tasks.extension import extend
from tasks.records import Visit
from tasks.visiting import NewVisit, assignment_to_visit, cancel_visit, plan_visit
from tests.servers import SqliteFiles
from tests.tasks.compiled import compiled
from tests.tasks.world import ADDRESS, ANSWERS, World, find_assignment, moment

END = "2025-06-01 08:00"
TEAM = read_team("Trưởng đoàn: Lê Thị Minh Châu; Thư ký: Trần Văn Nam")[0]


@pytest.fixture
def databases(sqlite: SqliteFiles) -> SqliteFiles:
    """What the sheets say does not depend on the database."""
    return sqlite


def test_a_sheet_of_answers_says_whence_each_came_and_what_does_not_apply(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00", {**ANSWERS, "DX02": 3, "DX03": "Không áp dụng"})
    begun.lock("2025-07-01 08:00")
    begun.answer("xa-vinh-ha", "2025-07-10 09:00")
    year = compiled(begun, "2025-08-01 08:00")
    in_time, after = (year.row("Trả lời đợt 1", Mã=unit) for unit in ("xa-vinh-o", "xa-vinh-ha"))
    assert in_time["Mục không áp dụng"] == 1
    assert in_time["Nguồn"] == f"22/04/2025: phiếu gửi qua thư của {ADDRESS['xa-vinh-o']}"
    assert (in_time["Ghi chú"], after["Ghi chú"]) == (None, "trả lời sau khi khóa sổ")


def test_who_has_not_finished_stands_by_name_with_what_lacks(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    begun.answer("xa-vinh-ha", "2025-04-22 09:00", {"DX01": "Có"})
    year = compiled(begun, END)
    partial = year.row("Chưa trả lời đủ", Mã="xa-vinh-ha")
    assert (partial["Kết quả"], partial["Mục đã trả lời"]) == ("Chưa đủ", 1)
    assert partial["Mục được hỏi"] > 1
    assert "xa-vinh-o" not in [row["Mã"] for row in year.rows("Chưa trả lời đủ")]


def test_who_was_let_off_or_given_time_stands_with_why_and_by_whom(begun: World) -> None:
    begun.clock.now = moment("2025-04-15 09:00")
    with begun.sessions.begin() as session:
        exempt(session, "ptp", "kiem-tra", "Đang sắp xếp đơn vị", begun.clock.now)
        one = find_assignment(session, "xa-vinh-o", "kiem-tra")
        extend(session, one, Wish(until=date(2025, 5, 23)), begun.tools, begun.clock.now, "Lê Văn A")
    year = compiled(begun, END)
    let_off = year.row("Được miễn", Mã="ptp")
    assert (let_off["Từ ngày"], let_off["Lý do"]) == (date(2025, 4, 15), "Đang sắp xếp đơn vị")
    given = year.row("Gia hạn", Mã="xa-vinh-o")
    assert given["Hạn sau gia hạn"] == date(2025, 5, 23)
    assert str(given["Cho phép"]).startswith("15/04/2025: Lê Văn A")


def test_the_visits_are_told_as_they_stood_at_the_moment_of_the_edition(begun: World) -> None:
    begun.clock.now = moment("2025-05-05 09:00")
    with begun.sessions.begin() as session:
        for unit, day in (("xa-vinh-o", date(2025, 5, 20)), ("xa-vinh-ha", date(2025, 5, 21))):
            new = NewVisit(day, time(8), time(11), "", TEAM)
            plan_visit(session, assignment_to_visit(session, unit, None), new, begun.tools, begun.clock.now)
    assert "Lịch kiểm tra" not in compiled(begun, "2025-05-01 08:00").book.sheetnames
    before = compiled(begun, "2025-05-20 12:00")
    assert [row["Tình trạng"] for row in before.rows("Lịch kiểm tra")] == ["Đã đến ngày", "Chưa đến ngày"]
    begun.clock.now = moment("2025-05-20 13:00")
    with begun.sessions.begin() as session:
        cancel_visit(session, session.get_one(Visit, 2), "bão số 4", begun.tools, begun.clock.now)
    after = compiled(begun, END)
    row = after.row("Lịch kiểm tra", Mã="xa-vinh-ha")
    assert (row["Tình trạng"], row["Lý do hủy"]) == ("Đã hủy", "bão số 4")
    told = after.line("Theo lịch đã xếp")
    assert "có 1 cuộc kiểm tra, giám sát trực tiếp tại đơn vị, 1 cuộc đã hủy, gồm:" in told
    told = after.line("- Xã Vĩnh Ô: ngày 20/05/2025")
    assert told.endswith("Trưởng đoàn: Lê Thị Minh Châu; Thư ký: Trần Văn Nam.")
    told = before.line("- Xã Vĩnh Hà: ngày 21/05/2025")
    assert told.endswith("; đoàn như trên.")
    assert "[Nêu số đoàn" not in after.prose
