"""Putting promises in the books, and taking them back, for the acts that bring one about (SCHEDULE 11)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from sqlalchemy import func, select

from receivables.codes.agreements import PromiseEnd
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from receivables.money import total
from receivables.payment_plans import Instalment, shares
from store import dependents, locks
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Allocation, Invoice, JournalLine, Promise
from store.invoices import settling
from store.payments import acts as payments
from store.traces.agreements import PaymentLeftTold, PromisePut, PromiseTold
from store.traces.codec import ActData
from store.traces.work import CallLogged

FARTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Put:
    """A promise put in the books: a row for each invoice, each with those it replaces.

    `called_off`: how many messages were cancelled.
    """

    rows: tuple[tuple[Promise, tuple[Promise, ...]], ...]
    called_off: int

    @property
    def first(self) -> Promise:
        """The promise on the oldest of its invoices."""
        return self.rows[0][0]

    @property
    def amount(self) -> Decimal:
        """The whole of what was promised."""
        return total(promise.amount for promise, _ in self.rows)

    @property
    def postponed_from(self) -> date | None:
        """The date of the promise that it postpones, the latest of several."""
        return self._replaced(PromiseEnd.REPLACED)

    @property
    def corrected_from(self) -> date | None:
        """The date of the promise that it corrects: one noted the same day by the same person."""
        return self._replaced(PromiseEnd.CORRECTED)

    def _replaced(self, how: PromiseEnd) -> date | None:
        ended = (old for _, each in self.rows for old in each if old.ended_how == how)
        return max((old.date for old in ended if not old.payment_left), default=None)

    @property
    def puts(self) -> tuple[PromisePut, ...]:
        """What undoing needs, for the journal."""
        return tuple(trace(row, replaced) for row, replaced in self.rows)


def trace(row: Promise, replaced: Sequence[Promise]) -> PromisePut:
    """Return what undoing needs of one row."""
    ids = [each.id for each in replaced]
    return PromisePut(promise_id=row.id, replaced_id=ids[0] if ids else None, replaced_too=tuple(ids[1:]))


def put(
    b: Books, invoices: Sequence[Invoice], *, amount: Decimal | None, on: date, by: str, at: datetime
) -> Put:
    """Put one promise about some invoices in the books (amount None: all that is left on them).

    Its sum is set on them, the oldest first. The act that calls this writes the journal line. Raises
    AlreadySettled, and Refused for what cannot be.
    """
    for invoice in invoices:
        settling.refuse_settled(b, invoice)
    refuse_apart(invoices)
    today = b.today(at)
    ordered = sorted(invoices, key=lambda each: (each.due_date, each.id))
    promised = _check(ordered, amount, on, today)
    for invoice in ordered:
        refuse_planned(b, invoice, today)
    rows = [_add(b, invoice, share, on=on, by=by, at=at) for invoice, share in _spread(ordered, promised, on)]
    b.session.flush()
    if len(rows) > 1:
        for row, _ in rows:
            row.together_id = rows[0][0].id
    called_off = sum(call_off(b, invoice, today, at) for invoice in ordered)
    return Put(tuple(rows), called_off)


def refuse_apart(invoices: Sequence[Invoice]) -> None:
    """Refuse invoices of several customers or currencies: a promise has one. Raises Refused."""
    refuse_other_customers(invoices)
    first = invoices[0]
    for other in invoices[1:]:
        if other.currency != first.currency:
            raise Refused(
                "promises.other_currency",
                number=other.number,
                currency=other.currency,
                first=first.number,
                first_currency=first.currency,
            )


def refuse_other_customers(invoices: Sequence[Invoice]) -> None:
    """Refuse invoices of several customers: a call, a promise is with one. Raises Refused."""
    first = invoices[0]
    for other in invoices[1:]:
        if other.customer_id != first.customer_id:
            raise Refused("promises.other_customer", number=other.number, first=first.number)


def _spread(invoices: Sequence[Invoice], amount: Decimal, on: date) -> Iterator[tuple[Invoice, Decimal]]:
    """Yield each invoice with its share of a sum, the oldest first; the last ones may get none."""
    owed = [(each.id, each.outstanding) for each in invoices]
    found = {share.invoice_id: share.amount for share in shares([Instalment(on, amount)], owed)}
    for invoice in invoices:
        yield invoice, found.get(invoice.id, Decimal("0.00"))


def _add(
    b: Books, invoice: Invoice, amount: Decimal, *, on: date, by: str, at: datetime
) -> tuple[Promise, tuple[Promise, ...]]:
    replaced = tuple(live(b, invoice.id, b.today(at)))
    for each in replaced:
        each.ended_at, each.ended_how = at, _ended_by(b, each, by, at)
    return new_row(b, invoice, amount=amount, on=on, by=by, at=at), replaced


def new_row(
    b: Books, invoice: Invoice, *, amount: Decimal, on: date, by: str, at: datetime, left: bool = False
) -> Promise:
    """Add the row of a promise, and nothing else."""
    promise = Promise(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        amount=amount,
        date=on,
        made_at=at,
        made_by=by,
        payment_left=left,
    )
    b.session.add(promise)
    return promise


def _ended_by(b: Books, replaced: Promise, by: str, at: datetime) -> PromiseEnd:
    """Return how a promise ends by another: the same person, the same day, corrects what was noted."""
    same = replaced.made_by == by and b.company.day_of(replaced.made_at) == b.today(at)
    return PromiseEnd.CORRECTED if same else PromiseEnd.REPLACED


def postponements(b: Books, promise: Promise) -> int:
    """Return how often in a row the promise was postponed before it became what it is."""
    b.session.flush()
    uncounted = [PromiseEnd.UNDONE, PromiseEnd.CORRECTED, PromiseEnd.OVERTAKEN, PromiseEnd.REPEATED]
    earlier = b.session.scalars(
        select(Promise.ended_how)
        .where(Promise.company_id == b.company_id, Promise.invoice_id == promise.invoice_id)
        .where(Promise.id < promise.id, Promise.payment_left.is_(False))
        .where(func.coalesce(Promise.ended_how, "").not_in(uncounted))
        .order_by(Promise.id.desc())
    )
    return sum(1 for _ in takewhile(lambda how: how == PromiseEnd.REPLACED, earlier))


def call_off(b: Books, invoice: Invoice, today: date, at: datetime, *, early: bool = False) -> int:
    """Call off what the promise holds back; before the due date only what is said to have left holds."""
    if early or today >= invoice.due_date:
        return settling.changed(b, invoice, reason=Reason.PROMISED, at=at)
    settling.touch(b, invoice.customer_id)
    return 0


def _check(invoices: Sequence[Invoice], amount: Decimal | None, on: date, today: date) -> Decimal:
    if on < today:
        raise Refused("promises.day_gone_by", day=on)
    if on - today > FARTHEST:
        raise Refused("days.over_two_years", day=on)
    left = total(each.outstanding for each in invoices)
    promised = left if amount is None else payments.check_amount(amount)
    if promised > left:
        numbers = tuple(each.number for each in invoices)
        raise Refused("promises.more_than_left", left=left, currency=invoices[0].currency, numbers=numbers)
    return promised


def holds_until(b: Books, promise: Promise) -> date:
    """Return the last day on which a promise holds: its date and the company's grace, in open days."""
    return b.company.calendar.add_open(promise.date, b.company.grace_days)


