"""The lease under which announcements are posted, renewed before each call to Slack: it never ends in one.

A poster that was slow, or slept, finds that others have taken what it holds, and says nothing of it. Each
taking counts one attempt more, by which a holder knows its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from receivables.codes.announcements import AnnouncementState
from store.announcements import LEASE, UNSURE, Waiting
from store.books import Books
from store.db.tables import Announcement


def keep(b: Books, those: Sequence[Waiting], *, at: datetime) -> bool:
    """Hold announcements for another lease from the aware instant `at`; False when others have taken one."""
    return all(_still_held(b, one, lease_until=at + LEASE) for one in those)


def put_back(b: Books, those: Sequence[Waiting], *, at: datetime, wait: timedelta) -> None:
    """Have announcements wait that nobody has tried to post in this turn: Slack takes nothing now."""
    for one in those:
        known: dict[str, Any] = {"error": UNSURE} if one.unsure else {}
        _still_held(b, one, state=AnnouncementState.WAITING, lease_until=None, due_at=at + wait, **known)


def _still_held(b: Books, one: Waiting, **values: Any) -> bool:
    """Write values on an announcement that nobody has taken since; whether that was so."""
    found = b.session.execute(
        update(Announcement)
        .where(
            Announcement.company_id == b.company_id,
            Announcement.id == one.id,
            Announcement.state == AnnouncementState.POSTING,
            Announcement.attempts == one.attempts,
        )
        .values(**values)
        .returning(Announcement.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None
