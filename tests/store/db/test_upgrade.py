"""The schema: migrations and tables agree, upgrades wait for one another, newer books are refused."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from receivables.errors import RelanceError
from store.db.engine import Database
from store.db.tables import Base
from store.db.upgrade import config, current, head, upgrade
from tests.refusals import refused


@pytest.fixture
def empty(database: Database) -> Database:
    """A database without a single table, of each kind in turn."""
    Base.metadata.drop_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    return database


def test_a_new_database_gets_exactly_the_tables_of_the_code(empty: Database) -> None:
    assert upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert current(empty) == head()


def test_the_second_start_changes_nothing(empty: Database) -> None:
    assert upgrade(empty)
    assert not upgrade(empty)


def test_the_schema_can_be_taken_down_again(empty: Database) -> None:
    upgrade(empty)
    settings = config()
    with empty.engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
    with empty.engine.connect() as connection:
        assert [
            change[0] for change in compare_metadata(MigrationContext.configure(connection), Base.metadata)
        ].count("add_table") == len(Base.metadata.tables)


def test_processes_that_start_together_upgrade_once(empty: Database) -> None:
    start, done, troubles = threading.Barrier(6), [], []

    def begin() -> None:
        mine = Database(empty.url)
        try:
            start.wait()
            done.append(upgrade(mine))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            troubles.append(error)
        finally:
            mine.close()

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles
    assert sorted(done) == [False] * 5 + [True]


def test_books_of_a_newer_relance_are_refused_and_left_alone(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with refused(RelanceError, match="version plus récente"):
        upgrade(empty)
    assert current(empty) == "9999"


def test_foreign_keys_hold_after_an_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    upgrade(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_every_constraint_has_a_name() -> None:
    nameless = [
        f"{table.name}: {constraint!r}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert nameless == []
