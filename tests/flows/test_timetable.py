"""The timetable is read as a person reads it: every flow has its clock, in the house's zone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from prefect.client.schemas.schedules import IntervalSchedule
from prefect.events.schemas.automations import EventTrigger, Posture

from flows.commands import FLOWS
from flows.heartbeats import dead_runs
from flows.timetable import BY_NAME, CLOCKS, timetable
from tasks.domain.rehearsal import CLIMBING_MINUTES, OPENING_CLOCK, SENDING_EVERY


def test_every_flow_that_can_be_run_by_hand_has_its_clock() -> None:
    assert set(BY_NAME) == set(FLOWS)


def test_the_clocks_tick_in_the_house_s_zone_and_are_on() -> None:
    for deployment in timetable():
        (schedule,) = deployment.schedules
        assert ZoneInfo(schedule.schedule.timezone).key == "Asia/Ho_Chi_Minh"
        assert schedule.active is not False


def test_where_a_house_is_played_the_flows_run_in_turn_every_few_seconds() -> None:
    deployments = timetable(every_seconds=30)
    schedules = [deployment.schedules[0].schedule for deployment in deployments]
    assert all(isinstance(one, IntervalSchedule) and one.interval == timedelta(seconds=30) for one in schedules)
    assert [one.anchor_date.second for one in schedules] == [0, 5, 10, 15, 20, 25]
    assert all("30 giây" in (deployment.description or "") for deployment in deployments)


def test_no_deployment_has_a_concurrency_limit() -> None:
    """After a power loss a dead run would keep its slot, and the verb would never run again."""
    assert [one.name for one in timetable() if one.concurrency_limit is not None] == []


def test_the_form_of_a_flow_explains_its_parameters_in_vietnamese() -> None:
    for clock in CLOCKS:
        assert clock.flow.description
        assert "Args" not in clock.flow.description
        for parameter in clock.flow.parameters.properties.values():
            assert parameter["description"]
        assert not clock.flow.parameters.required


def test_a_rehearsal_goes_by_the_same_clocks() -> None:
    cron = {clock.flow.name: clock.cron for clock in CLOCKS}
    assert cron["open-cycles"] == f"{OPENING_CLOCK.minute} {OPENING_CLOCK.hour}-16 * * *"
    assert cron["escalate-overdue"] == f"{','.join(map(str, CLIMBING_MINUTES))} * * * *"
    assert cron["send-letters"] == f"*/{SENDING_EVERY} * * * *"


def test_the_one_automation_names_whose_silence_it_means_and_every_end_of_a_run_quiets_it() -> None:
    """T72: an empty trigger would match everything; one that its own action sets off again would never rest."""
    trigger = dead_runs().trigger
    assert isinstance(trigger, EventTrigger)
    assert trigger.posture is Posture.Proactive
    assert trigger.match.root == {"prefect.resource.id": ["prefect.flow-run.*"]}
    assert trigger.after == {"prefect.flow-run.heartbeat"}  # a run that never gave a sign is not judged
    ends = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}
    assert ends <= trigger.expect
