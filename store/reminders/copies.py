"""The copies of a message: one row for each address that it goes to, and what became of it there."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from receivables.acts import Act
from receivables.addresses import BadAddress, judge
from receivables.codes.messages import OVER, MessageState, RecipientState
from receivables.codes.reasons import Why
from store import journal
from store.books import Books
from store.db.tables import Recipient, Reminder, ReminderItem
from store.traces.messages import ReminderEnded

WORDS = 500
"""Characters of what a server says that are kept."""
OPEN = (RecipientState.WAITING, RecipientState.PUT_OFF, RecipientState.UNKNOWN)
"""States of a copy that the next sending of its message hands over."""
HANDED = (RecipientState.SENDING, RecipientState.ACCEPTED, RecipientState.UNKNOWN, RecipientState.REFUSED)
"""States of a copy that a report of delivery may be about."""
KEPT = (MessageState.SENT, MessageState.RETRYING)
"""States of a message that some have, whose other copies are tried again one by one."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What became of a message at one address. `words`: the server's, foreign; instants are aware UTC."""

    address: str
    state: RecipientState
    words: str | None
    attempts: int
    tried_at: datetime | None
    next_at: datetime | None


def one_line(words: str) -> str:
    """Return what a server says as it is kept: one line of signs that can be shown, and no more than fits."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:WORDS]


def as_handed(address: str) -> str:
    """Return an address as a server takes it; what cannot be written to stays as it is."""
    if address.isascii():
        local, at, domain = address.strip().rpartition("@")
        return f"{local}{at}{domain.lower()}"
    try:
        return judge(address).ascii
    except BadAddress:
        return address


def plan(b: Books, addresses: Mapping[int, Sequence[str]]) -> None:
    """Write down to whom new messages will go, by message."""
    rows = [
        {
            "company_id": b.company_id,
            "reminder_id": reminder_id,
            "address": address,
            "state": RecipientState.WAITING,
        }
        for reminder_id, listed in addresses.items()
        for address in dict.fromkeys(map(as_handed, listed))
    ]
    if rows:
        b.session.execute(insert(Recipient), rows)


def plan_anew(b: Books, reminder_id: int, addresses: Sequence[str]) -> None:
    """Change to whom a planned message will go: nobody has it yet."""
    wanted = list(dict.fromkeys(map(as_handed, addresses)))
    b.session.execute(
        delete(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.attempts == 0)
        .execution_options(synchronize_session=False)
    )
    b.session.execute(
        update(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.state.in_(OPEN))
        .where(Recipient.address.not_in(wanted))
        .values(state=RecipientState.CALLED_OFF, next_at=None)
        .execution_options(synchronize_session=False)
    )
    tried = select(Recipient.address).where(Recipient.reminder_id == reminder_id)
    known = set(b.session.scalars(tried))
    plan(b, {reminder_id: [address for address in wanted if address not in known]})


def of(b: Books, reminder_ids: Sequence[int]) -> dict[int, list[Copy]]:
    """Return the copies of messages as they stand, each message's in the order in which they were planned."""
    found: dict[int, list[Copy]] = defaultdict(list)
    rows = b.session.execute(
        select(
            Recipient.reminder_id,
            Recipient.address,
            Recipient.state,
            Recipient.words,
            Recipient.attempts,
            Recipient.tried_at,
            Recipient.next_at,
            Reminder.state,
            Reminder.due_at,
        )
        .join(Reminder, Reminder.id == Recipient.reminder_id)
        .where(Recipient.reminder_id.in_(reminder_ids))
        .order_by(Recipient.id)
    )
    for reminder_id, address, state, words, attempts, tried_at, next_at, of_message, due_at in rows:
        if of_message in OVER and state in OPEN:
            state, next_at = RecipientState.CALLED_OFF, None  # noqa: PLW2901 - it goes with its message
        elif state != RecipientState.PUT_OFF:
            next_at = None  # noqa: PLW2901 - of one that is being sent, it is the end of its lease
        elif of_message == MessageState.PLANNED:
            next_at = due_at  # noqa: PLW2901 - it is tried again with its message
        found[reminder_id].append(Copy(address, state, words, attempts, tried_at, next_at))
    return found


def to(copies: Sequence[Copy]) -> tuple[str, ...]:
    """Return to whom a message goes or went: every address that was not given up for another."""
    return tuple(copy.address for copy in copies if copy.state != RecipientState.CALLED_OFF or copy.attempts)


def put_off(b: Books, invoice_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the addresses for which the last message about each invoice waits still, by invoice."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = b.session.execute(
        select(ReminderItem.invoice_id, Recipient.address)
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .join(Recipient, Recipient.reminder_id == Reminder.id)
        .where(Reminder.company_id == b.company_id, ReminderItem.invoice_id.in_(invoice_ids))
        .where(ReminderItem.dropped.is_(None), Reminder.state.in_((*KEPT, MessageState.PLANNED)))
        .where(Recipient.state == RecipientState.PUT_OFF)
        .order_by(Recipient.id)
    )
    for invoice_id, address in rows:
        found[invoice_id].append(address)
    return found


