"""What people see: the customer is never the company itself, and what is left is never taken for a total."""

import pytest

from tests.refusals import told
from tests.store.imports.conftest import Lists

HEADER = "N° facture;Client;Date;Échéance"


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Company Name;Customer", "Holding Nord;Garage Moreau|Holding Nord;Petit SA"),
        ("Company;Partner", "Atelier Durand;Garage Moreau|Atelier Durand;Petit SA"),
        ("Nom société;Tiers", "ATELIER DURAND SAS;Garage Moreau|Atelier Durand;Petit SA"),
        ("Raison sociale;Client", "Atelier Durand SAS;Garage Moreau|Atelier Durand SAS;Petit SA"),
    ],
)
def test_the_company_itself_is_no_customer(lists: Lists, header: str, cells: str) -> None:
    rows = [f"F-{n};01/09/2026;01/10/2026;120,00;{row}" for n, row in enumerate(cells.split("|"))]
    lists.bring(f"N° facture;Date;Échéance;Montant TTC;{header}", *rows)
    assert [name for name, *_ in lists.owed().values()] == ["Garage Moreau", "Petit SA"]


def test_one_customer_for_all_rows_stays_the_customer(lists: Lists) -> None:
    row = "{};Garage Moreau;Chantier {};01/09/2026;01/10/2026;120,00"
    lists.bring("N° facture;Client;Société;Date;Échéance;Montant TTC", row.format(1, 1), row.format(2, 2))
    assert {name for name, *_ in lists.owed().values()} == {"Garage Moreau"}


def test_a_list_of_the_company_alone_is_refused(lists: Lists) -> None:
    header = "N° facture;Société;Date;Échéance;Montant TTC"
    report = lists.bring(header, "F-1;Atelier Durand;01/09/2026;01/10/2026;120,00")
    assert "votre propre société" in told(report.refused[0].expected)
    assert lists.owed() == {}


@pytest.mark.parametrize("title", ["AccountCode", "Compte général"])
def test_an_account_of_the_ledger_is_no_customer(lists: Lists, title: str) -> None:
    header = f"InvoiceNumber,InvoiceDate,DueDate,Total,ContactName,{title}"
    lists.bring(header, "1,28/08/2026,27/09/2026,100,Ridge,200", "2,28/08/2026,27/09/2026,50,Port,200")
    assert lists.owed() == {"1": ("Ridge", "100.00", "100.00"), "2": ("Port", "50.00", "50.00")}


def test_the_companys_own_siren_is_not_its_customers(lists: Lists) -> None:
    header = f"{HEADER};Montant TTC;SIRET"
    row = "F-{};Garage {};01/09/2026;01/10/2026;120,00;732 829 320 00074"
    report = lists.bring(header, row.format(1, 1), row.format(2, 2))
    assert [seen.title for seen in report.unread] == ["SIRET"]


@pytest.mark.parametrize(
    "title",
    ["Balance", "Solde", "Montant dû (XPF)", "InvoiceAmountDue", "open_balance", "Total due", "Reste",
     "Montant dû (£)", "amount_due_gbp", "Solde client"],
)  # fmt: skip
def test_what_is_left_has_many_names(lists: Lists, title: str) -> None:
    report = lists.bring(f"{HEADER};Total;{title}", "F-1;Kelso;01/09/2026;01/10/2026;489,75;100,00")
    assert lists.owed() == {"F-1": ("Kelso", "489.75", "100.00")}
    assert report.questions == []


@pytest.mark.parametrize("net", ["1000,00", "1090,91", "1137,44", "1200,00"])
def test_an_amount_before_vat_beside_the_precise_one_is_not_asked_about(lists: Lists, net: str) -> None:
    header = f"{HEADER};Net à payer;Montant"
    report = lists.bring(header, f"F-1;Garage Moreau;01/09/2026;01/10/2026;1200,00;{net}")
    assert (report.questions, lists.owed()["F-1"][1]) == ([], "1200.00")


def test_another_amount_beside_the_precise_one_is_asked_about(lists: Lists) -> None:
    header = f"{HEADER};Net à payer;Montant"
    report = lists.bring(header, "F-1;Garage Moreau;01/09/2026;01/10/2026;1200,00;700,00")
    assert [asked.about for asked in report.questions] == ["Montant"]


def test_a_running_balance_is_not_what_is_left(lists: Lists) -> None:
    row = "F-{};Kelso;01/09/2026;01/10/2026;100,00;{}00,00"
    report = lists.bring(f"{HEADER};Montant;Solde", row.format(1, 1), row.format(2, 2))
    assert [asked.about for asked in report.questions] == ["Solde"]
    assert {left for *_, left in lists.owed().values()} == {"100.00"}


def test_the_total_of_an_aged_list_is_what_is_left(lists: Lists) -> None:
    header = "Invoice Date,Due Date,Invoice Number,Customer,Current,< 1 Month,1 Month,2 Months,Total"
    report = lists.bring(header, "1 Sep 2026,1 Oct 2026,I-1,Kelso,0.00,0.00,1200.00,0.00,1200.00")
    assert report.title("left") == "Total"
