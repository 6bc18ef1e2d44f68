"""People reminded: human tasks that wait too long, each told once."""

from datetime import date, datetime

from sqlalchemy import or_, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.roles import Role
from receivables.codes.tasks import NUDGED, TaskState
from store import announcements
from store.books import Books
from store.db.tables import Task


def nudge(b: Books, *, at: datetime) -> int:
    """Nudge the owners of tasks open for more than their `wait_days` open days, later the manager.

    Each once (SCHEDULE 3): the owner first, the manager after as many days again. Those that somebody put
    off wait from the day they were put off to. Returns how many.
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
            _nudge_once(b, task, "owner", at)
            count += 1
        elif task.nudged_on is not None and _over(b, max(task.nudged_on, asked), task.wait_days, today):
            task.raised_on = today
            _nudge_once(b, task, Role.RESPONSABLE, at)
            count += 1
    return count


def _over(b: Books, since: date, wait_days: int, today: date) -> bool:
    return b.company.calendar.add_open(since, max(wait_days, 1)) < today


def _nudge_once(b: Books, task: Task, to: str, at: datetime) -> None:
    data = {"task_id": task.id, "nudge": to}
    announcements.announce(b, key=f"nudge:{task.id}:{to}", kind=AnnouncementKind.TASK, data=data, at=at)
