"""Calls: who was reached, what came of it, and the promise or dispute that followed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from receivables.acts import Act
from receivables.codes.calls import CallResult
from receivables.codes.disputes import DisputeKind
from receivables.codes.reasons import Reason
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import dependents, journal, locks
from store.books import Books
from store.calls import follow_up as call_follow_up
from store.calls import steps as call_steps
from store.calls.follow_up import Followed, NextAction
from store.calls.steps import Finished
from store.db.tables import Call, Customer, Invoice, JournalLine
from store.disputes import acts as disputes
from store.invoices import settling
from store.promises import acts as promises
from store.reminders import steps
from store.tasks import acts as tasks
from store.traces.about import AboutTask
from store.traces.work import CallLogged, PromiseByCall


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """A call as logged. `step` is the call step that it finished, if one was due.

    `waits`: a call task is open still, since the call did not move the ladder.
    """

    entry_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    contact: str | None
    outcome: CallResult
    note: str | None
    promise_id: int | None
    promise_date: date | None
    promise_amount: Decimal | None
    holds_until: date | None
    postponed_from: date | None
    postponements: int
    """How often in a row the promise was postponed; 0: it replaces none."""
    record: promises.PromiseRecord | None
    """How the customer's promises ended, when one was made."""
    dispute_id: int | None
    step: str | None
    task_id: int | None
    waits: bool
    callback_at: datetime | None
    copy_task_id: int | None
    next_task_id: int | None
    next_owner: str | None
    next_action: NextAction | None
    outstanding: Decimal
    currency: str
    called_off: int


