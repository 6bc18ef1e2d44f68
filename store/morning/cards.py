"""The cards of the morning: what leaves today, a customer each, and what becomes of it (SCHEDULE 16)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.messages import CARRYING, MessageState, Origin, VetoKind
from receivables.codes.reasons import Why
from receivables.company import Mode
from store import announcements
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Announcement, Customer, Invoice, Reminder, ReminderItem, Veto
from store.morning import edits
from store.reminders import copies, day_plans, verdicts
from store.reminders import rows as outbox_rows
from store.reminders.card_marks import key
from store.reminders.copies import Copy
from store.reminders.recipients import ByRole, chosen, recipients
from store.reminders.rows import DueItem, DueReminder

PER_LIST = 40
"""Customers in one list of what leaves, a line each."""
MOST = 240
"""Customers shown in lists; above, the rest is counted, and asked for by name."""


@dataclass(frozen=True, slots=True)
class CardVeto:
    """Who took the message out, and until when."""

    kind: VetoKind
    by: str
    until: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """One message to one customer as it stands now. Instants are aware UTC.

    `state` is the reminder's; `dropped` are numbers and reason codes of what left the message, or would not
    leave with it as the books stand now; with nothing else left it is `void`. `words`: a person's own text is
    in force. `again_at`: when it is tried again, after a try that failed for a passing reason.
    """

    id: int
    day: date
    customer: str
    owner: str | None
    step: str
    to: tuple[str, ...]
    state: MessageState
    origin: Origin
    by: str
    error: str | None
    leaves_at: datetime
    sent_at: datetime | None
    items: tuple[DueItem, ...]
    dropped: tuple[tuple[str, Why], ...]
    edited_by: str | None = None
    words: bool = False
    approved_by: str | None = None
    last_act: int | None = None
    veto: CardVeto | None = None
    void: bool = False
    again_at: datetime | None = None
    copies: tuple[Copy, ...] = ()
    """What became of it at each of its addresses."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The invoices that it still carries."""
        return tuple(item.number for item in self.items)

    @property
    def totals(self) -> dict[str, Decimal]:
        """What the message asks for, per currency."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for item in self.items:
            found[item.currency] += item.claimed
        return dict(found)


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards of one day, with what holds for all of them. `waits`: for the morning's go."""

    day: date
    mode: Mode
    waits: bool
    cards: tuple[Card, ...] = field(default_factory=tuple)


def announce(b: Books, day: date, *, at: datetime, only: Sequence[int] | None = None, name: str = "") -> int:
    """Have the e-mails planned for `day` listed under the digest, a line a customer, the largest sums first.

    With `only`, just these messages: in the last list of the day while there is room, else in lists of their
    own under keys that hold `name`. Returns how many customers are shown.
    """
    ids = _planned(b, day, only)
    if only is not None and _added(b, day, ids, at):
        return len(ids)
    shown = ids[:MOST]
    for start in range(0, len(shown), PER_LIST):
        batch = shown[start : start + PER_LIST]
        rest = len(ids) - len(shown) if start + PER_LIST >= len(shown) else 0
        data: dict[str, Any] = {"day": day.isoformat(), "reminders": batch, "rest": rest}
        data |= {"first": start + 1, "of": len(ids), "late": only is not None}
        announcements.announce(
            b, key=key(day, f"{name}{start}"), kind=AnnouncementKind.CARDS, data=data, at=at
        )
    return len(shown)


