"""Invoices to be sent on their issue day whose PDF is missing: they wait, and a person is told (B1).

The sending goes on by itself once the file is there, or when a person closes the task: then without it.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select

from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind, TaskOutcome
from receivables.people import Automaton
from store.accounts import invoice_files
from store.accounts.pdfs import missing
from store.books import Books
from store.db.tables import Customer, Invoice
from store.reminders import task_marks
from store.tasks import acts as tasks
from store.tasks import causes
from store.tasks.causes import Cause

_TOLD = 10


def ask(b: Books, customer_id: int, invoice_ids: Sequence[int], *, at: datetime) -> int | None:
    """Open a task about the invoices without a PDF that nobody is asked about yet, and announce it."""
    known = {
        id_
        for task in tasks.open_tasks(b, kind=TaskKind.MISSING_PDF, customer_id=customer_id)
        for id_ in task.invoice_ids
    }
    fresh = [id_ for id_ in invoice_ids if id_ not in known]
    if not fresh:
        return None
    owner = b.session.scalar(select(Customer.owner).where(Customer.id == customer_id))
    task = tasks.open_task(
        b,
        kind=TaskKind.MISSING_PDF,
        customer_id=customer_id,
        invoice_ids=fresh,
        owner=owner,
        role=Role.FINANCE,
        note=causes.kept(_causes(b, fresh)),
        at=at,
    )
    task_marks.say(b, at=at)
    return task.id


def _causes(b: Books, invoice_ids: Sequence[int]) -> list[Cause]:
    statement = select(Invoice.number, Invoice.pdf_path).where(Invoice.id.in_(invoice_ids))
    rows = b.session.execute(statement.order_by(Invoice.number)).all()
    return [(number, invoice_files.trouble(b.company, path) or "") for number, path in rows[:_TOLD]]


def close_found(b: Books, *, at: datetime) -> int:
    """Close the tasks about PDFs that are there now, or that nobody needs any more; return how many."""
    count = 0
    for task in tasks.open_tasks(b, kind=TaskKind.MISSING_PDF):
        if not _needed(b, task.invoice_ids, b.today(at)):
            tasks.close(b, task.id, outcome=TaskOutcome.CANCELLED, by=Automaton.CLOCK, at=at)
            count += 1
    return count


def _needed(b: Books, invoice_ids: Collection[int], today: date) -> bool:
    """Whether one of the invoices is still to be sent and has no PDF."""
    statement = select(Invoice.pdf_path).where(
        Invoice.id.in_(invoice_ids), Invoice.outstanding > 0, Invoice.due_date >= today
    )
    return any(missing(b, path) for path in b.session.scalars(statement))
