"""Jobs done once for a company and a period, however many clocks run (SCHEDULE 24)."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.books import Books
from store.db.tables import Run


def begin(b: Books, job: str, period: str, *, at: datetime, data: dict[str, Any] | None = None) -> bool:
    """Take the job of this period; False when it is already taken. Holds once the books are committed."""
    insert = postgresql.insert if b.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    taken = b.session.execute(
        insert(Run)
        .values(company_id=b.company_id, job=job, period=period, at=at, data=data or {}, needs_go=False)
        .on_conflict_do_nothing(index_elements=["company_id", "job", "period"])
        .returning(Run.id)
    )
    return taken.first() is not None


def done(b: Books, job: str, period: str) -> bool:
    """Whether the job of this period was taken."""
    found = select(Run.id).where(Run.company_id == b.company_id, Run.job == job, Run.period == period)
    return b.session.scalar(found) is not None
