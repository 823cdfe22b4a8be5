"""Rounds open once, whatever happens: twice, at once, late, interrupted."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import func, select

from tasks import scheduling
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import UnitKind
from tasks.domain.deeds import Deed
from tasks.domain.errors import DefinitionError
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.plan import Due, Round, RoundKind, Selection
from tasks.domain.register import UnitEntry
from tasks.planning import current_plan
from tasks.records import Assignment, Cycle, Letter
from tasks.records import Round as RoundRow
from tasks.scheduling import assign_batch, next_opening, open_urgent, unassigned_unit_ids
from tests.tasks.world import DUE, OPENING, PLAN, UNITS, World, at_once, moment


def test_nothing_opens_before_its_day(world: World) -> None:
    report = world.open("2025-04-07 23:59")
    assert not report.counts
    assert world.rows()["cycle"] == []


def test_a_round_opens_on_its_day_and_every_selected_unit_gets_one_assignment_and_one_request(world: World) -> None:
    report = world.open()
    assert report.counts[Deed.OPENED] == 1
    assert not report.failures
    letters = world.letters(kind=LetterKind.REQUEST)
    assert len(letters) == len(UNITS)
    assert {one.state for one in letters} == {LetterState.QUEUED}
    assert len({one.message_id for one in letters}) == len(UNITS)
    with world.sessions() as session:
        assignments = session.scalars(select(Assignment)).all()
        assert len({one.token for one in assignments}) == len({one.code for one in assignments}) == len(UNITS)
        assert {one.due_at for one in assignments} == {moment(DUE)}
        assert session.scalars(select(Cycle)).one().roster_complete


def test_a_unit_that_the_rule_selects_twice_is_asked_once(world: World) -> None:
    """xa-vinh-o and ptp are chosen by kind and by name (T06)."""
    world.open()
    assert len(world.letters_of("xa-vinh-o")) == len(world.letters_of("ptp")) == 1


def test_opening_twice_changes_nothing_the_second_time(world: World) -> None:
    world.open()
    before = world.rows()
    assert not world.open("2025-04-08 10:00").counts
    assert not world.open("2025-04-09 10:00").counts
    assert world.rows() == before


def test_opening_at_once_by_several_workers_gives_the_rows_of_one(world: World) -> None:
    reports = at_once(world.hands, world.open)
    assert sum(report.counts[Deed.OPENED] for report in reports) == 1
    assert not [failure for report in reports for failure in report.failures]
    rows = world.rows()
    assert (len(rows["cycle"]), len(rows["assignment"]), len(rows["letter"])) == (1, len(UNITS), len(UNITS))


def test_an_opening_that_is_a_week_late_counts_its_due_day_from_the_real_opening(world: World) -> None:
    world.open("2025-04-15 07:35")
    world.open("2025-04-15 07:50")
    with world.sessions() as session:
        cycle = session.scalars(select(Cycle)).one()
        assert (cycle.planned_on, cycle.opened_on) == (date(2025, 4, 8), date(2025, 4, 15))
        assert cycle.due_on > date(2025, 5, 16)
        assert session.scalar(select(func.count()).select_from(Letter)) == len(UNITS)


def test_a_round_that_slept_past_its_lock_day_is_recorded_as_missed_and_asks_nobody(world: World) -> None:
    world.open("2025-07-15 07:35")
    world.open("2025-07-16 07:35")
    with world.sessions() as session:
        row = session.scalars(select(RoundRow).filter_by(code="kiem-tra")).one()
        assert row.opened_at is None
        assert row.missed_at == moment("2025-07-15 07:35")
        assert "30/06/2025" in row.missed_why
    assert world.letters() == []


def test_an_opening_interrupted_after_its_first_batch_is_completed_by_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "BATCH", 2)
    real, calls = scheduling.assign_batch, []

    def killed_after_the_first(*args: object, **more: object) -> str:
        calls.append(args)
        if len(calls) > 1:
            raise KeyboardInterrupt  # as good as a power cut: nothing after it runs
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(scheduling, "assign_batch", killed_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        world.open()
    assert len(world.rows()["assignment"]) == 2
    first = world.letters()
    monkeypatch.setattr(scheduling, "assign_batch", real)
    world.open("2025-04-08 08:00")
    rows = world.rows()
    assert (len(rows["cycle"]), len(rows["assignment"]), len(rows["letter"])) == (1, len(UNITS), len(UNITS))
    assert [one.message_id for one in world.letters()[:2]] == [one.message_id for one in first]


def test_a_batch_that_breaks_in_the_middle_leaves_no_unit_with_half_a_case(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Assignment and request are one transaction: nobody is assigned without being asked."""
    real, calls = scheduling.request_answer, []

    def breaks_at_the_third(*args: object, **more: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(scheduling, "request_answer", breaks_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        world.open()
    rows = world.rows()
    assert len(rows["assignment"]) == len(rows["letter"]) == 0
    monkeypatch.setattr(scheduling, "request_answer", real)
    world.open()
    assert len(world.rows()["letter"]) == len(UNITS)


def test_one_unit_without_a_checklist_does_not_keep_the_others_from_being_asked(world: World) -> None:
    """The plan was right when it was imported; then somebody changed a unit's kind in the register."""
    source = _by_kind()
    world.take_in_plan(source)
    world.take_in((replace(UNITS[0], kind=UnitKind.DOANH_NGHIEP),))
    report = world.open()
    assert len(world.letters(kind=LetterKind.REQUEST)) == len(UNITS) - 1
    assert [failure for failure in report.failures if "Xã Vĩnh Ô" in failure.why]
    world.take_in((UNITS[0],))
    assert not world.open("2025-04-08 08:00").failures
    assert len(world.letters(kind=LetterKind.REQUEST)) == len(UNITS)


def _by_kind() -> str:
    first, mark, rest = PLAN.partition('checklist = "dot-xuat"\nladder = "mac-dinh"\n')
    assert mark
    kinds = "".join(f'{kind} = "dot-xuat"\n' for kind in ("xa", "thi_tran", "co_quan"))
    return f'{first}ladder = "mac-dinh"\n[round.checklists]\n{kinds}{rest}'


def test_a_unit_that_does_not_exist_yet_or_any_more_is_not_asked(world: World) -> None:
    world.take_in(
        (
            replace(UNITS[0], valid_to=date(2025, 3, 31)),
            UnitEntry("xa-moi", "Xã Mới", UnitKind.XA, 9, "A", ("a@moi.example",), valid_from=date(2025, 7, 1)),
        )
    )
    world.open()
    assert {one.recipient for one in world.letters()}.isdisjoint({UNITS[0].addresses[0], "a@moi.example"})


def test_a_unit_without_an_address_is_assigned_and_its_request_says_why_it_cannot_leave(world: World) -> None:
    world.take_in((replace(UNITS[3], addresses=()),))
    world.open()
    letter = world.letters_of("tt-ben-quan")[0]
    assert (letter.state, letter.reason) == (LetterState.CANCELLED, Reason.NO_ADDRESS)
    assert world.assignment("tt-ben-quan").state is AssignmentState.UNREACHABLE
    assert world.assignment("tt-ben-quan").next_rung_at is None


def test_an_opening_at_night_asks_in_the_morning(world: World) -> None:
    world.open("2025-04-08 00:05")
    letters = world.letters()
    assert {(one.state, one.reason) for one in letters} == {(LetterState.HELD, Reason.QUIET)}
    assert {one.not_before for one in letters} == {moment("2025-04-08 07:30")}


def test_two_rounds_of_one_morning_both_open(world: World) -> None:
    """T70: of two schedules with the same clock one disappeared."""
    world.take_in_plan(PLAN.replace("opens_on = 2025-10-01", "opens_on = 2025-04-08"))
    report = world.open()
    assert report.counts[Deed.OPENED] == 2
    assert len(world.letters(kind=LetterKind.REQUEST)) == 2 * len(UNITS)


def test_editing_the_plan_after_the_opening_changes_nothing_that_is_running(world: World) -> None:
    world.open()
    before = world.rows()["cycle"], world.rows()["assignment"]
    world.take_in_plan(PLAN.replace("due = 2025-05-16", "due = 2025-05-20").replace("days = 1\n", "days = 2\n"))
    world.open("2025-04-09 08:00")
    assert (world.rows()["cycle"], world.rows()["assignment"]) == before


def test_the_next_opening_is_the_first_round_that_still_waits(world: World) -> None:
    with world.sessions() as session:
        assert next_opening(session) == date(2025, 4, 8)
    world.open()
    with world.sessions() as session:
        assert next_opening(session) == date(2025, 10, 1)


# --- locking -------------------------------------------------------------------------------------------------------


def test_after_its_lock_day_a_cycle_is_locked_and_the_silent_are_closed_and_not_chased_any_more(begun: World) -> None:
    world = begun
    world.answer("xa-vinh-ha", "2025-05-05 09:00")
    world.climb("2025-06-27 08:00")
    assert not world.lock("2025-06-30 23:59").counts
    assert world.lock("2025-07-01 00:05").counts[Deed.LOCKED] == 1
    assert world.assignment("xa-vinh-o").state is AssignmentState.CLOSED
    assert world.assignment("xa-vinh-ha").state is AssignmentState.ANSWERED
    world.outbox.sent.clear()
    world.climb("2025-07-01 08:00")
    world.send("2025-07-01 08:00")
    assert not [one for one in world.outbox.sent if one.mime["Auto-Submitted"] == "auto-generated"]


def test_locking_twice_and_at_once_is_locking_once(world: World) -> None:
    world.open()
    reports = at_once(world.hands, lambda: world.lock("2025-07-01 08:00"))
    assert not [failure for report in reports for failure in report.failures]
    before = world.rows()
    assert not world.lock("2025-07-01 09:00").counts
    assert world.rows() == before
    assert {one[0] for one in _states(world)} == {AssignmentState.CLOSED}


def _states(world: World) -> set[tuple[AssignmentState]]:
    with world.sessions() as session:
        return {(state,) for state in session.scalars(select(Assignment.state))}


# --- urgent rounds -------------------------------------------------------------------------------------------------


TOMORROW_AT_TEN = Due(date(2025, 4, 10), clock=time(10, 0))


def urgent(due: Due = TOMORROW_AT_TEN, *units: str) -> Round:
    return Round(
        code="dot-xuat-1",
        kind=RoundKind.DOT_XUAT,
        title="Báo cáo đột xuất",
        opens_on=date(2025, 4, 9),
        due=due,
        period_from=date(2025, 1, 1),
        period_to=date(2025, 4, 9),
        selection=Selection(units=frozenset(units or ("xa-vinh-o", "ptp"))),
        checklists=dict.fromkeys(UnitKind, "dot-xuat"),
        ladder="khan",
    )


def open_now(world: World, round_: Round, when: str = "2025-04-09 20:00") -> None:
    with world.sessions.begin() as session:
        open_urgent(session, world.tools, moment(when), current_plan(session, 2025), round_)
    world.open(when)


def test_an_urgent_round_asks_its_units_at_once_even_in_the_evening_and_does_not_disturb_the_other(
    begun: World,
) -> None:
    world = begun
    before = world.rows()["assignment"]
    open_now(world, urgent())
    world.send("2025-04-09 20:00")
    assert world.outbox.recipients == sorted(["man@vinho.example", "vanthu@coquan.example"])
    assert all("KHẨN" in one.subject for one in world.outbox.sent)
    assert world.rows()["assignment"][: len(before)] == before


def test_an_urgent_round_is_refused_whole_with_everything_that_is_wrong(world: World) -> None:
    with pytest.raises(DefinitionError) as refused:
        open_now(world, urgent(Due(date(2025, 4, 9), clock=time(10, 0)), "khong-co"))
    assert {problem.where for problem in refused.value.problems} == {"--units", "--due"}
    assert world.rows()["cycle"] == []


def test_every_mistake_of_an_urgent_round_is_told_at_once(world: World) -> None:
    """A blank title was stored once, and no round opened any more: its stored terms could not be read again."""
    wrong = urgent(Due(date(2025, 4, 9), clock=time(10, 0)), "khong-co", "ptp")
    wrong = replace(wrong, title=" ", code=" ", ladder="la", checklists=dict.fromkeys(UnitKind, "khong-co-bang"))
    with pytest.raises(DefinitionError) as refused:
        open_now(world, wrong)
    found = {problem.where for problem in refused.value.problems}
    assert found == {"--title", "--code", "--units", "--due", "--ladder", "--checklist"}
    assert [row for row in world.rows()["round"] if "dot_xuat" in str(row)] == []


def test_an_urgent_round_takes_no_checklist_that_is_not_made_for_its_units(world: World) -> None:
    with pytest.raises(DefinitionError, match="bảng kiểm “xa” không dùng cho loại hình “co_quan”"):
        open_now(world, replace(urgent(), checklists=dict.fromkeys(UnitKind, "xa")))


def spoil(world: World, code: str) -> None:
    """Terms as an older program, or a hand in the database, may have left them."""
    with world.sessions.begin() as session:
        row = session.scalars(select(RoundRow).filter_by(code=code)).one()
        row.terms = {**row.terms, "title": ""}
        for cycle in row.cycles:
            cycle.terms = {**cycle.terms, "round": row.terms}


def test_a_round_that_cannot_be_read_does_not_keep_the_others_from_opening(world: World) -> None:
    spoil(world, "kiem-tra")
    report = world.open("2025-10-01 07:35")
    assert [failure.item for failure in report.failures] == ["đợt kiem-tra"]
    assert report.counts[Deed.OPENED] == 1
    assert len(world.letters_of("ptp", round_="bao-cao-nam")) == 1


def test_an_open_round_that_cannot_be_read_any_more_does_not_keep_units_from_the_next_one(world: World) -> None:
    with world.sessions.begin() as session:
        open_urgent(session, world.tools, moment(OPENING), current_plan(session, 2025), urgent())
    spoil(world, "dot-xuat-1")
    report = world.open()
    assert [failure.item for failure in report.failures] == ["đợt dot-xuat-1"]
    assert "đang để trống" in report.failures[0].why
    assert len(world.letters(kind=LetterKind.REQUEST)) == len(UNITS)


def test_a_second_urgent_round_of_the_same_code_is_refused_with_a_sentence(world: World) -> None:
    open_now(world, urgent())
    with pytest.raises(DefinitionError, match="đã có đợt"):
        open_now(world, urgent())
    assert len(world.rows()["cycle"]) == 2  # the urgent one, and the inspection that was due as well


def test_a_batch_that_another_worker_has_done_is_not_done_again(world: World) -> None:
    world.open()
    with world.sessions() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        assert unassigned_unit_ids(session, cycle_id) == []
        ids = list(session.scalars(select(Assignment.unit_id)))
    before = world.rows()
    with world.sessions.begin() as session:
        assign_batch(session, ids, cycle_id, world.tools, moment(OPENING))
    assert world.rows() == before
