"""A day off that is decided late moves what it should, later only, once; each unit concerned hears of it by one letter.

The round of these tests is due on Friday 16 May 2025 and moves on when that is a day off.
"""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from infra.calendar import save_years
from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.arithmetic import explain_obligation, find_obligation
from tasks.calendar import Carried, Preview, beyond_the_calendar, carry_over, due_moves, due_now, preview
from tasks.domain.counting import WhenOff
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import Wish, last_day
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.escalation import next_rung_of
from tasks.extension import extend
from tasks.inspection import NewFinding, raise_finding
from tasks.planning import current_plan
from tasks.records import Assignment, Finding
from tasks.watch import watch_house
from tasks.year_end.gathering import gather
from tests.tasks.world import ADDRESS, ADMIN, OPENING, PLAN, SHARED, UNITS, World, at_once, moment

MOVES_ON = PLAN.replace("due = 2025-05-16\n", 'due = 2025-05-16\nwhen_off = "lui"\n')
FRIDAY, MONDAY, TUESDAY = date(2025, 5, 16), date(2025, 5, 19), date(2025, 5, 20)
NOTICE = "2025-05-05 09:00"
WHY = "Công điện 12/CĐ-UBND về nghỉ tránh bão"
UNIT = "xa-vinh-o"


@pytest.fixture
def running(world: World) -> World:
    """The round is open under such a plan, and its requests have left."""
    return run(world)


def run(world: World, plan: str = MOVES_ON) -> World:
    world.take_in_plan(plan)
    world.open()
    world.send(OPENING)
    return world


def decide(world: World, *days: date, works: tuple[date, ...] = ()) -> None:
    """The office takes in a decision: these days are off, those are worked after all."""
    folder = world.tools.house.results_folder.parent
    calendar = FileDefinitions(TEMPLATES, folder).calendar("cong-chuc")
    year = calendar.decided(2025)
    off = {**year.off, **dict.fromkeys(days, "nghỉ tránh bão")}
    off = {day: name for day, name in off.items() if day not in works}
    save_years(folder, calendar, [replace(year, off=off)])
    world.tools = replace(world.tools, definitions=FileDefinitions(TEMPLATES, folder))


def carry(world: World, when: str = NOTICE) -> Carried:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        return carry_over(session, WHY, world.tools, moment(when))


def look(world: World) -> Preview:
    with world.sessions() as session:
        return preview(session, world.tools)


def shown(world: World) -> list[str]:
    with world.sessions() as session:
        return [str(one) for one in preview(session, world.tools).moves]


def due(world: World, unit: str = UNIT) -> date:
    return last_day(world.assignment(unit).due_at)


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_holiday_decided_late_moves_running_deadlines_after_it_was_shown(running: World) -> None:
    """T55."""
    assert look(running).is_empty
    decide(running, FRIDAY)
    assert len(shown(running)) == len(UNITS)
    assert shown(running)[0] == (
        "Xã Vĩnh Ô, Kiểm tra đợt 1 năm 2025: hết thứ Sáu, ngày 16/05/2025 → hết thứ Hai, ngày 19/05/2025"
    )
    assert due(running) == FRIDAY, "looking changes nothing"
    assert carry(running) == Carried(moved=6, told=6, retimed=0)
    assert {due(running, one.code) for one in UNITS} == {MONDAY}
    assert running.assignment(UNIT).original_due_at == moment("2025-05-17 00:00")


def test_a_second_run_finds_nothing_and_changes_nothing(running: World) -> None:
    decide(running, FRIDAY)
    carry(running)
    before = running.rows()
    assert carry(running, "2025-05-06 09:00") == Carried()
    assert look(running).is_empty
    assert running.rows() == before


def test_two_who_approve_at_once_move_it_once(running: World) -> None:
    decide(running, FRIDAY)
    running.clock.now = moment(NOTICE)
    at_once(running.hands, lambda: _try(running))
    assert {due(running, one.code) for one in UNITS} == {MONDAY}
    assert len(running.letters(kind=LetterKind.MOVED)) == 6


