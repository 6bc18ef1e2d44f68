"""Reminders by state, as `relance outbox --json` gives them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from store.books import Books
from store.db.tables import Customer, Invoice, Reminder, ReminderItem
from store.reminders import copies

_PAGE = 500


def outbox(b: Books) -> Iterator[dict[str, Any]]:
    """Yield every message, oldest first: ids and figures as they stand, instants as aware datetimes.

    Keys: id, customer, step, channel, state, items (numbers), planned_for, sent_at, message_id, error;
    recipients: of each address state, the server's words, the reason of what was called off, attempts,
    tried_at, next_at.
    """
    after = 0
    while page := _page(b, after):
        ids = [row["id"] for row in page]
        numbers, to = _numbers(b, ids), copies.of(b, ids)
        for row in page:
            recipients = list(copies.shown(to.get(row["id"], ())))
            yield row | {"items": numbers.get(row["id"], []), "recipients": recipients}
        after = page[-1]["id"]


def _page(b: Books, after: int) -> list[dict[str, Any]]:
    rows = b.session.execute(
        select(
            Reminder.id,
            Customer.name.label("customer"),
            Reminder.step,
            Reminder.channel,
            Reminder.state,
            Reminder.planned_for,
            Reminder.sent_at,
            Reminder.message_id,
            Reminder.error,
        )
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.id > after)
        .order_by(Reminder.id)
        .limit(_PAGE)
    )
    return [dict(row) for row in rows.mappings()]


def _numbers(b: Books, ids: list[int]) -> dict[int, list[str]]:
    """Return the invoices each message carries, without those that dropped out."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = b.session.execute(
        select(ReminderItem.reminder_id, Invoice.number)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.reminder_id.in_(ids), ReminderItem.dropped.is_(None))
        .order_by(Invoice.due_date, Invoice.number)
    )
    for reminder_id, number in rows:
        found[reminder_id].append(number)
    return found
