"""Customers' accounts as the rules of the schedule look at them, read in batches."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from receivables.codes.approvals import ApprovalState
from receivables.codes.reasons import Reason, Standing
from receivables.company import Mode
from receivables.errors import UnknownInvoice
from receivables.schedule import explanation, simulate
from receivables.schedule.account import Account
from receivables.schedule.decisions import Decision, Evaluation, evaluate
from store import payers
from store.accounts import gathering, rows
from store.books import Books
from store.db.tables import Approval, Customer, Forcing, ImportRun, Invoice
from store.reminders import card_marks, copies, day_plans

BATCH = 800
"""Customers read at a time: a few queries for each batch, whatever the size of the books."""


def touch(b: Books, customer_id: int) -> None:
    """Have the next plan look at every open invoice of the customer: something about it changed.

    So it does at those of all who are written to with it.
    """
    b.session.execute(
        update(Invoice)
        .where(
            Invoice.company_id == b.company_id,
            Invoice.customer_id.in_(payers.together(b, [customer_id])),
            Invoice.outstanding > 0,
        )
        .values(look_on=None)
        .execution_options(synchronize_session=False)
    )
    card_marks.of_customer(b, customer_id)


def to_look_at(b: Books, today: date) -> list[int]:
    """Return who is written to for an open invoice that the plan must look at on `today`, in order."""
    statement = (
        select(Invoice.customer_id)
        .distinct()
        .where(
            Invoice.company_id == b.company_id,
            Invoice.outstanding > 0,
            or_(Invoice.look_on.is_(None), Invoice.look_on <= today),
        )
    )
    return sorted(payers.units(b, b.session.scalars(statement)))


def with_open_items(b: Books) -> list[int]:
    """Return who is written to for what is owed, in order."""
    statement = (
        select(Invoice.customer_id)
        .distinct()
        .where(Invoice.company_id == b.company_id, Invoice.outstanding > 0)
    )
    return sorted(payers.units(b, b.session.scalars(statement)))


def stale(b: Books, now: datetime) -> bool:
    """Whether nothing may leave by itself: the books are too old, and two people have not forced the day."""
    return too_old(b, last_complete(b, now), now) and not forced(b, b.today(now))


def last_complete(b: Books, now: datetime) -> datetime | None:
    """Return when the last complete import was, at the aware instant `now`."""
    return b.session.scalar(
        select(ImportRun.at)
        .where(ImportRun.company_id == b.company_id, ImportRun.complete.is_(True), ImportRun.at <= now)
        .order_by(ImportRun.at.desc())
        .limit(1)
    )


def too_old(b: Books, last: datetime | None, now: datetime) -> bool:
    """Whether a last complete import at `last` is older than `max_age`, or there never was one (rule 15)."""
    return b.company.max_age is not None and (last is None or now - last > b.company.max_age)


def forced(b: Books, day: date) -> bool:
    """Whether two people have let the mails of `day` leave from books too old."""
    confirmed = select(Forcing.id).where(
        Forcing.company_id == b.company_id, Forcing.day == day, Forcing.confirmed_at.is_not(None)
    )
    return b.session.scalar(confirmed) is not None


def account(
    b: Books, customer_id: int, *, today: date, now: datetime, also: Sequence[int] = ()
) -> Account | None:
    """Return a customer's account, or its payer's, and the invoices `also`, if settled too."""
    return next(accounts(b, [customer_id], today=today, now=now, also=also), None)


def accounts(
    b: Books, customer_ids: Sequence[int], *, today: date, now: datetime, also: Sequence[int] = ()
) -> Iterator[Account]:
    """Yield the accounts of `customer_ids`, reading a batch at a time; of several with one payer, its own.

    Holds, marks and messages are those known now; `today` is the day on which they will be weighed.
    """
    b.session.flush()
    is_stale = stale(b, now)
    for together in _batches(b, customer_ids):
        ids = list(together)
        items = rows.items(b, ids, also)
        gathering.complete(b, items, today, rows.done_steps(b, ids, sandbox=_sandbox(b)), ids)
        yield from gathering.accounts(b, together, items, today, stale=is_stale, asleep={})


def _batches(b: Books, customer_ids: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield customers by batches, each with who is written to for it, and all for whom that one pays."""
    written_to = payers.units(b, customer_ids)
    for start in range(0, len(written_to), BATCH):
        yield payers.together(b, written_to[start : start + BATCH])


