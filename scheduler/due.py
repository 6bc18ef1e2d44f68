"""What is due, read some at a time, with the facts to write the letters from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from receivables.account import Account
from receivables.company import Company, Mode
from receivables.correspondence import LetterFacts
from scheduler.retry import inside_window
from store import accounts, letter_facts, outbox_rows, plans_made, verdicts
from store.books import Books, read_books
from store.engine import Database
from store.outbox_rows import DueReminder
from store.reminders import PLANNED

BATCH = 200
"""Messages whose facts are read at once: what a run holds in memory, whatever its length."""


@dataclass(slots=True)
class Batch:
    """Some due messages and their facts. `accounts`: of the customers to decide anew about."""

    reminders: list[DueReminder]
    facts: LetterFacts
    accounts: dict[int, Account] = field(default_factory=dict)


def ids(database: Database, company: Company, now: datetime) -> list[int]:
    """Return the messages due at the aware instant `now`, by id.

    The clock's only inside the window, in the modes that let it send, and with the go they may need.
    """
    with read_books(database, company) as b:
        clock = company.mode is not Mode.MANUAL and inside_window(company, now)
        clock = clock and not plans_made.go_missing(b, b.today(now))
        return outbox_rows.due_ids(b, now=now, clock=clock)


def read(database: Database, company: Company, now: datetime, reminder_ids: list[int]) -> Batch:
    """Return those of these messages that are still planned, with their facts."""
    with read_books(database, company) as b:
        return _with_facts(b, outbox_rows.load(b, reminder_ids, state=PLANNED), now)


def again(database: Database, company: Company, now: datetime, reminder_id: int) -> Batch | None:
    """Read one message again, to be decided anew; None when it is no longer to be sent."""
    with read_books(database, company) as b:
        found = outbox_rows.load(b, [reminder_id], state=PLANNED)
        return _with_facts(b, [replace(each, changed=True) for each in found], now) if found else None


def _with_facts(b: Books, due: list[DueReminder], now: datetime) -> Batch:
    """Read the facts of the letters, and whole accounts only where something has changed."""
    today = b.today(now)
    facts = letter_facts.read(b, sorted({reminder.customer_id for reminder in due}), today=today)
    changed = list(_to_decide(b, due, now))
    customers = sorted({reminder.customer_id for reminder in changed})
    also = [item.invoice_id for reminder in changed for item in reminder.items]
    found = accounts.accounts(b, customers, today=today, now=now, also=also) if customers else ()
    return Batch(due, facts, {account.customer_id: account for account in found})


def _to_decide(b: Books, due: list[DueReminder], now: datetime) -> Iterator[DueReminder]:
    stale, today = accounts.stale(b, now), b.today(now)
    for reminder in due:
        if reminder.origin == "clock" and (stale or not verdicts.unchanged(reminder, today)):
            yield reminder
