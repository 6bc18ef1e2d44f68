"""Calls: who was reached, what came of it, and the promise or dispute that followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from receivables.acts import Act
from receivables.codes.calls import CallResult
from receivables.codes.disputes import DisputeKind
from receivables.codes.reasons import Reason
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from receivables.money import total
from store import call_steps, dependents, journal, locks
from store.books import Books
from store.calls import follow_up as call_follow_up
from store.calls.follow_up import Followed, NextAction
from store.db.tables import Call, CallItem, Customer, Invoice, JournalLine
from store.disputes import acts as disputes
from store.invoices import settling
from store.promises import payment_left, putting
from store.promises.payment_left import LeftPut
from store.promises.putting import Put
from store.promises.record import PromiseRecord, whole_record
from store.tasks import acts as tasks
from store.traces.about import AboutTask
from store.traces.tasks import CallsDone
from store.traces.work import CallLogged, PromiseByCall


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """A call as logged. `step` is the call step that it finished, if one was due.

    `waits`: a call task is open still, since the call did not move the ladder.
    """

    entry_id: int
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
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
    corrected_from: date | None
    postponements: int
    """How often in a row the promise was postponed; 0: it replaces none."""
    record: PromiseRecord | None
    """How the customer's promises ended, when one was made."""
    left: LeftPut | None
    """What the word that the payment has left brought about."""
    dispute_id: int | None
    step: str | None
    task_id: int | None
    waits: bool
    callback_at: datetime | None
    paused_until: date | None
    """The last day on which nothing is written, because a call back was agreed."""
    copy_task_id: int | None
    next_task_id: int | None
    next_owner: str | None
    next_action: NextAction | None
    outstanding: Decimal
    currency: str
    called_off: int


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one call, in the order in which it came."""

    finished: CallsDone
    made: Put | None
    left: LeftPut | None
    dispute_ids: tuple[int, ...]
    followed: Followed
    called_off: int


def log(
    b: Books,
    invoice_id: int,
    *,
    others: Sequence[int] = (),
    ticked: bool = False,
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
    """Log a call about an invoice, and `others` of the same customer; one journal line.

    Of outcomes `promise` makes one promise on all of them (its amount None: all that is left), `payment_sent`
    holds them for some days, `dispute` opens a dispute on each unless one is open, `invoice_not_received` a
    task to send them again. `moves` is what the person says of the call step that is due: done with it or not
    (None: see `call_steps.moves_ladder`). `ticked`: what a call task holds besides was not spoken of. With
    `callback_at` the task comes back then, and an agreed call back pauses the invoices through that day.
    Raises AlreadySettled, Refused.
    """
    _check(outcome, promise_date)
    call_follow_up.check(outcome, callback_at, next_action, at)
    invoices = [locks.invoice(b, id_) for id_ in dict.fromkeys((invoice_id, *others))]
    putting.refuse_other_customers(invoices)
    again = callback_at is not None or outcome == CallResult.CALLBACK
    finished = call_steps.by_call(
        b, invoices, outcome, moved=call_steps.moves_ladder(outcome, moves, again=again), again=again,
        ticked=ticked, by=by, at=at,
    )  # fmt: skip
    made = None
    if promise_date is not None:
        made = putting.put(b, invoices, amount=promise_amount, on=promise_date, by=by, at=at)
    left = payment_left.put(b, invoices, by=by, at=at) if outcome == CallResult.PAYMENT_SENT else None
    dispute_ids, called_off = _contested(b, invoices, outcome, note, by=by, at=at)
    settling.touch(b, invoices[0].customer_id)
    followed = call_follow_up.follow(
        b, invoices, outcome, callback_at=callback_at, action=next_action, by=by, at=at
    )
    call = _add(b, invoices, made, contact=contact, outcome=outcome, note=note, by=by, at=at)
    call.moves, call.callback_at = moves, callback_at
    called_off += followed.called_off + (made.called_off if made else 0) + (left.called_off if left else 0)
    came = _Came(finished, made, left, dispute_ids, followed, called_off)
    entry_id = _write(b, invoices, call, came)
    return _outcome(b, entry_id, invoices, call, came, next_action)


def _write(b: Books, invoices: Sequence[Invoice], call: Call, came: _Came) -> int:
    return journal.write(
        b,
        Act.CALL_LOGGED,
        _record(invoices, call, came),
        by=call.by,
        at=call.at,
        customer_id=call.customer_id,
        invoice_id=invoices[0].id if len(invoices) == 1 else None,
    )


def _outcome(  # noqa: PLR0917 - one call and all that came of it
    b: Books,
    entry_id: int,
    invoices: Sequence[Invoice],
    call: Call,
    came: _Came,
    action: NextAction | None,
) -> CallOutcome:
    made, followed, finished = came.made, came.followed, came.finished
    waiting = (task.step for each in invoices for task in tasks.all_open_about(b, each.id, TaskKind.CALL))
    return CallOutcome(
        entry_id=entry_id,
        invoice_ids=tuple(invoice.id for invoice in invoices),
        numbers=tuple(invoice.number for invoice in invoices),
        customer_id=call.customer_id,
        customer=b.session.get_one(Customer, call.customer_id).name,
        contact=call.contact,
        outcome=call.outcome,
        note=call.note,
        promise_id=made.first.id if made else None,
        promise_date=made.first.date if made else None,
        promise_amount=made.amount if made else None,
        holds_until=putting.holds_until(b, made.first) if made else came.left.until if came.left else None,
        postponed_from=made.postponed_from if made else None,
        corrected_from=made.corrected_from if made else None,
        postponements=max(putting.postponements(b, row) for row, _ in made.rows) if made else 0,
        record=whole_record(b, call.customer_id, b.today(call.at)) if made else None,
        left=came.left,
        dispute_id=came.dispute_ids[0] if came.dispute_ids else None,
        step=finished.step,
        task_id=finished.tasks[0].task_id if finished.tasks else None,
        waits=any(waiting),
        callback_at=call.callback_at,
        paused_until=followed.paused_until,
        copy_task_id=followed.copy_id,
        next_task_id=followed.next_id,
        next_owner=followed.next_owner,
        next_action=action,
        outstanding=total(invoice.outstanding for invoice in invoices),
        currency=invoices[0].currency,
        called_off=came.called_off,
    )


def _check(outcome: CallResult, promise_date: date | None) -> None:
    if outcome not in tuple(CallResult):
        raise Refused("calls.unknown_outcome")
    if outcome == CallResult.PROMISE and promise_date is None:
        raise Refused("calls.promise_without_day")
    if outcome != CallResult.PROMISE and promise_date is not None:
        raise Refused("calls.day_without_promise")


def _contested(
    b: Books, invoices: Sequence[Invoice], outcome: CallResult, note: str | None, *, by: str, at: datetime
) -> tuple[tuple[int, ...], int]:
    """Open the dispute that the customer spoke of, on each invoice without one; count what it cancels."""
    if outcome != CallResult.DISPUTE:
        return (), 0
    contested = [each for each in invoices if disputes.current(b, each.id) is None]
    ids, called_off = [], 0
    for invoice in contested:
        ids.append(disputes.put(b, invoice, kind=DisputeKind.OTHER, note=note, by=by, at=at).id)
        called_off += settling.changed(b, invoice, reason=Reason.DISPUTED, at=at)
    return tuple(ids), called_off


def _add(
    b: Books,
    invoices: Sequence[Invoice],
    made: Put | None,
    *,
    contact: str | None,
    outcome: CallResult,
    note: str | None,
    by: str,
    at: datetime,
) -> Call:
    call = Call(
        company_id=b.company_id,
        customer_id=invoices[0].customer_id,
        invoice_id=invoices[0].id,
        at=at,
        by=by,
        contact=contact,
        outcome=outcome,
        note=note,
        promise_id=made.first.id if made else None,
    )
    b.session.add(call)
    b.session.flush()
    b.session.add_all(CallItem(call_id=call.id, invoice_id=invoice.id) for invoice in invoices)
    b.session.flush()
    return call


def _record(invoices: Sequence[Invoice], call: Call, came: _Came) -> CallLogged:
    """Return what undoing and telling the call need."""
    puts = came.made.puts if came.made else ()
    return CallLogged(
        promise=_promised(came.made) if came.made else None,
        also=puts[1:],
        left=came.left.record if came.left else None,
        call_id=call.id,
        number=", ".join(invoice.number for invoice in invoices),
        outcome=call.outcome,
        contact=call.contact,
        currency=invoices[0].currency,
        promised_on=came.made.first.date if came.made else None,
        dispute_id=came.dispute_ids[0] if came.dispute_ids else None,
        disputes_too=came.dispute_ids[1:],
        tasks=came.finished.tasks,
        step=came.finished.step,
        step_ids=came.finished.step_ids,
        pauses=came.finished.pauses,
        followed=came.followed.record,
    )


def _promised(made: Put) -> PromiseByCall:
    first = made.puts[0]
    return PromiseByCall(
        promise_id=first.promise_id,
        replaced_id=first.replaced_id,
        replaced_too=first.replaced_too,
        promised=made.amount,
    )


def undo_logged(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a call back, with its promise, its disputes and the steps that it finished.

    Raises Refused when its promise was replaced, a dispute settled, or a task that it opened closed, since.
    """
    call = journal.data(line, CallLogged)
    opened = call.followed.opened
    dependents.refuse(b, line, lambda _, later: isinstance(later, AboutTask) and later.task_id in opened)
    if call.left is not None:
        payment_left.take_back(b, line, call.left, at=at)
    putting.take_back(b, line, call.promised, at=at)
    for dispute_id in call.disputes:
        disputes.take_back(b, line, dispute_id, at=at)
    call_follow_up.take_back(b, call.followed, by=line.by, at=at)
    done = CallsDone(tasks=call.tasks, step=call.step, step_ids=call.step_ids, pauses=call.pauses)
    call_steps.take_back(b, done, at=at)
    locks.fresh(b, Call, call.call_id).undone_at = at
