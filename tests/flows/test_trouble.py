"""A bad day of the disk or the database is said in a sentence that tells what to do, by every command alike."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.__main__ import main
from tests.flows.conftest import House
from tests.servers import PostgresCluster

COMMANDS = [("check", "--offline"), ("status",), ("serve",), ("init",)]
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
PLAIN_ROOT = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
"""root without its powers: it must keep to the modes of files like anybody else."""


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("settled")
    made = House(folder)
    made.apart = True  # its database is copied: no connection may be open, and no page still in its log
    made.settle()
    return folder


@pytest.fixture
def house(settled: Path, tmp_path: Path) -> Iterator[House]:
    """A settled house of one's own, to be damaged."""
    folder = tmp_path / "nha"
    shutil.copytree(settled, folder, ignore=shutil.ignore_patterns("home"))
    made = House(folder)
    yield made
    made.stop()


def database(house: House) -> Path:
    return house.folder / "du-lieu" / "kiemtra.db"


class Teller:
    """`kiemtra` in this process, which has imported everything long ago; an error it does not catch fails the test."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, house: House, *command: str, expect: int = 1) -> str:
        """What is said; a bad thing in a line or two."""
        self._monkeypatch.chdir(house.folder)
        for name in ("KIEMTRA_DATABASE", "KIEMTRA_SETTINGS"):
            self._monkeypatch.delenv(name, raising=False)
        if address := house.environment.get("KIEMTRA_DATABASE"):
            self._monkeypatch.setenv("KIEMTRA_DATABASE", address)
        self._capsys.readouterr()
        code = main(command)
        out, err = self._capsys.readouterr()
        assert code == expect, out + err
        if command[0] != "check" and expect:
            assert len((out + err).strip().splitlines()) <= 3, out + err
        return out + err


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    before = dict(os.environ)
    yield Teller(capsys, monkeypatch)
    os.environ.clear()  # `serve` says in the environment what its children must know
    os.environ.update(before)


def elsewhere(house: House, prefix: list[str], *command: str) -> tuple[int, str]:
    """The same in a process of its own, in front of which stands what it may not do."""
    done = subprocess.run(
        [*prefix, *house.command(*command)],
        cwd=house.folder,
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def overwrite(file: Path, at: int, count: int) -> None:
    for rest in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        rest.unlink(missing_ok=True)
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(b"\xa5" * count)


@each_command
def test_a_file_whose_head_is_destroyed_is_to_be_restored(house: House, command: tuple[str, ...], says: Teller) -> None:
    overwrite(database(house), 0, 200)
    said = says(house, *command)
    assert "bị hỏng" in said
    assert "kiemtra restore" in said


@each_command
def test_a_page_destroyed_in_the_middle_is_to_be_restored(house: House, command: tuple[str, ...], says: Teller) -> None:
    file = database(house)
    overwrite(file, 4096, file.stat().st_size - 4096)
    said = says(house, *command)
    assert "kiemtra restore" in said


def test_check_looks_through_the_file_even_where_nobody_reads(house: House, says: Teller) -> None:
    with sqlite3.connect(database(house)) as opened:
        (root,) = opened.execute("select rootpage from sqlite_master where name = 'incoming'").fetchone()
    overwrite(database(house), (root - 1) * 4096, 4096)
    assert "bị hỏng" in says(house, "check", "--offline")


def test_check_finds_rows_that_point_nowhere(house: House, says: Teller) -> None:
    assert "tệp lành lặn" in says(house, "check", "--offline", expect=0)
    with sqlite3.connect(database(house)) as opened:
        opened.execute("delete from unit where id in (select unit_id from contact limit 1)")
    opened.close()
    assert "dòng trỏ tới dòng không còn (bảng contact)" in says(house, "check", "--offline")


@each_command
def test_an_empty_file_is_not_taken_for_a_new_house(house: House, command: tuple[str, ...], says: Teller) -> None:
    overwrite(database(house), 0, 0)
    database(house).write_bytes(b"")
    said = says(house, *command)
    assert "rỗng (0 byte)" in said
    assert database(house).stat().st_size == 0


@each_command
def test_a_folder_in_the_place_of_the_file_is_named(house: House, command: tuple[str, ...], says: Teller) -> None:
    overwrite(database(house), 0, 0)
    database(house).unlink()
    database(house).mkdir()
    assert f"{database(house)}, là một thư mục" in says(house, *command)


@pytest.mark.parametrize("command", COMMANDS[:3], ids=lambda words: words[0])
def test_without_a_database_only_init_makes_one(house: House, command: tuple[str, ...], says: Teller) -> None:
    database(house).unlink()
    assert "kiemtra init" in says(house, *command)
    assert not database(house).exists()


@each_command
def test_a_database_of_a_newer_program_is_left_alone(house: House, command: tuple[str, ...], says: Teller) -> None:
    with sqlite3.connect(database(house)) as opened:
        opened.execute("update alembic_version set version_num = '9999'")
    opened.close()
    said = says(house, *command)
    assert "phiên bản 9999" in said
    assert "nâng cấp chương trình" in said


@pytest.mark.parametrize(
    ("command", "table"), [(COMMANDS[0], "letter"), (COMMANDS[1], "letter"), (COMMANDS[2], "seal_key")]
)
def test_a_table_that_is_missing_is_said(house: House, command: tuple[str, ...], table: str, says: Teller) -> None:
    with sqlite3.connect(database(house)) as opened:
        opened.execute(f"drop table {table}")
    opened.close()
    assert "thiếu bảng" in says(house, *command)


# --- files that may not be written ---------------------------------------------------------------------------------


@pytest.fixture
def unprivileged() -> list[str]:
    """In front of a command, what takes root's powers over files away; nothing where we have none."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root viết được mọi tệp, và không có setpriv để bỏ quyền ấy")
    return PLAIN_ROOT


