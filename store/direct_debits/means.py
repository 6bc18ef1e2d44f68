"""By what an invoice, or a customer, is to pay: what a person says wins over what files say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from receivables.acts import Act
from receivables.codes.payments import PULLED, Means
from receivables.codes.reasons import Reason
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Rejection
from store.invoices import settling
from store.reminders import acts as reminders
from store.tasks import acts as tasks
from store.traces.claims import MeansSet


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitOutcome:
    """A rejection noted, or a new presentation of it, or another means of payment."""

    entry_id: int
    number: str | None
    customer: str
    on: date | None = None
    again_on: date | None = None
    means: Means | None = None
    called_off: int = 0
    invoice_ids: tuple[int, ...] = ()
    """What is owed and concerned."""


def means_of(b: Books, invoice: Invoice) -> Means | None:
    """Return by what an invoice is to be paid: an act says so, else its column, else the customer's terms."""
    customer = b.session.get_one(Customer, invoice.customer_id)
    return invoice.means_said or invoice.means or customer.means


def last_rejection(b: Books, invoice_id: int) -> Rejection | None:
    """Return the last rejection noted of an invoice that nobody took back."""
    return b.session.scalars(
        select(Rejection)
        .where(Rejection.company_id == b.company_id, Rejection.invoice_id == invoice_id)
        .where(Rejection.undone_at.is_(None))
        .order_by(Rejection.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def pulled(b: Books, customer_ids: Sequence[int], on: date) -> set[int]:
    """Return the open invoices of customers that we collect ourselves on the local day `on` (SCHEDULE 27).

    One that the bank sent back is the customer's to pay, unless it is presented again and waited for.
    """
    own = Invoice.company_id == b.company_id, Invoice.customer_id.in_(customer_ids), Invoice.outstanding > 0
    said = func.coalesce(Invoice.means_said, Invoice.means, Customer.means, type_=Invoice.means.type)
    ids = select(Invoice.id).join(Customer, Customer.id == Invoice.customer_id).where(*own, said.in_(PULLED))
    rejected = select(Rejection.invoice_id, Rejection.again_on).where(
        Rejection.company_id == b.company_id,
        Rejection.customer_id.in_(customer_ids),
        Rejection.undone_at.is_(None),
    )
    last = dict(b.session.execute(rejected.order_by(Rejection.id)).all())
    over = {key for key, again_on in last.items() if again_on is None or on > _held_through(b, again_on)}
    return set(b.session.scalars(ids)) - over


def _held_through(b: Books, again_on: date) -> date:
    return b.company.calendar.add_open(again_on, b.company.grace_days)


def set_of_invoice(b: Books, invoice_id: int, *, means: Means | None, by: str, at: datetime) -> DebitOutcome:
    """Say by what an invoice is to be paid; None: as the files, or the customer's terms, say.

    One journal line. What the company itself collects is reminded no more until it comes back. Raises
    Refused when it is so already.
    """
    invoice = locks.invoice(b, invoice_id)
    before = invoice.means_said
    if before == means:
        raise Refused("direct_debits.means_unchanged")
    invoice.means_said = means
    customer = b.session.get_one(Customer, invoice.customer_id)
    return _said(b, customer, [invoice], before, means, of=invoice, by=by, at=at)


def set_of_customer(
    b: Books, customer_id: int, *, means: Means | None, by: str, at: datetime
) -> DebitOutcome:
    """Say by what a customer pays where its invoices say nothing; None: nobody knows. As `set_of_invoice`."""
    customer = locks.customer(b, customer_id)
    before = customer.means
    if before == means:
        raise Refused("direct_debits.means_unchanged")
    customer.means = means
    open_ones = select(Invoice).where(
        Invoice.company_id == b.company_id, Invoice.customer_id == customer_id, Invoice.outstanding > 0
    )
    about = b.session.scalars(open_ones.order_by(Invoice.id)).all()
    return _said(b, customer, about, before, means, of=None, by=by, at=at)


def _said(
    b: Books,
    customer: Customer,
    about: Sequence[Invoice],
    before: Means | None,
    after: Means | None,
    *,
    of: Invoice | None,
    by: str,
    at: datetime,
) -> DebitOutcome:
    settling.touch(b, customer.id)
    pulled = [each.id for each in about if means_of(b, each) in PULLED]
    freed = [each.id for each in about if each.id not in pulled]
    called_off = reminders.call_off(b, pulled, reason=Reason.DIRECT_DEBIT, at=at) if pulled else 0
    closed = tuple(id_ for each in freed for id_ in answered(b, each, by=by, at=at))
    number, invoice_id = (of.number, of.id) if of is not None else (None, None)
    told = MeansSet(number=number, before=before, after=after, closed_tasks=closed)
    entry_id = journal.write(
        b, Act.MEANS_SET, told, by=by, at=at, customer_id=customer.id, invoice_id=invoice_id
    )
    return DebitOutcome(
        entry_id=entry_id,
        number=number,
        customer=customer.name,
        means=after,
        called_off=called_off,
        invoice_ids=tuple(each.id for each in about if each.outstanding > 0),
    )


def undo_means(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Put the means of payment back as it was. Refused when it was said anew since."""
    told = journal.data(line, MeansSet)
    dependents.refuse(b, line, lambda _, later: isinstance(later, MeansSet) and later.number == told.number)
    before = Means(told.before) if told.before else None
    if line.invoice_id is not None:
        locks.fresh(b, Invoice, line.invoice_id).means_said = before
    else:
        locks.fresh(b, Customer, line.customer_id).means = before
    tasks.revive(b, told.closed_tasks, at=at)


def answered(b: Books, invoice_id: int, *, by: str, at: datetime) -> tuple[int, ...]:
    """Close the questions about unpaid direct debits once none of their invoices waits; return their ids."""
    b.session.flush()
    done = [
        task.id
        for task in tasks.all_open_about(b, invoice_id, TaskKind.DEBIT_UNPAID)
        if not any(_waits(b, item) for item, _ in tasks.open_items(b, task))
    ]
    tasks.answer(b, done, by=by, at=at)
    return tuple(done)


def _waits(b: Books, invoice: Invoice) -> bool:
    return means_of(b, invoice) in PULLED and last_rejection(b, invoice.id) is None
