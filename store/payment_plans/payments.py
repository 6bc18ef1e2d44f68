"""Money received for a payment plan: one payment, set against its invoices, the first due first."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.payments import Means, PaymentOrigin
from receivables.errors import Refused
from receivables.money import total
from store import announcements, journal, locks
from store.books import Books
from store.db.tables import Invoice, PaymentPlan, Promise
from store.payment_plans import facts as plan_facts
from store.payment_plans.facts import PlanFacts
from store.payments import acts as payments
from store.payments import several, spreading


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPaid:
    """Money recorded for a plan. `credit` is what its invoices could not take; `plan` stands as of now."""

    entry_id: int
    payment_id: int
    amount: Decimal
    credit: Decimal
    left: tuple[int, ...]
    """The invoices of the plan with something left."""
    outstanding: Decimal
    received_on: date
    means: Means | None
    called_off: int
    plan: PlanFacts


def record(
    b: Books,
    plan_id: int,
    *,
    amount: Decimal,
    received_on: date,
    means: Means | None = None,
    by: str,
    at: datetime,
) -> PlanPaid:
    """Record money received for a plan, in its currency; one journal line.

    It is set against the plan's open invoices, the first due first; what they do not take is the customer's
    credit. Raises Refused when nothing is left on them, and as `payments.record` does.
    """
    found = _plan(b, plan_id)
    locks.customer(b, found.customer_id)
    owed = _open(b, plan_id)
    if not owed:
        raise Refused("payment_plans.nothing_owed")
    paid = payments.check_amount(amount)
    payments.check_day(b, received_on, at)
    payments.check_means(means)
    payment = payments.add(
        b, owed[0], paid, received_on=received_on, means=means, by=by, at=at, origin=PaymentOrigin.DECLARED
    )
    used = spreading.spread(b, owed, payment, at=at)
    called_off, lapsed = spreading.settle(b, owed, by=by, at=at)
    announcements.redraw(b, at=at, kind=AnnouncementKind.INSTALMENT_DUE, plan_id=plan_id)
    entry_id = journal.write(
        b,
        Act.PAYMENT_RECORDED,
        several.trace(owed, payment, used, lapsed, plan_id),
        by=by,
        at=at,
        customer_id=found.customer_id,
        invoice_id=owed[0].id if len(owed) == 1 else None,
    )
    return PlanPaid(
        entry_id=entry_id,
        payment_id=payment.id,
        amount=payment.amount,
        credit=payment.open,
        left=tuple(invoice.id for invoice in owed if invoice.outstanding > 0),
        outstanding=total(invoice.outstanding for invoice in owed),
        received_on=received_on,
        means=means,
        called_off=called_off,
        plan=plan_facts.get_plan(b, plan_id),
    )


def _plan(b: Books, plan_id: int) -> PaymentPlan:
    found = b.session.get(PaymentPlan, plan_id)
    if found is None or found.company_id != b.company_id:
        raise Refused("payment_plans.absent")
    return found


def _open(b: Books, plan_id: int) -> list[Invoice]:
    """Return the plan's invoices with something left, the first due first."""
    own = select(Promise.invoice_id).where(Promise.company_id == b.company_id, Promise.plan_id == plan_id)
    query = (
        select(Invoice)
        .where(Invoice.company_id == b.company_id, Invoice.id.in_(own), Invoice.outstanding > 0)
        .order_by(Invoice.due_date, Invoice.id)
        .execution_options(populate_existing=True)
    )
    return list(b.session.scalars(query))
