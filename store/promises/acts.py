"""Promises: a date and an amount the customer named. Whether one is kept or broken is derived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from store import call_steps, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Promise
from store.promises import putting
from store.promises.putting import Put, holds_until
from store.promises.record import PromiseRecord, whole_record
from store.traces.agreements import PromiseTold
from store.traces.tasks import CallsDone

__all__ = ["PromiseOutcome", "PromiseRecord", "RunningPromise", "make", "make_for", "running", "undo_made"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOutcome:
    """A promise as noted. `promise_id` is the row of its oldest invoice, `promise_amount` the whole of it."""

    entry_id: int
    promise_id: int
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    customer_id: int
    customer: str
    promise_date: date
    promise_amount: Decimal
    holds_until: date
    postponed_from: date | None
    """The date of the running promise that it postpones."""
    corrected_from: date | None
    """The date of the promise that it corrects, which counts for nothing."""
    postponements: int
    """How often it was postponed by now; 0: it replaces none."""
    record: PromiseRecord
    """How the customer's earlier promises ended."""
    step: str | None
    """The call step that it made needless."""
    outstanding: Decimal
    currency: str
    called_off: int


def make(
    b: Books, invoice_id: int, *, amount: Decimal | None, date: date, by: str, at: datetime
) -> PromiseOutcome:
    """Note that the customer will pay `amount` (None: all that is left) on the local day `date`.

    As `make_for`, for one invoice.
    """
    return make_for(b, [invoice_id], amount=amount, date=date, by=by, at=at)


def make_for(
    b: Books,
    invoice_ids: Sequence[int],
    *,
    amount: Decimal | None,
    date: date,
    in_writing: bool = False,
    by: str,
    at: datetime,
) -> PromiseOutcome:
    """Note one promise about several invoices of a customer, in one currency; one journal line.

    It is set on them, the oldest first. Live promises are replaced: the act is `promise.postponed`, or
    `promise.corrected` where the same person had noted them the same day. Calls to make about these invoices
    are finished (SCHEDULE 3). `in_writing`: the customer wrote it, which acknowledges the debt (26). Raises
    AlreadySettled, and Refused for a day or an amount that cannot be.
    """
    invoices = [locks.invoice(b, id_) for id_ in dict.fromkeys(invoice_ids)]
    made = putting.put(b, invoices, amount=amount, on=date, by=by, at=at)
    for row, _ in made.rows:
        row.in_writing = in_writing
    calls = call_steps.by_promise(b, invoices, by=by, at=at)
    entry_id = journal.write(
        b,
        _act(made),
        _told(made, invoices, calls),
        by=by,
        at=at,
        customer_id=invoices[0].customer_id,
        invoice_id=invoices[0].id if len(invoices) == 1 else None,
    )
    return _outcome(b, entry_id, invoices, made, calls, at)


def _act(made: Put) -> Act:
    if made.postponed_from is not None:
        return Act.PROMISE_POSTPONED
    return Act.PROMISE_CORRECTED if made.corrected_from is not None else Act.PROMISE_MADE


def _told(made: Put, invoices: Sequence[Invoice], calls: CallsDone) -> PromiseTold:
    put, *also = made.puts
    return PromiseTold(
        put=put,
        also=tuple(also),
        number=", ".join(invoice.number for invoice in invoices),
        amount=made.amount,
        currency=invoices[0].currency,
        promised_on=made.first.date,
        calls=calls,
    )


def _outcome(  # noqa: PLR0917 - one promise, as `make_for` has it
    b: Books, entry_id: int, invoices: Sequence[Invoice], made: Put, calls: CallsDone, at: datetime
) -> PromiseOutcome:
    customer_id = invoices[0].customer_id
    return PromiseOutcome(
        entry_id=entry_id,
        promise_id=made.first.id,
        invoice_ids=tuple(invoice.id for invoice in invoices),
        numbers=tuple(invoice.number for invoice in invoices),
        customer_id=customer_id,
        customer=b.session.get_one(Customer, customer_id).name,
        promise_date=made.first.date,
        promise_amount=made.amount,
        holds_until=holds_until(b, made.first),
        postponed_from=made.postponed_from,
        corrected_from=made.corrected_from,
        postponements=max(putting.postponements(b, row) for row, _ in made.rows),
        record=whole_record(b, customer_id, b.today(at)),
        step=calls.step,
        outstanding=sum((invoice.outstanding for invoice in invoices), Decimal("0.00")),
        currency=invoices[0].currency,
        called_off=made.called_off,
    )


@dataclass(frozen=True, slots=True)
class RunningPromise:
    """A promise by itself that runs; of several invoices, their numbers and the whole of it."""

    on: date
    customer: str
    numbers: tuple[str, ...]
    amount: Decimal
    currency: str
    payment_left: bool = False


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
    found: dict[int, RunningPromise] = {}
    for row, name, number, currency in rows:
        if today > holds_until(b, row) or putting.is_kept(b, row):
            continue
        key = row.together_id or row.id
        known = found.get(key)
        numbers, amount = ((*known.numbers, number), known.amount) if known else ((number,), Decimal(0))
        found[key] = RunningPromise(row.date, name, numbers, amount + row.amount, currency, row.payment_left)
    return list(found.values())


def undo_made(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a promise back; those that it replaced run again, and the calls that it finished are to be made.

    Raises Refused when it was replaced since.
    """
    told = journal.data(line, PromiseTold)
    putting.take_back(b, line, told.puts, at=at)
    call_steps.take_back(b, told.calls, at=at)
