"""What the world outside can see of the clocks: systemd's watchdog, and the health page."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.health_page import Health, HealthPage
from infra.systemd import notify, ping_seconds


def test_systemd_is_told_over_its_socket_and_nobody_where_there_is_none(tmp_path: Path) -> None:
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(place)
        systemd.settimeout(5)
        notify("READY=1", {"NOTIFY_SOCKET": place})
        assert systemd.recv(100) == b"READY=1"
    notify("WATCHDOG=1", {"NOTIFY_SOCKET": place})  # it has gone: nothing to be done
    notify("WATCHDOG=1", {})


def test_a_listener_that_reads_no_more_holds_nobody_up(tmp_path: Path) -> None:
    """The kernel keeps some words for it; the watch of the clocks once stood for ever at the one after them."""
    place, kept = str(tmp_path / "notify"), int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(place)
        words = [(f"WATCHDOG={number}", {"NOTIFY_SOCKET": place}) for number in range(kept + 3)]
        speaker = threading.Thread(target=lambda: [notify(*one) for one in words], daemon=True)
        speaker.start()
        speaker.join(60)
        assert not speaker.is_alive()


def test_a_socket_without_a_file_is_found_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0kiemtra-test-notify")
        systemd.settimeout(5)
        notify("WATCHDOG=1", {"NOTIFY_SOCKET": "@kiemtra-test-notify"})
        assert systemd.recv(100) == b"WATCHDOG=1"


def test_a_ping_is_due_twice_in_the_time_that_systemd_allows() -> None:
    assert ping_seconds({"WATCHDOG_USEC": "180000000"}) == 90
    assert ping_seconds({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}) == 0
    assert ping_seconds({}) == 0


@pytest.fixture
def told() -> list[Health]:
    """What the page says is the last of these."""
    return [Health(True, "lịch tự chạy bình thường", {"Prefect": "trả lời"})]


@pytest.fixture
def page(told: list[Health]) -> Iterator[int]:
    with HealthPage(0, lambda: told[-1]) as opened:
        yield int(opened.url.rpartition(":")[2].partition("/")[0])


def seen(port: int, path: str = "/health", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_page_is_green_then_red_in_words_and_for_programs(page: int, told: list[Health]) -> None:
    assert seen(page) == (200, "lịch tự chạy bình thường\nPrefect: trả lời\n")
    told.append(Health(False, "máy chủ Prefect đã tự tắt (mã 1)"))
    code, text = seen(page, Accept="application/json")
    assert code == 503
    assert json.loads(text) == {"is_well": False, "words": "máy chủ Prefect đã tự tắt (mã 1)"}


def test_a_page_of_another_name_and_any_other_path_get_nothing(page: int) -> None:
    assert seen(page, Host=f"evil.example:{page}")[0] == 404
    assert seen(page, "/")[0] == 404
