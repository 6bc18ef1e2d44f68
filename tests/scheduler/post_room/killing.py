"""Senders killed at random moments, and the count made afterwards: nothing twice, nothing lost."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO

from sqlalchemy import select

from receivables.company import Company
from scheduler.post_room.outbox import send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Reminder
from tests import builders
from tests.scheduler.posting import NOON, Mailbox, planned


@contextlib.contextmanager
def senders(url: str, port: int) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run the process that starts senders; yield its ends: write a line to start one, read its id."""
    command = [sys.executable, "-m", "tests.scheduler.post_room.sender_process", url, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout
        process.stdin.close()


def begin(start: IO[str], told: IO[str]) -> int:
    """Start one sender; return its process id."""
    start.write("\n")
    start.flush()
    return int(told.readline())


def plan_many(database: Database, company: Company, mails: int) -> None:
    """Plan a message to each of `mails` customers."""
    with open_books(database, company) as b:
        for number in range(mails):
            customer = builders.customer(b, f"Client {number}", email=f"c{number}@client.example")
            invoice = builders.invoice(b, customer, f"FAC-{number}", due=date(2026, 4, 1))
            planned(b, customer, [invoice])


def wait_for_a_mail(mailbox: Mailbox, taken: int) -> None:
    """Wait until the sender is at work, so that it is killed between or within mails."""
    deadline = time.monotonic() + 5
    while len(mailbox.taken) == taken and time.monotonic() < deadline:
        time.sleep(0.001)


def kill_senders(database: Database, company: Company, mailbox: Mailbox, *, kills: int, seed: int) -> int:
    """Kill `kills` senders at random moments, let the last one end; return how many sends are uncertain."""
    chance = random.Random(seed)
    plan_many(database, company, kills * 20)
    with senders(database.url, mailbox.port) as (start, told):
        for _ in range(kills):
            taken = len(mailbox.taken)
            process = begin(start, told)
            wait_for_a_mail(mailbox, taken)
            time.sleep(chance.uniform(0, 0.02))
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            assert told.readline() == "done\n"
        begin(start, told)
        assert told.readline() == "done\n"
    time.sleep(0.2)  # what the killed ones had handed over is still being taken
    after = NOON + timedelta(minutes=20)
    send_due(database, company, mailbox.senders(), now=lambda: after)
    return count(database, company, mailbox)


def count(database: Database, company: Company, mailbox: Mailbox) -> int:
    """Check that each message left once, or is uncertain; return how many are."""
    arrived = Counter(str(mail["Message-ID"]) for mail in mailbox.mails)
    with read_books(database, company) as b:
        rows = b.session.execute(select(Reminder.state, Reminder.message_id)).all()
    states = Counter(state for state, _ in rows)
    assert set(states) <= {"sent", "uncertain"}, states
    assert max(arrived.values()) == 1, "a mail left twice"
    for state, message_id in rows:
        assert state == "uncertain" or arrived[str(message_id)] == 1, "a mail was lost"
    assert set(arrived) <= {message_id for _, message_id in rows}
    return states["uncertain"]
