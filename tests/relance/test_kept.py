"""Acknowledged is kept: killed between its yes and the work, `relance serve` does it, and says it, once."""

import contextlib
import hashlib
import hmac
import json
import secrets
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.slack.signatures import SIGNATURE, STAMP
from receivables.company import Company
from relance.demo.slack_person import Answer, Signed, SlackPerson, to_url
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.demo.slack_world import TEAM, Json
from relance.settings import load
from relance.wiring import open_database
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import JournalLine
from tests.builders import customer, invoice
from tests.relance.kept_kills import Count, kill_webs
from tests.relance.test_serving import Process

LONG = 60.0


class Served:
    """`relance serve` on books of its own, which is killed and started anew; Marie is before her Slack."""

    def __init__(self, environ: dict[str, str], folder: Path, slack: SlackStandin) -> None:
        self._environ, self._folder, self.slack = environ, folder, slack
        self.marie = SlackPerson(slack, "U0MARIE", self.deliver)
        self.process: Process | None = None
        self.database: Database = open_database(environ["DATABASE_URL"])
        self.company: Company = load(environ).companies["durand"]
        with open_books(self.database, self.company) as b:
            for number in ("FAC-1", "FAC-2", "FAC-3", "FAC-4"):
                invoice(b, customer(b, f"Client {number}"), number)

    def deliver(self, signed: Signed) -> Answer:
        """Bring a request of Slack's to the process of now."""
        return to_url(f"http://127.0.0.1:{self.port}/slack/events")(signed)

    def start(self) -> None:
        self.process = Process(["serve", "--port", "0"], self._environ, self._folder)
        self.port = self.process.wait_for("serving", LONG)["port"]

    def kill(self) -> None:
        assert self.process is not None
        self.process.end(signal.SIGKILL)

    @contextlib.contextmanager
    def books_held(self) -> Iterator[None]:
        """Hold the books, as a long import does."""
        holder = sqlite3.connect(self._environ["DATABASE_URL"].removeprefix("sqlite:///"), timeout=30)
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.rollback()
        holder.close()

    def opens_home(self) -> Answer:
        """Open the app's tab, which Slack tells as an event: a body of JSON."""
        event = {"type": "app_home_opened", "user": "U0MARIE", "tab": "home", "channel": "D0"}
        whole = {"type": "event_callback", "event_id": secrets.token_hex(4), "team_id": TEAM, "event": event}
        body, now = json.dumps(whole), str(int(time.time()))
        digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", STAMP: now, SIGNATURE: f"v0={digest}"}
        return self.deliver(Signed(body, headers))

    def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + LONG
        while not seen():
            assert time.monotonic() < deadline, [each["text"] for each in self.slack.messages()]
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until nothing is kept any more, and what was to be said is said."""
        self.until(lambda: self.database.spool.waiting() == 0)
        time.sleep(0.5)

    def acts(self) -> list[str]:
        """Return what the journal holds."""
        with read_books(self.database, self.company) as b:
            return [line.act for line in b.session.scalars(select(JournalLine).order_by(JournalLine.id))]

    def said(self, words: str) -> list[Json]:
        return [each for each in self.slack.messages() if words in each["text"]]

    def whispered(self, words: str) -> list[Json]:
        return [each for each in self.slack.ephemerals if words in each["text"]]


@pytest.fixture
def served(environ: dict[str, str], tmp_path: Path, slack: SlackStandin) -> Iterator[Served]:
    environ["SMTP_URL"] = f"file://{tmp_path / 'out'}"
    served = Served(environ, tmp_path, slack)
    yield served
    if served.process is not None:
        served.kill()
    served.database.close()


def test_what_was_told_yes_is_done_once_and_said_once(served: Served) -> None:
    """A command, a click, a form and the opening of the tab, all killed before anything was done."""
    served.start()
    served.marie.command("/paye FAC-1 10")
    served.until(lambda: len(served.said("FAC-1")) == 1)
    served.marie.command("/paye")
    served.until(lambda: served.marie.view is not None)
    fact = served.said("FAC-1")[0]
    with served.books_held():
        served.marie.fill({"number": "FAC-2", "amount": "20"})
        acks = [
            served.marie.command("/paye FAC-3 30"),
            served.marie.press(fact, "undo"),
            served.marie.submit(),
            served.opens_home(),
        ]
        assert [ack.status for ack in acks] == [200] * 4
        assert all(ack.seconds < 1 for ack in acks)
        assert served.acts() == ["payment.recorded"]
        assert not served.slack.world.homes
        served.kill()
    served.start()
    served.settle()
    assert "U0MARIE" in served.slack.world.homes
    assert sorted(served.acts()) == ["payment.recorded"] * 3 + ["payment.undone"]
    assert len(served.said("FAC-2")) == len(served.said("FAC-3")) == 1
    assert len(served.whispered("Reprise après une interruption")) == 3


def test_killed_at_twenty_moments_each_payment_is_noted_once_and_said_once(
    environ: dict[str, str], slack: SlackStandin
) -> None:
    assert kill_webs(environ, slack, kills=20, seed=20) == Count(20, lost=0, twice=0, unsaid=0, said_twice=0)
