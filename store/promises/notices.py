"""A promise as the team is told of it once it ended: of several invoices, which of them lack money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from receivables.money import total
from receivables.schedule.account import PromiseFact
from receivables.schedule.holds import kept, missing
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Customer, Invoice, Promise


@dataclass(frozen=True, slots=True)
class PromiseNotice:
    """A promise: by whom, on which invoices, for how much, and when.

    `lacking`: the invoices whose share is not in; `missing`: what the whole lacks.
    """

    customer: str
    owner: str | None
    numbers: tuple[str, ...]
    lacking: tuple[str, ...]
    amount: Decimal
    missing: Decimal
    currency: str
    on: date
    payment_left: bool


def of_promise(b: Books, promise_id: int) -> PromiseNotice:
    """Return what is told of a promise. Raises LookupError when it is not in these books."""
    rows = _rows(b, promise_id)
    if not rows:
        raise LookupError(f"no promise {promise_id}")
    first = rows[0]
    facts = dict(_facts(b, rows))
    whole = facts.get(first.id)
    return PromiseNotice(
        customer=first.name,
        owner=first.owner,
        numbers=tuple(row.number for row in rows),
        lacking=tuple(row.number for row in rows if row.id not in facts or missing(facts[row.id]) > 0),
        amount=total(row.amount for row in rows),
        missing=_missing(whole) if whole else total(row.amount for row in rows),
        currency=first.currency,
        on=first.date,
        payment_left=first.payment_left,
    )


def _missing(promise: PromiseFact) -> Decimal:
    if promise.together is None or kept(promise):
        return missing(promise)
    return promise.together.amount - promise.together.received


def _rows(b: Books, promise_id: int) -> list[Any]:
    """Return the promise, with the others that were made in one word with it and were not taken back."""
    p, together = Promise, select(Promise.together_id).where(Promise.id == promise_id)
    found = (
        select(p.id, p.invoice_id, p.amount, p.date, p.payment_left)
        .add_columns(Customer.name, Customer.owner, Invoice.number, Invoice.currency)
        .join(Invoice, Invoice.id == p.invoice_id)
        .join(Customer, Customer.id == p.customer_id)
        .where(p.company_id == b.company_id)
        .where((p.id == promise_id) | (p.together_id.in_(together) & promise_facts.LIVE))
    )
    return list(b.session.execute(found.order_by(p.id)))


def _facts(b: Books, rows: Sequence[Any]) -> Iterator[tuple[int, PromiseFact]]:
    ids = {row.id for row in rows}
    for promises in promise_facts.of_invoices(b, [row.invoice_id for row in rows]).values():
        yield from ((each.id, each) for each in promises if each.id in ids)
