"""Only one process at a time, and a killed one leaves nothing behind that would keep the next out."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from infra.folder_lock import alone
from infra.settings import PROJECT
from tasks.domain.errors import KiemtraError

HOLD = """
import sys, time
from pathlib import Path
from infra.folder_lock import alone
with alone(Path(sys.argv[1]), ""):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "x.lock")], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_one_is_refused_with_the_number_of_the_first(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    try:
        with (
            pytest.raises(KiemtraError, match=f"tiến trình {holder.pid} giữ"),
            alone(tmp_path / "x.lock", "tiến trình {pid} giữ"),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_holds_nothing(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with alone(tmp_path / "x.lock", "still held"):
        pass


def test_who_is_patient_gets_it_when_the_first_has_ended(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    threading.Timer(0.5, holder.kill).start()
    with alone(tmp_path / "x.lock", "still held", patience=30):
        pass
    holder.wait()
