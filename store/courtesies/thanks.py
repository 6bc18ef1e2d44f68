"""Thanks for a payment, the next open day: time for a mistake to be undone (company setting `thank_you`)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, func, select

from receivables.codes.messages import MessageKind, MessageState
from receivables.codes.steps import StepHow
from receivables.company import Mode
from receivables.statements import THANKS_STEP
from store import payers
from store.accounts import facts as accounts
from store.books import Books
from store.courtesies import acts as courtesies
from store.courtesies.acts import Draft
from store.db.tables import Allocation, Invoice, Reminder, StepDone
from store.reminders import day_plans

OLDEST = timedelta(days=7)
"""A payment noted longer ago, in an outage, is thanked for no more: thanks that come late say little."""


def plan(b: Books, day: date, *, at: datetime, busy: Collection[int]) -> int:
    """Plan one mail of thanks for each customer whose invoices were settled since the last plan.

    Only by a payment, only where we had reminded the customer of the invoice, and only when the customer
    gets no other message on `day` (`busy`). Returns how many.
    """
    if not b.company.thank_you:
        return 0
    found = _settled(b, day)
    count = 0
    customers = sorted(set(found) - set(busy))
    for start in range(0, len(customers), accounts.BATCH):
        batch = customers[start : start + accounts.BATCH]
        held = courtesies.holds(b, batch, now=at)
        thanked = _thanked(b, batch)
        count += _write(b, {key: found[key] - thanked for key in batch if key not in held}, day, at)
    return count


def _settled(b: Books, day: date) -> dict[int, set[int]]:
    """Return the invoices settled before `day` and since the last plan before it, by who is written to."""
    last = day_plans.last_day(b, day - timedelta(days=1)) or day - OLDEST
    begin, end = (b.company.instant(limit, time()) for limit in (max(last, day - OLDEST), day))
    statement = (
        select(Invoice.customer_id, Invoice.id)
        .where(Invoice.company_id == b.company_id, Invoice.outstanding == 0)
        .where(Invoice.settled_at >= begin, Invoice.settled_at < end)
        .where(Invoice.owed, Invoice.handed_over_at.is_(None))
        .where(_by_payment(), _reminded(b))
        .order_by(Invoice.id)
    )
    found: dict[int, set[int]] = defaultdict(set)
    rows = b.session.execute(statement).all()
    written_to = payers.together(b, {row.customer_id for row in rows})
    for customer_id, invoice_id in rows:
        found[written_to[customer_id]].add(invoice_id)
    return found


def _by_payment() -> ColumnElement[bool]:
    """Whether what settled the invoice, last of all, was money and not a credit note."""
    last = (
        select(func.max(Allocation.id))
        .where(Allocation.invoice_id == Invoice.id, Allocation.undone_at.is_(None))
        .correlate(Invoice)
        .scalar_subquery()
    )
    return exists().where(Allocation.id == last, Allocation.payment_id.is_not(None))


def _reminded(b: Books) -> ColumnElement[bool]:
    """Whether a reminder about the invoice has left; its sending on the issue day is none."""
    return exists().where(
        StepDone.invoice_id == Invoice.id,
        StepDone.how == StepHow.SENT,
        StepDone.from_issue.is_(False),
        StepDone.undone_at.is_(None),
        StepDone.sandbox.is_(b.company.mode is Mode.SANDBOX),
    )


def _thanked(b: Books, customer_ids: Sequence[int]) -> set[int]:
    """Return the invoices for which these customers have been thanked already."""
    statement = select(Reminder.data).where(
        Reminder.company_id == b.company_id,
        Reminder.customer_id.in_(customer_ids),
        Reminder.kind == MessageKind.THANKS,
        Reminder.state != MessageState.CANCELLED,
        Reminder.sandbox.is_(b.company.mode is Mode.SANDBOX),
    )
    return {id_ for data in b.session.scalars(statement) for id_ in (data or {}).get("invoices", ())}


def _write(b: Books, by_customer: dict[int, set[int]], day: date, at: datetime) -> int:
    drafts = [
        Draft(key, f"{key}:{day.isoformat()}:{MessageKind.THANKS}", {"invoices": sorted(invoices)})
        for key, invoices in by_customer.items()
        if invoices
    ]
    return courtesies.plan_courtesies(b, drafts, THANKS_STEP, MessageKind.THANKS, day=day, at=at)
