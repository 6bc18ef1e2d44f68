"""Copies that are tried again alone: the very message that some have, for who lacks it (SCHEDULE 9).

They are claimed and recorded as messages are: killed in between, such a copy alone is of unknown fate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import or_, select, update

from receivables.acts import Act
from receivables.codes.messages import MessageState, Origin, RecipientState
from receivables.codes.reasons import Why
from receivables.money import ZERO
from store import locks, payers
from store.books import Books
from store.db.tables import Invoice, JournalLine, Recipient, Reminder, ReminderItem
from store.post_room import completing, outcomes, sending
from store.post_room.claims import LEASE, Ready
from store.post_room.desk import PostDesk
from store.reminders import card_marks, copies
from store.reminders.rows import DueReminder, load

MONEY = (
    Act.PAYMENT_RECORDED,
    Act.PAYMENT_UNDONE,
    Act.CREDIT_NOTE_ADDED,
    Act.CREDIT_NOTE_IMPORTED,
    Act.CREDIT_NOTE_UPDATED,
    Act.CREDIT_NOTE_UNDONE,
    Act.CREDIT_ALLOCATED,
    Act.CREDIT_UNDONE,
)
"""Journal lines after which a message may ask for what is no longer owed."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A message that some have, whose copies for `to` are due. `left_at`: when it was handed over first."""

    reminder: DueReminder
    state: MessageState
    left_at: datetime
    to: tuple[str, ...]
    attempts: int
    shown: str
    ready: Ready


def due_ids(b: Books, *, now: datetime, clock: bool) -> list[int]:
    """Return the messages with copies whose time has come at the aware instant `now`, in order.

    Those that a person sent always; those of the clock only when `clock`.
    """
    found = (
        select(Reminder.id)
        .distinct()
        .join(Recipient, Recipient.reminder_id == Reminder.id)
        .where(Recipient.company_id == b.company_id, Recipient.next_at <= now)
        .where(Recipient.state == RecipientState.PUT_OFF, Reminder.state.in_(copies.KEPT))
    )
    if not clock:
        found = found.where(Reminder.origin == Origin.HAND)
    return list(b.session.scalars(found.order_by(Reminder.id)))


def read(b: Books, reminder_id: int, *, now: datetime) -> Lacking | None:
    """Return a message with the copies that are due; None when none is any more."""
    row = b.session.get(Reminder, reminder_id, populate_existing=True)
    due = b.session.execute(
        select(Recipient.address, Recipient.attempts)
        .where(Recipient.reminder_id == reminder_id, Recipient.state == RecipientState.PUT_OFF)
        .where(Recipient.next_at <= now)
        .order_by(Recipient.id)
    ).all()
    if row is None or row.state not in copies.KEPT or not due:
        return None
    [reminder] = load(b, [reminder_id])
    to, left_at = tuple(each.address for each in due), row.claimed_at or now
    ready = Ready(
        reminder=reminder,
        message_id=row.message_id or "",
        to=to,
        subject=row.subject or "",
        shown=row.shown or "",
        raw=row.raw or b"",
        step=row.step,
        corrective=row.corrective,
        owed=sum((item.outstanding for item in reminder.items), ZERO),
        at=now,
    )
    return Lacking(
        reminder=reminder,
        state=row.state,
        left_at=left_at,
        to=to,
        attempts=max(each.attempts for each in due),
        shown=row.shown or "",
        ready=ready,
    )


def money_since(b: Books, customer_id: int, since: datetime) -> bool:
    """Whether money or a credit was noted, or taken back, since an instant: of it or of whom it pays for."""
    line = select(JournalLine.id).where(
        JournalLine.company_id == b.company_id,
        JournalLine.customer_id.in_(payers.covered(b, [customer_id])),
        JournalLine.at >= since,
        JournalLine.act.in_(MONEY),
    )
    return b.session.scalar(line.limit(1)) is not None


def claim(b: Books, waiting: Lacking, *, at: datetime) -> bool:
    """Take all of these copies for sending; False when another took one, or when what they show has changed.

    Commit before sending.
    """
    reminder = waiting.reminder
    locks.customer(b, reminder.customer_id)
    if _owed(b, reminder.id) != waiting.ready.owed:
        return False
    free = (
        select(Recipient.id)
        .where(Recipient.reminder_id == reminder.id, Recipient.address.in_(waiting.to))
        .where(Recipient.state == RecipientState.PUT_OFF)
        .order_by(Recipient.id)
        .with_for_update()
    )
    ids = list(b.session.scalars(free))
    if len(ids) != len(waiting.to):
        return False
    b.session.execute(
        update(Recipient)
        .where(Recipient.id.in_(ids))
        .values(
            state=RecipientState.SENDING,
            attempts=Recipient.attempts + 1,
            tried_at=at,
            next_at=at + LEASE,
        )
        .execution_options(synchronize_session=False)
    )
    return True


