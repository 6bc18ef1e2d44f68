"""People reminded: human tasks that wait too long, and promises that were broken, each told once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update

from receivables.holds import kept, promise_end
from store import announcements, journal, promise_facts
from store.books import Books
from store.tables import Invoice, Promise, Task

NUDGED = ("call", "letter", "handover", "escalation", "follow_up", "invoice_copy")
"""Tasks on which a ladder or a customer waits; questions (`gone`…) are asked again by the digest."""
MANAGER = "responsable"


def nudge(b: Books, *, at: datetime) -> int:
    """Nudge the owners of tasks open for more than their `wait_days` open days, later the manager.

    Each once (SCHEDULE 3): the owner first, the manager after as many days again. Those that somebody put
    off wait from the day they were put off to. Returns how many.
    """
    today, count = b.today(at), 0
    tasks = b.session.scalars(
        select(Task)
        .where(
            Task.company_id == b.company_id,
            Task.state == "open",
            Task.kind.in_(NUDGED),
            Task.raised_on.is_(None),
            or_(Task.put_off_to.is_(None), Task.put_off_to <= at),
        )
        .order_by(Task.id)
        .with_for_update(skip_locked=True)
    )
    for task in tasks:
        asked = b.today(task.put_off_to) if task.put_off_to else task.opened_on
        if task.nudged_on is None and _over(b, asked, task.wait_days, today):
            task.nudged_on = today
            _tell(b, task, "owner", at)
            count += 1
        elif task.nudged_on is not None and _over(b, max(task.nudged_on, asked), task.wait_days, today):
            task.raised_on = today
            _tell(b, task, MANAGER, at)
            count += 1
    return count


def _over(b: Books, since: date, wait_days: int, today: date) -> bool:
    return b.company.calendar.add_open(since, max(wait_days, 1)) < today


def _tell(b: Books, task: Task, to: str, at: datetime) -> None:
    data = {"task_id": task.id, "nudge": to}
    announcements.announce(b, key=f"nudge:{task.id}:{to}", kind="task", data=data, at=at)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A promise past its date that nobody has been told of."""

    id: int
    invoice_id: int
    customer_id: int
    due_date: date


def tell_broken_promises(b: Books, *, at: datetime) -> int:
    """Announce, once each, the promises broken by the local day of `at`; return how many.

    A promise whose end fell before the due date breaks nothing (SCHEDULE 11).
    """
    today, told = b.today(at), 0
    ended = _ended(b, today)
    facts = promise_facts.of_customers(b, sorted({each.customer_id for each in ended}))
    for each in ended:
        last = facts[each.invoice_id][-1]
        end = promise_end(last, b.company.calendar, b.company.grace_days)
        if end < today and _mark_told(b, each.id, at) and not kept(last) and end >= each.due_date:
            _announce(b, each, at)
            told += 1
    return told


def _ended(b: Books, today: date) -> list[_Ended]:
    """Return the live promises past their date; of an invoice there is one."""
    rows = b.session.execute(
        select(Promise.id, Promise.invoice_id, Promise.customer_id, Invoice.due_date)
        .join(Invoice, Invoice.id == Promise.invoice_id)
        .where(
            Promise.company_id == b.company_id,
            Promise.ended_how.is_(None),
            Promise.told_at.is_(None),
            Promise.date < today,
        )
        .order_by(Promise.id)
    )
    return [_Ended(*row) for row in rows]


def _mark_told(b: Books, promise_id: int, at: datetime) -> bool:
    """Mark the promise as told; False when another clock did."""
    marked = b.session.execute(
        update(Promise)
        .where(Promise.id == promise_id, Promise.told_at.is_(None))
        .values(told_at=at)
        .returning(Promise.id)
        .execution_options(synchronize_session=False)
    )
    return bool(marked.all())


def _announce(b: Books, promise: _Ended, at: datetime) -> None:
    data = {"promise_id": promise.id, "invoice_id": promise.invoice_id, "customer_id": promise.customer_id}
    announcements.announce(b, key=f"promise:{promise.id}", kind="promise_broken", data=data, at=at)
    journal.write(
        b,
        "promise.broken",
        by=journal.CLOCK,
        at=at,
        customer_id=promise.customer_id,
        invoice_id=promise.invoice_id,
        data={"promise_id": promise.id},
    )
