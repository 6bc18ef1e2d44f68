"""Payments: money received, what it settles, and the credit that an overpayment leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.payments import Means, PaymentOrigin
from receivables.codes.reasons import Reason
from receivables.codes.statuses import Status
from receivables.errors import Refused
from receivables.money import CENT, ZERO
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Allocation, Customer, Invoice, JournalLine, Payment
from store.invoices import ending, settling
from store.invoices.settling import AlreadySettled
from store.tasks import acts as tasks
from store.traces.about import credit_used
from store.traces.money import PaymentRecorded

__all__ = [
    "AlreadySettled",
    "PaymentOutcome",
    "Twin",
    "add",
    "check_amount",
    "check_day",
    "check_means",
    "record",
    "twin",
    "undo_recorded",
]

MOST = Decimal("1000000000.00")
OLDEST_YEARS = 10
LONGEST_REFERENCE = 120
"""Characters of a cheque's number or of a transfer's label that are kept."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A payment of the same amount, on the same invoice and day, that stood already: a double, perhaps."""

    payment_id: int
    by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """A payment as recorded. `credit` is what was paid beyond the invoice and stays the customer's."""

    entry_id: int
    payment_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    amount: Decimal
    allocated: Decimal
    credit: Decimal
    outstanding: Decimal
    currency: str
    settled: bool
    called_off: int
    received_on: date
    means: Means | None
    reference: str | None
    by: str
    twin: Twin | None
    ended: Status | None = None
    """By what the invoice is asked for no more, or not by us."""


