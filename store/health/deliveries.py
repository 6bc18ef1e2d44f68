"""Slack's deliveries already acted upon: Slack may hand the same one over twice (FACTS B1)."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from store.db.engine import Database
from store.db.tables import Delivery

_CAME = " = "


def first(database: Database, key: str, *, at: datetime) -> bool:
    """Note a delivery and return whether it is the first of its `key`, however many arrive at once."""
    insert = sqlite.insert if database.sqlite else postgresql.insert
    row = insert(Delivery).values(key=key, at=at).on_conflict_do_nothing().returning(Delivery.id)
    with database.write() as session:
        return session.scalar(row) is not None


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
