"""What the clock finds of direct debits: those that did not come in, without a word (SCHEDULE 27)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select

from receivables.codes.payments import PULLED
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind
from store.books import Books
from store.db.tables import Customer, Invoice, Rejection, Task, TaskItem
from store.tasks import acts as tasks

OPEN_DAYS = 5
"""So many open days after the due date a direct debit is missed."""


def ask(b: Books, *, at: datetime, only: Collection[int] | None = None) -> list[str]:
    """Ask finance, once for each, about direct debits unpaid five open days after their due date.

    One task for each customer. Not about what is withdrawn, written off, handed over or contested: nobody
    waits for that money. `only`: those of which a file says that they are unpaid. Returns the numbers.
    """
    told: list[str] = []
    for customer_id, found in _missed(b, b.today(at), only).items():
        tasks.open_task(
            b,
            kind=TaskKind.DEBIT_UNPAID,
            customer_id=customer_id,
            invoice_ids=list(found),
            role=Role.FINANCE,
            at=at,
        )
        told += found.values()
    return told


def _missed(b: Books, today: date, only: Collection[int] | None) -> dict[int, dict[int, str]]:
    """Return numbers of invoices by id and customer."""
    calendar = b.company.calendar
    rejected = select(Rejection.invoice_id).where(
        Rejection.company_id == b.company_id, Rejection.undone_at.is_(None)
    )
    asked = (
        select(TaskItem.invoice_id)
        .join(Task, Task.id == TaskItem.task_id)
        .where(Task.company_id == b.company_id, Task.kind == TaskKind.DEBIT_UNPAID)
    )
    means = func.coalesce(Invoice.means_said, Invoice.means, Customer.means, type_=Invoice.means.type)
    rows = b.session.execute(
        select(Invoice.id, Invoice.customer_id, Invoice.due_date, Invoice.number)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.outstanding > 0, Invoice.owed)
        .where(Invoice.handed_over_at.is_(None), Invoice.refused_at.is_(None), Invoice.due_date < today)
        .where(means.in_(PULLED), Customer.insolvent_on.is_(None))
        .where(Invoice.id.not_in(rejected), Invoice.id.not_in(asked))
        .order_by(Invoice.customer_id, Invoice.id)
    ).all()
    missed: dict[int, dict[int, str]] = defaultdict(dict)
    for id_, customer_id, due, number in rows:
        if calendar.add_open(due, OPEN_DAYS) <= today and (only is None or id_ in only):
            missed[customer_id][id_] = number
    return missed
