"""People reminded: human tasks that wait too long, each told once."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.tasks import NUDGED, TaskState
from store import announcements
from store.books import Books
from store.db.tables import Task
from store.reminders import task_marks

CALL_BACK = "call_back"
"""The nudge of a call back that was agreed and not made."""


def nudge(b: Books, *, at: datetime) -> int:
    """Nudge the owners of tasks open for more than their `wait_days` open days, later the manager.

    They are named in the day's list of tasks, each once (SCHEDULE 3): the owner first, the manager after as
    many days again. Those that somebody put off wait from the day they were put off to. Returns how many.
    """
    today, count = b.today(at), 0
    tasks = b.session.scalars(
        select(Task)
        .where(
            Task.company_id == b.company_id,
            Task.state == TaskState.OPEN,
            Task.kind.in_(NUDGED),
            Task.raised_on.is_(None),
            or_(Task.put_off_to.is_(None), Task.put_off_to <= at),
        )
        .order_by(Task.id)
        .with_for_update(skip_locked=True)
    )
    for task in tasks:
        asked = b.today(task.put_off_to) if task.put_off_to else task.opened_on
        if task.nudged_on is None and _over(b, asked, task.wait_days, today):
            task.nudged_on = today
            count += 1
        elif task.nudged_on is not None and _over(b, max(task.nudged_on, asked), task.wait_days, today):
            task.raised_on = today
            count += 1
    if count:
        b.session.flush()
        task_marks.say(b, at=at)
    return count


def _over(b: Books, since: date, wait_days: int, today: date) -> bool:
    return b.company.calendar.add_open(since, max(wait_days, 1)) < today


def nudge_call_backs(b: Books, *, at: datetime) -> int:
    """Nudge, the evening of the day agreed, the owners of calls back that were not made (SCHEDULE 11).

    Once each, on any day; an evening that was missed is made up for. Returns how many.
    """
    due = b.session.execute(
        select(Task.id, Task.agreed_at)
        .where(Task.company_id == b.company_id, Task.state == TaskState.OPEN, Task.agreed_at <= at)
        .order_by(Task.agreed_at, Task.id)
    )
    keys = {
        f"call_back:{id_}:{agreed:%Y%m%dT%H%M}": id_
        for id_, agreed in due
        if agreed is not None and _evening(b, agreed) <= at
    }
    told = announcements.of_keys(b, list(keys)) if keys else {}
    for key in (key for key in keys if key not in told):
        data = {"task_id": keys[key], "nudge": CALL_BACK}
        announcements.announce(b, key=key, kind=AnnouncementKind.TASK, data=data, at=at)
    return len(keys) - len(told)


def _evening(b: Books, agreed: datetime) -> datetime:
    """Return when the day of a call back is over: as the sending window closes, an hour after it at least."""
    return max(b.company.instant(b.company.day_of(agreed), b.company.window[1]), agreed + timedelta(hours=1))
