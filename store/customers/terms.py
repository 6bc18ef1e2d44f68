"""Terms agreed with a customer, changed by a person: its rate of penalties, its early-payment discount."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from receivables.acts import Act
from receivables.codes.customers import CustomerKind
from receivables.discounts import MOST_DAYS, MOST_RATE
from receivables.errors import Refused
from receivables.kinds import kind_of
from receivables.rates import check_contract_rate, check_percent
from store import dependents, journal, locks, rates
from store.books import Books
from store.db.tables import Customer, JournalLine
from store.traces.money import TermsChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSet:
    """Terms of a customer, as they are from now on. None: the company's, else the law's."""

    entry_id: int
    customer_id: int
    customer: str
    penalty_rate: Decimal | None
    discount_rate: Decimal | None
    discount_days: int | None
    by: str


def set_rate(b: Books, customer_id: int, *, rate: Decimal | None, by: str, at: datetime) -> TermsSet:
    """Set a customer's contract rate of penalties, percent a year; None: the company's, else the law's.

    One journal line. Raises Refused below the legal floor of the half-year in force (L441-10 II), naming
    both; while that floor is not known; and for public bodies and consumers, whose rate the law sets.
    """
    customer = locks.customer(b, customer_id)
    if rate is not None:
        _refuse_kind(customer)
        rate = check_contract_rate(rate, rates.rates_of(b), b.today(at))
    return _set(b, customer, Act.PENALTY_RATE_SET, {"penalty_rate": rate}, by=by, at=at)


def _refuse_kind(customer: Customer) -> None:
    kind = kind_of(customer.kind, customer.siren)
    if kind is CustomerKind.PUBLIC:
        raise Refused("terms.public_rate", customer=customer.name)
    if kind is CustomerKind.CONSUMER:
        raise Refused("terms.consumer_rate", customer=customer.name)


def set_discount(
    b: Books, customer_id: int, *, rate: Decimal | None, days: int | None, by: str, at: datetime
) -> TermsSet:
    """Set a customer's early-payment discount: percent, and days from the invoice date; None for none.

    One journal line. Raises Refused for half a discount, or one that cannot be.
    """
    customer = locks.customer(b, customer_id)
    if (rate is None) != (days is None):
        raise Refused("terms.half_a_discount")
    if rate is not None and days is not None:
        rate = check_percent(rate, "discount", most=MOST_RATE)
        if rate == 0 or not 1 <= days <= MOST_DAYS:
            raise Refused("terms.discount_out_of_range", most_days=MOST_DAYS)
    changes = {"discount_rate": rate, "discount_days": days}
    return _set(b, customer, Act.DISCOUNT_SET, changes, by=by, at=at)


def _set(
    b: Books, customer: Customer, act: Act, changes: dict[str, Any], *, by: str, at: datetime
) -> TermsSet:
    before = {name: getattr(customer, name) for name in changes}
    if before == changes:
        raise Refused("terms.unchanged", customer=customer.name)
    for name, value in changes.items():
        setattr(customer, name, value)
    b.session.flush()
    entry_id = journal.write(
        b,
        act,
        TermsChanged(before=_plain(before), after=_plain(changes)),
        by=by,
        at=at,
        customer_id=customer.id,
    )
    return TermsSet(
        entry_id=entry_id,
        customer_id=customer.id,
        customer=customer.name,
        penalty_rate=customer.penalty_rate,
        discount_rate=customer.discount_rate,
        discount_days=customer.discount_days,
        by=by,
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def undo_set(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Put the terms back as they were. Raises Refused when they were changed again since."""
    dependents.refuse(b, line, lambda later, _: later.act == line.act)
    customer = locks.fresh(b, Customer, line.customer_id)
    for name, value in journal.data(line, TermsChanged).before.items():
        setattr(customer, name, Decimal(value) if isinstance(value, str) else value)
