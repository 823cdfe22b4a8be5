"""At the turn of the year, when nobody has entered the next one: what units write is understood all the same.

The round of these tests is due on Monday 29 December 2025, and the calendar ends with that year.
"""

from dataclasses import replace
from datetime import date

import pytest

from tasks.calendar import carry_over, preview
from tasks.domain.assignment import AssignmentState
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import ExtensionState, Wish, last_day
from tasks.domain.letterbox import LetterKind, Verdict
from tasks.extension import all_extensions, count_undecided, uncounted
from tests.tasks.test_calendar import explained, without
from tests.tasks.test_extension import asked, decide, due, write
from tests.tasks.world import ADDRESS, HEADS, PLAN, World, definitions, moment

UNIT = "xa-vinh-o"
LATE = (
    PLAN.replace("opens_on = 2025-04-08\ndue = 2025-05-16\n", "opens_on = 2025-12-01\ndue = 2025-12-29\n")
    .replace("lock_on = 2025-06-30\n", "lock_on = 2026-01-30\n")
    .replace('name = "mac-dinh"\n', 'name = "mac-dinh"\nextension_days = 5\n', 1)
)
MAIL, NEW_YEARS_EVE = "2025-12-26 10:00", "2025-12-31 09:00"
IN_DAYS, TO_A_DAY = "GIA HẠN: 5 ngày làm việc vì bão", "GIA HẠN: đến ngày 08/01/2026 vì bão"
REASON = "chưa tính được đến ngày nào: Lịch “cong-chuc” chưa có năm 2026"


@pytest.fixture
def december(world: World) -> World:
    """The round is open, its requests have left, and nobody knows the working days of 2026."""
    world.take_in_plan(LATE)
    world.open("2025-12-01 07:35")
    world.send("2025-12-01 07:35")
    without(world, 2026)
    return world


def enter(world: World) -> None:
    """The office takes in the year: its 1 and 2 January are days off."""
    world.tools = replace(world.tools, definitions=definitions())


def standing(world: World) -> list[tuple[Verdict | None, str]]:
    return [(one.verdict, one.why) for one in world.incoming()]


# --- more time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [IN_DAYS, TO_A_DAY])
def test_a_request_that_nobody_can_count_yet_is_acknowledged_and_waits_for_the_office(
    december: World, text: str
) -> None:
    write(december, text, MAIL)
    assert [one.state for one in asked(december)] == [ExtensionState.ASKED], "the policy's days cannot be counted"
    assert [verdict for verdict, _ in standing(december)] == [Verdict.EXTENSION]
    assert due(december) == "29/12/2025"
    december.send("2025-12-26 10:05")
    assert "Đã nhận đề nghị gia hạn" in december.outbox.to(ADDRESS[UNIT])[-1].subject


def test_a_request_within_the_known_year_is_granted_by_the_policy_as_ever(december: World) -> None:
    write(december, "GIA HẠN: 2 ngày", MAIL)
    assert [one.state for one in asked(december)] == [ExtensionState.GRANTED]
    assert due(december) == "31/12/2025"


def test_a_request_of_the_new_year_itself_waits_too(december: World) -> None:
    write(december, "GIA HẠN: 5 ngày", "2026-01-05 09:00")
    assert [one.state for one in asked(december)] == [ExtensionState.ASKED]


def test_the_office_reads_why_a_request_has_no_day_yet(december: World) -> None:
    write(december, IN_DAYS, MAIL)
    assert REASON in standing(december)[0][1]
    with december.sessions() as session:
        (one,) = all_extensions(session)
        assert REASON in uncounted(one, december.tools)
    enter(december)
    with december.sessions() as session:
        assert uncounted(one := all_extensions(session)[0], december.tools) == ""
        assert one.wanted_at is None, "only a person carries it over"


def test_what_cannot_be_counted_is_not_granted_but_a_day_that_the_office_names_is(december: World) -> None:
    write(december, IN_DAYS, MAIL)
    with pytest.raises(KiemtraError, match=r"chưa có năm 2026.*kiemtra calendar import"):
        decide(december, "2025-12-26 11:00")
    decide(december, "2025-12-26 11:00", Wish(until=date(2026, 1, 7)))
    assert due(december) == "07/01/2026"


def test_a_day_that_the_unit_names_can_be_granted_before_its_year_is_entered(december: World) -> None:
    write(december, TO_A_DAY, MAIL)
    decide(december, "2025-12-26 11:00")
    assert due(december) == "08/01/2026"
    december.send("2025-12-26 11:05")
    december.send("2025-12-29 07:30")
    assert "Đã gia hạn" in december.outbox.to(ADDRESS[UNIT])[-1].subject


