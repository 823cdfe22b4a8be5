"""The flows in a real Prefect: names with their day, what they did on one page, a red run, a letter about it."""

import asyncio
import inspect
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from flows.demo.year import World, new_world
from flows.reporting import PartlyFailed
from flows.timetable import BY_NAME
from tasks.domain.calendar import ZONE
from tasks.domain.letterbox import LetterKind
from tasks.records import Assignment, Cycle, Letter
from tests.flows.conftest import wait_for

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
OPENING = datetime(2025, 1, 20, 7, 5, tzinfo=ZONE)
LATE = datetime(2025, 3, 3, 8, tzinfo=ZONE)


def run(name: str, as_of: datetime) -> Any:
    result: Any = BY_NAME[name](as_of=as_of, return_state=True)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with new_world(tmp_path / "nha", lambda name, as_of: "") as made:
        monkeypatch.setenv("KIEMTRA_SETTINGS", str(made.settings.file))
        yield made


def asked(what: str, filter_: dict[str, Any]) -> list[dict[str, Any]]:
    """Prefect's own answer, as its window would get it."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        answer: list[dict[str, Any]] = client._client.post(f"/{what}/filter", json=filter_).json()
    return answer


def of(state: Any) -> dict[str, Any]:
    return {"flow_runs": {"id": {"any_": [str(state.state_details.flow_run_id)]}}}


def seen(state: Any) -> Any:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_flow_run(state.state_details.flow_run_id)


def pages(state: Any) -> list[str]:
    return [one["data"] for one in asked("artifacts", of(state)) if one["type"] == "markdown"]


def log_of(state: Any) -> list[str]:
    filter_ = {"logs": {"flow_run_id": {"any_": [str(state.state_details.flow_run_id)]}}}
    return [one["message"] for one in asked("logs", filter_)]


def count(world: World, table: Any) -> int:
    with world.tools.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_run_is_named_by_its_day_and_what_it_did(world: World) -> None:
    """The list of runs shows nothing but names and colours."""
    assert seen(run("open-cycles", OPENING)).name == "Mở đợt lúc 07:05 ngày 20/01/2025: Mở 1 đợt, giao 52 phiếu"
    assert seen(run("open-cycles", OPENING)).name == "Mở đợt lúc 07:05 ngày 20/01/2025"


def test_a_run_says_what_it_did_in_its_state_its_log_and_on_one_page(world: World) -> None:
    opened = run("open-cycles", OPENING)
    assert seen(opened).state.message == "Mở 1 đợt, giao 52 phiếu"
    assert pages(opened) == ["**Mở 1 đợt, giao 52 phiếu.**"]
    wait_for(lambda: any("Mở 1 đợt, giao 52 phiếu" in line for line in log_of(opened)), 60, "nothing in the log")
    assert {"Mở 1 đợt", "Giao 52 phiếu"} <= set(log_of(opened))
    assert not [line for line in log_of(opened) if line.endswith("Completed()")]
    assert {task["name"].isascii() for task in asked("task_runs", of(opened))} == {True}, "its timeline would drop them"


def test_a_run_that_had_nothing_to_do_says_so_in_a_few_words(world: World) -> None:
    for name in ("open-cycles", "send-letters", "collect-replies", "escalate-overdue"):
        state = run(name, OPENING.replace(year=2024))
        assert seen(state).state.message == "Không có việc gì để làm"
        assert pages(state) == ["**Không có việc gì để làm.**"]


def test_a_run_that_is_stopped_whole_says_why_as_any_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIEMTRA_DATABASE", f"sqlite:///{world.settings.folder / 'trong.db'}")
    state = run("send-letters", OPENING)
    assert seen(state).state.type == "FAILED"
    assert "kiemtra init" in (seen(state).state.message or "")
    (page,) = pages(state)
    assert "| Gửi thư |" in page


def test_opening_twice_is_opening_once(world: World) -> None:
    assert run("open-cycles", OPENING).is_completed()
    before = (count(world, Cycle), count(world, Assignment), count(world, Letter))
    assert run("open-cycles", OPENING).is_completed()
    assert (count(world, Cycle), count(world, Assignment), count(world, Letter)) == before == (1, 52, 52)


def test_letters_leave_through_the_real_flow_and_arrive_once(world: World) -> None:
    run("open-cycles", OPENING)
    moment = OPENING.replace(hour=8)
    world.office.clock = moment
    assert run("send-letters", moment).is_completed()
    assert run("send-letters", moment).is_completed()
    arrived = [recipient for sender, recipient in world.office.delivered if sender]
    assert len(arrived) == len(set(arrived)) == 51  # the fifty-second bounces


def test_a_poison_row_stops_only_itself_and_the_run_shows_it(world: World) -> None:
    run("open-cycles", OPENING)
    with world.tools.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        poisoned = session.scalars(select(Assignment).order_by(Assignment.id)).first()
        assert poisoned is not None
        broken = Cycle(
            **{name: getattr(cycle, name) for name in ("round_id", "planned_on", "due_on", "due_at", "due_words")},
            opened_on=cycle.due_on,
            terms={},
            roster_complete=True,
        )
        session.add(broken)
        session.flush()
        session.execute(update(Assignment).where(Assignment.id == poisoned.id).values(cycle_id=broken.id))
    state = run("escalate-overdue", LATE)
    assert state.is_failed()
    assert isinstance(state.result(raise_on_failure=False), PartlyFailed)
    (page,) = pages(state)
    assert page.startswith("**Giữ thư về 51 phiếu, kiến nghị chờ đồng ý gửi bù; 1 việc cần xem.**")
    assert f"| phiếu số {poisoned.id} | KeyError" in page
    assert f"1 việc cần xem: phiếu số {poisoned.id} (KeyError" in (seen(state).state.message or "")
    with world.tools.sessions() as session:
        reminded = session.scalar(
            select(func.count(func.distinct(Letter.assignment_id))).where(Letter.kind == LetterKind.REMINDER)
        )
        told = session.scalars(select(Letter).where(Letter.kind == LetterKind.ALERT)).all()
    assert reminded == 51
    assert [letter.recipient for letter in told] == ["quantri@vinhlinh.example"]
    assert "Nhắc và báo cấp trên" in told[0].words["problems"][0]["what"]


def test_watch_is_content_with_a_house_in_order_and_red_when_letters_are_stuck(world: World) -> None:
    run("open-cycles", OPENING)
    quiet_hours = OPENING.replace(hour=8)
    assert run("watch", quiet_hours).is_completed(), "letters held for the morning are no fault of the house"
    assert run("watch", OPENING.replace(hour=16)).is_failed(), "letters of the morning that nobody has sent are"


def test_long_work_shows_its_progress(world: World) -> None:
    run("open-cycles", OPENING)
    moment = OPENING.replace(hour=8)
    run("send-letters", moment)
    shown = asked("artifacts", {"artifacts": {"type": {"any_": ["progress"]}}})
    assert any("Gửi thư: 52/52" in one["description"] for one in shown)
