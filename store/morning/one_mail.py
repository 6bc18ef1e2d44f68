"""One message of the morning, taken by a person who changes what becomes of it before it leaves."""

from datetime import datetime

from receivables.acts import Act
from receivables.codes.messages import MessageState, Origin
from receivables.errors import Refused
from store import journal, locks, wording
from store.books import Books
from store.db.tables import Customer, JournalLine, Reminder
from store.dependents import Depends
from store.traces.about import AboutMessage
from store.traces.codec import ActData

_TOO_LATE = {
    MessageState.SENDING: "Ce message est en train de partir : il ne peut plus être retenu ni changé.",
    MessageState.SENT: "Ce message est déjà parti : un e-mail parti ne se reprend pas.",
    MessageState.UNCERTAIN: (
        "Ce message est peut-être parti : dites d’abord ce qu’il est devenu, dans le fil des tâches."
    ),
    MessageState.FAILED: "Cet envoi a échoué pour de bon : il sera proposé de nouveau demain matin.",
    MessageState.CANCELLED: "Ce message est caduc : il ne part plus. La carte dit pourquoi.",
}


def take(b: Books, reminder_id: int, *, at: datetime) -> tuple[Reminder, Customer]:
    """Take a planned message of the day and its customer, locked and fresh.

    Raises Refused when it has left, is cancelled, or belongs to an earlier day.
    """
    row = locks.row(b, Reminder, reminder_id, "Ce message n’est pas dans les comptes de cette société.")
    if row.state != MessageState.PLANNED:
        raise Refused(_TOO_LATE[MessageState(row.state)])
    if row.day != b.today(at):
        raise Refused(f"Ce message était prévu le {wording.day(row.day)} : la liste du jour fait foi.")
    return row, b.session.get_one(Customer, row.customer_id)


def of_clock(b: Books, reminder_id: int, *, at: datetime) -> tuple[Reminder, Customer]:
    """Take a message as `take` does, refusing one that a person is sending already."""
    row, customer = take(b, reminder_id, at=at)
    if row.origin != Origin.CLOCK:
        raise Refused(f"Ce message est déjà envoyé par {wording.who(row.by)} : il part dans la minute.")
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