def _try(world: World) -> None:
    """PostgreSQL may refuse the second writer of one row; then it has changed nothing."""
    from sqlalchemy.exc import DBAPIError

    try:
        with world.sessions.begin() as session:
            carry_over(session, WHY, world.tools, moment(NOTICE))
    except DBAPIError:
        assert len(world.letters(kind=LetterKind.MOVED)) == 6


def test_only_the_units_concerned_are_told_each_by_one_letter_with_both_days(running: World) -> None:
    running.answer(UNIT, "2025-05-02 08:00")
    running.send("2025-05-02 08:00")
    running.outbox.sent.clear()
    decide(running, FRIDAY)
    assert carry(running).told == 5
    running.send(NOTICE)
    assert running.outbox.to(ADDRESS[UNIT]) == []
    (letter,) = running.outbox.to("tu@vinhha.example")
    assert "Dời hạn: Kiểm tra đợt 1 năm 2025" in letter.subject
    assert "Thời hạn cũ: đến hết thứ Sáu, ngày 16/05/2025" in letter.text
    assert "Thời hạn mới: đến hết thứ Hai, ngày 19/05/2025" in letter.text
    assert WHY in letter.text
    assert due(running) == FRIDAY, "who has answered keeps the day that was met"


def test_two_offices_with_one_mailbox_get_one_letter_with_two_lines(running: World) -> None:
    running.outbox.sent.clear()
    decide(running, FRIDAY)
    carry(running)
    running.send(NOTICE)
    (letter,) = running.outbox.to(SHARED)
    assert " ".join(letter.text.split()).count("hạn cũ đến hết thứ Sáu, ngày 16/05/2025") == 2


def test_a_unit_that_has_not_heard_the_old_day_hears_only_the_new_one(world: World) -> None:
    world.take_in_plan(MOVES_ON)
    world.open("2025-04-08 07:05")
    decide(world, FRIDAY)
    assert all("không phải báo" in one for one in shown(world))
    assert carry(world, "2025-04-08 07:10") == Carried(moved=6, told=0, retimed=0)
    world.send(OPENING)
    assert all("thứ Hai, ngày 19/05/2025" in one.text for one in world.outbox.sent)
    assert len(world.outbox.sent) == 6


def test_a_letter_about_the_move_waits_for_office_hours_and_drops_out_when_the_unit_answers(running: World) -> None:
    decide(running, FRIDAY)
    carry(running, "2025-05-09 20:00")
    assert running.states(kind=LetterKind.MOVED) == {"held": 6}
    running.answer(UNIT, "2025-05-10 08:00")
    running.send("2025-05-10 08:00")
    running.outbox.sent.clear()
    running.send("2025-05-12 07:30")
    assert running.outbox.to(ADDRESS[UNIT]) == []
    assert len(running.outbox.to("tu@vinhha.example")) == 1


def test_two_decisions_in_a_row_are_one_letter_against_the_day_that_was_known(running: World) -> None:
    decide(running, FRIDAY)
    carry(running, "2025-05-09 20:00")
    decide(running, MONDAY)
    carry(running, "2025-05-09 21:00")
    running.outbox.sent.clear()
    running.send("2025-05-12 07:30")
    (letter,) = running.outbox.to(ADDRESS[UNIT])
    assert "Thời hạn cũ: đến hết thứ Sáu, ngày 16/05/2025" in letter.text
    assert "Thời hạn mới: đến hết thứ Ba, ngày 20/05/2025" in letter.text


# --- staying ---------------------------------------------------------------------------------------------------------


def test_a_day_fixed_by_a_superior_stays_and_the_office_is_told_that_it_is_a_day_off(begun: World) -> None:
    decide(begun, FRIDAY)
    found = look(begun)
    assert found.moves == []
    assert found.kept == [
        "Kiểm tra đợt 1 năm 2025: thứ Sáu, ngày 16/05/2025 là ngày nghỉ (nghỉ tránh bão); "
        "đợt này giữ nguyên ngày đã ấn định"
    ]