def _added(b: Books, day: date, ids: Sequence[int], at: datetime) -> bool:
    """Put messages into the last list of the day; False when there is none, or no room in it."""
    last = b.session.scalars(
        select(Announcement)
        .where(Announcement.company_id == b.company_id, Announcement.kind == AnnouncementKind.CARDS)
        .where(Announcement.key > key(day, ""), Announcement.key < key(day, "~"))
        .order_by(Announcement.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if last is None:
        return False
    told = dict(last.data)
    fresh = [id_ for id_ in ids if id_ not in told["reminders"]]
    if len(told["reminders"]) + len(fresh) > PER_LIST:
        return False
    last.data = told | {"reminders": [*told["reminders"], *fresh], "of": told["of"] + len(fresh)}
    b.session.flush()
    announcements.redraw(b, key=last.key, at=at)
    return True


def _planned(b: Books, day: date, only: Sequence[int] | None) -> list[int]:
    statement = (
        select(Reminder.id)
        .join(ReminderItem, ReminderItem.reminder_id == Reminder.id)
        .where(
            Reminder.company_id == b.company_id, Reminder.day == day, Reminder.state == MessageState.PLANNED
        )
        .where(Reminder.origin == Origin.CLOCK, ReminderItem.dropped.is_(None))
        .group_by(Reminder.id)
        .order_by(func.sum(ReminderItem.outstanding).desc(), Reminder.id)
    )
    if only is not None:
        statement = statement.where(Reminder.id.in_(only))
    return list(b.session.scalars(statement))


def deck(b: Books, day: date, reminder_ids: Sequence[int], *, now: datetime) -> Deck:
    """Return the cards of these messages as they stand at the aware instant `now`, in the order given."""
    found = {card.id: card for card in _cards(b, reminder_ids, now)}
    cards = tuple(found[key] for key in reminder_ids if key in found)
    return Deck(day, b.company.mode, day_plans.go_missing(b, day), cards)


def _cards(b: Books, ids: Sequence[int], now: datetime) -> list[Card]:
    rows = b.session.execute(
        select(Reminder, Customer.name, Customer.owner)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.id.in_(ids))
    ).all()
    loaded = outbox_rows.load(b, ids)
    items = {each.id: each.items for each in loaded}
    dropped, vetoes = _dropped(b, ids), _vetoes(b, ids)
    planned = {row.id for row, _, _ in rows if row.state == MessageState.PLANNED and row.day == b.today(now)}
    void = set()
    for reminder in loaded:
        if reminder.id in planned and reminder.origin == Origin.CLOCK and reminder.changed:
            verdict = _weighed(b, reminder, now)
            numbers = {item.invoice_id: item.number for item in reminder.items}
            items[reminder.id] = verdict.items
            dropped[reminder.id] += [(numbers[key], reason) for key, reason in verdict.dropped.items()]
            void |= {reminder.id} if verdict.step is None else set()
    addresses = _addresses(b, [row for row, _, _ in rows])
    sent = copies.of(b, ids)
    return [
        Card(
            id=row.id,
            day=row.day,
            customer=name,
            owner=owner,
            step=row.step,
            to=_to(b, row, sent[row.id], addresses[row.channel].get(row.customer_id, {})),
            copies=tuple(sent[row.id]),
            state=row.state,
            origin=row.origin,
            by=row.by,
            error=row.error,
            leaves_at=row.planned_for,
            sent_at=row.sent_at,
            items=items.get(row.id, ()),
            dropped=_left(dropped.get(row.id, ()), items.get(row.id, ())),
            edited_by=row.edited_by,
            words=edits.in_force(row.edits, row.step, items.get(row.id, ())) is not None,
            approved_by=row.approved_by,
            last_act=(row.data or {}).get("last_act"),
            veto=vetoes.get(row.id),
            void=row.id in void,
            again_at=row.due_at if row.attempts and row.state == MessageState.PLANNED else None,
        )
        for row, name, owner in rows
    ]


def _left(dropped: Sequence[tuple[str, Why]], carried: Sequence[DueItem]) -> tuple[tuple[str, Why], ...]:
    """Return what left a message for good: an invoice that was planned anew in it is still carried."""
    numbers = {item.number for item in carried}
    return tuple((number, reason) for number, reason in dropped if number not in numbers)


def _weighed(b: Books, reminder: DueReminder, now: datetime) -> verdicts.Verdict:
    """Weigh a message again, as the post room will: something was written about its customer since."""
    own = [item.invoice_id for item in reminder.items]
    account = accounts.account(b, reminder.customer_id, today=b.today(now), now=now, also=own)
    return verdicts.again(b.company, reminder, account, b.today(now))


def _addresses(b: Books, rows: Sequence[Reminder]) -> dict[str, dict[int, ByRole]]:
    """Return whom the customers of these messages have, by the messages' channels."""
    return {
        key: recipients(b, [row.customer_id for row in rows if row.channel == key], b.company.channel(key))
        for key in {row.channel for row in rows}
    }


def _to(b: Books, row: Reminder, sent: Sequence[Copy], by_role: ByRole) -> tuple[str, ...]:
    """Return to whom it goes: as planned once it left, else as the contacts are now."""
    if row.state != MessageState.PLANNED:
        return copies.to(sent)
    step = b.company.policy_for(row.policy).step(row.step)
    return tuple(chosen(step.to if step else "billing", by_role))


def _dropped(b: Books, ids: Sequence[int]) -> dict[int, list[tuple[str, Why]]]:
    found: dict[int, list[tuple[str, Why]]] = defaultdict(list)
    rows = b.session.execute(
        select(ReminderItem.reminder_id, Invoice.number, ReminderItem.dropped)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.reminder_id.in_(ids), ReminderItem.dropped.is_not(None))
        .order_by(Invoice.due_date, Invoice.number)
    )
    for reminder_id, number, reason in rows:
        if reason is not None:
            found[reminder_id].append((number, reason))
    return found


def _vetoes(b: Books, ids: Sequence[int]) -> dict[int, CardVeto]:
    rows = b.session.execute(
        select(Veto.reminder_id, Veto.kind, Veto.by, Veto.until, Veto.reason)
        .where(Veto.company_id == b.company_id, Veto.reminder_id.in_(ids), Veto.ended_at.is_(None))
        .order_by(Veto.id)
    )
    return {
        reminder_id: CardVeto(kind, by, until, reason)
        for reminder_id, kind, by, until, reason in rows
        if reminder_id is not None
    }


def first_invoice(b: Books, reminder_id: int) -> int:
    """Return the invoice that a message was first of all about, even if it has left it."""
    statement = (
        select(ReminderItem.invoice_id)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.company_id == b.company_id, ReminderItem.reminder_id == reminder_id)
        .order_by(Invoice.due_date, Invoice.number)
    )
    return b.session.scalars(statement.limit(1)).one()


def of_customer(b: Books, customer_id: int, day: date) -> list[int]:
    """Return the e-mails to one customer on `day`, by id, whatever became of them."""
    return list(
        b.session.scalars(
            select(Reminder.id)
            .where(Reminder.company_id == b.company_id, Reminder.customer_id == customer_id)
            .where(Reminder.day == day, Reminder.kind.in_(CARRYING))
            .order_by(Reminder.id)
        )
    )
