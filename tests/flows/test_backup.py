"""A backup while the service runs, and a restore that sends nothing a second time: as the administrator types them."""

import asyncio
import gzip
import hashlib
import io
import json
import re
import resource
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from infra.database import open_engine
from infra.settings import load_settings
from infra.toolbox import open_toolbox
from tasks.domain.calendar import ZONE
from tasks.mailing.sending import send_letters
from tasks.scheduling import fill_rosters, open_due_rounds
from tasks.watch import watch_house
from tests.flows.conftest import House
from tests.servers import PostgresCluster

FIRST = datetime(2025, 1, 20, 8, tzinfo=ZONE)
NEXT = datetime(2025, 1, 21, 8, tzinfo=ZONE)
NEXT_WORDS = "21/01/2025 08:00"


@pytest.fixture
def house(house: House) -> House:
    """Files are exchanged under the commands, and connections counted: each of them is a process of its own."""
    house.apart = True
    return house


def settled(house: House) -> House:
    house.settle()
    file = house.folder / "kiemtra.toml"
    file.write_text(file.read_text().replace("[prefect]", "[sandbox]\nvirtual_clock = true\n\n[prefect]"))
    return house


def work(folder: Path, when: datetime) -> None:
    """The rounds that are due open, and their letters leave into the mailboxes of this machine."""
    with open_toolbox(load_settings(folder / "kiemtra.toml", {}), as_of=when) as tools:
        assert not open_due_rounds.fn(tools, when).failures
        assert not fill_rosters.fn(tools, when).failures
        asyncio.run(send_letters.fn(tools, when))


def delivered(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "du-lieu" / "thu").glob("*/new/*"))


def rows(folder: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "du-lieu" / "kiemtra.db")) as database:
        return database.execute(question).fetchall()


def rebuilt(
    backup: Path, target: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]
) -> None:
    with tarfile.open(backup) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content is not None
            fresh, data = change(entry, content.read())
            fresh.size = len(data)
            new.addfile(fresh, io.BytesIO(data))


def test_a_backup_of_the_morning_restored_the_next_day_sends_nothing_again(house: House) -> None:
    settled(house)
    said = house.run("backup", "sang.kt")
    assert "bí mật" in said
    assert (house.folder / "sang.kt").stat().st_mode & 0o777 == 0o600
    work(house.folder, FIRST)
    first = delivered(house.folder)
    codes = rows(house.folder, "SELECT code, token FROM assignment ORDER BY code")
    assert len(first) == len(codes) == 52
    said = house.run("restore", "sang.kt", "--yes", "--by", "Ông Bình", "--as-of", NEXT_WORDS)
    assert "Ông Bình: khôi phục từ bản sao lưu" in house.run("audit", "--act", "khôi phục")
    assert "52 lượt thư đã đi mà cơ sở dữ liệu chưa biết" in said
    assert "MỌI THƯ ĐANG ĐƯỢC GIỮ" in said
    assert rows(house.folder, "SELECT code, token FROM assignment ORDER BY code") == codes
    assert rows(house.folder, "SELECT state, count(*) FROM letter GROUP BY state") == [("sent", 52)]
    work(house.folder, NEXT)
    assert "ĐANG GIỮ MỌI THƯ" in house.run("restore", "--status")
    house.run("mail", "start", "--yes")
    work(house.folder, NEXT)
    assert delivered(house.folder) == first
    (aside,) = house.folder.glob("du-lieu.truoc-khoi-phuc-*")
    assert (aside / "kiemtra.db").is_file()
    assert str(aside) in said


