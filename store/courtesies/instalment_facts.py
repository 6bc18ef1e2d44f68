"""What the mail about an instalment of a payment plan tells, and why it is not to leave (SCHEDULE 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from receivables.codes.messages import MessageKind
from receivables.codes.reasons import Obstacle, Reason, Why
from receivables.money import total
from receivables.schedule.holds import kept, missing
from store.books import Books
from store.db.tables import Dispute, Invoice, Pause, Promise
from store.payment_plans import facts as plan_facts
from store.payment_plans.facts import PlanFacts
from store.reminders.rows import DueReminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """The `rank`-th instalment of `count`, of the local day `on`: `amount` is what it lacks still.

    `after` is what the later ones ask for, `later` each with its day. `gone` is why the mail is not to
    leave, a reason code.
    """

    plan_id: int
    rank: int
    count: int
    on: date
    amount: Decimal
    after: Decimal
    currency: str
    numbers: tuple[str, ...]
    gone: Why | None = None
    later: tuple[tuple[date, Decimal], ...] = ()


def of_reminders(b: Books, due: Iterable[DueReminder], today: date) -> dict[int, Awaited]:
    """Return, by id of the message, the instalment that each of the kind instalment is about."""
    own = [each for each in due if each.kind == MessageKind.INSTALMENT and each.data]
    return {each.id: _named(b, each.data or {}, today) for each in own}


def _named(b: Books, data: dict[str, str], today: date) -> Awaited:
    plan, on = plan_facts.get_plan(b, int(data["plan_id"])), date.fromisoformat(data["on"])
    days = [each.promised_on for each in plan.instalments]
    return awaited_instalment(b, plan, days.index(on), today)


def awaited_instalment(b: Books, plan: PlanFacts, index: int, today: date) -> Awaited:
    """Return the instalment number `index` (from 0) of a plan, as it stands on the local day `today`."""
    instalment = plan.instalments[index]
    return Awaited(
        plan_id=plan.id,
        rank=index + 1,
        count=len(plan.instalments),
        on=instalment.promised_on,
        amount=missing(instalment),
        after=total(missing(each) for each in plan.instalments[index + 1 :]),
        later=tuple(
            (each.promised_on, missing(each)) for each in plan.instalments[index + 1 :] if missing(each)
        ),
        currency=plan.currency,
        numbers=plan.numbers,
        gone=_gone(b, plan, index, today),
    )


def _gone(b: Books, plan: PlanFacts, index: int, today: date) -> Why | None:
    if kept(plan.instalments[index]):
        return Obstacle.INSTALMENT_MET
    if plan.state(today) != "running":
        return Obstacle.PLAN_OVER
    invoices = select(Promise.invoice_id).where(Promise.plan_id == plan.id)
    dispute = select(Dispute.id).where(Dispute.invoice_id.in_(invoices), Dispute.settled_at.is_(None))
    if b.session.scalar(dispute.limit(1)) is not None:
        return Reason.DISPUTED
    pause = select(Pause.id).where(Pause.invoice_id.in_(invoices), Pause.ended_at.is_(None))
    if b.session.scalar(pause.where(or_(Pause.until.is_(None), Pause.until > today)).limit(1)) is not None:
        return Reason.PAUSED
    ended = select(Invoice.withdrawn_at).where(Invoice.id.in_(invoices), ~Invoice.owed)
    found = b.session.execute(ended.limit(1)).one_or_none()
    if found is None:
        return None
    return Reason.WITHDRAWN if found.withdrawn_at is not None else Reason.WRITTEN_OFF
