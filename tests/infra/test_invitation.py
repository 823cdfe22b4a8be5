"""An .ics that every calendar program takes: one entry a case, moved and not doubled, and no program answers it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from infra.invitation import due_invitation, visit_invitation
from tasks.domain.calendar import ZONE, end_of
from tasks.domain.invitation import DueTask, VisitDay

OFFICE, ADDRESS = "Phòng Nội vụ huyện Vĩnh Linh", "dancho@vinhlinh.example"
MADE = datetime(2025, 10, 1, 0, 35, tzinfo=UTC)
TASK = DueTask(
    "DCCS-2025-004217-K7QX",
    "Hạn gửi phiếu: Báo cáo năm 2025",
    end_of(date(2025, 10, 30)),
    "Trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025); trả lời thư [DCCS-2025-004217-K7QX].",
)
VISIT = VisitDay(
    "DCCS-2025-000001-AAAA", "Đoàn kiểm tra làm việc", date(2025, 5, 20), "UBND xã Vĩnh Ô", time(8), time(11)
)


def due(task: DueTask = TASK) -> bytes:
    return due_invitation(task, OFFICE, ADDRESS, MADE)


def parsed(raw: bytes) -> Calendar:
    return Calendar.from_ical(raw)  # type: ignore[return-value]


def one(raw: bytes, name: str):  # type: ignore[no-untyped-def]
    (found,) = parsed(raw).walk(name)
    return found


def test_the_due_day_is_a_task_due_at_its_last_midnight_and_an_entry_of_that_day() -> None:
    todo, event = one(due(), "VTODO"), one(due(), "VEVENT")
    assert todo.decoded("due") == datetime(2025, 10, 31, 0, 0, tzinfo=ZONE)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2025, 10, 30), date(2025, 10, 31))
    assert str(todo["summary"]) == str(event["summary"]) == TASK.summary
    assert "chậm nhất hết thứ Năm" in str(event["description"])


def test_an_urgent_due_hour_stands_on_its_own_day() -> None:
    raw = due(DueTask("DCCS-2025-1", "Báo cáo nhanh", datetime(2025, 7, 22, 10, tzinfo=ZONE)))
    assert one(raw, "VEVENT").decoded("dtstart") == date(2025, 7, 22)
    assert one(raw, "VTODO").decoded("due") == datetime(2025, 7, 22, 3, tzinfo=UTC)


def test_no_program_answers_it_by_itself() -> None:
    for raw in (due(), visit_invitation(VISIT, OFFICE, ADDRESS, MADE)):
        assert str(parsed(raw)["method"]) == "PUBLISH"
        assert b"ATTENDEE" not in raw
        assert b"RSVP" not in raw


def test_a_moved_due_day_replaces_the_entry_and_does_not_add_one() -> None:
    later = DueTask(TASK.case_code, TASK.summary, end_of(date(2025, 11, 7)), moves=1)
    for name in ("VTODO", "VEVENT"):
        before, after = one(due(), name), one(due(later), name)
        assert before["uid"] == after["uid"]
        assert (before["sequence"], after["sequence"]) == (0, 1)
    assert one(due(), "VTODO")["uid"] != one(due(), "VEVENT")["uid"]


def test_a_visit_has_its_hours_in_the_house_zone_and_its_place() -> None:
    event = one(visit_invitation(VISIT, OFFICE, ADDRESS, MADE), "VEVENT")
    assert event.decoded("dtstart") == datetime(2025, 5, 20, 1, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2025, 5, 20, 4, tzinfo=UTC)
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert str(event["location"]) == "UBND xã Vĩnh Ô"


def test_a_visit_takes_its_hours_and_reminds_the_day_before() -> None:
    event = one(visit_invitation(VISIT, OFFICE, ADDRESS, MADE), "VEVENT")
    assert str(event["transp"]) == "OPAQUE"
    assert event.walk("VALARM")[0].decoded("trigger") == timedelta(days=-1)


def test_a_visit_without_hours_is_a_whole_day() -> None:
    event = one(visit_invitation(VisitDay("C-1", "Kiểm tra", date(2025, 5, 20)), OFFICE, ADDRESS, MADE), "VEVENT")
    assert event.decoded("dtstart") == date(2025, 5, 20)
    assert str(event["transp"]) == "TRANSPARENT"


def test_a_visit_that_is_called_off_is_taken_out_of_the_calendar_and_reminds_nobody() -> None:
    planned, off = (visit_invitation(visit, OFFICE, ADDRESS, MADE) for visit in (VISIT, replace(VISIT, cancelled=True)))
    assert str(parsed(off)["method"]) == "CANCEL"
    assert one(off, "VEVENT")["uid"] == one(planned, "VEVENT")["uid"]
    assert str(one(off, "VEVENT")["status"]) == "CANCELLED"
    assert parsed(off).walk("VALARM") == []


def test_the_zone_that_is_named_is_described() -> None:
    zone = one(due(), "VTIMEZONE")
    assert str(zone["tzid"]) == "Asia/Ho_Chi_Minh"
    assert zone.walk("STANDARD")[0].decoded("tzoffsetto") == timedelta(hours=7)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=400)


@given(TEXTS, TEXTS)
def test_lines_end_in_crlf_and_none_is_longer_than_75_octets(summary: str, description: str) -> None:
    raw = due(DueTask("DCCS-2025-1", summary, TASK.due_at, description))
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    for line in lines:
        line.decode("utf-8")  # no letter is cut in two


@pytest.mark.parametrize(
    "text", ["Vĩnh Ô; Vĩnh Hà, “quý” \\ 50%", "Dòng một\nDòng hai", "ĐƠN VỊ " * 40, "BEGIN:VEVENT\r\nATTENDEE:x"]
)
def test_what_was_written_is_read_back_the_same(text: str) -> None:
    event = one(due(DueTask("C-1", "Hạn", TASK.due_at, text)), "VEVENT")
    assert str(event["description"]).strip() == text.replace("\r\n", "\n").strip()


def test_the_same_facts_give_the_same_bytes() -> None:
    assert due() == due()
