"""What an approval would let leave, as the text of its mail needs it: the message and its invoices."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.schedule import approval
from receivables.schedule.account import Message
from store import locks
from store.accounts import approvals as approval_facts
from store.accounts import facts as accounts
from store.approvals import escalations
from store.books import Books
from store.db.tables import Approval, Invoice


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """An invoice of a message that nobody has planned yet (`receivables.correspondence.Claimed`)."""

    invoice_id: int
    number: str
    issue_date: date | None
    due_date: date
    amount: Decimal
    outstanding: Decimal
    claimed: Decimal
    currency: str
    payment_link: str | None
    pdf_path: str | None = None
    order_number: str | None = None
    step: str | None = None
    """Its own step; None when it is only listed."""


def message(b: Books, approval_id: int, *, now: datetime) -> Message | None:
    """Return what an approval would let leave at the aware instant `now`; None when it has changed.

    What is kept back besides is returned by itself, as it was asked. Raises Refused, when there is none.
    """
    row = locks.own(b, Approval, approval_id, "approvals.absent")
    today = b.company.calendar.next_open(b.today(now))
    ids = [each["invoice_id"] for each in row.shown["items"]]
    account = accounts.account(b, row.customer_id, today=today, now=now, also=ids)
    if account is None or not approval_facts.as_shown(b, row, account, today):
        return None
    invoice_id = row.shown.get("invoice_id")
    if invoice_id is not None:
        return escalations.look(b, int(invoice_id), now).found.message
    leaving = approval.leaving(account, b.company, today, ids)
    return leaving or approval.alone(account, approval_facts.shown_items(row.shown), today)


def claimed(b: Books, message: Message) -> tuple[ClaimedItem, ...]:
    """Return the invoices of a message in its order, as a mail lists them."""
    ids = [row.item.id for row in message.items]
    rows = b.session.scalars(select(Invoice).where(Invoice.company_id == b.company_id, Invoice.id.in_(ids)))
    known = {row.id: row for row in rows}
    return tuple(
        ClaimedItem(
            invoice_id=row.item.id,
            number=row.item.number,
            issue_date=row.item.issue_date,
            due_date=row.item.due_date,
            amount=known[row.item.id].amount,
            outstanding=row.item.outstanding,
            claimed=row.item.claimed,
            currency=row.item.currency,
            payment_link=known[row.item.id].payment_link,
            pdf_path=known[row.item.id].pdf_path,
            order_number=known[row.item.id].order_number,
            step=row.step.key if row.step else None,
        )
        for row in message.items
    )
