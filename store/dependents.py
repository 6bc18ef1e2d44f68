"""Acts that rest on an earlier one: they are named, and must be undone before it."""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import aliased

from receivables.errors import Refused
from receivables.people import Person
from store import journal
from store.books import Books
from store.db.tables import JournalLine
from store.traces.about import Figured, Numbered
from store.traces.codec import ActData

Depends = Callable[[JournalLine, ActData], bool]
"""Whether a later line, and what it keeps, rests on the act that is to be undone."""


def refuse(b: Books, line: JournalLine, depends: Depends) -> None:
    """Refuse to undo `line` while a later act, not undone, depends on it. Raises Refused, naming it."""
    for later in _later(b, line):
        if depends(later, journal.data_of(later)):
            raise _first(b, later)


def _first(b: Books, line: JournalLine) -> Refused:
    """Return the refusal that names an act: what, how much, on which invoice, when and by whom."""
    told = journal.data_of(line)
    figured = told if isinstance(told, Figured) else None
    return Refused(
        "undo.first",
        act=line.act,
        amount=figured.amount if figured else None,
        currency=figured.currency if figured else None,
        number=told.number if isinstance(told, Numbered) else None,
        day=b.today(line.at),
        by=Person(line.by),
    )


def _later(b: Books, line: JournalLine) -> Iterator[JournalLine]:
    """Yield the acts on the same customer (or company) after `line` that stand, latest first."""
    undoing = aliased(JournalLine)
    undone = select(undoing.id).where(undoing.undoes_id == JournalLine.id)
    same = JournalLine.customer_id.is_not_distinct_from(line.customer_id)
    yield from b.session.scalars(
        select(JournalLine)
        .where(
            JournalLine.company_id == b.company_id,
            JournalLine.id > line.id,
            JournalLine.undoes_id.is_(None),
            same,
            ~undone.exists(),
        )
        .order_by(JournalLine.id.desc())
    )
