"""One number, several due dates: an invoice of instalments, each known again in the files that follow."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.accounts import facts as accounts
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice
from store.imports import instalments
from store.imports.apply import bring_in
from store.imports.records import Client, Record
from store.imports.report import Findings, ImportReport

AT = datetime(2026, 10, 5, 8, tzinfo=UTC)


class Desk:
    """Files of invoices, and what stands in the books after them."""

    def __init__(self, database: Database, company: Company, folder: Path) -> None:
        self.books, self._file = (database, company), folder / "factures.csv"

    def come(
        self,
        *rows: str,
        more: str = "",
        answers: Mapping[str, str] | None = None,
        complete: bool = False,
        at: datetime = AT,
    ) -> ImportReport:
        """Bring in a file; each row is « number;amount;due », and what `more` names."""
        head = f"Facture;Montant TTC;Échéance{more};Client;Date;E-mail"
        lines = [f"{row};Beta SARL;01/10/2026;b@beta.example" for row in rows]
        self._file.write_text("\n".join([head, *lines]), encoding="utf-8")
        return bring_in(*self.books, self._file, at=at, answers=answers, complete=complete)

    @property
    def items(self) -> list[str]:
        """What is followed, by number: « number amount due left »."""
        with open_books(*self.books) as b:
            rows = b.session.scalars(select(Invoice).order_by(Invoice.number))
            return [
                f"{row.number} {row.amount} {row.due_date:%d/%m} {row.outstanding}"
                + (" gone" if row.gone_at else "")
                for row in rows
            ]


@pytest.fixture
def desk(database: Database, company: Company, tmp_path: Path) -> Desk:
    return Desk(database, company, tmp_path)


TWO = ("F-10;300,00;12/11/2026", "F-10;700,00;12/12/2026")
KNOWN = ["F-10 (1/2) 300.00 12/11 300.00", "F-10 (2/2) 700.00 12/12 700.00"]


def kinds(report: ImportReport) -> list[str]:
    return [each.kind for each in report.warnings]


def test_two_due_dates_of_one_number_are_two_instalments(desk: Desk) -> None:
    report = desk.come(*TWO)
    assert report.done
    assert report.new == ["F-10 (1/2)", "F-10 (2/2)"]
    assert desk.items == KNOWN


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.come(*TWO)
    report = desk.come(*reversed(TWO))
    assert (report.new, report.changed, report.unchanged) == ([], [], 2)


def test_each_is_followed_on_its_own_day(desk: Desk) -> None:
    desk.come(*TWO)
    with open_books(*desk.books) as b:
        ids = b.session.scalars(select(Invoice.id).order_by(Invoice.number)).all()
        on = date(2026, 11, 19)
        first, second = accounts.whys(b, ids, on=on, now=AT)
    assert (first.reason, first.step) == ("due", "ferme")
    assert (second.reason, second.step, second.on) == ("not_due", "amicale", date(2026, 12, 7))


def test_a_file_that_shows_what_is_left_keeps_it_under_its_instalment(desk: Desk) -> None:
    desk.come(*TWO, complete=True)
    report = desk.come("F-10;700,00;12/12/2026", complete=True)
    assert (report.new, report.gone) == ([], ["F-10 (1/2)"])
    assert desk.items == ["F-10 (1/2) 300.00 12/11 300.00 gone", KNOWN[1]]


def test_one_row_of_the_whole_sets_what_was_paid_on_the_first_due(desk: Desk) -> None:
    desk.come(*TWO)
    report = desk.come("F-10;1000,00;12/11/2026;500,00", more=";Reste à payer")
    assert report.new == []
    assert desk.items == ["F-10 (1/2) 300.00 12/11 0.00", "F-10 (2/2) 700.00 12/12 500.00"]


def test_a_row_that_is_none_of_them_is_told_and_changes_nothing(desk: Desk) -> None:
    desk.come(*TWO)
    report = desk.come("F-10;555,00;30/11/2026", complete=True)
    assert (kinds(report), report.new, report.gone) == (["instalment_unknown"], [], [])
    assert desk.items == KNOWN


def test_an_invoice_known_as_one_becomes_its_instalments(desk: Desk) -> None:
    desk.come("F-10;1000,00;12/11/2026")
    report = desk.come(*TWO)
    assert report.new == ["F-10 (2/2)"]
    assert desk.items == KNOWN


def test_one_more_due_date_renames_those_that_were_known(desk: Desk) -> None:
    desk.come(*TWO)
    desk.come("F-10;300,00;12/11/2026", "F-10;400,00;12/12/2026", "F-10;300,00;12/01/2027")
    assert desk.items == [
        "F-10 (1/3) 300.00 12/11 300.00",
        "F-10 (2/3) 400.00 12/12 400.00",
        "F-10 (3/3) 300.00 12/01 300.00",
    ]


def test_the_whole_repeated_beside_what_is_left_of_each_is_read_as_such(desk: Desk) -> None:
    desk.come("F-10;1000,00;12/11/2026;300,00", "F-10;1000,00;12/12/2026;700,00", more=";Reste à payer")
    assert desk.items == KNOWN


EQUAL = ("F-10;500,00;12/11/2026", "F-10;500,00;12/12/2026", "F-11;80,00;12/11/2026")


@pytest.mark.parametrize(
    ("answer", "amounts"), [("each", ["500.00", "500.00"]), ("whole", ["250.00", "250.00"])]
)
def test_rows_of_one_amount_are_asked_about_and_left_out_meanwhile(
    desk: Desk, answer: str, amounts: list[str]
) -> None:
    [asked] = desk.come(*EQUAL).questions
    assert (asked.id, asked.default, asked.values) == ("equal_instalments", "left_out", ("F-10",))
    assert desk.items == ["F-11 80.00 12/11 80.00"]
    assert desk.come(*EQUAL, answers={"equal_instalments": answer}).questions == []
    assert [item.split()[2] for item in desk.items[:2]] == amounts


def test_cents_that_cannot_be_shared_are_on_the_last(desk: Desk) -> None:
    rows = [f"F-10;100,00;12/{month:02}/2026" for month in (10, 11, 12)]
    desk.come(*rows, answers={"equal_instalments": "whole"})
    assert [item.split()[2] for item in desk.items] == ["33.33", "33.33", "33.34"]


@pytest.mark.parametrize(
    "other", ["F-10;700,00;12/11/2026", "F-10;-700,00;12/12/2026", "F-10;700,00 $;12/12/2026"]
)
def test_rows_that_are_no_instalments_are_refused_as_before(desk: Desk, other: str) -> None:
    report = desk.come(TWO[0], other)
    assert not report.done
    assert desk.items == []


def test_an_invoice_that_names_its_instalments_is_followed_by_them() -> None:
    parts = ((date(2026, 12, 12), Decimal(700)), (date(2026, 11, 12), Decimal(300)))
    record = Record(
        line=1,
        client=Client("Beta", "beta"),
        number="F-10",
        made=False,
        issue=date(2026, 10, 1),
        due=date(2026, 11, 12),
        due_given=True,
        amount=Decimal(1000),
        currency="EUR",
        paid=Decimal(400),
        instalments=parts,
    )
    findings = Findings()
    found = instalments.in_parts([[record]], findings)
    assert [(each.number, each.due, each.amount, each.paid) for each in found] == [
        ("F-10 (1/2)", date(2026, 11, 12), Decimal(300), Decimal(300)),
        ("F-10 (2/2)", date(2026, 12, 12), Decimal(700), Decimal(100)),
    ]
    record.amount = Decimal(999)
    assert [each.number for each in instalments.in_parts([[record]], findings)] == ["F-10"]
    assert list(findings.notices) == ["instalments_not_the_sum"]


def test_instalments_are_one_customers(desk: Desk) -> None:
    desk.come(*TWO)
    with open_books(*desk.books) as b:
        assert b.session.scalars(select(Customer.name)).all() == ["Beta SARL"]
