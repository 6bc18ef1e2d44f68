"""What is told of an invoice and of its customer."""

from datetime import date
from decimal import Decimal
from typing import Any

from store.books import Books
from store.customers import facts as customers
from store.disputes import acts as disputes
from store.invoices import acts as invoices
from store.invoices import ending
from store.promises import acts as promises
from tests.builders import MARIE, at, contact, customer, invoice, payment

DAY = date(2026, 4, 20)
NOW: dict[str, Any] = {"by": MARIE, "at": at(DAY)}


def test_the_status_is_the_first_that_is_true(books: Books) -> None:
    row = invoice(books, customer(books), due=date(2026, 4, 10))

    def status(day: date = DAY) -> str:
        return invoices.get_invoice(books, row.id).status(day)

    seen = [status(date(2026, 4, 10)), status()]
    payment(books, row, "200.00", received_on=DAY)
    seen += [status(date(2026, 4, 10)), status()]
    promises.make(books, row.id, amount=None, date=date(2026, 4, 30), **NOW)
    seen.append(status())
    disputes.open_dispute(books, row.id, **NOW)
    seen.append(status())
    ending.hand_over(books, row.id, **NOW)
    seen.append(status())
    ending.write_off(books, row.id, **NOW)
    seen.append(status())
    payment(books, row, received_on=DAY)
    seen.append(status())
    assert seen == [
        "pending",
        "late",
        "partial",
        "late",
        "promised",
        "disputed",
        "handed_over",
        "written_off",
        "paid",
    ]


def test_lateness_counts_calendar_days_past_the_due_date(books: Books) -> None:
    facts = invoices.get_invoice(books, invoice(books, customer(books), due=date(2026, 4, 10)).id)
    assert [facts.days_late(day) for day in (date(2026, 4, 9), date(2026, 4, 10), DAY)] == [0, 0, 10]


def test_a_customer_is_told_with_contacts_and_credit_by_currency(books: Books) -> None:
    client = customer(books, email="compta@martin.example", owner="U0SOPHIE", phone="+33240000000")
    contact(books, client, "gerant@martin.example", role="manager", name="M. Martin")
    payment(books, invoice(books, client), "1250.00", received_on=DAY)
    payment(books, invoice(books, client, "CH-1", currency="CHF"), "1201.00", received_on=DAY)
    facts = customers.get_customer(books, client.id)
    assert (facts.name, facts.owner, facts.phone) == ("Garage Martin", "U0SOPHIE", "+33240000000")
    assert [(one.email, one.role) for one in facts.contacts] == [
        ("compta@martin.example", "billing"),
        ("gerant@martin.example", "manager"),
    ]
    assert facts.credit == {"EUR": Decimal("50.00"), "CHF": Decimal("1.00")}
