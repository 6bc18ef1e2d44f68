"""The messages of a day that have left already, as `relance plan` lists them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from receivables.codes.messages import CARRYING, LEFT, OVER, Origin
from store.books import Books
from store.db.tables import Customer, Invoice, Reminder, ReminderItem
from store.reminders import copies


def messages(b: Books, on: date) -> list[dict[str, Any]]:
    """Return what left (or is leaving) on `on` by the clock, in the shape of `plan --json`."""
    statement = (
        select(Reminder, Customer.name)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.day == on, Reminder.origin == Origin.CLOCK)
        .where(
            Reminder.state.in_(LEFT),
            Reminder.kind.in_(CARRYING),
        )
        .order_by(Reminder.id)
    )
    rows = b.session.execute(statement).all()
    to = copies.of(b, [reminder.id for reminder, _ in rows])
    return [
        {
            "customer": name,
            "channel": reminder.channel,
            "kind": reminder.kind,
            "step": reminder.step,
            "to": list(copies.to(to[reminder.id])),
            "leaves_at": reminder.planned_for.astimezone(b.company.zone).isoformat(),
            "items": _items(b, reminder.id, on),
        }
        for reminder, name in rows
    ]


def others(b: Books, on: date) -> list[dict[str, Any]]:
    """Return the statements, thanks and words on instalments that leave on `on` by the clock, or left.

    They carry no items. Those of a day to come are not known yet: they are planned that morning, after
    the reminders.
    """
    statement = (
        select(Reminder, Customer.name)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.day == on, Reminder.origin == Origin.CLOCK)
        .where(
            Reminder.kind.not_in(CARRYING),
            Reminder.state.not_in(OVER),
        )
        .order_by(Reminder.id)
    )
    rows = b.session.execute(statement).all()
    to = copies.of(b, [reminder.id for reminder, _ in rows])
    return [
        {
            "customer": name,
            "channel": reminder.channel,
            "kind": reminder.kind,
            "step": reminder.step,
            "to": list(copies.to(to[reminder.id])),
            "leaves_at": reminder.planned_for.astimezone(b.company.zone).isoformat(),
            "items": [],
        }
        for reminder, name in rows
    ]


def _items(b: Books, reminder_id: int, on: date) -> list[dict[str, Any]]:
    statement = (
        select(ReminderItem, Invoice.number, Invoice.due_date)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None))
        .order_by(ReminderItem.id)
    )
    return [
        {
            "invoice": number,
            "step": item.step,
            "days_late": (on - due).days,
            "outstanding": f"{item.outstanding:.2f}",
            "currency": item.currency,
        }
        for item, number, due in b.session.execute(statement)
    ]