def awake(b: Books, customer_ids: Sequence[int], *, today: date, now: datetime) -> Iterator[Account]:
    """Yield the accounts as the morning's plan needs them: without the items that sleep.

    An item sleeps when its next slot is too far off for it to leave today, even by joining a message
    (SCHEDULE 4), or when only an act could wake it. It still counts in what is late.
    """
    b.session.flush()
    before = today + timedelta(days=max(b.company.min_gap_days, 1))
    since = today - timedelta(days=_first_corrective_days(b))
    is_stale = stale(b, now)
    for together in _batches(b, customer_ids):
        ids = list(together)
        items = rows.items(b, ids, before=before)
        done = rows.done_steps(b, ids, sandbox=_sandbox(b), before=before, since=since)
        gathering.complete(b, items, today, done, ids)
        asleep = rows.late_asleep(b, ids, today, before)
        yield from gathering.accounts(b, together, items, today, stale=is_stale, asleep=asleep)


def _first_corrective_days(b: Books) -> int:
    """Return how long after the due date, at most, preventive steps still tell anything (`lapsed`)."""
    firsts = [policy.corrective[0].day for policy in b.company.policies.values() if policy.corrective]
    return max(firsts, default=0)


def _sandbox(b: Books) -> bool:
    return b.company.mode is Mode.SANDBOX


def simulation_start(b: Books, account: Account, on: date, now: datetime) -> date:
    """Return the day from which days to come are played: the last plan's, else when items were learnt of.

    What lies before `now` and was not planned did not leave (rule 25).
    """
    learnt = min((item.learnt_on for item in account.items), default=on)
    days = [learnt, day_plans.last_day(b, on) or learnt]
    if b.today(now) <= on:
        days.append(b.today(now))
    return min(max(days), on)


def on_day(b: Books, account: Account, on: date, now: datetime) -> tuple[Account, Evaluation]:
    """Return an account and its evaluation on `on`, all mails planned before supposed to have left."""
    for item in account.items:
        item.learnt_on = min(item.learnt_on, on)
    start = simulation_start(b, account, on, now)
    return simulate.on_day(account, b.company, start, on, announced(b, start, now))


def announced(b: Books, day: date, now: datetime) -> frozenset[int] | None:
    """Return the invoices that may still leave on `day`, once its plan is made; None before it is.

    None of them once the sending window of that day is over (rule 9).
    """
    if day_plans.last_day(b, day) != day:
        return None
    return frozenset() if window_over(b, day, now) else day_plans.announced(b, day)


def window_over(b: Books, day: date, now: datetime) -> bool:
    """Whether `day` is today and nothing leaves by itself any more at the aware instant `now` (rule 9)."""
    return day == b.today(now) and now.astimezone(b.company.zone).time() >= b.company.window[1]


def why(b: Books, invoice_id: int, *, on: date, now: datetime) -> Decision:
    """Explain one invoice on a day: decision, reason, and what comes next (rule 25).

    Raises LookupError for an invoice of no customer of this company.
    """
    return whys(b, [invoice_id], on=on, now=now)[0]


