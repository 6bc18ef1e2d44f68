"""Promises and payment plans as the rules look at them: with what came in since each was made.

Read for many customers at once, in a few queries, below the ORM.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, or_, select

from receivables.codes.agreements import PromiseEnd
from receivables.schedule.account import PromiseFact, Together
from receivables.schedule.holds import Agreement, added_up, live_promise
from store.books import Books
from store.db.tables import Allocation, Invoice, Payment, PaymentPlan, Promise

BATCH = 5_000


class _Row(NamedTuple):
    """A promise as written down."""

    id: int
    invoice_id: int
    date: date
    amount: Decimal
    made_at: datetime
    made_by: str
    plan_id: int | None
    together_id: int | None
    payment_left: bool


class _Receipt(NamedTuple):
    """Money or credit that came in: when it was written down, and its day."""

    at: datetime
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a plan's instalments are weighed against: its invoices, and money not allocated yet."""

    invoices: frozenset[int]
    left: Decimal
    open_money: tuple[_Receipt, ...]


_COLUMNS = (
    Promise.id,
    Promise.invoice_id,
    Promise.date,
    Promise.amount,
    Promise.made_at,
    Promise.made_by,
    Promise.plan_id,
    Promise.together_id,
    Promise.payment_left,
)


def of_customers(b: Books, ids: Sequence[int]) -> dict[int, Agreement]:
    """Return the promises on each invoice of the customers, as `of_invoices` does."""
    return _agreements(b, _rows(b, Promise.customer_id.in_(ids)))


def of_invoices(b: Books, ids: Sequence[int]) -> dict[int, Agreement]:
    """Return the promises on each invoice that nobody took back or replaced, oldest first.

    An invoice in a payment plan has all the plan's instalments, whichever invoice each was written on.
    """
    found: dict[int, Agreement] = {}
    for start in range(0, len(ids), BATCH):
        asked = set(ids[start : start + BATCH])
        facts = _agreements(b, _rows(b, _with_plans(b, Promise.invoice_id.in_(asked))))
        found.update({key: each for key, each in facts.items() if key in asked})
    return found


def running(b: Books, invoice_id: int, today: date) -> PromiseFact | None:
    """Return the promise, or the instalment of a plan, that runs on an invoice on local day `today`."""
    b.session.flush()
    promises = of_invoices(b, [invoice_id]).get(invoice_id, ())
    return live_promise(promises, b.company.calendar, b.company.grace_days, today)


def of_plan(b: Books, plan_id: int) -> Agreement:
    """Return the instalments of one plan of these books, ended or not."""
    b.session.flush()
    statement = select(*_COLUMNS).where(Promise.company_id == b.company_id, Promise.plan_id == plan_id)
    rows = [_Row(*row) for row in _fetch(b, statement.order_by(Promise.id))]
    return next(iter(_agreements(b, rows).values()))


LIVE = or_(Promise.ended_how.is_(None), Promise.ended_how.in_([PromiseEnd.KEPT, PromiseEnd.BROKEN]))
"""Neither taken back nor replaced."""


def _rows(b: Books, which: ColumnElement[bool]) -> list[_Row]:
    """Return promises in the order in which they were made."""
    statement = select(*_COLUMNS).where(Promise.company_id == b.company_id, LIVE, which)
    return [_Row(*row) for row in _fetch(b, statement.order_by(Promise.id))]


