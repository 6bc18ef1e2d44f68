"""Human steps of a schedule that no longer holds: their tasks close by themselves (SCHEDULE 3)."""

from datetime import datetime

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.tasks import LADDER, TaskOutcome, TaskState
from receivables.people import Automaton
from store import journal
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Customer, Task
from store.reminders import task_marks
from store.traces.tasks import TaskOutdated


def close(b: Books, *, at: datetime) -> int:
    """Close the open tasks whose step the customer's policy does not have any more; return how many.

    They complete nothing: the invoices go on at the next step of the new policy. One journal line each.
    """
    rows = b.session.execute(
        select(Task, Customer.policy)
        .join(Customer, Customer.id == Task.customer_id)
        .where(
            Task.company_id == b.company_id,
            Task.state == TaskState.OPEN,
            Task.kind.in_(LADDER),
            Task.step.is_not(None),
        )
        .order_by(Task.id)
        .with_for_update(of=Task)
    )
    outdated = [task for task, policy in rows if b.company.policy_for(policy).step(task.step or "") is None]
    for task in outdated:
        _close(b, task, at)
    return len(outdated)


def _close(b: Books, task: Task, at: datetime) -> None:
    task.state, task.outcome, task.closed_at, task.closed_by = (
        TaskState.CANCELLED,
        TaskOutcome.POLICY_CHANGED,
        at,
        Automaton.CLOCK,
    )
    b.session.flush()
    told = TaskOutdated(task_id=task.id, kind=task.kind, step=task.step, outcome=TaskOutcome.POLICY_CHANGED)
    journal.write(b, Act.TASK_OUTDATED, told, by=Automaton.CLOCK, at=at, customer_id=task.customer_id)
    task_marks.redraw(b, at=at, task_id=task.id)
    if task.customer_id is not None:
        accounts.touch(b, task.customer_id)
