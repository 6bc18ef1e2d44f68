"""What people said of the columns and words of files: kept by the files' shape, for next month's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from receivables.errors import Refused
from store.books import Books
from store.db.tables import ImportMapping


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of the files of one shape. `columns`: a header in normal form to a field, or unread."""

    id: int
    shape: str
    file: str
    titles: tuple[str, ...]
    columns: Mapping[str, str]
    answers: Mapping[str, str]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SaidOfShape:
    """What somebody says of the files of one shape."""

    shape: str
    file: str
    titles: tuple[str, ...]
    columns: Mapping[str, str]
    answers: Mapping[str, str]


def remembered(b: Books) -> Sequence[Remembered]:
    """Return all that is remembered, the oldest first."""
    rows = b.session.scalars(
        select(ImportMapping).where(ImportMapping.company_id == b.company_id).order_by(ImportMapping.id)
    )
    return [_told(row) for row in rows]


def keep(b: Books, said: SaidOfShape, *, by: str, at: datetime) -> None:
    """Add what is said to what was said of this shape; said anew, the newer counts."""
    row = b.session.scalar(
        select(ImportMapping).where(
            ImportMapping.company_id == b.company_id, ImportMapping.shape == said.shape
        )
    )
    if row is None:
        row = ImportMapping(
            company_id=b.company_id, shape=said.shape, titles=list(said.titles), columns={}, answers={}
        )
        b.session.add(row)
    row.file, row.by, row.at = said.file, by, at
    row.columns = {**row.columns, **said.columns}
    row.answers = {**row.answers, **said.answers}
    b.session.flush()


def keep_all(b: Books, many: Iterable[SaidOfShape], *, by: str, at: datetime) -> None:
    """Keep what another company, or these books on another day, knew of several shapes."""
    for said in many:
        keep(b, said, by=by, at=at)


def forget(b: Books, mapping_id: int) -> Remembered:
    """Forget one, and return it. Raises Refused when there is none of this number."""
    row = b.session.get(ImportMapping, mapping_id)
    if row is None or row.company_id != b.company_id:
        raise Refused("imports.no_mapping", number=mapping_id)
    told = _told(row)
    b.session.delete(row)
    b.session.flush()
    return told


def _told(row: ImportMapping) -> Remembered:
    return Remembered(
        row.id, row.shape, row.file, tuple(row.titles), row.columns, row.answers, row.by, row.at
    )
