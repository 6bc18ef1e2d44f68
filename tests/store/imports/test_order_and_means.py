"""What people see: a file's order numbers and means of payment come into the books and stay there."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.codes.payments import Means
from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Invoice
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from store.imports.tables.headers import meanings
from store.imports.values import words
from tests.store.imports.test_bring_in import AT


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("N° commande", "order_number"),
        ("N° de commande", "order_number"),
        ("Bon de commande", "order_number"),
        ("Réf. commande", "order_number"),
        ("PO Number", "order_number"),
        ("Purchase Order", "order_number"),
        ("Mode de règlement", "means"),
        ("Mode de paiement", "means"),
        ("Moyen de paiement", "means"),
        ("Payment method", "means"),
        ("Conditions de règlement", "terms"),
        ("Statut du règlement", "status"),
        ("Date de règlement", "paid_on"),
        ("Délai de paiement", "terms"),
    ],
)
def test_the_two_columns_are_known_by_their_names(title: str, field: str) -> None:
    assert meanings(title)[0][0] == field


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Prélèvement SEPA", Means.DIRECT_DEBIT),
        ("PRLV", Means.DIRECT_DEBIT),
        ("Prlv sepa b2b", Means.DIRECT_DEBIT),
        ("Direct debit", Means.DIRECT_DEBIT),
        ("LCR", Means.DRAFT),
        ("Traite acceptée", Means.DRAFT),
        ("B.O.R.", None),
        ("BOR", Means.DRAFT),
        ("Billet à ordre", Means.DRAFT),
        ("Virement", Means.TRANSFER),
        ("Virement bancaire 30 jours", Means.TRANSFER),
        ("Chèque", Means.CHEQUE),
        ("CB", Means.CARD),
        ("Virement ou chèque", None),
        ("30 jours fin de mois", None),
    ],
)
def test_words_tell_a_means_or_none(said: str, means: Means | None) -> None:
    assert words.means(said) == means


def _bring(database: Database, company: Company, path: Path, *lines: str) -> ImportReport:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return bring_in(database, company, path, at=AT)


def _told(database: Database, company: Company) -> list[Any]:
    with read_books(database, company) as b:
        return [
            (row.number, row.order_number, row.means)
            for row in b.session.scalars(select(Invoice).order_by(Invoice.number))
        ]


def test_both_are_kept_and_a_file_without_them_empties_nothing(
    database: Database, company: Company, tmp_path: Path
) -> None:
    header = "Client;N° facture;Échéance;Montant TTC"
    full = f"{header};N° commande;Mode de règlement"
    first = _bring(
        database, company, tmp_path / "a.csv", full,
        "Iota;I-1;12/11/2026;1000,00;BC-7788;Prélèvement SEPA",
        "Iota;I-2;12/11/2026;500,00;;Virement",
        "Iota;I-3;12/11/2026;500,00;4500012345;à convenir",
    )  # fmt: skip
    known = [
        ("I-1", "BC-7788", Means.DIRECT_DEBIT),
        ("I-2", None, Means.TRANSFER),
        ("I-3", "4500012345", None),
    ]
    assert _told(database, company) == known
    assert [(one.kind, one.values) for one in first.warnings] == [("unknown_means", ["à convenir"])]
    again = _bring(database, company, tmp_path / "b.csv", header, "Iota;I-1;12/11/2026;1000,00")
    assert (again.changed, again.unchanged) == ([], 1)
    assert _told(database, company) == known
    changed = _bring(
        database, company, tmp_path / "c.csv", full, "Iota;I-1;12/11/2026;1000,00;BC-7788;Virement"
    )
    assert changed.changed == ["I-1"]
    assert _told(database, company)[0] == ("I-1", "BC-7788", Means.TRANSFER)
