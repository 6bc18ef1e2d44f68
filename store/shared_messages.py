"""Messages in which several announcements stand: those that were posted together have one `ts`."""

from typing import Any

from sqlalchemy import select

from receivables.codes.announcements import AnnouncementKind
from store.books import Books
from store.db.tables import Announcement


def parts(b: Books, channel: str, ts: str) -> list[tuple[AnnouncementKind, dict[str, Any]]]:
    """Return kind and data of all that stands in one message, in the order in which it was announced."""
    rows = b.session.execute(
        select(Announcement.kind, Announcement.data)
        .where(Announcement.company_id == b.company_id, Announcement.channel == channel)
        .where(Announcement.ts == ts)
        .order_by(Announcement.id)
    )
    return [(AnnouncementKind(kind), data) for kind, data in rows]
