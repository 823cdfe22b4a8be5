"""Send what is owed and may leave now."""

from datetime import datetime
from typing import Any

from prefect import State, flow

from flows.reporting import named, tell_administrator, told
from infra.toolbox import open_toolbox
from tasks.mailing.sending import send_letters as send


@flow(
    name="send-letters",
    flow_run_name=named("Gửi thư"),
    description="Gửi các thư đang chờ, trong giờ gửi thư và trong hạn mức.",
    on_failure=[tell_administrator],
)
async def send_letters(as_of: datetime | None = None) -> State[Any]:
    """What Prefect's form says of the parameters:

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    with told("Gửi thư", as_of) as run, open_toolbox(as_of=run.moment) as tools:
        run.add(await send(tools, run.moment))
    return run.state
