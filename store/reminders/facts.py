"""What is told of a promise or of a message, by its id."""

from dataclasses import dataclass

from sqlalchemy import select

from receivables.codes.messages import MessageState
from store.books import Books
from store.db.tables import Customer, Reminder


@dataclass(frozen=True, slots=True)
class ReminderTold:
    """A message: to whom, which step, and its state."""

    id: int
    customer: str
    owner: str | None
    step: str
    state: MessageState


def reminder(b: Books, reminder_id: int) -> ReminderTold:
    """Return what is told of a message. Raises NoResultFound when it is not in these books."""
    row = b.session.execute(
        select(Reminder.id, Customer.name, Customer.owner, Reminder.step, Reminder.state)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.id == reminder_id)
    ).one()
    return ReminderTold(*row)
