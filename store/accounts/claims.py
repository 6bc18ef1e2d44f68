"""From which days on a claim counts anew (SCHEDULE 26), for the few that are old enough to ask."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from receivables.codes.agreements import PromiseEnd
from receivables.codes.messages import LEFT, MessageKind
from receivables.codes.payments import PaymentOrigin
from receivables.codes.tasks import TaskKind, TaskOutcome, TaskState
from receivables.schedule.account import Item
from receivables.schedule.claims import YOUNGEST_DAYS
from store.accounts.rows import fetch
from store.books import Books
from store.db.tables import (
    Acknowledgement,
    Allocation,
    Invoice,
    Letter,
    Payment,
    Promise,
    Reminder,
    ReminderItem,
    Task,
    TaskItem,
)

_BATCH = 5_000


def counted_anew(b: Books, items: Iterable[Item], today: date) -> dict[str, dict[int, tuple[date, ...]]]:
    """Return, as an item's facts, the days of what acknowledged each old item, and of what reminded of it."""
    before = today - timedelta(days=YOUNGEST_DAYS)
    old = [item.id for item in items if item.due_date <= before]
    acknowledged: dict[int, list[date]] = defaultdict(list)
    written: dict[int, list[date]] = defaultdict(list)
    for start in range(0, len(old), _BATCH):
        ids = old[start : start + _BATCH]
        for invoice_id, day in _acknowledgements(b, ids):
            acknowledged[invoice_id].append(day)
        for invoice_id, day in _reminders(b, ids):
            written[invoice_id].append(day)
    return {
        name: {invoice_id: tuple(sorted(days)) for invoice_id, days in found.items()}
        for name, found in (("acknowledged", acknowledged), ("written", written))
    }


def _acknowledgements(b: Books, ids: Sequence[int]) -> Iterator[tuple[int, date]]:
    """Yield payments (those whose day nobody knows left out) and what the customer wrote."""
    paid = (
        select(Allocation.invoice_id, Payment.received_on)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.company_id == b.company_id, Allocation.invoice_id.in_(ids))
        .where(Allocation.undone_at.is_(None), Payment.origin != PaymentOrigin.UNDATED)
    )
    noted = select(Acknowledgement.invoice_id, Acknowledgement.on).where(
        Acknowledgement.company_id == b.company_id,
        Acknowledgement.invoice_id.in_(ids),
        Acknowledgement.undone_at.is_(None),
    )
    for statement in (paid, noted):
        yield from fetch(b, statement)
    promised = select(Promise.invoice_id, Promise.made_at).where(
        Promise.company_id == b.company_id,
        Promise.invoice_id.in_(ids),
        Promise.in_writing.is_(True),
        Promise.ended_how.is_distinct_from(PromiseEnd.UNDONE),
    )
    for invoice_id, at in fetch(b, promised):
        yield invoice_id, b.company.day_of(at)


def _reminders(b: Books, ids: Sequence[int]) -> Iterator[tuple[int, date]]:
    """Yield corrective e-mails that left, by the clock or by hand, and letters that were deposited."""
    r, item = Reminder, ReminderItem
    mailed = (
        select(item.invoice_id, r.day)
        .join(r, r.id == item.reminder_id)
        .where(r.company_id == b.company_id, item.invoice_id.in_(ids), item.dropped.is_(None))
        .where(r.state.in_(LEFT), r.corrective, r.kind == MessageKind.REMINDER, r.sandbox.is_(False))
    )
    yield from fetch(b, mailed)
    yield from _letters(b, ids)


def _letters(b: Books, ids: Sequence[int]) -> Iterator[tuple[int, date]]:
    """Yield the invoices of each deposited page; of a letter task done without a page of ours, its own."""
    wanted = set(ids)
    customers = select(Invoice.customer_id).where(Invoice.id.in_(ids))
    pages = select(Letter.task_id, Letter.shown, Letter.deposited_on).where(
        Letter.company_id == b.company_id, Letter.customer_id.in_(customers), Letter.deposited_on.is_not(None)
    )
    ours = set()
    for task_id, shown, day in fetch(b, pages):
        ours.add(task_id)
        yield from ((row["invoice_id"], day) for row in shown["items"] if row["invoice_id"] in wanted)
    done = (
        select(Task.id, TaskItem.invoice_id, Task.closed_at)
        .join(Task, Task.id == TaskItem.task_id)
        .where(Task.company_id == b.company_id, TaskItem.invoice_id.in_(ids))
        .where(Task.kind == TaskKind.LETTER, Task.state == TaskState.DONE)
        .where(Task.outcome.in_([TaskOutcome.DONE, TaskOutcome.DEPOSITED]))
    )
    for task_id, invoice_id, at in fetch(b, done):
        if task_id not in ours:
            yield invoice_id, b.company.day_of(at)
