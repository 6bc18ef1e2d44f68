"""What follows a call besides a promise or a dispute: calling again, a copy of the invoice, a next action."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.calls import CALL_AGAIN, CallResult
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import locks, pauses
from store.books import Books
from store.db.tables import Customer, Invoice, Task
from store.reminders import task_marks
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
    agreed: tuple[tuple[int, datetime | None], ...] = ()
    paused: tuple[int, ...] = ()
    pauses_replaced: tuple[int, ...] = ()
    paused_until: date | None = None
    """The last day on which nothing is written."""
    called_off: int = 0

    @property
    def record(self) -> CallFollowed:
        """What undoing needs, for the journal."""
        opened = (id_ for id_ in (self.callback_id, self.copy_id, self.next_id) if id_ is not None)
        return CallFollowed(
            opened=tuple(opened),
            put_off=self.put_off,
            agreed=self.agreed,
            paused=self.paused,
            pauses_replaced=self.pauses_replaced,
        )


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
    invoices: Sequence[Invoice],
    outcome: CallResult,
    *,
    callback_at: datetime | None,
    action: NextAction | None,
    by: str,
    at: datetime,
) -> Followed:
    """Open or put off the tasks that a call asks for. The act that calls this writes the journal line."""
    agreed = callback_at if outcome == CallResult.CALLBACK else None
    back = _call_back(b, invoices, callback_at, agreed, at)
    back = _wait(b, invoices, back, agreed, by, at) if agreed else back
    copy = _copy(b, invoices, at) if outcome == CallResult.INVOICE_NOT_RECEIVED else None
    next_ = _next(b, invoices, action, at) if action else None
    task_marks.say(b, at=at)
    return replace(
        back,
        copy_id=copy.id if copy else None,
        next_id=next_.id if next_ else None,
        next_owner=next_.owner if next_ else None,
    )


def _call_back(
    b: Books, invoices: Sequence[Invoice], to: datetime | None, agreed: datetime | None, at: datetime
) -> Followed:
    """Have a call task stand for the hour named, opened if there was none.

    The calls still to make are those that this one did not finish; without an hour, none is agreed any more.
    """
    found = (task for each in invoices for task in tasks.all_open_about(b, each.id, TaskKind.CALL))
    standing = list({task.id: task for task in found}.values())
    before = tuple((task.id, task.agreed_at) for task in standing if task.agreed_at != agreed)
    for task in standing:
        task.agreed_at = agreed
    if to is None:
        return Followed(agreed=before)
    put_off = []
    for task in standing:
        put_off.append((task.id, task.put_off_to))
        task.put_off_to = to
        put_offs.redraw(b, task.id, at=at)
    if standing:
        return Followed(put_off=tuple(put_off), agreed=before)
    opened = _put(b, invoices, TaskKind.CALL, at, to=to)
    opened.agreed_at = agreed
    return Followed(callback_id=opened.id)


def _wait(  # noqa: PLR0917 - one call back, as `follow` has it
    b: Books, invoices: Sequence[Invoice], back: Followed, agreed: datetime, by: str, at: datetime
) -> Followed:
    """Pause what the call was about through the day of the call back (SCHEDULE 11)."""
    day = b.company.day_of(agreed)
    task_id = back.callback_id or back.put_off[0][0]
    found = [
        pauses.wait_for_call(b, each, task_id, until=day + ONE_DAY, by=by, at=at)
        for each in invoices
        if each.outstanding > 0
    ]
    return replace(
        back,
        paused=tuple(row.id for row, _, _ in found if row is not None),
        pauses_replaced=tuple(id_ for _, id_, _ in found if id_ is not None),
        paused_until=day,
        called_off=sum(count for _, _, count in found),
    )


def _copy(b: Books, invoices: Sequence[Invoice], at: datetime) -> Task | None:
    """Ask for the invoices to be sent again that nobody is asked about already."""
    unasked = [
        each
        for each in invoices
        if each.outstanding > 0 and tasks.open_about(b, each.id, TaskKind.INVOICE_COPY) is None
    ]
    return _put(b, unasked, TaskKind.INVOICE_COPY, at) if unasked else None


def _next(b: Books, invoices: Sequence[Invoice], action: NextAction, at: datetime) -> Task:
    due = b.company.instant(action.on, b.company.digest_at) if action.on else None
    to = due if due is not None and due > at else None
    note = action.what.strip()[:MOST]
    return _put(b, invoices, TaskKind.FOLLOW_UP, at, to=to, owner=action.owner, note=note)


def _put(
    b: Books,
    invoices: Sequence[Invoice],
    kind: TaskKind,
    at: datetime,
    *,
    to: datetime | None = None,
    owner: str | None = None,
    note: str | None = None,
) -> Task:
    customer = b.session.get_one(Customer, invoices[0].customer_id)
    return tasks.put(
        b,
        kind=kind,
        customer_id=customer.id,
        invoice_ids=[each.id for each in invoices],
        owner=owner or customer.owner,
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
    for task_id, agreed in record.agreed:
        locks.fresh(b, Task, task_id).agreed_at = agreed
    pauses.withdraw(b, record.paused, record.pauses_replaced, by=by, at=at)
