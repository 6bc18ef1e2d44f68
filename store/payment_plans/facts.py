"""Payment plans as they stand: what is met, what is awaited, and what was missed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from receivables.codes.agreements import PlanState, PromiseEnd
from receivables.errors import Refused
from receivables.schedule.account import PromiseFact
from receivables.schedule.holds import awaited, broken_on, kept
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Customer, Invoice, PaymentPlan, Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A plan as it stands on a day: what each instalment asks for, and the one that is awaited."""

    id: int
    customer_id: int
    customer: str
    owner: str | None
    numbers: tuple[str, ...]
    currency: str
    made_on: date
    made_by: str
    instalments: tuple[PromiseFact, ...]
    awaited: PromiseFact
    broken_on: date | None
    """The day on which it is, or will be, broken as things stand; None once all is met."""
    ended: PromiseEnd | None
    """undone | replaced."""

    def state(self, today: date) -> PlanState:
        """Return how it stands on a day."""
        if self.ended:
            return PlanState(self.ended)
        if self.broken_on is None:
            return PlanState.MET
        return PlanState.BROKEN if self.broken_on <= today else PlanState.RUNNING

    @property
    def met(self) -> int:
        """How many instalments are met."""
        return sum(kept(each) for each in self.instalments)


def get_plan(b: Books, plan_id: int) -> PlanFacts:
    """Return a plan as it stands. Raises Refused when it is not in these books."""
    plan = b.session.get(PaymentPlan, plan_id)
    if plan is None or plan.company_id != b.company_id:
        raise Refused("payment_plans.absent")
    customer = b.session.get_one(Customer, plan.customer_id)
    instalments = promise_facts.of_plan(b, plan_id)
    waited = awaited(instalments)
    numbers = b.session.scalars(
        select(Invoice.number)
        .distinct()
        .join(Promise, Promise.invoice_id == Invoice.id)
        .where(Promise.plan_id == plan_id)
        .order_by(Invoice.number)
    )
    return PlanFacts(
        id=plan.id,
        customer_id=plan.customer_id,
        customer=customer.name,
        owner=customer.owner,
        numbers=tuple(numbers),
        currency=plan.currency,
        made_on=b.today(plan.made_at),
        made_by=plan.made_by,
        instalments=instalments,
        awaited=waited,
        broken_on=broken_on(waited, b.company.calendar, b.company.grace_days),
        ended=plan.ended_how,
    )


def live(b: Books, customer_id: int | None = None) -> list[PlanFacts]:
    """Return the plans that nobody took back or replaced, of a customer when given, oldest first."""
    query = select(PaymentPlan.id).where(
        PaymentPlan.company_id == b.company_id, PaymentPlan.ended_at.is_(None)
    )
    if customer_id is not None:
        query = query.where(PaymentPlan.customer_id == customer_id)
    return [get_plan(b, id_) for id_ in b.session.scalars(query.order_by(PaymentPlan.id))]


def running_on(b: Books, invoice_id: int, today: date) -> PaymentPlan | None:
    """Return the plan that runs on an invoice: neither taken back nor replaced, not broken, not over."""
    found = promise_facts.running(b, invoice_id, today)
    return b.session.get_one(PaymentPlan, found.plan) if found and found.plan is not None else None


def late_of(b: Books, customer_id: int, today: date) -> list[int]:
    """Return the late invoices of a customer that a plan can be about, by due date."""
    query = select(Invoice.id).where(
        Invoice.company_id == b.company_id,
        Invoice.customer_id == customer_id,
        Invoice.outstanding > 0,
        Invoice.due_date < today,
        Invoice.owed,
        Invoice.handed_over_at.is_(None),
    )
    return list(b.session.scalars(query.order_by(Invoice.due_date, Invoice.id)))
