"""Sends of unknown fate: found after their lease, held, and settled by a person (SCHEDULE 22)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.messages import MessageState, Origin, RecipientState
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind, TaskOutcome, TaskState
from receivables.errors import Refused
from store import announcements, journal
from store.books import Books
from store.db.tables import Customer, Recipient, Reminder, Task, TaskItem
from store.post_room import outcomes, retries, sending, telling
from store.post_room.desk import PostDesk
from store.reminders import copies, task_marks
from store.reminders.rows import DueReminder, load
from store.traces.messages import FateSettled

_ACTS = {
    TaskOutcome.RESEND: Act.REMINDER_RESEND,
    TaskOutcome.CONSIDERED_SENT: Act.REMINDER_CONSIDERED_SENT,
}
LOST = "no answer before the lease ran out"
CONSIDERED = "considered sent"


@dataclass(frozen=True, slots=True)
class Settled:
    """A person's word on a send of unknown fate. `how`: resend or considered sent."""

    entry_id: int
    reminder_id: int
    customer_id: int
    customer: str
    numbers: tuple[str, ...]
    how: TaskOutcome


def expire(b: Books, *, at: datetime) -> int:
    """Mark `uncertain` what was being sent when its lease ran out; return how many.

    Each opens a task and is announced: nobody but a person may say whether it left.
    """
    stale = b.session.scalars(
        select(Reminder.id)
        .where(
            Reminder.company_id == b.company_id,
            Reminder.state == MessageState.SENDING,
            Reminder.lease_until < at,
        )
        .with_for_update(skip_locked=True)
    )
    lost = load(b, list(stale))
    copied = load(b, retries.lost(b, at=at))
    return sum(mark(b, reminder, error=LOST, at=at) for reminder in (*lost, *copied))


def mark(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Mark one send as uncertain, with its task and its announcement; or the copies that lack."""
    desk = PostDesk.of(b)
    unsettled = sending.record_unsure(desk, reminder, error=error, at=at)
    if not unsettled and not outcomes.lost(desk, reminder.id, words=error):
        return False
    open_task(b, reminder, TaskKind.UNCERTAIN, at=at)
    telling.gather(b, AnnouncementKind.UNCERTAIN, reminder.id, at=at)
    return True


def open_task(b: Books, reminder: DueReminder, kind: TaskKind, *, at: datetime) -> int:
    """Open a task about a message, for the customer's owner, and return its id."""
    task = Task(
        company_id=b.company_id,
        customer_id=reminder.customer_id,
        kind=kind,
        opened_at=at,
        opened_on=b.today(at),
        owner=b.session.scalar(select(Customer.owner).where(Customer.id == reminder.customer_id)),
        role=Role.FINANCE,
        reminder_id=reminder.id,
    )
    b.session.add(task)
    b.session.flush()
    for invoice_id in sorted({item.invoice_id for item in reminder.items}):
        b.session.add(TaskItem(task_id=task.id, invoice_id=invoice_id))
    return task.id


def close_tasks(b: Books, reminder_id: int, *, outcome: TaskOutcome, by: str, at: datetime) -> None:
    """Close the tasks that ask what became of this message."""
    b.session.execute(
        update(Task)
        .where(Task.reminder_id == reminder_id, Task.kind == TaskKind.UNCERTAIN, Task.state == TaskState.OPEN)
        .values(state=TaskState.DONE, outcome=outcome, closed_by=by, closed_at=at)
    )


def _uncertain(b: Books, reminder_id: int) -> tuple[Reminder, DueReminder]:
    """Take a message of unknown fate, or with copies of unknown fate. Raises Refused when all is known."""
    row = b.session.scalar(
        select(Reminder)
        .where(Reminder.company_id == b.company_id, Reminder.id == reminder_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or (row.state != MessageState.UNCERTAIN and not unsure(b, [reminder_id])):
        raise Refused("post_room.fate_known")
    return row, load(b, [reminder_id])[0]


def unsure(b: Books, reminder_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return, by message that some have, the addresses of which nobody knows whether it left there."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = b.session.execute(
        select(Recipient.reminder_id, Recipient.address)
        .join(Reminder, Reminder.id == Recipient.reminder_id)
        .where(Reminder.company_id == b.company_id, Reminder.id.in_(reminder_ids))
        .where(Reminder.state.in_(copies.KEPT), Recipient.state == RecipientState.UNKNOWN)
        .order_by(Recipient.id)
    )
    for reminder_id, address in rows:
        found[reminder_id].append(address)
    return found


def _settled(
    b: Books, row: Reminder, items: Sequence[str], how: TaskOutcome, *, by: str, at: datetime
) -> Settled:
    close_tasks(b, row.id, outcome=how, by=by, at=at)
    announcements.redraw(b, kind=AnnouncementKind.UNCERTAIN, at=at)
    task_marks.redraw(b, at=at)
    told = FateSettled(reminder_id=row.id)
    entry = journal.write(b, _ACTS[how], told, by=by, at=at, customer_id=row.customer_id)
    name = b.session.scalar(select(Customer.name).where(Customer.id == row.customer_id)) or ""
    return Settled(entry, row.id, row.customer_id, name, tuple(items), how)


def resend(b: Books, reminder_id: int, *, by: str, at: datetime) -> Settled:
    """Send it again, with the same Message-ID, at once. Raises Refused when its fate is known.

    What some have for sure is sent again to the others alone, as it was.
    """
    row, reminder = _uncertain(b, reminder_id)
    numbers = [item.number for item in reminder.items]
    if outcomes.again(b, row.id, at=at):
        if row.state == MessageState.UNCERTAIN:
            row.state, row.lease_until, row.error = MessageState.RETRYING, None, None
        b.session.flush()
        sending.look_again(PostDesk.of(b), row.customer_id)
        return _settled(b, row, numbers, TaskOutcome.RESEND, by=by, at=at)
    row.state, row.origin, row.plan_key, row.day = MessageState.PLANNED, Origin.HAND, None, b.today(at)
    row.by, row.due_at, row.planned_for, row.lease_until = by, at, at, None
    b.session.flush()
    sending.look_again(PostDesk.of(b), row.customer_id)
    return _settled(b, row, numbers, TaskOutcome.RESEND, by=by, at=at)


def consider_sent(b: Books, reminder_id: int, *, by: str, at: datetime) -> Settled:
    """Take it that it left: its steps are done on the day of the attempt. Raises Refused as `resend`."""
    row, reminder = _uncertain(b, reminder_id)
    left_at = row.claimed_at or at
    desk = PostDesk.of(b)
    outcomes.considered(desk, row.id, words=CONSIDERED)
    if row.state != MessageState.SENT:
        sending.close(desk, row.id, MessageState.SENT, sent_at=left_at, answer=CONSIDERED)
        sending.begin_thread(desk, reminder, row.message_id or "")
        sending.finish(desk, reminder, step=row.step, left_at=left_at, at=at)
    return _settled(
        b, row, [item.number for item in reminder.items], TaskOutcome.CONSIDERED_SENT, by=by, at=at
    )
