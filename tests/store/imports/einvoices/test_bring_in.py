"""What people see: e-invoices become the books, each once, with their PDF; doubts are told or asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.codes.payments import Means
from receivables.company import Company
from store.accounts import invoice_files
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Contact, CreditNote, Customer, Invoice
from store.health.check import check
from store.imports.apply import bring_in
from store.imports.questions import QuestionKind
from store.imports.report import ImportReport
from tests.refusals import told
from tests.store.imports.einvoices.making import BUYER, SELLER, cii, pdf, term, ubl
from tests.store.imports.einvoices.test_reading import zipped

AT = datetime(2026, 1, 12, 8, tzinfo=UTC)
Bring = Callable[..., ImportReport]


@pytest.fixture
def ours(company: Company, tmp_path: Path) -> Company:
    """The company, with a folder of its invoices."""
    folder = tmp_path / "factures"
    folder.mkdir()
    return replace(company, invoices_folder=str(folder))


@pytest.fixture
def bring(database: Database, ours: Company, tmp_path: Path) -> Bring:
    """Bring one file in; the books are sound afterwards."""

    def run(data: bytes, name: str = "f.xml", **options: Any) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(data)
        whose = options.pop("company", ours)
        report = bring_in(database, whose, path, **{"at": AT, **options})
        with read_books(database, ours) as b:
            assert check(b) == []
        return report

    return run


def _all(database: Database, of: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.scalars(select(of).order_by(of.id)))
        session.expunge_all()
        return found


def _kinds(report: ImportReport) -> set[str]:
    return {notice.kind for notice in report.warnings}


def test_a_factur_x_becomes_an_invoice_a_customer_and_the_pdf_of_its_mails(
    database: Database, bring: Bring, ours: Company
) -> None:
    data = pdf(cii("FAC/2026 1"))
    tried = bring(data, "f.pdf", dry_run=True)
    assert tried.new == ["FAC/2026 1"]
    assert list(Path(ours.invoices_folder).iterdir()) == []
    report = bring(data, "f.pdf")
    assert report.new == ["FAC/2026 1"]
    assert _kinds(report) == set()
    (invoice,), (customer,) = _all(database, Invoice), _all(database, Customer)
    assert (invoice.amount, invoice.outstanding) == (Decimal("1200.00"), Decimal("1200.00"))
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 1, 10), date(2026, 2, 10))
    assert (invoice.order_number, invoice.means) == ("BC-9", Means.TRANSFER)
    assert (customer.name, customer.siren) == ("Librairie Ancre", "552081317")
    assert customer.postal_address == "3 quai Vert\n35000 Rennes"
    assert [(each.email, each.name) for each in _all(database, Contact)] == [
        ("compta@ancre.example", "Zoé Martin")
    ]
    assert invoice_files.load(ours, invoice.pdf_path) == data
    again = bring(data, "f.pdf")
    assert (again.new, again.changed, again.unchanged) == ([], [], 1)
    assert len(list(Path(ours.invoices_folder).iterdir())) == 1


def test_a_pdf_that_lies_in_the_folder_stays_there_and_another_of_its_name_is_kept_beside_it(
    database: Database, bring: Bring, ours: Company
) -> None:
    (Path(ours.invoices_folder) / "2026").mkdir()
    bring(pdf(cii("A-1")), "factures/2026/x.pdf")
    (Path(ours.invoices_folder) / "A-2.pdf").write_bytes(b"%PDF-another")
    bring(pdf(cii("A-2")), "f.pdf")
    assert [each.pdf_path for each in _all(database, Invoice)] == ["2026/x.pdf", "A-2-2.pdf"]
    assert (Path(ours.invoices_folder) / "A-2.pdf").read_bytes() == b"%PDF-another"


def test_without_a_folder_the_invoice_comes_in_and_its_pdf_is_told_not_kept(
    database: Database, bring: Bring, company: Company
) -> None:
    report = bring(pdf(cii()), "f.pdf", company=company)
    assert report.new == ["FAC-1"]
    assert _kinds(report) == {"no_invoices_folder"}
    assert _all(database, Invoice)[0].pdf_path is None


def test_a_folder_that_takes_nothing_keeps_nothing_of_the_invoice_either(
    database: Database, bring: Bring, ours: Company
) -> None:
    Path(ours.invoices_folder).rmdir()
    report = bring(pdf(cii()), "f.pdf")
    assert ["invoices_folder" in told(each.expected) for each in report.refused] == [True]
    assert _all(database, Invoice) == []


@pytest.mark.parametrize(
    ("data", "credit"),
    [
        (cii(total="-240.00"), "240.00"),
        (cii(total="240.00", code="381"), "240.00"),
        (cii(total="-240.00", code="384"), "240.00"),
        (cii(total="240.00", code="261"), "240.00"),
        (ubl(number="FAC-1", total="240.00", root="CreditNote", due=""), "240.00"),
    ],
)
def test_credit_notes_in_their_styles(database: Database, bring: Bring, data: bytes, credit: str) -> None:
    assert bring(data).new == ["FAC-1"]
    assert _all(database, Invoice) == []
    assert [each.open for each in _all(database, CreditNote)] == [Decimal(credit)]


@pytest.mark.parametrize(
    ("said", "outstanding", "kinds"),
    [
        ({"payable": "300.00"}, "300.00", set()),
        ({"payable": "0.00"}, "0.00", set()),
        ({"payable": "-50.00"}, "0.00", {"overpaid"}),
        ({"payable": "2400.00"}, "1200.00", {"left_above_amount"}),
        ({"code": "389"}, "1200.00", set()),
        ({"code": "384", "corrects": ["FAC-0"]}, "1200.00", {"corrects"}),
        ({"code": "393"}, "1200.00", {"factored"}),
        ({"currency": "USD"}, "1200.00", set()),
    ],
)
def test_what_is_left_to_pay(
    database: Database, bring: Bring, said: dict[str, Any], outstanding: str, kinds: set[str]
) -> None:
    report = bring(cii(**said))
    assert _kinds(report) == kinds
    (invoice,) = _all(database, Invoice)
    assert (invoice.amount, invoice.outstanding) == (Decimal("1200.00"), Decimal(outstanding))
    assert invoice.currency == said.get("currency", "EUR")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"currency": "TND"}, "TND, qui compte trois décimales"),
        ({"currency": "€"}, "trois lettres"),
        ({"code": "325"}, "proforma"),
        ({"code": "999"}, "999"),
        ({"number": "X" * 81}, "80 caractères"),
        ({"seller": BUYER, "buyer": SELLER}, "facture d’achat : Librairie Ancre l’a émise"),
        ({"seller": {"name": "Autre SA", "siren": "552032534"}}, "émise par Autre SA .SIREN 552032534."),
        ({"buyer": {"name": ""}}, "le nom du client"),
    ],
)
def test_what_is_not_ours_to_follow_is_refused_by_name(
    database: Database, bring: Bring, said: dict[str, Any], sentence: str
) -> None:
    report = bring(cii(**said))
    assert [sentence.replace(".SIREN", "(SIREN").replace("534.", "534)") in told(each.expected)
            .replace("\u00a0", " ") for each in report.refused] == [True]  # fmt: skip
    assert _all(database, Invoice) == []
    assert _all(database, Customer) == []


def test_a_seller_of_another_name_and_no_siren_is_asked_about(database: Database, bring: Bring) -> None:
    data = cii(seller={"name": "Durand Bois"})
    report = bring(data)
    assert [each.id for each in report.questions] == ["seller:durand-bois"]
    assert not report.done
    assert _all(database, Invoice) == []
    assert bring(data, answers={"seller:durand-bois": "yes"}).new == ["FAC-1"]
    assert bring(cii("FAC-7", seller={"name": "Durand Bois"})).new == ["FAC-7"], "it was said once"
    refused = bring(data, answers={"seller:durand-bois": "no"}).refused
    assert ["émise par Durand Bois" in told(each.expected) for each in refused] == [True]
    by_name = bring(cii(seller={"name": "atelier durand"}))
    assert QuestionKind.SELLER not in {each.kind for each in by_name.questions}
    assert by_name.done


@pytest.mark.parametrize(
    ("terms", "due", "kinds"),
    [
        (term("60 jours"), date(2026, 3, 11), set()),
        (term("payable le 01/03/2026"), date(2026, 3, 1), set()),
        (term("fin de mois 45 jours"), date(2026, 3, 17), set()),
        (term("selon contrat"), date(2026, 2, 9), {"terms_unread", "default_term"}),
        ("", date(2026, 2, 9), {"default_term"}),
        (term("", "20260210") + term("", "20260310"), date(2026, 3, 10), {"several_due_dates"}),
        (term("", "20260210", reward=True), date(2026, 2, 10), {"discount_told"}),
        (term("", "20251231"), date(2025, 12, 31), {"due_before_issue"}),
    ],
)
def test_when_it_is_due(database: Database, bring: Bring, terms: str, due: date, kinds: set[str]) -> None:
    assert _kinds(bring(cii(terms=terms))) == kinds
    assert [each.due_date for each in _all(database, Invoice)] == [due]


def test_the_end_of_the_month_is_asked_about_and_the_later_count_holds_meanwhile(
    database: Database, bring: Bring
) -> None:
    data = cii(terms=term("30 jours fin de mois"))
    (asked,) = bring(data).questions[:1]
    assert (asked.id, asked.default) == ("month_end:30-jours-fin-de-mois", "latest")
    assert _all(database, Invoice)[0].due_date == date(2026, 3, 2)
    assert "month_end" not in {each.kind for each in bring(data, answers={asked.id: "days_first"}).questions}
    assert _all(database, Invoice)[0].due_date == date(2026, 2, 28)


def test_an_iban_that_is_not_the_company_s_is_told_and_never_taken_over(bring: Bring) -> None:
    (notice,) = bring(cii(iban="FR76 1027 8060 0000 0204 1234 567")).warnings
    assert (notice.kind, notice.values) == ("other_iban", ["FAC-1 : FR76…4567"])
    assert bring(cii(iban="FR76 3000 6000 0112 3456 7890 189")).warnings == []


def test_what_the_books_know_of_a_customer_stays_and_it_is_found_by_its_siren(
    database: Database, bring: Bring
) -> None:
    header = "Code;Client;SIREN;E-mail;N° facture;Date;Montant TTC"
    row = "0042;L'Ancre;552081317;dir@ancre.example;L-1;05/01/2026;10"
    bring(f"{header}\n{row}\n".encode(), "liste.csv")
    bring(cii())
    (customer,) = _all(database, Customer)
    assert (customer.name, customer.code, customer.key) == ("L'Ancre", "0042", "0042")
    assert customer.postal_address == "3 quai Vert\n35000 Rennes"
    assert [each.email for each in _all(database, Contact)] == ["dir@ancre.example"]
    assert {each.customer_id for each in _all(database, Invoice)} == {customer.id}


def test_two_of_one_name_with_two_siren_are_two_customers(database: Database, bring: Bring) -> None:
    bring(cii())
    report = bring(cii("FAC-2", buyer={**BUYER, "siren": "552032534", "email": "autre@ancre.example"}))
    assert _kinds(report) == {"name_of_two"}
    bring(cii("FAC-3", buyer={**BUYER, "siren": "552032534"}))
    assert [each.siren for each in _all(database, Customer)] == ["552081317", "552032534"]
    assert len({each.customer_id for each in _all(database, Invoice)}) == 2
    both = {"a.xml": cii("Z-1"), "b.xml": cii("Z-2", buyer={**BUYER, "siren": "552032534"})}
    bring(zipped(both), "f.zip")
    assert len(_all(database, Customer)) == 2


def test_a_zip_comes_in_whole_with_the_pdf_beside_an_xml(
    database: Database, bring: Bring, ours: Company
) -> None:
    files = {
        "FAC-2.xml": ubl(),
        "FAC-2.pdf": pdf(None),
        "cgv.pdf": pdf(None),
        "lisez-moi.txt": b"x",
        "FAC-1.pdf": pdf(cii()),
        "FAC-1.xml": cii(),
    }
    report = bring(zipped(files), "lot.zip")
    assert sorted(report.new) == ["FAC-1", "FAC-2"]
    (notice,) = report.warnings
    assert (notice.kind, sorted(notice.values)) == ("zip_left_out", ["cgv.pdf", "lisez-moi.txt"])
    found = {each.number: invoice_files.load(ours, each.pdf_path) for each in _all(database, Invoice)}
    assert found == {"FAC-1": files["FAC-1.pdf"], "FAC-2": files["FAC-2.pdf"]}


def test_one_bad_document_keeps_a_whole_zip_out_and_is_named(database: Database, bring: Bring) -> None:
    report = bring(zipped({"a.xml": cii(), "b.xml": cii()[:500], "c.xml": cii(total="5.00")}), "f.zip")
    assert [(each.line, each.column) for each in report.refused] == [(None, "c.xml"), (None, "b.xml")]
    assert ["FAC-1" in told(each.expected) for each in report.refused] == [True, False]
    assert _all(database, Invoice) == []


def test_e_invoices_are_never_the_whole_list(bring: Bring) -> None:
    (refused,) = bring(cii(), complete=True).refused
    assert "--complete" in told(refused.expected)
    (refused,) = bring(cii(), maps={"Client": "customer"}).refused
    assert "--map" in told(refused.expected)
