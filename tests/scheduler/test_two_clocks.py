"""Two clocks on one database: one plan, one digest, each mail once."""

import threading

from sqlalchemy import select

from receivables.company import Company
from scheduler.jobs import plan_morning
from scheduler.post_room.outbox import send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Reminder
from tests import builders
from tests.scheduler.post_room.killing import begin, count, plan_many, senders
from tests.scheduler.posting import MORNING, NOON, Mailbox


def test_two_processes_send_each_mail_once(database: Database, company: Company, mailbox: Mailbox) -> None:
    plan_many(database, company, 60)
    with senders(database.url, mailbox.port) as one, senders(database.url, mailbox.port) as other:
        for start, told in (one, other):
            begin(start, told)
        assert [told.readline() for _, told in (one, other)] == ["done\n", "done\n"]
    assert count(database, company, mailbox) == 0
    assert len(mailbox.taken) == 60


def test_two_threads_send_each_mail_once(database: Database, company: Company, mailbox: Mailbox) -> None:
    plan_many(database, company, 40)
    reports = []

    def clock() -> None:
        reports.append(send_due(database, company, mailbox.senders(), now=lambda: NOON))

    threads = [threading.Thread(target=clock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.sent for report in reports) == 40
    assert count(database, company, mailbox) == 0


def test_the_plan_and_its_digest_are_made_once(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(plan_morning(database, company, at=MORNING)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(1 for plan in made if plan is not None) == 1
    with read_books(database, company) as b:
        keys = sorted(b.session.scalars(select(Announcement.key)))
        assert keys == ["cards:2026-04-08:0", "digest:2026-04-08"]
        assert len(b.session.scalars(select(Reminder.id)).all()) == 1
