"""The books of one company: a light handle that is one transaction."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from receivables.company import Company
from store.db.engine import Database
from store.db.tables import CompanyRow


@dataclass(frozen=True, slots=True)
class Books:
    """Session and company. Every function of `store` takes it first."""

    session: Session
    company: Company
    company_id: int
    closing: dict[str, Callable[[], None]] = field(default_factory=dict, repr=False, compare=False)
    """What is still to be done at the end of the transaction, once each, by name."""
    written: list[int] = field(default_factory=list, repr=False, compare=False)
    """The lines of the journal that this transaction has written, by their ids."""

    def today(self, now: datetime) -> date:
        """Return the company's local date at the aware instant `now`."""
        return self.company.day_of(now)


def _company_id(session: Session, key: str) -> int | None:
    return session.scalar(select(CompanyRow.id).where(CompanyRow.key == key))


def _add_company(session: Session, key: str) -> int:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.execute(insert(CompanyRow).values(key=key).on_conflict_do_nothing())
    found = _company_id(session, key)
    assert found is not None  # noqa: S101 - just inserted, in this very transaction
    return found


@contextlib.contextmanager
def open_books(database: Database, company: Company) -> Iterator[Books]:
    """Open the company's books for one transaction; all that is done in it holds, or none."""
    with database.write() as session:
        found = _company_id(session, company.key)
        b = Books(session, company, found if found is not None else _add_company(session, company.key))
        yield b
        for close in b.closing.values() if session.in_transaction() else ():  # not where it was taken back
            close()


@contextlib.contextmanager
def read_books(database: Database, company: Company) -> Iterator[Books]:
    """Open the company's books to look only. A company without a row yet has empty books (id 0)."""
    with database.read() as session:
        yield Books(session, company, _company_id(session, company.key) or 0)
