"""Disputes asked about: on their follow-up day, again when nobody answers, and when money covers them."""

from datetime import date, datetime

from sqlalchemy import select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.disputes import DisputeQuestion
from store import announcements
from store.books import Books
from store.db.tables import Dispute, Invoice

WAIT_OPEN_DAYS = 5
"""Open days after which an unanswered question is put to the manager too."""


def ask(b: Books, *, at: datetime) -> int:
    """Ask the resolvers of open disputes where they stand, on the local day of `at`; return how many.

    On the follow-up day; again, to the manager too, when that brought nothing; and whether a payment that
    left nothing to pay settles the dispute, the morning after it.
    """
    today, count = b.today(at), 0
    rows = b.session.execute(
        select(Dispute, Invoice.outstanding, Invoice.settled_at)
        .join(Invoice, Invoice.id == Dispute.invoice_id)
        .where(Dispute.company_id == b.company_id, Dispute.settled_at.is_(None))
        .order_by(Dispute.id)
        .with_for_update(skip_locked=True, of=Dispute)
    )
    for dispute, outstanding, settled_at in rows:
        what = _question(b, dispute, today)
        if outstanding <= 0:
            what = DisputeQuestion.PAID if _paid_before(b, dispute, settled_at, today) else None
        if what is not None:
            dispute.followed_on = today
            data = {"dispute_id": dispute.id, "what": what}
            of = today if what == DisputeQuestion.PAID else dispute.follow_up_on
            key = f"dispute:{dispute.id}:{what}:{of}"
            announcements.announce(b, key=key, kind=AnnouncementKind.DISPUTE, data=data, at=at)
            count += 1
    return count


def _question(b: Books, dispute: Dispute, today: date) -> DisputeQuestion | None:
    """Return which question is due: the resolver's, then the manager's; each once for a follow-up day."""
    day, asked = dispute.follow_up_on, dispute.followed_on
    if day is None or today < day:
        return None
    if asked is None or asked < day:
        return DisputeQuestion.FOLLOW_UP
    last = b.company.calendar.add_open(day, WAIT_OPEN_DAYS)
    return DisputeQuestion.MANAGER if asked <= last < today else None


def _paid_before(b: Books, dispute: Dispute, settled_at: datetime | None, today: date) -> bool:
    """Whether the money came before today, and nobody has been asked since."""
    if settled_at is None:
        return False
    day = b.today(settled_at)
    return day < today and (dispute.followed_on is None or dispute.followed_on <= day)
