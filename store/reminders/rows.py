"""What the post room reads: planned messages whose time has come, with the facts that letters show.

Facts are read for many messages at once, through Core: ten thousand mails a morning leave no room for
entities, nor for one query a mail.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from receivables.acts import Act
from receivables.codes.messages import CARRYING, MessageKind, MessageState, Origin
from receivables.money import ZERO
from store import payers
from store.books import Books
from store.db.tables import Dispute, Invoice, JournalLine, Recipient, Reminder, ReminderItem
from store.reminders.copies import OPEN


@dataclass(frozen=True, slots=True)
class DueItem:
    """An invoice of a message, as planned and as it stands now."""

    id: int
    invoice_id: int
    number: str
    step: str | None
    day: int | None
    slot: date | None
    corrective: bool
    joined: bool
    planned: Decimal
    """What was left to pay when it was planned."""
    outstanding: Decimal
    """What is left to pay now, a disputed part included."""
    disputed: Decimal | None
    """A disputed part while the rest goes on (SCHEDULE 12)."""
    currency: str
    issue_date: date | None
    due_date: date
    payment_link: str | None
    pdf_path: str | None
    amount: Decimal
    """The whole invoice."""
    order_number: str | None = None
    """The customer's own order."""

    @property
    def claimed(self) -> Decimal:
        """What may be asked for: the outstanding less a disputed part."""
        return max(self.outstanding - (self.disputed or ZERO), ZERO)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A message whose time has come. Instants are aware UTC."""

    id: int
    customer_id: int
    day: date
    channel: str
    step: str
    policy: str
    origin: Origin
    by: str
    corrective: bool
    sandbox: bool
    attempts: int
    planned_at: datetime
    message_id: str | None
    to: tuple[str, ...]
    """Those of its addresses that it has not been handed over for, as far as anybody knows."""
    changed: bool
    """Whether something was written about the customer (or the company) since it was planned."""
    items: tuple[DueItem, ...]
    edits: dict[str, Any] | None = None
    """What a person wrote for this mail (`store.morning.edits`)."""
    kind: MessageKind = MessageKind.REMINDER
    """A reminder and what sends invoices have items; the others have none."""
    data: dict[str, Any] | None = None
    """What a message without items is about."""


_COLUMNS = (
    Reminder.id,
    Reminder.customer_id,
    Reminder.day,
    Reminder.channel,
    Reminder.step,
    Reminder.policy,
    Reminder.origin,
    Reminder.by,
    Reminder.corrective,
    Reminder.sandbox,
    Reminder.attempts,
    Reminder.planned_at,
    Reminder.message_id,
    Reminder.edits,
    Reminder.kind,
    Reminder.data,
)
_disputed = (
    select(func.max(Dispute.disputed))
    .where(
        Dispute.invoice_id == Invoice.id,
        Dispute.settled_at.is_(None),
        Dispute.released.is_(True),
    )
    .scalar_subquery()
)
_ITEM_COLUMNS = (
    ReminderItem.reminder_id,
    ReminderItem.id,
    ReminderItem.invoice_id,
    Invoice.number,
    ReminderItem.step,
    ReminderItem.day,
    ReminderItem.slot,
    ReminderItem.corrective,
    ReminderItem.joined,
    ReminderItem.outstanding,
    Invoice.outstanding,
    _disputed,
    ReminderItem.currency,
    Invoice.issue_date,
    Invoice.due_date,
    Invoice.payment_link,
    Invoice.pdf_path,
    Invoice.amount,
    Invoice.order_number,
)


def due_ids(b: Books, *, now: datetime, clock: bool) -> list[int]:
    """Return the planned messages whose time has come at the aware instant `now`, in order.

    What people do is left out; one of a channel that the company has no more is due like any other, and told.
    Those a person sends (`origin` hand) always; those of the clock only when `clock`, and only of the day's
    own plan: what was tried on an earlier day is taken over by it.
    """
    by_hand = Reminder.origin == Origin.HAND
    found = select(Reminder.id).where(
        Reminder.company_id == b.company_id,
        Reminder.state == MessageState.PLANNED,
        Reminder.due_at <= now,
        Reminder.channel.not_in([each.key for each in b.company.channels.values() if not each.written]),
        or_(by_hand, Reminder.day == b.today(now)) if clock else by_hand,
    )
    return list(b.session.scalars(found.order_by(Reminder.id)))


def load(b: Books, ids: Sequence[int], *, state: MessageState | None = None) -> list[DueReminder]:
    """Return these messages in order of id, whatever their state or only those in `state`."""
    which = [Reminder.company_id == b.company_id, Reminder.id.in_(ids)]
    if state is not None:
        which.append(Reminder.state == state)
    rows = b.session.execute(select(*_COLUMNS).where(*which).order_by(Reminder.id)).all() if ids else []
    ids = [row.id for row in rows]
    items, to = _items(b, ids), _open(b, ids)
    changed = _changed(b, rows)
    return [_reminder(row, items.get(row.id, ()), to.get(row.id, ()), changed) for row in rows]


def _open(b: Books, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return to whom each message goes when it leaves next."""
    found: dict[int, list[str]] = defaultdict(list)
    if ids:
        rows = b.session.execute(
            select(Recipient.reminder_id, Recipient.address)
            .where(Recipient.reminder_id.in_(ids), Recipient.state.in_(OPEN))
            .order_by(Recipient.id)
        )
        for reminder_id, address in rows:
            found[reminder_id].append(address)
    return found


