"""Tasks: what a person must do. Done, a task of the ladder completes its step (SCHEDULE 3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from receivables.errors import Refused
from store import accounts, dependents, journal, locks, steps, wording
from store.books import Books
from store.tables import Customer, Invoice, JournalLine, Task, TaskItem
from store.task_facts import TaskFacts, facts_of

__all__ = [
    "LADDER",
    "LAPSING",
    "TaskClosed",
    "TaskFacts",
    "close",
    "finish",
    "get",
    "lapse",
    "open_about",
    "open_task",
    "open_tasks",
    "reopen",
    "revive",
    "undo_closed",
    "undo_opened",
]

LADDER = ("call", "letter", "handover")
"""Kinds that are steps of a policy."""

LAPSING = (*LADDER, "escalation")
"""Kinds that nobody need do any more once every invoice of theirs is settled."""

NOT_DONE = ("cancelled", "skipped")

_ABSENT = "Cette tâche n’existe plus : rouvrez la liste des tâches."


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClosed:
    """A task that a person closed. `completed`: whether its step of the ladder is done with it."""

    entry_id: int
    task_id: int
    kind: str
    step: str | None
    outcome: str
    customer: str | None
    numbers: tuple[str, ...]
    completed: bool


def open_task(
    b: Books,
    *,
    kind: str,
    customer_id: int | None,
    invoice_ids: Sequence[int] = (),
    step: str | None = None,
    owner: str | None = None,
    role: str | None = None,
    note: str | None = None,
    wait_days: int = 5,
    at: datetime,
    by: str = journal.CLOCK,
    slots: dict[int, date] | None = None,
) -> TaskFacts:
    """Open a task about some invoices of a customer, for its owner or for a role; one journal line.

    `wait_days` counts open days before a nudge; `slots` are the days on which the step fell due.
    """
    task = Task(
        company_id=b.company_id,
        customer_id=customer_id,
        kind=kind,
        step=step,
        opened_at=at,
        opened_on=b.today(at),
        wait_days=wait_days,
        owner=owner,
        role=role,
        note=note,
    )
    b.session.add(task)
    b.session.flush()
    for invoice_id in dict.fromkeys(invoice_ids):
        b.session.add(TaskItem(task_id=task.id, invoice_id=invoice_id, slot=(slots or {}).get(invoice_id)))
    b.session.flush()
    _touch(b, task)
    entry_id = _write_opened(b, task, list(invoice_ids), by=by, at=at)
    return replace(facts_of(b, [task])[0], entry_id=entry_id)


def _write_opened(b: Books, task: Task, invoice_ids: list[int], *, by: str, at: datetime) -> int:
    return journal.write(
        b,
        "task.opened",
        by=by,
        at=at,
        customer_id=task.customer_id,
        invoice_id=invoice_ids[0] if len(invoice_ids) == 1 else None,
        data={"task_id": task.id, "kind": task.kind, "step": task.step, "invoice_ids": invoice_ids},
    )


def undo_opened(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Cancel a task that was opened. Raises Refused when it has been closed since."""
    dependents.refuse(b, line, lambda later: later.data.get("task_id") == line.data["task_id"])
    task = locks.fresh(b, Task, line.data["task_id"])
    _end(task, "cancelled", outcome="undone", by=line.by, at=at)


def close(b: Books, task_id: int, *, outcome: str, by: str, at: datetime) -> TaskClosed:
    """Close an open task; one journal line.

    `cancelled` says that it was not done; `skipped` that it need not be, which completes its ladder step
    all the same; any other outcome that it was. A hand-over that was done hands its invoices over.
    Raises Refused when the task is closed already.
    """
    task = locks.row(b, Task, task_id, _ABSENT)
    if task.state != "open":
        raise Refused(f"Cette tâche est déjà close, par {wording.who(task.closed_by or '')}.")
    record = finish(b, task, how="task", outcome=outcome, by=by, at=at)
    facts = facts_of(b, [task])[0]
    touched = facts.invoice_ids[0] if len(facts.invoice_ids) == 1 else None
    entry_id = journal.write(
        b, "task.closed", by=by, at=at, customer_id=task.customer_id, invoice_id=touched, data=record
    )
    _touch(b, task)
    return TaskClosed(
        entry_id=entry_id,
        task_id=task.id,
        kind=task.kind,
        step=task.step,
        outcome=outcome,
        customer=facts.customer,
        numbers=facts.numbers,
        completed=bool(record["step_ids"]),
    )


