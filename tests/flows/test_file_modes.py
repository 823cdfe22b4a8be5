"""The files of the house are its user's alone, whatever the umask of whoever types the commands."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.__main__ import main
from tests.flows.conftest import PLAN, REGISTER, House


@pytest.fixture(params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def careless(request: pytest.FixtureRequest) -> Iterator[int]:
    mask: int = request.param
    before = os.umask(mask)
    yield mask
    assert os.umask(before) == mask, "a command leaves the umask of its caller alone"


def open_to_others(folder: Path) -> list[str]:
    found = [folder, *folder.rglob("*")]
    return [f"{oct(path.stat().st_mode)} {path}" for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_what_commands_write_nobody_else_can_read(
    tmp_path: Path, careless: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(("init",)) == 0
    assert main(("units", "import", str(REGISTER), "--yes")) == 0
    assert main(("plan", "import", str(PLAN))) == 0
    assert open_to_others(tmp_path / "du-lieu") == []
    with sqlite3.connect("du-lieu/kiemtra.db") as other:  # a second program beside it, as careless as we were
        other.execute("update unit set name = name")
        other.commit()
        assert len(list((tmp_path / "du-lieu").glob("kiemtra.db-*"))) == 2
        assert open_to_others(tmp_path / "du-lieu") == []
    other.close()
    assert main(("check", "--offline")) == 0
    assert "✓ quyền tệp" in capsys.readouterr().out


def test_check_names_what_is_open_and_init_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(("init",)) == 0
    folder = tmp_path / "du-lieu"
    folder.chmod(0o755)
    (folder / "kiemtra.db").chmod(0o644)
    (folder / "thu").mkdir(mode=0o750)
    capsys.readouterr()
    assert main(("check", "--offline")) == 1
    said = capsys.readouterr().out
    assert f"✗ quyền tệp: người khác trên máy này vào được {folder} và 2 tệp, thư mục khác" in said
    assert f"chmod -R go= {folder}" in said
    assert main(("init",)) == 0
    assert "Đã đóng lại 3 tệp, thư mục" in capsys.readouterr().out
    assert open_to_others(folder) == []


@pytest.mark.prefect
def test_letters_that_a_flow_writes_nobody_else_can_read(house: House) -> None:
    before = os.umask(0)
    try:
        house.settle()
        tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%d/%m/%Y} 10:00"
        house.run("open", "dot-xuat", "--units", "xa-vinh-o", "--due", tomorrow, "--title", "Báo cáo nhanh")
        house.run("run", "send-letters")
    finally:
        os.umask(before)
    assert list((house.folder / "du-lieu" / "thu").rglob("new/*"))
    assert open_to_others(house.folder / "du-lieu") == []
    assert list((house.folder / "home").iterdir()) == [], "nor is anything left in the user's home"
