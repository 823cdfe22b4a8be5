"""Send what is owed and may leave now."""

from datetime import datetime

from prefect import flow

from flows.reporting import moment_of, named, publish, tell_administrator
from infra.toolbox import open_toolbox
from tasks.mailing.sending import send_letters as send


@flow(name="send-letters", flow_run_name=named("Gửi thư"), on_failure=[tell_administrator])
async def send_letters(as_of: datetime | None = None) -> str:
    """Gửi các thư đang chờ, trong giờ gửi thư và trong hạn mức.

    Args:
        as_of: Thời điểm quyết định; để trống là bây giờ.
    """
    moment = moment_of(as_of)
    with open_toolbox(as_of=moment) as tools:
        report = await send(tools, moment)
    return publish("Gửi thư", report)
