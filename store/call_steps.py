"""What finishes calls to make: a call, or a promise that came before it (SCHEDULE 3, 11).

They finish the call tasks about their invoices, the call step that is due, and the pauses until a call back.
"""

from collections.abc import Sequence
from datetime import datetime

from receivables.codes.calls import SILENT, CallResult
from receivables.codes.channels import CALL
from receivables.codes.reasons import Reason
from receivables.codes.steps import StepHow
from receivables.codes.tasks import TaskKind
from receivables.schedule.holds import has_no_step
from receivables.schedule.ladder import next_rung
from receivables.schedule.rung import Rung
from store import pauses
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Invoice, Task
from store.reminders import steps
from store.tasks import acts as tasks
from store.traces.tasks import CallsDone, TaskRecord


def moves_ladder(outcome: CallResult, moves: bool | None, *, again: bool = False) -> bool:
    """Whether a call finishes the call step that is due: as the person says, else by SCHEDULE 3.

    It does unless nobody answered, or the call is to be made again.
    """
    if moves is not None:
        return moves
    return outcome not in SILENT and not again


def by_call(
    b: Books,
    invoices: Sequence[Invoice],
    outcome: CallResult,
    *,
    moved: bool,
    again: bool,
    ticked: bool,
    by: str,
    at: datetime,
) -> CallsDone:
    """Finish the open call tasks about these invoices and, when the call moves the ladder, the step due.

    A task that is no step of the ladder (a call to make again) is done once somebody answered. `ticked`: a
    person said that the call was about these invoices only; what a task holds besides stays to be called.
    """
    answered = moved or (outcome not in SILENT and not again)
    only = {each.id for each in invoices} if ticked else None
    done = [task for task in _open(b, invoices) if (moved if task.step else answered)]
    records = tuple(
        tasks.finish(b, task, how=StepHow.CALL, outcome=outcome, only=only, by=by, at=at) for task in done
    )
    return _with_due(b, invoices, records, StepHow.CALL, due=moved, by=by, at=at)


def by_promise(b: Books, invoices: Sequence[Invoice], *, by: str, at: datetime) -> CallsDone:
    """Finish the calls that a promise makes needless: their step counts as done for these invoices.

    A call back about other invoices too is still to be made.
    """
    ids = {each.id for each in invoices}
    done = [task for task in _open(b, invoices) if task.step or _about_no_other(b, task, ids)]
    records = tuple(
        tasks.finish(b, task, how=StepHow.PROMISE, outcome=CallResult.PROMISE, only=ids, by=by, at=at)
        for task in done
    )
    return _with_due(b, invoices, records, StepHow.PROMISE, due=True, by=by, at=at)


def take_back(b: Books, done: CallsDone, *, at: datetime) -> None:
    """Undo what was finished."""
    for record in done.tasks:
        tasks.reopen(b, record, at=at)
    steps.take_back(b, done.step_ids, at=at)
    pauses.reopen(b, done.pauses)


def _open(b: Books, invoices: Sequence[Invoice]) -> list[Task]:
    found = {task.id: task for each in invoices for task in tasks.all_open_about(b, each.id, TaskKind.CALL)}
    return list(found.values())


def _about_no_other(b: Books, task: Task, ids: set[int]) -> bool:
    return set(tasks.get_task(b, task.id).invoice_ids) <= ids


def _with_due(
    b: Books,
    invoices: Sequence[Invoice],
    records: tuple[TaskRecord, ...],
    how: StepHow,
    *,
    due: bool,
    by: str,
    at: datetime,
) -> CallsDone:
    """Finish besides (`due`) the call step due on invoices that no task was open for, and their pauses."""
    ended = pauses.end_waiting(b, [record.task_id for record in records], by=by, at=at)
    step = next((record.step for record in records if record.step), None)
    done: list[int] = []
    for invoice, rung in _due(b, invoices, at) if due else ():
        step = step or rung.step.key
        done += steps.complete(b, rung.step, [(invoice, rung.slot)], task_id=None, how=how, by=by, at=at)
    return CallsDone(tasks=records, step=step, step_ids=tuple(done), pauses=tuple(ended))


def _due(b: Books, invoices: Sequence[Invoice], at: datetime) -> list[tuple[Invoice, Rung]]:
    """Return the invoices on which a call step is due still: not where none is to be done (26, 27)."""
    today = b.today(at)
    account = accounts.account(b, invoices[0].customer_id, today=today, now=at)
    found: list[tuple[Invoice, Rung]] = []
    for invoice in invoices:
        item = next((item for item in account.items if item.id == invoice.id), None) if account else None
        if account is None or item is None:
            continue
        calendar, grace = b.company.calendar, b.company.grace_days
        if has_no_step(account, item, calendar, grace, today):
            continue
        rung = next_rung(item, account.policy, calendar, grace, today)
        if rung is not None and rung.reason is Reason.DUE and rung.step.channel is CALL:
            found.append((invoice, rung))
    return found
