"""Take in what came, and file it."""

from datetime import datetime
from typing import Any

from prefect import State, flow

from flows.reporting import named, tell_administrator, told
from infra.toolbox import open_toolbox
from tasks.collection.filing import fetch_replies, file_replies, put_away


@flow(
    name="collect-replies",
    flow_run_name=named("Nhận thư"),
    description="Nhận thư về, lưu nguyên văn, rồi ghi nhận câu trả lời của từng đơn vị.",
    on_failure=[tell_administrator],
)
def collect_replies(as_of: datetime | None = None) -> State[Any]:
    """What Prefect's form says of the parameters:

    Args:
        as_of: Chỉ để đặt tên lượt chạy; thư được tính theo giờ nhận của hộp thư.
    """
    with told("Nhận thư", as_of) as run, open_toolbox(as_of=run.moment) as tools:
        run.add(fetch_replies(tools))
        run.add(file_replies(tools))
        run.add(put_away(tools))
    return run.state
