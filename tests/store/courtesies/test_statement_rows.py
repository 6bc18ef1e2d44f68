"""What a statement of account adds up to, on both databases."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from receivables.company import Company
from receivables.statements import ageing
from store import undo
from store.books import Books, read_books
from store.courtesies import statement_rows
from store.credits import acts as credit_acts
from store.db.engine import Database
from store.db.tables import Customer
from store.disputes import acts as disputes
from store.imports.apply import bring_in
from store.invoices import ending
from tests import builders

SINCE, ON = date(2026, 3, 1), date(2026, 4, 1)


def test_the_balances_add_up_from_opening_to_closing(books: Books) -> None:
    customer = builders.customer(books)
    old = builders.invoice(books, customer, "F-1", amount="1000.00", due=date(2026, 2, 10))
    builders.invoice(books, customer, "F-2", amount="500.00", due=date(2026, 4, 15), issued=date(2026, 3, 16))
    builders.payment(books, old, "300.00", received_on=date(2026, 2, 20))
    builders.payment(books, old, "200.00", received_on=date(2026, 3, 5))
    credit_acts.add_credit_note(
        books, customer.id, number="AV-1", amount=Decimal("50.00"), currency="EUR",
        issue_date=date(2026, 3, 20), by=builders.MARIE, at=builders.at(date(2026, 3, 20)),
    )  # fmt: skip
    found = statement_rows.statements_of(books, [customer.id], since=SINCE, on=ON)[customer.id]
    [euros] = found.balances
    assert euros.opening == Decimal("700.00")
    assert (euros.invoiced, euros.received, euros.credited) == (500, 200, 50)
    assert euros.closing == Decimal("950.00") == found.mark
    assert [(item.number, item.left) for item in found.items] == [("F-1", 500), ("F-2", 500)]
    assert [(credit.number, credit.amount) for credit in found.credits] == [("AV-1", 50)]
    assert [each.amount for each in found.payments] == [200, 300]
    assert ageing(found.items, ON) == {"EUR": (500, 0, 500, 0, 0)}


def test_what_moved_leads_from_one_end_of_each_balance_to_the_other(books: Books) -> None:
    """Line by line: what was undone never was, what was written off counts for what was paid of it."""
    customer = builders.customer(books)
    old = builders.invoice(books, customer, "F-1", amount="1000.00", due=date(2026, 2, 10))
    builders.invoice(books, customer, "F-2", amount="500.00", due=date(2026, 4, 15), issued=date(2026, 3, 16))
    lost = builders.invoice(books, customer, "F-3", amount="90.00", issued=date(2026, 3, 2))
    builders.invoice(books, customer, "F-4", amount="70.00", currency="CHF", issued=date(2026, 3, 3))
    builders.payment(books, old, "300.00", received_on=date(2026, 2, 20))
    builders.payment(books, old, "200.00", received_on=date(2026, 3, 5))
    builders.payment(books, lost, "40.00", received_on=date(2026, 3, 6))
    ending.write_off(books, lost.id, by=builders.PAUL, at=builders.at(date(2026, 3, 10)))
    undone = builders.payment(books, old, "10.00", received_on=date(2026, 3, 30))
    undo.undo(books, undone.entry_id, by=builders.MARIE, at=builders.at(ON))
    credit_acts.add_credit_note(
        books, customer.id, number="AV-1", amount=Decimal("50.00"), currency="EUR",
        issue_date=date(2026, 3, 20), by=builders.MARIE, at=builders.at(date(2026, 3, 20)),
    )  # fmt: skip
    found = statement_rows.statements_of(books, [customer.id], since=SINCE, on=ON)[customer.id]
    assert [(each.day, each.numbers, each.amount) for each in found.movements] == [
        (date(2026, 3, 2), ("F-3",), 40),
        (date(2026, 3, 3), ("F-4",), 70),
        (date(2026, 3, 5), ("F-1",), -200),
        (date(2026, 3, 6), ("F-3",), -40),
        (date(2026, 3, 16), ("F-2",), 500),
        (date(2026, 3, 20), ("AV-1",), -50),
    ]
    assert [each.amount for each in found.earlier_payments] == [300]
    for balance in found.balances:
        lines = [each.amount for each in found.movements if each.currency == balance.currency]
        assert balance.opening + sum(lines) == balance.closing


def test_each_currency_has_its_own_balance_euros_first(books: Books) -> None:
    customer = builders.customer(books)
    builders.invoice(books, customer, "F-1", amount="100.00", currency="CHF")
    builders.invoice(books, customer, "F-2", amount="200.00")
    found = statement_rows.statements_of(books, [customer.id], since=SINCE, on=ON)[customer.id]
    assert [(each.currency, each.closing) for each in found.balances] == [("EUR", 200), ("CHF", 100)]


def test_what_was_written_off_is_in_no_balance(books: Books) -> None:
    customer = builders.customer(books)
    lost = builders.invoice(books, customer, "F-1", amount="100.00", due=date(2026, 1, 10))
    builders.payment(books, lost, "40.00", received_on=date(2026, 3, 5))
    ending.write_off(books, lost.id, by=builders.PAUL, at=builders.at(date(2026, 3, 10)))
    found = statement_rows.statements_of(books, [customer.id], since=SINCE, on=ON)[customer.id]
    [euros] = found.balances
    assert (euros.opening, euros.received, euros.closing) == (40, 40, 0)
    assert not found.items


def test_a_dispute_marks_its_item_and_an_undone_payment_never_was(books: Books) -> None:
    customer = builders.customer(books)
    one = builders.invoice(books, customer, "F-1", amount="100.00")
    two = builders.invoice(books, customer, "F-2", amount="100.00")
    disputes.open_dispute(books, one.id, kind="quality", by=builders.MARIE, at=builders.at(ON))
    disputes.open_dispute(
        books,
        two.id,
        kind="price",
        disputed=Decimal("30.00"),
        released=True,
        by=builders.MARIE,
        at=builders.at(ON),
    )
    paid = builders.payment(books, two, "10.00", received_on=date(2026, 3, 30))
    undo.undo(books, paid.entry_id, by=builders.MARIE, at=builders.at(ON))
    found = statement_rows.statements_of(books, [customer.id], since=SINCE, on=ON)[customer.id]
    assert [(item.number, item.disputed, item.asked) for item in found.items] == [
        ("F-1", 100, 0),
        ("F-2", 30, 70),
    ]
    assert not found.payments
    assert found.balances[0].closing == 200


LIST = "Client;Numéro;Date;Échéance;Montant TTC;Reste à payer"


def test_money_without_a_day_moves_with_the_invoice_that_it_came_with_else_at_its_import(
    database: Database, company: Company, tmp_path: Path
) -> None:
    def bring(day: date, *lines: str) -> None:
        path = tmp_path / "f.csv"
        path.write_text("\n".join([LIST, *lines]), encoding="utf-8")
        assert bring_in(database, company, path, at=builders.at(day)).refused == []

    def moved() -> tuple[Decimal, ...]:
        with read_books(database, company) as b:
            ids = list(b.session.scalars(select(Customer.id)))
            found = statement_rows.statements_of(b, ids, since=SINCE, on=ON)[ids[0]]
        [euros] = found.balances
        assert sum(each.amount for each in found.movements) == euros.closing - euros.opening
        return euros.opening, euros.invoiced, euros.received, euros.closing

    # 700 of the old invoice were paid nobody knows when, 100 of the new one since it was issued
    old, new = "Martin;F-1;10/01/2026;10/02/2026;1200,00", "Martin;F-2;10/03/2026;10/04/2026;400,00"
    bring(date(2026, 3, 12), f"{old};500,00", f"{new};300,00")
    assert moved() == (500, 400, 100, 800)
    bring(date(2026, 3, 20), f"{old};450,00", f"{new};300,00")
    assert moved() == (500, 400, 150, 750)


def test_a_customer_without_movement_nor_debt_needs_none(books: Books) -> None:
    customer = builders.customer(books)
    paid = builders.invoice(books, customer, "F-1", amount="100.00", due=date(2026, 1, 10))
    builders.payment(books, paid, received_on=date(2026, 2, 5))
    found = statement_rows.statements_of(books, [customer.id], since=SINCE, on=ON)[customer.id]
    assert not found.worth_sending
    found = statement_rows.statements_of(books, [customer.id], since=date(2026, 2, 1), on=ON)[customer.id]
    assert found.worth_sending
