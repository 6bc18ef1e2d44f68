"""Several invoices explained at once: as one by one, at about the price of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from receivables.codes.reasons import Reason
from store.accounts import facts as accounts
from store.books import Books
from tests import builders

DAY = date(2026, 4, 8)
NOW = datetime(2026, 4, 8, 6, 30, tzinfo=UTC)


@contextmanager
def counted(b: Books) -> Iterator[list[str]]:
    """Note the statements that the books are asked."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    connection = b.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield asked
    event.remove(connection, "before_cursor_execute", note)


def sell(b: Books, count: int) -> list[int]:
    """Have two customers owe so many invoices, a settled one among them; return their ids."""
    names = ("Garage Martin", "Tôlerie Brun")
    customers = [builders.customer(b, name, email="a@b.example") for name in names]
    found = []
    for number in range(count):
        due = date(2026, 4, 1 + number)
        row = builders.invoice(b, customers[number % 2], f"FAC-{number}", due=due)
        if number == 4:
            row.outstanding = 0
        found.append(row.id)
    return found


@pytest.mark.parametrize("on", [DAY, date(2026, 4, 30)])
def test_invoices_are_explained_at_once_as_they_are_one_by_one(books: Books, on: date) -> None:
    ids = sell(books, 9)
    together = accounts.whys(books, ids[::-1], on=on, now=NOW)
    assert together == [accounts.why(books, id_, on=on, now=NOW) for id_ in ids[::-1]]
    assert [each.reason for each in together].count(Reason.CREDIT) == 1


def test_many_invoices_of_a_customer_ask_the_books_no_more_than_one(books: Books) -> None:
    customer = builders.customer(books, "Garage Martin", email="a@b.example")
    ids = [builders.invoice(books, customer, f"FAC-{n}", due=date(2026, 4, 1)).id for n in range(40)]
    with counted(books) as one:
        accounts.whys(books, ids[:1], on=DAY, now=NOW)
    with counted(books) as all_:
        accounts.whys(books, ids, on=DAY, now=NOW)
    assert len(all_) == len(one)


def test_an_invoice_of_nobody_here_is_a_lookup_error(books: Books) -> None:
    with pytest.raises(LookupError):
        accounts.whys(books, [999], on=DAY, now=NOW)
