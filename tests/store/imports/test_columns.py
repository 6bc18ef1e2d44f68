"""What becomes of each column: said, asked about, mapped, and remembered for next month's file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from receivables.company import Company
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Invoice, Pause
from store.imports.apply import bring_in
from store.imports.columns.smells import Smell, smell
from store.imports.report import ImportReport
from tests.refusals import told

AT = datetime(2026, 11, 6, 8, tzinfo=UTC)
HEADER = "N° facture;Client;Date facture;Échéance;Montant TTC"
ROW = "F-1;Garage Moreau;01/09/2026;01/10/2026;1 200,00"


class Desk:
    """Brings files in, and looks into the books."""

    def __init__(self, database: Database, company: Company, folder: Path) -> None:
        self.database, self.company, self.path = database, company, folder / "factures.csv"

    def bring(self, *lines: str, **options: object) -> ImportReport:
        """Bring in a file of these lines."""
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return bring_in(self.database, self.company, self.path, at=AT, **options)  # type: ignore[arg-type]

    def held(self) -> dict[str, str]:
        """Return what is paused, with why."""
        with open_books(self.database, self.company) as b:
            rows = b.session.query(Invoice, Pause).join(Pause, Pause.invoice_id == Invoice.id)
            return {invoice.number: pause.reason or "" for invoice, pause in rows if pause.ended_at is None}

    def owed(self) -> dict[str, str]:
        """Return what is left of each invoice."""
        with open_books(self.database, self.company) as b:
            rows = b.session.query(Invoice).all()
            return {row.number: str(row.outstanding) for row in rows}


@pytest.fixture
def desk(database: Database, company: Company, tmp_path: Path) -> Desk:
    return Desk(database, company, tmp_path)


def test_every_column_is_told_with_an_example(desk: Desk) -> None:
    report = desk.bring(f"{HEADER};Chantier;Montant HT;Vide", f"{ROW};Les Halles;1 000,00;")
    assert {field: (seen.title, seen.example) for field, seen in report.columns.items()} == {
        "number": ("N° facture", "F-1"),
        "customer": ("Client", "Garage Moreau"),
        "issue": ("Date facture", "01/09/2026"),
        "due": ("Échéance", "01/10/2026"),
        "amount": ("Montant TTC", "1 200,00"),
    }
    unread = [(seen.title, seen.example) for seen in report.unread]
    assert unread == [("Chantier", "Les Halles"), ("Montant HT", "1 000,00")]
    assert report.questions == []


@pytest.mark.parametrize(
    ("header", "cell", "smells", "choices"),
    [
        ("Acomptes chantier", "500,00", Smell.PAYMENT, ("paid", "paid_on", "status", "-")),
        ("Balance client", "700,00", Smell.MONEY, ("left", "paid", "-")),
        ("Phase", "Clos", Smell.STATUS, ("status", "-")),
        ("Mail du chantier", "a@b.example", Smell.ADDRESS, ("email", "-")),
        ("Date d’encaissement chantier", "02/10/2026", Smell.PAYMENT, ("paid", "paid_on", "status", "-")),
    ],
)
def test_what_smells_is_asked_about(
    desk: Desk, header: str, cell: str, smells: Smell, choices: tuple[str, ...]
) -> None:
    assert smell(header) is smells
    (asked,) = desk.bring(f"{HEADER};{header}", f"{ROW};{cell}").questions
    assert set(choices) <= set(asked.choices)
    assert (asked.about, asked.count, asked.values) == (header, 1, (cell,))


@pytest.mark.parametrize(
    "header", ["Mode de règlement chantier", "Montant HT", "Jours de retard", "Chantier"]
)
def test_what_does_not_smell_is_only_told(desk: Desk, header: str) -> None:
    assert desk.bring(f"{HEADER};{header}", f"{ROW};42").questions == []


@pytest.mark.parametrize("cell", ["", "0", "0,00 €", "-", "Non"])
def test_a_column_that_says_nothing_is_not_asked_about(desk: Desk, cell: str) -> None:
    assert desk.bring(f"{HEADER};Acomptes chantier", f"{ROW};{cell}").questions == []


def test_a_column_that_repeats_another_is_not_asked_about(desk: Desk) -> None:
    assert desk.bring(f"{HEADER};Balance chantier", f"{ROW};1200,00 €").questions == []


def test_an_answer_is_read_and_kept_for_files_of_these_headers(desk: Desk) -> None:
    header = f"{HEADER};Acomptes chantier"
    (asked,) = desk.bring(header, f"{ROW};500,00").questions
    assert asked.id == "column:acomptes-chantier"
    assert desk.bring(header, f"{ROW};500,00", answers={asked.id: "paid"}).questions == []
    assert desk.owed() == {"F-1": "700.00"}
    again = desk.bring(header, f"{ROW};500,00", "F-2;Garage Moreau;01/09/2026;01/10/2026;80,00;30,00")
    assert (again.questions, again.new, desk.owed()["F-2"]) == ([], ["F-2"], "50.00")


def test_what_a_column_in_doubt_speaks_of_is_held_until_it_is_answered(desk: Desk) -> None:
    lines = (
        f"{HEADER};Acomptes chantier",
        f"{ROW};500,00",
        "F-2;Garage Moreau;01/09/2026;01/10/2026;80,00;0",
    )
    desk.bring(*lines)
    assert desk.held() == {"F-1": "500,00"}
    desk.bring(*lines, answers={"column:acomptes-chantier": "paid"})
    assert (desk.held(), desk.owed()) == ({}, {"F-1": "700.00", "F-2": "80.00"})


def test_what_is_answered_as_nothing_that_counts_holds_no_more(desk: Desk) -> None:
    lines = (f"{HEADER};Acomptes chantier", f"{ROW};500,00")
    desk.bring(*lines)
    desk.bring(*lines, answers={"column:acomptes-chantier": "-"})
    assert (desk.held(), desk.owed()) == ({}, {"F-1": "1200.00"})


def test_a_dry_run_keeps_no_answer(desk: Desk) -> None:
    header = f"{HEADER};Acomptes chantier"
    desk.bring(header, f"{ROW};500,00", answers={"column:acomptes-chantier": "paid"}, dry_run=True)
    assert len(desk.bring(header, f"{ROW};500,00").questions) == 1


def test_a_map_says_what_columns_hold_whatever_their_headers(desk: Desk) -> None:
    lines = ("Ref;Qui;Quand;Combien;Société", "F-1;Garage Moreau;01/09/2026;1 200,00;Noirmont")
    maps = {"Ref": "number", "Qui": "customer", "Quand": "issue", "Combien": "amount", "Société": "-"}
    assert desk.bring(*lines, maps=maps).new == ["F-1"]
    told_again = desk.bring(lines[0], lines[1], "F-2;Garage Moreau;02/09/2026;80,00;Noirmont")
    assert told_again.new == ["F-2"]
    assert [seen.title for seen in told_again.unread] == ["Société"]


def test_a_map_of_a_column_that_is_not_there_is_refused(desk: Desk) -> None:
    report = desk.bring(HEADER, ROW, maps={"Montant dû": "left"})
    assert "Montant dû" in told(report.refused[0].expected)


def test_two_columns_of_one_header_wait_for_an_answer(desk: Desk) -> None:
    lines = (f"{HEADER};Montant TTC", f"{ROW};1 000,00")
    report = desk.bring(*lines)
    assert (report.done, desk.owed()) == (False, {})
    (asked,) = report.waits
    assert asked.choices == ("Montant TTC", "Montant TTC (2)")
    answered = desk.bring(*lines, answers={asked.id: "Montant TTC (2)"})
    assert (answered.done, desk.owed()) == (True, {"F-1": "1000.00"})


def test_two_columns_that_say_the_same_are_no_question(desk: Desk) -> None:
    report = desk.bring(f"{HEADER};Montant TTC", f"{ROW};1200,00")
    assert (report.done, report.questions) == (True, [])


def test_the_file_is_summed_and_its_own_total_compared(desk: Desk) -> None:
    second = "F-2;Garage Moreau;01/09/2026;01/10/2026;80,00"
    report = desk.bring(HEADER, ROW, second, "Total;;;;1 280,00")
    (told_sum,) = report.sums
    assert (told_sum.currency, told_sum.count, str(told_sum.amount)) == ("EUR", 2, "1280.00")
    assert "total_differs" not in {each.kind for each in report.warnings}
    report = desk.bring(HEADER, ROW, second, "Total;;;;1 380,00")
    assert "total_differs" in {each.kind for each in report.warnings}


def test_the_customers_of_the_file_are_told(desk: Desk) -> None:
    first = desk.bring(f"{HEADER};E-mail", f"{ROW};", "F-2;Hôtel;01/09/2026;01/10/2026;80,00;a@hotel.example")
    assert (first.customers.total, first.customers.new) == (2, 2)
    assert first.customers.without_address == ["Garage Moreau"]
    assert first.customers.unknown_kind == ["Garage Moreau", "Hôtel"]
