"""The lease under which announcements are posted, renewed before each call to Slack: it never ends in one.

A poster that was slow, or slept, finds that others have taken what it holds, and says nothing of it. Each
taking counts one attempt more, by which a holder knows its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from receivables.codes.announcements import AnnouncementState
from store.announcements import FIRST_WAIT, LEASE, LONGEST_WAIT, UNSURE, Waiting
from store.books import Books
from store.db.tables import Announcement


def keep(b: Books, those: Sequence[Waiting], *, at: datetime) -> bool:
    """Hold announcements for another lease from the aware instant `at`; False when others have taken one."""
    return all(_still_held(b, one, lease_until=at + LEASE) for one in those)


def put_back(b: Books, those: Sequence[Waiting], *, at: datetime, wait: timedelta) -> None:
    """Have announcements wait that nobody has tried to post in this turn: Slack takes nothing now."""
    for one in those:
        known: dict[str, Any] = {"error": UNSURE} if one.unsure else {}
        _let_go(b, one, state=AnnouncementState.WAITING, due_at=at + wait, **known)


def hold(b: Books, channel: str | None, *, at: datetime, wait: timedelta) -> None:
    """Have all that waits to be said in a channel, in any when it is None, wait so long at least."""
    places = [Announcement.channel == channel] if channel is not None else []
    rows = (
        select(Announcement.id)
        .where(Announcement.company_id == b.company_id, *places)
        .where(Announcement.state == AnnouncementState.WAITING, Announcement.due_at < at + wait)
        .order_by(Announcement.id)
        .with_for_update(skip_locked=True)
    )
    ids = b.session.scalars(rows).all()
    if ids:
        b.session.execute(
            update(Announcement)
            .where(Announcement.id.in_(ids))
            .values(due_at=at + wait)
            .execution_options(synchronize_session=False)
        )


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 10 s, doubled each time, 15 min at most."""
    doubled: int = 1 << min(attempts - 1, 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def failed(
    b: Books, announcement: Waiting, *, error: str, at: datetime, wait: timedelta | None = None
) -> None:
    """Try again later: after `wait` (Slack's Retry-After), else with a back-off. Nothing was posted."""
    due_at = at + (wait or back_off(announcement.attempts))
    _let_go(b, announcement, state=AnnouncementState.WAITING, error=error[:500], due_at=due_at)


def unsure(b: Books, announcement: Waiting, *, at: datetime) -> None:
    """No answer came: try again later, after looking whether it was posted."""
    failed(b, announcement, error=UNSURE, at=at)


def given_up(b: Books, announcement: Waiting, *, error: str) -> None:
    """Slack will never take it, in no words: kept as failed."""
    _let_go(b, announcement, state=AnnouncementState.FAILED, error=error[:500])


def _let_go(b: Books, one: Waiting, **values: Any) -> None:
    """Write what became of an announcement, unless others have taken it meanwhile: they write theirs."""
    _still_held(b, one, lease_until=None, **values)


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
