"""Sending from stale books for one day: asked by one person, confirmed by another (SCHEDULE 15)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from receivables.acts import Act
from receivables.errors import Refused
from receivables.people import Person
from store import announcements, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Forcing, JournalLine
from store.traces.messages import ForcingTold


@dataclass(frozen=True, slots=True)
class ForcingOutcome:
    """A forcing asked for, or confirmed."""

    entry_id: int
    day: date
    asked_by: str
    confirmed_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the books are today: `last` complete import (aware UTC; None: never), and who forced."""

    last: datetime | None
    stale: bool
    asked_by: str | None = None
    confirmed_by: str | None = None
    reason: str | None = None


def freshness(b: Books, now: datetime) -> Freshness:
    """Return how fresh the books are at the aware instant `now`; never stale without `max_age`."""
    last = accounts.last_complete(b, now)
    old = accounts.too_old(b, last, now)
    row = _row(b, b.today(now))
    if row is None or not old:
        return Freshness(last, old)
    return Freshness(last, old, row.asked_by, row.confirmed_by, row.reason)


def ask(b: Books, *, reason: str | None, by: str, at: datetime) -> ForcingOutcome:
    """Ask for today's mails to leave although the books are old. One journal line; nothing leaves yet.

    Raises Refused when the books are fresh, or when somebody has asked already.
    """
    locks.company(b)
    day = b.today(at)
    _refuse_fresh(b, at)
    known = _row(b, day)
    if known is not None and known.confirmed_by is not None:
        raise _already(known)
    if known is not None:
        raise Refused("forcings.already_asked", by=Person(known.asked_by))
    row = Forcing(company_id=b.company_id, day=day, reason=reason, asked_at=at, asked_by=by)
    b.session.add(row)
    b.session.flush()
    return _record_forcing_act(b, Act.FORCING_ASKED, row, by=by, at=at)


def confirm(b: Books, day: date, *, by: str, at: datetime) -> ForcingOutcome:
    """Confirm what another person asked: today's mails may leave. One journal line.

    Raises Refused when nobody asked, when `by` asked, when it is confirmed, or the day is over.
    """
    locks.company(b)
    row = _row(b, day)
    if row is None or day != b.today(at):
        raise Refused("forcings.nothing_asked")
    if row.confirmed_by is not None:
        raise _already(row)
    if row.asked_by == by:
        raise Refused("forcings.same_person")
    _refuse_fresh(b, at)
    row.confirmed_at, row.confirmed_by = at, by
    return _record_forcing_act(b, Act.FORCING_CONFIRMED, row, by=by, at=at)


def _already(row: Forcing) -> Refused:
    people = (Person(row.asked_by), Person(row.confirmed_by or ""))
    return Refused("forcings.already_forced", asked_by=people[0], confirmed_by=people[1])


def _refuse_fresh(b: Books, at: datetime) -> None:
    if not accounts.too_old(b, accounts.last_complete(b, at), at):
        raise Refused("forcings.books_fresh")


def _row(b: Books, day: date) -> Forcing | None:
    return b.session.scalar(
        select(Forcing)
        .where(Forcing.company_id == b.company_id, Forcing.day == day)
        .execution_options(populate_existing=True)
    )


def _record_forcing_act(b: Books, act: Act, row: Forcing, *, by: str, at: datetime) -> ForcingOutcome:
    told = ForcingTold(day=row.day, asked_by=row.asked_by, reason=row.reason)
    entry_id = journal.write(b, act, told, by=by, at=at)
    announcements.redraw(b, key=f"digest:{row.day}", at=at)
    return ForcingOutcome(entry_id, row.day, row.asked_by, row.confirmed_by, row.reason)


def undo_asked(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take the request back. Raises Refused once it is confirmed."""
    day = journal.data(line, ForcingTold).day
    row = _row(b, day)
    if row is not None and row.confirmed_by is not None:
        raise Refused("forcings.confirmed_since", by=Person(row.confirmed_by))
    if row is not None:
        b.session.delete(row)
        b.session.flush()
    announcements.redraw(b, key=f"digest:{day}", at=at)


def undo_confirmed(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take the confirmation back: what has not left yet stays."""
    day = journal.data(line, ForcingTold).day
    row = _row(b, day)
    if row is not None:
        row.confirmed_at, row.confirmed_by = None, None
    announcements.redraw(b, key=f"digest:{day}", at=at)
