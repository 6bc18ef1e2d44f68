"""Writing many rows at once: the import's own way into the books, by plain statements in batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import FromClause, Row, Table, bindparam, func, insert, select, update

from receivables.acts import Act
from store import journal
from store.books import Books
from store.db.tables import Base, Invoice, JournalLine
from store.traces.codec import ActData

Item = TypeVar("Item")
Known = Row[*tuple[Any, ...]]
"""A row already in the books, some of its columns."""
BATCH = 2_000


def table(of: type[Base]) -> Table:
    """Return the table of a mapped class, for statements that make no objects."""
    found: FromClause = of.__table__
    assert isinstance(found, Table)  # noqa: S101 - every class of store.db.tables has one
    return found


def batches(items: Sequence[Item], size: int = BATCH) -> Iterator[Sequence[Item]]:
    """Yield `items` in batches, so that no statement grows with the file."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def add(b: Books, of: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; each has the same columns."""
    for batch in batches(rows):
        b.session.execute(insert(table(of)), list(batch))


def add_for_ids(b: Books, of: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in the same order.

    SQLite returns the ids of several rows in no promised order, so SQLAlchemy would insert one by one; there
    the transaction is the only writer and the ids can be chosen: those SQLite itself would give.
    """
    target = table(of)
    if b.session.get_bind().dialect.name == "sqlite":
        first = (b.session.scalar(select(func.max(target.c.id))) or 0) + 1
        ids = list(range(first, first + len(rows)))
        add(b, of, [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
        return ids
    found: list[int] = []
    for batch in batches(rows, 500):
        statement = insert(target).returning(target.c.id, sort_by_parameter_order=True)
        found += b.session.scalars(statement, list(batch)).all()
    return found


def change(b: Books, of: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows by their `id`; each has the same columns."""
    if not rows:
        return
    target = table(of)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    statement = update(target).where(target.c.id == bindparam("row_id")).values(values)
    for batch in batches(rows):
        renamed = [
            {"row_id" if name == "id" else f"new_{name}": value for name, value in row.items()}
            for row in batch
        ]
        b.session.execute(statement, renamed)


def look_again(b: Books, customer_ids: Sequence[int]) -> None:
    """Have the next plan look at every open invoice of these customers."""
    target = table(Invoice)
    for batch in batches(customer_ids):
        b.session.execute(
            update(target)
            .where(
                target.c.company_id == b.company_id,
                target.c.customer_id.in_(batch),
                target.c.outstanding > 0,
                target.c.look_on.is_not(None),
            )
            .values(look_on=None)
        )


@dataclass
class Trace:
    """Journal lines of one import, written in batches under its author and instant."""

    b: Books
    by: str
    at: datetime
    _lines: list[dict[str, Any]] = field(default_factory=list)

    def line(
        self, act: Act, told: ActData, *, customer_id: int | None, invoice_id: int | None = None
    ) -> None:
        """Add one line."""
        self._lines.append(
            {
                "company_id": self.b.company_id,
                "at": self.at,
                "by": self.by,
                "act": act.value,
                "customer_id": customer_id,
                "invoice_id": invoice_id,
                "data": journal.stored(act, told),
                "undoes_id": None,
            }
        )
        if len(self._lines) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        if self._lines:
            self.b.session.execute(insert(table(JournalLine)), self._lines)
            self._lines = []
