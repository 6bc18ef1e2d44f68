"""How a customer's promises ended: kept, broken, postponed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from receivables.codes.agreements import PromiseEnd
from receivables.schedule.account import PromiseFact
from receivables.schedule.holds import Agreement, agreements, kept, promise_end
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Invoice, Promise


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """How a customer's promises ended. An instalment counts as a promise of its own."""

    kept: int = 0
    broken: int = 0
    postponed: int = 0
    """Replaced by another before they broke: promised, and not kept."""

    @property
    def ended(self) -> int:
        """All that ended: « 2 tenues sur 5 »."""
        return self.kept + self.broken + self.postponed


def record_of(b: Books, customer_id: int, today: date) -> tuple[int, int]:
    """Return how many of the customer's promises were kept, and how many ended, by local day `today`."""
    record = whole_record(b, customer_id, today)
    return record.kept, record.ended


def whole_record(b: Books, customer_id: int, today: date) -> PromiseRecord:
    """Return how the customer's promises ended by local day `today`.

    One whose end fell before the due date and was not kept breaks nothing (SCHEDULE 11) and is left out; so
    is the word that a payment has left. An instalment, and a promise of several invoices, count once.
    """
    b.session.flush()
    facts = promise_facts.of_customers(b, [customer_id])
    due = _due_dates(b, list(facts))
    ends = {
        _counted_as(promise): was for key in facts for promise, was in _ends(b, facts[key], due[key], today)
    }
    kept = list(ends.values())
    return PromiseRecord(kept.count(True), kept.count(False), _replaced(b, customer_id))


def _counted_as(promise: PromiseFact) -> tuple[object, ...]:
    """Return what is the same for all parts of one word given."""
    if promise.of_plan:
        return ("plan", promise.plan, promise.promised_on)
    return ("together", promise.together.id) if promise.together else ("alone", promise.id)


def _due_dates(b: Books, invoice_ids: list[int]) -> dict[int, date]:
    rows = b.session.execute(select(Invoice.id, Invoice.due_date).where(Invoice.id.in_(invoice_ids)))
    return dict(rows.all())


def _ends(b: Books, promises: Agreement, due: date, today: date) -> Iterator[tuple[PromiseFact, bool]]:
    """Yield the promises on an invoice that ended, and whether each was kept; of a plan, up to its breach."""
    for agreement in agreements(promises):
        for promise in agreement:
            end = promise_end(promise, b.company.calendar, b.company.grace_days)
            if promise.payment_left:
                continue
            if kept(promise):
                yield promise, True
                continue
            if end < today and end >= due:
                yield promise, False
            break


def _replaced(b: Books, customer_id: int) -> int:
    replaced = select(Promise.id, Promise.plan_id, Promise.together_id).where(
        Promise.company_id == b.company_id,
        Promise.customer_id == customer_id,
        Promise.ended_how == PromiseEnd.REPLACED,
        Promise.payment_left.is_(False),
    )
    rows = b.session.execute(replaced)
    return len({("plan", plan) if plan else ("word", together or id_) for id_, plan, together in rows})
