"""Let whatever is silent climb the ladder."""

from datetime import datetime
from typing import Any

from prefect import State, flow

from flows.reporting import named, tell_administrator, told
from infra.toolbox import open_toolbox
from tasks.approval import settle_unread
from tasks.escalation import climb_overdue


@flow(
    name="escalate-overdue",
    flow_run_name=named("Nhắc và báo cấp trên"),
    description="Viết thư nhắc và thư báo cấp trên cho các phiếu, kiến nghị đã đến bước đôn đốc.",
    on_failure=[tell_administrator],
)
def escalate_overdue(as_of: datetime | None = None) -> State[Any]:
    """What Prefect's form says of the parameters:

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    with told("Nhắc và báo cấp trên", as_of) as run, open_toolbox(as_of=run.moment) as tools:
        run.add(settle_unread(tools, run.moment))
        run.add(climb_overdue(tools, run.moment))
    return run.state
