"""Tasks as they are told: with the customer's name and the invoice numbers, read for many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from store.books import Books
from store.tables import Customer, Invoice, Task, TaskItem


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """One task. `entry_id` is the journal line of its opening, when it was just opened."""

    id: int
    kind: str
    state: str
    step: str | None
    customer_id: int | None
    customer: str | None
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    owner: str | None
    role: str | None
    note: str | None
    opened_on: date
    wait_days: int
    entry_id: int | None = None


def facts_of(b: Books, tasks: Sequence[Task]) -> list[TaskFacts]:
    """Return the facts of these tasks, in their order."""
    items = _items(b, [task.id for task in tasks])
    ids = {task.customer_id for task in tasks if task.customer_id is not None}
    named = b.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids)))
    names = dict(named.all())
    return [
        TaskFacts(
            id=task.id,
            kind=task.kind,
            state=task.state,
            step=task.step,
            customer_id=task.customer_id,
            customer=names.get(task.customer_id or 0),
            invoice_ids=tuple(id_ for id_, _ in items.get(task.id, [])),
            numbers=tuple(number for _, number in items.get(task.id, [])),
            owner=task.owner,
            role=task.role,
            note=task.note,
            opened_on=task.opened_on,
            wait_days=task.wait_days,
        )
        for task in tasks
    ]


def _items(b: Books, task_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    rows = b.session.execute(
        select(TaskItem.task_id, Invoice.id, Invoice.number)
        .join(Invoice, Invoice.id == TaskItem.invoice_id)
        .where(TaskItem.task_id.in_(task_ids))
        .order_by(Invoice.due_date, Invoice.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for task_id, invoice_id, number in rows:
        found.setdefault(task_id, []).append((invoice_id, number))
    return found
