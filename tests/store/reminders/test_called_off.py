"""What is planned and becomes wrong does not leave; what stays right does."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from store import pauses
from store.books import Books
from store.calls import acts as calls
from store.credits import acts as credit_acts
from store.db.tables import Customer, Invoice, Reminder, ReminderItem
from store.disputes import acts as disputes
from store.invoices import ending
from store.payments import acts as payments
from store.promises import acts as promises
from tests.builders import MARIE, at, customer, invoice

DAY = date(2026, 4, 20)
NOW: dict[str, Any] = {"by": MARIE, "at": at(DAY)}


def planned(b: Books, client: Customer, *rows: Invoice) -> Reminder:
    """Plan a firm reminder for today about these invoices."""
    reminder = Reminder(
        company_id=b.company_id,
        customer_id=client.id,
        day=DAY,
        channel="email",
        by="horloge",
        step="ferme",
        corrective=True,
        policy="standard",
        state="planned",
        planned_at=at(DAY, 6),
        planned_for=at(DAY, 8),
        due_at=at(DAY, 8),
    )
    b.session.add(reminder)
    b.session.flush()
    b.session.add_all(
        ReminderItem(
            company_id=b.company_id,
            reminder_id=reminder.id,
            invoice_id=row.id,
            step="ferme",
            outstanding=row.outstanding,
            currency=row.currency,
        )
        for row in rows
    )
    b.session.flush()
    return reminder


def pay(b: Books, row: Invoice) -> int:
    return payments.record(b, row.id, amount=None, received_on=DAY, **NOW).called_off


def credit(b: Books, row: Invoice) -> int:
    facts: dict[str, Any] = {"number": "AV-1", "amount": row.amount, "currency": "EUR", "issue_date": DAY}
    return credit_acts.add_credit_note(b, row.customer_id, invoice_id=row.id, **facts, **NOW).called_off


def promise(b: Books, row: Invoice) -> int:
    return promises.make(b, row.id, amount=None, date=date(2026, 4, 30), **NOW).called_off


def promise_by_phone(b: Books, row: Invoice) -> int:
    told = calls.log(b, row.id, outcome="promise", promise_date=date(2026, 4, 30), **NOW)
    return told.called_off


def contest(b: Books, row: Invoice) -> int:
    return disputes.open_dispute(b, row.id, **NOW).called_off


def pause(b: Books, row: Invoice) -> int:
    return pauses.pause(b, customer_id=row.customer_id, until=None, reason=None, **NOW).called_off


def write_off(b: Books, row: Invoice) -> int:
    return ending.write_off(b, row.id, **NOW).called_off


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (pay, "paid"),
        (credit, "credit"),
        (promise, "promised"),
        (promise_by_phone, "promised"),
        (contest, "disputed"),
        (pause, "paused"),
        (write_off, "written_off"),
    ],
)
def test_the_message_is_called_off_with_its_reason(
    books: Books, act: Callable[[Books, Invoice], int], reason: str
) -> None:
    client = customer(books)
    row = invoice(books, client)
    reminder = planned(books, client, row)
    assert act(books, row) == 1
    books.session.refresh(reminder)
    assert (reminder.state, reminder.error) == ("cancelled", reason)


def test_a_part_payment_lets_the_message_leave_with_what_is_left(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    reminder = planned(books, client, row)
    told = payments.record(books, row.id, amount=Decimal(100), received_on=DAY, **NOW)
    books.session.refresh(reminder)
    assert (told.called_off, reminder.state) == (0, "planned")


def test_the_other_invoices_of_the_message_still_leave(books: Books) -> None:
    client = customer(books)
    paid, other = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    reminder = planned(books, client, paid, other)
    assert pay(books, paid) == 0
    books.session.refresh(reminder)
    assert reminder.state == "planned"


def test_a_promise_before_the_due_date_calls_nothing_off(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client, due=date(2026, 4, 25))
    planned(books, client, row)
    assert promise(books, row) == 0