def _reminder(
    row: Row[Any], items: Iterable[DueItem], to: Iterable[str], changed: dict[int | None, datetime]
) -> DueReminder:
    latest = max((changed[key] for key in (row.customer_id, None) if key in changed), default=None)
    facts = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    facts["origin"], facts["kind"] = Origin(row.origin), MessageKind(row.kind)
    changed_since = latest is not None and latest >= row.planned_at
    return DueReminder(**facts, to=tuple(to), changed=changed_since, items=tuple(items))


def _items(b: Books, reminder_ids: Sequence[int]) -> dict[int, list[DueItem]]:
    found: dict[int, list[DueItem]] = defaultdict(list)
    rows = b.session.execute(
        select(*_ITEM_COLUMNS)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.reminder_id.in_(reminder_ids), ReminderItem.dropped.is_(None))
        .order_by(Invoice.due_date, Invoice.number)
    )
    for reminder_id, *facts in rows:
        found[reminder_id].append(DueItem(*facts))
    return found


UNCHANGING = (Act.MORNING_GO, Act.MAIL_TO_FILE, Act.MAIL_AUTOMATIC, Act.MAIL_BOUNCE)
"""Journal lines that change nothing of what leaves."""


def _changed(b: Books, rows: Sequence[Row[Any]]) -> dict[int | None, datetime]:
    """Return, for each customer (None: the company), when its journal was last written in.

    So is that of whoever it pays for, whose invoices its messages carry.

    Every act leaves a line, so no line since the plan means that nothing has changed. A go
    changes nothing.
    """
    if not rows:
        return {}
    since = min(row.planned_at for row in rows)
    written_to = payers.together(b, {row.customer_id for row in rows})
    customers = JournalLine.customer_id.in_(written_to)
    found: dict[int | None, datetime] = {}
    for which in (customers, JournalLine.customer_id.is_(None)):  # two questions, each by its index
        lines = b.session.execute(
            select(JournalLine.customer_id, func.max(JournalLine.at))
            .where(
                JournalLine.company_id == b.company_id,
                which,
                JournalLine.at >= since,
                JournalLine.act.not_in(UNCHANGING),
            )
            .group_by(JournalLine.customer_id)
        )
        for customer_id, latest in lines:
            for key in {customer_id, written_to.get(customer_id or 0, customer_id)}:
                found[key] = max(found.get(key, latest), latest)
    return found


def last_messages(b: Books, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the Message-ID of the last mail that left to each customer: what the next one answers."""
    latest = (
        select(func.max(Reminder.id))
        .where(
            Reminder.customer_id.in_(customer_ids),
            Reminder.state == MessageState.SENT,
            Reminder.kind.in_(CARRYING),
            Reminder.channel.in_([channel.key for channel in b.company.written if channel.threaded]),
            Reminder.sandbox.is_(False),
            Reminder.message_id.is_not(None),
        )
        .group_by(Reminder.customer_id)
    )
    found = b.session.execute(
        select(Reminder.customer_id, Reminder.message_id).where(
            and_(Reminder.company_id == b.company_id, Reminder.id.in_(latest))
        )
    )
    return {customer_id: message_id for customer_id, message_id in found if message_id}
