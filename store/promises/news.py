"""What became of promises and payment plans, told once each: kept, broken, and instalments on their day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from receivables.acts import Act
from receivables.codes.agreements import PromiseEnd
from receivables.codes.announcements import AnnouncementKind
from receivables.people import Automaton
from receivables.schedule.account import PromiseFact
from receivables.schedule.holds import kept, promise_end
from store import announcements, journal
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Invoice, Promise
from store.traces.agreements import InstalmentEnded, PromiseEnded


def announce_promise_news(b: Books, *, at: datetime) -> int:
    """Announce, once each, what happened to promises and plans by the local day of `at`; return how much.

    Of a plan: each instalment on its day, when it is met, and the one that breaks the plan.
    """
    today = b.today(at)
    promises = _untold(b)
    by_id = _by_id(b, promises)
    words: dict[int, list[Promise]] = defaultdict(list)
    for row in (row for row in promises if row.plan_id is None):
        words[row.together_id or row.id].append(row)
    count = sum(_tell_promise(b, rows, by_id[rows[0].id], today, at) for rows in words.values())
    for plan_id in dict.fromkeys(row.plan_id for row in promises if row.plan_id is not None):
        count += _tell_plan(b, plan_id, today, at)
    return count


def _untold(b: Books) -> list[Promise]:
    """Return the promises that stand, and of whose end nobody has been told."""
    query = select(Promise).where(
        Promise.company_id == b.company_id, promise_facts.LIVE, Promise.told_at.is_(None)
    )
    return list(b.session.scalars(query.order_by(Promise.id)))


def _by_id(b: Books, promises: Iterable[Promise]) -> dict[int, PromiseFact]:
    customers = sorted({row.customer_id for row in promises})
    facts = promise_facts.of_customers(b, customers) if customers else {}
    return {fact.id: fact for each in facts.values() for fact in each if not fact.of_plan}


def _over(b: Books, promise: PromiseFact, today: date) -> bool:
    return promise_end(promise, b.company.calendar, b.company.grace_days) < today


def _tell_promise(b: Books, rows: Sequence[Promise], promise: PromiseFact, today: date, at: datetime) -> bool:
    """Tell of a promise that ended, of several invoices once.

    One whose end fell before every due date breaks nothing (SCHEDULE 11). That a payment has come which was
    said to have left is told by the payment.
    """
    if not kept(promise) and not _over(b, promise, today):
        return False
    how = PromiseEnd.KEPT if kept(promise) else PromiseEnd.BROKEN
    if not _mark(b, [row.id for row in rows], how, at):
        return False
    if how is PromiseEnd.KEPT and promise.payment_left:
        return False
    due = min(b.session.get_one(Invoice, row.invoice_id).due_date for row in rows)
    if how == PromiseEnd.BROKEN and promise_end(promise, b.company.calendar, b.company.grace_days) < due:
        return False
    _say(b, rows, how, promise, at)
    return True


def _say(b: Books, rows: Sequence[Promise], how: PromiseEnd, promise: PromiseFact, at: datetime) -> None:
    row = rows[0]
    key = f"promise:{row.id}" if how == PromiseEnd.BROKEN else f"promise:{row.id}:kept"
    data = {"promise_id": row.id, "invoice_id": row.invoice_id, "customer_id": row.customer_id}
    announcements.announce(
        b,
        key=key,
        kind=AnnouncementKind.PROMISE_KEPT if how is PromiseEnd.KEPT else AnnouncementKind.PROMISE_BROKEN,
        data=data,
        at=at,
    )
    broken = Act.PROMISE_PAYMENT_UNSEEN if promise.payment_left else Act.PROMISE_BROKEN
    journal.write(
        b,
        Act.PROMISE_KEPT if how == PromiseEnd.KEPT else broken,
        PromiseEnded(promise_id=row.id),
        by=Automaton.CLOCK,
        at=at,
        customer_id=row.customer_id,
        invoice_id=row.invoice_id if len(rows) == 1 else None,
    )


def _tell_plan(b: Books, plan_id: int, today: date, at: datetime) -> int:
    """Tell of the instalments of one plan, up to the one that is awaited or that broke it."""
    rows = _rows_by_day(b, plan_id)
    count = 0
    for instalment in promise_facts.of_plan(b, plan_id):
        ids = rows[instalment.promised_on]
        if kept(instalment):
            count += _tell_instalment(b, plan_id, instalment, ids, AnnouncementKind.INSTALMENT_MET, at)
            continue
        if _over(b, instalment, today):
            count += _tell_instalment(b, plan_id, instalment, ids, AnnouncementKind.INSTALMENT_MISSED, at)
        elif instalment.promised_on <= today:
            _announce(b, plan_id, instalment, AnnouncementKind.INSTALMENT_DUE, at)
        break
    return count


def _rows_by_day(b: Books, plan_id: int) -> Mapping[date, list[int]]:
    found: dict[date, list[int]] = defaultdict(list)
    query = select(Promise.id, Promise.date).where(
        Promise.company_id == b.company_id, Promise.plan_id == plan_id
    )
    for id_, day in b.session.execute(query.order_by(Promise.id)):
        found[day].append(id_)
    return found


def _tell_instalment(  # noqa: PLR0917 - one plan's instalment, as the loop has it
    b: Books, plan_id: int, instalment: PromiseFact, ids: list[int], kind: AnnouncementKind, at: datetime
) -> bool:
    met = kind is AnnouncementKind.INSTALMENT_MET
    if not _mark(b, ids, PromiseEnd.KEPT if met else PromiseEnd.BROKEN, at):
        return False
    _announce(b, plan_id, instalment, kind, at)
    journal.write(
        b,
        Act.INSTALMENT_MET if met else Act.PLAN_BROKEN,
        InstalmentEnded(plan=plan_id, promised_on=instalment.promised_on),
        by=Automaton.CLOCK,
        at=at,
        customer_id=_customer(b, ids[0]),
    )
    return True


def _customer(b: Books, promise_id: int) -> int:
    return b.session.get_one(Promise, promise_id).customer_id


def _announce(b: Books, plan_id: int, instalment: PromiseFact, kind: AnnouncementKind, at: datetime) -> None:
    what = kind.removeprefix("instalment_")
    day = instalment.promised_on.isoformat()
    data = {"plan_id": plan_id, "date": day}
    announcements.announce(b, key=f"instalment:{plan_id}:{day}:{what}", kind=kind, data=data, at=at)


def _mark(b: Books, promise_ids: list[int], how: PromiseEnd, at: datetime) -> bool:
    """Mark promises as told of, with what they became; False when another clock did."""
    marked = b.session.execute(
        update(Promise)
        .where(Promise.id.in_(promise_ids), Promise.told_at.is_(None))
        .values(told_at=at, ended_how=how)
        .returning(Promise.id)
        .execution_options(synchronize_session=False)
    )
    return bool(marked.all())


def untell(b: Books, customer_id: int) -> None:
    """Follow again the customer's promises that were told as kept and no longer are: money was taken back."""
    told = select(Promise.id, Promise.plan_id, Promise.date).where(
        Promise.company_id == b.company_id,
        Promise.customer_id == customer_id,
        Promise.ended_how == PromiseEnd.KEPT,
    )
    rows = b.session.execute(told).all()
    if not rows:
        return
    facts = [fact for each in promise_facts.of_customers(b, [customer_id]).values() for fact in each]
    short = {fact.id for fact in facts if not fact.of_plan and not kept(fact)}
    missing = {(fact.plan, fact.promised_on) for fact in facts if fact.of_plan and not kept(fact)}
    ids = [id_ for id_, plan, day in rows if id_ in short or (plan, day) in missing]
    b.session.execute(
        update(Promise)
        .where(Promise.id.in_(ids))
        .values(told_at=None, ended_how=None)
        .execution_options(synchronize_session=False)
    )
