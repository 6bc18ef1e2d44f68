"""What customers have to their credit: money and credit notes not set against an invoice, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from store.books import Books
from store.tables import CreditNote, Invoice, Payment


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """A payment (`number` None) or a credit note, `open` being what is not set against an invoice."""

    kind: str
    """payment | credit_note."""
    id: int
    number: str | None
    on: date | None
    means: str | None
    amount: Decimal
    open: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that credit can be set against."""

    id: int
    number: str
    due_date: date
    outstanding: Decimal


def of_customer(b: Books, customer_id: int) -> list[OpenCredit]:
    """Return a customer's open credits: money first, the oldest first."""
    money = select(
        Payment.id, Payment.received_on, Payment.means, Payment.amount, Payment.open, Payment.currency
    ).where(
        Payment.company_id == b.company_id,
        Payment.customer_id == customer_id,
        Payment.open > 0,
        Payment.undone_at.is_(None),
    )
    notes = select(
        CreditNote.id,
        CreditNote.number,
        CreditNote.issue_date,
        CreditNote.amount,
        CreditNote.open,
        CreditNote.currency,
    ).where(
        CreditNote.company_id == b.company_id,
        CreditNote.customer_id == customer_id,
        CreditNote.open > 0,
        CreditNote.undone_at.is_(None),
    )
    found = [
        OpenCredit("payment", id_, None, on, means, amount, left, currency)
        for id_, on, means, amount, left, currency in b.session.execute(
            money.order_by(Payment.received_on, Payment.id)
        )
    ]
    found += [
        OpenCredit("credit_note", id_, number, on, None, amount, left, currency)
        for id_, number, on, amount, left, currency in b.session.execute(
            notes.order_by(CreditNote.issue_date, CreditNote.id)
        )
    ]
    return found


def owed(b: Books, customer_id: int, currency: str, limit: int = 100) -> list[Owed]:
    """Return the invoices of a customer that are not settled, in one currency, the first due first."""
    rows = b.session.execute(
        select(Invoice.id, Invoice.number, Invoice.due_date, Invoice.outstanding)
        .where(
            Invoice.company_id == b.company_id,
            Invoice.customer_id == customer_id,
            Invoice.currency == currency,
            Invoice.outstanding > 0,
        )
        .order_by(Invoice.due_date, Invoice.id)
        .limit(limit)
    )
    return [Owed(*row) for row in rows]


def totals(b: Books) -> dict[int, Mapping[str, Decimal]]:
    """Return what each customer has to its credit, by currency; those who have none are left out."""
    found: dict[int, dict[str, Decimal]] = {}
    for table in (Payment, CreditNote):
        rows = b.session.execute(
            select(table.customer_id, table.currency, func.sum(table.open))
            .where(table.company_id == b.company_id, table.open > 0, table.undone_at.is_(None))
            .group_by(table.customer_id, table.currency)
        )
        for customer_id, currency, amount in rows:
            sums = found.setdefault(customer_id, {})
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return dict(found)
