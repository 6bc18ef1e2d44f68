"""What follows a call besides a promise or a dispute: calling again, a copy of the invoice, a next action."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from receivables.codes.calls import CALL_AGAIN, CallResult
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import locks
from store.books import Books
from store.db.tables import Customer, Invoice, Task
from store.reminders import day_plans
from store.tasks import acts as tasks
from store.tasks import put_offs
from store.traces.work import CallFollowed

MOST = 500


@dataclass(frozen=True, slots=True)
class NextAction:
    """What is to be done after a call. `owner`: a Slack user, None: the customer's; `on`: by which day."""

    what: str
    owner: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """What was opened or put off after a call, by task id; `before` is what put-off tasks had."""

    callback_id: int | None = None
    copy_id: int | None = None
    next_id: int | None = None
    next_owner: str | None = None
    put_off: tuple[tuple[int, datetime | None], ...] = ()

    @property
    def record(self) -> CallFollowed:
        """What undoing needs, for the journal."""
        opened = (id_ for id_ in (self.callback_id, self.copy_id, self.next_id) if id_ is not None)
        return CallFollowed(opened=tuple(opened), put_off=self.put_off)


def check(outcome: CallResult, callback_at: datetime | None, action: NextAction | None, at: datetime) -> None:
    """Refuse what does not go together. Raises Refused."""
    if callback_at is not None:
        if outcome not in CALL_AGAIN:
            raise Refused("calls.hour_without_call_again")
        put_offs.check(callback_at, at)
    if action is not None and not action.what.strip():
        raise Refused("calls.nothing_to_do")


def follow(
    b: Books,
    invoice: Invoice,
    outcome: CallResult,
    *,
    callback_at: datetime | None,
    action: NextAction | None,
    at: datetime,
) -> Followed:
    """Open or put off the tasks that a call asks for. The act that calls this writes the journal line."""
    put_off = tuple(_put_off(b, invoice, callback_at, at)) if callback_at else ()
    callback = _put(b, invoice, TaskKind.CALL, at, to=callback_at) if callback_at and not put_off else None
    copy = _copy(b, invoice, at) if outcome == CallResult.INVOICE_NOT_RECEIVED else None
    next_ = _next(b, invoice, action, at) if action else None
    announced = [task.id for task in (copy, next_) if task is not None and task.put_off_to is None]
    day_plans.announce_tasks(b, announced, at=at)
    return Followed(
        callback_id=callback.id if callback else None,
        copy_id=copy.id if copy else None,
        next_id=next_.id if next_ else None,
        next_owner=next_.owner if next_ else None,
        put_off=put_off,
    )


def _put_off(b: Books, invoice: Invoice, to: datetime, at: datetime) -> Iterator[tuple[int, datetime | None]]:
    for task in tasks.all_open_about(b, invoice.id, TaskKind.CALL):
        before, task.put_off_to = task.put_off_to, to
        put_offs.redraw(b, task.id, at=at)
        yield task.id, before


def _copy(b: Books, invoice: Invoice, at: datetime) -> Task | None:
    """Ask for the invoice to be sent again, unless somebody is asked already."""
    if tasks.open_about(b, invoice.id, TaskKind.INVOICE_COPY) is not None or invoice.outstanding <= 0:
        return None
    return _put(b, invoice, TaskKind.INVOICE_COPY, at)


def _next(b: Books, invoice: Invoice, action: NextAction, at: datetime) -> Task:
    due = b.company.instant(action.on, b.company.digest_at) if action.on else None
    to = due if due is not None and due > at else None
    note = action.what.strip()[:MOST]
    return _put(b, invoice, TaskKind.FOLLOW_UP, at, to=to, owner=action.owner, note=note)


def _put(
    b: Books,
    invoice: Invoice,
    kind: TaskKind,
    at: datetime,
    *,
    to: datetime | None = None,
    owner: str | None = None,
    note: str | None = None,
) -> Task:
    owner = owner or b.session.get_one(Customer, invoice.customer_id).owner
    return tasks.put(
        b,
        kind=kind,
        customer_id=invoice.customer_id,
        invoice_ids=[invoice.id],
        owner=owner,
        note=note,
        at=at,
        put_off_to=to,
    )


def take_back(b: Books, record: CallFollowed, *, by: str, at: datetime) -> None:
    """Undo what `follow` did."""
    tasks.withdraw(b, record.opened, by=by, at=at)
    for task_id, before in record.put_off:
        locks.fresh(b, Task, task_id).put_off_to = before
        put_offs.redraw(b, task_id, at=at)
