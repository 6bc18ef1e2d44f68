"""A planned message that takes other invoices, or another tone, before it leaves (SCHEDULE 17)."""

from typing import Any

from sqlalchemy import insert, select

from receivables.codes.reasons import Obstacle
from receivables.schedule import approval
from receivables.schedule.account import Account, Message
from store.books import Books
from store.db.tables import Reminder, ReminderItem
from store.morning import planning
from store.reminders import acts as reminders
from store.reminders import card_marks, copies
from store.reminders.recipients import addressed


def carried(b: Books, reminder_id: int) -> list[int]:
    """Return the invoices that a message still carries."""
    statement = select(ReminderItem.invoice_id).where(
        ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None)
    )
    return list(b.session.scalars(statement.order_by(ReminderItem.id)))


def rewrite(b: Books, row: Reminder, account: Account, message: Message) -> None:
    """Have a planned message say what `message` says: its invoices, tone, amounts and recipients anew."""
    kept = _rows(b, row.id)
    wanted = {each.item.id for each in message.items}
    gone = [key for key in kept if key not in wanted]
    reminders.drop_items(b, [row.id], gone, reason=Obstacle.UNDONE)
    latest = planning.rounds(b, list(wanted))
    fresh = []
    for values in planning.item_rows(b, message, row.id, latest):
        known = kept.get(values["invoice_id"])
        if known is None:
            fresh.append(values)
        else:
            _change(known, values)
    b.session.flush()
    if fresh:
        b.session.execute(insert(ReminderItem), fresh)
    row.step, row.corrective, row.policy = message.step.key, message.corrective, account.policy.key
    row.approved_by = approval.approver(account, message)
    copies.plan_anew(b, row.id, addressed(b, [message])[0])
    row.raw, row.shown = None, None
    b.session.flush()
    card_marks.of_messages(b, [row.id])


def _rows(b: Books, reminder_id: int) -> dict[int, ReminderItem]:
    found = b.session.scalars(
        select(ReminderItem).where(ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None))
    )
    return {each.invoice_id: each for each in found}


def _change(row: ReminderItem, values: dict[str, Any]) -> None:
    """Give an invoice of the message its step, place and amount of now, in another round if that moved."""
    if values["step"] == row.step:
        values = {name: value for name, value in values.items() if name != "round"}
    for name, value in values.items():
        setattr(row, name, value)
