"""A database into one file and back: SQLite by its own online copy, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from infra.database import open_engine
from tasks.domain.errors import KiemtraError

SQLITE, POSTGRES = "sqlite", "postgresql"
NAMES = {SQLITE: "co-so-du-lieu.db", POSTGRES: "co-so-du-lieu.dump"}
PROGRAMS = Path("/usr/lib/postgresql")
"""Debian keeps them outside PATH, a folder for each version."""
NO_PROGRAM = (
    "Không thấy chương trình {name} của PostgreSQL. Hãy cài gói postgresql-client (cùng phiên bản với máy chủ, hoặc "
    "mới hơn) rồi chạy lại."
)


def kind_of(url: str) -> str:
    return make_url(url).get_backend_name()


def sqlite_file(url: str) -> Path:
    return Path(make_url(url).database or "")


def dump(url: str, folder: Path) -> Path:
    """The database as it is at one moment, while others work on it. Raises KiemtraError, OSError."""
    file = folder / NAMES[kind_of(url)]
    if kind_of(url) == SQLITE:
        _copy_sqlite(sqlite_file(url), file)
    else:
        tables = f'--table="{_schema(url)}".*'
        _run("pg_dump", make_url(url), "--format=custom", "--no-owner", "--no-privileges", tables, f"--file={file}")
    return file


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise KiemtraError(f"Không có cơ sở dữ liệu {source} để sao lưu. Hãy chạy: kiemtra init")
    try:
        with closing(sqlite3.connect(source, timeout=60)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)  # in one step: a reader of a moment, whom no writer disturbs
            new.execute("PRAGMA journal_mode=DELETE")
            found = new.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        full = "disk is full" in str(error) or "I/O error" in str(error)
        what = "ổ đĩa đã đầy" if full else f"{error}"
        raise KiemtraError(f"Không chép được cơ sở dữ liệu {source}: {what}.") from error
    if found != "ok":
        raise KiemtraError(f"Cơ sở dữ liệu {source} đã hỏng ({found}); hãy khôi phục từ một bản sao lưu trước đó.")


# --- PostgreSQL --------------------------------------------------------------------------------------------------


def others_at(url: str) -> int:
    """How many other connections there are to the database; whoever works on it must stop first."""
    engine = open_engine(url)
    ask = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    try:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql(ask).scalar_one())
    finally:
        engine.dispose()


def load(url: str, file: Path, aside: str) -> None:
    """The dump in place of what is there, which is kept in a schema named `aside`. Raises KiemtraError."""
    schema = _schema(url)
    _move_tables(url, schema, aside)
    try:
        _run(
            "pg_restore",
            make_url(url),
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            file,
        )
    except KiemtraError:
        _move_tables(url, aside, schema)
        raise


def unload(url: str, aside: str) -> None:
    """What `load` has put there was not to be used: it is kept beside, and what was there stands there again."""
    schema = _schema(url)
    _move_tables(url, schema, f"{aside}_hong")
    _move_tables(url, aside, schema)


def _schema(url: str) -> str:
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
    finally:
        engine.dispose()


def _move_tables(url: str, source: str, target: str) -> None:
    """With their keys, indexes and sequences, in one transaction."""
    engine = open_engine(url)
    tables = f"SELECT tablename FROM pg_tables WHERE schemaname = '{source}'"
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{target}"')
            for (name,) in connection.exec_driver_sql(tables).all():
                connection.exec_driver_sql(f'ALTER TABLE "{source}"."{name}" SET SCHEMA "{target}"')
    finally:
        engine.dispose()


def _run(program: str, url: URL, *words: object) -> None:
    """The password goes by the environment, where no other user of the machine sees it."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [str(_found(program)), f"--dbname={plain}", *map(str, words)]
    done = subprocess.run(
        command,
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["không nói gì"])[0]
        raise KiemtraError(f"{program} không làm được: {said}")


def _found(program: str) -> Path:
    """The newest one of the machine: it reads servers of its own version and of older ones."""
    newest = sorted(PROGRAMS.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    found = newest[-1] if newest else shutil.which(program)
    if not found:
        raise KiemtraError(NO_PROGRAM.format(name=program))
    return Path(found)
