"""Reports of delivery weighed together: many dead addresses at once are rather our trouble, or a forgery.

What one look at the mailbox brought is concluded when the look is over. Over five dead addresses, and over a
tenth of the mails of their day, are put to a person before anything is marked.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.replies import Handled, IncomingKind, IncomingState
from receivables.errors import Refused
from receivables.people import Automaton
from store import announcements, journal, locks
from store.books import Books
from store.db.tables import Customer, Incoming, Reminder
from store.post_room import bounced
from store.replies import acts as incoming
from store.replies import news as incoming_news
from store.traces.inbox import MailTaken

MOST = 5
"""So many dead addresses of one day's mails are never a burst."""
SHARE = 10
"""One in so many of the day's mails."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A report of a burst, as it is shown. `words`: the server's, foreign."""

    incoming_id: int
    customer: str
    addresses: tuple[str, ...]
    words: str


def pending(b: Books) -> bool:
    """Whether reports wait to be concluded."""
    return b.session.scalar(select(Incoming.id).where(*_in(b, IncomingState.PENDING)).limit(1)) is not None


def conclude(b: Books, *, at: datetime) -> None:
    """Write no more to the addresses that the reports taken in say are dead; a burst is put to a person."""
    query = select(Incoming).where(*_in(b, IncomingState.PENDING)).order_by(Incoming.id)
    days: dict[date, list[Incoming]] = defaultdict(list)
    found = b.session.scalars(query.with_for_update(skip_locked=True)).all()
    locks.customers(b, [row.customer_id for row in found if row.customer_id is not None])
    for row in found:
        days[_day(b, row)].append(row)
    for day, rows in days.items():
        if _burst(b, day, rows):
            _put_to_a_person(b, day, rows, at=at)
        else:
            for row in rows:
                _conclude_one(b, row, at=at)


def waiting(b: Books, day: date) -> list[Suspect]:
    """Return the reports of the burst about a day's mails that wait for a person, oldest first."""
    rows = b.session.execute(
        select(Incoming, Customer.name)
        .join(Reminder, Reminder.id == Incoming.reminder_id)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(*_suspected(b, day))
        .order_by(Incoming.id)
    )
    return [_suspect(row, name) for row, name in rows]


def mark(b: Books, day: date, *, by: str, at: datetime) -> int:
    """Believe the burst about a day's mails: its addresses are written to no more. Returns how many reports.

    Raises Refused when none waits any more.
    """
    rows = _taken(b, day)
    for row in rows:
        customer_id = b.session.get_one(Reminder, row.reminder_id).customer_id
        if bounced.stop(b, row, customer_id, bounced.named(row), by=by, at=at) is None:
            incoming.handle(b, row.id, how=Handled.IGNORED, by=by, at=at)
        incoming_news.redraw(b, row.id, at=at)
    return len(rows)


def ignore(b: Books, day: date, *, by: str, at: datetime) -> int:
    """Do not believe the burst about a day's mails: nothing is marked. Returns how many; raises as `mark`."""
    rows = _taken(b, day)
    for row in rows:
        incoming.handle(b, row.id, how=Handled.IGNORED, by=by, at=at)
    return len(rows)


def _in(b: Books, state: IncomingState) -> Sequence[ColumnElement[bool]]:
    return (
        Incoming.company_id == b.company_id,
        Incoming.state == state,
        Incoming.kind == IncomingKind.BOUNCE,
    )


def _suspected(b: Books, day: date) -> Sequence[ColumnElement[bool]]:
    return (*_in(b, IncomingState.TO_FILE), Incoming.proposal["burst"].as_string() == day.isoformat())


def _taken(b: Books, day: date) -> list[Incoming]:
    """Take the company, since many customers change at once, then the reports."""
    locks.company(b)
    query = select(Incoming).where(*_suspected(b, day)).order_by(Incoming.id)
    rows = list(b.session.scalars(query.execution_options(populate_existing=True)))
    if not rows:
        raise Refused("replies.burst_over")
    return rows


def _suspect(row: Incoming, customer: str) -> Suspect:
    dead = bounced.named(row)
    return Suspect(row.id, customer, tuple(one.address for one in dead), dead[0].reason if dead else "")


def _day(b: Books, row: Incoming) -> date:
    """Return the company's day on which the mail of a report left."""
    left_at = b.session.scalar(select(Reminder.sent_at).where(Reminder.id == row.reminder_id))
    return b.today(left_at or row.received_at)


def _burst(b: Books, day: date, rows: Sequence[Incoming]) -> bool:
    """Whether these reports, with those that were believed before, are too many for a day's mails."""
    new = {
        (row.customer_id, one.address.lower())
        for row in rows
        for one in bounced.named(row)
        if row.customer_id is not None and bounced.contacts_of(b, row.customer_id, [one])
    }
    if not new:
        return False
    left = Reminder.company_id == b.company_id, *_on(b, day)
    sent = b.session.scalar(select(func.count()).select_from(Reminder).where(*left)) or 0
    believed = (
        select(func.count())
        .select_from(Incoming)
        .join(Reminder, Reminder.id == Incoming.reminder_id)
        .where(*_in(b, IncomingState.HANDLED), Incoming.handled_how == Handled.BOUNCED, *left)
    )
    dead = len(new) + (b.session.scalar(believed) or 0)
    return dead > MOST and dead * SHARE > sent


def _on(b: Books, day: date) -> Sequence[ColumnElement[bool]]:
    begins = b.company.instant(day, time.min)
    ends = b.company.instant(day + timedelta(days=1), time.min)
    return Reminder.sent_at >= begins, Reminder.sent_at < ends


def _put_to_a_person(b: Books, day: date, rows: Sequence[Incoming], *, at: datetime) -> None:
    for row in rows:
        row.customer_id, row.state = None, IncomingState.TO_FILE
        row.proposal = {**(row.proposal or {}), "burst": day.isoformat()}
        _line(b, Act.MAIL_TO_FILE, row, at=at)
    b.session.flush()
    kind, data = AnnouncementKind.BOUNCE_BURST, {"day": day.isoformat()}
    announcements.announce(b, key=f"{kind}:{day.isoformat()}", kind=kind, data=data, at=at)
    announcements.redraw(b, kind=kind, at=at)


def _conclude_one(b: Books, row: Incoming, *, at: datetime) -> None:
    """Conclude one report. Of addresses that are known to be dead, or not the customer's, nothing follows."""
    assert row.customer_id is not None  # noqa: S101 - what has no customer is filed by a person
    if bounced.stop(b, row, row.customer_id, bounced.named(row), by=Automaton.CLOCK, at=at) is None:
        row.state = IncomingState.IGNORED
        _line(b, Act.MAIL_BOUNCE, row, at=at)


def _line(b: Books, act: Act, row: Incoming, *, at: datetime) -> None:
    told = MailTaken(incoming_id=row.id, reminder_id=row.reminder_id)
    journal.write(b, act, told, by=Automaton.CLOCK, at=at, customer_id=row.customer_id)
