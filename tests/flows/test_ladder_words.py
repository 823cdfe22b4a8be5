"""What `kiemtra ladder` and `kiemtra calendar` say of rungs: by whose calendar, and in which words."""

import pytest
from sqlalchemy import select

from flows.console.ladder import promise_words, show_cycle
from tasks.domain.ladder import Ladder, Policy
from tasks.records import Cycle
from tests.tasks.world import PLAN, World


def shown(world: World, capsys: pytest.CaptureFixture[str]) -> list[str]:
    with world.sessions() as session:
        show_cycle(session, session.scalars(select(Cycle)).one(), world.tools)
    return capsys.readouterr().out.splitlines()


def test_a_rung_is_shown_once_for_each_moment_with_the_kinds_of_unit_that_have_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.take_in_plan(PLAN.replace("[authority]\n", '[calendars]\nxa = "doanh-nghiep"\n\n[authority]\n', 1))
    world.open()
    said = [line for line in shown(world, capsys) if "truoc-5" in line]
    assert [("10/05/2025" in line, line.rsplit("[")[-1]) for line in said] == [
        (True, "Xã]"),
        (False, "Thị trấn, Cơ quan chuyên môn]"),
    ]
    assert "09/05/2025" in said[1]


def test_with_one_calendar_for_all_each_rung_is_one_line(begun: World, capsys: pytest.CaptureFixture[str]) -> None:
    said = [line for line in shown(begun, capsys) if "truoc-5" in line]
    assert len(said) == 1
    assert "[" not in said[0]


def test_a_promise_beyond_the_due_day_is_said_to_count_from_the_day_its_mail_came() -> None:
    """As `test_a_promise_expires_after_the_plans_days` has it: not from the due day."""
    words = promise_words(Ladder("mac-dinh", (), Policy(promise_days=5)))
    assert "hẹn một ngày sau hạn gửi thì nhiều nhất đến hết 5 ngày làm việc kể từ ngày nhận thư hẹn" in words
    assert "vẫn nhắc" in promise_words(Ladder("mac-dinh", (), Policy(promise_days=0)))
