"""The queries behind an account, for a batch of customers at a time: what is owed, done and said.

What keeps reminders back is in `holds`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from receivables.codes.messages import LEFT, SPACING, MessageKind, Origin
from receivables.codes.tasks import TaskKind, TaskState
from receivables.company import Mode
from receivables.schedule.account import DoneStep, Item, PastMessage
from receivables.schedule.looking import WITH_OTHERS
from store.books import Books
from store.db.tables import (
    Allocation,
    CreditNote,
    Customer,
    Invoice,
    Letter,
    Payment,
    Reminder,
    ReminderItem,
    StepDone,
    Task,
)

SPACING_DAYS = 92
"""How far back messages may matter to spacing: `min_gap_days` is at most 90."""


def customers(b: Books, ids: Sequence[int]) -> Any:
    """Return id, policy, day of insolvency, kind and SIREN of each customer, in order of id."""
    statement = (
        select(Customer.id, Customer.policy, Customer.insolvent_on, Customer.kind, Customer.siren)
        .where(Customer.company_id == b.company_id, Customer.id.in_(ids))
        .order_by(Customer.id)
    )
    return fetch(b, statement)


def fetch(b: Books, statement: Any) -> Any:
    """Execute below the ORM, whose rows cost several times as much."""
    return b.session.connection().execute(statement).all()


def items(
    b: Books, ids: Sequence[int], also: Sequence[int] = (), *, before: date | None = None
) -> dict[int, tuple[int, Item]]:
    """Return the open invoices of `ids` (and those of `also`) by id, with their customer.

    With `before`, those that sleep until that day or later are left out.
    """
    i = Invoice
    statement = (
        select(
            i.customer_id, i.id, i.number, i.issue_date, i.due_date, i.outstanding, i.currency, i.learnt_at,
            i.prior_reminders, i.written_off_at, i.handed_over_at, i.gone_at, i.resuming_since,
            i.look_on, i.withdrawn_at, i.refused_at,
            func.coalesce(i.means_said, i.means, Customer.means, type_=i.means.type),
        )
        .join(Customer, Customer.id == i.customer_id)
        .where(i.company_id == b.company_id, i.customer_id.in_(ids))
        .where(or_(i.outstanding > 0, i.id.in_(also)) if also else i.outstanding > 0)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(_awake(before))
    days: dict[datetime, date] = {}
    found: dict[int, tuple[int, Item]] = {}
    for row in fetch(b, statement):
        customer_id, key, learnt_at = row[0], row[1], row[7]
        day = days.get(learnt_at) or days.setdefault(learnt_at, b.company.day_of(learnt_at))
        found[key] = (customer_id, _item(row, day))
        if (refused := row[15]) is not None:
            found[key][1].refused_on = b.company.day_of(refused)
    for invoice_id in also:
        if invoice_id in found and found[invoice_id][1].outstanding <= 0:
            found[invoice_id][1].settled_by = _settled_by(b, invoice_id)
    return found


def _awake(before: date) -> ColumnElement[bool]:
    """Not asleep until `before`. Written so that the customer's index is taken, not that of `look_on`."""
    alone = func.nullif(Invoice.look_on, WITH_OTHERS, type_=Invoice.look_on.type)
    return func.coalesce(alone, date.min) < before


def _item(row: Sequence[Any], learnt_on: date) -> Item:
    _, key, number, issued, due, left, currency, _, prior, off, over, gone, since, look, *claim = row
    item = Item(key, number, issued, due, left, currency, learnt_on, prior)
    item.written_off, item.handed_over, item.gone = off is not None, over is not None, gone is not None
    item.resuming_since, item.look_on = since, look
    item.withdrawn, item.means = claim[0] is not None, claim[2]
    return item


def _settled_by(b: Books, invoice_id: int) -> str:
    paid = select(Allocation.id).where(
        Allocation.invoice_id == invoice_id,
        Allocation.payment_id.is_not(None),
        Allocation.undone_at.is_(None),
    )
    return "payment" if b.session.scalar(paid.limit(1)) is not None else "credit"


def of_open_items(statement: Any, column: Any, b: Books, ids: Sequence[int]) -> Any:
    """Narrow a statement to the open invoices of customers; `column` holds the invoice's id."""
    return statement.join(Invoice, Invoice.id == column).where(
        Invoice.company_id == b.company_id, Invoice.customer_id.in_(ids)
    )


