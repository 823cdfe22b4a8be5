"""A rehearsed year is the year that the real verbs would make, letter by letter; it writes and sends nothing itself."""

import io
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from flows.console.rehearse import words
from infra.document.rehearsal_workbook import rehearsal_workbook
from tasks.approval import approve, awaiting_approval
from tasks.domain.calendar import at
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.posting import Pace
from tasks.domain.rehearsal import OPENING_CLOCK, climbing_tick, sending_tick
from tasks.planning import current_plan
from tasks.records import Assignment, Cycle, Letter, Unit
from tasks.rehearsal import Played, members_of_register, members_of_units, play
from tasks.scheduling import HOURS, next_opening
from tests.tasks.world import PLAN, SHARED, UNITS, World, moment

END = moment("2025-12-31 00:00")


def played(world: World, per_day: int = 2_000, per_minute: int = 120, answered: int = 0) -> Played:
    with world.sessions() as session:
        plan = current_plan(session, 2025)
        members = members_of_units(session.scalars(select(Unit)).all())
        calendar = world.tools.definitions.calendar(plan.calendar)
        own = {kind: world.tools.definitions.calendar(name) for kind, name in plan.calendars.items()}
    return play(plan, members, calendar, HOURS, Pace(per_day, per_minute), answered, own)


# --- the real verbs, at the ticks of their clocks ------------------------------------------------------------------


def run_the_year(world: World) -> None:
    """Nobody answers; whatever waits for a signature is signed at once."""
    now = moment("2025-01-13 08:00")
    while (tick := next_tick(world, now)) is not None and tick < END:
        now = tick
        if tick.time() == OPENING_CLOCK:
            world.open(tick)
            world.lock(tick)
        if tick.minute in (15, 45):
            world.climb(tick)
            with world.sessions.begin() as session:
                for letter in awaiting_approval(session):
                    approve(session, letter, tick, world.tools)
        world.send(tick)


def next_tick(world: World, now: datetime) -> datetime | None:
    """The first tick after `now` at which one of the verbs would find something to do."""
    with world.sessions() as session:
        opens_on = next_opening(session)
        lock_on = session.scalar(select(func.min(Cycle.lock_on)).where(Cycle.locked_at.is_(None)))
        rung_at = session.scalar(select(func.min(Assignment.next_rung_at)))
        waiting = Letter.state.in_((LetterState.QUEUED, LetterState.HELD))
        letter_at = session.scalar(
            select(func.min(Letter.not_before)).where(waiting, Letter.reason.is_distinct_from(Reason.APPROVAL))
        )
    later = now + timedelta(seconds=1)
    found = [
        at(opens_on, OPENING_CLOCK) if opens_on else None,
        at(lock_on + timedelta(days=1), OPENING_CLOCK) if lock_on else None,
        climbing_tick(max(rung_at, later)) if rung_at else None,
        sending_tick(max(letter_at, later)) if letter_at else None,
    ]
    return min((one for one in found if one is not None), default=None)


Line = tuple[str, str, LetterKind, str, Role | None, str, datetime]


def really_sent(world: World) -> Counter[Line]:
    with world.sessions() as session:
        rows = session.scalars(select(Letter).where(Letter.state == LetterState.SENT)).all()
        return Counter(
            (
                one.assignment.cycle.round.code,
                one.assignment.unit.code,
                one.kind,
                one.rung,
                one.role,
                one.recipient,
                one.sent_at,
            )
            for one in rows
            if one.assignment is not None and one.sent_at is not None
        )


def as_rehearsed(found: Played) -> Counter[Line]:
    """To the minute: the fake server takes any number of letters in a moment."""
    return Counter(
        (
            one.round,
            one.unit,
            one.kind,
            one.rung,
            one.role,
            one.recipient,
            one.sent_at.replace(second=0, microsecond=0),
        )
        for one in found.rehearsal.letters
        if one.sent_at is not None
    )


@pytest.mark.parametrize(("per_day", "letters"), [(2_000, 78), (4, 78), (1, 70)])
def test_the_rehearsal_agrees_with_the_real_verbs_letter_by_letter(world: World, per_day: int, letters: int) -> None:
    """Each letter to the minute, and as many messages: also where the quota of the day is too small."""
    found = played(world, per_day)
    world.limited(per_day=per_day)
    run_the_year(world)
    really = really_sent(world)
    assert as_rehearsed(found) == really
    assert found.messages == len(world.outbox.sent)
    assert sum(really.values()) == letters
    by_day = Counter(one.at.date() for one in world.outbox.sent)
    assert {load.day: load.messages for load in found.days if load.messages} == by_day


