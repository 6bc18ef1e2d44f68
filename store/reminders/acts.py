"""Reminders that were planned: called off when an act makes them wrong, or when the day is over."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select, update

from receivables.codes.messages import MessageState, Origin
from receivables.codes.reasons import Obstacle, Why
from store.books import Books
from store.db.tables import Reminder, ReminderItem
from store.reminders import card_marks, copies

_BATCH = 5_000


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _planned_with(b: Books, invoice_ids: Sequence[int]) -> list[int]:
    """Return the planned messages that still carry one of the invoices, locked until the commit."""
    carrying = select(ReminderItem.reminder_id).where(
        ReminderItem.invoice_id.in_(invoice_ids), ReminderItem.dropped.is_(None)
    )
    found = (
        select(Reminder.id)
        .where(
            Reminder.company_id == b.company_id,
            Reminder.state == MessageState.PLANNED,
            Reminder.id.in_(carrying),
        )
        .order_by(Reminder.id)
        .with_for_update()
    )
    return list(b.session.scalars(found))


def _cancel(b: Books, which: ColumnElement[bool], reason: Why) -> int:
    cancelled = b.session.scalars(
        update(Reminder)
        .where(Reminder.company_id == b.company_id, Reminder.state == MessageState.PLANNED, which)
        .values(state=MessageState.CANCELLED, error=reason, raw=None)
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(cancelled))


def _without_own_items() -> ColumnElement[bool]:
    """Nothing left, or only items that joined (SCHEDULE 4): there is no message without them."""
    own = select(ReminderItem.id).where(
        ReminderItem.reminder_id == Reminder.id,
        ReminderItem.dropped.is_(None),
        ReminderItem.joined.is_(False),
    )
    return ~own.exists()


def drop_items(b: Books, reminder_ids: Sequence[int], invoice_ids: Sequence[int], *, reason: Why) -> None:
    """Take the invoices out of these messages, with the reason code; the rest of each stays."""
    b.session.execute(
        update(ReminderItem)
        .where(
            ReminderItem.reminder_id.in_(reminder_ids),
            ReminderItem.invoice_id.in_(invoice_ids),
            ReminderItem.dropped.is_(None),
        )
        .values(dropped=reason)
        .execution_options(synchronize_session=False)
    )


def list_only(b: Books, item_ids: Collection[int]) -> None:
    """Keep these items in their message without a step: under its tone, theirs stays due (SCHEDULE 4)."""
    if item_ids:
        b.session.execute(
            update(ReminderItem)
            .where(ReminderItem.company_id == b.company_id, ReminderItem.id.in_(item_ids))
            .values(step=None, day=None)
            .execution_options(synchronize_session=False)
        )


def call_off(b: Books, invoice_ids: Sequence[int], *, reason: Why, at: datetime) -> int:  # noqa: ARG001
    """Take the invoices out of every message that is planned but has not left; what is being sent leaves.

    Of one that some have, nobody else gets a copy any more. A message left without an item of its own is
    cancelled. `reason` is a code of SCHEDULE 10 (`paid`, `disputed`, `promised`…). Returns the number of
    messages cancelled.
    """
    cancelled = 0
    for batch in _batches(list(invoice_ids)):
        messages = _planned_with(b, batch)
        drop_items(b, messages, batch, reason=reason)
        card_marks.of_messages(b, messages)
        copies.call_off(b, batch, reason=reason)
        cancelled += _cancel(b, and_(Reminder.id.in_(messages), _without_own_items()), reason)
    return cancelled


def cancel(b: Books, reminder_id: int, *, reason: Why) -> bool:
    """Cancel one planned message; False when it is no longer planned."""
    return _cancel(b, Reminder.id == reminder_id, reason) == 1


def close_day(b: Books, today: date) -> int:
    """Cancel what the clock planned for an earlier day and never attempted (SCHEDULE 21).

    Its items are planned anew, in the next round. Returns the number of messages cancelled.
    """
    never_tried = and_(Reminder.day < today, Reminder.attempts == 0, Reminder.origin == Origin.CLOCK)
    _redraw_days(b, never_tried)
    return _cancel(b, never_tried, Obstacle.DAY_OVER)


def _redraw_days(b: Books, which: ColumnElement[bool]) -> None:
    planned = Reminder.company_id == b.company_id, Reminder.state == MessageState.PLANNED
    for day in b.session.scalars(select(Reminder.day).distinct().where(*planned, which)).all():
        card_marks.of_day(b, day)
