"""Tasks: what a person must do. Done, a task of the ladder completes its step (SCHEDULE 3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from receivables import duty
from receivables.acts import Act
from receivables.codes.calls import CallResult
from receivables.codes.reasons import Reason
from receivables.codes.roles import Role
from receivables.codes.steps import StepHow
from receivables.codes.tasks import LAPSING, TASK_KINDS, TASK_OUTCOMES, TaskKind, TaskOutcome, TaskState
from receivables.errors import Refused
from receivables.people import Automaton, Person
from store import dependents, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Task, TaskItem
from store.reminders import acts as reminders
from store.reminders import steps, task_marks
from store.tasks.facts import (
    ABSENT,
    TaskClosed,
    TaskFacts,
    all_open_about,
    facts_of,
    get_task,
    of_settled,
    open_about,
    open_items,
    open_tasks,
)
from store.traces.about import AboutTask
from store.traces.tasks import FileShown, TaskEnded, TaskOpened, TaskRecord

__all__ = [
    "TaskClosed",
    "TaskFacts",
    "all_open_about",
    "answer",
    "close",
    "finish",
    "get_task",
    "lapse",
    "open_about",
    "open_items",
    "open_task",
    "open_tasks",
    "put",
    "reopen",
    "revive",
    "undo_closed",
    "undo_opened",
    "withdraw",
]


def open_task(
    b: Books,
    *,
    kind: TaskKind,
    customer_id: int | None,
    invoice_ids: Sequence[int] = (),
    step: str | None = None,
    owner: str | None = None,
    role: Role | None = None,
    note: str | None = None,
    wait_days: int = 5,
    at: datetime,
    by: str = Automaton.CLOCK,
    slots: Mapping[int, date] | None = None,
    put_off_to: datetime | None = None,
) -> TaskFacts:
    """Open a task about some invoices of a customer, for its owner or for a role; one journal line.

    Without an owner in Slack it falls to somebody of `role` (default: finance), else to the company's admin.
    `wait_days` counts open days before a nudge; `slots` are the days on which the step fell due; `put_off_to`
    is when it is to be told again.
    """
    task = put(
        b,
        kind=kind,
        customer_id=customer_id,
        invoice_ids=invoice_ids,
        step=step,
        owner=owner,
        role=role,
        note=note,
        wait_days=wait_days,
        at=at,
        slots=slots,
        put_off_to=put_off_to,
    )
    entry_id = _write_opened(b, task, list(invoice_ids), by=by, at=at)
    return replace(facts_of(b, [task])[0], entry_id=entry_id)


def put(
    b: Books,
    *,
    kind: TaskKind,
    customer_id: int | None,
    invoice_ids: Sequence[int] = (),
    step: str | None = None,
    owner: str | None = None,
    role: Role | None = None,
    note: str | None = None,
    wait_days: int = 5,
    at: datetime,
    slots: Mapping[int, date] | None = None,
    put_off_to: datetime | None = None,
) -> Task:
    """Put a task in the books, for the acts that bring one about; they write the journal line."""
    falls_to = duty.who_acts(b.company, owner, role or TASK_KINDS[kind].role)
    task = Task(
        company_id=b.company_id,
        customer_id=customer_id,
        kind=kind,
        step=step,
        opened_at=at,
        opened_on=b.today(at),
        wait_days=wait_days,
        owner=falls_to.owner,
        role=falls_to.role,
        note=note,
        put_off_to=put_off_to,
    )
    b.session.add(task)
    b.session.flush()
    for invoice_id in dict.fromkeys(invoice_ids):
        b.session.add(TaskItem(task_id=task.id, invoice_id=invoice_id, slot=(slots or {}).get(invoice_id)))
    b.session.flush()
    _touch(b, task)
    return task


def _write_opened(b: Books, task: Task, invoice_ids: list[int], *, by: str, at: datetime) -> int:
    return journal.write(
        b,
        Act.TASK_OPENED,
        TaskOpened(task_id=task.id, kind=task.kind, step=task.step, invoice_ids=tuple(invoice_ids)),
        by=by,
        at=at,
        customer_id=task.customer_id,
        invoice_id=invoice_ids[0] if len(invoice_ids) == 1 else None,
    )


def undo_opened(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Cancel a task that was opened. Raises Refused when it has been closed since."""
    take_back(b, line, journal.data(line, TaskOpened).task_id, at=at)


def take_back(b: Books, line: JournalLine, task_id: int, *, at: datetime) -> None:
    """Cancel a task that the act of `line` opened. Raises Refused when it has been closed since."""
    dependents.refuse(b, line, lambda _, later: isinstance(later, AboutTask) and later.task_id == task_id)
    withdraw(b, [task_id], by=line.by, at=at)


def withdraw(b: Books, task_ids: Iterable[int], *, by: str, at: datetime) -> None:
    """Take back tasks that an act had put in the books, for the undoing of that act."""
    for id_ in task_ids:
        _end(b, locks.fresh(b, Task, id_), TaskOutcome.UNDONE, by=by, at=at)


def answer(b: Books, task_ids: Iterable[int], *, by: str, at: datetime) -> None:
    """End questions that an act has answered; `revive` takes it back."""
    for id_ in task_ids:
        _end(b, locks.fresh(b, Task, id_), TaskOutcome.DONE, by=by, at=at)


