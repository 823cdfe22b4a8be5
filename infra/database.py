"""The database by its URL: SQLite on one machine, PostgreSQL beyond; the same rows, the same migrations."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from infra.trouble import Trouble, database_sentence, file_of, place_of, words_of
from tasks.domain.errors import KiemtraError

MIGRATIONS = Path(__file__).parent / "migrations"
WRONG_URL = (
    "Địa chỉ cơ sở dữ liệu (database trong tệp cấu hình, hoặc biến môi trường KIEMTRA_DATABASE) không đúng. Viết như: "
    "postgresql+psycopg://kiemtra:mat-khau@may-chu/kiemtra; để trống thì dùng SQLite trong thư mục dữ liệu."
)
EMPTY = (
    "Tệp cơ sở dữ liệu {file} rỗng (0 byte). Nếu trước đây đã có dữ liệu thì hãy khôi phục bản sao lưu gần nhất "
    "(kiemtra restore TỆP); nếu mới cài thì xóa tệp rỗng ấy rồi chạy: kiemtra init"
)
NO_FILE = (
    "Ở chỗ của tệp cơ sở dữ liệu, {file}, là một thư mục. Hãy xem lại [data] trong tệp cấu hình (hoặc "
    "KIEMTRA_DATABASE), hoặc chuyển thư mục ấy đi nơi khác"
)
NEWER = (
    "Cơ sở dữ liệu ở phiên bản {current}, chương trình này chỉ biết đến {head}: dữ liệu do một bản mới hơn ghi. Hãy "
    "nâng cấp chương trình (git pull, make .venv/.ready), hoặc khôi phục bản sao lưu cũ hơn (kiemtra restore TỆP)"
)
ORPHANS = (
    "Trong cơ sở dữ liệu có dòng trỏ tới dòng không còn (bảng {tables}): có người đã sửa tay, hoặc tệp từng hỏng. Hãy "
    "khôi phục bản sao lưu gần nhất (kiemtra restore TỆP)"
)
LOOK_SECONDS = 20.0
"""For looking through an SQLite file: a year of a district takes a second, and whoever types `check` waits for it."""


def open_engine(url: str) -> Engine:
    """Raises KiemtraError where the address makes no sense; whether anybody answers is not asked yet."""
    try:
        return _engine(make_url(url))
    except (ArgumentError, ImportError) as error:
        raise KiemtraError(WRONG_URL) from error
    except OSError as error:
        raise KiemtraError(f"Không tạo được thư mục của cơ sở dữ liệu: {error}") from error


def _engine(parsed: URL) -> Engine:
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_elsewhere)
        return engine
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": 60})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling starts too late for a claim; `_begin_immediate` does it instead.
    connection.isolation_level = None
    # A letter fills seven pages: with the usual 1000 the log would be copied back every hundred letters.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "wal_autocheckpoint=8000", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    """One writer at a time, from the first statement on: what was read in a transaction is still true at its end.

    A letter marked as leaving must stay marked when the power fails, or it would leave a second time unseen: every
    commit is on the disk before it returns, except where losing it costs nothing (tasks/records.py, FORGETTABLE).
    """
    level = "NORMAL" if connection.get_execution_options().get("forgettable") else "FULL"
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_elsewhere(connection: Any) -> None:
    if connection.get_execution_options().get("forgettable") and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def session_maker(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def upgrade(engine: Engine) -> None:
    """Bring the database to this program's version; creates it when it is not there. Raises KiemtraError."""
    with _connection(engine) as connection:
        _refuse_newer(MigrationContext.configure(connection).get_current_revision())
        command.upgrade(_config(connection), "head")


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The database's version and the program's. Raises KiemtraError where the database does not answer.

    A file that is not there stays away: only `init` makes one.
    """
    file = file_of(engine.url)
    if file is not None and not file.exists() and file.parent.is_dir() and os.access(file.parent, os.W_OK):
        return None, _head()
    with _connection(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, _head()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config(None)).get_current_head()


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    """Raises KiemtraError where nobody answers; what goes wrong with the connection later is another matter."""
    _look_at_the_file(file_of(engine.url))
    try:
        connection = engine.connect()
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
    except DBAPIError as error:
        raise KiemtraError(database_sentence(error, place_of(engine.url))) from error
    with connection:
        yield connection


def _look_at_the_file(file: Path | None) -> None:
    """What SQLite itself would take for a new database, give no reason for, or find out at the first row it writes."""
    if file is None or not file.exists():
        return
    if file.is_dir():
        raise KiemtraError(NO_FILE.format(file=file))
    if file.stat().st_size == 0:
        raise KiemtraError(EMPTY.format(file=file))
    if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        raise KiemtraError(f"{words_of(Trouble.READ_ONLY, str(file))}.")


def _refuse_newer(current: str | None) -> None:
    """A revision that this program does not know was written by a newer one."""
    try:
        ScriptDirectory.from_config(_config(None)).get_revision(current or "base")
    except CommandError as error:
        raise KiemtraError(NEWER.format(current=current, head=_head())) from error


def _refuse_missing_tables(engine: Engine) -> None:
    from tasks.records import Base

    if missing := sorted(set(Base.metadata.tables) - set(inspect(engine).get_table_names())):
        raise KiemtraError(f"{words_of(Trouble.INCOMPLETE, place_of(engine.url))}. Thiếu: {', '.join(missing)}")


def look_through(engine: Engine) -> str:
    """What SQLite finds on looking through its file, '' of another database. Raises KiemtraError where it is damaged.

    Bounded: a file that is too large for that is said to have been looked at in part.
    """
    _refuse_missing_tables(engine)
    if file_of(engine.url) is None:
        return ""
    with closing(engine.raw_connection()) as pooled:
        driver: Any = pooled.driver_connection
        deadline = time.monotonic() + LOOK_SECONDS
        driver.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            damage = [str(row[0]) for row in driver.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
            orphans = {str(row[0]) for row in driver.execute("PRAGMA foreign_key_check")}
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_INTERRUPT":
                raise
            return "tệp lớn, mới soát được một phần"
        finally:
            driver.set_progress_handler(None, 0)
    if damage:
        raise KiemtraError(f"{words_of(Trouble.DAMAGED, place_of(engine.url))}. SQLite nói: {'; '.join(damage)}")
    if orphans:
        raise KiemtraError(ORPHANS.format(tables=", ".join(sorted(orphans))))
    return "đã soát, tệp lành lặn"


def assert_current(engine: Engine) -> None:
    """Raises KiemtraError when the database is not of this program's version."""
    current, head = revisions(engine)
    if current != head:
        _refuse_newer(current)
        state = "chưa được tạo" if current is None else f"ở phiên bản {current}"
        raise KiemtraError(f"Cơ sở dữ liệu {state}, chương trình cần phiên bản {head}. Hãy chạy: kiemtra init")


def _config(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
