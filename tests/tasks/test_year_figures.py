"""What the compiled year says is true: played by mail over a real database, read in the workbook and the Word file."""

from datetime import date

import pytest
from sqlalchemy import select

from tasks.domain.extension import Wish
from tasks.extension import extend
from tasks.records import Answer
from tests.servers import SqliteFiles
from tests.tasks.compiled import REPORT_ROUND, compiled, report_round, reports
from tests.tasks.world import ANSWERS, World, find_assignment, moment

AFTER = "2025-12-01 08:00"


@pytest.fixture
def databases(sqlite: SqliteFiles) -> SqliteFiles:
    """What the figures mean does not depend on the database; that both agree is tested where rows are read."""
    return sqlite


@pytest.fixture
def reporting(begun: World) -> World:
    return report_round(begun)


def given_until(world: World, unit: str, day: date, when: str, round_: str = REPORT_ROUND) -> None:
    with world.sessions.begin() as session:
        extend(session, find_assignment(session, unit, round_), Wish(until=day), world.tools, moment(when), "Lê Văn A")


# --- one bad value never stops a year --------------------------------------------------------------------------------


def test_not_applicable_in_a_date_item_is_an_answer_and_no_day(reporting: World) -> None:
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", {**ANSWERS, "DX03": "Không áp dụng"})
    reports(reporting, "xa-vinh-ha", "2025-10-20 10:00", dict(ANSWERS))
    year = compiled(reporting, AFTER)
    column = next(caption for caption in year.rows("Trả lời dot-xuat")[0] if str(caption).startswith("DX03"))
    assert year.row("Trả lời dot-xuat", Mã="xa-vinh-o")[column] == "Không áp dụng"
    assert year.row("Trả lời dot-xuat", Mã="xa-vinh-ha")[column] == date(2025, 3, 5)


@pytest.mark.parametrize(("item", "broken"), [("DX03", "2025-31-12"), ("DX02", "ba vụ"), ("DX01", "Có lẽ")])
def test_a_value_that_cannot_be_read_stops_nobody_and_is_named(reporting: World, item: str, broken: str) -> None:
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    reports(reporting, "xa-vinh-ha", "2025-10-20 10:00", dict(ANSWERS))
    with reporting.sessions.begin() as session:
        first = session.scalars(select(Answer).where(Answer.item == item).order_by(Answer.id)).first()
        assert first is not None
        first.value = broken
    year = compiled(reporting, AFTER)
    noted = year.row("Lưu ý số liệu", Mã="xa-vinh-o", Mục=item)
    assert noted["Giá trị"] == broken
    assert "không được tính" in str(noted["Lưu ý"])
    assert year.row("Theo mục dot-xuat", Mã=item)["Đã trả lời"] == 1
    assert any("Xã Vĩnh Ô" in line and item in line for line in year.report.lines)


# --- a due moment as a day -------------------------------------------------------------------------------------------


def test_a_day_that_ends_at_midnight_is_printed_as_that_day_and_not_the_next(reporting: World) -> None:
    given_until(reporting, "ptp", date(2025, 11, 7), "2025-10-20 09:00")
    for when in ("2025-10-31 07:30", "2025-11-10 07:30"):
        reporting.climb(when)
        reporting.send(when)
    year = compiled(reporting, AFTER)
    assert year.row("Đôn đốc", Mã="xa-vinh-o", Đợt="Báo cáo năm 2025")["Hạn"] == date(2025, 10, 30)
    assert year.row("Đôn đốc", Mã="ptp", Đợt="Báo cáo năm 2025")["Hạn"] == date(2025, 11, 7)
    extension = year.row("Gia hạn", Mã="ptp")
    assert (extension["Hạn ban đầu"], extension["Hạn sau gia hạn"]) == (date(2025, 10, 30), date(2025, 11, 7))
    assert "chậm nhất hết thứ Năm, ngày 30/10/2025" in year.prose
