"""A played clock: one for all processes of a house, standing until `serve` first starts, then as fast as it says."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.house_clock import clock_of, start_clock
from infra.settings import Settings, load_settings
from infra.toolbox import clock
from tasks.domain.calendar import ZONE

START = datetime(2025, 1, 20, 7, tzinfo=ZONE)


def house(folder: Path, sandbox: str) -> Settings:
    file = folder / "kiemtra.toml"
    file.write_text(
        f'[mail]\nsender_name = "Phòng Nội vụ"\nsender_address = "dancho@vinhlinh.example"\n[sandbox]\n{sandbox}\n'
    )
    return load_settings(file, {})


def test_it_stands_until_it_is_started_and_then_runs_as_fast_as_the_settings_say(tmp_path: Path) -> None:
    settings = house(tmp_path, "starts_at = 2025-01-20T07:00:00\nspeed = 3600")
    now = clock_of(settings)
    assert now() == START
    time.sleep(0.01)
    assert now() == START
    before = time.time()
    start_clock(settings)
    time.sleep(0.05)
    shown = now() - START
    assert timedelta(seconds=3600 * 0.05) <= shown <= timedelta(seconds=3600 * (time.time() - before))


def test_a_second_start_lets_it_run_on_and_every_process_reads_the_same(tmp_path: Path) -> None:
    settings = house(tmp_path, "starts_at = 2025-01-20T07:00:00\nspeed = 60")
    start_clock(settings)
    time.sleep(0.05)
    shown = clock_of(settings)()
    start_clock(settings)
    assert clock_of(load_settings(settings.file, {}))() >= shown > START


def test_another_clock_in_the_settings_begins_anew(tmp_path: Path) -> None:
    start_clock(house(tmp_path, "starts_at = 2025-01-20T07:00:00\nspeed = 60"))
    changed = house(tmp_path, "starts_at = 2025-03-03T09:00:00\nspeed = 60")
    assert clock_of(changed)() == datetime(2025, 3, 3, 9, tzinfo=ZONE)
    start_clock(changed)
    assert clock_of(changed)() < datetime(2025, 3, 3, 10, tzinfo=ZONE)


def test_the_commands_go_by_it_and_by_the_real_one_where_there_is_no_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEMTRA_SETTINGS", str(tmp_path / "kiemtra.toml"))
    assert abs(clock() - datetime.now(UTC)) < timedelta(minutes=1)
    house(tmp_path, "starts_at = 2025-01-20T07:00:00")
    assert clock() == START
