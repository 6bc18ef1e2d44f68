"""A desk that brings in files of a few lines, and tells what stands in the books then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice
from store.imports.apply import bring_in
from store.imports.report import ImportReport

AT = datetime(2026, 11, 6, 8, tzinfo=UTC)


@dataclass
class Lists:
    """Brings lists in."""

    database: Database
    company: Company
    folder: Path

    def bring(self, *lines: str, **said: Mapping[str, str]) -> ImportReport:
        """Bring in a file of these lines; `said` are maps and answers."""
        path = self.folder / "liste.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.file(path, **said)

    def file(self, path: Path, **said: Mapping[str, str]) -> ImportReport:
        """Bring in a file."""
        return bring_in(self.database, self.company, path, at=AT, **said)  # type: ignore[arg-type]

    def owed(self) -> dict[str, tuple[str, str, str]]:
        """Return the customer, the amount and what is left of each invoice."""
        with read_books(self.database, self.company) as b:
            rows = b.session.query(Invoice, Customer).join(Customer, Customer.id == Invoice.customer_id)
            return {
                invoice.number: (customer.name, str(invoice.amount), str(invoice.outstanding))
                for invoice, customer in rows
            }


@pytest.fixture
def lists(database: Database, company: Company, tmp_path: Path) -> Lists:
    """The desk, its books empty."""
    return Lists(database, company, tmp_path)
