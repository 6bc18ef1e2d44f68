"""News of messages to customers, told together: a mail server that refuses ten mails is one message."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from receivables.codes.announcements import AnnouncementKind
from store import announcements
from store.books import Books
from store.db.tables import Announcement

ONE_RUN = timedelta(hours=1)
"""News of one kind that come within it are one message."""


def gather(b: Books, kind: AnnouncementKind, reminder_id: int, *, at: datetime) -> None:
    """Have something said of a message to a customer: with others of the same kind, in one message a run."""
    _gather(b, kind, "reminders", reminder_id, {}, at=at)


def gather_waiting(b: Books, reminder_id: int, *, words: str, at: datetime) -> None:
    """Have said, with the failures of the run, that a message waits because of a refusal, in its words.

    Each message is told so once a day, however often it is tried.
    """
    if not _told_today(b, "waiting", reminder_id, at):
        _gather(b, AnnouncementKind.SENDS_FAILED, "waiting", reminder_id, {"words": words}, at=at)


def gather_copies(b: Books, reminder_id: int, *, daily: bool, at: datetime) -> None:
    """Have said, with the failures of the run, at which addresses a message was refused.

    `daily`: only if nothing was said of them that day. What stands there is read when it is drawn.
    """
    if not (daily and _told_today(b, "copies", reminder_id, at)):
        _gather(b, AnnouncementKind.SENDS_FAILED, "copies", reminder_id, {}, at=at)


def _told_today(b: Books, part: str, reminder_id: int, at: datetime) -> bool:
    begins = b.company.instant(b.today(at), time.min)
    told = b.session.scalars(
        select(Announcement.data)
        .where(Announcement.company_id == b.company_id, Announcement.kind == AnnouncementKind.SENDS_FAILED)
        .where(Announcement.created_at >= begins)
    )
    return any(reminder_id in data.get(part, ()) for data in told)


def stop(b: Books, *, words: str, at: datetime) -> None:
    """Have said, with what is told of the run, that it stopped at a refusal that came again and again."""
    last = _last(b, AnnouncementKind.SENDS_FAILED, at)
    if last is not None:
        _add(b, last, {"stopped": words}, at=at)


def _gather(
    b: Books, kind: AnnouncementKind, part: str, reminder_id: int, more: dict[str, str], *, at: datetime
) -> None:
    last = _last(b, kind, at)
    if last is None:
        key = f"{kind}:run:{reminder_id}:{at:%Y%m%dT%H%M%S}"
        announcements.announce(b, key=key, kind=kind, data={part: [reminder_id], **more}, at=at)
        return
    told = dict(last.data)
    part_told = list(dict.fromkeys([*told.get(part, ()), reminder_id]))
    _add(b, last, {part: part_told, **more}, at=at)


def _last(b: Books, kind: AnnouncementKind, at: datetime) -> Announcement | None:
    return b.session.scalars(
        select(Announcement)
        .where(Announcement.company_id == b.company_id, Announcement.kind == kind)
        .where(Announcement.created_at > at - ONE_RUN, Announcement.key.startswith(f"{kind}:run:"))
        .order_by(Announcement.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()


def _add(b: Books, last: Announcement, more: dict[str, Any], *, at: datetime) -> None:
    last.data = {**last.data, **more}
    b.session.flush()
    announcements.redraw(b, key=last.key, at=at)
