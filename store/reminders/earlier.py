"""What was written about invoices before: the days of the reminders that left once they were late."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from receivables.codes.messages import MessageState
from receivables.company import Mode
from store.books import Books
from store.db.tables import Reminder, ReminderItem


def days(b: Books, invoice_ids: Sequence[int]) -> dict[int, tuple[date, ...]]:
    """Return by invoice the days, in order, of the corrective reminders that left about it.

    A company's trial knows its own mails alone, as its customers will know the real ones alone.
    """
    rows = b.session.execute(
        select(ReminderItem.invoice_id, Reminder.day)
        .distinct()
        .join(Reminder, ReminderItem.reminder_id == Reminder.id)
        .where(
            Reminder.company_id == b.company_id,
            Reminder.state == MessageState.SENT,
            Reminder.sandbox.is_(b.company.mode is Mode.SANDBOX),
            Reminder.corrective.is_(True),
            ReminderItem.invoice_id.in_(invoice_ids),
            ReminderItem.dropped.is_(None),
        )
        .order_by(Reminder.day)
    )
    found: dict[int, list[date]] = defaultdict(list)
    for invoice_id, day in rows:
        found[invoice_id].append(day)
    return {invoice_id: tuple(told) for invoice_id, told in found.items()}
