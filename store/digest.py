"""The figures of one morning: the change since the last one, what came in, what waits, what leaves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import func, select

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.messages import CARRYING, MessageKind, MessageState, Origin
from receivables.codes.statuses import BROKEN
from receivables.codes.tasks import TaskKind, TaskState
from receivables.company import Mode
from store.approvals import facts as approvals
from store.books import Books
from store.db.tables import Allocation, Invoice, Reminder, Run, Task
from store.invoices import settling
from store.invoices.settling import SettledToday
from store.morning import forcings
from store.morning.forcings import Freshness
from store.morning.late import LateCustomer, LateInvoice, customers, totals_of
from store.reminders import day_plans
from store.reminders.day_plans import JOB
from store.replies import acts as incoming

SETTLED = 10
"""Invoices settled since the morning that are told with their author."""
Totals = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Leaving:
    """The e-mails of a day, by what became of them; `at` is when the first that waits may leave."""

    planned: int = 0
    sent: int = 0
    other: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Morning:
    """What the digest of `day` tells. `since` is the day of the digest before; `before` its late totals."""

    day: date
    mode: Mode
    late: tuple[LateCustomer, ...]
    since: date
    before: Totals | None
    newly: tuple[LateInvoice, ...]
    paid: Totals = field(default_factory=dict)
    settled: int = 0
    broken: int = 0
    calls: int = 0
    tasks: int = 0
    leaving: Leaving = Leaving()
    statements: int = 0
    """Statements of account that leave or left that day."""
    thanks: int = 0
    """Mails of thanks that leave or left that day."""
    instalments: int = 0
    """Mails about an instalment of a payment plan that leave or left that day."""
    would_leave: int = 0
    """E-mails that the plan counted: in draft mode they are shown and stay."""
    needs_go: bool = False
    go_by: str | None = None
    """Who gave the go that the morning waited for."""
    first_live: bool = False
    """Whether it is the first morning whose mails leave by themselves."""
    approvals: int = 0
    """Messages that wait for a second person."""
    fresh: Freshness | None = None
    """How old the books are; None: not asked."""
    settled_today: tuple[SettledToday, ...] = ()
    """Late invoices settled since the digest's hour, the latest first; `settled_count`: how many."""
    settled_count: int = 0
    unread: int = 0
    """Replies that wait for a person; `to_file`: mails of whom nobody knows."""
    to_file: int = 0

    @property
    def invoices(self) -> list[LateInvoice]:
        """Every late invoice, by priority."""
        return [invoice for customer in self.late for invoice in customer.invoices]

    @property
    def totals(self) -> Totals:
        """All that is late, by currency."""
        return totals_of(self.invoices)


def morning_figures(b: Books, day: date, now: datetime | None = None) -> Morning:
    """Return the figures of the digest of `day`, as the books stand now.

    With `now` (aware, on that day), also whether the books are too old to send from.
    """
    late = tuple(customers(b, day))
    earlier = _earlier(b, day)
    since = date.fromisoformat(earlier[0]) if earlier else b.company.calendar.previous_open(day - ONE_DAY)
    invoices = [invoice for customer in late for invoice in customer.invoices]
    run = _run(b, day)
    paid, settled = _paid(b, since, day)
    kinds, others = _open_tasks(b), _others(b, day)
    unread, to_file = incoming.waiting(b)
    hour = b.company.instant(day, b.company.digest_at)
    today, count = settling.settled_since(b, hour, due_before=day, limit=SETTLED)
    return Morning(
        day=day,
        settled_today=tuple(today),
        settled_count=count,
        mode=b.company.mode,
        late=late,
        since=since,
        before=_amounts(earlier[1].get("late")) if earlier else None,
        newly=tuple(invoice for invoice in invoices if invoice.due_date >= since),
        paid=paid,
        settled=settled,
        broken=sum(invoice.state in BROKEN for invoice in invoices),
        calls=kinds.get(TaskKind.CALL, 0),
        tasks=sum(count for kind, count in kinds.items() if kind != TaskKind.CALL),
        leaving=_leaving(b, day),
        statements=others.get(MessageKind.STATEMENT, 0),
        thanks=others.get(MessageKind.THANKS, 0),
        instalments=others.get(MessageKind.INSTALMENT, 0),
        would_leave=_planned_in(run.data) if run else 0,
        needs_go=run is not None and run.needs_go and run.go_at is None,
        go_by=run.go_by if run is not None and run.needs_go else None,
        fresh=forcings.freshness(b, now) if now is not None and b.today(now) == day else None,
        first_live=b.company.mode is Mode.LIVE and day_plans.first_live(b, day),
        approvals=approvals.waiting(b),
        unread=unread,
        to_file=to_file,
    )


