"""Open what is due, and give every selected unit its checklist."""

from datetime import datetime
from typing import Any

from prefect import State, flow

from flows.reporting import named, tell_administrator, told
from infra.toolbox import open_toolbox
from tasks.scheduling import fill_rosters, lock_past_cycles, open_due_rounds


@flow(
    name="open-cycles",
    flow_run_name=named("Mở đợt"),
    description="Mở các đợt đến ngày, giao phiếu cho từng đơn vị, khóa sổ các đợt đã qua ngày khóa.",
    on_failure=[tell_administrator],
)
def open_cycles(as_of: datetime | None = None) -> State[Any]:
    """What Prefect's form says of the parameters:

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    with told("Mở đợt", as_of) as run, open_toolbox(as_of=run.moment) as tools:
        run.add(open_due_rounds(tools, run.moment))
        run.add(fill_rosters(tools, run.moment))
        run.add(lock_past_cycles(tools, run.moment))
    return run.state
