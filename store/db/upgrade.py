"""The schema of the books, brought to the version this program knows; one process at a time."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from receivables.errors import RelanceError
from store.db.engine import Database

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK = 7_326_101_914
"""Key of the PostgreSQL advisory lock under which the schema changes."""


def config() -> Config:
    """Return Alembic's settings: the versions are in this package, no file is needed beside it."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.set_main_option("path_separator", "os")
    return found


def head() -> str:
    """Return the newest version that this program knows."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    assert found is not None  # noqa: S101 - the package ships at least one version
    return found


def current(database: Database) -> str | None:
    """Return the version that the books are at; None for a new database."""
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database) -> bool:
    """Bring the schema to the newest version, under a lock; return whether anything changed.

    Raises RelanceError when the books were written by a newer Relance than this one.
    """
    target = head()
    if current(database) == target:
        return False
    with _alone(database) as connection:
        return _apply(connection, target)


def _apply(connection: Connection, target: str) -> bool:
    if MigrationContext.configure(connection).get_current_revision() == target:
        return False
    settings = config()
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, "head")
    except CommandError as error:
        raise RelanceError("database.newer_schema") from error
    return True


@contextlib.contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """One transaction that no other upgrade can share."""
    with database.engine.connect() as connection:
        if database.sqlite:
            with _foreign_keys_off(connection), connection.begin():
                yield connection
                _refuse_orphans(connection)
        else:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                yield connection


@contextlib.contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Batch mode recreates tables: no cascade may fire meanwhile. The pragma works outside transactions."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - checked out just before
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON").close()


def _refuse_orphans(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RelanceError("database.orphans_after_upgrade")