def call_off(b: Books, invoice_ids: Sequence[int], *, reason: Why) -> int:
    """Have the copies that wait to be tried again left alone: what their message says is no longer so.

    Those who have the message keep it. Returns how many.
    """
    about = select(ReminderItem.reminder_id).where(
        ReminderItem.invoice_id.in_(invoice_ids), ReminderItem.dropped.is_(None)
    )
    kept = select(Reminder.id).where(
        Reminder.company_id == b.company_id, Reminder.id.in_(about), Reminder.state.in_(KEPT)
    )
    waiting = b.session.scalars(
        update(Recipient)
        .where(Recipient.reminder_id.in_(kept), Recipient.state == RecipientState.PUT_OFF)
        .values(state=RecipientState.CALLED_OFF, words=reason, next_at=None)
        .returning(Recipient.reminder_id)
        .execution_options(synchronize_session=False)
    )
    ids = sorted(set(waiting))
    give_up(b, ids, reason)
    return len(ids)


def refuse(b: Books, reminder_id: int, words: Mapping[str, str]) -> None:
    """Write down that a message was refused after all at some addresses, each with the server's words."""
    for address, said in words.items():
        b.session.execute(
            update(Recipient)
            .where(Recipient.reminder_id == reminder_id, Recipient.state.in_(HANDED))
            .where(func.lower(Recipient.address) == as_handed(address).lower())
            .values(state=RecipientState.REFUSED, words=one_line(said), next_at=None)
            .execution_options(synchronize_session=False)
        )


def accept_again(b: Books, reminder_id: int, addresses: Collection[str]) -> None:
    """Take back that a message was refused after all at some addresses."""
    b.session.execute(
        update(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.state == RecipientState.REFUSED)
        .where(func.lower(Recipient.address).in_([as_handed(each).lower() for each in addresses]))
        .values(state=RecipientState.ACCEPTED, words=None)
        .execution_options(synchronize_session=False)
    )


def give_up(b: Books, reminder_ids: Sequence[int], reason: Why) -> None:
    """Put an end to those of these messages none of whose copies waits any more.

    They have left for who has them, which spaces what follows, and complete no step. What nobody has, since
    a report took the last one back, is cancelled.
    """
    if not reminder_ids:
        return
    of_it = select(Recipient.id).where(Recipient.reminder_id == Reminder.id)
    waits = of_it.where(Recipient.state.in_((RecipientState.PUT_OFF, RecipientState.SENDING)))
    somebody = of_it.where(Recipient.state == RecipientState.ACCEPTED)
    over = Reminder.id.in_(reminder_ids), Reminder.state == MessageState.RETRYING, ~waits.exists()
    b.session.execute(
        update(Reminder)
        .where(*over, ~somebody.exists())
        .values(state=MessageState.CANCELLED, error=reason)
        .execution_options(synchronize_session=False)
    )
    for reminder_id in b.session.scalars(select(Reminder.id).where(*over).order_by(Reminder.id)).all():
        leave_it_at_that(b, reminder_id)


def leave_it_at_that(b: Books, reminder_id: int) -> None:
    """Have a message count as left for who has it, since it was first handed over; no step is completed."""
    row = b.session.get_one(Reminder, reminder_id, populate_existing=True)
    assert row.claimed_at is not None  # noqa: S101 - somebody has it
    row.state, row.sent_at, row.error, row.lease_until = MessageState.SENT, row.claimed_at, None, None
    items = tuple(
        b.session.scalars(
            select(ReminderItem.invoice_id)
            .where(ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None))
            .order_by(ReminderItem.id)
        )
    )
    told = ReminderEnded(reminder_id=reminder_id, step=row.step, invoices=items)
    journal.write(
        b,
        Act.REMINDER_SENT,
        told,
        by=row.by,
        at=row.claimed_at,
        customer_id=row.customer_id,
        invoice_id=items[0] if len(items) == 1 else None,
    )
    b.session.flush()


def shown(copies: Sequence[Copy]) -> Iterator[dict[str, Any]]:
    """Yield copies as `relance outbox --json` gives them, instants as aware datetimes."""
    for copy in copies:
        called_off = copy.state is RecipientState.CALLED_OFF
        yield {
            "address": copy.address,
            "state": copy.state,
            "words": None if called_off else copy.words,
            "reason": copy.words if called_off else None,
            "attempts": copy.attempts,
            "tried_at": copy.tried_at,
            "next_at": copy.next_at,
        }
