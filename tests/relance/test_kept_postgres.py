"""Two web processes on one PostgreSQL: what a killed one leaves is the other’s; a database away is no yes."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from relance.demo.slack_person import SlackPerson, to_url
from relance.demo.slack_standin import SlackStandin
from relance.settings import load
from relance.wiring import open_database
from store.books import open_books, read_books
from store.db.tables import Invoice
from tests.builders import customer, invoice
from tests.conftest import postgres_server
from tests.relance.kept_kills import nursery


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL that may be stopped."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def shared(environ: dict[str, str], server: Any, tmp_path: Path) -> dict[str, str]:
    """The environment of web processes that share these books."""
    environ["DATABASE_URL"] = server.get_uri()
    return environ


def test_the_work_of_a_killed_process_is_done_once_by_another(
    shared: dict[str, str], slack: SlackStandin
) -> None:
    database, company = open_database(shared["DATABASE_URL"]), load(shared).companies["durand"]
    with open_books(database, company) as b:
        invoice(b, customer(b), "FAC-1")
    with nursery(shared) as one, nursery(shared) as other:
        (dies, url), (lives, _) = one.start(), other.start()
        with database.write() as session:
            session.execute(text("LOCK TABLE deliveries IN EXCLUSIVE MODE"))
            answer = SlackPerson(slack, "U0MARIE", to_url(url)).command("/paye FAC-1 10")
            assert (answer.status, answer.body) == (200, "")
            one.kill(dies)
        until = time.monotonic() + 60
        while database.spool.waiting():
            assert time.monotonic() < until, "nobody took it up"
            time.sleep(0.2)
        other.kill(lives)
    with read_books(database, company) as b:
        assert str(b.session.scalar(select(Invoice.outstanding))) == "1190.00"
    database.close()
    assert len([each for each in slack.messages() if "FAC-1" in each["text"]]) == 1


def test_a_database_that_is_away_is_no_yes_and_within_a_second(
    shared: dict[str, str], server: Any, slack: SlackStandin
) -> None:
    with nursery(shared) as nest:
        process, url = nest.start()
        marie = SlackPerson(slack, "U0MARIE", to_url(url))
        marie.command("/relances")
        server.stop()
        answer = marie.command("/paye FAC-1 10")
        nest.kill(process)
    assert "rien n’a été noté" in answer.data["text"]
    assert answer.seconds < 1.0