def _with_plans(b: Books, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition for all of the plans and of the promises of several invoices in `which`."""
    own = Promise.company_id == b.company_id
    plans = select(Promise.plan_id).where(own, Promise.plan_id.is_not(None))
    together = select(Promise.together_id).where(own, Promise.together_id.is_not(None))
    return which | Promise.plan_id.in_(plans.where(which)) | Promise.together_id.in_(together.where(which))


def _fetch(b: Books, statement: Any) -> Any:
    return b.session.connection().execute(statement).all()


def _agreements(b: Books, rows: Sequence[_Row]) -> dict[int, Agreement]:
    receipts = _receipts(b, {row.invoice_id for row in rows})
    plans = _plans(b, [row for row in rows if row.plan_id is not None])
    together = _together(b, [row for row in rows if row.together_id is not None], receipts)
    found: dict[int, list[PromiseFact]] = defaultdict(list)
    told: set[int] = set()
    for row in rows:
        if row.plan_id is None:
            whole = together.get(row.together_id) if row.together_id is not None else None
            found[row.invoice_id].append(_fact(b, row, receipts.get(row.invoice_id, ()), whole))
        elif row.plan_id not in told:
            told.add(row.plan_id)
            plan = plans[row.plan_id]
            instalments = _instalments(
                b, [each for each in rows if each.plan_id == row.plan_id], plan, receipts
            )
            for invoice_id in plan.invoices:
                found[invoice_id] += instalments
    return {key: tuple(each) for key, each in found.items()}


def _receipts(b: Books, invoice_ids: Iterable[int]) -> dict[int, list[_Receipt]]:
    """Return what was set against each invoice: money by the day it came, credit by the day of its use."""
    day = func.coalesce(Payment.received_on, Allocation.day, type_=Payment.received_on.type)
    found: dict[int, list[_Receipt]] = defaultdict(list)
    ids = sorted(invoice_ids)
    for start in range(0, len(ids), BATCH):
        statement = (
            select(Allocation.invoice_id, Allocation.at, day, Allocation.amount)
            .outerjoin(Payment, Payment.id == Allocation.payment_id)
            .where(Allocation.invoice_id.in_(ids[start : start + BATCH]), Allocation.undone_at.is_(None))
        )
        for invoice_id, *receipt in _fetch(b, statement):
            found[invoice_id].append(_Receipt(*receipt))
    return found


def _fact(b: Books, row: _Row, receipts: Iterable[_Receipt], together: Together | None = None) -> PromiseFact:
    return PromiseFact(
        row.date,
        row.amount,
        b.company.day_of(row.made_at),
        row.made_by,
        _came(b, row, receipts),
        row.plan_id,
        id=row.id,
        together=together,
        payment_left=row.payment_left,
    )


def _came(b: Books, row: _Row, receipts: Iterable[_Receipt]) -> Decimal:
    """Return what came in from the day on which a promise was made to its end."""
    made_on = b.company.day_of(row.made_at)
    end = b.company.calendar.add_open(row.date, b.company.grace_days)
    came = (each.amount for each in receipts if each.at >= row.made_at and made_on <= each.day <= end)
    return sum(came, Decimal(0))


def _together(b: Books, rows: Sequence[_Row], receipts: dict[int, list[_Receipt]]) -> dict[int, Together]:
    """Return what was promised in one word on several invoices, and what came in on whichever of them.

    What is no longer owed of it (a credit note, an old payment, a write-off) is not waited for.
    """
    if not rows:
        return {}
    left = dict(
        _fetch(b, select(Invoice.id, _owed()).where(Invoice.id.in_({row.invoice_id for row in rows})))
    )
    shared: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.together_id is not None:
            shared[row.together_id].append(row)
    found: dict[int, Together] = {}
    for id_, own in shared.items():
        came = [each for row in own for each in receipts.get(row.invoice_id, ())]
        made_on = b.company.day_of(own[0].made_at)
        since = (each.amount for each in came if each.at >= own[0].made_at and each.day >= made_on)
        owed = sum(since, sum((left[row.invoice_id] for row in own), Decimal(0)))
        asked = sum((row.amount for row in own), Decimal(0))
        found[id_] = Together(id_, min(asked, owed), _came(b, own[0], came))
    return found


def _owed() -> ColumnElement[Decimal]:
    """Return what is left to pay on an invoice that somebody still waits for."""
    i = Invoice
    given_up = or_(i.withdrawn_at.is_not(None), i.written_off_at.is_not(None), i.handed_over_at.is_not(None))
    return case((given_up, literal(Decimal("0.00"), Invoice.outstanding.type)), else_=Invoice.outstanding)


def _plans(b: Books, rows: Sequence[_Row]) -> dict[int, _Plan]:
    """Return what each plan is weighed against."""
    if not rows:
        return {}
    invoices: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.plan_id is not None:
            invoices[row.plan_id].add(row.invoice_id)
    ids = sorted({row.invoice_id for row in rows})
    left = dict(_fetch(b, select(Invoice.id, Invoice.outstanding).where(Invoice.id.in_(ids))))
    money = _open_money(b, sorted(invoices))
    return {
        plan_id: _Plan(
            frozenset(own), sum((left[key] for key in own), Decimal(0)), tuple(money.get(plan_id, ()))
        )
        for plan_id, own in invoices.items()
    }


def _open_money(b: Books, plan_ids: Sequence[int]) -> dict[int, list[_Receipt]]:
    """Return, by plan, the customer's money that is set against no invoice yet: it came in all the same."""
    statement = (
        select(PaymentPlan.id, Payment.recorded_at, Payment.received_on, Payment.open)
        .join(
            Payment,
            (Payment.customer_id == PaymentPlan.customer_id) & (Payment.currency == PaymentPlan.currency),
        )
        .where(PaymentPlan.id.in_(plan_ids), Payment.open > 0, Payment.undone_at.is_(None))
    )
    found: dict[int, list[_Receipt]] = defaultdict(list)
    for plan_id, *receipt in _fetch(b, statement):
        found[plan_id].append(_Receipt(*receipt))
    return found


def _instalments(
    b: Books, rows: Sequence[_Row], plan: _Plan, receipts: dict[int, list[_Receipt]]
) -> Agreement:
    """Return the instalments of one plan, each of one day, added up in the order of their dates."""
    settled = [each for key in plan.invoices for each in receipts.get(key, ())]
    facts = [_fact(b, row, (*settled, *plan.open_money)) for row in _by_day(rows)]
    since = (each.amount for each in settled if each.at >= rows[0].made_at and each.day >= facts[0].made_on)
    return added_up(facts, sum(since, plan.left))


def _by_day(rows: Iterable[_Row]) -> list[_Row]:
    """Return one row for each date of the plan, with all that is due then on its invoices."""
    found: dict[date, _Row] = {}
    for row in rows:
        known = found.get(row.date)
        found[row.date] = known._replace(amount=known.amount + row.amount) if known else row
    return [found[day] for day in sorted(found)]
