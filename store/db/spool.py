"""What Slack was told yes to, written down before the yes: rows that stand until the person has an answer.

On PostgreSQL they are rows of the books' database. On SQLite they have a file of their own beside the books,
which a long import holds.
"""

import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Executable, create_engine, delete, event, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store.db.owners import FileOwner, Liveness, RowOwner
from store.db.tables import KeptRequest

log = logging.getLogger(__name__)
MAY_TAKE = 0.9
"""Seconds that writing down may take: the person waits, and must hear no within one."""
MOST = 10_000
"""Requests that may stand at once: more are refused, before they fill a disk."""
MOST_PAGES = 65_536
"""Of the file beside the books: 256 MB."""
TAKEN_AT_ONCE = 50
QUIET_SECONDS = 60.0
"""How long nobody has asked anything when the log is wiped: that may make a writer wait for the disk."""
WRITERS = 4
"""Connections to PostgreSQL that are kept open to write; SQLite has one writer."""
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)


class NotKept(Exception):
    """A request could not be written down in time: whoever made it is told, and nothing is done."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request to answer: its key, what Slack sent of it, when, and how often it was taken up again."""

    key: str
    body: dict[str, Any]
    at: datetime
    tries: int


class Spool:
    """The requests of all processes, and which of them this one is busy with."""

    def __init__(self, url: URL) -> None:
        self.may_take = MAY_TAKE
        """Seconds; longer for who tries something else on a busy machine."""
        self._sqlite = url.get_backend_name() == "sqlite"
        self.engine = _beside(beside(url)) if self._sqlite else _same(url)
        self.owner: Liveness = FileOwner(beside(url)) if self._sqlite else RowOwner(self.engine)
        self._writers = ThreadPoolExecutor(1 if self._sqlite else WRITERS, "spool")
        insert = sqlite.insert if self._sqlite else postgresql.insert
        self._insert = insert(KeptRequest).on_conflict_do_nothing().returning(KeptRequest.key)
        self._asked: deque[tuple[dict[str, Any], Future[bool]]] = deque()
        self._busy: set[str] = set()
        self._gone: dict[str, Future[Any] | None] = {}
        """What must not stay, and could not be crossed off yet."""
        self._full = False
        self._written: float | None = None
        """When something was last written, that is not wiped yet."""
        with contextlib.suppress(SQLAlchemyError, OSError):
            self.waiting()  # opens it, so that no request waits for that; whoever writes says what is wrong

    def write(self, key: str, body: dict[str, Any], *, at: datetime) -> bool:
        """Write a request down, as this process's; False: it stands there already. Raises NotKept."""
        if self._full:
            raise NotKept
        refused_before = key in self._gone  # a form that stayed open; its row may have come late
        self._gone.pop(key, None)
        self._busy.add(key)
        self._written = time.monotonic()
        writing: Future[bool] = Future()
        self._asked.append(({"key": key, "body": body, "at": at}, writing))
        self._writers.submit(self._flush)
        try:
            return writing.result(self.may_take) or refused_before
        except (TimeoutError, SQLAlchemyError, OSError) as error:
            self._gone[key] = writing
            self._busy.discard(key)
            writing.cancel()
            log.warning("request_not_kept", extra={"kind": type(error).__name__})
            raise NotKept from error

    def _flush(self) -> None:
        """Write down at once all that was asked meanwhile: with many people typing, each turn costs."""
        asked = []
        with contextlib.suppress(IndexError):  # another writer may take some of them
            while True:
                asked.append(self._asked.popleft())
        live = [(row, told) for row, told in asked if told.set_running_or_notify_cancel()]
        if not live:
            return
        try:
            owner = self.owner.ready()
            rows = [{**row, "due_at": row["at"], "owner": owner, "tries": 0} for row, _ in live]
            new = {each.key for each in self._run(self._insert, rows)}
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it
            for _, told in live:
                told.set_exception(error)
            return
        for row, told in live:
            told.set_result(row["key"] in new)
            new.discard(row["key"])

    def begin(self, taken: Unanswered) -> None:
        """Note that a request is begun again: not for ever, if it brings the process down."""
        begun = update(KeptRequest).where(KeptRequest.key == taken.key).values(tries=taken.tries)
        self._writers.submit(self._run, begun.returning(KeptRequest.id)).result()

    def cross_off(self, key: str) -> None:
        """Take away a request that is done with; where that fails, as soon as it can be."""
        self._gone[key] = None
        self._busy.discard(key)
        try:
            self._writers.submit(self._run, _without([key])).result()
        except (SQLAlchemyError, OSError) as error:
            log.warning("request_not_crossed_off", extra={"kind": type(error).__name__})
        else:
            self._gone.pop(key, None)

    def put_back(self, taken: Unanswered, *, at: datetime) -> None:
        """Have a request that could not be finished begun again a while after the aware instant `at`."""
        wait = min(FIRST_WAIT * 2 ** min(taken.tries, 10), LONGEST_WAIT)
        later = update(KeptRequest).where(KeptRequest.key == taken.key).values(due_at=at + wait)
        try:
            self._writers.submit(self._run, later.returning(KeptRequest.id)).result()
        except (SQLAlchemyError, OSError) as error:
            log.warning("request_not_put_back", extra={"kind": type(error).__name__})
        self._busy.discard(taken.key)

    def take(self, *, at: datetime) -> list[Unanswered]:
        """Take up what nobody is busy with, oldest first: of this process, and of those that died.

        Raises SQLAlchemyError where the rows cannot be read.
        """
        self.owner.beat()
        self._writers.submit(self._sweep).result()
        mine = self.owner.ready()
        rows = self._run(select(KeptRequest.id, KeptRequest.key, KeptRequest.owner, KeptRequest.due_at))
        self._full = len(rows) >= MOST
        if not rows:
            self._wipe()
        dead = self.owner.dead({row.owner for row in rows} - {mine})
        idle = {row.key for row in rows if row.owner == mine} - self._busy - self._gone.keys()
        free = sorted(row.id for row in rows if row.due_at <= at and (row.owner in dead or row.key in idle))
        return self._taken(free[:TAKEN_AT_ONCE], [*dead, mine], mine) if free else []

    def _taken(self, ids: Sequence[int], owners: Sequence[str], mine: str) -> list[Unanswered]:
        """Make rows this process's, unless another took them meanwhile."""
        rows = self._run(
            update(KeptRequest)
            .where(KeptRequest.id.in_(ids), KeptRequest.owner.in_(owners))
            .values(owner=mine)
            .returning(KeptRequest.key, KeptRequest.body, KeptRequest.at, KeptRequest.tries, KeptRequest.id)
        )
        self._busy.update(row.key for row in rows)
        return [
            Unanswered(row.key, row.body, row.at, row.tries + 1)
            for row in sorted(rows, key=lambda row: row.id)
        ]

    def _sweep(self) -> None:
        """Cross off what was done or refused while it could not be; leave what is still being written."""
        gone = [key for key, writing in list(self._gone.items()) if writing is None or writing.done()]
        if gone:
            self._run(_without(gone))
            for key in gone:
                self._gone.pop(key, None)

    def _wipe(self) -> None:
        """Leave nothing of what was asked in the log of the file beside the books."""
        if self._sqlite and self._written and time.monotonic() - self._written > QUIET_SECONDS:
            self._written = None
            self._run(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def forget(self, *, before: datetime) -> int:
        """Drop what was asked before an instant, whatever became of it. Returns how many."""
        return len(self._run(delete(KeptRequest).where(KeptRequest.at < before).returning(KeptRequest.id)))

    def waiting(self) -> int:
        """Return how many requests stand. Raises SQLAlchemyError."""
        return int(self._run(select(func.count()).select_from(KeptRequest))[0][0])

    def _run(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> list[Any]:
        """Run one statement, which is one transaction; anew where the database had been restarted."""
        try:
            return self._once(statement, rows)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._once(statement, rows)

    def _once(self, statement: Executable, rows: Sequence[dict[str, Any]] | None) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(statement, rows).all())

    def close(self) -> None:
        """Let the writers finish, give up what stands, close every connection."""
        self._writers.shutdown()
        self.owner.close()
        self.engine.dispose()


def beside(url: URL) -> Path:
    """Return the file of the requests, beside the books of this SQLite address."""
    return Path(f"{url.database}-asked")


def _without(keys: Iterable[str]) -> Executable:
    return delete(KeptRequest).where(KeptRequest.key.in_(keys)).returning(KeptRequest.id)


def _same(url: URL) -> Engine:
    """Connect to the books' PostgreSQL, by connections of our own: those of the acts may all be taken."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_size=WRITERS + 1,
        pool_reset_on_return=None,
    )


def _beside(file: Path) -> Engine:
    """Open the file beside the books, which its owner alone may read."""
    engine = create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": MAY_TAKE},
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )

    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA max_page_count={MOST_PAGES}")
        cursor.execute(_TABLE)
        cursor.close()

    def connecting(*_: Any) -> None:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    return engine


_TABLE = """
CREATE TABLE IF NOT EXISTS kept_requests (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key VARCHAR NOT NULL UNIQUE,
    body JSON NOT NULL,
    at DATETIME NOT NULL,
    due_at DATETIME NOT NULL,
    owner VARCHAR NOT NULL,
    tries INTEGER NOT NULL
)
"""
