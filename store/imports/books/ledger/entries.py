"""The movements of accounting exports that the books have taken: so that none is taken twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select

from store.books import Books
from store.db.tables import LedgerEntry
from store.imports.books import bulk
from store.imports.books.bulk import Trace


@dataclass(slots=True)
class TakenMove:
    """One movement, and what it became: an invoice, a payment, a credit note, or nothing of its own."""

    key: str
    account: str
    day: date
    cents: int
    customer_id: int | None = None
    invoice_id: int | None = None
    payment_id: int | None = None
    credit_note_id: int | None = None
    id: int | None = None


def money(cents: int) -> Decimal:
    """Return cents as an amount."""
    return Decimal(cents).scaleb(-2)


def to_cents(amount: Decimal) -> int:
    """Return an amount as cents."""
    return int(amount.scaleb(2))


def known(b: Books) -> dict[str, TakenMove]:
    """Return all movements taken before, by key."""
    target = bulk.table(LedgerEntry)
    query = select(target).where(target.c.company_id == b.company_id)
    return {
        row.key: TakenMove(
            key=row.key,
            account=row.account,
            day=row.day,
            cents=to_cents(row.amount),
            customer_id=row.customer_id,
            invoice_id=row.invoice_id,
            payment_id=row.payment_id,
            credit_note_id=row.credit_note_id,
            id=row.id,
        )
        for row in b.session.execute(query)
    }


def add(b: Books, entries: Sequence[TakenMove], trace: Trace) -> None:
    """Keep movements taken now."""
    rows = [
        {
            "company_id": b.company_id,
            "customer_id": each.customer_id,
            "key": each.key,
            "account": each.account,
            "day": each.day,
            "amount": money(each.cents),
            "invoice_id": each.invoice_id,
            "payment_id": each.payment_id,
            "credit_note_id": each.credit_note_id,
            "taken_at": trace.at,
        }
        for each in entries
    ]
    bulk.add(b, LedgerEntry, rows)


def forget(b: Books, ids: Collection[int]) -> None:
    """Forget movements that the ledger has no more; what they became stays, and the balance tells of it."""
    target = bulk.table(LedgerEntry)
    for batch in bulk.batches(sorted(ids)):
        b.session.execute(delete(target).where(target.c.id.in_(batch)))
