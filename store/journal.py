"""The journal: append-only trace of every act, with its author."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from receivables.acts import Act
from store import announcements
from store.books import Books
from store.db.tables import JournalLine
from store.traces.codec import ActData, D, from_json, to_json
from store.traces.table import DATA


def write(
    b: Books,
    act: Act,
    told: ActData,
    *,
    by: str,
    at: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    undoes: int | None = None,
) -> int:
    """Append one line and return its id, which *Annuler* carries; the day's digest is drawn anew by it.

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
        data=stored(act, told),
        undoes_id=undoes,
    )
    b.session.add(line)
    b.session.flush()
    b.written.append(line.id)
    announcements.digest_changed(b, b.today(at))
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
