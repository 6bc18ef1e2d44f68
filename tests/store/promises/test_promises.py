"""Promises: how long they hold, what replaces them."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from store.books import Books
from store.db.tables import Invoice, JournalLine, Promise
from store.invoices import acts as invoices
from store.invoices.settling import AlreadySettled
from store.promises import acts as promises
from tests.builders import MARIE, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)


def promise(
    b: Books, row: Invoice, on: date, amount: str | None = None, *, made: date = DAY
) -> promises.PromiseOutcome:
    return promises.make(
        b, row.id, amount=Decimal(amount) if amount else None, date=on, by=MARIE, at=at(made)
    )


def test_a_promise_holds_through_its_grace_in_open_days(books: Books) -> None:
    row = invoice(books, customer(books))
    told = promise(books, row, date(2026, 4, 30))
    assert told.promise_amount == Decimal("1200.00")
    assert told.holds_until == date(2026, 5, 5)  # Friday 1 May is closed
    facts = invoices.get_invoice(books, row.id)
    assert facts.status(DAY) == "promised"
    assert facts.status(date(2026, 5, 5)) == "promised"
    assert facts.status(date(2026, 5, 6)) == "late"


def test_a_new_promise_before_the_old_one_breaks_postpones_it(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promise(books, row, date(2026, 4, 24))
    second = promise(books, row, date(2026, 5, 15))
    assert second.postponed_from == date(2026, 4, 24)
    assert books.session.get_one(Promise, first.promise_id).ended_how == "replaced"
    lines = books.session.query(JournalLine).filter_by(invoice_id=row.id).order_by(JournalLine.id)
    assert [line.act for line in lines] == ["promise.made", "promise.postponed"]


def test_a_broken_promise_is_not_replaced(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promise(books, row, date(2026, 4, 21))
    second = promise(books, row, date(2026, 5, 15), made=date(2026, 4, 27))
    assert second.postponed_from is None
    assert books.session.get_one(Promise, first.promise_id).ended_how is None


def test_a_kept_promise_of_a_part_is_not_replaced(books: Books) -> None:
    row = invoice(books, customer(books))
    promise(books, row, date(2026, 4, 24), "500.00")
    payment(books, row, "500.00", received_on=DAY, at_hour=10)
    assert promise(books, row, date(2026, 5, 15), made=date(2026, 4, 21)).postponed_from is None


@pytest.mark.parametrize(
    ("on", "amount", "sentence"),
    [
        (date(2026, 4, 19), None, "Le 19/04/2026 est passé"),
        (date(2099, 1, 1), None, "plus de deux ans"),
        (date(9999, 12, 31), None, "plus de deux ans"),
        (DAY, "1200.01", "Il ne reste que 1\u202f200,00\xa0€"),
        (DAY, "-1", "supérieur à zéro"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    books: Books, on: date, amount: str | None, sentence: str
) -> None:
    row = invoice(books, customer(books))
    with refused(Refused, match=sentence):
        promise(books, row, on, amount)


def test_nothing_is_promised_on_a_settled_invoice(books: Books) -> None:
    row = invoice(books, customer(books))
    payment(books, row, received_on=DAY)
    with refused(AlreadySettled):
        promise(books, row, date(2026, 4, 30))
