"""The clock itself: its jobs, what it logs, and how it ends."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from scheduler.clock import Clock, build, close, start
from scheduler.inbox.imap import FetchedMails
from scheduler.inbox.reading import Inbox
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Reminder
from store.health import heartbeat
from tests import builders
from tests.scheduler.posting import NOON, Mailbox, planned


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: the clock owns nothing, and what it runs is tested on both databases elsewhere."""
    shutil.copy(sqlite_template, tmp_path / "relance.db")
    return f"sqlite:///{tmp_path}/relance.db"


def clock_of(database: Database, company: Company, mailbox: Mailbox, *, announce: Callable[[], int]) -> Clock:
    other = replace(company, key="martin", timezone="Indian/Reunion", holidays="FR-RE")
    return Clock(
        database,
        {company.key: company, other.key: other},
        mailbox.senders,
        announce,
        lambda: NOON,
        threading.Event(),
    )


def test_the_mailbox_is_read_for_all_companies_and_before_the_morning_s_plan(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    looks: list[datetime] = []

    def look(_position: object, at: datetime) -> Iterator[FetchedMails]:
        looks.append(at)
        yield from ()

    clock = clock_of(database, company, mailbox, announce=lambda: 0)
    clock = replace(clock, inbox=Inbox(look, "box", clock.companies, builders.KEYS))
    scheduler = build(clock)
    scheduler.start(paused=True)
    assert "inbox" in {job.id for job in scheduler.get_jobs()}
    close(scheduler, clock)
    clock.read()
    clock.morning(company.key)
    assert looks == [NOON, NOON]


def test_the_plan_does_not_wait_for_a_mailbox_that_takes_its_time(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-123", due=date(2026, 4, 1))
    looks: list[datetime] = []
    go_on = threading.Event()

    def look(_position: object, at: datetime) -> Iterator[FetchedMails]:
        looks.append(at)
        go_on.wait(60)
        yield from ()

    clock = clock_of(database, company, mailbox, announce=lambda: 0)
    clock = replace(clock, inbox=Inbox(look, "box", clock.companies, builders.KEYS), plan_waits=0.2)
    for key in clock.companies:
        clock.morning(key)
    with read_books(database, company) as b:
        assert b.session.scalars(select(Reminder.state)).all() == ["planned"]
    assert looks == [NOON]  # nobody queues up behind it
    go_on.set()
    assert clock.looks.wait(60)
    clock.morning(company.key)
    assert looks == [NOON, NOON]


def test_a_look_that_fails_keeps_the_plan_from_nothing(
    database: Database, company: Company, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-123", due=date(2026, 4, 1))

    def look(_position: object, _at: datetime) -> Iterator[FetchedMails]:
        raise LookupError

    clock = clock_of(database, company, mailbox, announce=lambda: 0)
    replace(clock, inbox=Inbox(look, "box", clock.companies, builders.KEYS)).morning(company.key)
    with read_books(database, company) as b:
        assert b.session.scalars(select(Reminder.state)).all() == ["planned"]
    assert "mailbox_look_failed" in caplog.text


def test_each_company_has_its_jobs_in_its_own_timezone(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    scheduler = build(clock_of(database, company, mailbox, announce=lambda: 0))
    scheduler.start(paused=True)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert {name for name in jobs if name.startswith("durand")} == {
        "durand:letters",
        "durand:morning",
        "durand:send",
        "durand:start",
        "durand:sweep",
    }
    assert str(jobs["martin:morning"].trigger.timezone) == "Indian/Reunion"
    assert "mon-fri" in str(jobs["durand:morning"].trigger)
    for job in jobs.values():
        assert (job.coalesce, job.max_instances) == (True, 1)
        assert job.misfire_grace_time == (None if job.id.endswith(":start") else 3600)
    monday = jobs["durand:morning"].trigger.get_next_fire_time(
        None, datetime(2026, 4, 11, tzinfo=company.zone)
    )
    assert monday.date() == date(2026, 4, 13)
    scheduler.shutdown()


def test_started_late_it_still_makes_the_plan_and_says_what_waits(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-123", due=date(2026, 4, 1))
    said = threading.Event()

    def announce() -> int:
        said.set()
        return 0

    clock = clock_of(database, company, mailbox, announce=announce)
    scheduler = start(clock)
    try:
        assert said.wait(30)
        for _ in range(300):
            with read_books(database, company) as b:
                states = b.session.scalars(select(Reminder.state)).all()
            if states:
                break
            time.sleep(0.1)
    finally:
        close(scheduler, clock)
    assert states == ["planned"]


def test_a_run_of_sends_leaves_a_sign_of_life(database: Database, company: Company, mailbox: Mailbox) -> None:
    clock = clock_of(database, company, mailbox, announce=lambda: 0)
    clock.send(company.key)
    clock.sweep(company.key)
    with read_books(database, company) as b:
        beat = heartbeat.last(b)
    assert beat is not None
    assert (beat.at, beat.error) == (NOON, None)


def test_closing_waits_for_the_mail_under_way_and_cuts_none(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        for number in range(20):  # more would wait for a person's go, once the clock has made its own plan
            customer = builders.customer(b, f"Client {number}")
            planned(b, customer, [builders.invoice(b, customer, f"FAC-{number}", due=date(2026, 4, 1))])
    clock = clock_of(database, company, mailbox, announce=lambda: 0)
    scheduler = start(clock)
    deadline, asked = time.monotonic() + 30, 0.0
    while not mailbox.taken and time.monotonic() < deadline:
        if time.monotonic() > asked + 3:  # a busy machine may miss the instant, which skips the run
            scheduler.modify_job("durand:send", next_run_time=datetime.now(company.zone))
            asked = time.monotonic()
        time.sleep(0.005)
    close(scheduler, clock)
    with read_books(database, company) as b:
        states = list(b.session.scalars(select(Reminder.state)))
    assert states.count("sent") == len(mailbox.taken) >= 1
    assert set(states) <= {"sent", "planned"}


def test_a_job_that_fails_is_logged_and_the_clock_goes_on(
    database: Database, company: Company, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Event()

    def announce() -> int:
        failed.set()
        raise RuntimeError("Slack is away")

    clock = clock_of(database, company, mailbox, announce=announce)
    with caplog.at_level(logging.WARNING, "scheduler.clock"):
        scheduler = start(clock)
        scheduler.modify_job("announce", next_run_time=datetime.now(company.zone))
        assert failed.wait(30)
        close(scheduler, clock)
    assert "job announce failed" in caplog.text
