"""Promises: a date and an amount the customer named. Whether one is kept or broken is derived."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from sqlalchemy import func, select

from receivables.account import PromiseFact
from receivables.errors import Refused
from receivables.holds import Agreement, agreements, kept, promise_end
from store import dependents, journal, locks, payments, promise_facts, settling, wording
from store.books import Books
from store.tables import Allocation, Customer, Invoice, JournalLine, Promise

FARTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Record:
    """How a customer's promises ended. An instalment counts as a promise of its own."""

    kept: int = 0
    broken: int = 0
    postponed: int = 0
    """Replaced by another before they broke: promised, and not kept."""

    @property
    def ended(self) -> int:
        """All that ended: « 2 tenues sur 5 »."""
        return self.kept + self.broken + self.postponed


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
    record: Record
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
    def record(self) -> dict[str, int | None]:
        """What undoing needs, for the journal."""
        return {"promise_id": self.promise.id, "replaced_id": self.replaced.id if self.replaced else None}


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
        "promise.postponed" if made.replaced else "promise.made",
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        data={
            **made.record,
            "number": invoice.number,
            "amount": str(made.promise.amount),
            "currency": invoice.currency,
            "date": made.promise.date.isoformat(),
        },
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
        replaced.ended_at, replaced.ended_how = at, "replaced"
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
        .where(Promise.id < promise.id, Promise.ended_how.is_distinct_from("undone"))
        .order_by(Promise.id.desc())
    )
    return sum(1 for _ in takewhile(lambda how: how == "replaced", earlier))


def _call_off(b: Books, invoice: Invoice, today: date, at: datetime) -> int:
    """A promise holds nothing before the due date (SCHEDULE 11): what is planned then still leaves."""
    if today > invoice.due_date:
        return settling.changed(b, invoice, reason="promised", at=at)
    settling.touch(b, invoice.customer_id)
    return 0


def _check(invoice: Invoice, amount: Decimal | None, on: date, today: date) -> Decimal:
    if on < today:
        raise Refused(f"Le {wording.day(on)} est passé : une promesse porte sur une date à venir.")
    if on - today > FARTHEST:
        raise Refused(f"Le {wording.day(on)} est à plus de deux ans : vérifiez l’année.")
    promised = invoice.outstanding if amount is None else payments.check_amount(amount)
    if promised > invoice.outstanding:
        left = wording.amount(invoice.outstanding, invoice.currency)
        raise Refused(f"Il ne reste que {left} à payer sur {invoice.number} : promettez ce montant au plus.")
    return promised


def holds_until(b: Books, promise: Promise) -> date:
    """Return the last day on which a promise holds: its date and the company's grace, in open days."""
    return b.company.calendar.add_open(promise.date, b.company.grace_days)


def _refuse_planned(b: Books, invoice: Invoice, today: date) -> None:
    running = promise_facts.running(b, invoice.id, today)
    if running is not None and running.of_plan:
        following = wording.day(running.promised_on)
        raise Refused(
            f"{invoice.number} est dans un échéancier, prochaine échéance le {following} : "
            f"changez-le par /relances echeancier {invoice.number}."
        )


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


def _received(b: Books, promise: Promise) -> Decimal:
    came = select(func.coalesce(func.sum(Allocation.amount), Decimal("0.00"))).where(
        Allocation.invoice_id == promise.invoice_id,
        Allocation.undone_at.is_(None),
        Allocation.at >= promise.made_at,
    )
    return b.session.scalars(came).one()


def undo_made(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a promise back; the one that it replaced runs again. Raises Refused when it was replaced since."""
    take_back(b, line, at=at)


def take_back(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Undo what `put` did, as `line.data` records it."""
    promise_id, replaced_id = line.data["promise_id"], line.data["replaced_id"]
    dependents.refuse(b, line, lambda later: later.data.get("replaced_id") == promise_id)
    promise = locks.fresh(b, Promise, promise_id)
    promise.ended_at, promise.ended_how = at, "undone"
    if replaced_id is not None:
        replaced = locks.fresh(b, Promise, replaced_id)
        replaced.ended_at, replaced.ended_how = None, None


def record_of(b: Books, customer_id: int, today: date) -> tuple[int, int]:
    """Return how many of the customer's promises were kept, and how many ended, by local day `today`."""
    record = whole_record(b, customer_id, today)
    return record.kept, record.ended


def whole_record(b: Books, customer_id: int, today: date) -> Record:
    """Return how the customer's promises ended by local day `today`.

    One whose end fell before the due date and was not kept breaks nothing (SCHEDULE 11) and is left out.
    """
    b.session.flush()
    facts = promise_facts.of_customers(b, [customer_id])
    due = _due_dates(b, list(facts))
    ends = [end for key in facts for end in _ends(b, facts[key], due[key], today)]
    plans = {(promise.plan, promise.promised_on): was for promise, was in ends if promise.of_plan}
    kept = [was for promise, was in ends if not promise.of_plan] + list(plans.values())
    return Record(kept.count(True), kept.count(False), _replaced(b, customer_id))


def _due_dates(b: Books, invoice_ids: list[int]) -> dict[int, date]:
    rows = b.session.execute(select(Invoice.id, Invoice.due_date).where(Invoice.id.in_(invoice_ids)))
    return dict(rows.all())


def _ends(b: Books, promises: Agreement, due: date, today: date) -> Iterator[tuple[PromiseFact, bool]]:
    """Yield the promises on an invoice that ended, and whether each was kept; of a plan, up to its breach."""
    for agreement in agreements(promises):
        for promise in agreement:
            end = promise_end(promise, b.company.calendar, b.company.grace_days)
            if kept(promise):
                yield promise, True
                continue
            if end < today and (promise.of_plan or end >= due):
                yield promise, False
            break


def _replaced(b: Books, customer_id: int) -> int:
    replaced = select(Promise.id, Promise.plan_id).where(
        Promise.company_id == b.company_id,
        Promise.customer_id == customer_id,
        Promise.ended_how == "replaced",
    )
    return len({plan_id or -id_ for id_, plan_id in b.session.execute(replaced)})
