"""Pauses: nothing leaves for an invoice, a customer or the whole company until a day (SCHEDULE 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.agreements import PauseScope
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Pause
from store.invoices import settling
from store.reminders import acts as reminders
from store.traces.agreements import PauseTold
from store.traces.codec import ActData

FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOutcome:
    """A pause set or ended. Without invoice and customer it is the company's; `until` None: no end set."""

    entry_id: int
    pause_id: int
    scope: PauseScope
    invoice_id: int | None
    number: str | None
    customer_id: int | None
    customer: str | None
    until: date | None
    reason: str | None
    called_off: int


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a pause is about, with its rows."""

    name: PauseScope
    invoice: Invoice | None = None
    customer: Customer | None = None


def pause(
    b: Books,
    *,
    invoice_id: int | None = None,
    customer_id: int | None = None,
    until: date | None,
    reason: str | None,
    by: str,
    at: datetime,
) -> PauseOutcome:
    """Pause an invoice, or a customer, or (neither given) the company; it resumes on the day `until`.

    A running pause of the same scope is replaced. One journal line. Raises Refused for a day gone by.
    """
    scope = _scope(b, invoice_id, customer_id)
    _check_until(b, until, at)
    replaced = _running(b, invoice_id, customer_id, b.today(at))
    if replaced is not None:
        replaced.ended_at, replaced.ended_by = at, by
    row = Pause(
        company_id=b.company_id,
        customer_id=customer_id,
        invoice_id=invoice_id,
        until=until,
        reason=reason,
        at=at,
        by=by,
    )
    b.session.add(row)
    called_off = _call_off(b, scope, at)
    replaced_id = replaced.id if replaced else None
    return _record_pause_act(
        b, Act.PAUSE_SET, row, scope, by=by, at=at, called_off=called_off, replaced_id=replaced_id
    )


def hold(
    b: Books, invoice_ids: Sequence[int], *, reason: str | None, by: str, at: datetime
) -> list[PauseTold]:
    """Pause invoices without end, as part of another act, whose line keeps what is returned."""
    found = []
    for invoice_id in invoice_ids:
        scope = _scope(b, invoice_id, None)
        before = _running(b, invoice_id, None, b.today(at))
        if before is not None:
            before.ended_at, before.ended_by = at, by
        row = Pause(company_id=b.company_id, invoice_id=invoice_id, until=None, reason=reason, at=at, by=by)
        b.session.add(row)
        _call_off(b, scope, at)
        b.session.flush()
        found.append(_told(row, scope, before.id if before else None))
    return found


def lift(b: Books, pause_ids: Sequence[int], replaced_ids: Sequence[int], *, by: str, at: datetime) -> None:
    """Take pauses of another act back; those that they replaced run again."""
    for pause_id in pause_ids:
        row = locks.fresh(b, Pause, pause_id)
        row.ended_at, row.ended_by = at, by
    for pause_id in replaced_ids:
        _reopen(b, pause_id)


def resume(b: Books, pause_id: int, *, by: str, at: datetime) -> PauseOutcome:
    """End a pause now; one journal line. Raises Refused when it has ended already."""
    row = locks.row(b, Pause, pause_id, "pauses.absent")
    if row.ended_at is not None:
        raise Refused("pauses.already_ended")
    if row.until is not None and row.until <= b.today(at):
        raise Refused("pauses.over", day=row.until)
    row.ended_at, row.ended_by = at, by
    scope = _scope(b, row.invoice_id, row.customer_id)
    settling.touch(b, scope.customer.id if scope.customer else None)
    return _record_pause_act(b, Act.PAUSE_ENDED, row, scope, by=by, at=at)


def running(
    b: Books, *, invoice_id: int | None = None, customer_id: int | None = None, on: date
) -> int | None:
    """Return the id of the pause of just this invoice, customer or company that holds on a day."""
    found = _running(b, invoice_id, customer_id, on)
    return found.id if found else None


def _scope(b: Books, invoice_id: int | None, customer_id: int | None) -> _Scope:
    """Take what the pause is about. An invoice goes before a customer."""
    if invoice_id is not None:
        invoice = locks.invoice(b, invoice_id)
        return _Scope(PauseScope.INVOICE, invoice, b.session.get_one(Customer, invoice.customer_id))
    if customer_id is not None:
        return _Scope(PauseScope.CUSTOMER, None, locks.customer(b, customer_id))
    locks.company(b)
    return _Scope(PauseScope.COMPANY)


def _check_until(b: Books, until: date | None, at: datetime) -> None:
    today = b.today(at)
    if until is not None and until <= today:
        raise Refused("pauses.not_to_come", day=until)
    if until is not None and until - today > FARTHEST:
        raise Refused("days.over_five_years", day=until)


def _running(b: Books, invoice_id: int | None, customer_id: int | None, today: date) -> Pause | None:
    rows = b.session.scalars(
        select(Pause)
        .where(
            Pause.company_id == b.company_id,
            Pause.invoice_id.is_not_distinct_from(invoice_id),
            Pause.customer_id.is_not_distinct_from(customer_id),
            Pause.ended_at.is_(None),
        )
        .order_by(Pause.id.desc())
        .execution_options(populate_existing=True)
    )
    return next((row for row in rows if row.until is None or today < row.until), None)


def _call_off(b: Books, scope: _Scope, at: datetime) -> int:
    settling.touch(b, scope.customer.id if scope.customer else None)
    query = select(Invoice.id).where(Invoice.company_id == b.company_id, Invoice.outstanding > 0)
    if scope.invoice is not None:
        query = query.where(Invoice.id == scope.invoice.id)
    elif scope.customer is not None:
        query = query.where(Invoice.customer_id == scope.customer.id)
    return reminders.call_off(b, list(b.session.scalars(query)), reason=Reason.PAUSED, at=at)


def _told(row: Pause, scope: _Scope, replaced_id: int | None) -> PauseTold:
    return PauseTold(
        pause_id=row.id,
        replaced_id=replaced_id,
        scope=scope.name,
        number=scope.invoice.number if scope.invoice else None,
        until=row.until,
        reason=row.reason,
    )


def _record_pause_act(
    b: Books,
    act: Act,
    row: Pause,
    scope: _Scope,
    *,
    by: str,
    at: datetime,
    called_off: int = 0,
    replaced_id: int | None = None,
) -> PauseOutcome:
    b.session.flush()
    invoice, customer = scope.invoice, scope.customer
    entry_id = journal.write(
        b,
        act,
        _told(row, scope, replaced_id),
        by=by,
        at=at,
        customer_id=customer.id if customer else None,
        invoice_id=invoice.id if invoice else None,
    )
    return PauseOutcome(
        entry_id=entry_id,
        pause_id=row.id,
        scope=scope.name,
        invoice_id=invoice.id if invoice else None,
        number=invoice.number if invoice else None,
        customer_id=customer.id if customer else None,
        customer=customer.name if customer else None,
        until=row.until,
        reason=row.reason,
        called_off=called_off,
    )


def undo_set(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a pause back; the one that it replaced runs again. Raises Refused when it was ended since."""
    told = journal.data(line, PauseTold)
    dependents.refuse(b, line, lambda _, later: told.pause_id in _pauses_of(later))
    row = locks.fresh(b, Pause, told.pause_id)
    row.ended_at, row.ended_by = at, line.by
    if told.replaced_id is not None:
        _reopen(b, told.replaced_id)


