"""Money that came for several invoices of one customer: one payment, the oldest invoice first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.payments import Means, PaymentOrigin
from receivables.errors import Refused, UnknownInvoice
from receivables.money import ZERO, total
from store import journal, locks
from store.books import Books
from store.db.tables import Allocation, Customer, Invoice, Payment
from store.invoices import settling
from store.payments import acts as payments
from store.payments import spreading
from store.payments.acts import Twin
from store.traces.money import PaymentRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidPart:
    """What a payment settled of one invoice, and what is left of it."""

    invoice_id: int
    number: str
    allocated: Decimal
    outstanding: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralPaid:
    """A payment as recorded on several invoices. `credit` is what they did not take."""

    entry_id: int
    customer: str
    paid: tuple[PaidPart, ...]
    amount: Decimal
    credit: Decimal
    currency: str
    received_on: date
    means: Means | None
    reference: str | None
    called_off: int
    by: str
    twin: Twin | None


def record(
    b: Books,
    invoice_ids: Sequence[int],
    *,
    amount: Decimal | None,
    received_on: date,
    means: Means | None = None,
    reference: str | None = None,
    by: str,
    at: datetime,
) -> SeveralPaid:
    """Record money received for several invoices of one customer and currency; one journal line.

    It is set on them by due date, whatever their order here; `amount` None pays all that is left of them,
    and what they do not take is the customer's credit. Raises AlreadySettled, and Refused as
    `payments.record` does, or when the invoices are not of one customer and one currency.
    """
    owed = _owed(b, invoice_ids)
    left = total(invoice.outstanding for invoice in owed)
    paid = left if amount is None else payments.check_amount(amount)
    payments.check_day(b, received_on, at)
    payments.check_means(means)
    twin = payments.twin(b, invoice_ids, paid, received_on)
    payment = payments.add(
        b, owed[0], paid, received_on=received_on, means=means, reference=reference, by=by, at=at,
        origin=PaymentOrigin.DECLARED,
    )  # fmt: skip
    used = spreading.spread(b, owed, payment, at=at)
    called_off, lapsed = spreading.settle(b, owed, by=by, at=at)
    told = trace(owed, payment, used, lapsed)
    entry_id = journal.write(b, Act.PAYMENT_RECORDED, told, by=by, at=at, customer_id=payment.customer_id)
    return SeveralPaid(
        entry_id=entry_id,
        customer=b.session.get_one(Customer, payment.customer_id).name,
        paid=_paid(owed, used),
        amount=payment.amount,
        credit=payment.open,
        currency=payment.currency,
        received_on=received_on,
        means=means,
        reference=payment.reference,
        called_off=called_off,
        by=by,
        twin=twin,
    )


def _owed(b: Books, invoice_ids: Sequence[int]) -> list[Invoice]:
    """Take the invoices, the first due first. Raises Refused, UnknownInvoice, AlreadySettled."""
    own = Invoice.company_id == b.company_id, Invoice.id.in_(invoice_ids)
    of = set(b.session.execute(select(Invoice.customer_id, Invoice.currency).where(*own)).all())
    if not of:
        raise UnknownInvoice("invoices.absent")
    if len(of) > 1:
        raise Refused("payments.not_together")
    ((customer_id, _),) = of
    locks.customer(b, customer_id)
    query = select(Invoice).where(*own).order_by(Invoice.due_date, Invoice.id)
    rows = list(b.session.scalars(query.execution_options(populate_existing=True)))
    if len(rows) != len(set(invoice_ids)):
        raise UnknownInvoice("invoices.absent")
    for row in rows:
        settling.refuse_settled(b, row)
    return rows


def trace(
    owed: Sequence[Invoice],
    payment: Payment,
    used: Sequence[Allocation],
    lapsed: Sequence[int],
    plan_id: int | None = None,
) -> PaymentRecorded:
    """Return what the journal keeps of money set on several invoices."""
    return PaymentRecorded(
        plan=plan_id,
        payment_id=payment.id,
        allocation_ids=tuple(row.id for row in used),
        number=", ".join(invoice.number for invoice in owed),
        amount=payment.amount,
        allocated=total(row.amount for row in used),
        credit=payment.open,
        outstanding=total(invoice.outstanding for invoice in owed),
        currency=payment.currency,
        received_on=payment.received_on,
        means=payment.means,
        reference=payment.reference,
        lapsed_tasks=tuple(lapsed),
    )


def _paid(owed: Sequence[Invoice], used: Sequence[Allocation]) -> tuple[PaidPart, ...]:
    taken = {row.invoice_id: row.amount for row in used}
    return tuple(
        PaidPart(
            invoice_id=invoice.id,
            number=invoice.number,
            allocated=taken.get(invoice.id, ZERO),
            outstanding=invoice.outstanding,
        )
        for invoice in owed
    )