def test_after_a_restore_nothing_leaves_that_a_person_has_not_agreed_to(house: House) -> None:
    """Neither the old folder nor its journal are there any more: nobody can say what has left, so a person is asked."""
    settled(house)
    house.run("backup", "sang.kt")
    work(house.folder, FIRST)
    shutil.rmtree(house.folder / "du-lieu")
    house.run("restore", "sang.kt", "--yes", "--as-of", NEXT_WORDS)
    work(house.folder, NEXT)
    assert delivered(house.folder) == []
    assert "Sẽ đi khi mở lại" in house.run("restore", "--status")
    assert "Vẫn dừng gửi thư" in house.run("mail", "start", expect=1)  # nobody answers the question
    house.run("mail", "start", "--yes")
    work(house.folder, NEXT)
    assert len(delivered(house.folder)) == 52


def test_a_bare_file_copied_back_is_noticed_and_status_says_so(house: House) -> None:
    settled(house)
    file = house.folder / "du-lieu" / "kiemtra.db"
    shutil.copy(file, house.folder / "cu.db")
    work(house.folder, FIRST)
    first = delivered(house.folder)
    shutil.copy(house.folder / "cu.db", file)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    assert "cơ sở dữ liệu cũ hơn nhật ký thư" in house.run("mail", "status")  # before any run has looked
    with open_toolbox(load_settings(house.folder / "kiemtra.toml", {}), as_of=NEXT) as tools:
        (held,) = asyncio.run(send_letters.fn(tools, NEXT)).failures
    assert "mọi thư đang được giữ: cơ sở dữ liệu cũ hơn nhật ký thư" in held.why
    work(house.folder, NEXT)
    assert delivered(house.folder) == first
    assert "cơ sở dữ liệu cũ hơn nhật ký thư" in house.run("status")
    assert "kiemtra restore --status" in house.run("status")


