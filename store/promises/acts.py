"""Promises: a date and an amount the customer named. Whether one is kept or broken is derived."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from sqlalchemy import func, select

from receivables.acts import Act
from receivables.codes.agreements import PromiseEnd
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from store import dependents, journal, locks
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Allocation, Customer, Invoice, JournalLine, Promise
from store.invoices import settling
from store.payments import acts as payments
from store.promises.record import PromiseRecord, record_of, whole_record
from store.traces.agreements import PromisePut, PromiseTold
from store.traces.codec import ActData
from store.traces.work import CallLogged

__all__ = [
    "PromiseOutcome",
    "PromiseRecord",
    "Put",
    "RunningPromise",
    "holds_until",
    "live",
    "make",
    "postponements",
    "put",
    "record_of",
    "running",
    "take_back",
    "undo_made",
    "whole_record",
]

FARTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOutcome:
    """A promise as noted. `postponed_from` is the date of the live promise that it replaces."""

    entry_id: int
    promise_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    promise_date: date
    promise_amount: Decimal
    holds_until: date
    postponed_from: date | None
    postponements: int
    """How often it was postponed by now; 0: it replaces none."""
    record: PromiseRecord
    """How the customer's earlier promises ended."""
    outstanding: Decimal
    currency: str
    called_off: int


@dataclass(frozen=True, slots=True)
class Put:
    """A promise put in the books, the one it replaces, and how many messages were cancelled."""

    promise: Promise
    replaced: Promise | None
    called_off: int

    @property
    def record(self) -> PromisePut:
        """What undoing needs, for the journal."""
        replaced_id = self.replaced.id if self.replaced else None
        return PromisePut(promise_id=self.promise.id, replaced_id=replaced_id)


