"""Invoices refused or rejected on the e-invoicing platform: held until a person says what becomes of them."""

from datetime import datetime

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.reasons import Reason
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import journal, locks
from store.books import Books
from store.db.tables import Invoice, JournalLine
from store.invoices import settling
from store.invoices.ending import InvoiceEnded, outcome
from store.tasks import acts as tasks
from store.traces.claims import InvoiceRefused


def refuse(b: Books, invoice_id: int, *, by: str, at: datetime) -> InvoiceEnded:
    """Note that an invoice was refused on the platform: nothing leaves, finance is asked (SCHEDULE 10).

    One journal line. Raises AlreadySettled, or Refused when it is known already.
    """
    row = locks.invoice(b, invoice_id)
    settling.refuse_settled(b, row)
    if row.refused_at is not None:
        raise Refused("invoices.already_refused", number=row.number)
    row.refused_at = at
    called_off = settling.changed(b, row, reason=Reason.REFUSED, at=at)
    task = tasks.put(
        b, kind=TaskKind.INVOICE_REFUSED, customer_id=row.customer_id, invoice_ids=[row.id], at=at
    )
    told = InvoiceRefused(number=row.number, task_ids=(task.id,))
    return _ended(b, row, Act.INVOICE_REFUSED, told, called_off=called_off, by=by, at=at)


def accept(b: Books, invoice_id: int, *, by: str, at: datetime) -> InvoiceEnded:
    """Note that an invoice is refused no longer: the ladder goes on on the third open day (SCHEDULE 28).

    One journal line. Raises Refused when it was not refused.
    """
    row = locks.invoice(b, invoice_id)
    if row.refused_at is None:
        raise Refused("invoices.not_refused", number=row.number)
    row.refused_at = None
    today = b.today(at)
    row.resuming_since = today if today > row.due_date else row.resuming_since
    settling.touch(b, row.customer_id)
    done = [task.id for task in tasks.all_open_about(b, row.id, TaskKind.INVOICE_REFUSED)]
    tasks.answer(b, done, by=by, at=at)
    told = InvoiceRefused(number=row.number, task_ids=tuple(done))
    return _ended(b, row, Act.INVOICE_ACCEPTED, told, called_off=0, by=by, at=at)


def refused_by(b: Books, invoice_id: int) -> str | None:
    """Return who noted last that an invoice was refused, where it still is."""
    lines = b.session.scalars(
        select(JournalLine)
        .where(JournalLine.company_id == b.company_id, JournalLine.invoice_id == invoice_id)
        .where(JournalLine.act == Act.INVOICE_REFUSED)
        .order_by(JournalLine.id.desc())
        .limit(1)
    )
    row = locks.fresh(b, Invoice, invoice_id)
    return next((line.by for line in lines), None) if row.refused_at is not None else None


def _ended(
    b: Books, row: Invoice, act: Act, told: InvoiceRefused, *, called_off: int, by: str, at: datetime
) -> InvoiceEnded:
    entry_id = journal.write(b, act, told, by=by, at=at, customer_id=row.customer_id, invoice_id=row.id)
    return outcome(b, row, entry_id, called_off=called_off)


def undo_refused(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a refusal back: the ladder goes on where it was."""
    locks.fresh(b, Invoice, line.invoice_id).refused_at = None
    tasks.withdraw(b, journal.data(line, InvoiceRefused).task_ids, by=line.by, at=at)


def undo_accepted(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Have an invoice refused again, and its task open."""
    locks.fresh(b, Invoice, line.invoice_id).refused_at = line.at
    tasks.revive(b, journal.data(line, InvoiceRefused).task_ids, at=at)
