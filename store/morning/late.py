"""What is late, by priority: whose invoices, how late, what holds them, and what was last done.

Late is what is due before today and not paid nor written off; what is disputed, promised or handed over is
in it and marked. Lists are read through Core: five thousand late invoices take a few hundredths of a second.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select

from receivables.codes.approvals import ApprovalState
from receivables.codes.statuses import BROKEN, HELD, LateState
from receivables.schedule.holds import agreements, awaited, kept, promise_end
from store.accounts import approvals as approval_facts
from store.accounts import facts as accounts
from store.accounts import promises as promise_facts
from store.books import Books
from store.credits import facts as credit_facts
from store.db.tables import Approval, Customer, Dispute, Invoice, Pause, Promise

State = tuple[LateState, date | None]


@dataclass(frozen=True, slots=True)
class LateInvoice:
    """One late invoice. `on` is the promised day, that of the instalment awaited, the day on which a pause
    ends, or that on which an approval was asked for.
    """

    id: int
    number: str
    due_date: date
    days_late: int
    outstanding: Decimal
    currency: str
    state: LateState = LateState.LATE
    on: date | None = None


@dataclass(frozen=True, slots=True)
class LateCustomer:
    """A customer with its late invoices, the most pressing first. `owner` is a Slack user id."""

    id: int
    name: str
    owner: str | None
    owner_name: str | None
    invoices: tuple[LateInvoice, ...]
    credit: Mapping[str, Decimal] = field(default_factory=dict)
    """Money and credit notes that are not set against an invoice yet, by currency."""

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
    return own & (Invoice.outstanding > Decimal(0)) & (Invoice.due_date < today) & Invoice.owed


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
        state, on = (
            (LateState.HANDED_OVER, None) if handed else _state(states.get(id_), paused.of(id_, customer_id))
        )
        grouped[customer_id].append(
            LateInvoice(id_, number, due, (today - due).days, left, currency, state, on)
        )
        owners[customer_id] = (name, owner, owner_name)
    credit = credit_facts.totals(b) if grouped else {}
    found = [
        LateCustomer(id_, *owners[id_], tuple(sorted(late, key=_pressing)), credit.get(id_, {}))
        for id_, late in grouped.items()
    ]
    return sorted(found, key=_priority)


def _state(found: State | None, paused: State) -> State:
    """Return what there is to know of an invoice: a pause comes after promises, before an approval."""
    waits = found is not None and found[0] is LateState.APPROVAL and paused[0] is LateState.PAUSED
    return paused if found is None or waits else found


def _pressing(invoice: LateInvoice) -> tuple[bool, bool, int, str]:
    return invoice.state in HELD, invoice.state not in BROKEN, -invoice.days_late, invoice.number


def _priority(customer: LateCustomer) -> tuple[bool, bool, Decimal, str]:
    """Return the key that sorts customers: amounts of all currencies weigh the same."""
    actionable = [invoice for invoice in customer.invoices if invoice.state not in HELD]
    weight = sum((invoice.outstanding * invoice.days_late for invoice in actionable), Decimal(0))
    broken = any(invoice.state in BROKEN for invoice in actionable)
    return not actionable, not broken, -weight, customer.name


def _states(b: Books, today: date) -> dict[int, tuple[LateState, date | None]]:
    """Return the state of the late invoices that wait for an approval, or are promised or disputed."""
    states: dict[int, tuple[LateState, date | None]] = _asked(b, today)
    states.update(_promises(b, today))
    disputed = select(Dispute.invoice_id).where(
        Dispute.company_id == b.company_id, Dispute.settled_at.is_(None), Dispute.released.is_(False)
    )
    states.update((id_, (LateState.DISPUTED, None)) for id_ in b.session.scalars(disputed))
    return states


def _asked(b: Books, today: date) -> dict[int, tuple[LateState, date | None]]:
    """Return the invoices whose reminder waits for an approval (SCHEDULE 17), and since when.

    A request that is no longer what was shown is void, and holds nothing.
    """
    rows = b.session.scalars(
        select(Approval).where(Approval.company_id == b.company_id, Approval.state == ApprovalState.ASKED)
    ).all()
    day = b.company.calendar.next_open(today)
    ids = sorted({row.customer_id for row in rows})
    found = accounts.accounts(b, ids, today=day, now=b.company.instant(today, time()))
    known = {account.customer_id: account for account in found}
    return {
        int(item["invoice_id"]): (LateState.APPROVAL, b.today(row.asked_at))
        for row in rows
        if row.customer_id in known and approval_facts.as_shown(b, row, known[row.customer_id], day)
        for item in row.shown["items"]
    }


def _promises(b: Books, today: date) -> dict[int, tuple[LateState, date | None]]:
    """Return the invoices whose last promise or plan runs, or is broken (SCHEDULE 11)."""
    promised = select(Promise.invoice_id).where(Promise.company_id == b.company_id).distinct()
    ids = sorted(
        b.session.scalars(promised.join(Invoice, Invoice.id == Promise.invoice_id).where(is_late(b, today)))
    )
    states: dict[int, tuple[LateState, date | None]] = {}
    for id_, promises in promise_facts.of_invoices(b, ids).items():
        last = awaited(agreements(promises)[-1])
        if today <= promise_end(last, b.company.calendar, b.company.grace_days):
            states[id_] = (LateState.PLAN if last.of_plan else LateState.PROMISED, last.promised_on)
        elif not kept(last):
            states[id_] = (LateState.PLAN_BROKEN if last.of_plan else LateState.BROKEN, last.promised_on)
    return states


@dataclass(frozen=True, slots=True)
class _Pauses:
    everyone: tuple[LateState, date | None] | None
    invoices: Mapping[int, tuple[LateState, date | None]]
    customers: Mapping[int, tuple[LateState, date | None]]

    def of(self, invoice_id: int, customer_id: int) -> tuple[LateState, date | None]:
        """Return the pause of an invoice, else of its customer, else of the company; else just late."""
        own = self.invoices.get(invoice_id) or self.customers.get(customer_id)
        return own or self.everyone or (LateState.LATE, None)


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
            (
                (LateState.PAUSED, until)
                for item, customer, until in found
                if item is None and customer is None
            ),
            None,
        ),
        {item: (LateState.PAUSED, until) for item, _, until in found if item is not None},
        {
            customer: (LateState.PAUSED, until)
            for item, customer, until in found
            if item is None and customer is not None
        },
    )
