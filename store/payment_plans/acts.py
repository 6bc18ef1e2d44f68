"""Payment plans (échéanciers): instalments that a customer named, each followed on its own date.

A plan holds its invoices while it is met. Its instalments are written down as promises, each on the invoice
that it is set against; whether they are met is derived (SCHEDULE 11).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select, update

from receivables.acts import Act
from receivables.codes.agreements import PromiseEnd
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from receivables.money import total
from receivables.payment_plans import MOST, Instalment, shares
from store import call_steps, dependents, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, PaymentPlan, Promise
from store.invoices import settling
from store.payment_plans import facts as plan_facts
from store.payments import acts as payments
from store.promises import putting
from store.traces.agreements import PlanTold

FARTHEST = timedelta(days=5 * 366)
MOST_INVOICES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """A plan as noted. `outside` is what it leaves out of what is owed on its invoices."""

    entry_id: int
    plan_id: int
    customer_id: int
    customer: str
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    instalments: tuple[Instalment, ...]
    currency: str
    outside: Decimal
    postponed: bool
    """Whether it replaces a plan or a promise that was running."""
    called_off: int

    @property
    def amount(self) -> Decimal:
        """What the instalments add up to."""
        return total(each.amount for each in self.instalments)


def make(
    b: Books,
    invoice_ids: Sequence[int],
    *,
    instalments: Sequence[Instalment],
    note: str | None = None,
    by: str,
    at: datetime,
) -> PlanOutcome:
    """Note that a customer will pay these invoices, of one currency, by instalments; one journal line.

    Instalments are set against the invoices by due date. A promise or plan that is running on them is
    replaced. Raises AlreadySettled, and Refused for what cannot be.
    """
    owed = _invoices(b, invoice_ids)
    ordered = _check(owed, instalments, b.today(at))
    replaced, former = _running(b, owed, b.today(at))
    for row in replaced:
        row.ended_at, row.ended_how = at, PromiseEnd.REPLACED
    for earlier in former:
        _end(b, earlier, at, PromiseEnd.REPLACED)
    plan = _add(b, owed, ordered, note=note, by=by, at=at)
    called_off = sum(settling.changed(b, invoice, reason=Reason.PLAN, at=at) for invoice in owed)
    calls = call_steps.by_promise(b, owed, by=by, at=at)
    entry_id = journal.write(
        b,
        Act.PLAN_MADE,
        replace(_trace(plan, owed, ordered, replaced, former), calls=calls),
        by=by,
        at=at,
        customer_id=plan.customer_id,
        invoice_id=owed[0].id if len(owed) == 1 else None,
    )
    return PlanOutcome(
        entry_id=entry_id,
        plan_id=plan.id,
        customer_id=plan.customer_id,
        customer=b.session.get_one(Customer, plan.customer_id).name,
        invoice_ids=tuple(invoice.id for invoice in owed),
        numbers=tuple(invoice.number for invoice in owed),
        instalments=tuple(ordered),
        currency=plan.currency,
        outside=total(each.outstanding for each in owed) - total(each.amount for each in ordered),
        postponed=bool(replaced or former),
        called_off=called_off,
    )


def _trace(
    plan: PaymentPlan,
    owed: Sequence[Invoice],
    ordered: Sequence[Instalment],
    replaced: Sequence[Promise],
    former: Sequence[PaymentPlan],
) -> PlanTold:
    return PlanTold(
        plan_id=plan.id,
        invoice_ids=tuple(invoice.id for invoice in owed),
        number=", ".join(invoice.number for invoice in owed),
        amount=total(each.amount for each in ordered),
        currency=plan.currency,
        instalments=tuple((each.on, each.amount) for each in ordered),
        replaced_ids=tuple(row.id for row in replaced),
        replaced_plan_ids=tuple(row.id for row in former),
    )


def check(b: Books, invoice_ids: Sequence[int]) -> None:
    """Refuse invoices that no plan can be about, as `make` would. Raises AlreadySettled, Refused."""
    _together(b, [b.session.get_one(Invoice, id_) for id_ in _numbered(invoice_ids)])


def _numbered(invoice_ids: Sequence[int]) -> list[int]:
    ids = list(dict.fromkeys(invoice_ids))
    if not ids or len(ids) > MOST_INVOICES:
        raise Refused("payment_plans.how_many_invoices", most=MOST_INVOICES)
    return ids


def _invoices(b: Books, invoice_ids: Sequence[int]) -> list[Invoice]:
    """Take the invoices, by due date. Raises Refused unless they are of one customer and currency."""
    return _together(b, [locks.invoice(b, id_) for id_ in _numbered(invoice_ids)])


def _together(b: Books, rows: Sequence[Invoice]) -> list[Invoice]:
    first = rows[0]
    for row in rows:
        settling.refuse_settled(b, row)
        if row.customer_id != first.customer_id:
            raise Refused("payment_plans.other_customer", number=row.number, first=first.number)
        if row.currency != first.currency:
            raise Refused(
                "payment_plans.other_currency",
                number=row.number,
                currency=row.currency,
                first=first.number,
                first_currency=first.currency,
            )
        if not row.owed or row.handed_over_at is not None:
            raise Refused("payment_plans.not_followed", number=row.number)
    return sorted(rows, key=lambda row: (row.due_date, row.id))


def _check(owed: Sequence[Invoice], instalments: Sequence[Instalment], today: date) -> list[Instalment]:
    """Return the instalments in order of date. Raises Refused for what cannot be."""
    if not instalments or len(instalments) > MOST:
        raise Refused("payment_plans.how_many_instalments", most=MOST)
    ordered = sorted(Instalment(on, payments.check_amount(amount)) for on, amount in instalments)
    for earlier, later in pairwise(ordered):
        if earlier.on == later.on:
            raise Refused("payment_plans.same_day", day=later.on)
    first, last = ordered[0].on, ordered[-1].on
    if first < today:
        raise Refused("payment_plans.day_gone_by", day=first)
    if last - today > FARTHEST:
        raise Refused("days.over_five_years", day=last)
    _check_sum(owed, ordered)
    return ordered


def _check_sum(owed: Sequence[Invoice], ordered: Sequence[Instalment]) -> None:
    """Refuse instalments that ask for more than is owed, or that leave an invoice out altogether."""
    left, promised = total(row.outstanding for row in owed), total(each.amount for each in ordered)
    currency = owed[0].currency
    if promised > left:
        raise Refused("payment_plans.more_than_left", promised=promised, left=left, currency=currency)
    covered = {share.invoice_id for share in shares(ordered, [(row.id, row.outstanding) for row in owed])}
    out = [row.number for row in owed if row.id not in covered]
    if out:
        raise Refused(
            "payment_plans.invoices_left_out", promised=promised, currency=currency, numbers=tuple(out)
        )


def _running(b: Books, owed: Sequence[Invoice], today: date) -> tuple[list[Promise], list[PaymentPlan]]:
    """Return the promises, and the plans, that run on these invoices and that a new plan replaces."""
    singles = [row for each in owed for row in putting.live(b, each.id, today)]
    found = (plan_facts.running_on(b, each.id, today) for each in owed)
    plans = {plan.id: plan for plan in found if plan is not None}
    named = {each.id for each in owed}
    for plan in plans.values():
        forgotten = [number for id_, number in _open_invoices(b, plan.id) if id_ not in named]
        if forgotten:
            raise Refused("payment_plans.invoices_forgotten", numbers=tuple(forgotten))
    return singles, list(plans.values())


def _open_invoices(b: Books, plan_id: int) -> list[tuple[int, str]]:
    rows = b.session.execute(
        select(Invoice.id, Invoice.number)
        .distinct()
        .join(Promise, Promise.invoice_id == Invoice.id)
        .where(Promise.plan_id == plan_id, Invoice.outstanding > 0)
        .order_by(Invoice.number)
    )
    return [(id_, number) for id_, number in rows]


def _add(
    b: Books,
    owed: Sequence[Invoice],
    instalments: Sequence[Instalment],
    *,
    note: str | None,
    by: str,
    at: datetime,
) -> PaymentPlan:
    plan = PaymentPlan(
        company_id=b.company_id,
        customer_id=owed[0].customer_id,
        currency=owed[0].currency,
        note=note,
        made_at=at,
        made_by=by,
    )
    b.session.add(plan)
    b.session.flush()
    for share in shares(instalments, [(row.id, row.outstanding) for row in owed]):
        b.session.add(
            Promise(
                company_id=b.company_id,
                customer_id=plan.customer_id,
                invoice_id=share.invoice_id,
                amount=share.amount,
                date=share.on,
                made_at=at,
                made_by=by,
                plan_id=plan.id,
            )
        )
    b.session.flush()
    return plan


def undo_made(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a plan back; what it replaced runs again. Raises Refused when it was replaced since."""
    plan = journal.data(line, PlanTold)
    dependents.refuse(
        b, line, lambda _, later: isinstance(later, PlanTold) and plan.plan_id in later.replaced_plan_ids
    )
    _end(b, locks.fresh(b, PaymentPlan, plan.plan_id), at, PromiseEnd.UNDONE)
    for id_ in plan.replaced_ids:
        promise = locks.fresh(b, Promise, id_)
        promise.ended_at, promise.ended_how = None, None
    for id_ in plan.replaced_plan_ids:
        _end(b, locks.fresh(b, PaymentPlan, id_), None, None)
    call_steps.take_back(b, plan.calls, at=at)


def _end(b: Books, plan: PaymentPlan, at: datetime | None, how: PromiseEnd | None) -> None:
    """End a plan with all its instalments, or (None) have it run again."""
    plan.ended_at, plan.ended_how = at, how
    b.session.flush()
    b.session.execute(
        update(Promise)
        .where(Promise.company_id == b.company_id, Promise.plan_id == plan.id)
        .values(ended_at=at, ended_how=how)
        .execution_options(synchronize_session="fetch")
    )
