"""The post room against a real mail server, on both databases: what leaves, what does not, and why."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Row, select

from receivables.company import Company, Mode
from scheduler.outbox import send_due
from store import payments, reminders
from store.books import open_books, read_books
from store.engine import Database
from store.tables import Contact, Customer, Invoice, Reminder, ReminderItem, StepDone
from tests import builders
from tests.scheduler.posting import NOON, Mailbox, SetClock, mail_server, planned


def one_reminder(database: Database, company: Company, **columns: object) -> int:
    with open_books(database, company) as b:
        customer = builders.customer(b, "Garage Martin", contact_name="Léa Brun")
        invoice = builders.invoice(b, customer, "FAC-123", due=date(2026, 4, 1))
        return planned(b, customer, [invoice], **columns).id


def row(database: Database, company: Company, reminder_id: int) -> Row[Any]:
    """Return the reminder as the database has it."""
    with read_books(database, company) as b:
        return b.session.execute(select(Reminder.__table__).where(Reminder.id == reminder_id)).one()


def test_a_planned_reminder_leaves_once_and_is_recorded(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    report = send_due(database, company, mailbox.transport(), now=clock)
    assert (report.sent, report.failed, report.down) == (1, 0, None)
    [mail] = mailbox.mails
    sent = row(database, company, reminder_id)
    assert sent.state == "sent"
    assert sent.sent_at == NOON
    assert sent.server_answer == "250 queued"
    assert mail["Message-ID"] == sent.message_id
    assert mailbox.taken[0].rcpt_tos == ["compta@client.example"]
    with read_books(database, company) as b:
        [done] = b.session.scalars(select(StepDone))
        assert (done.step, done.how, done.done_on, done.slot) == (
            "ferme",
            "sent",
            date(2026, 4, 8),
            date(2026, 4, 8),
        )
        assert b.session.scalars(select(Customer.thread_id)).one() == sent.message_id
    assert send_due(database, company, mailbox.transport(), now=clock).sent == 0
    assert len(mailbox.taken) == 1
