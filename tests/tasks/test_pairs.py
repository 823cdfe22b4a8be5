"""Any two verbs at once (T69): nobody is asked, chased or filed twice, and all ends where one after the other ends."""

from collections import Counter
from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest
from sqlalchemy import select

from tasks.domain.assignment import AssignmentState
from tasks.records import Assignment, Cycle, Round
from tasks.report import Report
from tasks.year_end.editions import compile_results
from tests.tasks.world import World, at_once, moment

NOW = "2025-10-01 08:00"  # one round opens, another is overdue, answers wait, a finding is late
LATER = ("2025-10-01 08:30", "2025-10-02 08:00", "2025-10-03 08:00")
Verb = Callable[[World], Report]
VERBS: dict[str, Verb] = {
    "open": lambda world: world.open(NOW),
    "lock": lambda world: world.lock(NOW),
    "climb": lambda world: world.climb(NOW),
    "send": lambda world: world.send(NOW),
    "collect": lambda world: world.collect(NOW),
    "compile": lambda world: compile_results.fn(world.tools, 2025, moment(NOW)),
}


def settle(world: World) -> None:
    """The runs of the following days, one after the other."""
    for when in LATER:
        world.open(when)
        world.collect(when)
        world.climb(when)
        world.send(when)
        world.lock(when)


def answers_wait(world: World) -> None:
    world.mail("xa-vinh-o", "2025-09-30 15:00", world.filled("xa-vinh-o"))
    world.mail("xa-vinh-ha", "2025-09-30 16:00", world.filled("xa-vinh-ha", {"DX01": "Có"}))


def states(world: World) -> Counter[tuple[str, AssignmentState]]:
    with world.sessions() as session:
        kiem_tra = session.scalars(select(Assignment).join(Cycle).join(Round).where(Round.code == "kiem-tra"))
        return Counter((one.unit.code, one.state) for one in kiem_tra)


@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(VERBS, 2)), ids=lambda name: str(name))
def test_any_two_verbs_at_once_ask_chase_and_file_nobody_twice(begun: World, first: str, second: str) -> None:
    answers_wait(begun)
    if "send" in (first, second):
        begun.climb("2025-05-19 07:45")  # letters that wait to leave while the other verb works
    todo = [first, second]
    reports = at_once(2, lambda: VERBS[todo.pop()](begun))
    assert [failure for report in reports for failure in report.failures] == []
    settle(begun)
    expected = {("xa-vinh-o", AssignmentState.ANSWERED): 1, ("xa-vinh-ha", AssignmentState.CLOSED): 1}
    found = states(begun)
    assert {key: found[key] for key in expected} == expected
    assert len(begun.replies("xa-vinh-o")) == len(begun.replies("xa-vinh-ha")) == 1
    keys = Counter(letter.key for letter in begun.letters())
    assert [key for key, count in keys.items() if count > 1] == []
    assert begun.outbox.doubled == []
    before = begun.rows()
    begun.open(LATER[-1])
    begun.collect(LATER[-1])
    begun.climb(LATER[-1])
    begun.send(LATER[-1])
    assert begun.rows() == before
