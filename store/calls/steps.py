"""What a call finishes: the call tasks about its invoice, and the call step that is due (SCHEDULE 3)."""

from dataclasses import dataclass
from datetime import datetime

from receivables.codes.calls import SILENT, CallResult
from receivables.codes.channels import CALL
from receivables.codes.reasons import Reason
from receivables.codes.steps import StepHow
from receivables.codes.tasks import TaskKind
from receivables.schedule.ladder import next_rung
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Invoice
from store.reminders import steps
from store.tasks import acts as tasks
from store.traces.work import TaskRecord


@dataclass(frozen=True, slots=True)
class Finished:
    """What a call finished: tasks with what reopening them needs, and steps that no task was open for."""

    step: str | None = None
    tasks: tuple[TaskRecord, ...] = ()
    step_ids: tuple[int, ...] = ()


def moves_ladder(outcome: CallResult, moves: bool | None, callback_at: datetime | None = None) -> bool:
    """Whether a call finishes the call step that is due: as the person says, else by SCHEDULE 3.

    It does unless nobody answered; nor when the call is to be made again at a given hour.
    """
    if moves is not None:
        return moves
    return outcome not in SILENT and callback_at is None


def finish(
    b: Books, invoice: Invoice, outcome: CallResult, *, moved: bool, again: bool, by: str, at: datetime
) -> Finished:
    """Finish the open call tasks and, when the call moves the ladder, the call step that is due.

    A task that is no step of the ladder (a call to make again) is done once somebody answered.
    """
    answered = moved or (outcome not in SILENT and not again)
    done = [
        task
        for task in tasks.all_open_about(b, invoice.id, TaskKind.CALL)
        if (moved if task.step else answered)
    ]
    records = tuple(tasks.finish(b, task, how=StepHow.CALL, outcome=outcome, by=by, at=at) for task in done)
    step = next((task.step for task in done if task.step), None)
    if not moved or step is not None:
        return Finished(step, records)
    return _finish_due(b, invoice, records, by=by, at=at)


def _finish_due(
    b: Books, invoice: Invoice, records: tuple[TaskRecord, ...], *, by: str, at: datetime
) -> Finished:
    """Finish the call step that is due on the invoice alone, no task being open for it."""
    today = b.today(at)
    account = accounts.account(b, invoice.customer_id, today=today, now=at)
    item = next((item for item in account.items if item.id == invoice.id), None) if account else None
    if account is None or item is None:
        return Finished(None, records)
    rung = next_rung(item, account.policy, b.company.calendar, b.company.grace_days, today)
    if rung is None or rung.reason is not Reason.DUE or rung.step.channel is not CALL:
        return Finished(None, records)
    done = steps.complete(b, rung.step, [(invoice, rung.slot)], task_id=None, how=StepHow.CALL, by=by, at=at)
    return Finished(rung.step.key, records, tuple(done))
