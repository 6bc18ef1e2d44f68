"""The acts that end an invoice without money, and the one that takes it up again.

Written off: given up, the outstanding stays on record. Withdrawn: not owed, and what was paid on it is
the customer's again. Handed over: somebody else collects it. Whichever it is, Relance asks no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.reasons import Reason
from receivables.codes.statuses import Status
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Allocation, Customer, Invoice, JournalLine
from store.invoices import settling
from store.tasks import acts as tasks
from store.traces.about import credit_used
from store.traces.accounts import InvoiceClosed, InvoiceReopened


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEnded:
    """An invoice ended, or taken up again. `freed` is what was paid on it and is the customer's now."""

    entry_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    outstanding: Decimal
    currency: str
    called_off: int
    freed: Decimal = Decimal(0)
    task_id: int | None = None
    ended: Status | None = None
    """By what it is not asked for now."""


def write_off(b: Books, invoice_id: int, *, reason: str | None = None, by: str, at: datetime) -> InvoiceEnded:
    """Give up what is left of an invoice: nothing is asked for any more; what was paid stays on it.

    Raises AlreadySettled, or Refused when it has ended already.
    """
    row = locks.invoice(b, invoice_id)
    _check(b, row, Status.WRITTEN_OFF)
    row.written_off_at = at
    return _ended(b, row, Act.INVOICE_WRITTEN_OFF, reason=Reason.WRITTEN_OFF, note=reason, by=by, at=at)


def hand_over(b: Books, invoice_id: int, *, reason: str | None = None, by: str, at: datetime) -> InvoiceEnded:
    """Hand an invoice over to collection: Relance writes no more about it.

    Raises AlreadySettled, or Refused when it has ended already.
    """
    row = locks.invoice(b, invoice_id)
    _check(b, row, Status.HANDED_OVER)
    row.handed_over_at = at
    return _ended(b, row, Act.INVOICE_HANDED_OVER, reason=Reason.HANDED_OVER, note=reason, by=by, at=at)


def withdraw(b: Books, invoice_id: int, *, reason: str | None = None, by: str, at: datetime) -> InvoiceEnded:
    """Cancel an invoice, paid or not: it is not owed. Money and credit set on it are the customer's again.

    A task tells finance of them (SCHEDULE 8). Raises Refused when it is withdrawn or written off already.
    """
    row = locks.invoice(b, invoice_id)
    _check(b, row, Status.WITHDRAWN)
    row.withdrawn_at = at
    set_on_it = _allocations(b, row)
    settling.take_back(b, [each.id for each in set_on_it], at=at)
    freed = sum((each.amount for each in set_on_it), Decimal(0))
    task_id = on_account(b, row, at=at) if freed else None
    return _ended(
        b,
        row,
        Act.INVOICE_WITHDRAWN,
        reason=Reason.WITHDRAWN,
        note=reason,
        by=by,
        at=at,
        freed=[each.id for each in set_on_it],
        amount=freed,
        task_id=task_id,
    )


def on_account(b: Books, row: Invoice, *, at: datetime) -> int:
    """Open the task of finance about money that was set on a withdrawn invoice; return its id."""
    task = tasks.put(b, kind=TaskKind.ON_ACCOUNT, customer_id=row.customer_id, invoice_ids=[row.id], at=at)
    return task.id


def _allocations(b: Books, row: Invoice) -> list[Allocation]:
    found = select(Allocation).where(Allocation.invoice_id == row.id, Allocation.undone_at.is_(None))
    return list(b.session.scalars(found.order_by(Allocation.id)))


def check(b: Books, invoice_id: int, by: Status | None) -> None:
    """Look whether an invoice can end by this; None: whether it can be taken up again.

    Raises AlreadySettled, or Refused as the act would; changes nothing.
    """
    row = locks.own(b, Invoice, invoice_id, "invoices.absent")
    if by is not None:
        _check(b, row, by)
    elif end_of(row) is None:
        raise Refused("invoices.not_ended", number=row.number)


def _check(b: Books, row: Invoice, by: Status) -> None:
    """Refuse what has ended already; what is paid can only be withdrawn. Raises AlreadySettled, Refused."""
    if by is not Status.WITHDRAWN:
        settling.refuse_settled(b, row)
    if row.withdrawn_at is not None:
        raise Refused("invoices.already_withdrawn", number=row.number)
    if row.written_off_at is not None:
        raise Refused("invoices.already_written_off", number=row.number)
    if by is Status.HANDED_OVER and row.handed_over_at is not None:
        raise Refused("invoices.already_handed_over", number=row.number)


def _ended(
    b: Books,
    row: Invoice,
    act: Act,
    *,
    reason: Reason,
    note: str | None,
    by: str,
    at: datetime,
    freed: Sequence[int] = (),
    amount: Decimal = Decimal(0),
    task_id: int | None = None,
) -> InvoiceEnded:
    called_off = settling.changed(b, row, reason=reason, at=at)
    b.session.flush()
    lapsed = [id_ for id_ in tasks.lapse(b, row.id, by=by, at=at) if id_ != task_id]
    told = InvoiceClosed(
        number=row.number,
        amount=row.outstanding,
        currency=row.currency,
        note=note,
        lapsed_tasks=tuple(lapsed),
        freed=tuple(freed) or None,
        task_id=task_id,
    )
    entry_id = journal.write(b, act, told, by=by, at=at, customer_id=row.customer_id, invoice_id=row.id)
    return outcome(b, row, entry_id, called_off=called_off, freed=amount, task_id=task_id)


