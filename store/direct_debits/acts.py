"""What can be done about a direct debit: it came back, it is presented again, it is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.payments import PULLED, Means
from receivables.codes.reasons import Reason
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Rejection
from store.invoices import settling
from store.reminders import acts as reminders
from store.tasks import acts as tasks
from store.traces.claims import DebitPresented, DebitRejected, MeansSet

FARTHEST = timedelta(days=366)
"""Nobody presents a direct debit again later than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitOutcome:
    """A rejection noted, or a new presentation of it, or another means of payment."""

    entry_id: int
    invoice_id: int | None
    number: str | None
    customer_id: int
    customer: str
    on: date | None = None
    again_on: date | None = None
    means: Means | None = None
    called_off: int = 0


def means_of(b: Books, invoice: Invoice) -> Means | None:
    """Return by what an invoice is to be paid: an act says so, else its column, else the customer's terms."""
    customer = b.session.get_one(Customer, invoice.customer_id)
    return invoice.means_said or invoice.means or customer.means


def reject(
    b: Books,
    invoice_id: int,
    *,
    on: date,
    again_on: date | None = None,
    note: str | None = None,
    by: str,
    at: datetime,
) -> DebitOutcome:
    """Note that the bank sent a direct debit back on its day `on`; one journal line.

    Its ladder runs from the later of due date and that day; presented again on `again_on`, it waits through
    that day and the grace days. Raises AlreadySettled, and Refused for another means of payment, or a day
    that cannot be.
    """
    invoice = locks.invoice(b, invoice_id)
    settling.refuse_settled(b, invoice)
    if means_of(b, invoice) not in PULLED:
        raise Refused("direct_debits.not_pulled", number=invoice.number, means=means_of(b, invoice))
    _check(b, on, again_on, at)
    row = Rejection(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        on=on,
        again_on=again_on,
        note=note,
        at=at,
        by=by,
    )
    b.session.add(row)
    settling.touch(b, invoice.customer_id)
    told = DebitRejected(
        rejection_id=row.id,
        number=invoice.number,
        on=on,
        again_on=again_on,
        note=note,
        closed_tasks=_answered(b, invoice.id, by=by, at=at),
    )
    called_off = _call_off(b, invoice, at) if again_on is not None else 0
    entry_id = _write(b, Act.DEBIT_REJECTED, told, invoice, by=by, at=at)
    return _outcome(b, entry_id, invoice, on=on, again_on=again_on, called_off=called_off)


def _check(b: Books, on: date, again_on: date | None, at: datetime) -> None:
    today = b.today(at)
    if on > today:
        raise Refused("direct_debits.rejection_to_come", day=on)
    if again_on is not None and again_on <= on:
        raise Refused("direct_debits.presented_before", day=again_on, on=on)
    if again_on is not None and again_on - today > FARTHEST:
        raise Refused("days.over_a_year", day=again_on)


def present_again(b: Books, invoice_id: int, *, on: date, by: str, at: datetime) -> DebitOutcome:
    """Note that a rejected direct debit is presented again on the day `on`; one journal line.

    Raises AlreadySettled, and Refused when no rejection is noted, or the day is not to come.
    """
    invoice = locks.invoice(b, invoice_id)
    settling.refuse_settled(b, invoice)
    row = last_rejection(b, invoice.id)
    if row is None:
        raise Refused("direct_debits.not_rejected", number=invoice.number)
    if on < b.today(at):
        raise Refused("direct_debits.not_to_come", day=on)
    _check(b, row.on, on, at)
    before, row.again_on = row.again_on, on
    called_off = _call_off(b, invoice, at)
    told = DebitPresented(rejection_id=row.id, number=invoice.number, again_on=on, before=before)
    entry_id = _write(b, Act.DEBIT_PRESENTED, told, invoice, by=by, at=at)
    return _outcome(b, entry_id, invoice, on=row.on, again_on=on, called_off=called_off)


