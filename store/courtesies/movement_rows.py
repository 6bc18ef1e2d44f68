"""What moved on the accounts of customers in a period, line by line: invoices, payments, credit notes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, not_, or_, select, type_coerce

from receivables.codes.payments import Entry, PaymentOrigin
from receivables.statements import Movement
from store.books import Books
from store.db.tables import Allocation, CreditNote, Invoice, Payment

Lines = list[tuple[int, date, Movement]]
"""The customer, the day by which a line is placed, the line."""


def movements_of(b: Books, ids: Sequence[int], since: date) -> dict[int, tuple[Movement, ...]]:
    """Return what moved from the local day `since` on, oldest first, by customer.

    The lines of one currency add up to what its balance says of the period.
    """
    lines = [*_invoices(b, ids, since), *_payments(b, ids, since), *_credit_notes(b, ids, since)]
    found: dict[int, list[Movement]] = defaultdict(list)
    for customer_id, _, line in sorted(lines, key=lambda each: (each[1], *each[2].numbers)):
        found[customer_id].append(line)
    return {customer_id: tuple(each) for customer_id, each in found.items()}


def invoiced_before(b: Books, since: date) -> ColumnElement[bool]:
    """Return what says that an invoice is older than the period; without a day, when it was learnt of."""
    learnt_before = Invoice.learnt_at < b.company.instant(since, time())
    return case((Invoice.issue_date.is_(None), learnt_before), else_=Invoice.issue_date < since)


def invoiced() -> ColumnElement[Decimal]:
    """Return what counts of an invoice: of one that is not asked for, only what was paid."""
    paid = type_coerce(Invoice.amount - Invoice.outstanding, Invoice.amount.type)
    amount: Any = case((~Invoice.owed, paid), else_=Invoice.amount)
    return type_coerce(amount, Invoice.amount.type)


def received_before(since: date) -> ColumnElement[bool]:
    """Return what says that a payment is older than the period.

    What an invoice had been paid when it was first imported, nobody knows when, is as old as the invoice.
    """
    came_with_older = (
        select(Allocation.id)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(Allocation.payment_id == Payment.id, Invoice.learnt_at == Payment.recorded_at)
        .where(Invoice.issue_date < since)
        .exists()
    )
    undated = Payment.origin == PaymentOrigin.UNDATED
    return or_(Payment.received_on < since, and_(undated, came_with_older))


def credited_before(since: date) -> ColumnElement[bool]:
    """Return what says that a credit note is older than the period; without a day, it counts as old."""
    return or_(CreditNote.issue_date.is_(None), CreditNote.issue_date < since)


def _invoices(b: Books, ids: Sequence[int], since: date) -> Lines:
    i, amount = Invoice, invoiced()
    rows = b.session.execute(
        select(i.customer_id, i.number, i.issue_date, i.learnt_at, amount, i.currency)
        .where(i.company_id == b.company_id, i.customer_id.in_(ids))
        .where(not_(invoiced_before(b, since)), amount != 0)
    )
    return [
        (
            customer_id,
            issued or b.today(learnt),
            Movement(day=issued, entry=Entry.INVOICE, numbers=(number,), amount=value, currency=code),
        )
        for customer_id, number, issued, learnt, value, code in rows
    ]


def _credit_notes(b: Books, ids: Sequence[int], since: date) -> Lines:
    c = CreditNote
    rows = b.session.execute(
        select(c.customer_id, c.number, c.issue_date, c.amount, c.currency)
        .where(c.company_id == b.company_id, c.customer_id.in_(ids))
        .where(c.undone_at.is_(None), not_(credited_before(since)))
    )
    return [
        (
            customer_id,
            issued or since,
            Movement(day=issued, entry=Entry.CREDIT_NOTE, numbers=(number,), amount=-value, currency=code),
        )
        for customer_id, number, issued, value, code in rows
    ]


def _payments(b: Books, ids: Sequence[int], since: date) -> Lines:
    p = Payment
    rows = b.session.execute(
        select(p.customer_id, p.id, p.received_on, p.origin, p.amount, p.currency, p.means)
        .where(p.company_id == b.company_id, p.customer_id.in_(ids))
        .where(p.undone_at.is_(None), not_(received_before(since)))
        .order_by(p.id)
    ).all()
    settled = _settled(b, ids, since)
    return [
        (
            customer_id,
            day,
            Movement(
                day=None if origin == PaymentOrigin.UNDATED else day,
                entry=Entry.PAYMENT,
                numbers=tuple(settled.get(key, ())),
                amount=-value,
                currency=code,
                means=means,
            ),
        )
        for customer_id, key, day, origin, value, code, means in rows
    ]


def _settled(b: Books, ids: Sequence[int], since: date) -> dict[int, list[str]]:
    """Return the numbers of the invoices that each payment of the period settles."""
    rows = b.session.execute(
        select(Allocation.payment_id, Invoice.number)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(Payment.company_id == b.company_id, Payment.customer_id.in_(ids))
        .where(Payment.received_on >= since, Allocation.undone_at.is_(None))
        .distinct()
        .order_by(Invoice.number)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for payment_id, number in rows:
        found[payment_id or 0].append(number)
    return found
