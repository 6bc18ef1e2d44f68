"""A reminder on its way: claimed, then sent by the post room, then recorded. Two transactions a mail.

The statements are built once: at ten thousand mails a morning, building them counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, insert, null, select, update

from store import journal
from store.books import Books
from store.outbox_rows import DueReminder
from store.reminders import FAILED, PLANNED, SENDING, SENT, UNCERTAIN
from store.tables import Customer, Invoice, Reminder, ReminderItem, StepDone

LEASE = timedelta(minutes=15)
"""How long a sender may hold a row; longer than the longest SMTP call."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message as rendered at the aware instant `at`, ready to be claimed.

    `owed` is the sum of what its items show, the mark by which the claim sees that nothing has changed.
    """

    reminder: DueReminder
    message_id: str
    to: tuple[str, ...]
    subject: str
    shown: str
    raw: bytes
    step: str
    corrective: bool
    owed: Decimal
    at: datetime

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.reminder.attempts + 1


_own = ReminderItem.reminder_id == bindparam("reminder"), ReminderItem.dropped.is_(None)
_items_left = select(func.count()).select_from(ReminderItem).where(*_own).scalar_subquery()
_owed = (
    select(func.coalesce(func.sum(Invoice.outstanding), 0))
    .select_from(ReminderItem)
    .join(Invoice, Invoice.id == ReminderItem.invoice_id)
    .where(*_own)
    .scalar_subquery()
)
_free = (
    select(Reminder.id)
    .where(Reminder.id == bindparam("reminder"), Reminder.state == PLANNED)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    update(Reminder.__table__)  # type: ignore[arg-type]  # the table itself: no entity is loaded
    .where(
        Reminder.id == _free,
        Reminder.state == PLANNED,
        _items_left == bindparam("items_left"),
        _owed == bindparam("owed", type_=Invoice.outstanding.type),
    )
    .values(
        state=SENDING,
        claimed_at=bindparam("at"),
        lease_until=bindparam("until"),
        attempts=Reminder.attempts + 1,
        error=null(),
        **{
            name: bindparam(f"new_{name}")
            for name in ("message_id", "to", "subject", "shown", "raw", "step", "corrective")
        },
    )
    .returning(Reminder.id)
)
_LOCK = select(Customer.id).where(Customer.id == bindparam("customer")).with_for_update(key_share=True)


def _lock(b: Books, customer_id: int) -> None:
    """Wait for an act on this customer that is under way; on SQLite writers already take turns."""
    if b.session.get_bind().dialect.name != "sqlite":
        b.session.execute(_LOCK, {"customer": customer_id})


def claim(b: Books, ready: Ready, *, lease: timedelta = LEASE) -> bool:
    """Take the row for sending; False when another took it, or when what it shows is no longer so.

    Commit before sending. The row keeps the message and its Message-ID.
    """
    reminder = ready.reminder
    _lock(b, reminder.customer_id)
    claimed = b.session.connection().execute(
        _CLAIM,
        {
            "reminder": reminder.id,
            "items_left": len(reminder.items),
            "owed": ready.owed,
            "at": ready.at,
            "until": ready.at + lease,
            "new_message_id": ready.message_id,
            "new_to": list(ready.to),
            "new_subject": ready.subject,
            "new_shown": ready.shown,
            "new_raw": ready.raw,
            "new_step": ready.step,
            "new_corrective": ready.corrective,
        },
    )
    return len(claimed.all()) == 1


_CLOSE = (
    update(Reminder.__table__)  # type: ignore[arg-type]  # as above
    .where(Reminder.id == bindparam("reminder"), Reminder.state.in_((SENDING, UNCERTAIN)))
    .values(
        state=bindparam("new_state"),
        sent_at=bindparam("new_sent_at"),
        server_answer=bindparam("answer"),
        error=bindparam("new_error"),
        lease_until=null(),
    )
    .returning(Reminder.id)
)
_THREAD = (
    update(Customer.__table__)  # type: ignore[arg-type]  # as above
    .where(Customer.id == bindparam("customer"), Customer.thread_id.is_(None))
    .values(thread_id=bindparam("first"))
)
_LOOK = (
    update(Invoice.__table__)  # type: ignore[arg-type]  # as above
    .where(
        Invoice.customer_id == bindparam("customer"), Invoice.outstanding > 0, Invoice.look_on.is_not(None)
    )
    .values(look_on=null())
)
_STEPS = insert(StepDone.__table__)  # type: ignore[arg-type]  # as above


def close(
    b: Books,
    reminder_id: int,
    state: str,
    *,
    sent_at: datetime | None = None,
    answer: str | None = None,
    error: str | None = None,
) -> bool:
    """Put an end to a sending; False when it is neither being sent nor uncertain any more."""
    closed = b.session.connection().execute(
        _CLOSE,
        {
            "reminder": reminder_id,
            "new_state": state,
            "new_sent_at": sent_at,
            "answer": answer,
            "new_error": error,
        },
    )
    return len(closed.all()) == 1


def look_again(b: Books, customer_id: int) -> None:
    """Have the next plan look at the customer's open invoices."""
    b.session.connection().execute(_LOOK, {"customer": customer_id})


