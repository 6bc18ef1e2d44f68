"""What Slack was told yes to: written down within a second or refused, taken up by those who live, once."""

import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from store.db import spool as spools
from store.db.engine import Database
from store.db.owners import FileOwner
from store.db.spool import NotKept, Spool

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BODY = {"command": "/paye", "text": "FAC-1 500"}


@pytest.fixture
def unhurried() -> None:
    """Have the limit as it is."""


@pytest.fixture
def spool(database: Database) -> Iterator[Spool]:
    """The spool of a process."""
    spool = Spool(make_url(database.url))
    yield spool
    spool.close()


@pytest.fixture
def other(database: Database) -> Iterator[Spool]:
    """That of another process on the same books."""
    other = Spool(make_url(database.url))
    yield other
    other.close()


def test_what_is_written_stands_until_it_is_crossed_off(spool: Spool) -> None:
    assert spool.write("a", BODY, at=NOW)
    assert not spool.write("a", BODY, at=NOW)
    assert spool.waiting() == 1
    spool.cross_off("a")
    assert spool.waiting() == 0


def test_nobody_takes_what_a_living_process_is_busy_with(spool: Spool, other: Spool) -> None:
    spool.write("a", BODY, at=NOW)
    spool.take(at=NOW)
    assert other.take(at=NOW) == []
    assert spool.take(at=NOW) == []


def test_what_the_dead_leave_is_taken_by_one_of_those_who_live(
    database: Database, spool: Spool, other: Spool
) -> None:
    dead = Spool(make_url(database.url))
    dead.write("a", BODY, at=NOW)
    dead.write("b", BODY, at=NOW)
    dead.close()
    first = spool.take(at=NOW)
    assert [(each.key, each.body, each.at, each.tries) for each in first] == [
        ("a", BODY, NOW, 1),
        ("b", BODY, NOW, 1),
    ]
    assert other.take(at=NOW) == []


def test_a_killed_process_is_dead_at_once_where_its_lock_tells(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'books.db'}"
    program = (
        "import os, signal, datetime; from sqlalchemy.engine import make_url;"
        "from store.db.spool import Spool;"
        f"Spool(make_url({url!r})).write('a', {{}}, at=datetime.datetime.now(datetime.UTC));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    spool = Spool(make_url(url))
    assert [each.key for each in spool.take(at=datetime.now(UTC))] == ["a"]
    spool.close()


def test_a_silent_process_on_postgresql_is_dead_after_its_lease(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(request.getfixturevalue("postgres")())
    monkeypatch.setattr("store.db.owners.LEASE", timedelta(seconds=1))
    silent, spool = Spool(url), Spool(url)
    silent.write("a", BODY, at=NOW)
    spool.take(at=NOW)
    assert spool.take(at=NOW) == []
    found: list[str] = []
    until = time.monotonic() + 20
    while not found and time.monotonic() < until:
        time.sleep(0.3)
        found = [each.key for each in spool.take(at=NOW)]
    assert found == ["a"]
    silent.close()
    spool.close()


def test_what_could_not_be_finished_comes_again_later(spool: Spool) -> None:
    spool.write("a", BODY, at=NOW)
    spool.put_back(spools.Unanswered("a", BODY, NOW, 0), at=NOW)
    assert spool.take(at=NOW) == []
    again = spool.take(at=NOW + timedelta(seconds=11))
    assert [each.tries for each in again] == [1]
    spool.begin(again[0])
    spool.put_back(again[0], at=NOW)
    assert spool.take(at=NOW + timedelta(seconds=19)) == []
    assert [each.tries for each in spool.take(at=NOW + timedelta(seconds=21))] == [2]


def test_what_is_too_old_goes_whatever_became_of_it(spool: Spool) -> None:
    spool.write("a", BODY, at=NOW)
    assert spool.forget(before=NOW) == 0
    assert spool.forget(before=NOW + timedelta(seconds=1)) == 1


def test_more_than_it_may_hold_is_refused(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.db.spool.MOST", 2)
    for key in ("a", "b"):
        spool.write(key, BODY, at=NOW)
    spool.take(at=NOW)
    with pytest.raises(NotKept):
        spool.write("c", BODY, at=NOW)


# --- the file beside the books ----------------------------------------------------------------------------


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Database]:
    """Books on SQLite, by themselves."""
    books = Database(f"sqlite:///{tmp_path / 'books.db'}")
    yield books
    books.close()


def test_a_locked_file_is_refused_within_a_second_and_nothing_stays(books: Database) -> None:
    books.spool.write("before", BODY, at=NOW)
    holder = sqlite3.connect(spools.beside(make_url(books.url)))
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(NotKept):
        books.spool.write("a", BODY, at=NOW)
    assert time.monotonic() - began < 1.0
    holder.rollback()
    holder.close()
    time.sleep(1.0)  # whatever was still writing
    books.spool.take(at=NOW)
    assert books.spool.waiting() == 1, "what was refused stands"


def test_a_full_disk_is_refused_at_once(books: Database) -> None:
    def full(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=20")

    event.listen(books.spool.engine, "checkout", full)
    with pytest.raises(NotKept):
        books.spool.write("a", {"text": "x" * 300_000}, at=NOW)


def test_a_file_that_may_only_be_read_is_refused_at_once(books: Database) -> None:
    def read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(books.spool.engine, "checkout", read_only)
    with pytest.raises(NotKept):
        books.spool.write("a", BODY, at=NOW)


def test_no_place_for_the_file_is_refused_and_mends_itself(tmp_path: Path) -> None:
    place = tmp_path / "books"
    spool = Spool(make_url(f"sqlite:///{place / 'books.db'}"))
    with pytest.raises(NotKept):
        spool.write("a", BODY, at=NOW)
    place.mkdir()
    assert spool.write("b", BODY, at=NOW)
    spool.close()


def test_its_owner_alone_reads_it_and_nothing_is_left_in_it(books: Database, tmp_path: Path) -> None:
    books.spool.write("a", {"text": "Garage Martin 500"}, at=NOW)
    files = [file for file in tmp_path.iterdir() if "-asked" in file.name]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    books.spool.cross_off("a")
    with books.spool.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert not any(b"Garage Martin" in file.read_bytes() for file in files if file.exists())


def test_the_books_held_for_long_do_not_hold_it(books: Database) -> None:
    with books.write() as session:
        session.execute(text("CREATE TABLE held (id INTEGER)"))
        assert books.spool.write("a", BODY, at=NOW)


def test_many_threads_at_the_start_are_one_process(tmp_path: Path) -> None:
    """Who writes and who takes up come at once: none of them is shut out by the other's lock."""
    for round_ in range(200):
        owner = FileOwner(tmp_path / f"asked-{round_}")
        with ThreadPoolExecutor(4) as threads:
            names = {told.result() for told in [threads.submit(owner.ready) for _ in range(4)]}
        assert len(names) == 1
        owner.close()
