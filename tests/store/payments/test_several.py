"""One sum for several invoices: the oldest first, one line, one undo. The reference that comes with money."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused, UnknownInvoice
from store import undo
from store.books import Books
from store.customers import facts as customers
from store.db.tables import JournalLine, Payment
from store.dossier import history
from store.payments import acts as payments
from store.payments import several
from tests.builders import MARIE, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)
NOW = {"by": MARIE, "at": at(DAY)}
EURO = Decimal("1.00")


def test_without_an_amount_all_of_them_are_settled_by_one_payment(books: Books) -> None:
    client = customer(books)
    rows = [
        invoice(books, client, "FAC-142", amount="3916.76"),
        invoice(books, client, "FAC-143", amount="1557.23"),
    ]
    done = several.record(books, [row.id for row in rows], amount=None, received_on=DAY, **NOW)
    assert (done.amount, done.credit) == (Decimal("5473.99"), 0)
    assert [row.outstanding for row in rows] == [0, 0]
    assert books.session.query(Payment).count() == 1
    undo.undo(books, done.entry_id, by=MARIE, at=at(DAY))
    assert [row.outstanding for row in rows] == [Decimal("3916.76"), Decimal("1557.23")]


def test_an_amount_goes_on_the_oldest_first_whatever_the_order(books: Books) -> None:
    client = customer(books)
    new = invoice(books, client, "FAC-1", amount="100.00", due=date(2026, 4, 10))
    old = invoice(books, client, "FAC-2", amount="100.00", due=date(2026, 4, 1))
    done = several.record(books, [new.id, old.id], amount=Decimal(130), received_on=DAY, **NOW)
    assert [(one.number, one.allocated, one.outstanding) for one in done.paid] == [
        ("FAC-2", 100 * EURO, 0),
        ("FAC-1", 30 * EURO, 70 * EURO),
    ]


def test_what_they_do_not_take_stays_the_customer_s(books: Books) -> None:
    client = customer(books)
    ids = [invoice(books, client, number, amount="100.00").id for number in ("FAC-1", "FAC-2")]
    assert several.record(books, ids, amount=Decimal(250), received_on=DAY, **NOW).credit == 50
    assert customers.get_customer(books, client.id).credit == {"EUR": 50 * EURO}


def test_two_customers_two_currencies_a_paid_one_or_an_unknown_one_are_refused(books: Books) -> None:
    client = customer(books)
    own, dollars = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2", currency="USD")
    other, done = invoice(books, customer(books, "Autre"), "FAC-3"), invoice(books, client, "FAC-4")
    payment(books, done, received_on=DAY)
    for ids, error in (
        ([own.id, dollars.id], Refused),
        ([own.id, other.id], Refused),
        ([own.id, done.id], payments.AlreadySettled),
        ([own.id, 999], UnknownInvoice),
        ([], UnknownInvoice),
    ):
        with pytest.raises(error):
            several.record(books, ids, amount=None, received_on=DAY, **NOW)
    with refused(Refused, match="un seul client"):
        several.record(books, [own.id, other.id], amount=None, received_on=DAY, **NOW)
    assert own.outstanding == Decimal("1200.00")


def test_the_same_sum_on_one_of_them_the_same_day_is_pointed_out(books: Books) -> None:
    client = customer(books)
    first, second = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    payment(books, first, "500", received_on=DAY)
    ids = [first.id, second.id]
    assert several.record(books, ids, amount=Decimal(500), received_on=DAY, **NOW).twin is not None


def test_a_reference_is_kept_with_the_money_in_the_journal_and_in_the_case_file(books: Books) -> None:
    row = invoice(books, customer(books))
    done = payments.record(
        books, row.id, amount=Decimal(100), received_on=DAY, means="cheque", reference="n° 0012345", **NOW
    )
    assert done.reference == "n° 0012345"
    assert books.session.get_one(Payment, done.payment_id).reference == "n° 0012345"
    assert books.session.get_one(JournalLine, done.entry_id).data["reference"] == "n° 0012345"
    assert [one.reference for one in history.receipts(books, [row.id])[row.id]] == ["n° 0012345"]
    assert "reference" not in books.session.get_one(JournalLine, payment_line(books, row)).data


def payment_line(books: Books, row: object) -> int:
    return payment(books, row, "10", received_on=DAY).entry_id
