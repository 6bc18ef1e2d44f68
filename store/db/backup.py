"""A copy of the books, made while everything runs."""

import contextlib
import os
import sqlite3
from pathlib import Path

from receivables.errors import Refused, RelanceError
from store.db.engine import Database


def backup(database: Database, target: Path) -> None:
    """Copy the whole database to `target`, a new file, consistent at one instant and whole or not there.

    Raises Refused when the file exists already or the books are in PostgreSQL (`pg_dump` does it there),
    RelanceError when there is nothing to copy or the copy cannot be written.
    """
    if not database.sqlite:
        raise Refused("database.backup_postgresql")
    source = Path(database.engine.url.database or "")
    if not source.is_file():
        raise RelanceError("database.nothing_to_copy", path=str(source))
    if target.exists():
        raise Refused("database.copy_exists", path=str(target))
    try:
        _copy(source, target)
    except (OSError, sqlite3.Error) as error:
        raise RelanceError("database.copy_failed", path=str(target), error=str(error)) from error


def _copy(source: Path, target: Path) -> None:
    """Write beside, check, then rename: a file that is there is whole."""
    part = target.with_name(target.name + ".part")
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source.resolve()}?mode=ro", uri=True)) as old,
            contextlib.closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
        part.replace(target)
        _flush(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Make the new name durable where the system allows it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
