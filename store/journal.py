"""The journal: append-only trace of every act, with its author."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from receivables.acts import Act
from store.books import Books
from store.db.tables import JournalLine
from store.traces.codec import ActData, D, from_json, to_json
from store.traces.table import DATA


def write(
    b: Books,
    act: Act,
    told: ActData | None = None,
    *,
    by: str,
    at: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    data: dict[str, Any] | None = None,
    undoes: int | None = None,
) -> int:
    """Append one line and return its id, which *Annuler* carries.

    `told` is of the type that `traces` has for the act: the ids and figures that undoing or telling it
    needs. `by` is a Slack user id or an `Automaton`.
    """
    line = JournalLine(
        company_id=b.company_id,
        at=at,
        by=by,
        act=act.value,
        customer_id=customer_id,
        invoice_id=invoice_id,
        data=stored(act, told) if told is not None else data or {},
        undoes_id=undoes,
    )
    b.session.add(line)
    b.session.flush()
    return line.id


def stored(act: Act, told: ActData) -> dict[str, Any]:
    """Return what a line of `act` stores. Raises TypeError when `told` is not of the act's type."""
    if type(told) is not DATA[act]:
        raise TypeError(f"{act} keeps {DATA[act].__name__}, not {type(told).__name__}")
    return to_json(told)


def data_of(line: JournalLine) -> ActData:
    """Return what a line of the journal keeps, in the type of its act."""
    return from_json(DATA[Act(line.act)], line.data)


def data(line: JournalLine, kind: type[D]) -> D:
    """Return what a line of the journal keeps, as `kind`. Raises TypeError when its act keeps another."""
    found = data_of(line)
    if not isinstance(found, kind):
        raise TypeError(f"{line.act} keeps {type(found).__name__}, not {kind.__name__}")
    return found


def number(kind: type[ActData], name: str) -> ColumnElement[int]:
    """Return the column of a number that lines with data of `kind` keep, for a query."""
    if name not in {each.name for each in fields(kind)}:
        raise LookupError(f"{kind.__name__} has no {name}")
    found: ColumnElement[int] = JournalLine.data[name].as_integer()
    return found


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