def undo_closed(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Reopen a task, and take back the steps that it completed."""
    reopen(b, line.data, at=at)


def finish(b: Books, task: Task, *, how: str, outcome: str, by: str, at: datetime) -> dict[str, Any]:
    """End a task and complete its step for each of its invoices; return what `reopen` needs.

    For the acts that close a task on the way; they write the journal line.
    """
    done = outcome not in NOT_DONE
    _end(task, "done" if done else "cancelled", outcome=outcome, by=by, at=at)
    items = [] if outcome == "cancelled" else _open_items(b, task)
    handed = [item for item, _ in items if task.kind == "handover" and done and not item.handed_over_at]
    for item in handed:
        item.handed_over_at = at
    record: dict[str, Any] = {"task_id": task.id, "kind": task.kind, "step": task.step, "outcome": outcome}
    record["handed_over"] = [item.id for item in handed]
    record["step_ids"] = _complete(b, task, items, how=how if done else "skipped", by=by, at=at)
    return record


def reopen(b: Books, record: Mapping[str, Any], *, at: datetime) -> None:
    """Take back what `finish` did."""
    revive(b, [record["task_id"]])
    steps.take_back(b, record["step_ids"], at=at)
    for id_ in record["handed_over"]:
        locks.fresh(b, Invoice, id_).handed_over_at = None


def lapse(b: Books, invoice_id: int, *, by: str, at: datetime) -> list[int]:
    """Cancel the tasks about this invoice and others that nobody chases any more; return their ids."""
    unsettled = (
        select(TaskItem.task_id)
        .join(Invoice, Invoice.id == TaskItem.invoice_id)
        .where(TaskItem.task_id == Task.id, Invoice.outstanding > 0)
        .where(Invoice.written_off_at.is_(None), Invoice.handed_over_at.is_(None))
    )
    found = b.session.scalars(_open_about(b, invoice_id, LAPSING).where(~unsettled.exists())).all()
    for task in found:
        _end(task, "cancelled", outcome="settled", by=by, at=at)
    return [task.id for task in found]


def revive(b: Books, task_ids: Iterable[int]) -> None:
    """Reopen tasks that lapsed."""
    for id_ in task_ids:
        task = locks.fresh(b, Task, id_)
        task.state, task.closed_at, task.closed_by, task.outcome = "open", None, None, None


def open_about(b: Books, invoice_id: int, kind: str) -> Task | None:
    """Return the oldest open task of a kind about an invoice."""
    return b.session.scalars(_open_about(b, invoice_id, (kind,)).limit(1)).one_or_none()


def open_tasks(
    b: Books,
    *,
    kind: str | None = None,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    owner: str | None = None,
    limit: int = 1_000,
) -> list[TaskFacts]:
    """Return the open tasks, oldest first, of a kind, customer, invoice or owner when given."""
    query = _open(b)
    for column, value in ((Task.kind, kind), (Task.customer_id, customer_id), (Task.owner, owner)):
        query = query if value is None else query.where(column == value)
    if invoice_id is not None:
        query = query.where(_about(invoice_id))
    return facts_of(b, b.session.scalars(query.limit(limit)).all())


def get(b: Books, task_id: int) -> TaskFacts:
    """Return one task, open or closed. Raises Refused when it is not in these books."""
    task = b.session.get(Task, task_id)
    if task is None or task.company_id != b.company_id:
        raise Refused(_ABSENT)
    return facts_of(b, [task])[0]


def _open(b: Books) -> Select[Task]:
    return (
        select(Task)
        .where(Task.company_id == b.company_id, Task.state == "open")
        .order_by(Task.opened_at, Task.id)
    )


def _about(invoice_id: int) -> ColumnElement[bool]:
    return Task.id.in_(select(TaskItem.task_id).where(TaskItem.invoice_id == invoice_id))


def _open_about(b: Books, invoice_id: int, kinds: Sequence[str]) -> Select[Task]:
    return _open(b).where(_about(invoice_id), Task.kind.in_(kinds))


def _end(task: Task, state: str, *, outcome: str, by: str, at: datetime) -> None:
    task.state, task.outcome, task.closed_by, task.closed_at = state, outcome, by, at


def _open_items(b: Books, task: Task) -> list[tuple[Invoice, date | None]]:
    rows = b.session.execute(
        select(Invoice, TaskItem.slot)
        .join(TaskItem, TaskItem.invoice_id == Invoice.id)
        .where(TaskItem.task_id == task.id, Invoice.outstanding > 0)
        .order_by(Invoice.id)
    )
    return [(item, slot) for item, slot in rows]


def _complete(
    b: Books, task: Task, items: Sequence[tuple[Invoice, date | None]], *, how: str, by: str, at: datetime
) -> list[int]:
    """Write the task's step down as done for these invoices; return the ids of what was written."""
    customer = b.session.get(Customer, task.customer_id) if task.customer_id else None
    step = b.company.policy_for(customer.policy if customer else None).step(task.step or "")
    if step is None:
        return []
    return steps.complete(b, step, items, task_id=task.id, how=how, by=by, at=at)


def _touch(b: Books, task: Task) -> None:
    if task.customer_id is not None:
        b.session.flush()
        accounts.touch(b, task.customer_id)