def undo_ended(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Have a pause run again."""
    _reopen(b, journal.data(line, PauseTold).pause_id)


def _pauses_of(told: ActData) -> tuple[int | None, ...]:
    return (told.pause_id, told.replaced_id) if isinstance(told, PauseTold) else ()


def _reopen(b: Books, pause_id: int) -> None:
    row = locks.fresh(b, Pause, pause_id)
    row.ended_at, row.ended_by = None, None


# --- until a call back ------------------------------------------------------------------------------------


def wait_for_call(
    b: Books, invoice: Invoice, task_id: int, *, until: date, by: str, at: datetime
) -> tuple[Pause | None, int | None, int]:
    """Pause an invoice until the day after the call back of a task; the act that calls this writes the line.

    A pause that lasts as long stays; a shorter one is replaced. Returns the pause, the id of the one that it
    replaces, and how many messages were cancelled.
    """
    running_now = _running(b, invoice.id, None, b.today(at))
    if running_now is not None and (running_now.until is None or running_now.until >= until):
        return None, None, 0
    if running_now is not None:
        running_now.ended_at, running_now.ended_by = at, by
    row = Pause(company_id=b.company_id, invoice_id=invoice.id, until=until, at=at, by=by, task_id=task_id)
    b.session.add(row)
    called_off = settling.changed(b, invoice, reason=Reason.PAUSED, at=at)
    b.session.flush()
    return row, running_now.id if running_now else None, called_off


def end_waiting(b: Books, task_ids: Sequence[int], *, by: str, at: datetime) -> list[int]:
    """End the pauses that waited for calls that were made; return their ids, for `reopen`."""
    rows = list(
        b.session.scalars(
            select(Pause).where(
                Pause.company_id == b.company_id, Pause.task_id.in_(task_ids), Pause.ended_at.is_(None)
            )
        )
    )
    for row in rows:
        row.ended_at, row.ended_by = at, by
    return [row.id for row in rows]


def withdraw(
    b: Books, pause_ids: Sequence[int], replaced_ids: Sequence[int], *, by: str, at: datetime
) -> None:
    """Take back what `wait_for_call` did, for the undoing of the act that called it."""
    for id_ in pause_ids:
        row = locks.fresh(b, Pause, id_)
        row.ended_at, row.ended_by = at, by
    reopen(b, replaced_ids)


def reopen(b: Books, pause_ids: Sequence[int]) -> None:
    """Have pauses run again."""
    for id_ in pause_ids:
        _reopen(b, id_)
