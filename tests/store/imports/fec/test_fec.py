"""An accounting export becomes the books, whichever producer wrote it, and the balances are the ledger's."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.books import open_books
from store.db.engine import Database
from store.db.tables import CreditNote, Customer, Invoice, LedgerEntry, Pause, Payment
from store.imports.apply import bring_in
from store.payments import acts as payments
from tests.refusals import told
from tests.store.imports.fec.conftest import AT, Balances, Bring
from tests.store.imports.fec.producers import PRODUCERS, Book, Producer, Who

ALBA, BREL, CIEL = Who("ALBA", "Alba & Fils"), Who("BREL", "Atelier Brel"), Who("CIEL", "Ciel d’Été SARL")


def _who(producer: Producer) -> tuple[Who, Who, Who]:
    if producer.in_account:
        return (
            Who("41101PROMO", ALBA.name, in_account=True),
            Who("41104752", BREL.name, in_account=True),
            Who("41104753", "Ciel d'Ete", in_account=True),
        )
    if producer.encoding in {"utf-8", "utf-8-sig"}:
        return ALBA, BREL, CIEL
    return ALBA, BREL, Who("CIEL", "Ciel d'Été SARL")


def _book(alba: Who, brel: Who, ciel: Who) -> Book:
    book = Book()
    book.opening(alba, "800.00", piece="F25-090", letter="A")
    book.opening(brel, "150.50")
    book.sale(alba, "F26-001", date(2026, 1, 10), "1200.00", letter="B")
    book.sale(alba, "F26-002", date(2026, 2, 10), "600.00")
    book.sale(brel, "F26-003", date(2026, 2, 11), "13500.00", letter="A")
    book.sale(brel, "A26-001", date(2026, 2, 20), "-500.00", letter="A")
    book.sale(ciel, "F26-004", date(2026, 3, 1), "99.99")
    book.payment(alba, date(2026, 2, 1), "800.00", letter="A")
    book.payment(alba, date(2026, 2, 15), "1200.00", letter="B")
    book.payment(brel, date(2026, 3, 15), "13000.00", letter="A")
    book.payment(ciel, date(2026, 4, 1), "250.00")
    return book


def _all(database: Database, of: type) -> list:
    with database.read() as session:
        found = list(session.scalars(select(of).order_by(of.id)))
        session.expunge_all()
        return found


@pytest.mark.parametrize("producer", PRODUCERS, ids=lambda each: each.name)
def test_any_producer_gives_the_same_books(
    bring: Bring, balances: Balances, database: Database, producer: Producer
) -> None:
    alba, brel, ciel = _who(producer)
    report = bring(_book(alba, brel, ciel), producer)
    assert report.done, [told(bad.expected) for bad in report.refused]
    assert {code: str(left) for code, left in balances().items()} == {
        alba.code: "600.00",
        brel.code: "150.50",
        ciel.code: "-150.01",
    }
    assert {each.code: each.name for each in _all(database, Customer)} == {
        each.code: each.name for each in (alba, brel, ciel)
    }
    left = {each.number: str(each.outstanding) for each in _all(database, Invoice)}
    lettered = producer.letters
    assert left == {
        "F25-090": "0.00",
        "F26-001": "0.00",
        "F26-002": "600.00",
        "F26-003": "0.00" if lettered else "13500.00",
        "F26-004": "99.99",
        f"AN-{brel.code}-2026": "150.50",
    }
    assert [str(each.amount) for each in _all(database, CreditNote)] == ["500.00"]
    assert sorted(str(each.amount) for each in _all(database, Payment)) == [
        "1200.00", "13000.00", "250.00", "800.00",
    ]  # fmt: skip
    noted = {each.kind: (each.count, each.values) for each in report.noted}
    on_account = (1, ["250,00 EUR"]) if lettered else (2, ["13250,00 EUR"])
    assert noted == {"fec_payments": (4, ["15250,00 EUR"]), "fec_on_account": on_account}
    assert "fec_differs" not in {each.kind for each in report.warnings}


@pytest.mark.parametrize("producer", PRODUCERS, ids=lambda each: each.name)
def test_the_same_export_again_changes_nothing(
    bring: Bring, balances: Balances, database: Database, producer: Producer
) -> None:
    book = _book(*_who(producer))
    bring(book, producer)
    before = balances(), len(_all(database, Invoice)), len(_all(database, Payment))
    again = bring(book, producer)
    assert (balances(), len(_all(database, Invoice)), len(_all(database, Payment))) == before
    assert again.new == again.changed == []
    assert again.unchanged == 7


def test_the_due_date_is_thirty_days_after_the_piece_unless_the_export_says(
    bring: Bring, database: Database
) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 10), "120.00")
    report = bring(book)
    assert _all(database, Invoice)[0].due_date == date(2026, 2, 9)
    assert [each.count for each in report.warnings if each.kind == "default_term"] == [1]


def test_a_column_of_due_dates_is_read(
    bring: Bring, database: Database, tmp_path: Path, company: Company
) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 10), "120.00")
    lines = Producer("dues", more=("DateEcheance",)).text(book.rows).split("\r\n")
    lines[1] = f"{lines[1]}20260315"
    path = tmp_path / "x.dat"
    path.write_text("\n".join(lines))
    bring_in(database, company, path, at=AT)
    assert _all(database, Invoice)[0].due_date == date(2026, 3, 15)


def test_a_label_that_holds_the_separator_or_a_quote_is_one_label(bring: Bring, balances: Balances) -> None:
    book = Book()
    book.entry("VE", "Ventes", date(2026, 1, 5), "F1", 'Pose | 3" | lot B',
               ("411000", "Clients", "AB", "Alba | Brel", "120"),
               ("706000", "Prestations | divers", "", "", "-120"))  # fmt: skip
    assert bring(book, PRODUCERS[1]).done
    assert balances() == {"AB": Decimal("120.00")}


def test_rows_that_are_equal_are_as_many_payments(
    bring: Bring, balances: Balances, database: Database
) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 5), "120.00")
    for _ in range(2):
        book.payment(ALBA, date(2026, 1, 8), "60.00", piece="CB")
    assert bring(book).done
    assert balances() == {"ALBA": Decimal("0.00")}
    bring(book)
    assert len(_all(database, Payment)) == 2
    assert _all(database, Invoice)[0].outstanding == 0


def test_a_lettering_used_again_in_the_year_is_two_groups(bring: Bring, database: Database) -> None:
    book = Book()
    for month, amount in ((1, "100.00"), (7, "70.00")):
        lettered = f"2026{month:02d}20"
        book.sale(ALBA, f"F{month}", date(2026, month, 5), amount, letter="A", lettered=lettered)
        book.sale(ALBA, f"G{month}", date(2026, month, 6), "40.00")
        book.payment(ALBA, date(2026, month, 20), amount, letter="A", lettered=lettered)
    bring(book)
    left = {each.number: str(each.outstanding) for each in _all(database, Invoice)}
    assert left == {"F1": "0.00", "G1": "40.00", "F7": "0.00", "G7": "40.00"}


def test_a_letter_of_another_account_settles_nothing(bring: Bring, database: Database) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 5), "100.00", letter="A")
    book.payment(BREL, date(2026, 1, 8), "100.00", letter="A")
    bring(book)
    assert str(_all(database, Invoice)[0].outstanding) == "100.00"


def test_money_not_lettered_is_set_where_there_is_but_one_way(bring: Bring, database: Database) -> None:
    book = Book()
    for piece, amount in (("F1", "100.00"), ("F2", "100.00"), ("F3", "75.00"), ("F4", "33.00")):
        book.sale(ALBA, piece, date(2026, 1, 5), amount)
    book.payment(ALBA, date(2026, 2, 1), "100.00")
    book.payment(ALBA, date(2026, 2, 2), "75.00")
    book.payment(ALBA, date(2026, 2, 3), "33.00", piece="F4")
    report = bring(book)
    left = {each.number: str(each.outstanding) for each in _all(database, Invoice)}
    assert left == {"F1": "100.00", "F2": "100.00", "F3": "0.00", "F4": "0.00"}
    assert [(e.count, e.values) for e in report.noted if e.kind == "fec_on_account"] == [(1, ["100,00 EUR"])]


def test_what_is_neither_sale_nor_money_is_told_and_what_it_asks_for_is_held(
    bring: Bring, balances: Balances, database: Database
) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 5), "500.00")
    book.other(ALBA, date(2026, 3, 1), "-120.00", against="416000")
    book.other(BREL, date(2026, 3, 2), "45.00", against="791000", piece="OD2")
    report = bring(book)
    assert balances() == {"ALBA": Decimal("380.00"), "BREL": Decimal("45.00")}
    kinds = {each.kind: each.values for each in report.warnings}
    assert kinds["fec_other_credit"] == ["OD OD1 (120,00 EUR)"]
    assert kinds["fec_aside"] == ["416 (120,00 EUR)"]
    assert [(each.kind, each.values) for each in report.questions] == [
        ("file_word", ("OD OD2 : journal OD",))
    ]
    assert len(_all(database, Pause)) == 1


# --- growing, and the year after ---------------------------------------------------------------------------


def test_a_file_that_grows_brings_only_what_is_new_and_letters_what_was_on_account(
    bring: Bring, balances: Balances, database: Database
) -> None:
    book = Book()
    for piece in ("F1", "F2"):
        book.sale(ALBA, piece, date(2026, 1, 5), "100.00")
    book.payment(ALBA, date(2026, 2, 1), "100.00")
    assert bring(book).new == ["F1", "F2"]
    for row in book.rows:
        if row["PieceRef"] in {"F2", "VIR0102"} and str(row["CompteNum"]).startswith("411"):
            row["EcritureLet"] = "AA"
    book.sale(ALBA, "F3", date(2026, 3, 5), "80.00")
    report = bring(book)
    assert (report.new, report.changed, report.unchanged) == (["F3"], ["F2"], 1)
    left = {each.number: str(each.outstanding) for each in _all(database, Invoice)}
    assert left == {"F1": "100.00", "F2": "0.00", "F3": "80.00"}
    assert balances() == {"ALBA": Decimal("180.00")}


def _year() -> Book:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 3, 5), "1000.00")
    book.sale(ALBA, "F2", date(2026, 11, 5), "300.00")
    book.payment(ALBA, date(2026, 11, 20), "1000.00", piece="F1")
    book.sale(BREL, "G1", date(2026, 6, 5), "70.00")
    return book


@pytest.mark.parametrize("pieces", [True, False], ids=["by piece", "one balance"])
def test_the_next_year_carries_over_what_the_books_know(
    bring: Bring, balances: Balances, database: Database, *, pieces: bool
) -> None:
    bring(_year())
    following = Book(2027)
    following.opening(ALBA, "300.00", piece="F2" if pieces else "AN")
    following.opening(BREL, "70.00", piece="G1" if pieces else "AN")
    following.payment(ALBA, date(2027, 1, 20), "300.00")
    for _ in range(2):
        report = bring(following)
        assert report.done
        assert "fec_differs" not in {each.kind for each in report.warnings}
        assert balances() == {"ALBA": Decimal(0), "BREL": Decimal("70.00")}
        assert [each.number for each in _all(database, Invoice)] == ["F1", "F2", "G1"]
        assert len(_all(database, Payment)) == 2


def test_what_happened_between_both_exports_is_taken_from_what_is_carried_over(
    bring: Bring, balances: Balances, database: Database
) -> None:
    bring(_year())
    following = Book(2027)
    following.opening(ALBA, "120.00", piece="F2")
    following.opening(ALBA, "44.00", piece="F3")
    for _ in range(2):
        report = bring(following)
        assert "fec_differs" not in {each.kind for each in report.warnings}
        left = {each.number: str(each.outstanding) for each in _all(database, Invoice)}
        assert left == {"F1": "0.00", "F2": "120.00", "G1": "0.00", "F3": "44.00"}
        assert balances() == {"ALBA": Decimal("164.00"), "BREL": Decimal(0)}


def test_a_number_of_the_year_before_used_again_is_another_invoice(bring: Bring, database: Database) -> None:
    bring(_year())
    following = Book(2027)
    following.opening(ALBA, "300.00", piece="F2")
    following.opening(BREL, "70.00", piece="G1")
    following.sale(BREL, "F1", date(2027, 2, 5), "12.00")
    for _ in range(2):
        bring(following)
        left = {each.number: str(each.outstanding) for each in _all(database, Invoice)}
        assert left == {"F1": "0.00", "F2": "300.00", "G1": "70.00", "F1-20270205": "12.00"}


def test_a_piece_of_several_customers_is_an_invoice_of_each(bring: Bring, database: Database) -> None:
    book = Book()
    for who, amount in ((ALBA, "12.00"), (BREL, "24.00"), (CIEL, "36.00")):
        book.sale(who, "JOUR", date(2026, 2, 5), amount)
    for _ in range(2):
        report = bring(book)
    assert report.unchanged == 3
    assert [(each.number, str(each.amount)) for each in _all(database, Invoice)] == [
        ("JOUR", "12.00"), ("JOUR-20260205", "24.00"), ("JOUR-20260205-CIEL", "36.00"),
    ]  # fmt: skip


def test_an_amount_put_right_by_the_accountant_changes_the_invoice(
    bring: Bring, database: Database, balances: Balances
) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 5), "100.00")
    bring(book)
    right = Book()
    right.sale(ALBA, "F1", date(2026, 1, 5), "110.00")
    report = bring(right)
    assert (report.changed, balances()) == (["F1"], {"ALBA": Decimal("110.00")})


# --- beside other files and people -------------------------------------------------------------------------


def test_a_list_brought_before_and_a_payment_noted_here_are_not_taken_twice(
    bring: Bring, balances: Balances, database: Database, company: Company, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(
        "Client;N° facture;Date;Montant TTC;Reste dû\nAlba & Fils;F1;05/01/2026;100;0\n"
        "Alba & Fils;F2;06/01/2026;200;200\nAlba & Fils;F0;06/12/2025;50;50\n"
    )
    bring_in(database, company, path, at=AT)
    with open_books(database, company) as b:
        f2 = next(each.id for each in _all(database, Invoice) if each.number == "F2")
        payments.record(b, f2, amount=Decimal(200), received_on=date(2026, 2, 3), by="U1", at=AT)
    book = Book()
    book.opening(ALBA, "50.00")
    book.sale(ALBA, "F1", date(2026, 1, 5), "100.00", letter="A")
    book.sale(ALBA, "F2", date(2026, 1, 6), "200.00", letter="B")
    book.payment(ALBA, date(2026, 2, 1), "100.00", letter="A")
    book.payment(ALBA, date(2026, 2, 5), "200.00", letter="B")
    for _ in range(2):
        report = bring(book)
        assert "fec_differs" not in {each.kind for each in report.warnings}
        assert balances() == {"ALBA": Decimal("50.00")}
        assert len(_all(database, Payment)) == 2
        assert {each.number for each in _all(database, Invoice)} == {"F0", "F1", "F2"}


def test_a_balance_that_differs_is_told_with_its_sum(
    bring: Bring, database: Database, company: Company
) -> None:
    book = Book()
    book.sale(ALBA, "F1", date(2026, 1, 5), "100.00")
    bring(book)
    with open_books(database, company) as b:
        f1 = _all(database, Invoice)[0].id
        payments.record(b, f1, amount=Decimal(30), received_on=date(2026, 2, 3), by="U1", at=AT)
    report = bring(book)
    assert [(e.count, e.values) for e in report.warnings if e.kind == "fec_differs"] == [
        (1, ["Alba & Fils (-30,00 EUR)"])
    ]


def test_a_dry_run_keeps_nothing(bring: Bring, database: Database) -> None:
    report = bring(_year(), dry_run=True)
    assert report.done
    assert report.new == ["F1", "F2", "G1"]
    assert _all(database, Invoice) == _all(database, Payment) == _all(database, LedgerEntry) == []


def test_in_a_complete_ledger_no_open_invoice_of_its_customers_is_gone(
    bring: Bring, database: Database
) -> None:
    bring(_year())
    following = Book(2027)
    following.opening(ALBA, "300.00")
    following.opening(BREL, "70.00", piece="G1")
    report = bring(following, complete=True)
    assert report.gone == []


def test_a_line_longer_than_any_entry_is_refused(bring: Bring) -> None:
    book = _year()
    book.rows[0]["EcritureLib"] = "x" * 20_000
    assert next(told(bad.expected) for bad in bring(book).refused).startswith("Ligne 2")
