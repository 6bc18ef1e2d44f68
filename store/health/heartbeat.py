"""The clock's sign of life, kept in the books: web processes beside it read whether it still strikes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.books import Books
from store.db.tables import Run

JOB = "heartbeat"
PERIOD = "last"


@dataclass(frozen=True, slots=True)
class Beat:
    """When the clock last struck for a company (aware UTC), and what went wrong then, if anything did."""

    at: datetime
    error: str | None


def beat(b: Books, *, at: datetime, error: str | None = None) -> None:
    """Write down that the clock struck at `at`; `error` names what failed, without anyone's data."""
    insert = postgresql.insert if b.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"at": at, "data": {"error": error}}
    b.session.execute(
        insert(Run)
        .values(company_id=b.company_id, job=JOB, period=PERIOD, needs_go=False, **values)
        .on_conflict_do_update(index_elements=["company_id", "job", "period"], set_=values)
    )


def last(b: Books) -> Beat | None:
    """Return the last sign of life; None when the clock never struck."""
    found = b.session.execute(
        select(Run.at, Run.data).where(Run.company_id == b.company_id, Run.job == JOB, Run.period == PERIOD)
    ).first()
    return None if found is None else Beat(found[0], found[1].get("error"))