def test_a_promised_day_is_never_taken_back(running: World) -> None:
    decide(running, FRIDAY)
    carry(running)
    decide(running, works=(FRIDAY,))
    found = look(running)
    assert found.moves == []
    assert "hạn đã báo không rút ngắn" in found.kept[0]
    carry(running)
    assert due(running) == MONDAY


def test_an_extension_that_gives_more_stays_and_one_that_gives_less_grows(running: World) -> None:
    running.clock.now = moment("2025-05-02 09:00")
    with running.sessions.begin() as session:
        mine = find_obligation(session, running.case(UNIT)[0])
        extend(session, mine, Wish(until=date(2025, 5, 30)), running.tools, moment("2025-05-02 09:00"), "Hà")
    decide(running, FRIDAY)
    assert carry(running).moved == 5
    assert due(running) == date(2025, 5, 30)


def test_a_locked_round_and_an_urgent_hour_do_not_move(running: World) -> None:
    running.lock("2025-07-01 00:10")
    decide(running, FRIDAY)
    assert look(running).is_empty


# --- the ladder ------------------------------------------------------------------------------------------------------


def test_the_ladder_moves_with_the_day_and_what_is_stored_is_what_would_be_computed(running: World) -> None:
    decide(running, FRIDAY)
    carry(running)
    assert stale(running) == []
    for when, reminders in (("05-09", 6), ("05-14", 6), ("05-15", 12), ("05-19", 12), ("05-20", 18)):
        running.climb(f"2025-{when} 07:30")
        assert len(running.letters(kind=LetterKind.REMINDER)) == reminders, when


def stale(world: World) -> list[str]:
    with world.sessions() as session:
        rows = [*session.scalars(select(Assignment)), *session.scalars(select(Finding))]
        return [one.code for one in rows if one.owing and one.next_rung_at != next_rung_of(one, world.tools)]


def test_a_day_off_before_a_due_day_that_stays_moves_only_its_reminders(begun: World) -> None:
    decide(begun, date(2025, 5, 12))
    assert carry(begun) == Carried(moved=0, told=0, retimed=6)
    assert begun.assignment(UNIT).next_rung_at == moment("2025-05-08 07:30")
    assert begun.letters(kind=LetterKind.MOVED) == []


def test_reminders_that_a_new_day_off_makes_due_are_written_at_once_and_wait_for_no_consent(begun: World) -> None:
    """Nothing had stopped: the days off have put the first rung from Friday 9 May before today."""
    begun.limited(consent_above=3)
    decide(begun, *(date(2025, 5, day) for day in (7, 8, 9, 12)))
    begun.clock.now = moment("2025-05-08 09:00")
    found = look(begun)
    assert due_now(found, begun.tools, begun.clock.now) == len(UNITS)
    assert carry(begun, "2025-05-08 09:00") == Carried(retimed=6, climbed=6)
    assert {one.reason for one in begun.letters(rung="truoc-5")} == {Reason.QUIET}, "today is a day off too"
    before = begun.rows()
    begun.climb("2025-05-08 09:15")
    assert begun.rows() == before
    assert stale(begun) == []


def test_a_report_that_waits_for_approval_is_taken_back_and_comes_again_in_its_time(running: World) -> None:
    running.climb("2025-05-21 07:30")
    assert len(running.letters(reason=Reason.APPROVAL)) == 6
    decide(running, FRIDAY, MONDAY, TUESDAY)
    carry(running, "2025-05-21 09:00")
    assert due(running) == date(2025, 5, 21)
    assert running.letters(state=LetterState.HELD, reason=Reason.APPROVAL) == []
    assert len(running.letters(reason=Reason.CALENDAR)) > 0
    running.climb("2025-05-25 07:30")
    assert running.letters(state=LetterState.HELD, reason=Reason.APPROVAL) == []
    running.climb("2025-05-26 07:30")
    assert len(running.letters(state=LetterState.HELD, reason=Reason.APPROVAL)) == 6