def set_means(
    b: Books,
    *,
    invoice_id: int | None = None,
    customer_id: int | None = None,
    means: Means | None,
    by: str,
    at: datetime,
) -> DebitOutcome:
    """Say by what an invoice, or (without one) a customer, is to pay; None: as the files say.

    One journal line. What is collected by the company itself is reminded no more until it comes back.
    Raises Refused when it is so already.
    """
    invoice = locks.invoice(b, invoice_id) if invoice_id is not None else None
    customer = locks.customer(b, invoice.customer_id if invoice is not None else customer_id or 0)
    before = invoice.means_said if invoice is not None else customer.means
    if before == means:
        raise Refused("direct_debits.means_unchanged", means=means)
    if invoice is not None:
        invoice.means_said = means
    else:
        customer.means = means
    settling.touch(b, customer.id)
    about = [invoice] if invoice is not None else _open_invoices(b, customer.id)
    pulled = [each for each in about if means_of(b, each) in PULLED]
    ids = [each.id for each in pulled]
    called_off = reminders.call_off(b, ids, reason=Reason.DIRECT_DEBIT, at=at) if ids else 0
    freed = [each.id for each in about if each not in pulled]
    told = MeansSet(
        number=invoice.number if invoice is not None else None,
        before=before,
        after=means,
        closed_tasks=tuple(id_ for each in freed for id_ in _answered(b, each, by=by, at=at)),
    )
    entry_id = journal.write(
        b,
        Act.MEANS_SET,
        told,
        by=by,
        at=at,
        customer_id=customer.id,
        invoice_id=invoice.id if invoice is not None else None,
    )
    return DebitOutcome(
        entry_id=entry_id,
        invoice_id=invoice.id if invoice is not None else None,
        number=told.number,
        customer_id=customer.id,
        customer=customer.name,
        means=means,
        called_off=called_off,
    )


def _open_invoices(b: Books, customer_id: int) -> Sequence[Invoice]:
    open_ones = select(Invoice).where(
        Invoice.company_id == b.company_id, Invoice.customer_id == customer_id, Invoice.outstanding > 0
    )
    return b.session.scalars(open_ones.order_by(Invoice.id)).all()


def last_rejection(b: Books, invoice_id: int) -> Rejection | None:
    """Return the last rejection noted of an invoice that nobody took back."""
    return b.session.scalars(
        select(Rejection)
        .where(Rejection.company_id == b.company_id, Rejection.invoice_id == invoice_id)
        .where(Rejection.undone_at.is_(None))
        .order_by(Rejection.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def undo_rejected(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a rejection back: the invoice waits again. Refused while it is presented again."""
    told = journal.data(line, DebitRejected)
    dependents.refuse(
        b,
        line,
        lambda _, later: isinstance(later, DebitPresented) and later.rejection_id == told.rejection_id,
    )
    locks.fresh(b, Rejection, told.rejection_id).undone_at = at
    invoice = locks.fresh(b, Invoice, line.invoice_id)
    if last_rejection(b, invoice.id) is None:
        _call_off(b, invoice, at)
    tasks.revive(b, told.closed_tasks, at=at)


def undo_presented(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Take a new presentation back: the ladder goes on. Refused when another day was noted since."""
    told = journal.data(line, DebitPresented)
    dependents.refuse(
        b,
        line,
        lambda _, later: isinstance(later, DebitPresented) and later.rejection_id == told.rejection_id,
    )
    locks.fresh(b, Rejection, told.rejection_id).again_on = told.before


def undo_means(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Put the means of payment back as it was. Refused when it was said anew since."""
    told = journal.data(line, MeansSet)
    dependents.refuse(
        b,
        line,
        lambda _, later: isinstance(later, MeansSet) and later.number == told.number,
    )
    before = Means(told.before) if told.before else None
    if line.invoice_id is not None:
        locks.fresh(b, Invoice, line.invoice_id).means_said = before
    else:
        locks.fresh(b, Customer, line.customer_id).means = before
    tasks.revive(b, told.closed_tasks, at=at)


def _call_off(b: Books, invoice: Invoice, at: datetime) -> int:
    return settling.changed(b, invoice, reason=Reason.DIRECT_DEBIT, at=at)


def _answered(b: Books, invoice_id: int, *, by: str, at: datetime) -> tuple[int, ...]:
    """Close the questions about unpaid direct debits once none of their invoices waits; return their ids."""
    b.session.flush()
    done = [
        task.id
        for task in tasks.all_open_about(b, invoice_id, TaskKind.DEBIT_UNPAID)
        if not any(_waits(b, item) for item, _ in tasks.open_items(b, task))
    ]
    tasks.answer(b, done, by=by, at=at)
    return tuple(done)


def _waits(b: Books, invoice: Invoice) -> bool:
    return means_of(b, invoice) in PULLED and last_rejection(b, invoice.id) is None


def _write(
    b: Books, act: Act, told: DebitRejected | DebitPresented, invoice: Invoice, *, by: str, at: datetime
) -> int:
    return journal.write(b, act, told, by=by, at=at, customer_id=invoice.customer_id, invoice_id=invoice.id)


def _outcome(
    b: Books,
    entry_id: int,
    invoice: Invoice,
    *,
    on: date,
    again_on: date | None,
    called_off: int,
) -> DebitOutcome:
    customer = b.session.get_one(Customer, invoice.customer_id)
    return DebitOutcome(
        entry_id=entry_id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=customer.id,
        customer=customer.name,
        on=on,
        again_on=again_on,
        called_off=called_off,
    )
