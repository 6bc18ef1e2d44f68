"""The queries behind an account that tell what keeps reminders back: a customer's, or an invoice's."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from receivables.codes.agreements import PauseScope
from receivables.codes.channels import LETTER, Reach
from receivables.codes.messages import MessageState
from receivables.codes.reasons import Reason
from receivables.codes.replies import WAITING, IncomingState
from receivables.codes.tasks import LADDER, UNDONE, TaskKind, TaskState
from receivables.schedule.account import DisputeFact, PauseFact, RejectionFact, TaskFact
from store.accounts.rows import fetch, of_open_items
from store.books import Books
from store.db.tables import (
    Dispute,
    Incoming,
    Invoice,
    Pause,
    Rejection,
    Reminder,
    ReminderItem,
    StepDone,
    Task,
    TaskItem,
    Veto,
)
from store.reminders.recipients import reached

NONE: frozenset[Reach] = frozenset()


def disputes(b: Books, ids: Sequence[int]) -> dict[int, DisputeFact]:
    """Return the open dispute of each invoice."""
    d = Dispute
    statement = select(d.invoice_id, d.opened_at, d.opened_by, d.kind, d.disputed, d.released).where(
        d.company_id == b.company_id, d.customer_id.in_(ids), d.settled_at.is_(None)
    )
    return {
        invoice_id: DisputeFact(b.company.day_of(opened), by, kind, disputed, released)
        for invoice_id, opened, by, kind, disputed, released in fetch(b, statement.order_by(d.id))
    }


def rejections(b: Books, ids: Sequence[int]) -> dict[int, RejectionFact]:
    """Return, by invoice, since when its direct debit is known to have come back, and what was last done."""
    r = Rejection
    statement = of_open_items(select(r.invoice_id, r.on, r.again_on, r.by), r.invoice_id, b, ids)
    found: dict[int, RejectionFact] = {}
    for invoice_id, on, again_on, by in fetch(b, statement.where(r.undone_at.is_(None)).order_by(r.id)):
        first = min(found[invoice_id].on, on) if invoice_id in found else on
        found[invoice_id] = RejectionFact(first, again_on, by)
    return found


def _pauses(b: Books, today: date) -> Any:
    p = Pause
    return (
        select(p.invoice_id, p.customer_id, p.until, p.by, p.reason, p.task_id)
        .where(p.company_id == b.company_id, p.ended_at.is_(None))
        .where(or_(p.until.is_(None), p.until > today))
        .order_by(p.id)
    )


def invoice_pauses(b: Books, ids: Sequence[int], today: date) -> dict[int, PauseFact]:
    """Return the running pause of each invoice."""
    statement = of_open_items(_pauses(b, today), Pause.invoice_id, b, ids)
    return {
        invoice_id: PauseFact(until, by, reason or "", PauseScope.INVOICE, call_back=task_id is not None)
        for invoice_id, _, until, by, reason, task_id in fetch(b, statement)
    }


def customer_pauses(b: Books, ids: Sequence[int], today: date) -> dict[int | None, PauseFact]:
    """Return the running pause of each customer, and under None that of the whole company."""
    statement = _pauses(b, today).where(
        Pause.invoice_id.is_(None), or_(Pause.customer_id.is_(None), Pause.customer_id.in_(ids))
    )
    return {
        customer_id: PauseFact(
            until, by, reason or "", PauseScope.CUSTOMER if customer_id else PauseScope.COMPANY
        )
        for _, customer_id, until, by, reason, _ in fetch(b, statement)
    }


def tasks(b: Books, ids: Sequence[int]) -> dict[int, TaskFact]:
    """Return the open human step of each invoice."""
    t = Task
    statement = (
        select(TaskItem.invoice_id, t.step, t.kind, t.opened_on, t.wait_days, t.owner)
        .join(t, t.id == TaskItem.task_id)
        .where(t.company_id == b.company_id, t.customer_id.in_(ids), t.state.in_(UNDONE))
        .where(t.kind.in_(LADDER), t.step.is_not(None))
    )
    return {
        invoice_id: TaskFact(step or "", b.company.channels[kind], opened_on, wait_days, owner or "")
        for invoice_id, step, kind, opened_on, wait_days, owner in fetch(b, statement)
    }


def vetoes(b: Books, ids: Sequence[int], today: date) -> dict[str, dict[int, Any]]:
    """Return until when each invoice was taken out or put off, and by whom, as the item's facts."""
    v = Veto
    rows = fetch(
        b,
        select(v.invoice_id, v.until, v.by)
        .where(v.company_id == b.company_id, v.customer_id.in_(ids), v.ended_at.is_(None), v.until > today)
        .order_by(v.until, v.id),
    )
    until = {invoice_id: day for invoice_id, day, _ in rows}
    return {"vetoed_until": until, "vetoed_by": {invoice_id: by for invoice_id, _, by in rows}}


