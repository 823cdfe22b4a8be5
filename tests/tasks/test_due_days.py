"""The due day goes along as a calendar file, and a day that has moved replaces the one a unit has entered."""

from datetime import date
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

from icalendar import Calendar

from tasks.domain.assignment import AssignmentState
from tests.fakes import Sent
from tests.tasks.test_extension import decide, write
from tests.tasks.world import ADDRESS, OPENING, World, letter_to

UNIT = "xa-vinh-o"


def files_of(sent: Sent) -> list[Any]:
    return [part for part in sent.mime.iter_attachments() if part.get_content_type() == "text/calendar"]


def entry_of(sent: Sent, method: str = "PUBLISH") -> Any:
    """PUBLISH, for a program that answers would write to us."""
    (file,) = files_of(sent)
    calendar = Calendar.from_ical(file.get_payload(decode=True))
    assert (file.get_param("method"), str(calendar["method"])) == (method, method)
    (entry,) = calendar.walk("VEVENT")
    return entry


def test_the_request_carries_its_due_day_under_the_case_s_own_name(opened: World) -> None:
    opened.send(OPENING)
    code, _ = opened.case(UNIT)
    entry = entry_of(letter_to(opened.outbox.sent, code))
    assert entry.decoded("dtstart") == date(2025, 5, 16)
    assert str(entry["summary"]) == "Hạn gửi phiếu: Kiểm tra đợt 1 năm 2025"
    assert str(entry["uid"]).startswith(f"{code.lower()}.")
    assert int(entry["sequence"]) == 0
    uids = {str(entry_of(sent)["uid"]) for sent in opened.outbox.sent}
    assert len(uids) == len(opened.outbox.sent), "no two units share an entry"


def test_a_day_that_is_given_later_replaces_the_entry(begun: World) -> None:
    write(begun, "GIA HẠN: đến 23/05", "2025-05-12 09:00")
    decide(begun, "2025-05-12 10:00")
    begun.send("2025-05-12 10:05")
    begun.send("2025-05-13 07:35")
    told = begun.outbox.to(ADDRESS[UNIT])[-1]
    assert entry_of(told).decoded("dtstart") == date(2025, 5, 23)
    assert int(entry_of(told)["sequence"]) >= 1
    assert str(entry_of(told)["uid"]).startswith(f"{begun.case(UNIT)[0].lower()}.")


def test_a_request_for_more_time_that_is_not_granted_tells_no_new_day(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày", "2025-05-12 09:00")
    decide(begun, "2025-05-12 10:00", why_not="Số liệu phải gửi tỉnh đúng hạn.")
    begun.send("2025-05-12 10:05")
    assert files_of(begun.outbox.to(ADDRESS[UNIT])[-1]) == []


def test_a_finding_tells_by_when_it_must_be_mended(begun: World) -> None:
    number = begun.raise_finding()
    begun.send("2025-06-18 09:05")
    told = begun.outbox.to(ADDRESS[UNIT])[-1]
    assert str(entry_of(told)["summary"]) == f"Hạn khắc phục kiến nghị {number}"
    assert entry_of(told).decoded("dtstart") == date(2025, 7, 18)


def test_a_clerk_who_sends_the_calendar_file_back_with_the_form_has_answered(begun: World) -> None:

    raw = begun.mail(UNIT, "2025-05-12 09:00", begun.filled(UNIT), put=False)
    mail = message_from_bytes(raw, policy=SMTP)
    mail.add_attachment(  # type: ignore[attr-defined]
        b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n",
        maintype="text",
        subtype="calendar",
        filename="Thoi-han.ics",
    )
    begun.mailbox.put(mail.as_bytes(), begun.clock.now)
    begun.collect("2025-05-12 09:05")
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED
