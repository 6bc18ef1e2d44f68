"""What is due, read some at a time, with the facts to write the mails from."""

from dataclasses import replace
from datetime import datetime

from correspondence import facts, verdict
from correspondence.facts import Batch
from receivables.codes.messages import MessageState
from receivables.company import Company
from scheduler.post_room.retry import inside_window
from store.books import read_books
from store.db.engine import Database
from store.reminders import rows as outbox_rows

BATCH = 200
"""Messages whose facts are read at once: what a run holds in memory, whatever its length."""


def ids(database: Database, company: Company, now: datetime) -> list[int]:
    """Return the messages due at the aware instant `now`, by id.

    The clock's only inside the window, in the modes that let it send, and with the go they may need.
    """
    with read_books(database, company) as b:
        clock = inside_window(company, now) and verdict.clock_kept_back(b, now) is None
        return outbox_rows.due_ids(b, now=now, clock=clock)


def read_due(database: Database, company: Company, now: datetime, reminder_ids: list[int]) -> Batch:
    """Return those of these messages that are still planned, with their facts."""
    with read_books(database, company) as b:
        return facts.read_batch(b, outbox_rows.load(b, reminder_ids, state=MessageState.PLANNED), now=now)


def again(database: Database, company: Company, now: datetime, reminder_id: int) -> Batch | None:
    """Read one message again, to be decided anew; None when it is no longer to be sent."""
    with read_books(database, company) as b:
        found = outbox_rows.load(b, [reminder_id], state=MessageState.PLANNED)
        return (
            facts.read_batch(b, [replace(each, changed=True) for each in found], now=now) if found else None
        )
