"""What is told of a promise or of a message, by its id."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from receivables.codes.messages import MessageState
from store.books import Books
from store.db.tables import Customer, Invoice, Promise, Reminder


@dataclass(frozen=True, slots=True)
class PromiseNotice:
    """A promise: by whom, for how much, and when."""

    customer: str
    owner: str | None
    number: str
    amount: Decimal
    currency: str
    on: date
    invoice_id: int


@dataclass(frozen=True, slots=True)
class ReminderTold:
    """A message: to whom, which step, and its state."""

    id: int
    customer: str
    owner: str | None
    step: str
    state: MessageState


def promise(b: Books, promise_id: int) -> PromiseNotice:
    """Return what is told of a promise. Raises NoResultFound when it is not in these books."""
    row = b.session.execute(
        select(
            Customer.name,
            Customer.owner,
            Invoice.number,
            Promise.amount,
            Invoice.currency,
            Promise.date,
            Invoice.id,
        )
        .join(Invoice, Invoice.id == Promise.invoice_id)
        .join(Customer, Customer.id == Promise.customer_id)
        .where(Promise.company_id == b.company_id, Promise.id == promise_id)
    ).one()
    return PromiseNotice(*row)


def reminder(b: Books, reminder_id: int) -> ReminderTold:
    """Return what is told of a message. Raises NoResultFound when it is not in these books."""
    row = b.session.execute(
        select(Reminder.id, Customer.name, Customer.owner, Reminder.step, Reminder.state)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.id == reminder_id)
    ).one()
    return ReminderTold(*row)
