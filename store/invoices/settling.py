"""Settling invoices: allocations of money and credit, and all that follows when one is settled.

Every change of `invoices.outstanding` passes here, so that it stays amount − live allocations.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select, update

from receivables.codes.payments import Settling
from receivables.codes.reasons import Why
from receivables.errors import RelanceError
from receivables.people import Person
from store import journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Allocation, CreditNote, Customer, Invoice, JournalLine, Payment
from store.reminders import acts as reminders
from store.tasks import acts as tasks
from store.traces.about import allocations

Source = Payment | CreditNote


class AlreadySettled(RelanceError):
    """Nothing is left to pay; `by` and `on` say who settled it and the local day of the money or credit."""

    def __init__(self, *, number: str, by: str | None, on: date | None) -> None:
        super().__init__("invoices.already_settled", number=number, by=Person.known(by), on=on)
        self.number = number
        self.by = by
        self.on = on


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settled an invoice: by whom it was recorded, its local day, and payment or credit."""

    by: str | None
    on: date
    how: Settling


def last(b: Books, invoice: Invoice) -> Settlement | None:
    """Return what settled an invoice: the live allocation of the latest day, with its author."""
    latest = b.session.scalars(
        select(Allocation)
        .where(Allocation.invoice_id == invoice.id, Allocation.undone_at.is_(None))
        .order_by(Allocation.day.desc(), Allocation.id.desc())
        .limit(1)
    ).one_or_none()
    if latest is None:
        return None
    payment = b.session.get(Payment, latest.payment_id) if latest.payment_id else None
    by = _author(b, latest) or (payment.recorded_by if payment else None)
    return Settlement(by, latest.day, Settling.PAYMENT if payment else Settling.CREDIT)


def _author(b: Books, allocation: Allocation) -> str | None:
    lines = b.session.scalars(
        select(JournalLine)
        .where(JournalLine.company_id == b.company_id, JournalLine.invoice_id == allocation.invoice_id)
        .order_by(JournalLine.id.desc())
    )
    return next((line.by for line in lines if allocation.id in allocations(journal.data_of(line))), None)


def refuse_settled(b: Books, invoice: Invoice) -> None:
    """Raise AlreadySettled, saying by whom and when, when nothing is left of the invoice."""
    if invoice.outstanding > 0:
        return
    settled = last(b, invoice)
    raise AlreadySettled(
        number=invoice.number,
        by=settled.by if settled else None,
        on=settled.on if settled else None,
    )


def allocate(
    b: Books, invoice: Invoice, source: Source, amount: Decimal, *, day: date, at: datetime
) -> Allocation:
    """Set `amount` of a payment or credit note against an invoice. The caller holds the customer's lock."""
    row = Allocation(
        company_id=b.company_id,
        invoice_id=invoice.id,
        payment_id=source.id if isinstance(source, Payment) else None,
        credit_note_id=source.id if isinstance(source, CreditNote) else None,
        amount=amount,
        at=at,
        day=day,
    )
    source.open -= amount
    invoice.outstanding -= amount
    invoice.settled_at = at if invoice.outstanding == 0 else None
    b.session.add(row)
    b.session.flush()
    return row


def take_back(b: Books, allocation_ids: Iterable[int], *, at: datetime) -> None:
    """Undo allocations: the invoices are owed again, the money or credit is open again.

    Their ladders go on where they were, from the third open day after (SCHEDULE 12).
    """
    for allocation in [locks.fresh(b, Allocation, id_) for id_ in allocation_ids]:
        allocation.undone_at = at
        _source(b, allocation).open += allocation.amount
        invoice = locks.fresh(b, Invoice, allocation.invoice_id)
        invoice.outstanding += allocation.amount
        invoice.settled_at = None
        invoice.resuming_since = b.today(at)


def set_again(b: Books, allocations: Iterable[Allocation]) -> None:
    """Have allocations that were taken back stand as before."""
    for allocation in allocations:
        allocation.undone_at = None
        _source(b, allocation).open -= allocation.amount
        invoice = locks.fresh(b, Invoice, allocation.invoice_id)
        invoice.outstanding -= allocation.amount
        invoice.settled_at = allocation.at if invoice.outstanding == 0 else None
    b.session.flush()


def _source(b: Books, allocation: Allocation) -> Source:
    if allocation.payment_id is not None:
        return locks.fresh(b, Payment, allocation.payment_id)
    return locks.fresh(b, CreditNote, allocation.credit_note_id)


def settled(b: Books, invoice: Invoice, *, reason: Why, by: str, at: datetime) -> tuple[int, list[int]]:
    """Do what follows an allocation: once nothing is left, planned reminders are called off, tasks lapse.

    A part payment calls nothing off: what leaves is drawn with fresh amounts (SCHEDULE 19). Returns the
    number of messages cancelled and the ids of the tasks that lapsed.
    """
    if invoice.outstanding > 0:
        touch(b, invoice.customer_id)
        return 0, []
    return changed(b, invoice, reason=reason, at=at), tasks.lapse(b, invoice.id, by=by, at=at)


def touch(b: Books, customer_id: int | None) -> None:
    """Have the plan look again at the customer's open invoices, or (None) at all of the company's."""
    b.session.flush()
    if customer_id is not None:
        accounts.touch(b, customer_id)
        return
    b.session.execute(
        update(Invoice)
        .where(Invoice.company_id == b.company_id, Invoice.outstanding > 0)
        .values(look_on=None)
        .execution_options(synchronize_session=False)
    )


def changed(b: Books, invoice: Invoice, *, reason: Why, at: datetime) -> int:
    """Call off what was planned for an invoice, and have the plan look at its customer again.

    Returns the number of messages cancelled.
    """
    touch(b, invoice.customer_id)
    return reminders.call_off(b, [invoice.id], reason=reason, at=at)


@dataclass(frozen=True, slots=True)
class SettledToday:
    """A late invoice that was settled since the morning; `by`: who noted it."""

    number: str
    customer: str
    amount: Decimal
    currency: str
    by: str | None


def settled_since(
    b: Books, since: datetime, *, due_before: date, limit: int
) -> tuple[list[SettledToday], int]:
    """Return the late invoices settled from the aware instant `since` on, the latest first, and their number.

    At most `limit` of them are read with their authors.
    """
    found = (
        select(Invoice, Customer.name)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.settled_at >= since)
        .where(Invoice.due_date < due_before, Invoice.learnt_at < since)
        .order_by(Invoice.settled_at.desc(), Invoice.id)
    )
    rows = b.session.execute(found).all()
    told = []
    for invoice, name in rows[:limit]:
        how = last(b, invoice)
        by = how.by if how else None
        told.append(SettledToday(invoice.number, name, invoice.amount, invoice.currency, by))
    return told, len(rows)