def close(
    b: Books,
    task_id: int,
    *,
    outcome: TaskOutcome | CallResult,
    reason: str | None = None,
    file: FileShown | None = None,
    by: str,
    at: datetime,
) -> TaskClosed:
    """Close an open task; one journal line, which keeps `reason` and `file`.

    What an outcome does is in its row of `TASK_OUTCOMES`. A hand-over that was done hands its invoices over.
    Raises Refused when the task is closed already, or skipped without a reason.
    """
    if outcome == TaskOutcome.SKIPPED and not (reason or "").strip():
        raise Refused("tasks.reason_missing")
    task = locks.row(b, Task, task_id, ABSENT)
    if task.state != TaskState.OPEN:
        raise Refused("tasks.already_closed", by=Person.known(task.closed_by))
    record = finish(b, task, how=StepHow.TASK, outcome=outcome, reason=reason, by=by, at=at)
    told = facts_of(b, [task])[0]
    touched = told.invoice_ids[0] if len(told.invoice_ids) == 1 else None
    ended = TaskEnded(record=record, reason=reason, file=file)
    entry_id = journal.write(
        b, Act.TASK_CLOSED, ended, by=by, at=at, customer_id=task.customer_id, invoice_id=touched
    )
    _touch(b, task)
    return TaskClosed(
        entry_id=entry_id,
        task_id=task.id,
        kind=task.kind,
        step=task.step,
        outcome=outcome,
        customer=told.customer,
        numbers=told.numbers,
        completed=bool(record.step_ids),
    )


def undo_closed(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Reopen a task, and take back the steps that it completed."""
    reopen(b, journal.data(line, TaskEnded).record, at=at)


def finish(
    b: Books,
    task: Task,
    *,
    how: StepHow,
    outcome: TaskOutcome | CallResult,
    reason: str | None = None,
    on: date | None = None,
    only: Collection[int] | None = None,
    by: str,
    at: datetime,
) -> TaskRecord:
    """End a task and complete its step for each of its invoices; return what `reopen` needs.

    `on` is the day it was done, when not that of `at`; `only` the invoices it was done for, when not all.
    For the acts that close a task on the way; they write the journal line.
    """
    ended = TASK_OUTCOMES[outcome]
    _end(b, task, outcome, by=by, at=at)
    items = open_items(b, task) if ended.completes else []
    items = [row for row in items if only is None or row[0].id in only]
    handed = [
        item for item, _ in items if task.kind == TaskKind.HANDOVER and ended.done and not item.handed_over_at
    ]
    how = how if ended.done else StepHow.SKIPPED
    step_ids = _complete(b, task, items, how=how, reason=reason, on=on, by=by, at=at)
    return TaskRecord(
        task_id=task.id,
        kind=task.kind,
        step=task.step,
        outcome=outcome,
        handed_over=tuple(item.id for item in handed),
        step_ids=tuple(step_ids),
        lapsed=tuple(_hand_over(b, handed, by=by, at=at)),
    )


def _hand_over(b: Books, items: Sequence[Invoice], *, by: str, at: datetime) -> list[int]:
    """Leave these invoices to collection: nothing more is sent, their other tasks lapse (ids returned)."""
    for item in items:
        item.handed_over_at = at
    b.session.flush()
    reminders.call_off(b, [item.id for item in items], reason=Reason.HANDED_OVER, at=at)
    return [id_ for item in items for id_ in lapse(b, item.id, by=by, at=at)]


def reopen(b: Books, record: TaskRecord, *, at: datetime) -> None:
    """Take back what `finish` did."""
    revive(b, [record.task_id, *record.lapsed], at=at)
    steps.take_back(b, record.step_ids, at=at)
    for id_ in record.handed_over:
        locks.fresh(b, Invoice, id_).handed_over_at = None


def lapse(b: Books, invoice_id: int, *, by: str, at: datetime) -> list[int]:
    """Cancel the tasks about this invoice and others that nobody chases any more; return their ids."""
    found = of_settled(b, invoice_id, LAPSING)
    for task in found:
        _end(b, task, TaskOutcome.SETTLED, by=by, at=at)
    return [task.id for task in found]


def revive(b: Books, task_ids: Iterable[int], *, at: datetime) -> None:
    """Reopen tasks that lapsed or were closed."""
    for id_ in task_ids:
        task = locks.fresh(b, Task, id_)
        task.state, task.closed_at, task.closed_by, task.outcome = TaskState.OPEN, None, None, None
        _redraw(b, task, at)


def _end(b: Books, task: Task, outcome: TaskOutcome | CallResult, *, by: str, at: datetime) -> None:
    state = TaskState.DONE if TASK_OUTCOMES[outcome].done else TaskState.CANCELLED
    task.state, task.outcome, task.closed_by, task.closed_at = state, outcome, by, at
    _redraw(b, task, at)


def _redraw(b: Books, task: Task, at: datetime) -> None:
    """Have what was said of a task in Slack drawn anew."""
    task_marks.redraw(b, at=at, task_id=task.id)


def _complete(
    b: Books,
    task: Task,
    items: Sequence[tuple[Invoice, date | None]],
    *,
    how: StepHow,
    reason: str | None,
    on: date | None,
    by: str,
    at: datetime,
) -> list[int]:
    """Write the task's step down as done for these invoices; return the ids of what was written."""
    customer = b.session.get(Customer, task.customer_id) if task.customer_id else None
    step = b.company.policy_for(customer.policy if customer else None).step(task.step or "")
    if step is None:
        return []
    return steps.complete(b, step, items, task_id=task.id, how=how, reason=reason, on=on, by=by, at=at)


def _touch(b: Books, task: Task) -> None:
    if task.customer_id is not None:
        b.session.flush()
        accounts.touch(b, task.customer_id)
