"""Replies that wait too long: their customer's owner is told, then the manager, each once."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import or_, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.replies import WAITING, IncomingState
from store import announcements
from store.books import Books
from store.db.tables import Announcement, Incoming

AFTER = (("owner", 2), ("manager", 5))
"""Open days after which each is told: the reply holds every reminder of its customer."""


def nudge(b: Books, *, at: datetime) -> int:
    """Tell of the replies that nobody has handled by the local day of `at`; return how many were told.

    One comes with its card; several are told in one list, and each is noted as told.
    """
    today, calendar = b.today(at), b.company.calendar
    due = [
        (incoming_id, to)
        for incoming_id, since in _unread(b)
        for to, days in AFTER
        if calendar.add_open(since, days) <= today
    ]
    known = announcements.of_keys(b, [_key(*each) for each in due])
    told = [each for each in due if _key(*each) not in known]
    listed = {"listed": f"replies:{_key(*told[0])}"} if len(told) > 1 else {}
    for incoming_id, to in told:
        data = {"incoming_id": incoming_id, "nudge": to, **listed}
        announcements.announce(b, key=_key(incoming_id, to), kind=AnnouncementKind.REPLY, data=data, at=at)
    if listed:
        data = {"told": [list(each) for each in told]}
        announcements.announce(b, key=listed["listed"], kind=AnnouncementKind.REPLIES, data=data, at=at)
    return len(told)


def redraw(b: Books, incoming_id: int, *, at: datetime) -> None:
    """Have what was said of a mail drawn anew: its card, and the lists that name it."""
    announcements.redraw(b, kind=AnnouncementKind.REPLY, incoming_id=incoming_id, at=at)
    announcements.redraw(b, kind=AnnouncementKind.BOUNCE_BURST, at=at)
    keys = [_key(incoming_id, to) for to, _ in AFTER]
    named = b.session.scalars(
        select(Announcement.data).where(Announcement.company_id == b.company_id, Announcement.key.in_(keys))
    )
    announcements.redraw_keys(b, [data["listed"] for data in named if "listed" in data])


def _key(incoming_id: int, to: str) -> str:
    return f"nudge:reply:{incoming_id}:{to}"


def _unread(b: Books) -> Iterator[tuple[int, date]]:
    rows = b.session.execute(
        select(Incoming.id, Incoming.taken_at)
        .where(Incoming.company_id == b.company_id, Incoming.state.in_(WAITING))
        .where(or_(Incoming.state == IncomingState.UNREAD, Incoming.named_customer_id.is_not(None)))
        .order_by(Incoming.id)
    )
    yield from ((incoming_id, b.today(taken_at)) for incoming_id, taken_at in rows.all())