def test_once_the_year_is_entered_the_request_is_granted_by_its_days(december: World) -> None:
    write(december, IN_DAYS, MAIL)
    enter(december)
    decide(december, "2025-12-29 09:00")
    assert due(december) == "07/01/2026", "30 and 31 December, 5, 6 and 7 January"


def test_carrying_over_the_new_year_gives_a_request_that_waits_its_day(december: World) -> None:
    write(december, IN_DAYS, MAIL)
    with december.sessions() as session:
        assert preview(session, december.tools).wishes == []
    enter(december)
    with december.sessions.begin() as session:
        assert [one.days for one in preview(session, december.tools).wishes] == [5]
        assert carry_over(session, "Lịch năm 2026", december.tools, moment("2025-12-29 09:00")).recounted == 1
    with december.sessions() as session:
        (one,) = all_extensions(session)
        assert one.wanted_at is not None
        assert last_day(one.wanted_at) == date(2026, 1, 7)
        assert count_undecided(session) == 1


# --- a promise -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("HẸN: ngày 31/12/2025", "2026-01-01 07:30"),
        ("HẸN: ngày 05/01/2026", "2026-01-06 07:30"),
        ("HẸN: ngày 30/06/2026", "2026-01-11 07:30"),  # three days for each of the plan's five
    ],
)
def test_a_promise_of_the_last_days_is_kept_and_quiets_the_reminders_to_its_day(
    december: World, text: str, quiet: str
) -> None:
    write(december, text, MAIL)
    assert [verdict for verdict, _ in standing(december)] == [Verdict.PROMISE]
    one = december.assignment(UNIT)
    assert one.promised_on is not None
    assert one.promised_on.strftime("%d/%m/%Y") in text
    assert one.quiet_until == moment(quiet)
    for when in ("2025-12-30 07:30", "2025-12-31 07:30"):
        december.climb(when)
        december.send(when)
    assert not [letter for letter in december.letters_of(UNIT, LetterKind.REMINDER) if letter.rung == "qua-1"]
    assert december.outbox.to(HEADS[UNIT]), "whoever stands above the clerk hears in time"


# --- our answers ---------------------------------------------------------------------------------------------------


def test_a_second_mail_of_new_years_eve_is_filed_and_answered_at_once(december: World) -> None:
    december.answer(UNIT, NEW_YEARS_EVE, {"DX01": "Có"})
    report = december.answer(UNIT, "2025-12-31 10:00")
    assert report.failures == []
    assert december.assignment(UNIT).state is AssignmentState.ANSWERED
    (receipt,) = december.letters_of(UNIT, LetterKind.RECEIPT)
    assert receipt.not_before == moment("2025-12-31 10:00"), "the calendar of next year is not asked"


# --- the arithmetic ------------------------------------------------------------------------------------------------


def test_what_can_be_counted_is_explained_and_of_the_rest_why_it_cannot(december: World) -> None:
    said = explained(december, december.case(UNIT)[0])
    assert "• Quá hạn 1 ngày (đầu mối, lãnh đạo đơn vị): 07:30 ngày 30/12/2025" in said
    assert "• Quá hạn 3 ngày (trưởng phòng): chưa tính được\n" in said
    assert "• Quá hạn 7 ngày (phó chủ tịch): chưa tính được\n" in said
    assert said.count("Lịch “cong-chuc” chưa có năm 2026") == 1, "once for all rungs"
    assert said.endswith("Nhập xong thì chạy: kiemtra calendar apply")


def test_a_rung_before_a_due_day_of_an_unknown_year_is_explained_as_not_known_yet(december: World) -> None:
    number = december.raise_finding(UNIT, date(2026, 1, 16), MAIL)
    said = explained(december, number)
    assert "Hạn: hết thứ Sáu, ngày 16/01/2026" in said
    assert said.count(": chưa tính được\n") == 5


def test_a_round_whose_year_was_taken_away_again_is_explained_as_far_as_it_goes(december: World) -> None:
    without(december, 2025)
    said = explained(december, december.case(UNIT)[0])
    assert said.startswith("Xã Vĩnh Ô — Kiểm tra đợt 1 năm 2025\n  chưa tính được: Lịch “cong-chuc” chưa có năm 2025")
    assert "• Nhắc trước hạn 5 ngày (đầu mối): chưa tính được" in said
