"""What can be asked about old claims: which ones the team is to be told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from receivables.schedule.claims import YOUNGEST_DAYS, prescribed_on
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Customer, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class OldClaim:
    """An invoice whose claim grows old: what is left of it, and the day from which it may be prescribed."""

    invoice_id: int
    number: str
    customer: str
    due_date: date
    outstanding: Decimal
    currency: str
    prescribed_on: date
    warned: date | None
    """The day of prescription of which the team was told six months before."""
    told: date | None
    """The one of which it was told when it came."""


def growing_old(b: Books, *, at: datetime) -> Iterator[OldClaim]:
    """Yield what is owed and old enough to look at, held or not; not what was handed over."""
    today = b.today(at)
    rows = b.session.execute(
        select(Invoice, Customer.name)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.outstanding > 0, Invoice.owed)
        .where(Invoice.handed_over_at.is_(None))
        .where(Invoice.due_date <= today - timedelta(days=YOUNGEST_DAYS))
        .order_by(Customer.name, Invoice.due_date, Invoice.id)
    ).all()
    limits = _limits(b, sorted({invoice.customer_id for invoice, _ in rows}), at)
    for invoice, customer in rows:
        yield OldClaim(
            invoice_id=invoice.id,
            number=invoice.number,
            customer=customer,
            due_date=invoice.due_date,
            outstanding=invoice.outstanding,
            currency=invoice.currency,
            prescribed_on=limits[invoice.id],
            warned=invoice.claim_warned,
            told=invoice.claim_told,
        )


def _limits(b: Books, customer_ids: Sequence[int], at: datetime) -> dict[int, date]:
    found = accounts.accounts(b, customer_ids, today=b.today(at), now=at) if customer_ids else ()
    return {item.id: prescribed_on(account, item) for account in found for item in account.items}


def of_invoices(b: Books, invoice_ids: Sequence[int], *, at: datetime) -> list[OldClaim]:
    """Return those of these invoices that are still owed and old, in the order of `growing_old`."""
    wanted = set(invoice_ids)
    return [claim for claim in growing_old(b, at=at) if claim.invoice_id in wanted]
