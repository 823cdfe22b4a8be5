"""What was sent last counts, also where it came first; where nobody can tell what is meant, the unit is asked."""

import pytest

from tasks.domain.assignment import AssignmentState
from tests.tasks.test_collection import HALF, REST, values
from tests.tasks.world import ADDRESS, ANSWERS, World, moment

UNIT = "xa-vinh-o"
FIVE, SEVEN = {**ANSWERS, "DX02": "5"}, {**ANSWERS, "DX02": "7"}


def came(world: World, sent: str, arrived: str, *answers: dict[str, object], date: str | None = None) -> None:
    """One mail with a form for each of the answers; `date`: what stands in its head, word for word."""
    raw = world.mail(UNIT, sent, *(world.filled(UNIT, one) for one in answers), put=False)
    if date is not None:
        head, _, rest = raw.partition(b"\r\nDate: ")
        raw = head + (f"\r\nDate: {date}" if date else "").encode() + b"\r\n" + rest.partition(b"\r\n")[2]
    world.mailbox.put(raw, moment(arrived))
    world.collect(arrived)


def said(world: World, when: str = "2025-04-23 17:00") -> str:
    """The last letter that the unit has got, in one line."""
    world.send(when)
    return " ".join(world.outbox.to(ADDRESS[UNIT])[-1].text.split())


def test_an_answer_that_was_delayed_on_its_way_replaces_no_newer_one(begun: World) -> None:
    came(begun, "2025-04-22 10:00", "2025-04-22 10:01", SEVEN)
    came(begun, "2025-04-22 09:00", "2025-04-22 11:30", FIVE)
    assert values(begun, UNIT)["DX02"] == 7
    letter = said(begun)
    for words in ("“5”", "“7”", "lúc 09:00 ngày 22/04/2025", "lúc 10:00 ngày 22/04/2025", "đang tính “7”"):
        assert words in letter


def test_a_form_that_is_found_again_weeks_later_replaces_no_newer_one_without_a_word(begun: World) -> None:
    came(begun, "2025-04-22 10:00", "2025-04-22 10:01", SEVEN)
    came(begun, "2025-04-22 09:00", "2025-05-13 11:30", FIVE)
    assert values(begun, UNIT)["DX02"] == 7
    letter = said(begun, "2025-05-13 17:00")
    assert "“5”" in letter
    assert "đang tính “7”" in letter


def test_a_correction_that_comes_in_its_order_is_no_question(begun: World) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", FIVE)
    came(begun, "2025-04-22 10:00", "2025-04-22 10:01", SEVEN)
    assert values(begun, UNIT)["DX02"] == 7
    assert "đang tính" not in said(begun)


def test_whoever_is_asked_answers_by_sending_the_form_once_more(begun: World) -> None:
    came(begun, "2025-04-22 10:00", "2025-04-22 10:01", SEVEN)
    came(begun, "2025-04-22 09:00", "2025-04-22 11:30", FIVE)
    assert "đang tính “7”" in said(begun, "2025-04-22 12:00")
    came(begun, "2025-04-23 08:00", "2025-04-23 08:01", FIVE)
    assert values(begun, UNIT)["DX02"] == 5
    assert "đang tính" not in said(begun)


def test_what_a_stranger_said_for_the_unit_never_counts_before_its_own_word(begun: World) -> None:
    """Whatever day the stranger's mail bears: here it is the later one by its clock, and the earlier to come."""
    form = begun.filled(UNIT, FIVE)
    begun.mail(UNIT, "2025-04-22 12:10", form, sender="hoa.ca.nhan@thudientu.example", thread=False)
    begun.collect("2025-04-22 12:11")
    assert values(begun, UNIT)["DX02"] == 5
    came(begun, "2025-04-22 12:05", "2025-04-22 12:15", SEVEN)
    assert values(begun, UNIT)["DX02"] == 7


def test_two_different_forms_in_one_mail_are_both_shown_and_the_unit_is_asked(begun: World) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", SEVEN, FIVE)
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED
    letter = said(begun)
    for words in ("hai phiếu trong một thư ghi khác nhau", "“5”", "“7”", "(0).xlsx", "(1).xlsx", "DX02"):
        assert words in letter


def test_two_different_forms_of_somebody_else_are_told_to_the_contact(begun: World) -> None:
    forms = (begun.filled(UNIT, SEVEN), begun.filled(UNIT, FIVE))
    begun.mail(UNIT, "2025-04-22 09:00", *forms, sender="hoa.ca.nhan@thudientu.example", thread=False)
    begun.collect("2025-04-22 09:01")
    letter = said(begun, "2025-04-23 09:00")
    assert "hoa.ca.nhan@thudientu.example" in letter
    for words in ("hai phiếu trong một thư ghi khác nhau", "“5”", "“7”", "DX02"):
        assert words in letter


