"""What people see: what titles say of amounts, and one question where a whole column can be read two ways."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Invoice
from store.imports.apply import bring_in
from store.imports.report import ImportReport

AT = datetime(2026, 11, 6, 8, tzinfo=UTC)
Bring = Callable[..., ImportReport]


@pytest.fixture
def bring(database: Database, company: Company, tmp_path: Path) -> Bring:
    """Bring in invoices by the title of their amounts and the cells below it."""

    def import_it(title: str, *cells: str, answer: str | None = None) -> ImportReport:
        path = tmp_path / "f.csv"
        rows = [f"Kelso;F-{at};01/09/2026;01/10/2026;{cell}" for at, cell in enumerate(cells)]
        path.write_text("\n".join([f"Client;Facture;Date;Échéance;{title}", *rows, ""]), encoding="utf-8")
        answers = {}
        if answer:
            [asked] = bring_in(database, company, path, dry_run=True, at=AT).questions
            answers = {asked.id: answer}
        return bring_in(database, company, path, answers=answers, at=AT)

    return import_it


def owed(database: Database, company: Company) -> list[tuple[Decimal, str]]:
    with read_books(database, company) as b:
        return [(row.amount, row.currency) for row in b.session.scalars(select(Invoice).order_by(Invoice.id))]


@pytest.mark.parametrize(
    ("title", "cell", "amount", "currency"),
    [
        ("Montant TTC ($)", "1200,00", "1200.00", "USD"),
        ("Amount (£)", "1200,00", "1200.00", "GBP"),
        ("amount_gbp", "1200,00", "1200.00", "GBP"),
        ("Montant dû (XPF)", "380 000", "380000.00", "XPF"),
        ("Montant TTC en CHF", "1200,00", "1200.00", "CHF"),
        ("Montant TTC (k€)", "1,2", "1200.00", "EUR"),
        ("Montant TTC", "1200,00 $", "1200.00", "USD"),
        ("Montant TTC ($)", "1200,00 €", "1200.00", "EUR"),
    ],
)
def test_a_title_says_currency_and_thousands(
    database: Database, company: Company, bring: Bring, title: str, cell: str, amount: str, currency: str
) -> None:
    assert bring(title, cell).refused == []
    assert owed(database, company) == [(Decimal(amount), currency)]


def test_millions_are_asked_about_and_nothing_is_taken_meanwhile(
    database: Database, company: Company, bring: Bring
) -> None:
    report = bring("Montant TTC (M€)", "1200,00")
    assert [(one.kind, one.default, one.choices) for one in report.questions] == [
        ("amounts", "wait", ("multiplied", "as_written"))
    ]
    assert owed(database, company) == []
    bring("Montant TTC (M€)", "1200,00", answer="as_written")
    assert owed(database, company) == [(Decimal("1200.00"), "EUR")]


@pytest.mark.parametrize(("answer", "amount"), [("thousands", "1234.00"), ("decimals", "1.23")])
def test_a_column_that_can_be_read_two_ways_is_one_question(
    database: Database, company: Company, bring: Bring, answer: str, amount: str
) -> None:
    report = bring("Montant TTC", "1,234", "2,500", "3")
    assert (report.refused, len(report.questions), report.new) == ([], 1, [])
    assert owed(database, company) == []
    assert bring("Montant TTC", "1,234", "2,500", "3", answer=answer).questions == []
    assert owed(database, company)[0] == (Decimal(amount), "EUR")


def test_another_column_of_the_file_settles_it(database: Database, company: Company, bring: Bring) -> None:
    report = bring("Montant TTC;Reste à payer", "1,234;1,234.00")
    assert (report.refused, report.questions) == ([], [])
    assert owed(database, company) == [(Decimal("1234.00"), "EUR")]