def test_a_new_day_off_is_quiet_at_once_before_anything_was_carried_over(running: World) -> None:
    decide(running, date(2025, 5, 9))
    running.outbox.sent.clear()
    running.climb("2025-05-09 07:30")
    running.send("2025-05-09 09:00")
    assert running.outbox.sent == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_decided_due_days_only_grow_letters_are_one_a_move_and_nothing_stays_stale(
    running: World, seed: int
) -> None:
    """Random decisions, each carried over: the invariants of a promise."""
    chance, before = random.Random(seed), due(running)
    told = 0
    for step in range(4):
        some = [date(2025, 5, 8) + timedelta(days=chance.randrange(25)) for _ in range(chance.randrange(1, 5))]
        decide(running, *(day for day in some if day.weekday() < 5))
        moved = carry(running, f"2025-05-05 {9 + step:02d}:00").moved
        told += bool(moved)
        assert due(running) >= before
        assert bool(moved) is (due(running) > before)
        before = due(running)
        assert running.tools.definitions.calendar("cong-chuc").is_working(before)
        assert look(running).is_empty
        assert stale(running) == []
    assert len(running.letters_of(UNIT, LetterKind.MOVED)) == told


# --- counted rounds, findings, kinds of unit -------------------------------------------------------------------------


def test_a_round_due_in_so_many_working_days_counts_the_new_day_off(world: World) -> None:
    run(world, PLAN.replace("due = 2025-05-16\n", "due_working_days = 25\n"))
    assert due(world) == date(2025, 5, 15)
    assert "trong 25 ngày làm việc kể từ ngày nhận phiếu" in world.outbox.to(ADDRESS[UNIT])[0].text
    decide(world, date(2025, 5, 12), date(2025, 5, 13))
    carry(world)
    assert due(world) == MONDAY


def test_a_finding_moves_when_it_was_raised_so_and_stays_otherwise(begun: World) -> None:
    for unit, when_off in ((UNIT, WhenOff.LUI), ("xa-vinh-ha", WhenOff.GIU_NGUYEN)):
        with begun.sessions.begin() as session:
            new = NewFinding(unit, "Chưa công khai", date(2025, 7, 18), when_off=when_off)
            raise_finding(session, new, current_plan(session, 2025), begun.tools, moment("2025-06-18 09:00"))
    begun.send("2025-06-18 09:00")
    decide(begun, date(2025, 7, 18))
    assert shown(begun) == [
        "Xã Vĩnh Ô, kiến nghị KN-2025-001: hết thứ Sáu, ngày 18/07/2025 → hết thứ Hai, ngày 21/07/2025"
    ]
    assert any("KN-2025-002" in one for one in look(begun).kept)
    begun.outbox.sent.clear()
    carry(begun, "2025-06-20 09:00")
    begun.send("2025-06-20 09:00")
    (letter,) = begun.outbox.to(ADDRESS[UNIT])
    assert "Dời hạn thực hiện kiến nghị số KN-2025-001" in letter.subject


def test_a_kind_of_unit_with_its_own_calendar_is_reminded_by_it_and_due_by_the_offices(world: World) -> None:
    plan = PLAN.replace("[authority]\n", '[calendars]\nxa = "doanh-nghiep"\n\n[authority]\n', 1)
    run(world, plan)
    assert due(world) == due(world, "ptp") == FRIDAY
    assert world.assignment("ptp").next_rung_at == moment("2025-05-09 07:30")
    assert world.assignment(UNIT).next_rung_at == moment("2025-05-10 07:30"), "Saturday is a working day there"
    world.outbox.sent.clear()
    world.climb("2025-05-10 07:30")
    world.send("2025-05-10 07:30")
    assert world.outbox.recipients == ["man@vinho.example", "tu@vinhha.example"]


