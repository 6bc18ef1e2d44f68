"""What people see: a list of something else is refused by its name, with what showed it and what to do."""

import csv
from pathlib import Path

import pytest

from store.imports.columns.documents import OtherDocument
from tests.refusals import told
from tests.store.imports.conftest import Lists

FILES = Path(__file__).parent / "files"
GOOD = (FILES / "headers.txt").read_text(encoding="utf-8").splitlines()

OTHERS = [
    (OtherDocument.QUOTES, "N° devis;Client;E-mail;Date;Montant TTC;Statut", "D-1;Moreau;;01/09/2026;12,00;"),
    (OtherDocument.QUOTES, "Quote Number,Customer,Date,Total,Status", "Q-1,Kelso,01/09/2026,12.00,Sent"),
    (OtherDocument.QUOTES, "Référence;Client;Date;Valable jusqu’au;Total TTC", None),
    (OtherDocument.QUOTES, "Liste des devis|Numéro;Client;Date;Total TTC", "1;Moreau;01/09/2026;12,00"),
    (OtherDocument.ORDERS, "N° commande;Client;Date;Montant TTC;Etat", "C-1;Moreau;01/09/2026;12,00;Livrée"),
    (OtherDocument.ORDERS, "Order Number,Order Date,Customer,Total", "C-1,01/09/2026,Kelso,12.00"),
    (OtherDocument.DELIVERIES, "N° BL;Date de livraison;Client;Total TTC", "B-1;01/09/2026;Moreau;12,00"),
    (OtherDocument.SUBSCRIPTIONS, "Client;Fréquence;Cycles restants;Date de début;Date;Montant TTC", None),
    (OtherDocument.PAYMENTS, "Date de règlement;Client;N° facture;Mode;Montant", None),
    (OtherDocument.PAYMENTS, "Date;N° facture;Client;Mode;Référence;Montant",
     "05/09/2026;V-1;Moreau;Virement;VIR-1;12,00"),
    (OtherDocument.PAYMENTS, "Payment Date,Customer,Invoice Number,Payment Method,Amount", None),
    (OtherDocument.BANK, "Date;Libellé;Référence;Débit;Crédit;Solde", "05/09/2026;VIR MOREAU;X;;12,00;12,00"),
    (OtherDocument.BANK, "Date;Date de valeur;Montant;Libellé;Solde", None),
    (OtherDocument.ENTRIES, "Date;Journal;Compte;Tiers;Libellé;Débit;Crédit;Échéance", None),
    (OtherDocument.PURCHASES, "Date;N° facture;Tiers;Échéance;Montant TTC;Type",
     "05/09/2026;A-1;EDF;05/10/2026;12,00;Facture fournisseur"),
    (OtherDocument.PURCHASES, "Bill Number,Vendor,Bill Date,Due Date,Amount", None),
    (OtherDocument.PURCHASES, "Journal des achats|Date;Numéro;Tiers;Échéance;Montant TTC", None),
    (OtherDocument.SUMMARY, "Client;Non échu;1-30;31-60;61-90;Plus de 90;Total", None),
]  # fmt: skip


@pytest.mark.parametrize(("document", "header", "row"), OTHERS)
def test_a_list_of_something_else_is_named(
    lists: Lists, document: OtherDocument, header: str, row: str | None
) -> None:
    report = lists.bring(*header.split("|"), row or "")
    assert [refusal.expected.facts.get("document") for refusal in report.refused] == [document]
    assert "Ce fichier montre" in told(report.refused[0].expected)
    assert lists.owed() == {}


@pytest.mark.parametrize("header", [line.split("\t")[0] for line in GOOD if not line.startswith("#")])
def test_a_good_list_is_none_of_them(lists: Lists, header: str) -> None:
    titles = next(csv.reader([header], delimiter=";"))
    report = lists.bring("Export du 6 novembre", ";".join(titles), ";".join("1" for _ in titles))
    assert "imports.other_document" not in {refusal.expected.code for refusal in report.refused}


def test_what_a_person_maps_is_taken_at_their_word(lists: Lists) -> None:
    header, row = "N° devis;Client;Date;Échéance;Montant TTC", "D-1;Moreau;01/09/2026;01/10/2026;12,00"
    assert lists.bring(header, row, maps={"N° devis": "number"}).new == ["D-1"]


def test_a_mixed_list_gives_our_rows_and_counts_the_others(lists: Lists) -> None:
    report = lists.bring(
        "Type;Numéro;Client;Date;Échéance;Montant TTC",
        "Facture;F-1;Moreau;01/09/2026;01/10/2026;12,00",
        "Devis;D-1;Moreau;01/09/2026;01/10/2026;12,00",
        "Facture fournisseur;A-1;EDF;01/09/2026;01/10/2026;12,00",
        "Bon de livraison;B-1;Moreau;01/09/2026;01/10/2026;12,00",
    )
    (left_out,) = [each for each in report.warnings if each.kind == "not_an_invoice"]
    assert (report.new, left_out.count) == (["F-1"], 3)
