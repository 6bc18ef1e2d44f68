"""Tasks put off: still open, nobody nudged meanwhile, and told again at the hour asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.tasks import TaskState
from receivables.errors import Refused
from receivables.people import Person
from store import announcements, dependents, journal, locks
from store.books import Books
from store.db.tables import JournalLine, Task
from store.reminders import task_marks
from store.tasks.facts import TaskFacts, facts_of
from store.traces.about import AboutTask
from store.traces.tasks import TaskPutOff

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class PutOff:
    """A task that was put off. `before`: the instant until which it was put off already."""

    entry_id: int
    task: TaskFacts
    to: datetime
    before: datetime | None


def put_off(b: Books, task_id: int, *, to: datetime, by: str, at: datetime) -> PutOff:
    """Have an open task told again at the aware instant `to`; one journal line.

    It stays open and the ladder waits for it as before. Raises Refused when the task is closed, or the
    instant gone by or more than a year off.
    """
    task = locks.row(b, Task, task_id, "tasks.absent")
    if task.state != TaskState.OPEN:
        raise Refused("tasks.already_closed", by=Person.known(task.closed_by))
    check(to, at)
    before, task.put_off_to = task.put_off_to, to
    entry_id = journal.write(
        b,
        Act.TASK_PUT_OFF,
        TaskPutOff(task_id=task.id, kind=task.kind, to=to, before=before),
        by=by,
        at=at,
        customer_id=task.customer_id,
    )
    redraw(b, task.id, at=at)
    return PutOff(entry_id, facts_of(b, [task])[0], to, before)


def check(to: datetime, at: datetime) -> None:
    """Refuse an instant at which nobody could be told. Raises Refused."""
    if to <= at:
        raise Refused("tasks.instant_gone_by")
    if to - at > FARTHEST:
        raise Refused("tasks.over_a_year")


def undo_put_off(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Put a task back to the hour it was put off to before. Raises Refused when it was acted on since."""
    told = journal.data(line, TaskPutOff)
    task_id = told.task_id
    dependents.refuse(b, line, lambda _, later: isinstance(later, AboutTask) and later.task_id == task_id)
    locks.fresh(b, Task, task_id).put_off_to = told.before
    redraw(b, task_id, at=at)


def redraw(b: Books, task_id: int, *, at: datetime) -> None:
    """Have what was said of a task drawn anew, with the hour it was put off to."""
    task_marks.redraw(b, at=at, task_id=task_id)


def tell_again(b: Books, *, at: datetime) -> int:
    """Announce anew, in one message, the open tasks whose hour has come by the aware instant `at`, once each.

    Any day, any hour: the person chose it. Returns how many.
    """
    due = b.session.scalars(
        select(Task)
        .where(Task.company_id == b.company_id, Task.state == TaskState.OPEN, Task.put_off_to <= at)
        .where(Task.told_to.is_(None) | (Task.told_to != Task.put_off_to))
        .order_by(Task.put_off_to, Task.id)
        .with_for_update(skip_locked=True)
    ).all()
    for task in due:
        task.told_to = task.put_off_to
    if due:
        b.session.flush()
        _tell_again(b, [task.id for task in due], at)
    return len(due)


def _tell_again(b: Books, task_ids: list[int], at: datetime) -> None:
    day = b.today(at)
    if task_marks.comes(b, at):
        return  # the list of this very morning has them
    data = {"day": day.isoformat(), "task_ids": task_ids, "again": True}
    key = task_marks.key(day, f"{at:%H%M%S}:{task_ids[0]}")
    announcements.announce(b, key=key, kind=AnnouncementKind.TASKS, data=data, at=at)
    task_marks.redraw(b, at=at)
