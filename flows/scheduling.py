"""Open what is due, and give every selected unit its checklist."""

from datetime import datetime

from prefect import flow

from flows.reporting import moment_of, named, publish, tell_administrator
from infra.toolbox import open_toolbox
from tasks.scheduling import fill_rosters, lock_past_cycles, open_due_rounds


@flow(name="open-cycles", flow_run_name=named("Mở đợt"), on_failure=[tell_administrator])
def open_cycles(as_of: datetime | None = None) -> str:
    """Mở các đợt đến ngày, giao phiếu cho từng đơn vị, khóa sổ các đợt đã qua ngày khóa.

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    moment = moment_of(as_of)
    with open_toolbox(as_of=moment) as tools:
        report = open_due_rounds(tools, moment)
        report += fill_rosters(tools, moment)
        report += lock_past_cycles(tools, moment)
    return publish("Mở đợt", report)
