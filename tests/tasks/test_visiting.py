"""A visit is told to the unit with its day for the calendar; what is moved or called off replaces what was said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Event
from time import sleep
from typing import Any

import pytest

from tasks.domain.errors import DefinitionError, KiemtraError
from tasks.domain.letterbox import LetterKind, LetterState, Reason, Verdict
from tasks.domain.visit import VisitState, read_team
from tasks.overview import office_tasks
from tasks.records import Visit
from tasks.visiting import NewVisit, all_visits, assignment_to_visit, cancel_visit, plan_visit
from tests.fakes import Sent
from tests.tasks.test_due_days import entry_of
from tests.tasks.world import ADDRESS, ANSWERS, HEADS, World, moment, shown

UNIT = "xa-vinh-o"
TEAM = read_team("Trưởng đoàn: Lê Thị Minh Châu; Thư ký: Trần Văn Nam")[0]
WHEN = "2025-05-05 09:00"


def plan(world: World, unit: str = UNIT, when: str = WHEN, **other: Any) -> None:
    new = {"day": date(2025, 5, 20), "opens": time(8), "closes": time(11), "place": "", "team": TEAM} | other
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        plan_visit(session, assignment_to_visit(session, unit, None), NewVisit(**new), world.tools, moment(when))


def cancel(world: World, when: str, why: str = "bão số 4") -> None:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        cancel_visit(session, session.get_one(Visit, 1), why, world.tools, moment(when))


def told(world: World, address: str) -> list[Sent]:
    return [sent for sent in world.outbox.to(address) if "ịch kiểm tra" in sent.subject]


def test_the_clerk_and_the_head_are_told_with_the_day_for_their_calendars(begun: World) -> None:
    plan(begun)
    begun.send(WHEN)
    for address in (ADDRESS[UNIT], HEADS[UNIT]):
        (sent,) = told(begun, address)
        assert "Lịch kiểm tra thứ Ba, ngày 20/05/2025" in sent.subject
        assert "từ 8 giờ 00 đến 11 giờ 00, thứ Ba, ngày 20/05/2025" in sent.text
        assert "Trụ sở Xã Vĩnh Ô" in sent.text
        assert "Trưởng đoàn: Lê Thị Minh Châu" in sent.text
        assert "chậm nhất ngày 13/05/2025" in sent.text
        assert shown(sent.workbook) == dict.fromkeys(ANSWERS), "the round's own form"
        entry = entry_of(sent)
        assert entry.decoded("dtstart") == moment("2025-05-20 08:00")
        assert (int(entry["sequence"]), str(entry["status"])) == (0, "CONFIRMED")


def test_what_is_wrong_with_the_team_the_day_and_the_hours_is_told_at_once(begun: World) -> None:
    team, misread = read_team("abc")
    new = NewVisit(date(2025, 5, 1), time(9), time(8), "", team)
    with begun.sessions() as session:
        assignment = assignment_to_visit(session, UNIT, None)
        with pytest.raises(DefinitionError) as refused:
            plan_visit(session, assignment, new, begun.tools, moment("2025-04-20 09:00"), misread)
    assert [one.where for one in refused.value.problems] == ["thành phần đoàn"] * 2 + ["ngày kiểm tra", "giờ"]


def test_the_same_visit_planned_twice_is_told_once(begun: World) -> None:
    plan(begun)
    begun.send(WHEN)
    before = begun.rows()
    plan(begun, when="2025-05-06 09:00")
    assert begun.rows() == before


def test_the_visits_of_the_next_week_stand_in_the_status(begun: World) -> None:
    plan(begun)
    plan(begun, "xa-vinh-ha", day=date(2025, 5, 28))
    expected = ["8 giờ 00–11 giờ 00 thứ Ba, ngày 20/05/2025: Xã Vĩnh Ô (Trưởng đoàn: Lê Thị Minh Châu)"]
    for when, visits in (("2025-05-13 09:00", []), ("2025-05-14 09:00", expected), ("2025-05-20 17:00", expected)):
        with begun.sessions() as session:
            assert office_tasks(session, moment(when)).visits == visits
    cancel(begun, "2025-05-19 09:00")
    with begun.sessions() as session:
        assert office_tasks(session, moment("2025-05-20 07:00")).visits == []


def test_two_who_plan_one_team_for_two_units_at_once_do_so_one_after_the_other(begun: World) -> None:
    begins = Event()

    def second() -> None:
        begins.set()
        plan(begun, "xa-vinh-ha", opens=time(9), closes=time(10))

    with ThreadPoolExecutor(1) as other, begun.sessions.begin() as session:
        new = NewVisit(date(2025, 5, 20), time(8), time(11), "", TEAM)
        plan_visit(session, assignment_to_visit(session, UNIT, None), new, begun.tools, moment(WHEN))
        planned = other.submit(second)
        begins.wait()
        sleep(0.2)  # long enough to read what is planned, were it let
        session.commit()
        with pytest.raises(DefinitionError, match="Lê Thị Minh Châu đã có lịch kiểm tra tại Xã Vĩnh Ô"):
            planned.result(30)


def test_a_visit_that_is_moved_replaces_the_entry_and_no_second_one_is_kept(begun: World) -> None:
    plan(begun)
    begun.send(WHEN)
    plan(begun, when="2025-05-06 09:00", day=date(2025, 5, 22))
    begun.send("2025-05-06 09:05")
    first, second = told(begun, ADDRESS[UNIT])
    assert "Đổi lịch kiểm tra thứ Năm, ngày 22/05/2025" in second.subject
    assert str(entry_of(first)["uid"]) == str(entry_of(second)["uid"])
    assert int(entry_of(second)["sequence"]) == 1
    with begun.sessions() as session:
        assert [one.day for one in all_visits(session)] == [date(2025, 5, 22)]


def test_what_has_not_left_when_the_visit_moves_is_taken_back(begun: World) -> None:
    plan(begun, when="2025-05-05 20:00")  # in quiet hours: it waits
    plan(begun, when="2025-05-05 20:30", day=date(2025, 5, 22))
    begun.send("2025-05-06 08:00")
    (sent,) = told(begun, ADDRESS[UNIT])
    assert "Lịch kiểm tra thứ Năm, ngày 22/05/2025" in sent.subject
    assert "Đổi lịch" not in sent.subject, "the unit has heard of no other day"
    replaced = begun.letters(kind=LetterKind.VISIT, state=LetterState.CANCELLED)
    assert {one.reason for one in replaced} == {Reason.REPLACED}


def test_calling_off_is_told_to_whoever_has_heard_of_the_visit_and_to_nobody_else(begun: World) -> None:
    plan(begun)
    cancel(begun, "2025-05-05 09:01")
    begun.send("2025-05-05 09:05")
    assert told(begun, ADDRESS[UNIT]) == []
    plan(begun, when="2025-05-05 10:00")
    begun.send("2025-05-05 10:00")
    cancel(begun, "2025-05-06 09:00")
    begun.send("2025-05-06 09:05")
    last = told(begun, ADDRESS[UNIT])[-1]
    assert "Hủy lịch kiểm tra" in last.subject
    assert "lý do: bão số 4" in last.text
    assert str(entry_of(last, "CANCEL")["status"]) == "CANCELLED"
    assert int(entry_of(last, "CANCEL")["sequence"]) > int(entry_of(told(begun, ADDRESS[UNIT])[0])["sequence"])
    with pytest.raises(KiemtraError, match="đã hủy trước đó"):
        cancel(begun, "2025-05-06 10:00")


def test_what_is_wrong_is_told_all_at_once_and_nothing_is_kept(begun: World) -> None:
    plan(begun)
    with pytest.raises(DefinitionError) as wrong:
        plan(begun, "xa-vinh-ha", opens=time(12), closes=time(9))
    with pytest.raises(DefinitionError) as busy:
        plan(begun, "xa-vinh-ha")
    assert "không trước giờ kết thúc" in str(wrong.value)
    assert "Trần Văn Nam đã có lịch kiểm tra tại Xã Vĩnh Ô" in str(busy.value)
    with begun.sessions() as session:
        assert [one.state for one in all_visits(session)] == [VisitState.PLANNED]


def test_a_unit_that_has_no_running_part_cannot_be_visited(begun: World) -> None:
    with begun.sessions() as session:
        with pytest.raises(KiemtraError, match="Không có đơn vị mã “xa-la”"):
            assignment_to_visit(session, "xa-la", None)
        with pytest.raises(KiemtraError, match=r"đang chạy: kiem-tra\."):
            assignment_to_visit(session, UNIT, "giam-sat")


def test_a_unit_that_has_answered_is_told_of_its_visit_all_the_same(begun: World) -> None:
    begun.answer(UNIT, "2025-05-04 09:00")
    plan(begun)
    begun.send(WHEN)
    assert len(told(begun, ADDRESS[UNIT])) == 1


def test_a_unit_that_asks_for_another_day_is_heard_by_a_person_and_gets_no_more_time_for_its_form(begun: World) -> None:
    plan(begun)
    begun.send(WHEN)
    (sent,) = told(begun, ADDRESS[UNIT])
    words = "Ngày đó xã bận, xin lùi đến ngày 28/05."
    begun.mail(UNIT, "2025-05-06 09:00", text=words, thread=False, headers={"In-Reply-To": sent.message_id})
    begun.collect("2025-05-06 09:05")
    (row,) = begun.incoming()
    assert (row.verdict, row.why) == (Verdict.NO_WORKBOOK, "trả lời thư báo lịch kiểm tra, cần người đọc")
    assert row.guess_id == begun.assignment(UNIT).id
    begun.send("2025-05-06 09:10")
    assert begun.outbox.to(ADDRESS[UNIT]) == [sent], "no form is sent after it"
