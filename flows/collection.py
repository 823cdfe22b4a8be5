"""Take in what came, and file it."""

from datetime import datetime

from prefect import flow

from flows.reporting import moment_of, named, publish, tell_administrator
from infra.toolbox import open_toolbox
from tasks.collection.filing import fetch_replies, file_replies, put_away


@flow(name="collect-replies", flow_run_name=named("Nhận thư"), on_failure=[tell_administrator])
def collect_replies(as_of: datetime | None = None) -> str:
    """Nhận thư về, lưu nguyên văn, rồi ghi nhận câu trả lời của từng đơn vị.

    Args:
        as_of: Chỉ để đặt tên lượt chạy; thư được tính theo giờ nhận của hộp thư.
    """
    with open_toolbox(as_of=moment_of(as_of)) as tools:
        report = fetch_replies(tools)
        report += file_replies(tools)
        report += put_away(tools)
    return publish("Nhận thư", report)
