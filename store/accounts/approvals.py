"""What people have approved of a customer's reminders, and what it was asked for today (SCHEDULE 17)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select

from receivables.codes.approvals import ApprovalState
from receivables.codes.messages import LEFT, MessageKind, MessageState, Origin
from receivables.company import Mode
from receivables.schedule import approval
from receivables.schedule.account import Account, AskedFor
from receivables.schedule.approval import ShownItem
from store.accounts.rows import fetch
from store.books import Books
from store.db.tables import Approval, Invoice, Reminder, ReminderItem
from store.reminders.recipients import chosen, recipients


@dataclass(frozen=True, slots=True)
class GivenApproval:
    """An approval that somebody gave. `step` is the tone under which it was shown."""

    by: str
    step: str
    items: tuple[ShownItem, ...]
    to: tuple[str, ...]
    by_hand: bool


def shown_items(shown: Mapping[str, Any]) -> tuple[ShownItem, ...]:
    """Return the invoices of a request as its row keeps them."""
    return tuple(
        ShownItem(each["invoice_id"], each["step"], Decimal(each["outstanding"]), each["currency"])
        for each in shown["items"]
    )


def given(b: Books, ids: Sequence[int]) -> dict[int, list[GivenApproval]]:
    """Return all that was approved, by customer."""
    a = Approval
    statement = (
        select(a.customer_id, a.answered_by, a.step, a.shown)
        .where(a.company_id == b.company_id, a.customer_id.in_(ids), a.state == ApprovalState.APPROVED)
        .order_by(a.id)
    )
    found: dict[int, list[GivenApproval]] = {}
    for customer_id, by, step, shown in fetch(b, statement):
        by_hand = shown.get("invoice_id") is not None
        one = GivenApproval(by or "", step, shown_items(shown), tuple(shown["to"]), by_hand)
        found.setdefault(customer_id, []).append(one)
    return found


def with_approved(b: Books, account: Account, found: Iterable[GivenApproval], today: date) -> Account:
    """Return the account with what was approved, as long as it is what was shown."""
    for one in found:
        if still_same(b, account, one.items, one.step, one.to, today=today, by_hand=one.by_hand):
            ids = [each.invoice_id for each in one.items if each.step is not None]
            account = approval.approved(account, ids, one.by)
    return account


def as_shown(b: Books, row: Approval, account: Account, today: date) -> bool:
    """Whether amounts, steps and recipients of a request are those that were shown, on local day `today`."""
    items, by_hand = shown_items(row.shown), row.shown.get("invoice_id") is not None
    return still_same(b, account, items, row.step, row.shown["to"], today=today, by_hand=by_hand)


def still_same(
    b: Books,
    account: Account,
    items: Sequence[ShownItem],
    step: str,
    to: Sequence[str],
    *,
    today: date,
    by_hand: bool,
) -> bool:
    """Whether amounts, steps and recipients are those that were shown, on local day `today`."""
    known = {item.id for item in account.items}
    here = [each for each in items if each.invoice_id in known]
    if not approval.same(account, b.company, today, here, by_hand=by_hand):
        return False
    asleep = [each for each in items if each.step is not None and each.invoice_id not in known]
    return not _other_amount(b, asleep) and _recipients(b, account, step) == sorted(to)


def _other_amount(b: Books, items: Sequence[ShownItem]) -> bool:
    """Whether something was paid on invoices that the plan has left out, or they are asked for no more."""
    if not items:
        return False
    statement = select(Invoice.id, Invoice.outstanding).where(
        Invoice.company_id == b.company_id,
        Invoice.id.in_([each.invoice_id for each in items]),
        Invoice.owed,
    )
    left = dict(b.session.execute(statement).all())
    return any(left.get(each.invoice_id) != each.amount for each in items)


def _recipients(b: Books, account: Account, step: str) -> list[str]:
    found = account.policy.step(step)
    if found is None:
        return []
    by_role = recipients(b, [account.customer_id], found.channel).get(account.customer_id, {})
    return sorted(chosen(found.to, by_role))


def asked_for(b: Books, ids: Sequence[int], today: date) -> dict[int, list[AskedFor]]:
    """Return what each customer was asked for on `today`, by the clock and by hand.

    Nothing where the company has no limit. What the clock has planned and not sent is not in it: it is
    weighed anew with whatever else is due.
    """
    if b.company.approval_above is None:
        return {}
    r, item = Reminder, ReminderItem
    leaves = or_(r.state.in_(LEFT), and_(r.state == MessageState.PLANNED, r.origin == Origin.HAND))
    statement = (
        select(r.customer_id, item.invoice_id, item.outstanding, item.currency)
        .join(item, item.reminder_id == r.id)
        .where(r.company_id == b.company_id, r.day == today, r.kind == MessageKind.REMINDER, leaves)
        .where(r.customer_id.in_(ids), item.corrective.is_(True), item.dropped.is_(None))
    )
    if b.company.mode is not Mode.SANDBOX:
        statement = statement.where(r.sandbox.is_(False))
    found: dict[int, list[AskedFor]] = {}
    for customer_id, invoice_id, amount, currency in fetch(b, statement):
        found.setdefault(customer_id, []).append(AskedFor(today, invoice_id, amount, currency))
    return found
