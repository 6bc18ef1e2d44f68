"""Payments: full, partial and over; refused with a sentence; never twice."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from store.books import Books
from store.customers import facts as customers
from store.db.tables import Task, TaskItem
from store.invoices import acts as invoices
from store.payments import acts as payments
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)


def test_a_full_payment_settles_the_invoice(books: Books) -> None:
    row = invoice(books, customer(books))
    paid = payment(books, row, received_on=DAY, means="transfer")
    assert (paid.allocated, paid.credit, paid.outstanding) == (Decimal("1200.00"), 0, 0)
    assert paid.settled
    facts = invoices.get_invoice(books, row.id)
    assert facts.status(DAY) == "paid"
    assert (facts.settled_by, facts.settled_on, facts.settled_how) == (MARIE, DAY, "payment")


def test_a_part_payment_leaves_the_rest(books: Books) -> None:
    row = invoice(books, customer(books), due=date(2026, 5, 1))
    paid = payment(books, row, "500", received_on=DAY)
    assert (paid.outstanding, paid.settled) == (Decimal("700.00"), False)
    facts = invoices.get_invoice(books, row.id)
    assert facts.status(DAY) == "partial"
    assert facts.status(date(2026, 5, 2)) == "late"
    assert facts.settled_at is None


def test_what_is_paid_over_stays_the_customers_credit(books: Books) -> None:
    client = customer(books)
    paid = payment(books, invoice(books, client), "1500.00", received_on=DAY)
    assert (paid.allocated, paid.credit) == (Decimal("1200.00"), Decimal("300.00"))
    assert customers.get_customer(books, client.id).credit == {"EUR": Decimal("300.00")}


def test_paying_again_says_by_whom_and_when(books: Books) -> None:
    row = invoice(books, customer(books))
    payment(books, row, received_on=DAY)
    with refused(payments.AlreadySettled, match="déjà réglée le 20/04/2026, par U0MARIE") as refusal:
        payment(books, row, "10", received_on=DAY, by=PAUL)
    assert (refusal.value.by, refusal.value.on) == (MARIE, DAY)
    assert len(books.session.query(payments.Payment).all()) == 1


@pytest.mark.parametrize(
    ("amount", "day", "means", "sentence"),
    [
        ("0", DAY, None, "supérieur à zéro"),
        ("-5", DAY, None, "supérieur à zéro"),
        ("NaN", DAY, None, "supérieur à zéro"),
        ("Infinity", DAY, None, "supérieur à zéro"),
        ("0.001", DAY, None, "deux décimales"),
        ("1e30", DAY, None, "trop grand"),
        ("10", date(2026, 4, 21), None, "21/04/2026 n’est pas encore passé"),
        ("10", date(1999, 1, 1), None, "plus de dix ans"),
        ("10", DAY, "troc", "Moyen de paiement inconnu"),
    ],
)
def test_what_cannot_be_is_refused(
    books: Books, amount: str, day: date, means: str | None, sentence: str
) -> None:
    row = invoice(books, customer(books))
    with refused(Refused, match=sentence):
        payments.record(
            books, row.id, amount=Decimal(amount), received_on=day, means=means, by=MARIE, at=at(DAY)
        )
    assert row.outstanding == Decimal("1200.00")


def test_the_same_amount_on_the_same_day_is_pointed_out(books: Books) -> None:
    row = invoice(books, customer(books))
    assert payment(books, row, "500", received_on=DAY).twin is None
    twin = payment(books, row, "500", received_on=DAY, by=PAUL).twin
    assert twin is not None
    assert twin.by == MARIE


def test_late_in_the_evening_the_company_s_day_counts(books: Books) -> None:
    row = invoice(books, customer(books))
    evening = at(date(2026, 4, 19), 22, 30)  # 0:30 on the 20th in Paris
    paid = payments.record(books, row.id, amount=None, received_on=DAY, by=MARIE, at=evening)
    assert paid.received_on == DAY


def test_a_call_task_lapses_once_all_its_invoices_are_settled(books: Books) -> None:
    client = customer(books)
    first, second = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    task = Task(
        company_id=books.company_id, customer_id=client.id, kind="call", opened_at=at(DAY), opened_on=DAY
    )
    books.session.add(task)
    books.session.flush()
    books.session.add_all(TaskItem(task_id=task.id, invoice_id=row.id) for row in (first, second))
    payment(books, first, received_on=DAY)
    assert task.state == "open"
    payment(books, second, received_on=DAY)
    assert (task.state, task.outcome) == ("cancelled", "settled")


def test_the_customer_s_other_invoices_are_looked_at_again(books: Books) -> None:
    client = customer(books)
    paid, other = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2", look_on=date(2026, 6, 1))
    elsewhere = invoice(books, customer(books, "Autre"), "FAC-3", look_on=date(2026, 6, 1))
    payment(books, paid, received_on=DAY)
    books.session.refresh(other)
    books.session.refresh(elsewhere)
    assert other.look_on is None
    assert elsewhere.look_on == date(2026, 6, 1)
