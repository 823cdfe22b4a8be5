"""Whether a clock ticks is decided from what its runs did, and the root is told before what follows from it."""

from datetime import UTC, datetime, timedelta

import pytest

from tasks.domain.ticking import LONGEST_WORK, Clock, Facts, Run, Trouble, counted_from, judge

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
GRACE = timedelta(minutes=10)
DUE = NOW - timedelta(minutes=12)
EARLIER = DUE - timedelta(minutes=5)


def clock(*runs: Run, due_at: datetime | None = DUE, paused: bool = False) -> Clock:
    return Clock("send-letters", due_at, runs, paused)


def verdict_of(one: Clock) -> Trouble | None:
    return judge(Facts(NOW, [one]), GRACE).trouble


def test_a_planned_moment_without_a_run_is_late_and_named() -> None:
    verdict = judge(Facts(NOW, [clock(), Clock("watch", None)]), GRACE)
    assert verdict.trouble is Trouble.LATE
    assert verdict.late == ("send-letters",)
    assert "send-letters" in verdict.words
    assert "07:48 30/11/2026" in verdict.words


@pytest.mark.parametrize(
    "run",
    [
        Run(DUE, DUE + timedelta(seconds=3), DUE + timedelta(seconds=9)),
        Run(DUE, DUE + timedelta(minutes=11)),
        Run(EARLIER, EARLIER + timedelta(seconds=2)),  # the run before is still at work
        Run(EARLIER, DUE + timedelta(minutes=1), DUE + timedelta(minutes=2)),  # late itself, and did the work of both
    ],
)
def test_a_run_that_began_or_is_still_at_work_is_in_time(run: Run) -> None:
    assert verdict_of(clock(run)) is None


@pytest.mark.parametrize(
    "run",
    [
        Run(DUE, None),
        Run(EARLIER, EARLIER + timedelta(seconds=2), EARLIER + timedelta(seconds=4)),
        Run(EARLIER, NOW - LONGEST_WORK - timedelta(minutes=1)),  # hangs
    ],
)
def test_a_run_that_never_began_is_over_or_hangs_excuses_nothing(run: Run) -> None:
    assert verdict_of(clock(run)) is Trouble.LATE


def test_a_clock_that_a_person_paused_or_that_was_not_due_is_not_late() -> None:
    assert verdict_of(clock(paused=True)) is None
    assert verdict_of(clock(due_at=None)) is None


def test_the_root_is_told_before_what_follows_from_it() -> None:
    silent = NOW - timedelta(minutes=11)
    everything = Facts(NOW, [clock()], silent, server_code=1, runner_words="connection refused")
    assert judge(everything, GRACE).trouble is Trouble.SERVER_ENDED
    assert judge(Facts(NOW, [clock()], silent, None, "refused"), GRACE).trouble is Trouble.NO_ANSWER
    assert judge(Facts(NOW, [clock()], None, None, "refused"), GRACE).trouble is Trouble.RUNNER_ENDED


def test_a_short_silence_is_waited_out_and_judges_no_clock_by_what_is_not_known() -> None:
    assert judge(Facts(NOW, [clock()], NOW - timedelta(minutes=2)), GRACE).is_well
    assert judge(Facts(NOW, [], NOW - timedelta(minutes=11)), GRACE).trouble is Trouble.NO_ANSWER


def test_moments_count_anew_after_the_machine_slept_or_its_clock_was_set() -> None:
    since = NOW - timedelta(days=2)
    minute = timedelta(minutes=1)
    assert counted_from(since, NOW, NOW - minute, GRACE) == since
    assert counted_from(since, NOW, NOW + minute, GRACE) == since
    assert counted_from(since, NOW, NOW - timedelta(hours=8), GRACE) == NOW
    assert counted_from(since, NOW, NOW + timedelta(days=1), GRACE) == NOW
