"""Terms agreed with a customer come in by columns: rates, discounts, addresses, how we speak to it."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from receivables.company import Company
from receivables.rates import Semester
from store import discounts, rates
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice, Task
from store.imports.apply import bring_in
from store.imports.records import Client
from store.imports.report import ImportReport
from store.imports.rows.clients import FIELDS
from store.imports.tables.synonyms import SYNONYMS
from store.imports.values import terms
from store.imports.values.amounts import BadValue
from tests.refusals import refused, told

SPRING = datetime(2026, 3, 2, 8, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, 8, tzinfo=UTC)
HEADER = (
    "Client;N° facture;Date;Échéance;Montant TTC;Taux de pénalités de retard;Escompte;Jours d’escompte;"
    "Adresse;Code postal;Ville;Tutoiement;Relevé de compte"
)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12,15 %", "12.15"),
        ("12.15", "12.15"),
        ("12,15\u00a0% par an", "12.15"),
        (12.15, "12.15"),
        (0.1215, "12.15"),
        ("0,1215", "12.15"),
        (10, "10.00"),
    ],
)
def test_a_rate_of_penalties(cell: Any, expected: str) -> None:
    assert terms.penalty_rate(cell) == Decimal(expected)


@pytest.mark.parametrize("cell", ["légal", "BCE + 10 points", "selon contrat", True])
def test_a_rate_in_words_is_the_legal_one(cell: Any) -> None:
    assert terms.penalty_rate(cell) is None


@pytest.mark.parametrize("cell", ["3 fois le taux légal", "triple du taux légal", "taux légal x 3"])
def test_a_multiple_of_the_legal_interest_rate_is_no_default(cell: str) -> None:
    with pytest.raises(BadValue):
        terms.penalty_rate(cell)


@pytest.mark.parametrize("cell", ["-12", "0", "150", "12 ou 15", 0, "1e400"])
def test_figures_that_are_no_rate_are_refused(cell: Any) -> None:
    with refused(BadValue, match="12,15"):
        terms.penalty_rate(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2 %", ("2.00", None)),
        ("2 % à 10 jours", ("2.00", 10)),
        ("2/10", ("2.00", 10)),
        (0.02, ("2.00", None)),
        ("0,5 %", ("0.50", None)),
        ("1,5", ("1.50", None)),
        ("aucun", None),
        ("non", None),
        ("0", None),
    ],
)
def test_a_discount(cell: Any, expected: tuple[str, int | None] | None) -> None:
    found = terms.discount(cell)
    assert found == (None if expected is None else (Decimal(expected[0]), expected[1]))


@pytest.mark.parametrize("cell", ["24,00", "-2", "2 10 30", "beaucoup", "2/0", "2/400", True])
def test_what_is_no_discount_is_refused(cell: Any) -> None:
    with pytest.raises(BadValue):
        terms.discount(cell)


@pytest.mark.parametrize(("cell", "days"), [("10", 10), ("8 jours", 8), (10.0, 10), ("non", None)])
def test_days_of_a_discount(cell: Any, days: int | None) -> None:
    assert terms.discount_days(cell) == days


@pytest.mark.parametrize("cell", ["0,5", "91", "-3", "dix", "10 15"])
def test_what_are_no_days_is_refused(cell: Any) -> None:
    with pytest.raises(BadValue):
        terms.discount_days(cell)


@pytest.mark.parametrize(
    ("street", "postcode", "city", "expected"),
    [
        ("12 rue des Lilas, 44000 Nantes", "", "", "12 rue des Lilas\n44000 Nantes"),
        ("12 rue des Lilas\nBP 12\r\n44000 Nantes", "", "", "12 rue des Lilas\nBP 12\n44000 Nantes"),
        ("12, rue des Lilas", "44000", "Nantes", "12, rue des Lilas\n44000 Nantes"),
        ("", "44000", "Nantes", "44000 Nantes"),
        (None, "", "", None),
        (" \n ,", "", "", None),
        ("1 rue\u202eA\x00", "", "", "1 rue A"),
    ],
)
def test_an_address(street: Any, postcode: str, city: str, expected: str | None) -> None:
    assert terms.address(street, postcode, city) == expected


@given(st.text(max_size=400), st.text(max_size=20), st.text(max_size=40))
def test_an_address_of_any_text_is_short_lines_that_print(street: str, postcode: str, city: str) -> None:
    found = terms.address(street, postcode, city)
    assert found is None or (len(found) <= terms.LONGEST_ADDRESS and found.strip())


@given(st.text(max_size=60) | st.floats() | st.integers() | st.booleans())
def test_any_cell_is_terms_or_refused(cell: Any) -> None:
    for read in (terms.penalty_rate, terms.discount, terms.discount_days):
        try:
            found: Any = read(cell)
        except BadValue:
            continue
        assert found is None or isinstance(found, tuple) or 0 < found <= 100
    assert terms.address_form(str(cell)) in {None, "tu", "vous"}
    assert terms.statement(str(cell)) in {None, "monthly", "off"}


# --- into the books --------------------------------------------------------------------------------------


def bring(
    database: Database, company: Company, folder: Path, *lines: str, at: datetime = SPRING
) -> ImportReport:
    path = folder / "factures.csv"
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return bring_in(database, company, path, at=at)


def row(name: str = "Martin", number: str = "F1", rate: str = "", rest: str = ";;;;;;") -> str:
    return f"{name};{number};05/01/2026;04/02/2026;100;{rate};{rest}"


def customers(database: Database) -> dict[str, Customer]:
    with database.read() as session:
        found = {one.name: one for one in session.scalars(select(Customer))}
        session.expunge_all()
        return found


def test_all_terms_come_in_with_the_customer_and_stay_when_a_file_is_silent(
    database: Database, company: Company, tmp_path: Path
) -> None:
    said = row(rate="12,5 %", rest="2 %;10;12 rue des Lilas;44000;Nantes;oui;mensuel")
    assert bring(database, company, tmp_path, said).refused == []
    for _ in range(2):
        martin = customers(database)["Martin"]
        assert (martin.penalty_rate, martin.discount_rate, martin.discount_days) == (
            Decimal("12.50"),
            Decimal("2.00"),
            10,
        )
        assert martin.postal_address == "12 rue des Lilas\n44000 Nantes"
        assert (martin.address_form, martin.statement) == ("tu", "monthly")
        bring(database, company, tmp_path, row())


def test_a_rate_below_the_floor_refuses_the_file_and_names_floor_and_half_year(
    database: Database, company: Company, tmp_path: Path
) -> None:
    report = bring(database, company, tmp_path, row(rate="9"), row("Lemoine", "F2", "7,50"))
    assert [(bad.line, bad.column) for bad in report.refused] == [(3, "Taux de pénalités de retard")]
    assert "7,86\u00a0%" in told(report.refused[0].expected)
    assert "2026-S1" in told(report.refused[0].expected)
    assert customers(database) == {}


def test_a_rate_is_left_aside_while_the_floor_is_to_be_confirmed(
    database: Database, company: Company, tmp_path: Path
) -> None:
    report = bring(database, company, tmp_path, row(rate="12"), at=AUTUMN)
    assert report.refused == []
    assert [(one.kind, one.values) for one in report.warnings if "rate" in one.kind] == [
        ("rate_to_confirm", ["Martin : 12\u00a0%"])
    ]
    assert customers(database)["Martin"].penalty_rate is None
    with open_books(database, company) as b:
        figures = {"refinancing": Decimal("2.40"), "legal": Decimal("2.75")}
        rates.confirm(b, Semester(2026, 2), **figures, by="U0MARIE", at=AUTUMN)
    bring(database, company, tmp_path, row(rate="12"), at=AUTUMN)
    assert customers(database)["Martin"].penalty_rate == Decimal("12.00")


def test_a_rate_in_the_books_stays_when_the_floor_rises(
    database: Database, company: Company, tmp_path: Path
) -> None:
    bring(database, company, tmp_path, row(rate="8"))  # floor 7.86 in 2026-S1
    with open_books(database, company) as b:
        figures = {"refinancing": Decimal("2.40"), "legal": Decimal("2.75")}  # floor 8.25
        rates.confirm(b, Semester(2026, 2), **figures, by="U0MARIE", at=AUTUMN)
    assert bring(database, company, tmp_path, row(rate="8"), at=AUTUMN).refused == []
    assert bring(database, company, tmp_path, row(rate="8,10"), at=AUTUMN).refused_count == 1


def test_a_payment_that_earns_the_discount_is_asked_about_once(
    database: Database, company: Company, tmp_path: Path
) -> None:
    header = "Client;N° facture;Date;Échéance;Montant TTC;Reste dû;Escompte"
    path = tmp_path / "factures.csv"
    for left, tasks in (("100", 0), ("2", 1), ("2", 1)):
        lines = [
            f"Martin;F1;05/01/2026;04/02/2026;100;{left};2/10",
            "Autre;F2;05/01/2026;04/02/2026;100;98;2/10",
        ]
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        assert bring_in(database, company, path, at=datetime(2026, 1, 12, 8, tzinfo=UTC)).refused == []
        with database.read() as session:
            found = list(session.scalars(select(Task).where(Task.kind == "discount_earned")))
            assert [(task.role, task.state) for task in found] == [("finance", "open")] * tasks
    with open_books(database, company) as b:
        invoice = b.session.scalars(select(Invoice).where(Invoice.number == "F1")).one()
        discounts.grant(b, invoice.id, by="U0MARIE", at=SPRING)
        assert [task.state for task in b.session.scalars(select(Task))] == ["cancelled"]


def test_what_cannot_be_read_is_refused_or_told(database: Database, company: Company, tmp_path: Path) -> None:
    report = bring(database, company, tmp_path, row(rate="-12", rest="24,00;400;;;;peut-être;jadis"))
    assert [bad.column for bad in report.refused] == [
        "Taux de pénalités de retard",
        "Escompte",
        "Jours d’escompte",
    ]
    assert {"unknown_form", "unknown_statement"} <= {one.kind for one in report.warnings}


def test_each_column_of_a_customer_tells_two_readings_apart() -> None:
    known = {each.name for each in fields(Client)} & SYNONYMS.keys()
    assert known - set(FIELDS) == set()
