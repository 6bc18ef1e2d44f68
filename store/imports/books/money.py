"""Money that a file shows as received: import payments, and allocations given back when an amount falls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.payments import PaymentOrigin
from store.books import Books
from store.db.tables import Allocation, CreditNote, Payment
from store.imports.books import bulk
from store.imports.books.bulk import Trace
from store.imports.records import Record
from store.imports.report import Findings
from store.traces.accounts import GivenBack
from store.traces.money import PaymentRecorded

NOTHING = Decimal("0.00")


def paid_in_file(record: Record, amount: Decimal, findings: Findings) -> Decimal | None:
    """Return how much of `amount` the file shows as paid; None when it does not say.

    Where columns differ, what is left counts before what was paid, and « Payé » before both: a wrong
    reminder is worse than a late one.
    """
    if record.settled:
        return amount
    if record.left is not None:
        if record.left > amount:
            findings.notice("left_above_amount", record.line, record.number)
        return max(amount - record.left, NOTHING)
    if record.paid is not None:
        if record.paid > amount:
            findings.notice("paid_above_amount", record.line, record.number)
        return min(record.paid, amount)
    return None


@dataclass(frozen=True, slots=True)
class ReceiptToRecord:
    """Money to record on one invoice, in its currency; `outstanding` is what is left after it."""

    invoice_id: int
    customer_id: int
    number: str
    amount: Decimal
    outstanding: Decimal
    currency: str
    received_on: date
    undated: bool = False
    """The file says that money came, not when: `received_on` is the import's day."""

    @property
    def origin(self) -> PaymentOrigin:
        """How the books came to know of it."""
        return PaymentOrigin.UNDATED if self.undated else PaymentOrigin.IMPORT


def receipt_day(record: Record, today: date) -> date:
    """Return the day the file gives for the payment, or the import's: nothing is received tomorrow."""
    return min(record.paid_on, today) if record.paid_on else today


def record_receipts(b: Books, receipts: Sequence[ReceiptToRecord], trace: Trace) -> None:
    """Write payments with their allocations, all allocated, each with the line its *Annuler* needs."""
    payments = bulk.add_for_ids(b, Payment, [_payment(b, one, trace) for one in receipts])
    rows = [
        _allocation(b, one, payment_id, trace.at) for one, payment_id in zip(receipts, payments, strict=True)
    ]
    allocations = bulk.add_for_ids(b, Allocation, rows)
    for one, payment_id, allocation_id in zip(receipts, payments, allocations, strict=True):
        trace.line(
            Act.PAYMENT_RECORDED,
            _figures(one, payment_id, allocation_id),
            customer_id=one.customer_id,
            invoice_id=one.invoice_id,
        )


def _payment(b: Books, one: ReceiptToRecord, trace: Trace) -> dict[str, Any]:
    return {
        "company_id": b.company_id,
        "customer_id": one.customer_id,
        "amount": one.amount,
        "open": NOTHING,
        "currency": one.currency,
        "received_on": one.received_on,
        "means": None,
        "origin": one.origin,
        "recorded_at": trace.at,
        "recorded_by": trace.by,
        "undone_at": None,
    }


def _allocation(b: Books, one: ReceiptToRecord, payment_id: int, at: datetime) -> dict[str, Any]:
    return {
        "company_id": b.company_id,
        "invoice_id": one.invoice_id,
        "payment_id": payment_id,
        "credit_note_id": None,
        "amount": one.amount,
        "at": at,
        "day": one.received_on,
        "undone_at": None,
    }


def _figures(one: ReceiptToRecord, payment_id: int, allocation_id: int) -> PaymentRecorded:
    return PaymentRecorded(
        payment_id=payment_id,
        allocation_ids=(allocation_id,),
        number=one.number,
        amount=one.amount,
        allocated=one.amount,
        credit=NOTHING,
        outstanding=one.outstanding,
        currency=one.currency,
        received_on=one.received_on,
        origin=one.origin,
    )


def give_back(b: Books, invoice_id: int, excess: Decimal, at: datetime) -> GivenBack:
    """Take `excess` off an invoice's allocations, latest first: that money is the customer's credit again.

    The allocations shrink where they stand, so that undoing their act later gives back what is left of
    them; one of which nothing is left is undone. Returns what the journal keeps.
    """
    live = select(Allocation).where(Allocation.invoice_id == invoice_id, Allocation.undone_at.is_(None))
    whole, shares = excess, dict[str, Decimal]()
    for allocation in b.session.scalars(live.order_by(Allocation.id.desc())):
        part = min(excess, allocation.amount)
        source = _source(b, allocation)
        allocation.amount -= part
        allocation.undone_at = at if allocation.amount == 0 else None
        source.open += part
        excess -= part
        shares[str(allocation.id)] = part
        if excess == 0:
            break
    b.session.flush()
    return GivenBack(excess=whole, allocations=shares)


def _source(b: Books, allocation: Allocation) -> Payment | CreditNote:
    if allocation.payment_id is not None:
        return b.session.get_one(Payment, allocation.payment_id)
    return b.session.get_one(CreditNote, allocation.credit_note_id)
