"""Slack's deliveries already acted upon: Slack may hand the same one over twice (FACTS B1)."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from store.db.engine import Database
from store.db.tables import Delivery


def first(database: Database, key: str, *, at: datetime) -> bool:
    """Note a delivery and return whether it is the first of its `key`, however many arrive at once."""
    insert = sqlite.insert if database.sqlite else postgresql.insert
    row = insert(Delivery).values(key=key, at=at).on_conflict_do_nothing().returning(Delivery.id)
    with database.write() as session:
        return session.scalar(row) is not None


def forget(database: Database, *, before: datetime) -> int:
    """Drop deliveries noted before an instant; Slack repeats none after an hour. Returns how many."""
    with database.write() as session:
        gone = session.scalars(delete(Delivery).where(Delivery.at < before).returning(Delivery.id))
        return len(list(gone))
