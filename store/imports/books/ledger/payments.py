"""Money of an accounting export into the books: new, or the same as the books have already from elsewhere."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select

from receivables.codes.payments import PaymentOrigin
from store.books import Books
from store.db.tables import LedgerEntry, Payment
from store.imports.books import bulk
from store.imports.books.bulk import Trace
from store.imports.books.ledger.entries import TakenMove, money

_APART = timedelta(days=15)
"""Days between which a payment noted here and the same in the ledger may lie."""


def take(b: Books, entries: Sequence[TakenMove], ids: Mapping[str, int], trace: Trace) -> tuple[int, int]:
    """Bring new money in, wholly open, and link each movement; return how many came, and their cents.

    A payment of the same customer and amount that no movement stands for yet, noted by a person or brought by
    a list, is the same money.
    """
    elsewhere = _elsewhere(b, {ids[each.account] for each in entries})
    new = []
    for each in entries:
        each.customer_id = ids[each.account]
        same = elsewhere.get((each.customer_id, money(-each.cents)), [])
        near = min(same, key=lambda row: abs(row[1] - each.day), default=None)
        if near is not None and (near[2] or abs(near[1] - each.day) <= _APART):
            same.remove(near)
            each.payment_id = near[0]
        else:
            new.append(each)
    today = b.today(trace.at)
    rows = [_row(b, each, today, trace) for each in new]
    for each, id_ in zip(new, bulk.add_for_ids(b, Payment, rows), strict=True):
        each.payment_id = id_
    return len(new), -sum(each.cents for each in new)


def _elsewhere(b: Books, customer_ids: set[int]) -> dict[tuple[int, Decimal], list[tuple[int, date, bool]]]:
    """Return live payments without a movement: id, day, and whether the day is only that of a list."""
    found = defaultdict(list)
    columns = Payment.id, Payment.customer_id, Payment.amount, Payment.received_on, Payment.origin
    for batch in bulk.batches(sorted(customer_ids)):
        query = select(*columns).where(
            Payment.company_id == b.company_id,
            Payment.customer_id.in_(batch),
            Payment.undone_at.is_(None),
            Payment.currency == "EUR",
            ~exists().where(LedgerEntry.payment_id == Payment.id),
        )
        for id_, customer_id, amount, on, origin in b.session.execute(query.order_by(Payment.id)):
            found[customer_id, amount].append((id_, on, origin == PaymentOrigin.UNDATED))
    return found


def _row(b: Books, entry: TakenMove, today: date, trace: Trace) -> dict[str, Any]:
    return {
        "company_id": b.company_id,
        "customer_id": entry.customer_id,
        "amount": money(-entry.cents),
        "open": money(-entry.cents),
        "currency": "EUR",
        "received_on": min(entry.day, today),
        "means": None,
        "origin": PaymentOrigin.IMPORT,
        "recorded_at": trace.at,
        "recorded_by": trace.by,
        "undone_at": None,
    }
