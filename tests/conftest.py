"""Fixtures: both databases, and a small office on top. Heavy imports wait until a test asks for them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from tasks.toolbox import Toolbox
    from tests.servers import PostgresCluster, SqliteFiles
    from tests.tasks.world import World

    Databases = PostgresCluster | SqliteFiles

settings.register_profile("house", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("house")

BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> "SqliteFiles":
    from tests.servers import SqliteFiles

    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresCluster"]:
    """A server of our own; without its programs the test is skipped, or fails where servers are required."""
    from tests.servers import PostgresCluster, ServerMissing

    try:
        cluster = PostgresCluster()
    except ServerMissing as missing:
        if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with cluster:
        yield cluster


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> "Templates":
    return Templates(tmp_path_factory.mktemp("templates"))


class Templates:
    """Databases that tests get copies of: migrated and empty, and three mornings of a small office."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[tuple[int, str]] = set()

    @contextmanager
    def copy(self, databases: "Databases", template: str) -> Iterator["Engine"]:
        from infra.database import open_engine

        self._make(databases, template)
        name = databases.create(template)
        engine = open_engine(databases.url(name))
        yield engine
        engine.dispose()
        databases.drop(name)

    def _make(self, databases: "Databases", template: str) -> None:
        from infra.database import open_engine, upgrade

        if (id(databases), template) in self._made:
            return
        before = {"empty": "", "office": "empty", "opened": "office", "begun": "opened"}[template]
        if before:
            self._make(databases, before)
        engine = open_engine(databases.url(databases.create(before, name=template)))
        if template == "empty":
            upgrade(engine)
        else:
            from tests.tasks.world import OPENING, new_world

            world = new_world(engine, self._folder)
            {"office": world.found, "opened": world.open, "begun": lambda: world.send(OPENING)}[template]()
        engine.dispose()
        self._made.add((id(databases), template))


@pytest.fixture(params=BOTH)
def databases(request: pytest.FixtureRequest) -> "Databases":
    """SQLite, then PostgreSQL."""
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def engine(databases: "Databases", templates: Templates) -> Iterator["Engine"]:
    """A migrated, empty database."""
    with templates.copy(databases, "empty") as engine:
        yield engine


@pytest.fixture
def sessions(engine: "Engine") -> "sessionmaker[Session]":
    from infra.database import session_maker

    return session_maker(engine)


@pytest.fixture
def world(databases: "Databases", templates: Templates, tmp_path: Path) -> Iterator["World"]:
    """A small office: six units, a plan of two rounds, letters that go to a fake server."""
    from tests.tasks.world import new_world

    with templates.copy(databases, "office") as engine:
        yield new_world(engine, tmp_path)


@pytest.fixture
def opened(databases: "Databases", templates: Templates, tmp_path: Path) -> Iterator["World"]:
    """The office when its inspection has just opened: six requests are owed, none has left."""
    from tests.tasks.world import new_world

    with templates.copy(databases, "opened") as engine:
        yield new_world(engine, tmp_path)


@pytest.fixture
def begun(databases: "Databases", templates: Templates, tmp_path: Path) -> Iterator["World"]:
    """The office on the day on which its inspection has opened and the six requests have left."""
    from tests.tasks.world import new_world

    with templates.copy(databases, "begun") as engine:
        yield new_world(engine, tmp_path)


@pytest.fixture
def tools(world: "World") -> "Toolbox":
    return world.tools


# One set-up for all the tests of the file, minutes long; or minutes of waiting for real clocks.
FIRST = frozenset({"test_walk.py", "test_attacks.py", "test_lived_hour.py"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is dear comes first: an idle worker takes over the last tests of another and would set them up anew, and
    nobody should wait for a clock when there is nothing else left to do."""
    items.sort(key=lambda item: item.path.name not in FIRST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker beside others hands its count to the process that prints."""
    from tests.killing import KILLS

    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["kills"] = dict(KILLS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    from tests.killing import KILLS

    KILLS.update(getattr(node, "workeroutput", {}).get("kills", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many workers the kill tests killed; each asserts by itself that nothing was lost and nothing filed twice."""
    from tests.killing import KILLS

    if KILLS:
        terminalreporter.write_sep("=", "killed in this run")
        for what, count in KILLS.items():
            terminalreporter.write_line(f"{count:>6}  {what}")
