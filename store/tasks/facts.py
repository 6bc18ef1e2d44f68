"""Tasks as they are told: with the customer's name and the invoice numbers, read for many at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from receivables.acts import Act
from receivables.codes.calls import CallResult
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind, TaskOutcome, TaskState
from receivables.errors import Refused
from store import journal
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Task, TaskItem
from store.tasks.causes import Cause, read_causes
from store.traces.tasks import TaskEnded, TaskRecord

ABSENT = "tasks.absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """One task. `entry_id` is the journal line of its opening, when it was just opened."""

    id: int
    kind: TaskKind
    state: TaskState
    step: str | None
    customer_id: int | None
    customer: str | None
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    owner: str | None
    role: Role | None
    note: str | None
    """A person’s words."""
    causes: tuple[Cause, ...]
    """What the clock opened it for, in place of a note."""
    opened_on: date
    opened_at: datetime
    wait_days: int
    nudged_on: date | None = None
    """When its owner was reminded of it; `raised_on`: the manager."""
    raised_on: date | None = None
    put_off_to: datetime | None = None
    """When a person wants to be told of it again."""
    agreed_at: datetime | None = None
    """When the customer expects to be called back."""
    closed_by: str | None = None
    closed_at: datetime | None = None
    outcome: TaskOutcome | CallResult | None = None
    reason: str | None = None
    """Why it was passed."""
    sha256: str | None = None
    """Fingerprint of the file that was handed over."""
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    """What is left to pay on its invoices, by currency."""
    entry_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClosed:
    """A task that a person closed. `completed`: whether its step of the ladder is done with it."""

    entry_id: int
    task_id: int
    kind: TaskKind
    step: str | None
    outcome: TaskOutcome | CallResult
    customer: str | None
    numbers: tuple[str, ...]
    completed: bool


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
            invoice_ids=tuple(item.id for item in items.get(task.id, [])),
            numbers=tuple(item.number for item in items.get(task.id, [])),
            totals=_totals(items.get(task.id, [])),
            owner=task.owner,
            role=task.role,
            note=None if read_causes(task.kind, task.note) else task.note,
            causes=read_causes(task.kind, task.note),
            opened_on=task.opened_on,
            opened_at=task.opened_at,
            nudged_on=task.nudged_on,
            raised_on=task.raised_on,
            wait_days=task.wait_days,
            put_off_to=task.put_off_to,
            agreed_at=task.agreed_at,
            closed_by=task.closed_by,
            closed_at=task.closed_at,
            outcome=task.outcome,
        )
        for task in tasks
    ]


class _Item(NamedTuple):
    """An invoice that a task is about. Nothing is left to pay on one that was withdrawn or written off."""

    id: int
    number: str
    outstanding: Decimal
    currency: str


def _items(b: Books, task_ids: Sequence[int]) -> dict[int, list[_Item]]:
    rows = b.session.execute(
        select(
            TaskItem.task_id, Invoice.id, Invoice.number, Invoice.outstanding, Invoice.currency, Invoice.owed
        )
        .join(Invoice, Invoice.id == TaskItem.invoice_id)
        .where(TaskItem.task_id.in_(task_ids))
        .order_by(Invoice.due_date, Invoice.id)
    )
    found: dict[int, list[_Item]] = {}
    for task_id, id_, number, outstanding, currency, owed in rows:
        left = outstanding if owed else Decimal(0)
        found.setdefault(task_id, []).append(_Item(id_, number, left, currency))
    return found


def _totals(items: Sequence[_Item]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for item in items:
        if not item.outstanding:
            continue
        sums[item.currency] = sums.get(item.currency, Decimal(0)) + item.outstanding
    return sums


def open_about(b: Books, invoice_id: int, kind: TaskKind) -> Task | None:
    """Return the oldest open task of a kind about an invoice."""
    return next(iter(all_open_about(b, invoice_id, kind)), None)


def all_open_about(b: Books, invoice_id: int, kind: TaskKind) -> list[Task]:
    """Return the open tasks of a kind about an invoice, oldest first."""
    return list(b.session.scalars(_open_about(b, invoice_id, (kind,))))


def open_tasks(
    b: Books,
    *,
    kind: TaskKind | None = None,
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


def of_person(b: Books, user: str, roles: Collection[str], *, limit: int = 1_000) -> list[TaskFacts]:
    """Return the open tasks that are somebody's: as their owner, or as nobody's of a role of theirs."""
    theirs = or_(
        Task.owner == user, and_(Task.owner.is_(None), or_(Task.role.is_(None), Task.role.in_(roles)))
    )
    return facts_of(b, b.session.scalars(_open(b).where(theirs).limit(limit)).all())


def closed_since(b: Books, since: datetime, *, limit: int = 40) -> list[TaskFacts]:
    """Return the tasks that a person or an act closed from the aware instant `since` on, oldest first."""
    found = (
        select(Task)
        .where(Task.company_id == b.company_id, Task.closed_at >= since)
        .where(Task.state.in_([TaskState.DONE, TaskState.CANCELLED]))
        .order_by(Task.closed_at, Task.id)
    )
    return [get_task(b, task.id) for task in b.session.scalars(found.limit(limit)).all()]


def get_task(b: Books, task_id: int) -> TaskFacts:
    """Return one task, open or closed. Raises Refused when it is not in these books."""
    task = b.session.get(Task, task_id)
    if task is None or task.company_id != b.company_id:
        raise Refused(ABSENT)
    found = facts_of(b, [task])[0]
    if task.state == TaskState.OPEN:
        return found
    closing = _closing(b, found)
    if closing is None:
        return found
    ended = journal.data(closing, TaskEnded)
    return replace(found, reason=ended.reason, sha256=ended.sha256)


def closing_entry(b: Books, task: TaskFacts) -> int | None:
    """Return the journal line by which a person closed a task, if it stands; None when another act did."""
    closing = _closing(b, task) if task.state != TaskState.OPEN else None
    return closing.id if closing else None


def _closing(b: Books, task: TaskFacts) -> JournalLine | None:
    undoing = aliased(JournalLine)
    return b.session.scalars(
        select(JournalLine)
        .where(JournalLine.company_id == b.company_id, JournalLine.act == Act.TASK_CLOSED)
        .where(JournalLine.customer_id.is_not_distinct_from(task.customer_id))
        .where(journal.number(TaskRecord, "task_id") == task.id)
        .where(~exists().where(undoing.undoes_id == JournalLine.id))
        .order_by(JournalLine.id.desc())
        .limit(1)
    ).one_or_none()


def _open(b: Books) -> Select[Task]:
    return (
        select(Task)
        .where(Task.company_id == b.company_id, Task.state == TaskState.OPEN)
        .order_by(Task.opened_at, Task.id)
    )


def _about(invoice_id: int) -> ColumnElement[bool]:
    return Task.id.in_(select(TaskItem.task_id).where(TaskItem.invoice_id == invoice_id))


def of_settled(b: Books, invoice_id: int, kinds: Sequence[TaskKind]) -> list[Task]:
    """Return the open tasks of these kinds about an invoice and only others that nobody chases any more."""
    unsettled = (
        select(TaskItem.task_id)
        .join(Invoice, Invoice.id == TaskItem.invoice_id)
        .where(TaskItem.task_id == Task.id, Invoice.outstanding > 0)
        .where(Invoice.owed, Invoice.handed_over_at.is_(None))
    )
    return list(b.session.scalars(_open_about(b, invoice_id, kinds).where(~unsettled.exists())))


def _open_about(b: Books, invoice_id: int, kinds: Sequence[TaskKind]) -> Select[Task]:
    return _open(b).where(_about(invoice_id), Task.kind.in_(kinds))


def open_items(b: Books, task: Task) -> list[tuple[Invoice, date | None]]:
    """Return the invoices of a task on which something is left to pay, each with its slot."""
    rows = b.session.execute(
        select(Invoice, TaskItem.slot)
        .join(TaskItem, TaskItem.invoice_id == Invoice.id)
        .where(TaskItem.task_id == task.id, Invoice.outstanding > 0)
        .order_by(Invoice.id)
    )
    return [(item, slot) for item, slot in rows]
