"""What customers have to their credit: money and credit notes not set against an invoice, one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, null, select

from receivables.codes.payments import Means, Settling
from receivables.correspondence import OpenCredit
from store.books import Books
from store.db.tables import CreditNote, Invoice, Payment


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """A payment (`number` None) or a credit note, `open` being what is not set against an invoice."""

    kind: Settling
    id: int
    number: str | None
    on: date | None
    means: Means | None
    amount: Decimal
    open: Decimal
    currency: str
    pdf_path: str | None = None

    @property
    def shown(self) -> OpenCredit:
        """The credit as messages to the customer tell it."""
        return OpenCredit(self.open, self.currency, self.number, self.on, self.pdf_path)


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that credit can be set against."""

    id: int
    number: str
    due_date: date
    outstanding: Decimal


def of_customers(b: Books, customer_ids: Sequence[int]) -> dict[int, list[CreditFacts]]:
    """Return the open credits of customers: credit notes one by one, then money not allocated.

    Each kind is in the order in which the books learnt of it; customers who have none are left out.
    """
    found: dict[int, list[CreditFacts]] = {}
    for kind, columns in _COLUMNS.items():
        table = columns[0].class_
        rows = b.session.execute(
            select(*columns)
            .where(table.company_id == b.company_id, table.customer_id.in_(customer_ids))
            .where(table.open > 0, table.undone_at.is_(None))
            .order_by(table.id)
        )
        for customer_id, *facts in rows:
            found.setdefault(customer_id, []).append(CreditFacts(kind, *facts))
    return found


_COLUMNS: Mapping[Settling, tuple[Any, ...]] = {
    Settling.CREDIT_NOTE: (
        CreditNote.customer_id,
        CreditNote.id,
        CreditNote.number,
        CreditNote.issue_date,
        null(),
        CreditNote.amount,
        CreditNote.open,
        CreditNote.currency,
        CreditNote.pdf_path,
    ),
    Settling.PAYMENT: (
        Payment.customer_id,
        Payment.id,
        null(),
        Payment.received_on,
        Payment.means,
        Payment.amount,
        Payment.open,
        Payment.currency,
    ),
}


def of_customer(b: Books, customer_id: int) -> list[CreditFacts]:
    """Return a customer's open credits: money first, the oldest first."""
    found = of_customers(b, [customer_id]).get(customer_id, [])
    return sorted(found, key=lambda each: (each.kind != Settling.PAYMENT, each.on or date.min, each.id))


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


def currencies(b: Books, customer_id: int) -> list[str]:
    """Return the currencies of all invoices that a customer ever had, in alphabetical order."""
    query = select(Invoice.currency).where(
        Invoice.company_id == b.company_id, Invoice.customer_id == customer_id
    )
    return sorted(set(b.session.scalars(query.distinct())))