def _owed(b: Books, reminder_id: int) -> Decimal:
    owed = (
        select(Invoice.outstanding)
        .join(ReminderItem, ReminderItem.invoice_id == Invoice.id)
        .where(ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None))
    )
    return sum(b.session.scalars(owed), ZERO)


def call_off(b: Books, reminder_id: int, to: Sequence[str], reason: Why) -> None:
    """Have these copies left alone for good; those who have the message keep it."""
    b.session.execute(
        update(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.address.in_(to))
        .where(Recipient.state == RecipientState.PUT_OFF)
        .values(state=RecipientState.CALLED_OFF, words=reason, next_at=None)
        .execution_options(synchronize_session=False)
    )
    copies.give_up(b, [reminder_id], reason)
    card_marks.of_messages(b, [reminder_id])


def give_up_late(b: Books, reminder_id: int, *, at: datetime) -> bool:
    """Try those copies of a message no more whose last day is over; what the server said last stands.

    Returns whether there were any.
    """
    rows = b.session.scalars(
        select(Recipient)
        .where(Recipient.reminder_id == reminder_id, Recipient.state == RecipientState.PUT_OFF)
        .execution_options(populate_existing=True)
    )
    late = [row for row in rows if row.until is not None and b.today(max(row.next_at or at, at)) > row.until]
    for row in late:
        row.state, row.next_at = RecipientState.REFUSED, None
    b.session.flush()
    return bool(late)


def last_words(b: Books, reminder_id: int) -> str:
    """Return what a server said last of a copy of a message that it would not have."""
    words = select(Recipient.words).where(
        Recipient.reminder_id == reminder_id, Recipient.state == RecipientState.REFUSED
    )
    return b.session.scalar(words.order_by(Recipient.tried_at.desc(), Recipient.id).limit(1)) or ""


def record_sent(b: Books, ready: Ready, *, answer: str, at: datetime) -> bool:
    """Write down that the copies left; whether the message is done with that, which was not before."""
    desk, reminder = PostDesk.of(b), ready.reminder
    outcomes.rest(desk, reminder.id, RecipientState.ACCEPTED, words=answer)
    return complete(b, ready, answer=answer, at=at)


def complete(b: Books, ready: Ready, *, answer: str, at: datetime) -> bool:
    """Have a message done at the aware instant `at` if who completes its step has it now, and nobody had."""
    state = b.session.scalar(select(Reminder.state).where(Reminder.id == ready.reminder.id))
    if state != MessageState.RETRYING or not completing.accepted(b, ready.reminder):
        return False
    return sending.record_sent(PostDesk.of(b), ready, answer=answer, at=at)


def over(b: Books, reminder_id: int) -> bool:
    """Whether a message that completes nothing has no copy left that could be taken."""
    state = b.session.scalar(select(Reminder.state).where(Reminder.id == reminder_id))
    left = select(Recipient.id).where(
        Recipient.reminder_id == reminder_id,
        or_(Recipient.state == RecipientState.PUT_OFF, Recipient.state == RecipientState.SENDING),
    )
    return state == MessageState.RETRYING and b.session.scalar(left.limit(1)) is None


def put_off_all(b: Books, *, at: datetime, until: datetime) -> None:
    """Have every copy that is due at `at` wait until then: the server takes nothing of it."""
    b.session.execute(
        update(Recipient)
        .where(Recipient.company_id == b.company_id, Recipient.next_at <= at)
        .where(Recipient.state == RecipientState.PUT_OFF)
        .values(next_at=until)
        .execution_options(synchronize_session=False)
    )


def lost(b: Books, *, at: datetime) -> list[int]:
    """Return the messages with copies that were being sent when their lease ran out, locked."""
    stale = (
        select(Recipient.reminder_id)
        .where(Recipient.company_id == b.company_id, Recipient.next_at < at)
        .where(Recipient.state == RecipientState.SENDING)
        .with_for_update(skip_locked=True)
    )
    return sorted(set(b.session.scalars(stale)))
