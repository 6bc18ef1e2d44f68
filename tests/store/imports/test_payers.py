"""Who pays for whom, as files say: by code or name, once, and never in a circle."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from receivables.company import Company
from store import pauses
from store.accounts import facts as accounts
from store.books import open_books
from store.customers import acts as customer_file
from store.db.engine import Database
from store.db.tables import Customer, Invoice, JournalLine, Pause
from store.imports.apply import bring_in
from store.imports.report import ImportReport

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = date(2026, 3, 2)


class Payers:
    """Files of customers with a payer, and what became of them."""

    def __init__(self, database: Database, company: Company, folder: Path) -> None:
        self._books, self._file = (database, company), folder / "factures.csv"

    def share(self, *rows: str, **how: Any) -> ImportReport:
        """Bring in a file of customers with an address; each row is « code;name;address »."""
        return self.come(*rows, header="E-mail", **how)

    def why(self) -> list[str]:
        """What holds each invoice, in the order of their numbers."""
        with open_books(*self._books) as b:
            ids = b.session.scalars(select(Invoice.id).order_by(Invoice.number)).all()
            return [each.reason.value for each in accounts.whys(b, ids, on=DAY, now=AT)]

    def come(self, *rows: str, header: str = "Code payeur", **how: Any) -> ImportReport:
        """Bring in a file; each row is « code;name;payer »."""
        lines = [f"{row};F-{row[0]};05/01/2026;04/02/2026;100" for row in rows]
        head = f"Code client;Client;{header};N° facture;Date;Échéance;Montant TTC"
        self._file.write_text("\n".join([head, *lines]), encoding="utf-8")
        report = bring_in(*self._books, self._file, at=AT, **how)
        assert report.done
        return report

    @property
    def said(self) -> dict[str, str]:
        """Who pays for each customer that has a payer, by code."""
        payer = aliased(Customer)
        with open_books(*self._books) as b:
            rows = select(Customer.code, payer.code).join(payer, payer.id == Customer.payer_id)
            return dict(b.session.execute(rows).all())

    def person_says(self, code: str, payer_id: int | None) -> None:
        """Have a person say who pays for a customer."""
        with open_books(*self._books) as b:
            key = b.session.scalars(select(Customer.id).where(Customer.code == code)).one()
            customer_file.change(b, key, {"payer_id": payer_id}, by="U0MARIE", at=AT)

    def resume(self) -> None:
        """Have a person end every pause."""
        with open_books(*self._books) as b:
            for key in b.session.scalars(select(Pause.id).where(Pause.ended_at.is_(None))).all():
                pauses.resume(b, key, by="U0MARIE", at=AT)

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


SHARED = (
    "A;Agence Nord;siege@groupe.example",
    "B;Agence Sud;Siege@groupe.example",
    "C;Autre;c@autre.example",
)
QUESTION = "one_payer:siege-groupe-example"


def test_an_address_of_several_customers_is_asked_about_and_they_wait(payers: Payers) -> None:
    [asked] = payers.share(*SHARED).questions
    assert (asked.id, asked.default, asked.choices) == (QUESTION, "held", ("yes", "no"))
    assert (asked.about, asked.count, asked.values) == (
        "siege@groupe.example",
        2,
        ("Agence Nord", "Agence Sud"),
    )
    assert payers.why() == ["paused", "paused", "due"]


def test_yes_makes_the_first_of_them_the_payer_and_lets_them_go(payers: Payers) -> None:
    payers.share(*SHARED)
    assert payers.share(*SHARED, answers={QUESTION: "yes"}).questions == []
    assert payers.said == {"B": "A"}
    assert payers.why() == ["due", "due", "due"]
    assert payers.share(*SHARED).questions == []


def test_no_lets_them_go_each_by_itself(payers: Payers) -> None:
    payers.share(*SHARED)
    assert payers.share(*SHARED, answers={QUESTION: "no"}).questions == []
    assert payers.said == {}
    assert payers.why() == ["due", "due", "due"]
    assert payers.share(*SHARED).questions == []


def test_what_a_person_ended_the_next_file_does_not_begin_anew(payers: Payers) -> None:
    payers.share(*SHARED)
    payers.resume()
    assert payers.share(*SHARED).questions == []
    assert payers.why() == ["due", "due", "due"]


def test_another_customer_at_the_address_follows_the_answer_that_was_kept(payers: Payers) -> None:
    payers.share(*SHARED)
    payers.share(*SHARED, answers={QUESTION: "yes"})
    assert payers.share("D;Agence Est;siege@groupe.example").questions == []
    assert payers.said == {"B": "A", "D": "A"}
    assert payers.why() == ["due", "due", "due", "due"]


def test_what_a_person_says_of_the_payer_no_kept_answer_changes(payers: Payers) -> None:
    payers.share(*SHARED, answers={QUESTION: "yes"})
    payers.person_says("B", None)
    payers.share(*SHARED)
    assert payers.said == {}
    assert payers.why() == ["due", "due", "due"]


def test_a_file_that_says_the_payer_is_not_asked(payers: Payers) -> None:
    payers.share(*SHARED)
    payers.come("A;Agence Nord;", "B;Agence Sud;A", "C;Autre;")
    assert payers.share(*SHARED).questions == []
    assert payers.why() == ["due", "due", "due"]
