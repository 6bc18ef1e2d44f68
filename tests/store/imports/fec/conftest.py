"""Exports of invented companies, brought into the books."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import CreditNote, Customer, Invoice, Payment
from store.health.check import check
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from tests.store.imports.fec.producers import PRODUCERS, Book, Producer

AT = datetime(2027, 3, 2, 8, tzinfo=UTC)
Bring = Callable[..., ImportReport]
Balances = Callable[[], dict[str, Decimal]]


@pytest.fixture
def bring(database: Database, company: Company, tmp_path: Path) -> Bring:
    """Bring a book in as a producer writes it, a day later each time; the books hold together after each."""
    days = iter(range(100))

    def run(book: Book, producer: Producer = PRODUCERS[0], **options: Any) -> ImportReport:
        options.setdefault("at", AT + timedelta(days=next(days)))
        report = bring_in(database, company, producer.write(tmp_path, book), **options)
        with read_books(database, company) as b:
            assert check(b) == []
        return report

    return run


@pytest.fixture
def balances(database: Database) -> Balances:
    """Return what each customer owes in the books, by code, computed apart from the import."""

    def read() -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        with database.read() as session:
            for code, id_ in session.execute(select(Customer.code, Customer.id)):
                left = sum(
                    (
                        sign * (session.scalar(select(func.sum(column)).where(of == id_)) or Decimal(0))
                        for of, column, sign in (
                            (Invoice.customer_id, Invoice.outstanding, 1),
                            (Payment.customer_id, Payment.open, -1),
                            (CreditNote.customer_id, CreditNote.open, -1),
                        )
                    ),
                    Decimal("0.00"),
                )
                found[code] = left
        return found

    return read
