"""After an outage nothing is blasted: above a threshold what was missed waits, and a person sends it, or not."""

import pytest

from tasks.approval import awaiting_approval, send_missed
from tasks.catch_up import CatchUp, picture, skip
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.watch import look
from tests.tasks.world import ADDRESS, CHIEF, HEADS, PLAN, SEVEN_AFTER, THREE_AFTER, UNITS, World, moment

BACK = "2025-05-20 08:00"
"""Eleven days of silence: three rungs were missed."""


@pytest.fixture
def missed(begun: World) -> World:
    begun.limited(consent_above=5)
    begun.climb(BACK)
    return begun


def seen(world: World, when: str = BACK) -> CatchUp:
    with world.sessions() as session:
        return picture(session, moment(when))


def send_all(world: World, when: str, *numbers: int) -> set[str]:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        letters = [one for one in picture(session, moment(when)).letters if not numbers or one.id in numbers]
        return {send_missed(session, one, moment(when), world.tools) for one in letters}


def test_above_the_threshold_nothing_leaves_until_a_person_says_so(missed: World) -> None:
    """T66."""
    for when in (BACK, "2025-05-20 12:00", "2025-05-21 07:00"):
        missed.send(when)
    assert missed.outbox.sent == []
    found = seen(missed)
    assert (found.reminders, found.escalations, found.answered) == (len(UNITS), len(HEADS), 0)
    assert found.people == len({*ADDRESS.values(), *HEADS.values()})


def test_at_the_threshold_they_are_sent_by_themselves_merged(begun: World) -> None:
    begun.limited(consent_above=6)
    begun.climb(BACK)
    begun.send(BACK)
    assert seen(begun).letters == ()
    assert len(begun.outbox.to(ADDRESS["xa-vinh-o"])) == 1


def test_a_small_delay_within_the_day_never_waits(begun: World) -> None:
    begun.limited(consent_above=1)
    begun.climb("2025-05-09 16:45")
    assert seen(begun).letters == ()
    assert begun.states(kind=LetterKind.REMINDER) == {"queued": len(UNITS)}


def test_the_rungs_below_the_last_one_are_noted_as_merged(missed: World) -> None:
    states = {(one.rung, one.role): one.reason for one in missed.letters_of("xa-vinh-o") if one.rung}
    assert states == {
        ("truoc-5", Role.DAU_MOI): Reason.SUPERSEDED,
        ("truoc-1", Role.DAU_MOI): Reason.SUPERSEDED,
        ("qua-1", Role.DAU_MOI): Reason.CONSENT,
        ("qua-1", Role.LANH_DAO): Reason.CONSENT,
    }


def test_sent_merged_each_person_hears_once(missed: World) -> None:
    assert send_all(missed, "2025-05-20 09:00") == {"chờ gửi"}
    missed.send("2025-05-20 09:05")
    assert len(missed.outbox.sent) == len(set(missed.outbox.recipients))
    assert set(missed.outbox.recipients) == {*ADDRESS.values(), *HEADS.values()}
    before = missed.rows()
    missed.climb("2025-05-20 09:15")
    assert send_all(missed, "2025-05-20 09:15") == set()
    assert missed.rows() == before


def test_skipped_nobody_hears_and_the_next_rung_comes_in_its_time(missed: World) -> None:
    with missed.sessions.begin() as session:
        assert skip(session, picture(session, moment(BACK)).letters, "bỏ qua") == len(UNITS) + len(HEADS)
    missed.send("2025-05-20 09:00")
    assert missed.outbox.sent == []
    missed.climb(THREE_AFTER)
    assert missed.states(rung="qua-3") == {"held": len(UNITS)}


def test_only_the_chosen_ones_leave_and_the_others_go_on_waiting(missed: World) -> None:
    first = seen(missed).letters[0]
    send_all(missed, "2025-05-20 09:00", first.id)
    missed.send("2025-05-20 09:00")
    assert [one.recipient for one in missed.outbox.sent] == [first.recipient]
    assert len(seen(missed).letters) == len(UNITS) + len(HEADS) - 1


def test_whoever_answers_meanwhile_drops_out_and_is_counted(missed: World) -> None:
    missed.answer("xa-vinh-o", "2025-05-20 08:30")
    found = seen(missed)
    assert found.answered == 2
    assert ADDRESS["xa-vinh-o"] not in [one.recipient for one in found.letters]
    send_all(missed, "2025-05-20 09:00")
    missed.send("2025-05-20 09:00")
    assert ["Đã nhận phiếu" in one.subject for one in missed.outbox.to(ADDRESS["xa-vinh-o"])] == [True]
    assert missed.outbox.to(HEADS["xa-vinh-o"]) == []


def test_what_goes_above_the_unit_still_needs_its_signature(begun: World) -> None:
    begun.limited(consent_above=1)
    begun.climb("2025-05-29 08:00")
    assert "chờ phê duyệt" in send_all(begun, "2025-05-29 09:00")
    begun.send("2025-05-29 09:05")
    assert begun.outbox.to(CHIEF) == []
    with begun.sessions() as session:
        assert {one.rung for one in awaiting_approval(session)} == {"qua-3", "qua-7"}


def test_consent_that_comes_late_does_not_send_what_a_higher_rung_has_said_since(missed: World) -> None:
    missed.climb(THREE_AFTER)
    missed.climb(SEVEN_AFTER)
    with missed.sessions() as session:
        waiting = picture(session, moment(SEVEN_AFTER)).letters
    assert {one.rung for one in waiting} == {"qua-1"}
    assert send_all(missed, SEVEN_AFTER) == {"chờ gửi"}, "nobody wrote to the clerk or his head since"


def test_the_rest_of_a_bounded_sweep_waits_with_the_first_part(begun: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begun.limited(consent_above=5)
    monkeypatch.setattr("tasks.escalation.SWEEP", 4)
    begun.climb(BACK)
    begun.climb("2025-05-20 08:30")
    assert begun.states(rung="qua-1", role=Role.DAU_MOI) == {"held": len(UNITS)}
    assert {one.reason for one in begun.letters(rung="qua-1", role=Role.DAU_MOI)} == {Reason.CONSENT}


def test_the_administrator_is_told_that_something_waits(missed: World) -> None:
    with missed.sessions() as session:
        said = [alarm.what for alarm in look(session, missed.tools, moment(BACK))]
    assert "9 thư bị lỡ khi hệ thống ngừng đang chờ đồng ý gửi bù" in said


def test_missed_and_late_openings_are_shown(world: World) -> None:
    world.open("2025-04-22 07:05")
    (late,) = seen(world, "2025-04-22 08:00").openings
    assert "mở muộn ngày 22/04/2025 thay vì 08/04/2025" in late
    world.open("2025-12-01 07:05")
    assert any("đợt “bao-cao-nam” không mở được" in one for one in seen(world, "2025-12-01 08:00").openings)


def test_the_first_rung_after_the_outage_is_not_held(missed: World) -> None:
    missed.climb(THREE_AFTER)
    assert {(one.state, one.reason) for one in missed.letters(rung="qua-3")} == {(LetterState.HELD, Reason.APPROVAL)}


def test_a_rung_that_lies_before_the_opening_goes_along_with_the_request(world: World) -> None:
    """Nothing had stopped: the round leaves three days, its first rung comes five before the end."""
    world.limited(consent_above=3)
    world.take_in_plan(PLAN.replace("due = 2025-05-16", "due = 2025-04-11"))
    world.open()
    world.climb("2025-04-08 07:45")
    assert world.states(rung="truoc-5") == {"queued": len(UNITS)}
