"""One name and two SIREN: two customers, unless somebody says that they are one."""

from pathlib import Path

from receivables.company import Company
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from tests.store.imports.test_columns import AT

HEADER = "N° facture;Client;SIREN;Date facture;Échéance;Montant TTC"
LYON = "F-1;Dupont;732829320;01/09/2026;01/10/2026;1 200,00"
NICE = "F-2;Dupont;552100554;01/09/2026;01/10/2026;80,00"


def _bring(
    database: Database, company: Company, folder: Path, *lines: str, **options: object
) -> ImportReport:
    path = folder / "factures.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return bring_in(database, company, path, at=AT, **options)  # type: ignore[arg-type]


def _owners(database: Database, company: Company) -> dict[str, str | None]:
    """Return the SIREN behind each invoice."""
    with open_books(database, company) as b:
        rows = b.session.query(Invoice, Customer).join(Customer, Customer.id == Invoice.customer_id)
        return {invoice.number: customer.siren for invoice, customer in rows}


def test_namesakes_are_two_customers_and_asked_about(
    database: Database, company: Company, tmp_path: Path
) -> None:
    report = _bring(database, company, tmp_path, LYON, NICE)
    asked = {each.kind: each for each in report.questions}["name_sirens"]
    assert (asked.id, asked.values) == ("name_sirens:dupont", ("732829320", "552100554"))
    assert _owners(database, company) == {"F-1": "732829320", "F-2": "552100554"}
    assert report.customers.new == 2


def test_they_stay_whose_they_are_in_whatever_order_they_come_again(
    database: Database, company: Company, tmp_path: Path
) -> None:
    _bring(database, company, tmp_path, LYON, NICE)
    for lines in ((NICE, LYON), (NICE,), (LYON,), (LYON, NICE)):
        report = _bring(database, company, tmp_path, *lines)
        assert (report.customers.new, report.changed) == (0, [])
    assert _owners(database, company) == {"F-1": "732829320", "F-2": "552100554"}


def test_one_that_comes_in_a_later_file_is_another_customer(
    database: Database, company: Company, tmp_path: Path
) -> None:
    _bring(database, company, tmp_path, LYON)
    assert _bring(database, company, tmp_path, NICE).customers.new == 1
    assert _owners(database, company) == {"F-1": "732829320", "F-2": "552100554"}


def test_said_to_be_one_they_are_one(database: Database, company: Company, tmp_path: Path) -> None:
    report = _bring(database, company, tmp_path, LYON, NICE, answers={"name_sirens:dupont": "one"})
    assert report.customers.new == 1
    assert set(_owners(database, company).values()) == {"732829320"}
