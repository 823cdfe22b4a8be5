"""Compile the results of a year."""

from datetime import datetime
from typing import Any

from prefect import State, flow

from flows.reporting import named, tell_administrator, told
from infra.toolbox import open_toolbox
from tasks.year_end.editions import compile_results


@flow(
    name="compile-year",
    flow_run_name=named("Tổng hợp năm"),
    description="Lập bảng tổng hợp (Excel) và dự thảo báo cáo (Word) của năm.",
    on_failure=[tell_administrator],
)
def compile_year(year: int | None = None, as_of: datetime | None = None) -> State[Any]:
    """What Prefect's form says of the parameters:

    Args:
        year: Năm kế hoạch; để trống là năm của as_of.
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    with told("Tổng hợp năm", as_of) as run, open_toolbox(as_of=run.moment) as tools:
        run.add(compile_results(tools, year or run.moment.year, run.moment))
    return run.state