def late_asleep(b: Books, ids: Sequence[int], today: date, before: date) -> dict[int, dict[str, Decimal]]:
    """Return what is late on the invoices that sleep until `before` or later, per customer and currency."""
    i = Invoice
    statement = (
        select(i.customer_id, i.currency, func.sum(i.outstanding))
        .where(i.company_id == b.company_id, i.customer_id.in_(ids), i.outstanding > 0)
        .where(i.look_on >= before, i.look_on != WITH_OTHERS, i.due_date < today)
        .where(i.owed, i.handed_over_at.is_(None))
        .group_by(i.customer_id, i.currency)
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for customer_id, currency, amount in fetch(b, statement):
        found[customer_id][currency] = amount
    return found


def done_steps(
    b: Books, ids: Sequence[int], *, sandbox: bool, before: date | None = None, since: date | None = None
) -> dict[int, tuple[DoneStep, ...]]:
    """Return the steps done, by invoice; the marks of sandbox mode count in sandbox mode only.

    With `before`, not those of the invoices that sleep until that day or later; with `since`, the
    preventive ones only of what was due on that day or later.
    """
    s = StepDone
    statement = of_open_items(
        select(s.invoice_id, s.step, s.day, s.done_on, s.slot, s.from_issue), s.invoice_id, b, ids
    )
    statement = statement.where(s.undone_at.is_(None), Invoice.outstanding > 0)
    if since is not None:
        statement = statement.where(or_(s.day > 0, Invoice.due_date >= since))
    if not sandbox:
        statement = statement.where(s.sandbox.is_(False))
    if before is not None:
        statement = statement.where(_awake(before))
    found: dict[int, tuple[DoneStep, ...]] = {}
    for invoice_id, step, day, done_on, slot, from_issue in fetch(b, statement):
        done = DoneStep(step, day, done_on, slot, from_issue)
        found[invoice_id] = (*found[invoice_id], done) if invoice_id in found else (done,)
    return found


def balances(b: Books, ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """Return unallocated money and open credit notes per customer and currency."""
    found: dict[int, dict[str, Decimal]] = {}
    for table in (Payment, CreditNote):
        statement = (
            select(table.customer_id, table.currency, func.sum(table.open))
            .where(table.company_id == b.company_id, table.customer_id.in_(ids))
            .where(table.open > 0, table.undone_at.is_(None))
            .group_by(table.customer_id, table.currency)
        )
        for customer_id, currency, amount in fetch(b, statement):
            sums = found.setdefault(customer_id, {})
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return found


def messages(b: Books, ids: Sequence[int], today: date) -> dict[int, list[PastMessage]]:
    """Return what spacing counts from: e-mails that left, by the clock or by hand, and letters."""
    r = Reminder
    since = today - timedelta(days=SPACING_DAYS)
    statement = (
        select(r.id, r.customer_id, r.day, r.corrective, r.origin, r.kind)
        .where(r.company_id == b.company_id, r.customer_id.in_(ids), r.day >= since, r.state.in_(LEFT))
        .where(r.kind.in_(SPACING))
        .order_by(r.day, r.id)
    )
    if b.company.mode is not Mode.SANDBOX:
        statement = statement.where(r.sandbox.is_(False))
    sent = fetch(b, statement)
    steps = _message_steps(b, [row.id for row in sent])
    found: dict[int, list[PastMessage]] = defaultdict(list)
    for key, customer_id, day, corrective, origin, kind in sent:
        other = kind != MessageKind.REMINDER
        sterner = corrective or (origin == Origin.HAND and not other)
        past = PastMessage(day, sterner, steps.get(key, {}), courtesy=other, automatic=origin == Origin.CLOCK)
        found[customer_id].append(past)
    for customer_id, day in _letters(b, ids):
        found[customer_id].append(PastMessage(day, corrective=True, automatic=False))
    return found


def _message_steps(b: Books, reminder_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    item = ReminderItem
    steps = (step for policy in b.company.policies.values() for step in policy.steps)
    from_issue = {step.key for step in steps if step.from_issue}
    statement = select(item.reminder_id, item.invoice_id, item.day).where(
        item.reminder_id.in_(reminder_ids),
        item.step.is_not(None),
        item.step.not_in(from_issue),
        item.dropped.is_(None),
    )
    for reminder_id, invoice_id, day in fetch(b, statement):
        if day is not None:
            found[reminder_id][invoice_id] = day
    return found


def _letters(b: Books, ids: Sequence[int]) -> Iterator[tuple[int, date]]:
    """Yield the days on which letters were deposited; of a task done without a page of ours, when it was."""
    deposited = select(Letter.customer_id, Letter.deposited_on).where(
        Letter.company_id == b.company_id, Letter.customer_id.in_(ids), Letter.deposited_on.is_not(None)
    )
    yield from ((customer_id, day) for customer_id, day in fetch(b, deposited))
    t, ours = Task, select(Letter.task_id).where(Letter.task_id == Task.id, Letter.deposited_on.is_not(None))
    done = select(t.customer_id, t.closed_at).where(
        t.company_id == b.company_id,
        t.customer_id.in_(ids),
        t.kind == TaskKind.LETTER,
        t.state == TaskState.DONE,
    )
    for customer_id, closed_at in fetch(b, done.where(~ours.exists())):
        yield customer_id, b.company.day_of(closed_at)
