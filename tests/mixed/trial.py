"""The whole trial, and what must hold afterwards."""

import re
import statistics
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from receivables.codes.announcements import AnnouncementState
from receivables.codes.messages import MessageState
from relance.settings import load
from scheduler.jobs import plan_morning
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Announcement, Payment, Reminder
from store.reminders import day_plans
from tests import builders
from tests.mixed.work import Done, work
from tests.mixed.world import World, file_of, world

SETTLED = 120.0
"""Seconds that all that was begun has to be said and sent."""


def mixed(folder: Path, *, seconds: float, people: int = 6, restart: bool = True) -> str:
    """Have two web processes and three clocks work on one PostgreSQL; check, and return the figures."""
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(builders.noon_zone(now))).date()
    with world(folder) as made:
        imported = made.run("import", str(file_of(folder, today, revision=1)))
        assert imported.returncode == 0, imported.stderr
        database = Database(made.environ["DATABASE_URL"])
        _let_leave(made, database, now)
        for _ in range(2):
            made.web()
        for _ in range(3):
            made.clock()
        done = work(made, seconds=seconds, people=people, today=today, restart=restart)
        _settle(database)
        told = _check(made, database, done)
        database.close()
        assert made.end() == [0] * 5
        errors = Counter(record["event"] for record in made.logged("error"))
    return f"{told}; logged as errors: {dict(errors)}"


def _let_leave(made: World, database: Database, now: datetime) -> None:
    """Have the day planned, and the go given that a first morning asks for; on week-ends nothing leaves."""
    company = load(made.environ).companies["durand"]
    if plan_morning(database, company, at=now) is not None:
        with open_books(database, company) as b:
            day_plans.give_go(b, b.today(now), by="U0MARIE", at=now)


def _settle(database: Database) -> None:
    """Wait until nothing waits any more."""
    deadline = time.monotonic() + SETTLED
    while time.monotonic() < deadline:
        with database.read() as session:
            states = Counter(session.scalars(select(Announcement.state)))
            sending = Counter(session.scalars(select(Reminder.state)))
        waits = states[AnnouncementState.WAITING] + states[AnnouncementState.POSTING]
        if not waits and not sending[MessageState.SENDING] and not sending[MessageState.PLANNED]:
            return
        time.sleep(1)


def _whispered(made: World, lost: set[str]) -> list[tuple[str, int]]:
    """Return what people were told most often, with figures left out."""
    print(sorted(lost))
    return Counter(
        re.sub(r"\d+", "#", str(each["text"]))[:160] for each in made.slack.ephemerals
    ).most_common(8)


def _check(made: World, database: Database, done: Done) -> str:
    """Check that nothing happened twice and nothing was lost; return the figures."""
    with database.read() as session:
        paid = Counter(f"{amount:.2f}" for amount in session.scalars(select(Payment.amount)))
        said = [(row.id, row.state, row.kind, row.data) for row in session.scalars(select(Announcement))]
        sent = session.execute(select(Reminder.message_id, Reminder.state)).all()
    assert set(paid.values()) <= {1}, "a payment was noted twice"
    lost = set(done.acked) - set(paid)
    assert not lost, f"{len(lost)} of {len(paid)} acknowledged are not noted: {_whispered(made, lost)}"
    waiting = Counter(f"{kind} {state}" for _, state, kind, _ in said if state != AnnouncementState.POSTED)
    assert not waiting, f"{sum(waiting.values())} of {len(said)} are not said: {waiting}"
    marks = Counter(
        mark
        for each in made.slack.messages()
        if each.get("metadata")
        for mark in str(each["metadata"]["event_payload"]["id"]).split(",")
    )
    assert max(marks.values(), default=1) == 1, "something was said twice"
    arrived = Counter(str(mail["Message-ID"]) for mail in made.mailbox.mails)
    assert max(arrived.values(), default=1) == 1, "a mail left twice"
    for message_id, state in sent:
        assert state != MessageState.SENT or arrived[str(message_id)] == 1, (
            "a mail is called sent that never left"
        )
    checked = made.run("db", "check")
    assert checked.returncode == 0, checked.stderr
    p99 = statistics.quantiles(done.seconds, n=100)[98]
    states = Counter(str(state) for _, state in sent)
    return (
        f"{dict(done.counts)}, {done.refused} refused; {len(paid)} payments noted, none twice or lost; "
        f"{sum(arrived.values())} mails, none twice, {dict(states)}; {len(said)} announcements, each once; "
        f"ack median {statistics.median(done.seconds) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    )
