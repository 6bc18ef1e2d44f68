"""Fifty people type /paye at once, to `relance serve` itself: all are answered and the books add up."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from receivables.company import Company
from relance.demo.slack_person import SlackPerson, to_url
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.demo.slack_world import person
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Invoice, Payment
from store.health.check import check
from tests import builders
from tests.relance.conftest import SETTINGS
from tests.relance.test_serving import Process

PEOPLE = 50
PATIENCE = 3.0
"""Seconds that Slack waits, and that people do."""
SHARED, WANTED = "FAC-900", "FAC-901"


@dataclass
class Crowd:
    """Fifty people in front of Slack, and the books behind."""

    slack: SlackStandin
    people: list[SlackPerson]
    database: Database
    company: Company

    def type_at_once(self, lines: list[str]) -> list[float]:
        """Have each type a line at the same moment; return the seconds until each read an answer."""
        together = threading.Barrier(len(lines))
        began: dict[str, float] = {}
        acked: dict[str, tuple[int, float]] = {}

        def types(who: SlackPerson, line: str) -> None:
            together.wait(20)
            began[who.user] = time.time()
            answer = who.command(line)
            acked[who.user] = (answer.status, answer.seconds)

        before = len(self._shown())
        threads = [threading.Thread(target=types, args=pair) for pair in zip(self.people, lines, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {status for status, _ in acked.values()} == {200}
        read = self._wait_for(before)
        return [max(read[who] - began[who], acked[who][1]) for who in began]

    def _shown(self) -> list[tuple[str, str, float]]:
        """Return what was shown: to whom (one mentioned, or alone), the text, when."""
        public = [("", each["text"], float(each["ts"])) for each in self.slack.messages()]
        return public + [(each["to"], each["text"], float(each["ts"])) for each in self.slack.ephemerals]

    def _wait_for(self, before: int) -> dict[str, float]:
        """Wait until everybody has read an answer; return when."""
        until = time.monotonic() + 60
        while len(self._shown()) < before + len(self.people) and time.monotonic() < until:
            time.sleep(0.02)
        found: dict[str, float] = {}
        for to, text, at in self._shown():
            for who in self.people:
                if who.user == to or f"Personne {who.user} a noté" in text:
                    found[who.user] = max(at, found.get(who.user, 0.0))
        return found

    def left(self, number: str) -> str:
        """Return what is left of an invoice."""
        with read_books(self.database, self.company) as b:
            found = b.session.scalar(select(Invoice.outstanding).where(Invoice.number == number))
            return f"{found:.2f}"


@pytest.fixture
def crowd(tmp_path: Path, company: Company) -> Iterator[Crowd]:
    (tmp_path / "relance.toml").write_text(SETTINGS, encoding="utf-8")
    with SlackStandin() as slack:
        users = [f"U0P{number:02}" for number in range(PEOPLE)]
        slack.world.people.update({user: person(user, f"Personne {user}") for user in users})
        environ = {
            "RELANCE_CONFIG": str(tmp_path / "relance.toml"),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'relance.db'}",
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SMTP_URL": f"file://{tmp_path / 'out'}",
        }
        process = Process(["serve", "--port", "0"], environ, tmp_path)
        port = process.wait_for("serving")["port"]
        database = Database(environ["DATABASE_URL"])
        _fill(database, replace(company))
        deliver = to_url(f"http://127.0.0.1:{port}/slack/events")
        yield Crowd(slack, [SlackPerson(slack, user, deliver) for user in users], database, company)
        database.close()
        assert process.end() == 0


def _fill(database: Database, company: Company) -> None:
    """Put an invoice a person into the books, one for all, and one that all want to declare paid."""
    today = datetime.now(UTC).date()
    due = date(today.year + 1, 1, 15)  # nothing of it is late: the clock has nothing to say
    with open_books(database, company) as b:
        for number in range(PEOPLE):
            client = builders.customer(b, f"Client {number:02}")
            builders.invoice(b, client, f"FAC-{number:03}", due=due, amount="1000.00")
        builders.invoice(b, client, SHARED, due=due, amount="10000.00")
        builders.invoice(b, client, WANTED, due=due, amount="700.00")


def everybody_pays(crowd: Crowd) -> list[float]:
    """Pay each an invoice of one's own, then all a part of the same one, then all one in full."""
    waits = crowd.type_at_once([f"/paye FAC-{number:03}" for number in range(PEOPLE)])
    waits += crowd.type_at_once([f"/paye {SHARED} {number + 1}" for number in range(PEOPLE)])
    waits += crowd.type_at_once([f"/paye {WANTED}" for _ in range(PEOPLE)])
    return waits


def books_add_up(crowd: Crowd) -> None:
    assert {crowd.left(f"FAC-{number:03}") for number in range(PEOPLE)} == {"0.00"}
    assert crowd.left(SHARED) == f"{10_000 - sum(range(1, PEOPLE + 1))}.00"
    assert crowd.left(WANTED) == "0.00"
    with read_books(crowd.database, crowd.company) as b:
        assert check(b) == []
        assert b.session.scalar(select(func.count(Payment.id))) == PEOPLE + PEOPLE + 1
    told = [each for each in crowd.slack.ephemerals if f"{WANTED} est déjà soldée" in each["text"]]
    assert len(told) == PEOPLE - 1


def test_fifty_people_are_all_answered_and_the_books_add_up(crowd: Crowd) -> None:
    assert len(everybody_pays(crowd)) == 3 * PEOPLE
    books_add_up(crowd)


@pytest.mark.soak
def test_fifty_people_are_all_answered_under_three_seconds(crowd: Crowd) -> None:
    waits = everybody_pays(crowd)
    print(f"slowest answer {max(waits):.2f} s, median {sorted(waits)[len(waits) // 2]:.2f} s")
    assert max(waits) < PATIENCE
    books_add_up(crowd)
