"""The account of customers as a statement shows it, read for many at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, not_, select

from receivables.codes.payments import PaymentOrigin
from receivables.money import ZERO
from receivables.statements import Balance, Movement, OpenItem, Received, Statement, currencies
from store import payers
from store.books import Books
from store.courtesies import movement_rows
from store.credits import facts as credit_facts
from store.db.tables import CreditNote, Customer, Dispute, Invoice, Payment
from store.direct_debits.means import pulled

LAST_PAYMENTS = 6
"""How many of the last payments a statement shows."""

Sums = dict[int, dict[str, tuple[Decimal, Decimal]]]
"""By customer and currency: before the period, and in it."""


def statements_of(b: Books, customer_ids: Sequence[int], *, since: date, on: date) -> dict[int, Statement]:
    """Return the statement of each customer from `since` to `on` (local days), by the books of now.

    That of a customer who pays for others is of them all.
    """
    b.session.flush()
    covered = payers.covered(b, customer_ids)
    ids = list(covered)
    invoiced, received, credited = (
        _of_all(each(b, ids, since), covered) for each in (_invoiced, _received, _credited)
    )
    items, credits_, payments = _items(b, ids, on), credit_facts.of_customers(b, ids), _payments(b, ids)
    moved = movement_rows.movements_of(b, ids, since)
    by_customer: dict[int, list[int]] = defaultdict(list)
    for key, written_to in covered.items():
        by_customer[written_to].append(key)
    names = _names(b, by_customer)
    return {
        customer_id: Statement(
            customer_id,
            since,
            on,
            _balances(invoiced[customer_id], received[customer_id], credited[customer_id]),
            _open(items, own, names),
            tuple(each.shown for key in own for each in credits_.get(key, ())),
            _newest(payments, own),
            _in_order(moved, own),
        )
        for customer_id, own in by_customer.items()
    }


def _of_all(sums: Sums, covered: Mapping[int, int]) -> Sums:
    """Return the sums of customers added up for those who are written to."""
    found: Sums = defaultdict(dict)
    for key, by_currency in sums.items():
        for currency, (before, since) in by_currency.items():
            had = found[covered[key]].get(currency, (ZERO, ZERO))
            found[covered[key]][currency] = (had[0] + before, had[1] + since)
    return found


def _names(b: Books, by_customer: Mapping[int, Sequence[int]]) -> dict[int, str]:
    """Return the names of customers whose account is told with others."""
    ids = [key for own in by_customer.values() if len(own) > 1 for key in own]
    rows = select(Customer.id, Customer.name).where(Customer.id.in_(ids))
    return dict(b.session.execute(rows).all()) if ids else {}


def _open(
    items: Mapping[int, Sequence[OpenItem]], own: Sequence[int], names: Mapping[int, str]
) -> tuple[OpenItem, ...]:
    if len(own) == 1:
        return tuple(items.get(own[0], ()))
    found = [replace(item, customer=names.get(key, "")) for key in own for item in items.get(key, ())]
    return tuple(sorted(found, key=lambda item: (item.due_date, item.number)))


def _newest(payments: Mapping[int, Sequence[Received]], own: Sequence[int]) -> tuple[Received, ...]:
    found = [each for key in own for each in payments.get(key, ())]
    return tuple(sorted(found, key=lambda each: each.day, reverse=True)[:LAST_PAYMENTS])


def _in_order(moved: Mapping[int, Sequence[Movement]], own: Sequence[int]) -> tuple[Movement, ...]:
    if len(own) == 1:
        return tuple(moved.get(own[0], ()))
    found = [line for key in own for line in moved.get(key, ())]
    return tuple(sorted(found, key=lambda line: line.day or date.min))


Two = tuple[Decimal, Decimal]


def _balances(
    invoiced: Mapping[str, Two], received: Mapping[str, Two], credited: Mapping[str, Two]
) -> tuple[Balance, ...]:
    found = []
    none = (ZERO, ZERO)
    for currency in currencies({*invoiced, *received, *credited}):
        debit, money, notes = (each.get(currency, none) for each in (invoiced, received, credited))
        balance = Balance(currency, debit[0] - money[0] - notes[0], debit[1], money[1], notes[1])
        if balance.opening or balance.moved:
            found.append(balance)
    return tuple(found)


def _grouped(b: Books, ids: Sequence[int], table: Any, before: ColumnElement[bool], amount: Any) -> Sums:
    """Return the sums of `amount` before the period and in it."""
    statement = (
        select(
            table.customer_id,
            table.currency,
            func.sum(amount).filter(before),
            func.sum(amount).filter(not_(before)),
        )
        .where(table.company_id == b.company_id, table.customer_id.in_(ids))
        .group_by(table.customer_id, table.currency)
    )
    if table is not Invoice:
        statement = statement.where(table.undone_at.is_(None))
    found: Sums = defaultdict(dict)
    for customer_id, currency, earlier, later in b.session.execute(statement):
        found[customer_id][currency] = (earlier or ZERO, later or ZERO)
    return found


def _received(b: Books, ids: Sequence[int], since: date) -> Sums:
    return _grouped(b, ids, Payment, movement_rows.received_before(since), Payment.amount)


def _credited(b: Books, ids: Sequence[int], since: date) -> Sums:
    return _grouped(b, ids, CreditNote, movement_rows.credited_before(since), CreditNote.amount)


def _invoiced(b: Books, ids: Sequence[int], since: date) -> Sums:
    return _grouped(b, ids, Invoice, movement_rows.invoiced_before(b, since), movement_rows.invoiced())


def _items(b: Books, ids: Sequence[int], on: date) -> dict[int, list[OpenItem]]:
    disputed, ours = _disputed(b, ids), pulled(b, ids, on)
    i = Invoice
    rows = b.session.execute(
        select(
            i.customer_id, i.id, i.number, i.issue_date, i.due_date, i.amount, i.outstanding, i.currency,
            i.handed_over_at, i.gone_at, i.payment_link,
        )
        .where(i.company_id == b.company_id, i.customer_id.in_(ids), i.outstanding > 0)
        .where(i.owed)
        .order_by(i.due_date, i.number)
    )  # fmt: skip
    found: dict[int, list[OpenItem]] = defaultdict(list)
    for customer_id, key, number, issued, due, amount, left, currency, over, gone, link in rows:
        part = min(disputed[key] or left, left) if key in disputed else ZERO
        item = OpenItem(
            key,
            number,
            issued,
            due,
            amount,
            left,
            currency,
            part,
            over is not None,
            gone is not None,
            link,
            key in ours,
        )
        found[customer_id].append(item)
    return found


def _disputed(b: Books, ids: Sequence[int]) -> dict[int, Decimal]:
    """Return the disputed part of each invoice under dispute; zero means all of it."""
    rows = b.session.execute(
        select(Dispute.invoice_id, Dispute.disputed).where(
            Dispute.company_id == b.company_id, Dispute.customer_id.in_(ids), Dispute.settled_at.is_(None)
        )
    )
    return {invoice_id: part or ZERO for invoice_id, part in rows}


def _payments(b: Books, ids: Sequence[int]) -> dict[int, list[Received]]:
    """Return the last payments of each customer, newest first: those whose day is known."""
    rank = func.row_number().over(
        partition_by=Payment.customer_id, order_by=(Payment.received_on.desc(), Payment.id.desc())
    )
    ranked = (
        select(
            Payment.customer_id, Payment.received_on, Payment.amount, Payment.currency, Payment.means,
            rank.label("rank"),
        )
        .where(Payment.company_id == b.company_id, Payment.customer_id.in_(ids))
        .where(Payment.undone_at.is_(None), Payment.origin != PaymentOrigin.UNDATED)
        .subquery()
    )  # fmt: skip
    found: dict[int, list[Received]] = defaultdict(list)
    rows = b.session.execute(
        select(ranked).where(ranked.c.rank <= LAST_PAYMENTS).order_by(ranked.c.customer_id, ranked.c.rank)
    )
    for customer_id, day, amount, currency, means, _ in rows:
        found[customer_id].append(Received(day, amount, currency, means))
    return found
