"""The ladder: every rung once, at its moment, for whom it is meant; nothing above the unit without a signature."""

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tasks.approval import approve, awaiting_approval, drop
from tasks.domain.assignment import AssignmentState
from tasks.domain.deeds import Deed
from tasks.domain.errors import MailServerUnavailable
from tasks.domain.ladder import Role, next_moment
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.escalation import allowed_roles, fired_steps, overdue, terms_of
from tasks.inspection import close_finding
from tasks.records import Assignment, Finding
from tasks.scheduling import HOURS
from tests.tasks.world import (
    ADDRESS,
    ANSWERS,
    CHIEF,
    FIVE_BEFORE,
    HEADS,
    ONE_AFTER,
    ONE_BEFORE,
    SEVEN_AFTER,
    THREE_AFTER,
    UNITS,
    VICE,
    World,
    at_once,
    moment,
    new_world,
)

if TYPE_CHECKING:
    from tests.conftest import Templates
    from tests.servers import SqliteFiles

RUNGS = (FIVE_BEFORE, ONE_BEFORE, ONE_AFTER, THREE_AFTER, SEVEN_AFTER)


def rungs(world: World, unit: str) -> list[tuple[str, str]]:
    return [(one.rung, str(one.role)) for one in world.letters_of(unit) if one.rung]


def sign_all(world: World, when: str) -> list[str]:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        return [approve(session, letter, moment(when), world.tools) for letter in awaiting_approval(session)]


def test_no_rung_is_climbed_one_second_before_its_moment(begun: World) -> None:
    """T33."""
    before = begun.rows()
    begun.climb("2025-05-09 07:29:59")
    assert begun.rows() == before
    assert begun.climb(FIVE_BEFORE).counts[Deed.REMINDED] == len(UNITS)


def test_a_silent_unit_climbs_rung_by_rung_each_once(begun: World) -> None:
    """T41, T22: however often the flow runs on the day."""
    for when in RUNGS:
        for minutes in ("", ":30"):
            begun.climb(when + minutes)
    assert rungs(begun, "xa-vinh-o") == [
        ("truoc-5", "dau_moi"),
        ("truoc-1", "dau_moi"),
        ("qua-1", "dau_moi"),
        ("qua-1", "lanh_dao"),
        ("qua-3", "truong_phong"),
        ("qua-7", "pho_chu_tich"),
    ]
    assert begun.assignment("xa-vinh-o").next_rung_at is None