def record(
    b: Books,
    invoice_id: int,
    *,
    amount: Decimal | None,
    received_on: date,
    means: Means | None = None,
    reference: str | None = None,
    by: str,
    at: datetime,
    origin: PaymentOrigin = PaymentOrigin.DECLARED,
) -> PaymentOutcome:
    """Record money received for an invoice, in the invoice's currency; one journal line.

    `amount` None pays all that is left; beyond that, the rest is the customer's credit. `received_on` is a
    local day; `reference` is a cheque's number or a transfer's label. Raises AlreadySettled, and Refused for
    an amount, a day or a means that cannot be.
    """
    invoice = locks.invoice(b, invoice_id)
    settling.refuse_settled(b, invoice)
    paid = invoice.outstanding if amount is None else check_amount(amount)
    check_day(b, received_on, at)
    check_means(means)
    same = twin(b, [invoice.id], paid, received_on)
    payment = add(
        b, invoice, paid, received_on=received_on, means=means, reference=reference, by=by, at=at,
        origin=origin,
    )  # fmt: skip
    if invoice.withdrawn_at is not None:
        return _on_account(b, invoice, payment, same, by=by, at=at)
    allocation = settling.allocate(
        b, invoice, payment, min(paid, invoice.outstanding), day=received_on, at=at
    )
    called_off, lapsed = settling.settled(b, invoice, reason=Reason.PAID, by=by, at=at)
    entry_id = journal.write(
        b,
        Act.PAYMENT_RECORDED,
        _figures(payment, allocation, invoice, lapsed),
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    return _outcome(b, entry_id, payment, allocation, invoice, called_off=called_off, twin=same)


def _on_account(
    b: Books, invoice: Invoice, payment: Payment, same: Twin | None, *, by: str, at: datetime
) -> PaymentOutcome:
    """Leave money for a withdrawn invoice to the customer, and tell finance of it (SCHEDULE 8)."""
    task_id = ending.on_account(b, invoice, at=at)
    told = replace(_figures(payment, None, invoice, ()), on_account_task=task_id)
    entry_id = journal.write(
        b,
        Act.PAYMENT_RECORDED,
        told,
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    settling.touch(b, invoice.customer_id)
    return _outcome(b, entry_id, payment, None, invoice, called_off=0, twin=same)


def check_amount(amount: Decimal) -> Decimal:
    """Return an amount of money that can be recorded, with two places. Raises Refused."""
    if not amount.is_finite() or amount <= 0:
        raise Refused("payments.not_positive")
    if amount > MOST:
        raise Refused("payments.too_large")
    if amount != amount.quantize(CENT):
        raise Refused("payments.under_a_cent")
    return amount.quantize(CENT)


def check_day(b: Books, received_on: date, at: datetime) -> None:
    """Refuse a day on which money cannot have come. Raises Refused."""
    today = b.today(at)
    if received_on > today:
        raise Refused("payments.future_day", day=received_on)
    if today.year - received_on.year > OLDEST_YEARS:
        raise Refused("payments.too_old", day=received_on)


def check_means(means: Means | None) -> None:
    """Refuse a means of payment that does not exist. Raises Refused."""
    if means is not None and means not in tuple(Means):
        raise Refused("payments.unknown_means", typed=means)


def twin(b: Books, invoice_ids: Sequence[int], amount: Decimal, received_on: date) -> Twin | None:
    """Return a payment of the same amount and day that stood already on one of the invoices."""
    same = b.session.scalars(
        select(Payment)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .where(
            Allocation.invoice_id.in_(invoice_ids),
            Allocation.undone_at.is_(None),
            Payment.amount == amount,
            Payment.received_on == received_on,
        )
        .order_by(Payment.id.desc())
        .limit(1)
    ).one_or_none()
    return Twin(same.id, same.recorded_by, same.recorded_at) if same else None


def add(
    b: Books,
    invoice: Invoice,
    amount: Decimal,
    *,
    received_on: date,
    means: Means | None,
    reference: str | None = None,
    by: str,
    at: datetime,
    origin: PaymentOrigin,
) -> Payment:
    """Add money from the customer of an invoice, set against nothing yet, for the acts that record it."""
    payment = Payment(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        amount=amount,
        open=amount,
        currency=invoice.currency,
        received_on=received_on,
        means=means,
        reference=reference[:LONGEST_REFERENCE] if reference else None,
        origin=origin,
        recorded_at=at,
        recorded_by=by,
    )
    b.session.add(payment)
    b.session.flush()
    return payment


def _figures(
    payment: Payment, allocation: Allocation | None, invoice: Invoice, lapsed: Sequence[int]
) -> PaymentRecorded:
    return PaymentRecorded(
        payment_id=payment.id,
        allocation_ids=(allocation.id,) if allocation else (),
        number=invoice.number,
        amount=payment.amount,
        allocated=allocation.amount if allocation else ZERO,
        credit=payment.open,
        outstanding=invoice.outstanding,
        currency=payment.currency,
        received_on=payment.received_on,
        means=payment.means,
        reference=payment.reference,
        origin=payment.origin,
        lapsed_tasks=tuple(lapsed),
    )


def _outcome(
    b: Books,
    entry_id: int,
    payment: Payment,
    allocation: Allocation | None,
    invoice: Invoice,
    *,
    called_off: int,
    twin: Twin | None,
) -> PaymentOutcome:
    return PaymentOutcome(
        entry_id=entry_id,
        payment_id=payment.id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=invoice.customer_id,
        customer=b.session.get_one(Customer, invoice.customer_id).name,
        amount=payment.amount,
        allocated=allocation.amount if allocation else ZERO,
        credit=payment.open,
        outstanding=invoice.outstanding,
        currency=payment.currency,
        settled=invoice.outstanding == ZERO,
        called_off=called_off,
        received_on=payment.received_on,
        means=payment.means,
        reference=payment.reference,
        by=payment.recorded_by,
        twin=twin,
        ended=ending.end_of(invoice),
    )


def undo_recorded(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a payment back: its invoice is owed again, its lapsed tasks are open again.

    Raises Refused while the credit that it left is used on another invoice.
    """
    paid = journal.data(line, PaymentRecorded)
    dependents.refuse(b, line, lambda _, later: paid.payment_id in credit_used(later).payment_ids)
    settling.take_back(b, paid.allocation_ids, at=at)
    locks.fresh(b, Payment, paid.payment_id).undone_at = at
    tasks.revive(b, paid.lapsed_tasks, at=at)
    if paid.on_account_task is not None:
        tasks.take_back(b, line, paid.on_account_task, at=at)
