"""What is late, by priority: whose invoices, how late, what holds them, and what was last done.

Late is what is due before today and not paid nor written off; what is disputed, promised or handed over is
in it and marked. Lists are read through Core: five thousand late invoices take a few hundredths of a second.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select

from store.books import Books
from store.tables import Allocation, Customer, Dispute, Invoice, Pause, Promise

HELD = frozenset({"promised", "disputed", "paused", "handed_over"})
"""States in which there is nothing to do but wait."""


@dataclass(frozen=True, slots=True)
class LateInvoice:
    """One late invoice. `state`: late, broken, promised, disputed, paused or handed_over.

    `on` is the promised day, or the day on which a pause ends.
    """

    id: int
    number: str
    due_date: date
    days_late: int
    outstanding: Decimal
    currency: str
    state: str = "late"
    on: date | None = None


@dataclass(frozen=True, slots=True)
class LateCustomer:
    """A customer with its late invoices, the most pressing first. `owner` is a Slack user id."""

    id: int
    name: str
    owner: str | None
    owner_name: str | None
    invoices: tuple[LateInvoice, ...]

    @property
    def totals(self) -> dict[str, Decimal]:
        """What is late, by currency."""
        return totals_of(self.invoices)


def totals_of(invoices: Iterable[LateInvoice]) -> dict[str, Decimal]:
    """Return what is left of some invoices, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        sums[invoice.currency] += invoice.outstanding
    return dict(sums)


def is_late(b: Books, today: date) -> ColumnElement[bool]:
    """Return the condition of being late on `today` in these books."""
    own = Invoice.company_id == b.company_id
    return (
        own
        & (Invoice.outstanding > Decimal(0))
        & (Invoice.due_date < today)
        & Invoice.written_off_at.is_(None)
    )


def customers(b: Books, today: date) -> list[LateCustomer]:
    """Return all that is late on `today`, grouped by customer, the most pressing first.

    First who broke a promise, then by amount and lateness; last who has only what is held.
    """
    states = _states(b, today)
    owners: dict[int, tuple[str, str | None, str | None]] = {}
    grouped: dict[int, list[LateInvoice]] = defaultdict(list)
    rows = b.session.execute(
        select(
            Invoice.id,
            Invoice.number,
            Invoice.due_date,
            Invoice.outstanding,
            Invoice.currency,
            Invoice.handed_over_at.is_not(None),
            Customer.id,
            Customer.name,
            Customer.owner,
            Customer.owner_name,
        )
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(is_late(b, today))
    )
    paused = _pauses(b, today)
    for id_, number, due, left, currency, handed, customer_id, name, owner, owner_name in rows:
        state, on = ("handed_over", None) if handed else states.get(id_) or paused.of(id_, customer_id)
        grouped[customer_id].append(
            LateInvoice(id_, number, due, (today - due).days, left, currency, state, on)
        )
        owners[customer_id] = (name, owner, owner_name)
    found = [
        LateCustomer(id_, *owners[id_], tuple(sorted(late, key=_pressing))) for id_, late in grouped.items()
    ]
    return sorted(found, key=_priority)


def _pressing(invoice: LateInvoice) -> tuple[bool, bool, int, str]:
    return invoice.state in HELD, invoice.state != "broken", -invoice.days_late, invoice.number


def _priority(customer: LateCustomer) -> tuple[bool, bool, Decimal, str]:
    """Return the key that sorts customers: amounts of all currencies weigh the same."""
    actionable = [invoice for invoice in customer.invoices if invoice.state not in HELD]
    weight = sum((invoice.outstanding * invoice.days_late for invoice in actionable), Decimal(0))
    broken = any(invoice.state == "broken" for invoice in actionable)
    return not actionable, not broken, -weight, customer.name


def _states(b: Books, today: date) -> dict[int, tuple[str, date | None]]:
    """Return the state of the late invoices that a promise or a dispute is about."""
    states: dict[int, tuple[str, date | None]] = _promises(b, today)
    disputed = select(Dispute.invoice_id).where(
        Dispute.company_id == b.company_id, Dispute.settled_at.is_(None), Dispute.released.is_(False)
    )
    states.update((id_, ("disputed", None)) for id_ in b.session.scalars(disputed))
    return states


def _promises(b: Books, today: date) -> dict[int, tuple[str, date | None]]:
    """Return the invoices whose last promise runs, or is broken (SCHEDULE 11)."""
    rows = b.session.execute(
        select(Promise.invoice_id, Promise.date, Promise.amount, Promise.made_at)
        .join(Invoice, Invoice.id == Promise.invoice_id)
        .where(is_late(b, today), or_(Promise.ended_at.is_(None), Promise.ended_how == "broken"))
        .order_by(Promise.id)
    )
    last = {id_: (on, amount, made_at) for id_, on, amount, made_at in rows}
    received = _received(b, list(last))
    states: dict[int, tuple[str, date | None]] = {}
    for id_, (on, amount, made_at) in last.items():
        come_in = sum((paid for at, paid in received.get(id_, ()) if at >= made_at), Decimal(0))
        if today <= b.company.calendar.add_open(on, b.company.grace_days):
            states[id_] = ("promised", on)
        elif come_in < amount:
            states[id_] = ("broken", on)
    return states


def _received(b: Books, ids: Sequence[int]) -> Mapping[int, list[tuple[datetime, Decimal]]]:
    found: dict[int, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for start in range(0, len(ids), 5_000):
        rows = b.session.execute(
            select(Allocation.invoice_id, Allocation.at, Allocation.amount).where(
                Allocation.invoice_id.in_(ids[start : start + 5_000]), Allocation.undone_at.is_(None)
            )
        )
        for id_, at, amount in rows:
            found[id_].append((at, amount))
    return found


@dataclass(frozen=True, slots=True)
class _Pauses:
    everyone: tuple[str, date | None] | None
    invoices: Mapping[int, tuple[str, date | None]]
    customers: Mapping[int, tuple[str, date | None]]

    def of(self, invoice_id: int, customer_id: int) -> tuple[str, date | None]:
        """Return the pause of an invoice, else of its customer, else of the company; else just late."""
        own = self.invoices.get(invoice_id) or self.customers.get(customer_id)
        return own or self.everyone or ("late", None)


def _pauses(b: Books, today: date) -> _Pauses:
    rows = b.session.execute(
        select(Pause.invoice_id, Pause.customer_id, Pause.until).where(
            Pause.company_id == b.company_id,
            Pause.ended_at.is_(None),
            or_(Pause.until.is_(None), Pause.until > today),
        )
    )
    found = list(rows)
    return _Pauses(
        next(
            (("paused", until) for item, customer, until in found if item is None and customer is None), None
        ),
        {item: ("paused", until) for item, _, until in found if item is not None},
        {
            customer: ("paused", until)
            for item, customer, until in found
            if item is None and customer is not None
        },
    )
