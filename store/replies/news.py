"""Replies that wait too long: their customer's owner is told, then the manager, each once."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import or_, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.replies import WAITING, IncomingState
from store import announcements
from store.books import Books
from store.db.tables import Incoming

AFTER = (("owner", 2), ("manager", 5))
"""Open days after which each is told: the reply holds every reminder of its customer."""


def nudge(b: Books, *, at: datetime) -> int:
    """Tell of the replies that nobody has handled by the local day of `at`; return how many were told."""
    told = 0
    for incoming_id, since in _unread(b):
        for to, days in AFTER:
            if b.company.calendar.add_open(since, days) <= b.today(at):
                key = f"nudge:reply:{incoming_id}:{to}"
                told += _announce_once(b, key, {"incoming_id": incoming_id, "nudge": to}, at)
    return told


def _announce_once(b: Books, key: str, data: dict[str, object], at: datetime) -> int:
    if announcements.of_keys(b, [key]):
        return 0
    announcements.announce(b, key=key, kind=AnnouncementKind.REPLY, data=data, at=at)
    return 1


def _unread(b: Books) -> Iterator[tuple[int, date]]:
    rows = b.session.execute(
        select(Incoming.id, Incoming.taken_at)
        .where(Incoming.company_id == b.company_id, Incoming.state.in_(WAITING))
        .where(or_(Incoming.state == IncomingState.UNREAD, Incoming.named_customer_id.is_not(None)))
        .order_by(Incoming.id)
    )
    yield from ((incoming_id, b.today(taken_at)) for incoming_id, taken_at in rows.all())