def test_two_halves_in_one_mail_are_one_answer_and_no_question(begun: World) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", HALF, REST)
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED
    assert "đang tính" not in said(begun)


def test_a_form_that_goes_back_asks_too(begun: World) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", {"DX01": "Có", "DX02": "5"}, {"DX01": "Có", "DX02": "7"})
    assert begun.assignment(UNIT).state is AssignmentState.RETURNED
    assert "hai phiếu trong một thư ghi khác nhau" in said(begun)


BROKEN = pytest.mark.parametrize(
    "date",
    [
        "Fri, 22 Apr 2033 09:00:00 +0700",  # a clock that is years ahead
        "Mon, 01 Jan 2001 00:00:00 +0700",  # one whose battery is empty
        "Mon, 07 Apr 2025 09:00:00 +0700",  # before we had asked at all
        "khong phai ngay",
        "",
    ],
)


@BROKEN
def test_whoever_sends_a_newer_form_under_a_broken_clock_is_asked_once(begun: World, date: str) -> None:
    """It may as well be an old form that was found again: its arrival counts, and both values are shown."""
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", FIVE)
    came(begun, "2025-04-22 10:00", "2025-04-22 10:00", SEVEN, date=date)
    assert values(begun, UNIT)["DX02"] == 7
    letter = said(begun, "2025-04-22 10:30")
    for words in ("“5”", "“7”", "lúc 09:00 ngày 22/04/2025", "không rõ gửi trước hay sau", "đang tính “7”"):
        assert words in letter
    came(begun, "2025-04-22 11:00", "2025-04-22 11:00", {**SEVEN, "DX01": "Không"}, date=date.replace("09:", "11:"))
    assert "DX02: thư" not in said(begun, "2025-04-22 11:30")


def test_a_clock_some_hours_ahead_still_tells_that_the_form_has_just_been_sent(begun: World) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", FIVE)
    came(begun, "2025-04-22 10:00", "2025-04-22 10:00", SEVEN, date="Tue, 22 Apr 2025 17:00:00 +0700")
    assert values(begun, UNIT)["DX02"] == 7
    assert "đang tính" not in said(begun)


@BROKEN
def test_a_clock_that_cannot_be_right_is_not_believed(begun: World, date: str) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:00", FIVE, date=date)
    came(begun, "2025-04-22 10:00", "2025-04-22 10:00", SEVEN)
    assert values(begun, UNIT)["DX02"] == 7
    assert "đang tính" not in said(begun)


def test_the_zone_of_the_sender_is_known(begun: World) -> None:
    came(begun, "2025-04-22 09:00", "2025-04-22 09:01", FIVE, date="Tue, 22 Apr 2025 02:00:00 +0000")
    came(begun, "2025-04-22 09:30", "2025-04-22 09:31", SEVEN, date="Tue, 22 Apr 2025 09:30:00 +0700")
    assert values(begun, UNIT)["DX02"] == 7
    assert "đang tính" not in said(begun)


def test_in_whatever_order_they_come_the_same_values_count(begun: World) -> None:
    """Three mails of three hours, the first one last."""
    came(begun, "2025-04-22 11:00", "2025-04-22 11:01", {"DX02": "9"})
    came(begun, "2025-04-22 10:00", "2025-04-22 11:30", SEVEN)
    came(begun, "2025-04-22 09:00", "2025-04-22 12:00", {**FIVE, "DX01": "Không"})
    assert values(begun, UNIT) == {**values(begun, UNIT), "DX02": 9, "DX01": "Có"}


def test_a_mailbox_whose_clock_is_ahead_makes_nothing_come_after_it_was_read(begun: World) -> None:
    """Also under a clock that is played: the mailbox, and the head of the mail, tell the day outside."""
    raw = begun.mail(UNIT, "2026-11-30 12:00", begun.filled(UNIT, FIVE), put=False)
    begun.mailbox.put(raw, moment("2026-11-30 12:00"))
    begun.collect("2025-04-22 09:00")
    (reply,) = begun.replies(UNIT)
    assert (reply.received_at, reply.sent_at) == (moment("2025-04-22 09:00"), None), "when, nobody can tell"
    assert not reply.late
    came(begun, "2025-04-22 10:00", "2025-04-22 10:01", SEVEN)
    assert values(begun, UNIT)["DX02"] == 7
    assert "đang tính" not in said(begun)
