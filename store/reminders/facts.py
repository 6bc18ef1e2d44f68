"""What is told of a promise or of a message, by its id."""

from dataclasses import dataclass

from sqlalchemy import select

from receivables.codes.messages import MessageState, RecipientState
from store.books import Books
from store.db.tables import Customer, Reminder
from store.reminders import copies
from store.reminders.copies import KEPT, Copy


@dataclass(frozen=True, slots=True)
class ReminderTold:
    """A message: to whom, which step, its state, and its copies."""

    id: int
    customer: str
    owner: str | None
    step: str
    state: MessageState
    copies: tuple[Copy, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether a person is to say what became of it, or of its copy for one of its addresses."""
        lost = any(copy.state is RecipientState.UNKNOWN for copy in self.copies)
        return self.state == MessageState.UNCERTAIN or (self.state in KEPT and lost)

    @property
    def lacking(self) -> tuple[Copy, ...]:
        """Its copies for those who do not have it."""
        return tuple(copy for copy in self.copies if copy.state is not RecipientState.ACCEPTED)


def reminder(b: Books, reminder_id: int) -> ReminderTold:
    """Return what is told of a message. Raises NoResultFound when it is not in these books."""
    row = b.session.execute(
        select(Reminder.id, Customer.name, Customer.owner, Reminder.step, Reminder.state)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.id == reminder_id)
    ).one()
    return ReminderTold(*row, copies=tuple(copies.of(b, [reminder_id])[reminder_id]))