def open_letters(b: Books, ids: Sequence[int]) -> dict[int, TaskFact]:
    """Return the letter that waits to be deposited, by customer."""
    t = Task
    statement = select(t.customer_id, t.step, t.opened_on, t.wait_days, t.owner).where(
        t.company_id == b.company_id,
        t.customer_id.in_(ids),
        t.state == TaskState.OPEN,
        t.kind == TaskKind.LETTER,
    )
    return {
        customer_id: TaskFact(step or "", LETTER, opened_on, wait_days, owner or "")
        for customer_id, step, opened_on, wait_days, owner in fetch(b, statement)
    }


_UNDECIDED = (MessageState.UNCERTAIN, MessageState.RETRYING, MessageState.PLANNED)


def unsure(b: Books, ids: Sequence[int], today: date) -> Iterator[tuple[int, Reason]]:
    """Yield invoices whose last send is `uncertain`, or being retried today (`retrying`)."""
    r = Reminder
    statement = (
        select(ReminderItem.invoice_id, r.state, r.attempts, r.day)
        .join(r, r.id == ReminderItem.reminder_id)
        .where(r.company_id == b.company_id, r.customer_id.in_(ids))
        .where(r.state.in_(_UNDECIDED), ReminderItem.dropped.is_(None))
    )
    for invoice_id, state, attempts, day in fetch(b, statement):
        if state == MessageState.UNCERTAIN:
            yield invoice_id, Reason.UNCERTAIN
        elif state == MessageState.RETRYING or (attempts and day == today):
            yield invoice_id, Reason.RETRYING


def refused(b: Books, ids: Sequence[int]) -> list[int]:
    """Return the invoices whose last mail a server refused as such, and which nobody has said to try again.

    What has left since, by a person's hand, is refused no more.
    """
    since = select(StepDone.id).where(
        StepDone.invoice_id == TaskItem.invoice_id,
        StepDone.reminder_id > Task.reminder_id,
        StepDone.undone_at.is_(None),
    )
    statement = (
        select(TaskItem.invoice_id)
        .join(Task, Task.id == TaskItem.task_id)
        .where(Task.company_id == b.company_id, Task.customer_id.in_(ids))
        .where(Task.kind == TaskKind.SEND_REFUSED, Task.state == TaskState.OPEN, ~since.exists())
    )
    return [row[0] for row in fetch(b, statement)]


def unread_replies(b: Books, ids: Sequence[int]) -> set[int]:
    """Return the customers with a reply that nobody has handled.

    What answers a message to who pays for several holds those whose invoices it carried, until it is filed
    elsewhere: it may be about any of them.

    A mail that names the invoices of another than who wrote it holds that customer as well, filed or not.
    """
    i = Incoming
    theirs = select(i.customer_id).where(
        i.company_id == b.company_id, i.state == IncomingState.UNREAD, i.customer_id.in_(ids)
    )
    named = select(i.named_customer_id).where(
        i.company_id == b.company_id, i.state.in_(WAITING), i.named_customer_id.in_(ids)
    )
    carried = (
        select(Invoice.customer_id)
        .join(ReminderItem, ReminderItem.invoice_id == Invoice.id)
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .join(i, and_(i.reminder_id == Reminder.id, i.customer_id == Reminder.customer_id))
        .where(i.company_id == b.company_id, i.state == IncomingState.UNREAD)
        .where(Invoice.customer_id.in_(ids), Invoice.customer_id != Reminder.customer_id)
    )
    return {row[0] for statement in (theirs, named, carried) for row in fetch(b, statement)}


def reachable(b: Books, ids: Sequence[int]) -> dict[int, frozenset[Reach]]:
    """Return what there is to write to each customer by, of what the company's channels want."""
    found: dict[int, frozenset[Reach]] = {}
    for reach in b.company.reaches:
        for one in reached(b, ids, reach):
            found[one.customer_id] = found.get(one.customer_id, NONE) | {reach}
    return found