def test_an_urgent_round_and_a_lock_that_comes_too_early_agree_too(world: World) -> None:
    urgent = """
[[round]]
code = "gap"
kind = "dot_xuat"
title = "Báo cáo nhanh"
opens_on = 2025-07-21
due = 2025-07-22
due_clock = 10:00:00
period_from = 2025-01-01
period_to = 2025-07-20
lock_on = 2025-07-31
units = ["xa-vinh-o", "ptp"]
checklist = "dot-xuat"
ladder = "khan"
"""
    world.take_in_plan(PLAN.replace("lock_on = 2025-06-30", "lock_on = 2025-05-20") + urgent)
    found = played(world)
    run_the_year(world)
    assert as_rehearsed(found) == really_sent(world)
    rungs = {(one.round, one.rung) for one in found.rehearsal.letters}
    assert ("gap", "khan-truoc-2") in rungs
    assert ("kiem-tra", "qua-3") not in rungs
    assert any("bước “qua-3”: chỉ đến sau ngày khóa sổ" in note for note in found.notes)


def with_own_calendar(world: World) -> World:
    """Communes work on Saturdays too."""
    world.take_in_plan(PLAN.replace("[authority]\n", '[calendars]\nxa = "doanh-nghiep"\n\n[authority]\n', 1))
    return world


@pytest.mark.parametrize("per_day", [2_000, 3])
def test_kinds_of_unit_with_calendars_of_their_own_are_rehearsed_by_them(world: World, per_day: int) -> None:
    found = played(with_own_calendar(world), per_day)
    world.limited(per_day=per_day)
    run_the_year(world)
    assert as_rehearsed(found) == really_sent(world)
    assert found.messages == len(world.outbox.sent)


def test_the_rehearsal_reminds_a_commune_on_a_saturday_and_an_office_on_the_friday_before(world: World) -> None:
    sent = {
        one.unit: one.sent_at.date()
        for one in played(with_own_calendar(world)).rehearsal.letters
        if (one.round, one.rung) == ("kiem-tra", "truoc-5") and one.sent_at is not None
    }
    assert (sent["ptp"], sent["xa-vinh-o"]) == (date(2025, 5, 9), date(2025, 5, 10))


# --- what it promises ----------------------------------------------------------------------------------------------


def test_it_writes_no_row_and_sends_no_letter(world: World) -> None:
    before = world.rows()
    played(world)
    assert world.rows() == before
    assert world.outbox.sent == []


def test_it_is_the_same_year_every_time(world: World) -> None:
    assert as_rehearsed(played(world, answered=60)) == as_rehearsed(played(world, answered=60))


def test_whoever_answers_is_not_chased_and_gets_a_receipt(world: World) -> None:
    found = played(world, answered=100)
    kinds = Counter(one.kind for one in found.rehearsal.letters)
    assert kinds[LetterKind.RECEIPT] == kinds[LetterKind.REQUEST] == 2 * len(UNITS)
    assert kinds[LetterKind.ESCALATION] == 0
    ends = {(one.round, one.unit): one.not_before for one in found.rehearsal.letters if one.kind is LetterKind.RECEIPT}
    for one in found.rehearsal.letters:
        if one.kind is LetterKind.REMINDER and one.sent_at is not None:
            assert one.sent_at < ends[one.round, one.unit]


def test_no_letter_leaves_in_quiet_time_nor_two_reminders_on_a_day(world: World) -> None:
    found = played(world, per_day=3)
    calendar = world.tools.definitions.calendar("cong-chuc")
    sent = [one for one in found.rehearsal.letters if one.sent_at is not None]
    assert all(HOURS.next_open(one.sent_at, calendar) == one.sent_at for one in sent if one.sent_at)
    chasing = {(one.recipient, one.sent_at.date(), one.message) for one in sent if one.sent_at and one.rung}
    assert len({(recipient, day) for recipient, day, _ in chasing}) == len(chasing)
    assert all(load.messages <= 3 for load in found.days)


def test_a_slow_server_needs_more_runs(world: World) -> None:
    fast, slow = played(world), played(world, per_minute=1)
    assert slow.messages == fast.messages
    assert slow.sending_minutes == 120 * fast.sending_minutes
    first = slow.days[0]
    assert first.first is not None
    assert first.last is not None
    assert first.last - first.first == timedelta(minutes=5), "six letters at five a run"


def many(world: World, count: int, per_minute: int) -> Played:
    """A register of so many units: each is asked at 7:30, and no run takes more than its pace allows."""
    with world.sessions() as session:
        plan = current_plan(session, 2025)
    entries = [replace(UNITS[0], code=f"xa-{n}", addresses=(f"dau-moi@xa-{n}.example",)) for n in range(count)]
    calendar = world.tools.definitions.calendar(plan.calendar)
    return play(plan, members_of_register(entries), calendar, HOURS, Pace(2_000, per_minute))