def test_officers_are_not_written_to_on_their_own_days_off(world: World) -> None:
    plan = PLAN.replace("[authority]\n", '[calendars]\nxa = "doanh-nghiep"\n\n[authority]\n', 1)
    run(world, plan.replace('"dau_moi", "lanh_dao"', '"truong_phong"'))
    world.climb("2025-05-17 07:30")
    world.send("2025-05-17 09:00")
    assert world.outbox.to("truongphong@vinhlinh.example") == []
    world.send("2025-05-19 07:30")
    assert len(world.outbox.to("truongphong@vinhlinh.example")) == 1


# --- the arithmetic --------------------------------------------------------------------------------------------------


def explained(world: World, code: str) -> str:
    with world.sessions() as session:
        return "\n".join(explain_obligation(find_obligation(session, code), world.tools))


def test_an_assignment_explains_its_opening_its_due_day_and_each_rung_day_by_day(running: World) -> None:
    """T57."""
    said = explained(running, running.case(UNIT)[0])
    assert "Mở: thứ Ba, ngày 08/04/2025: ngày làm việc" in said
    assert "Hạn: đến hết thứ Sáu, ngày 16/05/2025" in said
    assert "• Nhắc trước hạn 5 ngày (đầu mối): 07:30 ngày 09/05/2025" in said
    assert "  –  Chủ nhật, ngày 11/05/2025: nghỉ cuối tuần" in said
    assert "• Quá hạn 7 ngày (phó chủ tịch): 07:30 ngày 27/05/2025" in said


def test_a_moved_day_is_explained_with_the_day_it_was(running: World) -> None:
    decide(running, FRIDAY)
    carry(running)
    said = explained(running, f"[{running.case(UNIT)[0].lower()}]")
    assert "Hạn ban đầu: hết thứ Sáu, ngày 16/05/2025; đã dời đến hết thứ Hai, ngày 19/05/2025" in said
    assert "lùi sang ngày làm việc kế tiếp" in said


def test_a_round_that_opened_late_explains_what_it_gave_instead(world: World) -> None:
    world.open("2025-04-14 07:35")
    said = explained(world, world.case(UNIT)[0])
    assert "kế hoạch định mở thứ Ba, ngày 08/04/2025" in said
    assert "mở muộn, giữ nguyên 26 ngày làm việc" in said
    assert " 26  thứ Năm, ngày 22/05/2025" in said


def test_a_finding_is_found_by_its_number(begun: World) -> None:
    number = begun.raise_finding()
    said = explained(begun, number)
    assert "Hạn: hết thứ Sáu, ngày 18/07/2025" in said
    with pytest.raises(KiemtraError, match="Không có phiếu"), begun.sessions() as session:
        find_obligation(session, "DCCS-2025-000000-XXXX")


# --- watching --------------------------------------------------------------------------------------------------------


def watched(world: World, when: str) -> list[str]:
    world.tools.house.results_folder.mkdir(parents=True, exist_ok=True)
    world.clock.now = moment(when)
    return [failure.item for failure in watch_house.fn(world.tools, moment(when)).failures]


def test_deadlines_that_wait_to_be_carried_over_are_told_until_they_are(running: World) -> None:
    decide(running, FRIDAY)
    with running.sessions() as session:
        assert len(due_moves(session, running.tools)) == 6
    assert "6 thời hạn cần dời theo lịch làm việc mới" in watched(running, "2025-05-05 08:00")
    carry(running)
    running.send(NOTICE)
    assert watched(running, "2025-05-05 10:00") == []