def _planned_in(data: Mapping[str, object]) -> int:
    """Return the e-mails of a plan by its own figures: reminders, and invoices sent themselves."""
    return sum(int(str(data.get(name, 0))) for name in ("messages", "invoices"))


def _earlier(b: Books, day: date) -> tuple[str, dict[str, object]] | None:
    """Return period and record of the last plan before `day`."""
    found = b.session.execute(
        select(Run.period, Run.data)
        .where(Run.company_id == b.company_id, Run.job == JOB, Run.period < day.isoformat())
        .order_by(Run.period.desc())
        .limit(1)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def _amounts(written: object) -> Totals | None:
    if not isinstance(written, dict):
        return None
    return {str(currency): Decimal(str(amount)) for currency, amount in written.items()}


def _run(b: Books, day: date) -> Run | None:
    return b.session.scalar(
        select(Run).where(Run.company_id == b.company_id, Run.job == JOB, Run.period == day.isoformat())
    )


def _paid(b: Books, since: date, day: date) -> tuple[Totals, int]:
    """Return what was set against known invoices from `since` to the eve of `day`, and how many it settled.

    What an import learnt of as paid already is no news, and left out.
    """
    begin, end = (b.company.instant(limit, time()) for limit in (since, day))
    rows = b.session.execute(
        select(Allocation.amount, Invoice.currency, Invoice.id, Invoice.settled_at)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(
            Allocation.company_id == b.company_id,
            Allocation.payment_id.is_not(None),
            Allocation.undone_at.is_(None),
            Allocation.at >= begin,
            Allocation.at < end,
            Invoice.learnt_at < Allocation.at,
        )
    )
    return _summed(rows, begin, end)


def _summed(
    rows: Iterable[tuple[Decimal, str, int, datetime | None]], begin: datetime, end: datetime
) -> tuple[Totals, int]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    settled = set()
    for amount, currency, id_, settled_at in rows:
        sums[currency] += amount
        if settled_at is not None and begin <= settled_at < end:
            settled.add(id_)
    return dict(sums), len(settled)


def _open_tasks(b: Books) -> dict[str, int]:
    rows = b.session.execute(
        select(Task.kind, func.count())
        .where(Task.company_id == b.company_id, Task.state == TaskState.OPEN)
        .group_by(Task.kind)
    )
    return dict(rows.all())


def _leaving(b: Books, day: date) -> Leaving:
    rows = b.session.execute(
        select(Reminder.state, func.count(), func.min(Reminder.planned_for))
        .where(Reminder.company_id == b.company_id, Reminder.day == day)
        .where(Reminder.kind.in_(CARRYING))
        .group_by(Reminder.state)
    )
    found = {state: (count, first) for state, count, first in rows}
    planned, at = found.get(MessageState.PLANNED, (0, None))
    away = MessageState.SENT, MessageState.SENDING, MessageState.RETRYING
    sent = sum(found.get(state, (0, None))[0] for state in away)
    other = sum(found.get(state, (0, None))[0] for state in (MessageState.FAILED, MessageState.UNCERTAIN))
    return Leaving(planned=planned, sent=sent, other=other, at=at)


def _others(b: Books, day: date) -> dict[str, int]:
    """Return how many messages that carry no invoices leave by the clock on `day`, or left, by kind."""
    rows = b.session.execute(
        select(Reminder.kind, func.count())
        .where(Reminder.company_id == b.company_id, Reminder.day == day, Reminder.kind.not_in(CARRYING))
        .where(Reminder.origin == Origin.CLOCK, Reminder.state != MessageState.CANCELLED)
        .group_by(Reminder.kind)
    )
    return dict(rows.all())