def test_climbing_twice_changes_nothing_the_second_time(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    before = begun.rows()
    assert not begun.climb("2025-05-09 07:45").counts
    assert begun.rows() == before


def test_several_at_once_write_every_letter_once(begun: World) -> None:
    """T17, T18, T03."""
    reports = at_once(begun.hands, lambda: begun.climb(ONE_AFTER))
    assert not [failure for report in reports for failure in report.failures]
    keys = [one.key for one in begun.letters() if one.rung]
    assert len(keys) == len(set(keys))
    assert len([one for one in begun.letters() if one.rung == "qua-1" and one.role is Role.DAU_MOI]) == len(UNITS)
    before = begun.rows()
    begun.climb(ONE_AFTER)
    assert begun.rows() == before


def test_after_a_week_s_sleep_each_person_hears_once_and_the_older_rungs_are_noted_as_merged(begun: World) -> None:
    """T24, T66."""
    begun.climb("2025-05-20 08:00")
    begun.send("2025-05-20 08:00")
    states = {(one.rung, one.role): (one.state, one.reason) for one in begun.letters_of("xa-vinh-o") if one.rung}
    assert states[("truoc-5", Role.DAU_MOI)] == (LetterState.CANCELLED, Reason.SUPERSEDED)
    assert states[("truoc-1", Role.DAU_MOI)] == (LetterState.CANCELLED, Reason.SUPERSEDED)
    assert states[("qua-1", Role.DAU_MOI)][0] is LetterState.SENT
    assert len(begun.outbox.to(ADDRESS["xa-vinh-o"])) == len(begun.outbox.to(HEADS["xa-vinh-o"])) == 1
    before = begun.rows()
    begun.climb("2025-05-20 09:00")
    assert begun.rows() == before


def test_a_reminder_interrupted_by_a_lost_server_is_sent_once(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.outbox.unavailable_after = 2
    with pytest.raises(MailServerUnavailable):
        begun.send(FIVE_BEFORE)
    begun.outbox.unavailable_after = None
    begun.climb("2025-05-09 09:00")
    begun.send("2025-05-09 09:00")
    assert len(begun.outbox.sent) == len(set(begun.outbox.recipients)) == len(UNITS) - 1


def test_a_unit_without_a_head_s_address_climbs_on_with_the_reason_kept(begun: World) -> None:
    """T39, T23."""
    begun.climb(ONE_AFTER)
    letter = next(one for one in begun.letters_of("tt-ben-quan") if one.role is Role.LANH_DAO)
    assert (letter.state, letter.reason) == (LetterState.CANCELLED, Reason.NO_ADDRESS)
    assert begun.assignment("tt-ben-quan").next_rung_at == moment(THREE_AFTER)


# --- approval ------------------------------------------------------------------------------------------------------


def test_what_goes_above_the_unit_waits_for_a_signature(begun: World) -> None:
    for when in (THREE_AFTER, "2025-05-22 09:00", "2025-05-26 09:00"):
        begun.climb(when)
        begun.send(when)
    assert begun.outbox.to(CHIEF) == []
    held = begun.letters(rung="qua-3")
    assert {(one.state, one.reason) for one in held} == {(LetterState.HELD, Reason.APPROVAL)}
    assert len(held) == len(UNITS)


def test_what_is_signed_leaves_once(begun: World) -> None:
    begun.climb(THREE_AFTER)
    assert set(sign_all(begun, "2025-05-21 09:00")) == {"đã duyệt, chờ gửi"}
    assert sign_all(begun, "2025-05-21 09:01") == [], "what is signed does not wait any more"
    begun.send("2025-05-21 09:05")
    begun.climb("2025-05-22 09:05")
    begun.send("2025-05-22 09:05")
    assert len(begun.outbox.to(CHIEF)) == 1


def test_what_is_signed_in_the_evening_leaves_in_the_morning(begun: World) -> None:
    begun.climb(THREE_AFTER)
    sign_all(begun, "2025-05-21 20:00")
    begun.send("2025-05-21 20:05")
    assert begun.outbox.to(CHIEF) == []
    begun.send("2025-05-22 07:30")
    assert len(begun.outbox.to(CHIEF)) == 1


def test_whoever_answered_meanwhile_drops_out_at_the_signature(begun: World) -> None:
    begun.climb(THREE_AFTER)
    with begun.sessions() as session:
        on_the_desk = [one.id for one in awaiting_approval(session)]
    begun.answer("xa-vinh-o", "2025-05-21 09:58")
    assert set(sign_all(begun, "2025-05-21 10:00")) == {"đã duyệt, chờ gửi"}
    assert begun.letters_of("xa-vinh-o", LetterKind.ESCALATION)[-1].state is LetterState.CANCELLED
    begun.send("2025-05-21 10:05")
    assert len(on_the_desk) == len(UNITS)
    assert begun.case("xa-vinh-o")[0] not in begun.outbox.to(CHIEF)[0].text
    assert begun.case("ptp")[0] in begun.outbox.to(CHIEF)[0].text


def test_whoever_answers_between_the_signature_and_the_sending_drops_out_too(begun: World) -> None:
    begun.climb(THREE_AFTER)
    sign_all(begun, "2025-05-21 09:00")
    begun.answer("xa-vinh-o", "2025-05-21 09:01")
    begun.send("2025-05-21 09:05")
    assert begun.case("xa-vinh-o")[0] not in begun.outbox.to(CHIEF)[0].text


def test_a_list_that_was_read_before_the_answer_came_says_so_when_it_is_signed(begun: World) -> None:
    begun.climb(THREE_AFTER)
    begun.lock("2025-07-01 08:00")
    with begun.sessions.begin() as session:
        assert awaiting_approval(session) == []


def test_an_escalation_that_a_person_drops_is_never_written_again(begun: World) -> None:
    begun.climb(THREE_AFTER)
    with begun.sessions.begin() as session:
        for letter in awaiting_approval(session):
            drop(session, letter, "đơn vị đang chống bão")
    begun.climb("2025-05-22 07:30")
    begun.send("2025-05-22 07:30")
    assert begun.outbox.to(CHIEF) == []
    assert {(one.state, one.reason) for one in begun.letters(rung="qua-3")} == {(LetterState.CANCELLED, Reason.DROPPED)}
    begun.climb(SEVEN_AFTER)
    assert begun.letters(rung="qua-7"), "the next rung is a new decision"


def test_the_vice_chair_is_reached_only_by_the_last_rung_and_only_signed(begun: World) -> None:
    begun.climb(SEVEN_AFTER)
    begun.send(SEVEN_AFTER)
    assert begun.outbox.to(VICE) == []
    sign_all(begun, "2025-05-27 09:00")
    begun.send("2025-05-27 09:00")
    assert len(begun.outbox.to(VICE)) == 1


# --- findings ------------------------------------------------------------------------------------------------------


def test_findings_climb_the_same_ladder(begun: World) -> None:
    """T51."""
    begun.lock("2025-07-01 08:00")
    begun.raise_finding("xa-vinh-o", when="2025-06-18 09:00")
    for when in ("2025-07-11 07:30", "2025-07-17 07:30", "2025-07-21 07:30", "2025-07-23 07:30", "2025-07-29 07:30"):
        begun.climb(when)
        begun.send(when)
    finding = begun.finding()
    assert [one.rung for one in begun.letters(finding_id=finding.id) if one.rung] == [
        "truoc-5",
        "truoc-1",
        "qua-1",
        "qua-1",
        "qua-3",
        "qua-7",
    ]
    assert finding.next_rung_at is None
    assert len(begun.outbox.to(HEADS["xa-vinh-o"])) == 1


# --- a poison row --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [{"calendar": "lịch đã bỏ"}, {"ladder": {"name": "hỏng"}}, {"ladder": None}])
def test_a_case_with_broken_terms_stops_only_itself_and_is_named(begun: World, broken: dict[str, object]) -> None:
    begun.spoil_terms("xa-vinh-o", **broken)
    report = begun.climb(FIVE_BEFORE)
    assert report.counts[Deed.REMINDED] == len(UNITS) - 1
    assert [failure.item for failure in report.failures] == [f"phiếu số {begun.assignment('xa-vinh-o').id}"]
    assert len(begun.climb("2025-05-09 08:00").failures) == 1, "it is named until somebody mends it"
    assert len(begun.letters(kind=LetterKind.REMINDER)) == len(UNITS) - 1


def test_only_what_is_due_is_looked_at(begun: World) -> None:
    with begun.sessions() as session:
        assert overdue(session, moment("2025-05-09 07:29")) == []
        assert len(overdue(session, moment(FIVE_BEFORE))) == len(UNITS)


# --- stored = recomputed -------------------------------------------------------------------------------------------

HALF = {"DX01": "Có"}
EVENTS = ("climb", "send", "half", "full", "wrong", "bounce", "correct", "lock", "sign", "finding", "report", "close")


def recomputed(session: object, one: Assignment | Finding, world: World) -> object:
    if not one.owing or (isinstance(one, Assignment) and one.cycle.locked_at is not None):
        return None
    ladder, calendar = terms_of(one, world.tools)
    return next_moment(ladder, one.due_at, calendar, HOURS, fired=fired_steps(one.letters), roles=allowed_roles(one))


def happen(world: World, what: str, when: str, number: int) -> None:
    unit = UNITS[number % 2].code
    if what in {"climb", "send", "lock"}:
        getattr(world, what)(when)
    elif what == "half":
        world.answer(unit, when, HALF)
    elif what == "full":
        world.answer(unit, when)
    elif what == "wrong":
        world.answer(unit, when, {**ANSWERS, "DX02": "vài"})
    elif what == "bounce":
        for letter in [one for one in world.letters_of(unit) if one.state is LetterState.SENT][:2]:
            world.bounce(letter.id, when)
    elif what == "correct":
        world.take_in((_with_address(number),), when)
    elif what == "sign":
        sign_all(world, when)
    elif what == "finding":
        world.raise_finding(unit, due=moment("2025-07-18 00:00").date(), when=when)
    elif what == "report":
        _report(world, unit, when)
    elif what == "close":
        with world.sessions.begin() as session:
            for finding in session.scalars(select(Finding).where(Finding.closed_at.is_(None))).all():
                close_finding(session, finding.number, "Hà", world.tools)


def _with_address(number: int) -> "object":
    from dataclasses import replace

    return replace(UNITS[number % 2], addresses=(f"moi{number}@donvi.example",))


def _report(world: World, unit: str, when: str) -> None:
    with world.sessions() as session:
        codes = session.scalars(select(Finding.code)).all()
    for code in codes[:1]:
        world.mail(
            unit,
            when,
            to=f"dancho+{code.lower()}@vinhlinh.example",
            subject="Re",
            text="KHẮC PHỤC: đã xong",
            thread=False,
        )
        world.collect(when)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 3)), min_size=3, max_size=9))
def test_the_stored_next_rung_is_always_what_one_would_compute_anew(
    events: list[tuple[str, int]], sqlite: "SqliteFiles", templates: "Templates"
) -> None:
    """T44, T31: after any sequence of events, on days two working days apart; no letter twice, nobody doubly chased."""
    days = iter(f"2025-05-{day:02d} 08:00" for day in (7, 9, 12, 15, 19, 21, 23, 27, 29))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        world = new_world(stack.enter_context(templates.copy(sqlite, "begun")), folder)
        for what, number in events:
            happen(world, what, next(days), number)
            with world.sessions() as session:
                for kind in (Assignment, Finding):
                    for one in session.scalars(select(kind)).all():
                        assert one.next_rung_at == recomputed(session, one, world), (what, one.id)
        assert world.outbox.doubled == []
        assert {one.state for one in _assignments(world)} <= set(AssignmentState)


def _assignments(world: World) -> list[Assignment]:
    with world.sessions() as session:
        return list(session.scalars(select(Assignment)))
