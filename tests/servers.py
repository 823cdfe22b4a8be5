"""Throw-away servers for the tests: started once, on this machine only, gone at the end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg

HOST = "127.0.0.1"
PROGRAMS = Path("/usr/lib/postgresql")  # Debian keeps them outside PATH, a folder for each version
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "autovacuum=off",
    "jit=off",
    "max_connections=80",
    "shared_buffers=32MB",
    f"listen_addresses={HOST}",
)


class ServerMissing(Exception):
    """The server's programs are not installed here."""


def postgres_programs() -> Path:
    """The folder of initdb and postgres; the newest version where there are several."""
    found = sorted(PROGRAMS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    if not found and not on_path:
        raise ServerMissing("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class SqliteFiles:
    """Databases as files of one folder, with the interface of a cluster."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._serial = folder, 0

    def url(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def create(self, template: str = "", name: str = "") -> str:
        self._serial += 1
        name = name or f"t{self._serial}"
        if template:
            shutil.copy(self._folder / f"{template}.db", self._folder / f"{name}.db")
        return name

    def drop(self, name: str) -> None:
        for path in self._folder.glob(f"{name}.db*"):
            path.unlink()


class PostgresCluster:
    """A cluster of its own in a folder of its own; databases are copies of a template."""

    def __init__(self) -> None:
        self._programs = postgres_programs()
        # initdb refuses root; the Debian package brings the user.
        self._user: dict[str, object] = (
            {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        )
        self._folder = Path(tempfile.mkdtemp(prefix="kt-pg-", dir="/tmp"))
        self._serial = 0

    def __enter__(self) -> "PostgresCluster":
        if self._user:
            shutil.chown(self._folder, "postgres", "postgres")
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self._port = free_port()
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        command = ["postgres", "-D", self._data, "-p", str(self._port), "-k", str(self._folder), *settings]
        with (self._folder / "log").open("wb") as log:
            self._process = self._start(command, log)
        self._wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)  # fast shutdown
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@{HOST}:{self._port}/{database}"

    def create(self, template: str = "", name: str = "") -> str:
        self._serial += 1
        name = name or f"t{self._serial}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template or 'template1'}")
        return name

    def drop(self, name: str) -> None:
        self.tell(f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def tell(self, statement: str) -> None:
        with psycopg.connect(host=HOST, port=self._port, user="postgres", dbname="postgres", autocommit=True) as one:
            one.execute(statement)  # type: ignore[arg-type]

    def _start(self, command: list[str], log: object) -> "subprocess.Popen[bytes]":
        program = str(self._programs / command[0])
        return subprocess.Popen(
            [program, *command[1:]],
            stdout=log,  # type: ignore[arg-type]
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            **self._user,  # type: ignore[arg-type]
        )

    def _run(self, *command: str) -> None:
        with (self._folder / f"{command[0]}.log").open("wb") as log:
            code = self._start(list(command), log).wait(timeout=120)
        if code:
            raise RuntimeError(f"{command[0]}: {(self._folder / f'{command[0]}.log').read_text()}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self.tell("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return
