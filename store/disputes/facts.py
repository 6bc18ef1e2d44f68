"""Disputes as people see them: one, or all that are open."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.errors import Refused
from store.books import Books
from store.db.tables import Customer, Dispute, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFacts:
    """A dispute with its invoice. `disputed` None: the whole invoice; `resolver` is a Slack user id."""

    id: int
    invoice_id: int
    number: str
    customer: str
    kind: DisputeKind
    disputed: Decimal | None
    released: bool
    note: str | None
    opened_on: date
    opened_by: str
    resolver: str | None
    follow_up_on: date | None
    outcome: DisputeEnd | None
    settled: bool
    due_date: date
    outstanding: Decimal
    currency: str

    def age(self, today: date) -> int:
        """Return for how many calendar days it has been open on `today`."""
        return max((today - self.opened_on).days, 0)


def get_dispute(b: Books, dispute_id: int) -> DisputeFacts:
    """Return one dispute. Raises Refused when it is not in these books."""
    found = _disputes_where(b, Dispute.id == dispute_id)
    if not found:
        raise Refused("disputes.absent")
    return found[0]


def open_disputes(b: Books) -> list[DisputeFacts]:
    """Return every open dispute, those to look at first."""
    found = _disputes_where(b, Dispute.settled_at.is_(None))
    return sorted(found, key=lambda each: (each.follow_up_on or each.opened_on, each.opened_on, each.id))


def of_invoice(b: Books, invoice_id: int) -> DisputeFacts | None:
    """Return the open dispute of an invoice."""
    found = _disputes_where(b, (Dispute.invoice_id == invoice_id) & Dispute.settled_at.is_(None))
    return found[-1] if found else None


def _disputes_where(b: Books, which: ColumnElement[bool]) -> list[DisputeFacts]:
    rows = b.session.execute(
        select(Dispute, Invoice, Customer.name)
        .join(Invoice, Invoice.id == Dispute.invoice_id)
        .join(Customer, Customer.id == Dispute.customer_id)
        .where(Dispute.company_id == b.company_id, which)
        .order_by(Dispute.id)
    )
    return [_facts_of_row(b, *row) for row in rows]


def _facts_of_row(b: Books, row: Dispute, invoice: Invoice, customer: str) -> DisputeFacts:
    return DisputeFacts(
        id=row.id,
        invoice_id=row.invoice_id,
        number=invoice.number,
        customer=customer,
        kind=row.kind,
        disputed=row.disputed,
        released=row.released,
        note=row.note,
        opened_on=b.today(row.opened_at),
        opened_by=row.opened_by,
        resolver=row.resolver,
        follow_up_on=row.follow_up_on,
        outcome=row.outcome,
        settled=row.settled_at is not None,
        due_date=invoice.due_date,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
    )