def test_a_file_that_may_only_be_read_is_said(house: House, unprivileged: list[str]) -> None:
    database(house).chmod(0o400)
    code, said = elsewhere(house, unprivileged, "status")
    assert code == 1
    assert "chỉ cho đọc" in said
    assert "chown" in said


@pytest.fixture
def closed_folder(house: House) -> Iterator[Path]:
    folder = house.folder / "du-lieu"
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


def test_a_folder_that_may_only_be_read_is_said(house: House, unprivileged: list[str], closed_folder: Path) -> None:
    code, said = elsewhere(house, unprivileged, "check", "--offline")
    assert code == 1
    assert "chown" in said


def test_init_where_nothing_may_be_written_says_so(tmp_path: Path, unprivileged: list[str]) -> None:
    house = House(tmp_path)
    place = tmp_path / "dong"
    place.mkdir(mode=0o500)
    code, said = elsewhere(house, unprivileged, "init", "--folder", str(place))
    assert code == 1
    assert "không đủ quyền" in said


# --- a full disk ---------------------------------------------------------------------------------------------------

FULL = """
mount -t tmpfs -o size=6m none du-lieu && cp -a kept/. du-lieu/ &&
(dd if=/dev/zero of=du-lieu/day bs=4k 2>/dev/null || true) && exec "$@"
"""


@pytest.mark.parametrize("command", COMMANDS[:2], ids=lambda words: words[0])
def test_a_full_disk_is_said(house: House, command: tuple[str, ...]) -> None:
    """On a disk of its own, in a mount namespace of its own: it is gone with the command."""
    if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode:
        pytest.skip("không gắn được ổ đĩa riêng ở đây")
    shutil.copytree(house.folder / "du-lieu", house.folder / "kept")
    code, said = elsewhere(house, ["unshare", "-m", "sh", "-c", FULL, "sh"], *command)
    assert code == 1
    assert "chỗ trống" in said


def test_a_file_that_may_not_grow_is_said(tmp_path: Path) -> None:
    code, said = elsewhere(House(tmp_path), ["prlimit", "--fsize=20000"], "init")
    assert code == 1
    assert "chỗ trống" in said


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("command", [COMMANDS[1], COMMANDS[3]], ids=lambda words: words[0])
def test_a_user_without_rights_is_said(
    house: House, postgres: PostgresCluster, command: tuple[str, ...], says: Teller
) -> None:
    name = postgres.create("")
    house.environment["KIEMTRA_DATABASE"] = postgres.url(name)
    says(house, "init", expect=0)
    postgres.tell("DO $$ BEGIN CREATE ROLE khach LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    house.environment["KIEMTRA_DATABASE"] = postgres.url(name).replace("postgres@", "khach@")
    said = says(house, *command)
    assert "không đủ quyền" in said


HUGE = "9" * 20


@pytest.mark.parametrize(
    "command",
    [("mail", "resend", HUGE), ("extensions", "grant", HUGE)],
    ids=" ".join,
)
def test_a_number_that_nothing_can_hold_is_said(house: House, says: Teller, command: tuple[str, ...]) -> None:
    assert "vượt khoảng" in says(house, *command)
