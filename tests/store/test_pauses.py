"""Pauses of an invoice, of a customer, of the company."""

from datetime import date

import pytest

from receivables.errors import Refused
from store import pauses
from store.books import Books
from store.db.tables import Pause
from tests.builders import MARIE, at, customer, invoice
from tests.refusals import refused

DAY = date(2026, 4, 20)
LATER = date(2026, 5, 4)


def test_a_pause_tells_what_it_is_about(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    one = pauses.pause(books, invoice_id=row.id, until=LATER, reason="congés", by=MARIE, at=at(DAY))
    assert (one.scope, one.number, one.customer) == ("invoice", "FAC-123", "Garage Martin")
    all_of_it = pauses.pause(books, customer_id=client.id, until=None, reason=None, by=MARIE, at=at(DAY))
    assert (all_of_it.scope, all_of_it.number, all_of_it.until) == ("customer", None, None)
    everyone = pauses.pause(books, until=LATER, reason="inventaire", by=MARIE, at=at(DAY))
    assert (everyone.scope, everyone.customer) == ("company", None)


def test_a_pause_of_an_invoice_does_not_count_as_its_customer_s(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    told = pauses.pause(books, invoice_id=row.id, until=LATER, reason=None, by=MARIE, at=at(DAY))
    assert books.session.get_one(Pause, told.pause_id).customer_id is None
    assert pauses.running(books, customer_id=client.id, on=DAY) is None
    assert pauses.running(books, invoice_id=row.id, on=DAY) == told.pause_id
    assert pauses.running(books, invoice_id=row.id, on=LATER) is None


def test_a_new_pause_replaces_the_running_one(books: Books) -> None:
    client = customer(books)
    first = pauses.pause(books, customer_id=client.id, until=None, reason=None, by=MARIE, at=at(DAY))
    second = pauses.pause(books, customer_id=client.id, until=LATER, reason=None, by=MARIE, at=at(DAY))
    assert books.session.get_one(Pause, first.pause_id).ended_at is not None
    assert pauses.running(books, customer_id=client.id, on=DAY) == second.pause_id


def test_the_plan_looks_again_at_what_is_paused_and_resumed(books: Books) -> None:
    row = invoice(books, customer(books), look_on=LATER)
    told = pauses.pause(books, until=None, reason=None, by=MARIE, at=at(DAY))
    books.session.refresh(row)
    assert row.look_on is None
    row.look_on = LATER
    pauses.resume(books, told.pause_id, by=MARIE, at=at(DAY))
    books.session.refresh(row)
    assert row.look_on is None


@pytest.mark.parametrize("until", [DAY, date(2026, 4, 19), date(9999, 12, 31)])
def test_a_pause_ends_on_a_day_to_come(books: Books, until: date) -> None:
    with refused(Refused, match=r"n’est pas à venir|plus de cinq ans"):
        pauses.pause(books, until=until, reason=None, by=MARIE, at=at(DAY))


def test_a_pause_is_lifted_once(books: Books) -> None:
    told = pauses.pause(books, until=None, reason=None, by=MARIE, at=at(DAY))
    pauses.resume(books, told.pause_id, by=MARIE, at=at(DAY))
    with refused(Refused, match="déjà levée"):
        pauses.resume(books, told.pause_id, by=MARIE, at=at(DAY))


def test_a_pause_that_has_run_out_is_not_lifted(books: Books) -> None:
    told = pauses.pause(books, until=LATER, reason=None, by=MARIE, at=at(DAY))
    with refused(Refused, match="a pris fin le 04/05/2026"):
        pauses.resume(books, told.pause_id, by=MARIE, at=at(LATER))
