"""Web processes killed at random moments after they said yes, and the count made afterwards."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk import WebClient
from sqlalchemy import select

from bot.announcements.announcer import post_waiting
from receivables.company import Company
from relance.demo.slack_person import SlackPerson, to_url
from relance.demo.slack_standin import SlackStandin
from relance.settings import load
from relance.web import now
from relance.wiring import open_database
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Invoice
from tests.builders import customer, invoice

PAID = 10
LONGEST_LIFE = 0.4
"""Seconds from the yes to the kill, at most: about what the first command of a process takes."""


@dataclass(frozen=True)
class Count:
    """What became of the payments that were told yes to."""

    asked: int
    lost: int
    twice: int
    unsaid: int
    said_twice: int


class Nursery:
    """Starts web processes quickly: Python and its modules are loaded once."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._living: int | None = None
        command = [sys.executable, "-m", "tests.relance.kept_process"]
        self._parent = subprocess.Popen(
            command,
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self) -> tuple[int, str]:
        """Start a web process; return its id and Slack's request URL."""
        assert self._parent.stdin
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        process, port = self._read().split()
        self._living = int(process)
        return self._living, f"http://127.0.0.1:{port}/slack/events"

    def kill(self, process: int) -> None:
        """Kill it, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        assert self._read() == "done"
        self._living = None

    def _read(self) -> str:
        assert self._parent.stdout
        return self._parent.stdout.readline().strip()

    def close(self) -> None:
        """End the parent, and whoever a failed test has left."""
        if self._living is not None:
            self.kill(self._living)
        for end in (self._parent.stdin, self._parent.stdout):
            if end:
                end.close()
        self._parent.wait(20)


@contextlib.contextmanager
def nursery(environ: dict[str, str]) -> Iterator[Nursery]:
    """Give a nursery, and end it."""
    found = Nursery(environ)
    try:
        yield found
    finally:
        found.close()


def numbers(kills: int) -> list[str]:
    """Return an invoice number for each kill."""
    return [f"FAC-{100 + each}" for each in range(kills)]


def fill(database: Database, company: Company, kills: int) -> None:
    """Put an invoice for each kill into the books."""
    with open_books(database, company) as b:
        for number in numbers(kills):
            invoice(b, customer(b, f"Client {number}"), number)


def kill_webs(environ: dict[str, str], slack: SlackStandin, *, kills: int, seed: int) -> Count:
    """Kill a web process a moment after each payment that it said yes to, let the last one end; count."""
    chance = random.Random(seed)
    database, company = open_database(environ["DATABASE_URL"]), load(environ).companies["durand"]
    fill(database, company, kills)
    with nursery(environ) as nest:
        for number in numbers(kills):
            process, url = nest.start()
            type_until_yes(SlackPerson(slack, "U0MARIE", to_url(url)), f"/paye {number} {PAID}")
            time.sleep(chance.uniform(0, LONGEST_LIFE))
            nest.kill(process)
        process, _ = nest.start()
        settle(database, slack)
        nest.kill(process)
    client = WebClient(token=slack.token, base_url=slack.url)
    post_waiting(database, {company.key: company}, client, now=now)
    found = count(database, company, slack, kills)
    database.close()
    return found


def type_until_yes(person: SlackPerson, line: str) -> None:
    """Type a command; where a busy machine has it refused in words, again, as people do."""
    for _ in range(10):
        answer = person.command(line)
        assert answer.status == 200
        if not answer.body:
            return
        assert "rien n’a été noté" in answer.data["text"]
    raise AssertionError(f"{line} was never said yes to")


def settle(database: Database, slack: SlackStandin) -> None:
    """Wait until nothing stands any more and nobody says anything."""
    until, before = time.monotonic() + 60, -1
    while database.spool.waiting() or before != len(slack.calls):
        assert time.monotonic() < until, f"{database.spool.waiting()} requests stand"
        before = len(slack.calls)
        time.sleep(0.5)


def count(database: Database, company: Company, slack: SlackStandin, kills: int) -> Count:
    """Return what became of each payment."""
    with read_books(database, company) as b:
        taken = {row.number: row.amount - row.outstanding for row in b.session.scalars(select(Invoice))}
    said = {number: sum(number in each["text"] for each in slack.messages()) for number in taken}
    return Count(
        asked=kills,
        lost=sum(not amount for amount in taken.values()),
        twice=sum(amount > PAID for amount in taken.values()),
        unsaid=sum(not said[number] for number, amount in taken.items() if amount),
        said_twice=sum(times > 1 for times in said.values()),
    )