def refuse_planned(b: Books, invoice: Invoice, today: date) -> None:
    """Refuse a promise on an invoice while a payment plan runs on it. Raises Refused."""
    day = planned(b, invoice, today)
    if day is not None:
        raise Refused("promises.in_a_plan", number=invoice.number, day=day)


def planned(b: Books, invoice: Invoice, today: date) -> date | None:
    """Return the day of the instalment awaited, while a payment plan runs on the invoice."""
    running = promise_facts.running(b, invoice.id, today)
    return running.promised_on if running is not None and running.of_plan else None


def live(b: Books, invoice_id: int, today: date) -> list[Promise]:
    """Return the promises by themselves that run, latest first: not taken back, not broken, not kept."""
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
    return [row for row in rows if today <= holds_until(b, row) and not is_kept(b, row)]


def is_kept(b: Books, promise: Promise) -> bool:
    """Whether as much as was promised has come in, of several invoices on whichever."""
    if promise.together_id is None:
        return _received(b, [promise.invoice_id], promise.made_at) >= promise.amount
    rows = b.session.execute(
        select(Promise.invoice_id, Promise.amount).where(
            Promise.together_id == promise.together_id, promise_facts.LIVE
        )
    ).all()
    asked = total(amount for _, amount in rows)
    return _received(b, [id_ for id_, _ in rows], promise.made_at) >= asked


def _received(b: Books, invoice_ids: Sequence[int], since: datetime) -> Decimal:
    came = select(func.coalesce(func.sum(Allocation.amount), Decimal("0.00"))).where(
        Allocation.invoice_id.in_(invoice_ids),
        Allocation.undone_at.is_(None),
        Allocation.at >= since,
    )
    return b.session.scalars(came).one()


def take_back(b: Books, line: JournalLine, puts: Sequence[PromisePut], *, at: datetime) -> None:
    """Undo what the act of `line` put in the books. Raises Refused when one of it was replaced since."""
    made = {each.promise_id for each in puts}
    dependents.refuse(b, line, lambda _, later: not made.isdisjoint(_replaced_by(later)))
    for each in puts:
        promise = locks.fresh(b, Promise, each.promise_id)
        promise.ended_at, promise.ended_how = at, PromiseEnd.UNDONE
        for id_ in each.replaced:
            replaced = locks.fresh(b, Promise, id_)
            replaced.ended_at, replaced.ended_how = None, None


def _replaced_by(told: ActData) -> Iterator[int]:
    """Yield the promises that an act replaced."""
    puts: Sequence[PromisePut] = ()
    if isinstance(told, PromiseTold | CallLogged):
        puts = told.puts
    elif isinstance(told, PaymentLeftTold):
        puts = told.left.puts
    yield from (id_ for each in puts for id_ in each.replaced)