def whys(b: Books, invoice_ids: Sequence[int], *, on: date, now: datetime) -> list[Decision]:
    """Explain invoices on a day, in the order given; each customer's or payer's days are played once.

    Raises LookupError for an invoice of no customer of this company.
    """
    known = select(Invoice.id, Invoice.customer_id).where(
        Invoice.company_id == b.company_id, Invoice.id.in_(invoice_ids)
    )
    customers: dict[int, int] = dict(b.session.execute(known).all())
    written_to = payers.together(b, customers.values())
    found: dict[int, Decision] = {}
    for customer_id in sorted({written_to[of] for of in customers.values()}):
        asked = [key for key, of in customers.items() if written_to[of] == customer_id]
        found |= _whys(b, customer_id, asked, on, now)
    if on == b.today(now):
        for invoice_id, addresses in copies.put_off(b, invoice_ids).items():
            found[invoice_id].facts["waiting_for"] = addresses
    return [found[invoice_id] for invoice_id in invoice_ids]


def _whys(b: Books, customer_id: int, asked: Sequence[int], on: date, now: datetime) -> dict[int, Decision]:
    found = account(b, customer_id, today=min(on, b.today(now)), now=now, also=asked)
    if found is None:
        raise LookupError(f"no customer {customer_id}")
    played, evaluation = on_day(b, found, on, now)
    may_leave = frozenset[int]() if window_over(b, on, now) else announced(b, on, now)
    if window_over(b, on, now):
        evaluation = evaluate(played, b.company, on, may_leave)
    decisions = explanation.with_facts(played, b.company, on, evaluation, asked, may_leave)
    left, waits = day_plans.left_on(b, on, asked), day_plans.go_missing(b, on)
    for invoice_id, decision in decisions.items():
        if invoice_id in left:
            decisions[invoice_id] = _has_left(decision, on, *left[invoice_id])
            continue
        if decision.decision == Standing.REMIND and waits:
            decision.decision, decision.reason = Standing.HOLD, Reason.GO
        explanation.apply_mode(decision, b.company)
        decision.facts |= _people_facts(b, decision, customer_id, now)
    return decisions


def _has_left(decision: Decision, on: date, step: str, state: str) -> Decision:
    """Return the decision on an invoice whose step left on `on`, with what comes after that."""
    after, on_after = decision.next_step or decision.step, decision.next_on or decision.on
    facts = decision.facts | {"left": state}
    return Decision(Standing.REMIND, Reason.DUE, step, on, None, None, after, on_after, None, facts)


def _people_facts(b: Books, decision: Decision, customer_id: int, now: datetime) -> dict[str, Any]:
    """Return what tells a hold that waits for people: how old the books are, who asked for an approval."""
    if decision.reason == Reason.STALE_BOOKS:
        last = last_complete(b, now)
        return {"last_import_on": b.today(last) if last else None}
    if decision.reason is not Reason.APPROVAL:
        return {}
    asked = select(Approval.asked_at, Approval.asked_by).where(
        Approval.company_id == b.company_id,
        Approval.customer_id.in_(payers.together(b, [customer_id])),
        Approval.state == ApprovalState.ASKED,
    )
    row = b.session.execute(asked.order_by(Approval.id.desc()).limit(1)).one_or_none()
    return {"asked_on": b.today(row.asked_at), "asker": row.asked_by} if row else {}


def customer_of(b: Books, invoice_id: int) -> tuple[int, str]:
    """Return the customer's id and name of one invoice of this company. Raises UnknownInvoice."""
    found = b.session.execute(
        select(Customer.id, Customer.name)
        .join(Invoice, Invoice.customer_id == Customer.id)
        .where(Invoice.company_id == b.company_id, Invoice.id == invoice_id)
    ).one_or_none()
    if found is None:
        raise UnknownInvoice("invoices.absent")
    return found.id, found.name


def names(b: Books, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of the customers."""
    statement = select(Customer.id, Customer.name).where(
        Customer.company_id == b.company_id, Customer.id.in_(customer_ids)
    )
    return dict(b.session.execute(statement).all())


def numbers(b: Books, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of the customers' open invoices."""
    statement = select(Invoice.id, Invoice.number).where(
        Invoice.company_id == b.company_id, Invoice.customer_id.in_(customer_ids), Invoice.outstanding > 0
    )
    return dict(b.session.execute(statement).all())
