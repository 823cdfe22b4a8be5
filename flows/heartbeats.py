"""Runs that a power loss left behind: without a heartbeat for a while they are Crashed, not Running for ever."""

from datetime import timedelta
from typing import Any

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

NAME = "kiemtra: lượt chạy mất nhịp"
SILENCE = timedelta(seconds=90)


def end_dead_runs() -> None:
    """Write the automation once; a second start finds it there."""
    if not _is_there():
        automation: Any = dead_runs()  # typed as a coroutine; outside an event loop it is none
        automation.create()


def dead_runs() -> Automation:
    return Automation(
        name=NAME,
        description="Lượt chạy có nhịp rồi im lặng 90 giây (mất điện, bị giết) được coi là đã hỏng.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={
                "prefect.flow-run.heartbeat",
                "prefect.flow-run.Completed",
                "prefect.flow-run.Failed",
                "prefect.flow-run.Cancelled",
                "prefect.flow-run.Crashed",
            },
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED, name="Crashed", message="Mất nhịp: tiến trình đã chết.", force=False
            )
        ],
    )


def _is_there() -> bool:
    automations: Any = Automation
    try:
        automations.read(name=NAME)
    except ValueError:
        return False
    return True