def steps_done(b: Books, reminder: DueReminder, *, on: date, by: str) -> None:
    """Write down the steps that the items have climbed by this message."""
    policy = b.company.policy_for(reminder.policy)
    rows: list[dict[str, Any]] = []
    for item in reminder.items:
        if item.step is None:
            continue
        step = policy.step(item.step)
        rows.append(
            {
                "company_id": b.company_id,
                "invoice_id": item.invoice_id,
                "step": item.step,
                "day": item.day if item.day is not None else (step.day if step else 0),
                "from_issue": bool(step and step.from_issue),
                "slot": item.slot,
                "done_on": on,
                "how": "sent",
                "reminder_id": reminder.id,
                "by": by,
                "sandbox": reminder.sandbox,
            }
        )
    if rows:
        b.session.connection().execute(_STEPS, rows)


def record_sent(b: Books, ready: Ready, *, answer: str, at: datetime) -> bool:
    """Write down that the message left at the aware instant `at`; False when its fate is settled already."""
    return left(b, ready.reminder, ready.message_id, answer=answer, step=ready.step, left_at=at, at=at)


def left(
    b: Books,
    reminder: DueReminder,
    message_id: str,
    *,
    answer: str,
    step: str,
    left_at: datetime,
    at: datetime,
) -> bool:
    """Write down, at the aware instant `at`, that the message left at `left_at`.

    Its steps are done on that local day, and the customer's thread begins with its first mail. False when
    somebody has settled its fate meanwhile.
    """
    if not close(b, reminder.id, SENT, sent_at=left_at, answer=answer[:500]):
        return False
    steps_done(b, reminder, on=b.today(left_at), by=reminder.by)
    if not reminder.sandbox:
        b.session.connection().execute(_THREAD, {"customer": reminder.customer_id, "first": message_id})
    look_again(b, reminder.customer_id)
    _tell(b, "reminder.sent", reminder, at=at, step=step)
    return True


def record_unsure(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Write down that nobody knows whether the message left; a person will say."""
    if not close(b, reminder.id, UNCERTAIN, error=error[:500]):
        return False
    look_again(b, reminder.customer_id)
    _tell(b, "reminder.uncertain", reminder, at=at)
    return True


def record_failed(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Write down that the message failed for good; it completes nothing."""
    if not close(b, reminder.id, FAILED, error=error[:500]):
        return False
    look_again(b, reminder.customer_id)
    _tell(b, "reminder.failed", reminder, at=at)
    return True


def fail_unclaimed(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Fail a planned message that cannot even be written; it completes nothing."""
    failed = b.session.execute(
        update(Reminder)
        .where(Reminder.id == reminder.id, Reminder.state == PLANNED)
        .values(state=FAILED, error=error[:500])
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    if not failed.all():
        return False
    look_again(b, reminder.customer_id)
    _tell(b, "reminder.failed", reminder, at=at)
    return True


def put_back(b: Books, reminder: DueReminder, *, error: str, due_at: datetime) -> bool:
    """Plan the same row again after a temporary failure: same Message-ID, from `due_at`.

    On another day, that day's plan takes the row over with what is due then (SCHEDULE 21).
    """
    back = b.session.execute(
        update(Reminder)
        .where(Reminder.id == reminder.id, Reminder.state == SENDING)
        .values(state=PLANNED, error=error[:500], due_at=due_at, lease_until=None)
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    if not back.all():
        return False
    look_again(b, reminder.customer_id)
    return True


def _tell(b: Books, act: str, reminder: DueReminder, *, at: datetime, step: str | None = None) -> None:
    items: Sequence[int] = [item.invoice_id for item in reminder.items]
    data = {"reminder_id": reminder.id, "step": step or reminder.step, "invoices": list(items)}
    only = items[0] if len(items) == 1 else None
    journal.write(b, act, by=reminder.by, at=at, customer_id=reminder.customer_id, invoice_id=only, data=data)