def outcome(
    b: Books,
    row: Invoice,
    entry_id: int,
    *,
    called_off: int = 0,
    freed: Decimal = Decimal(0),
    task_id: int | None = None,
) -> InvoiceEnded:
    """Return what an act on an invoice's standing came to, told by its journal line."""
    return InvoiceEnded(
        entry_id=entry_id,
        invoice_id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        customer=b.session.get_one(Customer, row.customer_id).name,
        outstanding=row.outstanding,
        currency=row.currency,
        called_off=called_off,
        freed=freed,
        task_id=task_id,
        ended=end_of(row),
    )


def end_of(row: Invoice) -> Status | None:
    """Return by what an invoice has ended, the first that is true; None when it is asked for."""
    if row.withdrawn_at is not None:
        return Status.WITHDRAWN
    if row.written_off_at is not None:
        return Status.WRITTEN_OFF
    return Status.HANDED_OVER if row.handed_over_at is not None else None


def how_ended(b: Books, invoice_id: int) -> Status | None:
    """Return by what an invoice of these books has ended; None when it is asked for."""
    return end_of(locks.own(b, Invoice, invoice_id, "invoices.absent"))


def goes_back(b: Books, invoice_id: int) -> bool:
    """Whether an invoice, taken up again, is with who collects it, as before it was given up."""
    row = locks.own(b, Invoice, invoice_id, "invoices.absent")
    return row.handed_over_at is not None and end_of(row) is not Status.HANDED_OVER


def reopen(b: Books, invoice_id: int, *, reason: str | None = None, by: str, at: datetime) -> InvoiceEnded:
    """Take an invoice up again that was written off, withdrawn, or is handed back by who collected it.

    Its ladder goes on where it was, from the third open day after. Raises Refused when it has not ended.
    """
    row = locks.invoice(b, invoice_id)
    ended = end_of(row)
    if ended is None:
        raise Refused("invoices.not_ended", number=row.number)
    since = row.withdrawn_at or row.written_off_at or row.handed_over_at or at
    told = InvoiceReopened(
        number=row.number, ended=ended, since=since, resuming_since=row.resuming_since, note=reason
    )
    _set(row, ended, None)
    row.resuming_since = b.today(at)
    settling.touch(b, row.customer_id)
    entry_id = journal.write(
        b, Act.INVOICE_REOPENED, told, by=by, at=at, customer_id=row.customer_id, invoice_id=row.id
    )
    return outcome(b, row, entry_id)


def _set(row: Invoice, ended: Status, at: datetime | None) -> None:
    if ended is Status.WITHDRAWN:
        row.withdrawn_at = at
    elif ended is Status.WRITTEN_OFF:
        row.written_off_at = at
    else:
        row.handed_over_at = at


def undo_reopened(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Have an invoice ended as before. Raises Refused once money came in on it, or it ended anew."""
    told = journal.data(line, InvoiceReopened)
    dependents.refuse(
        b, line, lambda old, later: old.invoice_id == line.invoice_id and isinstance(later, InvoiceClosed)
    )
    row = _line_invoice(b, line)
    _set(row, told.ended, told.since)
    row.resuming_since = told.resuming_since
    settling.changed(b, row, reason=Reason(told.ended), at=at)


def undo_written_off(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a write-off back: the invoice is owed again."""
    _refuse_reopened(b, line)
    _line_invoice(b, line).written_off_at = None
    tasks.revive(b, journal.data(line, InvoiceClosed).lapsed_tasks, at=at)


def undo_handed_over(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a hand-over back: the ladder goes on where it was."""
    _refuse_reopened(b, line)
    _line_invoice(b, line).handed_over_at = None
    tasks.revive(b, journal.data(line, InvoiceClosed).lapsed_tasks, at=at)


def undo_withdrawn(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a withdrawal back: it is owed again, and what was set on it is set on it as before.

    Raises Refused once that money or credit was used elsewhere.
    """
    _refuse_reopened(b, line)
    told = journal.data(line, InvoiceClosed)
    freed = [locks.fresh(b, Allocation, id_) for id_ in told.freed or ()]
    paid = {each.payment_id for each in freed if each.payment_id is not None}
    noted = {each.credit_note_id for each in freed if each.credit_note_id is not None}
    dependents.refuse(
        b,
        line,
        lambda _, later: (
            bool(paid & set(credit_used(later).payment_ids))
            or bool(noted & set(credit_used(later).credit_note_ids))
        ),
    )
    _line_invoice(b, line).withdrawn_at = None
    settling.set_again(b, freed)
    if told.task_id is not None:
        tasks.take_back(b, line, told.task_id, at=at)
    tasks.revive(b, told.lapsed_tasks, at=at)


def _refuse_reopened(b: Books, line: JournalLine) -> None:
    """Refuse to take back what ended an invoice that was taken up again since. Raises Refused."""
    dependents.refuse(
        b, line, lambda old, later: old.invoice_id == line.invoice_id and isinstance(later, InvoiceReopened)
    )


def _line_invoice(b: Books, line: JournalLine) -> Invoice:
    return locks.fresh(b, Invoice, line.invoice_id)
