"""What a clock that was ahead wrote down, set right: it would wait for that clock's time."""

from datetime import datetime, timedelta

from sqlalchemy import and_, update

from receivables.codes.announcements import AnnouncementState
from receivables.codes.messages import MessageState, Origin
from store import announcements
from store.books import Books
from store.db.tables import Announcement, Reminder
from store.post_room import claims

LONGEST_RETRY = timedelta(hours=1)
"""Slack asks to wait for minutes."""


def set_right(b: Books, *, at: datetime) -> int:
    """Bring back to the aware instant `at` what waits for a time that cannot be meant; return how many.

    A lease ends at most its length from now; what people asked for, or is to be said, was due when it was
    written. What the clock planned for another day waits for that day.
    """
    held = at + claims.LEASE
    by_hand = and_(Reminder.origin == Origin.HAND, Reminder.planned_at > at, Reminder.due_at > at)
    said_late = and_(Announcement.attempts > 0, Announcement.due_at > at + LONGEST_RETRY)
    new = and_(Announcement.created_at > at, Announcement.due_at > at)
    own, theirs = Reminder.company_id == b.company_id, Announcement.company_id == b.company_id
    waiting, posting = AnnouncementState.WAITING, AnnouncementState.POSTING
    until = at + announcements.LEASE
    changes = (
        update(Reminder)
        .where(own, Reminder.state == MessageState.SENDING, Reminder.lease_until > held)
        .values(lease_until=held)
        .returning(Reminder.id),
        update(Reminder)
        .where(own, Reminder.state == MessageState.PLANNED, by_hand)
        .values(due_at=at, planned_for=at, planned_at=at)
        .returning(Reminder.id),
        update(Announcement)
        .where(theirs, Announcement.state == waiting, said_late | new)
        .values(due_at=at)
        .returning(Announcement.id),
        update(Announcement)
        .where(theirs, Announcement.state == posting, Announcement.lease_until > until)
        .values(lease_until=until)
        .returning(Announcement.id),
        update(Announcement)
        .where(theirs, Announcement.redraw_at > at + LONGEST_RETRY)
        .values(redraw_at=at)
        .returning(Announcement.id),
    )
    return sum(
        len(b.session.scalars(change.execution_options(synchronize_session=False)).all())
        for change in changes
    )
