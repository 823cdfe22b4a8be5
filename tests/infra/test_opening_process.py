"""The worker that opens strangers' files: whatever becomes of it, the next file is read and no process is left over."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.opening.book import Book
from infra.opening.process import Limits, Workers
from infra.opening.refusals import Refused
from tests.infra.test_opening import in_sheet
from tests.infra.test_workbook import BOOKS, CODE, FORM

DATA = BOOKS.build(FORM)
A_WHILE = 20_000  # milliseconds that a broken promise may take to show; a kept one shows at once


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(Limits(wall_seconds=20))
    yield made
    made.close()


def case(book: Book) -> str:
    return book.keywords.partition("|")[0]


def idle_pid(workers: Workers) -> int:
    (pid,) = workers.worker_pids()
    return pid


def ends(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    try:
        return bool(poll.poll(A_WHILE))
    finally:
        os.close(pidfd)


def is_there(pid: int) -> bool:
    """Zombies count: nobody has waited for them."""
    return Path(f"/proc/{pid}").exists()


def script(body: str) -> list[str]:
    start = (
        "import os, signal, sys, threading\n"
        "from infra.opening.process import Limits, Workers\n"
        "workers, data = Workers(), sys.stdin.buffer.read()\n"
    )
    return [sys.executable, "-c", start + body]


def test_one_worker_stays_warm_between_files(workers: Workers) -> None:
    assert case(workers.open(DATA)) == CODE
    first = idle_pid(workers)
    assert case(workers.open(DATA)) == CODE
    assert idle_pid(workers) == first


def test_a_worker_is_replaced_after_its_share_of_files() -> None:
    workers = Workers(Limits(files_per_worker=2))
    workers.open(DATA)
    first = idle_pid(workers)
    workers.open(DATA)
    assert not is_there(first)
    workers.open(DATA)
    workers.close()


def test_a_worker_that_gives_no_answer_is_ended_and_the_next_file_is_read() -> None:
    workers = Workers(Limits(wall_seconds=0.2))
    workers.open(DATA)
    stalled = idle_pid(workers)
    os.kill(stalled, signal.SIGSTOP)
    with pytest.raises(Refused, match="stalled"):
        workers.open(DATA)
    assert not is_there(stalled)
    workers.limits = Limits()
    assert case(workers.open(DATA)) == CODE
    workers.close()


def test_a_worker_that_died_between_two_files_is_not_missed(workers: Workers) -> None:
    workers.open(DATA)
    dead = idle_pid(workers)
    watched = os.pidfd_open(dead)
    os.kill(dead, signal.SIGKILL)
    assert ends(watched)
    assert case(workers.open(DATA)) == CODE
    assert not is_there(dead)


def test_a_file_that_needs_more_memory_than_allowed_ends_with_its_sentence() -> None:
    """100,000 tags of long names pass the guard; what they grow into does not fit."""
    workers = Workers(Limits(memory_mib=40))
    hungry = in_sheet(b"<x>" + b"".join(b"<y%d>%b</y%d>" % (n, b"z" * 150, n) for n in range(45_000)) + b"</x>")
    with pytest.raises(Refused, match="stalled"):
        workers.open(hungry)
    assert case(workers.open(DATA)) == CODE
    workers.close()


def test_a_worker_may_use_little_and_write_nothing(workers: Workers) -> None:
    workers.open(DATA)
    lines = Path(f"/proc/{idle_pid(workers)}/limits").read_text(encoding="ascii").splitlines()
    limits = {line[:26].strip(): line[26:].split()[0] for line in lines[1:]}
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert int(limits["Max address space"]) == 512 << 20
    assert int(limits["Max open files"]) <= 32
    assert int(limits["Max cpu time"]) <= 20


def test_a_worker_that_calculates_without_end_is_ended_by_the_system() -> None:
    endless = "from infra.opening.worker import _allow\n_allow(0)\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", endless], check=False)
    assert ended.returncode == -signal.SIGXCPU


def test_a_worker_knows_nothing_of_our_environment(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "bí mật")
    workers.open(DATA)
    environment = Path(f"/proc/{idle_pid(workers)}/environ").read_bytes()
    assert b"DATABASE_PASSWORD" not in environment


def test_many_threads_are_served_and_few_workers_are_kept(workers: Workers) -> None:
    with ThreadPoolExecutor(8) as threads:
        books = list(threads.map(workers.open, [DATA] * 24))
    assert {case(book) for book in books} == {CODE}
    assert len(workers.worker_pids()) <= workers.limits.idle_workers


def test_closing_leaves_no_process_and_no_zombie(workers: Workers) -> None:
    workers.open(DATA)
    pid = idle_pid(workers)
    workers.close()
    assert not is_there(pid)


def test_a_forked_child_has_workers_of_its_own() -> None:
    """What Prefect or a test runner forks must not speak into our pipes."""
    body = (
        "workers.open(data)\n"
        "mine = workers.worker_pids()[0]\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    workers.open(data)\n"
        "    os._exit(7 if workers.worker_pids()[0] != mine else 8)\n"
        "status = os.waitpid(child, 0)[1]\n"
        "workers.open(data)\n"
        "print(os.waitstatus_to_exitcode(status), workers.worker_pids()[0] == mine)\n"
    )
    done = subprocess.run(script(body), input=DATA, capture_output=True, check=True)
    assert done.stdout.split() == [b"7", b"True"], done.stderr


def test_a_worker_started_by_a_thread_outlives_the_thread() -> None:
    body = (
        "thread = threading.Thread(target=workers.open, args=(data,))\n"
        "thread.start(); thread.join()\n"
        "first = workers.worker_pids()[0]\n"
        "workers.open(data)\n"
        "print(workers.worker_pids()[0] == first)\n"
    )
    done = subprocess.run(script(body), input=DATA, capture_output=True, check=True)
    assert done.stdout.split() == [b"True"], done.stderr


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_a_parent_that_is_killed(end: signal.Signals) -> None:
    body = "workers.open(data)\nprint(workers.worker_pids()[0], flush=True)\nsignal.pause()\n"
    parent = subprocess.Popen(script(body), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write(DATA)
    parent.stdin.close()
    watched = os.pidfd_open(int(parent.stdout.readline()))
    os.kill(parent.pid, end)
    parent.wait()
    parent.stdout.close()
    assert ends(watched)


def test_a_program_that_ends_takes_its_workers_along() -> None:
    body = "workers.open(data)\nprint(workers.worker_pids()[0], flush=True)\n"
    done = subprocess.run(script(body), input=DATA, capture_output=True, check=True)
    assert not is_there(int(done.stdout))
