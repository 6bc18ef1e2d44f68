"""The journal: append-only trace of every act, with its author."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from store.books import Books
from store.tables import JournalLine

CLOCK = "horloge"
IMPORT = "import"
CONSOLE = "console"
"""Who sits at the command line."""


def write(
    b: Books,
    act: Act,
    *,
    by: str,
    at: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    data: dict[str, Any] | None = None,
    undoes: int | None = None,
) -> int:
    """Append one line and return its id, which *Annuler* carries.

    `by` is a Slack user id, `horloge`, `import` or
    `console`; `data` the ids and figures that undoing or telling the act needs.
    """
    line = JournalLine(
        company_id=b.company_id,
        at=at,
        by=by,
        act=act.value,
        customer_id=customer_id,
        invoice_id=invoice_id,
        data=data or {},
        undoes_id=undoes,
    )
    b.session.add(line)
    b.session.flush()
    return line.id


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal, as read back."""

    id: int
    at: datetime
    by: str
    act: Act
    data: dict[str, Any]
    undone: bool


def of_invoice(b: Books, invoice_id: int, limit: int = 50) -> list[Line]:
    """Return the latest lines about one invoice, newest first."""
    undoing = select(JournalLine.undoes_id).where(JournalLine.undoes_id.is_not(None))
    rows = b.session.execute(
        select(JournalLine, JournalLine.id.in_(undoing))
        .where(JournalLine.company_id == b.company_id, JournalLine.invoice_id == invoice_id)
        .order_by(JournalLine.id.desc())
        .limit(limit)
    )
    return [Line(line.id, line.at, line.by, Act(line.act), line.data, bool(undone)) for line, undone in rows]
