"""What people see: customers above their invoices, and invoices in several rows, come in as they stand."""

import pytest

from tests.store.imports.conftest import Lists

BY_CUSTOMER = (
    "Customer Balance Detail,,,,,,",
    ",Date,Transaction type,Num,Due date,Amount,Open balance",
    "Kelso Ltd,,,,,,",
    ',01/05/2026,Invoice,1001,31/05/2026,"1,200.00","1,200.00"',
    'Total for Kelso Ltd,,,,,"1,200.00","1,200.00"',
    "Total Energies,,,,,,",
    ',03/09/2026,Invoice,1045,03/10/2026,"4,250.00","2,000.00"',
    'Total for Total Energies,,,,,"4,250.00","2,000.00"',
    'TOTAL,,,,,"5,450.00","3,200.00"',
)
AGED = (
    "Invoice Date,Due Date,Invoice Number,Current,< 1 Month,1 Month,Total",
    "Kelso Ltd,,,,,,",
    "1 Sep 2026,1 Oct 2026,I-1,0.00,0.00,1200.00,1200.00",
    "Total Kelso Ltd,,,0.00,0.00,1200.00,1200.00",
    "Ridge Bikes (1),,,0.00,300.00,0.00,300.00",
    "5 Oct 2026,4 Nov 2026,I-2,0.00,300.00,0.00,300.00",
)
HEADER = "N° facture;Client;Date;Échéance;Montant TTC"


def test_customers_stand_above_their_invoices(lists: Lists) -> None:
    lists.bring(*BY_CUSTOMER)
    assert lists.owed() == {
        "1001": ("Kelso Ltd", "1200.00", "1200.00"),
        "1045": ("Total Energies", "4250.00", "2000.00"),
    }


def test_customers_of_an_aged_list_stand_above_with_or_without_sums(lists: Lists) -> None:
    lists.bring(*AGED)
    assert {number: owed[0] for number, owed in lists.owed().items()} == {
        "I-1": "Kelso Ltd",
        "I-2": "Ridge Bikes",
    }


def test_an_invoice_below_no_heading_refuses_the_list(lists: Lists) -> None:
    assert lists.bring(*BY_CUSTOMER[:2], *BY_CUSTOMER[3:]).refused
    assert lists.owed() == {}


def test_a_customer_that_stands_on_the_first_of_its_rows_is_on_all(lists: Lists) -> None:
    lists.bring(
        HEADER,
        "F-1;Moreau;01/09/2026;01/10/2026;10,00",
        "F-2;;02/09/2026;02/10/2026;20,00",
        "F-3;Petit;02/09/2026;02/10/2026;30,00",
    )
    assert [name for name, *_ in lists.owed().values()] == ["Moreau", "Moreau", "Petit"]


def test_a_customer_that_lacks_once_is_refused(lists: Lists) -> None:
    rows = ("F-1;Moreau;01/09/2026;01/10/2026;10,00", "F-2;Moreau;02/09/2026;02/10/2026;20,00")
    assert lists.bring(HEADER, *rows, "F-3;;02/09/2026;02/10/2026;30,00").refused


def test_items_of_an_invoice_add_up(lists: Lists) -> None:
    lists.bring(
        "Numéro Facture;Date;Client;Ligne;Description;Total HT;Total TTC",
        "F-1;15/09/2026;Dupont;1;Développement;1000,00;1200,00",
        "F-2;20/09/2026;Martin;1;Hébergement;500,00;600,00",
        "F-2;20/09/2026;Martin;2;Support;600,00;720,00",
    )
    assert {number: owed[1] for number, owed in lists.owed().items()} == {"F-1": "1200.00", "F-2": "1320.00"}


def test_a_total_that_each_item_repeats_counts_once(lists: Lists) -> None:
    report = lists.bring(
        "InvoiceNumber,InvoiceDate,DueDate,ContactName,Total,Description,LineAmount",
        "I-1,28/08/2026,27/09/2026,Ridge,1200.00,Bike,600",
        "I-1,28/08/2026,27/09/2026,Ridge,1200.00,Helmet,400",
    )
    assert (lists.owed(), report.questions) == ({"I-1": ("Ridge", "1200.00", "1200.00")}, [])


@pytest.mark.parametrize(("answer", "amount"), [("each", "1200.00"), ("whole", "600.00")])
def test_items_of_one_amount_are_asked_about(lists: Lists, answer: str, amount: str) -> None:
    lines = (
        "N° facture;Client;Date;Échéance;Désignation;Montant TTC",
        "F-1;Moreau;01/09/2026;01/10/2026;Pose;600,00",
        "F-1;Moreau;01/09/2026;01/10/2026;Dépose;600,00",
    )
    (asked,) = lists.bring(*lines).questions
    assert lists.owed() == {}
    lists.bring(*lines, answers={asked.id: answer})
    assert lists.owed()["F-1"][1] == amount


def test_payments_of_an_invoice_add_up_and_its_amount_does_not(lists: Lists) -> None:
    lists.bring(
        "Client;Réf. facture;Date facturation;Date échéance;Montant TTC;Facture payée;Id règlement;"
        "Montant règlement",
        "Petit;F-1;02/09/2026;02/10/2026;120,00;1;5;119,00",
        "Éloïse;F-2;02/09/2026;02/10/2026;120,00;0;6;50,00",
        "Éloïse;F-2;02/09/2026;02/10/2026;120,00;0;7;30,00",
    )
    assert {number: owed[1:] for number, owed in lists.owed().items()} == {
        "F-1": ("120.00", "0.00"),
        "F-2": ("120.00", "40.00"),
    }
