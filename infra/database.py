"""The database by its URL: SQLite on one machine, PostgreSQL beyond; the same rows, the same migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from tasks.domain.errors import KiemtraError

MIGRATIONS = Path(__file__).parent / "migrations"
SAID = 160
WRONG_URL = (
    "Địa chỉ cơ sở dữ liệu (database trong tệp cấu hình, hoặc biến môi trường KIEMTRA_DATABASE) không đúng. Viết như: "
    "postgresql+psycopg://kiemtra:mat-khau@may-chu/kiemtra; để trống thì dùng SQLite trong thư mục dữ liệu."
)
CLOSED = (
    "Không mở được cơ sở dữ liệu {url}. Hãy xem địa chỉ, tên và mật khẩu ở database trong tệp cấu hình, và máy chủ có "
    "chạy không. Máy chủ nói: {said}"
)


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
    """Bring the database to this program's version; creates it when it is empty. Raises KiemtraError."""
    with _connection(engine) as connection:
        command.upgrade(_config(connection), "head")


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The database's version and the program's. Raises KiemtraError where the database does not answer."""
    with _connection(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config(None)).get_current_head()


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    """Raises KiemtraError where nobody answers; what goes wrong with the connection later is another matter."""
    try:
        connection = engine.connect()
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
    except DBAPIError as error:
        url = engine.url.render_as_string(hide_password=True)
        said = str(error.orig or error).strip().splitlines()[0]
        raise KiemtraError(CLOSED.format(url=url, said=said if len(said) <= SAID else f"{said[:SAID]}…")) from error
    with connection:
        yield connection


def assert_current(engine: Engine) -> None:
    """Raises KiemtraError when the database is not of this program's version."""
    current, head = revisions(engine)
    if current != head:
        state = "chưa được tạo" if current is None else f"ở phiên bản {current}"
        raise KiemtraError(f"Cơ sở dữ liệu {state}, chương trình cần phiên bản {head}. Hãy chạy: kiemtra init")


def _config(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
