"""The morning's veto: a message taken out until the next open day, or put off to a date (SCHEDULE 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, insert, select, update

from receivables.acts import Act
from receivables.calendar.workdays import ONE_DAY
from receivables.codes.messages import SPACING, STANDING, MessageState, VetoKind
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from store import dependents, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Invoice, JournalLine, Reminder, ReminderItem, Veto
from store.morning import one_mail
from store.reminders import card_marks
from store.traces.messages import MessageHeld

ACTS = {VetoKind.REMOVED: Act.MESSAGE_REMOVED, VetoKind.PUT_OFF: Act.MESSAGE_PUT_OFF}
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class VetoOutcome:
    """A message taken out of its day. `until`: the first day on which its invoices may leave again."""

    entry_id: int
    reminder_id: int
    customer: str
    numbers: tuple[str, ...]
    until: date


def remove(b: Books, reminder_id: int, *, by: str, at: datetime, reason: str | None = None) -> VetoOutcome:
    """Take a message out of the day: nothing of it leaves before the next open day. One journal line.

    Raises Refused when it has left, is cancelled, or is not of the day.
    """
    until = b.company.calendar.next_open(b.today(at) + ONE_DAY)
    return _veto(b, reminder_id, VetoKind.REMOVED, until, reason, by=by, at=at)


def put_off(
    b: Books, reminder_id: int, *, until: date, by: str, at: datetime, reason: str | None = None
) -> VetoOutcome:
    """Put a message off: nothing of it leaves before the local day `until`. One journal line.

    Raises Refused as `remove` does, and for a day that is not to come or too far.
    """
    check_day(b, until, at)
    return _veto(b, reminder_id, VetoKind.PUT_OFF, until, reason, by=by, at=at)


def check_day(b: Books, until: date, at: datetime) -> None:
    """Refuse a day that is not to come, or more than a year away. Raises Refused."""
    today = b.today(at)
    if until <= today:
        raise Refused("morning.not_to_come", day=until)
    if until - today > FARTHEST:
        raise Refused("days.over_a_year", day=until)


def _veto(
    b: Books, reminder_id: int, kind: VetoKind, until: date, reason: str | None, *, by: str, at: datetime
) -> VetoOutcome:
    row, customer = one_mail.of_clock(b, reminder_id, at=at)
    items = live_items(b, reminder_id)
    veto_ids = hold(b, row.customer_id, [key for key, _ in items], kind=kind, until=until, by=by, at=at,
                    reason=reason, reminder_id=reminder_id)  # fmt: skip
    _take_out(b, row)
    told = MessageHeld(
        reminder_id=row.id, step=row.step, veto_ids=tuple(veto_ids), until=until, reason=reason
    )
    entry_id = one_mail.record_mail_act(b, ACTS[kind], told, row, by=by, at=at)
    accounts.touch(b, row.customer_id)
    card_marks.of_messages(b, [row.id])
    return VetoOutcome(entry_id, row.id, customer.name, tuple(number for _, number in items), until)


def live_items(b: Books, reminder_id: int) -> list[tuple[int, str]]:
    """Return id and number of the invoices that the message still carries."""
    rows = b.session.execute(
        select(ReminderItem.invoice_id, Invoice.number)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_(None))
        .order_by(Invoice.due_date, Invoice.number)
    )
    return [(key, number) for key, number in rows]


def hold(
    b: Books,
    customer_id: int,
    invoice_ids: list[int],
    *,
    kind: VetoKind,
    until: date,
    by: str,
    at: datetime,
    reason: str | None = None,
    reminder_id: int | None = None,
) -> list[int]:
    """Hold invoices until the local day `until`; return the ids of the vetoes. Part of an act."""
    shared: dict[str, Any] = {
        "company_id": b.company_id,
        "customer_id": customer_id,
        "reminder_id": reminder_id,
        "kind": kind,
        "until": until,
        "reason": reason,
        "at": at,
        "by": by,
    }
    rows = [{**shared, "invoice_id": invoice_id} for invoice_id in invoice_ids]
    return list(b.session.scalars(insert(Veto).returning(Veto.id), rows)) if rows else []


def lift(b: Books, veto_ids: Sequence[int], *, by: str, at: datetime) -> None:
    """End vetoes before their day."""
    b.session.execute(
        update(Veto)
        .where(Veto.company_id == b.company_id, Veto.id.in_(veto_ids), Veto.ended_at.is_(None))
        .values(ended_at=at, ended_by=by)
        .execution_options(synchronize_session=False)
    )


def _take_out(b: Books, row: Reminder) -> None:
    b.session.execute(
        update(ReminderItem)
        .where(ReminderItem.reminder_id == row.id, ReminderItem.dropped.is_(None))
        .values(dropped=Reason.VETOED)
        .execution_options(synchronize_session=False)
    )
    row.state, row.error, row.raw = MessageState.CANCELLED, Reason.VETOED, None
    b.session.flush()


def undo_vetoed(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Lift the veto; the message is back in its day if that is not over and no other has taken its place."""
    told = journal.data(line, MessageHeld)
    dependents.refuse(b, line, one_mail.same_message(told.reminder_id))
    lift(b, told.veto_ids, by=line.by, at=at)
    row = locks.fresh(b, Reminder, told.reminder_id)
    one_mail.forget(row, line)
    if _may_come_back(b, row, at):
        b.session.execute(
            update(ReminderItem)
            .where(ReminderItem.reminder_id == row.id, ReminderItem.dropped == Reason.VETOED)
            .values(dropped=None)
            .execution_options(synchronize_session=False)
        )
        row.state, row.error, row.due_at = MessageState.PLANNED, None, max(row.planned_for, at)
    b.session.flush()
    card_marks.of_messages(b, [row.id])


def _may_come_back(b: Books, row: Reminder, at: datetime) -> bool:
    """Whether the message's day and window are not over, and nothing else went to the customer meanwhile."""
    local = at.astimezone(b.company.zone)
    in_time = row.day == local.date() and local.time() < b.company.window[1]
    other = exists().where(
        Reminder.customer_id == row.customer_id,
        Reminder.id != row.id,
        Reminder.day == row.day,
        Reminder.state.in_(STANDING),
        Reminder.kind.in_(SPACING if row.kind in SPACING else [row.kind]),
    )
    return row.error == Reason.VETOED and in_time and not b.session.scalar(select(other))