def make(
    b: Books,
    invoice_id: int,
    *,
    amount: Decimal | None,
    date: date,
    by: str,
    at: datetime,
) -> PromiseOutcome:
    """Note that the customer will pay `amount` (None: all that is left) on the local day `date`.

    A live promise is replaced, and the act is `promise.postponed`. One journal line. Raises AlreadySettled,
    and Refused for a day gone by or an amount that cannot be.
    """
    invoice = locks.invoice(b, invoice_id)
    made = put(b, invoice, amount=amount, on=date, by=by, at=at)
    entry_id = journal.write(
        b,
        Act.PROMISE_POSTPONED if made.replaced else Act.PROMISE_MADE,
        PromiseTold(
            put=made.record,
            number=invoice.number,
            amount=made.promise.amount,
            currency=invoice.currency,
            promised_on=made.promise.date,
        ),
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    return PromiseOutcome(
        entry_id=entry_id,
        promise_id=made.promise.id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=invoice.customer_id,
        customer=b.session.get_one(Customer, invoice.customer_id).name,
        promise_date=made.promise.date,
        promise_amount=made.promise.amount,
        holds_until=holds_until(b, made.promise),
        postponed_from=made.replaced.date if made.replaced else None,
        postponements=postponements(b, made.promise),
        record=whole_record(b, invoice.customer_id, b.today(at)),
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        called_off=made.called_off,
    )


def put(b: Books, invoice: Invoice, *, amount: Decimal | None, on: date, by: str, at: datetime) -> Put:
    """Put a promise in the books, for the acts that bring one about; they write the journal line."""
    settling.refuse_settled(b, invoice)
    today = b.today(at)
    promised = _check(invoice, amount, on, today)
    _refuse_planned(b, invoice, today)
    replaced = live(b, invoice.id, today)
    if replaced is not None:
        replaced.ended_at, replaced.ended_how = at, PromiseEnd.REPLACED
    promise = Promise(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        amount=promised,
        date=on,
        made_at=at,
        made_by=by,
    )
    b.session.add(promise)
    return Put(promise, replaced, _call_off(b, invoice, today, at))


def postponements(b: Books, promise: Promise) -> int:
    """Return how often in a row the promise was postponed before it became what it is."""
    b.session.flush()
    earlier = b.session.scalars(
        select(Promise.ended_how)
        .where(Promise.company_id == b.company_id, Promise.invoice_id == promise.invoice_id)
        .where(Promise.id < promise.id, Promise.ended_how.is_distinct_from(PromiseEnd.UNDONE))
        .order_by(Promise.id.desc())
    )
    return sum(1 for _ in takewhile(lambda how: how == PromiseEnd.REPLACED, earlier))


def _call_off(b: Books, invoice: Invoice, today: date, at: datetime) -> int:
    """A promise holds nothing before the due date (SCHEDULE 11): what is planned then still leaves."""
    if today > invoice.due_date:
        return settling.changed(b, invoice, reason=Reason.PROMISED, at=at)
    settling.touch(b, invoice.customer_id)
    return 0


def _check(invoice: Invoice, amount: Decimal | None, on: date, today: date) -> Decimal:
    if on < today:
        raise Refused("promises.day_gone_by", day=on)
    if on - today > FARTHEST:
        raise Refused("days.over_two_years", day=on)
    promised = invoice.outstanding if amount is None else payments.check_amount(amount)
    if promised > invoice.outstanding:
        raise Refused(
            "promises.more_than_left",
            left=invoice.outstanding,
            currency=invoice.currency,
            number=invoice.number,
        )
    return promised


def holds_until(b: Books, promise: Promise) -> date:
    """Return the last day on which a promise holds: its date and the company's grace, in open days."""
    return b.company.calendar.add_open(promise.date, b.company.grace_days)


def _refuse_planned(b: Books, invoice: Invoice, today: date) -> None:
    running = promise_facts.running(b, invoice.id, today)
    if running is not None and running.of_plan:
        raise Refused("promises.in_a_plan", number=invoice.number, day=running.promised_on)


def live(b: Books, invoice_id: int, today: date) -> Promise | None:
    """Return the promise by itself that is running: not taken back, not broken, not kept."""
    rows = b.session.scalars(
        select(Promise)
        .where(
            Promise.company_id == b.company_id,
            Promise.invoice_id == invoice_id,
            Promise.plan_id.is_(None),
            Promise.ended_at.is_(None),
        )
        .order_by(Promise.id.desc())
        .execution_options(populate_existing=True)
    )
    running = (row for row in rows if today <= holds_until(b, row))
    return next((row for row in running if _received(b, row) < row.amount), None)


@dataclass(frozen=True, slots=True)
class RunningPromise:
    """A promise by itself that runs."""

    on: date
    customer: str
    number: str
    amount: Decimal
    currency: str


def running(b: Books, today: date) -> list[RunningPromise]:
    """Return the promises by themselves that run on local day `today` and are not kept yet, by date."""
    rows = b.session.execute(
        select(Promise, Customer.name, Invoice.number, Invoice.currency)
        .join(Customer, Customer.id == Promise.customer_id)
        .join(Invoice, Invoice.id == Promise.invoice_id)
        .where(Promise.company_id == b.company_id, Promise.plan_id.is_(None), Promise.ended_at.is_(None))
        .where(Invoice.outstanding > 0)
        .order_by(Promise.date, Promise.id)
    )
    return [
        RunningPromise(row.date, name, number, row.amount, currency)
        for row, name, number, currency in rows
        if today <= holds_until(b, row) and _received(b, row) < row.amount
    ]


def _received(b: Books, promise: Promise) -> Decimal:
    came = select(func.coalesce(func.sum(Allocation.amount), Decimal("0.00"))).where(
        Allocation.invoice_id == promise.invoice_id,
        Allocation.undone_at.is_(None),
        Allocation.at >= promise.made_at,
    )
    return b.session.scalars(came).one()


def undo_made(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a promise back; the one that it replaced runs again. Raises Refused when it was replaced since."""
    take_back(b, line, journal.data(line, PromiseTold).put, at=at)


def take_back(b: Books, line: JournalLine, made: PromisePut, *, at: datetime) -> None:
    """Undo what `put` did in the act of `line`."""
    dependents.refuse(b, line, lambda _, later: _replaced_by(later) == made.promise_id)
    promise = locks.fresh(b, Promise, made.promise_id)
    promise.ended_at, promise.ended_how = at, PromiseEnd.UNDONE
    if made.replaced_id is not None:
        replaced = locks.fresh(b, Promise, made.replaced_id)
        replaced.ended_at, replaced.ended_how = None, None


def _replaced_by(told: ActData) -> int | None:
    """Return the promise that an act replaced."""
    put = (
        told.put if isinstance(told, PromiseTold) else told.promise if isinstance(told, CallLogged) else None
    )
    return put.replaced_id if put else None
