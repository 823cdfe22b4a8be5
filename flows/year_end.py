"""Compile the results of a year."""

from datetime import datetime

from prefect import flow

from flows.reporting import moment_of, named, publish, tell_administrator
from infra.toolbox import open_toolbox
from tasks.year_end import compile_results


@flow(name="compile-year", flow_run_name=named("Tổng hợp năm"), on_failure=[tell_administrator])
def compile_year(year: int | None = None, as_of: datetime | None = None) -> str:
    """Lập bảng tổng hợp (Excel) và dự thảo báo cáo (Word) của năm.

    Args:
        year: Năm kế hoạch; để trống là năm của as_of.
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    moment = moment_of(as_of)
    with open_toolbox(as_of=moment) as tools:
        report = compile_results(tools, year or moment.year, moment)
    return publish("Tổng hợp năm", report)
