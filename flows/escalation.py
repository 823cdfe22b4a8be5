"""Let whatever is silent climb the ladder."""

from datetime import datetime

from prefect import flow

from flows.reporting import moment_of, named, publish, tell_administrator
from infra.toolbox import open_toolbox
from tasks.escalation import climb_overdue


@flow(name="escalate-overdue", flow_run_name=named("Nhắc và báo cấp trên"), on_failure=[tell_administrator])
def escalate_overdue(as_of: datetime | None = None) -> str:
    """Viết thư nhắc và thư báo cấp trên cho các phiếu, kiến nghị đã đến bậc nhắc.

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    moment = moment_of(as_of)
    with open_toolbox(as_of=moment) as tools:
        report = climb_overdue(tools, moment)
    return publish("Nhắc và báo cấp trên", report)
