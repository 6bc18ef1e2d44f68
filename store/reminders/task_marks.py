"""The list of open tasks under the digest: said once a day, drawn anew when a task changes."""

from datetime import date, datetime

from sqlalchemy import func, or_, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.tasks import TaskState
from store import announcements
from store.books import Books
from store.db.tables import Announcement, Task


def key(day: date, rank: str = "") -> str:
    """Return the key of the list of tasks of a day; with `rank`, of one said later for a few of them."""
    return f"{AnnouncementKind.TASKS}:{day.isoformat()}{rank and f':{rank}'}"


def say(b: Books, *, at: datetime) -> None:
    """Have the open tasks listed under today's digest; where their list stands, it is drawn anew.

    Before the digest, and on days without one, nothing is said: the next list has them.
    """
    day = b.today(at)
    digest = f"{AnnouncementKind.DIGEST}:{day.isoformat()}"
    if digest in announcements.of_keys(b, [digest]) and _any_waits(b, at):
        since = _last(b)
        data = {"day": day.isoformat(), "since": since[1].isoformat() if since else ""}
        announcements.announce(b, key=key(day), kind=AnnouncementKind.TASKS, data=data, at=at)
    redraw(b, at=at)


def comes(b: Books, at: datetime) -> bool:
    """Whether the list of this morning is about to be made: its hour has come, and its digest has not."""
    local = at.astimezone(b.company.zone)
    hour = b.company.calendar.is_open(local.date()) and local.time() >= b.company.digest_at
    digest = f"{AnnouncementKind.DIGEST}:{local.date().isoformat()}"
    return hour and digest not in announcements.of_keys(b, [digest])


def redraw(b: Books, *, at: datetime, task_id: int | None = None) -> None:
    """Have the latest list of tasks drawn anew, and what was said of one task by itself."""
    last = _last(b)
    if last is not None:
        announcements.redraw_from(b, last[0], f"{AnnouncementKind.TASKS}:~", at=at)
    if task_id is not None:
        announcements.redraw(b, kind=AnnouncementKind.TASK, task_id=task_id, at=at)


def _any_waits(b: Books, at: datetime) -> bool:
    found = select(Task.id).where(
        Task.company_id == b.company_id,
        Task.state == TaskState.OPEN,
        or_(Task.put_off_to.is_(None), Task.put_off_to <= at),
    )
    return b.session.scalar(found.limit(1)) is not None


def _last(b: Books) -> tuple[str, datetime] | None:
    """Return key and instant of the latest list that was said."""
    any_day = key(date.min)
    row = b.session.execute(
        select(Announcement.key, Announcement.created_at)
        .where(Announcement.company_id == b.company_id, Announcement.key < f"{AnnouncementKind.TASKS}:~")
        .where(Announcement.key >= any_day, func.length(Announcement.key) == len(any_day))
        .order_by(Announcement.key.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None
