"""`kiemtra door`: only the door for incoming mail, where it runs beside the clock (a service of its own)."""

import argparse
import signal
import threading
from contextlib import ExitStack

from infra.door import open_door
from infra.settings import load_settings
from infra.toolbox import clock
from tasks.domain.errors import KiemtraError


def keep_door(args: argparse.Namespace) -> None:
    settings = load_settings()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with ExitStack() as stack:
        where = open_door(stack, settings, clock)
        if not where:
            raise KiemtraError('Cấu hình không có cửa nhận thư. Hãy đặt kind = "door" trong [mail.in].')
        print(f"Cửa nhận thư: {where}, cho {settings.house.reply_address}. Ctrl-C để dừng.", flush=True)
        stopped.wait()
    print("Đã đóng cửa nhận thư.")
