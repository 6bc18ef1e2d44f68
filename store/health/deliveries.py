"""Slack's deliveries already acted upon: Slack may hand the same one over twice (FACTS B1).

And we may take one up again, after a stop: the act notes in its own transaction what it did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.books import Books
from store.db.engine import Database
from store.db.tables import Delivery

_CAME = " = "
_BY = "by "


class ActedAlready(Exception):
    """Another process has done meanwhile what this one was about to do: nothing is done twice."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What a delivery did: in whose books, and its lines in the journal."""

    company: str
    entries: Sequence[int]


def acts(b: Books, key: str, before: Sequence[int]) -> None:
    """Note with an act, in its transaction, that the delivery did it; `before`: the lines it wrote earlier.

    Raises ActedAlready when somebody else has acted for this delivery.
    """
    untouched = Delivery.acted.is_(None) if not before else Delivery.acted.is_not(None)
    told = {"company": b.company.key, "entries": [*before, *b.written]}
    noted = b.session.scalar(
        update(Delivery).where(Delivery.key == key, untouched).values(acted=told).returning(Delivery.id)
    )
    if noted is None:
        raise ActedAlready


def acted(database: Database, key: str) -> Acted | None:
    """Return what a delivery did; None when nothing."""
    with database.read() as session:
        told = session.scalar(select(Delivery.acted).where(Delivery.key == key))
    return Acted(told["company"], told["entries"]) if told else None


def first(database: Database, key: str, *, at: datetime) -> bool:
    """Note a delivery and return whether it is the first of its `key`, however many arrive at once."""
    insert = sqlite.insert if database.sqlite else postgresql.insert
    row = insert(Delivery).values(key=key, at=at).on_conflict_do_nothing().returning(Delivery.id)
    with database.write() as session:
        return session.scalar(row) is not None


def answers_first(database: Database, key: str, *, by: str, at: datetime) -> bool:
    """Note that the delivery `by` answers a question; False when another one did, or does.

    One that was cut short by a stop, and is taken up again, answers it anew.
    """
    if first(database, key, at=at):
        came_of(database, key, f"{_BY}{by}", at=at)
        return True
    return outcome(database, key) == f"{_BY}{by}"


def release(database: Database, key: str) -> None:
    """Have a key count as new again, whatever came of it: nothing was done by its delivery."""
    with database.write() as session:
        session.execute(delete(Delivery).where(_of(key)))


def came_of(database: Database, key: str, what: str, *, at: datetime) -> None:
    """Note what came of the delivery with this key."""
    with database.write() as session:
        session.execute(delete(Delivery).where(_of(key), Delivery.key != key))
        session.add(Delivery(key=f"{key}{_CAME}{what}", at=at))


def outcome(database: Database, key: str) -> str | None:
    """Return what came of the delivery with this key; None when nothing was noted."""
    with database.read() as session:
        found = session.scalar(select(Delivery.key).where(_of(key), Delivery.key != key))
    return found.removeprefix(f"{key}{_CAME}") if found else None


def _of(key: str) -> ColumnElement[bool]:
    noted = Delivery.key.startswith(f"{key}{_CAME}", autoescape=True)
    return or_(Delivery.key == key, noted)


def forget(database: Database, *, before: datetime) -> int:
    """Drop deliveries noted before an instant; Slack repeats none after an hour. Returns how many."""
    with database.write() as session:
        gone = session.scalars(delete(Delivery).where(Delivery.at < before).returning(Delivery.id))
        return len(list(gone))
