"""One message of the morning, taken by a person who changes what becomes of it before it leaves."""

from datetime import datetime

from receivables.acts import Act
from receivables.codes.messages import MessageState, Origin
from receivables.errors import Refused
from receivables.people import Person
from store import journal, locks
from store.books import Books
from store.db.tables import Customer, JournalLine, Reminder
from store.dependents import Depends
from store.traces.about import AboutMessage
from store.traces.codec import ActData

_TOO_LATE = {
    MessageState.SENDING: "morning.mail_leaving",
    MessageState.SENT: "morning.mail_left",
    MessageState.RETRYING: "morning.mail_left",
    MessageState.UNCERTAIN: "morning.mail_perhaps_left",
    MessageState.FAILED: "morning.mail_failed",
    MessageState.CANCELLED: "morning.mail_void",
}


def take(b: Books, reminder_id: int, *, at: datetime) -> tuple[Reminder, Customer]:
    """Take a planned message of the day and its customer, locked and fresh.

    Raises Refused when it has left, is cancelled, or belongs to an earlier day.
    """
    row = locks.row(b, Reminder, reminder_id, "morning.mail_absent")
    if row.state != MessageState.PLANNED:
        raise Refused(_TOO_LATE[MessageState(row.state)])
    if row.day != b.today(at):
        raise Refused("morning.mail_of_another_day", day=row.day)
    return row, b.session.get_one(Customer, row.customer_id)


def of_clock(b: Books, reminder_id: int, *, at: datetime) -> tuple[Reminder, Customer]:
    """Take a message as `take` does, refusing one that a person is sending already."""
    row, customer = take(b, reminder_id, at=at)
    if row.origin != Origin.CLOCK:
        raise Refused("morning.mail_sent_by_hand", by=Person(row.by))
    return row, customer


def record_mail_act(b: Books, act: Act, told: ActData, row: Reminder, *, by: str, at: datetime) -> int:
    """Write the journal line of an act on a message, and remember it as the one its card takes back."""
    entry_id = journal.write(b, act, told, by=by, at=at, customer_id=row.customer_id)
    row.data = {**(row.data or {}), "last_act": entry_id}
    b.session.flush()
    return entry_id


def forget(row: Reminder, line: JournalLine) -> None:
    """Take the act of `line` off the card: it is undone."""
    if (row.data or {}).get("last_act") == line.id:
        row.data = {name: value for name, value in (row.data or {}).items() if name != "last_act"}


def same_message(reminder_id: int) -> Depends:
    """Return whether a later act is about this very message: it rests on what was done with it before."""
    return lambda _, later: isinstance(later, AboutMessage) and later.reminder_id == reminder_id
