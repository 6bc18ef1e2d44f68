"""Invoices: what is known of one, its status, and the acts that end it without money."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from receivables.codes.payments import Settling
from receivables.codes.statuses import Status
from receivables.errors import UnknownInvoice
from receivables.schedule.account import PromiseFact
from receivables.schedule.holds import agreements, awaited, promise_end
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Customer, Dispute, Invoice
from store.invoices import search, settling


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """One invoice, as the books stand. `settled_by` is the author of what settled it, else None."""

    id: int
    number: str
    customer_id: int
    customer: str
    owner: str | None
    issue_date: date | None
    due_date: date
    amount: Decimal
    outstanding: Decimal
    currency: str
    made_number: bool
    payment_link: str | None
    withdrawn: bool
    written_off: bool
    refused: bool
    handed_over: bool
    disputed: bool
    dispute_id: int | None
    promise_id: int | None
    promise_date: date | None
    promise_amount: Decimal | None
    promised_until: date | None
    """Last day on which the live promise holds: its date and the grace days."""
    settled_at: datetime | None
    settled_by: str | None
    settled_on: date | None
    """Local day of the money, or of the credit, that settled it."""
    settled_how: Settling | None
    """payment | credit."""

    def days_late(self, today: date) -> int:
        """Return the calendar days past the due date on `today`; 0 before."""
        return max(0, (today - self.due_date).days)

    def status(self, today: date) -> Status:
        """Return the first status that is true of it on `today`."""
        promised = self.promised_until is not None and today <= self.promised_until
        true_of = (
            (Status.PAID, self.outstanding <= 0),
            (Status.WITHDRAWN, self.withdrawn),
            (Status.WRITTEN_OFF, self.written_off),
            (Status.HANDED_OVER, self.handed_over),
            (Status.REFUSED, self.refused),
            (Status.DISPUTED, self.disputed),
            (Status.PROMISED, promised),
            (Status.LATE, today > self.due_date),
            (Status.PARTIAL, self.outstanding < self.amount),
        )
        return next((status for status, true in true_of if true), Status.PENDING)


def find(b: Books, text: str) -> InvoiceFacts:
    """Return the one invoice that a person means by `text` (see `store.invoices.search`).

    Raises UnknownInvoice, whose message and `closest` name up to three numbers.
    """
    return get_invoice(b, search.find_id(b, text))


def get_invoice(b: Books, invoice_id: int) -> InvoiceFacts:
    """Return what is known of one invoice. Raises UnknownInvoice when it is not in these books."""
    found = b.session.execute(
        select(Invoice, Customer)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.id == invoice_id)
    ).one_or_none()
    if found is None:
        raise UnknownInvoice("invoices.absent")
    return _facts_of_row(b, *found)


def _facts_of_row(b: Books, row: Invoice, customer: Customer) -> InvoiceFacts:
    dispute, promise = _open_dispute(b, row.id), _last_promise(b, row.id)
    settlement = settling.last(b, row) if row.outstanding <= 0 else None
    return InvoiceFacts(
        id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        customer=customer.name,
        owner=customer.owner,
        issue_date=row.issue_date,
        due_date=row.due_date,
        amount=row.amount,
        outstanding=row.outstanding,
        currency=row.currency,
        made_number=row.made_number,
        payment_link=row.payment_link,
        withdrawn=row.withdrawn_at is not None,
        refused=row.refused_at is not None,
        written_off=row.written_off_at is not None,
        handed_over=row.handed_over_at is not None,
        disputed=dispute is not None,
        dispute_id=dispute,
        promise_id=promise.id if promise else None,
        promise_date=promise.promised_on if promise else None,
        promise_amount=promise.amount if promise else None,
        promised_until=promise_end(promise, b.company.calendar, b.company.grace_days) if promise else None,
        settled_at=row.settled_at,
        settled_by=settlement.by if settlement else None,
        settled_on=settlement.on if settlement else None,
        settled_how=settlement.how if settlement else None,
    )


def _open_dispute(b: Books, invoice_id: int) -> int | None:
    return b.session.scalar(
        select(func.max(Dispute.id)).where(
            Dispute.company_id == b.company_id,
            Dispute.invoice_id == invoice_id,
            Dispute.settled_at.is_(None),
        )
    )


def _last_promise(b: Books, invoice_id: int) -> PromiseFact | None:
    """Return the last promise that nobody took back or replaced; of a plan, the instalment awaited."""
    b.session.flush()
    promises = promise_facts.of_invoices(b, [invoice_id]).get(invoice_id)
    return awaited(agreements(promises)[-1]) if promises else None
