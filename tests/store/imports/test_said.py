"""What people see: statuses, ticks, promises and reminders of a file, read together with its amounts."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.accounts import facts as accounts
from store.books import read_books
from store.db.engine import Database
from store.db.tables import CreditNote, Invoice, Payment
from store.imports.apply import bring_in
from store.imports.report import ImportReport

AT = datetime(2026, 11, 6, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)
BASE, ROW = (
    "Client;Facture;E-mail;Date;Échéance;Montant TTC",
    "Kelso;F-1;a@kelso.example;01/09/2026;01/10/2026",
)

Bring = Callable[..., ImportReport]


@pytest.fixture
def bring(database: Database, company: Company, tmp_path: Path) -> Bring:
    """Bring in one invoice of 1 200,00 with more columns; `amount` has the cell of its amount."""

    def import_it(columns: str, cells: str, *, amount: str = "1200,00") -> ImportReport:
        path = tmp_path / "f.csv"
        path.write_text(f"{BASE};{columns}\n{ROW};{amount};{cells}\n", encoding="utf-8")
        report = bring_in(database, company, path, at=AT)
        assert report.refused == []
        return report

    return import_it


def reason(database: Database, company: Company) -> str:
    with read_books(database, company) as b:
        invoice = b.session.scalars(select(Invoice.id)).one()
        return str(accounts.why(b, invoice, on=date(2026, 11, 20), now=LATER).reason)


@pytest.mark.parametrize(
    ("columns", "cells", "why"),
    [
        # how the payment stands, by amounts and words together
        ("Statut;Reste dû", "Payée;0,00", "paid"),
        ("Statut;Reste dû", "Payée;200,00", "paused"),
        ("Statut;Reste dû", "Impayée;0,00", "paused"),
        ("Statut;Montant payé", "Unpaid;1200,00", "paused"),
        ("Statut;Montant payé", "Paid;200,00", "paused"),
        ("Statut;Reste dû", "Envoyée;0,00", "paid"),
        ("Statut;Montant payé", "Partiellement payée;200,00", "due"),
        ("Statut;Montant payé", "Partiellement payée;", "paused"),
        ("Total payé;Reste dû", "200,00;1200,00", "paused"),
        # several columns of statuses
        ("Status;Payment Status", "Posted;Paid", "paid"),
        ("Status;Payment Status", "Posted;Not Paid", "due"),
        ("État;Statut du règlement", "Validée;En litige", "disputed"),
        ("État;Statut du règlement", "Annulée;Non payée", "withdrawn"),
        # ticks
        ("Payé", "oui", "paid"),
        ("Payé", "✓", "paid"),
        ("Payé", "x", "paid"),
        ("Facture payée", "1", "paid"),
        ("Facture payée", "0", "due"),
        ("Payé", "✗", "due"),
        ("Statut paiement", "Oui", "paid"),
        # flags
        ("Litige", "Oui", "disputed"),
        ("Litige", "Non", "due"),
        ("Litige", "aucun litige", "due"),
        ("Litige", "matériel rendu endommagé", "disputed"),
        ("Motif de litige", "quantité livrée", "disputed"),
        ("Disputed", "Yes", "disputed"),
        ("Bloquée", "x", "paused"),
        ("Ne pas relancer", "oui", "paused"),
        ("Ne pas relancer", "", "due"),
        ("À relancer", "non", "paused"),
        ("À relancer", "oui", "due"),
        ("Commentaire", "litige : matériel rendu endommagé", "paused"),
        ("Commentaire", "livré le 3 octobre", "due"),
        # promises
        ("Promesse de paiement", "15/12/2026", "promised"),
        ("Date promesse", "15/10/2026", "due"),
        ("Promesse de paiement", "oui", "paused"),
        ("Promesse de paiement", "non", "due"),
        ("Statut", "Promesse au 15/12/2026", "promised"),
        ("Statut;Date promesse", "Promesse;15/12/2026", "promised"),
    ],
)
def test_what_columns_say_holds_the_invoice(
    database: Database, company: Company, bring: Bring, columns: str, cells: str, why: str
) -> None:
    bring(columns, cells)
    assert reason(database, company) == why


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("Statut;Payé le", "Payée;28/09/2026"),
        ("Disputed;SettledDate", "No;28/09/2026"),
        ("Statut", "Payée le 28/09/2026"),
        ("Payé", "28/09/2026"),
    ],
)
def test_paid_is_dated_by_the_file(
    database: Database, company: Company, bring: Bring, columns: str, cells: str
) -> None:
    bring(columns, cells)
    with read_books(database, company) as b:
        assert b.session.scalars(select(Payment.received_on)).one() == date(2026, 9, 28)


@pytest.mark.parametrize(
    ("columns", "cells", "made"),
    [
        ("Relance 1;Relance 2", "12/10/2026;25/10/2026", 2),
        ("Relance 1;Relance 2;Relance 3", "12/10/2026;25/10/2026;15/12/2026", 2),
        ("Relance 1;Relance 2", "oui;non", 1),
        ("Dernière relance;Nb relances faites", "12/10/2026;2", 2),
        ("Dernière relance", "12/10/2026", 1),
        ("Relance", "12/10/2026", 1),
        ("1ère relance;2ème relance", "12/10/2026;", 1),
    ],
)
def test_reminders_made_are_a_number_or_days(
    database: Database, company: Company, bring: Bring, columns: str, cells: str, made: int
) -> None:
    bring(columns, cells)
    with read_books(database, company) as b:
        assert b.session.scalars(select(Invoice.prior_reminders)).one() == made


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("Statut", "Brouillon"),
        ("Statut", "Draft"),
        ("Statut", "(PROV15)"),
        ("État;Paiement", "À valider;Non payé"),
    ],
)
def test_a_draft_is_no_invoice_and_is_counted(
    database: Database, company: Company, bring: Bring, columns: str, cells: str
) -> None:
    report = bring(columns, cells)
    assert report.new == []
    assert [(one.kind, one.count, one.values) for one in report.warnings] == [("draft_left_out", 1, ["F-1"])]


def test_a_cancelled_credit_note_is_no_credit(database: Database, company: Company, bring: Bring) -> None:
    report = bring("Statut", "Annulé", amount="-1200,00")
    assert (report.new, [one.kind for one in report.warnings]) == ([], ["cancelled_credit"])
    bring("Statut", "Validé", amount="-1200,00")
    bring("Statut", "Annulé", amount="-1200,00")  # it was cancelled since
    with read_books(database, company) as b:
        assert b.session.scalars(select(CreditNote.open)).all() == [0]


def test_two_columns_that_hold_alike_hand_on_what_one_began(
    database: Database, company: Company, bring: Bring
) -> None:
    bring("Statut;Litige", "En litige;oui")
    bring("Statut;Litige", "Envoyée;oui")
    assert reason(database, company) == "disputed"
    bring("Statut;Litige", "Envoyée;non")
    assert reason(database, company) in {"resuming", "due"}
