"""Who pays for whom, as files say: by code or name, once, and never in a circle."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from receivables.company import Company
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Customer, JournalLine
from store.imports.apply import bring_in
from store.imports.report import ImportReport

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Payers:
    """Files of customers with a payer, and what became of them."""

    def __init__(self, database: Database, company: Company, folder: Path) -> None:
        self._books, self._file = (database, company), folder / "factures.csv"

    def come(self, *rows: str, header: str = "Code payeur") -> ImportReport:
        """Bring in a file; each row is « code;name;payer »."""
        lines = [f"{row};F-{row[0]};05/01/2026;04/02/2026;100" for row in rows]
        head = f"Code client;Client;{header};N° facture;Date;Échéance;Montant TTC"
        self._file.write_text("\n".join([head, *lines]), encoding="utf-8")
        report = bring_in(*self._books, self._file, at=AT)
        assert report.done
        return report

    @property
    def said(self) -> dict[str, str]:
        """Who pays for each customer that has a payer, by code."""
        payer = aliased(Customer)
        with open_books(*self._books) as b:
            rows = select(Customer.code, payer.code).join(payer, payer.id == Customer.payer_id)
            return dict(b.session.execute(rows).all())

    @property
    def changes(self) -> int:
        """How often the journal tells of another payer."""
        with open_books(*self._books) as b:
            lines = b.session.scalars(select(JournalLine).where(JournalLine.act == "customer.updated"))
            return sum("payer_id" in line.data["changes"] for line in lines)


@pytest.fixture
def payers(database: Database, company: Company, tmp_path: Path) -> Payers:
    return Payers(database, company, tmp_path)


def kinds(report: ImportReport) -> dict[str, list[str]]:
    return {each.kind: each.values for each in report.warnings}


@pytest.mark.parametrize("header", ["Code payeur", "Client payeur", "Compte payeur", "Tiers payeur", "Payer"])
@pytest.mark.parametrize("payer", ["A", "Siège"])
def test_a_payer_is_known_by_its_code_or_its_name(payers: Payers, header: str, payer: str) -> None:
    payers.come("A;Siège;A", f"B;Nord;{payer}", f"C;Sud;{payer}", "D;Autre;", header=header)
    assert payers.said == {"B": "A", "C": "A"}


def test_the_next_file_changes_what_it_says_and_keeps_what_it_does_not(payers: Payers) -> None:
    payers.come("A;Siège;", "B;Nord;A", "C;Sud;A")
    payers.come("A;Siège;", "B;Nord;A", "C;Sud;A")
    assert payers.changes == 2
    payers.come("A;Siège;", "B;Nord;", "C;Sud;C")
    assert payers.said == {"B": "A"}


def test_who_pays_for_a_payer_pays_for_all(payers: Payers) -> None:
    payers.come("A;Groupe;", "B;Région;A", "C;Agence;B")
    assert payers.said == {"B": "A", "C": "A"}
    payers.come("E;Holding;", "A;Groupe;E")
    assert payers.said == {"A": "E", "B": "E", "C": "E"}


def test_those_who_would_pay_for_each_other_pay_for_themselves(payers: Payers) -> None:
    report = payers.come("A;Un;B", "B;Deux;A", "C;Trois;")
    assert payers.said == {}
    assert sorted(kinds(report)["payers_in_a_circle"]) == ["Deux", "Un"]


def test_a_payer_whom_nobody_knows_is_told_and_changes_nothing(payers: Payers) -> None:
    report = payers.come("A;Un;Z9", "B;Deux;")
    assert payers.said == {}
    assert kinds(report)["unknown_payer"] == ["Un : Z9"]
