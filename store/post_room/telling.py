"""News of messages to customers, told together: a mail server that refuses ten mails is one message."""

from datetime import datetime, timedelta

from sqlalchemy import select

from receivables.codes.announcements import AnnouncementKind
from store import announcements
from store.books import Books
from store.db.tables import Announcement

ONE_RUN = timedelta(hours=1)
"""News of one kind that come within it are one message."""


def gather(b: Books, kind: AnnouncementKind, reminder_id: int, *, at: datetime) -> None:
    """Have something said of a message to a customer: with others of the same kind, in one message a run."""
    last = b.session.scalars(
        select(Announcement)
        .where(Announcement.company_id == b.company_id, Announcement.kind == kind)
        .where(Announcement.created_at > at - ONE_RUN, Announcement.key.startswith(f"{kind}:run:"))
        .order_by(Announcement.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if last is None:
        key = f"{kind}:run:{reminder_id}:{at:%Y%m%dT%H%M%S}"
        announcements.announce(b, key=key, kind=kind, data={"reminders": [reminder_id]}, at=at)
        return
    told = dict(last.data)
    last.data = told | {"reminders": list(dict.fromkeys([*told["reminders"], reminder_id]))}
    b.session.flush()
    announcements.redraw(b, key=last.key, at=at)
