"""Our own Prefect server as a process: `python -m infra.prefect_app PORT PARENT`; it ends when its parent does."""

import os
import sys
import threading
import time

from infra.prefect_guard import Guarded
from infra.receiver import HOST

PARTING_SECONDS = 3
"""For connections that are still open when it is told to stop."""


def end_with(parent: int) -> None:
    """Whoever started us was killed: nobody would stop us, and the next start needs our port and our database."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def serve(port: int) -> None:
    import uvicorn
    from prefect.server.api.server import create_app

    uvicorn.run(
        Guarded(create_app(final=True), port),
        host=HOST,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=PARTING_SECONDS,
    )


if __name__ == "__main__":
    threading.Thread(target=end_with, args=(int(sys.argv[2]),), daemon=True).start()
    serve(int(sys.argv[1]))
