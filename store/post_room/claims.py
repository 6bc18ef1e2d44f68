"""Taking a planned message for sending: the one statement that lets it leave once (SCHEDULE 22)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import BindParameter, and_, bindparam, func, null, or_, select, update

from receivables.codes.messages import MessageState
from receivables.money import from_cents
from store.db.prepared import Prepared
from store.db.tables import CreditNote, Customer, Invoice, Payment, PaymentPlan, Reminder, ReminderItem
from store.post_room import outcomes
from store.post_room.desk import PostDesk
from store.reminders.rows import DueReminder

LEASE = timedelta(minutes=15)
"""How long a sender may hold a row; longer than the longest SMTP call."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message as rendered at the aware instant `at`, ready to be claimed.

    `owed` is the sum of what its items show, the mark by which the claim sees that nothing has changed;
    `first`: no mail has left to the customer yet.
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
    first: bool = True
    balance: Decimal | None = None
    """Of a message without items: what the customer owed, less its credits, when it was written."""
    plan_id: int | None = None
    """Of a word on an instalment: its payment plan, which must not have ended."""

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.reminder.attempts + 1


_own = and_(ReminderItem.reminder_id == bindparam("reminder"), ReminderItem.dropped.is_(None))
_items_left = select(func.count()).select_from(ReminderItem).where(_own).scalar_subquery()
_owed = (
    select(func.coalesce(func.sum(Invoice.outstanding), 0))
    .select_from(ReminderItem)
    .join(Invoice, Invoice.id == ReminderItem.invoice_id)
    .where(_own)
    .scalar_subquery()
)
_free = (
    select(Reminder.id)
    .where(Reminder.id == bindparam("reminder"), Reminder.state == MessageState.PLANNED)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = Prepared(
    update(Reminder)
    .where(
        Reminder.id == _free,
        Reminder.state == MessageState.PLANNED,
        _items_left == bindparam("items_left"),
        _owed == bindparam("owed", type_=Invoice.outstanding.type),
    )
    .values(
        state=MessageState.SENDING,
        claimed_at=bindparam("at", type_=Reminder.claimed_at.type),
        lease_until=bindparam("until", type_=Reminder.lease_until.type),
        attempts=Reminder.attempts + 1,
        error=null(),
        message_id=bindparam("new_message_id"),
        subject=bindparam("new_subject"),
        shown=bindparam("new_shown"),
        raw=bindparam("new_raw", type_=Reminder.raw.type),
        step=bindparam("new_step"),
        corrective=bindparam("new_corrective", type_=Reminder.corrective.type),
        sandbox=bindparam("new_sandbox", type_=Reminder.sandbox.type),
    )
    .returning(Reminder.id)
)
_LOCK = Prepared(
    select(Customer.id).where(Customer.id == bindparam("customer")).with_for_update(key_share=True)
)


_customer: BindParameter[int] = bindparam("customer")
_covered = select(Customer.id).where(or_(Customer.id == _customer, Customer.payer_id == _customer))
_left = select(func.coalesce(func.sum(Invoice.outstanding), 0)).where(
    Invoice.customer_id.in_(_covered), Invoice.outstanding > 0, Invoice.owed
)
_money, _notes = (
    select(func.coalesce(func.sum(table.open), 0)).where(
        table.customer_id.in_(_covered), table.open > 0, table.undone_at.is_(None)
    )
    for table in (Payment, CreditNote)
)
_BALANCE = Prepared(select(_left.scalar_subquery(), _money.scalar_subquery(), _notes.scalar_subquery()))


_PLAN = Prepared(
    select(PaymentPlan.id).where(PaymentPlan.id == bindparam("plan"), PaymentPlan.ended_at.is_(None))
)


def _balance(desk: PostDesk, customer_id: int) -> Decimal:
    """Return what the customer, and whoever it pays for, owes now, less credits (`Statement.mark`)."""
    [(left, money, notes)] = _BALANCE.run(desk.connection, {"customer": customer_id})
    return from_cents(int(left) - int(money) - int(notes))


def _lock(desk: PostDesk, customer_id: int) -> None:
    """Wait for an act on this customer that is under way; on SQLite writers already take turns."""
    if desk.connection.dialect.name != "sqlite":
        _LOCK.run(desk.connection, {"customer": customer_id})


def claim(desk: PostDesk, ready: Ready, *, lease: timedelta = LEASE) -> bool:
    """Take the row for sending; False when another took it, or when what it shows is no longer so.

    Commit before sending. The row keeps the message and its Message-ID.
    """
    reminder = ready.reminder
    _lock(desk, reminder.customer_id)
    if ready.balance is not None and _balance(desk, reminder.customer_id) != ready.balance:
        return False
    if ready.plan_id is not None and _PLAN.run(desk.connection, {"plan": ready.plan_id}) == []:
        return False
    claimed = _CLAIM.run(
        desk.connection,
        {
            "reminder": reminder.id,
            "items_left": len(reminder.items),
            "owed": ready.owed,
            "at": ready.at,
            "until": ready.at + lease,
            "new_message_id": ready.message_id,
            "new_subject": ready.subject,
            "new_shown": ready.shown,
            "new_raw": ready.raw,
            "new_step": ready.step,
            "new_corrective": ready.corrective,
            "new_sandbox": reminder.sandbox,
        },
    )
    if len(claimed) != 1:
        return False
    outcomes.take(desk, reminder, ready.to, at=ready.at)
    return True