def test_a_restored_database_is_not_read_through_the_log_of_the_newer_one(house: House) -> None:
    """A -wal that is left behind would make the old file say what the new one said."""
    settled(house)
    house.run("backup", "sang.kt")
    with closing(sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db", isolation_level=None)) as busy:
        busy.execute("PRAGMA journal_mode=WAL")
        busy.execute("UPDATE unit SET note = 'sau khi sao lưu'")
        assert (house.folder / "du-lieu" / "kiemtra.db-wal").stat().st_size
        house.run("restore", "sang.kt", "--yes")
    assert ("sau khi sao lưu",) not in rows(house.folder, "SELECT note FROM unit")
    (aside,) = house.folder.glob("du-lieu.truoc-khoi-phuc-*")
    with closing(sqlite3.connect(aside / "kiemtra.db")) as old:
        assert old.execute("SELECT DISTINCT note FROM unit").fetchall() == [("sau khi sao lưu",)]


def test_a_backup_is_restored_into_an_empty_folder_of_another_machine(house: House, tmp_path: Path) -> None:
    settled(house)
    own = house.folder / "du-lieu" / "lich" / "cong-chuc.toml"
    own.parent.mkdir()
    own.write_text("# lịch của cơ quan\n", encoding="utf-8")
    secret = house.folder / "du-lieu" / "mat-khau-gui"
    secret.write_text("mat-khau-rat-bi-mat")
    settings = house.folder / "kiemtra.toml"
    out = '[mail.out]\nhost = "smtp.vinhlinh.example"\npassword_file = "du-lieu/mat-khau-gui"\n'
    settings.write_text(f"{settings.read_text()}\n{out}")
    house.run("backup", "nha.kt")
    elsewhere = House(tmp_path / "may-khac") if (tmp_path / "may-khac").mkdir() is None else house
    shutil.copy(house.folder / "nha.kt", elsewhere.folder)
    said = elsewhere.run("restore", "nha.kt", "--yes")
    assert "Đã khôi phục" in said
    assert (elsewhere.folder / "kiemtra.toml").is_file()
    assert (elsewhere.folder / "du-lieu" / "lich" / "cong-chuc.toml").read_text() == "# lịch của cơ quan\n"
    assert "Xã Vĩnh Ô" in elsewhere.run("units", "list")
    assert rows(elsewhere.folder, "SELECT key FROM seal_key") == rows(house.folder, "SELECT key FROM seal_key")
    with tarfile.open(house.folder / "nha.kt") as whole:
        names = whole.getnames()
        parts = [file.read() for one in whole if (file := whole.extractfile(one)) is not None]
    assert not [one for one in names if "mat-khau" in one or "prefect" in one]
    assert not [one for one in parts if b"mat-khau-rat-bi-mat" in one]


def flipped(backup: Path, target: Path) -> None:
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 0xFF
    target.write_bytes(data)


def cut(backup: Path, target: Path) -> None:
    target.write_bytes(backup.read_bytes()[:-2000])


def altered(backup: Path, target: Path) -> None:
    """A stranger has put another plan or letter into it."""
    rebuilt(backup, target, lambda entry, data: (entry, data + b"#" if entry.name == "kiemtra.toml" else data))


def climbing(backup: Path, target: Path) -> None:
    def change(entry: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if entry.name == "kiemtra.toml":
            entry.name = "../ra-ngoai.toml"
        return entry, data

    rebuilt(backup, target, change)


def newer(backup: Path, target: Path) -> None:
    def change(entry: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if entry.name == "manifest.json":
            data = json.dumps(json.loads(data) | {"revision": "9999", "program": "9.0"}).encode()
        return entry, data

    rebuilt(backup, target, change)


def told_otherwise(**told: object) -> Callable[[Path, Path], None]:
    def spoil(backup: Path, target: Path) -> None:
        def change(entry: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
            return entry, json.dumps(json.loads(data) | told).encode() if entry.name == "manifest.json" else data

        rebuilt(backup, target, change)

    return spoil


def with_database(script: str) -> Callable[[Path, Path], None]:
    """Another one, and its hash as it should be."""

    def spoil(backup: Path, target: Path) -> None:
        file, told = target.with_name("khac.db"), {}

        def change(entry: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
            if entry.name == "co-so-du-lieu.db":
                file.write_bytes(data)
                with closing(sqlite3.connect(file)) as database:
                    database.executescript(script)
                data = file.read_bytes()
                told[entry.name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            elif entry.name == "manifest.json":
                found = json.loads(data)
                data = json.dumps(found | {"files": found["files"] | told}).encode()
            return entry, data

        rebuilt(backup, target, change)

    return spoil


def without_settings(backup: Path, target: Path) -> None:
    with tarfile.open(backup) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            data = old.extractfile(entry).read()  # type: ignore[union-attr]
            if entry.name == "manifest.json":
                found = json.loads(data)
                del found["files"]["kiemtra.toml"]
                data = json.dumps(found).encode()
                entry.size = len(data)
            if entry.name != "kiemtra.toml":
                new.addfile(entry, io.BytesIO(data))


def of_another_kind(backup: Path, target: Path) -> None:
    target.write_bytes(gzip.compress(b"not a backup at all"))


def test_what_is_not_a_whole_backup_of_ours_changes_nothing(house: House) -> None:
    settled(house)
    house.run("backup", "nha.kt")
    before = rows(house.folder, "SELECT code, name FROM unit")
    for spoil, words in (
        (flipped, "hỏng"),
        (cut, "hỏng"),
        (altered, "kiemtra.toml"),
        (climbing, "phần lạ"),
        (newer, "mới hơn"),
        (of_another_kind, "hỏng"),
        (told_otherwise(made_at="hôm qua"), "bảng kê"),
        (told_otherwise(made_at=5), "bảng kê"),
        (told_otherwise(files=[1]), "bảng kê"),
        (without_settings, "thiếu kiemtra.toml"),
        (with_database("DELETE FROM mail_switch"), "không dùng được"),
        (with_database("DROP TABLE departure"), "thiếu bảng departure"),
    ):
        spoil(house.folder / "nha.kt", house.folder / "xau.kt")
        said = house.run("restore", "xau.kt", "--yes", expect=1)
        assert words in said, spoil
        assert "Traceback" not in said
        assert rows(house.folder, "SELECT code, name FROM unit") == before
        assert not [one for one in house.folder.iterdir() if "khoi-phuc" in one.name or "ra-ngoai" in one.name]


def test_a_backup_never_writes_over_anything_and_leaves_nothing_of_a_full_disk(house: House) -> None:
    settled(house)
    house.run("backup", "nha.kt")
    assert "không ghi đè" in house.run("backup", "nha.kt", expect=1)
    assert "ngoài thư mục dữ liệu" in house.run("backup", "du-lieu/nha.kt", expect=1)
    there = sorted(house.folder.iterdir())
    full = subprocess.run(
        house.command("backup", "day.kt"),
        cwd=house.folder,
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=180,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "Không" in full.stderr
    assert sorted(house.folder.iterdir()) == there


def test_a_refused_letter_that_left_after_the_backup_is_not_offered_again(house: House) -> None:
    settled(house)
    with open_toolbox(load_settings(house.folder / "kiemtra.toml", {}), as_of=FIRST) as tools:
        assert not open_due_rounds.fn(tools, FIRST).failures
        assert not fill_rosters.fn(tools, FIRST).failures
    with closing(sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db")) as database, database:
        database.execute("UPDATE letter SET state = 'failed', reason = 'refused'")
    house.run("backup", "sang.kt")
    assert "52 thư đi" in house.run("mail", "resend", "--failed", "--yes", "--as-of", "20/01/2025 07:30")
    work(house.folder, FIRST)
    first = delivered(house.folder)
    assert len(first) == 52
    house.run("restore", "sang.kt", "--yes", "--as-of", NEXT_WORDS)
    assert "Không có thư nào không gửi được" in house.run("mail", "resend", "--failed")
    house.run("mail", "start", "--yes")
    work(house.folder, NEXT)
    assert delivered(house.folder) == first


def test_a_journal_that_was_removed_is_missed(house: House) -> None:
    settled(house)
    work(house.folder, FIRST)
    house.run("init")  # closes to others what this process has made
    assert "✓ nhật ký thư" in house.run("check", "--offline")
    shutil.rmtree(house.folder / "du-lieu" / "nhat-ky-thu")
    assert "✗ nhật ký thư" in house.run("check", "--offline", expect=1)
    with open_toolbox(load_settings(house.folder / "kiemtra.toml", {}), as_of=NEXT) as tools:
        told = [failure.item for failure in watch_house.fn(tools, NEXT).failures]
    assert any("nhật ký thư mà cơ sở dữ liệu biết không còn" in what for what in told), told


def limited(house: House, size: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """As on a disk that is full when a file grows beyond that."""
    return subprocess.run(
        house.command(*words),
        cwd=house.folder,
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=180,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_a_restore_for_which_there_is_no_room_changes_nothing_and_the_next_one_doubles_nothing(house: House) -> None:
    settled(house)
    house.run("backup", "sang.kt")
    work(house.folder, FIRST)
    first = delivered(house.folder)
    big = house.folder / "du-lieu" / "thu" / "lon" / "new" / "1"
    big.parent.mkdir(parents=True)
    big.write_bytes(bytes(40_000_000))
    full = limited(house, 30_000_000, "restore", "sang.kt", "--yes", "--as-of", NEXT_WORDS)
    assert full.returncode == 1
    assert "ổ đĩa đã đầy" in full.stderr
    assert "vẫn như trước" in full.stderr
    assert "Traceback" not in full.stderr
    assert "[(" not in full.stderr
    assert not [one for one in house.folder.iterdir() if "khoi-phuc" in one.name]
    assert rows(house.folder, "SELECT state, count(*) FROM letter GROUP BY state") == [("sent", 52)]
    big.unlink()
    assert "52 lượt thư đã đi" in house.run("restore", "sang.kt", "--yes", "--as-of", NEXT_WORDS)
    house.run("mail", "start", "--yes")
    work(house.folder, NEXT)
    assert delivered(house.folder) == first


def test_a_restore_that_was_killed_between_its_renames_loses_nothing(house: House) -> None:
    settled(house)
    house.run("backup", "sang.kt")
    work(house.folder, FIRST)
    first = delivered(house.folder)
    prepared = house.folder / ".khoi-phuc-4194305"  # no process has such a number
    (prepared / "du-lieu").mkdir(parents=True)
    (prepared / "dang-doi-cho").write_text("du-lieu.truoc-khoi-phuc-20250121-080000")
    (house.folder / "du-lieu").rename(house.folder / "du-lieu.truoc-khoi-phuc-20250121-080000")
    for words in (("status",), ("init",), ("serve",), ("restore", "--status"), ("check", "--offline")):
        assert "bị ngắt giữa chừng" in house.run(*words, expect=1)
        assert not (house.folder / "du-lieu").exists()
    said = house.run("restore", "sang.kt", "--yes", "--as-of", NEXT_WORDS)
    assert "bị ngắt giữa chừng" in said
    assert "52 lượt thư đã đi" in said
    assert not prepared.exists()
    house.run("mail", "start", "--yes")
    work(house.folder, NEXT)
    assert delivered(house.folder) == first


def test_a_restore_waits_until_no_run_is_at_work_and_no_run_begins_meanwhile(house: House) -> None:
    settled(house)
    house.run("backup", "sang.kt")
    with open_toolbox(load_settings(house.folder / "kiemtra.toml", {}), as_of=FIRST):  # as every run does
        said = house.run("restore", "sang.kt", "--yes", expect=1)
    assert "lượt gửi thư" in said
    assert "đợi nó xong" in said
    assert not [one for one in house.folder.iterdir() if "khoi-phuc" in one.name]
    asking = subprocess.Popen(
        house.command("restore", "sang.kt"),
        cwd=house.folder,
        env=house.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert asking.stdout is not None
    asking.stdout.read(1)
    said = house.run("status", expect=1)
    assert "đang được khôi phục" in said
    asking.communicate("k\n", timeout=60)
    assert asking.returncode == 1


@pytest.mark.postgres
def test_postgresql_is_restored_and_what_was_there_is_kept_in_a_schema_of_its_own(
    house: House, postgres: PostgresCluster
) -> None:
    url = postgres.url(postgres.create())
    house.environment["KIEMTRA_DATABASE"] = url
    house.settle()
    house.run("backup", "nha.kt")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE unit SET note = 'sau khi sao lưu'")
        said = house.run("restore", "nha.kt", "--yes", expect=1)
        assert "Còn 1 kết nối khác" in said
    engine.dispose()
    said = house.run("restore", "nha.kt", "--yes")
    assert "MỌI THƯ ĐANG ĐƯỢC GIỮ" in said
    with engine.connect() as connection:
        (schema,) = re.findall(r"lược đồ “(\w+)”", said)
        assert "sau khi sao lưu" not in connection.exec_driver_sql("SELECT note FROM unit").scalars().all()
        old = connection.exec_driver_sql(f"SELECT DISTINCT note FROM {schema}.unit").scalars().all()
        assert old == ["sau khi sao lưu"]
    engine.dispose()
    house.run("mail", "start", "--yes")
    assert "Xã Vĩnh Ô" in house.run("units", "list")


@pytest.mark.prefect
def test_a_backup_is_made_while_the_service_runs_and_a_restore_waits_until_it_is_stopped(house: House) -> None:
    settled(house)
    house.serve()
    house.run("backup", "nha.kt")
    said = house.run("restore", "nha.kt", "--yes", expect=1)
    assert "Hãy dừng dịch vụ" in said
    house.stop()
    assert "Đã khôi phục" in house.run("restore", "nha.kt", "--yes")
