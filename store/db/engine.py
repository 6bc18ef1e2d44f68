"""The database: engines set up for what the books need, and the only place that commits."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from receivables.errors import SettingsError
from store.db.spool import Spool

BUSY_SECONDS = 30


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin(statement: str) -> Any:
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _engine(url: str, begin: str) -> Engine:
    """Create one engine; on SQLite every transaction starts with `begin` (FACTS C3)."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(
                parsed, connect_args={"timeout": BUSY_SECONDS}, pool_size=20, max_overflow=40
            )
            event.listen(engine, "connect", _sqlite_pragmas)
            event.listen(engine, "begin", _begin(begin))
            return engine
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
            return create_engine(parsed, pool_size=20, max_overflow=20, pool_pre_ping=True)
    except Exception as error:
        raise SettingsError("database.url_unreadable") from error
    raise SettingsError("database.url_unknown")


class Held:
    """A connection kept for many short transactions: taking one from the pool each time costs more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._connection.begin():
            yield self._connection


class Database:
    """The books' database: `write` for acts, `read` for what only looks."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url, "BEGIN IMMEDIATE")
        self.reader = _engine(url, "BEGIN") if self.sqlite else self.engine
        self._spool: Spool | None = None
        self._opening = threading.Lock()

    @property
    def sqlite(self) -> bool:
        """Whether the books are in a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @property
    def spool(self) -> Spool:
        """The requests of Slack that stand until they are done with; opened when first asked for."""
        with self._opening:
            if self._spool is None:
                self._spool = Spool(make_url(self.url))
            return self._spool

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the books, which changes nothing."""
        with Session(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session
            session.rollback()

    @contextlib.contextmanager
    def hold(self) -> Iterator[Held]:
        """Keep one connection for a long run of short transactions."""
        with self.engine.connect() as connection:
            yield Held(connection)

    def close(self) -> None:
        """Close every connection."""
        if self._spool is not None:
            self._spool.close()
        self.engine.dispose()
        if self.reader is not self.engine:
            self.reader.dispose()
