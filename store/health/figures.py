"""The state of the books in a few figures, for health checks and metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from receivables.codes.tasks import TaskState
from store.books import Books
from store.db.tables import Announcement, ImportRun, Invoice, Reminder, Run, Task
from store.health import heartbeat


@dataclass(frozen=True, slots=True)
class Pulse:
    """Counts and latest instants (aware UTC) of one company."""

    reminders: dict[str, int]
    announcements: dict[str, int]
    open_invoices: int
    open_tasks: int
    imported_at: datetime | None
    planned_at: datetime | None
    struck_at: datetime | None


def pulse(b: Books) -> Pulse:
    """Return the figures of the company."""
    beat = heartbeat.last(b)
    return Pulse(
        reminders=_by_state(b, Reminder),
        announcements=_by_state(b, Announcement),
        open_invoices=_count(b, Invoice, Invoice.outstanding > 0),
        open_tasks=_count(b, Task, Task.state == TaskState.OPEN),
        imported_at=b.session.scalar(
            select(func.max(ImportRun.at)).where(ImportRun.company_id == b.company_id)
        ),
        planned_at=b.session.scalar(
            select(func.max(Run.at)).where(Run.company_id == b.company_id, Run.job == "plan")
        ),
        struck_at=beat.at if beat else None,
    )


def _by_state(b: Books, table: type[Reminder] | type[Announcement]) -> dict[str, int]:
    found = b.session.execute(
        select(table.state, func.count()).where(table.company_id == b.company_id).group_by(table.state)
    )
    return dict(found.all())


def _count(b: Books, table: type[Invoice] | type[Task], which: object) -> int:
    query = select(func.count()).select_from(table).where(table.company_id == b.company_id, which)  # type: ignore[arg-type]  # a column's comparison
    return b.session.scalar(query) or 0
