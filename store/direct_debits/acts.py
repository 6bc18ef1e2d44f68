"""What can be done about a direct debit: it came back, it is presented again."""

from datetime import date, datetime, timedelta

from receivables.acts import Act
from receivables.codes.payments import PULLED
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Rejection
from store.direct_debits import means
from store.direct_debits.means import DebitOutcome
from store.invoices import settling
from store.tasks import acts as tasks
from store.traces.claims import DebitPresented, DebitRejected

FARTHEST = timedelta(days=366)
"""Nobody presents a direct debit again later than that."""


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
    if means.means_of(b, invoice) not in PULLED:
        raise Refused("direct_debits.not_pulled", number=invoice.number, means=means.means_of(b, invoice))
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
        closed_tasks=means.answered(b, invoice.id, by=by, at=at),
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
    row = means.last_rejection(b, invoice.id)
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
    if means.last_rejection(b, invoice.id) is None:
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


def _call_off(b: Books, invoice: Invoice, at: datetime) -> int:
    return settling.changed(b, invoice, reason=Reason.DIRECT_DEBIT, at=at)


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
        number=invoice.number,
        customer=customer.name,
        on=on,
        again_on=again_on,
        called_off=called_off,
    )
