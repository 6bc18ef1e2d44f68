"""A word to the customer for each instalment of a payment plan, on its date (SCHEDULE 1, 11)."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from receivables.codes.messages import MessageKind, MessageState
from receivables.schedule.holds import promise_end
from receivables.statements import INSTALMENT_STEP
from store import payers
from store.accounts import facts as accounts
from store.books import Books
from store.courtesies import acts as courtesies
from store.courtesies import instalment_facts
from store.courtesies.acts import Draft
from store.db.tables import PaymentPlan, Promise, Reminder
from store.payment_plans import facts as plan_facts
from store.payment_plans.facts import PlanFacts

NEAR = timedelta(days=31)
"""No instalment farther away than this is written about: closed days and the grace are fewer."""


def plan(b: Books, day: date, *, at: datetime, busy: Collection[int]) -> int:
    """Plan the mail of each instalment of a running plan whose time has come on the open day `day`.

    It leaves on the instalment's date, or the last open day before it; where the customer gets another
    message (`busy`) or may not be written to, later, until its grace is over. One a customer a day, the
    first. Returns how many.
    """
    by_customer: dict[int, Draft] = {}
    unsaid = _unsaid(b, [each for facts in _plans(b, day) for each in _drafts(b, facts, day)])
    written_to = payers.together(b, {draft.customer_id for draft in unsaid})
    for of_customer in unsaid:
        draft = replace(of_customer, customer_id=written_to[of_customer.customer_id])
        if draft.customer_id not in busy:
            by_customer.setdefault(draft.customer_id, draft)
    count, customers = 0, sorted(by_customer)
    for start in range(0, len(customers), accounts.BATCH):
        batch = customers[start : start + accounts.BATCH]
        held = courtesies.holds(b, batch, now=at)
        drafts = [by_customer[key] for key in batch if key not in held]
        count += courtesies.plan_courtesies(
            b, drafts, INSTALMENT_STEP, MessageKind.INSTALMENT, day=day, at=at
        )
    return count


def _plans(b: Books, day: date) -> Iterator[PlanFacts]:
    """Yield the plans neither taken back nor replaced that have an instalment near `day`, oldest first."""
    near = select(Promise.plan_id).where(
        Promise.company_id == b.company_id,
        Promise.plan_id.is_not(None),
        Promise.date.between(day - NEAR, day + NEAR),
    )
    query = select(PaymentPlan.id).where(
        PaymentPlan.company_id == b.company_id, PaymentPlan.ended_at.is_(None), PaymentPlan.id.in_(near)
    )
    for id_ in b.session.scalars(query.order_by(PaymentPlan.id)).all():
        yield plan_facts.get_plan(b, id_)


def _drafts(b: Books, facts: PlanFacts, day: date) -> Iterator[Draft]:
    """Yield a mail for each instalment whose time it is; none for a plan made that very day or since."""
    calendar, grace = b.company.calendar, b.company.grace_days
    for index, each in enumerate(facts.instalments):
        leaves = calendar.previous_open(each.promised_on)
        if not leaves <= day <= promise_end(each, calendar, grace) or facts.made_on >= leaves:
            continue
        if instalment_facts.awaited_instalment(b, facts, index, day).gone is None:
            on = each.promised_on.isoformat()
            key = f"{facts.customer_id}:{on}:{MessageKind.INSTALMENT}:{facts.id}"
            yield Draft(facts.customer_id, key, {"plan_id": facts.id, "on": on})


def _unsaid(b: Books, drafts: list[Draft]) -> list[Draft]:
    """Return those that have not left, or do not wait to leave, by their key; in order."""
    query = select(Reminder.plan_key).where(
        Reminder.company_id == b.company_id,
        Reminder.plan_key.in_([draft.key for draft in drafts]),
        Reminder.state != MessageState.CANCELLED,
    )
    said = set(b.session.scalars(query))
    return [draft for draft in drafts if draft.key not in said]
