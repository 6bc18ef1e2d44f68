"""What became of what was approved: the message that carries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from receivables.codes.approvals import ApprovalState, ApprovalVoid
from receivables.codes.messages import STANDING, MessageState
from store import journal
from store.books import Books
from store.db.tables import Approval, JournalLine, Reminder, ReminderItem
from store.traces.about import AboutMessage


@dataclass(frozen=True, slots=True)
class ApprovedMail:
    """What became of a message that was approved. `at`: when it leaves, or left; `due`: its hour has come."""

    state: MessageState
    at: datetime
    due: bool


def of(b: Books, rows: Sequence[Approval], *, now: datetime) -> dict[int, ApprovedMail]:
    """Return, by request, the message that carries what was approved: that of its day, or a later one.

    Else the one that carried it and was cancelled. What left a message before it was sent is in none.
    """
    given = [row for row in rows if row.state == ApprovalState.APPROVED and row.answered_at is not None]
    found = {**_cancelled(b, given), **_carrying(b, given)}
    return {
        key: ApprovedMail(mail.state, mail.sent_at or mail.planned_for, mail.planned_for <= now)
        for key, mail in found.items()
    }


def is_open(row: Approval, mail: ApprovedMail | None) -> bool:
    """Whether a request is compared with the books: it waits, or what it approved does, or it has changed."""
    if row.state == ApprovalState.APPROVED:
        return mail is None or mail.state == MessageState.PLANNED
    changed = row.state == ApprovalState.VOID and row.reason == ApprovalVoid.CHANGED
    return changed or row.state == ApprovalState.ASKED


def _carrying(b: Books, rows: Sequence[Approval]) -> dict[int, Reminder]:
    """Return the first message that stands since the answer with an invoice of each request, at its step."""
    if not rows:
        return {}
    begin = min(b.today(row.answered_at) for row in rows if row.answered_at is not None)
    statement = (
        select(Reminder, ReminderItem.invoice_id, ReminderItem.step)
        .join(ReminderItem, ReminderItem.reminder_id == Reminder.id)
        .where(Reminder.company_id == b.company_id, Reminder.day >= begin, Reminder.state.in_(STANDING))
        .where(Reminder.customer_id.in_({row.customer_id for row in rows}))
        .where(Reminder.approved_by.is_not(None), ReminderItem.dropped.is_(None))
    )
    carried = b.session.execute(statement.order_by(Reminder.id)).all()
    found: dict[int, Reminder] = {}
    for row in rows:
        shown = {
            (item["invoice_id"], item["step"]) for item in row.shown["items"] if item["step"] is not None
        }
        for mail, invoice_id, step in carried:
            since = row.answered_at is not None and mail.day >= b.today(row.answered_at)
            if since and (invoice_id, step) in shown:
                found.setdefault(row.id, mail)
    return found


def _cancelled(b: Books, rows: Sequence[Approval]) -> dict[int, Reminder]:
    """Return the message by which the answer let leave what was approved, where it was cancelled since."""
    entries = {row.entry_id: row.id for row in rows if row.entry_id is not None}
    lines = b.session.scalars(select(JournalLine).where(JournalLine.id.in_(entries))).all()
    told = {entries[line.id]: journal.data_of(line) for line in lines}
    ids = {key: each.reminder_id for key, each in told.items() if isinstance(each, AboutMessage)}
    cancelled = select(Reminder).where(
        Reminder.id.in_([key for key in ids.values() if key]), Reminder.state == MessageState.CANCELLED
    )
    known = {row.id: row for row in b.session.scalars(cancelled)}
    return {key: known[of] for key, of in ids.items() if of in known}
