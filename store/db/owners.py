"""Whether the process that wrote a request down still lives: what the dead leave is taken up by others."""

import contextlib
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, delete, func, select
from sqlalchemy.dialects import postgresql

from store.db.tables import Keeper

LEASE = timedelta(seconds=15)
"""How long a process on PostgreSQL may be silent before others take up what it had begun."""

FORGOTTEN = timedelta(days=7)
"""How long the row of a process that was killed stays."""


def _now() -> ColumnElement[datetime]:
    """Return the present by the database's clock, as its columns hold it."""
    return func.timezone("UTC", func.now())


class Liveness(Protocol):
    """This process among those that write requests down."""

    def ready(self) -> str:
        """Return the name under which it writes, with the sign that it lives made."""

    def beat(self) -> None:
        """Renew the sign."""

    def dead(self, names: Collection[str]) -> set[str]:
        """Return which of these other processes are no more."""

    def close(self) -> None:
        """Take the sign away: what stands is left to others."""


class FileOwner:
    """On one machine: a file that the process holds locked; the lock goes with it, however it ends."""

    def __init__(self, spool: Path) -> None:
        self._spool, self._name = spool, secrets.token_hex(8)
        self._held: int | None = None
        self._taking = threading.Lock()
        """Who writes and who takes up come at once at the start: taken twice, the file shuts its own out."""

    def _file(self, name: str) -> Path:
        return self._spool.with_name(f"{self._spool.name}.{name}")

    def ready(self) -> str:
        """Return the name, its file locked."""
        with self._taking:
            if self._held is None:
                held = os.open(self._file(self._name), os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._held = held
        return self._name

    def beat(self) -> None:
        """Nothing to renew: the lock is held as long as the process lives."""

    def dead(self, names: Collection[str]) -> set[str]:
        """Return those whose file is gone, or held by nobody."""
        return {name for name in names if self._is_dead(self._file(name))}

    def _is_dead(self, file: Path) -> bool:
        try:
            descriptor = os.open(file, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            file.unlink(missing_ok=True)
            return True
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Take the file away."""
        if self._held is not None:
            self._file(self._name).unlink(missing_ok=True)
            os.close(self._held)
            self._held = None


class RowOwner:
    """On PostgreSQL: a row that the process renews every few seconds, by the clock of the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._name = engine, secrets.token_hex(8)
        self._beaten: float | None = None
        self._listens_from = 0.0

    def ready(self) -> str:
        """Return the name, its row there."""
        if self._beaten is None:
            self.beat()
        return self._name

    def beat(self) -> None:
        """Renew the row. Raises SQLAlchemyError."""
        row = postgresql.insert(Keeper).values(name=self._name, seen_at=_now())
        renewed = row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": row.excluded.seen_at})
        with self._engine.connect() as connection:
            connection.execute(renewed)
            if self._beaten is None:
                connection.execute(delete(Keeper).where(Keeper.seen_at < _now() - FORGOTTEN))
        now = time.monotonic()
        if self._beaten is not None and now - self._beaten > LEASE.total_seconds():
            self._listens_from = now + LEASE.total_seconds()
        self._beaten = now

    def dead(self, names: Collection[str]) -> set[str]:
        """Return those that were silent for the lease.

        Whoever was silent too, since the database was away, waits a lease until the others were heard.
        """
        if not names or time.monotonic() < self._listens_from:
            return set()
        alive = select(Keeper.name).where(Keeper.seen_at > _now() - LEASE)
        with self._engine.connect() as connection:
            return set(names) - set(connection.scalars(alive))

    def close(self) -> None:
        """Take the row away."""
        if self._beaten is not None:
            with contextlib.suppress(Exception), self._engine.connect() as connection:
                connection.execute(delete(Keeper).where(Keeper.name == self._name))
