"""What people see: what a platform says of an invoice is a fact of it, as a word of a list would be."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Dispute, Invoice, Pause, Payment
from store.health.check import check
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from tests.refusals import told
from tests.store.imports.einvoices.making import cdar, cii
from tests.store.imports.einvoices.test_reading import zipped

AT = datetime(2026, 1, 21, 8, tzinfo=UTC)
Bring = Callable[..., ImportReport]


@pytest.fixture
def bring(database: Database, company: Company, tmp_path: Path) -> Bring:
    """Bring one file in, a day later each time; the books know the invoice FAC-1, and stay sound."""
    days = iter(range(100))

    def run(data: bytes, name: str = "f.xml", **options: Any) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(data)
        at = AT + timedelta(days=next(days))
        report = bring_in(database, company, path, businesses=True, at=at, **options)
        with read_books(database, company) as b:
            assert check(b) == []
        return report

    run(cii())
    return run


def _all(database: Database, of: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.scalars(select(of).order_by(of.id)))
        session.expunge_all()
        return found


def _told(report: ImportReport) -> dict[str, list[str]]:
    return {str(each.kind): each.values for each in report.noted}


@pytest.mark.parametrize(
    ("code", "words", "noted"),
    [
        ("200", "Déposée", {}),
        ("205", "Approuvée", {}),
        ("207", "En litige", {"disputed": ["FAC-1"]}),
        ("208", "Suspendue", {"paused": ["FAC-1"]}),
        ("210", "Refusée", {"refused": ["FAC-1"]}),
        ("211", "Paiement transmis", {"payment_left": ["FAC-1"]}),
        ("213", "Rejetée", {"refused": ["FAC-1"]}),
        ("220", "Annulée", {"withdrawn": ["FAC-1"]}),
        ("501", "Irrecevable", {"refused": ["FAC-1"]}),
    ],
)
@pytest.mark.parametrize("worded", [True, False])
def test_each_status_is_the_fact_that_it_says(
    bring: Bring, code: str, words: str, noted: dict[str, list[str]], worded: bool
) -> None:
    assert _told(bring(cdar(code, words if worded else ""))) == noted


@pytest.mark.parametrize("code", ["221", "225", "227", "299"])
def test_a_status_that_says_something_else_is_asked_about_and_holds(
    database: Database, bring: Bring, code: str
) -> None:
    assert [each.kind for each in bring(cdar(code, "Autre")).questions] == ["file_word"]
    assert [each.ended_at for each in _all(database, Pause)] == [None]


def test_a_dispute_has_its_reason_and_ends_when_the_platform_says_something_else(
    database: Database, bring: Bring
) -> None:
    bring(cdar("207", "En litige", reason="Quantité payée deux fois"))
    (dispute,) = _all(database, Dispute)
    assert dispute.note == "207 En litige, Quantité payée deux fois"
    list_ = "Client;N° facture;Date;Montant TTC;Statut\nLibrairie Ancre;FAC-1;10/01/2026;1200;Envoyée\n"
    bring(list_.encode(), "liste.csv")
    assert _all(database, Dispute)[0].settled_at is None, "a list does not end what a platform said"
    bring(cdar("205", "Approuvée", at="20260123090000"))
    assert _all(database, Dispute)[0].settled_at is not None


def test_money_that_came_in_whole_is_a_payment_of_its_day_and_once(database: Database, bring: Bring) -> None:
    message = cdar("212", "Encaissée", received="1200.00")
    assert bring(message).changed == ["FAC-1"]
    assert bring(message).changed == []
    assert [(each.amount, each.received_on) for each in _all(database, Payment)] == [
        (Decimal("1200.00"), date(2026, 1, 20))
    ]
    assert _all(database, Invoice)[0].outstanding == 0


def test_money_that_came_in_part_is_asked_about_and_nothing_is_recorded(
    database: Database, bring: Bring
) -> None:
    assert [each.kind for each in bring(cdar("212", received="200.00")).questions] == ["file_word"]
    assert _all(database, Payment) == []
    assert [each.ended_at for each in _all(database, Pause)] == [None]


def test_the_last_message_of_several_counts(bring: Bring) -> None:
    both = {"1.xml": cdar("210", at="20260120120000"), "2.xml": cdar("207", at="20260119120000")}
    assert _told(bring(zipped(both), "f.zip")) == {"refused": ["FAC-1"]}


def test_an_unknown_invoice_is_told_and_another_s_is_refused(bring: Bring) -> None:
    (notice,) = bring(cdar("207", "En litige", number="X-9")).warnings
    assert (notice.kind, notice.values) == ("lifecycle_unknown", ["X-9 : 207 En litige"])
    (refused,) = bring(cdar("207", siren="552032534")).refused
    assert "552032534" in told(refused.expected)
    (refused,) = bring(cdar("207", number="")).refused
    assert "ne nomme aucune facture" in told(refused.expected)
