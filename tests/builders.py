"""Small makers that put customers, contacts, invoices and payments into the books, by the real tables."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from receivables.signing import Keys
from receivables.text import fold, fold_number
from store.books import Books
from store.db.tables import Contact, Customer, Invoice
from store.payments import acts as payments

MARIE = "U0MARIE"
PAUL = "U0PAUL"
KEYS = Keys(("a secret of the tests alone",))
"""What signs tags and Message-IDs."""


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return the UTC instant of `day` at `hour` (UTC, so 10:00 or 11:00 in Paris)."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def noon_zone(now: datetime) -> str:
    """Return a timezone where it is about noon, for tests that live by the true time."""
    ahead = (12 - now.hour) % 24
    ahead -= 24 if ahead > 12 else 0
    return f"Etc/GMT{-ahead:+d}"


def customer(
    b: Books,
    name: str = "Garage Martin",
    *,
    code: str | None = None,
    email: str | None = "compta@client.example",
    contact_name: str | None = None,
    kind: str | None = "business",
    **columns: Any,
) -> Customer:
    """Add a customer, with a billing contact unless `email` is None."""
    row = Customer(
        company_id=b.company_id,
        key=code or fold(name),
        code=code,
        name=name,
        folded=fold(name),
        kind=kind,
        **columns,
    )
    b.session.add(row)
    b.session.flush()
    if email:
        contact(b, row, email, name=contact_name)
    return row


def contact(b: Books, customer: Customer, email: str | None, **columns: Any) -> Contact:
    """Add a contact of the customer; its role is billing unless said."""
    row = Contact(company_id=b.company_id, customer_id=customer.id, email=email, **columns)
    b.session.add(row)
    b.session.flush()
    return row


def invoice(
    b: Books,
    customer: Customer,
    number: str = "FAC-123",
    *,
    amount: str | Decimal = "1200.00",
    due: date = date(2026, 4, 1),
    issued: date | None = None,
    learnt_at: datetime | None = None,
    **columns: Any,
) -> Invoice:
    """Add an invoice; issued 30 days before it is due and learnt of on that day, unless said."""
    issued = issued or due - timedelta(days=30)
    row = Invoice(
        company_id=b.company_id,
        customer_id=customer.id,
        number=number,
        folded=fold_number(number),
        issue_date=issued,
        due_date=due,
        amount=Decimal(amount),
        outstanding=Decimal(amount),
        learnt_at=learnt_at or at(issued),
        **columns,
    )
    b.session.add(row)
    b.session.flush()
    return row


def payment(
    b: Books,
    invoice: Invoice,
    amount: str | Decimal | None = None,
    *,
    received_on: date,
    means: str | None = None,
    by: str = MARIE,
    at_hour: int = 9,
) -> payments.PaymentOutcome:
    """Record a payment of an invoice by the real act; None pays all that is left."""
    return payments.record(
        b,
        invoice.id,
        amount=None if amount is None else Decimal(amount),
        received_on=received_on,
        means=means,
        by=by,
        at=at(received_on, at_hour),
    )