def test_a_finding_due_in_a_year_that_is_entered_later_is_told_until_it_is_carried_over(begun: World) -> None:
    """Nobody would have been reminded of it, and nothing was late."""
    whole = begun.tools
    without(begun, 2026)
    begun.raise_finding(UNIT, date(2026, 1, 16), "2025-11-20 09:00")
    begun.send("2025-11-20 09:00")
    with begun.sessions() as session:
        finding = session.scalars(select(Finding)).one()
        assert finding.next_rung_at is None
        remark = beyond_the_calendar(finding, begun.tools)
    assert "kiến nghị KN-2025-001: chưa tính được ngày nhắc của mọi bước. Lịch “cong-chuc” chưa có năm 2026" in remark
    assert not any("chưa có ngày nhắc" in one for one in watched(begun, "2025-11-20 09:30"))
    begun.tools = whole
    assert any(one.startswith("1 nghĩa vụ chưa có ngày nhắc") for one in watched(begun, "2025-11-20 10:00"))
    assert look(begun).rungs
    carry(begun, "2025-11-20 10:00")
    assert not any("chưa có ngày nhắc" in one for one in watched(begun, "2025-11-20 10:15"))
    assert begun.finding().next_rung_at == moment("2026-01-10 07:30"), "a Saturday that is worked"
    with begun.sessions() as session:
        assert beyond_the_calendar(session.scalars(select(Finding)).one(), begun.tools) == ""


def without(world: World, year: int) -> None:
    """A calendar that ends with the year before."""

    class Short(FileDefinitions):
        def calendar(self, name: str):  # type: ignore[no-untyped-def]
            one = super().calendar(name)
            return replace(one, years=one.years - {year})

    world.tools = replace(world.tools, definitions=Short(TEMPLATES))


def asked(world: World) -> int:
    return len([one for one in world.letters(kind=LetterKind.ALERT) if one.key.startswith("years:")])


def test_next_years_calendar_is_asked_for_from_the_first_of_october_once_a_week_and_no_fault(world: World) -> None:
    """T56."""
    without(world, 2026)
    for when in ("2025-09-30 09:00", "2025-10-01 06:00"):
        watched(world, when)
        assert asked(world) == 0
    for when in ("2025-10-01 09:00", "2025-10-01 09:15", "2025-10-02 09:00"):
        assert not any("chưa có năm" in one for one in watched(world, when))
    assert asked(world) == 1
    watched(world, "2025-10-06 09:00")
    assert asked(world) == 2
    for day in (1, 2, 2):
        watched(world, f"2025-12-0{day} 09:00")
    assert asked(world) == 4, "in December every day, and once"
    world.send("2025-12-02 09:05")
    text = " ".join(world.outbox.to(ADMIN)[-1].text.split())
    for word in ("chưa có năm 2026", "Tết Nguyên đán (từ ngày nào đến ngày nào)", "kiemtra calendar draft 2026"):
        assert word in text


def test_nobody_asks_once_the_year_is_known_and_for_the_real_notice_from_december(world: World, tmp_path: Path) -> None:
    watched(world, "2025-11-03 09:00")
    assert asked(world) == 0
    known = world.tools.definitions.calendar("cong-chuc")
    save_years(tmp_path / "rieng", known, [replace(known.decided(2026), provisional=True)])
    world.tools = replace(world.tools, definitions=FileDefinitions(TEMPLATES, tmp_path / "rieng"))
    watched(world, "2025-11-28 09:00")
    assert asked(world) == 0
    watched(world, "2025-12-01 09:00")
    assert asked(world) == 1


def test_a_day_moved_by_the_calendar_is_no_extension_in_the_statistics(running: World) -> None:
    decide(running, FRIDAY)
    carry(running)
    running.answer(UNIT, "2025-05-19 09:00")
    with running.sessions() as session:
        results = gather(session, 2025, moment("2025-11-03 08:00"))
    part = results.part(UNIT, "kiem-tra")
    assert part is not None
    assert (results.outcome(part), part.extended, part.by_first_day(results.as_of)) == ("on_time", False, "on_time")


def test_who_keeps_a_later_day_of_its_own_is_named_with_the_reason(running: World) -> None:
    with running.sessions.begin() as session:
        mine = session.merge(running.assignment(UNIT))
        extend(session, mine, Wish(until=date(2025, 5, 30)), running.tools, moment("2025-05-02 09:00"), "Hà")
    decide(running, FRIDAY)
    (kept,) = look(running).kept
    assert kept.startswith("Xã Vĩnh Ô, Kiểm tra đợt 1 năm 2025: đã được gia hạn đến hết")
    assert "30/05/2025" in kept