def log(
    b: Books,
    invoice_id: int,
    *,
    contact: str | None = None,
    outcome: CallResult,
    note: str | None = None,
    promise_date: date | None = None,
    promise_amount: Decimal | None = None,
    moves: bool | None = None,
    callback_at: datetime | None = None,
    next_action: NextAction | None = None,
    by: str,
    at: datetime,
) -> CallOutcome:
    """Log a call about an invoice; one journal line.

    Of outcomes `promise` makes the promise (its amount None: all that is left), `dispute`
    opens a dispute on the whole invoice unless one is open, `invoice_not_received` a task to send it again.
    `moves` is what the person says of the call step that is due: done with it or not (None: see
    `call_steps.moves_ladder`). The task comes back at `callback_at`. Raises AlreadySettled, Refused.
    """
    _check(outcome, promise_date)
    call_follow_up.check(outcome, callback_at, next_action, at)
    invoice = locks.invoice(b, invoice_id)
    moved = call_steps.moves_ladder(outcome, moves, callback_at)
    finished = call_steps.finish(
        b, invoice, outcome, moved=moved, again=callback_at is not None, by=by, at=at
    )
    made = None
    if promise_date is not None:
        made = promises.put(b, invoice, amount=promise_amount, on=promise_date, by=by, at=at)
    dispute_id, called_off = _contested(b, invoice, outcome, note, by=by, at=at)
    settling.touch(b, invoice.customer_id)
    followed = call_follow_up.follow(b, invoice, outcome, callback_at=callback_at, action=next_action, at=at)
    call = _add(b, invoice, made, contact=contact, outcome=outcome, note=note, by=by, at=at)
    call.moves, call.callback_at = moves, callback_at
    entry_id = journal.write(
        b,
        Act.CALL_LOGGED,
        _record(invoice, call, made, dispute_id, finished, followed),
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    told = _call_outcome(
        b, entry_id, invoice, call, made, finished=finished, dispute_id=dispute_id, called_off=called_off
    )
    return _with_follow_up(told, followed, next_action)


def _with_follow_up(told: CallOutcome, followed: Followed, action: NextAction | None) -> CallOutcome:
    return replace(
        told,
        copy_task_id=followed.copy_id,
        next_task_id=followed.next_id,
        next_owner=followed.next_owner,
        next_action=action,
    )


def _call_outcome(
    b: Books,
    entry_id: int,
    invoice: Invoice,
    call: Call,
    made: promises.Put | None,
    *,
    finished: Finished,
    dispute_id: int | None,
    called_off: int,
) -> CallOutcome:
    return CallOutcome(
        entry_id=entry_id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=invoice.customer_id,
        customer=b.session.get_one(Customer, invoice.customer_id).name,
        contact=call.contact,
        outcome=call.outcome,
        note=call.note,
        promise_id=made.promise.id if made else None,
        promise_date=made.promise.date if made else None,
        promise_amount=made.promise.amount if made else None,
        holds_until=promises.holds_until(b, made.promise) if made else None,
        postponed_from=made.replaced.date if made and made.replaced else None,
        postponements=promises.postponements(b, made.promise) if made else 0,
        record=promises.whole_record(b, invoice.customer_id, b.today(call.at)) if made else None,
        dispute_id=dispute_id,
        step=finished.step,
        task_id=finished.tasks[0].task_id if finished.tasks else None,
        waits=any(task.step for task in tasks.all_open_about(b, invoice.id, TaskKind.CALL)),
        callback_at=call.callback_at,
        copy_task_id=None,
        next_task_id=None,
        next_owner=None,
        next_action=None,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        called_off=called_off + (made.called_off if made else 0),
    )


def _check(outcome: CallResult, promise_date: date | None) -> None:
    if outcome not in tuple(CallResult):
        raise Refused("calls.unknown_outcome")
    if outcome == CallResult.PROMISE and promise_date is None:
        raise Refused("calls.promise_without_day")
    if outcome != CallResult.PROMISE and promise_date is not None:
        raise Refused("calls.day_without_promise")


def _contested(
    b: Books, invoice: Invoice, outcome: CallResult, note: str | None, *, by: str, at: datetime
) -> tuple[int | None, int]:
    """Open the dispute that the customer spoke of, unless one is open; return its id, messages cancelled."""
    if outcome != CallResult.DISPUTE or disputes.current(b, invoice.id) is not None:
        return None, 0
    dispute = disputes.put(b, invoice, kind=DisputeKind.OTHER, note=note, by=by, at=at)
    return dispute.id, settling.changed(b, invoice, reason=Reason.DISPUTED, at=at)


def _add(
    b: Books,
    invoice: Invoice,
    made: promises.Put | None,
    *,
    contact: str | None,
    outcome: CallResult,
    note: str | None,
    by: str,
    at: datetime,
) -> Call:
    call = Call(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        at=at,
        by=by,
        contact=contact,
        outcome=outcome,
        note=note,
        promise_id=made.promise.id if made else None,
    )
    b.session.add(call)
    b.session.flush()
    return call


def _record(  # noqa: PLR0917 - what came of one call, in the order in which it came
    invoice: Invoice,
    call: Call,
    made: promises.Put | None,
    dispute_id: int | None,
    finished: Finished,
    followed: Followed,
) -> CallLogged:
    """Return what undoing and telling the call need."""
    return CallLogged(
        promise=_promised(made) if made else None,
        call_id=call.id,
        number=invoice.number,
        outcome=call.outcome,
        contact=call.contact,
        currency=invoice.currency,
        promised_on=made.promise.date if made else None,
        dispute_id=dispute_id,
        tasks=finished.tasks,
        step=finished.step,
        step_ids=finished.step_ids,
        followed=followed.record,
    )


def _promised(made: promises.Put) -> PromiseByCall:
    put = made.record
    return PromiseByCall(promise_id=put.promise_id, replaced_id=put.replaced_id, promised=made.promise.amount)


def undo_logged(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a call back, with its promise, its dispute and the step that it finished.

    Raises Refused when its promise was replaced, its dispute settled, or a task that it opened closed, since.
    """
    call = journal.data(line, CallLogged)
    opened = call.followed.opened
    dependents.refuse(b, line, lambda _, later: isinstance(later, AboutTask) and later.task_id in opened)
    if call.promise is not None:
        promises.take_back(b, line, call.promise, at=at)
    if call.dispute_id is not None:
        disputes.take_back(b, line, call.dispute_id, at=at)
    call_follow_up.take_back(b, call.followed, by=line.by, at=at)
    for record in call.tasks:
        tasks.reopen(b, record, at=at)
    steps.take_back(b, call.step_ids, at=at)
    locks.fresh(b, Call, call.call_id).undone_at = at
