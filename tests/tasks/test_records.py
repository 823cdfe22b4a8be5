"""The migrations give exactly the tables of the program, on both databases."""

from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select

from infra.database import _config, assert_current, open_engine, revisions, upgrade
from tasks.domain.errors import KiemtraError
from tasks.records import Base, LetterBytes
from tests.tasks.world import OPENING

if TYPE_CHECKING:
    from tests.conftest import Databases
    from tests.tasks.world import World


def test_an_upgrade_from_nothing_gives_exactly_the_program_s_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_upgrading_twice_changes_nothing(world: "World") -> None:
    before = world.rows()
    upgrade(world.engine)
    assert world.rows() == before
    assert_current(world.engine)


def test_going_back_to_the_beginning_and_up_again_works(engine: Engine) -> None:
    with engine.connect() as connection:
        command.downgrade(_config(connection), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    assert_current(engine)


def test_letters_that_were_written_before_keep_their_bytes_through_an_upgrade(world: "World") -> None:
    world.open()
    world.send(OPENING)
    with world.sessions() as session:
        before = session.execute(select(LetterBytes.letter_id, LetterBytes.raw).order_by(LetterBytes.letter_id)).all()
    assert before
    with world.engine.connect() as connection:
        command.downgrade(_config(connection), "0004")
    upgrade(world.engine)
    with world.sessions() as session:
        assert (
            session.execute(select(LetterBytes.letter_id, LetterBytes.raw).order_by(LetterBytes.letter_id)).all()
            == before
        )


def test_an_empty_database_is_refused_with_what_to_do(databases: "Databases") -> None:
    engine = open_engine(databases.url(databases.create()))
    assert revisions(engine)[0] is None
    with pytest.raises(KiemtraError, match="kiemtra init"):
        assert_current(engine)
    engine.dispose()