@pytest.mark.parametrize(
    ("count", "per_minute", "last"),
    [
        (104, 30, "07:33:26"),
        (150, 30, "07:34:58"),
        (151, 30, "07:35:00"),
        (104, 120, "07:30:51.5"),
        (11, 1, "07:40:00"),
    ],
)
def test_the_last_letter_of_a_day_leaves_as_late_as_the_pace_of_the_server_wants(
    world: World, count: int, per_minute: int, last: str
) -> None:
    found = many(world, count, per_minute)
    opening = found.days[0]
    assert opening.messages == count
    assert opening.first == moment("2025-04-08 07:30")
    assert opening.last == moment(f"2025-04-08 {last}")
    sent = [one.sent_at for one in found.rehearsal.letters if one.sent_at and one.sent_at.date() == opening.day]
    assert max(sent) == opening.last
    assert len(set(sent)) == count, "one after the other"


def test_the_printed_page_and_the_workbook_show_when_the_last_letter_leaves(world: World) -> None:
    found = many(world, 104, 30)
    assert "08/04/2025: 104 thư (gửi phiếu 104), 07:30–07:33" in "\n".join(words(found, 0))
    book = load_workbook(io.BytesIO(rehearsal_workbook(found, moment("2025-01-13 08:00"))))
    (day,) = [row for row in book["Từng ngày"].iter_rows(values_only=True) if row[0] == datetime(2025, 4, 8)]  # noqa: DTZ001 - as Excel has it
    assert (day[9], day[10]) == ("07:30", "07:33")
    clocks = [row[1] for row in book["Từng thư"].iter_rows(values_only=True) if row[0] == datetime(2025, 4, 8)]  # noqa: DTZ001
    assert Counter(clocks) == {"07:30": 30, "07:31": 30, "07:32": 30, "07:33": 14}


def test_it_names_the_holidays_the_quota_and_whoever_cannot_be_reached(world: World) -> None:
    found = played(world, per_day=4)
    said = "\n".join(found.notes)
    assert "Đợt “kiem-tra”: 30/4 và 1/5 (hoán đổi ngày 02/5) (30/04/2025 – 04/05/2025)" in said
    assert "bước “qua-1”: không đến được lãnh đạo đơn vị của 3 đơn vị: Thị trấn Bến Quan" in said
    assert "đã đủ 4 thư của ngày" in said


def test_a_unit_without_any_address_is_named_and_owed_nothing(world: World) -> None:
    entries = (replace(UNITS[0], addresses=()), *UNITS[1:])
    with world.sessions() as session:
        plan = current_plan(session, 2025)
    calendar = world.tools.definitions.calendar(plan.calendar)
    found = play(plan, members_of_register(entries), calendar, HOURS, Pace(100, 10))
    assert "không gửi được phiếu cho 1 đơn vị: Xã Vĩnh Ô" in "\n".join(found.notes)
    assert not [one for one in found.rehearsal.letters if one.unit == UNITS[0].code]


def test_a_year_without_a_calendar_is_said_to_be_impossible(world: World) -> None:
    with world.sessions() as session:
        plan = current_plan(session, 2025)
    far = replace(plan.rounds[0], opens_on=date(2031, 4, 8), due=replace(plan.rounds[0].due, named=date(2031, 5, 16)))
    far = replace(far, lock_on=None)
    calendar = world.tools.definitions.calendar(plan.calendar)
    found = play(replace(plan, rounds=(far,)), members_of_register(UNITS), calendar, HOURS, Pace(100, 10))
    assert "sẽ không mở được: Lịch “cong-chuc” chưa có năm 2031" in found.notes[0]


def test_the_workbook_has_every_day_and_every_letter(world: World) -> None:
    found = played(world)
    book = load_workbook(io.BytesIO(rehearsal_workbook(found, moment("2025-01-13 08:00"))))
    assert book.sheetnames == ["Từng ngày", "Từng đợt", "Cần xem lại", "Ai nhận nhiều nhất", "Từng thư"]
    letters = [row for row in book["Từng thư"].iter_rows(values_only=True) if isinstance(row[8], int)]
    assert len(letters) == sum(one.sent_at is not None for one in found.rehearsal.letters)
    assert SHARED in {row[3] for row in letters}


@pytest.mark.parametrize(
    ("when", "climb", "send"),
    [
        ("2025-05-09 07:30", "2025-05-09 07:45", "2025-05-09 07:30"),
        ("2025-05-09 07:45", "2025-05-09 07:45", "2025-05-09 07:45"),
        ("2025-05-09 07:45:01", "2025-05-09 08:15", "2025-05-09 07:50"),
        ("2025-05-09 23:59", "2025-05-10 00:15", "2025-05-10 00:00"),
    ],
)
def test_the_ticks_are_the_first_at_or_after_a_moment(when: str, climb: str, send: str) -> None:
    assert climbing_tick(moment(when)) == moment(climb)
    assert sending_tick(moment(when)) == moment(send)
    assert time(7, 5) == OPENING_CLOCK
