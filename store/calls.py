"""Calls: who was reached, what came of it, and the promise or dispute that followed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from receivables.errors import Refused
from receivables.ladder import next_rung
from receivables.policy import Channel
from store import accounts, disputes, journal, locks, promises, settling, steps, tasks
from store.books import Books
from store.tables import Call, Customer, Invoice, JournalLine

OUTCOMES = (
    "reached",
    "promise",
    "payment_sent",
    "dispute",
    "waiting_approval",
    "invoice_not_received",
    "callback",
    "voicemail",
    "unreachable",
)
NOBODY_ANSWERED = ("voicemail", "unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """A call as logged. `step` is the call step that it finished, if one was due."""

    entry_id: int
    call_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    contact: str | None
    outcome: str
    note: str | None
    promise_id: int | None
    promise_date: date | None
    promise_amount: Decimal | None
    holds_until: date | None
    postponed_from: date | None
    dispute_id: int | None
    step: str | None
    task_id: int | None
    outstanding: Decimal
    currency: str
    called_off: int


@dataclass(frozen=True, slots=True)
class _Finished:
    """What a call finished: the task with what reopening it needs, or just the steps."""

    step: str | None = None
    task: dict[str, Any] | None = None
    step_ids: tuple[int, ...] = ()


def log(
    b: Books,
    invoice_id: int,
    *,
    contact: str | None = None,
    outcome: str,
    note: str | None = None,
    promise_date: date | None = None,
    promise_amount: Decimal | None = None,
    by: str,
    at: datetime,
) -> CallOutcome:
    """Log a call about an invoice; one journal line.

    `outcome` is one of OUTCOMES: `promise` makes the promise (its amount None: all that is left), `dispute`
    opens a dispute on the whole invoice unless one is open. Unless nobody answered, a call step that is due
    is done with it. Raises AlreadySettled, and Refused for what cannot be.
    """
    _check(outcome, promise_date)
    invoice = locks.invoice(b, invoice_id)
    finished = _Finished() if outcome in NOBODY_ANSWERED else _finish_step(b, invoice, outcome, by=by, at=at)
    made = None
    if promise_date is not None:
        made = promises.put(b, invoice, amount=promise_amount, on=promise_date, by=by, at=at)
    dispute_id, called_off = _contested(b, invoice, outcome, note, by=by, at=at)
    settling.touch(b, invoice.customer_id)
    call = _add(b, invoice, made, contact=contact, outcome=outcome, note=note, by=by, at=at)
    entry_id = journal.write(
        b,
        "call.logged",
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        data=_record(invoice, call, made, dispute_id, finished),
    )
    return _told(
        b, entry_id, invoice, call, made, finished=finished, dispute_id=dispute_id, called_off=called_off
    )


def _told(
    b: Books,
    entry_id: int,
    invoice: Invoice,
    call: Call,
    made: promises.Put | None,
    *,
    finished: _Finished,
    dispute_id: int | None,
    called_off: int,
) -> CallOutcome:
    return CallOutcome(
        entry_id=entry_id,
        call_id=call.id,
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
        dispute_id=dispute_id,
        step=finished.step,
        task_id=finished.task["task_id"] if finished.task else None,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        called_off=called_off + (made.called_off if made else 0),
    )


def _check(outcome: str, promise_date: date | None) -> None:
    if outcome not in OUTCOMES:
        raise Refused("Issue de l’appel inconnue : choisissez-en une dans la liste.")
    if outcome == "promise" and promise_date is None:
        raise Refused("Une promesse a une date : indiquez le jour du paiement promis.")
    if outcome != "promise" and promise_date is not None:
        raise Refused("Une date de paiement promis va avec l’issue « Promesse de paiement » : choisissez-la.")


def _finish_step(b: Books, invoice: Invoice, outcome: str, *, by: str, at: datetime) -> _Finished:
    """Finish the call step that is due: by its task if one is open, else on the invoice alone."""
    task = tasks.open_about(b, invoice.id, "call")
    if task is not None:
        return _Finished(task.step, tasks.finish(b, task, how="call", outcome=outcome, by=by, at=at))
    today = b.today(at)
    account = accounts.account(b, invoice.customer_id, today=today, now=at)
    item = next((item for item in account.items if item.id == invoice.id), None) if account else None
    if account is None or item is None:
        return _Finished()
    rung = next_rung(item, account.policy, b.company.calendar, b.company.grace_days, today)
    if rung is None or rung.reason != "due" or rung.step.channel is not Channel.CALL:
        return _Finished()
    done = steps.complete(b, rung.step, [(invoice, rung.slot)], task_id=None, how="call", by=by, at=at)
    return _Finished(rung.step.key, None, tuple(done))


def _contested(
    b: Books, invoice: Invoice, outcome: str, note: str | None, *, by: str, at: datetime
) -> tuple[int | None, int]:
    """Open the dispute that the customer spoke of, unless one is open; return its id, messages cancelled."""
    if outcome != "dispute" or disputes.current(b, invoice.id) is not None:
        return None, 0
    dispute = disputes.put(b, invoice, kind="other", note=note, by=by, at=at)
    return dispute.id, settling.changed(b, invoice, reason="disputed", at=at)


def _add(
    b: Books,
    invoice: Invoice,
    made: promises.Put | None,
    *,
    contact: str | None,
    outcome: str,
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


def _record(
    invoice: Invoice, call: Call, made: promises.Put | None, dispute_id: int | None, finished: _Finished
) -> dict[str, Any]:
    """Return what undoing and telling the call need."""
    promised = (made.record | {"promised": str(made.promise.amount)}) if made else {}
    return promised | {
        "call_id": call.id,
        "number": invoice.number,
        "outcome": call.outcome,
        "contact": call.contact,
        "currency": invoice.currency,
        "date": made.promise.date.isoformat() if made else None,
        "dispute_id": dispute_id,
        "task": finished.task,
        "step": finished.step,
        "step_ids": list(finished.step_ids),
    }


def undo_logged(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a call back, with its promise, its dispute and the step that it finished.

    Raises Refused when its promise was replaced, or its dispute settled, since.
    """
    if line.data.get("promise_id") is not None:
        promises.take_back(b, line, at=at)
    if line.data["dispute_id"] is not None:
        disputes.take_back(b, line, by=line.by, at=at)
    if line.data["task"] is not None:
        tasks.reopen(b, line.data["task"], at=at)
    steps.take_back(b, line.data["step_ids"], at=at)
    locks.fresh(b, Call, line.data["call_id"]).undone_at = at
