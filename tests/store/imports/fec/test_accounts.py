"""Whose accounts they are, what is refused and asked, and the balance of any ledger."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.db.engine import Database
from store.db.tables import Customer
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from tests.refusals import told
from tests.store.imports.fec.conftest import AT, Balances, Bring
from tests.store.imports.fec.producers import PRODUCERS, Book, Who

ALBA = Who("ALBA", "Alba & Fils")
JANUARY = date(2026, 1, 5)


def _names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Customer.name).order_by(Customer.name)))


def _text(database: Database, company: Company, folder: Path, text: str) -> ImportReport:
    path = folder / "ecritures.txt"
    path.write_text(text, encoding="utf-8")
    return bring_in(database, company, path, at=AT)


def _refusals(report: ImportReport) -> list[str]:
    return [told(bad.expected) for bad in report.refused]


def test_a_collective_account_is_left_aside_and_told(bring: Bring, database: Database) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "12.00")
    book.sale(Who("411000", "Clients", in_account=True), "T1", JANUARY, "90.00")
    report = bring(book)
    assert _names(database) == ["Alba & Fils"]
    assert [each.values for each in report.warnings if each.kind == "fec_shared"] == [
        ["411000 Clients (90,00 EUR)"]
    ]


def test_an_account_that_may_stand_for_many_is_asked_about(bring: Bring, database: Database) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "12.00")
    book.sale(Who("4110CB", "Collectif CB", in_account=True), "T1", JANUARY, "90.00")
    report = bring(book)
    assert [(each.id, each.default) for each in report.questions] == [("fec_shared:4110cb", "left_out")]
    assert _names(database) == ["Alba & Fils"]
    report = bring(book, answers={"fec_shared:4110cb": "taken"})
    assert report.questions == []
    assert _names(database) == ["Alba & Fils", "Collectif CB"]


def test_a_number_is_never_a_name(bring: Bring, database: Database) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "12.00")
    for name in ("", "4110077", "C0077"):
        book.sale(Who(f"C0077{name}", name), f"N{name}", JANUARY, "8.00")
    report = bring(book)
    assert _names(database) == ["Alba & Fils", "C0077"]
    assert [(each.kind, each.count) for each in report.questions] == [("fec_nameless", 2)]


def test_a_customer_named_by_a_list_needs_no_name_in_the_ledger(
    bring: Bring, balances: Balances, database: Database, company: Company, tmp_path: Path
) -> None:
    _text(
        database,
        company,
        tmp_path,
        "Client;Code client;N° facture;Date;Montant TTC\nAlba;0077;X1;05/12/2025;5\n",
    )
    book = Book()
    book.opening(Who("0077", ""), "5.00", piece="X1")
    book.sale(Who("0077", ""), "F1", JANUARY, "12.00")
    assert bring(book).questions == []
    assert balances() == {"0077": Decimal("17.00")}


def test_a_code_with_two_names_is_told(bring: Bring, database: Database) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "12.00")
    book.sale(Who("ALBA", "Alba Groupe"), "F2", JANUARY, "12.00")
    report = bring(book)
    assert [each.values for each in report.warnings if each.kind == "code_with_two_names"] == [
        ["ALBA : Alba & Fils, Alba Groupe"]
    ]
    assert _names(database) == ["Alba Groupe"]


def test_an_invoice_not_in_euros_is_held(bring: Bring) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "1200.00")
    book.rows[0] |= {"Montantdevise": "1300,00", "Idevise": "USD"}
    report = bring(book)
    assert [each.values for each in report.warnings if each.kind == "fec_foreign"] == [["F1 (1300,00 USD)"]]
    assert [each.kind for each in report.questions] == ["file_word"]


def test_journals_that_do_not_balance_wait_for_an_answer(bring: Bring, database: Database) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "12.00")
    book.rows.pop()
    report = bring(book)
    assert not report.done
    assert [(each.id, each.values) for each in report.waits] == [("fec_unbalanced", ("VE (2,00 EUR)",))]
    assert _names(database) == []
    assert bring(book, answers={"fec_unbalanced": "yes"}).new == ["F1"]


def test_what_cannot_be_taken_is_said_in_a_sentence(
    database: Database, company: Company, tmp_path: Path
) -> None:
    book = Book()
    book.sale(ALBA, "F1", JANUARY, "12.00")
    whole = PRODUCERS[0].text(book.rows)
    cut = whole[: whole.rindex("TVA")]
    (refusal,) = _refusals(_text(database, company, tmp_path, cut))
    assert refusal.startswith("Ligne 4\u00a0: le fichier des écritures s’arrête au milieu d’une ligne.")
    lines = whole.split("\r\n")
    lines[2] = "VE\tVentes"
    broken = _refusals(_text(database, company, tmp_path, "\n".join(lines)))
    assert broken[0].startswith("Ligne 3\u00a0: cette ligne du fichier des écritures n’a pas ses colonnes.")
    other = _refusals(_text(database, company, tmp_path, whole.replace("411000", "401000")))
    assert other[0].startswith("Ce fichier des écritures n’a aucun compte de client (411)")
    shared = whole.replace("\tALBA\tAlba & Fils\t", "\t\t\t")
    assert _refusals(_text(database, company, tmp_path, shared))[0].startswith(
        "Ce fichier des écritures n’a que des comptes collectifs (411000)"
    )
    wrong = whole.replace("\t12,00\t", "\tdouze\t")
    (refusal,) = _refusals(_text(database, company, tmp_path, wrong))
    assert refusal.startswith("un montant comme 1")


@pytest.mark.parametrize(
    "header",
    [
        "Jou\tDate\tN° Général\tTiers\tLibellé\tRèglement\tEchéance\tDébit\tCrédit",
        "Code journal;Date;Compte;Libellé;Débit;Crédit",
    ],
)
def test_entries_that_are_no_fec_are_refused_by_name(
    database: Database, company: Company, tmp_path: Path, header: str
) -> None:
    report = _text(database, company, tmp_path, f"{header}\n")
    assert "écritures comptables" in _refusals(report)[0]


# --- any ledger --------------------------------------------------------------------------------------------


class _Company:
    """Plays a company's years at random, and keeps the balance of each account by itself."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.customers = [Who(f"C{rank}X", f"Client {chr(65 + rank)}") for rank in range(4)]
        self.balances = dict.fromkeys((each.code for each in self.customers), Decimal(0))
        self.number = 0
        self.letter = 0

    def go_on(self, book: Book, count: int, day: date) -> None:
        """Write some more entries."""
        for _ in range(count):
            who = self.random.choice(self.customers)
            amount = Decimal(self.random.choice((100, 100, 250, self.random.randint(1, 99999)))) / 100
            day += timedelta(days=self.random.randint(0, 2))
            self.number += 1
            self._one(book, who, amount, day)

    def _one(self, book: Book, who: Who, amount: Decimal, day: date) -> None:
        signed = amount
        match self.random.choice(("sale", "sale", "paid", "note", "money", "money", "other", "refund")):
            case "sale":
                book.sale(who, f"F{self.number}", day, str(amount))
            case "paid":
                self.letter += 1
                part = amount if self.random.random() < 0.7 else amount / 2
                part = part.quantize(Decimal("0.01")) or amount
                book.sale(who, f"F{self.number}", day, str(amount), letter=f"L{self.letter % 9}")
                book.payment(who, day, str(part), letter=f"L{self.letter % 9}")
                signed = amount - part
            case "note":
                book.sale(who, f"A{self.number}", day, str(-amount))
                signed = -amount
            case "money":
                book.payment(who, day, str(amount))
                signed = -amount
            case "other":
                signed = amount * self.random.choice((1, -1))
                book.other(who, day, str(signed), piece=f"OD{self.number}")
            case "refund":
                book.payment(who, day, str(-amount), piece=f"RB{self.number}")
        self.balances[who.code] += signed


@pytest.mark.parametrize("seed", range(6))
def test_the_balance_of_each_customer_is_the_ledgers(bring: Bring, balances: Balances, seed: int) -> None:
    played = _Company(seed)
    book = Book(2026)
    producer = PRODUCERS[seed % len(PRODUCERS)]
    for month in (1, 4, 7):
        played.go_on(book, 12, date(2026, month, 1))
        _same(bring(book, producer), played, balances())
    played.go_on(book, 6, date(2026, 10, 1))  # not brought in: only what is carried over tells of it
    following = Book(2027)
    for who in played.customers:
        if played.balances[who.code]:
            following.opening(who, str(played.balances[who.code]))
    played.go_on(following, 10, date(2027, 1, 10))
    for _ in range(2):
        _same(bring(following, producer), played, balances())


def _same(report: ImportReport, played: _Company, here: dict[str, Decimal]) -> None:
    assert report.done
    assert "fec_differs" not in {each.kind for each in report.warnings}
    assert here == {code: left for code, left in played.balances.items() if code in here}
    assert all(code in here for code, left in played.balances.items() if left)
