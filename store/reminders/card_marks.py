"""Having the cards of the morning drawn anew when what they show has changed (SCHEDULE 16)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.approvals import ApprovalState
from receivables.codes.messages import MessageState
from store import announcements, payers
from store.books import Books
from store.db.tables import Announcement, Approval, Reminder


def key(day: date, rank: int | str) -> str:
    """Return the key of one message of cards of a day."""
    return f"{AnnouncementKind.CARDS}:{day.isoformat()}:{rank}"


def of_messages(b: Books, reminder_ids: Iterable[int]) -> None:
    """Have the cards of these messages drawn anew."""
    ids = set(reminder_ids)
    if not ids:
        return
    _of_approved(b, ids)
    days = b.session.scalars(
        select(Reminder.day).distinct().where(Reminder.company_id == b.company_id, Reminder.id.in_(ids))
    )
    stale = [key for day in days for key, told in _cards(b, day) if ids.intersection(told)]
    announcements.redraw_keys(b, stale)


def _of_approved(b: Books, ids: set[int]) -> None:
    """Have the lists of approvals drawn anew that say what becomes of these messages."""
    given = b.session.scalars(
        select(func.max(Approval.answered_at))
        .join(Reminder, Reminder.customer_id == Approval.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.id.in_(ids), Reminder.approved_by.is_not(None))
        .where(Approval.company_id == b.company_id, Approval.state == ApprovalState.APPROVED)
        .group_by(Approval.customer_id)
    ).all()
    days = [b.today(at) for at in given if at is not None]
    if days:
        of_requests(b, since=min(days))


def of_requests(b: Books, *, since: date) -> None:
    """Have the lists of approvals drawn anew from the one that stood on the day `since` to the last."""
    own = Announcement.company_id == b.company_id, Announcement.kind == AnnouncementKind.APPROVALS
    day = f"{AnnouncementKind.APPROVALS}:{since.isoformat()}"
    first = b.session.scalar(select(func.max(Announcement.key)).where(*own, Announcement.key <= day)) or day
    keys = b.session.scalars(select(Announcement.key).where(*own, Announcement.key >= first)).all()
    announcements.redraw_keys(b, keys)


def shown(b: Books, reminder_id: int, day: date) -> bool:
    """Whether a message has a card in the channel."""
    return any(reminder_id in told for _, told in _cards(b, day))


def of_customer(b: Books, customer_id: int) -> None:
    """Have the cards of what is planned for a customer drawn anew: amounts or reasons may have changed.

    What is planned for its payer is about it too.
    """
    written_to = payers.together(b, [customer_id])
    planned = select(Reminder.id).where(
        Reminder.company_id == b.company_id,
        Reminder.customer_id.in_(written_to),
        Reminder.state == MessageState.PLANNED,
    )
    of_messages(b, b.session.scalars(planned).all())
    asked = select(Approval.id).where(
        Approval.company_id == b.company_id,
        Approval.customer_id.in_(written_to),
        Approval.state == ApprovalState.ASKED,
    )
    ids = b.session.scalars(asked).all()
    for approval_id in ids:
        announcements.redraw_prefix(b, f"{AnnouncementKind.APPROVAL}:{approval_id}:")
    if ids:
        latest = select(func.max(Announcement.key)).where(
            Announcement.company_id == b.company_id, Announcement.kind == AnnouncementKind.APPROVALS
        )
        announcements.redraw_keys(b, [key for key in [b.session.scalar(latest)] if key])


def of_day(b: Books, day: date) -> None:
    """Have all the cards of a day drawn anew, the list of approvals that says what leaves, and the digest."""
    announcements.digest_changed(b, day)
    announcements.redraw_keys(b, [f"{AnnouncementKind.APPROVALS}:{day.isoformat()}"])
    announcements.redraw_keys(b, [key for key, _ in _cards(b, day)])


def _cards(b: Books, day: date) -> list[tuple[str, list[int]]]:
    """Return the keys of a day's messages of cards, each with the reminders it shows."""
    first, last = key(day, ""), key(day, "~")
    rows = b.session.execute(
        select(Announcement.key, Announcement.data).where(
            Announcement.company_id == b.company_id, Announcement.key > first, Announcement.key < last
        )
    )
    return [(found, data["reminders"]) for found, data in rows]
